/* SPDX-License-Identifier: Apache-2.0 */
/* What the cgroup lets a process have: memory, pids, processor time; v1, v2 and both at once. */
#include "parse.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define LIMITS_MAX 3
#define UNLIMITED_BYTES (UINT64_C(1) << 60) /* v1 says "none" with a very large number */

/* Where a controller's folder of this process is. */
struct place {
    char folder[512];
    bool is_v2;
};

/* The path of "N:controllers:PATH" for a controller, "" for v2's line. */
static bool path_of(const char *cgroup, const char *controller, const char **ret, size_t *ret_size)
{
    for (const char *line = cgroup; *line != '\0';) {
        const char *end = strchrnul(line, '\n'), *first = strchr(line, ':');
        const char *second = first != NULL && first < end ? strchr(first + 1, ':') : NULL;

        if (second != NULL && second < end) {
            char names[128];

            snprintf(names, sizeof names, "%.*s", (int)(second - first - 1), first + 1);
            if (*controller == '\0' ? second == first + 1 : cull_mount_has(names, controller)) {
                *ret = second + 1;
                *ret_size = (size_t)(end - second - 1);
                return true;
            }
        }
        line = *end == '\n' ? end + 1 : end;
    }
    return false;
}

static bool is_mount_of(const struct mount_line *line, const char *controller)
{
    if (*controller == '\0')
        return strcmp(line->type, "cgroup2") == 0;
    return strcmp(line->type, "cgroup") == 0 && cull_mount_has(line->super, controller);
}

/* The part of the path below what is mounted; a container's own folder may be what is mounted. */
static bool find_place(const char *cgroup, const struct mount_line *lines, size_t count,
                       const char *controller, const char *root, struct place *ret)
{
    const char *path;
    size_t size;

    for (ret->is_v2 = false;; ret->is_v2 = true) {
        const char *wanted = ret->is_v2 ? "" : controller;
        bool known = path_of(cgroup, wanted, &path, &size);

        for (size_t i = 0; known && i < count; i++) {
            const char *below = path;
            size_t left = size, skip = strlen(lines[i].root);

            if (!is_mount_of(&lines[i], wanted))
                continue;
            if (skip > 1 && size >= skip && strncmp(path, lines[i].root, skip) == 0) {
                below += skip;
                left -= skip;
            } else if (skip > 1 || strncmp(path, "/..", 3) == 0) {
                left = 0;
            }
            snprintf(ret->folder, sizeof ret->folder, "%s%s%.*s", root, lines[i].point, (int)left,
                     below);
            return true;
        }
        if (ret->is_v2)
            return false;
    }
}

static char *read_first_line(struct cull_arena *arena, const struct place *place, const char *file)
{
    char *text = cull_read_text(arena, "%s/%s", place->folder, file);

    if (text != NULL)
        text[strcspn(text, "\n")] = '\0';
    return text;
}

static const char *memory(struct cull_arena *arena, const struct place *place)
{
    const char *text = read_first_line(arena, place,
                                       place->is_v2 ? "memory.max" : "memory.limit_in_bytes");
    uint64_t bytes;

    if (text == NULL)
        return NULL;
    if (cull_parse_u64(text, &bytes) < 0 || bytes >= UNLIMITED_BYTES)
        return "unlimited";
    return cull_arena_format(arena, "%" PRIu64 " MiB", bytes >> 20);
}

static const char *pids(struct cull_arena *arena, const struct place *place)
{
    const char *text = read_first_line(arena, place, "pids.max");

    return text != NULL && strcmp(text, "max") == 0 ? "unlimited" : text;
}

static const char *cpu(struct cull_arena *arena, const struct place *place)
{
    const char *text = read_first_line(arena, place, place->is_v2 ? "cpu.max" : "cpu.cfs_quota_us");
    const char *second = place->is_v2 ? NULL : read_first_line(arena, place, "cpu.cfs_period_us");
    long long quota, period = 100000;

    if (text == NULL)
        return NULL;
    if (second != NULL)
        period = atoll(second);
    if (sscanf(text, "%lld %lld", &quota, &period) < 1 || quota <= 0 || period <= 0)
        return "unlimited"; /* "max 100000", -1 */
    return cull_arena_format(arena, "%lld.%02lld processors", quota / period,
                             quota % period * 100 / period);
}

int cull_limits_find(const char *cgroup, const struct mount_line *lines, size_t count,
                     const char *root, struct cull_surroundings *ret)
{
    static const struct {
        const char *name;
        const char *(*read)(struct cull_arena *arena, const struct place *place);
    } kinds[LIMITS_MAX] = { { "memory", memory }, { "pids", pids }, { "cpu", cpu } };
    struct place place;

    ret->limits = cull_arena_alloc(ret->arena, LIMITS_MAX * sizeof *ret->limits);
    if (ret->limits == NULL)
        return -ENOMEM;
    for (size_t i = 0; i < LIMITS_MAX; i++) {
        const char *value = NULL;

        if (find_place(cgroup, lines, count, kinds[i].name, root, &place))
            value = kinds[i].read(ret->arena, &place);
        if (value == NULL)
            continue;
        ret->limits[ret->limits_count].name = kinds[i].name;
        ret->limits[ret->limits_count++].value = value;
    }
    return 0;
}
