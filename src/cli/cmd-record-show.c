/* SPDX-License-Identifier: Apache-2.0 */
/* syscull record show: a recording for people. */
#include <stdio.h>
#include <time.h>

#include "commands.h"
#include "given.h"
#include "learn.h"
#include "view.h"

static const struct cull_column columns[] = {
    { "arch", NULL, false },     { "number", NULL, false },  { "name", "CALL", false },
    { "phase", "BY", false },    { "count", "COUNT", true }, { "denied", "REFUSED", true },
    { "result", "WITH", false }, { "comm", NULL, false },    { "exe", "FIRST", false },
};

static void add_row(struct cull_view *view, const struct cull_record_call *call)
{
    const struct cull_first *first = call->count > 0 ? &call->first : &call->first_denied;
    const char *error = NULL;
    char name[64];
    size_t id;

    if (cull_syscall_by_nr(call->arch, call->nr, &id) == 0 && call->arch == cull_arch_native())
        snprintf(name, sizeof name, "%s", cull_syscall_info(id)->name);
    else if (cull_syscall_by_nr(call->arch, call->nr, &id) == 0)
        snprintf(name, sizeof name, "%s (%s)", cull_syscall_info(id)->name,
                 cull_arch_info(call->arch)->name);
    else
        snprintf(name, sizeof name, "%u (%s)", call->nr, cull_arch_info(call->arch)->name);
    if (call->denied > 0 && call->denied_result < 0)
        error = cull_errno_name((unsigned)-call->denied_result);
    cull_view_cell(view, cull_arch_info(call->arch)->name);
    cull_view_cell_number(view, call->nr);
    cull_view_cell(view, name);
    cull_view_cell(view, call->phase == CULL_PHASE_RUNTIME ? "runtime" : "program");
    cull_view_cell_number(view, (int64_t)call->count);
    cull_view_cell_number(view, (int64_t)call->denied);
    cull_view_cell(view, call->denied == 0 ? "" : error ? error : "killed or trapped");
    cull_view_cell(view, first->comm);
    cull_view_cell(view, *first->exe ? first->exe : first->comm);
}

static void add_start(struct cull_view *view, const struct cull_record *record)
{
    time_t started = (time_t)record->started_at;
    cull_auto_text duration = { 0 };
    char text[64] = "?";
    struct tm when;

    if (gmtime_r(&started, &when) != NULL)
        strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &when);
    cull_view_string(view, "started", "started", text);
    cull_text_add_duration(&duration, record->duration_ns);
    cull_view_string(view, NULL, "duration", duration.data);
    cull_view_number(view, "durationNs", NULL, (int64_t)record->duration_ns);
    cull_view_bool(view, "startSeen", NULL, record->start_seen);
    cull_view_string(view, NULL, "start",
                     record->start_seen
                         ? "seen: from its first call on"
                         : "not seen: what it called only when it started is not here");
}

static void add_losses(struct cull_view *view, const struct cull_record *record)
{
    const struct cull_record_losses *losses = &record->losses;

    cull_view_bool(view, "lossless", NULL, cull_record_is_lossless(record));
    if (cull_record_is_lossless(record))
        cull_view_string(view, NULL, "lost", "nothing");
    else
        cull_view_format(
            view, NULL, "lost", "%llu calls, %llu runs, %llu tasks, %llu first callers",
            (unsigned long long)losses->map_full, (unsigned long long)losses->missed_runs,
            (unsigned long long)losses->tasks_untracked, (unsigned long long)losses->first_lost);
}

static void fill(struct cull_view *view, const struct cull_record *record)
{
    const bool is_command = record->subject == CULL_SUBJECT_COMMAND;

    cull_view_string(view, is_command ? "command" : "container",
                     is_command ? "command" : "container", record->name);
    cull_view_string(view, "engine", record->engine ? "engine" : NULL, record->engine);
    cull_view_string(view, "runtime", record->runtime ? "runtime" : NULL, record->runtime);
    cull_view_string(view, "image", record->image ? "image" : NULL, record->image);
    cull_view_string(view, "id", record->container_id ? "id" : NULL, record->container_id);
    cull_view_string(view, "machine", "machine", record->machine);
    cull_view_string(view, "kernel", "kernel", record->kernel);
    add_start(view, record);
    cull_view_string(view, "ended", record->ended ? "ended" : NULL, record->ended);
    cull_view_number(view, "recordings", record->runs > 1 ? "recordings" : NULL,
                     (int64_t)record->runs);
    cull_view_number(view, "tasks", "tasks", (int64_t)record->tasks);
    cull_view_bool(view, "filterInForce", record->filter_in_force ? "filter in force" : NULL,
                   record->filter_in_force);
    add_losses(view, record);
    cull_view_number(view, "distinct", "system calls",
                     (int64_t)cull_record_distinct(record, CULL_PHASE_APP));
    cull_view_line(view, TINT_PLAIN, "%s", "");
    cull_view_table(view, "calls", columns, sizeof columns / sizeof *columns);
    for (size_t i = 0; i < record->calls_count; i++)
        add_row(view, &record->calls[i]);
    cull_view_table_end(view);
}

static int run(const struct invocation *given, struct cull_error *reterr)
{
    cull_auto(record) record = NULL;
    cull_auto(view) view = NULL;
    int r;

    r = cull_given_count(given, 1, 1, "one recording");
    if (r == 0)
        r = cull_record_load(given->operands[0], &record, reterr);
    if (r == 0)
        r = cull_view_new(&view, reterr);
    if (r != 0)
        return r;
    fill(view, record);
    return cull_view_print(view, given->output, reterr);
}

const struct command cull_command_record_show = {
    .path = "record show",
    .synopsis = "FILE [--output FORMAT]",
    .brief = "a recording for people: who called what first, how often",
    .about =
        "Shows a recording made by record --raw: its subject, how it began and ended, what was "
        "lost, and each system call with its count, its refusals and the program that called "
        "it first.",
    .options = (const struct option[]){ OPTION_OUTPUT, { 0 } },
    .examples =
        (const struct example[]){
            { "Who called what?", "syscull record show a.rec", "files" },
            { "For a script: a call a line", "syscull record show a.rec --output jsonl", "files" },
            { 0 },
        },
    .operand = COMPLETE_FILE,
    .run = run,
};
