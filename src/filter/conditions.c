/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The argument conditions of one call.
 *
 * An argument is two words for the kernel's machine.  The chains are asked in their order, one word
 * test after the other; what the tests before have shown is remembered, so that nothing is loaded or
 * asked twice on one way through.
 */
#include <linux/seccomp.h>
#include <stdlib.h>
#include <string.h>

#include "graph.h"
#include "words.h"

#define WORDS 12       /* two per argument: low, high */
#define NOTHING 0xff   /* no word is in the accumulator */
#define MEMO_MAX 2048  /* so many states may be told apart, then what was learnt is forgotten */
#define DEPTH_MAX 4096 /* tests in a row: more than a program can have */

struct knowledge {
    struct fact facts[WORDS];
    uint32_t loaded; /* which word is in the accumulator, or NOTHING */
    uint32_t mask;   /* of it */
};

struct state {
    struct point point;
    struct knowledge known;
};

struct memo {
    struct state state;
    uint32_t node;
    uint32_t next; /* of the same bucket, 1 + index */
};

struct builder {
    struct graph *graph;
    const struct cull_meaning *meaning;
    const struct cull_arch_info *arch;
    const uint16_t *words_after; /* per chain: the words that it and the later ones ask about */
    struct memo *memos;
    size_t memos_count, memos_capacity;
    uint32_t buckets[1024];
    size_t depth;
    bool is_forgetful; /* learns nothing from one chain for the next: as many states as tests */
    bool is_too_much;
};

/* What no later test asks about makes no difference: forget it, and more states are equal. */
static void tidy(const struct builder *builder, struct state *state)
{
    uint16_t needed = builder->words_after[state->point.chain];

    if (state->point.condition != 0 || state->point.stage != STAGE_HIGH)
        return;
    for (unsigned i = 0; i < WORDS; i++) {
        if (builder->is_forgetful || (needed & 1u << i) == 0)
            state->known.facts[i] = FACT_NOTHING;
    }
    if (state->known.loaded != NOTHING && (needed & 1u << state->known.loaded) == 0)
        state->known.loaded = NOTHING;
    if (builder->is_forgetful || state->known.loaded == NOTHING) {
        state->known.loaded = NOTHING;
        state->known.mask = 0;
    }
}

/* ---- building -------------------------------------------------------------------------------- */

static uint32_t build(struct builder *builder, struct state state);

static uint32_t offset_of(const struct builder *builder, unsigned word)
{
    bool is_second = (word % 2 != 0) != builder->arch->big_endian;

    return offsetof(struct seccomp_data, args) + word / 2 * 8 + (is_second ? 4 : 0);
}

/* One bit needs no AND: the word stays in the accumulator for the next test. */
static bool is_one_jset(const struct test *test)
{
    bool is_single = (test->mask & (test->mask - 1)) == 0;

    return test->kind == TEST_MASKED && (test->k == 0 || (test->k == test->mask && is_single));
}

static uint32_t build_jump(struct builder *builder, const struct test *test, uint32_t yes,
                           uint32_t no)
{
    if (is_one_jset(test))
        return cull_graph_jump(builder->graph, BPF_JSET, test->mask, test->k == 0 ? no : yes,
                               test->k == 0 ? yes : no);
    return cull_graph_jump(builder->graph, test->kind == TEST_AT_LEAST ? BPF_JGE : BPF_JEQ, test->k,
                           yes, no);
}

static uint32_t build_test(struct builder *builder, const struct state *state,
                           const struct test *test)
{
    uint32_t mask = test->kind == TEST_MASKED && !is_one_jset(test) ? test->mask : UINT32_MAX;
    const struct knowledge *known = &state->known;
    struct state next = *state;
    uint32_t yes, no, node;

    next.known.loaded = test->word;
    next.known.mask = mask;
    next.point = test->yes;
    cull_word_learn(&next.known.facts[test->word], test, true);
    yes = build(builder, next);
    next.point = test->no;
    next.known.facts[test->word] = known->facts[test->word];
    cull_word_learn(&next.known.facts[test->word], test, false);
    no = build(builder, next);
    if (builder->is_too_much || builder->graph->failed)
        return 0;
    node = build_jump(builder, test, yes, no);
    if (!cull_graph_needs_accumulator(builder->graph, node))
        return node; /* the answer makes no difference */
    if (known->loaded == test->word && known->mask == mask)
        return node;
    if (mask != UINT32_MAX)
        node = cull_graph_and(builder->graph, mask, node);
    if (known->loaded == test->word && known->mask == UINT32_MAX)
        return node;
    return cull_graph_load(builder->graph, offset_of(builder, test->word), node);
}

