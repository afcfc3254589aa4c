/* SPDX-License-Identifier: Apache-2.0 */
/* syscull profile check: what is wrong with a profile, and what is only odd. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "commands.h"
#include "given.h"
#include "view.h"

static const struct cull_column columns[] = {
    { "file", NULL, false },    { "line", NULL, false },     { "column", NULL, false },
    { "path", NULL, false },    { "severity", NULL, false }, { "code", NULL, false },
    { "message", NULL, false },
};

struct found {
    const char *file;
    struct cull_profile *profile; /* owns the strings of the findings; NULL: not readable */
    struct cull_finding *findings;
    size_t count;
    struct cull_error error; /* when it is no profile */
    size_t of[3];            /* how many of each severity */
};

static const char *const severities[] = {
    [CULL_NOTE] = "note", [CULL_WARNING] = "warning", [CULL_ERROR] = "error"
};

static void add_line(struct cull_view *view, const struct found *found,
                     const struct cull_finding *finding)
{
    static const enum tint tints[] = { TINT_PLAIN, TINT_WARN, TINT_BAD };
    const struct cull_place *place = &finding->place;
    char where[32] = "";

    if (place->line > 0)
        snprintf(where, sizeof where, ":%u:%u", place->line, place->column);
    cull_view_line(view, tints[finding->severity], "%s%s: %s: %s%s%s [%s]", found->file, where,
                   severities[finding->severity], place->path ? place->path : "",
                   place->path && *place->path ? ": " : "", finding->message, finding->code);
}

static void add_row(struct cull_view *view, const struct found *found,
                    const struct cull_finding *finding)
{
    cull_view_cell(view, found->file);
    cull_view_cell_number(view, finding->place.line);
    cull_view_cell_number(view, finding->place.column);
    cull_view_cell(view, finding->place.path);
    cull_view_cell(view, severities[finding->severity]);
    cull_view_cell(view, finding->code);
    cull_view_cell(view, finding->message);
}

/* What made a file unreadable is its one finding. */
static int find_error(struct found *ret, struct cull_error *reterr)
{
    const struct cull_error *error = &ret->error;

    ret->findings = calloc(1, sizeof *ret->findings);
    if (ret->findings == NULL)
        return cull_fail_memory(reterr);
    *ret->findings = (struct cull_finding){
        .severity = CULL_ERROR,
        .code = "malformed",
        .place = { .line = error->line, .column = error->column, .path = error->path },
        .message = error->message,
    };
    ret->count = 1;
    return 0;
}

/* Reading a file can go wrong because of what is in it: that is an answer. */
static bool is_answer(int code)
{
    return code == EINVAL || code == ENODATA || code == EILSEQ || code == EFBIG || code == EISDIR;
}

static int check(const char *file, const struct cull_target *target, struct found *ret,
                 struct cull_error *reterr)
{
    int r;

    ret->file = file;
    r = cull_given_profile(file, &ret->profile, &ret->error);
    if (r < 0 && !is_answer(-r)) {
        *reterr = ret->error;
        return r;
    }
    if (r < 0)
        r = find_error(ret, reterr);
    else
        r = cull_profile_check(ret->profile, target, &ret->findings, &ret->count, reterr);
    for (size_t i = 0; r == 0 && i < ret->count; i++)
        ret->of[ret->findings[i].severity]++;
    return r;
}

static void add_count(struct cull_text *text, size_t count, const char *what)
{
    if (count > 0)
        cull_text_add(text, "%s%zu %s%s", text->size > 0 ? ", " : "", count, what,
                      count == 1 ? "" : "s");
}

static void add_summary(struct cull_view *view, const struct found *found)
{
    const bool valid = found->of[CULL_ERROR] == 0;
    cull_auto_text counts = { 0 };

    add_count(&counts, found->of[CULL_ERROR], "error");
    add_count(&counts, found->of[CULL_WARNING], "warning");
    add_count(&counts, found->of[CULL_NOTE], "note");
    cull_view_line(view, valid ? TINT_GOOD : TINT_BAD, "%s: %s%s%s", found->file,
                   valid ? "valid" : "not valid", counts.size > 0 ? ": " : "",
                   counts.size > 0 ? counts.data : "");
}

