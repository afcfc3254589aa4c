/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The processes of a host and the engines' files, read below a root folder.
 */
#include "host.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* An engine's file is a few kB; more is not one, and is not read into memory. */
#define ENGINE_FILE_MAX_BYTES (8u << 20)

void cull_host_free(struct host *host)
{
    if (host == NULL)
        return;
    free(host->processes);
    free(host->supervisors);
    cull_arena_free(host->arena);
    free(host);
}

static void free_host(struct host **host)
{
    cull_host_free(*host);
}

/* ---- files ----------------------------------------------------------------------------------- */

/* Read what is left of fd into the arena; NULL when it cannot be had. */
static const char *read_open(struct cull_arena *arena, int fd, size_t *ret_size)
{
    cull_auto_text text = { 0 };
    char buffer[16384];
    ssize_t size;

    while ((size = read(fd, buffer, sizeof buffer)) != 0) {
        if (size < 0 && errno == EINTR)
            continue;
        if (size < 0 || text.size + (size_t)size > ENGINE_FILE_MAX_BYTES)
            return NULL;
        cull_text_append(&text, buffer, (size_t)size);
    }
    if (!cull_text_ok(&text))
        return NULL;
    if (ret_size != NULL)
        *ret_size = text.size;
    return cull_arena_copy(arena, text.size > 0 ? text.data : "", text.size);
}

static const char *read_file(const struct host *host, const char *path, size_t *ret_size)
{
    cull_auto_fd fd = -1;
    char file[PATH_MAX];

    snprintf(file, sizeof file, "%s%s", host->root, path);
    fd = open(file, O_RDONLY | O_CLOEXEC);
    return fd < 0 ? NULL : read_open(host->arena, fd, ret_size);
}

static const char *read_proc(const struct host *host, pid_t pid, const char *name, size_t *ret_size)
{
    char path[64];

    snprintf(path, sizeof path, "/proc/%d/%s", pid, name);
    return read_file(host, path, ret_size);
}

/* Links of the path lead nowhere outside of the root, as for the process that lives there.  The file
 * may belong to another user: O_NONBLOCK, so that a pipe in its place does not stop us. */
static const char *read_below(const struct host *host, const char *root, const char *path)
{
    struct open_how how = {
        .flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY,
        .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS,
    };
    cull_auto_fd folder = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC), fd = -1;
    struct stat status;

    if (folder < 0)
        return NULL;
    fd = (int)syscall(SYS_openat2, folder, path, &how, sizeof how);
    if (fd < 0 && (errno == ENOSYS || errno == EPERM)) { /* before Linux 5.6, or not allowed */
        char joined[PATH_MAX];

        snprintf(joined, sizeof joined, "%s%s", root, path);
        fd = open(joined, (int)how.flags);
    }
    if (fd < 0 || fstat(fd, &status) < 0 || !S_ISREG(status.st_mode))
        return NULL;
    return read_open(host->arena, fd, NULL);
}

const char *cull_host_text(const struct host *host, const char *path)
{
    return read_below(host, *host->root != '\0' ? host->root : "/", path);
}

const char *cull_host_text_of(const struct host *host, pid_t pid, const char *path)
{
    char root[PATH_MAX];
    const char *text;

    snprintf(root, sizeof root, "%s/proc/%d/root", host->root, pid);
    text = read_below(host, root, path);
    return text != NULL ? text : cull_host_text(host, path);
}

const char *cull_host_link(const struct host *host, const char *path)
{
    char file[PATH_MAX], target[PATH_MAX];
    ssize_t size;

    snprintf(file, sizeof file, "%s%s", host->root, path);
    size = readlink(file, target, sizeof target);
    return size < 0 ? NULL : cull_arena_copy(host->arena, target, (size_t)size);
}

/* ---- processes ------------------------------------------------------------------------------- */

/* "PID (comm) STATE PPID ... starttime": the comm may hold blanks and parentheses.  False for one
 * that has ended. */
static bool parse_stat(struct host *host, const char *stat, struct process *process)
{
    const char *comm = strchr(stat, '('), *end = strrchr(stat, ')');
    unsigned long long start;
    char state;
    int parent;

    if (comm == NULL || end == NULL || end < comm ||
        sscanf(end + 1,
               " %c %d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %*d %*d %llu",
               &state, &parent, &start) != 3)
        return false;
    process->parent = parent;
    process->start_ticks = start;
    process->comm = cull_arena_copy(host->arena, comm + 1, (size_t)(end - comm) - 1);
    return state != 'Z' && state != 'X' && process->comm != NULL;
}

