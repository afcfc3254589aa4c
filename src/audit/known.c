/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Containers that were met, and the cgroups that are theirs.  A process that has ended left the numbers
 * of its cgroups; a cgroup that was never heard of is the reason to look at all containers anew.
 */
#include "who.h"

#include <errno.h>
#include <fts.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#define DEEPEST 4    /* levels of cgroups below a container's own */
#define AGAIN_MS 100 /* a container without a name may have got one since */

void cull_known_clear(struct known *known)
{
    for (size_t i = 0; i < known->count; i++)
        cull_container_free(known->containers[i]);
    free(known->containers);
    free(known->cgroups);
    memset(known, 0, sizeof *known);
}

/* What was not yet known when we met it: engines write their files a moment later. */
static void learn_more(struct cull_container *old, struct cull_container *more)
{
    char **texts[][2] = {
        { &old->name, &more->name },
        { &old->image, &more->image },
        { &old->runtime, &more->runtime },
        { &old->pod_name, &more->pod_name },
        { &old->pod_namespace, &more->pod_namespace },
        { &old->pod_uid, &more->pod_uid },
        { &old->pod_container, &more->pod_container },
    };

    if (old->engine == CULL_ENGINE_UNKNOWN)
        old->engine = more->engine;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (*texts[i][0] == NULL)
            *texts[i][0] = TAKE(*texts[i][1]);
}

int cull_known_add(struct known *known, struct cull_container *container,
                   const struct cull_container **ret, struct cull_error *reterr)
{
    cull_auto(container) mine = container;

    for (size_t i = 0; i < known->count; i++) {
        struct cull_container *old = known->containers[i];

        if (old->id != NULL && mine->id != NULL && strcmp(old->id, mine->id) == 0) {
            learn_more(old, mine);
            *ret = old;
            return 0;
        }
    }
    if (cull_array_grow(&known->containers, &known->capacity, known->count,
                        sizeof *known->containers) < 0)
        return cull_fail_memory(reterr);
    *ret = known->containers[known->count++] = TAKE(mine);
    return 0;
}

static int add_cgroup(struct known *known, int hierarchy, uint64_t id,
                      const struct cull_container *container, struct cull_error *reterr)
{
    for (size_t i = 0; i < known->cgroups_count; i++) {
        struct known_cgroup *old = &known->cgroups[i];

        if (old->hierarchy == hierarchy && old->id == id) {
            old->container = container;
            return 0;
        }
    }
    if (cull_array_grow(&known->cgroups, &known->cgroups_capacity, known->cgroups_count,
                        sizeof *known->cgroups) < 0)
        return cull_fail_memory(reterr);
    known->cgroups[known->cgroups_count++] = (struct known_cgroup){ hierarchy, id, container };
    return 0;
}

/* A container may have cgroups of its own, below the one that its engine made. */
static int add_folders(struct known *known, const struct cull_container *container,
                       struct cull_error *reterr)
{
    char *paths[] = { container->cgroup_path, NULL };
    int r = 0;
    FTSENT *entry;
    FTS *tree;

    if (container->cgroup_path == NULL || container->cgroup_id == 0)
        return 0;
    r = add_cgroup(known, container->cgroup_hierarchy, container->cgroup_id, container, reterr);
    tree = fts_open(paths, FTS_PHYSICAL | FTS_NOCHDIR | FTS_XDEV, NULL);
    while (r == 0 && tree != NULL && (entry = fts_read(tree)) != NULL) {
        if (entry->fts_info != FTS_D)
            continue;
        r = add_cgroup(known, container->cgroup_hierarchy, entry->fts_statp->st_ino, container,
                       reterr);
        if (entry->fts_level >= DEEPEST)
            fts_set(tree, entry, FTS_SKIP);
    }
    if (tree != NULL)
        fts_close(tree);
    return r;
}

static int64_t now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int cull_known_look(struct known *known, struct cull_error *reterr)
{
    cull_auto(containers) found = NULL;
    const struct cull_container *kept;
    int r = cull_containers_list(&found, reterr);

    if (r < 0)
        return r == -ENOMEM ? r : 0; /* what cannot be seen is not there */
    known->looked_ms = now_ms();
    for (size_t i = 0; i < found->count; i++) {
        struct cull_container *container = TAKE(found->items[i]);
        int hierarchy = container->cgroup_hierarchy;
        uint64_t id = container->cgroup_id;

        r = cull_known_add(known, container, &kept, reterr);
        if (r == 0 && id != 0)
            r = add_cgroup(known, hierarchy, id, kept, reterr);
        if (r == 0)
            r = add_folders(known, kept, reterr);
        if (r < 0)
            return r;
    }
    return 0;
}

static const struct cull_container *by_cgroup(const struct known *known,
                                              const struct cull_audit_place *place, bool *ret_known)
{
    const struct cull_container *found = NULL;

    *ret_known = true;
    for (size_t i = 0; i < sizeof place->cgroups / sizeof *place->cgroups; i++) {
        bool is_known = place->cgroups[i].id == 0;

        for (size_t j = 0; j < known->cgroups_count && found == NULL; j++) {
            const struct known_cgroup *cgroup = &known->cgroups[j];

            if (cgroup->id != place->cgroups[i].id || cgroup->id == 0 ||
                cgroup->hierarchy != place->cgroups[i].hierarchy)
                continue;
            is_known = true;
            found = cgroup->container;
        }
        *ret_known = *ret_known && is_known;
    }
    if (found != NULL)
        *ret_known = true;
    return found;
}

/* Of a container that had ended before anybody could ask for its name. */
static int by_path(struct known *known, const struct cull_audit_place *place,
                   const struct cull_container **ret, struct cull_error *reterr)
{
    *ret = NULL;
    for (size_t i = 0; i < sizeof place->cgroups / sizeof *place->cgroups && *ret == NULL; i++) {
        struct cull_container *container = NULL;
        int r = cull_container_of_cgroup(place->cgroups[i].path, &container, reterr);

        if (r == -ENOMEM)
            return r;
        if (r == 0 && container != NULL && cull_known_add(known, container, ret, reterr) < 0)
            return -ENOMEM;
    }
    return 0;
}

int cull_known_find(struct known *known, const struct cull_audit_place *place,
                    const struct cull_container **ret, struct cull_error *reterr)
{
    bool is_known;
    int r;

    *ret = by_cgroup(known, place, &is_known);
    if (is_known &&
        (*ret == NULL || (*ret)->name != NULL || now_ms() - known->looked_ms < AGAIN_MS))
        return 0;
    r = cull_known_look(known, reterr);
    if (r < 0)
        return r;
    *ret = by_cgroup(known, place, &is_known);
    if (is_known)
        return 0;
    r = by_path(known, place, ret, reterr);
    /* The root of another hierarchy is everybody's, and not this container's. */
    for (size_t i = 0; r == 0 && i < sizeof place->cgroups / sizeof *place->cgroups; i++)
        if (place->cgroups[i].id != 0 &&
            (*ret == NULL || strstr(place->cgroups[i].path, (*ret)->id) != NULL))
            r = add_cgroup(known, place->cgroups[i].hierarchy, place->cgroups[i].id, *ret, reterr);
    return r;
}
