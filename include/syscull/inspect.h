/* SPDX-License-Identifier: Apache-2.0 */
/*
 * inspect - who is confined and how: a thread's credentials, what surrounds it, and what seccomp
 * answers to every system call, probed from inside or read from outside.  Nothing that is asked
 * about is ever executed.
 */
#ifndef SYSCULL_INSPECT_H
#define SYSCULL_INSPECT_H

#include <sys/types.h>
#include <syscull/base.h>
#include <syscull/container.h>
#include <syscull/filter.h>

/* ---- a thread: /proc/PID/task/TID/status ------------------------------------------------- */

enum cull_cap_set {
    CULL_CAPS_EFFECTIVE,
    CULL_CAPS_PERMITTED,
    CULL_CAPS_INHERITABLE,
    CULL_CAPS_BOUNDING,
    CULL_CAPS_AMBIENT,
    CULL_CAPS_COUNT
};

struct cull_task {
    pid_t pid, tid; /* in the pid namespace of the reader's /proc */
    char name[64];
    char state;                     /* 'R', 'S', 'Z', ... */
    bool is_kernel;                 /* a thread of the kernel: nothing confines it */
    pid_t tracer;                   /* 0: none */
    unsigned uid[4], gid[4];        /* real, effective, saved, file system */
    uint64_t caps[CULL_CAPS_COUNT]; /* bit n = capability n */
    int no_new_privs;               /* 0, 1; -1: not known */
    int seccomp;                    /* 0 none, 1 strict, 2 filter; -1: not known */
    int filters;                    /* how many; -1: the kernel (before 5.9) does not tell */
};

/* tid 0: the process' first thread.  -ESRCH (gone), -EACCES, -ENOMEM. */
int cull_task_read(pid_t pid, pid_t tid, struct cull_task *ret, struct cull_error *reterr);
/* This thread without /proc, as far as prctl(2) and the like answer; -1 elsewhere. */
void cull_task_self(struct cull_task *ret);
/* All threads of a process, ascending; *ret is malloc'ed.  -ESRCH, -EACCES, -ENOMEM. */
int cull_task_list(pid_t pid, pid_t **ret, size_t *ret_count, struct cull_error *reterr);
const char *cull_cap_set_name(enum cull_cap_set set); /* "effective", ... */
/* Why holding a capability is nearly as good as being the host's root, or NULL. */
const char *cull_cap_danger(unsigned number);

/* ---- what surrounds a process --------------------------------------------------------------- */

struct cull_namespace {
    const char *name; /* "mnt", "pid", ... */
    uint64_t inode;   /* 0: cannot be seen */
    /* 1 yes, 0 no, -1 not known: the host's own (by the inodes that are the same on every host,
     * and from outside by pid 1's), and that of this program. */
    int is_hosts, is_ours;
};

struct cull_mount {
    const char *point, *source, *type; /* point: as the process sees it */
};

struct cull_engine_socket {
    const char *path, *engine; /* as the process sees it; "docker", "cri-o", ... */
    const char *answer; /* "answers as Docker 20.10.24", "permission denied", "no listener" */
    bool is_open;       /* whoever is in here can command the engine */
};

struct cull_limit {
    const char *name, *value; /* "memory", "64 MiB" */
};

struct cull_surroundings {
    struct cull_arena *arena; /* owns every text */
    const char *engine;       /* "docker", "lxc", "gvisor", ..., "none", or NULL: unknown */
    const char *because;      /* how it was recognised, or why not */
    const char *id, *name, *image, *runtime; /* of the container, or NULL */
    const char *pod_name, *pod_namespace, *pod_uid, *pod_container;
    struct cull_namespace *namespaces;
    size_t namespaces_count;
    const char *uid_map, *gid_map;    /* "0 100000 65536, ..."; NULL: not seen */
    const char *lsm;                  /* "apparmor: docker-default (enforce)", or NULL */
    const char **masked, **read_only; /* paths below /proc and /sys */
    size_t masked_count, read_only_count;
    bool root_read_only;
    struct cull_mount *host_mounts; /* writable ones of the host's files */
    size_t host_mounts_count;
    struct cull_engine_socket *sockets;
    size_t sockets_count;
    struct cull_limit *limits;
    size_t limits_count;
    const char **blind; /* what could not be seen, a sentence each */
    size_t blind_count;
};
void cull_surroundings_free(struct cull_surroundings *surroundings);
CULL_DEFINE_AUTO(surroundings)

struct cull_surroundings_options {
    pid_t pid;                              /* 0: this process */
    const struct cull_container *container; /* what is known of it from outside, or NULL */
    const char *const *environment;         /* of the process, or NULL: not known */
    bool ask_sockets;                       /* connect to the engines' sockets that are there */
};
/* What cannot be seen is listed in blind; only -ENOMEM is an error. */
int cull_surroundings_read(const struct cull_surroundings_options *options,
                           struct cull_surroundings **ret, struct cull_error *reterr);

/* ---- what seccomp answers ---------------------------------------------------------------------- */

