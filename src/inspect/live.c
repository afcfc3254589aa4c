/* SPDX-License-Identifier: Apache-2.0 */
/* Filters that were read: what they decide together, for every number. */
#include "questions.h"

#include <linux/seccomp.h>

void cull_live_filters_free(struct cull_live_filters *filters)
{
    if (filters == NULL)
        return;
    for (size_t i = 0; i < filters->count; i++)
        cull_filter_free(filters->items[i]);
    free(filters->items);
    free(filters->flags);
    free(filters);
}

/* Data of an action that has no use for them: the kernel looks away, and so do we. */
static uint32_t without_idle_data(uint32_t verdict)
{
    switch (verdict & SECCOMP_RET_ACTION_FULL) {
    case SECCOMP_RET_KILL_PROCESS:
    case SECCOMP_RET_KILL_THREAD:
    case SECCOMP_RET_USER_NOTIF:
    case SECCOMP_RET_LOG:
    case SECCOMP_RET_ALLOW:
        return verdict & SECCOMP_RET_ACTION_FULL;
    }
    return verdict;
}

uint32_t cull_live_filters_evaluate(const struct cull_live_filters *filters,
                                    const struct cull_call *call)
{
    uint32_t verdict = SECCOMP_RET_ALLOW;

    /* The newest runs first and keeps its answer on a tie; the smaller is the stronger, signed. */
    for (size_t i = filters->count; i-- > 0;) {
        uint32_t one = cull_filter_simulate(filters->items[i], call, NULL);

        if ((int32_t)(one & SECCOMP_RET_ACTION_FULL) < (int32_t)(verdict & SECCOMP_RET_ACTION_FULL))
            verdict = one;
    }
    return without_idle_data(verdict);
}

static int ask(void *data, struct question *questions, size_t count, struct cull_error *reterr)
{
    (void)reterr;
    for (size_t i = 0; i < count; i++) {
        struct cull_call call = { .audit = cull_arch_info(questions[i].arch)->audit,
                                  .nr = questions[i].nr };

        for (unsigned arg = 0; arg < 6; arg++)
            call.args[arg] = questions[i].args[arg];
        questions[i].verdict = cull_live_filters_evaluate(data, &call);
    }
    return 0;
}

static void hint(void *data, enum cull_arch arch, uint32_t nr, struct questions *add)
{
    const struct cull_live_filters *filters = data;

    for (size_t i = 0; i < filters->count; i++)
        cull_hint(filters->items[i], arch, nr, add);
}

int cull_live_filters_survey(const struct cull_live_filters *filters, struct cull_verdicts **ret,
                             struct cull_error *reterr)
{
    cull_auto(verdicts) verdicts = calloc(1, sizeof *verdicts);
    const struct oracle oracle = {
        .ask = ask, .exempt = cull_exempt_tried, .hint = hint, .data = (void *)(uintptr_t)filters
    };
    int r;

    if (verdicts == NULL || (verdicts->arena = cull_arena_new()) == NULL)
        return cull_fail_memory(reterr);
    verdicts->method = filters->count > 0 ? "read" : "none";
    r = cull_survey(&oracle, verdicts, reterr);
    if (r < 0)
        return r;
    *ret = TAKE(verdicts);
    return 0;
}
