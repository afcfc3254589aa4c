/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names, images and runtimes, from the files that the engines keep.
 *
 * Which file says what: docker config.v2.json (Name, Config.Image); Podman's and CRI-O's conmon -n and
 * -r, and containers/storage's containers.json; annotations of the OCI bundle
 * (containerd:internal/cri/annotations/annotations.go, crio:internal/annotations/annotations.go);
 * the shim's runtime in options.json and runtime beside the bundle.
 */
#include "host.h"

#include <errno.h>
#include <string.h>
#include <syscull/document.h>

static const char *text_of(const struct cull_node *node)
{
    return node != NULL && node->kind == CULL_NODE_STRING && node->size > 0 ? node->text : NULL;
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash != NULL ? slash + 1 : path;
}

/* Keep the first thing that is said. */
static int keep(char **field, const char *text)
{
    if (*field != NULL || text == NULL || *text == '\0')
        return 0;
    *field = strdup(text);
    return *field != NULL ? 0 : -ENOMEM;
}

static const struct cull_node *parse(const struct host *host, const char *path, const char *text)
{
    const struct cull_node *node;

    if (text == NULL || cull_document_parse(host->arena, path, text, strlen(text), &node, NULL) < 0)
        return NULL;
    return node;
}

static const struct cull_node *read_json(const struct host *host,
                                         const struct supervisor *supervisor, const char *folder,
                                         const char *name)
{
    const char *path = cull_arena_format(host->arena, "%s/%s", folder, name);

    if (path == NULL)
        return NULL;
    return parse(host, path,
                 supervisor != NULL ? cull_host_text_of(host, supervisor->pid, path)
                                    : cull_host_text(host, path));
}

/* ---- the bundle ------------------------------------------------------------------------------ */

/* A pod's shim works in the sandbox's bundle; the others are beside it. */
static const char *shim_bundle(const struct host *host, const struct supervisor *shim,
                               const char *id)
{
    const char *path = shim->bundle, *slash;

    if (path == NULL) {
        const char *link = cull_arena_format(host->arena, "/proc/%d/cwd", shim->pid);

        path = link != NULL ? cull_host_link(host, link) : NULL;
    }
    slash = path != NULL ? strrchr(path, '/') : NULL;
    if (slash == NULL || strcmp(slash + 1, id) == 0)
        return path;
    return cull_arena_format(host->arena, "%.*s/%s", (int)(slash - path), path, id);
}

static const char *find_bundle(const struct host *host, const struct supervisor *supervisor,
                               const struct cull_container *container)
{
    static const char *const spaces[] = { "moby", "k8s.io", "default" };

    if (supervisor != NULL)
        return supervisor->kind == SUPERVISOR_CONMON ? supervisor->bundle
                                                     : shim_bundle(host, supervisor, container->id);
    /* Its supervisor has died, which the container survives. */
    if (container->engine == CULL_ENGINE_PODMAN || container->engine == CULL_ENGINE_CRIO)
        return cull_arena_format(host->arena,
                                 "/var/lib/containers/storage/overlay-containers/%s/userdata",
                                 container->id);
    for (size_t i = 0; i < sizeof spaces / sizeof spaces[0]; i++) {
        const char *bundle = cull_arena_format(
            host->arena, "/run/containerd/io.containerd.runtime.v2.task/%s/%s", spaces[i],
            container->id);

        if (bundle != NULL && read_json(host, NULL, bundle, "config.json") != NULL)
            return bundle;
    }
    return NULL;
}

/* The program that options.json names, else that `runtime` holds: "runc" or "/usr/bin/crun"; both say
 * nothing where the shim takes its default, which is runc (containerd:pkg/runc, DefaultCommand). */
