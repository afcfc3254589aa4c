/* SPDX-License-Identifier: Apache-2.0 */
/* syscull inspect: which system calls are blocked, and what they get. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "inspect.h"

#define DIFFERENCES_SHOWN 12

static const char *verdict_text(struct cull_view *view, uint32_t verdict)
{
    char buffer[32];

    cull_verdict_format(verdict, buffer);
    return cull_arena_copy(view->arena, buffer, strlen(buffer));
}

/* Each of the native calls: its answer, and the name with a star if arguments matter. */
struct call {
    size_t id;
    uint32_t verdict;
    const char *name;
};

static size_t list_calls(const struct finding *finding, size_t abi, struct cull_view *view,
                         struct call **ret)
{
    const struct cull_abi_verdicts *verdicts = &finding->verdicts->abis[abi];
    struct call *calls = cull_arena_alloc(view->arena, cull_syscall_count() * sizeof *calls);
    size_t count = 0;

    *ret = calls;
    for (size_t id = 0; calls != NULL && id < cull_syscall_count(); id++) {
        const uint32_t base = cull_arch_info(verdicts->arch)->nr_base;
        uint32_t nr;

        if (cull_syscall_nr(id, verdicts->arch, &nr) < 0 || nr - base >= CULL_VERDICTS_NUMBERS)
            continue;
        calls[count].id = id;
        calls[count].verdict = verdicts->verdicts[nr - base];
        calls[count].name = cull_syscall_info(id)->name;
        if (cull_verdicts_dependence(finding->verdicts, verdicts->arch, nr) != NULL)
            calls[count].name = cull_arena_format(view->arena, "%s*", calls[count].name);
        count++;
    }
    return count;
}

static size_t count_blocked(const struct call *calls, size_t count)
{
    size_t blocked = 0;

    for (size_t i = 0; i < count; i++)
        blocked += !cull_verdict_is_pass(calls[i].verdict);
    return blocked;
}

/* One row per group and answer. */
static void show_group(const struct call *calls, size_t count, const char *group,
                       struct cull_view *view)
{
    const char **names = cull_arena_alloc(view->arena, (count + 1) * sizeof *names);
    bool *shown = cull_arena_alloc(view->arena, (count + 1) * sizeof *shown);

    for (size_t i = 0; names != NULL && shown != NULL && i < count; i++) {
        size_t found = 0;

        if (shown[i] || cull_verdict_is_pass(calls[i].verdict) ||
            strcmp(cull_syscall_info(calls[i].id)->group, group) != 0)
            continue;
        for (size_t j = i; j < count; j++) {
            if (calls[j].verdict == calls[i].verdict &&
                strcmp(cull_syscall_info(calls[j].id)->group, group) == 0) {
                names[found++] = calls[j].name;
                shown[j] = true;
            }
        }
        cull_view_cell(view, cull_arena_format(view->arena, "  %s", group));
        cull_view_cell(view, verdict_text(view, calls[i].verdict));
        cull_view_cell_words(view, names, found);
    }
}

static void show_blocked(const struct finding *finding, struct cull_view *view)
{
    static const struct cull_column columns[] = { { NULL, "  GROUP", false },
                                                  { NULL, "GETS", false },
                                                  { NULL, "CALLS", false } };
    struct call *calls;
    size_t count = list_calls(finding, 0, view, &calls);

    cull_view_line(view, TINT_PLAIN, "%s", "");
    cull_view_line(view, TINT_STRONG, "blocked system calls: %zu of %zu (%s)",
                   count_blocked(calls, count), count,
                   cull_arch_info(finding->verdicts->abis[0].arch)->name);
    cull_view_table(view, NULL, columns, 3);
    for (size_t group = 0; group < cull_group_count(); group++)
        show_group(calls, count, cull_group_info(group)->name, view);
    cull_view_table_end(view);
    for (size_t abi = 1; abi < finding->verdicts->abis_count; abi++) {
        const struct cull_abi_verdicts *other = &finding->verdicts->abis[abi];

        count = list_calls(finding, abi, view, &calls);
        if (other->is_absent)
            cull_view_line(view, TINT_PLAIN, "  %s: this kernel does not have it",
                           cull_arch_info(other->arch)->name);
        else
            cull_view_line(view, TINT_PLAIN, "  %s: %zu of %zu blocked",
                           cull_arch_info(other->arch)->name, count_blocked(calls, count), count);
    }
}

