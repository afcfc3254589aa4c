/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the samples of a call show, in one line: for each argument the simplest condition that all
 * of its samples agree with; none of them: how many differ.
 */
#include "questions.h"

#include <inttypes.h>
#include <string.h>

#define LIST_LENGTH 8

/* The samples of one argument that got `verdict`, and the others. */
struct view {
    const struct cull_sample *samples;
    size_t count;
    uint32_t zeros, other;
    const char *syscall;
    unsigned index;
};

static uint64_t value_at(const struct view *view, size_t at)
{
    return view->samples[at].args[view->index];
}

static const char *word(uint32_t verdict, char buffer[32])
{
    return cull_verdict_format(verdict, buffer);
}

static size_t count_of(const struct view *view, uint32_t verdict)
{
    size_t found = 0;

    for (size_t i = 0; i < view->count; i++)
        found += view->samples[i].verdict == verdict;
    return found;
}

/* "arg0 & 0x7e020000": every sample with one of the bits, and no other, got the other answer. */
static bool by_mask(const struct view *view, struct cull_text *out)
{
    uint64_t mask = 0;
    char buffer[32];

    for (size_t i = 0; i < view->count; i++) {
        uint64_t value = value_at(view, i);

        if (value != 0 && (value & (value - 1)) == 0 && view->samples[i].verdict == view->other)
            mask |= value;
    }
    for (size_t i = 0; i < view->count; i++) {
        bool has = (value_at(view, i) & mask) != 0;

        if (view->samples[i].verdict != (has ? view->other : view->zeros))
            return false;
    }
    if (mask == 0 || __builtin_popcountll(mask) > 40)
        return false;
    cull_text_add(out, "arg%u & 0x%" PRIx64 ": %s", view->index, mask, word(view->other, buffer));
    return true;
}

/* "arg0 >= 5" */
static bool by_bound(const struct view *view, struct cull_text *out)
{
    size_t first = 0;
    char buffer[32];

    while (first < view->count && view->samples[first].verdict == view->zeros)
        first++;
    for (size_t i = first; i < view->count; i++) {
        if (view->samples[i].verdict != view->other)
            return false;
    }
    if (first == 0 || first == view->count || view->count - first < 3)
        return false;
    if (value_at(view, first) - value_at(view, first - 1) == 1)
        cull_text_add(out, "arg%u >= %" PRIu64 ": %s", view->index, value_at(view, first),
                      word(view->other, buffer));
    else
        cull_text_add(out, "arg%u above 0x%" PRIx64 ", at the latest from 0x%" PRIx64 ": %s",
                      view->index, value_at(view, first - 1), value_at(view, first),
                      word(view->other, buffer));
    return true;
}

static void add_values(const struct view *view, uint32_t verdict, struct cull_text *out)
{
    const char *comma = "";

    for (size_t i = 0; i < view->count; i++) {
        uint64_t value = value_at(view, i);
        const char *name;

        if (view->samples[i].verdict != verdict)
            continue;
        name = cull_condition_value_name(view->syscall, view->index, value);
        if (name != NULL)
            cull_text_add(out, "%s%s", comma, name);
        else
            cull_text_add(out, value < 10000 ? "%s%" PRIu64 : "%s0x%" PRIx64, comma, value);
        comma = ", ";
    }
}

/* "arg0 = 40: EPERM", "arg0 other than 0, 8: EPERM" */
static bool by_list(const struct view *view, struct cull_text *out)
{
    size_t others = count_of(view, view->other), zeros = count_of(view, view->zeros);
    char buffer[32];

    if (others <= LIST_LENGTH) {
        cull_text_add(out, "arg%u = ", view->index);
        add_values(view, view->other, out);
        cull_text_add(out, ": %s", word(view->other, buffer));
        return true;
    }
    if (zeros > LIST_LENGTH || zeros + others != view->count)
        return false;
    cull_text_add(out, "arg%u other than ", view->index);
    add_values(view, view->zeros, out);
    cull_text_add(out, ": %s", word(view->other, buffer));
    return true;
}

static void summarise(const struct view *view, struct cull_text *out)
{
    char buffer[32];

    if (count_of(view, view->other) + count_of(view, view->zeros) == view->count &&
        (by_mask(view, out) || by_bound(view, out)))
        return;
    if (by_list(view, out))
        return;
    cull_text_add(out, "arg%u: %zu of %zu values tried get %s", view->index,
                  count_of(view, view->other), view->count, word(view->other, buffer));
}

/* Every verdict of one argument that is not the one of zeros. */
static void add_argument(struct view *view, struct cull_text *out)
{
    for (size_t i = 0; i < view->count; i++) {
        bool is_new = view->samples[i].verdict != view->zeros;

        for (size_t before = 0; before < i; before++)
            is_new &= view->samples[before].verdict != view->samples[i].verdict;
        if (!is_new)
            continue;
        view->other = view->samples[i].verdict;
        if (out->size > 0)
            cull_text_add(out, "; ");
        summarise(view, out);
    }
}

/* Several arguments at once: the vectors that are neither all bits nor a pattern are the ones that
 * lead to an end of a program. */
static void add_together(const struct cull_dependence *dependence, size_t from,
                         struct cull_text *out)
{
    char buffer[32];
    unsigned said = 0;

    for (size_t i = from; i < dependence->count && said < LIST_LENGTH; i++) {
        const struct cull_sample *sample = &dependence->samples[i];
        const char *between = "";

        if (sample->verdict == dependence->zeros || sample->args[0] == sample->args[5])
            continue;
        cull_text_add(out, "%s", out->size > 0 ? "; " : "");
        for (unsigned index = 0; index < 6; index++) {
            if (sample->args[index] == 0)
                continue;
            cull_text_add(out, "%sarg%u = 0x%" PRIx64, between, index, sample->args[index]);
            between = " and ";
        }
        cull_text_add(out, ": %s", word(sample->verdict, buffer));
        said++;
    }
    for (size_t i = from; i < dependence->count && out->size == 0; i++) {
        if (dependence->samples[i].verdict != dependence->zeros)
            cull_text_add(out, "several arguments together: %s",
                          word(dependence->samples[i].verdict, buffer));
    }
}

const char *cull_summary(struct cull_arena *arena, const struct cull_dependence *dependence)
{
    cull_auto_text out = { 0 };
    struct view view = { .zeros = dependence->zeros, .syscall = "" };
    size_t id;

    if (cull_syscall_by_nr(dependence->arch, dependence->nr, &id) == 0)
        view.syscall = cull_syscall_info(id)->name;
    for (size_t from = 0, to; from < dependence->count; from = to) {
        view.index = cull_questions_index(dependence->samples[from].args);
        for (to = from; to < dependence->count &&
                        cull_questions_index(dependence->samples[to].args) == view.index;)
            to++;
        view.samples = &dependence->samples[from];
        view.count = to - from;
        if (view.index < 6)
            add_argument(&view, &out);
        else
            add_together(dependence, from, &out);
    }
    if (!cull_text_ok(&out))
        return NULL;
    return cull_arena_copy(arena, out.data ? out.data : "", out.size);
}
