/* SPDX-License-Identifier: Apache-2.0 */
/* The table of all commands: one file, one entry each. */
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "commands.h"

const struct command *const cull_commands[] = {
    &cull_command_record,
    &cull_command_record_show,
    &cull_command_record_merge,
    &cull_command_run,
    &cull_command_profile_new,
    &cull_command_profile_check,
    &cull_command_profile_show,
    &cull_command_profile_generate,
    &cull_command_profile_resolve,
    &cull_command_containers,
    &cull_command_inspect,
    &cull_command_audit,
    &cull_command_audit_doctor,
    &cull_command_syscall,
    &cull_command_explain,
    &cull_command_completion,
    &cull_command_help,
};
const size_t cull_commands_count = sizeof cull_commands / sizeof *cull_commands;

const struct command *cull_command_find(const char *path)
{
    for (size_t i = 0; i < cull_commands_count; i++) {
        if (strcmp(cull_commands[i]->path, path) == 0)
            return cull_commands[i];
    }
    return NULL;
}

bool cull_command_is_group(const char *word)
{
    size_t size = strlen(word);

    for (size_t i = 0; i < cull_commands_count; i++) {
        const char *path = cull_commands[i]->path;

        if (strncmp(path, word, size) == 0 && path[size] == ' ')
            return true;
    }
    return false;
}

/* "profle" means "profile", and "chek" as "profle chek" means "profile check". */
const char *cull_command_nearest(const char *typed)
{
    static char firsts[sizeof cull_commands / sizeof *cull_commands][16];
    const char *words[3 * (sizeof firsts / sizeof *firsts)], *nearest;
    size_t count = cull_commands_count;

    for (size_t i = 0; i < count; i++) {
        const char *path = cull_commands[i]->path, *blank = strchr(path, ' ');

        snprintf(firsts[i], sizeof firsts[i], "%.*s", (int)strcspn(path, " "), path);
        words[i] = path;
        words[count + i] = firsts[i];
        words[2 * count + i] = blank ? blank + 1 : path;
    }
    nearest = cull_text_nearest(typed, words, 3 * count);
    for (size_t i = 0; i < count; i++) {
        if (words[2 * count + i] == nearest)
            return cull_commands[i]->path;
    }
    return nearest;
}
