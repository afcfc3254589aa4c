/* SPDX-License-Identifier: Apache-2.0 */
/*
 * given - what several commands make of their arguments.  Results: 0, STATUS_USAGE (said already),
 * or a negative errno with reterr filled.
 */
#ifndef SYSCULL_CLI_GIVEN_H
#define SYSCULL_CLI_GIVEN_H

#include <syscull/profile.h>

#include "command.h"

/* Between min and max operands; what names them: "one profile". */
int cull_given_count(const struct invocation *given, size_t min, size_t max, const char *what);
/* --arch, else *ret stays. */
int cull_given_arch(const struct invocation *given, enum cull_arch *ret);
/* --arch, --caps and --kernel over this machine's. */
int cull_given_target(const struct invocation *given, struct cull_target *ret,
                      struct cull_error *reterr);
/* An action as profiles write it, or short: "SCMP_ACT_LOG", "log". */
int cull_given_action(const struct invocation *given, const char *option, enum cull_action *ret);
/* A profile from a file ("-": standard input), or a built-in one when there is no such file. */
int cull_given_profile(const char *name, struct cull_profile **ret, struct cull_error *reterr);
/* Can this be written later?  Says so before work is done that would be lost. */
int cull_output_check(const char *path, struct cull_error *reterr);
/* Print a profile to a file, or to standard output (path NULL or "-"). */
int cull_output_profile(const struct cull_profile *profile, const char *path,
                        struct cull_error *reterr);

#endif
