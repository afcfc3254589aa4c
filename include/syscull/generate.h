/* SPDX-License-Identifier: Apache-2.0 */
/*
 * generate - recording -> profile.
 */
#ifndef SYSCULL_GENERATE_H
#define SYSCULL_GENERATE_H

#include <syscull/base.h>
#include <syscull/profile.h>
#include <syscull/record.h>

struct cull_generate_options {
    bool for_container; /* add what runc and crun need after they have loaded the filter; a
                         * container's recording always gets it */
    enum cull_action default_action; /* ERRNO; KILL_PROCESS, KILL_THREAD, TRAP, LOG, TRACE */
};

struct cull_generate_report {
    size_t called; /* distinct names that the subject's own programs called */
    size_t added; /* names that are allowed besides: the runtimes', and a few that chance decides */
    size_t startup; /* names that are a guess: the container's start was not seen */
    size_t allowed; /* called + added + startup */
    size_t known;   /* names of the table on the profile's architectures */
    size_t unnamed; /* calls with numbers that the table does not know: they cannot be written */
    size_t denied;  /* names that were only ever denied: they stay denied, with the same errno */
};

/*
 * Allow what was called; every other known call gets EPERM, or the errno that it was denied with
 * while it was recorded; clone3, which the C library replaces only on ENOSYS, gets ENOSYS; what is
 * newer than the table gets ENOSYS (defaultErrnoRet).
 *
 * A container that ran already when its recording began was not seen to start: what programs commonly
 * call then (data/startup.tsv) is allowed, too, or its profile would not start it.
 *
 * With a default action that kills (KILL_*, TRAP) the other known calls are listed with that action,
 * for runc to apply it to all of them.  With LOG or TRACE they are not listed.
 *
 * Architectures: the machine's own first, others only if they were used.  Errors: -EINVAL (nothing
 * that could be allowed was recorded; ALLOW or NOTIFY as the default; machines of both byte orders
 * merged), -ENOMEM.
 */
int cull_generate_profile(const struct cull_record *record,
                          const struct cull_generate_options *options, struct cull_profile **ret,
                          struct cull_generate_report *ret_report, struct cull_error *reterr);

#endif
