/* SPDX-License-Identifier: Apache-2.0 */
/* What libseccomp makes of a profile when it is given the rules as runc gives them. */
#ifndef TESTS_LIBSECCOMP_FILTER_H
#define TESTS_LIBSECCOMP_FILTER_H

#include <syscull/filter.h>

/* 0, -EEXIST (rules that contradict each other), -ETIMEDOUT, or what else libseccomp says.
 * optimize: SCMP_FLTATR_CTL_OPTIMIZE, 1 one after the other, 2 a tree. */
int theirs_build(const struct cull_profile *profile, unsigned optimize, struct cull_filter **ret);

/* What cannot be compared: machines that this libseccomp does not know; names that it does not know
 * or numbers otherwise (the table's own test lists those). */
bool theirs_knows_machine(const struct cull_profile *profile);
void theirs_drop_unknown_names(struct cull_profile *profile);

#endif
