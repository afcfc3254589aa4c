/* SPDX-License-Identifier: Apache-2.0 */
/* What a mount table says of a container: what is masked, read-only, and the host's. */
#include "parse.h"

#include <errno.h>
#include <string.h>

/* ---- the table -------------------------------------------------------------------------------------- */

static char *unescape(char *text)
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
    return text;
}

/* Cut the next word off *line; "" at its end. */
static char *cut_word(char **line)
{
    char *word = *line, *blank = strchr(word, ' ');

    if (blank != NULL)
        *blank = '\0';
    *line = blank != NULL ? blank + 1 : word + strlen(word);
    return word;
}

/* "36 35 98:0 ROOT POINT options tags... - TYPE SOURCE SUPEROPTIONS", see proc_pid_mountinfo(5) */
static bool parse_line(char *line, struct mount_line *ret)
{
    const char *word;

    (void)cut_word(&line);
    (void)cut_word(&line);
    ret->device = cut_word(&line);
    ret->root = unescape(cut_word(&line));
    ret->point = unescape(cut_word(&line));
    ret->options = cut_word(&line);
    do
        word = cut_word(&line);
    while (*word != '\0' && strcmp(word, "-") != 0);
    if (*word == '\0')
        return false;
    ret->type = cut_word(&line);
    ret->source = unescape(cut_word(&line));
    ret->super = cut_word(&line);
    return true;
}

struct mount_line *cull_mounts_parse(struct cull_arena *arena, const char *mountinfo,
                                     size_t *ret_count)
{
    char *text = cull_arena_copy(arena, mountinfo, strlen(mountinfo));
    struct mount_line *lines;
    size_t count = 1;

    for (const char *at = mountinfo; *at != '\0'; at++)
        count += *at == '\n';
    lines = cull_arena_alloc(arena, count * sizeof *lines);
    if (text == NULL || lines == NULL)
        return NULL;
    count = 0;
    for (char *line = text, *next; *line != '\0'; line = next) {
        next = strchrnul(line, '\n');
        if (*next == '\n')
            *next++ = '\0';
        if (parse_line(line, &lines[count]))
            count++;
    }
    *ret_count = count;
    return lines;
}

bool cull_mount_has(const char *options, const char *word)
{
    size_t size = strlen(word);

    for (const char *at = options; at != NULL && *at != '\0';) {
        if (strncmp(at, word, size) == 0 && (at[size] == ',' || at[size] == '\0'))
            return true;
        at = strchr(at, ',');
        if (at != NULL)
            at++;
    }
    return false;
}

/* ---- what it means ------------------------------------------------------------------------------------ */

static bool is_below(const char *path, const char *folder)
{
    size_t size = strlen(folder);

    return strncmp(path, folder, size) == 0 && (path[size] == '/' || path[size] == '\0');
}

static bool is_word(const char *word, const char *const *words)
{
    for (; *words != NULL; words++) {
        if (strcmp(word, *words) == 0)
            return true;
    }
    return false;
}

/* Runtimes hide a file behind /dev/null and a folder behind an empty read-only tmpfs. */
static bool is_mask(const struct mount_line *line)
{
    if (!is_below(line->point, "/proc") && !is_below(line->point, "/sys"))
        return false;
    if (strcmp(line->root, "/null") == 0)
        return true;
    return strcmp(line->type, "tmpfs") == 0 && cull_mount_has(line->options, "ro") &&
           strcmp(line->root, "/") == 0 && !is_below(line->point, "/sys/fs/cgroup");
}

/* What every container has: of the kernel, in memory, or its own layers. */
static bool is_own(const struct mount_line *line)
{
    static const char *const types[] = {
        "proc",    "sysfs",     "tmpfs",      "devpts",   "mqueue",   "cgroup",  "cgroup2",
        "overlay", "aufs",      "ramfs",      "devtmpfs", "nsfs",     "bpf",     "tracefs",
        "debugfs", "hugetlbfs", "securityfs", "pstore",   "configfs", "fusectl", "binfmt_misc",
        "autofs",  "squashfs",  "efivarfs",   "rootfs",   NULL
    };
    /* Files that engines put there, which look like mounts of the host. */
    static const char *const files[] = { "/etc/hosts",
                                         "/etc/hostname",
                                         "/etc/resolv.conf",
                                         "/dev/termination-log",
                                         "/run/.containerenv",
                                         "/dev/shm",
                                         "/run/secrets",
                                         "/etc/mtab",
                                         "/",
                                         NULL };

    if (is_word(line->point, files) || is_below(line->point, "/proc") ||
        is_below(line->point, "/sys"))
        return true;
    /* A piece of a tmpfs is the host's /run or /tmp; a whole one is fresh. */
    if (strcmp(line->type, "tmpfs") == 0)
        return strcmp(line->root, "/") == 0;
    return is_word(line->type, types);
}

static size_t host_devices(const struct mount_line *line, struct cull_mount *ret)
{
    const bool is_devices = strcmp(line->type, "devtmpfs") == 0 && is_below(line->point, "/dev");
    const bool is_host = is_devices || !is_own(line);

    if (!is_host || cull_mount_has(line->options, "ro"))
        return 0;
    *ret = (struct cull_mount){ .point = line->point, .type = line->type };
    ret->source = strcmp(line->root, "/") == 0 ? line->source : line->root;
    return 1;
}

int cull_mounts_look(const struct mount_line *lines, size_t count, struct cull_surroundings *ret)
{
    ret->masked = cull_arena_alloc(ret->arena, (count + 1) * sizeof *ret->masked);
    ret->read_only = cull_arena_alloc(ret->arena, (count + 1) * sizeof *ret->read_only);
    ret->host_mounts = cull_arena_alloc(ret->arena, (count + 1) * sizeof *ret->host_mounts);
    if (ret->masked == NULL || ret->read_only == NULL || ret->host_mounts == NULL)
        return -ENOMEM;
    for (size_t i = 0; i < count; i++) {
        const struct mount_line *line = &lines[i];
        const bool read_only = cull_mount_has(line->options, "ro");

        if (strcmp(line->point, "/") == 0)
            ret->root_read_only = read_only; /* the last one is on top */
        if (is_mask(line))
            ret->masked[ret->masked_count++] = line->point;
        else if (read_only && (is_below(line->point, "/proc") || is_below(line->point, "/sys")))
            ret->read_only[ret->read_only_count++] = line->point;
        ret->host_mounts_count += host_devices(line, &ret->host_mounts[ret->host_mounts_count]);
    }
    return 0;
}
