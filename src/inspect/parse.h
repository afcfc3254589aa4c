/* SPDX-License-Identifier: Apache-2.0 */
/*
 * parse - private to the inspect room: what the texts of /proc and /sys say.
 */
#ifndef INSPECT_PARSE_H
#define INSPECT_PARSE_H

#include <syscull/inspect.h>

/* A small file, whole and terminated, in the arena; NULL: not there, not readable, no memory.
 * /proc's files have no size, and this needs no other calls than open, read and close. */
char *cull_read_text(struct cull_arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* The same; -errno says why there is nothing. */
int cull_read_file(struct cull_arena *arena, const char *path, char **ret);

/* Open a path below another process' root, whose links point into that root ("": ours).
 * A descriptor (of O_PATH where flags say so), or -errno; -ENOSYS before Linux 5.6. */
int cull_open_in(const char *root, const char *path, int flags);
/* The text of a file below a root, as cull_read_text(). */
char *cull_read_text_in(struct cull_arena *arena, const char *root, const char *path);

/* /proc/PID/status.  False: this is none. */
bool cull_task_parse(const char *text, struct cull_task *ret);
/* The flags of /proc/PID/stat tell the kernel's own threads. */
bool cull_task_is_kernel(const char *stat);

/* ---- mounts.c --------------------------------------------------------------------------------------- */

struct mount_line { /* of mountinfo; the texts are in the arena, octal escapes undone */
    const char *device, *root, *point, *options, *type, *source, *super;
};
/* All lines; *ret_count is 0 for a text that is none. NULL: no memory. */
struct mount_line *cull_mounts_parse(struct cull_arena *arena, const char *mountinfo,
                                     size_t *ret_count);
bool cull_mount_has(const char *options, const char *word); /* a word between commas */
/* Fill masked, read_only, root_read_only and host_mounts.  -ENOMEM. */
int cull_mounts_look(const struct mount_line *lines, size_t count, struct cull_surroundings *ret);

/* ---- identity.c -------------------------------------------------------------------------------------- */

/* What tells where a process runs; NULL: not seen. */
struct traces {
    const char *cgroup, *mountinfo, *version; /* texts of /proc */
    const char *containerenv;                 /* /run/.containerenv, which may be empty */
    bool has_dockerenv;
    const char *const *environment;
    const char *systemd_container; /* /run/systemd/container */
    const char *cmdline;           /* /proc/cmdline */
    bool is_first_namespace;       /* the host's pid and mount namespaces */
};
/* Fill engine, because, id and pod_*.  -ENOMEM. */
int cull_identity_find(const struct traces *traces, struct cull_surroundings *ret);

/* ---- sockets.c, limits.c, namespaces.c ----------------------------------------------------------------- */

int cull_sockets_find(const char *root, const struct mount_line *lines, size_t count, bool ask,
                      struct cull_surroundings *ret);
int cull_limits_find(const char *cgroup, const struct mount_line *lines, size_t count,
                     const char *root, struct cull_surroundings *ret);
/* "docker-default (enforce)" and the like, from attr/current and the names in /sys. */
int cull_namespaces_find(pid_t pid, struct cull_surroundings *ret);
/* "0 100000 65536, ..." of uid_map's text; the whole range onto itself: "" (no mapping). */
const char *cull_map_text(struct cull_arena *arena, const char *map);

/* Append to what could not be seen. */
void cull_blind(struct cull_surroundings *ret, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
