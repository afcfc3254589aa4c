/* SPDX-License-Identifier: Apache-2.0 */
/*
 * filter - the classic BPF program that the kernel runs for every call: compile, check, simulate.
 */
#ifndef SYSCULL_FILTER_H
#define SYSCULL_FILTER_H

#include <linux/filter.h>
#include <syscull/base.h>
#include <syscull/profile.h>

#define CULL_FILTER_MAX_INSNS 4096 /* BPF_MAXINSNS */

struct cull_filter {
    struct sock_filter *insns;
    size_t count;
    bool big_endian; /* of the machine that it is for: where an argument's low word lies */
};
void cull_filter_free(struct cull_filter *filter);
CULL_DEFINE_AUTO(filter)

/* Compile for the machine whose native ABI is the policy's first architecture.  The program decides
 * arch and nr before it loads an argument and uses no ALU operation but AND, so that the kernel's
 * cache of always-allowed calls works.  Errors: -E2BIG (over 4096 instructions), -EINVAL
 * (architectures of both endiannesses), -ENOMEM. */
int cull_filter_compile(const struct cull_policy *policy, struct cull_filter **ret,
                        struct cull_error *reterr);

/* Wrap instructions that came from elsewhere; checks them first. */
int cull_filter_new(const struct sock_filter *insns, size_t count, bool big_endian,
                    struct cull_filter **ret, struct cull_error *reterr);

/* The kernel's own limits (net/core/filter.c bpf_check_classic, kernel/seccomp.c
 * seccomp_check_filter): 0, or -EINVAL whose message names the instruction. */
int cull_filter_check(const struct sock_filter *insns, size_t count, struct cull_error *reterr);

/* Run a checked program on one call as the kernel would; *ret_steps (or NULL): instructions run. */
uint32_t cull_filter_simulate(const struct cull_filter *filter, const struct cull_call *call,
                              unsigned *ret_steps);

#endif
