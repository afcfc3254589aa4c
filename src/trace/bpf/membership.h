/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Which subject does a cgroup belong to?  One hierarchy is watched: v2's, or that of one v1 controller.
 */
#ifndef SYSCULL_TRACE_MEMBERSHIP_H
#define SYSCULL_TRACE_MEMBERSHIP_H

#define NOBODY (-1)

/* Set by the user half before anything is followed. */
volatile __u32 is_watching;       /* cgroups matter: a container is followed or awaited */
volatile __u32 adopts_new;        /* every new container becomes a subject */
volatile __u32 watched_hierarchy; /* its number in /proc/PID/cgroup; 0: v2 */
__u32 next_subject;

/* Inode number of a cgroup's folder -> subject.  Folders below it are entered when they are made. */
struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, 4096);
    __type(key, __u64);
    __type(value, __u32);
} cgroups SEC(".maps");

/* Path of a container's cgroup -> subject: one that restarts gets a new folder of the same name. */
struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, SUBJECTS);
    __type(key, struct cgroup_path);
    __type(value, __u32);
} paths SEC(".maps");

static __always_inline int subject_of(struct cgroup *cgroup)
{
    __u64 id = BPF_CORE_READ(cgroup, kn, id);
    __u32 *subject;

    if (BPF_CORE_READ(cgroup, root, hierarchy_id) != (int)watched_hierarchy)
        return NOBODY;
    subject = bpf_map_lookup_elem(&cgroups, &id);
    return subject && *subject < SUBJECTS ? (int)*subject : NOBODY;
}

/* v2 is the default hierarchy; on v1 the subsystem that is bound to the watched one says so. */
static __always_inline int subject_of_task(struct task_struct *task)
{
    struct css_set *set = task->cgroups;

    if (!is_watching)
        return NOBODY;
    if (watched_hierarchy == 0)
        return subject_of(BPF_CORE_READ(set, dfl_cgrp));
    for (int i = 0; i < SUBSYSTEMS; i++) {
        struct cgroup_subsys_state *css = NULL;
        struct cgroup *cgroup = NULL;

        if (i >= (int)bpf_core_enum_value(enum cgroup_subsys_id, CGROUP_SUBSYS_COUNT))
            break;
        bpf_core_read(&css, sizeof css, &set->subsys[i]);
        cgroup = BPF_CORE_READ(css, cgroup);
        if (BPF_CORE_READ(cgroup, root, hierarchy_id) == (int)watched_hierarchy)
            return subject_of(cgroup);
    }
    return NOBODY;
}

static __always_inline __u64 parent_id(struct cgroup *cgroup)
{
    int level = BPF_CORE_READ(cgroup, level) - 1;
    __u64 id = 0;

    if (level < 0)
        return 0;
    if (bpf_core_field_exists(cgroup->ancestors)) {
        struct cgroup *ancestor = NULL;

        bpf_core_read(&ancestor, sizeof ancestor, &cgroup->ancestors[level]);
        id = BPF_CORE_READ(ancestor, kn, id);
    } else {
        struct cgroup___old *old = (void *)cgroup;

        bpf_core_read(&id, sizeof id, &old->ancestor_ids[level]);
    }
    return id;
}

static __always_inline bool is_hex(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

/* All engines name a container's cgroup by 64 hexadecimal digits, which systemd follows by
 * ".scope".  size: with the final zero. */
static __always_inline bool is_container(const struct cgroup_path *path, long size)
{
    __u32 end = (__u32)size - 1;

    if (size < 66 || size > CGROUP_PATH_BYTES)
        return false;
    if (path->text[(end - 1) & (CGROUP_PATH_BYTES - 1)] == 'e' &&
        path->text[(end - 6) & (CGROUP_PATH_BYTES - 1)] == '.')
        end -= 6;
    for (__u32 i = 1; i <= 64; i++)
        if (!is_hex(path->text[(end - i) & (CGROUP_PATH_BYTES - 1)]))
            return false;
    return true;
}

#endif
