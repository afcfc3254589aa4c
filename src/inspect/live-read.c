/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading the filters of another thread: it is stopped for as long as the copies take.
 */
#include <errno.h>
#include <linux/seccomp.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <syscull/inspect.h>
#include <time.h>

#ifndef PTRACE_SECCOMP_GET_FILTER
#define PTRACE_SECCOMP_GET_FILTER 0x420c
#endif
#ifndef PTRACE_SECCOMP_GET_METADATA
#define PTRACE_SECCOMP_GET_METADATA 0x420d
#endif
#define STOP_WAIT_MS 2000

struct metadata {
    uint64_t index, flags;
};

/* ptrace(2) with the addresses that it really takes. */
static long trace(int request, pid_t tid, uintptr_t address, const void *data)
{
    return ptrace((enum __ptrace_request)request, tid, (void *)address, data);
}

/* ---- what can be said before -------------------------------------------------------------------- */

static int refuse(const struct cull_task *task, struct cull_error *reterr)
{
    if (task->state == 'Z' || task->state == 'X')
        return cull_fail(reterr, ESRCH,
                         "pid %d (%s) is a zombie: it has ended, nothing confines it", task->tid,
                         task->name);
    if (task->is_kernel)
        return cull_fail(reterr, EINVAL,
                         "pid %d (%s) is a thread of the kernel: seccomp does not "
                         "apply to it",
                         task->tid, task->name);
    if (task->seccomp == SECCOMP_MODE_STRICT)
        return cull_fail(reterr, ENODATA,
                         "pid %d (%s) is in seccomp's strict mode: read, write, "
                         "_exit and sigreturn only; it has no filter",
                         task->tid, task->name);
    return 0;
}

static int seize_trouble(const struct cull_task *task, int error, struct cull_error *reterr)
{
    if (error == ESRCH)
        return cull_fail(reterr, ESRCH, "pid %d is gone", task->tid);
    if (error == EPERM && task->tracer != 0)
        return cull_fail(reterr, EBUSY, "pid %d (%s) is traced by pid %d: end that first",
                         task->tid, task->name, task->tracer);
    if (error == EPERM)
        return cull_fail(reterr, EPERM,
                         "no right to read the filter of pid %d (%s, uid %u): run syscull as root "
                         "on the host, with CAP_SYS_PTRACE and CAP_SYS_ADMIN",
                         task->tid, task->name, task->uid[0]);
    return cull_fail(reterr, error, "cannot stop pid %d: %s", task->tid, strerror(error));
}

static int read_trouble(pid_t tid, int error, struct cull_error *reterr)
{
    switch (error) {
    case EACCES:
        if (prctl(PR_GET_SECCOMP, 0, 0, 0, 0) != 0)
            return cull_fail(reterr, EACCES,
                             "the kernel shows filters only to processes that no "
                             "seccomp filter confines, and one confines this "
                             "process: run syscull on the host");
        return cull_fail(reterr, EACCES,
                         "the kernel shows filters only with CAP_SYS_ADMIN in the "
                         "first user namespace: run syscull as root on the host");
    case EIO:
        return cull_fail(reterr, EOPNOTSUPP,
                         "this kernel does not show filters: it was built "
                         "without CONFIG_CHECKPOINT_RESTORE");
    case EMEDIUMTYPE:
        return cull_fail(reterr, EMEDIUMTYPE, "a filter of pid %d is no classic BPF", tid);
    }
    return cull_fail(reterr, error, "the filters of pid %d: %s", tid, strerror(error));
}

/* ---- the stop --------------------------------------------------------------------------------------- */

/* *ret_signal: what it was about to be given, to be passed on. */
static int stop(const struct cull_task *task, int *ret_signal, struct cull_error *reterr)
{
    const struct timespec moment = { .tv_nsec = 200000 };
    int status;

    if (trace(PTRACE_SEIZE, task->tid, 0, NULL) < 0)
        return seize_trouble(task, errno, reterr);
    if (trace(PTRACE_INTERRUPT, task->tid, 0, NULL) < 0)
        return seize_trouble(task, errno, reterr);
    for (unsigned i = 0; i < STOP_WAIT_MS * 5; i++) {
        pid_t pid = waitpid(task->tid, &status, __WALL | WNOHANG);

        if (pid < 0 && errno != EINTR)
            return cull_fail(reterr, ESRCH, "pid %d is gone", task->tid);
        if (pid == task->tid && !WIFSTOPPED(status))
            return cull_fail(reterr, ESRCH, "pid %d ended meanwhile", task->tid);
        if (pid == task->tid) {
            /* An event of ours carries SIGTRAP; a signal on its way must not get lost. */
            *ret_signal = status >> 16 == 0 ? WSTOPSIG(status) : 0;
            return 0;
        }
        nanosleep(&moment, NULL);
    }
    return cull_fail(reterr, ETIMEDOUT,
                     "pid %d (%s) does not stop: it waits for a device (state D)", task->tid,
                     task->name);
}

static int read_one(pid_t tid, size_t index, struct cull_filter **ret, uint64_t *ret_flags,
                    struct cull_error *reterr)
{
    cull_auto_memory struct sock_filter *insns = NULL;
    struct metadata metadata = { .index = index };
    long count = trace(PTRACE_SECCOMP_GET_FILTER, tid, index, NULL);

    if (count < 0 && errno == ENOENT)
        return -ENOENT; /* past the oldest */
    if (count <= 0)
        return read_trouble(tid, errno, reterr);
    insns = calloc((size_t)count, sizeof *insns);
    if (insns == NULL)
        return cull_fail_memory(reterr);
    if (trace(PTRACE_SECCOMP_GET_FILTER, tid, index, insns) < 0)
        return read_trouble(tid, errno, reterr);
    *ret_flags = 0;
    if (trace(PTRACE_SECCOMP_GET_METADATA, tid, sizeof metadata, &metadata) >= 0)
        *ret_flags = metadata.flags; /* Linux 4.16 */
    return cull_filter_new(insns, (size_t)count, __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__, ret,
                           reterr);
}

static int read_all(pid_t tid, struct cull_live_filters *filters, struct cull_error *reterr)
{
    size_t items = 0, flags = 0;
    int r;

    for (;;) {
        if (cull_array_grow(&filters->items, &items, filters->count, sizeof *filters->items) < 0 ||
            cull_array_grow(&filters->flags, &flags, filters->count, sizeof *filters->flags) < 0)
            return cull_fail_memory(reterr);
        r = read_one(tid, filters->count, &filters->items[filters->count],
                     &filters->flags[filters->count], reterr);
        if (r == -ENOENT)
            return 0;
        if (r < 0)
            return r;
        filters->count++;
    }
}

int cull_live_filters_read(pid_t tid, struct cull_live_filters **ret, struct cull_error *reterr)
{
    cull_auto(live_filters) filters = calloc(1, sizeof *filters);
    struct cull_task task;
    int signal = 0, r;

    if (filters == NULL)
        return cull_fail_memory(reterr);
    r = cull_task_read(tid, tid, &task, reterr);
    if (r == 0)
        r = refuse(&task, reterr);
    if (r == 0 && task.seccomp == SECCOMP_MODE_DISABLED) {
        *ret = TAKE(filters); /* nothing to read is an answer */
        return 0;
    }
    if (r == 0)
        r = stop(&task, &signal, reterr);
    if (r < 0)
        return r;
    r = read_all(tid, filters, reterr);
    trace(PTRACE_DETACH, tid, 0, (const void *)(intptr_t)signal);
    if (r < 0)
        return r;
    *ret = TAKE(filters);
    return 0;
}
