/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the host shows of its containers: /proc, cgroup paths, supervisors, the engines' files.
 * Private to the container room.
 *
 * Everything is read below a root folder ("" on a real host), so that the tests can show trees of
 * files in its place.
 */
#ifndef SYSCULL_CONTAINER_HOST_H
#define SYSCULL_CONTAINER_HOST_H

#include <syscull/container.h>

/* ---- cgroup.c: what a cgroup path says --------------------------------------------------- */

/* One line of /proc/PID/cgroup; the texts point into it. */
struct cgroup_line {
    int hierarchy; /* 0: cgroup v2 */
    const char *controllers;
    size_t controllers_size;
    const char *path;
    size_t path_size;
};
/* The next line of *text, which is moved past it; lines that are none are passed over. */
bool cull_cgroup_next(const char **text, struct cgroup_line *ret);
/* The order in which hierarchies are believed: 0 is the best. */
unsigned cull_cgroup_rank(const struct cgroup_line *line);

struct cgroup_match {
    enum cull_engine engine; /* UNKNOWN: a bare id below a parent that the user chose */
    bool bare;               /* the folder's name is the id alone: a supervisor knows better */
    const char *id;          /* points into the path */
    size_t id_size;
    size_t folder_size; /* the path up to here is the container's own folder */
    char pod_uid[40];   /* "" outside of Kubernetes */
};
/* The innermost container of a path. */
bool cull_cgroup_match(const char *path, size_t size, struct cgroup_match *ret);
/* The same over all lines of /proc/PID/cgroup, the best hierarchy that knows one. */
bool cull_cgroup_match_text(const char *text, struct cgroup_match *ret);
bool cull_cgroup_is_id(const char *text, size_t size); /* 64 lower hex digits */
/* Where the last component that is this one ends in path, or 0. */
size_t cull_cgroup_component(const char *path, size_t path_size, const char *component,
                             size_t size);

/* ---- mounts.c: what mount tables say -------------------------------------------------------- */

/* The container that /proc/PID/mountinfo's text gives away by its /etc/hostname and the like. */
bool cull_mounts_match(const char *mountinfo, enum cull_engine *ret_engine, char ret_id[65]);
/* Fill cgroup_path, cgroup_hierarchy and cgroup_id from the init's cgroup lines.  The folder is the
 * one called `folder` in each hierarchy.  Not mounted here: nothing is filled. -ENOMEM. */
int cull_mounts_place(const char *root, const char *mountinfo, const char *cgroups,
                      const char *folder, struct cull_container *container);

/* ---- host.c: the processes --------------------------------------------------------------------- */

struct process {
    pid_t pid, parent;
    uint64_t start_ticks;
    bool namespace_init; /* pid 1 of a pid namespace below ours */
    const char *comm;
    const char *cgroups;           /* text of /proc/PID/cgroup */
    struct supervisor *supervisor; /* what it is, or NULL */
};

enum supervisor_kind { SUPERVISOR_SHIM, SUPERVISOR_CONMON };

struct supervisor {
    enum supervisor_kind kind;
    pid_t pid;
    const char *space;   /* containerd's namespace: "moby", "k8s.io", "default" */
    const char *id;      /* of the container, or of the pod's sandbox */
    const char *name;    /* conmon -n */
    const char *runtime; /* conmon -r */
    const char *bundle;  /* folder of that id's config.json */
    bool is_runc_shim;   /* containerd-shim-runc-v2 and its predecessors */
};

struct host {
    const char *root;
    struct cull_arena *arena; /* owns every text below */
    struct process *processes;
    size_t processes_count, processes_capacity; /* by pid */
    struct supervisor **supervisors;
    size_t supervisors_count, supervisors_capacity;
    const char *mountinfo; /* our own */
};
void cull_host_free(struct host *host);
/* -EACCES (/proc hides other processes), -ENOMEM, open(2)'s for /proc itself. */
int cull_host_read(const char *root, struct host **ret, struct cull_error *reterr);
const struct process *cull_host_process(const struct host *host, pid_t pid);
pid_t cull_host_leader(const struct host *host, pid_t task); /* the process of a thread, or 0 */
/* The command line, NUL-separated and with a NUL after it, or NULL. */
const char *cull_host_command(const struct host *host, pid_t pid, size_t *ret_size);
const char *cull_host_mounts_of(const struct host *host, pid_t pid); /* mountinfo, or NULL */
/* A file's text, NUL-terminated, or NULL (absent, unreadable, no regular file, too large). */
const char *cull_host_text(const struct host *host, const char *path);
/* The same as process pid sees it: engines may live in a mount namespace of their own. */
const char *cull_host_text_of(const struct host *host, pid_t pid, const char *path);
/* readlink(2) below the root, or NULL. */
const char *cull_host_link(const struct host *host, const char *path);

/* ---- supervisor.c ---------------------------------------------------------------------------- */

/* What a command line (NUL-separated, with a NUL after it) says; *ret = NULL when it supervises no
 * container.  -ENOMEM. */
int cull_supervisor_parse(struct cull_arena *arena, const char *command, size_t size,
                          struct supervisor **ret);

/* ---- group.c: which processes are one container ------------------------------------------------ */

/* All containers: engine, id, init, cgroup, namespaces; names are left to cull_describe().
 * *ret_at (or NULL): the index of the one that process pid is in, or the count. */
int cull_group(const struct host *host, pid_t pid, struct cull_containers **ret, size_t *ret_at,
               struct cull_error *reterr);
/* The process that looks after a container's init, or NULL when that has ended. */
const struct supervisor *cull_group_supervisor(const struct host *host,
                                               const struct cull_container *container);

/* ---- describe.c: names and images, from the engines' files -------------------------------------- */

/* Fill what the engine's files tell; what cannot be read stays NULL. -ENOMEM. */
int cull_describe(const struct host *host, struct cull_container *container);
/* Docker's folder of all containers, from a container's bundle: "/var/lib/docker/containers". */
const char *cull_describe_docker_root(const struct host *host, const struct supervisor *supervisor,
                                      const char *id);

/* ---- stopped.c ---------------------------------------------------------------------------------- */

/* The engine of a container that exists but does not run, or UNKNOWN.  *ret_name is in the arena. */
enum cull_engine cull_stopped_find(const struct host *host, const struct cull_containers *running,
                                   const char *name, const char **ret_name);

/* ---- the faces, below a root ------------------------------------------------------------------- */

int cull_containers_list_in(const char *root, struct cull_containers **ret,
                            struct cull_error *reterr);
int cull_container_find_in(const char *root, const char *name, struct cull_container **ret,
                           struct cull_error *reterr);
int cull_container_of_pid_in(const char *root, pid_t pid, struct cull_container **ret,
                             struct cull_error *reterr);
int cull_container_of_cgroup_in(const char *root, const char *path, struct cull_container **ret,
                                struct cull_error *reterr);

#endif
