/* SPDX-License-Identifier: Apache-2.0 */
#include "host.h"

#include <errno.h>

const char *cull_engine_name(enum cull_engine engine)
{
    static const char *const names[CULL_ENGINE_COUNT] = {
        [CULL_ENGINE_UNKNOWN] = "unknown engine",
        [CULL_ENGINE_DOCKER] = "docker",
        [CULL_ENGINE_PODMAN] = "podman",
        [CULL_ENGINE_CONTAINERD] = "containerd",
        [CULL_ENGINE_CRIO] = "cri-o",
    };

    return engine < CULL_ENGINE_COUNT ? names[engine] : names[CULL_ENGINE_UNKNOWN];
}

void cull_container_free(struct cull_container *container)
{
    if (container == NULL)
        return;
    free(container->id);
    free(container->name);
    free(container->image);
    free(container->runtime);
    free(container->pod_name);
    free(container->pod_namespace);
    free(container->pod_uid);
    free(container->pod_container);
    free(container->cgroup_path);
    free(container);
}

void cull_containers_free(struct cull_containers *containers)
{
    if (containers == NULL)
        return;
    for (size_t i = 0; i < containers->count; i++)
        cull_container_free(containers->items[i]);
    free(containers->items);
    free(containers);
}

static void free_host(struct host **host)
{
    cull_host_free(*host);
}

int cull_containers_list_in(const char *root, struct cull_containers **ret,
                            struct cull_error *reterr)
{
    __attribute__((cleanup(free_host))) struct host *host = NULL;
    cull_auto(containers) containers = NULL;
    int r;

    r = cull_host_read(root, &host, reterr);
    if (r < 0)
        return r;
    r = cull_group(host, 0, &containers, NULL, reterr);
    if (r < 0)
        return r;
    for (size_t i = 0; i < containers->count; i++)
        if (cull_describe(host, containers->items[i]) < 0)
            return cull_fail_memory(reterr);
    *ret = TAKE(containers);
    return 0;
}

int cull_container_of_pid_in(const char *root, pid_t pid, struct cull_container **ret,
                             struct cull_error *reterr)
{
    __attribute__((cleanup(free_host))) struct host *host = NULL;
    cull_auto(containers) containers = NULL;
    size_t at;
    int r;

    r = cull_host_read(root, &host, reterr);
    if (r < 0)
        return r;
    if (pid <= 0 || cull_host_process(host, pid) == NULL)
        pid = pid > 0 ? cull_host_leader(host, pid) : 0; /* a thread's id will do */
    if (pid == 0 || cull_host_process(host, pid) == NULL)
        return cull_fail(reterr, ESRCH, "no such process");
    r = cull_group(host, pid, &containers, &at, reterr);
    if (r < 0)
        return r;
    if (at < containers->count && cull_describe(host, containers->items[at]) < 0)
        return cull_fail_memory(reterr);
    *ret = at < containers->count ? TAKE(containers->items[at]) : NULL;
    return 0;
}

int cull_containers_list(struct cull_containers **ret, struct cull_error *reterr)
{
    return cull_containers_list_in("", ret, reterr);
}

int cull_container_find(const char *name, struct cull_container **ret, struct cull_error *reterr)
{
    return cull_container_find_in("", name, ret, reterr);
}

int cull_container_of_pid(pid_t pid, struct cull_container **ret, struct cull_error *reterr)
{
    return cull_container_of_pid_in("", pid, ret, reterr);
}
