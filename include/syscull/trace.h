/* SPDX-License-Identifier: Apache-2.0 */
/*
 * trace - eBPF: see every call of a command's process tree or of a container.
 *
 * The only room that knows libbpf.  A session loads and attaches its programs when it is opened; per
 * subject and per phase one table in the kernel holds what was called, so nothing is sent per call
 * and nothing can be lost.
 */
#ifndef SYSCULL_TRACE_H
#define SYSCULL_TRACE_H

#include <sys/types.h>
#include <syscull/base.h>
#include <syscull/container.h>
#include <syscull/record.h>

struct cull_trace;

/* Load and attach.  Errors, each with the next step in its message: -EPERM (not root, or no
 * CAP_BPF and CAP_PERFMON, or bpf(2) is refused by a seccomp filter), -ENOTSUP (no BTF: kernel
 * without CONFIG_DEBUG_INFO_BTF or /sys not mounted), -ENOSYS (no system call tracepoints in this
 * kernel), -EINVAL (the verifier refused; its last lines), -ENOMEM. */
int cull_trace_open(struct cull_trace **ret, struct cull_error *reterr);
void cull_trace_free(struct cull_trace *trace); /* detaches */
CULL_DEFINE_AUTO(trace)

/* Follow a child that has not yet called execve, from its execve on, with all its descendants. */
int cull_trace_follow_command(struct cull_trace *trace, pid_t pid, struct cull_error *reterr);
/* Follow a running container: all its tasks of now, their descendants, and what enters its cgroup.
 * When it ends and is started again under the same id, its new start is followed, too, from the
 * first call of its program on. */
int cull_trace_follow_container(struct cull_trace *trace, const struct cull_container *container,
                                struct cull_error *reterr);

/* Or, for a container that does not run yet: watch whatever starts from now on, and when the one that
 * was meant is there, say which it is: it was recorded from its first call. -ENOENT: it did not start
 * since; -ENOSPC: too many others did (32); -ESRCH: the process that was found is gone, so find the
 * container again. */
int cull_trace_await_containers(struct cull_trace *trace, struct cull_error *reterr);
int cull_trace_select_container(struct cull_trace *trace, const struct cull_container *container,
                                struct cull_error *reterr);

struct cull_trace_status {
    uint64_t alive;  /* tasks of now; 0: the subject has ended (a container may start again) */
    uint64_t tasks;  /* tasks ever */
    uint64_t starts; /* starts of the container that were seen from their first call */
};
void cull_trace_status(const struct cull_trace *trace, struct cull_trace_status *ret);
/* Read what the kernel holds now into the record (replaces its calls, losses and tasks). */
int cull_trace_collect(struct cull_trace *trace, struct cull_record *record,
                       struct cull_error *reterr);

/* ---- processes that have lived ------------------------------------------------------------------- */

/* A table in the kernel of all processes, kept for a while after their end (the last 65536): who was
 * that pid?  Independent of a session, and much smaller. */
struct cull_trace_process {
    char comm[16];
    bool has_ended;
    struct {
        int hierarchy;  /* as /proc/PID/cgroup numbers it; 0: cgroup v2 */
        uint64_t id;    /* the kernel's cgroup id; 0: none */
        char path[256]; /* below its hierarchy; "" when the cgroup is older than the table */
    } cgroups[3];
};
struct cull_trace_processes;
/* -EPERM, -ENOTSUP (no BTF), -ENOMEM, or what the kernel said. */
int cull_trace_processes_open(struct cull_trace_processes **ret, struct cull_error *reterr);
void cull_trace_processes_free(struct cull_trace_processes *processes);
CULL_DEFINE_AUTO(trace_processes)
/* How many cgroups were made since: when it grows, a container starts. */
uint64_t cull_trace_processes_cgroups_made(const struct cull_trace_processes *processes);
/* time_ms: since 1970, when it lived; 0: now.  -ENOENT: not seen. */
int cull_trace_processes_find(struct cull_trace_processes *processes, pid_t pid, int64_t time_ms,
                              struct cull_trace_process *ret);

#endif
