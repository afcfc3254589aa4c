/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Engines' sockets: whoever can talk to one can start a container that owns the host.  They are
 * looked for where they usually are and among the mounts, and asked; no folder is searched.
 */
#include "parse.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define ANSWER_WAIT_MS 300
#define PATHS_MAX 64

static const struct usual {
    const char *path, *engine;
    bool is_http;
} usual[] = {
    { "/var/run/docker.sock", "docker", true },
    { "/run/docker.sock", "docker", true },
    { "/run/podman/podman.sock", "podman", true },
    { "/var/run/podman/podman.sock", "podman", true },
    { "/run/containerd/containerd.sock", "containerd", false },
    { "/var/run/containerd/containerd.sock", "containerd", false },
    { "/run/k3s/containerd/containerd.sock", "containerd", false },
    { "/run/crio/crio.sock", "cri-o", false },
    { "/var/run/crio/crio.sock", "cri-o", false },
    { "/run/cri-dockerd.sock", "cri-dockerd", false },
    { "/run/buildkit/buildkitd.sock", "buildkit", false },
};

/* The socket that a path's last part gives away, wherever it is mounted. */
static const struct usual *by_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    for (size_t i = 0; slash != NULL && i < sizeof usual / sizeof *usual; i++) {
        if (strcmp(strrchr(usual[i].path, '/'), slash) == 0)
            return &usual[i];
    }
    return NULL;
}

/* ---- asking -------------------------------------------------------------------------------------------- */

/* The descriptor is the way in: a path is too long for an address, or lies below another root;
 * without a /proc the path itself has to do. */
static int connect_to(int found, const char *path)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    cull_auto_fd fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

    if (fd < 0)
        return -errno;
    snprintf(address.sun_path, sizeof address.sun_path, "/proc/self/fd/%d", found);
    if (access(address.sun_path, F_OK) < 0)
        snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
    if (connect(fd, (const struct sockaddr *)&address, sizeof address) < 0)
        return -errno;
    return TAKE_FD(fd);
}

/* The head of the answer to a ping, or "". */
static void ping(int fd, char *ret, size_t size)
{
    static const char request[] = "GET /_ping HTTP/1.0\r\nHost: engine\r\n\r\n";
    struct pollfd wait = { .fd = fd, .events = POLLIN };
    ssize_t got = 0;

    *ret = '\0';
    if (send(fd, request, sizeof request - 1, MSG_NOSIGNAL) < 0)
        return;
    if (poll(&wait, 1, ANSWER_WAIT_MS) > 0)
        got = recv(fd, ret, size - 1, 0);
    ret[got > 0 ? got : 0] = '\0';
}

/* "Docker/20.10.24 (linux)" of the answer's Server line, when it has one. */
static const char *server_of(struct cull_arena *arena, const char *answer)
{
    const char *line = strcasestr(answer, "\nserver:");
    size_t size;

    if (line == NULL)
        return NULL;
    line += strlen("\nserver:");
    line += strspn(line, " ");
    size = strcspn(line, "\r\n");
    return cull_arena_copy(arena, line, size < 80 ? size : 80);
}

static const char *ask(struct cull_arena *arena, const struct usual *kind, int fd)
{
    char answer[1024];
    const char *server;

    if (!kind->is_http)
        return "accepts connections";
    ping(fd, answer, sizeof answer);
    if (strncmp(answer, "HTTP/1.", 7) != 0)
        return "accepts connections, does not answer a ping";
    server = server_of(arena, answer);
    if (server != NULL)
        return cull_arena_format(arena, "answers as %s", server);
    return cull_arena_format(arena, "answers: %.*s", (int)strcspn(answer, "\r\n"), answer);
}

/* ---- finding --------------------------------------------------------------------------------------------- */

static bool is_known(const struct cull_surroundings *ret, const struct stat *file, ino_t *inodes,
                     dev_t *devices)
{
    for (size_t i = 0; i < ret->sockets_count; i++) {
        if (inodes[i] == file->st_ino && devices[i] == file->st_dev)
            return true;
    }
    inodes[ret->sockets_count] = file->st_ino;
    devices[ret->sockets_count] = file->st_dev;
    return false;
}

static void look(int found, const char *path, const struct usual *kind, bool may_ask,
                 struct cull_engine_socket *ret, struct cull_arena *arena)
{
    int fd;

    *ret = (struct cull_engine_socket){ .path = path, .engine = kind->engine };
    if (!may_ask) {
        ret->answer = "not asked";
        return;
    }
    fd = connect_to(found, path);
    if (fd >= 0) {
        ret->is_open = true;
        ret->answer = ask(arena, kind, fd);
        cull_close_fd(&fd);
    } else if (fd == -ECONNREFUSED) {
        ret->answer = "nobody listens";
    } else {
        ret->answer = cull_arena_format(arena, "%s", strerror(-fd));
    }
}

int cull_sockets_find(const char *root, const struct mount_line *lines, size_t count, bool may_ask,
                      struct cull_surroundings *ret)
{
    const char *paths[PATHS_MAX];
    const struct usual *kinds[PATHS_MAX];
    ino_t inodes[PATHS_MAX];
    dev_t devices[PATHS_MAX];
    size_t paths_count = 0;

    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++) {
        paths[paths_count] = usual[i].path;
        kinds[paths_count++] = &usual[i];
    }
    for (size_t i = 0; i < count && paths_count < PATHS_MAX; i++) {
        const struct usual *kind = by_name(lines[i].point);

        if (kind == NULL)
            kind = by_name(lines[i].root);
        if (kind == NULL)
            continue;
        paths[paths_count] = lines[i].point;
        kinds[paths_count++] = kind;
    }
    ret->sockets = cull_arena_alloc(ret->arena, PATHS_MAX * sizeof *ret->sockets);
    if (ret->sockets == NULL)
        return -ENOMEM;
    for (size_t i = 0; i < paths_count; i++) {
        cull_auto_fd found = cull_open_in(root, paths[i], O_PATH);
        struct stat file;

        if (found < 0 || fstat(found, &file) < 0 || !S_ISSOCK(file.st_mode) ||
            is_known(ret, &file, inodes, devices))
            continue;
        look(found, paths[i], kinds[i], may_ask, &ret->sockets[ret->sockets_count], ret->arena);
        ret->sockets_count++;
    }
    return 0;
}
