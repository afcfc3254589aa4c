/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <linux/capability.h>
#include <linux/seccomp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <syscull/table.h>

#include <cmocka.h>

static const struct {
    enum cull_action action;
    uint32_t value;
} returned[] = {
    { CULL_ACT_KILL_PROCESS, SECCOMP_RET_KILL_PROCESS },
    { CULL_ACT_KILL_THREAD, SECCOMP_RET_KILL_THREAD },
    { CULL_ACT_TRAP, SECCOMP_RET_TRAP },
    { CULL_ACT_ERRNO, SECCOMP_RET_ERRNO },
    { CULL_ACT_NOTIFY, SECCOMP_RET_USER_NOTIF },
    { CULL_ACT_TRACE, SECCOMP_RET_TRACE },
    { CULL_ACT_LOG, SECCOMP_RET_LOG },
    { CULL_ACT_ALLOW, SECCOMP_RET_ALLOW },
};

static void actions_are_the_kernels(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(returned) / sizeof(returned[0]); i++) {
        const struct cull_action_info *info = cull_action_info(returned[i].action);
        enum cull_action found = CULL_ACT_COUNT;

        assert_int_equal(info->value, returned[i].value);
        assert_int_equal(cull_action_by_value(info->value | 0xffff, &found), 0);
        assert_int_equal(found, returned[i].action);
        found = CULL_ACT_COUNT;
        assert_int_equal(cull_action_by_name(info->oci, &found), 0);
        assert_int_equal(found, returned[i].action);
        /* The kernel's order: the lower, with a sign, wins.  The enum is in that order. */
        if (i > 0)
            assert_true((int32_t)returned[i - 1].value < (int32_t)info->value);
    }
    assert_null(cull_action_info(CULL_ACT_COUNT));
}

static void unknown_actions_stay_unknown(void **state)
{
    enum cull_action found = CULL_ACT_COUNT;

    (void)state;
    assert_int_equal(cull_action_by_value(0x00060000, &found), -ENOENT);
    assert_int_equal(cull_action_by_name("SCMP_ACT_KIL", &found), -ENOENT);
    assert_int_equal(cull_action_by_name("scmp_act_log", &found), -ENOENT);
    assert_int_equal(found, CULL_ACT_COUNT);
    assert_string_equal(cull_action_nearest("SCMP_ACT_ALOW"), "SCMP_ACT_ALLOW");
    assert_string_equal(cull_action_nearest("SCMP_ACT_ERNO"), "SCMP_ACT_ERRNO");
    assert_null(cull_action_nearest("nothing like it"));
}

static void kill_is_the_thread(void **state)
{
    enum cull_action found = CULL_ACT_COUNT;

    (void)state;
    assert_int_equal(cull_action_by_name("SCMP_ACT_KILL", &found), 0);
    assert_int_equal(found, CULL_ACT_KILL_THREAD);
    assert_true(cull_action_info(CULL_ACT_ERRNO)->takes_errno);
    assert_true(cull_action_info(CULL_ACT_TRACE)->takes_errno);
    assert_false(cull_action_info(CULL_ACT_TRAP)->takes_errno);
}

static void operators_go_both_ways(void **state)
{
    enum cull_op found = CULL_CMP_COUNT;

    (void)state;
    for (enum cull_op op = 0; op < CULL_CMP_COUNT; op++) {
        assert_int_equal(cull_op_by_name(cull_op_name(op), &found), 0);
        assert_int_equal(found, op);
    }
    found = CULL_CMP_COUNT;
    assert_int_equal(cull_op_by_name("SCMP_CMP_EQUAL", &found), -ENOENT);
    assert_int_equal(found, CULL_CMP_COUNT);
    assert_null(cull_op_name(CULL_CMP_COUNT));
    assert_string_equal(cull_op_nearest("SCMP_CMP_EQUAL"), "SCMP_CMP_EQ");
    assert_string_equal(cull_op_nearest("SCMP_CMP_MASK_EQ"), "SCMP_CMP_MASKED_EQ");
}

static void flags_are_the_kernels(void **state)
{
    uint32_t flag = 0;

    (void)state;
    assert_string_equal(cull_flag_name(SECCOMP_FILTER_FLAG_TSYNC), "SECCOMP_FILTER_FLAG_TSYNC");
    assert_string_equal(cull_flag_name(SECCOMP_FILTER_FLAG_LOG), "SECCOMP_FILTER_FLAG_LOG");
    assert_string_equal(cull_flag_name(SECCOMP_FILTER_FLAG_SPEC_ALLOW),
                        "SECCOMP_FILTER_FLAG_SPEC_ALLOW");
    assert_string_equal(cull_flag_name(SECCOMP_FILTER_FLAG_NEW_LISTENER),
                        "SECCOMP_FILTER_FLAG_NEW_LISTENER");
    assert_string_equal(cull_flag_name(SECCOMP_FILTER_FLAG_TSYNC_ESRCH),
                        "SECCOMP_FILTER_FLAG_TSYNC_ESRCH");
    for (uint32_t bit = 1; bit < 0x40; bit <<= 1) {
        assert_int_equal(cull_flag_by_name(cull_flag_name(bit), &flag), 0);
        assert_int_equal(flag, bit);
    }
    assert_int_equal(cull_flag_by_name("SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV", &flag), 0);
    assert_int_equal(flag, 0x20);
    assert_null(cull_flag_name(0));
    assert_null(cull_flag_name(3));
    assert_null(cull_flag_name(0x40));
    assert_int_equal(cull_flag_by_name("LOG", &flag), -ENOENT);
}

