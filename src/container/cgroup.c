/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The shapes of the engines' cgroup paths.
 *
 * Where each comes from: docker moby:daemon/oci_linux.go (withCgroups); podman
 * podman:libpod/container_internal_linux.go; containerd's CRI containerd:internal/cri/server/helpers.go
 * (getCgroupsPath); CRI-O crio:internal/config/cgmgr; pods kubernetes:pkg/kubelet/cm; systemd's scopes
 * are "<prefix>-<id>.scope" (opencontainers/cgroups, systemd/common.go).
 */
#include "host.h"

#include <ctype.h>
#include <string.h>

#define ID_SIZE 64

struct shape {
    const char *prefix;
    enum cull_engine engine;
    bool scope_only; /* without the systemd driver the name is the id alone */
};

/* Monitors ("libpod-conmon-<id>", "crio-conmon-<id>") do not fit: what follows is no id. */
static const struct shape shapes[] = {
    { "docker-", CULL_ENGINE_DOCKER, true },
    { "libpod-payload-", CULL_ENGINE_PODMAN, false },
    { "libpod-", CULL_ENGINE_PODMAN, false },
    { "cri-containerd-", CULL_ENGINE_CONTAINERD, true },
    { "nerdctl-", CULL_ENGINE_CONTAINERD, true },
    { "crio-", CULL_ENGINE_CRIO, false },
};

bool cull_cgroup_next(const char **text, struct cgroup_line *ret)
{
    while (**text != '\0') {
        const char *line = *text, *end = strchrnul(line, '\n');
        const char *first = memchr(line, ':', (size_t)(end - line)), *second;

        *text = *end == '\n' ? end + 1 : end;
        if (first == NULL)
            continue;
        second = memchr(first + 1, ':', (size_t)(end - first - 1));
        if (second == NULL)
            continue;
        ret->hierarchy = atoi(line);
        ret->controllers = first + 1;
        ret->controllers_size = (size_t)(second - ret->controllers);
        ret->path = second + 1;
        ret->path_size = (size_t)(end - ret->path);
        return true;
    }
    return false;
}

unsigned cull_cgroup_rank(const struct cgroup_line *line)
{
    /* Every driver uses these four; a process cannot easily leave them.  systemd's own comes late,
     * because a nested systemd moves its processes there. */
    static const char *const order[] = { "memory", "pids", "devices", "freezer", "name=systemd" };
    size_t i;

    if (line->hierarchy == 0)
        return 0;
    for (i = 0; i < sizeof order / sizeof order[0]; i++)
        if (line->controllers_size == strlen(order[i]) &&
            memcmp(line->controllers, order[i], line->controllers_size) == 0)
            return (unsigned)i + 1;
    return (unsigned)i + 1;
}

bool cull_cgroup_is_id(const char *text, size_t size)
{
    if (size != ID_SIZE)
        return false;
    for (size_t i = 0; i < size; i++)
        if (!isdigit((unsigned char)text[i]) && (text[i] < 'a' || text[i] > 'f'))
            return false;
    return true;
}

size_t cull_cgroup_component(const char *path, size_t path_size, const char *component, size_t size)
{
    size_t found = 0;

    for (size_t at = 0; at < path_size;) {
        const char *slash = memchr(path + at, '/', path_size - at);
        size_t end = slash != NULL ? (size_t)(slash - path) : path_size;

        if (end - at == size && memcmp(path + at, component, size) == 0)
            found = end;
        at = end + 1;
    }
    return found;
}

static bool cut_prefix(const char **text, size_t *size, const char *prefix)
{
    size_t length = strlen(prefix);

    if (*size < length || memcmp(*text, prefix, length) != 0)
        return false;
    *text += length;
    *size -= length;
    return true;
}

static bool cut_suffix(const char *text, size_t *size, const char *suffix)
{
    size_t length = strlen(suffix);

    if (*size < length || memcmp(text + *size - length, suffix, length) != 0)
        return false;
    *size -= length;
    return true;
}

