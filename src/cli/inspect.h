/* SPDX-License-Identifier: Apache-2.0 */
/*
 * inspect - what `syscull inspect` has found out about one process, and what is shown of it.
 */
#ifndef SYSCULL_CLI_INSPECT_H
#define SYSCULL_CLI_INSPECT_H

#include <syscull/inspect.h>

#include "view.h"

struct finding {
    pid_t pid; /* 0: this process, from inside */
    struct cull_task task;
    struct cull_container *container;
    struct cull_surroundings *around;
    struct cull_live_filters *filters; /* from outside */
    struct cull_verdicts *verdicts;    /* NULL: not known, */
    struct cull_error why;             /* because */
    struct cull_comparison *comparison;
};
void cull_finding_clear(struct finding *finding);
#define cull_auto_finding __attribute__((cleanup(cull_finding_clear))) struct finding

/* Fill it.  What seccomp answers may stay unknown; everything else that goes wrong is an error. */
int cull_finding_inside(const struct cull_probe_options *options, struct finding *ret,
                        struct cull_error *reterr);
int cull_finding_outside(pid_t pid, struct cull_container *container, struct finding *ret,
                         struct cull_error *reterr);

/* The report.  json: also what nobody reads, such as all answers to all numbers. */
void cull_finding_show(const struct finding *finding, bool json, struct cull_view *view);
void cull_finding_show_syscalls(const struct finding *finding, bool json, struct cull_view *view);
/* "2 filters", "strict", "none", "unknown" */
const char *cull_finding_seccomp(const struct cull_task *task, char ret[32]);

/* Check a list of requirements, "seccomp=filter,denied:bpf": fills the view with those that do not
 * hold (all of them in JSON).  0, STATUS_NO, STATUS_USAGE (said), -ENOMEM. */
int cull_require(const struct command *command, const char *list, const struct finding *finding,
                 struct cull_view *view, struct cull_error *reterr);

#endif
