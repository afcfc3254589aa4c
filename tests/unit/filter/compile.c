/* SPDX-License-Identifier: Apache-2.0 */
/* The compiled program and the policy say the same of every call. */
#include <errno.h>
#include <linux/seccomp.h>
#include <setjmp.h>
#include <string.h>
#include <syscull/filter.h>

#include <cmocka.h>

#include "random-profile.h"

struct comparison {
    const struct cull_policy *policy;
    const struct cull_filter *filter;
    unsigned seed;
};

static bool compare(const struct cull_call *call, void *data)
{
    const struct comparison *comparison = data;
    uint32_t expected = cull_policy_evaluate(comparison->policy, call, NULL);
    uint32_t actual = cull_filter_simulate(comparison->filter, call, NULL);
    char text[256];

    if (expected != actual)
        fail_msg("profile %u, %s: the policy says %08x, the program %08x", comparison->seed,
                 describe_call(call, text, sizeof text), expected, actual);
    return true;
}

static size_t compare_profile(unsigned seed, const struct grammar *grammar, size_t *ret_insns)
{
    struct chance chance = { seed };
    struct cull_profile *profile = random_profile(&chance, grammar);
    cull_auto(policy) policy = NULL;
    cull_auto(filter) filter = NULL;
    struct cull_error error;
    size_t calls = 0;
    int r;

    r = cull_policy_build(profile, &policy, &error);
    if (r < 0) {
        assert_int_equal(r, -EINVAL);
        assert_non_null(strstr(error.message, "contradict"));
    } else {
        r = cull_filter_compile(policy, &filter, &error);
        if (r < 0)
            fail_msg("profile %u: %s", seed, error.message);
        assert_int_equal(cull_filter_check(filter->insns, filter->count, &error), 0);
        calls = each_call(policy, &chance, compare, &(struct comparison){ policy, filter, seed });
        *ret_insns += filter->count;
    }
    random_profile_free(profile);
    return calls;
}

static void compiled_and_evaluated_agree_on_every_call(void **state)
{
    static const struct grammar grammar = { .rules_max = 12 };
    size_t calls = 0, insns = 0, compared = 0;

    (void)state;
    for (unsigned seed = 1; seed <= 400; seed++) {
        size_t visited = compare_profile(seed * 7919, &grammar, &insns);

        calls += visited;
        compared += visited > 0;
    }
    print_message("# %zu calls under %zu profiles, %zu instructions\n", calls, compared, insns);
    assert_true(compared > 200);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(compiled_and_evaluated_agree_on_every_call),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
