/* SPDX-License-Identifier: Apache-2.0 */
/* From a policy to a program: architecture, number, arguments, in this order. */
#include <errno.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <stdlib.h>
#include <string.h>

#include "graph.h"

#define SKIPPED UINT32_MAX /* a tracer's "do not run this call": never a call of x32's */

/* A list of ranges while it is made. */
struct ranges {
    struct range *items;
    size_t count, capacity;
};

/* ---- ranges ---------------------------------------------------------------------------------- */

/* Ranges come in ascending order; one that leads where its neighbour leads is its neighbour. */
static void add_range(struct graph *graph, struct ranges *ranges, uint32_t first, uint32_t node)
{
    if (ranges->count > 0 && ranges->items[ranges->count - 1].first == first)
        ranges->count--; /* nothing is left of it */
    if (ranges->count > 0 && ranges->items[ranges->count - 1].node == node)
        return;
    if (cull_array_grow(&ranges->items, &ranges->capacity, ranges->count, sizeof *ranges->items) <
        0) {
        graph->failed = true;
        return;
    }
    ranges->items[ranges->count++] = (struct range){ .first = first, .node = node };
}

static void clear_ranges(struct ranges *ranges)
{
    free(ranges->items);
    *ranges = (struct ranges){ 0 };
}

static const struct range *range_at(const struct ranges *ranges, uint32_t nr)
{
    size_t low = 0, high = ranges->count;

    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;

        if (ranges->items[middle].first <= nr)
            low = middle;
        else
            high = middle;
    }
    return &ranges->items[low];
}

/* What is done with every number of one architecture, less base. */
static void make_ranges(struct graph *graph, const struct cull_policy *policy,
                        const struct cull_arch_policy *arch, uint32_t base, struct ranges *ret)
{
    const struct cull_arch_info *info = cull_arch_info(arch->arch);
    uint32_t default_node = cull_graph_return(graph, policy->default_verdict);

    add_range(graph, ret, 0, default_node);
    for (size_t i = 0; i < arch->count; i++) {
        const struct cull_meaning *meaning = &arch->meanings[i];
        uint32_t node = cull_graph_conditions(graph, meaning, info);

        add_range(graph, ret, meaning->nr - base, node);
        if (meaning->nr - base != UINT32_MAX)
            add_range(graph, ret, meaning->nr - base + 1, default_node);
    }
}

/* The kernel's table says where the calls are, and so which ranges should be found soon. */
static void weigh(struct ranges *ranges, enum cull_arch arch, uint32_t base)
{
    for (size_t i = 0; i < ranges->count; i++)
        ranges->items[i].weight = 0;
    for (size_t id = 0; ranges->count > 0 && id < cull_syscall_count(); id++) {
        uint32_t nr;

        if (cull_syscall_nr(id, arch, &nr) == 0)
            ((struct range *)range_at(ranges, nr - base))->weight++;
    }
}

/* ---- x86_64 and x32: one audit architecture, two tables --------------------------------------- */

/* x32 differs from x86_64 for few numbers: ask only about those, and go on as x86_64 for the rest.
 * same is the node that does so. */
static void make_differences(struct graph *graph, const struct ranges *x32,
                             const struct ranges *x86_64, uint32_t same, struct ranges *ret)
{
    size_t i = 0, j = 0;
    uint32_t first = 0, nr = 0;
    uint32_t own = 0; /* where x32's leads for all numbers since first, 0: to several places */
    bool is_same = false;
    bool has_segment = false;

    while (!graph->failed) {
        uint32_t here = x32->items[i].node;
        bool here_same = here == x86_64->items[j].node;

        if (!has_segment || !((is_same && here_same) || own == here)) {
            if (has_segment)
                add_range(graph, ret, first, is_same ? same : own);
            has_segment = true;
            first = nr;
            own = here;
            is_same = here_same;
        } else {
            is_same = is_same && here_same;
            if (own != here)
                own = 0;
        }
        if (i + 1 == x32->count && j + 1 == x86_64->count)
            break;
        if (j + 1 == x86_64->count ||
            (i + 1 < x32->count && x32->items[i + 1].first <= x86_64->items[j + 1].first)) {
            nr = x32->items[++i].first;
            if (j + 1 < x86_64->count && x86_64->items[j + 1].first == nr)
                j++;
        } else {
            nr = x86_64->items[++j].first;
        }
    }
    if (has_segment)
        add_range(graph, ret, first, is_same ? same : own);
}

/* The x32 half, with the whole number in the accumulator: the smaller one of a tree of its own and
 * the differences from x86_64's. */
static uint32_t build_x32(struct graph *graph, const struct ranges *x32,
                          const struct ranges *x86_64, uint32_t x86_64_root)
{
    struct ranges differences = { 0 };
    uint32_t alone, shared;

    alone = cull_graph_search(graph, x32->items, x32->count);
    if (x86_64->count > 0) {
        make_differences(graph, x32, x86_64, x86_64_root, &differences);
        weigh(&differences, CULL_ARCH_X32, CULL_X32_BIT);
        shared = cull_graph_search(graph, differences.items, differences.count);
        clear_ranges(&differences);
        if (!graph->failed &&
            cull_graph_size(graph, cull_graph_jump(graph, BPF_JGE, 0, shared, x86_64_root)) <
                cull_graph_size(graph, cull_graph_jump(graph, BPF_JGE, 0, alone, x86_64_root)))
            alone = shared;
    }
    return cull_graph_and(graph, ~CULL_X32_BIT, alone);
}

