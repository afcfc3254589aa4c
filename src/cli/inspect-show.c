/* SPDX-License-Identifier: Apache-2.0 */
/* syscull inspect: the report, up to the system calls. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "inspect.h"

#define WORDS_MAX 64

const char *cull_finding_seccomp(const struct cull_task *task, char ret[32])
{
    static const char *const modes[] = { "none", "strict" };

    if (task->seccomp == 0 || task->seccomp == 1)
        snprintf(ret, 32, "%s", modes[task->seccomp]);
    else if (task->seccomp != 2)
        snprintf(ret, 32, "unknown");
    else if (task->filters < 0)
        snprintf(ret, 32, "filter");
    else
        snprintf(ret, 32, task->filters == 1 ? "filter (%d)" : "filters (%d)", task->filters);
    return ret;
}

/* ---- who --------------------------------------------------------------------------------------------- */

static void optional(struct cull_view *view, bool json, const char *key, const char *label,
                     const char *value)
{
    if (value != NULL || json)
        cull_view_string(view, key, value != NULL ? label : NULL, value);
}

static void show_process(const struct finding *finding, bool json, struct cull_view *view)
{
    const struct cull_task *task = &finding->task;

    if (json) {
        cull_view_string(view, "from", NULL, finding->pid != 0 ? "outside" : "inside");
        cull_view_number(view, "pid", NULL, task->pid);
        cull_view_string(view, "process", NULL, task->name);
        cull_view_number(view, "uid", NULL, task->uid[1]);
        cull_view_number(view, "gid", NULL, task->gid[1]);
    } else {
        cull_view_format(view, NULL, "process", "%s, pid %d, uid %u, gid %u%s", task->name,
                         task->pid, task->uid[1], task->gid[1],
                         finding->pid != 0 ? "" : " (this one: seen from inside)");
    }
}

static void show_identity(const struct finding *finding, bool json, struct cull_view *view)
{
    const struct cull_surroundings *around = finding->around;
    const char *because = around->because ? around->because : "no sign";

    if (json) {
        cull_view_string(view, "engine", NULL, around->engine);
        cull_view_string(view, "recognisedBy", NULL, around->because);
    } else {
        cull_view_format(view, NULL, "engine", "%s: %s",
                         around->engine ? around->engine : "unknown", because);
    }
    optional(view, json, "container", "container", around->id);
    optional(view, json, "name", "name", around->name);
    optional(view, json, "image", "image", around->image);
    optional(view, json, "runtime", "runtime", around->runtime);
    optional(view, json, "podNamespace", "pod's namespace", around->pod_namespace);
    optional(view, json, "podName", "pod", around->pod_name);
    optional(view, json, "podContainer", "pod's container", around->pod_container);
    optional(view, json, "podUid", "pod's uid", around->pod_uid);
}

/* "mnt pid (own), net (the host's), ..." */
static void show_namespaces(const struct cull_surroundings *around, bool json,
                            struct cull_view *view)
{
    static const struct cull_column columns[] = { { "name", NULL, false },
                                                  { "inode", NULL, false },
                                                  { "is", NULL, false },
                                                  { "ours", NULL, false } };
    static const char *const words[] = { "unknown", "own", "host" };
    static const char *const ours[] = { "unknown", "no", "yes" };
    const char *lists[3][16];
    size_t counts[3] = { 0 };

    for (size_t i = 0; i < around->namespaces_count; i++) {
        int kind = around->namespaces[i].is_hosts + 1;

        lists[kind][counts[kind]++] = around->namespaces[i].name;
    }
    if (!json) {
        if (counts[1] > 0)
            cull_view_words(view, NULL, "namespaces, own", lists[1], counts[1]);
        if (counts[2] > 0)
            cull_view_words(view, NULL, "and the host's", lists[2], counts[2]);
        if (counts[0] > 0)
            cull_view_words(view, NULL, "not known whose", lists[0], counts[0]);
        return;
    }
    cull_view_table(view, "namespaces", columns, 4);
    for (size_t i = 0; i < around->namespaces_count; i++) {
        cull_view_cell(view, around->namespaces[i].name);
        cull_view_cell_number(view, (int64_t)around->namespaces[i].inode);
        cull_view_cell(view, words[around->namespaces[i].is_hosts + 1]);
        cull_view_cell(view, ours[around->namespaces[i].is_ours + 1]);
    }
    cull_view_table_end(view);
}

