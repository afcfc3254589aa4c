/* SPDX-License-Identifier: Apache-2.0 */
/* From the rules of a resolved profile to one table of meanings per architecture. */
#include <errno.h>
#include <linux/seccomp.h>
#include <string.h>

#include "policy.h"

#define ERRNO_MAX 4095   /* from here on libseccomp refuses the number */
#define CONDITIONS_MAX 7 /* one per argument, and the multiplexer's */

/* ---- verdicts -------------------------------------------------------------------------------- */

static int make_verdict(enum cull_action action, uint32_t errno_ret, const struct cull_place *place,
                        uint32_t *ret, struct cull_error *reterr)
{
    const struct cull_action_info *info = cull_action_info(action);
    uint32_t limit = action == CULL_ACT_ERRNO ? ERRNO_MAX : SECCOMP_RET_DATA + 1;

    if (!info->takes_errno) {
        *ret = info->value;
        return 0;
    }
    if (errno_ret >= limit)
        return cull_fail_at(reterr, EINVAL, place, "%s cannot return %u: the largest is %u",
                            info->oci, errno_ret, limit - 1);
    *ret = info->value | errno_ret;
    return 0;
}

/* ---- rules ----------------------------------------------------------------------------------- */

/* Both runtimes hand an entry that asks twice about one argument over in parts, one per condition:
 * its conditions are alternatives then, also those about other arguments. */
static bool is_split(const struct cull_rule *rule)
{
    for (size_t i = 0; i < rule->conditions_count; i++) {
        for (size_t j = 0; j < i; j++) {
            if (rule->conditions[i].index == rule->conditions[j].index)
                return true;
        }
    }
    return false;
}

/* Conditions that are asked together: all of an entry's, or one of a split entry's. */
static int add_part(struct drafts *drafts, const struct statement *statement,
                    struct cull_error *reterr)
{
    struct cull_condition conditions[CONDITIONS_MAX];
    struct statement through = *statement;
    uint32_t nr;
    size_t id;
    int r;

    /* Through the multiplexer the first argument says which call it is; the conditions on the
     * others stay as they are, although they now meet a pointer. */
    conditions[0] = (struct cull_condition){ .index = 0, .op = CULL_CMP_EQ };
    if (cull_policy_multiplexer(drafts->arch->arch, statement->name->text, &through.nr,
                                &conditions[0].value) == 0) {
        through.count = 1;
        for (size_t i = 0; i < statement->count; i++) {
            if (statement->conditions[i].index != 0)
                conditions[through.count++] = statement->conditions[i];
        }
        through.conditions = conditions;
        r = cull_drafts_add(drafts, &through, reterr);
        if (r < 0)
            return r;
    }
    if (cull_syscall_by_name(statement->name->text, &id) < 0 ||
        cull_syscall_nr(id, drafts->arch->arch, &nr) < 0)
        return 0;
    through = *statement;
    through.nr = nr;
    return cull_drafts_add(drafts, &through, reterr);
}

static int add_name(struct drafts *drafts, const struct statement *statement,
                    struct cull_error *reterr)
{
    struct statement part = *statement;
    size_t id;
    int r;

    if (cull_syscall_by_name(statement->name->text, &id) < 0)
        return 0; /* no runtime knows it either; cull_profile_check() says so */
    if (!is_split(statement->rule))
        return add_part(drafts, statement, reterr);
    part.count = 1;
    for (size_t i = 0; i < statement->count; i++) {
        part.conditions = &statement->conditions[i];
        r = add_part(drafts, &part, reterr);
        if (r < 0)
            return r;
    }
    return 0;
}

static int add_rule(struct drafts *drafts, const struct cull_rule *rule, uint32_t default_verdict,
                    struct cull_error *reterr)
{
    struct statement statement = {
        .rule = rule,
        .conditions = rule->conditions,
        .count = rule->conditions_count,
    };
    int r;

