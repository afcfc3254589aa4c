/* SPDX-License-Identifier: Apache-2.0 */
/* syscull inspect --all and --all-threads: many at once, a line each. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <syscull/inspect.h>

#include "inspect-all.h"

static const struct cull_column columns[] = {
    { "pid", "PID", true },         { "process", "PROCESS", false },
    { "engine", "ENGINE", false },  { "container", "CONTAINER", false },
    { "image", NULL, false },       { "seccomp", "SECCOMP", false },
    { "blocked", "BLOCKED", true }, { "runtimeDefaultLike", "DEFAULT", false },
    { "noNewPrivs", "NNP", false }, { "dangerous", "DANGEROUS CAPABILITIES", false },
};

static size_t list_dangers(const struct cull_task *task, const char *names[CULL_CAP_COUNT])
{
    size_t count = 0;

    for (unsigned cap = 0; cap < CULL_CAP_COUNT; cap++) {
        if ((task->caps[CULL_CAPS_EFFECTIVE] & UINT64_C(1) << cap) != 0 &&
            cull_cap_danger(cap) != NULL)
            names[count++] = cull_cap_name(cap);
    }
    return count;
}

/* How many of the native calls are blocked, and whether that is the usual; "-": not known. */
static int measure(pid_t pid, const struct cull_task *task, struct cull_arena *arena,
                   const char **ret_blocked, const char **ret_like, struct cull_error *reterr)
{
    cull_auto(live_filters) filters = NULL;
    cull_auto(verdicts) verdicts = NULL;
    cull_auto(comparison) comparison = NULL;
    size_t blocked = 0;
    int r;

    *ret_blocked = *ret_like = NULL;
    if (task->seccomp != 2 || cull_live_filters_read(pid, &filters, NULL) < 0)
        return 0;
    r = cull_live_filters_survey(filters, &verdicts, reterr);
    if (r == 0)
        r = cull_comparison_make(verdicts, task->caps[CULL_CAPS_BOUNDING], &comparison, reterr);
    if (r < 0)
        return r;
    for (size_t id = 0; id < cull_syscall_count(); id++) {
        uint32_t nr;

        if (cull_syscall_nr(id, verdicts->abis[0].arch, &nr) == 0 && nr < CULL_VERDICTS_NUMBERS)
            blocked += !cull_verdict_is_pass(verdicts->abis[0].verdicts[nr]);
    }
    *ret_blocked = cull_arena_format(arena, "%zu", blocked);
    *ret_like = comparison->is_like ? "like" : "differs";
    return 0;
}

static int add_row(struct cull_view *view, const struct cull_task *task,
                   const struct cull_container *container, struct cull_error *reterr)
{
    const char *dangers[CULL_CAP_COUNT], *blocked, *like;
    size_t count = list_dangers(task, dangers);
    char seccomp[32];
    int r = measure(task->pid, task, view->arena, &blocked, &like, reterr);

    if (r < 0)
        return r;
    if (count == 0)
        dangers[count++] = "none";
    cull_view_cell_number(view, task->pid);
    cull_view_cell(view, task->name);
    cull_view_cell(view, container != NULL ? cull_engine_name(container->engine) : NULL);
    cull_view_cell(view, container == NULL         ? NULL
                         : container->name != NULL ? container->name
                                                   : container->id);
    cull_view_cell(view, container != NULL ? container->image : NULL);
    cull_view_cell_tinted(view, task->seccomp == 0 ? TINT_WARN : TINT_PLAIN,
                          cull_finding_seccomp(task, seccomp));
    cull_view_cell(view, blocked);
    cull_view_cell(view, like);
    cull_view_cell(view, task->no_new_privs == 1 ? "yes" : "no");
    cull_view_cell_words(view, dangers, count);
    return 0;
}

/* ---- all -------------------------------------------------------------------------------------------------- */

static uint64_t pid_namespace(pid_t pid)
{
    char path[64], target[64];
    ssize_t size;

    snprintf(path, sizeof path, "/proc/%d/ns/pid", pid);
    size = readlink(path, target, sizeof target - 1);
    if (size < 0)
        return 0;
    target[size] = '\0';
    return strchr(target, '[') != NULL ? strtoull(strchr(target, '[') + 1, NULL, 10) : 0;
}

