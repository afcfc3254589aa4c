/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Mount tables: where a cgroup hierarchy can be seen, and whose files a process has mounted.
 */
#include "host.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* What we need of a line of mountinfo, see proc_pid_mountinfo(5); copied, octal escapes undone. */
struct mount {
    char root[PATH_MAX], point[PATH_MAX];
    char type[32], options[512];
};

static void unescape(char *text)
{
    char *to = text;

    for (const char *from = text; *from != '\0'; to++) {
        if (from[0] == '\\' && from[1] >= '0' && from[1] <= '3' && from[2] >= '0' &&
            from[2] <= '7' && from[3] >= '0' && from[3] <= '7') {
            *to = (char)((from[1] - '0') * 64 + (from[2] - '0') * 8 + (from[3] - '0'));
            from += 4;
        } else {
            *to = *from++;
        }
    }
    *to = '\0';
}

/* The word at *text, up to end; a word that is too long for ret becomes "". */
static void take_word(const char **text, const char *end, char *ret, size_t size)
{
    const char *blank = memchr(*text, ' ', (size_t)(end - *text));
    size_t length;

    if (blank == NULL)
        blank = end;
    length = (size_t)(blank - *text);
    if (length >= size)
        length = 0;
    memcpy(ret, *text, length);
    ret[length] = '\0';
    *text = blank < end ? blank + 1 : end;
}

/* "36 35 98:0 ROOT POINT options tags... - TYPE source SUPEROPTIONS" */
static bool next_mount(const char **text, struct mount *ret)
{
    const char *at = *text, *end, *dash;
    char ignored[PATH_MAX];

    if (*at == '\0')
        return false;
    end = strchrnul(at, '\n');
    *text = *end == '\n' ? end + 1 : end;
    for (int i = 0; i < 3; i++)
        take_word(&at, end, ignored, sizeof ignored);
    take_word(&at, end, ret->root, sizeof ret->root);
    take_word(&at, end, ret->point, sizeof ret->point);
    unescape(ret->root);
    unescape(ret->point);
    dash = memmem(at, (size_t)(end - at), " - ", 3);
    at = dash != NULL ? dash + 3 : end;
    take_word(&at, end, ret->type, sizeof ret->type);
    take_word(&at, end, ignored, sizeof ignored);
    take_word(&at, end, ret->options, sizeof ret->options);
    return true;
}

/* ---- whose files ------------------------------------------------------------------------------ */

bool cull_mounts_match(const char *mountinfo, enum cull_engine *ret_engine, char ret_id[65])
{
    static const struct {
        const char *before;
        enum cull_engine engine;
    } folders[] = {
        { "/overlay-containers/", CULL_ENGINE_PODMAN },
        { "/vfs-containers/", CULL_ENGINE_PODMAN },
        { "/containers/", CULL_ENGINE_DOCKER },
    };
    static const char *const files[] = { "/etc/hostname", "/etc/hosts", "/etc/resolv.conf",
                                         "/run/.containerenv" };
    struct mount mount;

    while (next_mount(&mountinfo, &mount)) {
        bool is_engines = false;

        for (size_t i = 0; i < sizeof files / sizeof files[0]; i++)
            is_engines = is_engines || strcmp(mount.point, files[i]) == 0;
        for (size_t i = 0; is_engines && i < sizeof folders / sizeof folders[0]; i++) {
            const char *id = strstr(mount.root, folders[i].before);

            if (id == NULL)
                continue;
            id += strlen(folders[i].before);
            if (id[strcspn(id, "/")] != '/' || !cull_cgroup_is_id(id, strcspn(id, "/")))
                continue;
            *ret_engine = folders[i].engine;
            memcpy(ret_id, id, 64);
            ret_id[64] = '\0';
            return true;
        }
    }
    return false;
}

/* ---- where a cgroup is seen --------------------------------------------------------------------- */

static bool has_option(const char *options, const char *word, size_t size)
{
    for (const char *at = options; *at != '\0'; at += *at == ',') {
        size_t length = strcspn(at, ",");

        if (length == size && memcmp(at, word, size) == 0)
            return true;
        at += length;
    }
    return false;
}

static bool is_hierarchy(const struct mount *mount, const struct cgroup_line *line)
{
    const char *at = line->controllers, *end = at + line->controllers_size;

    if (line->hierarchy == 0)
        return strcmp(mount->type, "cgroup2") == 0;
    if (strcmp(mount->type, "cgroup") != 0 || at == end)
        return false;
    while (at < end) { /* "cpu,cpuacct" is mounted with both as its options */
        const char *comma = memchr(at, ',', (size_t)(end - at));

        if (comma == NULL)
            comma = end;
        if (!has_option(mount->options, at, (size_t)(comma - at)))
            return false;
        at = comma + (comma < end);
    }
    return true;
}

/* The folder's name below a mount that shows a part of the hierarchy, or NULL when it is not in it. */
static const char *below(const char *path, const char *mount_root)
{
    size_t size = strlen(mount_root);

    if (strcmp(mount_root, "/") == 0)
        return path;
    if (strncmp(path, mount_root, size) != 0 || (path[size] != '/' && path[size] != '\0'))
        return NULL;
    return path + size;
}

/* Find one hierarchy's folder: 1 when it was found and filled, 0, or -ENOMEM. */
static int place_in(const char *root, const char *mountinfo, const struct cgroup_line *line,
                    size_t folder_size, struct cull_container *container)
{
    char path[PATH_MAX], folder[PATH_MAX], seen[2 * PATH_MAX], file[3 * PATH_MAX];
    struct mount mount;
    struct stat status;

    if (folder_size >= sizeof path)
        return 0;
    memcpy(path, line->path, folder_size);
    path[folder_size] = '\0';
    while (next_mount(&mountinfo, &mount)) {
        const char *rest = is_hierarchy(&mount, line) ? below(path, mount.root) : NULL;

        if (rest == NULL)
            continue;
        snprintf(folder, sizeof folder, "%s", mount.point);
        snprintf(seen, sizeof seen, "%s%s", folder, rest);
        snprintf(file, sizeof file, "%s%s", root, seen);
        if (stat(file, &status) < 0 || !S_ISDIR(status.st_mode))
            continue;
        free(container->cgroup_path);
        container->cgroup_path = strdup(seen);
        if (container->cgroup_path == NULL)
            return -ENOMEM;
        container->cgroup_hierarchy = line->hierarchy;
        container->cgroup_id = status.st_ino;
        return 1;
    }
    return 0;
}

int cull_mounts_place(const char *root, const char *mountinfo, const char *cgroups,
                      const char *folder, struct cull_container *container)
{
    unsigned best = ~0u;
    struct cgroup_line line;

    while (cull_cgroup_next(&cgroups, &line)) {
        size_t size = cull_cgroup_component(line.path, line.path_size, folder, strlen(folder));
        int r;

        if (size == 0 || cull_cgroup_rank(&line) >= best)
            continue;
        r = place_in(root, mountinfo, &line, size, container);
        if (r < 0)
            return r;
        if (r > 0)
            best = cull_cgroup_rank(&line);
    }
    return 0;
}
