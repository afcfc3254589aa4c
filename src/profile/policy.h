/* SPDX-License-Identifier: Apache-2.0 */
/* policy - private to the profile room: what the parts of the policy share. */
#ifndef PROFILE_POLICY_H
#define PROFILE_POLICY_H

#include <syscull/profile.h>

/* One call of one rule on one architecture, before it is combined with what is there already. */
struct statement {
    uint32_t nr;
    uint32_t verdict;
    const struct cull_rule *rule;
    const struct cull_name *name;
    const struct cull_condition *conditions; /* as written; NULL with count 0: unconditional */
    size_t count;
};

/* What is said of one number so far. */
struct draft {
    uint32_t nr;
    bool is_unconditional;
    uint32_t verdict;
    const struct cull_rule *rule;
    struct cull_chain *chains; /* malloc'ed */
    size_t count, capacity;
};

/* Every number of one architecture. */
struct drafts {
    const struct cull_arch_info *arch;
    struct cull_arena *arena; /* conditions are made here */
    struct draft *items;      /* malloc'ed, ascending nr */
    size_t count, capacity;
};

/* Combine as libseccomp does. -EINVAL (the two rules contradict each other), -ENOMEM. */
int cull_drafts_add(struct drafts *drafts, const struct statement *statement,
                    struct cull_error *reterr);
void cull_drafts_clear(struct drafts *drafts);

/* The call that carries name in its first argument on this ABI: socketcall(2) or ipc(2).
 * 0 with the multiplexer's number and the value of the first argument, or -ENOENT. */
int cull_policy_multiplexer(enum cull_arch arch, const char *name, uint32_t *ret_nr,
                            uint64_t *ret_value);

#endif
