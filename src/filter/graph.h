/* SPDX-License-Identifier: Apache-2.0 */
/*
 * graph - private to the filter room: a program before it has an order.
 *
 * A node is one instruction whose successors are nodes.  Equal nodes are one node, so what two
 * calls have in common (a return, a block that looks at an argument) exists once.  A node is made
 * after its successors: numbers grow towards the root and there is no cycle.
 */
#ifndef FILTER_GRAPH_H
#define FILTER_GRAPH_H

#include <linux/filter.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <syscull/filter.h>

struct node {
    uint16_t code;
    uint32_t k;
    uint32_t yes; /* the only successor of a load or an AND */
    uint32_t no;
};

/* Out of memory is sticky, as in cull_text: nodes are 0 from then on, check once at the end. */
struct graph {
    struct node *nodes; /* nodes[0] is nobody */
    size_t count, capacity;
    uint32_t *table; /* open addressing, 0 is free */
    size_t table_size;
    bool failed;
    bool is_too_big; /* a call's conditions alone are more than a program can hold */
};

void cull_graph_free(struct graph *graph); /* what is in it */

uint32_t cull_graph_return(struct graph *graph, uint32_t verdict);
/* The next two yield next itself if it has no need of the accumulator. */
uint32_t cull_graph_load(struct graph *graph, uint32_t offset, uint32_t next);
uint32_t cull_graph_and(struct graph *graph, uint32_t mask, uint32_t next);
/* comparison: BPF_JEQ, BPF_JGE, BPF_JGT, BPF_JSET.  Equal successors need no question. */
uint32_t cull_graph_jump(struct graph *graph, uint16_t comparison, uint32_t k, uint32_t yes,
                         uint32_t no);
bool cull_graph_needs_accumulator(const struct graph *graph, uint32_t node);
/* How many nodes are reached from root; 0 when out of memory. */
size_t cull_graph_size(struct graph *graph, uint32_t root);

/* Put the nodes in order.  -E2BIG (over CULL_FILTER_MAX_INSNS), -ENOMEM. */
int cull_graph_emit(struct graph *graph, uint32_t root, struct sock_filter **ret, size_t *ret_count,
                    struct cull_error *reterr);

/* ---- what compile.c puts into it ------------------------------------------------------------- */

/* Numbers from first up to the next range's first (the last one: to the end). */
struct range {
    uint32_t first;
    uint32_t node;
    uint32_t weight; /* how many system calls of the table are in it */
};

/* Ask for the number that is in the accumulator; ranges[0].first is 0.  Neighbours differ. */
uint32_t cull_graph_search(struct graph *graph, const struct range *ranges, size_t count);

/* The arguments of one call. */
uint32_t cull_graph_conditions(struct graph *graph, const struct cull_meaning *meaning,
                               const struct cull_arch_info *arch);

#endif
