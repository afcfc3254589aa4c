/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who runs this container, from what can be seen inside of it.
 *
 * Sandboxes that imitate a kernel come first, as they run below an engine; then what names an
 * engine itself; then the cgroup path and the mounts, whose shapes are in the container room's
 * sources; then what only says that this is a container.
 */
#include "parse.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#define ID_SIZE 64

static const char *variable(const struct traces *traces, const char *name)
{
    size_t size = strlen(name);

    for (size_t i = 0; traces->environment != NULL && traces->environment[i] != NULL; i++) {
        if (strncmp(traces->environment[i], name, size) == 0 && traces->environment[i][size] == '=')
            return traces->environment[i] + size + 1;
    }
    return NULL;
}

static bool found(struct cull_surroundings *ret, const char *engine, const char *because)
{
    if (ret->engine == NULL) {
        ret->engine = engine;
        ret->because = because;
    }
    return true;
}

/* 64 lower hex digits at text, not longer. */
static bool is_id(const char *text)
{
    size_t size = 0;

    while (isdigit((unsigned char)text[size]) || (text[size] >= 'a' && text[size] <= 'f'))
        size++;
    return size == ID_SIZE && !isalnum((unsigned char)text[size]);
}

/* The id after the last of these words, in any of the lines. */
static const char *id_after(const char *text, const char *word)
{
    const char *last = NULL;

    for (const char *at = text; (at = strstr(at, word)) != NULL; at++) {
        if (is_id(at + strlen(word)))
            last = at + strlen(word);
    }
    return last;
}

/* ---- each of the signs ------------------------------------------------------------------------------ */

static void by_kernel(const struct traces *traces, struct cull_surroundings *ret)
{
    if (traces->version != NULL && strstr(traces->version, "gVisor") != NULL)
        found(ret, "gvisor", "/proc/version names gVisor");
    /* gVisor calls itself Linux 4.4.0 of that one day. */
    if (traces->version != NULL &&
        strstr(traces->version, "Linux version 4.4.0 #1 SMP Sun Jan 10 15:06:54 PST 2016") != NULL)
        found(ret, "gvisor", "/proc/version is the one that gVisor shows");
    if (traces->cmdline != NULL && strstr(traces->cmdline, "agent.log") != NULL &&
        strstr(traces->cmdline, "systemd.unit=kata-containers.target") != NULL)
        found(ret, "kata", "the kernel was started for Kata's agent (/proc/cmdline)");
    if (traces->mountinfo != NULL && strstr(traces->mountinfo, " kataShared ") != NULL)
        found(ret, "kata", "the root is shared by Kata (kataShared in mountinfo)");
}

static const struct sign {
    const char *word, *engine;
} path_signs[] = {
    { "docker-", "docker" },           { "/docker/", "docker" },
    { "libpod-payload-", "podman" },   { "libpod-", "podman" },
    { "cri-containerd-", "containerd" }, { "nerdctl-", "containerd" },
    { "crio-", "cri-o" },
}, mount_signs[] = {
    { "/docker/containers/", "docker" },
    { "/containers/storage/overlay-containers/", "podman" },
    { "overlay-containers/", "podman" },
    { "io.containerd.grpc.v1.cri/sandboxes/", "containerd" },
    { "io.containerd.runtime.v2.task/", "containerd" },
}, plain_signs[] = {
    { "/lxc.payload", "lxc" }, { "/lxc/", "lxc" }, { "/buildkit/", "buildkit" },
};

static void by_signs(const char *text, const struct sign *signs, size_t count, const char *where,
                     struct cull_surroundings *ret)
{
    for (size_t i = 0; text != NULL && i < count; i++) {
        const char *id = id_after(text, signs[i].word);

        if (id == NULL)
            continue;
        found(ret, signs[i].engine, cull_arena_format(ret->arena, "%s: %s", where, signs[i].word));
        /* The sandbox of a pod has an id, too, and its files are all that a container shows. */
        if (ret->id == NULL && strstr(signs[i].word, "sandboxes") == NULL)
            ret->id = cull_arena_copy(ret->arena, id, ID_SIZE);
        return;
    }
}

static void by_environment(const struct traces *traces, struct cull_surroundings *ret)
{
    const char *container = variable(traces, "container");

    if (container == NULL)
        container = traces->systemd_container;
    if (traces->containerenv != NULL)
        found(ret, strstr(traces->containerenv, "buildah") ? "buildah" : "podman",
              "/run/.containerenv is there");
    if (traces->has_dockerenv)
        found(ret, "docker", "/.dockerenv is there");
    if (container != NULL && *container != '\0')
        found(ret, cull_arena_format(ret->arena, "%.*s", (int)strcspn(container, "\n"), container),
              "the environment's variable \"container\"");
    for (size_t i = 0; traces->cgroup != NULL && i < sizeof plain_signs / sizeof *plain_signs;
         i++) {
        if (strstr(traces->cgroup, plain_signs[i].word) != NULL)
            found(ret, plain_signs[i].engine, "the cgroup's path");
    }
    if (traces->cgroup != NULL && strstr(traces->cgroup, "/machine.slice/") != NULL &&
        strstr(traces->cgroup, ".scope/payload") != NULL)
        found(ret, "systemd-nspawn", "the cgroup's path");
}