static const char *name_of(struct cull_view *view, enum cull_arch arch, uint32_t nr)
{
    size_t id;

    if (cull_syscall_by_nr(arch, nr, &id) == 0)
        return cull_syscall_info(id)->name;
    return cull_arena_format(view->arena, "%u", nr);
}

static void show_dependences(const struct cull_verdicts *verdicts, struct cull_view *view)
{
    static const struct cull_column columns[] = { { NULL, "", false }, { NULL, "", false } };

    if (verdicts->dependences_count == 0)
        return;
    cull_view_line(view, TINT_STRONG, "depends on arguments, the others being 0");
    cull_view_table(view, NULL, columns, 2);
    for (size_t i = 0; i < verdicts->dependences_count; i++) {
        const struct cull_dependence *one = &verdicts->dependences[i];

        if (one->arch != verdicts->abis[0].arch)
            continue;
        cull_view_cell(view,
                       cull_arena_format(view->arena, "  %s", name_of(view, one->arch, one->nr)));
        cull_view_cell(view, cull_arena_format(view->arena, "%s; else %s", one->summary,
                                               verdict_text(view, one->zeros)));
    }
    cull_view_table_end(view);
}

/* ---- the runtime's default --------------------------------------------------------------------------- */

/* The native differences of one direction, a line. */
static void show_direction(const struct cull_comparison *comparison, bool looser, const char *label,
                           struct cull_view *view)
{
    const char **names = cull_arena_alloc(view->arena, (comparison->count + 2) * sizeof *names);
    size_t count = 0, all = 0;

    for (size_t i = 0; names != NULL && i < comparison->count; i++) {
        const struct cull_difference *one = &comparison->items[i];
        bool is_looser = cull_verdict_is_pass(one->here) && !cull_verdict_is_pass(one->usual);
        bool is_stricter = !cull_verdict_is_pass(one->here) && cull_verdict_is_pass(one->usual);

        if (one->arch != cull_arch_native() || !(looser ? is_looser : is_stricter))
            continue;
        if (all++ < DIFFERENCES_SHOWN)
            names[count++] = cull_syscall_info(one->syscall)->name;
    }
    if (all > count) {
        names[count] = cull_arena_format(view->arena, "and %zu more (--output json)", all - count);
        count++;
    }
    if (count > 0)
        cull_view_words(view, NULL, label, names, count);
}

static void show_comparison(const struct cull_comparison *comparison, struct cull_view *view)
{
    cull_view_line(view, TINT_STRONG,
                   "compared with the default of Docker and containerd for these capabilities");
    if (comparison->count == 0) {
        cull_view_line(view, TINT_GOOD, "  no difference");
        return;
    }
    show_direction(comparison, true, "passes only here", view);
    show_direction(comparison, false, "blocked only here", view);
    cull_view_format(view, NULL, "in all", "%zu of the calls of all ABIs get another answer",
                     comparison->count);
}

static void json_comparison(const struct cull_comparison *comparison, struct cull_view *view)
{
    static const struct cull_column columns[] = { { "arch", NULL, false },
                                                  { "name", NULL, false },
                                                  { "here", NULL, false },
                                                  { "default", NULL, false } };

    cull_view_bool(view, "runtimeDefaultLike", NULL, comparison->is_like);
    cull_view_table(view, "differencesFromDefault", columns, 4);
    for (size_t i = 0; i < comparison->count; i++) {
        const struct cull_difference *one = &comparison->items[i];

        cull_view_cell(view, cull_arch_info(one->arch)->name);
        cull_view_cell(view, cull_syscall_info(one->syscall)->name);
        cull_view_cell(view, verdict_text(view, one->here));
        cull_view_cell(view, verdict_text(view, one->usual));
    }
    cull_view_table_end(view);
}

/* ---- everything, for programs ---------------------------------------------------------------------------- */

static void json_verdicts(const struct cull_verdicts *verdicts, struct cull_view *view)
{
    cull_view_map(view, "verdicts");
    for (size_t abi = 0; abi < verdicts->abis_count; abi++) {
        const struct cull_abi_verdicts *one = &verdicts->abis[abi];
        const char **words = cull_arena_alloc(view->arena, CULL_VERDICTS_NUMBERS * sizeof *words);

        for (size_t nr = 0; words != NULL && nr < CULL_VERDICTS_NUMBERS; nr++) {
            /* Neighbours often get the same. */
            words[nr] = nr > 0 && one->verdicts[nr] == one->verdicts[nr - 1]
                            ? words[nr - 1]
                            : verdict_text(view, one->verdicts[nr]);
        }
        if (words != NULL)
            cull_view_words(view, cull_arch_info(one->arch)->name, NULL, words,
                            one->is_absent ? 0 : CULL_VERDICTS_NUMBERS);
    }
    cull_view_end(view);
}

