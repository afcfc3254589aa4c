/* SPDX-License-Identifier: Apache-2.0 */
/* syscull syscall: what a number or a name is, here and elsewhere. */
#include <ctype.h>
#include <string.h>

#include "card.h"
#include "commands.h"
#include "given.h"

static void add_card(struct cull_view *view, size_t id)
{
    cull_card_fill(view, id);
    cull_card_numbers(view, id);
}

static int say_unknown_name(const char *name)
{
    const char *nearest = cull_syscall_nearest(name);

    if (nearest != NULL)
        cull_say("unknown system call \"%s\", did you mean \"%s\"?", name, nearest);
    else
        cull_say("unknown system call \"%s\": syscull syscall --names lists those up to Linux %s",
                 name, cull_table_kernel());
    return STATUS_NO;
}

/* What the same number means on other architectures: the reason why profiles have names. */
static void add_elsewhere(struct cull_view *view, enum cull_arch arch, uint32_t nr, size_t id)
{
    cull_auto_text text = { 0 };
    bool done[CULL_ARCH_COUNT] = { false };
    size_t other, same;

    for (unsigned i = 0; i < CULL_ARCH_COUNT; i++) {
        if (i == arch || done[i] || cull_syscall_by_nr((enum cull_arch)i, nr, &other) < 0 ||
            other == id)
            continue;
        cull_text_add(&text, "%s%s on %s", text.size > 0 ? ", " : "",
                      cull_syscall_info(other)->name, cull_arch_info((enum cull_arch)i)->name);
        for (unsigned j = i + 1; j < CULL_ARCH_COUNT; j++) {
            if (cull_syscall_by_nr((enum cull_arch)j, nr, &same) < 0 || same != other)
                continue;
            cull_text_add(&text, "/%s", cull_arch_info((enum cull_arch)j)->name);
            done[j] = true;
        }
    }
    if (text.size > 0)
        cull_view_format(view, NULL, "but", "%u is %s", nr, text.data);
}

static int by_number(const struct invocation *given, const char *text, enum cull_arch arch,
                     struct cull_view *view)
{
    const bool only_name = cull_option(given, "arch") != NULL;
    uint64_t nr;
    size_t id;

    if (cull_parse_u64(text, &nr) < 0 || nr > UINT32_MAX)
        return cull_say_usage(given->command, "\"%s\" is no system call number", text);
    if (!only_name) /* bit 30 says x32 */
        cull_arch_by_call(cull_arch_info(arch)->audit, (uint32_t)nr, &arch);
    if (cull_syscall_by_nr(arch, (uint32_t)nr, &id) < 0) {
        cull_say("%s has no system call %s: the last is %u (Linux %s)", cull_arch_info(arch)->name,
                 text, cull_syscall_max_nr(arch), cull_table_kernel());
        return STATUS_NO;
    }
    if (only_name && given->output == OUTPUT_TEXT) {
        cull_view_line(view, TINT_PLAIN, "%s", cull_syscall_info(id)->name);
        return STATUS_YES;
    }
    cull_card_fill(view, id);
    add_elsewhere(view, arch, (uint32_t)nr, id);
    cull_card_numbers(view, id);
    return STATUS_YES;
}

static int by_name(const struct invocation *given, const char *name, enum cull_arch arch,
                   struct cull_view *view)
{
    uint32_t nr;
    size_t id;

    if (cull_syscall_by_name(name, &id) < 0)
        return say_unknown_name(name);
    if (cull_option(given, "arch") == NULL) {
        add_card(view, id);
        return STATUS_YES;
    }
    if (cull_syscall_nr(id, arch, &nr) < 0) {
        cull_say("%s has no %s", cull_arch_info(arch)->name, name);
        return STATUS_NO;
    }
    if (given->output == OUTPUT_TEXT)
        cull_view_line(view, TINT_PLAIN, "%u", nr);
    else
        add_card(view, id);
    return STATUS_YES;
}

