/* SPDX-License-Identifier: Apache-2.0 */
/* syscull completion: the script that completes commands, options and names in a shell. */
#include <string.h>

#include "commands.h"
#include "completion.h"
#include "given.h"

static int run(const struct invocation *given, struct cull_error *reterr)
{
    static const struct {
        const char *name;
        void (*print)(struct cull_text *out);
    } shells[] = { { "bash", cull_completion_bash },
                   { "zsh", cull_completion_zsh },
                   { "fish", cull_completion_fish } };
    cull_auto_text out = { 0 };
    int r;

    r = cull_given_count(given, 1, 1, "a shell: bash, zsh or fish");
    if (r != 0)
        return r;
    for (size_t i = 0; i < sizeof shells / sizeof *shells; i++) {
        if (strcmp(given->operands[0], shells[i].name) != 0)
            continue;
        shells[i].print(&out);
        if (!cull_text_ok(&out))
            return cull_fail_memory(reterr);
        return cull_file_write("-", out.data, out.size, 0, reterr);
    }
    return cull_say_usage(given->command, "no completion for \"%s\": bash, zsh or fish",
                          given->operands[0]);
}

const struct command cull_command_completion = {
    .path = "completion",
    .synopsis = "bash|zsh|fish",
    .brief = "the script that completes commands and names in a shell",
    .about = "Prints a completion script. bash: put it where bash-completion looks, as "
             "/usr/share/bash-completion/completions/syscull, or source it. zsh: save it as "
             "_syscull in a folder of $fpath. fish: save it as "
             "~/.config/fish/completions/syscull.fish.",
    .examples =
        (const struct example[]){
            { "Complete in this bash from now on", "source <(syscull completion bash)", NULL },
            { 0 },
        },
    .operand = COMPLETE_WORDS,
    .words = "bash zsh fish",
    .run = run,
};
