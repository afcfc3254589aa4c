/* SPDX-License-Identifier: Apache-2.0 */
/* A record's parts in words, for tables. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "audit.h"

void cull_audit_add_container(struct cull_text *text, const struct cull_container *container,
                              bool is_known)
{
    if (container == NULL)
        cull_text_add(text, "%s", is_known ? "-" : "?");
    else if (container->pod_name != NULL)
        cull_text_add(
            text, "%s/%s:%s", container->pod_namespace != NULL ? container->pod_namespace : "?",
            container->pod_name, container->pod_container != NULL ? container->pod_container : "?");
    else if (container->name != NULL)
        cull_text_add(text, "%s", container->name);
    else
        cull_text_add(text, "%.12s", container->id != NULL ? container->id : "?");
}

void cull_audit_add_call(struct cull_text *text, uint32_t audit, uint32_t nr)
{
    enum cull_arch arch;
    size_t id;

    if (cull_arch_by_call(audit, nr, &arch) < 0) {
        cull_text_add(text, "number %u (arch 0x%x)", nr, audit);
        return;
    }
    if (cull_syscall_by_nr(arch, nr, &id) < 0)
        cull_text_add(text, "number %d (%s)", (int)nr, cull_arch_info(arch)->name);
    else if (arch == cull_arch_native())
        cull_text_add(text, "%s (%u)", cull_syscall_info(id)->name, nr);
    else
        cull_text_add(text, "%s (%u, %s)", cull_syscall_info(id)->name, nr,
                      cull_arch_info(arch)->name);
}

void cull_audit_add_time(struct cull_text *text, int64_t time_ms, int64_t now_ms)
{
    time_t seconds = (time_t)(time_ms / 1000), now = (time_t)(now_ms / 1000);
    struct tm when, today;
    char words[64];

    if (time_ms == 0) {
        cull_text_add(text, "-");
        return;
    }
    localtime_r(&seconds, &when);
    localtime_r(&now, &today);
    strftime(words, sizeof words,
             when.tm_yday == today.tm_yday && when.tm_year == today.tm_year ? "%H:%M:%S"
                                                                            : "%Y-%m-%d %H:%M:%S",
             &when);
    cull_text_add(text, "%s", words);
}
