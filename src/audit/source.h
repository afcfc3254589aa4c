/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Private to the room: a source is a stream of lines, whatever it is made of.
 *
 * A source has one buffer.  Its kind fills it with bytes; lines that hold nothing of seccomp are
 * passed over without being looked at one by one.
 */
#ifndef SYSCULL_AUDIT_SOURCE_H
#define SYSCULL_AUDIT_SOURCE_H

#include <sys/stat.h>
#include <sys/types.h>

#include "line.h"

#define BUFFER_BYTES \
    (256u << 10) /* several searches pass over it: it should stay in the L2 cache */
#define NEEDLES 6

struct unpack;  /* of a compressed file */
struct journal; /* journald's export format, made into lines */

/* Serial numbers of one source: those between the first and the last that never came. */
struct serials {
    bool started;
    uint64_t first, last, distinct;
    uint64_t missing;     /* of boots before */
    uint64_t window[128]; /* bit n % 8192: serial n came, of the last 8192 */
};

struct source {
    struct cull_audit_counts counts;
    char *name;
    int fd;
    /* Fill up to size bytes at into.  > 0: as many; 0: nothing now; negative errno. */
    ssize_t (*read)(struct source *source, char *into, size_t size, struct cull_error *reterr);
    pid_t child; /* journalctl, or 0 */
    struct unpack *unpack;
    struct journal *journal;
    bool is_regular; /* a file that may be rotated */
    bool follows;
    bool may_be_more; /* the last read gave something */
    bool ended;
    bool is_broken; /* reading it failed */
    struct stat identity;
    off_t offset;
    uint64_t kmsg_next;   /* the sequence number that should come */
    uint64_t kernel_lost; /* the kernel's own counter when we came */
    uint64_t lost_total, lost_noted;
    uint64_t socket_inode;
    char *data;
    size_t start, limit, end; /* lines up to limit are complete */
    bool in_long_line;
    bool is_cut; /* the last line has no end, and there is no more */
    size_t found[NEEDLES];
    struct serials serials;
    bool has_head;
    struct cull_audit_record head;
    int64_t last_ms;
};

void cull_source_close(struct source *source);
/* The next line that may matter: 1; 0: none now (ended says whether there will be one). */
int cull_source_line(struct source *source, struct cull_audit_span *ret, struct cull_error *reterr);
void cull_source_rewind(struct source *source); /* forget what is in the buffer */

int cull_source_file(struct source *source, const char *path, bool follow, bool from_start,
                     const struct cull_audit_clock *clock, struct cull_error *reterr);
int cull_source_kmsg(struct source *source, bool from_start, struct cull_error *reterr);
int cull_source_netlink(struct source *source, struct cull_error *reterr);
int cull_source_journal(struct source *source, const char *path, bool follow, bool from_start,
                        int64_t since_ms, struct cull_error *reterr);
/* The counters of the kernel that belong to a source, read anew. */
void cull_source_count(struct source *source);

/* The kernel's audit_status: -EPERM, -EPROTONOSUPPORT, ... */
struct audit_state {
    uint32_t enabled, pid, rate_limit, backlog_limit, lost, backlog;
};
int cull_audit_state(struct audit_state *ret);
/* Does an exclude rule keep type 1326 away?  1, 0 or a negative errno. */
int cull_audit_excluded(void);

/* ---- unpack.c -------------------------------------------------------------------------------- */

/* Is this the beginning of a compressed file?  0 and *ret (NULL: it is not), -ENOTSUP, -ENOMEM. */
int cull_unpack_new(const char *name, const unsigned char *magic, size_t size, struct unpack **ret,
                    struct cull_error *reterr);
void cull_unpack_free(struct unpack *unpack);
ssize_t cull_unpack_read(struct unpack *unpack, int fd, const char *name, char *into, size_t size,
                         struct cull_error *reterr);

/* ---- journal.c ------------------------------------------------------------------------------- */

bool cull_journal_is(const char *data, size_t size); /* does it begin as an export does? */
int cull_journal_new(struct journal **ret, struct cull_error *reterr);
void cull_journal_free(struct journal *journal);
/* Where to put size more bytes at most. */
char *cull_journal_room(struct journal *journal, size_t *ret_size);
void cull_journal_filled(struct journal *journal, size_t size);
/* Lines of what was filled in: > 0 bytes; 0: more is needed.  Adds to counts what was missed. */
size_t cull_journal_lines(struct journal *journal, char *into, size_t size,
                          struct cull_audit_counts *counts);

/* ---- seen.c ---------------------------------------------------------------------------------- */

void cull_serials_add(struct serials *serials, uint64_t serial);
uint64_t cull_serials_missing(const struct serials *serials);

/* Which records have been handed on already: bounded, the oldest are forgotten. */
struct seen;
struct seen *cull_seen_new(void);
void cull_seen_free(struct seen *seen);
/* True if this record came before, from another source. */
bool cull_seen_add(struct seen *seen, const struct cull_audit_record *record);

#endif
