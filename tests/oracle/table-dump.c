/* SPDX-License-Identifier: Apache-2.0 */
/* Print every number of the table, one a line, for a test to compare: kind, where, number, name. */
#include <stdio.h>
#include <syscull/table.h>

int main(void)
{
    printf("kernel - 0 %s\n", cull_table_kernel());
    printf("native - 0 %s\n", cull_arch_info(cull_arch_native())->name);
    for (enum cull_arch arch = 0; arch < CULL_ARCH_COUNT; arch++) {
        const struct cull_arch_info *info = cull_arch_info(arch);

        printf("arch - %u %s\n", info->audit, info->name);
        for (size_t id = 0; id < cull_syscall_count(); id++) {
            uint32_t nr;

            if (cull_syscall_nr(id, arch, &nr) == 0)
                printf("syscall %s %u %s\n", info->name, nr, cull_syscall_info(id)->name);
        }
    }
    for (size_t id = 0; id < cull_syscall_count(); id++) {
        const struct cull_syscall *call = cull_syscall_info(id);

        printf("since %s 0 %s\n", call->name, call->since ? call->since : "?");
    }
    for (enum cull_action i = 0; i < CULL_ACT_COUNT; i++)
        printf("action - %u %s\n", cull_action_info(i)->value, cull_action_info(i)->kernel);
    for (unsigned bit = 0; bit < 32; bit++) {
        if (cull_flag_name(1u << bit))
            printf("flag - %u %s\n", 1u << bit, cull_flag_name(1u << bit));
    }
    for (unsigned i = 0; i < 4096; i++) {
        if (cull_errno_name(i))
            printf("errno - %u %s\n", i, cull_errno_name(i));
    }
    for (unsigned i = 0; i < CULL_CAP_COUNT; i++)
        printf("cap - %u %s\n", i, cull_cap_name(i));
    return 0;
}
