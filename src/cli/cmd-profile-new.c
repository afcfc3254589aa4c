/* SPDX-License-Identifier: Apache-2.0 */
/* syscull profile new: the profiles to begin with. */
#include <string.h>

#include "commands.h"
#include "given.h"

static int say_unknown(const struct invocation *given, const char *name)
{
    const char *const *names = cull_profile_builtin_names();
    cull_auto_text list = { 0 };
    const char *nearest;
    size_t count = 0;

    for (; names[count] != NULL; count++)
        cull_text_add(&list, "%s%s", count > 0 ? ", " : "", names[count]);
    if (name == NULL)
        return cull_say_usage(given->command, "profile new needs a name: %s", list.data);
    nearest = cull_text_nearest(name, names, count);
    if (nearest != NULL)
        return cull_say_usage(given->command, "no built-in profile \"%s\", did you mean \"%s\"?",
                              name, nearest);
    return cull_say_usage(given->command, "no built-in profile \"%s\": there are %s", name,
                          list.data);
}

static int run(const struct invocation *given, struct cull_error *reterr)
{
    cull_auto(profile) profile = NULL;
    const char *const *names = cull_profile_builtin_names();
    int r;

    r = cull_given_count(given, 0, 1, "one name");
    if (r != 0)
        return r;
    while (*names != NULL && (given->operands_count == 0 || strcmp(*names, *given->operands) != 0))
        names++;
    if (*names == NULL)
        return say_unknown(given, given->operands[0]);
    r = cull_profile_builtin(*names, &profile, reterr);
    if (r < 0)
        return r;
    return cull_output_profile(profile, cull_option_value(given, "o"), reterr);
}

const struct command cull_command_profile_new = {
    .path = "profile new",
    .synopsis = "NAME [-o FILE]",
    .brief = "a profile to begin with: audit, deny, allow, runtime-default",
    .about = "Prints a built-in profile. audit: everything runs and is logged. deny: everything "
             "fails with EPERM. allow: everything runs. runtime-default: what Docker and "
             "containerd apply when nothing is said, in Docker's format; profile resolve makes "
             "plain OCI of it.",
    .options = (const struct option[]){ OPTION_FILE("write to FILE, not to standard output"),
                                        { 0 } },
    .examples =
        (const struct example[]){
            { "Log what a program calls, and allow it", "syscull profile new audit -o audit.json",
              NULL },
            { "What Docker applies by default", "syscull profile new runtime-default", NULL },
            { 0 },
        },
    .operand = COMPLETE_BUILTIN,
    .run = run,
};
