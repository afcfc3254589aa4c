/* SPDX-License-Identifier: Apache-2.0 */
/*
 * container - whose process is this: engine, id, name, image; from a name to its init and back.
 *
 * Reads /proc and the engines' own files; talks to no daemon and starts no program.
 */
#ifndef SYSCULL_CONTAINER_H
#define SYSCULL_CONTAINER_H

#include <sys/types.h>
#include <syscull/base.h>

enum cull_engine {
    CULL_ENGINE_UNKNOWN,
    CULL_ENGINE_DOCKER,
    CULL_ENGINE_PODMAN,
    CULL_ENGINE_CONTAINERD, /* CRI or ctr */
    CULL_ENGINE_CRIO,
    CULL_ENGINE_COUNT
};
const char *cull_engine_name(enum cull_engine engine); /* "docker", ... */

/* Strings are owned by the container; those that could not be found are NULL. */
struct cull_container {
    enum cull_engine engine;
    char *id;      /* 64 hex digits, or containerd's free name */
    char *name;    /* "web" */
    char *image;   /* as the engine names it */
    char *runtime; /* "runc", "crun": the program's name */
    char *pod_name, *pod_namespace, *pod_uid, *pod_container; /* Kubernetes */
    pid_t init_pid;            /* in the pid namespace of this process; 0: not running */
    uint64_t init_start_ticks; /* field 22 of /proc/PID/stat: tells a reused pid */
    char *cgroup_path;         /* absolute path of its cgroup's folder, in the chosen hierarchy */
    int cgroup_hierarchy;      /* as /proc/PID/cgroup numbers it; 0: cgroup v2 */
    uint64_t cgroup_id;        /* inode of that folder = the kernel's cgroup id */
    uint64_t mount_ns, pid_ns; /* inode numbers */
};
void cull_container_free(struct cull_container *container);
CULL_DEFINE_AUTO(container)

struct cull_containers {
    struct cull_container **items;
    size_t count;
};
void cull_containers_free(struct cull_containers *containers);
CULL_DEFINE_AUTO(containers)

/* All running containers of all engines that this process may see.  Those that end while we look
 * are left out. -EACCES (/proc hides other processes: says so), -ENOMEM. */
int cull_containers_list(struct cull_containers **ret, struct cull_error *reterr);

/* By name, by id, by a unique beginning of an id (at least 4 digits), by pod ("ns/pod" or
 * "ns/pod:container"), or by the pid of any of its processes ("pid:4242").  Errors: -ENOENT (the
 * message names the running ones, or says that the container exists but is not running),
 * -ENOTUNIQ (names the matches), -ESRCH (no such pid), -ENODEV (that pid is in no container). */
int cull_container_find(const char *name, struct cull_container **ret, struct cull_error *reterr);

/* The container of a process, or *ret = NULL and 0 when it is in none. -ESRCH, -ENOMEM. */
int cull_container_of_pid(pid_t pid, struct cull_container **ret, struct cull_error *reterr);

/* Of a cgroup's path below its hierarchy, as /proc/PID/cgroup has it, whose processes may be gone: what
 * its supervisor, the engine's files and the kubelet's logs still tell; init_pid is 0.  *ret = NULL
 * and 0 when the path is no container's.  -EACCES, -ENOMEM. */
int cull_container_of_cgroup(const char *path, struct cull_container **ret,
                             struct cull_error *reterr);

#endif