/* "NSpid:\t4242\t1": 1 in the innermost namespace. */
static bool is_namespace_init(const char *status)
{
    const char *line = strstr(status, "\nNSpid:"), *end, *last;

    if (line == NULL)
        return false;
    line += strlen("\nNSpid:");
    end = strchrnul(line, '\n');
    last = memrchr(line, '\t', (size_t)(end - line));
    return last != NULL && last > line && end - last == 2 && last[1] == '1';
}

/* A process may call itself what it likes: its command line must say which container, too. */
static int note_supervisor(struct host *host, struct process *process)
{
    size_t size;
    const char *text = read_proc(host, process->pid, "cmdline", &size);
    int r;

    if (text == NULL)
        return 0;
    r = cull_supervisor_parse(host->arena, text, size, &process->supervisor);
    if (r < 0 || process->supervisor == NULL)
        return r;
    process->supervisor->pid = process->pid;
    r = cull_array_grow(&host->supervisors, &host->supervisors_capacity, host->supervisors_count,
                        sizeof(struct supervisor *));
    if (r == 0)
        host->supervisors[host->supervisors_count++] = process->supervisor;
    return r;
}

static int read_process(struct host *host, pid_t pid)
{
    struct process process = { .pid = pid };
    const char *text;
    int r;

    text = read_proc(host, pid, "stat", NULL);
    if (text == NULL || !parse_stat(host, text, &process))
        return 0; /* it has ended meanwhile */
    process.cgroups = read_proc(host, pid, "cgroup", NULL);
    if (process.cgroups == NULL)
        return 0;
    text = read_proc(host, pid, "status", NULL);
    process.namespace_init = text != NULL && is_namespace_init(text);
    if (strncmp(process.comm, "containerd-shim", 15) == 0 || strcmp(process.comm, "conmon") == 0) {
        r = note_supervisor(host, &process);
        if (r < 0)
            return r;
    }
    r = cull_array_grow(&host->processes, &host->processes_capacity, host->processes_count,
                        sizeof *host->processes);
    if (r == 0)
        host->processes[host->processes_count++] = process;
    return r;
}

static int by_pid(const void *a, const void *b)
{
    pid_t one = ((const struct process *)a)->pid, other = ((const struct process *)b)->pid;

    return (one > other) - (one < other);
}

static int read_processes(struct host *host, struct cull_error *reterr)
{
    char path[PATH_MAX];
    struct dirent *entry;
    bool first_seen = false;
    int r = 0;
    DIR *folder;

    snprintf(path, sizeof path, "%s/proc", host->root);
    folder = opendir(path);
    if (folder == NULL)
        return cull_fail(reterr, errno, "%s: %s", path, strerror(errno));
    while (r == 0 && (entry = readdir(folder)) != NULL) {
        if (!isdigit((unsigned char)entry->d_name[0]))
            continue;
        first_seen = first_seen || strcmp(entry->d_name, "1") == 0;
        r = read_process(host, atoi(entry->d_name));
    }
    closedir(folder);
    if (r < 0)
        return cull_fail_memory(reterr);
    if (!first_seen)
        return cull_fail(reterr, EACCES,
                         "%s hides the processes of other users (hidepid): run as root", path);
    qsort(host->processes, host->processes_count, sizeof *host->processes, by_pid);
    return 0;
}

int cull_host_read(const char *root, struct host **ret, struct cull_error *reterr)
{
    __attribute__((cleanup(free_host))) struct host *host = calloc(1, sizeof *host);
    int r;

    if (host == NULL || (host->arena = cull_arena_new()) == NULL)
        return cull_fail_memory(reterr);
    host->root = root;
    r = read_processes(host, reterr);
    if (r < 0)
        return r;
    host->mountinfo = read_file(host, "/proc/self/mountinfo", NULL);
    if (host->mountinfo == NULL)
        host->mountinfo = ""; /* then no cgroup is seen, which is no reason to see no container */
    *ret = TAKE(host);
    return 0;
}

const struct process *cull_host_process(const struct host *host, pid_t pid)
{
    struct process key = { .pid = pid };

    if (host->processes_count == 0)
        return NULL;
    return bsearch(&key, host->processes, host->processes_count, sizeof key, by_pid);
}

pid_t cull_host_leader(const struct host *host, pid_t task)
{
    const char *status = read_proc(host, task, "status", NULL), *line;

    line = status != NULL ? strstr(status, "\nTgid:") : NULL;
    return line != NULL ? atoi(line + strlen("\nTgid:")) : 0;
}

const char *cull_host_command(const struct host *host, pid_t pid, size_t *ret_size)
{
    return read_proc(host, pid, "cmdline", ret_size);
}

const char *cull_host_mounts_of(const struct host *host, pid_t pid)
{
    return read_proc(host, pid, "mountinfo", NULL);
}
