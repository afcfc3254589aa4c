/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Denials that no log has: an errno without SECCOMP_FILTER_FLAG_LOG is never written down.  The recorder sees
 * them, with their errno; what is new since the last look becomes a line, marked as not being a record.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "audit.h"

int cull_audit_open_denied(struct auditing *auditing, struct cull_error *reterr)
{
    cull_auto(container) container = NULL;
    int r;

    if (auditing->container == NULL || !auditing->follow)
        return cull_say_usage(auditing->given->command,
                              "--denied watches one container: add --follow --container NAME");
    r = cull_container_find(auditing->container, &container, reterr);
    if (r == 0)
        r = cull_trace_open(&auditing->trace, reterr);
    if (r == 0)
        r = cull_trace_follow_container(auditing->trace, container, reterr);
    if (r == 0)
        r = cull_record_new(&auditing->denied, reterr);
    return r;
}

/* How often it was denied when we looked last. */
static uint64_t before(const struct cull_record *record, const struct cull_record_call *call)
{
    for (size_t i = 0; i < record->calls_count; i++) {
        const struct cull_record_call *old = &record->calls[i];

        if (old->arch == call->arch && old->nr == call->nr && old->phase == call->phase)
            return old->denied;
    }
    return 0;
}

static void add_line(struct auditing *auditing, const struct cull_record_call *call, uint64_t count)
{
    const char *error = call->denied_result < 0 ? cull_errno_name((unsigned)-call->denied_result)
                                                : NULL;
    cull_auto_text process = { 0 }, name = { 0 }, when = { 0 }, outcome = { 0 };
    int64_t now_ms = (int64_t)time(NULL) * 1000;

    cull_audit_add_time(&when, now_ms, now_ms);
    cull_text_add_clean(&process, call->first_denied.comm);
    cull_text_add(&process, "[%d]", call->first_denied.pid);
    cull_audit_add_call(&name, cull_arch_info(call->arch)->audit, call->nr);
    cull_text_add(&outcome, "denied %s (seen by eBPF, not logged)", error != NULL ? error : "");
    if (auditing->given->output == OUTPUT_TEXT) {
        cull_text_add(&auditing->out, "%-9s %-20s %-20s %-20s %-31s %6llu\n", when.data,
                      auditing->container, process.data, name.data, outcome.data,
                      (unsigned long long)count);
        return;
    }
    cull_say("%s: %s %s: %llu", auditing->container, name.data, outcome.data,
             (unsigned long long)count);
}

int cull_audit_show_denied(struct auditing *auditing, struct cull_error *reterr)
{
    cull_auto(record) now = NULL;
    int r;

    r = cull_record_new(&now, reterr);
    if (r == 0)
        r = cull_trace_collect(auditing->trace, now, reterr);
    for (size_t i = 0; r == 0 && i < now->calls_count; i++) {
        const struct cull_record_call *call = &now->calls[i];
        uint64_t old = before(auditing->denied, call);

        if (call->denied > old)
            add_line(auditing, call, call->denied - old);
    }
    if (r < 0)
        return r;
    cull_record_free(auditing->denied);
    auditing->denied = TAKE(now);
    return cull_audit_flush(auditing, reterr);
}
