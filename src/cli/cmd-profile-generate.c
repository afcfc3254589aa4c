/* SPDX-License-Identifier: Apache-2.0 */
/* syscull profile generate: a recording to a profile. */
#include <string.h>

#include "commands.h"
#include "given.h"
#include "learn.h"

static int run(const struct invocation *given, struct cull_error *reterr)
{
    struct cull_generate_options options = { .default_action = CULL_ACT_ERRNO };
    const char *purpose = cull_option_value(given, "for");
    cull_auto(record) record = NULL;
    int r;

    r = cull_given_count(given, 1, 1, "one recording");
    if (r == 0)
        r = cull_given_action(given, "default-action", &options.default_action);
    if (r == 0 && purpose != NULL && strcmp(purpose, "container") != 0)
        r = cull_say_usage(given->command, "--for \"%s\": only container is known", purpose);
    if (r == 0)
        r = cull_record_load(given->operands[0], &record, reterr);
    if (r != 0)
        return r;
    options.for_container = purpose != NULL;
    return cull_learn_profile(record, cull_option_value(given, "o"), &options, reterr);
}

const struct command cull_command_profile_generate = {
    .path = "profile generate",
    .synopsis = "RECORDING [-o FILE] [--for container] [--default-action ACTION]",
    .brief = "a profile from a recording",
    .about =
        "Makes the profile that allows what was recorded: what record does at its end. Calls "
        "that are known and were not made get EPERM, those that are newer than syscull's table "
        "get ENOSYS. A container's recording always gets what runc and crun need.",
    .options =
        (const struct option[]){
            OPTION_FILE("write to FILE, not to standard output"),
            { .name = "for",
              .argument = "WHAT",
              .complete = COMPLETE_WORDS,
              .words = "container",
              .help = "container: add what container runtimes need to a command's profile" },
            { .name = "default-action",
              .argument = "ACTION",
              .complete = COMPLETE_ACTION,
              .help = "what becomes of other calls: SCMP_ACT_ERRNO (the default), kill-process, "
                      "log, ..." },
            { 0 },
        },
    .examples =
        (const struct example[]){
            { "From a recording", "syscull profile generate a.rec -o a.json", "files" },
            { "Only log what the recording lacks",
              "syscull profile generate a.rec --default-action log", "files" },
            { 0 },
        },
    .operand = COMPLETE_FILE,
    .run = run,
};
