/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Load the kernel half, and say what is missing when that does not work: a right, the kernel's type
 * information, the tracepoints, or the verifier's consent are four different messages.
 */
#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "session.h"

/* libbpf speaks through one function of the process: what it says becomes the message.  The end of
 * it counts: a verifier's log gives its reason last. */
static _Thread_local char said[4096];

__attribute__((format(printf, 2, 0))) static int hear(enum libbpf_print_level level,
                                                      const char *format, va_list arguments)
{
    size_t kept = strlen(said), size, skip;
    cull_auto_memory char *words = NULL;

    if (level == LIBBPF_DEBUG || vasprintf(&words, format, arguments) < 0)
        return 0;
    size = strlen(words);
    skip = size >= sizeof said ? size - sizeof said + 1 : 0;
    size -= skip;
    if (kept + size >= sizeof said) {
        size_t lost = kept + size - sizeof said + 1;

        memmove(said, said + lost, kept - lost);
        kept -= lost;
    }
    memcpy(said + kept, words + skip, size);
    said[kept + size] = '\0';
    return 0;
}

/* The last line of the verifier's log that is a reason and not a summary. */
static void last_reason(char *ret, size_t size)
{
    char *line = NULL, *save = NULL;

    snprintf(ret, size, "no reason given");
    for (line = strtok_r(said, "\n", &save); line != NULL; line = strtok_r(NULL, "\n", &save))
        if (strncmp(line, "libbpf:", 7) != 0 && strncmp(line, "processed ", 10) != 0 &&
            strncmp(line, "--", 2) != 0 && *line != '\0')
            snprintf(ret, size, "%s", line);
}

static int fail_no_right(struct cull_error *reterr)
{
    if (geteuid() != 0)
        return cull_fail(reterr, EPERM,
                         "recording needs root (CAP_BPF and CAP_PERFMON): run it again with sudo");
    return cull_fail(
        reterr, EPERM,
        "the kernel refuses bpf(2) even to root: inside a container add CAP_BPF, "
        "CAP_PERFMON and CAP_SYS_PTRACE and seccomp=unconfined, or record on the host");
}

static int fail_no_btf(struct cull_error *reterr)
{
    if (access("/sys/kernel", F_OK) != 0)
        return cull_fail(reterr, ENOTSUP,
                         "/sys is not mounted: recording reads the kernel's types from "
                         "/sys/kernel/btf/vmlinux; mount -t sysfs sysfs /sys");
    return cull_fail(reterr, ENOTSUP,
                     "this kernel has no type information (/sys/kernel/btf/vmlinux): recording "
                     "needs Linux 5.11 or newer built with CONFIG_DEBUG_INFO_BTF=y");
}

static int fail_no_tracepoint(struct cull_error *reterr)
{
    return cull_fail(reterr, ENOSYS,
                     "this kernel has no raw tracepoints for system calls: recording needs a "
                     "kernel built with CONFIG_FTRACE_SYSCALLS=y and CONFIG_BPF_EVENTS=y");
}

/* Every tracepoint that we hang on is a type in BTF: a kernel without it lacks that type. */
static int check_tracepoints(struct cull_error *reterr)
{
    struct btf *types = btf__load_vmlinux_btf();
    int r = 0;

    if (types == NULL)
        return errno == ENOMEM ? cull_fail_memory(reterr) : fail_no_btf(reterr);
    if (btf__find_by_name_kind(types, "btf_trace_sys_enter", BTF_KIND_TYPEDEF) < 0 ||
        btf__find_by_name_kind(types, "btf_trace_sys_exit", BTF_KIND_TYPEDEF) < 0)
        r = fail_no_tracepoint(reterr);
    btf__free(types);
    return r;
}

static int explain_load(int code, struct cull_error *reterr)
{
    char reason[256];

    if (code == EPERM || (code == EACCES && geteuid() != 0))
        return fail_no_right(reterr);
    if (code == ENOMEM)
        return cull_fail_memory(reterr);
    if (code == ENOSYS)
        return cull_fail(reterr, ENOSYS,
                         "this kernel has no bpf(2): it needs CONFIG_BPF_SYSCALL=y");
    if (access("/sys/kernel/btf/vmlinux", R_OK) != 0)
        return fail_no_btf(reterr);
    code = check_tracepoints(reterr);
    if (code < 0)
        return code;
    last_reason(reason, sizeof reason);
    return cull_fail(reterr, EINVAL,
                     "the kernel's verifier refused the recorder: %s; please report it with the "
                     "output of uname -r",
                     reason);
}

static int explain_attach(int code, struct cull_error *reterr)
{
    if (code == EPERM || code == EACCES)
        return fail_no_right(reterr);
    if (code == ENOMEM)
        return cull_fail_memory(reterr);
    return fail_no_tracepoint(reterr);
}

uint64_t cull_trace_now_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

void cull_trace_free(struct cull_trace *trace)
{
    if (trace == NULL)
        return;
    record_bpf__destroy(trace->skeleton);
    free(trace);
}

int cull_trace_open(struct cull_trace **ret, struct cull_error *reterr)
{
    cull_auto(trace) trace = NULL;
    libbpf_print_fn_t before;
    int r;

    if (access("/sys/kernel/btf/vmlinux", R_OK) != 0)
        return geteuid() != 0 ? fail_no_right(reterr) : fail_no_btf(reterr);
    trace = calloc(1, sizeof *trace);
    if (trace == NULL)
        return cull_fail_memory(reterr);
    said[0] = '\0';
    before = libbpf_set_print(hear);
    trace->cpus = libbpf_num_possible_cpus();
    trace->skeleton = record_bpf__open();
    if (trace->skeleton == NULL)
        r = cull_fail(reterr, errno, "loading the recorder: %s", strerror(errno));
    else if ((r = record_bpf__load(trace->skeleton)) < 0)
        r = explain_load(-r, reterr);
    else if ((r = record_bpf__attach(trace->skeleton)) < 0)
        r = explain_attach(-r, reterr);
    libbpf_set_print(before);
    if (r < 0)
        return r;
    if (trace->cpus < 0)
        return cull_fail(reterr, -trace->cpus, "counting processors: %s", strerror(-trace->cpus));
    *ret = TAKE(trace);
    return 0;
}
