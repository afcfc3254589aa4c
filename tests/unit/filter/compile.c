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

/* The first rule can never hold, and both answers to its first question lead to a question about the
 * same word: it must be in the accumulator all the same. */
static void a_question_that_decides_nothing_leaves_its_word(void **state)
{
    static struct cull_condition never[] = { { 0, CULL_CMP_MASKED_EQ, 4, 4, { 0 } },
                                             { 1, CULL_CMP_GT, UINT64_MAX, 0, { 0 } } };
    static struct cull_condition odd[] = { { 0, CULL_CMP_MASKED_EQ, 2, 2, { 0 } } };
    static struct cull_name name = { "read", { 0 } };
    static enum cull_arch arch = CULL_ARCH_X86_64;
    struct cull_rule rules[] = {
        { .names = &name,
          .names_count = 1,
          .action = CULL_ACT_LOG,
          .conditions = never,
          .conditions_count = 2 },
        { .names = &name,
          .names_count = 1,
          .action = CULL_ACT_ALLOW,
          .conditions = odd,
          .conditions_count = 1 },
    };
    struct cull_profile profile = {
        .is_resolved = true,
        .default_action = CULL_ACT_TRAP,
        .archs = &arch,
        .archs_count = 1,
        .rules = rules,
        .rules_count = 2,
    };
    cull_auto(policy) policy = NULL;
    cull_auto(filter) filter = NULL;
    struct cull_error error;

    (void)state;
    assert_int_equal(cull_policy_build(&profile, &policy, &error), 0);
    assert_int_equal(cull_filter_compile(policy, &filter, &error), 0);
    for (uint64_t first = 0; first < 8; first++) {
        struct cull_call call = { cull_arch_info(arch)->audit, 0, { first } };

        assert_int_equal(cull_filter_simulate(filter, &call, NULL),
                         first & 2 ? SECCOMP_RET_ALLOW : SECCOMP_RET_TRAP);
    }
}

/* ---- large and impossible ones --------------------------------------------------------------- */

/* One rule per call, each with comparisons of its own: nothing is shared. */
static struct cull_profile *make_large(size_t names, size_t values, enum cull_arch arch)
{
    struct cull_arena *arena = cull_arena_new();
    struct cull_profile *profile = cull_arena_alloc(arena, sizeof *profile);

    profile->arena = arena;
    profile->is_resolved = true;
    profile->archs = cull_arena_alloc(arena, sizeof *profile->archs);
    profile->archs[0] = arch;
    profile->archs_count = 1;
    profile->default_action = CULL_ACT_KILL_PROCESS;
    profile->rules_count = names;
    profile->rules = cull_arena_alloc(arena, names * sizeof *profile->rules);
    for (size_t i = 0; i < names; i++) {
        struct cull_rule *rule = &profile->rules[i];

        rule->names = cull_arena_alloc(arena, sizeof *rule->names);
        rule->names[0].text = cull_syscall_info(i)->name;
        rule->names_count = 1;
        rule->action = CULL_ACT_ERRNO;
        rule->errno_ret = 1 + i % 100;
        rule->conditions_count = values;
        rule->conditions = cull_arena_alloc(arena, values * sizeof *rule->conditions);
        for (size_t j = 0; j < values; j++)
            rule->conditions[j] = (struct cull_condition){
                .index = i % 6,
                .op = CULL_CMP_EQ,
                .value = i * 1000003 + j * 0x700000001,
            };
    }
    return profile;
}

static void a_long_program_reaches_its_far_ends(void **state)
{
    struct cull_profile *profile = make_large(cull_syscall_count(), 2, CULL_ARCH_X86_64);
    cull_auto(policy) policy = NULL;
    cull_auto(filter) filter = NULL;
    struct chance chance = { 5 };
    struct cull_error error;
    size_t jumps = 0;

    (void)state;
    assert_int_equal(cull_policy_build(profile, &policy, &error), 0);
    assert_int_equal(cull_filter_compile(policy, &filter, &error), 0);
    assert_int_equal(cull_filter_check(filter->insns, filter->count, &error), 0);
    for (size_t i = 0; i < filter->count; i++)
        jumps += filter->insns[i].code == (BPF_JMP | BPF_JA);
    assert_in_range(filter->count, 2000, CULL_FILTER_MAX_INSNS);
    assert_true(jumps > 0); /* or the test does not test what it says */
    each_call(policy, &chance, compare, &(struct comparison){ policy, filter, 0 });
    random_profile_free(profile);
}

