/* SPDX-License-Identifier: Apache-2.0 */
/* A thread's credentials: /proc/PID/task/TID/status, or prctl(2) where there is no /proc. */
#include "parse.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define FLAG_KERNEL_THREAD 0x00200000 /* PF_KTHREAD of the kernel's include/linux/sched.h */

const char *cull_cap_set_name(enum cull_cap_set set)
{
    static const char *const names[] = { "effective", "permitted", "inheritable", "bounding",
                                         "ambient" };

    return names[set];
}

const char *cull_cap_danger(unsigned number)
{
    /* By the numbers of include/uapi/linux/capability.h. */
    static const char *const reasons[CULL_CAP_COUNT] = {
        [1] = "reads and writes any file of its mounts",
        [2] = "reads any file, and by open_by_handle_at any of the file system's",
        [12] = "changes the network and its firewall",
        [13] = "forges and reads packets",
        [16] = "loads code into the kernel",
        [17] = "reads and writes hardware, and so memory",
        [19] = "takes over any process of its pid namespace",
        [21] = "mounts, and much else: nearly root of the host",
        [22] = "stops and restarts the machine",
        [32] = "switches the security module off",
        [33] = "changes the security module's policy",
        [34] = "reads the kernel's log, with its addresses",
        [38] = "observes the kernel and other programs",
        [39] = "loads eBPF programs that read the kernel's memory",
        [40] = "reads other processes' state across containers",
    };

    return number < CULL_CAP_COUNT ? reasons[number] : NULL;
}

/* ---- the text -------------------------------------------------------------------------------------- */

static const char *value_of(const char *line, const char *key)
{
    size_t size = strlen(key);

    if (strncmp(line, key, size) != 0 || line[size] != ':')
        return NULL;
    return line + size + 1 + strspn(line + size + 1, " \t");
}

static void parse_line(const char *line, struct cull_task *ret)
{
    static const struct {
        const char *key;
        enum cull_cap_set set;
    } sets[] = {
        { "CapEff", CULL_CAPS_EFFECTIVE },   { "CapPrm", CULL_CAPS_PERMITTED },
        { "CapInh", CULL_CAPS_INHERITABLE }, { "CapBnd", CULL_CAPS_BOUNDING },
        { "CapAmb", CULL_CAPS_AMBIENT },
    };
    const struct {
        const char *key;
        int *value;
    } numbers[] = {
        { "Tgid", &ret->pid },         { "Pid", &ret->tid },
        { "TracerPid", &ret->tracer }, { "NoNewPrivs", &ret->no_new_privs },
        { "Seccomp", &ret->seccomp },  { "Seccomp_filters", &ret->filters },
    };
    const char *value;

    for (size_t i = 0; i < sizeof sets / sizeof *sets; i++) {
        value = value_of(line, sets[i].key);
        if (value != NULL)
            ret->caps[sets[i].set] = strtoull(value, NULL, 16);
    }
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        value = value_of(line, numbers[i].key);
        if (value != NULL)
            *numbers[i].value = atoi(value);
    }
    value = value_of(line, "Name");
    if (value != NULL)
        snprintf(ret->name, sizeof ret->name, "%.*s", (int)strcspn(value, "\n"), value);
    value = value_of(line, "State");
    if (value != NULL)
        ret->state = *value;
    value = value_of(line, "Kthread");
    if (value != NULL)
        ret->is_kernel = *value == '1';
    value = value_of(line, "Uid");
    if (value != NULL)
        sscanf(value, "%u %u %u %u", &ret->uid[0], &ret->uid[1], &ret->uid[2], &ret->uid[3]);
    value = value_of(line, "Gid");
    if (value != NULL)
        sscanf(value, "%u %u %u %u", &ret->gid[0], &ret->gid[1], &ret->gid[2], &ret->gid[3]);
}

bool cull_task_parse(const char *text, struct cull_task *ret)
{
    *ret = (struct cull_task){ .no_new_privs = -1, .seccomp = -1, .filters = -1 };
    for (const char *line = text; *line != '\0';) {
        const char *end = strchrnul(line, '\n');

        parse_line(line, ret);
        line = *end == '\n' ? end + 1 : end;
    }
    return ret->tid != 0;
}

bool cull_task_is_kernel(const char *stat)
{
    /* The name in brackets may hold anything: the last bracket ends it. */
    const char *at = strrchr(stat, ')');
    unsigned long flags = 0;

    return at != NULL && sscanf(at + 1, " %*c %*d %*d %*d %*d %*d %lu", &flags) == 1 &&
           (flags & FLAG_KERNEL_THREAD) != 0;
}

/* ---- where it comes from ---------------------------------------------------------------------------- */

