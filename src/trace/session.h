/* SPDX-License-Identifier: Apache-2.0 */
/* Private to the room: what a session holds. */
#ifndef SYSCULL_TRACE_SESSION_H
#define SYSCULL_TRACE_SESSION_H

#include <linux/types.h>
#include <syscull/trace.h>

#include "bpf/shared.h"
#include "record.skel.h"

struct cull_trace {
    struct record_bpf *skeleton;
    int cpus;
    uint32_t subject;    /* the one that is recorded; others may be under watch until it is known */
    uint64_t started_ns; /* CLOCK_MONOTONIC, when the subject began to be followed */
    bool start_seen;
    bool filter_in_force;
};

/* CLOCK_MONOTONIC, which is what the kernel half stamps with. */
uint64_t cull_trace_now_ns(void);
/* Does a filter confine the process already?  "Seccomp:\t2" in its status. */
bool cull_trace_is_filtered(pid_t pid);

#endif
