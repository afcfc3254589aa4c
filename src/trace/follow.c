/* SPDX-License-Identifier: Apache-2.0 */
/* Follow a command; how far a subject is. */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "session.h"

bool cull_trace_is_filtered(pid_t pid)
{
    char path[64], line[256];
    bool filtered = false;
    FILE *status;

    snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
    status = fopen(path, "re");
    if (status == NULL)
        return false;
    while (fgets(line, sizeof line, status) != NULL)
        if (strncmp(line, "Seccomp:", 8) == 0)
            filtered = atoi(line + 8) != 0;
    fclose(status);
    return filtered;
}

int cull_trace_follow_command(struct cull_trace *trace, pid_t pid, struct cull_error *reterr)
{
    struct task_state state = {
        .set = SET_APP,
        .whereabouts = INSIDE, /* it waits in a read */
        .stage = STAGE_PENDING,
        .pending_nr = -1,
    };
    struct subject_state *subject = &trace->skeleton->bss->subjects[0];
    cull_auto_fd fd = (int)syscall(SYS_pidfd_open, pid, 0);

    if (fd < 0)
        return cull_fail(reterr, errno, "following process %d: %s", (int)pid, strerror(errno));
    trace->subject = 0;
    trace->started_ns = cull_trace_now_ns();
    trace->start_seen = true;
    trace->filter_in_force = cull_trace_is_filtered(pid);
    subject->alive = subject->tasks = 1;
    if (bpf_map_update_elem(bpf_map__fd(trace->skeleton->maps.tasks), &fd, &state, BPF_NOEXIST) < 0)
        return cull_fail(reterr, errno, "following process %d: %s", (int)pid, strerror(errno));
    return 0;
}

void cull_trace_status(const struct cull_trace *trace, struct cull_trace_status *ret)
{
    const volatile struct subject_state *subject = &trace->skeleton->bss->subjects[trace->subject];

    ret->alive = subject->alive;
    ret->tasks = subject->tasks;
    ret->starts = subject->starts;
}
