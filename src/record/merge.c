/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>
#include <syscull/record.h>

#include "record.h"

/*
 * merge(a, b) and merge(b, a) print alike, and so do merge(merge(a, b), c) and merge(a, merge(b, c)):
 * recordings come from many machines, in any order.  So every part is joined by something that is
 * itself symmetric and associative: a sum that stops at its limit, a minimum, an "and", an "or", or
 * the union of a sorted set of texts.
 */

#define SEPARATOR " + "

/* ---- sets of texts, kept in one line ---------------------------------------------------------- */

struct words {
    const char **start;
    size_t *size;
    size_t count;
};

static size_t count_words(const char *text)
{
    size_t count = 0;

    while (text != NULL) {
        count++;
        text = strstr(text, SEPARATOR);
        if (text != NULL)
            text += strlen(SEPARATOR);
    }
    return count;
}

static int compare_words(const char *a, size_t a_size, const char *b, size_t b_size)
{
    int order = memcmp(a, b, a_size < b_size ? a_size : b_size);

    return order != 0 ? order : (a_size > b_size) - (a_size < b_size);
}

/* Insert in order, once. */
static void add_word(struct words *words, const char *start, size_t size)
{
    size_t at = 0;

    while (at < words->count) {
        int order = compare_words(words->start[at], words->size[at], start, size);

        if (order == 0)
            return;
        if (order > 0)
            break;
        at++;
    }
    memmove(&words->start[at + 1], &words->start[at], (words->count - at) * sizeof *words->start);
    memmove(&words->size[at + 1], &words->size[at], (words->count - at) * sizeof *words->size);
    words->start[at] = start;
    words->size[at] = size;
    words->count++;
}

static void add_words(struct words *words, const char *text)
{
    while (text != NULL) {
        const char *end = strstr(text, SEPARATOR);

        add_word(words, text, end == NULL ? strlen(text) : (size_t)(end - text));
        text = end == NULL ? NULL : end + strlen(SEPARATOR);
    }
}

/* The union of two sets in *ret, malloc'ed; NULL is the empty set. */
static int unite(const char *a, const char *b, char **ret)
{
    size_t most = count_words(a) + count_words(b);
    cull_auto_memory const char **start = NULL;
    cull_auto_memory size_t *size = NULL;
    cull_auto_text out = { 0 };
    struct words words;

    if (most == 0) {
        *ret = NULL;
        return 0;
    }
    start = calloc(most + 1, sizeof *start);
    size = calloc(most + 1, sizeof *size);
    if (start == NULL || size == NULL)
        return -1;
    words = (struct words){ start, size, 0 };
    add_words(&words, a);
    add_words(&words, b);
    for (size_t i = 0; i < words.count; i++) {
        if (i > 0)
            cull_text_append(&out, SEPARATOR, strlen(SEPARATOR));
        cull_text_append(&out, words.start[i], words.size[i]);
    }
    if (!cull_text_ok(&out))
        return -1;
    *ret = TAKE(out.data);
    return 0;
}

/* Everything that can run out of memory, into a record of its own. */
static int unite_texts(struct cull_record *united, const struct cull_record *a,
                       const struct cull_record *b)
{
    const struct {
        const char *a, *b;
        char **ret;
    } texts[] = {
        { a->name, b->name, &united->name },
        { a->engine, b->engine, &united->engine },
        { a->container_id, b->container_id, &united->container_id },
        { a->image, b->image, &united->image },
        { a->runtime, b->runtime, &united->runtime },
        { a->machine, b->machine, &united->machine },
        { a->kernel, b->kernel, &united->kernel },
        { a->tool, b->tool, &united->tool },
        { a->ended, b->ended, &united->ended },
    };

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (unite(texts[i].a, texts[i].b, texts[i].ret) < 0)
            return -1;
    united->calls_capacity = a->calls_count + b->calls_count + 1;
    united->calls = calloc(united->calls_capacity, sizeof *united->calls);
    return united->calls == NULL ? -1 : 0;
}

/* ---- numbers ----------------------------------------------------------------------------------- */

/* From one recording's clock to one that started earlier. */
static uint64_t lead_ns(const struct cull_record *record, int64_t started_at)
{
    uint64_t seconds = (uint64_t)record->started_at - (uint64_t)started_at;

    return seconds > UINT64_MAX / 1000000000 ? UINT64_MAX : seconds * 1000000000;
}

static void add_calls(struct cull_record *united, const struct cull_record *from)
{
    uint64_t lead = lead_ns(from, united->started_at);

    for (size_t i = 0; i < from->calls_count; i++) {
        struct cull_record_call call = from->calls[i];

        if (cull_record_first_is_known(&call.first))
            call.first.time_ns = cull_record_sum(call.first.time_ns, lead);
        if (cull_record_first_is_known(&call.first_denied))
            call.first_denied.time_ns = cull_record_sum(call.first_denied.time_ns, lead);
        cull_record_add_reserved(united, &call);
    }
}

static void add_numbers(struct cull_record *united, const struct cull_record *a,
                        const struct cull_record *b)
{
    uint64_t a_end, b_end;

    united->started_at = a->started_at < b->started_at ? a->started_at : b->started_at;
    a_end = cull_record_sum(a->duration_ns, lead_ns(a, united->started_at));
    b_end = cull_record_sum(b->duration_ns, lead_ns(b, united->started_at));
    united->duration_ns = a_end > b_end ? a_end : b_end;
    /* A container needs more: with one among them, the profile must do for a container. */
    united->subject = a->subject > b->subject ? a->subject : b->subject;
    united->start_seen = a->start_seen && b->start_seen;
    united->runtime_seen = a->runtime_seen && b->runtime_seen;
    united->filter_in_force = a->filter_in_force || b->filter_in_force;
    united->tasks = cull_record_sum(a->tasks, b->tasks);
    united->runs = cull_record_sum(a->runs, b->runs);
    united->losses.map_full = cull_record_sum(a->losses.map_full, b->losses.map_full);
    united->losses.missed_runs = cull_record_sum(a->losses.missed_runs, b->losses.missed_runs);
    united->losses.tasks_untracked = cull_record_sum(a->losses.tasks_untracked,
                                                     b->losses.tasks_untracked);
    united->losses.first_lost = cull_record_sum(a->losses.first_lost, b->losses.first_lost);
}

int cull_record_merge(struct cull_record *into, const struct cull_record *other,
                      struct cull_error *reterr)
{
    cull_auto(record) united = NULL;
    struct cull_record old;
    int r;

    r = cull_record_new(&united, reterr);
    if (r < 0)
        return r;
    if (unite_texts(united, into, other) < 0)
        return cull_fail_memory(reterr);
    add_numbers(united, into, other);
    add_calls(united, into);
    add_calls(united, other);
    old = *into;
    *into = *united;
    *united = old; /* freed with the rest */
    return 0;
}
