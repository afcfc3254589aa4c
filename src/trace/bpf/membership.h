/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Is a task in the container's cgroup, or in one below it?
 */
#ifndef SYSCULL_TRACE_MEMBERSHIP_H
#define SYSCULL_TRACE_MEMBERSHIP_H

#define DEEPEST 16 /* levels of cgroups that are looked at */

/* Set by the user half before the container's tasks are looked for. */
volatile __u32 watched_subject;
volatile __u64 watched_cgroup; /* inode number of its folder; 0: nothing is watched */
volatile __u32 watched_hierarchy;
/* The folder's path below its hierarchy, padded with zeros: a container that restarts gets a new
 * folder of the same name. */
__u64 watched_path[CGROUP_PATH_BYTES / 8];

static __always_inline __u64 ancestor_id(struct cgroup *cgroup, int level)
{
    __u64 id = 0;

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

static __always_inline bool is_watched_path(const __u64 *path)
{
    for (int i = 0; i < CGROUP_PATH_BYTES / 8; i++)
        if (path[i] != watched_path[i])
            return false;
    return true;
}

static __always_inline bool is_watched(struct cgroup *cgroup)
{
    int deepest = BPF_CORE_READ(cgroup, level);

    if (BPF_CORE_READ(cgroup, root, hierarchy_id) != (int)watched_hierarchy)
        return false;
    for (int level = 1; level < DEEPEST && level <= deepest; level++)
        if (ancestor_id(cgroup, level) == watched_cgroup)
            return true;
    return false;
}

/* v2 is the default hierarchy; on v1 the subsystem that is bound to the watched one says so. */
static __always_inline bool in_watched_cgroup(struct task_struct *task)
{
    struct css_set *set = task->cgroups;

    if (!watched_cgroup)
        return false;
    if (watched_hierarchy == 0)
        return is_watched(BPF_CORE_READ(set, dfl_cgrp));
    for (int i = 0; i < SUBSYSTEMS; i++) {
        struct cgroup_subsys_state *css = NULL;
        struct cgroup *cgroup = NULL;

        if (i >= (int)bpf_core_enum_value(enum cgroup_subsys_id, CGROUP_SUBSYS_COUNT))
            break;
        bpf_core_read(&css, sizeof css, &set->subsys[i]);
        cgroup = BPF_CORE_READ(css, cgroup);
        if (BPF_CORE_READ(cgroup, root, hierarchy_id) == (int)watched_hierarchy)
            return is_watched(cgroup);
    }
    return false;
}

#endif
