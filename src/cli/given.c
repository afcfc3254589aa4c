/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "given.h"

int cull_given_count(const struct invocation *given, size_t min, size_t max, const char *what)
{
    if (given->operands_count < min)
        return cull_say_usage(given->command, "%s needs %s", given->command->path, what);
    if (given->operands_count > max)
        return cull_say_usage(given->command, "%s takes %s: what is \"%s\"?", given->command->path,
                              max == 0 ? "no arguments" : what, given->operands[max]);
    return 0;
}

int cull_given_arch(const struct invocation *given, enum cull_arch *ret)
{
    const char *name = cull_option_value(given, "arch"), *nearest;
    const char *names[CULL_ARCH_COUNT];

    if (name == NULL || cull_arch_by_name(name, ret) == 0)
        return 0;
    for (int i = 0; i < CULL_ARCH_COUNT; i++)
        names[i] = cull_arch_info((enum cull_arch)i)->name;
    nearest = cull_text_nearest(name, names, CULL_ARCH_COUNT);
    if (nearest != NULL)
        return cull_say_usage(given->command, "unknown architecture \"%s\", did you mean \"%s\"?",
                              name, nearest);
    return cull_say_usage(given->command, "unknown architecture \"%s\"", name);
}

/* One of "all", "none", "default", or a capability; *ret holds the sum so far. */
static bool add_caps(const char *word, uint64_t *ret)
{
    unsigned number;

    if (strcmp(word, "all") == 0)
        *ret |= (UINT64_C(1) << CULL_CAP_COUNT) - 1;
    else if (strcmp(word, "default") == 0)
        *ret |= CULL_CAPS_DOCKER_DEFAULT;
    else if (cull_cap_by_name(word, &number) == 0)
        *ret |= UINT64_C(1) << number;
    else
        return strcmp(word, "none") == 0;
    return true;
}

static int say_unknown_cap(const struct invocation *given, const char *word)
{
    const char *names[CULL_CAP_COUNT], *nearest;

    for (unsigned i = 0; i < CULL_CAP_COUNT; i++)
        names[i] = cull_cap_name(i);
    nearest = cull_text_nearest(word, names, CULL_CAP_COUNT);
    for (unsigned i = 0; i < CULL_CAP_COUNT; i++)
        names[i] += strlen("CAP_");
    if (nearest == NULL)
        nearest = cull_text_nearest(word, names, CULL_CAP_COUNT);
    return cull_say_usage(given->command, "unknown capability \"%s\"%s%s%s", word,
                          nearest ? ", did you mean \"" : "", nearest ? nearest : "",
                          nearest ? "\"?" : "");
}

static int given_caps(const struct invocation *given, uint64_t *ret)
{
    const char *list = cull_option_value(given, "caps");
    uint64_t caps = 0;

    while (list != NULL) {
        size_t size = strcspn(list, ",");
        char word[64];

        snprintf(word, sizeof word, "%.*s", (int)size, list);
        if (!add_caps(word, &caps))
            return say_unknown_cap(given, word);
        *ret = caps;
        list = list[size] == ',' ? list + size + 1 : NULL;
    }
    return 0;
}

int cull_given_target(const struct invocation *given, struct cull_target *ret,
                      struct cull_error *reterr)
{
    const char *kernel = cull_option_value(given, "kernel");
    struct cull_target target;
    int r, end = 0;

    r = cull_target_default(&target, reterr);
    if (r < 0)
        return r;
    r = cull_given_arch(given, &target.arch);
    if (r == 0)
        r = given_caps(given, &target.caps);
    if (r != 0)
        return r;
    if (kernel != NULL &&
        (sscanf(kernel, "%5u.%5u%n", &target.kernel_major, &target.kernel_minor, &end) != 2 ||
         kernel[end] != '\0'))
        return cull_say_usage(given->command, "\"%s\" is no kernel version: write it as 5.15",
                              kernel);
    if (cull_arch_info(target.arch)->native != target.arch)
        return cull_say_usage(given->command, "no kernel runs on %s alone: --arch %s includes it",
                              cull_arch_info(target.arch)->name,
                              cull_arch_info(cull_arch_info(target.arch)->native)->name);
    *ret = target;
    return 0;
}

int cull_given_action(const struct invocation *given, const char *option, enum cull_action *ret)
{
    const char *name = cull_option_value(given, option), *nearest;
    char oci[64];

    if (name == NULL || cull_action_by_name(name, ret) == 0)
        return 0;
    snprintf(oci, sizeof oci, "SCMP_ACT_%s", name);
    for (char *p = oci; *p != '\0'; p++) {
        if (*p >= 'a' && *p <= 'z')
            *p = (char)(*p - 'a' + 'A');
        else if (*p == '-')
            *p = '_';
    }
    if (cull_action_by_name(oci, ret) == 0)
        return 0;
    nearest = cull_action_nearest(name);
    if (nearest == NULL)
        nearest = cull_action_nearest(oci);
    return cull_say_usage(given->command, "unknown action \"%s\"%s%s%s", name,
                          nearest ? ", did you mean \"" : "", nearest ? nearest : "",
                          nearest ? "\"?" : "");
}

int cull_given_profile(const char *name, struct cull_profile **ret, struct cull_error *reterr)
{
    const char *const *names = cull_profile_builtin_names();

    for (; *names != NULL; names++) {
        if (strcmp(*names, name) == 0 && access(name, F_OK) < 0)
            return cull_profile_builtin(name, ret, reterr);
    }
    return cull_profile_load(name, ret, reterr);
}
