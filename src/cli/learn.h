/* SPDX-License-Identifier: Apache-2.0 */
/* learn - what the commands share that record or that make a profile of a recording. */
#ifndef SYSCULL_CLI_LEARN_H
#define SYSCULL_CLI_LEARN_H

#include <syscull/generate.h>
#include <syscull/record.h>
#include <syscull/trace.h>

#include "command.h"

/* A recording under way. */
struct learning {
    const char *profile_path; /* NULL: no profile is wanted; "-": standard output */
    const char *raw_path;     /* NULL: the recording itself is not wanted */
    bool for_container;
    bool waits;        /* for the container to start */
    uint64_t limit_ns; /* 0: none */
    uint64_t started_ns;
    struct cull_trace *trace;
    struct cull_record *record;
};

uint64_t cull_learn_now_ns(void);
/* Machine, kernel, tool and time. */
int cull_learn_begin(struct learning *learning, enum cull_subject subject, const char *name,
                     struct cull_error *reterr);
/* Why it ended, in words: "%s; %s" when it is called again. */
int cull_learn_ended(struct cull_record *record, struct cull_error *reterr, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Wait until nobody of the subject has been alive for a while, a signal comes or the time is over; a
 * terminal shows the progress.  The reason is added to the record. */
int cull_learn_watch(struct learning *learning, unsigned patience_ms, struct cull_error *reterr);
/* Read the kernel's tables, write what is wanted, report. */
int cull_learn_finish(struct learning *learning, struct cull_error *reterr);
/* Make a profile, write it (path NULL: standard output), say what it is. */
int cull_learn_profile(const struct cull_record *record, const char *path,
                       const struct cull_generate_options *options, struct cull_error *reterr);

/* Both return an exit status or a negative errno. */
int cull_learn_command(struct learning *learning, char **program, struct cull_error *reterr);
int cull_learn_container(struct learning *learning, const char *name, struct cull_error *reterr);

/* SIGINT, SIGTERM and SIGHUP are kept from ending syscull; those that were ignored stay ignored. */
void cull_interrupt_catch(void);
int cull_interrupt_signal(void); /* the one that came, or 0 */

/* 128 + n, or the status, of waitpid(2)'s. */
int cull_exit_status(int wait_status);
/* Of a command that could not be started, from its negative errno. */
int cull_launch_status(int r);
/* "SIGTERM" */
const char *cull_signal_name(int signal, char *buffer, size_t size);
/* "12 ms", "3.5 s" */
void cull_text_add_duration(struct cull_text *text, uint64_t ns);
/* "bash -c 'a b'": words that a shell would take apart are quoted. */
void cull_text_add_command(struct cull_text *text, char *const *words);

#endif
