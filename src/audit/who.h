/* SPDX-License-Identifier: Apache-2.0 */
/* Private to the room: containers that were met, and what leads to them. */
#ifndef SYSCULL_AUDIT_WHO_H
#define SYSCULL_AUDIT_WHO_H

#include <syscull/audit.h>

#define WHO_SLOTS 4096

/* A cgroup and the container that lives in it (NULL: none does). */
struct known_cgroup {
    int hierarchy;
    uint64_t id;
    const struct cull_container *container;
};

/* Those that we have met stay: records point at them after they have ended. */
struct known {
    struct cull_container **containers;
    size_t count, capacity;
    struct known_cgroup *cgroups;
    size_t cgroups_count, cgroups_capacity;
    int64_t looked_ms; /* at all containers, the last time */
};
void cull_known_clear(struct known *known);
/* Takes the container; *ret is the one that is kept, which may be older. */
int cull_known_add(struct known *known, struct cull_container *container,
                   const struct cull_container **ret, struct cull_error *reterr);
/* Meet all containers that run now. */
int cull_known_look(struct known *known, struct cull_error *reterr);
/* *ret NULL: of no container. */
int cull_known_find(struct known *known, const struct cull_audit_place *place,
                    const struct cull_container **ret, struct cull_error *reterr);

struct who_pid {
    pid_t pid;
    bool live;
    int64_t asked_ms;
    struct cull_audit_origin origin;
};
struct who_cgroup {
    char *text; /* of /proc/PID/cgroup */
    const struct cull_container *container;
};

struct cull_audit_who {
    cull_audit_finder finder;
    void *finder_data;
    bool is_elsewhere;
    int64_t booted_ms;
    struct known known;
    struct who_pid pids[WHO_SLOTS];
    struct who_cgroup cgroups[WHO_SLOTS];
};

#endif