static bool match_shape(const char *name, size_t size, struct cgroup_match *ret)
{
    bool scope = cut_suffix(name, &size, ".scope");

    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        const char *id = name;
        size_t id_size = size;

        if ((shapes[i].scope_only && !scope) || !cut_prefix(&id, &id_size, shapes[i].prefix) ||
            !cull_cgroup_is_id(id, id_size))
            continue;
        *ret = (struct cgroup_match){ .engine = shapes[i].engine, .id = id, .id_size = id_size };
        return true;
    }
    if (scope || !cull_cgroup_is_id(name, size))
        return false;
    *ret = (struct cgroup_match){ .bare = true, .id = name, .id_size = size };
    return true;
}

/* "pod<uid>", or "kubepods-burstable-pod<uid with _>.slice"; a static pod's uid is 32 hex digits. */
static bool match_pod(const char *name, size_t size, char ret_uid[40])
{
    const char *uid = name;
    size_t dashes = 0;

    if (cut_suffix(name, &size, ".slice")) {
        uid = memmem(name, size, "-pod", 4);
        if (uid == NULL)
            return false;
        uid += 4;
        size -= (size_t)(uid - name);
    } else if (!cut_prefix(&uid, &size, "pod")) {
        return false;
    }
    if (size != 32 && size != 36)
        return false;
    for (size_t i = 0; i < size; i++) {
        if (uid[i] == '-' || uid[i] == '_')
            dashes++;
        else if (!isxdigit((unsigned char)uid[i]))
            return false;
        ret_uid[i] = (char)(uid[i] == '_' ? '-' : uid[i]);
    }
    ret_uid[size] = '\0';
    return dashes == (size == 36 ? 4 : 0);
}

/* The component that ends at end (exclusive); *ret_start is where it starts. */
static void component_before(const char *path, size_t end, size_t *ret_start)
{
    const char *slash = end > 0 ? memrchr(path, '/', end) : NULL;

    *ret_start = slash != NULL ? (size_t)(slash - path) + 1 : 0;
}

/* Whose bare id it is: its parent's name tells, for the parents that engines choose themselves. */
static enum cull_engine engine_of_parent(const char *path, size_t folder_start, bool in_pod)
{
    size_t end = folder_start > 0 ? folder_start - 1 : 0, start;

    component_before(path, end, &start);
    if (end - start == 6 && memcmp(path + start, "docker", 6) == 0)
        return CULL_ENGINE_DOCKER;
    if (in_pod || (end - start == 7 && memcmp(path + start, "default", 7) == 0))
        return CULL_ENGINE_CONTAINERD;
    return CULL_ENGINE_UNKNOWN;
}

bool cull_cgroup_match(const char *path, size_t size, struct cgroup_match *ret)
{
    struct cgroup_match match;
    size_t end = size, start;
    bool in_pod = false;

    for (;; end = start - 1) {
        component_before(path, end, &start);
        if (match_shape(path + start, end - start, &match))
            break;
        if (start == 0)
            return false;
    }
    match.folder_size = end;
    /* The pod is a parent of the container and not of what holds a whole cluster node. */
    for (size_t at = start; at > 0 && !in_pod;) {
        size_t pod_end = at - 1, pod_start;
        struct cgroup_match other;

        component_before(path, pod_end, &pod_start);
        if (match_shape(path + pod_start, pod_end - pod_start, &other))
            break;
        in_pod = match_pod(path + pod_start, pod_end - pod_start, match.pod_uid);
        at = pod_start;
    }
    if (!in_pod)
        match.pod_uid[0] = '\0';
    if (match.bare)
        match.engine = engine_of_parent(path, start, in_pod);
    *ret = match;
    return true;
}

bool cull_cgroup_match_text(const char *text, struct cgroup_match *ret)
{
    struct cgroup_line line;
    struct cgroup_match match;
    unsigned best = ~0u;

    while (cull_cgroup_next(&text, &line)) {
        if (cull_cgroup_rank(&line) < best &&
            cull_cgroup_match(line.path, line.path_size, &match)) {
            best = cull_cgroup_rank(&line);
            *ret = match;
        }
    }
    return best != ~0u;
}
