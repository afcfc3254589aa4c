/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a generated profile means to runc and to crun, for every number: the rules as libseccomp
 * combines them are crun's filter; runc puts in front of it that every number above the largest one
 * named (in any rule) gets ENOSYS, unless the default action lets calls go on.
 */
#include <errno.h>
#include <linux/seccomp.h>

#include "made.h"

#define BEYOND 40 /* numbers behind the table's end that are looked at, too */

static uint32_t named_end(const struct cull_profile *profile, enum cull_arch arch)
{
    uint32_t end = 0, nr;
    size_t id;

    for (size_t i = 0; i < profile->rules_count; i++)
        for (size_t j = 0; j < profile->rules[i].names_count; j++)
            if (cull_syscall_by_name(profile->rules[i].names[j].text, &id) == 0 &&
                cull_syscall_nr(id, arch, &nr) == 0 && nr >= end)
                end = nr + 1;
    return end;
}

struct runtimes {
    const struct cull_profile *profile; /* resolved */
    const struct cull_policy *policy;
    enum cull_arch arch;
    uint32_t end;
};

static uint32_t crun(const struct runtimes *runtimes, uint32_t nr)
{
    const struct cull_call call = { .audit = cull_arch_info(runtimes->arch)->audit, .nr = nr };

    return cull_policy_evaluate(runtimes->policy, &call, NULL);
}

static uint32_t runc(const struct runtimes *runtimes, uint32_t nr)
{
    enum cull_action action = runtimes->profile->default_action;

    if (nr >= runtimes->end && action != CULL_ACT_LOG && action != CULL_ACT_TRACE)
        return SECCOMP_RET_ERRNO | ENOSYS;
    return crun(runtimes, nr);
}

static struct cull_profile *resolved(const struct cull_profile *profile, enum cull_arch arch)
{
    const struct cull_target target = { .arch = arch, .kernel_major = 6, .kernel_minor = 1 };
    struct cull_profile *ret = NULL;
    struct cull_error error = { 0 };

    if (cull_profile_resolve(profile, &target, &ret, &error) < 0)
        fail_msg("%s", error.message);
    return ret;
}

/* What the name is told, by the listing rule alone: all names are listed when the rest is denied. */
static uint32_t wanted(const struct cull_profile *profile, const char *name)
{
    const struct cull_rule *rule = made_rule(profile, name);
    enum cull_action action = rule == NULL ? profile->default_action : rule->action;
    uint32_t value = cull_action_info(action)->value;

    if (rule == NULL)
        return value;
    return rule->action == CULL_ACT_ERRNO ? value | rule->errno_ret : value;
}

/* A call whose arguments are 0: through socketcall(2) and ipc(2) none of them is one of theirs. */
static void compare(const struct cull_profile *profile, enum cull_arch machine, enum cull_arch arch)
{
    cull_auto(profile) flat = resolved(profile, machine);
    cull_auto(policy) policy = NULL;
    struct cull_error error = { 0 };
    struct runtimes runtimes = { .profile = flat, .arch = arch };
    uint32_t base = cull_arch_info(arch)->nr_base;
    size_t known = 0, id;

    assert_int_equal(cull_policy_build(flat, &policy, &error), 0);
    runtimes.policy = policy;
    runtimes.end = named_end(flat, arch);
    for (uint32_t nr = base; nr <= cull_syscall_max_nr(arch) + BEYOND; nr++) {
        if (cull_syscall_by_nr(arch, nr, &id) < 0)
            continue;
        known++;
        if (runc(&runtimes, nr) != crun(&runtimes, nr) ||
            crun(&runtimes, nr) != wanted(profile, cull_syscall_info(id)->name))
            fail_msg("%s of %s: runc %08x, crun %08x, wanted %08x", cull_syscall_info(id)->name,
                     cull_arch_info(arch)->name, runc(&runtimes, nr), crun(&runtimes, nr),
                     wanted(profile, cull_syscall_info(id)->name));
    }
    assert_true(known > 250);
    if (profile->default_action == CULL_ACT_ERRNO)
        for (uint32_t nr = cull_syscall_max_nr(arch) + 1; nr < cull_syscall_max_nr(arch) + BEYOND;
             nr++) {
            assert_int_equal(runc(&runtimes, nr), SECCOMP_RET_ERRNO | ENOSYS);
            assert_int_equal(crun(&runtimes, nr), SECCOMP_RET_ERRNO | ENOSYS);
        }
}

static const enum cull_action actions[] = { CULL_ACT_ERRNO, CULL_ACT_KILL_PROCESS,
                                            CULL_ACT_KILL_THREAD, CULL_ACT_TRAP, CULL_ACT_LOG };

