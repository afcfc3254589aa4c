/* SPDX-License-Identifier: Apache-2.0 */
#include <syscull/document.h>
#include <syscull/record.h>

#include "record.h"

const char *const cull_record_phase_names[CULL_PHASE_COUNT] = {
    [CULL_PHASE_RUNTIME] = "runtime",
    [CULL_PHASE_APP] = "app",
};
const char *const cull_record_subject_names[CULL_SUBJECT_KINDS] = {
    [CULL_SUBJECT_COMMAND] = "command",
    [CULL_SUBJECT_CONTAINER] = "container",
};

/* What is not known is left out, so that nobody takes "" or 0 for a fact. */
static void add_known(struct cull_json *json, const char *key, const char *value)
{
    if (value != NULL)
        cull_json_string(json, key, value);
}

static void add_first(struct cull_json *json, const char *key, const struct cull_first *first)
{
    if (!cull_record_first_is_known(first))
        return;
    cull_json_map(json, key);
    cull_json_string(json, "comm", first->comm);
    if (first->exe[0] != '\0')
        cull_json_string(json, "exe", first->exe);
    cull_json_i64(json, "pid", first->pid);
    cull_json_u64(json, "timeNs", first->time_ns);
    cull_json_end(json);
}

/* One line each: a recording is read by people, compared with diff and searched with grep. */
static void add_call(struct cull_json *json, const struct cull_record_call *call)
{
    size_t id;

    cull_json_map(json, NULL);
    json->compact = true;
    cull_json_u64(json, "nr", call->nr);
    if (cull_syscall_by_nr(call->arch, call->nr, &id) == 0)
        cull_json_string(json, "name", cull_syscall_info(id)->name);
    if (call->count > 0)
        cull_json_u64(json, "count", call->count);
    if (call->in_flight)
        cull_json_bool(json, "inFlight", true);
    add_first(json, "first", &call->first);
    if (call->denied > 0) {
        cull_json_u64(json, "denied", call->denied);
        cull_json_i64(json, "deniedResult", call->denied_result);
        add_first(json, "firstDenied", &call->first_denied);
    }
    cull_json_end(json);
    json->compact = false;
}

/* The calls of one ABI, from *at on. */
static void add_arch(struct cull_json *json, const struct cull_record *record, size_t *at)
{
    enum cull_arch arch = record->calls[*at].arch;
    size_t end = *at;

    while (end < record->calls_count && record->calls[end].arch == arch)
        end++;
    cull_json_map(json, cull_arch_info(arch)->name);
    for (unsigned phase = 0; phase < CULL_PHASE_COUNT; phase++) {
        cull_json_list(json, cull_record_phase_names[phase]);
        for (size_t i = *at; i < end; i++)
            if (record->calls[i].phase == phase)
                add_call(json, &record->calls[i]);
        cull_json_end(json);
    }
    cull_json_end(json);
    *at = end;
}

static void add_subject(struct cull_json *json, const struct cull_record *record)
{
    cull_json_map(json, "subject");
    cull_json_string(json, "kind", cull_record_subject_names[record->subject]);
    add_known(json, "name", record->name);
    add_known(json, "engine", record->engine);
    add_known(json, "containerId", record->container_id);
    add_known(json, "image", record->image);
    add_known(json, "runtime", record->runtime);
    cull_json_end(json);
    cull_json_map(json, "machine");
    add_known(json, "arch", record->machine);
    add_known(json, "kernel", record->kernel);
    cull_json_end(json);
}

static void add_evidence(struct cull_json *json, const struct cull_record *record)
{
    cull_json_map(json, "evidence");
    cull_json_bool(json, "startSeen", record->start_seen);
    cull_json_bool(json, "runtimeSeen", record->runtime_seen);
    cull_json_bool(json, "filterInForce", record->filter_in_force);
    cull_json_end(json);
    cull_json_map(json, "losses");
    cull_json_u64(json, "mapFull", record->losses.map_full);
    cull_json_u64(json, "missedRuns", record->losses.missed_runs);
    cull_json_u64(json, "tasksUntracked", record->losses.tasks_untracked);
    cull_json_u64(json, "firstLost", record->losses.first_lost);
    cull_json_end(json);
}

int cull_record_print(const struct cull_record *record, struct cull_text *out,
                      struct cull_error *reterr)
{
    struct cull_json json;

    cull_json_start(&json, out, false);
    cull_json_map(&json, NULL);
    cull_json_u64(&json, "syscullRecording", RECORD_VERSION);
    add_known(&json, "tool", record->tool);
    add_subject(&json, record);
    cull_json_i64(&json, "startedAt", record->started_at);
    cull_json_u64(&json, "durationNs", record->duration_ns);
    cull_json_u64(&json, "runs", record->runs);
    cull_json_u64(&json, "tasks", record->tasks);
    add_known(&json, "ended", record->ended);
    add_evidence(&json, record);
    cull_json_map(&json, "calls");
    for (size_t at = 0; at < record->calls_count;)
        add_arch(&json, record, &at);
    cull_json_end(&json);
    cull_json_end(&json);
    return cull_text_ok(out) ? 0 : cull_fail_memory(reterr);
}
