/* SPDX-License-Identifier: Apache-2.0 */
/* Private to the room: data/runtimes.tsv and startup.tsv, made into C by tools/gen-runtimes.py. */
#ifndef GENERATE_RUNTIMES_H
#define GENERATE_RUNTIMES_H

#include <stdbool.h>
#include <stddef.h>

/* What runc or crun calls between loading the filter and starting the container's program. */
struct runtime_need {
    const char *name;
    bool narrow_only; /* the name that a 32-bit machine has for it */
    bool kill_only; /* the runtime does without when it gets an errno, but not when it is killed */
};

extern const struct runtime_need cull_runtime_needs[];
extern const size_t cull_runtime_needs_count;

/* What programs commonly call while they start. */
extern const char *const cull_startup_names[];
extern const size_t cull_startup_names_count;

#endif
