/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "given.h"
#include "learn.h"

#define TICK_MS 100
#define TICKS_PER_PROGRESS 10

uint64_t cull_learn_now_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

int cull_learn_begin(struct learning *learning, enum cull_subject subject, const char *name,
                     struct cull_error *reterr)
{
    struct cull_record *record;
    struct utsname host;
    int r;

    r = cull_record_new(&learning->record, reterr);
    if (r < 0)
        return r;
    uname(&host);
    record = learning->record;
    record->subject = subject;
    record->name = strdup(name);
    record->machine = strdup(host.machine);
    record->kernel = strdup(host.release);
    record->tool = strdup("syscull " SYSCULL_VERSION);
    record->started_at = time(NULL);
    learning->started_ns = cull_learn_now_ns();
    if (!record->name || !record->machine || !record->kernel || !record->tool)
        return cull_fail_memory(reterr);
    return 0;
}

int cull_learn_ended(struct cull_record *record, struct cull_error *reterr, const char *format, ...)
{
    cull_auto_text text = { 0 };
    va_list arguments;

    if (record->ended != NULL)
        cull_text_add(&text, "%s; ", record->ended);
    va_start(arguments, format);
    cull_text_vadd(&text, format, arguments);
    va_end(arguments);
    if (!cull_text_ok(&text))
        return cull_fail_memory(reterr);
    free(record->ended);
    record->ended = TAKE(text.data);
    return 0;
}

static size_t distinct(const struct cull_record *record)
{
    return cull_record_distinct(record, CULL_PHASE_APP);
}

static void show_progress(struct learning *learning)
{
    if (cull_trace_collect(learning->trace, learning->record, NULL) < 0)
        return; /* the last collection reports */
    fprintf(stderr, "\r\033[Krecording: %zu system calls, %llu tasks, %llu s (Ctrl-C ends it)",
            distinct(learning->record), (unsigned long long)learning->record->tasks,
            (unsigned long long)((cull_learn_now_ns() - learning->started_ns) / 1000000000));
}

struct watch {
    unsigned patience_ms; /* how long nobody must be alive for it to be over */
    uint64_t empty_since_ns;
};

/* The container may be started again, and then goes on. */
static bool has_ended(struct watch *watch, uint64_t alive, uint64_t now)
{
    if (alive > 0)
        watch->empty_since_ns = 0;
    else if (watch->empty_since_ns == 0)
        watch->empty_since_ns = now;
    return alive == 0 && now - watch->empty_since_ns >= (uint64_t)watch->patience_ms * 1000000;
}

/* True when it is over; then the reason is in the record. */
static int is_over(struct learning *learning, struct watch *watch, bool *ret,
                   struct cull_error *reterr)
{
    const bool is_container = learning->record->subject == CULL_SUBJECT_CONTAINER;
    const uint64_t now = cull_learn_now_ns();
    struct cull_trace_status status;
    char name[32];

    cull_trace_status(learning->trace, &status);
    *ret = true;
    if (cull_interrupt_signal() != 0)
        return cull_learn_ended(learning->record, reterr, "ended by %s",
                                cull_signal_name(cull_interrupt_signal(), name, sizeof name));
    if (learning->limit_ns > 0 && now - learning->started_ns >= learning->limit_ns)
        return cull_learn_ended(learning->record, reterr, "the time asked for was over");
    if (has_ended(watch, status.alive, now))
        return cull_learn_ended(learning->record, reterr,
                                is_container ? "the container stopped" : "its last task ended");
    *ret = false;
    return 0;
}

int cull_learn_watch(struct learning *learning, unsigned patience_ms, struct cull_error *reterr)
{
    const bool terminal = isatty(STDERR_FILENO);
    struct watch watch = { .patience_ms = patience_ms };
    bool over = false;
    int r = 0;

    for (unsigned tick = 0; !over && r == 0; tick++) {
        if (terminal && tick % TICKS_PER_PROGRESS == 0)
            show_progress(learning);
        poll(NULL, 0, TICK_MS); /* a signal ends the wait */
        r = is_over(learning, &watch, &over, reterr);
    }
    if (terminal)
        fprintf(stderr, "\r\033[K");
    return r;
}

