/* SPDX-License-Identifier: Apache-2.0 */
/* Namespaces by their inodes, and the security module's label. */
#include "parse.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

/* The first namespaces have these inodes on every host (the kernel's include/uapi/linux/nsfs.h);
 * those of mnt and net are fixed since Linux 6.18. */
static const struct kind {
    const char *name;
    uint64_t first;
    bool is_new;
} kinds[] = {
    { "cgroup", 0xeffffffbu, false }, { "ipc", 0xefffffffu, false }, { "mnt", 0xeffffff8u, true },
    { "net", 0xeffffff9u, true },     { "pid", 0xeffffffcu, false }, { "time", 0xeffffffau, false },
    { "user", 0xeffffffdu, false },   { "uts", 0xeffffffeu, false },
};
#define KINDS_COUNT (sizeof kinds / sizeof *kinds)

static bool has_fixed_inodes(void)
{
    struct utsname name;
    unsigned major, minor;

    if (uname(&name) < 0 || sscanf(name.release, "%u.%u", &major, &minor) != 2)
        return false;
    return major > 6 || (major == 6 && minor >= 18);
}

/* "pid:[4026531836]"; 0: cannot be seen */
static uint64_t inode_of(const char *process, const char *name)
{
    char path[64], target[64];
    const char *bracket;
    ssize_t size;

    snprintf(path, sizeof path, "/proc/%s/ns/%s", process, name);
    size = readlink(path, target, sizeof target - 1);
    if (size < 0)
        return 0;
    target[size] = '\0';
    bracket = strchr(target, '[');
    return bracket != NULL ? strtoull(bracket + 1, NULL, 10) : 0;
}

/* Pid 1 is the host's init only where the pid namespace is the host's. */
static int is_hosts(const struct kind *kind, uint64_t inode, bool sees_init)
{
    uint64_t first;

    if (inode == 0)
        return -1;
    if (inode == kind->first)
        return 1;
    if (!kind->is_new || has_fixed_inodes())
        return 0;
    if (!sees_init)
        return -1;
    first = inode_of("1", kind->name);
    return first == 0 ? -1 : inode == first;
}

int cull_namespaces_find(pid_t pid, struct cull_surroundings *ret)
{
    const bool sees_init = inode_of("self", "pid") == 0xeffffffcu;
    char process[16] = "self";

    if (pid != 0)
        snprintf(process, sizeof process, "%d", pid);
    ret->namespaces = cull_arena_alloc(ret->arena, KINDS_COUNT * sizeof *ret->namespaces);
    if (ret->namespaces == NULL)
        return -ENOMEM;
    ret->namespaces_count = KINDS_COUNT;
    for (size_t i = 0; i < KINDS_COUNT; i++) {
        struct cull_namespace *one = &ret->namespaces[i];
        uint64_t ours = inode_of("self", kinds[i].name);

        one->name = kinds[i].name;
        one->inode = inode_of(process, kinds[i].name);
        one->is_hosts = is_hosts(&kinds[i], one->inode, sees_init);
        one->is_ours = one->inode == 0 || ours == 0 ? -1 : one->inode == ours;
    }
    return 0;
}

const char *cull_map_text(struct cull_arena *arena, const char *map)
{
    cull_auto_text out = { 0 };
    unsigned long long inside, outside, size;
    int used;

    for (const char *at = map;
         sscanf(at, " %llu %llu %llu%n", &inside, &outside, &size, &used) == 3; at += used) {
        if (inside == 0 && outside == 0 && size == UINT32_MAX)
            return ""; /* everybody is himself: the first user namespace */
        cull_text_add(&out, "%s%llu-%llu is %llu-%llu outside", out.size > 0 ? ", " : "", inside,
                      inside + size - 1, outside, outside + size - 1);
    }
    return cull_text_ok(&out) ? cull_arena_copy(arena, out.data ? out.data : "", out.size) : NULL;
}
