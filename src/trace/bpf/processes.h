/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* What the two halves of the process table share. */
#ifndef SYSCULL_TRACE_PROCESSES_H
#define SYSCULL_TRACE_PROCESSES_H

#define PROCESSES 65536 /* that are remembered; the kernel drops those not touched for longest */
#define CGROUPS 8192
#define HIERARCHIES 3 /* v2, and on v1 those of the memory and the pids controller */
#define PROCESS_PATH_BYTES 256

struct cgroup_key {
    __u32 hierarchy;
    __u32 zero;
    __u64 id;
};

struct process_entry {
    __u64 started_ns; /* CLOCK_BOOTTIME, when we first saw it */
    __u64 ended_ns;   /* 0: alive */
    struct cgroup_key cgroups[HIERARCHIES];
    char comm[16];
    __u32 was_there; /* it lived when we came: it is older than started_ns says */
    __u32 zero;
};

struct cgroup_entry {
    char path[PROCESS_PATH_BYTES];
};

#endif
