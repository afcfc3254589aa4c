/* SPDX-License-Identifier: Apache-2.0 */
/* The table of the built-in profile, generated from data/profiles/.  Private to profile/. */
#ifndef SYSCULL_PROFILE_BUILTIN_H
#define SYSCULL_PROFILE_BUILTIN_H

#include <syscull/profile.h>

/* Lists end with NULL; NULL itself is an empty list. */
struct cull_builtin_rule {
    const char *const *names;
    const char *const *caps, *const *not_caps;
    const char *const *arches, *const *not_arches;
    unsigned kernel_major, kernel_minor;
    enum cull_action action;
    uint32_t errno_ret;
    bool has_condition;
    struct cull_condition condition;
};
extern const struct cull_builtin_rule cull_builtin_rules[];
extern const size_t cull_builtin_rules_count;

struct cull_builtin_machine {
    const char *arch;
    const char *const *sub;
};
extern const struct cull_builtin_machine cull_builtin_machines[];
extern const size_t cull_builtin_machines_count;

#endif
