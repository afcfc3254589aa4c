/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The profile reader and all that follows it.  Any bytes are a profile or an error with words; what
 * was read can be checked, written and read again; and where it resolves and compiles, the kernel
 * would take the filter, which answers as the policy does.
 */
#include <string.h>
#include <syscull/filter.h>
#include <syscull/profile.h>

#include "fuzz.h"

static const struct cull_target target = {
    .arch = CULL_ARCH_X86_64,
    .caps = CULL_CAPS_DOCKER_DEFAULT,
    .kernel_major = 6,
    .kernel_minor = 1,
};

static void require(bool holds)
{
    if (!holds)
        abort();
}

static void check(struct cull_profile *profile)
{
    cull_auto_memory struct cull_finding *findings = NULL;
    struct cull_error error = { 0 };
    size_t count = 0;

    require(cull_profile_check(profile, &target, &findings, &count, &error) == 0);
    for (size_t i = 0; i < count; i++)
        require(findings[i].message && findings[i].message[0]);
}

/* Canonical: what is written reads as what is written the same. */
static void print_twice(const struct cull_profile *profile)
{
    cull_auto(profile) again = NULL;
    cull_auto_text once = { 0 };
    cull_auto_text twice = { 0 };
    struct cull_error error = { 0 };

    if (cull_profile_print(profile, &once, &error) < 0) {
        require(error.message[0]);
        return;
    }
    require(cull_profile_parse("printed", once.data, once.size, &again, &error) == 0);
    require(cull_profile_print(again, &twice, &error) == 0);
    require(once.size == twice.size && memcmp(once.data, twice.data, once.size) == 0);
}

/* Calls that are likely to matter: the first numbers and arguments, and the edges. */
static void compare(const struct cull_policy *policy, const struct cull_filter *filter)
{
    static const uint64_t values[] = { 0, 1, 2, 0x7fffffff, 0xffffffff, 0x100000000, UINT64_MAX };

    for (size_t arch = 0; arch < policy->archs_count; arch++) {
        const struct cull_arch_info *info = cull_arch_info(policy->archs[arch].arch);

        for (uint32_t nr = 0; nr < 460; nr++) {
            struct cull_call call = { .audit = info->audit, .nr = info->nr_base + nr };

            for (size_t i = 0; i < 6; i++)
                call.args[i] = values[(nr + i) % (sizeof(values) / sizeof(*values))];
            require(cull_filter_simulate(filter, &call, NULL) ==
                    cull_policy_evaluate(policy, &call, NULL));
        }
    }
}

static void compile(const struct cull_profile *profile)
{
    cull_auto(profile) resolved = NULL;
    cull_auto(policy) policy = NULL;
    cull_auto(filter) filter = NULL;
    struct cull_error error = { 0 };

    if (cull_profile_resolve(profile, &target, &resolved, &error) < 0 ||
        cull_policy_build(resolved, &policy, &error) < 0 ||
        cull_filter_compile(policy, &filter, &error) < 0) {
        require(error.message[0]);
        return;
    }
    require(cull_filter_check(filter->insns, filter->count, &error) == 0);
    compare(policy, filter);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    cull_auto(profile) profile = NULL;
    struct cull_error error = { 0 };

    if (cull_profile_parse("fuzz", (const char *)data, size, &profile, &error) < 0) {
        require(!profile && error.message[0]);
        return 0;
    }
    check(profile);
    print_twice(profile);
    compile(profile);
    return 0;
}
