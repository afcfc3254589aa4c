/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Profiles made by chance, the same ones for the same seed, and the calls that tell one verdict from
 * another: every number of every architecture, with arguments at the edges of the conditions.
 */
#ifndef TESTS_RANDOM_PROFILE_H
#define TESTS_RANDOM_PROFILE_H

#include <syscull/profile.h>

struct chance {
    uint64_t state; /* the seed, not 0 */
};
uint64_t chance_next(struct chance *chance);
unsigned chance_below(struct chance *chance, unsigned limit); /* 0 to limit - 1 */

struct grammar {
    const enum cull_arch *archs; /* of every profile; NULL: a machine by chance */
    size_t archs_count;
    size_t rules_max;
    const enum cull_action *actions; /* of rules and defaults; NULL: all but NOTIFY */
    size_t actions_count;
    const char *const *names; /* NULL-terminated, what conditions are about; NULL: a few dozen */
    bool is_low_only;         /* conditions whose value fits 32 bits */
    unsigned conditions_max;  /* of one entry about different arguments; 0: 3 */
    bool is_one_verdict;      /* every rule allows, the default is an errno: order is no matter */
};

/* A resolved profile; free it with cull_profile_free(), which owns it through its arena. */
struct cull_profile *random_profile(struct chance *chance, const struct grammar *grammar);
void random_profile_free(struct cull_profile *profile);

/* Every number from 0 to the architecture's largest and 50 more, with edge arguments; on x86_64
 * each also with bit 30; then numbers and architectures that nobody has.  Returns how many calls
 * were visited; stops when visit returns false. */
typedef bool visit_call(const struct cull_call *call, void *data);
size_t each_call(const struct cull_policy *policy, struct chance *chance, visit_call *visit,
                 void *data);

/* "arch c000003e nr 1 (0x1, 0x0, ...)" */
const char *describe_call(const struct cull_call *call, char *text, size_t size);

#endif
