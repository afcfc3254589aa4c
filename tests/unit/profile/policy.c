/* SPDX-License-Identifier: Apache-2.0 */
/* What rules mean together: each case is one that libseccomp decides in a way worth knowing. */
#include <errno.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>
#include <syscull/profile.h>

#include <cmocka.h>

#define ALLOW SECCOMP_RET_ALLOW
#define KILL SECCOMP_RET_KILL_THREAD
#define E(number) (SECCOMP_RET_ERRNO | (number))

/* A rule about personality(2) (135, i386 136) as the profile writes it: {action}{args}. */
#define RULE(action, arguments) "{\"names\":[\"personality\"]," action ",\"args\":[" arguments "]}"
#define RULE_ALLOW "\"action\":\"SCMP_ACT_ALLOW\""
#define RULE_E2 "\"action\":\"SCMP_ACT_ERRNO\",\"errnoRet\":2"
#define RULE_E3 "\"action\":\"SCMP_ACT_ERRNO\",\"errnoRet\":3"
#define ARG(index, op, value) \
    "{\"index\":" #index ",\"op\":\"SCMP_CMP_" #op "\",\"value\":" #value "}"
#define MASKED(index, mask, datum)                                                                 \
    "{\"index\":" #index ",\"op\":\"SCMP_CMP_MASKED_EQ\",\"value\":" #mask ",\"valueTwo\":" #datum \
    "}"

static int build(const char *architectures, const char *rules, struct cull_profile **ret_profile,
                 struct cull_policy **ret, struct cull_error *error)
{
    const struct cull_target target = { CULL_ARCH_X86_64, CULL_CAPS_DOCKER_DEFAULT, 6, 12 };
    cull_auto(profile) profile = NULL, *resolved = NULL;
    cull_auto_text text = { 0 };
    int r;

    cull_text_add(&text,
                  "{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"defaultErrnoRet\":1,"
                  "\"architectures\":[%s],\n\"syscalls\":[\n%s]}",
                  architectures, rules);
    assert_true(cull_text_ok(&text));
    r = cull_profile_parse("test.json", text.data, text.size, &profile, error);
    if (r < 0)
        fail_msg("%s: %s", text.data, error->message);
    r = cull_profile_resolve(profile, &target, &resolved, error);
    if (r < 0)
        return r; /* resolving may find a contradiction itself */
    r = cull_policy_build(resolved, ret, error);
    if (r < 0)
        return r;
    *ret_profile = TAKE(resolved);
    return 0;
}

struct expectation {
    const char *name;
    const char *rules;
    struct {
        uint64_t args[3];
        uint32_t verdict;
    } calls[5];
    size_t calls_count;
};

static const struct expectation expectations[] = {
    { "no rule", "", { { { 0 }, E(1) } }, 1 },
    { "the first unconditional rule stays",
      RULE(RULE_ALLOW, "") "," RULE(RULE_E2, ""),
      { { { 0 }, ALLOW } },
      1 },
    { "an unconditional rule beats an earlier condition",
      RULE(RULE_ALLOW, ARG(0, EQ, 1)) "," RULE(RULE_E2, ""),
      { { { 1 }, E(2) }, { { 0 }, E(2) } },
      2 },
    { "a condition after an unconditional rule is lost",
      RULE(RULE_E2, "") "," RULE(RULE_ALLOW, ARG(0, EQ, 1)),
      { { { 1 }, E(2) } },
      1 },
    { "a rule that says the default is no rule",
      RULE("\"action\":\"SCMP_ACT_ERRNO\"", "") "," RULE(RULE_ALLOW, ARG(0, EQ, 1)),
      { { { 1 }, ALLOW }, { { 0 }, E(1) } },
      2 },
    { "conditions about different arguments are one",
      RULE(RULE_ALLOW, ARG(0, EQ, 1) "," ARG(1, EQ, 2)),
      { { { 1, 2 }, ALLOW }, { { 1, 3 }, E(1) }, { { 0, 2 }, E(1) } },
      3 },
    { "conditions of an entry that asks twice about one argument are alternatives",
      RULE(RULE_ALLOW, ARG(0, GE, 3) "," ARG(0, LE, 1) "," ARG(1, EQ, 7)),
      { { { 1, 0 }, ALLOW }, { { 2, 0 }, E(1) }, { { 3, 0 }, ALLOW }, { { 2, 7 }, ALLOW } },
      4 },
    { "the tighter bound is asked first",
      RULE(RULE_E2, ARG(0, GE, 3)) "," RULE(RULE_ALLOW, ARG(0, GE, 5)),
      { { { 2 }, E(1) }, { { 4 }, E(2) }, { { 5 }, ALLOW } },
      3 },
    { "the smaller upper bound is asked first",
      RULE(RULE_ALLOW, ARG(0, LE, 5)) "," RULE(RULE_E2, ARG(0, LE, 3)),
      { { { 3 }, E(2) }, { { 4 }, ALLOW }, { { 6 }, E(1) } },
      3 },
    { "equality is asked before ranges",
      RULE(RULE_ALLOW, ARG(0, LE, 100)) "," RULE(RULE_E2, ARG(0, EQ, 40)),
      { { { 40 }, E(2) }, { { 38 }, ALLOW } },
      2 },
    { "the higher argument is asked first",
      RULE(RULE_ALLOW, ARG(0, EQ, 1)) "," RULE(RULE_E2, ARG(1, EQ, 2)),
      { { { 1, 2 }, E(2) }, { { 1, 3 }, ALLOW }, { { 0, 2 }, E(2) }, { { 0, 0 }, E(1) } },
      4 },
    { "the longer of two chains falls back to the shorter",
      RULE(RULE_E2, ARG(0, EQ, 1) "," ARG(1, EQ, 2)) "," RULE(RULE_E3, ARG(0, GE, 1)),
      { { { 1, 2 }, E(2) }, { { 1, 3 }, E(3) }, { { 2, 2 }, E(3) }, { { 0 }, E(1) } },
      4 },
    { "a shorter condition that came first decides for the longer one",
      RULE(RULE_E2, ARG(0, EQ, 1)) "," RULE(RULE_ALLOW, ARG(0, EQ, 1) "," ARG(1, EQ, 2)),
      { { { 1, 2 }, E(2) }, { { 1, 3 }, E(2) } },
      2 },
    { "the datum is masked, too",
      RULE(RULE_ALLOW, MASKED(0, 1, 3)),
      { { { 1 }, ALLOW }, { { 3 }, ALLOW }, { { 2 }, E(1) } },
      3 },
    { "a mask of nothing is no condition",
      RULE(RULE_ALLOW, MASKED(0, 0, 5)) "," RULE(RULE_E2, ""),
      { { { 0 }, ALLOW }, { { 9 }, ALLOW } },
      2 },
    { "what is true of every value is a condition still",
      RULE(RULE_ALLOW, ARG(0, GE, 0)) "," RULE(RULE_E2, ""),
      { { { 0 }, E(2) } },
      1 },
    { "64 bits are compared",
      RULE(RULE_ALLOW, ARG(0, EQ, 4294967295)),
      { { { UINT32_MAX }, ALLOW }, { { UINT64_MAX }, E(1) } },
      2 },
};

