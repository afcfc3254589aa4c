/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How libseccomp combines the rules of one call: established by experiment with 2.5.4 to 2.6.1,
 * and compared with it by tests/oracle/filter-libseccomp.c.
 */
#include <errno.h>
#include <string.h>

#include "policy.h"

/* ---- conditions ------------------------------------------------------------------------------ */

/* Cut to the ABI's width, with the datum in one form: "arg & 3 == 7" asks what "arg & 3 == 3" asks,
 * a mask of nothing asks nothing, and a mask of everything is plain equality. */
static void normalise(struct cull_condition *condition, unsigned bits)
{
    uint64_t all = bits == 32 ? UINT32_MAX : UINT64_MAX;

    condition->value &= all;
    condition->value_two &= all;
    if (condition->op == CULL_CMP_MASKED_EQ)
        condition->value_two &= condition->value;
    else
        condition->value_two = 0;
}

static bool is_always_true(const struct cull_condition *condition)
{
    return condition->op == CULL_CMP_MASKED_EQ && condition->value == 0;
}

static bool is_same_condition(const struct cull_condition *a, const struct cull_condition *b)
{
    return a->index == b->index && a->op == b->op && a->value == b->value &&
           a->value_two == b->value_two;
}

static uint64_t datum(const struct cull_condition *condition)
{
    return condition->op == CULL_CMP_MASKED_EQ ? condition->value_two : condition->value;
}

static int operator_class(enum cull_op op)
{
    switch (op) {
    case CULL_CMP_LT:
    case CULL_CMP_LE:
        return 1;
    case CULL_CMP_GE:
    case CULL_CMP_GT:
        return 2;
    default:
        return 0;
    }
}

/* Which one libseccomp asks first: < 0 a, > 0 b, 0 whichever was written first. */
static int compare_conditions(const struct cull_condition *a, const struct cull_condition *b)
{
    int class_a = operator_class(a->op), class_b = operator_class(b->op);
    int larger_first;

    if (a->index != b->index)
        return a->index > b->index ? -1 : 1;
    if (class_a != class_b)
        return class_a - class_b;
    if (datum(a) == datum(b))
        return 0;
    larger_first = datum(a) > datum(b) ? -1 : 1;
    return class_a == 1 ? -larger_first : larger_first;
}

static int compare_chains(const struct cull_chain *a, const struct cull_chain *b)
{
    for (size_t i = 0; i < a->count && i < b->count; i++) {
        int order = compare_conditions(&a->conditions[i], &b->conditions[i]);

        if (order != 0)
            return order;
    }
    return 0;
}

/* ---- chains ---------------------------------------------------------------------------------- */

/* The conditions of a statement in ascending order of index, without those that ask nothing. */
static int make_chain(const struct drafts *drafts, const struct statement *statement,
                      struct cull_chain *ret, struct cull_error *reterr)
{
    struct cull_chain chain = { .verdict = statement->verdict, .rule = statement->rule };

    if (statement->count > 0) {
        chain.conditions = cull_arena_alloc(drafts->arena,
                                            statement->count * sizeof *chain.conditions);
        if (chain.conditions == NULL)
            return cull_fail_memory(reterr);
    }
    for (size_t i = 0; i < statement->count; i++) {
        struct cull_condition condition = statement->conditions[i];
        size_t at = chain.count;

        normalise(&condition, drafts->arch->compare_bits);
        if (is_always_true(&condition))
            continue;
        for (; at > 0 && chain.conditions[at - 1].index > condition.index; at--)
            chain.conditions[at] = chain.conditions[at - 1];
        chain.conditions[at] = condition;
        chain.count++;
    }
    *ret = chain;
    return 0;
}

/* True if whatever satisfies longer has satisfied the first conditions that are all of shorter. */
static bool is_prefix(const struct cull_chain *shorter, const struct cull_chain *longer)
{
    if (shorter->count > longer->count)
        return false;
    for (size_t i = 0; i < shorter->count; i++) {
        if (!is_same_condition(&shorter->conditions[i], &longer->conditions[i]))
            return false;
    }
    return true;
}

static int fail_conflict(const struct statement *statement, const struct cull_rule *other,
                         struct cull_error *reterr)
{
    const struct cull_place *place = statement->name->place.line != 0 ? &statement->name->place
                                                                      : &statement->rule->place;
    const char *action = cull_action_info(statement->rule->action)->oci;
    const char *other_action = cull_action_info(other->action)->oci;

