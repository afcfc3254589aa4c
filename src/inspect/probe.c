/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the filters of this thread answer, exactly, from inside and without rights.
 *
 *   notif   our filter gives USER_NOTIF: all that is stronger shows with its data.  Of equal
 *           strength is NOTIFY, but then there is no agent: a second listener is refused (EBUSY)
 *           as long as one lives.
 *   kill    first ERRNO (KILL and TRAP show), then an unknown action below ERRNO, which kills:
 *           works without seccomp(2) and does not bother an agent; a child dies per passing call.
 *   trace   TRACE without a tracer gives ENOSYS: quick, but a filter's own ENOSYS looks the same,
 *           and an agent is asked.
 */
#include "probe.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>

struct prober {
    struct probe probe;
    enum cull_probe_method method;
    bool thorough;
};

/* ---- methods -------------------------------------------------------------------------------------- */

/* Ask the questions whose answer is `raw` again, under another action of ours. */
static int ask_again(struct prober *prober, enum ours ours, struct question *questions,
                     size_t count, uint32_t raw, struct cull_error *reterr)
{
    cull_auto_questions rest = { 0 };
    int r;

    for (size_t i = 0; i < count; i++) {
        if (questions[i].verdict == raw)
            cull_questions_add(&rest, questions[i].arch, questions[i].nr, 0, 0);
        if (questions[i].verdict == raw && !rest.failed)
            memcpy(rest.items[rest.count - 1].args, questions[i].args, sizeof questions[i].args);
    }
    if (rest.failed)
        return cull_fail_memory(reterr);
    if (rest.count == 0)
        return 0;
    r = cull_probe_run(&prober->probe, ours, rest.items, rest.count, reterr);
    if (r < 0)
        return r;
    for (size_t i = 0, next = 0; i < count; i++) {
        if (questions[i].verdict == raw)
            questions[i].verdict = rest.items[next++].verdict;
    }
    return 0;
}

static void replace(struct question *questions, size_t count, uint32_t from, uint32_t to)
{
    for (size_t i = 0; i < count; i++) {
        if (questions[i].verdict == from)
            questions[i].verdict = to;
    }
}

static void name_kills(const struct prober *prober, struct question *questions, size_t count)
{
    /* Without threads the one that dies is the process' last, and it dies alike. */
    replace(questions, count, RAW_KILLED,
            prober->probe.no_threads || prober->probe.no_handlers ? CULL_VERDICT_KILL
                                                                  : 0x80000000u);
    replace(questions, count, RAW_THREAD_KILLED, 0);
    replace(questions, count, RAW_FAULT, CULL_VERDICT_UNKNOWN);
    replace(questions, count, RAW_UNASKED, CULL_VERDICT_UNKNOWN);
}

/* What passes is ALLOW, LOG, TRACE, or NOTIFY without an agent: of these the last two do nothing
 * but fail while nobody traces, and so can be tried. */
static int be_thorough(struct prober *prober, struct question *questions, size_t count,
                       struct cull_error *reterr)
{
    const uint32_t nobody = 0x00050000u | ENOSYS, later = CULL_VERDICT_PASS_OR_AGENT;
    int r;

    replace(questions, count, nobody, later); /* a filter's own ENOSYS steps aside */
    r = ask_again(prober, OURS_BEFORE_LOG, questions, count, RAW_OURS, reterr);
    if (r < 0)
        return r;
    replace(questions, count, RAW_KILLED, CULL_VERDICT_PASS);
    r = ask_again(prober, OURS_BEFORE_TRACE, questions, count, nobody, reterr);
    if (r < 0)
        return r;
    replace(questions, count, RAW_KILLED, 0x7ff00000u);
    replace(questions, count, nobody, 0x7fc00000u);
    replace(questions, count, later, nobody);
    return 0;
}

static int ask_notif(struct prober *prober, struct question *questions, size_t count,
                     struct cull_error *reterr)
{
    int r = cull_probe_run(&prober->probe, OURS_NOTIFY, questions, count, reterr);

