/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which processes are one container, and which of them is its init.
 *
 * Three things can tell: the shape of the cgroup path (nearly always); the namespace and name of a
 * shim, where the container has a free name; and a supervisor among the ancestors, for containers
 * that have no cgroup of their own.
 */
#include "host.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

/* What told that a process is in a container. */
struct membership {
    enum cull_engine engine;
    bool bare;         /* the engine is a guess that the supervisor may correct */
    const char *space; /* containerd's namespace, for a free name; else NULL */
    const char *id;    /* NULL: in none */
    const char *folder;
    const char *pod_uid;
};

struct group {
    struct membership membership;
    const struct process *init;
};

struct groups {
    struct group *items;
    size_t count, capacity;
};

static void free_groups(struct groups *groups)
{
    free(groups->items);
}

/* ---- whose a process is --------------------------------------------------------------------- */

static bool by_cgroup(const struct host *host, const struct process *process,
                      struct membership *ret)
{
    struct cgroup_match match;
    const char *folder;
    size_t before;

    if (!cull_cgroup_match_text(process->cgroups, &match))
        return false;
    /* The folder's name starts after the slash before the id, whatever the prefix. */
    for (folder = match.id; folder[-1] != '/' && folder[-1] != ':';)
        folder--;
    before = (size_t)(match.id - folder);
    ret->engine = match.engine;
    ret->bare = match.bare;
    ret->id = cull_arena_copy(host->arena, match.id, match.id_size);
    ret->folder = cull_arena_copy(host->arena, folder, before + strcspn(match.id, "/\n"));
    ret->pod_uid = *match.pod_uid != '\0'
                       ? cull_arena_copy(host->arena, match.pod_uid, strlen(match.pod_uid))
                       : NULL;
    return true;
}

/* "/<namespace>/<name>" of containerd: known only by the shim that says so. */
static bool by_free_name(const struct host *host, const struct process *process,
                         struct membership *ret)
{
    char wanted[PATH_MAX];

    for (size_t i = 0; i < host->supervisors_count; i++) {
        const struct supervisor *shim = host->supervisors[i];
        size_t size;

        if (shim->kind != SUPERVISOR_SHIM || shim->space == NULL ||
            cull_cgroup_is_id(shim->id, strlen(shim->id)))
            continue;
        size = (size_t)snprintf(wanted, sizeof wanted, "/%s/%s", shim->space, shim->id);
        for (const char *at = process->cgroups; (at = strstr(at, wanted)) != NULL; at += size) {
            if (strchr("/\n", at[size]) == NULL) /* the end of the text counts, too */
                continue;
            *ret = (struct membership){ .engine = CULL_ENGINE_CONTAINERD,
                                        .space = shim->space,
                                        .id = shim->id,
                                        .folder = shim->id };
            return true;
        }
    }
    return false;
}

/* The last component of the first path that differs between a process and its supervisor. */
static const char *own_folder(const struct host *host, const struct process *process,
                              const struct process *supervisor)
{
    const char *text = process->cgroups, *other;
    struct cgroup_line line, same;
    const char *slash;

    while (cull_cgroup_next(&text, &line)) {
        bool differs = true;

        for (other = supervisor->cgroups; differs && cull_cgroup_next(&other, &same);)
            differs = same.hierarchy != line.hierarchy || same.path_size != line.path_size ||
                      memcmp(same.path, line.path, line.path_size) != 0;
        slash = differs ? memrchr(line.path, '/', line.path_size) : NULL;
        if (slash != NULL && slash + 1 < line.path + line.path_size)
            return cull_arena_copy(host->arena, slash + 1,
                                   (size_t)(line.path + line.path_size - slash - 1));
    }
    return NULL;
}

/* A child of a supervisor that has either a cgroup of its own or the container's files mounted; the
 * runtime, which is such a child for a moment, has neither. */
static bool by_descent(const struct host *host, const struct process *process,
                       struct membership *ret)
{
    const struct process *parent;
    enum cull_engine engine;
    const char *folder, *mounts;
    char id[65];

    while ((parent = cull_host_process(host, process->parent)) != NULL &&
           parent->supervisor == NULL && parent->pid != process->pid)
        process = parent;
    if (parent == NULL || parent->supervisor == NULL || process->supervisor != NULL)
        return false;
    engine = parent->supervisor->kind == SUPERVISOR_CONMON ? CULL_ENGINE_PODMAN
                                                           : CULL_ENGINE_CONTAINERD;
    folder = own_folder(host, process, parent);
    if (folder == NULL) {
        mounts = cull_host_mounts_of(host, process->pid);
        if (mounts == NULL || !cull_mounts_match(mounts, &engine, id))
            return false;
        ret->id = cull_arena_copy(host->arena, id, strlen(id));
    } else {
        ret->id = parent->supervisor->id;
    }
    ret->engine = engine;
    ret->bare = true;
    ret->folder = folder;
    return true;
}

static struct membership membership_of(const struct host *host, const struct process *process)
{
    struct membership membership = { 0 };

    if (!by_cgroup(host, process, &membership) && !by_free_name(host, process, &membership))
        by_descent(host, process, &membership);
    /* Podman's cgroups=split keeps the monitor in the container's cgroup: it looks after it. */
    if (membership.id != NULL && process->supervisor != NULL &&
        strcmp(membership.id, process->supervisor->id) == 0)
        membership = (struct membership){ 0 };
    return membership;
}

static bool same_container(const struct membership *a, const struct membership *b)
{
    if (a->id == NULL || b->id == NULL || strcmp(a->id, b->id) != 0)
        return false;
    if (a->space == NULL || b->space == NULL)
        return a->space == b->space;
    return strcmp(a->space, b->space) == 0;
}