int cull_task_read(pid_t pid, pid_t tid, struct cull_task *ret, struct cull_error *reterr)
{
    cull_auto(arena) arena = cull_arena_new();
    struct cull_task task;
    char path[64];
    char *text;
    const char *stat;
    int r;

    if (arena == NULL)
        return cull_fail_memory(reterr);
    snprintf(path, sizeof path, "/proc/%d/task/%d/status", pid, tid ? tid : pid);
    r = cull_read_file(arena, path, &text);
    if (r == -ENOENT || r == -ESRCH) {
        if (access("/proc/self", F_OK) < 0)
            return cull_fail(reterr, ENOENT, "there is no /proc here to find pid %d in", pid);
        return cull_fail(reterr, ESRCH,
                         "no process with pid %d: it has ended, or its pid is one of "
                         "another pid namespace",
                         pid);
    }
    if (r < 0)
        return cull_fail(reterr, -r, "%s: %s", path, strerror(-r));
    if (!cull_task_parse(text, &task))
        return cull_fail(reterr, EINVAL, "%s: not a status of Linux", path);
    stat = cull_read_text(arena, "/proc/%d/stat", pid);
    task.is_kernel |= stat != NULL && cull_task_is_kernel(stat);
    *ret = task;
    return 0;
}

static uint64_t ask_caps(int (*has)(unsigned cap))
{
    uint64_t caps = 0;

    for (unsigned cap = 0; cap < 64; cap++) {
        if (has(cap) == 1)
            caps |= UINT64_C(1) << cap;
    }
    return caps;
}

static int in_bounding(unsigned cap)
{
    return prctl(PR_CAPBSET_READ, cap, 0, 0, 0);
}

static int in_ambient(unsigned cap)
{
    return prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, cap, 0, 0);
}

void cull_task_self(struct cull_task *ret)
{
    struct {
        uint32_t version;
        int pid;
    } header = { 0x20080522, 0 }; /* _LINUX_CAPABILITY_VERSION_3 */
    struct {
        uint32_t effective, permitted, inheritable;
    } data[2] = { 0 };

    *ret = (struct cull_task){ .pid = getpid(), .tid = gettid(), .state = 'R' };
    ret->no_new_privs = prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0);
    ret->seccomp = prctl(PR_GET_SECCOMP, 0, 0, 0, 0);
    ret->filters = ret->seccomp == 0 ? 0 : -1;
    (void)prctl(PR_GET_NAME, ret->name);
    if (syscall(SYS_capget, &header, data) == 0) {
        ret->caps[CULL_CAPS_EFFECTIVE] = data[0].effective | (uint64_t)data[1].effective << 32;
        ret->caps[CULL_CAPS_PERMITTED] = data[0].permitted | (uint64_t)data[1].permitted << 32;
        ret->caps[CULL_CAPS_INHERITABLE] = data[0].inheritable | (uint64_t)data[1].inheritable
                                                                     << 32;
    }
    ret->caps[CULL_CAPS_BOUNDING] = ask_caps(in_bounding);
    ret->caps[CULL_CAPS_AMBIENT] = ask_caps(in_ambient);
    (void)getresuid(&ret->uid[0], &ret->uid[1], &ret->uid[2]);
    (void)getresgid(&ret->gid[0], &ret->gid[1], &ret->gid[2]);
    ret->uid[3] = ret->uid[1];
    ret->gid[3] = ret->gid[1];
}

static int compare_pids(const void *a, const void *b)
{
    const pid_t *one = a, *two = b;

    return *one < *two ? -1 : *one > *two;
}

int cull_task_list(pid_t pid, pid_t **ret, size_t *ret_count, struct cull_error *reterr)
{
    cull_auto_memory pid_t *tids = NULL;
    size_t count = 0, capacity = 0;
    const struct dirent *entry;
    char path[64];
    DIR *folder;
    int r = 0;

    snprintf(path, sizeof path, "/proc/%d/task", pid);
    folder = opendir(path);
    if (folder == NULL && (errno == ENOENT || errno == ESRCH))
        return cull_fail(reterr, ESRCH, "no process with pid %d", pid);
    if (folder == NULL)
        return cull_fail(reterr, errno, "%s: %s", path, strerror(errno));
    while (r == 0 && (entry = readdir(folder)) != NULL) {
        if (entry->d_name[0] < '0' || entry->d_name[0] > '9')
            continue;
        r = cull_array_grow(&tids, &capacity, count, sizeof *tids);
        if (r == 0)
            tids[count++] = atoi(entry->d_name);
    }
    closedir(folder);
    if (r < 0)
        return cull_fail_memory(reterr);
    if (count > 0)
        qsort(tids, count, sizeof *tids, compare_pids);
    *ret = TAKE(tids);
    *ret_count = count;
    return 0;
}
