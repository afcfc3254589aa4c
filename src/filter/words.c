/* SPDX-License-Identifier: Apache-2.0 */
#include "words.h"

/* ---- a condition as word tests --------------------------------------------------------------- */

static uint32_t high(uint64_t value)
{
    return (uint32_t)(value >> 32);
}

/* GT n is GE n+1, LE is "not GT", LT is "not GE": three kinds and a sign are left.
 * *ret_negated: swap the outcomes.  False: GT of the largest value, which is never true. */
static bool reduce(const struct cull_condition *condition, unsigned bits, struct test *test,
                   uint64_t *ret_value, bool *ret_negated)
{
    uint64_t largest = bits == 32 ? UINT32_MAX : UINT64_MAX;

    *ret_value = condition->value;
    *ret_negated = condition->op == CULL_CMP_NE || condition->op == CULL_CMP_LT ||
                   condition->op == CULL_CMP_LE;
    switch (condition->op) {
    case CULL_CMP_GT:
    case CULL_CMP_LE:
        test->kind = TEST_AT_LEAST;
        if (condition->value == largest)
            return false;
        *ret_value = condition->value + 1;
        return true;
    case CULL_CMP_GE:
    case CULL_CMP_LT:
        test->kind = TEST_AT_LEAST;
        return true;
    case CULL_CMP_MASKED_EQ:
        test->kind = TEST_MASKED;
        return true;
    default:
        test->kind = TEST_EQUAL;
        return true;
    }
}

static struct point at_stage(struct point point, unsigned stage)
{
    point.stage = stage;
    return point;
}

static void set_word(struct test *test, const struct cull_condition *condition, uint64_t value,
                     bool is_high)
{
    bool is_masked = test->kind == TEST_MASKED;
    uint64_t datum = is_masked ? condition->value_two & value : value;

    test->word = condition->index * 2 + is_high;
    test->k = is_high ? high(datum) : (uint32_t)datum;
    test->mask = !is_masked ? UINT32_MAX : is_high ? high(value) : (uint32_t)value;
}

struct test cull_word_test(const struct cull_meaning *meaning, unsigned bits, struct point point)
{
    const struct cull_chain *chain = &meaning->chains[point.chain];
    const struct cull_condition *condition = &chain->conditions[point.condition];
    struct point pass = { point.chain, point.condition + 1, STAGE_HIGH };
    struct point fail = { point.chain + 1, 0, STAGE_HIGH };
    struct test test = { 0 };
    unsigned stage = bits == 32 ? STAGE_LOW : point.stage;
    uint64_t value;
    bool is_negated;
    bool can_be = reduce(condition, bits, &test, &value, &is_negated);

    if (is_negated) {
        struct point swap = pass;

        pass = fail;
        fail = swap;
    }
    test.no = fail;
    test.yes = stage == STAGE_LOW ? pass : at_stage(point, STAGE_LOW);
    set_word(&test, condition, value, stage != STAGE_LOW);
    if (!can_be) {
        test.kind = TEST_NEVER;
        test.no = fail;
    } else if (stage == STAGE_HIGH && test.kind == TEST_AT_LEAST) {
        test.yes = pass;
        if ((uint32_t)value != 0) { /* strictly above decides; equal leaves it to the low word */
            test.no = at_stage(point, STAGE_HIGH_EQUAL);
            if (test.k == UINT32_MAX)
                test.yes = test.no;
            else
                test.k++;
        }
    } else if (stage == STAGE_HIGH_EQUAL) {
        test.kind = TEST_EQUAL;
    } else if (stage == STAGE_HIGH && test.kind == TEST_MASKED && (uint32_t)value == 0) {
        test.yes = pass;
    }
    if (test.kind == TEST_MASKED && test.mask == UINT32_MAX)
        test.kind = TEST_EQUAL;
    return test;
}

/* ---- what is known --------------------------------------------------------------------------- */

int cull_word_answer(const struct fact *fact, const struct test *test)
{
    switch (test->kind) {
    case TEST_EQUAL:
        if (test->k < fact->min || test->k > fact->max ||
            (fact->differs && fact->other_than == test->k))
            return 0;
        return fact->min == fact->max ? 1 : -1;
    case TEST_AT_LEAST:
        return fact->min >= test->k ? 1 : fact->max < test->k ? 0 : -1;
    case TEST_MASKED:
        if (test->mask == 0)
            return test->k == 0;
        return fact->min == fact->max ? (fact->min & test->mask) == test->k : -1;
    case TEST_NEVER:
        return 0;
    }
    return -1;
}

void cull_word_learn(struct fact *fact, const struct test *test, bool is_true)
{
    if (test->kind == TEST_EQUAL && is_true) {
        *fact = (struct fact){ .min = test->k, .max = test->k };
    } else if (test->kind == TEST_EQUAL) {
        if (test->k == fact->min) {
            fact->min++;
        } else if (test->k == fact->max) {
            fact->max--;
        } else {
            fact->other_than = test->k;
            fact->differs = 1;
        }
    } else if (test->kind == TEST_AT_LEAST && is_true) {
        fact->min = test->k;
    } else if (test->kind == TEST_AT_LEAST) {
        fact->max = test->k - 1;
    }
}