static void add_denied(const struct cull_record *record, struct cull_text *text)
{
    for (size_t i = 0; i < record->calls_count; i++) {
        const struct cull_record_call *call = &record->calls[i];
        const char *error = NULL;
        size_t id;

        if (call->denied == 0)
            continue;
        if (call->denied_result < 0)
            error = cull_errno_name((unsigned)-call->denied_result);
        cull_text_add(text, "%s", text->size > 0 ? ", " : "");
        if (cull_syscall_by_nr(call->arch, call->nr, &id) == 0)
            cull_text_add(text, "%s", cull_syscall_info(id)->name);
        else
            cull_text_add(text, "%s %u", cull_arch_info(call->arch)->name, call->nr);
        if (error != NULL)
            cull_text_add(text, " (%s)", error);
    }
}

static void say_losses(const struct cull_record_losses *losses)
{
    cull_say("something was lost, so the profile may lack calls: %llu calls and %llu first callers "
             "found no room, %llu runs were skipped by the kernel, %llu tasks were not followed: "
             "record again",
             (unsigned long long)losses->map_full, (unsigned long long)losses->first_lost,
             (unsigned long long)losses->missed_runs, (unsigned long long)losses->tasks_untracked);
}

void cull_text_add_duration(struct cull_text *text, uint64_t ns)
{
    if (ns < 1000000000)
        cull_text_add(text, "%llu ms", (unsigned long long)(ns / 1000000));
    else
        cull_text_add(text, "%.1f s", (double)ns / 1e9);
}

static void report(const struct learning *learning)
{
    const struct cull_record *record = learning->record;
    cull_auto_text denied = { 0 }, duration = { 0 };

    cull_text_add_duration(&duration, record->duration_ns);
    cull_say("recorded %zu system calls of %llu task%s in %s, %s: %s", distinct(record),
             (unsigned long long)record->tasks, record->tasks == 1 ? "" : "s", duration.data,
             cull_record_is_lossless(record) ? "nothing was lost" : "with losses",
             record->ended ? record->ended : "");
    add_denied(record, &denied);
    if (denied.size > 0)
        cull_say("refused by a filter while recording: %s", denied.data);
    if (!record->start_seen)
        cull_say("it ran before the recording began: what it called only then was not seen");
    if (!cull_record_is_lossless(record))
        say_losses(&record->losses);
}

int cull_learn_profile(const struct cull_record *record, const char *path,
                       const struct cull_generate_options *options, struct cull_error *reterr)
{
    cull_auto(profile) profile = NULL;
    struct cull_generate_report found = { 0 };
    int r;

    r = cull_generate_profile(record, options, &profile, &found, reterr);
    if (r == 0)
        r = cull_output_profile(profile, path, reterr);
    if (r < 0)
        return r;
    cull_say("%s%sallows %zu of %zu system calls: %zu were called, %zu %s",
             path && strcmp(path, "-") != 0 ? path : "the profile", ": ", found.allowed,
             found.known, found.called, found.added,
             options->for_container || record->subject == CULL_SUBJECT_CONTAINER
                 ? "are what runtimes need"
                 : "go with them");
    if (found.startup > 0)
        cull_say(
            "%zu more are a guess at what it calls while it starts, which was not seen; for an "
            "exact profile restart it while it is recorded, or use --wait",
            found.startup);
    if (found.unnamed > 0)
        cull_say("%zu calls have numbers that no name is known for: a profile cannot allow them",
                 found.unnamed);
    return 0;
}

static int write_raw(const struct learning *learning, struct cull_error *reterr)
{
    cull_auto_text text = { 0 };
    int r;

    r = cull_record_print(learning->record, &text, reterr);
    if (r < 0)
        return r;
    return cull_file_write(learning->raw_path, text.data, text.size, 0644, reterr);
}

int cull_learn_finish(struct learning *learning, struct cull_error *reterr)
{
    struct cull_generate_options options = { .for_container = learning->for_container,
                                             .default_action = CULL_ACT_ERRNO };
    int r;

    r = cull_trace_collect(learning->trace, learning->record, reterr);
    if (r < 0)
        return r;
    report(learning);
    /* Both are tried: a full disk under one of them must not cost the other. */
    if (learning->raw_path != NULL)
        r = write_raw(learning, reterr);
    if (learning->profile_path != NULL) {
        struct cull_error error = { 0 };
        int again = cull_learn_profile(learning->record, learning->profile_path, &options, &error);

        if (again < 0 && r < 0)
            cull_say_error(&error);
        else if (again < 0 && reterr != NULL)
            *reterr = error;
        r = r < 0 ? r : again;
    }
    return r;
}
