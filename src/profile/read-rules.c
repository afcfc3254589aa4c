/* SPDX-License-Identifier: Apache-2.0 */
/*
 * syscalls[]: names, what happens to them, under which conditions.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "model.h"

/* Each is compared with every system call: a file of nothing else must not take minutes. */
#define MOST_SUGGESTIONS 200

enum { ARG_INDEX, ARG_VALUE, ARG_VALUE_TWO, ARG_OP, ARG_COUNT };
static const char *const arg_keys[ARG_COUNT] = { "index", "value", "valueTwo", "op" };

enum {
    RULE_NAMES,
    RULE_ACTION,
    RULE_ERRNO_RET,
    RULE_ARGS,
    RULE_COMMENT,
    RULE_NAME,
    RULE_ERRNO,
    RULE_INCLUDES,
    RULE_EXCLUDES,
    RULE_COUNT
};
static const char *const rule_keys[RULE_COUNT] = {
    "names", "action", "errnoRet", "args", "comment", "name", "errno", "includes", "excludes",
};
#define RULE_OCI_COUNT RULE_NAME /* the keys that the Kubernetes object knows: but for comment */

static int require(struct cull_reader *reader, const struct cull_node *map,
                   const struct cull_node *const *values, const char *const *keys,
                   const size_t *needed, size_t count, struct cull_error *reterr)
{
    for (size_t i = 0; i < count; i++)
        if (values[needed[i]] == NULL)
            return cull_reader_fail(reader, map, reterr, "\"%s\" is missing", keys[needed[i]]);
    return 0;
}

static void judge_condition(struct cull_reader *reader, const struct cull_condition *condition)
{
    struct cull_findings *findings = &reader->findings;
    const struct cull_place *place = &condition->place;

    if (condition->op != CULL_CMP_MASKED_EQ) {
        if (condition->value_two != 0)
            cull_findings_add(findings, CULL_NOTE, "value-two-unused", place,
                              "%s does not look at valueTwo: only SCMP_CMP_MASKED_EQ does",
                              cull_op_name(condition->op));
        return;
    }
    if (condition->value == 0)
        cull_findings_add(findings, CULL_WARNING, "mask-zero", place,
                          "a mask of 0 matches every value: the condition is none (value is the "
                          "mask, valueTwo the wanted bits)");
    else if ((condition->value_two & ~condition->value) != 0)
        cull_findings_add(findings, CULL_WARNING, "value-outside-mask", place,
                          "valueTwo has bits that the mask (value) has not: they are cut off, "
                          "0x%llx is compared",
                          (unsigned long long)(condition->value_two & condition->value));
}

static int read_condition(struct cull_reader *reader, const struct cull_node *node,
                          struct cull_condition *ret, struct cull_error *reterr)
{
    static const size_t needed[] = { ARG_INDEX, ARG_VALUE, ARG_OP };
    const struct cull_node *values[ARG_COUNT];
    uint64_t index = 0;
    int r = cull_keys_read(reader, node, arg_keys, ARG_COUNT, values, reterr);

    if (r == 0)
        r = require(reader, node, values, arg_keys, needed, COUNT_OF(needed), reterr);
    if (r == 0)
        r = cull_node_u64(reader->arena, values[ARG_INDEX], UINT64_MAX, &index, reterr);
    if (r == 0 && index > 5)
        r = cull_reader_fail(reader, values[ARG_INDEX], reterr,
                             "%llu is no argument: a system call has six, 0 to 5",
                             (unsigned long long)index);
    if (r == 0)
        r = cull_node_u64(reader->arena, values[ARG_VALUE], UINT64_MAX, &ret->value, reterr);
    if (r == 0 && values[ARG_VALUE_TWO] != NULL)
        r = cull_node_u64(reader->arena, values[ARG_VALUE_TWO], UINT64_MAX, &ret->value_two,
                          reterr);
    if (r == 0)
        r = cull_read_op(reader, values[ARG_OP], &ret->op, reterr);
    if (r < 0)
        return r;
    ret->index = (unsigned)index;
    ret->place = cull_node_place(reader->arena, node);
    judge_condition(reader, ret);
    return 0;
}