    r = make_verdict(rule->action, rule->errno_ret, &rule->place, &statement.verdict, reterr);
    if (r < 0)
        return r;
    if (statement.verdict == default_verdict)
        return 0; /* the runtimes leave these out before anything else */
    for (size_t i = 0; i < rule->names_count; i++) {
        statement.name = &rule->names[i];
        r = add_name(drafts, &statement, reterr);
        if (r < 0)
            return r;
    }
    return 0;
}

/* ---- architectures --------------------------------------------------------------------------- */

static int seal(struct cull_policy *policy, const struct drafts *drafts,
                struct cull_arch_policy *ret, struct cull_error *reterr)
{
    struct cull_meaning *meanings = NULL;

    if (drafts->count > 0) {
        meanings = cull_arena_alloc(policy->arena, drafts->count * sizeof *meanings);
        if (meanings == NULL)
            return cull_fail_memory(reterr);
    }
    for (size_t i = 0; i < drafts->count; i++) {
        const struct draft *draft = &drafts->items[i];
        size_t size = draft->count * sizeof *draft->chains;

        meanings[i] = (struct cull_meaning){ .nr = draft->nr, .verdict = policy->default_verdict };
        if (draft->is_unconditional) {
            meanings[i].verdict = draft->verdict;
            meanings[i].rule = draft->rule;
        } else if (draft->count > 0) {
            meanings[i].chains = cull_arena_alloc(policy->arena, size);
            if (meanings[i].chains == NULL)
                return cull_fail_memory(reterr);
            memcpy(meanings[i].chains, draft->chains, size);
            meanings[i].count = draft->count;
        }
    }
    ret->arch = drafts->arch->arch;
    ret->meanings = meanings;
    ret->count = drafts->count;
    return 0;
}

static int add_arch(struct cull_policy *policy, const struct cull_profile *profile,
                    enum cull_arch arch, struct cull_error *reterr)
{
    struct drafts drafts = { .arch = cull_arch_info(arch), .arena = policy->arena };
    int r = 0;

    for (size_t i = 0; i < policy->archs_count; i++) {
        if (policy->archs[i].arch == arch)
            return 0;
    }
    for (size_t i = 0; r == 0 && i < profile->rules_count; i++)
        r = add_rule(&drafts, &profile->rules[i], policy->default_verdict, reterr);
    if (r == 0)
        r = seal(policy, &drafts, &policy->archs[policy->archs_count], reterr);
    if (r == 0)
        policy->archs_count++;
    cull_drafts_clear(&drafts);
    return r;
}

int cull_policy_build(const struct cull_profile *resolved, struct cull_policy **ret,
                      struct cull_error *reterr)
{
    cull_auto(policy) policy = calloc(1, sizeof *policy);
    int r;

    if (!resolved->is_resolved || resolved->archs_count == 0)
        return cull_fail(reterr, EINVAL, "the profile is not resolved for a machine yet");
    if (policy == NULL)
        return cull_fail_memory(reterr);
    policy->arena = cull_arena_new();
    if (policy->arena == NULL)
        return cull_fail_memory(reterr);
    policy->archs = cull_arena_alloc(policy->arena, resolved->archs_count * sizeof *policy->archs);
    if (policy->archs == NULL)
        return cull_fail_memory(reterr);
    policy->bad_arch = SECCOMP_RET_KILL_THREAD;
    r = make_verdict(resolved->default_action, resolved->default_errno, &resolved->default_place,
                     &policy->default_verdict, reterr);
    for (size_t i = 0; r == 0 && i < resolved->archs_count; i++)
        r = add_arch(policy, resolved, resolved->archs[i], reterr);
    if (r < 0)
        return r;
    *ret = TAKE(policy);
    return 0;
}

void cull_policy_free(struct cull_policy *policy)
{
    if (policy == NULL)
        return;
    cull_arena_free(policy->arena);
    free(policy);
}
