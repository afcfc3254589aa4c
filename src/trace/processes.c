/* SPDX-License-Identifier: Apache-2.0 */
/* The process table, user half: load it, look a pid up. */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/types.h>
#include <stdio.h>
#include <string.h>
#include <syscull/trace.h>
#include <time.h>
#include <unistd.h>

#include "bpf/processes.h"
#include "processes.skel.h"

/* The clock that stamps audit records is that of the last tick: up to 10 ms late (CONFIG_HZ=100). */
#define TICK_MS 20

struct cull_trace_processes {
    struct processes_bpf *skeleton;
};

static int say_nothing(enum libbpf_print_level level, const char *format, va_list arguments)
{
    (void)level;
    (void)format;
    (void)arguments;
    return 0;
}

void cull_trace_processes_free(struct cull_trace_processes *processes)
{
    if (processes == NULL)
        return;
    processes_bpf__destroy(processes->skeleton);
    free(processes);
}

static int fail_load(int code, struct cull_error *reterr)
{
    if (code == EPERM || code == EACCES)
        return cull_fail(
            reterr, EPERM,
            "remembering processes that end needs root (CAP_BPF and CAP_PERFMON): run it "
            "again with sudo, on the host");
    if (code == ENOMEM)
        return cull_fail_memory(reterr);
    if (access("/sys/kernel/btf/vmlinux", R_OK) != 0)
        return cull_fail(reterr, ENOTSUP,
                         "this kernel has no type information (/sys/kernel/btf/vmlinux), which "
                         "remembering processes needs: build it with CONFIG_DEBUG_INFO_BTF=y");
    return cull_fail(reterr, code, "the kernel refuses the table of processes: %s", strerror(code));
}

/* Those that live: reading the iterator runs it over all of them. */
static int read_living(struct processes_bpf *skeleton)
{
    cull_auto_fd fd = bpf_iter_create(bpf_link__fd(skeleton->links.processes_there));
    char nothing[64];
    ssize_t size;

    if (fd < 0)
        return -errno;
    do
        size = read(fd, nothing, sizeof nothing);
    while (size > 0 || (size < 0 && errno == EAGAIN));
    return size < 0 ? -errno : 0;
}

int cull_trace_processes_open(struct cull_trace_processes **ret, struct cull_error *reterr)
{
    cull_auto(trace_processes) processes = calloc(1, sizeof *processes);
    libbpf_print_fn_t before;
    int r;

    if (processes == NULL)
        return cull_fail_memory(reterr);
    before = libbpf_set_print(say_nothing);
    processes->skeleton = processes_bpf__open();
    r = processes->skeleton == NULL ? -errno : processes_bpf__load(processes->skeleton);
    if (r == 0)
        r = processes_bpf__attach(processes->skeleton);
    if (r == 0)
        r = read_living(processes->skeleton);
    libbpf_set_print(before);
    if (r < 0)
        return fail_load(-r, reterr);
    *ret = TAKE(processes);
    return 0;
}

uint64_t cull_trace_processes_cgroups_made(const struct cull_trace_processes *processes)
{
    const volatile uint64_t *made =
        (const volatile uint64_t *)&processes->skeleton->bss->cgroups_made;

    return *made;
}

static int64_t ms_of(clockid_t clock)
{
    struct timespec now;

    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int cull_trace_processes_find(struct cull_trace_processes *processes, pid_t pid, int64_t time_ms,
                              struct cull_trace_process *ret)
{
    int64_t offset_ms = ms_of(CLOCK_REALTIME) - ms_of(CLOCK_BOOTTIME);
    struct process_entry entry;
    uint32_t key = (uint32_t)pid;

    if (bpf_map_lookup_elem(bpf_map__fd(processes->skeleton->maps.processes), &key, &entry) < 0)
        return -ENOENT;
    if (time_ms != 0 && !entry.was_there &&
        time_ms + TICK_MS < (int64_t)(entry.started_ns / 1000000) + offset_ms)
        return -ENOENT; /* an earlier one had this pid */
    if (time_ms != 0 && entry.ended_ns != 0 &&
        time_ms > (int64_t)(entry.ended_ns / 1000000) + offset_ms + TICK_MS)
        return -ENOENT; /* a later one has it, which we did not see */
    memset(ret, 0, sizeof *ret);
    memcpy(ret->comm, entry.comm, sizeof ret->comm);
    ret->comm[sizeof ret->comm - 1] = '\0';
    ret->has_ended = entry.ended_ns != 0;
    for (size_t i = 0; i < HIERARCHIES; i++) {
        struct cgroup_entry cgroup;

        ret->cgroups[i].hierarchy = (int)entry.cgroups[i].hierarchy;
        ret->cgroups[i].id = entry.cgroups[i].id;
        if (entry.cgroups[i].id != 0 &&
            bpf_map_lookup_elem(bpf_map__fd(processes->skeleton->maps.cgroups), &entry.cgroups[i],
                                &cgroup) == 0)
            snprintf(ret->cgroups[i].path, sizeof ret->cgroups[i].path, "%.*s",
                     PROCESS_PATH_BYTES - 1, cgroup.path);
    }
    return 0;
}
