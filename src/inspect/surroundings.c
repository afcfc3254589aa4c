/* SPDX-License-Identifier: Apache-2.0 */
/* What surrounds a process: gathered from /proc, piece by piece, whatever of it can be seen. */
#include "parse.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BLIND_MAX 16
#define INIT_PID_NS 0xeffffffcu

void cull_surroundings_free(struct cull_surroundings *surroundings)
{
    if (surroundings == NULL)
        return;
    cull_arena_free(surroundings->arena);
    free(surroundings);
}

void cull_blind(struct cull_surroundings *ret, const char *format, ...)
{
    cull_auto_text text = { 0 };
    va_list arguments;

    va_start(arguments, format);
    cull_text_vadd(&text, format, arguments);
    va_end(arguments);
    if (ret->blind_count < BLIND_MAX && cull_text_ok(&text))
        ret->blind[ret->blind_count++] = cull_arena_copy(ret->arena, text.data, text.size);
}

/* ---- who it is ----------------------------------------------------------------------------------------- */

static const char *copy(struct cull_arena *arena, const char *text)
{
    return text != NULL ? cull_arena_copy(arena, text, strlen(text)) : NULL;
}

static void take_container(const struct cull_container *container, struct cull_surroundings *ret)
{
    struct cull_arena *arena = ret->arena;

    if (container->engine != CULL_ENGINE_UNKNOWN) {
        ret->engine = cull_engine_name(container->engine);
        ret->because = "the host's processes, cgroups and engine files";
    }
    ret->id = copy(arena, container->id);
    ret->name = copy(arena, container->name);
    ret->image = copy(arena, container->image);
    ret->runtime = copy(arena, container->runtime);
    ret->pod_name = copy(arena, container->pod_name);
    ret->pod_namespace = copy(arena, container->pod_namespace);
    ret->pod_uid = copy(arena, container->pod_uid);
    ret->pod_container = copy(arena, container->pod_container);
}

static bool is_first_namespace(const struct cull_surroundings *ret)
{
    bool pid = false, mnt = false;

    for (size_t i = 0; i < ret->namespaces_count; i++) {
        const struct cull_namespace *one = &ret->namespaces[i];

        pid |= strcmp(one->name, "pid") == 0 && one->inode == INIT_PID_NS;
        mnt |= strcmp(one->name, "mnt") == 0 && one->is_hosts == 1;
    }
    return pid && mnt;
}

static int identify(const struct cull_surroundings_options *options, const char *root,
                    const char *proc, const char *mountinfo, struct cull_surroundings *ret)
{
    struct cull_arena *arena = ret->arena;
    struct traces traces = {
        .cgroup = cull_read_text(arena, "%s/cgroup", proc),
        .mountinfo = mountinfo,
        .version = cull_read_text(arena, "/proc/version"),
        .cmdline = cull_read_text(arena, "/proc/cmdline"),
        .containerenv = cull_read_text_in(arena, root, "/run/.containerenv"),
        .systemd_container = cull_read_text_in(arena, root, "/run/systemd/container"),
        .environment = options->environment,
        .is_first_namespace = is_first_namespace(ret),
    };
    const char *space = cull_read_text_in(
        arena, root, "/var/run/secrets/kubernetes.io/serviceaccount/namespace");
    cull_auto_fd dockerenv = cull_open_in(root, "/.dockerenv", O_PATH);

    traces.has_dockerenv = dockerenv >= 0;
    if (options->container != NULL)
        take_container(options->container, ret);
    if (ret->pod_namespace == NULL)
        ret->pod_namespace = space;
    return cull_identity_find(&traces, ret);
}

/* ---- the rest --------------------------------------------------------------------------------------------- */

static void find_label(const char *proc, struct cull_surroundings *ret)
{
    struct cull_arena *arena = ret->arena;
    char *modules = cull_read_text(arena, "/sys/kernel/security/lsm");
    char *label = cull_read_text(arena, "%s/attr/current", proc);

    if (label != NULL)
        label[strcspn(label, "\n")] = '\0';
    if (modules != NULL)
        modules[strcspn(modules, "\n")] = '\0';
    if (label != NULL && *label != '\0')
        ret->lsm = modules != NULL ? cull_arena_format(arena, "%s (of %s)", label, modules) : label;
    else if (modules != NULL)
        ret->lsm = cull_arena_format(arena, "no label (of %s)", modules);
}

static void find_maps(const char *proc, struct cull_surroundings *ret)
{
    const char *uid = cull_read_text(ret->arena, "%s/uid_map", proc);
    const char *gid = cull_read_text(ret->arena, "%s/gid_map", proc);

    if (uid != NULL)
        ret->uid_map = cull_map_text(ret->arena, uid);
    if (gid != NULL)
        ret->gid_map = cull_map_text(ret->arena, gid);
}

static void say_what_is_hidden(const char *proc, const char *mountinfo,
                               struct cull_surroundings *ret)
{
    if (access("/proc/self", F_OK) < 0)
        cull_blind(ret, "there is no /proc: namespaces, user maps, labels, mounts, cgroups and "
                        "limits cannot be seen");
    else if (mountinfo == NULL)
        cull_blind(ret, "%s/mountinfo cannot be read: %s; mounts and limits cannot be seen", proc,
                   strerror(errno));
    else if (ret->namespaces_count > 0 && ret->namespaces[0].inode == 0)
        cull_blind(ret, "%s/ns cannot be read: namespaces cannot be seen (root can)", proc);
}

static int gather(const struct cull_surroundings_options *options, struct cull_surroundings *ret)
{
    char proc[32] = "/proc/self", root[40] = "";
    const char *mountinfo, *cgroup;
    struct mount_line *lines = NULL;
    size_t count = 0;
    int r;

    if (options->pid != 0) {
        snprintf(proc, sizeof proc, "/proc/%d", options->pid);
        snprintf(root, sizeof root, "/proc/%d/root", options->pid);
    }
    r = cull_namespaces_find(options->pid, ret);
    if (r < 0)
        return r;
    mountinfo = cull_read_text(ret->arena, "%s/mountinfo", proc);
    say_what_is_hidden(proc, mountinfo, ret);
    if (mountinfo != NULL)
        lines = cull_mounts_parse(ret->arena, mountinfo, &count);
    r = identify(options, root, proc, mountinfo, ret);
    if (r == 0 && lines != NULL)
        r = cull_mounts_look(lines, count, ret);
    if (r == 0)
        r = cull_sockets_find(root, lines, count, options->ask_sockets, ret);
    cgroup = cull_read_text(ret->arena, "%s/cgroup", proc);
    if (r == 0 && cgroup != NULL && lines != NULL)
        r = cull_limits_find(cgroup, lines, count, root, ret);
    find_label(proc, ret);
    find_maps(proc, ret);
    return r;
}

int cull_surroundings_read(const struct cull_surroundings_options *options,
                           struct cull_surroundings **ret, struct cull_error *reterr)
{
    cull_auto(surroundings) surroundings = calloc(1, sizeof *surroundings);

    if (surroundings == NULL || (surroundings->arena = cull_arena_new()) == NULL)
        return cull_fail_memory(reterr);
    surroundings->blind = cull_arena_alloc(surroundings->arena,
                                           BLIND_MAX * sizeof *surroundings->blind);
    if (surroundings->blind == NULL || gather(options, surroundings) < 0)
        return cull_fail_memory(reterr);
    *ret = TAKE(surroundings);
    return 0;
}