    if (other->place.line == 0)
        return cull_fail_at(reterr, EINVAL, place,
                            "%s: this rule's %s contradicts an earlier rule's %s for the same "
                            "arguments; no runtime starts with both: remove one",
                            statement->name->text, action, other_action);
    return cull_fail_at(reterr, EINVAL, place,
                        "%s: the %s of the rule at line %u contradicts the %s of the rule at line "
                        "%u for the same arguments; no runtime starts with both: remove one",
                        statement->name->text, action, statement->rule->place.line, other_action,
                        other->place.line);
}

static void insert_chain(struct draft *draft, const struct cull_chain *chain)
{
    size_t at = draft->count;

    for (; at > 0 && compare_chains(chain, &draft->chains[at - 1]) < 0; at--)
        draft->chains[at] = draft->chains[at - 1];
    draft->chains[at] = *chain;
    draft->count++;
}

static void remove_chain(struct draft *draft, size_t at)
{
    memmove(&draft->chains[at], &draft->chains[at + 1],
            (draft->count - at - 1) * sizeof draft->chains[0]);
    draft->count--;
}

/* True if shorter's conditions stand in longer one after the other, wherever. */
static bool is_part(const struct cull_chain *shorter, const struct cull_chain *longer)
{
    for (size_t from = 0; from + shorter->count <= longer->count; from++) {
        struct cull_chain tail = { .conditions = longer->conditions + from,
                                   .count = longer->count - from };

        if (is_prefix(shorter, &tail))
            return true;
    }
    return false;
}

static int add_chain(struct draft *draft, const struct statement *statement,
                     const struct cull_chain *chain, struct cull_error *reterr)
{
    for (size_t i = 0; i < draft->count;) {
        const struct cull_chain *other = &draft->chains[i];
        bool is_same = other->verdict == chain->verdict;

        if (is_prefix(chain, other) && !is_same)
            return fail_conflict(statement, other->rule, reterr);
        if (is_prefix(other, chain) || (is_same && is_part(other, chain)))
            return 0; /* what came first leaves nothing to decide */
        if (is_same && is_part(chain, other))
            remove_chain(draft, i); /* the new one says it for both */
        else
            i++;
    }
    if (cull_array_grow(&draft->chains, &draft->capacity, draft->count, sizeof *draft->chains) < 0)
        return cull_fail_memory(reterr);
    insert_chain(draft, chain);
    return 0;
}

/* ---- numbers --------------------------------------------------------------------------------- */

static struct draft *get_draft(struct drafts *drafts, uint32_t nr)
{
    size_t low = 0, high = drafts->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (drafts->items[middle].nr < nr)
            low = middle + 1;
        else
            high = middle;
    }
    if (low < drafts->count && drafts->items[low].nr == nr)
        return &drafts->items[low];
    if (cull_array_grow(&drafts->items, &drafts->capacity, drafts->count, sizeof *drafts->items) <
        0)
        return NULL;
    memmove(&drafts->items[low + 1], &drafts->items[low],
            (drafts->count - low) * sizeof drafts->items[0]);
    drafts->items[low] = (struct draft){ .nr = nr };
    drafts->count++;
    return &drafts->items[low];
}

int cull_drafts_add(struct drafts *drafts, const struct statement *statement,
                    struct cull_error *reterr)
{
    struct draft *draft = get_draft(drafts, statement->nr);
    struct cull_chain chain;
    int r;

    if (draft == NULL)
        return cull_fail_memory(reterr);
    if (draft->is_unconditional)
        return 0;
    r = make_chain(drafts, statement, &chain, reterr);
    if (r < 0)
        return r;
    if (chain.count > 0)
        return add_chain(draft, statement, &chain, reterr);
    draft->is_unconditional = true;
    draft->verdict = statement->verdict;
    draft->rule = statement->rule;
    draft->count = 0;
    return 0;
}

void cull_drafts_clear(struct drafts *drafts)
{
    for (size_t i = 0; i < drafts->count; i++)
        free(drafts->items[i].chains);
    free(drafts->items);
    drafts->items = NULL;
    drafts->count = drafts->capacity = 0;
}
