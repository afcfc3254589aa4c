/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SYSCULL_CLI_INSPECT_ALL_H
#define SYSCULL_CLI_INSPECT_ALL_H

#include <unistd.h>

#include "inspect.h"

/* A line for each container, and for each confined process outside of them. */
int cull_inspect_all(struct cull_view *view, struct cull_error *reterr);
/* A line for each thread of a process; first: the filters of its first thread, or NULL. */
int cull_inspect_threads(pid_t pid, const struct cull_live_filters *first, struct cull_view *view,
                         struct cull_error *reterr);

#endif
