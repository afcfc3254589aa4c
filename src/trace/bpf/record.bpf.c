/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * The recorder, kernel half: per subject and phase a table of counters, no event is sent.
 *
 * A task is recorded if it has a task_state; children inherit it at fork, whatever namespace they
 * enter later.  sys_enter fires only after seccomp has let a call in, sys_exit always: an exit
 * without an enter is a call that seccomp (or a tracer) stopped.
 */
#include <linux/bpf.h>
#include <stdbool.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_tracing.h>
#include "kernel.h"
#include "shared.h"
#include "membership.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

struct subject_state subjects[SUBJECTS];
struct loss_counters losses;
volatile __s32 only_subject = NOBODY; /* once it is known, the tables' room is for this one */

struct {
    __uint(type, BPF_MAP_TYPE_TASK_STORAGE);
    __uint(map_flags, BPF_F_NO_PREALLOC);
    __type(key, int);
    __type(value, struct task_state);
} tasks SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
    __uint(max_entries, SETS);
    __type(key, __u32);
    __type(value, struct call_set);
} calls SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, 8192);
    __type(key, struct call_key);
    __type(value, struct first_caller);
} firsts SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, 8192);
    __type(key, struct call_key);
    __type(value, struct denied_call);
} denied SEC(".maps");

/* Too large for the 512 bytes of stack. */
struct {
    __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
    __uint(max_entries, 1);
    __type(key, __u32);
    __type(value, struct denied_call);
} scratch SEC(".maps");

static __always_inline __u32 abi_of(struct task_struct *task, long nr)
{
#if defined(__TARGET_ARCH_x86)
    if (task->thread_info.status & TS_COMPAT)
        return ABI_COMPAT;
    if (nr >= 0 && (nr & X32_BIT))
        return ABI_X32;
#elif defined(__TARGET_ARCH_arm64)
    if (task->thread_info.flags & (1ul << TIF_32BIT))
        return ABI_COMPAT;
#endif
    return ABI_NATIVE;
}

static __always_inline __u32 slot_of(__u32 abi, long nr)
{
#if defined(__TARGET_ARCH_x86)
    if (abi == ABI_X32)
        return (__u32)nr & ~X32_BIT;
#endif
    return (__u32)nr;
}

static __always_inline long nr_of(struct pt_regs *regs)
{
#if defined(__TARGET_ARCH_x86)
    return (long)regs->orig_ax;
#elif defined(__TARGET_ARCH_arm64)
    return regs->syscallno;
#endif
}

static __always_inline struct denied_call *describe(struct task_struct *task,
                                                    struct task_state *state, bool in_flight)
{
    __u32 zero = 0;
    struct denied_call *entry = bpf_map_lookup_elem(&scratch, &zero);

    if (!entry)
        return NULL;
    __builtin_memcpy(entry->first.comm, task->comm, sizeof entry->first.comm);
    __builtin_memcpy(entry->first.exe, state->exe, EXE_BYTES);
    entry->first.pid = task->tgid;
    entry->first.in_flight = in_flight;
    entry->first.time_ns = bpf_ktime_get_ns();
    entry->first.count = 0;
    entry->count = 0;
    entry->result = 0;
    return entry;
}

static __always_inline bool is_unwanted(struct task_state *state)
{
    return only_subject != NOBODY && state->subject != (__u32)only_subject;
}

/* A call that this CPU has not yet seen of this set, or one that has no slot. */
static __noinline void remember_first(struct task_struct *task, struct task_state *state,
                                      struct call_key *key, bool in_flight)
{
    struct first_caller *first = bpf_map_lookup_elem(&firsts, key);
    struct denied_call *entry;
    bool has_slot = slot_of(key->abi, key->nr) < SLOTS;
    __u32 subject = state->subject;

    if (subject >= SUBJECTS || is_unwanted(state))
        return;
    if (!first) {
        entry = describe(task, state, in_flight);
        if (entry)
            bpf_map_update_elem(&firsts, key, &entry->first, BPF_NOEXIST);
        first = bpf_map_lookup_elem(&firsts, key);
    }
    if (!first && has_slot)
        __sync_fetch_and_add(&subjects[subject].first_lost, 1);
    else if (!first)
        __sync_fetch_and_add(&subjects[subject].map_full, 1);
    else if (!has_slot)
        __sync_fetch_and_add(&first->count, 1);
}

static __always_inline void count_call(struct task_struct *task, struct task_state *state,
                                       struct call_key *key)
{
    struct call_set *table = bpf_map_lookup_elem(&calls, &key->set);
    __u32 slot = slot_of(key->abi, key->nr), index;

