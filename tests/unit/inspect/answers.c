/* SPDX-License-Identifier: Apache-2.0 */
/* Verdicts, filters on top of each other, and what is found out about arguments. */
#include "questions.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <setjmp.h>
#include <string.h>

#include <cmocka.h>

#define EPERM_VERDICT (SECCOMP_RET_ERRNO | EPERM)

static void verdicts_have_names(void **state)
{
    static const struct {
        uint32_t verdict;
        const char *name;
    } cases[] = {
        { EPERM_VERDICT, "EPERM" },
        { SECCOMP_RET_ERRNO, "success, not run" },
        { SECCOMP_RET_ERRNO | 4094, "errno 4094" },
        { SECCOMP_RET_ERRNO | 0xffff, "errno 4095" },
        { SECCOMP_RET_KILL_PROCESS, "kill process" },
        { SECCOMP_RET_KILL_THREAD, "kill thread" },
        { SECCOMP_RET_TRAP | 5, "trap 5" },
        { SECCOMP_RET_TRACE, "trace" },
        { SECCOMP_RET_USER_NOTIF, "notify" },
        { 0x00060000, "0x00060000" },
        { CULL_VERDICT_PASS, "pass" },
        { CULL_VERDICT_EXEMPT, "exempt" },
    };
    char text[32];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(cull_verdict_format(cases[i].verdict, text), cases[i].name);
}

static void alike_is_what_a_program_cannot_tell(void **state)
{
    (void)state;
    assert_true(cull_verdict_is_same(SECCOMP_RET_LOG, SECCOMP_RET_ALLOW));
    assert_true(cull_verdict_is_same(CULL_VERDICT_PASS, SECCOMP_RET_LOG));
    assert_true(cull_verdict_is_same(CULL_VERDICT_KILL, SECCOMP_RET_KILL_THREAD));
    assert_true(cull_verdict_is_same(SECCOMP_RET_USER_NOTIF, CULL_VERDICT_PASS_OR_AGENT));
    assert_true(cull_verdict_is_same(SECCOMP_RET_ERRNO | 4095, SECCOMP_RET_ERRNO | 5000));
    assert_false(cull_verdict_is_same(EPERM_VERDICT, SECCOMP_RET_ERRNO | ENOSYS));
    assert_false(cull_verdict_is_same(SECCOMP_RET_KILL_THREAD, SECCOMP_RET_KILL_PROCESS));
    assert_false(cull_verdict_is_same(EPERM_VERDICT, CULL_VERDICT_PASS));
    assert_false(cull_verdict_is_pass(SECCOMP_RET_TRACE));
    assert_false(cull_verdict_is_pass(CULL_VERDICT_UNCLEAR));
}

/* ---- several filters -------------------------------------------------------------------------------- */

static struct cull_filter *returning(uint32_t verdict)
{
    const struct sock_filter insn = BPF_STMT(BPF_RET | BPF_K, verdict);
    struct cull_filter *filter = NULL;

    assert_int_equal(cull_filter_new(&insn, 1, false, &filter, NULL), 0);
    return filter;
}

static uint32_t both(uint32_t older, uint32_t newer)
{
    struct cull_filter *items[] = { returning(older), returning(newer) };
    const struct cull_live_filters filters = { .items = items, .count = 2 };
    const struct cull_call call = { 0 };
    uint32_t verdict = cull_live_filters_evaluate(&filters, &call);

    cull_filter_free(items[0]);
    cull_filter_free(items[1]);
    return verdict;
}

static void the_stronger_wins_and_the_newer_on_a_tie(void **state)
{
    /* Strongest first; 0x00060000 is no action, and as strong as its number. */
    static const uint32_t order[] = { SECCOMP_RET_KILL_PROCESS,
                                      SECCOMP_RET_KILL_THREAD,
                                      SECCOMP_RET_TRAP,
                                      SECCOMP_RET_ERRNO,
                                      0x00060000,
                                      SECCOMP_RET_USER_NOTIF,
                                      SECCOMP_RET_TRACE,
                                      SECCOMP_RET_LOG,
                                      SECCOMP_RET_ALLOW };

    (void)state;
    for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
        for (size_t j = i; j < sizeof order / sizeof *order; j++) {
            assert_int_equal(both(order[i], order[j]), order[i]);
            assert_int_equal(both(order[j], order[i]), order[i]);
        }
    }
    assert_int_equal(both(SECCOMP_RET_ERRNO | 1, SECCOMP_RET_ERRNO | 2), SECCOMP_RET_ERRNO | 2);
    /* Data where an action has none are no answer of ours. */
    assert_int_equal(both(SECCOMP_RET_ALLOW | 3, SECCOMP_RET_ALLOW | 2), SECCOMP_RET_ALLOW);
    assert_int_equal(both(SECCOMP_RET_LOG | 1, SECCOMP_RET_ALLOW), SECCOMP_RET_LOG);
}

