/* SPDX-License-Identifier: Apache-2.0 */
/* Log files: opened, recognised, read to their end, and followed through rotation and truncation. */
#include "source.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#define LOOK_BYTES 16384

static int fail_open(const char *path, int code, struct cull_error *reterr)
{
    if (code == ENOENT)
        return cull_fail(reterr, code, "%s: there is no such file", path);
    if (code == EACCES || code == EPERM)
        return cull_fail(reterr, code, "%s: may not be read by this user: run it again with sudo",
                         path);
    return cull_fail(reterr, code, "%s: %s", path, strerror(code));
}

/* A writer may have moved the file away, or begun it anew. */
static bool has_turned(struct source *source, char *into, size_t size, ssize_t *ret_got)
{
    struct stat now;
    int fd;

    if (fstat(source->fd, &now) == 0 && now.st_size < source->offset) {
        if (lseek(source->fd, 0, SEEK_SET) < 0)
            return false;
        source->offset = 0;
        return true;
    }
    if (stat(source->name, &now) < 0 ||
        (now.st_ino == source->identity.st_ino && now.st_dev == source->identity.st_dev))
        return false;
    fd = open(source->name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return false;
    *ret_got = read(source->fd, into, size); /* written between our last look and the move */
    if (*ret_got > 0) {
        close(fd);
        return false; /* next time */
    }
    cull_close_fd(&source->fd);
    source->fd = fd;
    source->identity = now;
    source->offset = 0;
    return true;
}

static ssize_t read_some(struct source *source, char *into, size_t size, struct cull_error *reterr)
{
    ssize_t got;

    if (source->unpack != NULL)
        return cull_unpack_read(source->unpack, source->fd, source->name, into, size, reterr);
    if (!source->is_regular && source->follows &&
        poll(&(struct pollfd){ .fd = source->fd, .events = POLLIN }, 1, 0) == 0)
        return -EAGAIN;
    for (;;) {
        got = read(source->fd, into, size);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0 && errno == EAGAIN)
            return -EAGAIN;
        if (got < 0)
            return cull_fail(reterr, errno, "%s: %s", source->name, strerror(errno));
        if (got == 0 && source->follows && source->is_regular &&
            has_turned(source, into, size, &got)) {
            source->counts.turns++;
            if (source->end > 0) { /* what was not finished never will be */
                into[0] = '\n';
                return 1;
            }
            continue;
        }
        source->offset += got > 0 ? got : 0;
        return got > 0 ? got : 0;
    }
}

static ssize_t read_file(struct source *source, char *into, size_t size, struct cull_error *reterr)
{
    ssize_t got;

    for (;;) {
        if (source->journal != NULL) {
            size_t room, made = cull_journal_lines(source->journal, into, size, &source->counts);
            char *inside;

            if (made > 0)
                return (ssize_t)made;
            inside = cull_journal_room(source->journal, &room);
            got = read_some(source, inside, room, reterr);
            if (got > 0) {
                cull_journal_filled(source->journal, (size_t)got);
                continue;
            }
        } else {
            got = read_some(source, into, size, reterr);
        }
        if (got == -EAGAIN)
            return 0;
        if (got == 0 && !(source->follows && source->is_regular))
            source->ended = true;
        return got;
    }
}

/* Text that begins with a stamp or a record is a log. */
static bool has_log_lines(const char *data, size_t size, const struct cull_audit_clock *clock)
{
    struct prefix prefix;

    for (size_t at = 0; at < size;) {
        const char *end = memchr(data + at, '\n', size - at);
        size_t length = end != NULL ? (size_t)(end - data) - at : size - at;
        struct cursor cursor = { data + at, data + at + length };

        if (length > 0 && cull_prefix_take(&cursor, clock, &prefix))
            return true;
        at += length + 1;
    }
    return false;
}

static int check_text(struct source *source, const char *data, size_t size,
                      const struct cull_audit_clock *clock, struct cull_error *reterr)
{
    size_t at = 0;

    if (size >= 8 && memcmp(data, "LPKSHHRH", 8) == 0)
        return cull_fail(reterr, EINVAL,
                         "%s: a file of journald's own: journalctl --file %s -o export | "
                         "syscull audit -",
                         source->name, source->name);
    while (at < size && data[at] == '\0') /* truncated under its writer */
        at++;
    if (source->journal == NULL && memchr(data + at, '\0', size - at) != NULL)
        return cull_fail(reterr, EINVAL, "%s: not a log: it holds binary data", source->name);
    source->counts.is_log = source->journal != NULL || has_log_lines(data + at, size - at, clock);
    return 0;
}

/* Look at the beginning; what was looked at is in the buffer, or in the journal's. */
static int look(struct source *source, const struct cull_audit_clock *clock,
                struct cull_error *reterr)
{
    unsigned char *start = (unsigned char *)source->data;
    const char *last;
    ssize_t size = 0, got;
    size_t room;
    int r;

    if (source->is_regular) { /* leaves the file where it is */
        size = pread(source->fd, start, LOOK_BYTES, 0);
        if (size < 0)
            return cull_fail(reterr, errno, "%s: %s", source->name, strerror(errno));
        r = cull_unpack_new(source->name, start, (size_t)size, &source->unpack, reterr);
        if (r < 0)
            return r;
    }
    if (!source->is_regular || source->unpack != NULL) {
        got = read_some(source, source->data, LOOK_BYTES, reterr);
        if (got < 0)
            return got == -EAGAIN ? 0 : (int)got;
        size = got;
        source->counts.bytes = (uint64_t)got;
    }
    if (cull_journal_is(source->data, (size_t)size)) {
        r = cull_journal_new(&source->journal, reterr);
        if (r < 0)
            return r;
    }
    r = check_text(source, source->data, (size_t)size, clock, reterr);
    if (r < 0 || (source->is_regular && source->unpack == NULL))
        return r;
    if (source->journal != NULL) {
        memcpy(cull_journal_room(source->journal, &room), source->data, (size_t)size);
        cull_journal_filled(source->journal, (size_t)size);
        return 0;
    }
    source->end = (size_t)size;
    last = memrchr(source->data, '\n', source->end);
    source->limit = last != NULL ? (size_t)(last - source->data) + 1 : 0;
    return 0;
}

int cull_source_file(struct source *source, const char *path, bool follow, bool from_start,
                     const struct cull_audit_clock *clock, struct cull_error *reterr)
{
    bool is_input = strcmp(path, "-") == 0;
    int r;

    source->fd = is_input ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3)
                          : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (source->fd < 0)
        return fail_open(path, errno, reterr);
    if (fstat(source->fd, &source->identity) < 0)
        return fail_open(path, errno, reterr);
    if (S_ISDIR(source->identity.st_mode))
        return cull_fail(reterr, EISDIR, "%s: a folder; name the log files in it", path);
    source->is_regular = S_ISREG(source->identity.st_mode);
    source->follows = follow;
    source->read = read_file;
    r = look(source, clock, reterr);
    if (r < 0)
        return r;
    if (source->unpack != NULL || (is_input && source->is_regular))
        source->follows = false;
    if (source->follows && source->is_regular && !from_start) {
        source->offset = lseek(source->fd, 0, SEEK_END);
        if (source->offset < 0)
            return fail_open(path, errno, reterr);
    }
    return 0;
}
