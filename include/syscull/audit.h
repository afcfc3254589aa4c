/* SPDX-License-Identifier: Apache-2.0 */
/*
 * audit - the kernel's seccomp records: parse, name, read from wherever they are, say whose they
 * are, and say what is missing.
 *
 * The text of a record is that of kernel/auditsc.c (audit_seccomp, audit_log_task).  It names a host
 * pid, no container, and no errno: what it does not say is never made up here.
 */
#ifndef SYSCULL_AUDIT_H
#define SYSCULL_AUDIT_H

#include <syscull/base.h>
#include <syscull/container.h>
#include <syscull/record.h>
#include <syscull/table.h>

/* ---- one record ----------------------------------------------------------------------------- */

/* Points into the line that was parsed. */
struct cull_audit_span {
    const char *data; /* NULL: the field is not there */
    size_t size;
};

enum cull_audit_has {
    CULL_AUDIT_TIME = 1 << 0,
    CULL_AUDIT_SERIAL = 1 << 1,
    CULL_AUDIT_AUID = 1 << 2,
    CULL_AUDIT_UID = 1 << 3,
    CULL_AUDIT_GID = 1 << 4,
    CULL_AUDIT_SES = 1 << 5,
    CULL_AUDIT_PID = 1 << 6,
    CULL_AUDIT_SIG = 1 << 7,
    CULL_AUDIT_ARCH = 1 << 8,
    CULL_AUDIT_NR = 1 << 9,
    CULL_AUDIT_COMPAT = 1 << 10,
    CULL_AUDIT_IP = 1 << 11,
    CULL_AUDIT_CODE = 1 << 12,
};

struct cull_audit_record {
    unsigned has;                 /* enum cull_audit_has; pid, arch, nr and code are always there */
    int64_t time_ms;              /* since 1970 */
    uint64_t serial;              /* unique until the next boot */
    uint32_t auid, uid, gid, ses; /* ids of the host; 4294967295: not set */
    int32_t pid;                  /* of the process, in the host's pid namespace */
    int32_t sig;                  /* 31 when it was killed, 9 in strict mode, else 0 */
    uint32_t audit;               /* AUDIT_ARCH_* */
    uint32_t nr;                  /* as the filter saw it: x32 with bit 30 */
    uint32_t compat;
    uint64_t ip;
    uint32_t code; /* SECCOMP_RET_*, without its data: the errno is not in the record */
    struct cull_audit_span node, subj, comm, exe; /* as written: quoted, or hex digits */
    struct cull_audit_span fields;                /* all of them, from the first one on */
};

/* For stamps that have no year or no zone; the records themselves are in UTC. */
struct cull_audit_clock {
    int64_t now_ms;
    int32_t utc_offset_s; /* east of Greenwich */
};

/*
 * One line, in any form in which the kernel, auditd, journald and syslog write it:
 *     audit(1795469208.583:5): auid=...                   the payload of a netlink message
 *     5,472,1362156876,-;audit: type=1326 audit(...       /dev/kmsg
 *     [ 1362.156876] audit: type=1326 audit(...           dmesg, with its -T, -x, -r, iso
 *     Nov 23 21:26:48 host kernel: [..] audit: ...        syslog; also RFC 5424 and ISO stamps
 *     node=a type=SECCOMP msg=audit(...                   auditd, with or without what it adds
 *     Nov 23 21:26:48 host audit[2854]: SECCOMP auid=...  journalctl
 * size is without the line's end.  0; -ENOMSG: no seccomp record; -EBADMSG: half of one; -EPERM: it
 * reads like one, but a program wrote it, not the kernel.
 */
int cull_audit_parse(const char *line, size_t size, const struct cull_audit_clock *clock,
                     struct cull_audit_record *ret);
/* The fields in their order, those that we do not know, too.  *at is 0 at first. */
bool cull_audit_field(const struct cull_audit_record *record, size_t *at,
                      struct cull_audit_span *ret_key, struct cull_audit_span *ret_value);
/* comm and exe as they were: quotes off, hex digits turned into the bytes they stand for (which
 * may be any but NUL).  Returns the bytes written, the NUL not counted; cuts what does not fit. */