    if (!table)
        return;
    if (slot < SLOTS) {
        index = key->abi * SLOTS + slot;
        barrier_var(index); /* or the compiler moves the check to where the verifier loses it */
        if (index < ABI_COUNT * SLOTS && table->count[index]++ > 0)
            return;
    }
    remember_first(task, state, key, false);
}

/* Is it still before what is to be recorded?  A runtime's calls count from the moment that its filter
 * is in force; an early seccomp(2) may be a question only, so the filter itself is looked at. */
static __noinline bool is_pending(struct task_struct *task, struct task_state *state)
{
    if (!state->is_runtime || (__u64)task->seccomp.filter == state->filter_before)
        return true;
    state->stage = STAGE_RUNTIME;
    if (state->subject < SUBJECTS)
        __sync_fetch_and_add(&subjects[state->subject].runtime_seen, 1);
    return false;
}

SEC("tp_btf/sys_enter")
int BPF_PROG(record_enter, struct pt_regs *regs, long nr)
{
    struct task_struct *task = bpf_get_current_task_btf();
    struct task_state *state;
    struct call_key key;

    if (!task->bpf_storage)
        return 0;
    state = bpf_task_storage_get(&tasks, task, 0, 0);
    if (!state)
        return 0;
    state->whereabouts = INSIDE;
    key.set = state->set;
    key.abi = abi_of(task, nr);
    key.nr = (__u32)nr;
    if (state->stage == STAGE_PENDING && is_pending(task, state)) {
        state->pending_abi = key.abi;
        state->pending_nr = (__s32)nr;
        return 0;
    }
    count_call(task, state, &key);
    return 0;
}

static __noinline void remember_denied(struct task_struct *task, struct task_state *state,
                                       struct call_key *key, long result)
{
    struct denied_call *entry = bpf_map_lookup_elem(&denied, key);
    __u32 subject = state->subject;

    if (subject >= SUBJECTS || is_unwanted(state))
        return;
    if (!entry) {
        entry = describe(task, state, false);
        if (entry) {
            entry->result = result;
            bpf_map_update_elem(&denied, key, entry, BPF_NOEXIST);
        }
        entry = bpf_map_lookup_elem(&denied, key);
    }
    if (entry)
        __sync_fetch_and_add(&entry->count, 1);
    else
        __sync_fetch_and_add(&subjects[subject].map_full, 1);
}

SEC("tp_btf/sys_exit")
int BPF_PROG(record_exit, struct pt_regs *regs, long result)
{
    struct task_struct *task = bpf_get_current_task_btf();
    struct task_state *state;
    struct call_key key;
    __u8 whereabouts;
    long nr;

    if (!task->seccomp.mode || !task->bpf_storage)
        return 0; /* nothing can be denied to it */
    state = bpf_task_storage_get(&tasks, task, 0, 0);
    if (!state)
        return 0;
    whereabouts = state->whereabouts;
    state->whereabouts = OUTSIDE;
    if (whereabouts != OUTSIDE || state->stage == STAGE_PENDING)
        return 0;
    nr = nr_of(regs);
    key.set = state->set;
    key.abi = abi_of(task, nr);
    key.nr = (__u32)nr;
    remember_denied(task, state, &key, result);
    return 0;
}

#include "containers.h"

/* Begin to follow a task; the caller fills in the rest of its state. */
static __always_inline struct task_state *adopt(struct task_struct *task, __u32 subject)
{
    struct task_state *state;

    if (subject >= SUBJECTS)
        return NULL;
    state = bpf_task_storage_get(&tasks, task, 0, BPF_LOCAL_STORAGE_GET_F_CREATE);
    if (!state) {
        __sync_fetch_and_add(&subjects[subject].tasks_untracked, 1);
        return NULL;
    }
    state->subject = subject;
    __sync_fetch_and_add(&subjects[subject].alive, 1);
    __sync_fetch_and_add(&subjects[subject].tasks, 1);
    return state;
}

/* What enters the container from outside is its runtime until it calls execve. */
static __always_inline void adopt_runtime(struct task_struct *task, __u32 subject)
{
    struct task_state *state = adopt(task, subject);

    if (!state)
        return;
    state->set = subject * SETS_PER_SUBJECT + SET_RUNTIME;
    state->stage = STAGE_PENDING;
    state->is_runtime = 1;
    state->filter_before = (__u64)task->seccomp.filter;
    state->whereabouts = UNKNOWN;
    state->pending_nr = -1;
}

