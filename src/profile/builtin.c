/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Profiles that one can begin with.
 */
#include <errno.h>
#include <string.h>

#include "builtin.h"
#include "model.h"

static const struct {
    const char *name;
    enum cull_action action;
} single[] = {
    { "audit", CULL_ACT_LOG },
    { "deny", CULL_ACT_ERRNO },
    { "allow", CULL_ACT_ALLOW },
};

#define RUNTIME_DEFAULT "runtime-default"

const char *const *cull_profile_builtin_names(void)
{
    static const char *const names[] = { "audit", "deny", "allow", RUNTIME_DEFAULT, NULL };

    return names;
}

static size_t length(const char *const *list)
{
    size_t count = 0;

    while (list != NULL && list[count] != NULL)
        count++;
    return count;
}

/* The table's strings are constant: they need no copy, but their array is the profile's. */
static bool add_words(struct cull_profile *profile, const char *const *list, const char ***ret,
                      size_t *ret_count)
{
    size_t count = length(list);

    if (count == 0)
        return true;
    *ret = cull_arena_alloc(profile->arena, count * sizeof **ret);
    if (*ret == NULL)
        return false;
    memcpy(*ret, list, count * sizeof **ret);
    *ret_count = count;
    return true;
}

static int add_rule(struct cull_profile *profile, const struct cull_builtin_rule *from)
{
    struct cull_rule *rule;
    bool ok;
    int r = cull_profile_add_rule(profile, from->action, from->errno_ret != 0, from->errno_ret,
                                  NULL, from->names, length(from->names));

    if (r < 0)
        return r;
    rule = &profile->rules[profile->rules_count - 1];
    ok = add_words(profile, from->caps, &rule->includes.caps, &rule->includes.caps_count) &&
         add_words(profile, from->arches, &rule->includes.arches, &rule->includes.arches_count) &&
         add_words(profile, from->not_caps, &rule->excludes.caps, &rule->excludes.caps_count) &&
         add_words(profile, from->not_arches, &rule->excludes.arches, &rule->excludes.arches_count);
    rule->includes.kernel_major = from->kernel_major;
    rule->includes.kernel_minor = from->kernel_minor;
    if (ok && from->has_condition) {
        rule->conditions = cull_arena_alloc(profile->arena, sizeof *rule->conditions);
        ok = rule->conditions != NULL;
        if (ok) {
            rule->conditions[0] = from->condition;
            rule->conditions[0].place.source = profile->source;
            rule->conditions_count = 1;
        }
    }
    return ok ? 0 : -ENOMEM;
}

static int add_machine(struct cull_profile *profile, const struct cull_builtin_machine *from)
{
    struct cull_arch_map *entry = &profile->arch_map[profile->arch_map_count];
    size_t count = length(from->sub);
    int r = cull_arch_by_name(from->arch, &entry->arch);

    entry->sub = cull_arena_alloc(profile->arena, (count + 1) * sizeof *entry->sub);
    if (entry->sub == NULL)
        return -ENOMEM;
    for (size_t i = 0; i < count && r == 0; i++)
        r = cull_arch_by_name(from->sub[i], &entry->sub[i]);
    entry->sub_count = count;
    profile->arch_map_count++;
    return r;
}

static int fill_runtime_default(struct cull_profile *profile)
{
    int r = 0;

    profile->format = CULL_FORMAT_DOCKER;
    profile->default_action = CULL_ACT_ERRNO;
    profile->has_default_errno = true;
    profile->default_errno = EPERM;
    profile->arch_map = cull_arena_alloc(profile->arena,
                                         cull_builtin_machines_count * sizeof *profile->arch_map);
    if (profile->arch_map == NULL)
        return -ENOMEM;
    for (size_t i = 0; i < cull_builtin_machines_count && r == 0; i++)
        r = add_machine(profile, &cull_builtin_machines[i]);
    for (size_t i = 0; i < cull_builtin_rules_count && r == 0; i++)
        r = add_rule(profile, &cull_builtin_rules[i]);
    return r;
}

static int fill_single(struct cull_profile *profile, enum cull_action action)
{
    profile->default_action = action;
    profile->default_errno = cull_action_info(action)->takes_errno ? EPERM : 0;
    return 0;
}

static int fail_unknown(const char *name, struct cull_error *reterr)
{
    const char *nearest = cull_text_nearest(name, cull_profile_builtin_names(),
                                            length(cull_profile_builtin_names()));

    if (nearest != NULL)
        return cull_fail(reterr, ENOENT, "no built-in profile \"%.64s\", did you mean \"%s\"?",
                         name, nearest);
    return cull_fail(
        reterr, ENOENT,
        "no built-in profile \"%.64s\": there are audit, deny, allow and " RUNTIME_DEFAULT, name);
}

int cull_profile_builtin(const char *name, struct cull_profile **ret, struct cull_error *reterr)
{
    cull_auto(profile) profile = NULL;
    int r = cull_profile_new(&profile, reterr);

    if (r < 0)
        return r;
    r = -ENOENT;
    for (size_t i = 0; i < COUNT_OF(single); i++)
        if (strcmp(name, single[i].name) == 0)
            r = fill_single(profile, single[i].action);
    if (strcmp(name, RUNTIME_DEFAULT) == 0)
        r = fill_runtime_default(profile);
    if (r == -ENOENT)
        return fail_unknown(name, reterr);
    if (r < 0)
        return r == -ENOMEM ? cull_fail_memory(reterr)
                            : cull_fail(reterr, -r, "the built-in profile contradicts the table");
    *ret = TAKE(profile);
    return 0;
}