static void show_maps(const struct cull_surroundings *around, bool json, struct cull_view *view)
{
    if (json) {
        cull_view_string(view, "uidMap", NULL, around->uid_map);
        cull_view_string(view, "gidMap", NULL, around->gid_map);
    } else if (around->uid_map != NULL) {
        cull_view_string(view, NULL, "user map",
                         *around->uid_map != '\0' ? around->uid_map
                                                  : "none: root in here is root of the host");
    }
}

/* ---- rights -------------------------------------------------------------------------------------------- */

static size_t list_caps(uint64_t caps, const char *names[CULL_CAP_COUNT])
{
    size_t count = 0;

    for (unsigned cap = 0; cap < CULL_CAP_COUNT; cap++) {
        if ((caps & UINT64_C(1) << cap) != 0)
            names[count++] = cull_cap_name(cap);
    }
    return count;
}

/* Long lists are told by what they lack. */
static void text_cap_set(const struct cull_task *task, enum cull_cap_set set, const char *label,
                         struct cull_view *view)
{
    const char *names[CULL_CAP_COUNT];
    size_t count = list_caps(task->caps[set], names);
    cull_auto_text but = { 0 };

    for (enum cull_cap_set other = CULL_CAPS_EFFECTIVE; other < set; other++) {
        if (task->caps[other] == task->caps[set] && count > 2) {
            cull_view_format(view, NULL, label, "the same as %s", cull_cap_set_name(other));
            return;
        }
    }
    if (count == 0) {
        cull_view_string(view, NULL, label, "none");
    } else if (count < CULL_CAP_COUNT - 8) {
        cull_view_words(view, NULL, label, names, count);
    } else {
        count = list_caps(~task->caps[set], names);
        for (size_t i = 0; i < count; i++)
            cull_text_add(&but, " %s", names[i]);
        cull_view_format(view, NULL, label, "all%s%s", count > 0 ? " but" : "",
                         but.data ? but.data : "");
    }
}

static void show_cap_set(const struct cull_task *task, enum cull_cap_set set, bool json,
                         struct cull_view *view)
{
    const char *names[CULL_CAP_COUNT];

    if (json)
        cull_view_words(view, cull_cap_set_name(set), NULL, names,
                        list_caps(task->caps[set], names));
    else
        text_cap_set(task, set,
                     cull_arena_format(view->arena, "capabilities: %s", cull_cap_set_name(set)),
                     view);
}

static void show_dangers(const struct cull_task *task, bool json, struct cull_view *view)
{
    static const struct cull_column columns[] = { { "name", "", false }, { "why", "", false } };
    uint64_t held = task->caps[CULL_CAPS_EFFECTIVE] | task->caps[CULL_CAPS_PERMITTED];

    cull_view_table(view, "dangerousCapabilities", columns, 2);
    for (unsigned cap = 0; cap < CULL_CAP_COUNT; cap++) {
        if ((held & UINT64_C(1) << cap) == 0 || cull_cap_danger(cap) == NULL)
            continue;
        if (json)
            cull_view_cell(view, cull_cap_name(cap));
        else
            cull_view_cell_tinted(
                view, TINT_WARN,
                cull_arena_format(view->arena, "  danger: %s", cull_cap_name(cap)));
        cull_view_cell(view, cull_cap_danger(cap));
    }
    cull_view_table_end(view);
}

static void show_rights(const struct finding *finding, bool json, struct cull_view *view)
{
    const struct cull_task *task = &finding->task;
    const char *nnp = task->no_new_privs < 0 ? "unknown" : task->no_new_privs ? "yes" : "no";
    char seccomp[32];

    if (json)
        cull_view_map(view, "capabilities");
    for (enum cull_cap_set set = CULL_CAPS_EFFECTIVE; set < CULL_CAPS_COUNT; set++)
        show_cap_set(task, set, json, view);
    if (json)
        cull_view_end(view);
    show_dangers(task, json, view);
    cull_view_string(view, "noNewPrivs", "no_new_privs", nnp);
    optional(view, json, "lsm", "security module", finding->around->lsm);
    cull_finding_seccomp(task, seccomp);
    if (json) {
        cull_view_string(view, "seccomp", NULL, task->seccomp == 2 ? "filter" : seccomp);
        cull_view_number(view, "filtersCount", NULL, task->filters);
        return;
    }
    cull_view_format(view, NULL, "seccomp", "%s%s", seccomp,
                     finding->comparison == NULL || finding->task.seccomp != 2 ? ""
                     : finding->comparison->is_like
                         ? ", RuntimeDefault-like"
                         : ", not like Docker's and containerd's default");
}