static void judge_conditions(struct cull_reader *reader, const struct cull_node *list,
                             const struct cull_rule *rule)
{
    struct cull_place place = cull_node_place(reader->arena, list);
    unsigned seen = 0, twice = 0;

    for (size_t i = 0; i < rule->conditions_count; i++) {
        twice |= seen & 1u << rule->conditions[i].index;
        seen |= 1u << rule->conditions[i].index;
    }
    if (twice != 0)
        cull_findings_add(&reader->findings, CULL_WARNING, "same-argument-twice", &place,
                          "an argument is tested twice: runc and crun then take every condition "
                          "of this rule as an alternative (or, not and)");
    if (rule->conditions_count > 6)
        cull_findings_add(&reader->findings, CULL_WARNING, "too-many-conditions", &place,
                          "%zu conditions: crun looks at the first 6 only", rule->conditions_count);
}

static int read_conditions(struct cull_reader *reader, const struct cull_node *list,
                           struct cull_rule *rule, struct cull_error *reterr)
{
    int r;

    if (list == NULL)
        return 0;
    r = cull_reader_kind(reader, list, CULL_NODE_LIST, reterr);
    if (r < 0)
        return r;
    rule->conditions = cull_arena_alloc(reader->arena,
                                        (list->count + 1) * sizeof *rule->conditions);
    if (rule->conditions == NULL)
        return cull_fail_memory(reterr);
    for (const struct cull_node *node = list->first; node != NULL; node = node->next) {
        r = read_condition(reader, node, &rule->conditions[rule->conditions_count], reterr);
        if (r < 0)
            return r;
        rule->conditions_count++;
    }
    judge_conditions(reader, list, rule);
    return 0;
}

static void judge_name(struct cull_reader *reader, const struct cull_name *name)
{
    const char *nearest = NULL;
    size_t id;

    if (cull_syscall_by_name(name->text, &id) == 0)
        return;
    if (reader->unknown_names++ < MOST_SUGGESTIONS)
        nearest = cull_syscall_nearest(name->text);
    cull_findings_add(&reader->findings, CULL_WARNING, "unknown-syscall", &name->place,
                      "\"%.64s\" is no system call of any architecture up to Linux %s: readers "
                      "ignore it without a word%s%s%s",
                      name->text, cull_table_kernel(), nearest != NULL ? ", did you mean \"" : "",
                      nearest != NULL ? nearest : "", nearest != NULL ? "\"?" : "");
}

static int read_name(struct cull_reader *reader, const struct cull_node *node,
                     const struct cull_rule *rule, struct cull_name *ret, struct cull_error *reterr)
{
    int r = cull_node_string(reader->arena, node, &ret->text, reterr);

    if (r < 0)
        return r;
    if (*ret->text == '\0')
        return cull_reader_fail(reader, node, reterr,
                                "an empty name: runc refuses the whole profile");
    if (rule->action == CULL_ACT_NOTIFY && strcmp(ret->text, "write") == 0)
        return cull_reader_fail(reader, node, reterr,
                                "SCMP_ACT_NOTIFY cannot be used for write: the runtime needs it to "
                                "hand over the listener, runc refuses the profile");
    judge_name(reader, ret);
    return 0;
}

/* Paths are made from the index: asking the tree would count the list once per name. */
static int read_names(struct cull_reader *reader, const struct cull_node *list,
                      struct cull_rule *rule, struct cull_error *reterr)
{
    struct cull_place list_place = cull_node_place(reader->arena, list);
    int r = cull_reader_kind(reader, list, CULL_NODE_LIST, reterr);

    if (r < 0)
        return r;
    rule->names = cull_arena_alloc(reader->arena, (list->count + 1) * sizeof *rule->names);
    if (rule->names == NULL)
        return cull_fail_memory(reterr);
    for (const struct cull_node *node = list->first; node != NULL; node = node->next) {
        struct cull_name *name = &rule->names[rule->names_count];

        name->place.source = node->source;
        name->place.line = node->line;
        name->place.column = node->column;
        name->place.path = cull_arena_format(reader->arena, "%s[%zu]",
                                             list_place.path != NULL ? list_place.path : "",
                                             rule->names_count);
        r = read_name(reader, node, rule, name, reterr);
        if (r < 0)
            return r;
        rule->names_count++;
    }
    if (rule->names_count == 0)
        cull_findings_add(&reader->findings, CULL_WARNING, "names-empty", &list_place,
                          "no name: the rule says nothing");
    return 0;
}

