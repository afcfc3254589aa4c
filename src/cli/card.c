/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "card.h"

static void add_number(struct cull_text *text, enum cull_arch arch, uint32_t nr)
{
    /* Bit 30 makes a decimal number unreadable. */
    cull_text_add(text, arch == CULL_ARCH_X32 ? " 0x%x" : " %u", nr);
}

/* "x86_64 35": this machine first, and architectures that share a number share a place. */
static void add_numbers(struct cull_text *text, size_t id)
{
    bool done[CULL_ARCH_COUNT] = { false };

    for (unsigned step = 0; step <= CULL_ARCH_COUNT; step++) {
        enum cull_arch arch = step == 0 ? cull_arch_native() : (enum cull_arch)(step - 1);
        uint32_t nr, other;

        if (done[arch] || cull_syscall_nr(id, arch, &nr) < 0)
            continue;
        cull_text_add(text, "%s%s", text->size > 0 ? ", " : "", cull_arch_info(arch)->name);
        for (unsigned i = 0; i < CULL_ARCH_COUNT && step > 0; i++) {
            if (i == arch || done[i] || cull_syscall_nr(id, (enum cull_arch)i, &other) < 0 ||
                other != nr)
                continue;
            cull_text_add(text, "/%s", cull_arch_info((enum cull_arch)i)->name);
            done[i] = true;
        }
        add_number(text, arch, nr);
        done[arch] = true;
    }
}

static const char *group_brief(const char *name)
{
    for (size_t i = 0; i < cull_group_count(); i++) {
        if (strcmp(cull_group_info(i)->name, name) == 0)
            return cull_group_info(i)->brief;
    }
    return "";
}

void cull_card_fill(struct cull_view *view, size_t id)
{
    const struct cull_syscall *call = cull_syscall_info(id);
    cull_auto_text numbers = { 0 };

    cull_view_line(view, TINT_STRONG, "%s: %s", call->name, call->brief);
    cull_view_string(view, "name", NULL, call->name);
    cull_view_string(view, "brief", NULL, call->brief);
    add_numbers(&numbers, id);
    cull_view_string(view, NULL, "number",
                     numbers.data ? numbers.data : "none of any architecture");
    if (call->since != NULL)
        cull_view_format(view, NULL, "since", "Linux %s", call->since);
    cull_view_string(view, "since", NULL, call->since);
    cull_view_format(view, NULL, "group", "%s: %s", call->group, group_brief(call->group));
    cull_view_string(view, "group", NULL, call->group);
}

void cull_card_numbers(struct cull_view *view, size_t id)
{
    uint32_t nr;

    cull_view_map(view, "numbers");
    for (int i = 0; i < CULL_ARCH_COUNT; i++) {
        if (cull_syscall_nr(id, (enum cull_arch)i, &nr) == 0)
            cull_view_number(view, cull_arch_info((enum cull_arch)i)->name, NULL, nr);
    }
    cull_view_end(view);
}
