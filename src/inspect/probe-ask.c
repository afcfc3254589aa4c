/* SPDX-License-Identifier: Apache-2.0 */
/*
 * This process' side of a run of the probe: start the asker, answer the notifications, collect.
 */
#include "probe.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* Linux 6.6: hand the processor over to the one that is woken. */
#ifndef SECCOMP_IOCTL_NOTIF_SET_FLAGS
#define SECCOMP_IOCTL_NOTIF_SET_FLAGS SECCOMP_IOW(4, __u64)
#define SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP (1UL << 0)
#endif

static pid_t start_asker(struct board *board)
{
    /* A listener cannot be sent without sendmsg(2): the asker shares our descriptors. */
    long pid = syscall(SYS_clone, CLONE_FILES | SIGCHLD, 0, 0, 0, 0);

#ifdef SYS_fork
    if (pid < 0 && board->ours != OURS_NOTIFY)
        pid = syscall(SYS_fork);
#endif
    if (pid == 0)
        cull_probe_asker(board);
    return (pid_t)pid;
}

/* One notification: the answer never lets the call continue. */
static void answer(int listener)
{
    struct seccomp_notif notification;
    struct seccomp_notif_resp response = { .val = PROBE_NUMBER };

    memset(&notification, 0, sizeof notification);
    if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &notification) < 0)
        return; /* the asking thread died meanwhile, or a signal came */
    response.id = notification.id;
    (void)ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &response);
}

static bool has_ended(pid_t asker, int *ret_status)
{
    pid_t pid;

    do
        pid = wait4(asker, ret_status, WNOHANG, NULL);
    while (pid < 0 && errno == EINTR);
    return pid != 0; /* reaped, or somebody else (SIGCHLD ignored) has done it */
}

/* Until the asker has ended. */
static void attend(struct board *board, pid_t asker, int *ret_status)
{
    const volatile int *said = &board->listener;
    cull_auto_fd listener = -1;
    uint64_t flags = SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP;

    if (board->ours != OURS_NOTIFY) {
        while (wait4(asker, ret_status, 0, NULL) < 0 && errno == EINTR)
            continue;
        return;
    }
    while (*said == 0) {
        if (has_ended(asker, ret_status))
            return;
        sched_yield();
    }
    listener = *said - 1;
    (void)ioctl(listener, SECCOMP_IOCTL_NOTIF_SET_FLAGS, flags);
    for (;;) {
        struct pollfd wait = { .fd = listener, .events = POLLIN };

        /* POLLHUP tells that nobody is left since Linux 5.8; before it, time does. */
        if (poll(&wait, 1, 20) > 0 && (wait.revents & POLLIN) != 0)
            answer(listener);
        else if (has_ended(asker, ret_status))
            return;
    }
}

static int collect(struct probe *probe, const struct board *board, struct question *questions,
                   size_t count, struct cull_error *reterr)
{
    probe->trouble = board->trouble;
    probe->trouble_errno = board->trouble_errno;
    probe->no_threads |= board->no_threads;
    probe->no_handlers |= board->no_handlers;
    if (board->trouble == TROUBLE_NONE && board->at < count)
        probe->trouble = TROUBLE_KILLED;
    if (probe->trouble != TROUBLE_NONE)
        return cull_fail(reterr, EPERM, "the probe's child stopped at question %zu of %zu",
                         board->at, count);
    for (size_t i = 0; i < count; i++)
        questions[i].verdict = board->items[i].verdict;
    return 0;
}

int cull_probe_run(struct probe *probe, enum ours ours, struct question *questions, size_t count,
                   struct cull_error *reterr)
{
    size_t size = sizeof(struct board) + count * sizeof *questions;
    struct board *board = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
                               0);
    int status = 0, r;
    pid_t asker;

    if (board == MAP_FAILED)
        return cull_fail(reterr, errno, "the probe's memory: %s", strerror(errno));
    board->ours = ours;
    board->count = count;
    memcpy(board->items, questions, count * sizeof *questions);
    for (size_t i = 0; i < count; i++)
        board->items[i].verdict = RAW_UNASKED;
    asker = start_asker(board);
    if (asker < 0) {
        board->trouble = TROUBLE_FORK;
        board->trouble_errno = errno;
    } else {
        attend(board, asker, &status);
    }
    r = collect(probe, board, questions, count, reterr);
    munmap(board, size);
    return r;
}
