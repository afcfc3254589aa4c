/* SPDX-License-Identifier: Apache-2.0 */
/* What a verdict is called, and which are alike. */
#include <errno.h>
#include <linux/seccomp.h>
#include <stdio.h>
#include <syscull/inspect.h>

static const struct {
    uint32_t verdict;
    const char *name;
} names[] = {
    { CULL_VERDICT_PASS, "pass" },
    { CULL_VERDICT_PASS_OR_AGENT, "pass or agent" },
    { CULL_VERDICT_KILL, "kill" },
    { CULL_VERDICT_UNCLEAR, "ENOSYS or pass" },
    { CULL_VERDICT_EXEMPT, "exempt" },
    { CULL_VERDICT_UNKNOWN, "unknown" },
    { SECCOMP_RET_KILL_PROCESS, "kill process" },
    { SECCOMP_RET_KILL_THREAD, "kill thread" },
    { SECCOMP_RET_USER_NOTIF, "notify" },
    { SECCOMP_RET_LOG, "log" },
    { SECCOMP_RET_ALLOW, "allow" },
};

static bool is_ours(uint32_t verdict)
{
    return verdict >= CULL_VERDICT_PASS && verdict <= CULL_VERDICT_UNKNOWN;
}

/* The kernel cuts larger errno to this. */
static unsigned errno_of(uint32_t verdict)
{
    unsigned data = verdict & SECCOMP_RET_DATA;

    return data > 4095 ? 4095 : data;
}

const char *cull_verdict_format(uint32_t verdict, char ret[32])
{
    uint32_t action = is_ours(verdict) ? verdict : verdict & SECCOMP_RET_ACTION_FULL;
    unsigned data = verdict & SECCOMP_RET_DATA;

    snprintf(ret, 32, "0x%08x", verdict);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (names[i].verdict == action)
            snprintf(ret, 32, "%s", names[i].name);
    }
    if (action == SECCOMP_RET_ERRNO) {
        const char *name = cull_errno_name(errno_of(verdict));

        if (errno_of(verdict) == 0)
            snprintf(ret, 32, "success, not run");
        else if (name != NULL)
            snprintf(ret, 32, "%s", name);
        else
            snprintf(ret, 32, "errno %u", errno_of(verdict));
    } else if (action == SECCOMP_RET_TRAP) {
        snprintf(ret, 32, data ? "trap %u" : "trap", data);
    } else if (action == SECCOMP_RET_TRACE) {
        snprintf(ret, 32, data ? "trace %u" : "trace", data);
    }
    return ret;
}

bool cull_verdict_is_pass(uint32_t verdict)
{
    if (is_ours(verdict))
        return verdict == CULL_VERDICT_PASS || verdict == CULL_VERDICT_PASS_OR_AGENT ||
               verdict == CULL_VERDICT_EXEMPT;
    verdict &= SECCOMP_RET_ACTION_FULL;
    return verdict == SECCOMP_RET_ALLOW || verdict == SECCOMP_RET_LOG;
}

static bool is_kill(uint32_t verdict)
{
    return verdict == CULL_VERDICT_KILL || verdict >> 16 == SECCOMP_RET_KILL_PROCESS >> 16 ||
           verdict >> 16 == SECCOMP_RET_KILL_THREAD >> 16;
}

/* Whether b can be what a stands for. */
static bool covers(uint32_t a, uint32_t b)
{
    uint32_t action = b & SECCOMP_RET_ACTION_FULL;

    switch (a) {
    case CULL_VERDICT_PASS_OR_AGENT:
        return cull_verdict_is_pass(b) || action == SECCOMP_RET_USER_NOTIF;
    case CULL_VERDICT_KILL:
        return is_kill(b);
    case CULL_VERDICT_UNCLEAR:
        return cull_verdict_is_pass(b) || b == (SECCOMP_RET_ERRNO | ENOSYS);
    case CULL_VERDICT_UNKNOWN:
        return true;
    }
    return false;
}

bool cull_verdict_is_same(uint32_t a, uint32_t b)
{
    if (covers(a, b) || covers(b, a) || (cull_verdict_is_pass(a) && cull_verdict_is_pass(b)))
        return true;
    if (is_ours(a) || is_ours(b))
        return false;
    if (a >> 16 != b >> 16)
        return false;
    switch (a & SECCOMP_RET_ACTION_FULL) {
    case SECCOMP_RET_ERRNO:
        return errno_of(a) == errno_of(b);
    case SECCOMP_RET_TRAP:
        return a == b;
    }
    return true;
}

const struct cull_dependence *cull_verdicts_dependence(const struct cull_verdicts *verdicts,
                                                       enum cull_arch arch, uint32_t nr)
{
    for (size_t i = 0; i < verdicts->dependences_count; i++) {
        if (verdicts->dependences[i].arch == arch && verdicts->dependences[i].nr == nr)
            return &verdicts->dependences[i];
    }
    return NULL;
}

void cull_verdicts_free(struct cull_verdicts *verdicts)
{
    if (verdicts == NULL)
        return;
    cull_arena_free(verdicts->arena);
    free(verdicts);
}
