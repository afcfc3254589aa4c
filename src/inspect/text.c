/* SPDX-License-Identifier: Apache-2.0 */
/* Small files, with as few system calls as it takes: under a filter each may be denied. */
#include "parse.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

#define TEXT_MAX_BYTES (4u << 20) /* mountinfo of a machine with very many mounts */

static int read_all(int fd, struct cull_text *text)
{
    char buffer[4096];
    ssize_t size;

    while ((size = read(fd, buffer, sizeof buffer)) != 0) {
        if (size < 0 && errno == EINTR)
            continue;
        if (size < 0)
            return -errno;
        cull_text_append(text, buffer, (size_t)size);
        if (text->size > TEXT_MAX_BYTES)
            return -EFBIG;
    }
    return cull_text_ok(text) ? 0 : -ENOMEM;
}

static int read_fd(struct cull_arena *arena, int fd, char **ret)
{
    cull_auto_text text = { 0 };
    char *copy;
    int r = read_all(fd, &text);

    if (r < 0)
        return r;
    copy = cull_arena_copy(arena, text.data ? text.data : "", text.size);
    if (copy == NULL)
        return -ENOMEM;
    *ret = copy;
    return 0;
}

int cull_read_file(struct cull_arena *arena, const char *path, char **ret)
{
    cull_auto_fd fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

    return fd < 0 ? -errno : read_fd(arena, fd, ret);
}

int cull_open_in(const char *root, const char *path, int flags)
{
    const struct open_how how = { .flags = (unsigned)flags | O_CLOEXEC,
                                  .resolve = RESOLVE_IN_ROOT };
    cull_auto_fd folder = -1;
    int fd;

    if (*root == '\0') {
        fd = open(path, flags | O_CLOEXEC);
        return fd < 0 ? -errno : fd;
    }
    folder = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0)
        return -errno;
    fd = (int)syscall(SYS_openat2, folder, path, &how, sizeof how);
    return fd < 0 ? -errno : fd;
}

char *cull_read_text_in(struct cull_arena *arena, const char *root, const char *path)
{
    cull_auto_fd fd = cull_open_in(root, path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
    char *text;

    return fd >= 0 && read_fd(arena, fd, &text) == 0 ? text : NULL;
}

char *cull_read_text(struct cull_arena *arena, const char *format, ...)
{
    va_list arguments;
    char path[512], *text;

    va_start(arguments, format);
    vsnprintf(path, sizeof path, format, arguments);
    va_end(arguments);
    return cull_read_file(arena, path, &text) == 0 ? text : NULL;
}