SEC("tp_btf/sched_process_fork")
int BPF_PROG(record_fork, struct task_struct *parent, struct task_struct *child)
{
    struct task_state *from, *to;
    int subject;

    from = bpf_task_storage_get(&tasks, parent, 0, 0);
    if (!from) {
        subject = subject_of_task(child);
        if (subject != NOBODY) /* born there: CLONE_INTO_CGROUP */
            adopt_runtime(child, (__u32)subject);
        return 0;
    }
    to = adopt(child, from->subject);
    if (!to)
        return 0;
    to->set = from->set;
    to->stage = from->stage;
    to->is_runtime = from->is_runtime;
    to->filter_before = from->filter_before;
    to->whereabouts = INSIDE; /* its first event is the return from clone */
    to->pending_nr = -1;
    __builtin_memcpy(to->exe, from->exe, EXE_BYTES);
    return 0;
}

SEC("tp_btf/cgroup_attach_task")
int BPF_PROG(record_attach, struct cgroup *cgroup, const char *path, struct task_struct *task)
{
    int subject = is_watching ? subject_of(cgroup) : NOBODY;

    if (subject != NOBODY && !bpf_task_storage_get(&tasks, task, 0, 0))
        adopt_runtime(task, (__u32)subject);
    return 0;
}

/* runc executes itself once more on its way, from a sealed copy: as /proc/self/exe, /proc/self/fd/7,
 * or by descriptor, which the kernel calls /dev/fd/7.  That is not yet the container's program. */
static __always_inline bool is_runtime_again(const char *exe)
{
    /* One comparison of eight letters: byte by byte the verifier would follow every way through. */
    const union {
        char letters[8];
        __u64 word;
    } fd = { "/dev/fd/" }, self = { "/proc/se" };
    __u64 head = *(const __u64 *)exe;

    return head == fd.word ||
           (head == self.word && exe[8] == 'l' && exe[9] == 'f' && exe[10] == '/');
}

SEC("tp_btf/sched_process_exec")
int BPF_PROG(record_exec, struct task_struct *task, int old_pid, struct linux_binprm *binprm)
{
    struct task_state *state = bpf_task_storage_get(&tasks, task, 0, 0);
    struct call_key key;
    __u32 subject, set;

    if (!state)
        return 0;
    bpf_probe_read_kernel_str(state->exe, EXE_BYTES, binprm->filename);
    if (state->stage == STAGE_APP || (state->is_runtime && is_runtime_again(state->exe)))
        return 0;
    subject = state->subject;
    if (subject >= SUBJECTS)
        return 0;
    set = subject * SETS_PER_SUBJECT + SET_APP;
    if (state->stage == STAGE_PENDING && state->pending_nr >= 0) {
        key.set = state->is_runtime ? state->set : set;
        key.abi = state->pending_abi;
        key.nr = (__u32)state->pending_nr;
        count_call(task, state, &key);
    }
    if (state->is_runtime && subjects[subject].is_fresh) {
        subjects[subject].is_fresh = 0;
        subjects[subject].starts++;
    }
    state->stage = STAGE_APP;
    state->is_runtime = 0;
    state->set = set;
    return 0;
}

SEC("tp_btf/sched_process_exit")
int BPF_PROG(record_exit_task, struct task_struct *task)
{
    struct task_state *state = bpf_task_storage_get(&tasks, task, 0, 0);

    if (state && state->subject < SUBJECTS)
        __sync_fetch_and_add(&subjects[state->subject].alive, -1);
    return 0;
}

/* One pass over all tasks: those of the watched cgroup that are not yet followed.  Each is asked
 * which call it sleeps in (or made last): that one was called, too. */
SEC("iter/task")
int adopt_members(struct bpf_iter__task *context)
{
    struct task_struct *task = context->task;
    struct task_state *state;
    struct call_key key;
    struct pt_regs *regs;
    int subject;
    long nr;

    if (!task || bpf_task_storage_get(&tasks, task, 0, 0))
        return 0;
    subject = subject_of_task(task);
    if (subject == NOBODY)
        return 0;
    state = adopt(task, (__u32)subject);
    if (!state)
        return 0;
    state->set = (__u32)subject * SETS_PER_SUBJECT + SET_APP;
    state->stage = STAGE_APP;
    state->whereabouts = UNKNOWN;
    regs = (struct pt_regs *)bpf_task_pt_regs(task);
    nr = nr_of(regs);
    if (nr >= 0) {
        key.set = state->set;
        key.abi = abi_of(task, nr);
        key.nr = (__u32)nr;
        remember_first(task, state, &key, true);
        if (task->__state)
            state->whereabouts = INSIDE;
    } else if (task->__state) {
        state->whereabouts = OUTSIDE;
    }
    return 0;
}
