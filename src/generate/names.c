/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "names.h"
#include "runtimes.h"

/*
 * Needed by every program, although a recording can miss them because chance decides when they are
 * called.  The list is short on purpose: whatever a program calls each time it is recorded.
 *
 * There are no companions for what a C library tries next when a call is missing (futex for
 * futex_time64, clone for clone3): what the kernel lacks was tried while it was recorded, and is in
 * the recording together with what was called instead.
 */
static const char *const companions[] = {
    /* A signal may come that did not come. */
    "rt_sigreturn",
    "sigreturn",
    /* A sleeping call may be stopped and continued. */
    "restart_syscall",
    /* A recording ends while the subject still runs. */
    "exit",
    "exit_group",
    /* Answered without the kernel only as long as the clock source and the machine allow it. */
    "clock_gettime",
    "clock_gettime64",
    "gettimeofday",
    "time",
};

/* ---- architectures ------------------------------------------------------------------------------ */

static void add_arch(struct plan *plan, enum cull_arch arch)
{
    for (size_t i = 0; i < plan->archs_count; i++)
        if (plan->archs[i] == arch)
            return;
    plan->archs[plan->archs_count++] = arch;
}

/* "x86_64", or "aarch64 + x86_64" of merged recordings. */
static void add_machines(struct plan *plan)
{
    const char *word = plan->record->machine;
    enum cull_arch arch;
    char name[32];

    while (word != NULL && *word != '\0') {
        size_t size = strcspn(word, " +");

        if (size < sizeof name) {
            memcpy(name, word, size);
            name[size] = '\0';
            if (cull_arch_by_name(name, &arch) == 0)
                add_arch(plan, arch);
        }
        word += size;
        word += strspn(word, " +");
    }
}

static bool was_called(const struct cull_record_call *call)
{
    return call->count > 0 || call->in_flight;
}

/* The errno that a refused call got, if it got one that a program can have understood. */
static bool denied_errno(const struct cull_record_call *call, uint32_t *ret)
{
    uint32_t number = (uint32_t) - (int64_t)call->denied_result;
    bool is_zero = call->denied_result == 0 && call->nr != 0; /* 0 is also read's number */

    if (call->denied == 0 || call->denied_result > 0 ||
        (!is_zero && cull_errno_name(number) == NULL))
        return false; /* killed, or an errno that stays inside of the kernel */
    *ret = number;
    return true;
}

/*
 * The machine's own ABI is there whether it is listed or not.  Another one is listed only if it was
 * used, because all names hold for all listed ABIs: x86 beside x86_64 doubles what can be called.
 * One whose calls were refused with an errno must be listed, too: without, it is killed.
 */
static int find_archs(struct plan *plan, struct cull_error *reterr)
{
    const struct cull_record *record = plan->record;
    uint32_t number;

    add_machines(plan);
    for (size_t i = 0; plan->archs_count == 0 && i < record->calls_count; i++)
        if (was_called(&record->calls[i]))
            add_arch(plan, cull_arch_info(record->calls[i].arch)->native);
    for (size_t i = 0; i < plan->archs_count; i++)
        plan->is_narrow |= cull_arch_info(plan->archs[i])->compare_bits == 32;
    for (size_t i = 0; i < record->calls_count; i++)
        if (was_called(&record->calls[i]) || denied_errno(&record->calls[i], &number))
            add_arch(plan, record->calls[i].arch);
    for (size_t i = 1; i < plan->archs_count; i++)
        if (cull_arch_info(plan->archs[i])->big_endian !=
            cull_arch_info(plan->archs[0])->big_endian)
            return cull_fail(reterr, EINVAL,
                             "recorded on %s and on %s, whose byte orders differ: no runtime takes "
                             "a profile for both, generate one from each",
                             cull_arch_info(plan->archs[0])->name,
                             cull_arch_info(plan->archs[i])->name);
    return 0;
}

/* ---- names ---------------------------------------------------------------------------------------- */

static void find_known(struct plan *plan)
{
    uint32_t nr;

    for (size_t id = 0; id < plan->names_count; id++)
        for (size_t i = 0; i < plan->archs_count; i++)
            if (cull_syscall_nr(id, plan->archs[i], &nr) == 0)
                plan->names[id].flags |= NAME_KNOWN;
}

