/* SPDX-License-Identifier: Apache-2.0 */
#include "support.h"

static void expect_sigsys(struct cull_confine_result result)
{
    assert_true(WIFSIGNALED(result.wait_status));
    assert_int_equal(WTERMSIG(result.wait_status), SIGSYS);
    assert_true(result.killed_by_seccomp);
}

/* actor's mkdirat(77, "...", 0750) */
static void expect_mkdirat(struct cull_confine_result result)
{
    assert_true(result.has_call);
    assert_int_equal(result.call.audit, native_audit());
    assert_int_equal(result.call.nr, SYS_mkdirat);
    assert_int_equal(result.call.args[0], 77);
    assert_int_not_equal(result.call.args[1], 0);
    assert_int_equal(result.call.args[2], 0750);
}

static void a_kill_names_the_call_and_its_arguments(void **state)
{
    static const uint32_t actions[] = { SECCOMP_RET_KILL_PROCESS, SECCOMP_RET_KILL_THREAD,
                                        SECCOMP_RET_TRAP };
    struct one_call one;

    (void)state;
    for (size_t i = 0; i < sizeof actions / sizeof actions[0]; i++) {
        struct cull_confine_result result = RUN(only(&one, native_audit(), SYS_mkdirat, actions[i]),
                                                true, ACTOR, "mkdir");

        expect_sigsys(result);
        expect_mkdirat(result);
    }
}

static void unwatched_it_is_known_to_be_seccomp_only(void **state)
{
    struct one_call one;
    struct cull_confine_result result;

    (void)state;
    result = RUN(only(&one, native_audit(), SYS_mkdirat, SECCOMP_RET_KILL_PROCESS), false, ACTOR,
                 "mkdir");
    expect_sigsys(result);
    assert_false(result.has_call);
}

static void the_call_of_another_thread_is_named(void **state)
{
    struct one_call one;
    struct cull_confine_result result;

    (void)state;
    for (int i = 0; i < 20; i++) { /* which thread ends first is a race */
        result = RUN(only(&one, native_audit(), SYS_mkdirat, SECCOMP_RET_KILL_PROCESS), true, ACTOR,
                     "thread");
        expect_sigsys(result);
        expect_mkdirat(result);
    }
}

static void a_killed_thread_is_not_a_killed_command(void **state)
{
    struct one_call one;
    struct cull_confine_result result;

    (void)state;
    result = RUN(only(&one, native_audit(), SYS_mkdirat, SECCOMP_RET_KILL_THREAD), true, ACTOR,
                 "thread");
    assert_true(WIFEXITED(result.wait_status));
    assert_int_equal(WEXITSTATUS(result.wait_status), 3);
    assert_false(result.killed_by_seccomp);
    assert_false(result.has_call);
}

static void a_child_is_confined_and_its_death_is_its_own(void **state)
{
    struct one_call one;
    struct cull_confine_result result;

    (void)state;
    result = RUN(only(&one, native_audit(), SYS_mkdirat, SECCOMP_RET_KILL_PROCESS), true, ACTOR,
                 "child");
    assert_int_equal(WEXITSTATUS(result.wait_status), 31);
    assert_false(result.killed_by_seccomp);
}

static void a_trap_can_be_handled(void **state)
{
    struct one_call one;
    struct cull_confine_result result;

    (void)state;
    result = RUN(only(&one, native_audit(), SYS_mkdirat, SECCOMP_RET_TRAP), true, ACTOR, "handle");
    assert_true(WIFEXITED(result.wait_status));
    assert_int_equal(WEXITSTATUS(result.wait_status), 5);
    assert_false(result.killed_by_seccomp);
}

static void an_error_is_left_to_the_command(void **state)
{
    struct one_call one;
    struct cull_confine_result result;

    (void)state;
    result = RUN(only(&one, native_audit(), SYS_mkdirat, SECCOMP_RET_ERRNO | EXDEV), true, ACTOR,
                 "mkdir");
    assert_int_equal(WEXITSTATUS(result.wait_status), EXDEV);
}

/* Somebody's kill(2), also of a command under a filter. */
static void a_sigsys_of_somebody_is_not_seccomp(void **state)
{
    struct one_call one;
    struct cull_confine_result result;

    (void)state;
    result = RUN(only(&one, native_audit(), SYS_mkdirat, SECCOMP_RET_KILL_PROCESS), true, ACTOR,
                 "sigsys");
    assert_true(WIFSIGNALED(result.wait_status));
    assert_int_equal(WTERMSIG(result.wait_status), SIGSYS);
    assert_false(result.killed_by_seccomp);
    assert_false(result.has_call);
}

static void a_32_bit_call_of_a_64_bit_program_is_named(void **state)
{
#if defined(__x86_64__)
    struct one_call one;
    struct cull_confine_result result;

    (void)state;
    /* A kernel without 32-bit calls ends the program with SIGSEGV. */
    result = RUN(NULL, false, ACTOR, "int80");
    if (!WIFEXITED(result.wait_status)) {
        print_message("this kernel makes no 32-bit calls\n");
        skip();
    }
    for (int i = 0; i < 2; i++) {
        result = RUN(
            only(&one, AUDIT_ARCH_I386, 39, i == 0 ? SECCOMP_RET_KILL_PROCESS : SECCOMP_RET_TRAP),
            true, ACTOR, "int80");
        expect_sigsys(result);
        assert_true(result.has_call);
        assert_int_equal(result.call.audit, AUDIT_ARCH_I386);
        assert_int_equal(result.call.nr, 39);
        assert_int_equal(result.call.args[0], 0x1234);
        assert_int_equal(result.call.args[1], 0750);
    }
#else
    (void)state;
    print_message("the program for this test is of x86_64\n");
    skip();
#endif
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_kill_names_the_call_and_its_arguments),
        cmocka_unit_test(unwatched_it_is_known_to_be_seccomp_only),
        cmocka_unit_test(the_call_of_another_thread_is_named),
        cmocka_unit_test(a_killed_thread_is_not_a_killed_command),
        cmocka_unit_test(a_child_is_confined_and_its_death_is_its_own),
        cmocka_unit_test(a_trap_can_be_handled),
        cmocka_unit_test(an_error_is_left_to_the_command),
        cmocka_unit_test(a_sigsys_of_somebody_is_not_seccomp),
        cmocka_unit_test(a_32_bit_call_of_a_64_bit_program_is_named),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
