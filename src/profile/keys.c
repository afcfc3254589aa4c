/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The keys of an object.  Docker, Podman, containerd and runc read JSON with Go's reader, which
 * takes a key in any case and passes over what it does not know; crun takes the exact key only.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "model.h"

int cull_reader_fail(struct cull_reader *reader, const struct cull_node *node,
                     struct cull_error *reterr, const char *format, ...)
{
    struct cull_place place = cull_node_place(reader->arena, node);
    char message[512];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    return cull_fail_at(reterr, EINVAL, &place, "%s", message);
}

int cull_reader_kind(struct cull_reader *reader, const struct cull_node *node,
                     enum cull_node_kind kind, struct cull_error *reterr)
{
    if (node->kind == kind)
        return 0;
    return cull_reader_fail(reader, node, reterr, "must be %s, not %s", cull_node_kind_name(kind),
                            cull_node_kind_name(node->kind));
}

void cull_reader_only(struct cull_reader *reader, enum docker_only what,
                      const struct cull_node *node)
{
    if (reader->only_count[what]++ == 0)
        reader->only[what] = cull_node_place(reader->arena, node);
}

static struct cull_place key_place(struct cull_reader *reader, const struct cull_node *member)
{
    struct cull_place place = cull_node_place(reader->arena, member);

    place.line = member->key_line;
    place.column = member->key_column;
    return place;
}

/* People write remarks into JSON in these ways; they are no mistakes. */
static bool is_remark(const char *key)
{
    return key[0] == '_' || key[0] == '$' || key[0] == '#' || strncmp(key, "//", 2) == 0 ||
           strcmp(key, "comment") == 0;
}

static void add_unknown(struct cull_reader *reader, const struct cull_node *member,
                        const char *const *known, size_t count)
{
    struct cull_place place = key_place(reader, member);
    const char *nearest = cull_text_nearest(member->key, known, count);

    if (is_remark(member->key))
        cull_findings_add(&reader->findings, CULL_NOTE, "unknown-key", &place,
                          "a remark: no reader looks at this key");
    else if (nearest != NULL)
        cull_findings_add(&reader->findings, CULL_WARNING, "unknown-key", &place,
                          "unknown key \"%.64s\": readers ignore it without a word, did you mean "
                          "\"%s\"?",
                          member->key, nearest);
    else
        cull_findings_add(&reader->findings, CULL_WARNING, "unknown-key", &place,
                          "unknown key \"%.64s\": readers ignore it without a word", member->key);
}

static bool is_exact(const struct cull_reader *reader)
{
    return reader->profile->format == CULL_FORMAT_KUBERNETES; /* its API server knows no other */
}

static size_t find(const struct cull_reader *reader, const char *key, const char *const *known,
                   size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(key, known[i]) == 0)
            return i;
    for (size_t i = 0; i < count && !is_exact(reader); i++)
        if (strcasecmp(key, known[i]) == 0)
            return i;
    return count;
}

static int take(struct cull_reader *reader, const struct cull_node *member, const char *known,
                const struct cull_node **ret, struct cull_error *reterr)
{
    struct cull_place place = key_place(reader, member);

    if (*ret != NULL)
        return cull_fail_at(reterr, EINVAL, &place,
                            "the keys \"%s\" and \"%s\" differ in case only: readers do not agree "
                            "on which one counts",
                            (*ret)->key, member->key);
    if (strcmp(member->key, known) != 0)
        cull_findings_add(&reader->findings, CULL_WARNING, "key-case", &place,
                          "\"%s\" is not \"%s\": Docker, Podman, containerd and runc read it all "
                          "the same, crun does not",
                          member->key, known);
    *ret = member;
    return 0;
}

int cull_keys_read(struct cull_reader *reader, const struct cull_node *map,
                   const char *const *known, size_t count, const struct cull_node **ret,
                   struct cull_error *reterr)
{
    int r = cull_reader_kind(reader, map, CULL_NODE_MAP, reterr);

    if (r < 0)
        return r;
    memset(ret, 0, count * sizeof *ret);
    for (const struct cull_node *member = map->first; member != NULL; member = member->next) {
        size_t i = find(reader, member->key, known, count);

        if (i == count) {
            add_unknown(reader, member, known, count);
            continue;
        }
        r = take(reader, member, known[i], &ret[i], reterr);
        if (r < 0)
            return r;
    }
    for (size_t i = 0; i < count; i++)
        if (ret[i] != NULL && ret[i]->kind == CULL_NODE_NULL)
            ret[i] = NULL; /* null is absent, as Go reads it */
    return 0;
}
