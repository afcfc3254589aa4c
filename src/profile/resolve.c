/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Resolve a profile for one container on one machine, step by step as Docker's daemon does it
 * (moby/profiles, seccomp/seccomp_linux.go).
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

#include "model.h"

int cull_target_default(struct cull_target *ret, struct cull_error *reterr)
{
    struct utsname name;
    unsigned major = 0, minor = 0;

    if (uname(&name) < 0)
        return cull_fail(reterr, errno, "uname(2): %s", strerror(errno));
    if (sscanf(name.release, "%u.%u", &major, &minor) != 2)
        return cull_fail(reterr, EINVAL, "\"%.64s\" is no kernel release", name.release);
    *ret = (struct cull_target){ .arch = cull_arch_native(),
                                 .caps = CULL_CAPS_DOCKER_DEFAULT,
                                 .kernel_major = major,
                                 .kernel_minor = minor };
    return 0;
}

static bool has_cap(const struct cull_target *target, const char *word)
{
    unsigned number;

    /* compared as written: "SYS_ADMIN" is no capability to Docker */
    return cull_cap_by_name(word, &number) == 0 && strcmp(cull_cap_name(number), word) == 0 &&
           (target->caps >> number & 1) != 0;
}

static bool lists_arch(const struct cull_selector *selector, const struct cull_target *target)
{
    const char *go = cull_arch_info(target->arch)->go;

    for (size_t i = 0; i < selector->arches_count; i++)
        if (go != NULL && strcmp(selector->arches[i], go) == 0)
            return true;
    return false;
}

static bool kernel_is_older(const struct cull_selector *selector, const struct cull_target *target)
{
    if (target->kernel_major != selector->kernel_major)
        return target->kernel_major < selector->kernel_major;
    return target->kernel_minor < selector->kernel_minor;
}

static bool is_excluded(const struct cull_selector *excludes, const struct cull_target *target)
{
    if (lists_arch(excludes, target))
        return true;
    for (size_t i = 0; i < excludes->caps_count; i++) /* any of them */
        if (has_cap(target, excludes->caps[i]))
            return true;
    return (excludes->kernel_major > 0 || excludes->kernel_minor > 0) &&
           !kernel_is_older(excludes, target);
}

static bool is_included(const struct cull_selector *includes, const struct cull_target *target)
{
    if (includes->arches_count > 0 && !lists_arch(includes, target))
        return false;
    for (size_t i = 0; i < includes->caps_count; i++) /* all of them */
        if (!has_cap(target, includes->caps[i]))
            return false;
    return !kernel_is_older(includes, target);
}

/* The copy shares nothing with what it is a copy of: either may be freed first. */
static const char *copy_text(struct cull_arena *arena, const char *text, bool *failed)
{
    const char *copy;

    if (text == NULL)
        return NULL;
    copy = cull_arena_copy(arena, text, strlen(text));
    *failed |= copy == NULL;
    return copy;
}

static struct cull_place copy_place(const struct cull_profile *profile,
                                    const struct cull_place *place, bool *failed)
{
    struct cull_place copy = *place;

    copy.source = profile->source;
    copy.path = copy_text(profile->arena, place->path, failed);
    return copy;
}

static bool copy_rule(struct cull_profile *profile, const struct cull_rule *rule)
{
    struct cull_rule *copy = &profile->rules[profile->rules_count];
    struct cull_arena *arena = profile->arena;
    bool failed = false;

    *copy = *rule;
    memset(&copy->includes, 0, sizeof copy->includes);
    memset(&copy->excludes, 0, sizeof copy->excludes);
    copy->comment = copy_text(arena, rule->comment, &failed);
    copy->place = copy_place(profile, &rule->place, &failed);
    copy->names = cull_arena_alloc(arena, (rule->names_count + 1) * sizeof *copy->names);
    copy->conditions = cull_arena_alloc(arena,
                                        (rule->conditions_count + 1) * sizeof *copy->conditions);
    if (failed || copy->names == NULL || copy->conditions == NULL)
        return false;
    for (size_t i = 0; i < rule->names_count; i++) {
        copy->names[i].text = copy_text(arena, rule->names[i].text, &failed);
        copy->names[i].place = copy_place(profile, &rule->names[i].place, &failed);
    }
    for (size_t i = 0; i < rule->conditions_count; i++) {
        copy->conditions[i] = rule->conditions[i];
        copy->conditions[i].place = copy_place(profile, &rule->conditions[i].place, &failed);
    }
    profile->rules_count++;
    return !failed;
}