static void rules_mean_together_what_libseccomp_makes_of_them(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof expectations / sizeof *expectations; i++) {
        const struct expectation *expectation = &expectations[i];
        cull_auto(profile) profile = NULL;
        cull_auto(policy) policy = NULL;
        struct cull_error error;

        if (build("\"SCMP_ARCH_X86_64\"", expectation->rules, &profile, &policy, &error) < 0)
            fail_msg("%s: %s", expectation->name, error.message);
        for (size_t j = 0; j < expectation->calls_count; j++) {
            struct cull_call call = { .audit = AUDIT_ARCH_X86_64, .nr = 135 };
            uint32_t verdict;

            memcpy(call.args, expectation->calls[j].args, sizeof expectation->calls[j].args);
            verdict = cull_policy_evaluate(policy, &call, NULL);
            if (verdict != expectation->calls[j].verdict)
                fail_msg("%s, call %zu: %08x instead of %08x", expectation->name, j, verdict,
                         expectation->calls[j].verdict);
        }
    }
}

static void rules_that_contradict_each_other_are_refused_with_both_lines(void **state)
{
    static const char *const rules[] = {
        RULE(RULE_ALLOW, ARG(0, EQ, 1)) ",\n" RULE(RULE_E2, ARG(0, EQ, 1)),
        RULE(RULE_ALLOW, ARG(0, EQ, 1) "," ARG(1, EQ, 2)) ",\n" RULE(RULE_E2, ARG(0, EQ, 1)),
        RULE(RULE_ALLOW, MASKED(0, 1, 1)) ",\n" RULE(RULE_E2, MASKED(0, 1, 3)),
    };

    (void)state;
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        cull_auto(profile) profile = NULL;
        cull_auto(policy) policy = NULL;
        struct cull_error error = { .message = "" };

        assert_int_equal(build("", rules[i], &profile, &policy, &error), -EINVAL);
        assert_null(policy);
        assert_int_equal(error.line, 4);
        assert_non_null(strstr(error.message, "line 4"));
        assert_non_null(strstr(error.message, "line 3"));
        assert_non_null(strstr(error.message, "SCMP_ACT_ALLOW"));
        assert_non_null(strstr(error.message, "SCMP_ACT_ERRNO"));
    }
}

static uint32_t verdict_of(const struct cull_policy *policy, uint32_t audit, uint32_t nr,
                           uint64_t first)
{
    struct cull_call call = { .audit = audit, .nr = nr, .args = { first } };

    return cull_policy_evaluate(policy, &call, NULL);
}