static void errnos_go_both_ways(void **state)
{
    unsigned number = 0, names = 0;

    (void)state;
    for (unsigned i = 0; i < 4096; i++) {
        if (!cull_errno_name(i))
            continue;
        names++;
        assert_int_equal(cull_errno_by_name(cull_errno_name(i), &number), 0);
        assert_int_equal(number, i);
    }
    assert_int_equal(names, 131); /* 1 to 133 without 41 and 58 */
    assert_string_equal(cull_errno_name(EPERM), "EPERM");
    assert_string_equal(cull_errno_name(11), "EAGAIN");
    assert_string_equal(cull_errno_name(38), "ENOSYS");
    assert_int_equal(cull_errno_by_name("EWOULDBLOCK", &number), 0);
    assert_int_equal(number, 11);
    assert_int_equal(cull_errno_by_name("enotsup", &number), 0);
    assert_int_equal(number, 95);
    assert_int_equal(cull_errno_by_name("EWHAT", &number), -ENOENT);
    assert_int_equal(cull_errno_by_name("-", &number), -ENOENT);
    assert_null(cull_errno_name(0));
    assert_null(cull_errno_name(41));
}

static void capabilities_go_both_ways(void **state)
{
    unsigned number = 99;

    (void)state;
    for (unsigned i = 0; i < CULL_CAP_COUNT; i++) {
        assert_int_equal(cull_cap_by_name(cull_cap_name(i), &number), 0);
        assert_int_equal(number, i);
        assert_int_equal(cull_cap_by_name(cull_cap_name(i) + strlen("CAP_"), &number), 0);
        assert_int_equal(number, i);
    }
    assert_null(cull_cap_name(CULL_CAP_COUNT));
    assert_string_equal(cull_cap_name(CAP_SYS_ADMIN), "CAP_SYS_ADMIN");
    assert_string_equal(cull_cap_name(CAP_CHECKPOINT_RESTORE), "CAP_CHECKPOINT_RESTORE");
    assert_int_equal(cull_cap_by_name("sys_admin", &number), 0);
    assert_int_equal(number, CAP_SYS_ADMIN);
    assert_int_equal(cull_cap_by_name("CAP_", &number), -ENOENT);
    assert_int_equal(cull_cap_by_name("CAP_CAP_SYS_ADMIN", &number), -ENOENT);
    assert_int_equal(number, CAP_SYS_ADMIN);
}

/* Whoever meets a word in a profile can ask what it means. */
static void every_word_of_a_profile_is_explained(void **state)
{
    (void)state;
    for (enum cull_action i = 0; i < CULL_ACT_COUNT; i++) {
        assert_non_null(cull_explain_text(cull_action_info(i)->oci));
        assert_non_null(cull_explain_text(cull_action_info(i)->kernel));
    }
    for (enum cull_op i = 0; i < CULL_CMP_COUNT; i++)
        assert_non_null(cull_explain_text(cull_op_name(i)));
    assert_non_null(cull_explain_text("SECCOMP_FILTER_FLAG_TSYNC"));
    assert_non_null(cull_explain_text("defaultAction"));
    assert_ptr_equal(cull_explain_text("log"), cull_explain_text("SCMP_ACT_LOG"));
    assert_ptr_equal(cull_explain_text("runtimedefault"), cull_explain_text("RuntimeDefault"));
    assert_null(cull_explain_text("nonsense"));
    assert_null(cull_explain_text(""));
}

static void every_text_begins_with_its_topic(void **state)
{
    size_t count = 0;

    (void)state;
    for (const char *const *topic = cull_explain_topics(); *topic; topic++, count++)
        assert_ptr_equal(strstr(cull_explain_text(*topic), *topic), cull_explain_text(*topic));
    assert_in_range(count, 28, 200);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(actions_are_the_kernels),
        cmocka_unit_test(unknown_actions_stay_unknown),
        cmocka_unit_test(kill_is_the_thread),
        cmocka_unit_test(operators_go_both_ways),
        cmocka_unit_test(flags_are_the_kernels),
        cmocka_unit_test(errnos_go_both_ways),
        cmocka_unit_test(capabilities_go_both_ways),
        cmocka_unit_test(every_word_of_a_profile_is_explained),
        cmocka_unit_test(every_text_begins_with_its_topic),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
