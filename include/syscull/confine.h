/* SPDX-License-Identifier: Apache-2.0 */
/*
 * confine - apply a filter: run a command under it.
 */
#ifndef SYSCULL_CONFINE_H
#define SYSCULL_CONFINE_H

#include <sys/types.h>
#include <syscull/base.h>
#include <syscull/filter.h>

struct cull_confine_options {
    bool watch_kill; /* the filter may kill: follow the command's own exit so that a SIGSYS death
                      * can name its call (PTRACE_SEIZE with TRACEEXIT; costs nothing per call) */
    uint32_t flags;  /* SECCOMP_FILTER_FLAG_LOG, _SPEC_ALLOW */
    int (*ready)(pid_t pid, void *data); /* NULL, or called in the parent while the child waits,
                                          * before it loads the filter; < 0 stops everything, is
                                          * returned, and says itself why (reterr is untouched) */
    void *ready_data;
};

struct cull_confine_result {
    int wait_status;        /* as waitpid(2) gives it */
    bool killed_by_seccomp; /* and then, when it is known: */
    bool has_call;          /* of any of its threads; children's deaths are their own */
    struct cull_call call;
};

/*
 * Fork, set no_new_privs, load the filter (NULL: neither), execve: between loading and execve the child
 * makes no other call.  argv[0] is looked up in PATH (given by the caller) before the filter is
 * loaded.  SIGINT and SIGQUIT are left to the command; SIGTERM, SIGHUP, SIGUSR1 and SIGUSR2 that
 * somebody sends to this process are passed on to it.
 * Signals that were ignored stay so, for the command as well.  Returns when the command has ended;
 * its children may live on.  With watch_kill other children of the calling thread that end
 * meanwhile are reaped, too.  One command at a time in a process: signal handlers are its own.
 * Errors: -ENOENT (no such command), -EACCES (not executable), -ENOEXEC, -EPERM (execve itself was
 * refused by the filter), seccomp(2)'s (the message says what is missing), -ENOMEM.
 */
int cull_confine_run(char *const argv[], char *const envp[], const char *path,
                     const struct cull_filter *filter, const struct cull_confine_options *options,
                     struct cull_confine_result *ret, struct cull_error *reterr);

/* Find a command as execvp(3) would: 0, -ENOENT or -EACCES.  *ret is malloc'ed. */
int cull_confine_find(const char *command, const char *path, char **ret, struct cull_error *reterr);

#endif