static void calls_of_other_architectures_are_killed(void **state)
{
    cull_auto(profile) profile = NULL;
    cull_auto(policy) policy = NULL;
    struct cull_error error;

    (void)state;
    assert_int_equal(build("\"SCMP_ARCH_X86_64\"", RULE(RULE_ALLOW, ""), &profile, &policy, &error),
                     0);
    assert_int_equal(verdict_of(policy, AUDIT_ARCH_X86_64, 135, 0), ALLOW);
    assert_int_equal(verdict_of(policy, AUDIT_ARCH_X86_64, 136, 0), E(1));
    assert_int_equal(verdict_of(policy, AUDIT_ARCH_I386, 136, 0), KILL);
    assert_int_equal(verdict_of(policy, AUDIT_ARCH_X86_64, 135 | CULL_X32_BIT, 0), KILL);
    assert_int_equal(verdict_of(policy, AUDIT_ARCH_X86_64, 0x80000000, 0), KILL);
    assert_int_equal(verdict_of(policy, AUDIT_ARCH_X86_64, UINT32_MAX, 0), E(1));
    assert_int_equal(verdict_of(policy, 0x1234, 135, 0), KILL);
}

static void narrow_abis_compare_32_bits(void **state)
{
    cull_auto(profile) profile = NULL;
    cull_auto(policy) policy = NULL;
    struct cull_error error;
    uint64_t high = 0x100000000;

    (void)state;
    assert_int_equal(build("\"SCMP_ARCH_X86_64\",\"SCMP_ARCH_X86\",\"SCMP_ARCH_X32\"",
                           RULE(RULE_ALLOW, ARG(0, EQ, 4294967296)), &profile, &policy, &error),
                     0);
    assert_int_equal(verdict_of(policy, AUDIT_ARCH_X86_64, 135, 0), E(1));
    assert_int_equal(verdict_of(policy, AUDIT_ARCH_X86_64, 135, high), ALLOW);
    assert_int_equal(verdict_of(policy, AUDIT_ARCH_I386, 136, 0), ALLOW);
    assert_int_equal(verdict_of(policy, AUDIT_ARCH_I386, 136, high), ALLOW);
    assert_int_equal(verdict_of(policy, AUDIT_ARCH_X86_64, 135 | CULL_X32_BIT, 0), ALLOW);
    assert_int_equal(verdict_of(policy, AUDIT_ARCH_X86_64, 135 | CULL_X32_BIT, high), ALLOW);
    assert_int_equal(verdict_of(policy, AUDIT_ARCH_X86_64, UINT32_MAX, 0), E(1));
}

/* socket(2) on i386 is number 359, and number 102 with 1 in the first argument. */
static void multiplexed_calls_have_two_doors(void **state)
{
    static const char rules[] = "{\"names\":[\"socket\"]," RULE_ALLOW ",\"args\":[" ARG(
        0, EQ, 2) "," ARG(2, EQ, 0) "]},"
                                    "{\"names\":[\"shmget\"]," RULE_E2 "}";
    cull_auto(profile) profile = NULL;
    cull_auto(policy) policy = NULL;
    struct cull_error error;
    struct cull_call call = { .audit = AUDIT_ARCH_I386, .nr = 102, .args = { 1, 9, 0 } };

    (void)state;
    assert_int_equal(
        build("\"SCMP_ARCH_X86_64\",\"SCMP_ARCH_X86\"", rules, &profile, &policy, &error), 0);
    assert_int_equal(verdict_of(policy, AUDIT_ARCH_X86_64, 41, 2), ALLOW);
    assert_int_equal(verdict_of(policy, AUDIT_ARCH_I386, 359, 2), ALLOW);
    assert_int_equal(verdict_of(policy, AUDIT_ARCH_I386, 359, 1), E(1));
    assert_int_equal(cull_policy_evaluate(policy, &call, NULL), ALLOW);
    call.args[2] = 1; /* the other conditions stay, though they meet a pointer here */
    assert_int_equal(cull_policy_evaluate(policy, &call, NULL), E(1));
    assert_int_equal(verdict_of(policy, AUDIT_ARCH_I386, 102, 2), E(1));
    assert_int_equal(verdict_of(policy, AUDIT_ARCH_I386, 117, 23), E(2));
    assert_int_equal(verdict_of(policy, AUDIT_ARCH_I386, 395, 23), E(2));
}

static void the_rule_that_decided_is_named(void **state)
{
    cull_auto(profile) profile = NULL;
    cull_auto(policy) policy = NULL;
    struct cull_error error;
    struct cull_call call = { .audit = AUDIT_ARCH_X86_64, .nr = 135, .args = { 1 } };
    const struct cull_rule *rule = NULL;

    (void)state;
    assert_int_equal(build("", RULE(RULE_ALLOW, ARG(0, EQ, 1)), &profile, &policy, &error), 0);
    assert_int_equal(cull_policy_evaluate(policy, &call, &rule), ALLOW);
    assert_ptr_equal(rule, &profile->rules[0]);
    call.args[0] = 2;
    assert_int_equal(cull_policy_evaluate(policy, &call, &rule), E(1));
    assert_null(rule);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rules_mean_together_what_libseccomp_makes_of_them),
        cmocka_unit_test(rules_that_contradict_each_other_are_refused_with_both_lines),
        cmocka_unit_test(calls_of_other_architectures_are_killed),
        cmocka_unit_test(narrow_abis_compare_32_bits),
        cmocka_unit_test(multiplexed_calls_have_two_doors),
        cmocka_unit_test(the_rule_that_decided_is_named),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
