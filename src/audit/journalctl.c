/* SPDX-License-Identifier: Apache-2.0 */
/* The journal is read through journalctl, which alone knows its files; it prints the export format. */
#include "source.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <spawn.h>
#include <unistd.h>

static ssize_t read_journal(struct source *source, char *into, size_t size,
                            struct cull_error *reterr)
{
    size_t room, made;
    char *inside;
    ssize_t got;

    for (;;) {
        made = cull_journal_lines(source->journal, into, size, &source->counts);
        if (made > 0)
            return (ssize_t)made;
        if (source->follows &&
            poll(&(struct pollfd){ .fd = source->fd, .events = POLLIN }, 1, 0) == 0)
            return 0;
        inside = cull_journal_room(source->journal, &room);
        got = read(source->fd, inside, room);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return cull_fail(reterr, errno, "journal: %s", strerror(errno));
        if (got == 0) {
            source->ended = true;
            return 0;
        }
        cull_journal_filled(source->journal, (size_t)got);
    }
}

/* journalctl in one of the folders of path; false: it is in none. */
static bool find_journalctl(const char *path, char *ret, size_t size)
{
    while (path != NULL && *path != '\0') {
        size_t length = strcspn(path, ":");

        if (length > 0 && snprintf(ret, size, "%.*s/journalctl", (int)length, path) < (int)size &&
            access(ret, X_OK) == 0)
            return true;
        path += length + (path[length] == ':');
    }
    return false;
}

static int start(struct source *source, const char *program, const char *const *words,
                 struct cull_error *reterr)
{
    cull_auto_fd in = -1;
    posix_spawn_file_actions_t actions;
    int pipe_fds[2], code;

    if (pipe2(pipe_fds, O_CLOEXEC) < 0)
        return cull_fail(reterr, errno, "journal: %s", strerror(errno));
    source->fd = pipe_fds[0];
    in = pipe_fds[1];
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, in, STDOUT_FILENO);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    code = posix_spawn(&source->child, program, &actions, NULL, (char *const *)words,
                       (char *[]){ NULL });
    posix_spawn_file_actions_destroy(&actions);
    if (code != 0) {
        source->child = 0;
        return cull_fail(reterr, code, "%s: %s", program, strerror(code));
    }
    return 0;
}

int cull_source_journal(struct source *source, const char *path, bool follow, bool from_start,
                        int64_t since_ms, struct cull_error *reterr)
{
    const char *words[16] = { "journalctl", "--quiet", "--no-pager", "--output=export" };
    char program[4096], since[40];
    size_t count = 4;

    if (!find_journalctl(path, program, sizeof program))
        return cull_fail(reterr, ENOTSUP,
                         "journal: journalctl is not installed, so the journal cannot be read "
                         "here; take another source, or a file of journalctl -o export");
    snprintf(since, sizeof since, "--since=@%lld", (long long)(since_ms / 1000));
    if (since_ms > 0)
        words[count++] = since;
    if (follow)
        words[count++] = "--follow";
    if (follow)
        words[count++] = from_start ? "--no-tail" : "--lines=0";
    words[count++] = "_TRANSPORT=audit";
    words[count++] = "+";
    words[count++] = "_TRANSPORT=kernel";
    words[count] = NULL;
    source->read = read_journal;
    source->counts.is_log = true;
    source->follows = follow;
    if (cull_journal_new(&source->journal, reterr) < 0)
        return -ENOMEM;
    return start(source, program, words, reterr);
}
