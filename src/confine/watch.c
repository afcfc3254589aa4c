/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Follow a command to its end, so that a death by SIGSYS can name its call.
 *
 * PTRACE_SEIZE with stops at the exit of each of the command's own threads: nothing is added to a
 * call.  Signals pass through unchanged and job control works, because a seized process that is
 * stopped is left stopped (PTRACE_LISTEN).  Children of the command are not followed.
 */
#include "private.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

#ifndef SYS_SECCOMP
#define SYS_SECCOMP 1 /* si_code of a SIGSYS that a filter made */
#endif

void cull_watch_start(struct watch *watch)
{
    /* TRACECLONE: threads, that is clone(2) with another exit signal than SIGCHLD. */
    watch->attached = ptrace(PTRACE_SEIZE, watch->pid, NULL,
                             PTRACE_O_TRACEEXIT | PTRACE_O_TRACECLONE) == 0;
}

/* Does the filter end this call with SIGSYS?  Every action that the kernel does not know kills. */
static bool makes_sigsys(const struct watch *watch, const struct cull_call *call)
{
    if (watch->filter == NULL)
        return false;
    switch (cull_filter_simulate(watch->filter, call, NULL) & SECCOMP_RET_ACTION_FULL) {
    case SECCOMP_RET_ALLOW:
    case SECCOMP_RET_LOG:
    case SECCOMP_RET_ERRNO:
    case SECCOMP_RET_TRACE:
    case SECCOMP_RET_USER_NOTIF:
        return false;
    default:
        return true;
    }
}

/* A thread ends.  When a process is killed, all its threads end with the same code: the one that
 * made the call is the one whose call the filter kills.  Without other threads there is no doubt,
 * even when the filter is one that the command has loaded itself. */
static void note_exit(struct watch *watch, pid_t tid)
{
    unsigned long code = 0;
    struct cull_call call;

    if (ptrace(PTRACE_GETEVENTMSG, tid, NULL, &code) < 0 || (code & 0x7f) != SIGSYS ||
        !cull_registers_call(tid, &call))
        return;
    if (makes_sigsys(watch, &call) || (!watch->many_threads && !watch->sent_by_somebody)) {
        watch->call = call;
        watch->has_call = true;
    }
}

/* SIGSYS on its way to the command: by a filter (TRAP), or by somebody's kill(2). */
static void note_sigsys(struct watch *watch, pid_t tid)
{
    struct cull_call call;
    siginfo_t info;

    if (ptrace(PTRACE_GETSIGINFO, tid, NULL, &info) < 0)
        return;
    watch->sent_by_somebody = info.si_code != SYS_SECCOMP;
    watch->has_call = info.si_code == SYS_SECCOMP;
    if (!watch->has_call)
        return;
    watch->call = (struct cull_call){ .audit = info.si_arch, .nr = (uint32_t)info.si_syscall };
    /* The arguments are in the registers still, if these show the same call. */
    if (cull_registers_call(tid, &call) && call.audit == watch->call.audit &&
        call.nr == watch->call.nr)
        watch->call = call;
}

static bool is_stop_signal(int number)
{
    return number == SIGSTOP || number == SIGTSTP || number == SIGTTIN || number == SIGTTOU;
}

static void handle_stop(struct watch *watch, pid_t tid, int status)
{
    int number = WSTOPSIG(status), event = status >> 16;

    if (tid != watch->pid)
        watch->many_threads = true;
    switch (event) {
    case PTRACE_EVENT_STOP:
        /* Stopped by job control; or new, or continued. */
        ptrace(is_stop_signal(number) ? PTRACE_LISTEN : PTRACE_CONT, tid, NULL, NULL);
        return;
    case PTRACE_EVENT_EXIT:
        note_exit(watch, tid);
        ptrace(PTRACE_CONT, tid, NULL, NULL);
        return;
    case 0: /* a signal, which it gets */
        if (number == SIGSYS)
            note_sigsys(watch, tid);
        ptrace(PTRACE_CONT, tid, NULL, (void *)(long)number);
        return;
    default:
        ptrace(PTRACE_CONT, tid, NULL, NULL);
    }
}

int cull_watch_wait(struct watch *watch, int *ret_status, struct cull_error *reterr)
{
    int status;
    pid_t pid;

    for (;;) {
        /* Threads are found under their own ids: then any child of this thread is waited for. */
        pid = watch->attached ? waitpid(-1, &status, __WALL | __WNOTHREAD)
                              : waitpid(watch->pid, &status, 0);
        if (pid < 0 && errno == EINTR)
            continue;
        if (pid < 0)
            return cull_fail(reterr, errno, "the command's end was not seen: %s", strerror(errno));
        if (WIFSTOPPED(status)) {
            handle_stop(watch, pid, status);
        } else if (pid == watch->pid) {
            *ret_status = status;
            return 0;
        }
    }
}
