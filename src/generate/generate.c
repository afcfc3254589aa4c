/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rules of a generated profile.
 *
 * Why every known name is listed, although the default action would do: runc answers ENOSYS, and not
 * the default action, to every number above the largest one that a profile names, crun does not.
 * With all names listed both say the same to all of them.  It also keeps ENOSYS for what is newer,
 * which is what C libraries probe for, apart from EPERM for what is refused.
 *
 * Why clone3 has a rule of its own although the default action says ENOSYS: Docker before 21 drops
 * defaultErrnoRet, and on EPERM no C library falls back to clone: no thread could be made.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "names.h"

struct rule {
    enum cull_action action;
    bool has_errno;
    uint32_t errno_ret;
};

enum group { GROUP_ALLOWED, GROUP_DENIED, GROUP_CLONE3, GROUP_REST, GROUP_NONE };

static enum group group_of(const struct plan *plan, size_t id)
{
    bool is_errno = plan->options->default_action == CULL_ACT_ERRNO;
    const struct fate *fate = &plan->names[id];

    if (fate->flags & NAME_ALLOWED)
        return GROUP_ALLOWED;
    if (!(fate->flags & NAME_KNOWN))
        return GROUP_NONE;
    /* It coped with that answer, whatever becomes of the rest. */
    if (fate->flags & NAME_ERRNO && !(is_errno && fate->errno_ret == EPERM))
        return GROUP_DENIED;
    if (!is_errno && !cull_plan_kills(plan))
        return GROUP_NONE; /* what is not listed goes on, or to the tracer */
    if (strcmp(cull_syscall_info(id)->name, "clone3") == 0 && !(fate->flags & NAME_ERRNO))
        return GROUP_CLONE3;
    return GROUP_REST;
}

/* One rule with all names of a group (and, of the denied ones, of one errno); none if it is empty. */
static int add_group(struct cull_profile *profile, const struct plan *plan, enum group group,
                     const struct rule *rule)
{
    cull_auto_memory const char **names = calloc(plan->names_count, sizeof *names);
    size_t count = 0;

    if (names == NULL)
        return -ENOMEM;
    for (size_t id = 0; id < plan->names_count; id++)
        if (group_of(plan, id) == group &&
            (group != GROUP_DENIED || plan->names[id].errno_ret == rule->errno_ret))
            names[count++] = cull_syscall_info(id)->name;
    if (count == 0)
        return 0;
    return cull_profile_add_rule(profile, rule->action, rule->has_errno, rule->errno_ret, NULL,
                                 names, count);
}

/* One rule per errno, in ascending order. */
static int add_denied(struct cull_profile *profile, const struct plan *plan)
{
    struct rule rule = { CULL_ACT_ERRNO, true, 0 };
    int64_t last = -1;
    int r = 0;

    while (r == 0) {
        int64_t next = INT64_MAX;

        for (size_t id = 0; id < plan->names_count; id++)
            if (group_of(plan, id) == GROUP_DENIED && plan->names[id].errno_ret > last &&
                plan->names[id].errno_ret < next)
                next = plan->names[id].errno_ret;
        if (next == INT64_MAX)
            break;
        rule.errno_ret = (uint32_t)next;
        last = next;
        r = add_group(profile, plan, GROUP_DENIED, &rule);
    }
    return r;
}

static int add_rules(struct cull_profile *profile, const struct plan *plan)
{
    static const struct rule allowed = { CULL_ACT_ALLOW, false, 0 };
    static const struct rule clone3 = { CULL_ACT_ERRNO, true, ENOSYS };
    struct rule rest = { CULL_ACT_ERRNO, true, EPERM };
    int r;

    if (cull_plan_kills(plan))
        rest = (struct rule){ plan->options->default_action, false, 0 };
    r = add_group(profile, plan, GROUP_ALLOWED, &allowed);
    if (r == 0)
        r = add_denied(profile, plan);
    if (r == 0)
        r = add_group(profile, plan, GROUP_CLONE3, &clone3);
    if (r == 0)
        r = add_group(profile, plan, GROUP_REST, &rest);
    return r;
}

static int write_profile(struct cull_profile *profile, const struct plan *plan)
{
    int r = 0;

    profile->default_action = plan->options->default_action;
    profile->has_default_errno = plan->options->default_action == CULL_ACT_ERRNO;
    if (profile->has_default_errno)
        profile->default_errno = ENOSYS;
    for (size_t i = 0; i < plan->archs_count && r == 0; i++)
        r = cull_profile_add_arch(profile, plan->archs[i]);
    return r == 0 ? add_rules(profile, plan) : r;
}

static struct cull_generate_report count(const struct plan *plan)
{
    struct cull_generate_report report = { .unnamed = plan->unnamed };

    for (size_t id = 0; id < plan->names_count; id++) {
        unsigned flags = plan->names[id].flags;

        report.known += (flags & NAME_KNOWN) != 0;
        report.called += (flags & NAME_CALLED) != 0;
        report.allowed += (flags & NAME_ALLOWED) != 0;
        report.startup += (flags & NAME_STARTUP) != 0;
        report.denied += (flags & (NAME_DENIED | NAME_ALLOWED)) == NAME_DENIED;
    }
    report.added = report.allowed - report.called - report.startup;
    return report;
}

int cull_generate_profile(const struct cull_record *record,
                          const struct cull_generate_options *options, struct cull_profile **ret,
                          struct cull_generate_report *ret_report, struct cull_error *reterr)
{
    __attribute__((cleanup(cull_plan_clear))) struct plan plan = { .record = record,
                                                                   .options = options };
    cull_auto(profile) profile = NULL;
    int r;

    if (options->default_action == CULL_ACT_ALLOW || options->default_action == CULL_ACT_NOTIFY)
        return cull_fail(reterr, EINVAL,
                         "%s cannot be the default action of a profile that lists what is allowed",
                         cull_action_info(options->default_action)->oci);
    r = cull_plan_make(&plan, reterr);
    if (r == 0)
        r = cull_profile_new(&profile, reterr);
    if (r < 0)
        return r;
    if (write_profile(profile, &plan) < 0) /* the names are the table's own */
        return cull_fail_memory(reterr);
    *ret = TAKE(profile);
    if (ret_report != NULL)
        *ret_report = count(&plan);
    return 0;
}
