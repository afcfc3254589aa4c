// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * A table of processes that live or have lived: a record in the kernel's log has a pid and nothing else,
 * and when it is read its process may be gone.  Nothing is sent: the other half looks a pid up.
 */
#include <linux/bpf.h>
#include <linux/types.h>
#include <stdbool.h>

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "kernel.h"
#include "processes.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

__u64 cgroups_made; /* since we came: the other half sees that something starts */

/* The names that the running kernel has for its controllers; their numbers differ. */
enum cgroup_subsys_id___named {
    memory_cgrp_id___named = 1,
    pids_cgrp_id___named = 2,
};

struct {
    __uint(type, BPF_MAP_TYPE_LRU_HASH);
    __uint(max_entries, PROCESSES);
    __type(key, __u32);
    __type(value, struct process_entry);
} processes SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_LRU_HASH);
    __uint(max_entries, CGROUPS);
    __type(key, struct cgroup_key);
    __type(value, struct cgroup_entry);
} cgroups SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
    __uint(max_entries, 1);
    __type(key, __u32);
    __type(value, struct cgroup_entry);
} made SEC(".maps");

static __always_inline void fill_cgroup(struct cgroup_key *key, struct cgroup *cgroup)
{
    key->hierarchy = (__u32)BPF_CORE_READ(cgroup, root, hierarchy_id);
    key->zero = 0;
    key->id = BPF_CORE_READ(cgroup, kn, id);
}

static __always_inline void fill_controller(struct cgroup_key *key, struct css_set *set, int index)
{
    struct cgroup_subsys_state *css = NULL;

    if (index < 0 || index >= SUBSYSTEMS)
        return;
    bpf_core_read(&css, sizeof css, &set->subsys[index]);
    if (css)
        fill_cgroup(key, BPF_CORE_READ(css, cgroup));
}

static __always_inline void fill(struct process_entry *entry, struct task_struct *task)
{
    struct css_set *set = BPF_CORE_READ(task, cgroups);

    fill_cgroup(&entry->cgroups[0], BPF_CORE_READ(set, dfl_cgrp));
    if (bpf_core_enum_value_exists(enum cgroup_subsys_id___named, memory_cgrp_id___named))
        fill_controller(&entry->cgroups[1], set,
                        (int)bpf_core_enum_value(enum cgroup_subsys_id___named,
                                                 memory_cgrp_id___named));
    if (bpf_core_enum_value_exists(enum cgroup_subsys_id___named, pids_cgrp_id___named))
        fill_controller(
            &entry->cgroups[2], set,
            (int)bpf_core_enum_value(enum cgroup_subsys_id___named, pids_cgrp_id___named));
    bpf_core_read_str(entry->comm, sizeof entry->comm, &task->comm);
}

static __always_inline void begin(struct task_struct *task, bool was_there)
{
    struct process_entry entry = { 0 };
    __u32 pid = (__u32)BPF_CORE_READ(task, tgid);

    entry.started_ns = bpf_ktime_get_boot_ns();
    entry.was_there = was_there;
    fill(&entry, task);
    bpf_map_update_elem(&processes, &pid, &entry, was_there ? BPF_NOEXIST : BPF_ANY);
}

/* Its cgroups or its name have changed. */
static __always_inline void change(struct task_struct *task)
{
    __u32 pid = (__u32)BPF_CORE_READ(task, tgid);
    struct process_entry *entry = bpf_map_lookup_elem(&processes, &pid);

    if (entry)
        fill(entry, task);
    else
        begin(task, true);
}

SEC("tp_btf/sched_process_fork")
int BPF_PROG(processes_fork, struct task_struct *parent, struct task_struct *child)
{
    if (child->pid == child->tgid)
        begin(child, false);
    return 0;
}

SEC("tp_btf/sched_process_exec")
int BPF_PROG(processes_exec, struct task_struct *task, int old_pid, struct linux_binprm *binprm)
{
    change(task);
    return 0;
}

SEC("tp_btf/cgroup_attach_task")
int BPF_PROG(processes_attach, struct cgroup *cgroup, const char *path, struct task_struct *task)
{
    change(task);
    return 0;
}

SEC("tp_btf/sched_process_exit")
int BPF_PROG(processes_exit, struct task_struct *task)
{
    __u32 pid = (__u32)task->tgid;
    struct process_entry *entry;

    if (task->pid != task->tgid)
        return 0;
    entry = bpf_map_lookup_elem(&processes, &pid);
    if (entry)
        entry->ended_ns = bpf_ktime_get_boot_ns();
    return 0;
}

/* A cgroup that is gone when somebody asks for it had a path once. */
SEC("tp_btf/cgroup_mkdir")
int BPF_PROG(processes_mkdir, struct cgroup *cgroup, const char *path)
{
    struct cgroup_key key;
    __u32 zero = 0;
    struct cgroup_entry *entry = bpf_map_lookup_elem(&made, &zero);

    if (!entry)
        return 0;
    fill_cgroup(&key, cgroup);
    bpf_probe_read_kernel_str(entry->path, sizeof entry->path, path);
    bpf_map_update_elem(&cgroups, &key, entry, BPF_ANY);
    __sync_fetch_and_add(&cgroups_made, 1);
    return 0;
}

/* Those that live already. */
SEC("iter/task")
int processes_there(struct bpf_iter__task *context)
{
    struct task_struct *task = context->task;

    if (task && task->pid == task->tgid)
        begin(task, true);
    return 0;
}
