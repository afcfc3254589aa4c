/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <syscull/base.h>
#include <unistd.h>

static int fail_file(struct cull_error *reterr, int code, const char *path, const char *what)
{
    struct cull_place place = { .source = path };

    return cull_fail_at(reterr, code, &place, "%s%s%s", what, *what ? ": " : "", strerror(code));
}

static int read_all(int fd, const char *path, struct cull_text *text, struct cull_error *reterr)
{
    char buffer[65536];
    ssize_t size;

    for (;;) {
        size = read(fd, buffer, sizeof buffer);
        if (size < 0 && errno == EINTR)
            continue;
        if (size < 0)
            return fail_file(reterr, errno, path, "");
        if (size == 0)
            break;
        if (text->size + (size_t)size > CULL_FILE_MAX_BYTES) {
            struct cull_place place = { .source = path };

            return cull_fail_at(reterr, EFBIG, &place, "larger than %u MB: this is no such file",
                                CULL_FILE_MAX_BYTES >> 20);
        }
        cull_text_append(text, buffer, (size_t)size);
    }
    cull_text_append(text, "", 0); /* an empty file has data, too: "" */
    return cull_text_ok(text) ? 0 : cull_fail_memory(reterr);
}

int cull_file_read(const char *path, char **ret_data, size_t *ret_size, struct cull_error *reterr)
{
    cull_auto_fd opened = -1;
    cull_auto_text text = { 0 };
    int fd = STDIN_FILENO, r;

    if (strcmp(path, "-") != 0) {
        fd = opened = open(path, O_RDONLY | O_CLOEXEC);
        if (fd < 0)
            return fail_file(reterr, errno, path, "");
    }
    r = read_all(fd, path, &text, reterr);
    if (r < 0)
        return r;
    *ret_size = text.size;
    *ret_data = TAKE(text.data);
    return 0;
}

static int write_all(int fd, const char *data, size_t size)
{
    while (size > 0) {
        ssize_t written = write(fd, data, size);

        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return -errno;
        data += written;
        size -= (size_t)written;
    }
    return 0;
}

static int write_in_place(const char *path, const char *data, size_t size,
                          struct cull_error *reterr)
{
    cull_auto_fd opened = -1;
    int fd = STDOUT_FILENO, r;

    if (strcmp(path, "-") == 0) {
        path = "standard output";
    } else {
        fd = opened = open(path, O_WRONLY | O_CLOEXEC);
        if (fd < 0)
            return fail_file(reterr, errno, path, "");
    }
    r = write_all(fd, data, size);
    return r < 0 ? fail_file(reterr, -r, path, "writing") : 0;
}

/* The name is in the folder already; after this it is on the disk, too. */
static void sync_folder(const char *path)
{
    char copy[PATH_MAX];
    int fd;

    snprintf(copy, sizeof copy, "%s", path);
    fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0) {
        fsync(fd);
        close(fd);
    }
}

static int replace(const char *path, const char *data, size_t size, unsigned mode,
                   struct cull_error *reterr)
{
    cull_auto_fd fd = -1;
    char temporary[PATH_MAX];
    int r;

    if (snprintf(temporary, sizeof temporary, "%s.XXXXXX", path) >= (int)sizeof temporary)
        return fail_file(reterr, ENAMETOOLONG, path, "");
    fd = mkostemp(temporary, O_CLOEXEC);
    if (fd < 0)
        return fail_file(reterr, errno, path, "creating a file beside it");
    r = write_all(fd, data, size);
    if (r == 0 && (fchmod(fd, mode) < 0 || fsync(fd) < 0 || rename(temporary, path) < 0))
        r = -errno;
    if (r < 0) {
        unlink(temporary);
        return fail_file(reterr, -r, path, "writing");
    }
    sync_folder(path);
    return 0;
}

int cull_file_write(const char *path, const char *data, size_t size, unsigned mode,
                    struct cull_error *reterr)
{
    struct stat status;
    bool exists;

    if (strcmp(path, "-") == 0)
        return write_in_place(path, data, size, reterr);
    exists = stat(path, &status) == 0;
    if (exists && S_ISDIR(status.st_mode))
        return fail_file(reterr, EISDIR, path, "");
    if (exists && !S_ISREG(status.st_mode))
        return write_in_place(path, data, size, reterr);
    return replace(path, data, size, mode, reterr);
}
