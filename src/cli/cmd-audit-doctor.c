/* SPDX-License-Identifier: Apache-2.0 */
/* syscull audit doctor: why do I see nothing? */
#include <syscull/audit.h>

#include "commands.h"
#include "given.h"
#include "view.h"

static const struct cull_column columns[] = {
    { "severity", NULL, false },
    { "code", NULL, false },
    { "what", NULL, false },
    { "advice", NULL, false },
};

static const struct {
    const char *word, *mark;
    enum tint tint;
} severities[] = {
    [CULL_AUDIT_GOOD] = { "good", "ok     ", TINT_GOOD },
    [CULL_AUDIT_NOTE] = { "note", "note   ", TINT_WARN },
    [CULL_AUDIT_TROUBLE] = { "trouble", "trouble", TINT_BAD },
};

static void fill(struct cull_view *view, const struct cull_audit_finding *list, size_t count,
                 enum output output)
{
    if (output == OUTPUT_TEXT) {
        for (size_t i = 0; i < count; i++) {
            cull_view_line(view, severities[list[i].severity].tint, "%s  %s",
                           severities[list[i].severity].mark, list[i].what);
            if (list[i].advice != NULL)
                cull_view_line(view, TINT_PLAIN, "         -> %s", list[i].advice);
        }
        return;
    }
    cull_view_table(view, "findings", columns, sizeof columns / sizeof *columns);
    for (size_t i = 0; i < count; i++) {
        cull_view_cell(view, severities[list[i].severity].word);
        cull_view_cell(view, list[i].code);
        cull_view_cell(view, list[i].what);
        cull_view_cell(view, list[i].advice);
    }
    cull_view_table_end(view);
}

static int run(const struct invocation *given, struct cull_error *reterr)
{
    cull_auto(arena) arena = cull_arena_new();
    const struct cull_audit_finding *list;
    cull_auto(view) view = NULL;
    bool troubled = false;
    size_t count;
    int r;

    r = cull_given_count(given, 0, 0, "no arguments");
    if (r != 0)
        return r;
    if (arena == NULL)
        return cull_fail_memory(reterr);
    r = cull_audit_examine(arena, getenv("PATH"), &list, &count, reterr);
    if (r == 0)
        r = cull_view_new(&view, reterr);
    if (r < 0)
        return r;
    fill(view, list, count, given->output);
    for (size_t i = 0; i < count; i++)
        troubled = troubled || list[i].severity == CULL_AUDIT_TROUBLE;
    r = cull_view_print(view, given->output, reterr);
    return r < 0 ? r : troubled ? STATUS_NO : STATUS_YES;
}

const struct command cull_command_audit_doctor = {
    .path = "audit doctor",
    .synopsis = "[--output FORMAT]",
    .brief = "why is nothing seen? which records exist, where they go, what is dropped",
    .about =
        "Looks at what the kernel logs (actions_logged, audit, its rules and limits), at where "
        "records go and what each way drops, and at what this user may read; says what to "
        "change. Changes nothing.\n\nExit status: 0, or 1 when something is in the way.",
    .options = (const struct option[]){ OPTION_OUTPUT, { 0 } },
    .examples =
        (const struct example[]){
            { "Why do I see nothing?", "syscull audit doctor || true", NULL },
            { 0 },
        },
    .run = run,
};
