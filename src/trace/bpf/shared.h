/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * What the two halves of the recorder share.  The kernel half includes it after its own types, the
 * user half after <linux/types.h>.
 */
#ifndef SYSCULL_TRACE_SHARED_H
#define SYSCULL_TRACE_SHARED_H

/* A system call is (abi, slot); numbers outside of the slots are kept by number in `firsts`. */
enum abi { ABI_NATIVE, ABI_COMPAT, ABI_X32, ABI_COUNT };
#define SLOTS 576 /* x32 reaches 547, all others 471 */

#define SUBJECTS 32
/* A set is what one subject called in one phase: subject * SETS_PER_SUBJECT + enum set_kind. */
enum set_kind { SET_RUNTIME, SET_APP, SETS_PER_SUBJECT };
#define SETS (SUBJECTS * SETS_PER_SUBJECT)
#define EXE_BYTES 256
#define CGROUP_PATH_BYTES 256 /* a multiple of 8 */

/* One per CPU and set: how often each call reached the kernel.  Zero: never, on that CPU. */
struct call_set {
    __u64 count[ABI_COUNT * SLOTS];
};

/* Where a task is between two of its tracepoints. */
enum whereabouts {
    OUTSIDE, /* its last call has returned */
    INSIDE,  /* sys_enter was seen: seccomp let it in */
    UNKNOWN, /* it was running when we found it */
};

/* How far a task has come. */
enum stage {
    STAGE_PENDING, /* the recorder's own child, or a runtime before its filter: not recorded */
    STAGE_RUNTIME, /* a runtime that has loaded its filter */
    STAGE_APP,     /* after execve */
};

struct cgroup_path {
    char text[CGROUP_PATH_BYTES];
};

struct task_state {
    __u32 subject;
    __u32 set;
    __u8 whereabouts;
    __u8 stage;
    __u8 is_runtime; /* came in through the cgroup: until its execve it is the runtime */
    __u8 pending_abi;
    __u64 filter_before; /* the innermost filter when it came in; another one is the runtime's own */
    char exe[EXE_BYTES];
    __s32 pending_nr; /* last call of a pending task: its execve belongs to the recording */
};

struct call_key {
    __u32 set;
    __u32 abi;
    __u32 nr;
};

struct first_caller {
    char comm[16];
    char exe[EXE_BYTES];
    __s32 pid;
    __u32 in_flight; /* it was already in the kernel when the recording started */
    __u64 time_ns;   /* CLOCK_MONOTONIC */
    __u64 count;     /* only of numbers that have no slot */
};

struct denied_call {
    struct first_caller first;
    __u64 count;
    __s64 result;
};

struct subject_state {
    __u64 alive;        /* tasks of now */
    __u64 tasks;        /* tasks ever */
    __u64 runtime_seen; /* runtimes that loaded their filter under our eyes */
    __u64 starts;       /* times that the container was started anew under our eyes */
    __u64 is_fresh;     /* its cgroup was made, its program has not yet been executed */
    __u64 map_full;     /* calls that found no room */
    __u64 first_lost;   /* calls whose first caller found no room */
    __u64 tasks_untracked;
    char path[CGROUP_PATH_BYTES]; /* of its cgroup, below the hierarchy */
};

struct loss_counters {
    __u64 subjects_untracked; /* new containers that found no room */
};

#endif
