/* SPDX-License-Identifier: Apache-2.0 */
/* syscull record merge: several recordings to one. */
#include <syscull/record.h>

#include "commands.h"
#include "given.h"

static int merge(const struct invocation *given, struct cull_record **ret,
                 struct cull_error *reterr)
{
    cull_auto(record) all = NULL;
    int r;

    r = cull_record_load(given->operands[0], &all, reterr);
    for (size_t i = 1; r == 0 && i < given->operands_count; i++) {
        cull_auto(record) next = NULL;

        r = cull_record_load(given->operands[i], &next, reterr);
        if (r == 0)
            r = cull_record_merge(all, next, reterr);
    }
    if (r == 0)
        *ret = TAKE(all);
    return r;
}

static int run(const struct invocation *given, struct cull_error *reterr)
{
    cull_auto(record) all = NULL;
    cull_auto_text text = { 0 };
    const char *path = cull_option_value(given, "o");
    int r;

    r = cull_given_count(given, 2, SIZE_MAX, "at least two recordings");
    if (r == 0)
        r = merge(given, &all, reterr);
    if (r == 0)
        r = cull_record_print(all, &text, reterr);
    if (r != 0)
        return r;
    return cull_file_write(path ? path : "-", text.data, text.size, 0644, reterr);
}

const struct command cull_command_record_merge = {
    .path = "record merge",
    .synopsis = "FILE FILE... [-o FILE]",
    .brief = "several recordings to one",
    .about = "Adds recordings up, as of several runs or machines: what any of them called was "
             "called. Counts and losses are summed.",
    .options = (const struct option[]){ OPTION_FILE("write to FILE, not to standard output"),
                                        { 0 } },
    .examples =
        (const struct example[]){
            { "Two runs, one profile",
              "syscull record merge a.rec b.rec -o c.rec && syscull profile generate c.rec",
              "files" },
            { 0 },
        },
    .operand = COMPLETE_FILE,
    .run = run,
};
