/* SPDX-License-Identifier: Apache-2.0 */
/* Records as they come: a line each, equal ones in a row counted. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "audit.h"

#define FLUSH_BYTES 65536

static int write_out(struct auditing *auditing, struct cull_error *reterr)
{
    struct cull_text *out = &auditing->out;
    size_t at = 0;

    if (!cull_text_ok(out))
        return cull_fail_memory(reterr);
    while (at < out->size) {
        ssize_t size = write(STDOUT_FILENO, out->data + at, out->size - at);

        if (size < 0 && errno == EINTR)
            continue;
        if (size < 0)
            return cull_fail(reterr, errno, "standard output: %s", strerror(errno));
        at += (size_t)size;
    }
    out->size = 0;
    return 0;
}

/* In characters, not in bytes. */
static void pad(struct cull_text *out, const char *cell, size_t width)
{
    const unsigned char *text = (const unsigned char *)(cell != NULL ? cell : "");
    size_t size = strlen((const char *)text), count = 0;

    for (size_t at = 0; at < size; count++) {
        size_t one = cull_utf8_size(text + at, size - at);

        at += one > 0 ? one : 1;
    }
    cull_text_append(out, (const char *)text, size);
    cull_text_add(out, "%*s", (int)(count < width ? width - count + 1 : 1), "");
}

static void add_row(struct auditing *auditing, const struct audit_row *row)
{
    cull_auto_text when = { 0 }, container = { 0 }, process = { 0 }, call = { 0 };
    struct cull_text *out = &auditing->out;

    cull_audit_add_time(&when, row->time_ms, auditing->now_ms);
    if (!auditing->headed) {
        auditing->time_width = when.size > 9 ? when.size : 9;
        cull_text_add(out, "%-*s %-20s %-20s %-20s %-31s %6s\n", (int)auditing->time_width, "TIME",
                      "CONTAINER", "PROCESS", "SYSCALL", "ACTION", "COUNT");
    }
    auditing->headed = true;
    cull_audit_add_container(&container, row->container, row->is_known);
    cull_text_add_clean(&process, row->comm);
    cull_text_add(&process, "[%d]", row->pid);
    cull_audit_add_call(&call, row->audit, row->nr);
    pad(out, when.data, auditing->time_width);
    pad(out, container.data, 20);
    pad(out, process.data, 20);
    pad(out, call.data, 20);
    pad(out, row->outcome, 31);
    cull_text_add(out, "%6llu\n", (unsigned long long)row->count);
}

int cull_audit_flush(struct auditing *auditing, struct cull_error *reterr)
{
    if (auditing->row.count > 0)
        add_row(auditing, &auditing->row);
    auditing->row.count = 0;
    return write_out(auditing, reterr);
}

static bool is_same(const struct audit_row *row, const struct cull_audit_record *record,
                    const struct cull_audit_origin *origin, const char *comm)
{
    return row->count > 0 && row->container == origin->container &&
           row->is_known == origin->is_known && row->pid == record->pid &&
           row->audit == record->audit && row->nr == record->nr && row->code == record->code &&
           strcmp(row->comm, comm) == 0;
}

static int show_row(struct auditing *auditing, const struct cull_audit_record *record,
                    const struct cull_audit_origin *origin, struct cull_error *reterr)
{
    struct audit_row *row = &auditing->row;
    char comm[64];

    cull_audit_decode(record->comm, comm, sizeof comm);
    if (is_same(row, record, origin, comm)) {
        row->count++;
        return 0;
    }
    if (row->count > 0)
        add_row(auditing, row);
    *row = (struct audit_row){
        .count = 1,
        .container = origin->container,
        .is_known = origin->is_known,
        .time_ms = record->time_ms,
        .pid = record->pid,
        .audit = record->audit,
        .nr = record->nr,
        .code = record->code,
        .outcome = cull_audit_outcome(record),
    };
    memcpy(row->comm, comm, sizeof row->comm);
    return auditing->out.size > FLUSH_BYTES ? write_out(auditing, reterr) : 0;
}

int cull_audit_show(struct auditing *auditing, const struct cull_audit_record *record,
                    const struct cull_audit_origin *origin, const char *source,
                    struct cull_error *reterr)
{
    struct cull_text *out = &auditing->out;

    if (auditing->given->output == OUTPUT_TEXT)
        return show_row(auditing, record, origin, reterr);
    if (auditing->given->output == OUTPUT_JSON)
        cull_text_add(out, "%s\n", auditing->headed ? "," : "{\"records\":[");
    auditing->headed = true;
    cull_audit_add_json(out, record, origin, source);
    if (auditing->given->output == OUTPUT_JSON_LINES)
        cull_text_add(out, "\n");
    return out->size > FLUSH_BYTES ? write_out(auditing, reterr) : 0;
}

int cull_audit_show_end(struct auditing *auditing, struct cull_error *reterr)
{
    struct cull_text *out = &auditing->out;

    if (auditing->groups != NULL)
        return cull_audit_draw_groups(auditing, true, reterr);
    if (auditing->given->output == OUTPUT_JSON) {
        cull_text_add(out, "%s\n],\"sources\":[", auditing->headed ? "" : "{\"records\":[");
        cull_audit_add_sources_json(out, auditing->audit);
        cull_text_add(out, "\n]}\n");
    }
    return cull_audit_flush(auditing, reterr);
}
