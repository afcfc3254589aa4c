/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The lists beside the rules: architectures, archMap, flags.
 */
#include <errno.h>
#include <string.h>

#include "model.h"

enum { MAP_ARCHITECTURE, MAP_SUB_ARCHITECTURES, MAP_COUNT };
static const char *const map_keys[MAP_COUNT] = { "architecture", "subArchitectures" };

int cull_read_archs(struct cull_reader *reader, const struct cull_node *list, enum cull_arch **ret,
                    size_t *ret_count, struct cull_error *reterr)
{
    enum cull_arch *archs;
    size_t count = 0;
    int r;

    if (list == NULL)
        return 0;
    r = cull_reader_kind(reader, list, CULL_NODE_LIST, reterr);
    if (r < 0)
        return r;
    archs = cull_arena_alloc(reader->arena, (list->count + 1) * sizeof *archs);
    if (archs == NULL)
        return cull_fail_memory(reterr);
    for (const struct cull_node *node = list->first; node != NULL; node = node->next) {
        r = cull_read_arch(reader, node, &archs[count], reterr);
        if (r < 0)
            return r;
        count++;
    }
    *ret = archs;
    *ret_count = count;
    return 0;
}

int cull_read_arch_map(struct cull_reader *reader, const struct cull_node *list,
                       struct cull_error *reterr)
{
    struct cull_profile *profile = reader->profile;
    const struct cull_node *values[MAP_COUNT];
    int r;

    if (list == NULL)
        return 0;
    r = cull_reader_kind(reader, list, CULL_NODE_LIST, reterr);
    if (r < 0)
        return r;
    profile->arch_map = cull_arena_alloc(reader->arena,
                                         (list->count + 1) * sizeof *profile->arch_map);
    if (profile->arch_map == NULL)
        return cull_fail_memory(reterr);
    for (const struct cull_node *node = list->first; node != NULL; node = node->next) {
        struct cull_arch_map *entry = &profile->arch_map[profile->arch_map_count];

        r = cull_keys_read(reader, node, map_keys, MAP_COUNT, values, reterr);
        if (r == 0 && values[MAP_ARCHITECTURE] == NULL)
            r = cull_reader_fail(reader, node, reterr, "\"architecture\" is missing");
        if (r == 0)
            r = cull_read_arch(reader, values[MAP_ARCHITECTURE], &entry->arch, reterr);
        if (r == 0)
            r = cull_read_archs(reader, values[MAP_SUB_ARCHITECTURES], &entry->sub,
                                &entry->sub_count, reterr);
        if (r < 0)
            return r;
        profile->arch_map_count++;
    }
    if (profile->arch_map_count > 0)
        cull_reader_only(reader, ONLY_ARCH_MAP, list);
    return 0;
}

/* The runtime-spec's four; the kernel has more, which no runtime takes. */
static const char *const flag_names[] = {
    "SECCOMP_FILTER_FLAG_TSYNC",
    "SECCOMP_FILTER_FLAG_LOG",
    "SECCOMP_FILTER_FLAG_SPEC_ALLOW",
    "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV",
};

static int read_flag(struct cull_reader *reader, const struct cull_node *node,
                     struct cull_error *reterr)
{
    const char *word, *nearest;
    uint32_t flag;
    int r = cull_node_string(reader->arena, node, &word, reterr);

    if (r < 0)
        return r;
    for (size_t i = 0; i < COUNT_OF(flag_names); i++) {
        if (strcmp(word, flag_names[i]) == 0 && cull_flag_by_name(word, &flag) == 0) {
            reader->profile->flags |= flag;
            return 0;
        }
    }
    nearest = cull_text_nearest(word, flag_names, COUNT_OF(flag_names));
    return cull_read_fail_word(reader, node, "flag", "SECCOMP_FILTER_FLAG_", nearest, reterr);
}

int cull_read_flags(struct cull_reader *reader, const struct cull_node *list,
                    struct cull_error *reterr)
{
    struct cull_place place;
    int r;

    if (list == NULL)
        return 0;
    r = cull_reader_kind(reader, list, CULL_NODE_LIST, reterr);
    for (const struct cull_node *node = list->first; r == 0 && node != NULL; node = node->next)
        r = read_flag(reader, node, reterr);
    if (r < 0)
        return r;
    reader->profile->has_flags = true;
    place = cull_node_place(reader->arena, list);
    if (reader->profile->flags != 0)
        cull_findings_add(&reader->findings, CULL_WARNING, "flags-need-runc-1.2", &place,
                          "runc before 1.2 starts no container with flags");
    if (reader->profile->flags & 1u << 0)
        cull_findings_add(&reader->findings, CULL_NOTE, "flag-without-effect", &place,
                          "SECCOMP_FILTER_FLAG_TSYNC does nothing in a container: the filter is "
                          "loaded while there is one thread that matters");
    if (reader->profile->flags & 1u << 5)
        cull_findings_add(&reader->findings, CULL_WARNING, "flag-needs-runc-1.5", &place,
                          "runc before 1.5 does not know SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV "
                          "and starts no container");
    return 0;
}