static int read_legacy_name(struct cull_reader *reader, const struct cull_node *node,
                            struct cull_rule *rule, struct cull_error *reterr)
{
    cull_reader_only(reader, ONLY_NAME, node);
    rule->names = cull_arena_alloc(reader->arena, sizeof *rule->names);
    if (rule->names == NULL)
        return cull_fail_memory(reterr);
    rule->names[0].place = cull_node_place(reader->arena, node);
    rule->names_count = 1;
    return read_name(reader, node, rule, rule->names, reterr);
}

static int read_either_name(struct cull_reader *reader, const struct cull_node *map,
                            const struct cull_node *names, const struct cull_node *name,
                            struct cull_rule *rule, struct cull_error *reterr)
{
    if (name != NULL && name->kind == CULL_NODE_STRING && name->size == 0)
        name = NULL; /* Docker's "unset" */
    if (name != NULL && names != NULL && names->kind == CULL_NODE_LIST && names->count == 0)
        names = NULL;
    if (names != NULL && name != NULL)
        return cull_reader_fail(reader, name, reterr,
                                "both \"name\" and \"names\": Docker refuses the profile, keep "
                                "\"names\"");
    if (names != NULL)
        return read_names(reader, names, rule, reterr);
    if (name != NULL)
        return read_legacy_name(reader, name, rule, reterr);
    return cull_reader_fail(reader, map, reterr, "\"names\" is missing");
}

static int read_selectors(struct cull_reader *reader, const struct cull_node *const *values,
                          struct cull_rule *rule, struct cull_error *reterr)
{
    int r = cull_read_selector(reader, values[RULE_INCLUDES], &rule->includes, reterr);

    if (r == 0)
        r = cull_read_selector(reader, values[RULE_EXCLUDES], &rule->excludes, reterr);
    if (r < 0)
        return r;
    if (!cull_selector_is_empty(&rule->includes))
        cull_reader_only(reader, ONLY_INCLUDES, values[RULE_INCLUDES]);
    if (!cull_selector_is_empty(&rule->excludes))
        cull_reader_only(reader, ONLY_EXCLUDES, values[RULE_EXCLUDES]);
    return 0;
}

static int read_rule(struct cull_reader *reader, const struct cull_node *node,
                     struct cull_rule *rule, struct cull_error *reterr)
{
    static const size_t needed[] = { RULE_ACTION };
    const struct cull_node *values[RULE_COUNT] = { NULL };
    bool plain = reader->profile->format == CULL_FORMAT_KUBERNETES;
    int r = cull_keys_read(reader, node, rule_keys, plain ? RULE_OCI_COUNT : RULE_COUNT, values,
                           reterr);

    rule->place = cull_node_place(reader->arena, node);
    if (r == 0)
        r = require(reader, node, values, rule_keys, needed, COUNT_OF(needed), reterr);
    if (r == 0)
        r = cull_read_action(reader, values[RULE_ACTION], &rule->action, reterr);
    if (r == 0)
        r = cull_read_errno(reader, values[RULE_ERRNO_RET], values[RULE_ERRNO], rule->action,
                            &rule->has_errno, &rule->errno_ret, reterr);
    if (r == 0)
        r = read_either_name(reader, node, values[RULE_NAMES], values[RULE_NAME], rule, reterr);
    if (r == 0)
        r = read_conditions(reader, values[RULE_ARGS], rule, reterr);
    if (r == 0 && values[RULE_COMMENT] != NULL)
        r = cull_node_string(reader->arena, values[RULE_COMMENT], &rule->comment, reterr);
    return r < 0 ? r : read_selectors(reader, values, rule, reterr);
}

int cull_read_rules(struct cull_reader *reader, const struct cull_node *list,
                    struct cull_error *reterr)
{
    struct cull_profile *profile = reader->profile;
    int r = cull_reader_kind(reader, list, CULL_NODE_LIST, reterr);

    if (r < 0)
        return r;
    profile->rules = cull_arena_alloc(reader->arena, (list->count + 1) * sizeof *profile->rules);
    if (profile->rules == NULL)
        return cull_fail_memory(reterr);
    for (const struct cull_node *node = list->first; node != NULL; node = node->next) {
        r = read_rule(reader, node, &profile->rules[profile->rules_count], reterr);
        if (r < 0)
            return r;
        profile->rules_count++;
    }
    return 0;
}