static void add_call(struct plan *plan, const struct cull_record_call *call)
{
    struct fate *fate;
    uint32_t number;
    size_t id;

    if (cull_syscall_by_nr(call->arch, call->nr, &id) < 0) {
        plan->unnamed += was_called(call);
        return;
    }
    fate = &plan->names[id];
    if (was_called(call))
        fate->flags |= NAME_ALLOWED | (call->phase == CULL_PHASE_APP ? NAME_CALLED : 0);
    if (call->denied > 0)
        fate->flags |= NAME_DENIED;
    /* Where the runtime and the application were told different things, the latter counts. */
    if (denied_errno(call, &number) &&
        (call->phase == CULL_PHASE_APP || !(fate->flags & NAME_ERRNO))) {
        fate->flags |= NAME_ERRNO;
        fate->errno_ret = number;
    }
}

static void allow(struct plan *plan, const char *name)
{
    size_t id;

    if (cull_syscall_by_name(name, &id) == 0 && plan->names[id].flags & NAME_KNOWN)
        plan->names[id].flags |= NAME_ALLOWED;
}

bool cull_plan_kills(const struct plan *plan)
{
    enum cull_action action = plan->options->default_action;

    return action == CULL_ACT_KILL_PROCESS || action == CULL_ACT_KILL_THREAD ||
           action == CULL_ACT_TRAP;
}

static void add_runtimes(struct plan *plan)
{
    for (size_t i = 0; i < cull_runtime_needs_count; i++) {
        const struct runtime_need *need = &cull_runtime_needs[i];

        if ((!need->narrow_only || plan->is_narrow) && (!need->kill_only || cull_plan_kills(plan)))
            allow(plan, need->name);
    }
}

/* What was refused stays refused: the program started all the same. */
static void add_startup(struct plan *plan)
{
    for (size_t i = 0; i < cull_startup_names_count; i++) {
        size_t id;

        if (cull_syscall_by_name(cull_startup_names[i], &id) < 0 ||
            (plan->names[id].flags & (NAME_KNOWN | NAME_DENIED | NAME_ALLOWED)) != NAME_KNOWN)
            continue;
        plan->names[id].flags |= NAME_ALLOWED | NAME_STARTUP;
    }
}

static int check_not_empty(const struct plan *plan, struct cull_error *reterr)
{
    bool was_denied = false;

    for (size_t id = 0; id < plan->names_count; id++) {
        if (plan->names[id].flags & NAME_ALLOWED)
            return 0;
        was_denied |= (plan->names[id].flags & NAME_DENIED) != 0;
    }
    if (plan->unnamed > 0)
        return cull_fail(reterr, EINVAL,
                         "no recorded call has a name that the table knows (it ends with Linux "
                         "%s): a profile cannot be written",
                         cull_table_kernel());
    if (was_denied)
        return cull_fail(reterr, EINVAL,
                         "every recorded call was refused: record without the filter that is in "
                         "force");
    return cull_fail(reterr, EINVAL,
                     "the recording holds no call: was anything done while it was made?");
}

int cull_plan_make(struct plan *plan, struct cull_error *reterr)
{
    const struct cull_record *record = plan->record;
    int r;

    plan->names_count = cull_syscall_count();
    plan->names = calloc(plan->names_count, sizeof *plan->names);
    if (plan->names == NULL)
        return cull_fail_memory(reterr);
    for (size_t i = 0; i < record->calls_count; i++)
        add_call(plan, &record->calls[i]);
    r = check_not_empty(plan, reterr);
    if (r == 0)
        r = find_archs(plan, reterr);
    if (r < 0)
        return r;
    find_known(plan);
    for (size_t i = 0; i < sizeof companions / sizeof *companions; i++)
        allow(plan, companions[i]);
    if (plan->options->for_container || record->subject == CULL_SUBJECT_CONTAINER)
        add_runtimes(plan);
    if (record->subject == CULL_SUBJECT_CONTAINER && !record->start_seen)
        add_startup(plan);
    return 0;
}

void cull_plan_clear(struct plan *plan)
{
    free(plan->names);
    plan->names = NULL;
}
