/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A search tree over ranges of numbers.  Of all trees the cheapest is taken: few instructions, and
 * few steps to the ranges that hold many system calls.  A single number inside of a range of its
 * neighbours is asked for by equality, one instruction instead of two.
 */
#include <stdlib.h>

#include "graph.h"

/* More ranges than this are halved first: the best tree takes time in their third power. */
#define EXACT_MAX 256
/* What one instruction is worth, in steps of a thousandth of all calls. */
#define INSN_COST 30

struct plan {
    uint64_t cost;
    uint16_t split; /* the first range of the upper half; 0: take the singles one by one */
};

struct search {
    struct graph *graph;
    const struct range *ranges;
    size_t count;
    uint64_t total;     /* of the weights */
    uint64_t *weights;  /* [i]: of all ranges before i */
    struct plan *plans; /* [from * count + to] */
};

static struct plan *plan_of(const struct search *search, size_t from, size_t to)
{
    return &search->plans[from * search->count + to];
}

/* What it costs when every call of from..to takes so many steps and there are so many more
 * instructions. */
static uint64_t price(const struct search *search, size_t from, size_t to, size_t insns,
                      size_t steps)
{
    return insns * INSN_COST * search->total +
           steps * 1000 * (search->weights[to + 1] - search->weights[from]);
}

/* Ranges from, from + 2, ... to are one target, those between are single numbers. */
static bool is_range_with_holes(const struct search *search, size_t from, size_t to)
{
    const struct range *ranges = search->ranges;

    if ((to - from) % 2 != 0)
        return false;
    for (size_t i = from; i < to; i += 2) {
        if (ranges[i + 2].node != ranges[from].node ||
            ranges[i + 2].first - ranges[i + 1].first != 1)
            return false;
    }
    return true;
}

static uint64_t holes_cost(const struct search *search, size_t from, size_t to)
{
    size_t holes = (to - from) / 2;
    uint64_t cost = price(search, from, to, holes, holes);

    /* The hole that is asked for as n-th is left after n steps. */
    for (size_t i = 1; i <= holes; i++) {
        size_t hole = from + 2 * i - 1;

        cost -= (holes - i) * 1000 * (search->weights[hole + 1] - search->weights[hole]);
    }
    return cost;
}

static void plan_segment(const struct search *search, size_t from, size_t to)
{
    struct plan *plan = plan_of(search, from, to);

    plan->cost = UINT64_MAX;
    if (is_range_with_holes(search, from, to))
        *plan = (struct plan){ .cost = holes_cost(search, from, to), .split = 0 };
    for (size_t split = from + 1; split <= to; split++) {
        uint64_t cost = plan_of(search, from, split - 1)->cost + plan_of(search, split, to)->cost +
                        price(search, from, to, 1, 1);

        if (cost < plan->cost)
            *plan = (struct plan){ .cost = cost, .split = split };
    }
}

static uint32_t build_segment(const struct search *search, size_t from, size_t to)
{
    const struct range *ranges = search->ranges;
    size_t split = plan_of(search, from, to)->split;
    uint32_t node = ranges[from].node;

    if (from == to)
        return node;
    if (split != 0)
        return cull_graph_jump(search->graph, BPF_JGE, ranges[split].first,
                               build_segment(search, split, to),
                               build_segment(search, from, split - 1));
    for (size_t i = to; i > from; i -= 2)
        node = cull_graph_jump(search->graph, BPF_JEQ, ranges[i - 1].first, ranges[i - 1].node,
                               node);
    return node;
}

static uint32_t search_exactly(struct search *search)
{
    uint32_t root = 0;

    search->plans = calloc(search->count * search->count, sizeof *search->plans);
    search->weights = calloc(search->count + 1, sizeof *search->weights);
    if (search->plans == NULL || search->weights == NULL) {
        search->graph->failed = true;
    } else {
        for (size_t i = 0; i < search->count; i++)
            search->weights[i + 1] = search->weights[i] + search->ranges[i].weight;
        search->total = search->weights[search->count] + 1;
        for (size_t length = 1; length < search->count; length++) {
            for (size_t from = 0; from + length < search->count; from++)
                plan_segment(search, from, from + length);
        }
        root = build_segment(search, 0, search->count - 1);
    }
    free(search->plans);
    free(search->weights);
    return root;
}

uint32_t cull_graph_search(struct graph *graph, const struct range *ranges, size_t count)
{
    struct search search = { .graph = graph, .ranges = ranges, .count = count };
    size_t half = count / 2;

    if (count == 0)
        return 0;
    if (count <= EXACT_MAX)
        return search_exactly(&search);
    return cull_graph_jump(graph, BPF_JGE, ranges[half].first,
                           cull_graph_search(graph, ranges + half, count - half),
                           cull_graph_search(graph, ranges, half));
}