/* ---- one audit architecture ------------------------------------------------------------------ */

static const struct cull_arch_policy *find_arch(const struct cull_policy *policy,
                                                enum cull_arch arch)
{
    for (size_t i = 0; i < policy->archs_count; i++) {
        if (policy->archs[i].arch == arch)
            return &policy->archs[i];
    }
    return NULL;
}

static uint32_t build_plain(struct graph *graph, const struct cull_policy *policy,
                            const struct cull_arch_policy *arch)
{
    struct ranges ranges = { 0 };
    uint32_t root;

    make_ranges(graph, policy, arch, 0, &ranges);
    weigh(&ranges, arch->arch, 0);
    root = cull_graph_search(graph, ranges.items, ranges.count);
    clear_ranges(&ranges);
    return root;
}

/* Numbers from bit 30 on are x32's, but for the skipped call, which gets the default from both
 * (x32's table has no such number, so there it needs no question). */
static uint32_t build_x86_64(struct graph *graph, const struct cull_policy *policy)
{
    const struct cull_arch_policy *arch = find_arch(policy, CULL_ARCH_X86_64);
    const struct cull_arch_policy *arch_x32 = find_arch(policy, CULL_ARCH_X32);
    uint32_t bad = cull_graph_return(graph, policy->bad_arch);
    uint32_t default_node = cull_graph_return(graph, policy->default_verdict);
    struct ranges low = { 0 }, high = { 0 };
    uint32_t root = 0;

    if (arch != NULL)
        make_ranges(graph, policy, arch, 0, &low);
    else
        add_range(graph, &low, 0, bad);
    if (arch_x32 != NULL) {
        make_ranges(graph, policy, arch_x32, CULL_X32_BIT, &high);
        weigh(&high, CULL_ARCH_X32, CULL_X32_BIT);
        weigh(&low, CULL_ARCH_X86_64, 0);
        root = cull_graph_search(graph, low.items, low.count);
        if (!graph->failed) /* the second tree shares all but its right edge with the first */
            add_range(graph, &low, CULL_X32_BIT, build_x32(graph, &high, &low, root));
    } else {
        add_range(graph, &low, CULL_X32_BIT, bad);
        add_range(graph, &low, SKIPPED, default_node);
    }
    weigh(&low, CULL_ARCH_X86_64, 0);
    root = cull_graph_search(graph, low.items, low.count);
    clear_ranges(&low);
    clear_ranges(&high);
    return root;
}

/* ---- the whole ------------------------------------------------------------------------------- */

static bool is_first_of_its_audit(const struct cull_policy *policy, size_t at)
{
    uint32_t audit = cull_arch_info(policy->archs[at].arch)->audit;

    for (size_t i = 0; i < at; i++) {
        if (cull_arch_info(policy->archs[i].arch)->audit == audit)
            return false;
    }
    return true;
}

static uint32_t build_program(struct graph *graph, const struct cull_policy *policy)
{
    uint32_t root = cull_graph_return(graph, policy->bad_arch);

    for (size_t i = policy->archs_count; i > 0; i--) {
        const struct cull_arch_policy *arch = &policy->archs[i - 1];
        uint32_t audit = cull_arch_info(arch->arch)->audit;
        uint32_t numbers;

        if (!is_first_of_its_audit(policy, i - 1))
            continue;
        numbers = audit == AUDIT_ARCH_X86_64 ? build_x86_64(graph, policy)
                                             : build_plain(graph, policy, arch);
        root = cull_graph_jump(graph, BPF_JEQ, audit,
                               cull_graph_load(graph, offsetof(struct seccomp_data, nr), numbers),
                               root);
    }
    return cull_graph_load(graph, offsetof(struct seccomp_data, arch), root);
}

int cull_filter_compile(const struct cull_policy *policy, struct cull_filter **ret,
                        struct cull_error *reterr)
{
    cull_auto(filter) filter = NULL;
    struct graph graph = { 0 };
    bool big_endian;
    int r;

    if (policy->archs_count == 0)
        return cull_fail(reterr, EINVAL, "the policy has no architecture");
    big_endian = cull_arch_info(policy->archs[0].arch)->big_endian;
    for (size_t i = 1; i < policy->archs_count; i++) {
        const struct cull_arch_info *info = cull_arch_info(policy->archs[i].arch);

        if (info->big_endian != big_endian)
            return cull_fail(reterr, EINVAL,
                             "%s and %s cannot be in one filter: no machine has both byte orders; "
                             "leave %s out of the architectures",
                             cull_arch_info(policy->archs[0].arch)->oci, info->oci, info->oci);
    }
    filter = calloc(1, sizeof *filter);
    if (filter == NULL)
        return cull_fail_memory(reterr);
    filter->big_endian = big_endian;
    r = cull_graph_emit(&graph, build_program(&graph, policy), &filter->insns, &filter->count,
                        reterr);
    cull_graph_free(&graph);
    if (r < 0)
        return r;
    *ret = TAKE(filter);
    return 0;
}
