/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Canonical JSON.  Only keys that every reader knows or needs, in the runtime-spec's order, so
 * that two equal profiles are two equal files.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "model.h"

static int by_text(const void *a, const void *b)
{
    const struct cull_name *left = a, *right = b;

    return strcmp(left->text, right->text);
}

/* Sorted, each once: a name that stands twice says nothing more. */
static int print_names(struct cull_json *json, const struct cull_rule *rule)
{
    cull_auto_memory struct cull_name *names = malloc((rule->names_count + 1) * sizeof *names);

    if (names == NULL)
        return -ENOMEM;
    memset(names, 0, sizeof *names);
    if (rule->names_count > 0)
        memcpy(names, rule->names, rule->names_count * sizeof *names);
    qsort(names, rule->names_count, sizeof *names, by_text);
    cull_json_scalars(json, "names");
    for (size_t i = 0; i < rule->names_count; i++)
        if (i == 0 || strcmp(names[i - 1].text, names[i].text) != 0)
            cull_json_string(json, NULL, names[i].text);
    cull_json_end(json);
    return 0;
}

static void print_conditions(struct cull_json *json, const struct cull_rule *rule)
{
    if (rule->conditions_count == 0)
        return;
    cull_json_list(json, "args");
    for (size_t i = 0; i < rule->conditions_count; i++) {
        const struct cull_condition *condition = &rule->conditions[i];

        cull_json_map(json, NULL);
        cull_json_u64(json, "index", condition->index);
        cull_json_u64(json, "value", condition->value);
        if (condition->op == CULL_CMP_MASKED_EQ || condition->value_two != 0)
            cull_json_u64(json, "valueTwo", condition->value_two);
        cull_json_string(json, "op", cull_op_name(condition->op));
        cull_json_end(json);
    }
    cull_json_end(json);
}

static void print_words(struct cull_json *json, const char *key, const char *const *words,
                        size_t count)
{
    if (count == 0)
        return;
    cull_json_scalars(json, key);
    for (size_t i = 0; i < count; i++)
        cull_json_string(json, NULL, words[i]);
    cull_json_end(json);
}

static void print_selector(struct cull_json *json, const char *key,
                           const struct cull_selector *selector)
{
    char kernel[16];

    if (cull_selector_is_empty(selector))
        return;
    cull_json_map(json, key);
    print_words(json, "caps", selector->caps, selector->caps_count);
    print_words(json, "arches", selector->arches, selector->arches_count);
    if (selector->kernel_major > 0 || selector->kernel_minor > 0) {
        snprintf(kernel, sizeof kernel, "%u.%u", selector->kernel_major & 0xff,
                 selector->kernel_minor & 0xff);
        cull_json_string(json, "minKernel", kernel);
    }
    cull_json_end(json);
}

static int print_rule(struct cull_json *json, const struct cull_rule *rule, bool docker)
{
    cull_json_map(json, NULL);
    if (print_names(json, rule) < 0)
        return -ENOMEM;
    cull_json_string(json, "action", cull_action_info(rule->action)->oci);
    if (rule->has_errno)
        cull_json_u64(json, "errnoRet", rule->errno_ret);
    print_conditions(json, rule);
    if (docker) {
        if (rule->comment != NULL)
            cull_json_string(json, "comment", rule->comment);
        print_selector(json, "includes", &rule->includes);
        print_selector(json, "excludes", &rule->excludes);
    }
    cull_json_end(json);
    return 0;
}

static void print_archs(struct cull_json *json, const char *key, const enum cull_arch *archs,
                        size_t count)
{
    if (count == 0)
        return;
    cull_json_scalars(json, key);
    for (size_t i = 0; i < count; i++)
        cull_json_string(json, NULL, cull_arch_info(archs[i])->oci);
    cull_json_end(json);
}

static void print_arch_map(struct cull_json *json, const struct cull_profile *profile)
{
    if (profile->arch_map_count == 0)
        return;
    cull_json_list(json, "archMap");
    for (size_t i = 0; i < profile->arch_map_count; i++) {
        cull_json_map(json, NULL);
        cull_json_string(json, "architecture", cull_arch_info(profile->arch_map[i].arch)->oci);
        print_archs(json, "subArchitectures", profile->arch_map[i].sub,
                    profile->arch_map[i].sub_count);
        cull_json_end(json);
    }
    cull_json_end(json);
}

/* An empty list means something: without the key, runtimes set SECCOMP_FILTER_FLAG_SPEC_ALLOW. */
static void print_flags(struct cull_json *json, const struct cull_profile *profile)
{
    if (!profile->has_flags)
        return;
    cull_json_scalars(json, "flags");
    for (unsigned bit = 0; bit < 32; bit++)
        if (profile->flags >> bit & 1 && cull_flag_name(1u << bit) != NULL)
            cull_json_string(json, NULL, cull_flag_name(1u << bit));
    cull_json_end(json);
}

static void print_head(struct cull_json *json, const struct cull_profile *profile)
{
    if (!profile->is_empty)
        cull_json_string(json, "defaultAction", cull_action_info(profile->default_action)->oci);
    if (profile->has_default_errno)
        cull_json_u64(json, "defaultErrnoRet", profile->default_errno);
    print_archs(json, "architectures", profile->archs, profile->archs_count);
    print_arch_map(json, profile);
    print_flags(json, profile);
    if (profile->listener_path != NULL)
        cull_json_string(json, "listenerPath", profile->listener_path);
    if (profile->listener_metadata != NULL)
        cull_json_string(json, "listenerMetadata", profile->listener_metadata);
}

/* Docker's form only for what needs it: what every reader knows is written for every reader. */
static bool needs_docker(const struct cull_profile *profile)
{
    if (profile->arch_map_count > 0)
        return true;
    for (size_t i = 0; i < profile->rules_count; i++)
        if (!cull_selector_is_empty(&profile->rules[i].includes) ||
            !cull_selector_is_empty(&profile->rules[i].excludes))
            return true;
    return false;
}

int cull_profile_print(const struct cull_profile *profile, struct cull_text *out,
                       struct cull_error *reterr)
{
    bool docker = needs_docker(profile);
    struct cull_json json;

    cull_json_start(&json, out, false);
    cull_json_map(&json, NULL);
    print_head(&json, profile);
    if (profile->rules_count > 0) {
        cull_json_list(&json, "syscalls");
        for (size_t i = 0; i < profile->rules_count; i++)
            if (print_rule(&json, &profile->rules[i], docker) < 0)
                return cull_fail_memory(reterr);
        cull_json_end(&json);
    }
    cull_json_end(&json);
    return cull_text_ok(out) ? 0 : cull_fail_memory(reterr);
}
