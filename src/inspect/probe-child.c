/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The throw-away processes of the probe.
 *
 * What runs here runs under filters that may refuse anything, beside threads that share its memory
 * and its thread-local storage: plain system calls only, nothing allocated, no locks.
 */
#include "probe.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define STACK_BYTES 32768
#ifndef SYS_SECCOMP
#define SYS_SECCOMP 1 /* si_code of a SIGSYS; the C library does not have it */
#endif

/* One asker in a process, and one thread that asks at a time. */
static struct board *board;
static sigjmp_buf back;
static _Alignas(64) char worker_stack[STACK_BYTES], thread_stack[STACK_BYTES];

/* ---- our own filter ----------------------------------------------------------------------------- */

static uint32_t action_value(enum ours ours)
{
    switch (ours) {
    case OURS_NOTIFY:
        return SECCOMP_RET_USER_NOTIF;
    case OURS_ERRNO:
        return SECCOMP_RET_ERRNO | PROBE_ERRNO;
    case OURS_TRACE:
        return SECCOMP_RET_TRACE;
    case OURS_UNKNOWN:
        return 0x00060000u;
    case OURS_BEFORE_TRACE:
        return 0x7fd00000u;
    case OURS_BEFORE_LOG:
        return 0x7ff80000u;
    }
    return SECCOMP_RET_KILL_PROCESS;
}

static int load_filter(enum ours ours)
{
    const uint64_t one = (uintptr_t)cull_probe_after, two = (uintptr_t)cull_probe_after_compat;
    const uint32_t low = offsetof(struct seccomp_data, instruction_pointer) +
                         (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? 4 : 0);
    /* Both instructions lie in one text, so the upper halves of their addresses are one word. */
    struct sock_filter insns[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, low ^ 4),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)(one >> 32), 1, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)(two >> 32), 0, 3),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, low),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)one, 2, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)two, 1, 0),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
        BPF_STMT(BPF_RET | BPF_K, action_value(ours)),
    };
    struct sock_fprog program = { .len = sizeof insns / sizeof *insns, .filter = insns };
    long r;

    /* The old call where no flag is needed: profiles that deny seccomp(2) often forget it. */
    if (ours != OURS_NOTIFY && prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0)
        return 0;
    r = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
                ours == OURS_NOTIFY ? SECCOMP_FILTER_FLAG_NEW_LISTENER : 0, &program);
    return r < 0 ? -errno : (int)r;
}

/* ---- the thread ------------------------------------------------------------------------------------ */

static uint32_t trap_verdict(const siginfo_t *info)
{
    return info->si_code == SYS_SECCOMP ? SECCOMP_RET_TRAP | ((uint32_t)info->si_errno & 0xffff)
                                        : RAW_FAULT;
}

static void on_signal(int signal, siginfo_t *info, void *context)
{
    (void)context;
    if (!board->in_call)
        syscall(SYS_exit_group, 128 + signal);
    board->items[board->at].verdict = signal == SIGSYS ? trap_verdict(info) : RAW_FAULT;
    /* rt_sigreturn may be denied, too: leave without it. */
    siglongjmp(back, 1);
}

static uint32_t verdict_of(long result)
{
    if (result == PROBE_NUMBER || result == -PROBE_ERRNO)
        return RAW_OURS;
    return SECCOMP_RET_ERRNO | ((uint32_t)-result & 0xffff);
}

static void put_questions(void)
{
    volatile struct board *shared = board;

    for (;;) {
        const struct question *question;
        long result;

        if (sigsetjmp(back, 0) != 0)
            shared->at++; /* the handler has written the answer */
        shared->in_call = false;
        if (shared->at == shared->count)
            return;
        question = &board->items[shared->at];
        shared->in_call = true;
        if (question->arch == CULL_ARCH_X86)
            result = cull_probe_call_compat(question->nr, question->args);
        else
            result = cull_probe_call(question->nr, question->args);
        shared->in_call = false;
        shared->items[shared->at].verdict = verdict_of(result);
        shared->at++;
    }
}

static int thread_main(void *nothing)
{
    (void)nothing;
    put_questions();
    /* All is asked; exit(2) alone might be denied. */
    syscall(SYS_exit_group, 0);
    return 0;
}

/* ---- the worker ------------------------------------------------------------------------------------ */

static void catch_signals(void)
{
    static const int signals[] = { SIGSYS, SIGSEGV, SIGILL, SIGBUS };
    struct sigaction action = { .sa_sigaction = on_signal, .sa_flags = SA_SIGINFO | SA_NODEFER };
    sigset_t none;

    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
        if (sigaction(signals[i], &action, NULL) < 0)
            board->no_handlers = true;
    }
}

static int worker_main(void *nothing)
{
    const int flags = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD |
                      CLONE_SYSVSEM | CLONE_VFORK;

    (void)nothing;
    catch_signals();
    while (board->at < board->count) {
        /* CLONE_VFORK: we wait here until the thread has ended. */
        if (board->no_threads || clone(thread_main, thread_stack + STACK_BYTES, flags, NULL) < 0) {
            board->no_threads = true;
            put_questions();
        } else if (board->in_call) {
            board->items[board->at].verdict = RAW_THREAD_KILLED;
            board->in_call = false;
            board->at++;
        } else {
            break; /* killed outside of a question: by what a thread needs itself */
        }
    }
    syscall(SYS_exit_group, 0);
    return 0;
}

/* ---- the asker ------------------------------------------------------------------------------------- */

static void give_up(enum trouble trouble, int error)
{
    board->trouble_errno = error;
    *(volatile enum trouble *)&board->trouble = trouble;
    syscall(SYS_exit_group, 1);
}

static pid_t start_worker(void)
{
    pid_t pid = clone(worker_main, worker_stack + STACK_BYTES, CLONE_VM | CLONE_VFORK | SIGCHLD,
                      NULL);

#ifdef SYS_fork
    if (pid < 0) {
        pid = (pid_t)syscall(SYS_fork);
        if (pid == 0)
            worker_main(NULL);
    }
#endif
    return pid;
}

static void run_workers(void)
{
    volatile struct board *shared = board;

    while (shared->at < shared->count) {
        size_t before = shared->at;
        pid_t pid = start_worker();
        int status;

        if (pid < 0)
            give_up(TROUBLE_FORK, errno);
        while (wait4(pid, &status, 0, NULL) < 0 && errno == EINTR)
            continue;
        if (shared->at == shared->count)
            break;
        if (shared->in_call) {
            shared->items[shared->at].verdict = RAW_KILLED;
            shared->in_call = false;
            shared->at++;
        } else if (shared->at == before) {
            give_up(TROUBLE_KILLED, WIFSIGNALED(status) ? WTERMSIG(status) : 0);
        }
    }
}

void cull_probe_asker(struct board *shared)
{
    const struct rlimit none = { 0, 0 };
    int r;

    board = shared;
    /* Whatever of these is denied is a comfort only: no orphans, no core files. */
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    prctl(PR_SET_DUMPABLE, 0);
    setrlimit(RLIMIT_CORE, &none);
    r = prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ? -errno : 0;
    if (r < 0 && prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1)
        board->trouble_errno = -r; /* with CAP_SYS_ADMIN it works all the same */
    r = load_filter(board->ours);
    if (r < 0)
        give_up(board->trouble_errno != 0 && r == -EACCES ? TROUBLE_NNP : TROUBLE_LOAD, -r);
    *(volatile int *)&board->listener = r + 1;
    run_workers();
    syscall(SYS_exit_group, 0);
    __builtin_unreachable();
}
