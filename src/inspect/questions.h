/* SPDX-License-Identifier: Apache-2.0 */
/*
 * questions - private to the inspect room: a call, and what the filters answer to it; who can be
 * asked (the probe, or a simulation of filters that were read) and what is asked.
 */
#ifndef INSPECT_QUESTIONS_H
#define INSPECT_QUESTIONS_H

#include <syscull/inspect.h>

struct question {
    enum cull_arch arch;
    uint32_t nr;      /* with the ABI's base */
    uint32_t verdict; /* the answer */
    uint64_t args[6];
};

struct questions {
    struct question *items;
    size_t count, capacity;
    bool failed; /* out of memory: sticky */
};
void cull_questions_clear(struct questions *questions);
#define cull_auto_questions __attribute__((cleanup(cull_questions_clear))) struct questions
/* index 6: value in all arguments. */
void cull_questions_add(struct questions *questions, enum cull_arch arch, uint32_t nr,
                        unsigned index, uint64_t value);

/* With six arguments of one's choice. */
void cull_questions_add_call(struct questions *questions, enum cull_arch arch, uint32_t nr,
                             const uint64_t args[6]);
/* The only argument that is not 0 (0 if all are), or 6: there are several. */
unsigned cull_questions_index(const uint64_t args[6]);

/* Fill in the verdicts. */
struct oracle {
    int (*ask)(void *data, struct question *questions, size_t count, struct cull_error *reterr);
    void *data;
    /* Bit n: number EXEMPT_FIRST + n of this ABI is never shown to a filter. */
    unsigned (*exempt)(enum cull_arch arch, const uint32_t verdicts[CULL_VERDICTS_NUMBERS]);
    /* NULL, or: arguments that lead to every end of the filters, for one number. */
    void (*hint)(void *data, enum cull_arch arch, uint32_t nr, struct questions *add);
};

/* The ABIs that a program on this machine can use, native first; returns how many. */
size_t cull_questions_abis(enum cull_arch ret[3]);

/* Ask for every number, and explore the arguments of the calls that depend on them.  Fills abis
 * and dependences. */
int cull_survey(const struct oracle *oracle, struct cull_verdicts *verdicts,
                struct cull_error *reterr);

/* ---- conditions.c: which arguments profiles look at ------------------------------------------- */

struct condition {
    const char *syscall;
    unsigned index;
    const uint64_t *values;
    size_t count;
};
extern const struct condition cull_conditions[];
extern const size_t cull_conditions_count;
/* What a value of this argument is called ("AF_VSOCK"), or NULL. */
const char *cull_condition_value_name(const char *syscall, unsigned index, uint64_t value);

/* ---- summary.c ---------------------------------------------------------------------------------- */

/* One line that says what the samples of a dependence show; in the arena. NULL: no memory. */
const char *cull_summary(struct cull_arena *arena, const struct cull_dependence *dependence);

/* ---- hint.c: which arguments a program tells apart ---------------------------------------------- */

/* Calls that between them reach every return of the program that this number can reach. */
void cull_hint(const struct cull_filter *filter, enum cull_arch arch, uint32_t nr,
               struct questions *add);

/* ---- exempt.c: calls that this kernel never shows to a filter ------------------------------------- */

#define EXEMPT_FIRST 335
#define EXEMPT_COUNT 2
/* Seen in the probe's own answers; and tried in a child under a filter of our own. */
unsigned cull_exempt_seen(enum cull_arch arch, const uint32_t verdicts[CULL_VERDICTS_NUMBERS]);
unsigned cull_exempt_tried(enum cull_arch arch, const uint32_t verdicts[CULL_VERDICTS_NUMBERS]);

#endif
