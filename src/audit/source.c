/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From bytes to the few lines that matter.  A log is mostly about other things: the buffer is searched
 * for what such lines must hold, and only around a hit for the ends of its line.
 */
#include "source.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

/* What a line of interest holds: records by number and by name, and what is said about lost ones. */
static const struct {
    const char *text;
    size_t size;
} needles[NEEDLES] = {
#define NEEDLE(text)           \
    {                          \
        text, sizeof(text) - 1 \
    }
    NEEDLE("type=1326"),
    NEEDLE("SECCOMP "),
    NEEDLE("_printk_skb"),
    NEEDLE("audit_lost="),
    NEEDLE("lost due to rate-limiting"),
    NEEDLE(" kernel messages"),
#undef NEEDLE
};

void cull_source_rewind(struct source *source)
{
    source->start = source->limit = source->end = 0;
    memset(source->found, 0, sizeof source->found);
    source->in_long_line = source->is_cut = false;
}

void cull_source_close(struct source *source)
{
    if (source->child > 0) {
        kill(source->child, SIGTERM);
        waitpid(source->child, NULL, 0);
    }
    cull_close_fd(&source->fd);
    cull_unpack_free(source->unpack);
    cull_journal_free(source->journal);
    free(source->data);
    free(source->name);
}

/* Make room behind what is not yet a complete line. */
static void move_up(struct source *source)
{
    size_t rest = source->end - source->limit;

    if (source->limit > 0 && rest > 0)
        memmove(source->data, source->data + source->limit, rest);
    source->start = source->limit = 0;
    source->end = rest;
    memset(source->found, 0, sizeof source->found);
    if (rest == BUFFER_BYTES) { /* no record is that long */
        source->end = 0;
        source->in_long_line = true;
    }
}

/* After new bytes: how far do complete lines go? */
static void find_limit(struct source *source, size_t added)
{
    const char *from = source->data + source->end - added;
    const char *last = memrchr(from, '\n', added);

    if (last == NULL)
        return;
    source->limit = (size_t)(last - source->data) + 1;
    if (source->in_long_line) {
        source->start = (size_t)((char *)memchr(source->data, '\n', source->end) - source->data) +
                        1;
        source->in_long_line = false;
    }
}

/* > 0: there is something new; 0: nothing now. */
static int fill(struct source *source, struct cull_error *reterr)
{
    ssize_t size;

    move_up(source);
    size = source->read(source, source->data + source->end, BUFFER_BYTES - source->end, reterr);
    if (size < 0)
        return (int)size;
    source->may_be_more = size > 0;
    if (size > 0) {
        source->counts.bytes += (uint64_t)size;
        source->end += (size_t)size;
        find_limit(source, (size_t)size);
        return 1;
    }
    if (source->ended && source->end > 0 && !source->in_long_line) {
        source->limit = source->end; /* a last line without its end */
        source->is_cut = true;
        return 1;
    }
    return 0;
}

/* Where the next needle is at or after start, or limit. */
static size_t search(struct source *source)
{
    size_t nearest = source->limit;

    for (size_t i = 0; i < NEEDLES; i++) {
        if (source->found[i] <= source->start) {
            const char *hit = memmem(source->data + source->start, source->limit - source->start,
                                     needles[i].text, needles[i].size);

            source->found[i] = hit != NULL ? (size_t)(hit - source->data) + 1 : SIZE_MAX;
        }
        if (source->found[i] != SIZE_MAX && source->found[i] - 1 < nearest)
            nearest = source->found[i] - 1;
    }
    return nearest;
}

static bool line_in_buffer(struct source *source, struct cull_audit_span *ret)
{
    size_t at = search(source);
    const char *first, *last;

    if (at >= source->limit) {
        source->start = source->limit;
        return false;
    }
    first = memrchr(source->data + source->start, '\n', at - source->start);
    first = first != NULL ? first + 1 : source->data + source->start;
    last = memchr(source->data + at, '\n', source->limit - at);
    if (last == NULL)
        last = source->data + source->limit;
    source->start = (size_t)(last - source->data) + (last < source->data + source->limit);
    while (last > first && (last[-1] == '\r' || last[-1] == ' '))
        last--;
    while (first < last && *first == '\0') /* a log that was truncated under its writer */
        first++;
    *ret = (struct cull_audit_span){ first, (size_t)(last - first) };
    return true;
}

int cull_source_line(struct source *source, struct cull_audit_span *ret, struct cull_error *reterr)
{
    int r;

    for (;;) {
        if (source->start < source->limit && line_in_buffer(source, ret))
            return 1;
        if (source->is_cut)
            return 0;
        r = fill(source, reterr);
        if (r <= 0)
            return r;
    }
}
