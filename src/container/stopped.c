/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Containers that exist and do not run: no process shows them, but Docker and Podman keep a file.
 */
#include "host.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <syscull/document.h>

#define PREFIX_MIN 4 /* digits of an id that may stand for all of it */

/* What the search is for, and what it is not: a container that runs. */
struct search {
    const struct host *host;
    const struct cull_containers *running;
    const char *name;
};

static bool is_meant(const struct search *search, const char *id, const char *container_name)
{
    const char *name = search->name;

    for (size_t i = 0; i < search->running->count; i++)
        if (strcmp(search->running->items[i]->id, id) == 0)
            return false; /* only its name could not be read */
    if (*container_name == '/')
        container_name++;
    return strcmp(container_name, name) == 0 ||
           (strlen(name) >= PREFIX_MIN && strncmp(id, name, strlen(name)) == 0);
}

static const struct cull_node *read_json(const struct host *host, const char *path)
{
    const char *text = cull_host_text(host, path);
    const struct cull_node *node;

    if (text == NULL || cull_document_parse(host->arena, path, text, strlen(text), &node, NULL) < 0)
        return NULL;
    return node;
}

static const char *text_of(const struct cull_node *node)
{
    return node != NULL && node->kind == CULL_NODE_STRING ? node->text : "";
}

/* <root>/<id>/config.v2.json of Docker. */
static bool find_in_docker(const struct search *search, const char *root, const char **ret_name)
{
    const struct host *host = search->host;
    char path[PATH_MAX];
    struct dirent *entry;
    bool found = false;
    DIR *folder;

    snprintf(path, sizeof path, "%s%s", host->root, root);
    folder = opendir(path);
    while (folder != NULL && !found && (entry = readdir(folder)) != NULL) {
        const struct cull_node *config;
        const char *own;

        if (!cull_cgroup_is_id(entry->d_name, strlen(entry->d_name)))
            continue;
        snprintf(path, sizeof path, "%s/%s/config.v2.json", root, entry->d_name);
        config = read_json(host, path);
        own = text_of(cull_node_get(config, "Name"));
        if (config == NULL || !is_meant(search, entry->d_name, own))
            continue;
        *ret_name = *own == '/' ? own + 1 : own;
        found = true;
    }
    if (folder != NULL)
        closedir(folder);
    return found;
}

static bool find_in_podman(const struct search *search, const char **ret_name)
{
    const struct host *host = search->host;
    const struct cull_node *list, *entry;

    list = read_json(host, "/var/lib/containers/storage/overlay-containers/containers.json");
    for (entry = list != NULL ? list->first : NULL; entry != NULL; entry = entry->next) {
        const struct cull_node *names = cull_node_get(entry, "names");
        const char *own = text_of(names != NULL ? names->first : NULL);

        if (is_meant(search, text_of(cull_node_get(entry, "id")), own)) {
            *ret_name = own;
            return true;
        }
    }
    return false;
}

/* dockerd --data-root DIR, or NULL. */
static const char *root_of_daemon(const struct host *host)
{
    static const char option[] = "--data-root";
    const char *command, *word;
    size_t size;

    for (size_t i = 0; i < host->processes_count; i++) {
        if (strcmp(host->processes[i].comm, "dockerd") != 0)
            continue;
        command = cull_host_command(host, host->processes[i].pid, &size);
        for (word = command; word != NULL && word < command + size; word += strlen(word) + 1) {
            if (strcmp(word, option) == 0 && word + sizeof option < command + size)
                return word + sizeof option;
            if (strncmp(word, option, sizeof option - 1) == 0 && word[sizeof option - 1] == '=')
                return word + sizeof option;
        }
    }
    return NULL;
}

enum cull_engine cull_stopped_find(const struct host *host, const struct cull_containers *running,
                                   const char *name, const char **ret_name)
{
    const struct search search = { host, running, name };
    const char *root, *last = "/var/lib/docker/containers";

    if (find_in_docker(&search, last, ret_name))
        return CULL_ENGINE_DOCKER;
    /* Elsewhere by its configuration, by its command line, or as a running container shows. */
    root = text_of(cull_node_get(read_json(host, "/etc/docker/daemon.json"), "data-root"));
    if (*root == '\0')
        root = root_of_daemon(host);
    if (root != NULL)
        root = cull_arena_format(host->arena, "%s/containers", root);
    if (root != NULL && find_in_docker(&search, root, ret_name))
        return CULL_ENGINE_DOCKER;
    for (size_t i = 0; i < host->supervisors_count; i++) {
        const struct supervisor *shim = host->supervisors[i];

        if (shim->kind != SUPERVISOR_SHIM || shim->space == NULL ||
            strcmp(shim->space, "moby") != 0)
            continue;
        root = cull_describe_docker_root(host, shim, shim->id);
        if (root != NULL && strcmp(root, last) != 0 && find_in_docker(&search, root, ret_name))
            return CULL_ENGINE_DOCKER;
        last = root != NULL ? root : last;
    }
    return find_in_podman(&search, ret_name) ? CULL_ENGINE_PODMAN : CULL_ENGINE_UNKNOWN;
}
