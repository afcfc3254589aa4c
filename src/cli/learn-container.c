/* SPDX-License-Identifier: Apache-2.0 */
/* Record a running container, until it stops. */
#include <errno.h>
#include <poll.h>
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
#define POLL_MS 20

/* Everything that starts is recorded in the kernel until the container with the name is there. */
static int await(struct learning *learning, const char *name, struct cull_container **ret,
                 struct cull_error *reterr)
{
    struct cull_error error = { 0 };
    bool is_early;
    int r;

    r = cull_trace_await_containers(learning->trace, reterr);
    if (r < 0)
        return r;
    cull_say("waiting for container %s to start: start it now; Ctrl-C ends the recording", name);
    learning->started_ns = cull_learn_now_ns();
    for (;;) {
        r = cull_container_find(name, ret, &error);
        if (r == 0) {
            r = cull_trace_select_container(learning->trace, *ret, &error);
            if (r == 0)
                return 0;
            cull_container_free(TAKE(*ret));
            is_early = r == -ESRCH;
        } else {
            is_early = r == -ENOENT;
        }
        if (!is_early) {
            if (reterr != NULL)
                *reterr = error;
            return r;
        }
        if (cull_interrupt_signal() != 0 ||
            (learning->limit_ns > 0 &&
             cull_learn_now_ns() - learning->started_ns >= learning->limit_ns))
            return cull_fail(reterr, ENOENT, "container %s did not start: nothing was recorded",
                             name);
        poll(NULL, 0, POLL_MS);
    }
}

/* Running, or to be waited for. */
static int find(struct learning *learning, const char *name, struct cull_container **ret,
                struct cull_error *reterr)
{
    cull_auto(container) container = NULL;
    int r = cull_container_find(name, &container, reterr);

    if (r == -ENOENT && !learning->waits && reterr != NULL &&
        strlen(reterr->message) + 80 < sizeof reterr->message)
        strcat(reterr->message, "; to record it from its first call: --wait, then start it");
    if (r < 0 && !(r == -ENOENT && learning->waits))
        return r;
    r = cull_trace_open(&learning->trace, reterr);
    if (r < 0)
        return r;
    cull_interrupt_catch();
    if (container == NULL)
        r = await(learning, name, &container, reterr);
    else
        r = cull_trace_follow_container(learning->trace, container, reterr);
    if (r == 0)
        *ret = TAKE(container);
    return r;
}

static int record(struct learning *learning, const struct cull_container *container,
                  struct cull_error *reterr)
{
    struct cull_trace_status status = { 0 };
    int r;

    cull_trace_status(learning->trace, &status);
    learning->started_ns = cull_learn_now_ns();
    cull_say("recording %s (%s %.12s)%s; Ctrl-C ends the recording", learning->record->name,
             cull_engine_name(container->engine), container->id ? container->id : "",
             learning->waits ? " from its first call"
                             : ": it runs already, so restart it to have its start recorded, too");
    r = cull_learn_watch(learning, PATIENCE_MS, reterr);
    if (r < 0)
        return r;
    cull_trace_status(learning->trace, &status);
    if (status.starts == 1)
        r = cull_learn_ended(learning->record, reterr,
                             "its start was recorded from the first call");
    else if (status.starts > 1)
        r = cull_learn_ended(learning->record, reterr,
                             "%llu starts of it were recorded from the first call",
                             (unsigned long long)status.starts);
    return r;
}

int cull_learn_container(struct learning *learning, const char *name, struct cull_error *reterr)
{
    cull_auto(container) container = NULL;
    int r;

    r = find(learning, name, &container, reterr);
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
