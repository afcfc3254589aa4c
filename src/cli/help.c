/* SPDX-License-Identifier: Apache-2.0 */
/* Help, made from the command table. */
#include <stdio.h>
#include <string.h>

#include "command.h"

/* The job, from left to right: what the first screen shows. */
static const struct {
    const char *says;
    const char *paths[6];
} groups[] = {
    { "look", { "inspect", "containers", "profile show", "profile check", "record show" } },
    { "learn", { "record", "record merge", "profile generate" } },
    { "write", { "profile new", "profile resolve" } },
    { "enforce", { "run" } },
    { "explain", { "audit", "audit doctor", "syscall", "explain", "help" } },
};

void cull_help_screen(struct cull_text *out)
{
    cull_text_add(out,
                  "syscull: seccomp profiles that allow what a program does, and nothing else\n\n"
                  "  sudo syscull record -o tar.json -- tar czf /tmp/x.tgz /etc\n"
                  "  syscull run --profile tar.json -- tar czf /tmp/x.tgz /etc\n\n");
    for (size_t i = 0; i < sizeof groups / sizeof *groups; i++) {
        for (size_t j = 0; j < 6 && groups[i].paths[j] != NULL; j++) {
            const struct command *command = cull_command_find(groups[i].paths[j]);

            if (command != NULL)
                cull_text_add(out, "%-9s%-18s%s\n", j == 0 ? groups[i].says : "", command->path,
                              command->brief);
        }
    }
    cull_text_add(out,
                  "\nsyscull COMMAND --help shows a command's options, with examples that run.\n"
                  "Exit status: 0 yes, 1 no, 2 wrong usage, 3 trouble.\n");
}

static void synopsis(const struct command *command, struct cull_text *out)
{
    const char *form = command->synopsis;

    for (const char *lead = "usage: ";; lead = "       ") {
        size_t size = strcspn(form, "\n");

        cull_text_add(out, "%ssyscull %s%s%.*s\n", lead, command->path, size > 0 ? " " : "",
                      (int)size, form);
        if (form[size] == '\0')
            break;
        form += size + 1;
    }
}

/* Words from a column on, to column 80. */
static void paragraph(struct cull_text *out, unsigned indent, unsigned column, const char *text)
{
    while (*text != '\0') {
        size_t size = strcspn(text, " \n");

        if (column > indent && column + 1 + size > 80) {
            cull_text_add(out, "\n%*s", (int)indent, "");
            column = indent;
        } else if (column > indent) {
            cull_text_add(out, " ");
            column++;
        }
        cull_text_append(out, text, size);
        column += (unsigned)size;
        text += size;
        if (*text == '\n') {
            cull_text_add(out, "\n%*s", (int)indent, "");
            column = indent;
        }
        text += *text != '\0';
    }
    cull_text_add(out, "\n");
}

static void option_line(const struct option *option, struct cull_text *out)
{
    char left[64], letter[4] = "";

    if (option->letter != 0)
        snprintf(letter, sizeof letter, "-%c", option->letter);
    snprintf(left, sizeof left, "%2s%s%s%s%s%s", letter, *letter && option->name ? ", " : "",
             option->name && !*letter ? "  " : "", option->name ? "--" : "",
             option->name ? option->name : "", "");
    if (option->argument != NULL)
        snprintf(left + strlen(left), sizeof left - strlen(left), " %s", option->argument);
    cull_text_add(out, "  %-22s  ", left);
    if (strlen(left) > 22)
        cull_text_add(out, "\n%26s", "");
    paragraph(out, 26, 26, option->help);
}

void cull_help_command(const struct command *command, struct cull_text *out)
{
    static const struct option help = { .letter = 'h', .name = "help", .help = "show this" };

    synopsis(command, out);
    cull_text_add(out, "\n");
    paragraph(out, 0, 0, command->about);
    cull_text_add(out, "\noptions:\n");
    for (const struct option *option = command->options; option && option->help; option++)
        option_line(option, out);
    option_line(&help, out);
    if (command->examples != NULL)
        cull_text_add(out, "\nexamples:\n");
    for (const struct example *example = command->examples; example && example->line; example++)
        cull_text_add(out, "  # %s\n  %s\n", example->says, example->line);
}

void cull_help_group(const char *word, struct cull_text *out)
{
    size_t size = strlen(word);

    cull_text_add(out, "usage: syscull %s COMMAND ...\n\n", word);
    for (size_t i = 0; i < cull_commands_count; i++) {
        const char *path = cull_commands[i]->path;

        if (strncmp(path, word, size) == 0 && path[size] == ' ')
            cull_text_add(out, "  %-20s%s\n", path, cull_commands[i]->brief);
    }
    cull_text_add(out, "\nsyscull %s COMMAND --help shows its options, with examples.\n", word);
}