static const char *sample_text(struct cull_view *view, const struct cull_sample *sample)
{
    char buffer[32];

    return cull_arena_format(
        view->arena,
        "0x%" PRIx64 ",0x%" PRIx64 ",0x%" PRIx64 ",0x%" PRIx64 ",0x%" PRIx64 ",0x%" PRIx64 " %s",
        sample->args[0], sample->args[1], sample->args[2], sample->args[3], sample->args[4],
        sample->args[5], cull_verdict_format(sample->verdict, buffer));
}

static void json_dependences(const struct cull_verdicts *verdicts, struct cull_view *view)
{
    static const struct cull_column columns[] = {
        { "arch", NULL, false },  { "nr", NULL, false },      { "name", NULL, false },
        { "zeros", NULL, false }, { "summary", NULL, false }, { "tried", NULL, false },
    };

    cull_view_table(view, "dependsOnArguments", columns, 6);
    for (size_t i = 0; i < verdicts->dependences_count; i++) {
        const struct cull_dependence *one = &verdicts->dependences[i];
        const char **tried = cull_arena_alloc(view->arena, (one->count + 1) * sizeof *tried);

        for (size_t j = 0; tried != NULL && j < one->count; j++)
            tried[j] = sample_text(view, &one->samples[j]);
        cull_view_cell(view, cull_arch_info(one->arch)->name);
        cull_view_cell_number(view, one->nr);
        cull_view_cell(view, name_of(view, one->arch, one->nr));
        cull_view_cell(view, verdict_text(view, one->zeros));
        cull_view_cell(view, one->summary);
        cull_view_cell_words(view, tried, tried != NULL ? one->count : 0);
    }
    cull_view_table_end(view);
}

/* "20 0 0 0x4": code, jt, jf, k, as the kernel has them. */
static void json_filters(const struct cull_live_filters *filters, struct cull_view *view)
{
    static const struct cull_column columns[] = { { "flags", NULL, false },
                                                  { "instructions", NULL, false } };

    cull_view_table(view, "filters", columns, 2);
    for (size_t i = 0; filters != NULL && i < filters->count; i++) {
        const struct cull_filter *filter = filters->items[i];
        const char **words = cull_arena_alloc(view->arena, filter->count * sizeof *words);

        for (size_t j = 0; words != NULL && j < filter->count; j++)
            words[j] = cull_arena_format(view->arena, "0x%02x %u %u 0x%x", filter->insns[j].code,
                                         filter->insns[j].jt, filter->insns[j].jf,
                                         filter->insns[j].k);
        cull_view_cell(view, cull_flag_name((uint32_t)filters->flags[i]));
        cull_view_cell_words(view, words, words != NULL ? filter->count : 0);
    }
    cull_view_table_end(view);
}

static void json(const struct finding *finding, struct cull_view *view)
{
    const struct cull_verdicts *verdicts = finding->verdicts;

    cull_view_string(view, "method", NULL, verdicts != NULL ? verdicts->method : NULL);
    cull_view_string(view, "notKnownBecause", NULL, verdicts != NULL ? NULL : finding->why.message);
    if (verdicts == NULL)
        return;
    cull_view_words(view, "notes", NULL, verdicts->notes, verdicts->notes_count);
    json_comparison(finding->comparison, view);
    json_dependences(verdicts, view);
    json_verdicts(verdicts, view);
    json_filters(finding->filters, view);
}

void cull_finding_show_syscalls(const struct finding *finding, bool as_json, struct cull_view *view)
{
    if (as_json) {
        json(finding, view);
        return;
    }
    if (finding->verdicts == NULL) {
        cull_view_line(view, TINT_PLAIN, "%s", "");
        cull_view_line(view, TINT_BAD, "blocked system calls: not known");
        return;
    }
    show_blocked(finding, view);
    show_dependences(finding->verdicts, view);
    if (finding->task.seccomp == 2)
        show_comparison(finding->comparison, view);
    for (size_t i = 0; i < finding->verdicts->notes_count; i++) {
        if (i == 0)
            cull_view_line(view, TINT_STRONG, "method %s", finding->verdicts->method);
        cull_view_string(view, NULL, "note", finding->verdicts->notes[i]);
    }
}
