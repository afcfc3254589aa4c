/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The child: wait, give up privileges, load the filter, execve.
 *
 * Nothing is called between seccomp(2) and execve(2), so that the filter need not allow anything of
 * ours.  Afterwards even exit_group(2) may be refused: a failure is told through shared memory, and
 * the last resort to end is an illegal instruction.
 */
#include "private.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/seccomp.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* seccomp(2) is newer than filters; prctl(2) knows no flags. */
static int load(const struct cull_filter *filter, uint32_t flags)
{
    struct sock_fprog program = { .len = (unsigned short)filter->count, .filter = filter->insns };
    int r = (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program);

    if (r < 0 && errno == ENOSYS && flags == 0)
        r = prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
    return r;
}

/* Sanitizers put calls of their own before a function that does not return, and these make system
 * calls; below a filter there is no room for them. */
#define BARE __attribute__((noreturn, no_sanitize("address", "undefined")))

BARE static void end_somehow(void)
{
    syscall(SYS_exit_group, 127);
    syscall(SYS_exit, 127);
    for (;;)
        __builtin_trap();
}

BARE static void give_up(struct launch_report *report)
{
    report->error = errno;
    report->wrong = true;
    end_somehow();
}

BARE static void be_child(const struct launch *launch, int go_fd)
{
    struct launch_report *report = launch->report;
    ssize_t size;
    char byte;

    do
        size = read(go_fd, &byte, 1);
    while (size < 0 && errno == EINTR);
    if (size != 1)
        end_somehow(); /* the parent wants it no more, or has gone */
    cull_signals_restore(launch->signals);
    cull_signals_forget_handlers(); /* else the illegal instruction may end in one */
    if (launch->filter != NULL) {
        report->step = LAUNCH_NO_NEW_PRIVS;
        if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
            give_up(report);
        report->step = LAUNCH_LOADING;
        if (load(launch->filter, launch->flags) < 0)
            give_up(report);
    }
    report->step = LAUNCH_EXEC;
    errno = 0; /* a filter can make execve return 0 */
    execve(launch->file, launch->argv, launch->envp);
    give_up(report);
}

int cull_launch(struct launch *launch, struct cull_error *reterr)
{
    cull_auto_fd reader = -1, writer = -1;
    int fds[2];
    pid_t pid;

    if (pipe2(fds, O_CLOEXEC) < 0)
        return cull_fail(reterr, errno, "no pipe to the command: %s", strerror(errno));
    reader = fds[0];
    writer = fds[1];
    pid = fork();
    if (pid < 0)
        return cull_fail(reterr, errno, "no process for the command: %s", strerror(errno));
    if (pid == 0) {
        close(writer); /* else the child would hold its own gate open */
        be_child(launch, reader);
    }
    launch->pid = pid;
    launch->go_fd = TAKE_FD(writer);
    return 0;
}

void cull_launch_go(struct launch *launch)
{
    ssize_t size;

    do
        size = write(launch->go_fd, "", 1);
    while (size < 0 && errno == EINTR);
    cull_close_fd(&launch->go_fd);
    launch->go_fd = -1;
}

/* ---- what went wrong ----------------------------------------------------------------------------- */

/* What the filter says to the very execve that we make. */
static uint32_t verdict_of_execve(const struct launch *launch)
{
    struct cull_call call = {
        .audit = cull_arch_info(cull_arch_native())->audit,
        .nr = SYS_execve,
        .args = { (uintptr_t)launch->file, (uintptr_t)launch->argv, (uintptr_t)launch->envp },
    };

    if (launch->filter == NULL)
        return SECCOMP_RET_ALLOW;
    return cull_filter_simulate(launch->filter, &call, NULL) & SECCOMP_RET_ACTION_FULL;
}

static int explain_exec(const struct launch *launch, struct cull_error *reterr)
{
    struct cull_place place = { .source = launch->file };
    uint32_t verdict = verdict_of_execve(launch);
    int error = launch->report->error;

    if (verdict != SECCOMP_RET_ALLOW && verdict != SECCOMP_RET_LOG)
        return cull_fail_at(
            reterr, EPERM, &place,
            "execve itself is refused by the profile%s%s: no command can start under "
            "it; allow execve",
            error > 0 ? ", with " : "", error > 0 ? strerror(error) : "");
    switch (error) {
    case ENOENT:
        return cull_fail_at(reterr, ENOENT, &place,
                            "no such command, or the interpreter that it names does not exist");
    case EACCES:
    case EPERM:
        return cull_fail_at(reterr, EACCES, &place,
                            "not executable: %s (its mode, its interpreter's, or a file system "
                            "mounted noexec)",
                            strerror(error));
    case ENOEXEC:
        return cull_fail_at(reterr, ENOEXEC, &place,
                            "neither a program of this machine nor a script that starts with #!");
    default:
        return cull_fail_at(reterr, error, &place, "%s", strerror(error));
    }
}

static int explain_load(const struct launch *launch, struct cull_error *reterr)
{
    int error = launch->report->error;

    switch (error) {
    case EINVAL:
        if (launch->flags != 0)
            return cull_fail(reterr, EINVAL,
                             "the kernel does not take the filter with flags 0x%x: it may not know "
                             "them, or has no CONFIG_SECCOMP_FILTER",
                             launch->flags);
        return cull_fail(reterr, EINVAL,
                         "the kernel does not take the filter: it has no CONFIG_SECCOMP_FILTER, or "
                         "the filter is not valid");
    case ENOSYS:
        return cull_fail(reterr, ENOSYS,
                         "seccomp(2) is not there, and flags 0x%x cannot be set without it: needs "
                         "Linux 3.17, or is hidden by a filter that is in force",
                         launch->flags);
    case ENOMEM:
        return cull_fail(reterr, ENOMEM,
                         "the kernel has no room for the filter: all filters of a process together "
                         "may have 32768 instructions");
    default:
        return cull_fail(reterr, error, "the kernel does not take the filter: %s", strerror(error));
    }
}

int cull_launch_explain(const struct launch *launch, int wait_status, struct cull_error *reterr)
{
    const struct launch_report *report = launch->report;
    uint32_t verdict;

    if (report->wrong && report->step == LAUNCH_EXEC)
        return explain_exec(launch, reterr);
    if (report->wrong && report->step == LAUNCH_LOADING)
        return explain_load(launch, reterr);
    if (report->wrong)
        return cull_fail(reterr, report->error, "no_new_privs cannot be set: %s",
                         strerror(report->error));
    /* Killed before it could tell: a filter that kills execve has killed ours. */
    verdict = verdict_of_execve(launch);
    if (report->step == LAUNCH_EXEC && WIFSIGNALED(wait_status) &&
        WTERMSIG(wait_status) == SIGSYS &&
        (verdict == SECCOMP_RET_KILL_PROCESS || verdict == SECCOMP_RET_KILL_THREAD ||
         verdict == SECCOMP_RET_TRAP))
        return explain_exec(launch, reterr);
    return 0;
}
