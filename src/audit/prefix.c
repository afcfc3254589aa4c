/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What stands before a record.  It is read from the left, strictly: anybody may have a line like
 *     Nov 23 21:26:48 host app[7]: audit: type=1326 audit(...): ...
 * written by syslog, and only what stands at the left of his own words is out of his reach.
 */
#include "line.h"

/* Who may speak for the kernel: its own log, auditd and its dispatcher, journald's own tag. */
static const char *const speakers[] = { "kernel",  "audit",         "auditd",
                                        "audispd", "audisp-syslog", "audisp-remote" };

static void skip_blanks(struct cursor *cursor)
{
    while (left(cursor) > 0 && *cursor->at == ' ')
        cursor->at++;
}

/* A word up to the next blank, which is taken, too. */
static bool take_word(struct cursor *cursor, struct cull_audit_span *ret)
{
    const char *blank = memchr(cursor->at, ' ', left(cursor));

    if (blank == NULL || blank == cursor->at)
        return false;
    *ret = (struct cull_audit_span){ cursor->at, (size_t)(blank - cursor->at) };
    cursor->at = blank;
    skip_blanks(cursor);
    return true;
}

/* "kernel:", "audit[2854]:" */
static bool is_speaker(struct cull_audit_span tag)
{
    const char *bracket;

    if (tag.size > 0 && tag.data[tag.size - 1] == ':')
        tag.size--;
    bracket = memchr(tag.data, '[', tag.size);
    if (bracket != NULL)
        tag.size = (size_t)(bracket - tag.data);
    for (size_t i = 0; i < sizeof speakers / sizeof *speakers; i++)
        if (tag.size == strlen(speakers[i]) && memcmp(tag.data, speakers[i], tag.size) == 0)
            return true;
    return false;
}

/* "audit: type=1326 ..." after a stamp without host and tag: dmesg's, not syslog's. */
static bool is_at_body(const struct cursor *cursor)
{
    struct cursor try = *cursor;

    return take(&try, "audit: type=") || take(&try, "type=") || take(&try, "node=") ||
           take(&try, "kauditd_printk_skb: ") || take(&try, "audit_printk_skb: ") ||
           take(&try, "audit: audit_");
}

/* "5,472,1362156876,-;" and what else the kernel may put before the semicolon. */
static bool take_kmsg(struct cursor *cursor, struct prefix *ret)
{
    struct cursor try = *cursor;
    uint64_t priority, number;
    const char *end;

    if (!cull_line_number(&try, &priority) || !take(&try, ",") ||
        !cull_line_number(&try, &number) || !take(&try, ",") || !cull_line_number(&try, &number) ||
        !take(&try, ","))
        return false;
    end = memchr(try.at, ';', left(&try));
    if (end == NULL || end - try.at > 64)
        return false;
    ret->is_foreign = priority >> 3 != 0; /* a program wrote it to /dev/kmsg */
    cursor->at = end + 1;
    return true;
}

/* dmesg -x: "kern  :notice: " */
static bool take_decoded(struct cursor *cursor, struct prefix *ret)
{
    static const char *const levels[] = { "emerg", "alert",  "crit", "err",
                                          "warn",  "notice", "info", "debug" };
    struct cursor try = *cursor;
    bool kernel = take(&try, "kern");

    while (!kernel && left(&try) > 0 &&
           ((*try.at >= 'a' && *try.at <= 'z') || (*try.at >= '0' && *try.at <= '9')))
        try.at++;
    skip_blanks(&try);
    if (try.at == cursor->at || !take(&try, ":"))
        return false;
    for (size_t i = 0; i < sizeof levels / sizeof *levels; i++) {
        if (!take(&try, levels[i]))
            continue;
        skip_blanks(&try);
        if (!take(&try, ":"))
            return false;
        skip_blanks(&try);
        ret->is_foreign = !kernel;
        *cursor = try;
        return true;
    }
    return false;
}

/* After RFC 5424's stamp: HOST APP PROCID MSGID SD MSG. */
static bool take_modern(struct cursor *cursor, struct prefix *ret)
{
    struct cull_audit_span host, app, procid, msgid;

    if (!take_word(cursor, &host) || !take_word(cursor, &app) || !take_word(cursor, &procid) ||
        !take_word(cursor, &msgid))
        return false;
    if (!take(cursor, "-")) {
        while (left(cursor) > 0 && *cursor->at == '[') {
            const char *end = memchr(cursor->at, ']', left(cursor));

            if (end == NULL)
                return false;
            cursor->at = end + 1;
        }
    }
    skip_blanks(cursor);
    take(cursor, "\xef\xbb\xbf");
    ret->is_foreign = !is_speaker(app);
    return true;
}

/* After the stamp of the older form: HOST TAG: */
static bool take_host_and_tag(struct cursor *cursor, struct prefix *ret)
{
    struct cull_audit_span host, tag;

    if (!take_word(cursor, &host) || !take_word(cursor, &tag))
        return false;
    /* A host that is called "kernel:" is a line without host. */
    if (host.data[host.size - 1] == ':') {
        ret->is_foreign = !is_speaker(host);
        cursor->at = tag.data;
        return true;
    }
    if (tag.data[tag.size - 1] != ':')
        return false;
    ret->is_foreign = !is_speaker(tag);
    return true;
}

static bool take_prefix(struct cursor *cursor, const struct cull_audit_clock *clock,
                        struct prefix *ret)
{
    struct cursor version;
    uint64_t priority;
    bool modern, decoded;

    if (take_kmsg(cursor, ret))
        return true;
    if (take(cursor, "<") && (!cull_line_number(cursor, &priority) || !take(cursor, ">")))
        return false;
    decoded = take_decoded(cursor, ret);
    if (cull_stamp_bracket(cursor, clock, &ret->stamp)) {
        skip_blanks(cursor);
        return true;
    }
    version = *cursor;
    modern = !decoded && take(&version, "1 ") && cull_stamp_iso(&version, clock, &ret->stamp);
    if (modern)
        *cursor = version;
    else if (!cull_stamp_iso(cursor, clock, &ret->stamp) &&
             !cull_stamp_syslog(cursor, clock, &ret->stamp))
        return is_at_body(cursor) || (left(cursor) > 6 && memcmp(cursor->at, "audit(", 6) == 0);
    skip_blanks(cursor);
    if (!modern && is_at_body(cursor))
        return true;
    if (modern ? !take_modern(cursor, ret) : !take_host_and_tag(cursor, ret))
        return false;
    if (cull_stamp_bracket(cursor, clock, &(struct stamp){ 0 }))
        skip_blanks(cursor);
    return true;
}

bool cull_prefix_take(struct cursor *cursor, const struct cull_audit_clock *clock,
                      struct prefix *ret)
{
    struct cursor try = *cursor;
    const char *colon, *blank;

    *ret = (struct prefix){ 0 };
    if (take_prefix(&try, clock, ret)) {
        *cursor = try;
        return true;
    }
    /* grep's "FILE:" or "FILE:LINE:" in front. */
    blank = memchr(cursor->at, ' ', left(cursor));
    colon = memchr(cursor->at, ':', blank != NULL ? (size_t)(blank - cursor->at) : left(cursor));
    for (int i = 0; i < 2 && colon != NULL; i++) {
        try.at = colon + 1;
        *ret = (struct prefix){ 0 };
        if (take_prefix(&try, clock, ret)) {
            *cursor = try;
            return true;
        }
        colon = memchr(colon + 1, ':',
                       blank != NULL && blank > colon ? (size_t)(blank - colon - 1) : 0);
    }
    return false;
}