static int describe_shim_runtime(const struct host *host, const struct supervisor *supervisor,
                                 const char *bundle, struct cull_container *container)
{
    const struct cull_node *options = read_json(host, supervisor, bundle, "options.json");
    const char *name = text_of(cull_node_get(options, "binary_name")), *path;
    char word[64] = "";

    if (name == NULL) {
        path = cull_arena_format(host->arena, "%s/runtime", bundle);
        name = path == NULL         ? NULL
               : supervisor != NULL ? cull_host_text_of(host, supervisor->pid, path)
                                    : cull_host_text(host, path);
    }
    if (name == NULL)
        return 0;
    name = base_name(name);
    if (*name == '\0' && supervisor != NULL && supervisor->is_runc_shim)
        name = "runc";
    strncat(word, name, sizeof word - 1);
    word[strcspn(word, "\n")] = '\0';
    return keep(&container->runtime, word);
}

/* ---- docker ----------------------------------------------------------------------------------- */

const char *cull_describe_docker_root(const struct host *host, const struct supervisor *supervisor,
                                      const char *id)
{
    static const char mark[] = "/containers/";
    const char *bundle = supervisor != NULL && supervisor->kind == SUPERVISOR_SHIM
                             ? shim_bundle(host, supervisor, id)
                             : NULL;
    const struct cull_node *mounts, *mount;

    mounts = bundle != NULL
                 ? cull_node_get(read_json(host, supervisor, bundle, "config.json"), "mounts")
                 : NULL;
    for (mount = mounts != NULL ? mounts->first : NULL; mount != NULL; mount = mount->next) {
        const char *source = text_of(cull_node_get(mount, "source"));
        const char *at = source != NULL ? strstr(source, mark) : NULL;
        const char *file = source != NULL ? base_name(source) : "";

        /* With --network container:OTHER these are OTHER's, in the same folder of folders. */
        if (at == NULL || (strcmp(file, "hostname") != 0 && strcmp(file, "hosts") != 0 &&
                           strcmp(file, "resolv.conf") != 0))
            continue;
        at += sizeof mark - 1;
        if (cull_cgroup_is_id(at, strcspn(at, "/")))
            return cull_arena_copy(host->arena, source, (size_t)(at - source) - 1);
    }
    return "/var/lib/docker/containers";
}

static int describe_docker(const struct host *host, const struct supervisor *supervisor,
                           struct cull_container *container)
{
    const char *folder = cull_arena_format(
        host->arena, "%s/%s", cull_describe_docker_root(host, supervisor, container->id),
        container->id);
    const struct cull_node *config = folder != NULL
                                         ? read_json(host, supervisor, folder, "config.v2.json")
                                         : NULL;
    const char *name = text_of(cull_node_get(config, "Name"));
    int r;

    r = keep(&container->name, name != NULL && *name == '/' ? name + 1 : name);
    if (r < 0)
        return r;
    return keep(&container->image,
                text_of(cull_node_get(cull_node_get(config, "Config"), "Image")));
}

/* ---- containerd and CRI-O: annotations ---------------------------------------------------------- */

static int describe_cri(const struct cull_node *annotations, struct cull_container *container)
{
#define CRI "io.kubernetes.cri."
    const struct {
        char **field;
        const char *key;
    } fields[] = {
        { &container->name, CRI "container-name" },
        { &container->pod_container, CRI "container-name" },
        { &container->image, CRI "image-name" },
        { &container->pod_name, CRI "sandbox-name" },
        { &container->pod_namespace, CRI "sandbox-namespace" },
        { &container->pod_uid, CRI "sandbox-uid" },
    };
    int r = 0;

    for (size_t i = 0; r == 0 && i < sizeof fields / sizeof fields[0]; i++)
        r = keep(fields[i].field, text_of(cull_node_get(annotations, fields[i].key)));
    /* What ctr starts has no name but its id; a pod's sandbox is called by its pod alone. */
    if (r == 0 && container->pod_name == NULL &&
        !cull_cgroup_is_id(container->id, strlen(container->id)))
        r = keep(&container->name, container->id);
    return r;
}