static int check_group(const struct invocation *given, const char *group)
{
    const char *names[64], *nearest;
    size_t count = cull_group_count() < 64 ? cull_group_count() : 64;

    for (size_t i = 0; i < count; i++) {
        names[i] = cull_group_info(i)->name;
        if (group == NULL || strcmp(names[i], group) == 0)
            return 0;
    }
    nearest = cull_text_nearest(group, names, count);
    return cull_say_usage(given->command, "unknown group \"%s\"%s%s%s", group,
                          nearest ? ", did you mean \"" : "", nearest ? nearest : "",
                          nearest ? "\"?" : "");
}

static int list(const struct invocation *given, enum cull_arch arch, struct cull_view *view)
{
    static const struct cull_column columns[] = {
        { "number", "NUMBER", true },       { "name", "NAME", false },
        { "since", "SINCE", false },        { "group", "GROUP", false },
        { "brief", "WHAT IT DOES", false },
    };
    const char *group = cull_option_value(given, "group");
    const bool names = cull_option(given, "names") != NULL;

    if (check_group(given, group) != 0)
        return STATUS_USAGE;
    if (!names)
        cull_view_table(view, "syscalls", columns, 5);
    for (size_t id = 0; id < cull_syscall_count(); id++) {
        const struct cull_syscall *call = cull_syscall_info(id);
        uint32_t nr;

        if ((group != NULL && strcmp(call->group, group) != 0) ||
            cull_syscall_nr(id, arch, &nr) < 0)
            continue;
        if (names) {
            cull_view_line(view, TINT_PLAIN, "%s", call->name);
            continue;
        }
        cull_view_cell_number(view, nr);
        cull_view_cell(view, call->name);
        cull_view_cell(view, call->since);
        cull_view_cell(view, call->group);
        cull_view_cell(view, call->brief);
    }
    if (!names)
        cull_view_table_end(view);
    return STATUS_YES;
}

static int run(const struct invocation *given, struct cull_error *reterr)
{
    cull_auto(view) view = NULL;
    enum cull_arch arch = cull_arch_native();
    const char *what = given->operands[0];
    int r, status;

    r = cull_given_count(given, 0, 1, "one number or name");
    if (r == 0)
        r = cull_given_arch(given, &arch);
    if (r != 0)
        return r;
    if (what != NULL && (cull_option(given, "group") || cull_option(given, "names")))
        return cull_say_usage(given->command,
                              "--group and --names are for the list: leave \"%s\" out", what);
    if (cull_option(given, "names") && given->output != OUTPUT_TEXT)
        return cull_say_usage(given->command, "--names is text: leave --output or --names out");
    r = cull_view_new(&view, reterr);
    if (r < 0)
        return r;
    if (what == NULL)
        status = list(given, arch, view);
    else if (isdigit((unsigned char)*what))
        status = by_number(given, what, arch, view);
    else
        status = by_name(given, what, arch, view);
    if (status != STATUS_YES)
        return status;
    return cull_view_print(view, given->output, reterr);
}

const struct command cull_command_syscall = {
    .path = "syscall",
    .synopsis = "NUMBER|NAME [--arch ARCH] [--output FORMAT]\n"
                "[--arch ARCH] [--group GROUP] [--names]",
    .brief = "what a system call number or name is",
    .about = "Shows a system call: what it does, its number on every architecture, and the kernel "
             "that brought it. A number is one of this machine's. With --arch, a name "
             "gives its number there and a number gives its name. Without an argument all are "
             "listed.\n\nExit status 1: no such system call.",
    .options =
        (const struct option[]){
            OPTION_ARCH("an architecture, as x86_64, arm64 or SCMP_ARCH_S390X"),
            { .letter = 'g',
              .name = "group",
              .argument = "GROUP",
              .complete = COMPLETE_GROUP,
              .help = "list those of one group, as network" },
            { .name = "names", .help = "list the names alone, one a line" },
            OPTION_OUTPUT,
            { 0 },
        },
    .examples =
        (const struct example[]){
            { "What is 35?", "syscull syscall 35", NULL },
            { "Which number has it on 64-bit ARM?", "syscull syscall nanosleep --arch aarch64",
              NULL },
            { "What is there for networks?", "syscull syscall --group network", NULL },
            { 0 },
        },
    .operand = COMPLETE_SYSCALL,
    .run = run,
};
