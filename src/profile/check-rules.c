/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What only shows when rules are seen together.  libseccomp keeps, for a call, the first
 * unconditional action, which beats every condition; the order of the file says nothing else.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "model.h"

struct use { /* one name in one rule */
    const struct cull_name *name;
    const struct cull_rule *rule;
};

static bool same_verdict(const struct cull_rule *a, const struct cull_rule *b)
{
    return a->action == b->action && a->errno_ret == b->errno_ret;
}

static bool is_default(const struct cull_profile *profile, const struct cull_rule *rule)
{
    return rule->action == profile->default_action && rule->errno_ret == profile->default_errno;
}

static int by_name(const void *a, const void *b)
{
    const struct use *left = a, *right = b;
    int order = strcmp(left->name->text, right->name->text);

    if (order != 0)
        return order;
    if (left->rule != right->rule)
        return left->rule < right->rule ? -1 : 1; /* in the order of the file */
    return left->name < right->name ? -1 : left->name > right->name;
}

static void judge_pair(struct cull_findings *findings, const struct use *first,
                       const struct use *use)
{
    const char *name = use->name->text, *action = cull_action_info(first->rule->action)->oci;
    unsigned line = first->name->place.line;
    bool conditional = use->rule->conditions_count > 0;

    if (first->rule->conditions_count > 0)
        cull_findings_add(findings, CULL_WARNING, "condition-overridden", &use->name->place,
                          "%s without conditions: its conditions in line %u (%s) no longer count",
                          name, line, action);
    else if (same_verdict(first->rule, use->rule))
        cull_findings_add(findings, CULL_NOTE, "duplicate-name", &use->name->place,
                          "%s has the same action, without conditions, in line %u already", name,
                          line);
    else
        cull_findings_add(findings, CULL_WARNING, "shadowed-rule", &use->name->place,
                          "%s%s has no effect: line %u says %s for it, without conditions, and the "
                          "first such rule wins",
                          name, conditional ? " with these conditions" : "", line, action);
}

/* All uses of one name, in the order of the file. */
static void judge_uses(struct cull_findings *findings, const struct use *uses, size_t count)
{
    const struct use *unconditional = NULL, *conditional = NULL;

    for (size_t i = 0; i < count; i++) {
        bool is_conditional = uses[i].rule->conditions_count > 0;

        if (i > 0 && uses[i - 1].rule == uses[i].rule)
            cull_findings_add(findings, CULL_NOTE, "duplicate-name", &uses[i].name->place,
                              "%s is in this list twice", uses[i].name->text);
        else if (unconditional != NULL)
            judge_pair(findings, unconditional, &uses[i]);
        else if (!is_conditional && conditional != NULL &&
                 !same_verdict(conditional->rule, uses[i].rule))
            judge_pair(findings, conditional, &uses[i]);
        if (!is_conditional && unconditional == NULL)
            unconditional = &uses[i];
        if (is_conditional && conditional == NULL)
            conditional = &uses[i];
    }
}

static size_t collect(const struct cull_profile *resolved, struct use *uses)
{
    size_t count = 0;

    for (size_t i = 0; i < resolved->rules_count; i++) {
        const struct cull_rule *rule = &resolved->rules[i];

        if (is_default(resolved, rule))
            continue; /* the runtimes drop it before libseccomp sees it */
        for (size_t j = 0; j < rule->names_count; j++)
            uses[count++] = (struct use){ .name = &rule->names[j], .rule = rule };
    }
    return count;
}

static void judge_names(struct cull_findings *findings, const struct cull_profile *resolved)
{
    cull_auto_memory struct use *uses = NULL;
    size_t most = 1, count, from = 0;

    for (size_t i = 0; i < resolved->rules_count; i++)
        most += resolved->rules[i].names_count;
    uses = malloc(most * sizeof *uses);
    if (uses == NULL) {
        findings->failed = true;
        return;
    }
    count = collect(resolved, uses);
    if (count > 0)
        qsort(uses, count, sizeof *uses, by_name);
    for (size_t i = 1; i <= count; i++) {
        if (i < count && strcmp(uses[i].name->text, uses[from].name->text) == 0)
            continue;
        judge_uses(findings, &uses[from], i - from);
        from = i;
    }
}

static const char *narrow_arch(const struct cull_profile *resolved)
{
    for (size_t i = 0; i < resolved->archs_count; i++)
        if (cull_arch_info(resolved->archs[i])->compare_bits == 32)
            return cull_arch_info(resolved->archs[i])->oci;
    return NULL;
}

void cull_check_rules(struct cull_findings *findings, const struct cull_profile *resolved)
{
    const char *narrow = narrow_arch(resolved);

    for (size_t i = 0; i < resolved->rules_count; i++) {
        const struct cull_rule *rule = &resolved->rules[i];

        if (is_default(resolved, rule) && rule->names_count > 0)
            cull_findings_add(findings, CULL_NOTE, "same-as-default", &rule->place,
                              "the rule does what the default does: runtimes drop it");
        for (size_t j = 0; j < rule->conditions_count && narrow != NULL; j++)
            if (rule->conditions[j].value > UINT32_MAX)
                cull_findings_add(findings, CULL_WARNING, "value-cut", &rule->conditions[j].place,
                                  "%s compares 32 bits: there 0x%llx is taken as 0x%x", narrow,
                                  (unsigned long long)rule->conditions[j].value,
                                  (unsigned)rule->conditions[j].value);
    }
    judge_names(findings, resolved);
}
