/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>
#include <syscull/profile.h>
#include <syscull/table.h>

#include "completion.h"

static void add_word(struct cull_text *words, const char *word)
{
    cull_text_add(words, "%s%s", words->size > 0 ? " " : "", word);
}

static void add_builtins(struct cull_text *words)
{
    for (const char *const *name = cull_profile_builtin_names(); *name != NULL; name++)
        add_word(words, *name);
}

static void add_table(enum complete complete, struct cull_text *words)
{
    if (complete == COMPLETE_ARCH) {
        for (int i = 0; i < CULL_ARCH_COUNT; i++)
            add_word(words, cull_arch_info((enum cull_arch)i)->name);
    } else if (complete == COMPLETE_GROUP) {
        for (size_t i = 0; i < cull_group_count(); i++)
            add_word(words, cull_group_info(i)->name);
    } else if (complete == COMPLETE_ACTION) {
        for (int i = 0; i < CULL_ACT_COUNT; i++)
            add_word(words, cull_action_info((enum cull_action)i)->oci);
    } else if (complete == COMPLETE_COMMAND) {
        for (size_t i = 0; i < cull_commands_count; i++) {
            const char *path = cull_commands[i]->path;

            if (cull_completion_is_first(i)) {
                cull_text_add(words, "%s%.*s", words->size > 0 ? " " : "", (int)strcspn(path, " "),
                              path);
            }
        }
    }
}

void cull_candidates_fill(enum complete complete, const char *words, struct candidates *ret)
{
    *ret = (struct candidates){ 0 };
    ret->files = complete == COMPLETE_FILE || complete == COMPLETE_PROFILE;
    if (complete == COMPLETE_PROFILE || complete == COMPLETE_BUILTIN)
        add_builtins(&ret->words);
    else if (complete == COMPLETE_WORDS)
        cull_text_add(&ret->words, "%s", words);
    else if (complete == COMPLETE_CONTAINER)
        ret->ask = "containers --names";
    else if (complete == COMPLETE_SYSCALL)
        ret->ask = "syscall --names";
    else if (complete == COMPLETE_TOPIC)
        ret->ask = "explain --names";
    else
        add_table(complete, &ret->words);
}

void cull_candidates_clear(struct candidates *candidates)
{
    cull_text_clear(&candidates->words);
}

void cull_completion_quote(struct cull_text *out, const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text != '\'' && *text != '\\')
            cull_text_append(out, text, 1);
    }
}

bool cull_completion_is_first(size_t index)
{
    size_t size = strcspn(cull_commands[index]->path, " ");

    for (size_t i = 0; i < index; i++) {
        const char *path = cull_commands[i]->path;

        if (strcspn(path, " ") == size && strncmp(path, cull_commands[index]->path, size) == 0)
            return false;
    }
    return true;
}