/* A SECCOMP_RET_* value with its data, or one of these, which no kernel uses. */
#define CULL_VERDICT_PASS 0x7fff0001u /* goes on: allowed or logged, which look alike inside */
#define CULL_VERDICT_PASS_OR_AGENT 0x7fff0002u /* goes on, or is answered by a living agent */
#define CULL_VERDICT_KILL 0x7fff0003u          /* kills; whether thread or process is not known */
#define CULL_VERDICT_UNCLEAR 0x7fff0004u       /* ENOSYS by a filter, or goes on (method trace) */
#define CULL_VERDICT_EXEMPT 0x7fff0005u  /* the kernel never asks a filter (uretprobe, uprobe) */
#define CULL_VERDICT_UNKNOWN 0x7fff0006u /* could not be asked */

#define CULL_VERDICTS_NUMBERS 1024

/* The answer to other arguments than zeros. */
struct cull_sample {
    uint64_t args[6];
    uint32_t verdict;
};
struct cull_dependence {
    enum cull_arch arch;
    uint32_t nr;
    uint32_t zeros;              /* the answer to all zeros */
    struct cull_sample *samples; /* by the argument that is not 0, then its value */
    size_t count;
    const char *summary; /* "arg0 & 0x7e020000: EPERM" */
};

struct cull_abi_verdicts {
    enum cull_arch arch;
    bool is_absent;                           /* this kernel has no such ABI: nothing was asked */
    uint32_t verdicts[CULL_VERDICTS_NUMBERS]; /* of number base + index, all arguments 0 */
};

struct cull_verdicts {
    struct cull_arena *arena;
    const char *method; /* "none" (no filter), "notif", "kill", "trace", "read" */
    const char **notes; /* what could not be known and why, a sentence each */
    size_t notes_count;
    struct cull_abi_verdicts *abis; /* native first */
    size_t abis_count;
    struct cull_dependence *dependences; /* calls whose answer depends on arguments */
    size_t dependences_count;
};
void cull_verdicts_free(struct cull_verdicts *verdicts);
CULL_DEFINE_AUTO(verdicts)
/* "EPERM", "kill process", "trap", ... into a buffer of the caller's; returns it. */
const char *cull_verdict_format(uint32_t verdict, char ret[32]);
bool cull_verdict_is_pass(uint32_t verdict); /* the call goes on to the kernel */
/* The same for the program: LOG and ALLOW are, what is not known may be. */
bool cull_verdict_is_same(uint32_t a, uint32_t b);
const struct cull_dependence *cull_verdicts_dependence(const struct cull_verdicts *verdicts,
                                                       enum cull_arch arch, uint32_t nr);

/* ---- from inside: the probe --------------------------------------------------------------------- */

enum cull_probe_method { CULL_PROBE_AUTO, CULL_PROBE_NOTIF, CULL_PROBE_KILL, CULL_PROBE_TRACE };
struct cull_probe_options {
    enum cull_probe_method method;
    bool thorough; /* also tell TRACE and a NOTIFY without agent from ALLOW: a child dies and the
                    * kernel logs it, per call that goes on */
};
/* Ask the filters of this thread.  Each question is put in a throw-away child under a filter of our
 * own that stops the call if the others let it pass.  -EPERM (no method works: the message says
 * what is denied), -ENOSYS (no seccomp in this kernel, or an architecture without a probe),
 * -ECHILD (the children are killed by what they need themselves), -ENOMEM. */
int cull_probe(const struct cull_probe_options *options, struct cull_verdicts **ret,
               struct cull_error *reterr);

/* ---- from outside: the filters themselves ---------------------------------------------------------- */

struct cull_live_filters {
    struct cull_filter **items; /* oldest first */
    uint64_t *flags;            /* SECCOMP_FILTER_FLAG_LOG */
    size_t count;
};
void cull_live_filters_free(struct cull_live_filters *filters);
CULL_DEFINE_AUTO(live_filters)
/* Stops the thread for a moment; one without filters has 0.  -ESRCH (gone, a zombie), -EINVAL (a
 * thread of the kernel), -ENODATA (strict mode), -EPERM (no right to trace it), -EBUSY (traced by
 * another), -EACCES (this process lacks CAP_SYS_ADMIN in the first user namespace, or is confined),
 * -EOPNOTSUPP (no CONFIG_CHECKPOINT_RESTORE), -EMEDIUMTYPE (no classic BPF), -ENOMEM. */
int cull_live_filters_read(pid_t tid, struct cull_live_filters **ret, struct cull_error *reterr);
/* What they decide together, by the kernel's precedence. */
uint32_t cull_live_filters_evaluate(const struct cull_live_filters *filters,
                                    const struct cull_call *call);
/* The same answers as cull_probe()'s, for every number; arguments are found in the programs. */
int cull_live_filters_survey(const struct cull_live_filters *filters, struct cull_verdicts **ret,
                             struct cull_error *reterr);

/* ---- compared with what engines give by default ------------------------------------------------------ */

struct cull_difference {
    enum cull_arch arch;
    size_t syscall; /* of the table */
    uint32_t here, usual;
};
struct cull_comparison {
    struct cull_difference *items;
    size_t count;
    size_t looser, stricter; /* of the native calls: passed here only, refused here only */
    size_t grave;            /* looser ones that mount, load modules, enter namespaces, ... */
    bool is_like;            /* "RuntimeDefault-like": nothing grave, and not many others */
};
void cull_comparison_free(struct cull_comparison *comparison);
CULL_DEFINE_AUTO(comparison)
/* The built-in profile "runtime-default", resolved for this machine and these capabilities. */
int cull_comparison_make(const struct cull_verdicts *verdicts, uint64_t bounding,
                         struct cull_comparison **ret, struct cull_error *reterr);

#endif
