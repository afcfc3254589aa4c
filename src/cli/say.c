/* SPDX-License-Identifier: Apache-2.0 */
/* What is said about the answer goes to standard error. */
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "command.h"

/* One write: lines of several processes that share a terminal do not mix. */
static void say(const char *text)
{
    cull_auto_text line = { 0 };

    cull_text_add(&line, "syscull: ");
    cull_text_add_clean(&line, text);
    cull_text_add(&line, "\n");
    if (cull_text_ok(&line) && write(STDERR_FILENO, line.data, line.size) < 0)
        return; /* there is nowhere left to say it */
}

void cull_say(const char *format, ...)
{
    cull_auto_text text = { 0 };
    va_list arguments;

    va_start(arguments, format);
    cull_text_vadd(&text, format, arguments);
    va_end(arguments);
    say(text.data ? text.data : "out of memory");
}

void cull_say_error(const struct cull_error *error)
{
    char text[sizeof *error];

    if (error->code == EPIPE)
        return; /* the reader has seen enough */
    cull_error_format(error, text, sizeof text);
    say(text);
}

int cull_say_usage(const struct command *command, const char *format, ...)
{
    cull_auto_text text = { 0 };
    va_list arguments;

    va_start(arguments, format);
    cull_text_vadd(&text, format, arguments);
    va_end(arguments);
    say(text.data ? text.data : "out of memory");
    cull_say("see: syscull %s%s--help", command ? command->path : "", command ? " " : "");
    return STATUS_USAGE;
}
