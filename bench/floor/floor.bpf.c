/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * The smallest possible recorder: sys_enter sets a bit, sys_exit is empty.  It knows no subject, no
 * count and no denial; it is what the real one is measured against.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

char LICENSE[] SEC("license") = "Dual BSD/GPL";

__u64 seen[16];

SEC("raw_tp/sys_enter")
int floor_enter(struct bpf_raw_tracepoint_args *context)
{
    __u64 nr = context->args[1] & 1023;

    seen[nr >> 6] |= 1ull << (nr & 63);
    return 0;
}

SEC("raw_tp/sys_exit")
int floor_exit(struct bpf_raw_tracepoint_args *context)
{
    (void)context;
    return 0;
}
