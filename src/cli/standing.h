/* SPDX-License-Identifier: Apache-2.0 */
/* standing - what a policy says of every call of its native architecture. */
#ifndef SYSCULL_CLI_STANDING_H
#define SYSCULL_CLI_STANDING_H

#include <syscull/profile.h>

enum standing {
    STANDING_ALLOWED,     /* whatever its arguments are */
    STANDING_CONDITIONAL, /* it depends on them */
    STANDING_REFUSED,
};

/* The meaning of a number on the policy's first architecture, or NULL: the default. */
struct cull_meaning *cull_standing_meaning(const struct cull_policy *policy, uint32_t nr);
enum standing cull_standing(const struct cull_policy *policy, uint32_t nr);
/* The verdict that is given when no condition matches. */
uint32_t cull_standing_verdict(const struct cull_policy *policy, uint32_t nr);
bool cull_verdict_allows(uint32_t verdict);
/* "EPERM", "killed"; for a verdict that no table has: its number. */
void cull_verdict_words(uint32_t verdict, struct cull_text *ret);

#endif
