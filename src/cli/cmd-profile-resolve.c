/* SPDX-License-Identifier: Apache-2.0 */
/* syscull profile resolve: Docker's format to what the runtime gets. */
#include "commands.h"
#include "given.h"

static int run(const struct invocation *given, struct cull_error *reterr)
{
    cull_auto(profile) profile = NULL;
    cull_auto(profile) resolved = NULL;
    struct cull_target target;
    int r;

    r = cull_given_count(given, 1, 1, "one profile");
    if (r == 0)
        r = cull_given_target(given, &target, reterr);
    if (r == 0)
        r = cull_given_profile(given->operands[0], &profile, reterr);
    if (r == 0)
        r = cull_profile_resolve(profile, &target, &resolved, reterr);
    if (r != 0)
        return r;
    return cull_output_profile(resolved, cull_option_value(given, "o"), reterr);
}

const struct command cull_command_profile_resolve = {
    .path = "profile resolve",
    .synopsis = "FILE [--caps LIST] [--arch ARCH] [--kernel VERSION] [-o FILE]",
    .brief = "what a profile is for one container on one machine: plain OCI",
    .about = "Applies archMap, includes, excludes and minKernel as Docker does, and prints the "
             "plain OCI profile that the runtime gets. The machine is this one and the "
             "capabilities are those that engines give by default, where nothing else is said.",
    .options =
        (const struct option[]){
            OPTION_CAPS,
            OPTION_ARCH("the machine's architecture (default: this one)"),
            OPTION_KERNEL,
            OPTION_FILE("write to FILE, not to standard output"),
            { 0 },
        },
    .examples =
        (const struct example[]){
            { "What does Docker's default become with one more capability?",
              "syscull profile resolve runtime-default --caps default,SYS_ADMIN", NULL },
            { "And on ARM with an old kernel?",
              "syscull profile resolve runtime-default --arch arm64 --kernel 4.4", NULL },
            { 0 },
        },
    .operand = COMPLETE_PROFILE,
    .run = run,
};