size_t cull_audit_decode(struct cull_audit_span value, char *ret, size_t size);
/* A field of the call: its ABI.  0, or -ENOENT for one that the table does not know. */
int cull_audit_arch(const struct cull_audit_record *record, enum cull_arch *ret);
/* "nanosleep", or NULL. */
const char *cull_audit_syscall(const struct cull_audit_record *record);
/* What became of the call, in words: "logged, allowed", "denied, errno not in the record". */
const char *cull_audit_outcome(const struct cull_audit_record *record);
/* One word for programs: "allowed", "denied", "killed", "trapped", "refused", "unknown". */
const char *cull_audit_outcome_word(const struct cull_audit_record *record);

/* ---- sources ---------------------------------------------------------------------------------- */

enum cull_audit_source {
    CULL_AUDIT_FILE,    /* also compressed ones and standard input */
    CULL_AUDIT_KMSG,    /* the kernel's ring: 10 records in 5 s get there, and none beside auditd */
    CULL_AUDIT_NETLINK, /* the multicast group: complete, live only */
    CULL_AUDIT_JOURNAL,
    CULL_AUDIT_SOURCES
};

/* What one source had and what it is known to lack. */
struct cull_audit_counts {
    const char *name; /* "/var/log/syslog", "netlink", "/dev/kmsg", "journal" */
    enum cull_audit_source source;
    bool is_log; /* false: a text, but no line of it has the form of a log */
    uint64_t bytes;
    uint64_t records;    /* that were handed on */
    uint64_t duplicates; /* that another source had, too */
    uint64_t outside;    /* of since and until */
    uint64_t broken;     /* halves of records */
    uint64_t foreign;    /* lines that only look like records */
    uint64_t suppressed; /* audit messages that printk_ratelimit kept away */
    uint64_t lost;       /* dropped by the kernel: its own counters (audit_lost, the socket's) */
    uint64_t overrun;    /* messages that were overwritten before they were read (kmsg, journal) */
    uint64_t overflows;  /* times that the socket was full (ENOBUFS) */
    uint64_t unseen;     /* serial numbers between the first and the last that did not come */
    uint64_t turns;      /* rotations and truncations that were followed */
    uint64_t first_broken, first_foreign; /* offsets in bytes */
};

struct cull_audit_options {
    bool follow;                /* wait for more instead of ending */
    int64_t since_ms, until_ms; /* 0: no limit */
    struct cull_audit_clock clock;
};

struct cull_audit;
int cull_audit_new(const struct cull_audit_options *options, struct cull_audit **ret,
                   struct cull_error *reterr);
void cull_audit_free(struct cull_audit *audit);
CULL_DEFINE_AUTO(audit)

/* Each says what is missing and what to do: -ENOENT, -EACCES, -EISDIR, -EINVAL (not a log),
 * -EPERM, -ENOTSUP (no such source on this system), -ENOMEM.
 * "-" is standard input.  .gz, .xz, .zst are known by their first bytes.  A file that is followed
 * is read from its end on, unless from_start. */
int cull_audit_add_file(struct cull_audit *audit, const char *path, bool from_start,
                        struct cull_error *reterr);
int cull_audit_add_kmsg(struct cull_audit *audit, bool from_start, struct cull_error *reterr);
int cull_audit_add_netlink(struct cull_audit *audit, struct cull_error *reterr);
/* Starts journalctl, found in path (colon-separated folders). */
int cull_audit_add_journal(struct cull_audit *audit, const char *path, bool from_start,
                           struct cull_error *reterr);

/* The next record of all sources by time: 1, its texts live until the next call; 0: the end, or (follow)
 * none within timeout_ms; errors of reading (with the source's name).  *ret_source is the index in
 * cull_audit_counts(). */
int cull_audit_next(struct cull_audit *audit, int timeout_ms, struct cull_audit_record *ret,
                    size_t *ret_source, struct cull_error *reterr);