/* A container's processes are told by its init, unless they share the host's pids. */
static bool is_told(const struct cull_containers *containers, pid_t pid)
{
    const uint64_t ours = pid_namespace(getpid()), space = pid_namespace(pid);

    for (size_t i = 0; i < containers->count; i++) {
        if (containers->items[i]->init_pid == pid ||
            (space != ours && space == containers->items[i]->pid_ns))
            return true;
    }
    return false;
}

static int add_processes(struct cull_view *view, const struct cull_containers *containers,
                         struct cull_error *reterr)
{
    DIR *folder = opendir("/proc");
    const struct dirent *entry;
    int r = 0;

    if (folder == NULL)
        return cull_fail(reterr, errno, "/proc: %s", strerror(errno));
    while (r == 0 && (entry = readdir(folder)) != NULL) {
        struct cull_task task;
        pid_t pid = atoi(entry->d_name);

        if (pid <= 0 || cull_task_read(pid, 0, &task, NULL) < 0 || task.seccomp <= 0 ||
            is_told(containers, pid))
            continue;
        r = add_row(view, &task, NULL, reterr);
    }
    closedir(folder);
    return r;
}

int cull_inspect_all(struct cull_view *view, struct cull_error *reterr)
{
    cull_auto(containers) containers = NULL;
    int r = cull_containers_list(&containers, reterr);

    if (r < 0)
        return r;
    cull_view_table(view, "confined", columns, sizeof columns / sizeof *columns);
    for (size_t i = 0; r == 0 && i < containers->count; i++) {
        struct cull_task task;

        if (cull_task_read(containers->items[i]->init_pid, 0, &task, NULL) == 0)
            r = add_row(view, &task, containers->items[i], reterr);
    }
    if (r == 0)
        r = add_processes(view, containers, reterr);
    cull_view_table_end(view);
    if (view->items[view->count - 2].kind == CULL_ITEM_TABLE)
        cull_view_line(view, TINT_PLAIN, "no container is running, and no process is confined");
    return r;
}

/* ---- all threads ------------------------------------------------------------------------------------------- */

static bool are_equal(const struct cull_live_filters *a, const struct cull_live_filters *b)
{
    if (a == NULL || b == NULL || a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++) {
        if (a->items[i]->count != b->items[i]->count ||
            memcmp(a->items[i]->insns, b->items[i]->insns,
                   a->items[i]->count * sizeof *a->items[i]->insns) != 0)
            return false;
    }
    return true;
}

int cull_inspect_threads(pid_t pid, const struct cull_live_filters *first, struct cull_view *view,
                         struct cull_error *reterr)
{
    static const struct cull_column threads[] = {
        { "tid", "  THREAD", true },     { "name", "NAME", false },
        { "seccomp", "SECCOMP", false }, { "sameFilters", "SAME AS FIRST", false },
        { "noNewPrivs", "NNP", false },  { "effective", "EFFECTIVE", false },
    };
    cull_auto_memory pid_t *tids = NULL;
    size_t count;
    int r = cull_task_list(pid, &tids, &count, reterr);

    if (r < 0)
        return r;
    cull_view_line(view, TINT_STRONG, "threads: %zu", count);
    cull_view_table(view, "threads", threads, sizeof threads / sizeof *threads);
    for (size_t i = 0; i < count; i++) {
        cull_auto(live_filters) filters = NULL;
        struct cull_task task;
        char seccomp[32];
        const char *same = "unknown";

        if (cull_task_read(pid, tids[i], &task, NULL) < 0)
            continue; /* ended meanwhile */
        if (tids[i] == pid)
            same = "it is the first";
        else if (cull_live_filters_read(tids[i], &filters, NULL) == 0)
            same = are_equal(first, filters) ? "yes" : "no";
        cull_view_cell_number(view, task.tid);
        cull_view_cell(view, task.name);
        cull_view_cell(view, cull_finding_seccomp(&task, seccomp));
        cull_view_cell(view, same);
        cull_view_cell(view, task.no_new_privs == 1 ? "yes" : "no");
        cull_view_cell(view,
                       cull_arena_format(view->arena, "0x%llx", (unsigned long long)task.caps[0]));
    }
    cull_view_table_end(view);
    return 0;
}
