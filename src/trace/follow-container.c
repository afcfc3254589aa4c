/* SPDX-License-Identifier: Apache-2.0 */
/* Say which containers are followed: one that runs, or one that is yet to start. */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <fts.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "session.h"

static const char *name_of(const struct cull_container *container)
{
    return container->name != NULL ? container->name : container->id;
}

/* The path of a process' cgroup below a hierarchy, as the kernel writes it: the third field of the
 * line that begins with the hierarchy's number. */
static int read_cgroup_path(pid_t pid, uint32_t hierarchy, struct cgroup_path *ret)
{
    char path[64], line[4096], number[16];
    int r = -ENOENT;
    FILE *cgroups;

    snprintf(path, sizeof path, "/proc/%d/cgroup", (int)pid);
    snprintf(number, sizeof number, "%u:", hierarchy);
    cgroups = fopen(path, "re");
    if (cgroups == NULL)
        return -errno;
    memset(ret, 0, sizeof *ret);
    while (r == -ENOENT && fgets(line, sizeof line, cgroups) != NULL) {
        char *field;

        line[strcspn(line, "\n")] = '\0';
        if (strncmp(line, number, strlen(number)) != 0)
            continue;
        field = strchr(line + strlen(number), ':');
        if (field != NULL)
            r = snprintf(ret->text, sizeof ret->text, "%s", field + 1) < (int)sizeof ret->text
                    ? 0
                    : -ENAMETOOLONG;
    }
    fclose(cgroups);
    return r;
}

static int container_path(const struct cull_trace *trace, const struct cull_container *container,
                          struct cgroup_path *ret, struct cull_error *reterr)
{
    int r = read_cgroup_path(container->init_pid, trace->skeleton->bss->watched_hierarchy, ret);

    if (r < 0)
        return cull_fail(reterr, -r, "reading the cgroup of container %s (process %d): %s",
                         name_of(container), (int)container->init_pid, strerror(-r));
    return 0;
}

/* Enter the container's folder and those below it. */
static int watch_folders(struct cull_trace *trace, char *folder)
{
    char *const roots[] = { folder, NULL };
    int map = bpf_map__fd(trace->skeleton->maps.cgroups), r = 0;
    FTS *tree = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
    FTSENT *entry;

    if (tree == NULL)
        return -errno;
    while (r == 0 && (entry = fts_read(tree)) != NULL) {
        uint64_t id = entry->fts_info == FTS_D ? entry->fts_statp->st_ino : 0;

        if (id != 0 && bpf_map_update_elem(map, &id, &trace->subject, BPF_ANY) < 0)
            r = -errno;
    }
    fts_close(tree);
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

/* Until a pass finds no child of a parent that was itself found too late. */
static int adopt_all_members(struct cull_trace *trace)
{
    volatile struct subject_state *subject = &trace->skeleton->bss->subjects[trace->subject];
    uint64_t before;
    int r;

    do {
        before = subject->tasks;
        r = adopt_members(trace);
    } while (r == 0 && subject->tasks != before);
    return r;
}

static int begin(struct cull_trace *trace, uint32_t hierarchy)
{
    trace->started_ns = cull_trace_now_ns();
    trace->skeleton->bss->watched_hierarchy = hierarchy;
    trace->skeleton->bss->is_watching = 1;
    return 0;
}

int cull_trace_follow_container(struct cull_trace *trace, const struct cull_container *container,
                                struct cull_error *reterr)
{
    struct cgroup_path path;
    int r;

    if (container->cgroup_id == 0)
        return cull_fail(reterr, ENOENT,
                         "the cgroup of container %s cannot be seen from here: record on the host, "
                         "with /sys/fs/cgroup mounted",
                         name_of(container));
    trace->subject = 0;
    trace->skeleton->bss->next_subject = 1;
    trace->filter_in_force = cull_trace_is_filtered(container->init_pid);
    begin(trace, (uint32_t)container->cgroup_hierarchy);
    r = container_path(trace, container, &path, reterr);
    if (r < 0)
        return r;
    if (bpf_map_update_elem(bpf_map__fd(trace->skeleton->maps.paths), &path, &trace->subject,
                            BPF_ANY) < 0)
        return cull_fail(reterr, errno, "watching the cgroup %s: %s", path.text, strerror(errno));
    r = watch_folders(trace, container->cgroup_path);
    if (r == 0)
        r = adopt_all_members(trace);
    if (r < 0)
        return cull_fail(reterr, -r, "looking for the tasks of container %s: %s",
                         name_of(container), strerror(-r));
    if (trace->skeleton->bss->subjects[trace->subject].tasks == 0)
        return cull_fail(reterr, ESRCH, "container %s has no process any more", name_of(container));
    return 0;
}

/* The hierarchy in which every engine makes a cgroup for a container: v2's if it is the only one,
 * else that of the pids controller, or of the first v1 controller that there is. */
static int choose_hierarchy(uint32_t *ret)
{
    FILE *cgroups = fopen("/proc/self/cgroup", "re");
    char line[4096];

    if (cgroups == NULL)
        return -errno;
    *ret = 0;
    while (fgets(line, sizeof line, cgroups) != NULL) {
        unsigned number = (unsigned)atoi(line);
        const char *controllers = strchr(line, ':');

        if (number == 0 || controllers == NULL || strncmp(controllers, ":name=", 6) == 0)
            continue;
        if (*ret == 0 || strncmp(controllers, ":pids:", 6) == 0)
            *ret = number;
    }
    fclose(cgroups);
    return 0;
}

int cull_trace_await_containers(struct cull_trace *trace, struct cull_error *reterr)
{
    uint32_t hierarchy;
    int r = choose_hierarchy(&hierarchy);

    if (r < 0)
        return cull_fail(reterr, -r, "/proc/self/cgroup: %s", strerror(-r));
    trace->skeleton->bss->adopts_new = 1;
    return begin(trace, hierarchy);
}

int cull_trace_select_container(struct cull_trace *trace, const struct cull_container *container,
                                struct cull_error *reterr)
{
    struct cgroup_path path;
    uint32_t subject;
    int r = container_path(trace, container, &path, reterr);

    if (r == -ENOENT && reterr != NULL)
        reterr->code = ESRCH;
    if (r < 0)
        return r == -ENOENT ? -ESRCH : r; /* a runtime's first processes live for a moment */
    if (bpf_map_lookup_elem(bpf_map__fd(trace->skeleton->maps.paths), &path, &subject) < 0)
        return cull_fail(reterr,
                         trace->skeleton->bss->losses.subjects_untracked > 0 ? ENOSPC : ENOENT,
                         "container %s did not start under our eyes (its cgroup is %s)",
                         name_of(container), path.text);
    trace->skeleton->bss->adopts_new = 0;
    trace->skeleton->data->only_subject = (int32_t)subject;
    trace->subject = subject;
    return 0;
}
