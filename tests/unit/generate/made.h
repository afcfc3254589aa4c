/* SPDX-License-Identifier: Apache-2.0 */
/* From a few words to a recording, its profile, and what the profile says. */
#ifndef TEST_GENERATE_MADE_H
#define TEST_GENERATE_MADE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <syscull/generate.h>

#include <cmocka.h>

/* One entry of a recording; the test's name for the number. */
struct heard {
    enum cull_arch arch;
    const char *name;
    uint64_t count, denied;
    int result;
    enum cull_phase phase;
};

#define CALLED(arch_, name_)                                              \
    {                                                                     \
        .arch = arch_, .name = name_, .count = 1, .phase = CULL_PHASE_APP \
    }
#define DENIED(arch_, name_, result_)                                                         \
    {                                                                                         \
        .arch = arch_, .name = name_, .denied = 1, .result = result_, .phase = CULL_PHASE_APP \
    }
#define RUNTIME_CALLED(arch_, name_)                                          \
    {                                                                         \
        .arch = arch_, .name = name_, .count = 1, .phase = CULL_PHASE_RUNTIME \
    }

static inline uint32_t made_nr(enum cull_arch arch, const char *name)
{
    uint32_t nr = 0;
    size_t id = 0;

    if (cull_syscall_by_name(name, &id) < 0 || cull_syscall_nr(id, arch, &nr) < 0)
        fail_msg("%s is no call of %s", name, cull_arch_info(arch)->name);
    return nr;
}

static inline void made_hear(struct cull_record *record, const struct heard *heard)
{
    struct cull_record_call call = { .arch = heard->arch,
                                     .phase = heard->phase,
                                     .nr = made_nr(heard->arch, heard->name),
                                     .count = heard->count,
                                     .denied = heard->denied,
                                     .denied_result = heard->result };
    struct cull_error error = { 0 };

    assert_int_equal(cull_record_add(record, &call, &error), 0);
}

static inline struct cull_record *made_record(enum cull_subject subject, const char *machine)
{
    struct cull_record *record = NULL;
    struct cull_error error = { 0 };

    assert_int_equal(cull_record_new(&record, &error), 0);
    record->subject = subject;
    record->machine = machine == NULL ? NULL : strdup(machine);
    return record;
}

static inline struct cull_profile *made_profile(const struct cull_record *record,
                                                enum cull_action action, bool for_container,
                                                struct cull_generate_report *ret_report)
{
    const struct cull_generate_options options = { .for_container = for_container,
                                                   .default_action = action };
    struct cull_profile *profile = NULL;
    struct cull_error error = { 0 };

    if (cull_generate_profile(record, &options, &profile, ret_report, &error) < 0)
        fail_msg("%s", error.message);
    return profile;
}

/* The rule that lists a name, or NULL.  More than one is a failure of its own. */
static inline const struct cull_rule *made_rule(const struct cull_profile *profile,
                                                const char *name)
{
    const struct cull_rule *found = NULL;

    for (size_t i = 0; i < profile->rules_count; i++)
        for (size_t j = 0; j < profile->rules[i].names_count; j++)
            if (strcmp(profile->rules[i].names[j].text, name) == 0) {
                if (found != NULL)
                    fail_msg("%s is listed twice", name);
                found = &profile->rules[i];
            }
    return found;
}

/* "allow", "errno 38", "kill", or "default": not listed. */
static inline const char *made_answer(const struct cull_profile *profile, const char *name)
{
    const struct cull_rule *rule = made_rule(profile, name);
    static char answer[32];

    if (rule == NULL)
        return "default";
    if (rule->action == CULL_ACT_ALLOW)
        return "allow";
    if (rule->action != CULL_ACT_ERRNO)
        return "kill";
    snprintf(answer, sizeof answer, "errno %u", rule->errno_ret);
    return answer;
}

#endif
