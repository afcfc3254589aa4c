/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From what a user types to one container, and what to say when it is none or several.
 */
#include "host.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define PREFIX_MIN 4 /* digits of an id that may stand for all of it */
#define NAMED_MAX 8  /* containers that a message names */

/* How well a container fits what was typed; the best kind that fits any is the answer. */
enum fit { FIT_NONE, FIT_ID_PREFIX, FIT_POD, FIT_EXACT };

/* "namespace/pod" or "namespace/pod:container". */
static bool fits_pod(const struct cull_container *container, const char *name)
{
    char pod[600];
    size_t size;

    if (container->pod_name == NULL || container->pod_namespace == NULL)
        return false;
    size = (size_t)snprintf(pod, sizeof pod, "%s/%s", container->pod_namespace,
                            container->pod_name);
    if (strncmp(name, pod, size) != 0)
        return false;
    /* The pod as a whole means its containers: the sandbox only waits for them. */
    if (name[size] == '\0')
        return container->pod_container != NULL;
    return name[size] == ':' && container->pod_container != NULL &&
           strcmp(name + size + 1, container->pod_container) == 0;
}

static enum fit fit(const struct cull_container *container, const char *name)
{
    size_t size = strlen(name);

    if (strcmp(container->id, name) == 0 ||
        (container->name != NULL && strcmp(container->name, name) == 0))
        return FIT_EXACT;
    if (fits_pod(container, name))
        return FIT_POD;
    if (size >= PREFIX_MIN && cull_cgroup_is_id(container->id, strlen(container->id)) &&
        strncmp(container->id, name, size) == 0)
        return FIT_ID_PREFIX;
    return FIT_NONE;
}

/* "web (docker 91434ac03fae)" */
static void name_one(struct cull_text *text, const struct cull_container *container)
{
    const char *engine = cull_engine_name(container->engine);
    int digits = cull_cgroup_is_id(container->id, strlen(container->id)) ? 12 : 64;

    if (text->size > 0)
        cull_text_add(text, ", ");
    if (container->pod_name != NULL && container->pod_namespace != NULL)
        cull_text_add(text, "%s/%s%s%s (%s %.*s)", container->pod_namespace, container->pod_name,
                      container->pod_container != NULL ? ":" : "",
                      container->pod_container != NULL ? container->pod_container : "", engine,
                      digits, container->id);
    else if (container->name != NULL)
        cull_text_add(text, "%s (%s %.*s)", container->name, engine, digits, container->id);
    else
        cull_text_add(text, "%.*s (%s)", digits, container->id, engine);
}

/* With fit NONE: all of them. */
static void name_all(struct cull_text *names, const struct cull_containers *containers,
                     const char *name, enum fit wanted)
{
    size_t count = 0;

    for (size_t i = 0; i < containers->count; i++) {
        const struct cull_container *container = containers->items[i];

        if (wanted != FIT_NONE && fit(container, name) != wanted)
            continue;
        if (wanted == FIT_NONE && container->pod_name != NULL && container->pod_container == NULL)
            continue; /* a sandbox is no answer to anybody's question */
        if (count++ < NAMED_MAX)
            name_one(names, container);
    }
    if (count > NAMED_MAX)
        cull_text_add(names, " and %zu more", count - NAMED_MAX);
    if (count == 0)
        cull_text_add(names, "none");
}

static int fail_absent(const struct host *host, const char *name,
                       const struct cull_containers *containers, struct cull_error *reterr)
{
    const char *stopped_name = name, *engine;
    cull_auto_text names = { 0 };
    enum cull_engine stopped = cull_stopped_find(host, containers, name, &stopped_name);

    if (stopped != CULL_ENGINE_UNKNOWN) {
        engine = cull_engine_name(stopped);
        return cull_fail(reterr, ENOENT,
                         "the %s container \"%s\" exists but is not running: start it with "
                         "\"%s start %s\"",
                         engine, stopped_name, engine, stopped_name);
    }
    name_all(&names, containers, name, FIT_NONE);
    if (!cull_text_ok(&names))
        return cull_fail_memory(reterr);
    return cull_fail(reterr, ENOENT, "no running container is called \"%s\"%s; running: %s", name,
                     geteuid() != 0 ? " (names are in files that only root can read)" : "",
                     names.data);
}

static int find_by_pid(const char *root, const char *digits, struct cull_container **ret,
                       struct cull_error *reterr)
{
    cull_auto(container) container = NULL;
    uint64_t pid;
    int r;

    if (cull_parse_u64(digits, &pid) < 0 || pid == 0 || pid > 4194304) /* PID_MAX_LIMIT */
        return cull_fail(reterr, ESRCH, "\"%s\" is no process id: write pid:4242", digits);
    r = cull_container_of_pid_in(root, (pid_t)pid, &container, reterr);
    if (r == -ESRCH)
        return cull_fail(reterr, ESRCH, "there is no process %s", digits);
    if (r < 0)
        return r;
    if (container == NULL)
        return cull_fail(reterr, ENODEV, "process %s is in no container", digits);
    *ret = TAKE(container);
    return 0;
}

static void free_host(struct host **host)
{
    cull_host_free(*host);
}

/* The one that fits best, or why there is no such one. */
static int choose(const struct host *host, const char *name, struct cull_containers *containers,
                  struct cull_container **ret, struct cull_error *reterr)
{
    enum fit best = FIT_NONE;
    cull_auto_text names = { 0 };
    size_t count = 0, at = 0;

    for (size_t i = 0; i < containers->count; i++) {
        enum fit own = fit(containers->items[i], name);

        if (own == FIT_NONE || own < best)
            continue;
        count = own > best ? 1 : count + 1;
        best = own;
        at = i;
    }
    if (count == 0)
        return fail_absent(host, name, containers, reterr);
    if (count > 1) {
        name_all(&names, containers, name, best);
        if (!cull_text_ok(&names))
            return cull_fail_memory(reterr);
        return cull_fail(reterr, ENOTUNIQ,
                         "\"%s\" is more than one container: %s; name one of them", name,
                         names.data);
    }
    *ret = TAKE(containers->items[at]);
    return 0;
}

int cull_container_find_in(const char *root, const char *name, struct cull_container **ret,
                           struct cull_error *reterr)
{
    __attribute__((cleanup(free_host))) struct host *host = NULL;
    cull_auto(containers) containers = NULL;
    int r;

    if (strncmp(name, "pid:", 4) == 0)
        return find_by_pid(root, name + 4, ret, reterr);
    r = cull_host_read(root, &host, reterr);
    if (r < 0)
        return r;
    r = cull_group(host, 0, &containers, NULL, reterr);
    if (r < 0)
        return r;
    for (size_t i = 0; i < containers->count; i++)
        if (cull_describe(host, containers->items[i]) < 0)
            return cull_fail_memory(reterr);
    return choose(host, name, containers, ret, reterr);
}
