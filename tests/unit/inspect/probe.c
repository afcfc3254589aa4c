/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The probe under a filter of the test's own: its answers are the filter's, by every method, and
 * nothing that was asked about happened.
 */
#include "probe.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define FOLDER "syscull-probe-was-executed"

/* Numbers nobody has, so that the program itself is not disturbed; each with its answer. */
static const struct {
    uint32_t nr, verdict;
} answers[] = {
    { 900, SECCOMP_RET_KILL_PROCESS }, { 901, SECCOMP_RET_KILL_THREAD },
    { 902, SECCOMP_RET_TRAP | 42 },    { 903, SECCOMP_RET_ERRNO },
    { 904, SECCOMP_RET_ERRNO | 13 },   { 905, SECCOMP_RET_ERRNO | ENOSYS },
    { 906, SECCOMP_RET_TRACE },        { 907, SECCOMP_RET_USER_NOTIF },
    { 908, SECCOMP_RET_LOG },          { 909, 0x00060000 },
};
#define ANSWERS_COUNT (sizeof answers / sizeof *answers)

static int load(void)
{
    struct sock_filter insns[2 * ANSWERS_COUNT + 2] = { BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0) };
    struct sock_fprog program = { .filter = insns };
    size_t count = 1;

    for (size_t i = 0; i < ANSWERS_COUNT; i++) {
        insns[count++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, answers[i].nr, 0,
                                                      1);
        insns[count++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, answers[i].verdict);
    }
    insns[count++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    program.len = (unsigned short)count;
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
                   prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) < 0
               ? -1
               : 0;
}

static uint32_t expected(uint32_t verdict, const struct cull_probe_options *options)
{
    const bool is_exact = options->thorough;

    /* An action that no kernel knows kills, and so does the one of the method kill. */
    if (verdict == 0x00060000 && options->method != CULL_PROBE_KILL)
        return SECCOMP_RET_KILL_PROCESS;
    if (verdict == 0x00060000)
        return CULL_VERDICT_PASS_OR_AGENT;
    if (verdict == SECCOMP_RET_ALLOW || verdict == SECCOMP_RET_LOG ||
        (!is_exact && (verdict == SECCOMP_RET_TRACE || verdict == SECCOMP_RET_USER_NOTIF)))
        return options->method == CULL_PROBE_KILL ? CULL_VERDICT_PASS_OR_AGENT : CULL_VERDICT_PASS;
    return verdict;
}

/* In a child, as filters stay. Prints what is wrong; the exit status counts. */
static int probe_under_filter(const struct cull_probe_options *options)
{
    cull_auto(verdicts) verdicts = NULL;
    struct cull_error error = { 0 };
    int wrong = 0;

    if (load() < 0)
        return 100;
    if (cull_probe(options, &verdicts, &error) < 0) {
        fprintf(stderr, "%s\n", error.message);
        return 101;
    }
    for (uint32_t nr = 0; nr < CULL_VERDICTS_NUMBERS; nr++) {
        uint32_t verdict = SECCOMP_RET_ALLOW, seen = verdicts->abis[0].verdicts[nr];

        for (size_t i = 0; i < ANSWERS_COUNT; i++)
            verdict = answers[i].nr == nr ? answers[i].verdict : verdict;
        if (seen == CULL_VERDICT_EXEMPT || seen == expected(verdict, options))
            continue;
        fprintf(stderr, "%u: 0x%08x, expected 0x%08x\n", nr, seen, expected(verdict, options));
        wrong++;
    }
    return wrong;
}

static void check(const struct cull_probe_options *options)
{
    int status = 0;
    pid_t child = fork();

    if (child == 0)
        _exit(probe_under_filter(options));
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

static void the_answers_are_the_filters(void **state)
{
    const struct cull_probe_options options = { .method = CULL_PROBE_NOTIF };

    (void)state;
    check(&options);
}

static void by_killing_too(void **state)
{
    const struct cull_probe_options options = { .method = CULL_PROBE_KILL };

    (void)state;
    check(&options);
}

static void thorough_tells_trace_and_notify(void **state)
{
    const struct cull_probe_options options = { .method = CULL_PROBE_NOTIF, .thorough = true };

    (void)state;
    check(&options);
}

/* With an agent: the probe leaves it alone, and says that it did. */
static int probe_beside_agent(void)
{
    struct sock_filter insns[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 907, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = { .len = sizeof insns / sizeof *insns, .filter = insns };
    const struct cull_probe_options options = { 0 };
    cull_auto(verdicts) verdicts = NULL;
    struct pollfd listener = { .events = POLLIN };

    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    listener.fd = (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
                               SECCOMP_FILTER_FLAG_NEW_LISTENER, &program);
    if (listener.fd < 0)
        return 100;
    if (cull_probe(&options, &verdicts, NULL) < 0)
        return 101;
    if (strcmp(verdicts->method, "kill") != 0 ||
        strstr(verdicts->notes[0], "an agent (SCMP_ACT_NOTIFY) listens") == NULL)
        return 102;
    if (verdicts->abis[0].verdicts[907] != CULL_VERDICT_PASS_OR_AGENT)
        return 103;
    return poll(&listener, 1, 0) == 0 ? 0 : 104; /* nobody called it */
}

static void an_agent_is_not_bothered(void **state)
{
    int status = 0;
    pid_t child = fork();

    (void)state;
    if (child == 0)
        _exit(probe_beside_agent());
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

/* Calls that would be seen if they ran: each is asked about with arguments that work. */
static void what_is_asked_about_does_not_happen(void **state)
{
    static const char path[] = FOLDER;
    static const enum ours all[] = { OURS_NOTIFY,  OURS_ERRNO,        OURS_TRACE,
                                     OURS_UNKNOWN, OURS_BEFORE_TRACE, OURS_BEFORE_LOG };
    const mode_t mask = umask(022);
    size_t mkdir_id = 0, umask_id = 0;
    struct question questions[2] = { 0 };
    struct stat status;

    (void)state;
    umask(mask);
    assert_int_equal(cull_syscall_by_name("mkdirat", &mkdir_id), 0);
    assert_int_equal(cull_syscall_by_name("umask", &umask_id), 0);
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        struct probe probe = { 0 };

        questions[0] = (struct question){ .arch = cull_arch_native(),
                                          .args = { (uint64_t)-100, (uintptr_t)path, 0700 } };
        questions[1] = (struct question){ .arch = cull_arch_native(), .args = { 0 } };
        cull_syscall_nr(mkdir_id, cull_arch_native(), &questions[0].nr);
        cull_syscall_nr(umask_id, cull_arch_native(), &questions[1].nr);
        assert_int_equal(cull_probe_run(&probe, all[i], questions, 2, NULL), 0);
        assert_int_equal(stat(path, &status), -1);
        assert_int_equal(umask(mask), mask);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_answers_are_the_filters),
        cmocka_unit_test(by_killing_too),
        cmocka_unit_test(thorough_tells_trace_and_notify),
        cmocka_unit_test(an_agent_is_not_bothered),
        cmocka_unit_test(what_is_asked_about_does_not_happen),
    };

#if !defined(__x86_64__) && !defined(__aarch64__)
    print_message("1..0 # SKIP no probe for this architecture\n");
    return 0;
#endif
    return cmocka_run_group_tests(tests, NULL, NULL);
}
