/* SPDX-License-Identifier: Apache-2.0 */
/* Private to the room: what is to become of each name of the table. */
#ifndef GENERATE_NAMES_H
#define GENERATE_NAMES_H

#include <syscull/generate.h>

#define ABIS_MAX CULL_ARCH_COUNT

enum {
    NAME_KNOWN = 1 << 0,   /* is a call of a listed architecture */
    NAME_CALLED = 1 << 1,  /* by the subject's own programs */
    NAME_ALLOWED = 1 << 2, /* called, or needed by a runtime, or a companion */
    NAME_DENIED = 1 << 3,  /* was refused */
    NAME_ERRNO = 1 << 4,   /* was refused with the errno that is kept */
    NAME_STARTUP = 1 << 5, /* allowed only because programs commonly call it while they start */
};

struct fate {
    unsigned flags;
    uint32_t errno_ret;
};

struct plan {
    const struct cull_record *record;
    const struct cull_generate_options *options;
    enum cull_arch archs[ABIS_MAX]; /* the machine's own first */
    size_t archs_count;
    bool is_narrow;     /* the machine's own ABI has 32 bits */
    struct fate *names; /* by the table's index; malloc'ed */
    size_t names_count;
    size_t unnamed;
};

/* True if the default action ends what it meets, so that a refusal is not survived. */
bool cull_plan_kills(const struct plan *plan);
/* From the recording and the options to the fate of every name.  cull_plan_clear() after both
 * outcomes.  -EINVAL (nothing was recorded, machines of both byte orders), -ENOMEM. */
int cull_plan_make(struct plan *plan, struct cull_error *reterr);
void cull_plan_clear(struct plan *plan);

#endif
