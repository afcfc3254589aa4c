/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A container of which only the path of its cgroup is left: its supervisor outlives it for a moment,
 * the engine's files until it is removed, and the kubelet's links to its logs for longer still.
 */
#include "host.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

static void free_host(struct host **host)
{
    cull_host_free(*host);
}

static int keep(char **field, const char *text, size_t size)
{
    if (*field == NULL)
        *field = strndup(text, size);
    return *field != NULL ? 0 : -ENOMEM;
}

/* Whose a bare id is: its supervisor knows. */
static void correct_engine(const struct host *host, struct cull_container *container)
{
    for (size_t i = 0; i < host->supervisors_count; i++) {
        const struct supervisor *supervisor = host->supervisors[i];

        if (supervisor->id == NULL || strcmp(supervisor->id, container->id) != 0)
            continue;
        container->engine = supervisor->kind == SUPERVISOR_CONMON ? CULL_ENGINE_PODMAN
                            : supervisor->space != NULL && strcmp(supervisor->space, "moby") == 0
                                ? CULL_ENGINE_DOCKER
                                : CULL_ENGINE_CONTAINERD;
    }
}

/* "<pod>_<namespace>_<container>-<id>.log" (kubernetes:pkg/kubelet/kuberuntime, legacy log links). */
static int read_link_name(const char *name, struct cull_container *container)
{
    size_t size = strlen(name), id = strlen(container->id);
    const char *space = strchr(name, '_'), *own, *end;
    int r;

    if (space == NULL || size < id + 5 || strcmp(name + size - 4, ".log") != 0 ||
        memcmp(name + size - 4 - id, container->id, id) != 0)
        return 0;
    own = strchr(space + 1, '_');
    end = name + size - 5 - id;
    if (own == NULL || own >= end || *end != '-')
        return 0;
    r = keep(&container->pod_name, name, (size_t)(space - name));
    if (r == 0)
        r = keep(&container->pod_namespace, space + 1, (size_t)(own - space - 1));
    if (r == 0)
        r = keep(&container->pod_container, own + 1, (size_t)(end - own - 1));
    return r < 0 ? r : keep(&container->name, own + 1, (size_t)(end - own - 1));
}

static int describe_by_logs(const char *root, struct cull_container *container)
{
    char path[PATH_MAX];
    struct dirent *entry;
    DIR *folder;
    int r = 0;

    snprintf(path, sizeof path, "%s/var/log/containers", root);
    folder = opendir(path);
    while (folder != NULL && r == 0 && (entry = readdir(folder)) != NULL)
        r = read_link_name(entry->d_name, container);
    if (folder != NULL)
        closedir(folder);
    return r;
}

int cull_container_of_cgroup_in(const char *root, const char *path, struct cull_container **ret,
                                struct cull_error *reterr)
{
    __attribute__((cleanup(free_host))) struct host *host = NULL;
    cull_auto(container) container = NULL;
    struct cgroup_match match;
    int r;

    if (!cull_cgroup_match(path, strlen(path), &match)) {
        *ret = NULL;
        return 0;
    }
    r = cull_host_read(root, &host, reterr);
    if (r < 0)
        return r;
    container = calloc(1, sizeof *container);
    if (container == NULL)
        return cull_fail_memory(reterr);
    container->engine = match.engine;
    container->id = strndup(match.id, match.id_size);
    if (container->id == NULL ||
        (*match.pod_uid != '\0' && keep(&container->pod_uid, match.pod_uid, 40) < 0))
        return cull_fail_memory(reterr);
    if (match.bare)
        correct_engine(host, container);
    r = cull_describe(host, container);
    if (r == 0 && container->pod_uid != NULL && container->pod_name == NULL)
        r = describe_by_logs(root, container);
    if (r < 0)
        return cull_fail_memory(reterr);
    *ret = TAKE(container);
    return 0;
}

int cull_container_of_cgroup(const char *path, struct cull_container **ret,
                             struct cull_error *reterr)
{
    return cull_container_of_cgroup_in("", path, ret, reterr);
}