static uint32_t *bucket_of(struct builder *builder, const struct state *state)
{
    const unsigned char *bytes = (const unsigned char *)state;
    uint32_t hash = 2166136261u;

    for (size_t i = 0; i < sizeof *state; i++)
        hash = (hash ^ bytes[i]) * 16777619u;
    return &builder->buckets[(hash ^ hash >> 16) % (sizeof builder->buckets / sizeof(uint32_t))];
}

static bool remember(struct builder *builder, const struct state *state, uint32_t node)
{
    size_t limit = builder->is_forgetful ? MEMO_MAX * 8 : MEMO_MAX;
    uint32_t *bucket = bucket_of(builder, state);

    if (builder->memos_count == limit)
        return false;
    if (cull_array_grow(&builder->memos, &builder->memos_capacity, builder->memos_count,
                        sizeof *builder->memos) < 0) {
        builder->graph->failed = true;
        return false;
    }
    builder->memos[builder->memos_count] = (struct memo){ *state, node, *bucket };
    *bucket = ++builder->memos_count;
    return true;
}

static uint32_t build_new(struct builder *builder, const struct state *state,
                          const struct test *test)
{
    uint32_t node;

    if (builder->depth == DEPTH_MAX) {
        builder->is_too_much = true;
        return 0;
    }
    builder->depth++;
    node = build_test(builder, state, test);
    builder->depth--;
    if (!builder->is_too_much && !remember(builder, state, node))
        builder->is_too_much = true;
    return node;
}

static uint32_t build(struct builder *builder, struct state state)
{
    const struct cull_meaning *meaning = builder->meaning;
    struct test test;
    int known;

    if (builder->is_too_much || builder->graph->failed)
        return 0;
    do {
        const struct cull_chain *chain = &meaning->chains[state.point.chain];

        if (state.point.chain == meaning->count)
            return cull_graph_return(builder->graph, meaning->verdict);
        if (state.point.condition == chain->count)
            return cull_graph_return(builder->graph, chain->verdict);
        tidy(builder, &state);
        test = cull_word_test(meaning, builder->arch->compare_bits, state.point);
        known = cull_word_answer(&state.known.facts[test.word], &test);
        if (known >= 0)
            state.point = known ? test.yes : test.no;
    } while (known >= 0);
    if (state.known.loaded != test.word) {
        state.known.loaded = NOTHING;
        state.known.mask = 0;
    }
    for (uint32_t i = *bucket_of(builder, &state); i != 0; i = builder->memos[i - 1].next) {
        if (memcmp(&builder->memos[i - 1].state, &state, sizeof state) == 0)
            return builder->memos[i - 1].node;
    }
    return build_new(builder, &state, &test);
}

static uint16_t *find_words(const struct cull_meaning *meaning)
{
    uint16_t *words = calloc(meaning->count + 1, sizeof *words);

    for (size_t i = meaning->count; words != NULL && i > 0; i--) {
        const struct cull_chain *chain = &meaning->chains[i - 1];

        words[i - 1] = words[i];
        for (size_t j = 0; j < chain->count; j++)
            words[i - 1] |= 3u << chain->conditions[j].index * 2;
    }
    return words;
}

uint32_t cull_graph_conditions(struct graph *graph, const struct cull_meaning *meaning,
                               const struct cull_arch_info *arch)
{
    uint16_t *words = find_words(meaning);
    struct builder builder = {
        .graph = graph, .meaning = meaning, .arch = arch, .words_after = words
    };
    struct state start = { .known = { .loaded = NOTHING } };
    uint32_t root = 0;

    if (words == NULL)
        graph->failed = true;
    for (unsigned i = 0; i < WORDS; i++)
        start.known.facts[i] = FACT_NOTHING;
    for (unsigned attempt = 0; attempt < 2 && !graph->failed; attempt++) {
        builder.is_forgetful = attempt == 1;
        builder.is_too_much = false;
        builder.memos_count = 0;
        memset(builder.buckets, 0, sizeof builder.buckets);
        root = build(&builder, start);
        if (!builder.is_too_much)
            break;
    }
    if (builder.is_too_much)
        graph->is_too_big = true;
    free(builder.memos);
    free(words);
    return root;
}
