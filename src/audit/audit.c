/* SPDX-License-Identifier: Apache-2.0 */
/* All sources together: the next record by time, once, and what each source had and lacks. */
#include "source.h"

#include <errno.h>
#include <poll.h>
#include <time.h>

#define MOST_SOURCES 256
#define LOOK_AGAIN_MS 100 /* at files that are followed: nobody tells when they grow */

struct cull_audit {
    struct cull_audit_options options;
    struct seen *seen;
    struct source *sources[MOST_SOURCES];
    struct cull_audit_counts counts[MOST_SOURCES]; /* as they were handed out */
    size_t count;
};

int cull_audit_new(const struct cull_audit_options *options, struct cull_audit **ret,
                   struct cull_error *reterr)
{
    struct cull_audit *audit = calloc(1, sizeof *audit);

    if (audit != NULL)
        audit->seen = cull_seen_new();
    if (audit == NULL || audit->seen == NULL) {
        free(audit);
        return cull_fail_memory(reterr);
    }
    audit->options = *options;
    *ret = audit;
    return 0;
}

static void free_source(struct source **source)
{
    if (*source == NULL)
        return;
    cull_source_close(*source);
    free(*source);
}

void cull_audit_free(struct cull_audit *audit)
{
    if (audit == NULL)
        return;
    for (size_t i = 0; i < audit->count; i++)
        free_source(&audit->sources[i]);
    cull_seen_free(audit->seen);
    free(audit);
}

/* ---- adding --------------------------------------------------------------------------------------- */

static int new_source(struct cull_audit *audit, enum cull_audit_source kind, const char *name,
                      struct source **ret, struct cull_error *reterr)
{
    struct source *source;

    if (audit->count == MOST_SOURCES)
        return cull_fail(reterr, E2BIG, "%s: more than %d sources at once", name, MOST_SOURCES);
    source = calloc(1, sizeof *source);
    if (source == NULL)
        return cull_fail_memory(reterr);
    source->fd = -1;
    source->name = strdup(name);
    source->data = malloc(BUFFER_BYTES);
    if (source->name == NULL || source->data == NULL) {
        free_source(&source);
        return cull_fail_memory(reterr);
    }
    source->counts.name = source->name;
    source->counts.source = kind;
    source->follows = audit->options.follow;
    *ret = source;
    return 0;
}

#define auto_source __attribute__((cleanup(free_source))) struct source

int cull_audit_add_file(struct cull_audit *audit, const char *path, bool from_start,
                        struct cull_error *reterr)
{
    auto_source *source = NULL;
    int r = new_source(audit, CULL_AUDIT_FILE, path, &source, reterr);

    if (r < 0)
        return r;
    r = cull_source_file(source, path, audit->options.follow, from_start, &audit->options.clock,
                         reterr);
    if (r < 0)
        return r;
    audit->sources[audit->count++] = TAKE(source);
    return 0;
}

int cull_audit_add_kmsg(struct cull_audit *audit, bool from_start, struct cull_error *reterr)
{
    auto_source *source = NULL;
    int r = new_source(audit, CULL_AUDIT_KMSG, "/dev/kmsg", &source, reterr);

    if (r < 0)
        return r;
    r = cull_source_kmsg(source, from_start, reterr);
    if (r < 0)
        return r;
    audit->sources[audit->count++] = TAKE(source);
    return 0;
}

int cull_audit_add_netlink(struct cull_audit *audit, struct cull_error *reterr)
{
    auto_source *source = NULL;
    int r = new_source(audit, CULL_AUDIT_NETLINK, "netlink", &source, reterr);

    if (r < 0)
        return r;
    r = cull_source_netlink(source, reterr);
    if (r < 0)
        return r;
    audit->sources[audit->count++] = TAKE(source);
    return 0;
}

int cull_audit_add_journal(struct cull_audit *audit, const char *path, bool from_start,
                           struct cull_error *reterr)
{
    auto_source *source = NULL;
    int r = new_source(audit, CULL_AUDIT_JOURNAL, "journal", &source, reterr);

    if (r < 0)
        return r;
    r = cull_source_journal(source, path, audit->options.follow, from_start,
                            audit->options.since_ms, reterr);
    if (r < 0)
        return r;
    audit->sources[audit->count++] = TAKE(source);
    return 0;
}

/* ---- reading -------------------------------------------------------------------------------------- */

static void note_gap(struct source *source, enum gap_kind kind, uint64_t amount)
{
    switch (kind) {
    case GAP_SUPPRESSED:
        source->counts.suppressed += amount;
        break;
    case GAP_OVERRUN:
        source->counts.overrun += amount;
        break;
    case GAP_LOST:
        source->counts.lost += amount;
        break;
    case GAP_LOST_TOTAL: /* grows since boot; the first is news in itself */
        source->counts.lost += amount > source->lost_total ? amount - source->lost_total : amount;
        source->lost_total = amount;
        break;
    case GAP_NONE:
        break;
    }
}

