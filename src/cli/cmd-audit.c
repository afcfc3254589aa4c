/* SPDX-License-Identifier: Apache-2.0 */
/* syscull audit: the kernel's seccomp records, by name, with their containers. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "audit.h"
#include "commands.h"
#include "given.h"
#include "learn.h"

#define TICK_MS 200
#define SETTLE_MS 20 /* how long equal records are waited for before a line is shown */
#define LOOK_DENIED_MS 1000
#define STARTING_TICK_MS 40 /* while a container may be starting */
#define STARTING_MS 1000

static int given_options(struct auditing *auditing)
{
    const struct invocation *given = auditing->given;
    const char *limit = cull_option_value(given, "for");
    struct timespec now;
    int r;

    clock_gettime(CLOCK_REALTIME, &now);
    auditing->now_ms = (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
    auditing->follow = cull_option(given, "follow") != NULL;
    auditing->container = cull_option_value(given, "container");
    auditing->profile_path = cull_option_value(given, "profile-out");
    auditing->raw_path = cull_option_value(given, "raw");
    if (limit != NULL && !auditing->follow)
        return cull_say_usage(given->command, "--for is for --follow; a log is read to its end");
    if (limit != NULL && cull_parse_duration_ns(limit, &auditing->limit_ns) < 0)
        return cull_say_usage(given->command, "--for %s: a duration is wanted, as 30s or 10m",
                              limit);
    r = cull_audit_given_time(given, "since", auditing->now_ms, &auditing->since_ms);
    if (r == 0)
        r = cull_audit_given_time(given, "until", auditing->now_ms, &auditing->until_ms);
    return r;
}

static int check_outputs(const struct auditing *auditing, struct cull_error *reterr)
{
    int r = 0;

    if (auditing->profile_path != NULL)
        r = cull_output_check(auditing->profile_path, reterr);
    if (r == 0 && auditing->raw_path != NULL)
        r = cull_output_check(auditing->raw_path, reterr);
    return r;
}

/* The two rooms do not know each other: trace remembers, audit asks. */
static int find_process(void *data, pid_t pid, int64_t time_ms, struct cull_audit_place *ret)
{
    struct cull_trace_process process;
    int r = cull_trace_processes_find(data, pid, time_ms, &process);

    if (r < 0)
        return r;
    memset(ret, 0, sizeof *ret);
    memcpy(ret->comm, process.comm, sizeof ret->comm);
    for (size_t i = 0; i < sizeof ret->cgroups / sizeof *ret->cgroups; i++) {
        ret->cgroups[i].hierarchy = process.cgroups[i].hierarchy;
        ret->cgroups[i].id = process.cgroups[i].id;
        memcpy(ret->cgroups[i].path, process.cgroups[i].path, sizeof ret->cgroups[i].path);
    }
    return 0;
}

static int open_all(struct auditing *auditing, struct cull_error *reterr)
{
    const time_t now = (time_t)(auditing->now_ms / 1000);
    struct cull_error error = { 0 };
    struct cull_audit_options options = {
        .follow = auditing->follow,
        .since_ms = auditing->since_ms,
        .until_ms = auditing->until_ms,
        .clock = { .now_ms = auditing->now_ms },
    };
    struct tm local;
    int r;

    localtime_r(&now, &local);
    options.clock.utc_offset_s = (int32_t)local.tm_gmtoff;
    r = cull_audit_who_new(&auditing->who, reterr);
    if (r == 0 && cull_option(auditing->given, "group") != NULL)
        r = cull_audit_groups_new(&auditing->groups, reterr);
    if (r == 0)
        r = cull_audit_new(&options, &auditing->audit, reterr);
    if (r < 0)
        return r;
    /* Before the sources: no record may come of a process that was not seen. */
    if (auditing->follow && cull_trace_processes_open(&auditing->processes, &error) == 0) {
        cull_audit_who_set_finder(auditing->who, find_process, auditing->processes);
        r = cull_audit_who_look(auditing->who, reterr);
    } else if (auditing->follow)
        cull_say("the container of a process that ends at once will not be found: %s",
                 error.message);
    if (cull_option(auditing->given, "denied") != NULL)
        r = cull_audit_open_denied(auditing, reterr);
    return r == 0 ? cull_audit_open_sources(auditing, reterr) : r;
}

static bool begins(const char *text, const char *start)
{
    return text != NULL && strlen(start) >= 4 && strncmp(text, start, strlen(start)) == 0;
}

/* "web", an id or its beginning, "namespace/pod", "namespace/pod:container". */
static bool is_wanted(const struct auditing *auditing, const struct cull_container *container)
{
    const char *wanted = auditing->container;
    cull_auto_text pod = { 0 };

    if (wanted == NULL)
        return true;
    if (container == NULL)
        return false;
    if ((container->name != NULL && strcmp(container->name, wanted) == 0) ||
        begins(container->id, wanted))
        return true;
    if (container->pod_name == NULL)
        return false;
    cull_text_add(&pod, "%s/%s", container->pod_namespace ? container->pod_namespace : "",
                  container->pod_name);
    if (pod.data != NULL && strcmp(pod.data, wanted) == 0)
        return true;
    cull_text_add(&pod, ":%s", container->pod_container ? container->pod_container : "");
    return pod.data != NULL && strcmp(pod.data, wanted) == 0;
}

static int take_record(struct auditing *auditing, const struct cull_audit_record *record,
                       size_t source, struct cull_error *reterr)
{
    const struct cull_audit_counts *counts;
    struct cull_audit_origin origin;
    int r;

    r = cull_audit_who_of(auditing->who, record, auditing->follow, &origin, reterr);
    if (r < 0)
        return r;
    if (!origin.is_known) {
        auditing->unknown++;
        auditing->because = origin.because;
    }
    if (!is_wanted(auditing, origin.container)) {
        auditing->elsewhere++;
        return 0;
    }
    auditing->records++;
    if (origin.container != NULL)
        auditing->met = origin.container;
    if (auditing->record != NULL)
        r = cull_audit_learn(auditing->record, record, reterr);
    if (r < 0)
        return r;
    if (auditing->groups != NULL)
        return cull_audit_groups_add(auditing->groups, record, &origin, reterr);
    counts = cull_audit_source_counts(auditing->audit, source);
    return cull_audit_show(auditing, record, &origin, counts->name, reterr);
}

static bool is_over(const struct auditing *auditing)
{
    return cull_interrupt_signal() != 0 ||
           (auditing->limit_ns > 0 &&
            cull_learn_now_ns() - auditing->started_ns >= auditing->limit_ns);
}

/* A container may live for less than it takes to read its first record: its name is learnt while it
 * starts. */
static int meet(struct auditing *auditing, struct cull_error *reterr)
{
    uint64_t made, now = cull_learn_now_ns();

    if (auditing->processes == NULL)
        return 0;
    made = cull_trace_processes_cgroups_made(auditing->processes);
    if (made != auditing->cgroups_made)
        auditing->look_until_ns = now + (uint64_t)STARTING_MS * 1000000;
    auditing->cgroups_made = made;
    if (now >= auditing->look_until_ns ||
        now - auditing->looked_ns < (uint64_t)STARTING_TICK_MS * 1000000)
        return 0;
    auditing->looked_ns = now;
    return cull_audit_who_look(auditing->who, reterr);
}

/* Nothing came for a while: show what waits. */
static int rest(struct auditing *auditing, uint64_t *looked_ns, struct cull_error *reterr)
{
    int r = auditing->groups != NULL ? cull_audit_draw_groups(auditing, false, reterr)
                                     : cull_audit_flush(auditing, reterr);

    if (r == 0 && auditing->trace != NULL &&
        cull_learn_now_ns() - *looked_ns > (uint64_t)LOOK_DENIED_MS * 1000000) {
        *looked_ns = cull_learn_now_ns();
        r = cull_audit_show_denied(auditing, reterr);
    }
    return r;
}

static int tick(const struct auditing *auditing)
{
    if (auditing->row.count > 0)
        return SETTLE_MS;
    return auditing->processes != NULL ? STARTING_TICK_MS : TICK_MS;
}

static int read_all(struct auditing *auditing, struct cull_error *reterr)
{
    struct cull_audit_record record;
    uint64_t looked_ns = 0;
    size_t source;
    int r = 0;

    while (r >= 0 && !is_over(auditing)) {
        r = meet(auditing, reterr);
        if (r < 0)
            return r;
        r = cull_audit_next(auditing->audit, tick(auditing), &record, &source, reterr);
        if (r == -ENOMEM)
            return r;
        if (r < 0) { /* one source is broken; the others go on */
            cull_say_error(reterr);
            auditing->trouble = true;
            r = 0;
            continue;
        }
        if (r > 0)
            r = take_record(auditing, &record, source, reterr);
        else if (auditing->follow && !cull_audit_has_ended(auditing->audit))
            r = rest(auditing, &looked_ns, reterr);
        else
            break;
    }
    if (r >= 0 && auditing->trace != NULL)
        r = cull_audit_show_denied(auditing, reterr);
    return r < 0 ? r : 0;
}

/* A text without one line of a log is a mistake, not an answer. */
static void say_no_logs(struct auditing *auditing)
{
    const struct cull_audit_counts *counts;
    size_t count = cull_audit_counts(auditing->audit, &counts);

    for (size_t i = 0; i < count; i++)
        if (!counts[i].is_log && counts[i].bytes > 0) {
            cull_say(
                "%s: not a log: no line begins as those of the kernel, auditd, journald or syslog "
                "do",
                counts[i].name);
            auditing->trouble = true;
        }
}

static int work(struct auditing *auditing, struct cull_error *reterr)
{
    struct learning learning = { 0 };
    int r = open_all(auditing, reterr);

    if (r == 0 && (auditing->profile_path != NULL || auditing->raw_path != NULL)) {
        r = cull_learn_begin(&learning, CULL_SUBJECT_CONTAINER,
                             auditing->container ? auditing->container : "the kernel's log",
                             reterr);
        auditing->record = learning.record;
    }
    if (r != 0)
        return r;
    auditing->started_ns = cull_learn_now_ns();
    cull_interrupt_catch();
    r = read_all(auditing, reterr);
    if (r == 0)
        r = cull_audit_show_end(auditing, reterr);
    if (r < 0)
        return r;
    say_no_logs(auditing);
    cull_audit_summarise(auditing);
    r = cull_audit_finish(auditing, reterr);
    return r < 0 ? r : auditing->trouble ? STATUS_TROUBLE : STATUS_YES;
}

static int run(const struct invocation *given, struct cull_error *reterr)
{
    struct auditing auditing = { .given = given };
    int r = given_options(&auditing);

    if (r == 0)
        r = check_outputs(&auditing, reterr);
    if (r == 0)
        r = work(&auditing, reterr);
    cull_audit_free(auditing.audit);
    cull_audit_groups_free(auditing.groups);
    cull_audit_who_free(auditing.who);
    cull_trace_processes_free(auditing.processes);
    cull_trace_free(auditing.trace);
    cull_record_free(auditing.denied);
    cull_record_free(auditing.record);
    cull_text_clear(&auditing.out);
    return r;
}

const struct command cull_command_audit = {
    .path = "audit",
    .synopsis = "[FILE...] [--since TIME] [--until TIME] [--container NAME] [--group]\n"
                "--follow [FILE...] [--for DURATION] [--container NAME] [--group] [--denied]",
    .brief = "the kernel's seccomp records: who, what, how often, and what is missing",
    .about =
        "Reads the records that the kernel writes when a filter logs, denies or kills, from what it "
        "still has or from log files (- is standard input; .gz, .xz and .zst are unpacked), and "
        "names the call, the program and the container. With --follow records are shown as they "
        "come, from the audit multicast group, which is not rate-limited; processes that end at "
        "once are told from a table in the kernel. What is known to be missing is said at the end. "
        "A record has no errno.\n\nExit status: 0, or 3 when a source could not be read.",
    .options =
        (const struct option[]){
            { .letter = 'f', .name = "follow", .help = "show records as they come, until Ctrl-C" },
            { .letter = 'c',
              .name = "container",
              .argument = "NAME",
              .complete = COMPLETE_CONTAINER,
              .help = "only of this one: its name, id, the beginning of its id, or namespace/pod" },
            { .name = "since",
              .argument = "TIME",
              .help = "not older: a time ago (10m, 2h), 21:26, \"2026-11-23 21:26:48\", or "
                      "@SECONDS" },
            { .name = "until", .argument = "TIME", .help = "not younger" },
            { .letter = 'g',
              .name = "group",
              .help =
                  "one line for each container, program, call and action, with its count, first, "
                  "last and rate; with --follow it is redrawn in place" },
            { .name = "for", .argument = "DURATION", .help = "end --follow then" },
            { .name = "source",
              .argument = "SOURCE",
              .complete = COMPLETE_WORDS,
              .words = "netlink kmsg journal",
              .help = "read this one: netlink, kmsg or journal" },
            { .name = "denied",
              .help =
                  "with --follow --container: also denials that are never logged, seen by eBPF" },
            { .name = "profile-out",
              .argument = "FILE",
              .complete = COMPLETE_FILE,
              .help = "write the profile that allows what was logged as allowed" },
            { .name = "raw",
              .argument = "FILE",
              .complete = COMPLETE_FILE,
              .help = "write it as a recording" },
            OPTION_OUTPUT,
            { 0 },
        },
    .examples =
        (const struct example[]){
            { "A rotated log and one from elsewhere, grouped",
              "syscull audit --group kern.log audit.log.gz", "files" },
            { "Live, with containers", "syscull audit --follow --for 1s", "root" },
            { "What did web do in the last ten minutes?",
              "syscull audit --container web --since 10m --group", "docker" },
            { "An audit-mode run becomes a profile",
              "syscull audit --follow --for 30s --container web --profile-out web.json", "docker" },
            { 0 },
        },
    .operand = COMPLETE_FILE,
    .run = run,
};
