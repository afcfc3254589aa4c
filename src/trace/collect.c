/* SPDX-License-Identifier: Apache-2.0 */
/* Read what the kernel half has learnt into a recording. */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/bpf.h>
#include <string.h>

#include "session.h"

static int fail_map(struct cull_error *reterr, int code)
{
    return cull_fail(reterr, code, "reading the recorder's tables: %s", strerror(code));
}

/* The kernel's idea of an ABI and ours: what a machine of this kind can run. */
static enum cull_arch arch_of(uint32_t abi)
{
    enum cull_arch native = cull_arch_native();

    if (abi == ABI_X32)
        return CULL_ARCH_X32;
    if (abi == ABI_COMPAT)
        return native == CULL_ARCH_AARCH64 ? CULL_ARCH_ARM : CULL_ARCH_X86;
    return native;
}

static enum cull_phase phase_of(uint32_t set)
{
    return set % SETS_PER_SUBJECT == SET_RUNTIME ? CULL_PHASE_RUNTIME : CULL_PHASE_APP;
}

static bool is_of_subject(const struct cull_trace *trace, const struct call_key *key)
{
    return key->set / SETS_PER_SUBJECT == trace->subject;
}

static void set_first(const struct cull_trace *trace, const struct first_caller *from,
                      struct cull_first *ret)
{
    memcpy(ret->comm, from->comm, sizeof ret->comm);
    ret->comm[sizeof ret->comm - 1] = '\0';
    memcpy(ret->exe, from->exe, sizeof ret->exe);
    ret->exe[sizeof ret->exe - 1] = '\0';
    ret->pid = from->pid;
    ret->time_ns = from->time_ns > trace->started_ns ? from->time_ns - trace->started_ns : 0;
}

static int add_slot(struct cull_trace *trace, struct cull_record *record, struct call_key *key,
                    uint64_t count, struct cull_error *reterr)
{
    struct cull_record_call call = {
        .arch = arch_of(key->abi),
        .phase = phase_of(key->set),
        .nr = key->nr,
        .count = count,
    };
    struct first_caller first;

    if (bpf_map_lookup_elem(bpf_map__fd(trace->skeleton->maps.firsts), key, &first) == 0)
        set_first(trace, &first, &call.first);
    return cull_record_add(record, &call, reterr);
}

/* Sum one set over all processors. */
static int collect_set(struct cull_trace *trace, struct cull_record *record, uint32_t set,
                       struct cull_error *reterr)
{
    cull_auto_memory struct call_set *tables = calloc((size_t)trace->cpus, sizeof *tables);
    int r = 0;

    if (tables == NULL)
        return cull_fail_memory(reterr);
    if (bpf_map_lookup_elem(bpf_map__fd(trace->skeleton->maps.calls), &set, tables) < 0)
        return fail_map(reterr, errno);
    for (uint32_t index = 0; index < ABI_COUNT * SLOTS && r == 0; index++) {
        struct call_key key = { .set = set, .abi = index / SLOTS, .nr = index % SLOTS };
        uint64_t count = 0;

        for (int cpu = 0; cpu < trace->cpus; cpu++)
            count += tables[cpu].count[index];
        if (key.abi == ABI_X32)
            key.nr |= CULL_X32_BIT;
        if (count > 0)
            r = add_slot(trace, record, &key, count, reterr);
    }
    return r;
}

/* Calls that were in flight when we came, and numbers that have no slot. */
static int collect_rest(struct cull_trace *trace, struct cull_record *record,
                        struct cull_error *reterr)
{
    int map = bpf_map__fd(trace->skeleton->maps.firsts), r = 0;
    struct call_key key, *previous = NULL;
    struct first_caller first;

    while (r == 0 && bpf_map_get_next_key(map, previous, &key) == 0) {
        struct cull_record_call call = {
            .arch = arch_of(key.abi),
            .phase = phase_of(key.set),
            .nr = key.nr,
        };

        previous = &key;
        if (!is_of_subject(trace, &key) || bpf_map_lookup_elem(map, &key, &first) < 0 ||
            (!first.in_flight && first.count == 0))
            continue;
        call.in_flight = first.in_flight != 0;
        call.count = first.count > 0 ? first.count : 1;
        set_first(trace, &first, &call.first);
        r = cull_record_add(record, &call, reterr);
    }
    return r;
}

static int collect_denied(struct cull_trace *trace, struct cull_record *record,
                          struct cull_error *reterr)
{
    int map = bpf_map__fd(trace->skeleton->maps.denied), r = 0;
    struct call_key key, *previous = NULL;
    struct denied_call denied;

    while (r == 0 && bpf_map_get_next_key(map, previous, &key) == 0) {
        struct cull_record_call call = {
            .arch = arch_of(key.abi),
            .phase = phase_of(key.set),
            .nr = key.nr,
        };

        previous = &key;
        if (!is_of_subject(trace, &key) || bpf_map_lookup_elem(map, &key, &denied) < 0)
            continue;
        call.denied = denied.count;
        call.denied_result = (int32_t)denied.result;
        set_first(trace, &denied.first, &call.first_denied);
        r = cull_record_add(record, &call, reterr);
    }
    return r;
}

/* Times that the kernel did not run a program because it ran already on that processor. */
static uint64_t missed_runs(struct cull_trace *trace)
{
    struct bpf_program *program;
    uint64_t missed = 0;

    bpf_object__for_each_program(program, trace->skeleton->obj)
    {
        struct bpf_prog_info info = { 0 };
        uint32_t size = sizeof info;

        if (bpf_obj_get_info_by_fd(bpf_program__fd(program), &info, &size) == 0)
            missed += info.recursion_misses;
    }
    return missed;
}

int cull_trace_collect(struct cull_trace *trace, struct cull_record *record,
                       struct cull_error *reterr)
{
    const volatile struct subject_state *subject = &trace->skeleton->bss->subjects[trace->subject];
    int r = 0;

    record->calls_count = 0;
    for (uint32_t kind = 0; kind < SETS_PER_SUBJECT && r == 0; kind++)
        r = collect_set(trace, record, trace->subject * SETS_PER_SUBJECT + kind, reterr);
    if (r == 0)
        r = collect_rest(trace, record, reterr);
    if (r == 0)
        r = collect_denied(trace, record, reterr);
    if (r < 0)
        return r;
    record->tasks = subject->tasks;
    record->start_seen = trace->start_seen || subject->starts > 0;
    record->filter_in_force = trace->filter_in_force;
    record->runtime_seen = subject->runtime_seen > 0;
    record->duration_ns = cull_trace_now_ns() - trace->started_ns;
    record->losses.map_full = subject->map_full;
    record->losses.tasks_untracked = subject->tasks_untracked;
    record->losses.first_lost = subject->first_lost;
    record->losses.missed_runs = missed_runs(trace);
    return 0;
}