    if (r < 0)
        return r;
    name_kills(prober, questions, count);
    r = prober->thorough ? be_thorough(prober, questions, count, reterr) : 0;
    replace(questions, count, RAW_OURS, CULL_VERDICT_PASS);
    return r;
}

static int ask_kill(struct prober *prober, struct question *questions, size_t count,
                    struct cull_error *reterr)
{
    int r = cull_probe_run(&prober->probe, OURS_ERRNO, questions, count, reterr);

    if (r < 0)
        return r;
    name_kills(prober, questions, count);
    r = ask_again(prober, OURS_UNKNOWN, questions, count, RAW_OURS, reterr);
    replace(questions, count, RAW_KILLED, CULL_VERDICT_PASS_OR_AGENT);
    return r;
}

static int ask_trace(struct prober *prober, struct question *questions, size_t count,
                     struct cull_error *reterr)
{
    int r = cull_probe_run(&prober->probe, OURS_TRACE, questions, count, reterr);

    if (r < 0)
        return r;
    name_kills(prober, questions, count);
    replace(questions, count, 0x00050000u | ENOSYS, CULL_VERDICT_UNCLEAR);
    return 0;
}

static int ask(void *data, struct question *questions, size_t count, struct cull_error *reterr)
{
    struct prober *prober = data;

    switch (prober->method) {
    case CULL_PROBE_NOTIF:
        return ask_notif(prober, questions, count, reterr);
    case CULL_PROBE_TRACE:
        return ask_trace(prober, questions, count, reterr);
    default:
        return ask_kill(prober, questions, count, reterr);
    }
}

/* ---- which of them -------------------------------------------------------------------------------- */

static void note(struct cull_verdicts *verdicts, const char *text)
{
    const char **grown = cull_arena_alloc(verdicts->arena,
                                          (verdicts->notes_count + 1) * sizeof *grown);

    if (grown == NULL || text == NULL)
        return; /* the survey's own memory will fail and say so */
    if (verdicts->notes_count > 0)
        memcpy(grown, verdicts->notes, verdicts->notes_count * sizeof *grown);
    grown[verdicts->notes_count++] = text;
    verdicts->notes = grown;
}

static const char *why_not_notif(struct cull_arena *arena, const struct probe *probe)
{
    switch (probe->trouble_errno) {
    case EBUSY:
        return "an agent (SCMP_ACT_NOTIFY) listens to this filter: calls that it answers cannot "
               "be told from calls that go on without asking it";
    case EINVAL:
        return "this kernel (before 5.0) has no user notification";
    default:
        return cull_arena_format(arena,
                                 "seccomp(2) is refused here (%s): a filter's NOTIFY cannot "
                                 "be told from a call that goes on",
                                 cull_errno_name((unsigned)probe->trouble_errno)
                                     ? cull_errno_name((unsigned)probe->trouble_errno)
                                     : "unknown error");
    }
}

static int say_trouble(const struct probe *probe, struct cull_error *reterr)
{
    const char *why = strerror(probe->trouble_errno);

    switch (probe->trouble) {
    case TROUBLE_NNP:
        return cull_fail(reterr, EPERM,
                         "cannot probe: prctl(PR_SET_NO_NEW_PRIVS) is refused (%s), and a filter "
                         "cannot be loaded without it; read the filter from outside, as root: "
                         "syscull inspect --pid PID",
                         why);
    case TROUBLE_LOAD:
        if (probe->trouble_errno == ENOSYS)
            return cull_fail(reterr, ENOSYS,
                             "cannot probe: neither seccomp(2) nor prctl(PR_SET_SECCOMP) loads a "
                             "filter here (%s); this kernel has none, or both are refused",
                             why);
        return cull_fail(reterr, EPERM,
                         "cannot probe: seccomp(2) and prctl(PR_SET_SECCOMP) are refused (%s); "
                         "read the filter from outside, as root: syscull inspect --pid PID",
                         why);
    case TROUBLE_FORK:
        return cull_fail(reterr, EPERM, "cannot probe: no child can be made (%s)", why);
    case TROUBLE_KILLED:
    case TROUBLE_NONE:
        break;
    }
    return cull_fail(reterr, ECHILD,
                     "cannot probe: its child is killed by a call that it needs itself; read the "
                     "filter from outside, as root: syscull inspect --pid PID");
}