/* "id=\"...\"" of a privileged podman's /run/.containerenv. */
static const char *quoted(struct cull_arena *arena, const char *text, const char *key)
{
    size_t size = strlen(key);

    for (const char *line = text; line != NULL && *line != '\0';) {
        if (strncmp(line, key, size) == 0 && strncmp(line + size, "=\"", 2) == 0)
            return cull_arena_copy(arena, line + size + 2, strcspn(line + size + 2, "\"\n"));
        line = strchr(line, '\n');
        line = line != NULL ? line + 1 : NULL;
    }
    return NULL;
}

/* "/kubepods/besteffort/pod<uid>/<id>": the cgroup alone does not name the runtime. */
static void by_pod_cgroup(const struct traces *traces, struct cull_surroundings *ret)
{
    const char *at = traces->cgroup != NULL ? strstr(traces->cgroup, "kubepods") : NULL;

    at = at != NULL ? strstr(at, "/pod") : NULL;
    if (at == NULL || memchr(at, '\n', strcspn(at + 1, "/")) != NULL)
        return;
    at += strlen("/pod");
    if (ret->pod_uid == NULL)
        ret->pod_uid = cull_arena_copy(ret->arena, at, strcspn(at, "/\n"));
    at += strcspn(at, "/\n");
    if (ret->id == NULL && *at == '/' && is_id(at + 1))
        ret->id = cull_arena_copy(ret->arena, at + 1, ID_SIZE);
}

/* The kubelet's mounts: "/var/lib/kubelet/pods/UID/containers/NAME/HASH" on the termination log. */
static void by_kubelet(const struct traces *traces, struct cull_surroundings *ret)
{
    static const char folder[] = "/kubelet/pods/";
    const char *at = traces->mountinfo != NULL ? strstr(traces->mountinfo, folder) : NULL;

    if (at != NULL && ret->pod_uid == NULL) {
        at += strlen(folder);
        ret->pod_uid = cull_arena_copy(ret->arena, at, strcspn(at, "/ \n"));
    }
    at = at != NULL ? strstr(traces->mountinfo, " /dev/termination-log ") : NULL;
    if (at != NULL && ret->pod_container == NULL) {
        const char *name = at;

        while (name > traces->mountinfo && *name != '\n' && strncmp(name, "/containers/", 12) != 0)
            name--;
        if (strncmp(name, "/containers/", 12) == 0)
            ret->pod_container = cull_arena_copy(ret->arena, name + 12, strcspn(name + 12, "/ \n"));
    }
    if (variable(traces, "KUBERNETES_SERVICE_HOST") == NULL && ret->pod_uid == NULL)
        return;
    if (ret->pod_name == NULL && variable(traces, "HOSTNAME") != NULL)
        ret->pod_name = variable(traces, "HOSTNAME");
    found(ret, "kubernetes", "the kubelet's mounts or environment; its runtime is not seen");
}

int cull_identity_find(const struct traces *traces, struct cull_surroundings *ret)
{
    by_kernel(traces, ret);
    if (traces->is_first_namespace && ret->engine == NULL) {
        /* A machine whose disk was made from an image has that image's files. */
        ret->engine = "none";
        ret->because = "the pid and mount namespaces are the host's";
        return 0;
    }
    by_signs(traces->cgroup, path_signs, sizeof path_signs / sizeof *path_signs, "cgroup path",
             ret);
    by_signs(traces->mountinfo, mount_signs, sizeof mount_signs / sizeof *mount_signs,
             "mounted files", ret);
    if (traces->containerenv != NULL) {
        ret->id = ret->id ? ret->id : quoted(ret->arena, traces->containerenv, "id");
        ret->name = ret->name ? ret->name : quoted(ret->arena, traces->containerenv, "name");
        ret->image = ret->image ? ret->image : quoted(ret->arena, traces->containerenv, "image");
    }
    by_environment(traces, ret);
    by_pod_cgroup(traces, ret);
    by_kubelet(traces, ret);
    if (ret->engine != NULL)
        return 0;
    if (traces->cgroup == NULL && traces->mountinfo == NULL) {
        ret->because = "there is no /proc, and neither /.dockerenv nor /run/.containerenv";
    } else {
        ret->because = "neither the cgroup's path, nor the mounts, nor the environment name an "
                       "engine that is known";
    }
    return 0;
}
