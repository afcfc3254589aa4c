/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "model.h"

#define FIRST_CAPACITY 8

void *cull_model_grow(struct cull_arena *arena, void *array, size_t count, size_t element_size)
{
    size_t capacity = count < FIRST_CAPACITY ? FIRST_CAPACITY : count * 2;
    void *grown;

    if (count > 0 && (count < FIRST_CAPACITY || (count & (count - 1)) != 0))
        return array; /* full only at 8, 16, 32, ... */
    if (capacity > SIZE_MAX / 2 / element_size)
        return NULL;
    grown = cull_arena_alloc(arena, capacity * element_size);
    if (grown != NULL && count > 0)
        memcpy(grown, array, count * element_size);
    return grown;
}

void cull_findings_add(struct cull_findings *findings, int severity, const char *code,
                       const struct cull_place *place, const char *format, ...)
{
    struct cull_finding *items, *finding;
    char message[512];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    items = cull_model_grow(findings->arena, findings->items, findings->count, sizeof *items);
    if (items == NULL) {
        findings->failed = true;
        return;
    }
    findings->items = items;
    finding = &items[findings->count];
    finding->severity = severity;
    finding->code = code;
    finding->place = *place;
    finding->place.source = findings->source;
    if (place->path != NULL) /* the profile that it was found in may not live as long */
        finding->place.path = cull_arena_copy(findings->arena, place->path, strlen(place->path));
    finding->message = cull_arena_copy(findings->arena, message, strlen(message));
    if (finding->message == NULL || (place->path != NULL && finding->place.path == NULL))
        findings->failed = true;
    else
        findings->count++;
}

bool cull_selector_is_empty(const struct cull_selector *selector)
{
    return selector->caps_count == 0 && selector->arches_count == 0 &&
           selector->kernel_major == 0 && selector->kernel_minor == 0;
}

void cull_profile_free(struct cull_profile *profile)
{
    if (profile != NULL)
        cull_arena_free(profile->arena); /* the profile is in its own arena */
}

static struct cull_profile *make(const char *source)
{
    cull_auto(arena) arena = cull_arena_new();
    struct cull_profile *profile;

    if (arena == NULL)
        return NULL;
    profile = cull_arena_alloc(arena, sizeof *profile);
    if (profile == NULL)
        return NULL;
    profile->source = cull_arena_copy(arena, source, strlen(source));
    if (profile->source == NULL)
        return NULL;
    profile->default_place.source = profile->source;
    profile->arena = TAKE(arena);
    return profile;
}

int cull_profile_new(struct cull_profile **ret, struct cull_error *reterr)
{
    struct cull_profile *profile = make("");

    if (profile == NULL)
        return cull_fail_memory(reterr);
    profile->default_action = CULL_ACT_ERRNO;
    profile->default_errno = EPERM;
    *ret = profile;
    return 0;
}

int cull_profile_add_arch(struct cull_profile *profile, enum cull_arch arch)
{
    enum cull_arch *archs = cull_model_grow(profile->arena, profile->archs, profile->archs_count,
                                            sizeof *archs);

    if (archs == NULL)
        return -ENOMEM;
    archs[profile->archs_count++] = arch;
    profile->archs = archs;
    return 0;
}

static int fill_names(struct cull_profile *profile, struct cull_rule *rule,
                      const char *const *names, size_t count)
{
    size_t id;

    rule->names = cull_arena_alloc(profile->arena, (count + 1) * sizeof *rule->names);
    if (rule->names == NULL)
        return -ENOMEM;
    for (size_t i = 0; i < count; i++) {
        if (cull_syscall_by_name(names[i], &id) < 0)
            return -EINVAL;
        rule->names[i].text = cull_arena_copy(profile->arena, names[i], strlen(names[i]));
        rule->names[i].place.source = profile->source;
        if (rule->names[i].text == NULL)
            return -ENOMEM;
    }
    rule->names_count = count;
    return 0;
}

int cull_profile_add_rule(struct cull_profile *profile, enum cull_action action, bool has_errno,
                          uint32_t errno_ret, const char *comment, const char *const *names,
                          size_t names_count)
{
    struct cull_rule *rules, rule = { .action = action, .has_errno = has_errno };
    int r;

    if (cull_action_info(action)->takes_errno)
        rule.errno_ret = has_errno ? errno_ret : EPERM;
    rule.place.source = profile->source;
    if (comment != NULL) {
        rule.comment = cull_arena_copy(profile->arena, comment, strlen(comment));
        if (rule.comment == NULL)
            return -ENOMEM;
    }
    r = fill_names(profile, &rule, names, names_count);
    if (r < 0)
        return r;
    rules = cull_model_grow(profile->arena, profile->rules, profile->rules_count, sizeof *rules);
    if (rules == NULL)
        return -ENOMEM;
    rules[profile->rules_count++] = rule;
    profile->rules = rules;
    return 0;
}

/* What can be read here, but not where profiles are used. */
static void judge_file(struct cull_reader *reader, const char *data, size_t size)
{
    struct cull_place place = { .line = 1, .column = 1 };
    size_t at = 0;

    if (size >= 3 && memcmp(data, "\xef\xbb\xbf", 3) == 0) {
        cull_findings_add(&reader->findings, CULL_WARNING, "byte-order-mark", &place,
                          "the file begins with a byte order mark: Docker, Podman, containerd and "
                          "runc refuse it");
        at = 3;
    }
    while (at < size && strchr(" \t\r\n", data[at]) != NULL)
        at++;
    if (at < size && data[at] != '{' && reader->profile->format != CULL_FORMAT_KUBERNETES)
        cull_findings_add(&reader->findings, CULL_WARNING, "not-json", &place,
                          "a profile in YAML: Docker, Podman, containerd, runc and crun read JSON "
                          "only");
}

static int parse(struct cull_profile *profile, const char *data, size_t size,
                 struct cull_error *reterr)
{
    struct cull_reader reader = { .profile = profile, .arena = profile->arena };
    const struct cull_node *root, *map;
    int r;

    reader.findings = (struct cull_findings){ .arena = profile->arena, .source = profile->source };
    r = cull_document_parse(profile->arena, profile->source, data, size, &root, reterr);
    if (r < 0)
        return r;
    r = cull_find_profile(&reader, root, &map, reterr);
    if (r < 0)
        return r;
    judge_file(&reader, data, size);
    r = cull_read_profile(&reader, map, reterr);
    if (r < 0)
        return r;
    if (reader.findings.failed)
        return cull_fail_memory(reterr);
    profile->findings = reader.findings.items;
    profile->findings_count = reader.findings.count;
    return 0;
}

int cull_profile_parse(const char *source, const char *data, size_t size, struct cull_profile **ret,
                       struct cull_error *reterr)
{
    cull_auto(profile) profile = make(source);
    int r;

    if (profile == NULL)
        return cull_fail_memory(reterr);
    r = parse(profile, data, size, reterr);
    if (r < 0)
        return r;
    *ret = TAKE(profile);
    return 0;
}

int cull_profile_load(const char *path, struct cull_profile **ret, struct cull_error *reterr)
{
    cull_auto_memory char *data = NULL;
    size_t size;
    int r = cull_file_read(path, &data, &size, reterr);

    return r < 0 ? r : cull_profile_parse(path, data, size, ret, reterr);
}