/* ---- groups ------------------------------------------------------------------------------------ */

/* Both have a parent outside: the init, or what `exec` started later. */
static bool is_better_init(const struct process *process, const struct process *than)
{
    if (process->namespace_init != than->namespace_init)
        return process->namespace_init;
    return process->start_ticks < than->start_ticks;
}

static int add_to_groups(struct groups *groups, const struct membership *membership,
                         size_t *ret_index)
{
    size_t i;
    int r;

    for (i = 0; i < groups->count; i++)
        if (same_container(&groups->items[i].membership, membership))
            break;
    if (i == groups->count) {
        r = cull_array_grow(&groups->items, &groups->capacity, groups->count,
                            sizeof *groups->items);
        if (r < 0)
            return r;
        groups->items[groups->count++] = (struct group){ .membership = *membership };
    }
    *ret_index = i;
    return 0;
}

static int find_groups(const struct host *host, pid_t pid, struct groups *groups, size_t *ret_at)
{
    size_t wanted = SIZE_MAX, index;

    for (size_t i = 0; i < host->processes_count; i++) {
        const struct process *process = &host->processes[i], *parent;
        struct membership own = membership_of(host, process), above = { 0 };
        struct group *group;
        int r;

        if (own.id == NULL)
            continue;
        r = add_to_groups(groups, &own, &index);
        if (r < 0)
            return r;
        if (process->pid == pid)
            wanted = index;
        parent = cull_host_process(host, process->parent);
        if (parent != NULL)
            above = membership_of(host, parent);
        group = &groups->items[index];
        if (!same_container(&own, &above) &&
            (group->init == NULL || is_better_init(process, group->init)))
            group->init = process;
    }
    *ret_at = wanted;
    return 0;
}

/* ---- containers ---------------------------------------------------------------------------------- */

/* "mnt:[4026531840]" → the number; 0 when we may not look. */
static uint64_t namespace_of(const struct host *host, pid_t pid, const char *name)
{
    char path[64];
    const char *text, *number;

    snprintf(path, sizeof path, "/proc/%d/ns/%s", pid, name);
    text = cull_host_link(host, path);
    number = text != NULL ? strchr(text, '[') : NULL;
    return number != NULL ? strtoull(number + 1, NULL, 10) : 0;
}

static enum cull_engine engine_of(const struct host *host, const struct group *group)
{
    const struct process *parent = cull_host_process(host, group->init->parent);
    const struct supervisor *supervisor = parent != NULL ? parent->supervisor : NULL;

    if (!group->membership.bare || supervisor == NULL || supervisor->kind != SUPERVISOR_SHIM ||
        supervisor->space == NULL)
        return group->membership.engine;
    return strcmp(supervisor->space, "moby") == 0 ? CULL_ENGINE_DOCKER : CULL_ENGINE_CONTAINERD;
}

static int make_container(const struct host *host, const struct group *group,
                          struct cull_container **ret)
{
    const struct membership *membership = &group->membership;
    cull_auto(container) container = calloc(1, sizeof *container);
    int r = 0;

    if (container == NULL)
        return -ENOMEM;
    container->engine = engine_of(host, group);
    container->id = strdup(membership->id);
    if (container->id == NULL)
        return -ENOMEM;
    if (membership->pod_uid != NULL) {
        container->pod_uid = strdup(membership->pod_uid);
        if (container->pod_uid == NULL)
            return -ENOMEM;
    }
    container->init_pid = group->init->pid;
    container->init_start_ticks = group->init->start_ticks;
    container->mount_ns = namespace_of(host, group->init->pid, "mnt");
    container->pid_ns = namespace_of(host, group->init->pid, "pid");
    if (membership->folder != NULL)
        r = cull_mounts_place(host->root, host->mountinfo, group->init->cgroups, membership->folder,
                              container);
    if (r == 0)
        *ret = TAKE(container);
    return r;
}

int cull_group(const struct host *host, pid_t pid, struct cull_containers **ret, size_t *ret_at,
               struct cull_error *reterr)
{
    __attribute__((cleanup(free_groups))) struct groups groups = { 0 };
    cull_auto(containers) containers = calloc(1, sizeof *containers);
    size_t wanted, at = SIZE_MAX;
    int r;

    if (containers == NULL || find_groups(host, pid, &groups, &wanted) < 0)
        return cull_fail_memory(reterr);
    containers->items = calloc(groups.count + 1, sizeof(struct cull_container *));
    if (containers->items == NULL)
        return cull_fail_memory(reterr);
    for (size_t i = 0; i < groups.count; i++) {
        if (groups.items[i].init == NULL)
            continue; /* it ended while we looked: only what it left is there */
        if (i == wanted)
            at = containers->count;
        r = make_container(host, &groups.items[i], &containers->items[containers->count]);
        if (r < 0)
            return cull_fail_memory(reterr);
        containers->count++;
    }
    if (ret_at != NULL)
        *ret_at = at == SIZE_MAX ? containers->count : at;
    *ret = TAKE(containers);
    return 0;
}

const struct supervisor *cull_group_supervisor(const struct host *host,
                                               const struct cull_container *container)
{
    const struct process *init = cull_host_process(host, container->init_pid);
    const struct process *parent = init != NULL ? cull_host_process(host, init->parent) : NULL;

    if (parent != NULL && parent->supervisor != NULL)
        return parent->supervisor;
    /* While it starts, its parent is the runtime; who looks after it bears its id. */
    for (size_t i = 0; i < host->supervisors_count && container->id != NULL; i++)
        if (host->supervisors[i]->id != NULL &&
            strcmp(host->supervisors[i]->id, container->id) == 0)
            return host->supervisors[i];
    return NULL;
}
