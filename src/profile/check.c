/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Everything worth saying about a profile that can be read.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "model.h"

/* What every reader knows, but runc: opencontainers/runc libcontainer/seccomp/config.go. */
static bool runc_knows(enum cull_arch arch)
{
    return arch != CULL_ARCH_PARISC && arch != CULL_ARCH_PARISC64 && arch != CULL_ARCH_M68K &&
           arch != CULL_ARCH_SH && arch != CULL_ARCH_SHEB;
}

static void judge_archs(struct cull_findings *findings, const struct cull_profile *profile,
                        const struct cull_profile *resolved)
{
    const struct cull_arch_info *native = cull_arch_info(resolved->archs[0]);
    bool open = profile->default_action == CULL_ACT_ALLOW ||
                profile->default_action == CULL_ACT_LOG;

    if (profile->archs_count == 0 && profile->arch_map_count == 0)
        cull_findings_add(findings, open ? CULL_WARNING : CULL_NOTE, "arch-missing",
                          &profile->default_place,
                          "no architectures are listed: every call of another ABI than %s (32-bit "
                          "programs) is killed, whatever the default",
                          native->oci);
    for (size_t i = 1; i < resolved->archs_count; i++) {
        const struct cull_arch_info *info = cull_arch_info(resolved->archs[i]);

        if (info->big_endian != native->big_endian)
            cull_findings_add(findings, CULL_ERROR, "arch-endianness", &profile->default_place,
                              "%s and %s differ in byte order: no runtime on %s starts this",
                              info->oci, native->oci, native->name);
        if (!runc_knows(info->arch))
            cull_findings_add(findings, CULL_WARNING, "arch-unknown-to-runc",
                              &profile->default_place,
                              "runc does not know %s and starts no container", info->oci);
    }
}

static void judge_listener(struct cull_findings *findings, const struct cull_profile *resolved)
{
    const struct cull_rule *notify = NULL;

    for (size_t i = 0; i < resolved->rules_count && notify == NULL; i++)
        if (resolved->rules[i].action == CULL_ACT_NOTIFY)
            notify = &resolved->rules[i];
    if (notify != NULL && resolved->listener_path == NULL)
        cull_findings_add(findings, CULL_WARNING, "notify-without-listener", &notify->place,
                          "SCMP_ACT_NOTIFY without listenerPath: runc refuses it, under crun the "
                          "calls get ENOSYS");
    if (notify == NULL && resolved->listener_path != NULL)
        cull_findings_add(findings, CULL_NOTE, "listener-unused", &resolved->default_place,
                          "listenerPath is set, but no rule has SCMP_ACT_NOTIFY");
}

/* The rule that decides an unconditional call of name, or NULL: the default.  *ret_allowed: some
 * rule lets it through, if only with conditions. */
static const struct cull_rule *rule_of(const struct cull_profile *resolved, const char *name,
                                       bool *ret_allowed)
{
    const struct cull_rule *found = NULL;

    *ret_allowed = false;
    for (size_t i = 0; i < resolved->rules_count; i++) {
        const struct cull_rule *rule = &resolved->rules[i];

        for (size_t j = 0; j < rule->names_count; j++) {
            if (strcmp(rule->names[j].text, name) != 0)
                continue;
            *ret_allowed |= rule->action == CULL_ACT_ALLOW || rule->action == CULL_ACT_LOG;
            if (found == NULL && rule->conditions_count == 0)
                found = rule;
        }
    }
    return found;
}