static bool copy_rules(struct cull_profile *profile, const struct cull_profile *from,
                       const struct cull_target *target)
{
    profile->rules = cull_arena_alloc(profile->arena,
                                      (from->rules_count + 1) * sizeof *from->rules);
    if (profile->rules == NULL)
        return false;
    for (size_t i = 0; i < from->rules_count; i++) {
        const struct cull_rule *rule = &from->rules[i];

        if (is_excluded(&rule->excludes, target) || !is_included(&rule->includes, target))
            continue;
        if (!copy_rule(profile, rule))
            return false;
    }
    return true;
}

static bool copy_findings(struct cull_profile *profile, const struct cull_profile *from)
{
    bool failed = false;

    profile->findings = cull_arena_alloc(profile->arena,
                                         (from->findings_count + 1) * sizeof *from->findings);
    if (profile->findings == NULL)
        return false;
    for (size_t i = 0; i < from->findings_count; i++) {
        profile->findings[i] = from->findings[i];
        profile->findings[i].place = copy_place(profile, &from->findings[i].place, &failed);
        profile->findings[i].message = copy_text(profile->arena, from->findings[i].message,
                                                 &failed);
    }
    profile->findings_count = from->findings_count;
    return !failed;
}

static int add_arch_once(struct cull_profile *profile, enum cull_arch arch)
{
    for (size_t i = 0; i < profile->archs_count; i++)
        if (profile->archs[i] == arch)
            return 0;
    return cull_profile_add_arch(profile, arch);
}

/* The runtimes add the native architecture whether it is listed or not: so it is the first. */
static int resolve_archs(struct cull_profile *profile, const struct cull_profile *from,
                         const struct cull_target *target)
{
    int r = add_arch_once(profile, target->arch);

    for (size_t i = 0; i < from->archs_count && r == 0; i++)
        r = add_arch_once(profile, from->archs[i]);
    for (size_t i = 0; i < from->arch_map_count && r == 0; i++) {
        const struct cull_arch_map *entry = &from->arch_map[i];

        if (entry->arch != target->arch)
            continue;
        for (size_t j = 0; j < entry->sub_count && r == 0; j++)
            r = add_arch_once(profile, entry->sub[j]);
        break; /* Docker takes the first entry of a machine and no other */
    }
    return r;
}

static int check_resolvable(const struct cull_profile *profile, struct cull_error *reterr)
{
    if (profile->archs_count > 0 && profile->arch_map_count > 0)
        return cull_fail_at(reterr, EINVAL, &profile->default_place,
                            "both architectures and archMap are set: Docker refuses the profile");
    if (profile->default_action == CULL_ACT_NOTIFY)
        return cull_fail_at(reterr, EINVAL, &profile->default_place,
                            "SCMP_ACT_NOTIFY cannot be the default action");
    for (size_t i = 0; i < profile->rules_count; i++)
        for (size_t j = 0; j < profile->rules[i].names_count; j++)
            if (profile->rules[i].action == CULL_ACT_NOTIFY &&
                strcmp(profile->rules[i].names[j].text, "write") == 0)
                return cull_fail_at(reterr, EINVAL, &profile->rules[i].names[j].place,
                                    "SCMP_ACT_NOTIFY cannot be used for write");
    return 0;
}

static bool copy_head(struct cull_profile *profile, const struct cull_profile *from)
{
    bool failed = false;

    profile->format = CULL_FORMAT_OCI;
    profile->source = copy_text(profile->arena, from->source, &failed);
    profile->name = copy_text(profile->arena, from->name, &failed);
    profile->is_empty = from->is_empty;
    profile->default_action = from->default_action;
    profile->has_default_errno = from->has_default_errno;
    profile->default_errno = from->default_errno;
    profile->default_place = copy_place(profile, &from->default_place, &failed);
    profile->has_flags = from->has_flags;
    profile->flags = from->flags;
    profile->listener_path = copy_text(profile->arena, from->listener_path, &failed);
    profile->listener_metadata = copy_text(profile->arena, from->listener_metadata, &failed);
    profile->is_resolved = true;
    return !failed;
}

int cull_profile_resolve(const struct cull_profile *profile, const struct cull_target *target,
                         struct cull_profile **ret, struct cull_error *reterr)
{
    cull_auto(profile) resolved = NULL;
    int r = check_resolvable(profile, reterr);

    if (r < 0)
        return r;
    r = cull_profile_new(&resolved, reterr);
    if (r < 0)
        return r;
    if (!copy_head(resolved, profile) || resolve_archs(resolved, profile, target) < 0 ||
        !copy_rules(resolved, profile, target) || !copy_findings(resolved, profile))
        return cull_fail_memory(reterr);
    *ret = TAKE(resolved);
    return 0;
}
