/* SPDX-License-Identifier: Apache-2.0 */
#include <linux/seccomp.h>

#include "standing.h"

struct cull_meaning *cull_standing_meaning(const struct cull_policy *policy, uint32_t nr)
{
    struct cull_meaning *low = policy->archs[0].meanings;
    size_t count = policy->archs[0].count;

    while (count > 0) {
        struct cull_meaning *middle = low + count / 2;

        if (middle->nr == nr)
            return middle;
        if (middle->nr < nr) {
            low = middle + 1;
            count -= count / 2 + 1;
        } else {
            count /= 2;
        }
    }
    return NULL;
}

bool cull_verdict_allows(uint32_t verdict)
{
    uint32_t action = verdict & SECCOMP_RET_ACTION_FULL;

    return action == SECCOMP_RET_ALLOW || action == SECCOMP_RET_LOG;
}

enum standing cull_standing(const struct cull_policy *policy, uint32_t nr)
{
    const struct cull_meaning *meaning = cull_standing_meaning(policy, nr);
    bool allows = cull_verdict_allows(meaning ? meaning->verdict : policy->default_verdict);

    for (size_t i = 0; meaning != NULL && i < meaning->count; i++) {
        if (cull_verdict_allows(meaning->chains[i].verdict) != allows)
            return STANDING_CONDITIONAL;
    }
    return allows ? STANDING_ALLOWED : STANDING_REFUSED;
}

uint32_t cull_standing_verdict(const struct cull_policy *policy, uint32_t nr)
{
    const struct cull_meaning *meaning = cull_standing_meaning(policy, nr);

    return meaning ? meaning->verdict : policy->default_verdict;
}

void cull_verdict_words(uint32_t verdict, struct cull_text *ret)
{
    const uint32_t data = verdict & SECCOMP_RET_DATA;
    enum cull_action action;

    if (cull_action_by_value(verdict, &action) < 0)
        cull_text_add(ret, "0x%08x", verdict);
    else if (action == CULL_ACT_ERRNO && cull_errno_name(data) != NULL)
        cull_text_add(ret, "%s", cull_errno_name(data));
    else if (action == CULL_ACT_ERRNO)
        cull_text_add(ret, "errno %u", data);
    else
        cull_text_add(ret, "%s", cull_action_info(action)->past);
}
