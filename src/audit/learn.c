/* SPDX-License-Identifier: Apache-2.0 */
/* Records -> a recording, as the eBPF recorder would have made it. */
#include <syscull/audit.h>

#include <errno.h>
#include <string.h>

/* The runtime's own calls between loading the filter and execve: they are confined by it, too.  Both
 * execute themselves from a sealed copy that is on no file system, so that their path is "/". */
static bool is_runtime(const char *comm, const char *exe)
{
    return strncmp(comm, "runc:[", 6) == 0 || (strcmp(comm, "crun") == 0 && strcmp(exe, "/") == 0);
}

static int32_t result_of(const struct cull_audit_record *record)
{
    enum cull_action action;

    if (cull_action_by_value(record->code, &action) < 0)
        return (int32_t)record->nr;
    switch (action) {
    case CULL_ACT_ERRNO:
        return -EPERM;
    case CULL_ACT_NOTIFY:
    case CULL_ACT_TRACE:
        return -ENOSYS;
    default:
        return (int32_t)record->nr;
    }
}

int cull_audit_learn(struct cull_record *into, const struct cull_audit_record *record,
                     struct cull_error *reterr)
{
    struct cull_record_call call = { .nr = record->nr, .phase = CULL_PHASE_APP };
    struct cull_first first = { .pid = record->pid };
    int64_t since_ms = record->time_ms - into->started_at * 1000;

    if (cull_audit_arch(record, &call.arch) < 0) {
        into->losses.map_full++;
        return 0;
    }
    cull_audit_decode(record->comm, first.comm, sizeof first.comm);
    cull_audit_decode(record->exe, first.exe, sizeof first.exe);
    if ((record->has & CULL_AUDIT_TIME) && since_ms > 0)
        first.time_ns = (uint64_t)since_ms * 1000000;
    if (is_runtime(first.comm, first.exe))
        call.phase = CULL_PHASE_RUNTIME;
    if (strcmp(cull_audit_outcome_word(record), "allowed") == 0) {
        call.count = 1;
        call.first = first;
    } else {
        call.denied = 1;
        call.denied_result = result_of(record);
        call.first_denied = first;
    }
    return cull_record_add(into, &call, reterr);
}
