/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <syscull/confine.h>
#include <unistd.h>

/* 0 for a file that may be executed, else -errno.  The effective user counts, as for execve(2). */
static int look_at(const char *file)
{
    struct stat status;

    if (stat(file, &status) < 0)
        return -errno;
    if (!S_ISREG(status.st_mode))
        return -EACCES;
    return faccessat(AT_FDCWD, file, X_OK, AT_EACCESS) < 0 ? -errno : 0;
}

static int keep(const char *file, char **ret, struct cull_error *reterr)
{
    char *copy = strdup(file);

    if (copy == NULL)
        return cull_fail_memory(reterr);
    *ret = copy;
    return 0;
}

static int find_here(const char *command, char **ret, struct cull_error *reterr)
{
    struct cull_place place = { .source = command };
    struct stat status;
    int r = look_at(command);

    if (r == 0)
        return keep(command, ret, reterr);
    if (r == -ENOENT || r == -ENOTDIR)
        return cull_fail_at(reterr, ENOENT, &place, "no such command");
    if (stat(command, &status) == 0 && S_ISDIR(status.st_mode))
        return cull_fail_at(reterr, EACCES, &place, "is a directory");
    return cull_fail_at(reterr, EACCES, &place, "not executable: %s", strerror(-r));
}

int cull_confine_find(const char *command, const char *path, char **ret, struct cull_error *reterr)
{
    struct cull_place place = { .source = command };
    char file[PATH_MAX], denied[PATH_MAX] = "";

    if (strchr(command, '/') != NULL)
        return find_here(command, ret, reterr);
    for (const char *at = path != NULL ? path : "/bin:/usr/bin";; at++) {
        size_t size = strcspn(at, ":");
        int r;

        /* An empty entry is the current folder. */
        if (*command != '\0' && snprintf(file, sizeof file, "%.*s%s%s", (int)size, at,
                                         size > 0 ? "/" : "./", command) < (int)sizeof file) {
            r = look_at(file);
            if (r == 0)
                return keep(file, ret, reterr);
            if (r == -EACCES && *denied == '\0')
                strcpy(denied, file);
        }
        at += size;
        if (*at == '\0')
            break;
    }
    if (*denied != '\0')
        return cull_fail_at(reterr, EACCES, &place, "%s is not executable", denied);
    return cull_fail_at(reterr, ENOENT, &place, "no such command in PATH");
}
