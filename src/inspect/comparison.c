/* SPDX-License-Identifier: Apache-2.0 */
/* How far the answers are those of the profile that engines give when nothing is said. */
#include <errno.h>
#include <linux/seccomp.h>
#include <string.h>
#include <syscull/inspect.h>

/* An engine of another year refuses and allows some other calls: that alone is no other profile.
 * What it lets through may be new ways to do what is allowed, not a way around what is not. */
#define LOOSER_MAX 10
#define STRICTER_MAX 60

void cull_comparison_free(struct cull_comparison *comparison)
{
    if (comparison == NULL)
        return;
    free(comparison->items);
    free(comparison);
}

static int usual_policy(uint64_t bounding, struct cull_profile **ret_profile,
                        struct cull_policy **ret, struct cull_error *reterr)
{
    cull_auto(profile) builtin = NULL;
    cull_auto(profile) resolved = NULL;
    struct cull_target target;
    int r;

    r = cull_target_default(&target, reterr);
    if (r < 0)
        return r;
    target.caps = bounding;
    r = cull_profile_builtin("runtime-default", &builtin, reterr);
    if (r < 0)
        return r;
    r = cull_profile_resolve(builtin, &target, &resolved, reterr);
    if (r < 0)
        return r;
    r = cull_policy_build(resolved, ret, reterr);
    if (r < 0)
        return r;
    *ret_profile = TAKE(resolved);
    return 0;
}

/* Calls that are the reason for having a profile. */
static bool is_grave(size_t id)
{
    static const char *const groups[] = { "mount",   "namespace", "module", "trace",
                                          "keyring", "system",    "machine" };
    const char *group = cull_syscall_info(id)->group;

    for (size_t i = 0; i < sizeof groups / sizeof *groups; i++) {
        if (strcmp(groups[i], group) == 0)
            return true;
    }
    return false;
}

static int add(struct cull_comparison *comparison, size_t *capacity,
               const struct cull_difference *difference, struct cull_error *reterr)
{
    const bool is_native = difference->arch == cull_arch_native();

    if (cull_array_grow(&comparison->items, capacity, comparison->count,
                        sizeof *comparison->items) < 0)
        return cull_fail_memory(reterr);
    comparison->items[comparison->count++] = *difference;
    if (is_native && cull_verdict_is_pass(difference->here) &&
        !cull_verdict_is_pass(difference->usual)) {
        comparison->looser++;
        comparison->grave += is_grave(difference->syscall);
    }
    if (is_native && cull_verdict_is_pass(difference->usual) &&
        !cull_verdict_is_pass(difference->here))
        comparison->stricter++;
    return 0;
}

/* One number: zeros, and what the arguments change. */
static bool differs(const struct cull_verdicts *verdicts, const struct cull_policy *policy,
                    struct cull_difference *difference, uint32_t nr)
{
    const struct cull_dependence *dependence = cull_verdicts_dependence(verdicts, difference->arch,
                                                                        nr);
    struct cull_call call = { .audit = cull_arch_info(difference->arch)->audit, .nr = nr };

    difference->usual = cull_policy_evaluate(policy, &call, NULL);
    if (!cull_verdict_is_same(difference->here, difference->usual))
        return true;
    for (size_t i = 0; dependence != NULL && i < dependence->count; i++) {
        memcpy(call.args, dependence->samples[i].args, sizeof call.args);
        difference->here = dependence->samples[i].verdict;
        difference->usual = cull_policy_evaluate(policy, &call, NULL);
        if (!cull_verdict_is_same(difference->here, difference->usual))
            return true;
    }
    return false;
}

static int compare(const struct cull_verdicts *verdicts, const struct cull_policy *policy,
                   struct cull_comparison *comparison, struct cull_error *reterr)
{
    size_t capacity = 0;

    for (size_t i = 0; i < verdicts->abis_count; i++) {
        const struct cull_abi_verdicts *abi = &verdicts->abis[i];
        uint32_t base = cull_arch_info(abi->arch)->nr_base;

        for (uint32_t n = 0; !abi->is_absent && n < CULL_VERDICTS_NUMBERS; n++) {
            struct cull_difference one = { .arch = abi->arch, .here = abi->verdicts[n] };
            int r = 0;

            if (cull_syscall_by_nr(abi->arch, base + n, &one.syscall) < 0 ||
                one.here == CULL_VERDICT_EXEMPT)
                continue;
            if (differs(verdicts, policy, &one, base + n))
                r = add(comparison, &capacity, &one, reterr);
            if (r < 0)
                return r;
        }
    }
    return 0;
}

int cull_comparison_make(const struct cull_verdicts *verdicts, uint64_t bounding,
                         struct cull_comparison **ret, struct cull_error *reterr)
{
    cull_auto(comparison) comparison = calloc(1, sizeof *comparison);
    cull_auto(profile) profile = NULL;
    cull_auto(policy) policy = NULL;
    int r;

    if (comparison == NULL)
        return cull_fail_memory(reterr);
    r = usual_policy(bounding, &profile, &policy, reterr);
    if (r < 0)
        return r;
    r = compare(verdicts, policy, comparison, reterr);
    if (r < 0)
        return r;
    comparison->is_like = comparison->grave == 0 && comparison->looser <= LOOSER_MAX &&
                          comparison->stricter <= STRICTER_MAX;
    *ret = TAKE(comparison);
    return 0;
}
