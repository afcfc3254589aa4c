/* SPDX-License-Identifier: Apache-2.0 */
/* What happened how often: one group for each (container, program, call, action). */
#include <syscull/audit.h>

#include <string.h>

#define EXE_BYTES 4096

struct cull_audit_groups {
    const struct cull_audit_group **list;
    size_t count, capacity;
    uint32_t *slots; /* index in list + 1; 0: free */
    size_t slots_count;
};

int cull_audit_groups_new(struct cull_audit_groups **ret, struct cull_error *reterr)
{
    struct cull_audit_groups *groups = calloc(1, sizeof *groups);

    if (groups == NULL)
        return cull_fail_memory(reterr);
    *ret = groups;
    return 0;
}

static void free_group(struct cull_audit_group *group)
{
    if (group == NULL)
        return;
    free(group->comm);
    free(group->exe);
    free(group);
}

void cull_audit_groups_free(struct cull_audit_groups *groups)
{
    if (groups == NULL)
        return;
    for (size_t i = 0; i < groups->count; i++)
        free_group((struct cull_audit_group *)groups->list[i]);
    free(groups->list);
    free(groups->slots);
    free(groups);
}

static uint64_t mix(uint64_t hash, uint64_t value)
{
    hash = (hash ^ value) * UINT64_C(0x9e3779b97f4a7c15);
    return hash ^ hash >> 31;
}

static uint64_t hash_of(const struct cull_container *container, bool is_known, const char *exe,
                        const uint32_t call[3])
{
    uint64_t hash = mix((uint64_t)(uintptr_t)container, is_known);

    for (; *exe != '\0'; exe++)
        hash = (hash ^ (unsigned char)*exe) * UINT64_C(0x100000001b3);
    for (int i = 0; i < 3; i++)
        hash = mix(hash, call[i]);
    return hash;
}

static bool is_same(const struct cull_audit_group *group, const struct cull_audit_origin *origin,
                    const char *exe, const uint32_t call[3])
{
    return group->container == origin->container && group->is_known == origin->is_known &&
           group->audit == call[0] && group->nr == call[1] && group->code == call[2] &&
           strcmp(group->exe, exe) == 0;
}

/* The slot where it is, or where it would be. */
static size_t find(const struct cull_audit_groups *groups, const struct cull_audit_origin *origin,
                   const char *exe, const uint32_t call[3])
{
    size_t at = hash_of(origin->container, origin->is_known, exe, call) % groups->slots_count;

    while (groups->slots[at] != 0 &&
           !is_same(groups->list[groups->slots[at] - 1], origin, exe, call))
        at = (at + 1) % groups->slots_count;
    return at;
}

static int make_room(struct cull_audit_groups *groups)
{
    size_t wanted = groups->slots_count > 0 ? groups->slots_count * 2 : 256;
    uint32_t *old = groups->slots;

    if (groups->count * 2 < groups->slots_count)
        return 0;
    groups->slots = calloc(wanted, sizeof *groups->slots);
    if (groups->slots == NULL) {
        groups->slots = old;
        return -1;
    }
    free(old);
    groups->slots_count = wanted;
    for (size_t i = 0; i < groups->count; i++) {
        const struct cull_audit_group *group = groups->list[i];
        const struct cull_audit_origin origin = { group->container, group->is_known, "" };
        const uint32_t call[3] = { group->audit, group->nr, group->code };

        groups->slots[find(groups, &origin, group->exe, call)] = (uint32_t)i + 1;
    }
    return 0;
}

static struct cull_audit_group *new_group(const struct cull_audit_record *record,
                                          const struct cull_audit_origin *origin, const char *exe)
{
    struct cull_audit_group *group = calloc(1, sizeof *group);
    char comm[64];

    if (group == NULL)
        return NULL;
    cull_audit_decode(record->comm, comm, sizeof comm);
    *group = (struct cull_audit_group){
        .container = origin->container,
        .is_known = origin->is_known,
        .comm = strdup(comm),
        .exe = strdup(exe),
        .pid = record->pid,
        .audit = record->audit,
        .nr = record->nr,
        .code = record->code,
        .first_ms = record->time_ms,
        .last_ms = record->time_ms,
    };
    if (group->comm == NULL || group->exe == NULL) {
        free_group(group);
        return NULL;
    }
    return group;
}

int cull_audit_groups_add(struct cull_audit_groups *groups, const struct cull_audit_record *record,
                          const struct cull_audit_origin *origin, struct cull_error *reterr)
{
    const uint32_t call[3] = { record->audit, record->nr, record->code };
    struct cull_audit_group *group;
    char exe[EXE_BYTES];
    size_t at;

    cull_audit_decode(record->exe, exe, sizeof exe);
    if (make_room(groups) < 0)
        return cull_fail_memory(reterr);
    at = find(groups, origin, exe, call);
    if (groups->slots[at] == 0) {
        group = new_group(record, origin, exe);
        if (group == NULL ||
            cull_array_grow(&groups->list, &groups->capacity, groups->count, sizeof(void *)) < 0) {
            free_group(group);
            return cull_fail_memory(reterr);
        }
        groups->list[groups->count++] = group;
        groups->slots[at] = (uint32_t)groups->count;
    }
    group = (struct cull_audit_group *)groups->list[groups->slots[at] - 1];
    group->count++;
    if (record->has & CULL_AUDIT_TIME) {
        if (record->time_ms < group->first_ms || group->first_ms == 0)
            group->first_ms = record->time_ms;
        if (record->time_ms > group->last_ms)
            group->last_ms = record->time_ms;
    }
    return 0;
}

size_t cull_audit_groups_list(const struct cull_audit_groups *groups,
                              const struct cull_audit_group *const **ret)
{
    *ret = groups->list;
    return groups->count;
}
