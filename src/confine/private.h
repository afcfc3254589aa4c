/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The parts of a run.  Private to the confine room.
 */
#ifndef SYSCULL_CONFINE_PRIVATE_H
#define SYSCULL_CONFINE_PRIVATE_H

#include <signal.h>
#include <syscull/confine.h>

/* ---- signals.c: whose signals are whose while a command runs ------------------------------------- */

#define SIGNALS_FORWARDED 4

struct signals {
    struct sigaction interrupt, quit, child_ended;
    struct sigaction forwarded[SIGNALS_FORWARDED];
    sigset_t mask;
};
/* Before the fork: what is to be passed on is held back until cull_signals_to() says to whom. */
void cull_signals_start(struct signals *signals);
void cull_signals_to(pid_t pid, const struct signals *signals);
/* In the parent afterwards, and in the child before its execve. */
void cull_signals_restore(const struct signals *signals);
/* In the child, as execve(2) will do: a handler of the parent's must not run in it. */
void cull_signals_forget_handlers(void);

/* ---- launch.c: the child ------------------------------------------------------------------------- */

enum launch_step { LAUNCH_WAITING, LAUNCH_NO_NEW_PRIVS, LAUNCH_LOADING, LAUNCH_EXEC };

/* In memory that parent and child share: a child under a filter may not be able to write a file. */
struct launch_report {
    volatile int step;  /* enum launch_step: what the child is about to do */
    volatile int error; /* errno of the step that went wrong */
    volatile bool wrong;
};

struct launch {
    const char *file;
    char *const *argv, *const *envp;
    const struct cull_filter *filter; /* or NULL */
    uint32_t flags;
    const struct signals *signals;
    struct launch_report *report;
    pid_t pid;
    int go_fd; /* the parent's end: a byte lets the child go on, a close ends it */
};
/* Fork; the child waits. -EAGAIN, -ENOMEM, -EMFILE. */
int cull_launch(struct launch *launch, struct cull_error *reterr);
void cull_launch_go(struct launch *launch);
/* Why the child got nowhere, as an error; 0 when it did. */
int cull_launch_explain(const struct launch *launch, int wait_status, struct cull_error *reterr);

/* ---- watch.c: how a command ends ------------------------------------------------------------------- */

struct watch {
    pid_t pid;
    const struct cull_filter *filter;
    bool attached;
    bool many_threads;
    bool sent_by_somebody; /* a SIGSYS that no filter made */
    bool has_call;
    struct cull_call call; /* the last one that a filter answered with SIGSYS */
};
/* While the child waits.  Not permitted: not attached, which is no error. */
void cull_watch_start(struct watch *watch);
/* Until it has ended. -ECHILD when somebody else has reaped it. */
int cull_watch_wait(struct watch *watch, int *ret_status, struct cull_error *reterr);

/* ---- registers.c ----------------------------------------------------------------------------------- */

/* The call that a stopped thread is in; false when it is in none, or that cannot be told here. */
bool cull_registers_call(pid_t tid, struct cull_call *ret);

#endif