/* The first method that works: what stops one stops it at once. */
static int survey(struct prober *prober, const struct cull_probe_options *options,
                  struct cull_verdicts *verdicts, struct cull_error *reterr)
{
    const struct oracle oracle = { .ask = ask, .exempt = cull_exempt_seen, .data = prober };
    const bool is_auto = options->method == CULL_PROBE_AUTO;
    int r;

    prober->method = is_auto ? CULL_PROBE_NOTIF : options->method;
    r = cull_survey(&oracle, verdicts, reterr);
    if (r == -EPERM && is_auto) {
        note(verdicts, why_not_notif(verdicts->arena, &prober->probe));
        *prober = (struct prober){ .method = CULL_PROBE_KILL };
        r = cull_survey(&oracle, verdicts, reterr);
    }
    return r == -EPERM ? say_trouble(&prober->probe, reterr) : r;
}

static void add_notes(const struct prober *prober, struct cull_verdicts *verdicts)
{
    if (prober->method == CULL_PROBE_TRACE)
        note(verdicts, "method trace: a filter's ENOSYS cannot be told from a call that goes on");
    if (prober->probe.no_threads)
        note(verdicts, "threads are refused here: killing the thread cannot be told from killing "
                       "the process");
    if (prober->probe.no_handlers)
        note(verdicts, "signal handlers are refused here: TRAP cannot be told from a kill");
    note(verdicts, "LOG cannot be told from ALLOW from inside: the kernel's log tells, or reading "
                   "the filter from outside");
    if (!prober->thorough)
        note(verdicts, "TRACE, and NOTIFY without an agent, cannot be told from ALLOW unless asked "
                       "for (--thorough): both answer ENOSYS");
}

/* ---- the face -------------------------------------------------------------------------------------- */

static int everything_passes(struct cull_verdicts *verdicts, struct cull_error *reterr)
{
    enum cull_arch archs[3];
    size_t count = cull_questions_abis(archs);

    verdicts->method = "none";
    verdicts->abis = cull_arena_alloc(verdicts->arena, count * sizeof *verdicts->abis);
    if (verdicts->abis == NULL)
        return cull_fail_memory(reterr);
    verdicts->abis_count = count;
    for (size_t i = 0; i < count; i++) {
        verdicts->abis[i].arch = archs[i];
        for (size_t nr = 0; nr < CULL_VERDICTS_NUMBERS; nr++)
            verdicts->abis[i].verdicts[nr] = 0x7fff0000u;
    }
    return 0;
}

int cull_probe(const struct cull_probe_options *options, struct cull_verdicts **ret,
               struct cull_error *reterr)
{
    static const char *const names[] = { "", "notif", "kill", "trace" };
    cull_auto(verdicts) verdicts = calloc(1, sizeof *verdicts);
    struct prober prober = { .thorough = options->thorough };
    int r;

    if (verdicts == NULL || (verdicts->arena = cull_arena_new()) == NULL)
        return cull_fail_memory(reterr);
#if !defined(__x86_64__) && !defined(__aarch64__)
    return cull_fail(reterr, ENOSYS,
                     "the probe is not made for this architecture; read the "
                     "filter from outside, as root: syscull inspect --pid PID");
#endif
    /* A mode that cannot be asked for is one: somebody denies prctl(2). */
    if (prctl(PR_GET_SECCOMP, 0, 0, 0, 0) == 0) {
        r = everything_passes(verdicts, reterr);
    } else {
        r = survey(&prober, options, verdicts, reterr);
        verdicts->method = names[prober.method];
        add_notes(&prober, verdicts);
    }
    if (r < 0)
        return r;
    *ret = TAKE(verdicts);
    return 0;
}
