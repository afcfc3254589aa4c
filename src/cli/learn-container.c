/* SPDX-License-Identifier: Apache-2.0 */
/* Record a running container, until it stops. */
#include <string.h>

#include "learn.h"

static int describe(struct cull_record *record, const struct cull_container *container,
                    struct cull_error *reterr)
{
    const struct {
        const char *from;
        char **to;
    } facts[] = { { cull_engine_name(container->engine), &record->engine },
                  { container->id, &record->container_id },
                  { container->image, &record->image },
                  { container->runtime, &record->runtime } };

    for (size_t i = 0; i < sizeof facts / sizeof *facts; i++) {
        if (facts[i].from == NULL)
            continue;
        *facts[i].to = strdup(facts[i].from);
        if (*facts[i].to == NULL)
            return cull_fail_memory(reterr);
    }
    return 0;
}

/* Engines take a moment between a container's end and its next start. */
#define PATIENCE_MS 5000

static int record(struct learning *learning, const struct cull_container *container,
                  struct cull_error *reterr)
{
    struct cull_trace_status status = { 0 };
    int r;

    r = cull_trace_follow_container(learning->trace, container, reterr);
    if (r < 0)
        return r;
    learning->started_ns = cull_learn_now_ns();
    cull_interrupt_catch();
    cull_say("recording %s (%s %.12s): restart it to have its start recorded, too; Ctrl-C ends the "
             "recording",
             learning->record->name, cull_engine_name(container->engine),
             container->id ? container->id : "");
    r = cull_learn_watch(learning, PATIENCE_MS, reterr);
    if (r < 0)
        return r;
    cull_trace_status(learning->trace, &status);
    if (status.starts > 0)
        r = cull_learn_ended(learning->record, reterr,
                             "it was started again %llu time%s and recorded from its first call",
                             (unsigned long long)status.starts, status.starts == 1 ? "" : "s");
    return r;
}

int cull_learn_container(struct learning *learning, const char *name, struct cull_error *reterr)
{
    cull_auto(container) container = NULL;
    int r;

    r = cull_container_find(name, &container, reterr);
    if (r == 0)
        r = cull_trace_open(&learning->trace, reterr);
    if (r == 0)
        r = cull_learn_begin(learning, CULL_SUBJECT_CONTAINER,
                             container->name ? container->name : name, reterr);
    if (r == 0)
        r = describe(learning->record, container, reterr);
    if (r == 0)
        r = record(learning, container, reterr);
    if (r == 0)
        r = cull_learn_finish(learning, reterr);
    if (r < 0)
        return r;
    if (learning->profile_path != NULL && strcmp(learning->profile_path, "-") != 0)
        cull_say("next: %s run --security-opt seccomp=%s ...",
                 container->engine == CULL_ENGINE_PODMAN ? "podman" : "docker",
                 learning->profile_path);
    return STATUS_YES;
}
