/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "graph.h"

void cull_graph_free(struct graph *graph)
{
    free(graph->nodes);
    free(graph->table);
    memset(graph, 0, sizeof *graph);
}

static size_t hash(const struct node *node, size_t table_size)
{
    uint64_t mixed = node->code;

    mixed = (mixed ^ node->k) * 0x9e3779b97f4a7c15u;
    mixed = (mixed ^ mixed >> 29 ^ node->yes) * 0x9e3779b97f4a7c15u;
    mixed = (mixed ^ mixed >> 29 ^ node->no) * 0x9e3779b97f4a7c15u;
    return (mixed ^ mixed >> 32) & (table_size - 1);
}

static bool is_equal(const struct node *a, const struct node *b)
{
    return a->code == b->code && a->k == b->k && a->yes == b->yes && a->no == b->no;
}

/* Where node is in the table, or the free place where it belongs. */
static uint32_t *look_up(struct graph *graph, const struct node *node)
{
    size_t at = hash(node, graph->table_size);

    while (graph->table[at] != 0 && !is_equal(&graph->nodes[graph->table[at]], node))
        at = (at + 1) & (graph->table_size - 1);
    return &graph->table[at];
}

static bool make_room(struct graph *graph)
{
    size_t size = graph->table_size == 0 ? 1024 : graph->table_size * 2;
    uint32_t *table;

    if (graph->count == 0)
        graph->count = 1;
    if (cull_array_grow(&graph->nodes, &graph->capacity, graph->count, sizeof *graph->nodes) < 0)
        return false;
    if (graph->count < graph->table_size / 2)
        return true;
    table = calloc(size, sizeof *table);
    if (table == NULL)
        return false;
    free(graph->table);
    graph->table = table;
    graph->table_size = size;
    for (uint32_t i = 1; i < graph->count; i++)
        *look_up(graph, &graph->nodes[i]) = i;
    return true;
}

static uint32_t intern(struct graph *graph, struct node node)
{
    uint32_t *place;

    if (graph->failed || !make_room(graph)) {
        graph->failed = true;
        return 0;
    }
    place = look_up(graph, &node);
    if (*place == 0) {
        graph->nodes[graph->count] = node;
        *place = graph->count++;
    }
    return *place;
}

uint32_t cull_graph_return(struct graph *graph, uint32_t verdict)
{
    return intern(graph, (struct node){ .code = BPF_RET | BPF_K, .k = verdict });
}

bool cull_graph_needs_accumulator(const struct graph *graph, uint32_t node)
{
    unsigned class = graph->failed ? BPF_RET : BPF_CLASS(graph->nodes[node].code);

    return class == BPF_JMP || class == BPF_ALU;
}

uint32_t cull_graph_load(struct graph *graph, uint32_t offset, uint32_t next)
{
    if (!cull_graph_needs_accumulator(graph, next))
        return next;
    return intern(graph, (struct node){ BPF_LD | BPF_W | BPF_ABS, offset, next, 0 });
}

uint32_t cull_graph_and(struct graph *graph, uint32_t mask, uint32_t next)
{
    if (!cull_graph_needs_accumulator(graph, next))
        return next;
    return intern(graph, (struct node){ BPF_ALU | BPF_AND | BPF_K, mask, next, 0 });
}

uint32_t cull_graph_jump(struct graph *graph, uint16_t comparison, uint32_t k, uint32_t yes,
                         uint32_t no)
{
    if (yes == no)
        return yes;
    return intern(graph, (struct node){ BPF_JMP | BPF_K | comparison, k, yes, no });
}

size_t cull_graph_size(struct graph *graph, uint32_t root)
{
    bool *reached = calloc(graph->count + 1, sizeof *reached);
    size_t size = 0;

    if (graph->failed || reached == NULL) {
        graph->failed = true;
        free(reached);
        return 0;
    }
    reached[root] = true;
    for (uint32_t i = root; i > 0; i--) {
        if (!reached[i])
            continue;
        size++;
        reached[graph->nodes[i].yes] = true;
        reached[graph->nodes[i].no] = true;
    }
    free(reached);
    return size;
}
