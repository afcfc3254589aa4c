/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * The few kernel types that the recorder touches, declared by hand: with preserve_access_index the
 * loader looks every field up in the running kernel's BTF, so their order and size here say nothing.
 */
#ifndef SYSCULL_TRACE_KERNEL_H
#define SYSCULL_TRACE_KERNEL_H

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct kernfs_node {
    __u64 id;
};

struct cgroup_root {
    int hierarchy_id;
};

struct cgroup {
    struct kernfs_node *kn;
    struct cgroup_root *root;
    int level;
    struct cgroup *ancestors[]; /* from 6.1; before that only their ids: */
};

struct cgroup___old {
    int level;
    __u64 ancestor_ids[];
};

struct cgroup_subsys_state {
    struct cgroup *cgroup;
};

#define SUBSYSTEMS 16 /* at least CGROUP_SUBSYS_COUNT of any kernel; the real count comes from BTF */
struct css_set {
    struct cgroup_subsys_state *subsys[SUBSYSTEMS];
    struct cgroup *dfl_cgrp;
};

enum cgroup_subsys_id { CGROUP_SUBSYS_COUNT = SUBSYSTEMS };

struct seccomp {
    int mode;
    void *filter;
};

struct thread_info {
    unsigned long flags;
    __u32 status; /* x86 only */
};

struct task_struct {
    struct thread_info thread_info;
    unsigned int __state;
    int pid;
    int tgid;
    char comm[16];
    struct css_set *cgroups;
    struct seccomp seccomp;
    void *bpf_storage;
};

struct linux_binprm {
    const char *filename;
};

#if defined(__TARGET_ARCH_x86)
struct pt_regs {
    unsigned long orig_ax;
};
#elif defined(__TARGET_ARCH_arm64)
struct pt_regs {
    __s32 syscallno;
};
#endif

struct bpf_iter_meta {
    void *seq;
};

struct bpf_iter__task {
    struct bpf_iter_meta *meta;
    struct task_struct *task;
};

#pragma clang attribute pop

#if defined(__TARGET_ARCH_x86)
#define TS_COMPAT 0x0002 /* arch/x86/include/asm/thread_info.h: a 32-bit call is active */
#define X32_BIT 0x40000000
#elif defined(__TARGET_ARCH_arm64)
#define TIF_32BIT 22 /* arch/arm64/include/asm/thread_info.h */
#endif

#endif
