/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The meaning of a policy, read off word by word.  It shares nothing with the compiler on purpose:
 * the tests compare the two for every number.
 */
#include "policy.h"

#define SKIPPED UINT32_MAX /* the number that a tracer leaves to skip a call */

static bool holds(const struct cull_condition *condition, uint64_t argument)
{
    switch (condition->op) {
    case CULL_CMP_NE:
        return argument != condition->value;
    case CULL_CMP_LT:
        return argument < condition->value;
    case CULL_CMP_LE:
        return argument <= condition->value;
    case CULL_CMP_EQ:
        return argument == condition->value;
    case CULL_CMP_GE:
        return argument >= condition->value;
    case CULL_CMP_GT:
        return argument > condition->value;
    case CULL_CMP_MASKED_EQ:
        return (argument & condition->value) == (condition->value_two & condition->value);
    case CULL_CMP_COUNT:
        break;
    }
    return false;
}

static bool all_hold(const struct cull_chain *chain, const struct cull_call *call, unsigned bits)
{
    for (size_t i = 0; i < chain->count; i++) {
        uint64_t argument = call->args[chain->conditions[i].index];

        if (bits == 32)
            argument = (uint32_t)argument;
        if (!holds(&chain->conditions[i], argument))
            return false;
    }
    return true;
}

/* x86_64 and x32 share an audit architecture and are told apart by the number.  As libseccomp draws
 * the line: everything from bit 30 up is x32's, but for the skipped call, which is of both. */
static const struct cull_arch_policy *find_arch(const struct cull_policy *policy,
                                                const struct cull_call *call)
{
    for (size_t i = 0; i < policy->archs_count; i++) {
        const struct cull_arch_policy *candidate = &policy->archs[i];

        if (cull_arch_info(candidate->arch)->audit != call->audit)
            continue;
        if (call->nr != SKIPPED) {
            if (candidate->arch == CULL_ARCH_X32 && call->nr < CULL_X32_BIT)
                continue;
            if (candidate->arch == CULL_ARCH_X86_64 && call->nr >= CULL_X32_BIT)
                continue;
        }
        return candidate;
    }
    return NULL;
}

uint32_t cull_policy_evaluate(const struct cull_policy *policy, const struct cull_call *call,
                              const struct cull_rule **ret_rule)
{
    const struct cull_arch_policy *arch = find_arch(policy, call);
    const struct cull_rule *rule = NULL;
    uint32_t verdict = policy->default_verdict;

    if (arch == NULL)
        verdict = policy->bad_arch;
    for (size_t i = 0; arch != NULL && i < arch->count; i++) {
        const struct cull_meaning *meaning = &arch->meanings[i];
        unsigned bits = cull_arch_info(arch->arch)->compare_bits;

        if (meaning->nr != call->nr)
            continue;
        verdict = meaning->verdict;
        rule = meaning->rule;
        for (size_t j = 0; j < meaning->count; j++) {
            if (all_hold(&meaning->chains[j], call, bits)) {
                verdict = meaning->chains[j].verdict;
                rule = meaning->chains[j].rule;
                break;
            }
        }
        break;
    }
    if (ret_rule != NULL)
        *ret_rule = rule;
    return verdict;
}