static bool is_outside(const struct cull_audit_options *options,
                       const struct cull_audit_record *record)
{
    if (!(record->has & CULL_AUDIT_TIME))
        return false;
    return (options->since_ms != 0 && record->time_ms < options->since_ms) ||
           (options->until_ms != 0 && record->time_ms > options->until_ms);
}

/* One line of a source: true if it is a record that is to be handed on. */
static bool take_line(struct cull_audit *audit, struct source *source, struct cull_audit_span line)
{
    struct cull_audit_counts *counts = &source->counts;
    struct cull_audit_record *record = &source->head;
    enum gap_kind gap;
    uint64_t amount = 0;
    int r;

    r = cull_audit_parse(line.data, line.size, &audit->options.clock, record);
    if (r == 0 && source->is_cut && cull_audit_may_be_cut(record))
        r = -EBADMSG;
    if (r == -ENOMSG) {
        gap = cull_gap_parse(line.data, line.size, &audit->options.clock, &amount);
        note_gap(source, gap, amount);
        return false;
    }
    if (r == -EBADMSG && counts->broken++ == 0)
        counts->first_broken = counts->bytes - (source->end - (size_t)(line.data - source->data));
    if (r == -EPERM && counts->foreign++ == 0)
        counts->first_foreign = counts->bytes - (source->end - (size_t)(line.data - source->data));
    if (r < 0)
        return false;
    source->counts.is_log = true;
    /* The netlink source sees the serial numbers of all kinds of records, not of seccomp's alone. */
    if ((record->has & CULL_AUDIT_SERIAL) && counts->source != CULL_AUDIT_NETLINK)
        cull_serials_add(&source->serials, record->serial);
    if (is_outside(&audit->options, record)) {
        counts->outside++;
        return false;
    }
    if (cull_seen_add(audit->seen, record)) {
        counts->duplicates++;
        return false;
    }
    if (record->has & CULL_AUDIT_TIME)
        source->last_ms = record->time_ms;
    return true;
}

/* 1 if it has one, 0 if not (now), or an error. */
static int want_head(struct cull_audit *audit, struct source *source, struct cull_error *reterr)
{
    struct cull_audit_span line;
    int r = 0;

    if (source->is_broken)
        return 0;
    while (!source->has_head && (r = cull_source_line(source, &line, reterr)) > 0)
        source->has_head = take_line(audit, source, line);
    if (r < 0)
        source->is_broken = source->ended = true; /* said once; the others go on */
    return r < 0 ? r : source->has_head;
}

static int64_t now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Until something may have come; files cannot be waited for. */
static void wait_for_more(struct cull_audit *audit, int timeout_ms)
{
    struct pollfd fds[MOST_SOURCES];
    nfds_t count = 0;

    for (size_t i = 0; i < audit->count; i++) {
        const struct source *source = audit->sources[i];

        if (source->ended || source->fd < 0)
            continue;
        if (source->is_regular)
            timeout_ms = timeout_ms < 0 || timeout_ms > LOOK_AGAIN_MS ? LOOK_AGAIN_MS : timeout_ms;
        else
            fds[count++] = (struct pollfd){ .fd = source->fd, .events = POLLIN };
    }
    poll(fds, count, timeout_ms);
}

int cull_audit_next(struct cull_audit *audit, int timeout_ms, struct cull_audit_record *ret,
                    size_t *ret_source, struct cull_error *reterr)
{
    int64_t deadline = now_ms() + timeout_ms;

    for (;;) {
        struct source *first = NULL;
        bool alive = false;

        for (size_t i = 0; i < audit->count; i++) {
            struct source *source = audit->sources[i];
            int r = want_head(audit, source, reterr);

            if (r < 0)
                return r;
            alive = alive || !source->ended;
            if (r > 0 && (first == NULL || source->last_ms < first->last_ms)) {
                first = source;
                *ret_source = i;
            }
        }
        if (first != NULL) {
            first->has_head = false;
            first->counts.records++;
            *ret = first->head;
            return 1;
        }
        if (!alive || (!audit->options.follow) || (timeout_ms >= 0 && now_ms() >= deadline))
            return 0;
        wait_for_more(audit, timeout_ms < 0 ? -1 : (int)(deadline - now_ms()));
    }
}

size_t cull_audit_counts(struct cull_audit *audit, const struct cull_audit_counts **ret)
{
    for (size_t i = 0; i < audit->count; i++) {
        cull_source_count(audit->sources[i]);
        audit->counts[i] = audit->sources[i]->counts;
    }
    *ret = audit->counts;
    return audit->count;
}

const struct cull_audit_counts *cull_audit_source_counts(const struct cull_audit *audit,
                                                         size_t source)
{
    return &audit->sources[source]->counts;
}

bool cull_audit_has_ended(const struct cull_audit *audit)
{
    for (size_t i = 0; i < audit->count; i++)
        if (!audit->sources[i]->ended)
            return false;
    return true;
}
