/* SPDX-License-Identifier: Apache-2.0 */
/* The face of trace in a build without that room (-Dbpf=disabled): it says so. */
#include <errno.h>
#include <syscull/trace.h>

int cull_trace_open(struct cull_trace **ret, struct cull_error *reterr)
{
    (void)ret;
    return cull_fail(reterr, ENOTSUP,
                     "this syscull was built without its recorder: build it with -Dbpf=enabled");
}

void cull_trace_free(struct cull_trace *trace)
{
    (void)trace;
}

int cull_trace_follow_command(struct cull_trace *trace, pid_t pid, struct cull_error *reterr)
{
    (void)pid;
    return cull_trace_open(&trace, reterr);
}

int cull_trace_follow_container(struct cull_trace *trace, const struct cull_container *container,
                                struct cull_error *reterr)
{
    (void)container;
    return cull_trace_open(&trace, reterr);
}

int cull_trace_await_containers(struct cull_trace *trace, struct cull_error *reterr)
{
    return cull_trace_open(&trace, reterr);
}

int cull_trace_select_container(struct cull_trace *trace, const struct cull_container *container,
                                struct cull_error *reterr)
{
    (void)container;
    return cull_trace_open(&trace, reterr);
}

void cull_trace_status(const struct cull_trace *trace, struct cull_trace_status *ret)
{
    (void)trace;
    *ret = (struct cull_trace_status){ 0 };
}

int cull_trace_collect(struct cull_trace *trace, struct cull_record *record,
                       struct cull_error *reterr)
{
    (void)record;
    return cull_trace_open(&trace, reterr);
}