/* ---- arguments ------------------------------------------------------------------------------------------ */

static struct cull_verdicts *survey(const char *rules)
{
    cull_auto(profile) profile = NULL;
    cull_auto(profile) resolved = NULL;
    cull_auto(policy) policy = NULL;
    cull_auto(filter) filter = NULL;
    cull_auto_text text = { 0 };
    struct cull_verdicts *verdicts = NULL;
    struct cull_live_filters filters = { .items = &filter, .count = 1 };
    struct cull_target target = { .arch = cull_arch_native(), .kernel_major = 6 };
    struct cull_error error = { 0 };

    cull_text_add(&text, "{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"syscalls\":[%s]}", rules);
    if (cull_profile_parse("test", text.data, text.size, &profile, &error) < 0 ||
        cull_profile_resolve(profile, &target, &resolved, &error) < 0 ||
        cull_policy_build(resolved, &policy, &error) < 0 ||
        cull_filter_compile(policy, &filter, &error) < 0 ||
        cull_live_filters_survey(&filters, &verdicts, &error) < 0)
        fail_msg("%s", error.message);
    return verdicts;
}

#define RULE(name, args) \
    "{\"names\":[\"" name "\"],\"action\":\"SCMP_ACT_ERRNO\",\"errnoRet\":1,\"args\":[" args "]}"
#define ARG(index, value, two, op) \
    "{\"index\":" index ",\"value\":" value ",\"valueTwo\":" two ",\"op\":\"SCMP_CMP_" op "\"}"

static void conditions_are_found_and_said(void **state)
{
    static const struct {
        const char *name, *rule, *summary;
    } cases[] = {
        { "socket", RULE("socket", ARG("0", "40", "0", "EQ")), "arg0 = AF_VSOCK: EPERM" },
        { "socket", RULE("socket", ARG("0", "1", "0", "NE")), NULL },
        { "unshare", RULE("unshare", ARG("0", "268435456", "268435456", "MASKED_EQ")),
          "arg0 & 0x10000000: EPERM" },
        { "kill", RULE("kill", ARG("1", "9", "0", "GT")), "arg1 >= 10: EPERM" },
        /* An argument that nobody expects, beyond all values that are tried: the program tells. */
        { "getpgid", RULE("getpgid", ARG("3", "81985529216486895", "0", "EQ")),
          "arg3 = 0x123456789abcdef: EPERM" },
        { "setpgid", RULE("setpgid", ARG("0", "2", "0", "EQ") "," ARG("1", "3", "0", "EQ")),
          "arg0 = 0x2 and arg1 = 0x3: EPERM" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        cull_auto(verdicts) verdicts = survey(cases[i].rule);
        const struct cull_dependence *found;
        uint32_t nr = 0;
        size_t id = 0;

        assert_int_equal(cull_syscall_by_name(cases[i].name, &id), 0);
        assert_int_equal(cull_syscall_nr(id, cull_arch_native(), &nr), 0);
        found = cull_verdicts_dependence(verdicts, cull_arch_native(), nr);
        if (found == NULL)
            fail_msg("%s: not found", cases[i].rule);
        else if (cases[i].summary != NULL)
            assert_string_equal(found->summary, cases[i].summary);
        assert_int_equal(verdicts->abis[0].arch, cull_arch_native());
    }
}

static void what_does_not_depend_is_not_said_to(void **state)
{
    cull_auto(verdicts) verdicts = survey("{\"names\":[\"mount\"],\"action\":\"SCMP_ACT_ERRNO\"}");

    (void)state;
    assert_int_equal(verdicts->dependences_count, 0);
    assert_string_equal(verdicts->method, "read");
}

/* ---- the probe itself, where nothing confines -------------------------------------------------------------- */

static void nothing_confines_nothing_is_asked(void **state)
{
    const struct cull_probe_options options = { 0 };
    cull_auto(verdicts) verdicts = NULL;
    struct cull_error error;
    struct cull_task task;

    (void)state;
    cull_task_self(&task);
    if (task.seccomp != 0)
        skip();
    assert_int_equal(cull_probe(&options, &verdicts, &error), 0);
    assert_string_equal(verdicts->method, "none");
    for (size_t i = 0; i < verdicts->abis_count; i++) {
        for (size_t nr = 0; nr < CULL_VERDICTS_NUMBERS; nr++)
            assert_int_equal(verdicts->abis[i].verdicts[nr], SECCOMP_RET_ALLOW);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(verdicts_have_names),
        cmocka_unit_test(alike_is_what_a_program_cannot_tell),
        cmocka_unit_test(the_stronger_wins_and_the_newer_on_a_tie),
        cmocka_unit_test(conditions_are_found_and_said),
        cmocka_unit_test(what_does_not_depend_is_not_said_to),
        cmocka_unit_test(nothing_confines_nothing_is_asked),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