/* How many sources there are; *ret is theirs, up to date, and lives as long as audit. */
size_t cull_audit_counts(struct cull_audit *audit, const struct cull_audit_counts **ret);
/* The same of one, without asking the kernel. */
const struct cull_audit_counts *cull_audit_source_counts(const struct cull_audit *audit,
                                                         size_t source);
/* There is no more to come, even with follow: all sources are at their end. */
bool cull_audit_has_ended(const struct cull_audit *audit);

/* ---- whose record ------------------------------------------------------------------------------ */

/* Where a process was, when /proc does not know it any more. */
struct cull_audit_place {
    char comm[16];
    struct {
        int hierarchy;  /* as /proc/PID/cgroup numbers it; 0: cgroup v2 */
        uint64_t id;    /* the kernel's cgroup id; 0: none */
        char path[256]; /* below the hierarchy, or "" */
    } cgroups[3];
};
/* 0, or -ENOENT: no such process was seen at that time. */
typedef int (*cull_audit_finder)(void *data, pid_t pid, int64_t time_ms,
                                 struct cull_audit_place *ret);

struct cull_audit_origin {
    const struct cull_container *container; /* NULL: none, or unknown; lives as long as who */
    bool is_known;                          /* false: because says why */
    const char *because;                    /* "the process had ended ...", "" when it is known */
};

struct cull_audit_who;
int cull_audit_who_new(struct cull_audit_who **ret, struct cull_error *reterr);
void cull_audit_who_free(struct cull_audit_who *who);
CULL_DEFINE_AUTO(audit_who)
/* A table of processes that have lived (trace has one); asked before /proc. */
void cull_audit_who_set_finder(struct cull_audit_who *who, cull_audit_finder finder, void *data);
/* Learn the names of all containers that run now; they may not live until their records are read. */
int cull_audit_who_look(struct cull_audit_who *who, struct cull_error *reterr);
/* -ENOMEM.  live: the record is of now, so that the pid cannot have been given to another. */
int cull_audit_who_of(struct cull_audit_who *who, const struct cull_audit_record *record, bool live,
                      struct cull_audit_origin *ret, struct cull_error *reterr);

/* ---- groups --------------------------------------------------------------------------------------- */

struct cull_audit_group {
    const struct cull_container *container; /* or NULL */
    bool is_known;
    char *comm, *exe; /* decoded; comm and pid of the first one */
    int32_t pid;
    uint32_t audit, nr, code;
    uint64_t count;
    int64_t first_ms, last_ms; /* 0: without time */
};
struct cull_audit_groups;
int cull_audit_groups_new(struct cull_audit_groups **ret, struct cull_error *reterr);
void cull_audit_groups_free(struct cull_audit_groups *groups);
CULL_DEFINE_AUTO(audit_groups)
int cull_audit_groups_add(struct cull_audit_groups *groups, const struct cull_audit_record *record,
                          const struct cull_audit_origin *origin, struct cull_error *reterr);
/* In the order of their first records. */
size_t cull_audit_groups_list(const struct cull_audit_groups *groups,
                              const struct cull_audit_group *const **ret);

/* ---- to a recording --------------------------------------------------------------------------------- */

/* Add one record's call: allowed when it was logged, else denied (result: -EPERM, the usual one, as
 * the record has no errno; the number itself when it was killed).  Calls whose ABI is not known count
 * as losses.map_full. -ENOMEM. */
int cull_audit_learn(struct cull_record *into, const struct cull_audit_record *record,
                     struct cull_error *reterr);

/* ---- doctor --------------------------------------------------------------------------------------------- */

struct cull_audit_finding {
    enum { CULL_AUDIT_GOOD, CULL_AUDIT_NOTE, CULL_AUDIT_TROUBLE } severity;
    const char *code;   /* stable: "kmsg-rate-limited" */
    const char *what;   /* what is so */
    const char *advice; /* what to do, or NULL */
};
/* Why is nothing seen?  The findings live in the arena. -ENOMEM. */
int cull_audit_examine(struct cull_arena *arena, const char *path,
                       const struct cull_audit_finding **ret, size_t *ret_count,
                       struct cull_error *reterr);

#endif
