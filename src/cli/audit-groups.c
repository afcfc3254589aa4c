/* SPDX-License-Identifier: Apache-2.0 */
/* What happened how often: a table that grows in place on a terminal. */
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "audit.h"
#include "view.h"

static const struct cull_column columns[] = {
    { "container", "CONTAINER", false },
    { NULL, "PROGRAM", false },
    { "exe", NULL, false },
    { "comm", NULL, false },
    { NULL, "SYSCALL", false },
    { "syscall", NULL, false },
    { "arch", NULL, false },
    { "nr", NULL, true },
    { "action", "ACTION", false },
    { "count", "COUNT", true },
    { NULL, "FIRST", false },
    { NULL, "LAST", false },
    { "firstMs", NULL, true },
    { "lastMs", NULL, true },
    { "perSecond", "RATE", true },
};

/* Records in a second, between the first and the last of them. */
static void add_rate(struct cull_text *text, const struct cull_audit_group *group)
{
    double seconds = (double)(group->last_ms - group->first_ms) / 1000;

    if (group->count < 2 || seconds <= 0)
        cull_text_add(text, "-");
    else
        cull_text_add(text, "%.*f/s", (double)(group->count - 1) / seconds < 10 ? 1 : 0,
                      (double)(group->count - 1) / seconds);
}

static void add_group(struct cull_view *view, const struct auditing *auditing,
                      const struct cull_audit_group *group)
{
    const struct cull_audit_record like = { .audit = group->audit,
                                            .nr = group->nr,
                                            .code = group->code };
    cull_auto_text container = { 0 }, call = { 0 }, first = { 0 }, last = { 0 }, rate = { 0 };
    cull_auto_text program = { 0 };
    enum cull_arch arch;

    cull_audit_add_container(&container, group->container, group->is_known);
    cull_audit_add_call(&call, group->audit, group->nr);
    cull_audit_add_time(&first, group->first_ms, auditing->now_ms);
    cull_audit_add_time(&last, group->last_ms, auditing->now_ms);
    add_rate(&rate, group);
    cull_text_add_clean(
        &program, *group->exe != '\0' && strcmp(group->exe, "/") != 0 ? group->exe : group->comm);
    cull_view_cell(view, container.data);
    cull_view_cell(view, program.data);
    cull_view_cell(view, group->exe);
    cull_view_cell(view, group->comm);
    cull_view_cell(view, call.data);
    cull_view_cell(view, cull_audit_syscall(&like));
    cull_view_cell(view, cull_audit_arch(&like, &arch) == 0 ? cull_arch_info(arch)->name : NULL);
    cull_view_cell_number(view, group->nr);
    cull_view_cell(view, cull_audit_outcome(&like));
    cull_view_cell_number(view, (int64_t)group->count);
    cull_view_cell(view, first.data);
    cull_view_cell(view, last.data);
    cull_view_cell_number(view, group->first_ms);
    cull_view_cell_number(view, group->last_ms);
    cull_view_cell(view, rate.data);
}

/* The rows that fit on the terminal: the last ones. */
static size_t rows_that_fit(size_t count)
{
    struct winsize size;

    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) < 0 || size.ws_row < 4)
        return count;
    return count < (size_t)size.ws_row - 3 ? count : (size_t)size.ws_row - 3;
}

int cull_audit_draw_groups(struct auditing *auditing, bool last, struct cull_error *reterr)
{
    const bool in_place = auditing->given->output == OUTPUT_TEXT && isatty(STDOUT_FILENO);
    const struct cull_audit_group *const *list;
    size_t count = cull_audit_groups_list(auditing->groups, &list), first = 0;
    cull_auto(view) view = NULL;
    int r;

    if (!last && (!in_place || count == 0))
        return 0;
    r = cull_view_new(&view, reterr);
    if (r < 0)
        return r;
    if (!last)
        first = count - rows_that_fit(count);
    cull_view_table(view, "groups", columns, sizeof columns / sizeof *columns);
    for (size_t i = first; i < count; i++)
        add_group(view, auditing, list[i]);
    cull_view_table_end(view);
    if (auditing->drawn > 0) /* up to where the last one began, and clear from there */
        dprintf(STDOUT_FILENO, "\033[%uA\033[J", auditing->drawn);
    auditing->drawn = in_place ? (unsigned)(count - first) + 1 : 0;
    if (count == 0 && auditing->given->output == OUTPUT_TEXT)
        return 0;
    return cull_view_print(view, auditing->given->output, reterr);
}