/* A program of two ABIs, with calls denied in three ways; socketcall and ipc are multiplexers. */
static struct cull_record *busy_record(void)
{
    static const struct heard heard[] = {
        CALLED(CULL_ARCH_X86_64, "read"),          CALLED(CULL_ARCH_X86_64, "socket"),
        CALLED(CULL_ARCH_X86_64, "shmget"),        CALLED(CULL_ARCH_X86, "_llseek"),
        CALLED(CULL_ARCH_X86, "socketcall"),       DENIED(CULL_ARCH_X86_64, "connect", -EACCES),
        DENIED(CULL_ARCH_X86_64, "mount", -EPERM), DENIED(CULL_ARCH_X86_64, "statx", -ENOSYS),
        DENIED(CULL_ARCH_X86_64, "bpf", 321),
    };
    struct cull_record *record = made_record(CULL_SUBJECT_CONTAINER, "x86_64");

    for (size_t i = 0; i < sizeof heard / sizeof *heard; i++)
        made_hear(record, &heard[i]);
    return record;
}

static void both_runtimes_give_the_same_verdicts(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof actions / sizeof *actions; i++) {
        cull_auto(record) record = busy_record();
        cull_auto(profile) profile = made_profile(record, actions[i], false, NULL);

        compare(profile, CULL_ARCH_X86_64, CULL_ARCH_X86_64);
        compare(profile, CULL_ARCH_X86_64, CULL_ARCH_X86);
    }
}

static void on_every_architecture(void **state)
{
    (void)state;
    for (unsigned arch = 0; arch < CULL_ARCH_COUNT; arch++) {
        const struct cull_arch_info *info = cull_arch_info((enum cull_arch)arch);
        cull_auto(record)
            record = made_record(CULL_SUBJECT_CONTAINER, cull_arch_info(info->native)->name);
        cull_auto(profile) profile = NULL;

        made_hear(record, &(struct heard)CALLED(info->arch, "read"));
        profile = made_profile(record, CULL_ACT_ERRNO, false, NULL);
        compare(profile, info->native, info->native);
        compare(profile, info->native, info->arch);
    }
}

/* Docker before 21 drops defaultErrnoRet: what is known is told the same, clone3 included. */
static void nothing_known_depends_on_the_default_errno(void **state)
{
    cull_auto(record) record = busy_record();
    cull_auto(profile) profile = made_profile(record, CULL_ACT_ERRNO, false, NULL);
    cull_auto(profile) before = resolved(profile, CULL_ARCH_X86_64);
    cull_auto(profile) after = NULL;
    cull_auto(policy) first = NULL;
    cull_auto(policy) second = NULL;
    struct cull_error error = { 0 };
    size_t id;

    (void)state;
    profile->has_default_errno = false;
    profile->default_errno = EPERM;
    after = resolved(profile, CULL_ARCH_X86_64);
    assert_int_equal(cull_policy_build(before, &first, &error), 0);
    assert_int_equal(cull_policy_build(after, &second, &error), 0);
    for (uint32_t nr = 0; nr <= cull_syscall_max_nr(CULL_ARCH_X86_64); nr++) {
        const struct cull_call call = { .audit = cull_arch_info(CULL_ARCH_X86_64)->audit,
                                        .nr = nr };

        if (cull_syscall_by_nr(CULL_ARCH_X86_64, nr, &id) == 0)
            assert_int_equal(cull_policy_evaluate(first, &call, NULL),
                             cull_policy_evaluate(second, &call, NULL));
    }
}

static void printing_and_reading_keep_the_profile(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof actions / sizeof *actions; i++) {
        cull_auto(record) record = busy_record();
        cull_auto(profile) profile = made_profile(record, actions[i], false, NULL);
        cull_auto(profile) again = NULL;
        cull_auto_text first = { 0 };
        cull_auto_text second = { 0 };
        struct cull_error error = { 0 };

        assert_int_equal(cull_profile_print(profile, &first, &error), 0);
        assert_int_equal(cull_profile_parse("x", first.data, first.size, &again, &error), 0);
        assert_int_equal(cull_profile_print(again, &second, &error), 0);
        assert_string_equal(first.data, second.data);
        assert_int_equal(again->findings_count, 0);
        assert_int_equal(again->rules_count, profile->rules_count);
        for (size_t j = 0; j < profile->rules_count; j++)
            assert_int_equal(again->rules[j].names_count, profile->rules[j].names_count);
    }
}

static void there_is_nothing_to_say_against_it(void **state)
{
    cull_auto(record) record = busy_record();
    cull_auto(profile) profile = made_profile(record, CULL_ACT_ERRNO, false, NULL);
    const struct cull_target target = { .arch = CULL_ARCH_X86_64, .kernel_major = 6 };
    cull_auto_memory struct cull_finding *findings = NULL;
    struct cull_error error = { 0 };
    size_t count = 0;

    (void)state;
    assert_int_equal(cull_profile_check(profile, &target, &findings, &count, &error), 0);
    for (size_t i = 0; i < count; i++)
        if (findings[i].severity != CULL_NOTE)
            fail_msg("%s: %s", findings[i].code, findings[i].message);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_runtimes_give_the_same_verdicts),
        cmocka_unit_test(on_every_architecture),
        cmocka_unit_test(nothing_known_depends_on_the_default_errno),
        cmocka_unit_test(printing_and_reading_keep_the_profile),
        cmocka_unit_test(there_is_nothing_to_say_against_it),
    };

    return cmocka_run_group_tests_name("generate/verdicts", tests, NULL, NULL);
}