static void judge_clone3(struct cull_findings *findings, const struct cull_profile *resolved)
{
    bool clone_allowed, clone3_allowed;
    const struct cull_rule *rule = rule_of(resolved, "clone3", &clone3_allowed);
    enum cull_action action = rule != NULL ? rule->action : resolved->default_action;
    uint32_t number = rule != NULL ? rule->errno_ret : resolved->default_errno;
    const char *name = cull_errno_name(number);

    rule_of(resolved, "clone", &clone_allowed);
    if (!clone_allowed || clone3_allowed)
        return;
    if (action == CULL_ACT_ERRNO && number != ENOSYS)
        cull_findings_add(findings, CULL_WARNING, "clone3-without-enosys",
                          rule != NULL ? &rule->place : &resolved->default_place,
                          "clone is allowed but clone3 gets %s: the C library tries clone3 first "
                          "and takes clone only on ENOSYS (errnoRet 38)",
                          name != NULL ? name : "an errno");
    if (action == CULL_ACT_KILL_PROCESS || action == CULL_ACT_KILL_THREAD ||
        action == CULL_ACT_TRAP)
        cull_findings_add(findings, CULL_WARNING, "clone3-without-enosys",
                          rule != NULL ? &rule->place : &resolved->default_place,
                          "clone is allowed but clone3 is killed: the C library tries clone3 "
                          "first, give it SCMP_ACT_ERRNO with errnoRet 38 (ENOSYS)");
}

void cull_check_whole(struct cull_findings *findings, const struct cull_profile *profile,
                      const struct cull_profile *resolved)
{
    judge_archs(findings, profile, resolved);
    judge_listener(findings, resolved);
    judge_clone3(findings, resolved);
    if (resolved->default_action == CULL_ACT_ERRNO && resolved->default_errno == EPERM &&
        resolved->rules_count > 0)
        cull_findings_add(findings, CULL_NOTE, "eperm-for-new-syscalls", &resolved->default_place,
                          "system calls newer than this profile get EPERM under crun, ENOSYS under "
                          "runc: C libraries fall back only on ENOSYS (defaultErrnoRet 38)");
}

/* Rules that libseccomp refuses to combine: the policy finds them, the container would not start. */
static int judge_policy(struct cull_findings *findings, const struct cull_profile *resolved,
                        struct cull_error *reterr)
{
    cull_auto(policy) policy = NULL;
    struct cull_error error = { 0 };
    struct cull_place place = { 0 };
    int r = cull_policy_build(resolved, &policy, &error);

    if (r == -ENOMEM)
        return cull_fail_memory(reterr);
    if (r < 0) {
        place.line = error.line;
        place.column = error.column;
        place.path = *error.path != '\0' ? error.path : NULL;
        cull_findings_add(findings, CULL_ERROR, "conflicting-rules", &place, "%s", error.message);
    }
    return 0;
}

static int judge_resolved(struct cull_findings *findings, const struct cull_profile *profile,
                          const struct cull_target *target, struct cull_error *reterr)
{
    cull_auto(profile) resolved = NULL;
    int r = cull_profile_resolve(profile, target, &resolved, reterr);

    if (r < 0)
        return r;
    cull_check_whole(findings, profile, resolved);
    cull_check_rules(findings, resolved);
    return judge_policy(findings, resolved, reterr);
}

static int by_place(const void *a, const void *b)
{
    const struct cull_finding *left = a, *right = b;
    int order;

    if (left->place.line != right->place.line)
        return left->place.line < right->place.line ? -1 : 1;
    if (left->place.column != right->place.column)
        return left->place.column < right->place.column ? -1 : 1;
    if (left->severity != right->severity)
        return left->severity > right->severity ? -1 : 1;
    order = strcmp(left->code, right->code);
    return order != 0 ? order : strcmp(left->message, right->message);
}

int cull_profile_check(struct cull_profile *profile, const struct cull_target *target,
                       struct cull_finding **ret, size_t *ret_count, struct cull_error *reterr)
{
    struct cull_findings more = { .arena = profile->arena, .source = profile->source };
    struct cull_finding *all;
    size_t count;
    int r = profile->is_empty ? 0 : judge_resolved(&more, profile, target, reterr);

    if (r < 0)
        return r;
    count = profile->findings_count + more.count;
    all = malloc((count + 1) * sizeof *all);
    if (all == NULL || more.failed) {
        free(all);
        return cull_fail_memory(reterr);
    }
    if (profile->findings_count > 0)
        memcpy(all, profile->findings, profile->findings_count * sizeof *all);
    if (more.count > 0)
        memcpy(all + profile->findings_count, more.items, more.count * sizeof *all);
    if (count > 1)
        qsort(all, count, sizeof *all, by_place);
    *ret = all;
    *ret_count = count;
    return 0;
}
