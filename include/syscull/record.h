/* SPDX-License-Identifier: Apache-2.0 */
/*
 * record - what was called: a set of (ABI, call, outcome) with its evidence, its file, its merge.
 *
 * The file is JSON, "syscullRecording": 1 at the top; docs/recording.md describes it.
 */
#ifndef SYSCULL_RECORD_H
#define SYSCULL_RECORD_H

#include <syscull/base.h>
#include <syscull/table.h>

enum cull_phase {
    CULL_PHASE_RUNTIME, /* the container runtime, between its seccomp(2) and its execve */
    CULL_PHASE_APP,     /* the command or the container's programs */
    CULL_PHASE_COUNT
};

/* Who made a call first. */
struct cull_first {
    char comm[16];
    char exe[256];    /* "" when it is not known */
    int32_t pid;      /* thread group, in the recorder's pid namespace */
    uint64_t time_ns; /* since the recording started */
};

/* One entry: all calls of one number of one ABI in one phase, allowed ones and denied ones apart. */
struct cull_record_call {
    enum cull_arch arch;
    enum cull_phase phase;
    uint32_t nr;             /* with the ABI's base; the number may be unknown to the table */
    uint64_t count;          /* that reached the kernel */
    uint64_t denied;         /* that seccomp (or a tracer) stopped before they did */
    int32_t denied_result;   /* of the first denied one: -errno, or nr when it was TRAP or KILL */
    bool in_flight;          /* was already running when the recording started */
    struct cull_first first; /* count > 0 */
    struct cull_first first_denied; /* denied > 0 */
};

/* What the recorder knows that it does not know.  All zero: nothing was lost. */
struct cull_record_losses {
    uint64_t map_full;        /* calls that found no room (numbers outside of every table) */
    uint64_t missed_runs;     /* times that the kernel skipped our programs (recursion) */
    uint64_t tasks_untracked; /* new processes that found no room */
    uint64_t first_lost;      /* calls that are counted but whose first caller found no room */
};

enum cull_subject { CULL_SUBJECT_COMMAND, CULL_SUBJECT_CONTAINER };

struct cull_record {
    enum cull_subject subject;
    char *name; /* the command line, or the container's name or id */
    char *engine, *container_id, *image, *runtime; /* containers; or NULL */
    char *machine;                                 /* "x86_64" */
    char *kernel;                                  /* uname -r */
    char *tool;                                    /* "syscull 0.1.0" */
    int64_t started_at;                            /* seconds since 1970 */
    uint64_t duration_ns;
    bool start_seen;      /* recorded from the subject's first call */
    bool runtime_seen;    /* the runtime's own seccomp(2) was seen: its phase is complete */
    bool filter_in_force; /* a filter confined the subject when the recording started */
    uint64_t tasks;       /* processes and threads seen */
    char *ended;          /* why it ended, in words: "the container stopped (exit status 0)" */
    uint64_t runs;        /* merged recordings: how many; else 1 */
    struct cull_record_losses losses;
    struct cull_record_call *calls; /* sorted by arch, nr, phase */
    size_t calls_count, calls_capacity;
};

int cull_record_new(struct cull_record **ret, struct cull_error *reterr);
void cull_record_free(struct cull_record *record);
CULL_DEFINE_AUTO(record)

/* Add to the entry of (arch, nr, phase), made and kept in order if it is not there.  Sums counts;
 * the earlier first stays. -ENOMEM. */
int cull_record_add(struct cull_record *record, const struct cull_record_call *call,
                    struct cull_error *reterr);
/* Union: counts and losses summed, firsts kept from the earlier one, in doubt the weaker claim
 * (start_seen only if both).  Recordings of different subjects merge; the names are joined. */
int cull_record_merge(struct cull_record *into, const struct cull_record *other,
                      struct cull_error *reterr);

/* -EINVAL (malformed, place set), -ENODATA, -EPROTO (a newer version; says which), -ENOMEM. */
int cull_record_load(const char *path, struct cull_record **ret, struct cull_error *reterr);
int cull_record_parse(const char *source, const char *data, size_t size, struct cull_record **ret,
                      struct cull_error *reterr);
int cull_record_print(const struct cull_record *record, struct cull_text *out,
                      struct cull_error *reterr);
/* True if nothing was lost. */
bool cull_record_is_lossless(const struct cull_record *record);
/* Distinct names in a phase that reached the kernel; a number without a name counts as one. */
size_t cull_record_distinct(const struct cull_record *record, enum cull_phase phase);

#endif