static void a_program_that_is_too_long_is_refused(void **state)
{
    static const struct {
        size_t names, values;
    } sizes[] = { { 300, 8 }, { 1, 3000 }, { 2, 6000 } };

    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct cull_profile *profile = make_large(sizes[i].names, sizes[i].values,
                                                  CULL_ARCH_X86_64);
        cull_auto(policy) policy = NULL;
        cull_auto(filter) filter = NULL;
        struct cull_error error;

        profile->rules[0].names[0].text = "read";
        assert_int_equal(cull_policy_build(profile, &policy, &error), 0);
        assert_int_equal(cull_filter_compile(policy, &filter, &error), -E2BIG);
        assert_non_null(strstr(error.message, "4096 instructions"));
        assert_null(filter);
        random_profile_free(profile);
    }
}

static void both_byte_orders_in_one_filter_are_refused(void **state)
{
    static const enum cull_arch archs[] = { CULL_ARCH_X86_64, CULL_ARCH_S390X };
    static const struct grammar grammar = { .archs = archs, .archs_count = 2, .rules_max = 1 };
    struct chance chance = { 3 };
    struct cull_profile *profile = random_profile(&chance, &grammar);
    cull_auto(policy) policy = NULL;
    cull_auto(filter) filter = NULL;
    struct cull_error error;

    (void)state;
    assert_int_equal(cull_policy_build(profile, &policy, &error), 0);
    assert_int_equal(cull_filter_compile(policy, &filter, &error), -EINVAL);
    assert_non_null(strstr(error.message, "SCMP_ARCH_S390X"));
    assert_null(filter);
    random_profile_free(profile);
}

static void the_same_policy_gives_the_same_program(void **state)
{
    static const struct grammar grammar = { .rules_max = 12 };

    (void)state;
    for (unsigned seed = 100; seed < 120; seed++) {
        struct chance chance = { seed };
        struct cull_profile *profile = random_profile(&chance, &grammar);
        cull_auto(policy) policy = NULL, *again = NULL;
        cull_auto(filter) first = NULL, *second = NULL;
        struct cull_error error;

        if (cull_policy_build(profile, &policy, &error) == 0) {
            assert_int_equal(cull_policy_build(profile, &again, &error), 0);
            assert_int_equal(cull_filter_compile(policy, &first, &error), 0);
            assert_int_equal(cull_filter_compile(again, &second, &error), 0);
            assert_int_equal(first->count, second->count);
            assert_memory_equal(first->insns, second->insns, first->count * sizeof *first->insns);
        }
        random_profile_free(profile);
    }
}

/* The kernel's cache of calls that are always allowed needs a program that decides architecture and
 * number first, and calculates with AND alone. */
static void the_kernel_can_cache_what_is_always_allowed(void **state)
{
    static const struct grammar grammar = { .rules_max = 12 };

    (void)state;
    for (unsigned seed = 200; seed < 260; seed++) {
        struct chance chance = { seed };
        struct cull_profile *profile = random_profile(&chance, &grammar);
        cull_auto(policy) policy = NULL;
        cull_auto(filter) filter = NULL;
        struct cull_error error;

        if (cull_policy_build(profile, &policy, &error) == 0) {
            assert_int_equal(cull_filter_compile(policy, &filter, &error), 0);
            for (size_t i = 0; i < filter->count; i++) {
                if (BPF_CLASS(filter->insns[i].code) == BPF_ALU)
                    assert_int_equal(filter->insns[i].code, BPF_ALU | BPF_AND | BPF_K);
            }
        }
        random_profile_free(profile);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(compiled_and_evaluated_agree_on_every_call),
        cmocka_unit_test(a_question_that_decides_nothing_leaves_its_word),
        cmocka_unit_test(a_long_program_reaches_its_far_ends),
        cmocka_unit_test(a_program_that_is_too_long_is_refused),
        cmocka_unit_test(both_byte_orders_in_one_filter_are_refused),
        cmocka_unit_test(the_same_policy_gives_the_same_program),
        cmocka_unit_test(the_kernel_can_cache_what_is_always_allowed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