static void add_files(struct cull_view *view, const struct found *founds, size_t count)
{
    cull_view_list(view, "files");
    for (size_t i = 0; i < count; i++) {
        cull_view_map(view, NULL);
        cull_view_string(view, "file", NULL, founds[i].file);
        cull_view_bool(view, "valid", NULL, founds[i].of[CULL_ERROR] == 0);
        cull_view_number(view, "errors", NULL, (int64_t)founds[i].of[CULL_ERROR]);
        cull_view_number(view, "warnings", NULL, (int64_t)founds[i].of[CULL_WARNING]);
        cull_view_number(view, "notes", NULL, (int64_t)founds[i].of[CULL_NOTE]);
        cull_view_end(view);
    }
    cull_view_end(view);
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < founds[i].count; j++)
            add_line(view, &founds[i], &founds[i].findings[j]);
    }
    cull_view_table(view, "findings", columns, sizeof columns / sizeof *columns);
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < founds[i].count; j++)
            add_row(view, &founds[i], &founds[i].findings[j]);
    }
    cull_view_table_end(view);
    for (size_t i = 0; i < count; i++)
        add_summary(view, &founds[i]);
}

static int print(const struct invocation *given, const struct found *founds, size_t count,
                 struct cull_error *reterr)
{
    cull_auto(view) view = NULL;
    const bool strict = cull_option(given, "strict") != NULL;
    int status = STATUS_YES, r;

    r = cull_view_new(&view, reterr);
    if (r < 0)
        return r;
    add_files(view, founds, count);
    for (size_t i = 0; i < count; i++) {
        if (founds[i].of[CULL_ERROR] > 0 || (strict && founds[i].of[CULL_WARNING] > 0))
            status = STATUS_NO;
    }
    r = cull_view_print(view, given->output, reterr);
    return r < 0 ? r : status;
}

static int run(const struct invocation *given, struct cull_error *reterr)
{
    cull_auto_memory struct found *founds = NULL;
    struct cull_target target;
    size_t count = given->operands_count;
    int r;

    r = cull_given_count(given, 1, SIZE_MAX, "at least one profile");
    if (r == 0)
        r = cull_given_target(given, &target, reterr);
    if (r != 0)
        return r;
    founds = calloc(count, sizeof *founds);
    if (founds == NULL)
        return cull_fail_memory(reterr);
    for (size_t i = 0; i < count && r == 0; i++)
        r = check(given->operands[i], &target, &founds[i], reterr);
    if (r == 0)
        r = print(given, founds, count, reterr);
    for (size_t i = 0; i < count; i++) {
        free(founds[i].findings);
        cull_profile_free(founds[i].profile);
    }
    return r;
}

const struct command cull_command_profile_check = {
    .path = "profile check",
    .synopsis = "FILE... [--strict] [--output FORMAT]",
    .brief = "errors and findings of a profile, with line, column and path",
    .about = "Reads profiles (OCI, Docker, Kubernetes; JSON or YAML; - is standard input) as "
             "strictly as the strictest runtime does, and says what each reader would refuse, "
             "silently ignore or take for something else.\n\nExit status 1: there is an error, or, "
             "with --strict, a warning.",
    .options =
        (const struct option[]){
            { .name = "strict", .help = "warnings count as errors do" },
            OPTION_ARCH("the machine's architecture (default: this one)"),
            OPTION_CAPS,
            OPTION_KERNEL,
            OPTION_OUTPUT,
            { 0 },
        },
    .examples =
        (const struct example[]){
            { "Is it right?", "syscull profile check web.json", "files" },
            { "What Docker applies by default, too", "syscull profile check runtime-default",
              NULL },
            { "For a pipeline: no warning is let through",
              "syscull profile check --strict --output jsonl web.json", "files" },
            { 0 },
        },
    .operand = COMPLETE_PROFILE,
    .run = run,
};
