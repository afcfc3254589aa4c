/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Containers as they are made: one that restarts is met again, a new one becomes a subject.  Included
 * once, by record.bpf.c, after its tables.
 */
#ifndef SYSCULL_TRACE_CONTAINERS_H
#define SYSCULL_TRACE_CONTAINERS_H

/* A place for a cgroup's path. */
struct {
    __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
    __uint(max_entries, 1);
    __type(key, __u32);
    __type(value, struct cgroup_path);
} made_path SEC(".maps");

/* A new container: the next free subject. */
static __noinline int new_subject(struct cgroup_path *path)
{
    __u32 subject = __sync_fetch_and_add(&next_subject, 1);

    if (subject >= SUBJECTS) {
        __sync_fetch_and_add(&losses.subjects_untracked, 1);
        return NOBODY;
    }
    __builtin_memcpy(subjects[subject].path, path->text, CGROUP_PATH_BYTES);
    bpf_map_update_elem(&paths, path, &subject, BPF_ANY);
    return (int)subject;
}

SEC("tp_btf/cgroup_mkdir")
int BPF_PROG(record_mkdir, struct cgroup *cgroup, const char *path)
{
    __u64 id = cgroup->kn->id, parent = parent_id(cgroup);
    __u32 zero = 0, subject, *known;
    struct cgroup_path *copy;
    long size;
    int found;

    if (!is_watching || cgroup->root->hierarchy_id != (int)watched_hierarchy)
        return 0;
    known = bpf_map_lookup_elem(&cgroups, &parent);
    if (known) {
        bpf_map_update_elem(&cgroups, &id, known, BPF_ANY);
        return 0;
    }
    copy = bpf_map_lookup_elem(&made_path, &zero);
    if (!copy)
        return 0;
    __builtin_memset(copy, 0, sizeof *copy);
    size = bpf_probe_read_kernel_str(copy->text, CGROUP_PATH_BYTES, path);
    known = bpf_map_lookup_elem(&paths, copy);
    if (known)
        found = (int)*known;
    else if (adopts_new && is_container(copy, size))
        found = new_subject(copy);
    else
        return 0;
    subject = (__u32)found;
    if (subject >= SUBJECTS)
        return 0;
    subjects[subject].is_fresh = 1;
    bpf_map_update_elem(&cgroups, &id, &subject, BPF_ANY);
    return 0;
}

#endif
