/* SPDX-License-Identifier: Apache-2.0 */
/* Files that commands write. */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "given.h"

static int fail(struct cull_error *reterr, int code, const char *path, const char *what)
{
    struct cull_place place = { .source = path };

    return cull_fail_at(reterr, code, &place, "%s%s", what, strerror(code));
}

int cull_output_check(const char *path, struct cull_error *reterr)
{
    char copy[PATH_MAX];
    struct stat status;
    const char *folder;
    int flags;

    if (path == NULL || strcmp(path, "-") == 0) {
        flags = fcntl(STDOUT_FILENO, F_GETFL);
        if (flags < 0 || (flags & O_ACCMODE) == O_RDONLY)
            return fail(reterr, EBADF, "standard output", "");
        return 0;
    }
    if (*path == '\0')
        return cull_fail(reterr, EINVAL, "an output file needs a name");
    if (stat(path, &status) == 0) {
        if (S_ISDIR(status.st_mode))
            return fail(reterr, EISDIR, path, "");
        if (!S_ISREG(status.st_mode)) /* a device or a pipe is written in place */
            return access(path, W_OK) < 0 ? fail(reterr, errno, path, "") : 0;
    } else if (errno != ENOENT) {
        return fail(reterr, errno, path, "");
    }
    if (snprintf(copy, sizeof copy, "%s", path) >= (int)sizeof copy)
        return fail(reterr, ENAMETOOLONG, path, "");
    folder = dirname(copy);
    if (stat(folder, &status) < 0)
        return fail(reterr, errno, path, "its folder: ");
    if (access(folder, W_OK | X_OK) < 0)
        return fail(reterr, errno, path, "writing to its folder: ");
    return 0;
}

int cull_output_profile(const struct cull_profile *profile, const char *path,
                        struct cull_error *reterr)
{
    cull_auto_text text = { 0 };
    int r;

    r = cull_profile_print(profile, &text, reterr);
    if (r < 0)
        return r;
    return cull_file_write(path ? path : "-", text.data, text.size, 0644, reterr);
}
