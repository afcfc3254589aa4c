/* SPDX-License-Identifier: Apache-2.0 */
/* Say which tasks belong to the subject. */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "session.h"

/* Does a filter confine the process already?  "Seccomp:\t2" in its status. */
static bool is_filtered(pid_t pid)
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
        .subject = SUBJECT,
        .set = SUBJECT * SETS_PER_SUBJECT + SET_APP,
        .whereabouts = INSIDE, /* it waits in a read */
        .stage = STAGE_PENDING,
        .pending_nr = -1,
    };
    struct subject_state *subject = &trace->skeleton->bss->subjects[SUBJECT];
    cull_auto_fd fd = (int)syscall(SYS_pidfd_open, pid, 0);

    if (fd < 0)
        return cull_fail(reterr, errno, "following process %d: %s", (int)pid, strerror(errno));
    trace->started_ns = cull_trace_now_ns();
    trace->start_seen = true;
    trace->filter_in_force = is_filtered(pid);
    subject->alive = subject->tasks = 1;
    if (bpf_map_update_elem(bpf_map__fd(trace->skeleton->maps.tasks), &fd, &state, BPF_NOEXIST) < 0)
        return cull_fail(reterr, errno, "following process %d: %s", (int)pid, strerror(errno));
    return 0;
}

/* The path of the process' cgroup below its hierarchy, as the kernel writes it: the third field of
 * the line that begins with the hierarchy's number. */
static int read_cgroup_path(pid_t pid, int hierarchy, char *ret, size_t size)
{
    char path[64], line[4096], number[16];
    int r = -ENOENT;
    FILE *cgroups;

    snprintf(path, sizeof path, "/proc/%d/cgroup", (int)pid);
    snprintf(number, sizeof number, "%d:", hierarchy);
    cgroups = fopen(path, "re");
    if (cgroups == NULL)
        return -errno;
    while (r == -ENOENT && fgets(line, sizeof line, cgroups) != NULL) {
        char *field = strchr(line + strlen(number), ':');

        line[strcspn(line, "\n")] = '\0';
        if (strncmp(line, number, strlen(number)) == 0 && field != NULL)
            r = snprintf(ret, size, "%s", field + 1) < (int)size ? 0 : -ENAMETOOLONG;
    }
    fclose(cgroups);
    return r;
}

/* One pass of the kernel half over all tasks: reading the iterator runs it. */
static int adopt_members(struct cull_trace *trace)
{
    cull_auto_fd fd = bpf_iter_create(bpf_link__fd(trace->skeleton->links.adopt_members));
    char nothing[64];
    ssize_t size;

    if (fd < 0)
        return -errno;
    do
        size = read(fd, nothing, sizeof nothing);
    while (size > 0 || (size < 0 && errno == EAGAIN));
    return size < 0 ? -errno : 0;
}

int cull_trace_follow_container(struct cull_trace *trace, const struct cull_container *container,
                                struct cull_error *reterr)
{
    volatile struct subject_state *subject = &trace->skeleton->bss->subjects[SUBJECT];
    char path[CGROUP_PATH_BYTES] = "";
    uint64_t before;
    int r;

    if (container->cgroup_id == 0)
        return cull_fail(reterr, ENOENT,
                         "the cgroup of container %s cannot be seen from here: record on the host, "
                         "with /sys/fs/cgroup mounted",
                         container->name != NULL ? container->name : container->id);
    r = read_cgroup_path(container->init_pid, container->cgroup_hierarchy, path, sizeof path);
    if (r < 0)
        return cull_fail(reterr, -r, "reading the cgroup of process %d: %s",
                         (int)container->init_pid, strerror(-r));
    trace->started_ns = cull_trace_now_ns();
    trace->filter_in_force = is_filtered(container->init_pid);
    memcpy(trace->skeleton->bss->watched_path, path, sizeof path);
    trace->skeleton->bss->watched_subject = SUBJECT;
    trace->skeleton->bss->watched_hierarchy = (uint32_t)container->cgroup_hierarchy;
    trace->skeleton->bss->watched_cgroup = container->cgroup_id;
    do { /* until a pass finds no child of a parent that was itself found too late */
        before = subject->tasks;
        r = adopt_members(trace);
        if (r < 0)
            return cull_fail(reterr, -r, "looking for the tasks of the container: %s",
                             strerror(-r));
    } while (subject->tasks != before);
    if (subject->tasks == 0)
        return cull_fail(reterr, ESRCH, "container %s has no process any more",
                         container->name != NULL ? container->name : container->id);
    return 0;
}

void cull_trace_status(const struct cull_trace *trace, struct cull_trace_status *ret)
{
    const volatile struct subject_state *subject = &trace->skeleton->bss->subjects[SUBJECT];

    ret->alive = subject->alive;
    ret->tasks = subject->tasks;
    ret->starts = subject->starts;
}

int cull_trace_alive(struct cull_trace *trace, uint64_t *ret, struct cull_error *reterr)
{
    struct cull_trace_status status;

    (void)reterr;
    cull_trace_status(trace, &status);
    *ret = status.alive;
    return 0;
}
