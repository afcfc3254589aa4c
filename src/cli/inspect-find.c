/* SPDX-License-Identifier: Apache-2.0 */
/* syscull inspect: finding out. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "inspect.h"

void cull_finding_clear(struct finding *finding)
{
    cull_container_free(finding->container);
    cull_surroundings_free(finding->around);
    cull_live_filters_free(finding->filters);
    cull_verdicts_free(finding->verdicts);
    cull_comparison_free(finding->comparison);
    memset(finding, 0, sizeof *finding);
}

/* May this process make the call?  A filter may kill for it. */
static bool may_call(const struct cull_verdicts *verdicts, const char *name)
{
    uint32_t nr;
    size_t id;

    if (verdicts == NULL)
        return false;
    if (cull_syscall_by_name(name, &id) < 0 || cull_syscall_nr(id, cull_arch_native(), &nr) < 0 ||
        nr >= CULL_VERDICTS_NUMBERS)
        return false;
    return cull_verdict_is_pass(verdicts->abis[0].verdicts[nr]);
}

static int compare(struct finding *finding, struct cull_error *reterr)
{
    if (finding->verdicts == NULL)
        return 0;
    return cull_comparison_make(finding->verdicts, finding->task.caps[CULL_CAPS_BOUNDING],
                                &finding->comparison, reterr);
}

int cull_finding_inside(const struct cull_probe_options *options, struct finding *ret,
                        struct cull_error *reterr)
{
    struct cull_surroundings_options around = { 0 };
    int r;

    /* First of all: it tells which of the other calls are deadly. */
    r = cull_probe(options, &ret->verdicts, &ret->why);
    if (r == -ENOMEM)
        return cull_fail_memory(reterr);
    if (cull_task_read(getpid(), 0, &ret->task, NULL) < 0)
        cull_task_self(&ret->task);
    around.environment = (const char *const *)environ;
    around.ask_sockets = may_call(ret->verdicts, "socket") && may_call(ret->verdicts, "connect");
    r = cull_surroundings_read(&around, &ret->around, reterr);
    return r < 0 ? r : compare(ret, reterr);
}

int cull_finding_outside(pid_t pid, struct cull_container *container, struct finding *ret,
                         struct cull_error *reterr)
{
    struct cull_surroundings_options around = { .pid = pid,
                                                .container = container,
                                                .ask_sockets = true };
    int r;

    ret->pid = pid;
    ret->container = container;
    r = cull_task_read(pid, 0, &ret->task, reterr);
    if (r < 0)
        return r;
    r = cull_live_filters_read(pid, &ret->filters, &ret->why);
    if (r == -ENOMEM || r == -ESRCH || r == -EINVAL) {
        if (reterr != NULL)
            *reterr = ret->why;
        return r;
    }
    if (r == 0)
        r = cull_live_filters_survey(ret->filters, &ret->verdicts, reterr);
    else
        r = 0;
    if (r == 0)
        r = cull_surroundings_read(&around, &ret->around, reterr);
    return r < 0 ? r : compare(ret, reterr);
}