static int describe_crio(const struct host *host, const struct cull_node *annotations,
                         struct cull_container *container)
{
#define CRIO "io.kubernetes.cri-o."
    const struct cull_node *labels = parse(host, "labels",
                                           text_of(cull_node_get(annotations, CRIO "Labels")));
    const char *type = text_of(cull_node_get(annotations, CRIO "ContainerType"));
    const char *name = text_of(cull_node_get(labels, "io.kubernetes.container.name"));
    const struct {
        char **field;
        const char *text;
    } fields[] = {
        { &container->image, text_of(cull_node_get(annotations, CRIO "ImageName")) },
        { &container->pod_name, text_of(cull_node_get(labels, "io.kubernetes.pod.name")) },
        { &container->pod_name, text_of(cull_node_get(annotations, CRIO "KubeName")) },
        { &container->pod_namespace,
          text_of(cull_node_get(labels, "io.kubernetes.pod.namespace")) },
        { &container->pod_namespace, text_of(cull_node_get(annotations, CRIO "Namespace")) },
        { &container->pod_uid, text_of(cull_node_get(labels, "io.kubernetes.pod.uid")) },
    };
    int r = 0;

    for (size_t i = 0; r == 0 && i < sizeof fields / sizeof fields[0]; i++)
        r = keep(fields[i].field, fields[i].text);
    if (r < 0 || (type != NULL && strcmp(type, "sandbox") == 0))
        return r;
    r = keep(&container->name, name);
    return r < 0 ? r : keep(&container->pod_container, name);
}

/* ---- podman -------------------------------------------------------------------------------------- */

static const char *parent_of(const struct host *host, const char *path)
{
    const char *slash = path != NULL ? strrchr(path, '/') : NULL;

    return slash != NULL ? cull_arena_copy(host->arena, path, (size_t)(slash - path)) : NULL;
}

/* containers/storage's list, two folders above the bundle; the image's name is in a text of JSON. */
static int describe_podman(const struct host *host, const struct supervisor *supervisor,
                           const char *bundle, struct cull_container *container)
{
    static const char *const files[] = { "containers.json", "volatile-containers.json" };
    const char *folder = parent_of(host, parent_of(host, bundle));
    const struct cull_node *list, *entry, *metadata, *names;
    int r;

    for (size_t i = 0; folder != NULL && i < sizeof files / sizeof files[0]; i++) {
        list = read_json(host, supervisor, folder, files[i]);
        for (entry = list != NULL ? list->first : NULL; entry != NULL; entry = entry->next) {
            const char *id = text_of(cull_node_get(entry, "id"));

            if (id == NULL || strcmp(id, container->id) != 0)
                continue;
            names = cull_node_get(entry, "names");
            metadata = parse(host, "metadata", text_of(cull_node_get(entry, "metadata")));
            r = keep(&container->name, text_of(names != NULL ? names->first : NULL));
            return r < 0 ? r
                         : keep(&container->image, text_of(cull_node_get(metadata, "image-name")));
        }
    }
    return 0;
}

int cull_describe(const struct host *host, struct cull_container *container)
{
    const struct supervisor *supervisor = cull_group_supervisor(host, container);
    const char *bundle = find_bundle(host, supervisor, container);
    const struct cull_node *annotations;
    int r = 0;

    annotations = bundle != NULL ? cull_node_get(read_json(host, supervisor, bundle, "config.json"),
                                                 "annotations")
                                 : NULL;
    switch (container->engine) {
    case CULL_ENGINE_DOCKER:
        r = describe_docker(host, supervisor, container);
        break;
    case CULL_ENGINE_PODMAN:
        r = supervisor != NULL ? keep(&container->name, supervisor->name) : 0;
        if (r == 0 && bundle != NULL)
            r = describe_podman(host, supervisor, bundle, container);
        break;
    case CULL_ENGINE_CRIO:
        r = describe_crio(host, annotations, container);
        break;
    case CULL_ENGINE_CONTAINERD:
        r = describe_cri(annotations, container);
        break;
    case CULL_ENGINE_UNKNOWN:
    case CULL_ENGINE_COUNT:
        break;
    }
    if (r < 0)
        return r;
    if (supervisor != NULL && supervisor->kind == SUPERVISOR_CONMON)
        return keep(&container->runtime, supervisor->runtime);
    return bundle != NULL ? describe_shim_runtime(host, supervisor, bundle, container) : 0;
}
