/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "completion.h"

static const char head[] =
    "# fish completion for syscull; made by: syscull completion fish\n"
    "function __syscull_first\n"
    "    test (count (commandline -opc)) -eq 1\n"
    "end\n"
    "\n"
    "# Is the command the words given, and not a longer one of the same name?\n"
    "function __syscull_in\n"
    "    set -l typed (commandline -opc)\n"
    "    contains -- -- $typed; and return 1\n"
    "    set -l count (count $argv)\n"
    "    test (count $typed) -gt $count; or return 1\n"
    "    set -l last (math $count + 1)\n"
    "    test \"$typed[2..$last]\" = \"$argv\"; or return 1\n"
    "    test $count -gt 1; and return 0\n"
    "    set -q typed[3]; or return 0\n"
    "    not contains -- \"$typed[2..3]\" $__syscull_pairs\n"
    "end\n"
    "\n"
    "function __syscull_second\n"
    "    set -l typed (commandline -opc)\n"
    "    test (count $typed) -eq 2; and test $typed[2] = $argv[1]\n"
    "end\n"
    "\n"
    "complete -c syscull -f\n";

static void add_candidates(struct cull_text *out, enum complete complete, const char *words)
{
    struct candidates found;

    cull_candidates_fill(complete, words, &found);
    if (found.ask != NULL)
        cull_text_add(out, " -a '(syscull %s 2>/dev/null)'", found.ask);
    if (found.words.size > 0)
        cull_text_add(out, " -a '%s'", found.words.data);
    if (found.files)
        cull_text_add(out, " -F");
    cull_candidates_clear(&found);
}

static void add_command(struct cull_text *out, const struct command *command)
{
    for (const struct option *option = command->options; option && option->help; option++) {
        cull_text_add(out, "complete -c syscull -n '__syscull_in %s'", command->path);
        if (option->letter != 0)
            cull_text_add(out, " -s %c", option->letter);
        if (option->name != NULL)
            cull_text_add(out, " -l %s", option->name);
        if (option->argument != NULL) {
            cull_text_add(out, " -r");
            add_candidates(out, option->complete, option->words);
        }
        cull_text_add(out, " -d '");
        cull_completion_quote(out, option->help);
        cull_text_add(out, "'\n");
    }
    cull_text_add(out, "complete -c syscull -n '__syscull_in %s' -l help -s h -d 'show help'\n",
                  command->path);
    if (command->operand != COMPLETE_NOTHING) {
        cull_text_add(out, "complete -c syscull -n '__syscull_in %s'", command->path);
        add_candidates(out, command->operand, command->words);
        cull_text_add(out, "\n");
    }
}

static void add_word(struct cull_text *out, size_t index)
{
    const struct command *command = cull_commands[index];
    const char *blank = strchr(command->path, ' ');
    int size = (int)strcspn(command->path, " ");

    if (cull_completion_is_first(index)) {
        cull_text_add(out, "complete -c syscull -n __syscull_first -a %.*s -d '", size,
                      command->path);
        cull_completion_quote(out, blank ? "profiles" : command->brief);
        cull_text_add(out, "'\n");
    }
    if (blank != NULL) {
        cull_text_add(out, "complete -c syscull -n '__syscull_second %.*s' -a %s -d '", size,
                      command->path, blank + 1);
        cull_completion_quote(out, command->brief);
        cull_text_add(out, "'\n");
    }
}

void cull_completion_fish(struct cull_text *out)
{
    cull_text_add(out, "%sset -g __syscull_pairs", head);
    for (size_t i = 0; i < cull_commands_count; i++) {
        if (strchr(cull_commands[i]->path, ' ') != NULL)
            cull_text_add(out, " '%s'", cull_commands[i]->path);
    }
    cull_text_add(out, "\ncomplete -c syscull -n __syscull_first -l help -d 'show help'\n"
                       "complete -c syscull -n __syscull_first -l version -d 'show the version'\n");
    for (size_t i = 0; i < cull_commands_count; i++)
        add_word(out, i);
    for (size_t i = 0; i < cull_commands_count; i++)
        add_command(out, cull_commands[i]);
}
