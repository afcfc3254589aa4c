/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <string.h>
#include <syscull/base.h>

#include "tables.h"

size_t cull_syscall_count(void)
{
    return cull_table_syscalls_count;
}

const struct cull_syscall *cull_syscall_info(size_t id)
{
    return id < cull_table_syscalls_count ? &cull_table_syscalls[id] : NULL;
}

int cull_syscall_by_name(const char *name, size_t *ret_id)
{
    size_t low = 0, high = cull_table_syscalls_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(name, cull_table_syscalls[middle].name);

        if (order == 0) {
            *ret_id = middle;
            return 0;
        }
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return -ENOENT;
}

int cull_syscall_by_nr(enum cull_arch arch, uint32_t nr, size_t *ret_id)
{
    const struct cull_arch_info *info = cull_arch_info(arch);
    const struct cull_table_numbers *numbers;
    size_t low = 0, high;

    if (!info || nr < info->nr_base)
        return -ENOENT;
    nr -= info->nr_base;
    numbers = &cull_table_numbers[arch];
    high = numbers->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        size_t id = numbers->order[middle];
        uint32_t found = (uint32_t)numbers->nr[id];

        if (nr == found) {
            *ret_id = id;
            return 0;
        }
        if (nr < found)
            high = middle;
        else
            low = middle + 1;
    }
    return -ENOENT;
}

int cull_syscall_nr(size_t id, enum cull_arch arch, uint32_t *ret_nr)
{
    const struct cull_arch_info *info = cull_arch_info(arch);

    if (!info || id >= cull_table_syscalls_count || cull_table_numbers[arch].nr[id] < 0)
        return -ENOENT;
    *ret_nr = info->nr_base + (uint32_t)cull_table_numbers[arch].nr[id];
    return 0;
}

uint32_t cull_syscall_max_nr(enum cull_arch arch)
{
    const struct cull_arch_info *info = cull_arch_info(arch);
    const struct cull_table_numbers *numbers;

    if (!info)
        return 0;
    numbers = &cull_table_numbers[arch];
    return info->nr_base + (uint32_t)numbers->nr[numbers->order[numbers->count - 1]];
}

const char *cull_syscall_nearest(const char *name)
{
    const char *nearest = NULL;
    unsigned best = 0;

    /* One candidate at a time: whether it is near enough is base's to say, and the first of the
     * nearest is kept, without an array of all the names. */
    for (size_t i = 0; i < cull_table_syscalls_count; i++) {
        const char *candidate = cull_table_syscalls[i].name;
        unsigned distance;

        if (!cull_text_nearest(name, &candidate, 1))
            continue;
        distance = cull_text_distance(name, candidate);
        if (!nearest || distance < best) {
            best = distance;
            nearest = candidate;
        }
    }
    return nearest;
}

const char *cull_table_kernel(void)
{
    return cull_table_release;
}

size_t cull_group_count(void)
{
    return cull_table_groups_count;
}

const struct cull_group *cull_group_info(size_t index)
{
    return index < cull_table_groups_count ? &cull_table_groups[index] : NULL;
}
