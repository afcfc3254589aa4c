/* SPDX-License-Identifier: Apache-2.0 */
/*
 * words - private to the filter room: the conditions of a call as questions about 32-bit words, which
 * is all that the kernel's machine can ask, and what an answer tells about the next question.
 */
#ifndef FILTER_WORDS_H
#define FILTER_WORDS_H

#include <syscull/profile.h>

/* A place in the chains of a call: the stage is the word test inside of one condition. */
struct point {
    uint32_t chain, condition, stage;
};

enum { STAGE_HIGH, STAGE_HIGH_EQUAL, STAGE_LOW };

enum test_kind { TEST_EQUAL, TEST_AT_LEAST, TEST_MASKED, TEST_NEVER };

struct test {
    enum test_kind kind;
    unsigned word; /* 2 * argument, + 1: its high half */
    uint32_t k, mask;
    struct point yes, no;
};

/* The test that stands at point; its outcomes lead to the next test, the next condition, or the next
 * chain.  bits: how wide the ABI compares. */
struct test cull_word_test(const struct cull_meaning *meaning, unsigned bits, struct point point);

/* What is known of a word.  No padding: facts are compared as bytes. */
struct fact {
    uint32_t min, max;
    uint32_t other_than; /* when differs */
    uint32_t differs;
};
#define FACT_NOTHING ((struct fact){ .max = UINT32_MAX })

/* 1 true, 0 false, -1 not known. */
int cull_word_answer(const struct fact *fact, const struct test *test);
void cull_word_learn(struct fact *fact, const struct test *test, bool is_true);

#endif
