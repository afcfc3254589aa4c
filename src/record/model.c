/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <syscull/record.h>

#include "record.h"

int cull_record_new(struct cull_record **ret, struct cull_error *reterr)
{
    struct cull_record *record = calloc(1, sizeof *record);

    if (record == NULL)
        return cull_fail_memory(reterr);
    record->runs = 1;
    *ret = record;
    return 0;
}

void cull_record_free(struct cull_record *record)
{
    if (record == NULL)
        return;
    free(record->name);
    free(record->engine);
    free(record->container_id);
    free(record->image);
    free(record->runtime);
    free(record->machine);
    free(record->kernel);
    free(record->tool);
    free(record->ended);
    free(record->calls);
    free(record);
}

/* ---- text that every reader of the file takes ------------------------------------------------ */

/*
 * A process names itself as it likes, and the kernel cuts names in the middle of a character.  JSON
 * is UTF-8 and U+FFFD is three bytes, which would not fit back into the field: so one '?' each.
 */
static void clean(char *text, size_t capacity)
{
    size_t size = strnlen(text, capacity - 1);

    memset(text + size, 0, capacity - size);
    for (size_t i = 0; i < size;) {
        size_t bytes = cull_utf8_size((const unsigned char *)text + i, size - i);

        if (bytes == 0)
            text[i] = '?';
        i += bytes == 0 ? 1 : bytes;
    }
}

/* ---- calls ------------------------------------------------------------------------------------ */

uint64_t cull_record_sum(uint64_t a, uint64_t b)
{
    return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

bool cull_record_first_is_known(const struct cull_first *first)
{
    return first->pid != 0 || first->comm[0] != '\0' || first->exe[0] != '\0';
}

/*
 * A total order, so that it does not matter in which order recordings are merged: by time; at the
 * same time by who.  Who is not known comes last: any knowledge is better.
 */
static int compare_firsts(const struct cull_first *a, const struct cull_first *b)
{
    bool a_known = cull_record_first_is_known(a), b_known = cull_record_first_is_known(b);
    int order;

    if (a_known != b_known)
        return a_known ? -1 : 1;
    if (a->time_ns != b->time_ns)
        return a->time_ns < b->time_ns ? -1 : 1;
    order = strcmp(a->comm, b->comm);
    if (order == 0)
        order = strcmp(a->exe, b->exe);
    return order != 0 ? order : (a->pid > b->pid) - (a->pid < b->pid);
}

/* What two entries of one number say together; all that cull_record_merge promises hangs on this. */
static void join(struct cull_record_call *into, const struct cull_record_call *other)
{
    int order = compare_firsts(&other->first_denied, &into->first_denied);

    if (other->denied > 0 && (into->denied == 0 || order < 0 ||
                              (order == 0 && other->denied_result < into->denied_result))) {
        into->first_denied = other->first_denied;
        into->denied_result = other->denied_result;
    }
    if (other->count > 0 && (into->count == 0 || compare_firsts(&other->first, &into->first) < 0))
        into->first = other->first;
    into->count = cull_record_sum(into->count, other->count);
    into->denied = cull_record_sum(into->denied, other->denied);
    into->in_flight |= other->in_flight;
}

static int compare_calls(const struct cull_record_call *a, const struct cull_record_call *b)
{
    if (a->arch != b->arch)
        return a->arch < b->arch ? -1 : 1;
    if (a->nr != b->nr)
        return a->nr < b->nr ? -1 : 1;
    return (a->phase > b->phase) - (a->phase < b->phase);
}

/* Where the entry is, or where it belongs. */
static size_t position(const struct cull_record *record, const struct cull_record_call *call)
{
    size_t low = 0, high = record->calls_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (compare_calls(&record->calls[middle], call) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

bool cull_record_has(const struct cull_record *record, const struct cull_record_call *call)
{
    size_t at = position(record, call);

    return at < record->calls_count && compare_calls(&record->calls[at], call) == 0;
}

void cull_record_add_reserved(struct cull_record *record, const struct cull_record_call *call)
{
    size_t at = position(record, call);

    if (at < record->calls_count && compare_calls(&record->calls[at], call) == 0) {
        join(&record->calls[at], call);
        return;
    }
    assert(record->calls_count < record->calls_capacity);
    memmove(&record->calls[at + 1], &record->calls[at],
            (record->calls_count - at) * sizeof *record->calls);
    record->calls[at] = *call;
    record->calls_count++;
}

int cull_record_add(struct cull_record *record, const struct cull_record_call *call,
                    struct cull_error *reterr)
{
    struct cull_record_call added = *call;

    assert(call->arch < CULL_ARCH_COUNT && call->phase < CULL_PHASE_COUNT);
    clean(added.first.comm, sizeof added.first.comm);
    clean(added.first.exe, sizeof added.first.exe);
    clean(added.first_denied.comm, sizeof added.first_denied.comm);
    clean(added.first_denied.exe, sizeof added.first_denied.exe);
    /* What the file has no place for must not be in the model either. */
    if (added.count == 0 || !cull_record_first_is_known(&added.first))
        memset(&added.first, 0, sizeof added.first);
    if (added.denied == 0 || !cull_record_first_is_known(&added.first_denied))
        memset(&added.first_denied, 0, sizeof added.first_denied);
    if (added.denied == 0)
        added.denied_result = 0;
    if (cull_array_grow(&record->calls, &record->calls_capacity, record->calls_count,
                        sizeof *record->calls) < 0)
        return cull_fail_memory(reterr);
    cull_record_add_reserved(record, &added);
    return 0;
}

/* ---- questions --------------------------------------------------------------------------------- */

bool cull_record_is_lossless(const struct cull_record *record)
{
    const struct cull_record_losses *losses = &record->losses;

    return losses->map_full == 0 && losses->missed_runs == 0 && losses->tasks_untracked == 0 &&
           losses->first_lost == 0;
}

/* The same name on two ABIs is one; a number without a name is one for itself. */
size_t cull_record_distinct(const struct cull_record *record, enum cull_phase phase)
{
    size_t distinct = 0;

    for (size_t i = 0; i < record->calls_count; i++) {
        const struct cull_record_call *call = &record->calls[i];
        bool is_new = true;
        size_t id, earlier;

        if (call->phase != phase || call->count == 0)
            continue;
        if (cull_syscall_by_nr(call->arch, call->nr, &id) == 0)
            for (size_t j = 0; j < i && is_new; j++)
                is_new = record->calls[j].phase != phase || record->calls[j].count == 0 ||
                         cull_syscall_by_nr(record->calls[j].arch, record->calls[j].nr, &earlier) <
                             0 ||
                         earlier != id;
        distinct += is_new;
    }
    return distinct;
}
