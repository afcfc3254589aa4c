/* SPDX-License-Identifier: Apache-2.0 */
/* Private to the room: reading a line from the left, and the stamps that may stand there. */
#ifndef SYSCULL_AUDIT_LINE_H
#define SYSCULL_AUDIT_LINE_H

#include <string.h>
#include <syscull/audit.h>

/* What is left of a line. */
struct cursor {
    const char *at, *end;
};

static inline size_t left(const struct cursor *cursor)
{
    return (size_t)(cursor->end - cursor->at);
}

static inline bool take(struct cursor *cursor, const char *literal)
{
    size_t size = strlen(literal);

    if (left(cursor) < size || memcmp(cursor->at, literal, size) != 0)
        return false;
    cursor->at += size;
    return true;
}

/* A number of digits digits at least one; false (and nothing is taken) when it is none or too large. */
bool cull_line_number(struct cursor *cursor, uint64_t *ret);

struct stamp {
    bool has_time;
    int64_t time_ms;
};
/* "Nov 23 21:26:48", "2026-11-23T21:26:48.123+01:00", "[ 12.345]", "[Mon Nov 23 21:26:48 2026]". */
bool cull_stamp_syslog(struct cursor *cursor, const struct cull_audit_clock *clock,
                       struct stamp *ret);
bool cull_stamp_iso(struct cursor *cursor, const struct cull_audit_clock *clock, struct stamp *ret);
bool cull_stamp_bracket(struct cursor *cursor, const struct cull_audit_clock *clock,
                        struct stamp *ret);

/* What stands before a record, and who wrote it. */
struct prefix {
    struct stamp stamp;
    bool is_foreign; /* a program's own words */
};
/* Take everything up to the record itself; false when what stands there has no form that we know. */
bool cull_prefix_take(struct cursor *cursor, const struct cull_audit_clock *clock,
                      struct prefix *ret);

/* Half a record at the end of an input: its code is not one of the kernel's, so digits may lack. */
bool cull_audit_may_be_cut(const struct cull_audit_record *record);

/* What the kernel and the log daemons say about records that are gone. */
enum gap_kind { GAP_NONE, GAP_SUPPRESSED, GAP_LOST_TOTAL, GAP_LOST, GAP_OVERRUN };
/* GAP_LOST_TOTAL: a counter since boot; the others are amounts. */
enum gap_kind cull_gap_parse(const char *line, size_t size, const struct cull_audit_clock *clock,
                             uint64_t *ret);

#endif
