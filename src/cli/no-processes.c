/* SPDX-License-Identifier: Apache-2.0 */
/* The table of processes in a build without eBPF (-Dbpf=disabled): it says so. */
#include <errno.h>
#include <syscull/trace.h>

int cull_trace_processes_open(struct cull_trace_processes **ret, struct cull_error *reterr)
{
    (void)ret;
    return cull_fail(reterr, ENOTSUP,
                     "this syscull was built without eBPF: build it with -Dbpf=enabled");
}

void cull_trace_processes_free(struct cull_trace_processes *processes)
{
    (void)processes;
}

uint64_t cull_trace_processes_cgroups_made(const struct cull_trace_processes *processes)
{
    (void)processes;
    return 0;
}

int cull_trace_processes_find(struct cull_trace_processes *processes, pid_t pid, int64_t time_ms,
                              struct cull_trace_process *ret)
{
    (void)processes;
    (void)pid;
    (void)time_ms;
    (void)ret;
    return -ENOENT;
}