/* ---- files --------------------------------------------------------------------------------------------- */

static void show_paths(const char *key, const char *label, const char *const *paths, size_t count,
                       bool json, struct cull_view *view)
{
    if (count > 0 || json)
        cull_view_words(view, key, label, paths, count);
}

static void show_mounts(const struct cull_surroundings *around, bool json, struct cull_view *view)
{
    static const struct cull_column columns[] = { { "point", "", false },
                                                  { "source", "", false },
                                                  { "type", "", false } };
    /* On the host all mounts are the host's. */
    const bool is_host = around->engine != NULL && strcmp(around->engine, "none") == 0;

    if (!json && is_host)
        return;
    cull_view_table(view, "writableHostMounts", columns, 3);
    for (size_t i = 0; i < around->host_mounts_count; i++) {
        const struct cull_mount *mount = &around->host_mounts[i];

        if (json)
            cull_view_cell(view, mount->point);
        else
            cull_view_cell_tinted(view, TINT_WARN,
                                  cull_arena_format(view->arena, "  writable: %s", mount->point));
        cull_view_cell(view, mount->source);
        cull_view_cell(view, mount->type);
    }
    cull_view_table_end(view);
}

static void show_sockets(const struct cull_surroundings *around, bool json, struct cull_view *view)
{
    static const struct cull_column columns[] = { { "path", "", false },
                                                  { "engine", "", false },
                                                  { "answer", "", false } };

    cull_view_table(view, "engineSockets", columns, 3);
    for (size_t i = 0; i < around->sockets_count; i++) {
        const struct cull_engine_socket *socket = &around->sockets[i];

        if (json)
            cull_view_cell(view, socket->path);
        else
            cull_view_cell_tinted(view, socket->is_open ? TINT_BAD : TINT_PLAIN,
                                  cull_arena_format(view->arena, "  socket: %s", socket->path));
        cull_view_cell(view, socket->engine);
        cull_view_cell(view, socket->answer);
    }
    cull_view_table_end(view);
}

static void show_limits(const struct cull_surroundings *around, bool json, struct cull_view *view)
{
    cull_auto_text line = { 0 };

    if (json)
        cull_view_map(view, "limits");
    for (size_t i = 0; i < around->limits_count; i++) {
        if (json)
            cull_view_string(view, around->limits[i].name, NULL, around->limits[i].value);
        cull_text_add(&line, "%s%s %s", i > 0 ? ", " : "", around->limits[i].name,
                      around->limits[i].value);
    }
    if (json)
        cull_view_end(view);
    else if (line.size > 0)
        cull_view_string(view, NULL, "limits", cull_arena_copy(view->arena, line.data, line.size));
}

void cull_finding_show(const struct finding *finding, bool json, struct cull_view *view)
{
    const struct cull_surroundings *around = finding->around;

    show_process(finding, json, view);
    show_identity(finding, json, view);
    show_namespaces(around, json, view);
    show_maps(around, json, view);
    show_limits(around, json, view);
    show_paths("maskedPaths", "masked", around->masked, around->masked_count, json, view);
    show_paths("readOnlyPaths", "read-only", around->read_only, around->read_only_count, json,
               view);
    if (json || around->root_read_only)
        cull_view_bool(view, "readOnlyRoot", "root is read-only", around->root_read_only);
    show_rights(finding, json, view);
    show_mounts(around, json, view);
    show_sockets(around, json, view);
    if (json)
        cull_view_words(view, "blind", NULL, around->blind, around->blind_count);
    for (size_t i = 0; !json && i < around->blind_count; i++)
        cull_view_string(view, NULL, "not seen", around->blind[i]);
    cull_finding_show_syscalls(finding, json, view);
}
