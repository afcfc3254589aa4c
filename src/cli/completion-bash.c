/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "completion.h"

/* Names that are asked for are cleaned: compgen -W expands what it is given. */
static const char head[] =
    "# bash completion for syscull; made by: syscull completion bash\n"
    "_syscull_ask()\n"
    "{\n"
    "    \"${COMP_WORDS[0]}\" \"$@\" 2>/dev/null | tr -dc 'A-Za-z0-9_./:\\n-'\n"
    "}\n"
    "\n"
    "_syscull()\n"
    "{\n"
    "    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}\n"
    "    local two=\"${COMP_WORDS[1]} ${COMP_WORDS[2]}\" command= words= files= i\n"
    "\n"
    "    COMPREPLY=()\n"
    "    for ((i = 1; i < COMP_CWORD; i++)); do\n"
    "        if [[ ${COMP_WORDS[i]} == -- ]]; then\n"
    "            if ((COMP_CWORD == i + 1)); then\n"
    "                mapfile -t COMPREPLY < <(compgen -c -- \"$cur\")\n"
    "            else\n"
    "                compopt -o filenames 2>/dev/null\n"
    "                mapfile -t COMPREPLY < <(compgen -f -- \"$cur\")\n"
    "            fi\n"
    "            return\n"
    "        fi\n"
    "    done\n";

static const char tail[] =
    "    mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$cur\")\n"
    "    if [[ -n $files && $cur != -* ]]; then\n"
    "        compopt -o filenames 2>/dev/null\n"
    "        mapfile -t -O \"${#COMPREPLY[@]}\" COMPREPLY < <(compgen -f -- \"$cur\")\n"
    "    fi\n"
    "}\n"
    "complete -F _syscull syscull\n";

static void add_candidates(struct cull_text *out, enum complete complete, const char *words)
{
    struct candidates found;

    cull_candidates_fill(complete, words, &found);
    if (found.ask != NULL)
        cull_text_add(out, " words+=\" $(_syscull_ask %s)\"", found.ask);
    if (found.words.size > 0)
        cull_text_add(out, " words+=' %s'", found.words.data);
    if (found.files)
        cull_text_add(out, " files=1");
    if (found.ask == NULL && found.words.size == 0 && !found.files)
        cull_text_add(out, " :");
    cull_candidates_clear(&found);
}

static void add_option_names(struct cull_text *out, const struct option *option,
                             const char *between)
{
    if (option->letter != 0)
        cull_text_add(out, "-%c%s", option->letter, option->name ? between : "");
    if (option->name != NULL)
        cull_text_add(out, "--%s", option->name);
}

static void add_command(struct cull_text *out, const struct command *command)
{
    cull_text_add(out, "    '%s')\n        case $prev in\n", command->path);
    for (const struct option *option = command->options; option && option->help; option++) {
        if (option->argument == NULL)
            continue;
        cull_text_add(out, "        ");
        add_option_names(out, option, " | ");
        cull_text_add(out, ")");
        add_candidates(out, option->complete, option->words);
        cull_text_add(out, " ;;\n");
    }
    cull_text_add(out, "        *)");
    add_candidates(out, command->operand, command->words);
    cull_text_add(out, "\n            [[ $cur != -* ]] || words='");
    for (const struct option *option = command->options; option && option->help; option++) {
        add_option_names(out, option, " ");
        cull_text_add(out, " ");
    }
    cull_text_add(out, "--help%s' ;;\n        esac\n        ;;\n",
                  command->takes_program ? " --" : "");
}

/* What can follow a first word: "profile" -> "new check show ...". */
static void add_second_words(struct cull_text *out, size_t first)
{
    const char *word = cull_commands[first]->path;
    size_t size = strcspn(word, " ");
    bool any = false;

    for (size_t i = 0; i < cull_commands_count; i++) {
        const char *path = cull_commands[i]->path;

        if (strncmp(path, word, size) != 0 || path[size] != ' ')
            continue;
        if (!any)
            cull_text_add(out, "        %.*s) words='", (int)size, word);
        cull_text_add(out, "%s ", path + size + 1);
        any = true;
    }
    if (any)
        cull_text_add(out, "' ;;\n");
}

void cull_completion_bash(struct cull_text *out)
{
    struct candidates commands;

    cull_candidates_fill(COMPLETE_COMMAND, NULL, &commands);
    cull_text_add(out, "%s", head);
    cull_text_add(out, "    case $two in\n");
    for (size_t i = 0; i < cull_commands_count; i++) {
        if (strchr(cull_commands[i]->path, ' ') != NULL)
            cull_text_add(out, "    '%s') ((COMP_CWORD > 2)) && command=$two ;;\n",
                          cull_commands[i]->path);
    }
    cull_text_add(out,
                  "    esac\n"
                  "    if [[ -z $command && COMP_CWORD -gt 1 ]]; then\n"
                  "        command=${COMP_WORDS[1]}\n"
                  "    fi\n"
                  "    if ((COMP_CWORD == 1)); then\n"
                  "        words='%s --help --version'\n"
                  "    elif ((COMP_CWORD == 2)) && [[ $cur != -* ]]; then\n"
                  "        case $command in\n",
                  commands.words.data ? commands.words.data : "");
    for (size_t i = 0; i < cull_commands_count; i++) {
        if (cull_completion_is_first(i))
            add_second_words(out, i);
    }
    cull_text_add(out, "        esac\n    fi\n    case $command in\n");
    for (size_t i = 0; i < cull_commands_count; i++)
        add_command(out, cull_commands[i]);
    cull_text_add(out, "    esac\n%s", tail);
    cull_candidates_clear(&commands);
}
