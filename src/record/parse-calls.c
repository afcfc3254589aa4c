/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <string.h>
#include <syscull/document.h>
#include <syscull/record.h>

#include "parse.h"
#include "record.h"

/* The number decides; a name that says something else shows that somebody changed the file. */
static int check_name(struct reader *reader, const struct cull_place *place,
                      const struct cull_record_call *call, const char *name)
{
    const char *arch = cull_arch_info(call->arch)->name;
    size_t id;

    if (name == NULL)
        return 0;
    if (cull_syscall_by_nr(call->arch, call->nr, &id) == 0) {
        if (strcmp(cull_syscall_info(id)->name, name) == 0)
            return 0;
        return cull_fail_at(reader->error, EINVAL, place, "number %u of %s is %s, not \"%.60s\"",
                            call->nr, arch, cull_syscall_info(id)->name, name);
    }
    if (cull_syscall_by_name(name, &id) == 0)
        return cull_fail_at(reader->error, EINVAL, place, "%s is not number %u of %s", name,
                            call->nr, arch);
    return cull_fail_at(reader->error, EPROTO, place,
                        "made by a newer syscull: \"%.60s\" (number %u of %s) is not in this one's "
                        "table, which ends with Linux %s",
                        name, call->nr, arch, cull_table_kernel());
}

static int check_call(struct reader *reader, const struct cull_place *place,
                      const struct cull_record_call *call, bool has_result)
{
    const struct cull_arch_info *info = cull_arch_info(call->arch);
    enum cull_arch arch;

    if (cull_arch_by_call(info->audit, call->nr, &arch) < 0 || arch != call->arch)
        return cull_fail_at(reader->error, EINVAL, place, "number %u is none of %s", call->nr,
                            info->name);
    if (call->count == 0 && call->denied == 0 && !call->in_flight)
        return cull_fail_at(reader->error, EINVAL, place, "this call was never made");
    if (has_result != (call->denied > 0))
        return cull_fail_at(reader->error, EINVAL, place,
                            "\"denied\" and \"deniedResult\" go together");
    return 0;
}

/* times: how often the call was made, that somebody can have been first with. */
static int read_first(struct reader *reader, const struct cull_node *node, uint64_t times,
                      struct cull_first *ret)
{
    const struct member members[] = {
        { "comm", MEMBER_CHARS, true, ret->comm, sizeof ret->comm },
        { "exe", MEMBER_CHARS, false, ret->exe, sizeof ret->exe },
        { "pid", MEMBER_I32, true, &ret->pid, 0 },
        { "timeNs", MEMBER_U64, true, &ret->time_ns, 0 },
    };
    struct cull_place place;
    int r;

    if (node == NULL)
        return 0;
    r = cull_members_read(reader, node, members, MEMBER_COUNT(members));
    if (r == 0 && (times == 0 || !cull_record_first_is_known(ret))) {
        place = cull_node_place(reader->arena, node);
        return cull_fail_at(reader->error, EINVAL, &place,
                            times == 0 ? "nobody was first with a call that was not made"
                                       : "who was first is not said: leave it out");
    }
    return r;
}

static int read_call(struct reader *reader, const struct cull_node *node, enum cull_arch arch,
                     enum cull_phase phase)
{
    struct cull_record_call call = { .arch = arch, .phase = phase };
    struct cull_place place = cull_node_place(reader->arena, node);
    const struct cull_node *first = NULL, *first_denied = NULL;
    const char *name = NULL;
    const struct member members[] = {
        { "nr", MEMBER_U32, true, &call.nr, 0 },
        { "name", MEMBER_TEXT, false, &name, 0 },
        { "count", MEMBER_U64, false, &call.count, 0 },
        { "inFlight", MEMBER_BOOL, false, &call.in_flight, 0 },
        { "first", MEMBER_NODE, false, &first, 0 },
        { "denied", MEMBER_U64, false, &call.denied, 0 },
        { "deniedResult", MEMBER_I32, false, &call.denied_result, 0 },
        { "firstDenied", MEMBER_NODE, false, &first_denied, 0 },
    };
    int r;

    r = cull_members_read(reader, node, members, MEMBER_COUNT(members));
    if (r < 0)
        return r;
    r = check_call(reader, &place, &call, cull_node_get(node, "deniedResult") != NULL);
    if (r == 0)
        r = check_name(reader, &place, &call, name);
    if (r == 0)
        r = read_first(reader, first, call.count, &call.first);
    if (r == 0)
        r = read_first(reader, first_denied, call.denied, &call.first_denied);
    if (r < 0)
        return r;
    if (cull_record_has(reader->record, &call))
        return cull_fail_at(reader->error, EINVAL, &place, "number %u is there twice", call.nr);
    return cull_record_add(reader->record, &call, reader->error);
}

static int read_phase(struct reader *reader, const struct cull_node *list, enum cull_arch arch,
                      enum cull_phase phase)
{
    int r = cull_members_want(reader, list, CULL_NODE_LIST);

    if (r < 0)
        return r;
    for (const struct cull_node *node = list->first; r == 0 && node != NULL; node = node->next)
        r = read_call(reader, node, arch, phase);
    return r;
}

static int read_arch(struct reader *reader, const struct cull_node *map)
{
    const struct cull_node *phases[CULL_PHASE_COUNT] = { NULL };
    struct member members[CULL_PHASE_COUNT];
    struct cull_place place;
    enum cull_arch arch;
    int r;

    /* As print writes it: two spellings of one ABI would be two keys. */
    if (cull_arch_by_name(map->key, &arch) < 0 ||
        strcmp(cull_arch_info(arch)->name, map->key) != 0) {
        place = cull_node_place(reader->arena, map);
        return cull_fail_at(reader->error, EINVAL, &place, "unknown architecture \"%.40s\"",
                            map->key);
    }
    for (unsigned i = 0; i < CULL_PHASE_COUNT; i++)
        members[i] = (struct member){ cull_record_phase_names[i], MEMBER_NODE, true, &phases[i],
                                      0 };
    r = cull_members_read(reader, map, members, CULL_PHASE_COUNT);
    for (unsigned i = 0; r == 0 && i < CULL_PHASE_COUNT; i++)
        r = read_phase(reader, phases[i], arch, (enum cull_phase)i);
    return r;
}

int cull_record_read_calls(struct reader *reader, const struct cull_node *map)
{
    int r = cull_members_want(reader, map, CULL_NODE_MAP);

    if (r < 0)
        return r;
    for (const struct cull_node *node = map->first; r == 0 && node != NULL; node = node->next)
        r = read_arch(reader, node);
    return r;
}
