/* SPDX-License-Identifier: Apache-2.0 */
/*
 * probe - private to the inspect room: the machinery of cull_probe().
 *
 *   asker     forked from this process; loads a filter of our own that gives ACTION at the two
 *   |         instructions of probe-call.c and ALLOW everywhere else, then keeps workers going
 *   worker    shares the asker's memory, is a process of its own: KILL_PROCESS takes it alone
 *   thread    of the worker, puts the questions: KILL_THREAD takes it alone
 *
 * Of two filters the kernel follows the stronger action, on a tie the newer filter.  So what is
 * stronger than ACTION shows, and what is weaker becomes ACTION: the call is never executed.
 */
#ifndef INSPECT_PROBE_H
#define INSPECT_PROBE_H

#include "questions.h"

/* What our own filter does with a call that the others let go on. */
enum ours {
    OURS_NOTIFY,       /* this process answers with a number that no kernel returns */
    OURS_ERRNO,        /* the same number as an error: shows KILL and TRAP only */
    OURS_TRACE,        /* nobody traces: ENOSYS */
    OURS_UNKNOWN,      /* an action between ERRNO and NOTIFY, unknown to kernels: kills */
    OURS_BEFORE_TRACE, /* one between NOTIFY and TRACE: kills */
    OURS_BEFORE_LOG,   /* one between TRACE and LOG: kills */
};

/* Answers while they are raw. */
#define RAW_OURS 0x7fff0100u    /* our own filter's: the others let the call go on */
#define RAW_KILLED 0x7fff0101u  /* the child died: the others, or our own deadly action */
#define RAW_FAULT 0x7fff0102u   /* SIGSEGV or SIGILL: the instruction, not the call */
#define RAW_UNASKED 0x7fff0103u /* not put yet */
#define RAW_THREAD_KILLED 0x7fff0104u

enum trouble { TROUBLE_NONE, TROUBLE_NNP, TROUBLE_LOAD, TROUBLE_FORK, TROUBLE_KILLED };

/* Shared by all: a mapping that fork keeps in common. */
struct board {
    enum ours ours;
    /* from the asker */
    int listener;         /* fd + 1; 0: not yet */
    enum trouble trouble; /* and why: */
    int trouble_errno;
    bool no_threads;  /* the filter denies threads: KILL_THREAD cannot be told from KILL_PROCESS */
    bool no_handlers; /* the filter denies signal handlers: TRAP looks like a kill */
    /* from whoever asks */
    size_t at;    /* the question that is being put */
    bool in_call; /* and it is at the instruction now */
    size_t count;
    struct question items[];
};

/* ---- probe-call.c: the two instructions --------------------------------------------------------- */

long cull_probe_call(uint32_t nr, const uint64_t args[6]);        /* syscall, svc */
long cull_probe_call_compat(uint32_t nr, const uint64_t args[6]); /* int 0x80 */
extern const char cull_probe_after[];                             /* the address behind each */
extern const char cull_probe_after_compat[];

/* ---- probe-child.c -------------------------------------------------------------------------------- */

#define PROBE_NUMBER 0x2ec5 /* what OURS_NOTIFY returns; OURS_ERRNO: the next */
#define PROBE_ERRNO 0xec5   /* below 4096, and no error of any kernel */

/* The life of the asker; never returns. */
void cull_probe_asker(struct board *board) __attribute__((noreturn));

/* ---- probe-ask.c ------------------------------------------------------------------------------------ */

struct probe {
    enum trouble trouble; /* of the last run */
    int trouble_errno;
    bool no_threads, no_handlers;
};
/* Put the questions under one action of ours; verdicts are raw where ours decides.  0; -EPERM (see
 * trouble), -ENOMEM. */
int cull_probe_run(struct probe *probe, enum ours ours, struct question *questions, size_t count,
                   struct cull_error *reterr);

#endif
