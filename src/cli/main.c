/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <syscull/table.h>
#include <unistd.h>

#include "command.h"

/*
 * A closed 0, 1 or 2 would be given to the next file that is opened, and then be written over.  They
 * are held by /dev/null, opened so that using them fails as if they were closed.
 */
static void hold_standard_files(void)
{
    for (int fd = 0; fd <= 2; fd++) {
        if (fcntl(fd, F_GETFD) < 0 && errno == EBADF)
            (void)!open("/dev/null", (fd == 0 ? O_WRONLY : O_RDONLY) | O_CLOEXEC);
    }
}

static int print(const struct cull_text *text)
{
    struct cull_error error = { 0 };
    int r;

    if (!cull_text_ok(text))
        r = cull_fail_memory(&error);
    else
        r = cull_file_write("-", text->data, text->size, 0, &error);
    if (r < 0)
        cull_say_error(&error);
    return r < 0 ? STATUS_TROUBLE : STATUS_YES;
}

static int print_screen(void)
{
    cull_auto_text text = { 0 };

    cull_help_screen(&text);
    return print(&text);
}

static int print_version(void)
{
    cull_auto_text text = { 0 };

    cull_text_add(&text, "syscull %s (system calls up to Linux %s; recorder: %s)\n",
                  SYSCULL_VERSION, cull_table_kernel(), SYSCULL_RECORDER);
    return print(&text);
}

static int print_help(const struct command *command)
{
    cull_auto_text text = { 0 };

    cull_help_command(command, &text);
    return print(&text);
}

static int print_group(const char *word)
{
    cull_auto_text text = { 0 };

    cull_help_group(word, &text);
    return print(&text);
}

static bool is_help(const char *word)
{
    return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0;
}

static int say_unknown(const char *typed)
{
    const char *nearest = cull_command_nearest(typed);

    if (nearest != NULL)
        return cull_say_usage(NULL, "unknown command \"%s\", did you mean \"%s\"?", typed, nearest);
    return cull_say_usage(NULL, "unknown command \"%s\"", typed);
}

/* The command of the longest path that the arguments begin with; *used counts its words. */
static const struct command *find(char **arguments, int *used)
{
    const struct command *command;
    char path[64];

    *used = 2;
    if (arguments[1] != NULL &&
        snprintf(path, sizeof path, "%s %s", arguments[0], arguments[1]) < (int)sizeof path) {
        command = cull_command_find(path);
        if (command != NULL)
            return command;
    }
    *used = 1;
    return cull_command_find(arguments[0]);
}

static int run(const struct command *command, char **arguments)
{
    struct cull_error error = { 0 };
    struct invocation given;
    int r;

    r = cull_options_parse(command, arguments, &given, &error);
    if (r == 0 && given.help)
        r = print_help(command);
    else if (r == 0)
        r = command->run(&given, &error);
    cull_options_clear(&given);
    if (r < 0) {
        cull_say_error(&error);
        return STATUS_TROUBLE;
    }
    return r;
}

static int run_group(char **arguments)
{
    cull_auto_text typed = { 0 };

    if (arguments[1] == NULL)
        return cull_say_usage(NULL, "%s needs to know what to do: syscull %s --help lists it",
                              arguments[0], arguments[0]);
    if (is_help(arguments[1]))
        return print_group(arguments[0]);
    cull_text_add(&typed, "%s %s", arguments[0], arguments[1]);
    return say_unknown(typed.data ? typed.data : "");
}

int main(int argc, char *argv[])
{
    const struct command *command;
    int used;

    hold_standard_files();
    if (argc < 2 || is_help(argv[1]))
        return print_screen();
    if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0)
        return print_version();
    if (argv[1][0] == '-')
        return cull_say_usage(NULL, "unknown option %s before a command", argv[1]);
    command = find(argv + 1, &used);
    if (command != NULL)
        return run(command, argv + 1 + used);
    if (cull_command_is_group(argv[1]))
        return run_group(argv + 1);
    return say_unknown(argv[1]);
}
