/* SPDX-License-Identifier: Apache-2.0 */
/* audit - what the parts of the audit command share. */
#ifndef SYSCULL_CLI_AUDIT_H
#define SYSCULL_CLI_AUDIT_H

#include <syscull/audit.h>
#include <syscull/trace.h>

#include "command.h"

/* Equal records in a row are one line with a count. */
struct audit_row {
    uint64_t count; /* 0: there is none */
    const struct cull_container *container;
    bool is_known;
    int64_t time_ms;
    int32_t pid;
    uint32_t audit, nr, code;
    char comm[64];
    const char *outcome;
};

struct auditing {
    const struct invocation *given;
    struct cull_audit *audit;
    struct cull_audit_who *who;
    struct cull_audit_groups *groups; /* NULL: each record is shown */
    struct cull_trace_processes *processes;
    struct cull_trace *trace; /* --denied */
    struct cull_record *denied;
    struct cull_record *record; /* what --profile-out and --raw make */
    const char *profile_path, *raw_path, *container;
    bool follow;
    uint64_t cgroups_made, look_until_ns, looked_ns; /* containers that start are met at once */
    uint64_t limit_ns, started_ns;
    int64_t since_ms, until_ms, now_ms;
    struct audit_row row;
    uint64_t records, elsewhere;      /* shown, and of other containers */
    uint64_t unknown;                 /* whose container is not known */
    const char *because;              /* of the last one of them */
    const struct cull_container *met; /* the container of the last record that was shown */
    bool headed, trouble;
    size_t time_width;
    unsigned drawn; /* lines of the group table on the terminal */
    struct cull_text out;
};

/* A point in time: "10m" (ago), "@1795469208", "2026-11-23 21:26", "21:26". 0 or STATUS_USAGE. */
int cull_audit_given_time(const struct invocation *given, const char *option, int64_t now_ms,
                          int64_t *ret_ms);
/* Open what was asked for, or what there is. */
int cull_audit_open_sources(struct auditing *auditing, struct cull_error *reterr);

/* "demo/web:app", "web", the beginning of an id, "-" for none, "?" when it is not known. */
void cull_audit_add_container(struct cull_text *text, const struct cull_container *container,
                              bool is_known);
/* "nanosleep (35)", "nanosleep (162, x86)", "number 9999 (x86_64)" */
void cull_audit_add_call(struct cull_text *text, uint32_t audit, uint32_t nr);
/* "21:26:48", with the day when that was not today. */
void cull_audit_add_time(struct cull_text *text, int64_t time_ms, int64_t now_ms);

/* Show one record; flush what waits to be shown; the end of the output. */
int cull_audit_show(struct auditing *auditing, const struct cull_audit_record *record,
                    const struct cull_audit_origin *origin, const char *source,
                    struct cull_error *reterr);
int cull_audit_flush(struct auditing *auditing, struct cull_error *reterr);
int cull_audit_show_end(struct auditing *auditing, struct cull_error *reterr);
/* The groups: drawn anew over the old ones on a terminal, or (last) printed as asked for. */
int cull_audit_draw_groups(struct auditing *auditing, bool last, struct cull_error *reterr);
/* JSON of one record, and of all sources. */
void cull_audit_add_json(struct cull_text *out, const struct cull_audit_record *record,
                         const struct cull_audit_origin *origin, const char *source);
void cull_audit_add_sources_json(struct cull_text *out, struct cull_audit *audit);

/* Denials that are never logged, seen by eBPF: what is new since the last time is shown. */
int cull_audit_open_denied(struct auditing *auditing, struct cull_error *reterr);
int cull_audit_show_denied(struct auditing *auditing, struct cull_error *reterr);

/* What was read, and what is missing, on standard error. */
void cull_audit_summarise(struct auditing *auditing);
/* Write --profile-out and --raw. */
int cull_audit_finish(struct auditing *auditing, struct cull_error *reterr);

#endif
