/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From the graph to a program.  It is written from its end to its start: all jumps go forward, so
 * whatever an instruction leads to is in its place before it.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "graph.h"

#define NEAR_MAX 255 /* conditional jumps have 8 bits */

struct writer {
    const struct graph *graph;
    struct sock_filter *backwards; /* [0] is the last instruction */
    size_t count, capacity;
    size_t *at; /* per node: 1 + its newest place in backwards, 0: not yet */
    bool is_full;
};

static void write_insn(struct writer *writer, uint16_t code, uint32_t k, uint8_t yes, uint8_t no)
{
    if (writer->count == writer->capacity) {
        writer->is_full = true;
        return;
    }
    writer->backwards[writer->count++] = (struct sock_filter){ code, yes, no, k };
}

/* How many instructions lie between the one that is written next and the node. */
static size_t distance(const struct writer *writer, uint32_t node)
{
    return writer->count - writer->at[node];
}

/* Bring a far node near: a second return costs as much as a jump to the first, and less time. */
static void write_stand_in(struct writer *writer, uint32_t node)
{
    const struct node *target = &writer->graph->nodes[node];

    if (BPF_CLASS(target->code) == BPF_RET)
        write_insn(writer, target->code, target->k, 0, 0);
    else
        write_insn(writer, BPF_JMP | BPF_JA, distance(writer, node), 0, 0);
    writer->at[node] = writer->count;
}

static void write_jump(struct writer *writer, const struct node *node)
{
    /* The stand-in for one may move the other out of reach, once: its own is then the nearest. */
    while (!writer->is_full) {
        size_t yes = distance(writer, node->yes), no = distance(writer, node->no);

        if (yes > NEAR_MAX) {
            write_stand_in(writer, node->yes);
        } else if (no > NEAR_MAX) {
            write_stand_in(writer, node->no);
        } else {
            write_insn(writer, node->code, node->k, yes, no);
            return;
        }
    }
}

/* A load or an AND falls through: what follows must be the next instruction. */
static void write_straight(struct writer *writer, const struct node *node)
{
    const struct node *next = &writer->graph->nodes[node->yes];
    bool is_jump = BPF_CLASS(next->code) == BPF_JMP;

    if (distance(writer, node->yes) > 0) {
        if (is_jump && distance(writer, next->yes) <= NEAR_MAX &&
            distance(writer, next->no) <= NEAR_MAX)
            write_jump(writer, next); /* as short as a jump to it, and one step less */
        else
            write_stand_in(writer, node->yes);
    }
    write_insn(writer, node->code, node->k, 0, 0);
}

static void write_node(struct writer *writer, uint32_t id)
{
    const struct node *node = &writer->graph->nodes[id];

    if (id == 0 || writer->at[id] != 0 || writer->is_full)
        return;
    write_node(writer, node->no);
    write_node(writer, node->yes);
    if (writer->is_full)
        return;
    switch (BPF_CLASS(node->code)) {
    case BPF_RET:
        write_insn(writer, node->code, node->k, 0, 0);
        break;
    case BPF_JMP:
        write_jump(writer, node);
        break;
    default:
        write_straight(writer, node);
        break;
    }
    writer->at[id] = writer->count;
}

static int turn_round(const struct writer *writer, struct sock_filter **ret, size_t *ret_count,
                      struct cull_error *reterr)
{
    struct sock_filter *insns = calloc(writer->count, sizeof *insns);

    if (insns == NULL)
        return cull_fail_memory(reterr);
    for (size_t i = 0; i < writer->count; i++)
        insns[i] = writer->backwards[writer->count - 1 - i];
    *ret = insns;
    *ret_count = writer->count;
    return 0;
}

static int fail_too_big(struct cull_error *reterr)
{
    return cull_fail(reterr, E2BIG,
                     "the filter needs more than the %d instructions that the kernel takes: name "
                     "fewer architectures or compare fewer arguments",
                     CULL_FILTER_MAX_INSNS);
}

int cull_graph_emit(struct graph *graph, uint32_t root, struct sock_filter **ret, size_t *ret_count,
                    struct cull_error *reterr)
{
    struct writer writer = { .graph = graph, .capacity = CULL_FILTER_MAX_INSNS };
    size_t size = cull_graph_size(graph, root);
    int r;

    if (graph->failed)
        return cull_fail_memory(reterr);
    if (graph->is_too_big || size > CULL_FILTER_MAX_INSNS) /* bounds how deep write_node() goes */
        return fail_too_big(reterr);
    writer.backwards = calloc(writer.capacity, sizeof *writer.backwards);
    writer.at = calloc(graph->count, sizeof *writer.at);
    if (writer.backwards == NULL || writer.at == NULL) {
        r = cull_fail_memory(reterr);
    } else {
        write_node(&writer, root);
        if (writer.is_full)
            r = fail_too_big(reterr);
        else
            r = turn_round(&writer, ret, ret_count, reterr);
    }
    free(writer.backwards);
    free(writer.at);
    return r;
}
