/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is said about records that are gone.
 *   kauditd_printk_skb: 225 callbacks suppressed          (audit_printk_skb before Linux 4.10)
 *   audit: audit_lost=35 audit_rate_limit=0 audit_backlog_limit=64        (kernel/audit.c)
 *   rsyslogd: imklog: 27 messages lost due to rate-limiting (20000 allowed within 5 seconds)
 *   systemd-journald[120]: Missed 234 kernel messages
 */
#include "line.h"

/* The number that ends right before at. */
static bool number_before(const char *start, const char *at, uint64_t *ret)
{
    const char *first = at;

    while (first > start && first[-1] >= '0' && first[-1] <= '9')
        first--;
    return cull_line_number(&(struct cursor){ first, at }, ret);
}

static const char *find(const struct cursor *cursor, const char *needle)
{
    return memmem(cursor->at, left(cursor), needle, strlen(needle));
}

static bool is_said_by(const char *line, size_t size, const char *tag)
{
    return memmem(line, size, tag, strlen(tag)) != NULL;
}

enum gap_kind cull_gap_parse(const char *line, size_t size, const struct cull_audit_clock *clock,
                             uint64_t *ret)
{
    struct cursor cursor = { line, line + size };
    struct prefix prefix;
    const char *at;

    at = find(&cursor, " messages lost due to rate-limiting");
    if (at != NULL)
        return is_said_by(line, size, " rsyslogd") && is_said_by(line, size, "imklog") &&
                       number_before(line, at, ret)
                   ? GAP_LOST
                   : GAP_NONE;
    at = find(&cursor, " kernel messages");
    if (at != NULL)
        return is_said_by(line, size, " systemd-journald[") && is_said_by(line, size, "Missed ") &&
                       number_before(line, at, ret)
                   ? GAP_OVERRUN
                   : GAP_NONE;
    if (!cull_prefix_take(&cursor, clock, &prefix) || prefix.is_foreign)
        return GAP_NONE;
    if (take(&cursor, "kauditd_printk_skb: ") || take(&cursor, "audit_printk_skb: "))
        return cull_line_number(&cursor, ret) && take(&cursor, " callbacks suppressed")
                   ? GAP_SUPPRESSED
                   : GAP_NONE;
    if (take(&cursor, "audit: audit_lost=") && cull_line_number(&cursor, ret))
        return GAP_LOST_TOTAL;
    return GAP_NONE;
}
