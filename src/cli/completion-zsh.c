/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "completion.h"

static const char head[] =
    "#compdef syscull\n"
    "# zsh completion for syscull; made by: syscull completion zsh\n"
    "_syscull_ask()\n"
    "{\n"
    "    local -a names=(${(f)\"$(_call_program names syscull $1 2>/dev/null)\"})\n"
    "    compadd -a names\n"
    "}\n"
    "\n"
    "_syscull()\n"
    "{\n"
    "    local dashes=${words[(i)--]} taken=1 command=$words[2]\n"
    "    local -a commands options\n"
    "\n"
    "    if ((dashes < CURRENT)); then\n"
    "        words=(\"${(@)words[dashes + 1,-1]}\")\n"
    "        ((CURRENT -= dashes))\n"
    "        _normal\n"
    "        return\n"
    "    fi\n";

/* In _arguments and _describe, colons and brackets have a meaning. */
static void add_help(struct cull_text *out, const char *help)
{
    cull_auto_text quoted = { 0 };

    cull_completion_quote(&quoted, help);
    for (const char *p = quoted.data ? quoted.data : ""; *p != '\0'; p++) {
        if (strchr(":[]", *p) != NULL)
            cull_text_add(out, "\\");
        cull_text_append(out, p, 1);
    }
}

/* ":FILE:_files", ":ARCH:(x86 x86_64)". */
static void add_candidates(struct cull_text *out, const char *what, enum complete complete,
                           const char *words)
{
    struct candidates found;

    cull_candidates_fill(complete, words, &found);
    cull_text_add(out, ":%s:", what);
    if (found.ask != NULL)
        cull_text_add(out, "{_syscull_ask \"%s\"}", found.ask);
    else if (found.files && found.words.size > 0)
        cull_text_add(out, "{compadd %s; _files}", found.words.data);
    else if (found.files)
        cull_text_add(out, "_files");
    else if (found.words.size > 0)
        cull_text_add(out, "(%s)", found.words.data);
    else
        cull_text_add(out, " ");
    cull_candidates_clear(&found);
}

static void add_spec(struct cull_text *out, const struct option *option, const char *name)
{
    cull_text_add(out, "            '%s%s[", option->many ? "*" : "", name);
    add_help(out, option->help);
    cull_text_add(out, "]");
    if (option->argument != NULL)
        add_candidates(out, option->argument, option->complete, option->words);
    cull_text_add(out, "'\n");
}

static void add_command(struct cull_text *out, const struct command *command)
{
    static const struct option help = { .name = "help", .help = "show help" };

    cull_text_add(out, "    '%s')\n        options=(\n", command->path);
    for (const struct option *option = command->options; option && option->help; option++) {
        char name[32] = { '-', option->letter };

        if (option->letter != 0)
            add_spec(out, option, name);
        if (option->name != NULL) {
            cull_auto_text spelled = { 0 };

            cull_text_add(&spelled, "--%s", option->name);
            add_spec(out, option, spelled.data ? spelled.data : "");
        }
    }
    add_spec(out, &help, "--help");
    cull_text_add(out, "            '*");
    add_candidates(out, "argument", command->operand, command->words);
    cull_text_add(out, "'\n        )\n        ;;\n");
}

static void add_words(struct cull_text *out, const char *group)
{
    size_t size = group ? strlen(group) : 0;

    for (size_t i = 0; i < cull_commands_count; i++) {
        const struct command *command = cull_commands[i];
        const char *path = command->path;

        if (group == NULL ? !cull_completion_is_first(i)
                          : strncmp(path, group, size) != 0 || path[size] != ' ')
            continue;
        path += group ? size + 1 : 0;
        cull_text_add(out, " '");
        cull_text_append(out, path, strcspn(path, " "));
        cull_text_add(out, ":");
        add_help(out, strchr(path, ' ') == NULL ? command->brief : "profiles");
        cull_text_add(out, "'");
    }
}

void cull_completion_zsh(struct cull_text *out)
{
    cull_text_add(out, "%s    if ((CURRENT == 2)); then\n        commands=(", head);
    add_words(out, NULL);
    cull_text_add(out, ")\n        _describe command commands\n        return\n    fi\n"
                       "    if ((CURRENT == 3)); then\n        case $command in\n");
    for (size_t i = 0; i < cull_commands_count; i++) {
        cull_auto_text word = { 0 };

        cull_text_append(&word, cull_commands[i]->path, strcspn(cull_commands[i]->path, " "));
        if (!cull_completion_is_first(i) || !cull_text_ok(&word) ||
            !cull_command_is_group(word.data))
            continue;
        cull_text_add(out, "        %s) commands=(", word.data);
        add_words(out, word.data);
        cull_text_add(out, ") ;;\n");
    }
    cull_text_add(out,
                  "        esac\n        (($#commands)) && _describe command commands\n    fi\n"
                  "    case \"$words[2] $words[3]\" in\n");
    for (size_t i = 0; i < cull_commands_count; i++) {
        if (strchr(cull_commands[i]->path, ' ') != NULL)
            cull_text_add(out, "    '%s') command=\"$words[2] $words[3]\" taken=2 ;;\n",
                          cull_commands[i]->path);
    }
    cull_text_add(out, "    esac\n    case $command in\n");
    for (size_t i = 0; i < cull_commands_count; i++)
        add_command(out, cull_commands[i]);
    cull_text_add(out, "    *) return ;;\n    esac\n"
                       "    shift $taken words\n"
                       "    ((CURRENT -= taken))\n"
                       "    _arguments -s $options\n"
                       "}\n"
                       "\n"
                       "if [[ $funcstack[1] == _syscull ]]; then\n"
                       "    _syscull \"$@\"\n"
                       "else\n"
                       "    compdef _syscull syscull\n"
                       "fi\n");
}
