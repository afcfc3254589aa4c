/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <string.h>

#include "members.h"

#define MOST_MEMBERS 16

int cull_members_want(struct reader *reader, const struct cull_node *node, enum cull_node_kind kind)
{
    struct cull_place place;

    if (node->kind == kind)
        return 0;
    place = cull_node_place(reader->arena, node);
    return cull_fail_at(reader->error, EINVAL, &place, "%s is wanted here, this is %s",
                        cull_node_kind_name(kind), cull_node_kind_name(node->kind));
}

/* An integer of min to max; JSON has 1.0 and 1e3, too, but nothing here is written so. */
static int read_signed(struct reader *reader, const struct cull_node *node, int64_t max,
                       int64_t *ret)
{
    struct cull_place place;
    bool negative;
    uint64_t value;
    int r;

    r = cull_members_want(reader, node, CULL_NODE_NUMBER);
    if (r < 0)
        return r;
    negative = node->text[0] == '-';
    if (cull_parse_u64(node->text + negative, &value) < 0 || value > (uint64_t)max + negative ||
        (negative && value == 0)) {
        place = cull_node_place(reader->arena, node);
        return cull_fail_at(reader->error, EINVAL, &place,
                            "%.40s is not a whole number from %lld to %lld", node->text,
                            (long long)(-max - 1), (long long)max);
    }
    *ret = negative ? -(int64_t)(value - 1) - 1 : (int64_t)value;
    return 0;
}

static int read_text(struct reader *reader, const struct cull_node *node,
                     const struct member *member)
{
    struct cull_place place;
    const char *text;
    char *copy;
    int r;

    r = cull_node_string(reader->arena, node, &text, reader->error);
    if (r < 0)
        return r;
    if (member->kind == MEMBER_CHARS && strlen(text) >= member->size) {
        place = cull_node_place(reader->arena, node);
        return cull_fail_at(reader->error, EINVAL, &place, "longer than %zu bytes",
                            member->size - 1);
    }
    if (member->kind == MEMBER_CHARS) {
        memcpy(member->into, text, strlen(text) + 1);
    } else if (member->kind == MEMBER_TEXT) {
        *(const char **)member->into = text;
    } else {
        copy = strdup(text);
        if (copy == NULL)
            return cull_fail_memory(reader->error);
        *(char **)member->into = copy;
    }
    return 0;
}

static int read_number(struct reader *reader, const struct cull_node *node,
                       const struct member *member)
{
    uint64_t natural = 0;
    int64_t whole = 0;
    int r;

    if (member->kind == MEMBER_U64 || member->kind == MEMBER_U32)
        r = cull_node_u64(reader->arena, node, member->kind == MEMBER_U64 ? UINT64_MAX : UINT32_MAX,
                          &natural, reader->error);
    else
        r = read_signed(reader, node, member->kind == MEMBER_I64 ? INT64_MAX : INT32_MAX, &whole);
    if (r < 0)
        return r;
    if (member->kind == MEMBER_U64)
        *(uint64_t *)member->into = natural;
    else if (member->kind == MEMBER_U32)
        *(uint32_t *)member->into = (uint32_t)natural;
    else if (member->kind == MEMBER_I64)
        *(int64_t *)member->into = whole;
    else
        *(int32_t *)member->into = (int32_t)whole;
    return 0;
}

static int read_member(struct reader *reader, const struct cull_node *node,
                       const struct member *member)
{
    switch (member->kind) {
    case MEMBER_NODE:
        *(const struct cull_node **)member->into = node;
        return 0;
    case MEMBER_BOOL:
        return cull_node_bool(reader->arena, node, member->into, reader->error);
    case MEMBER_TEXT:
    case MEMBER_COPY:
    case MEMBER_CHARS:
        return read_text(reader, node, member);
    default:
        return read_number(reader, node, member);
    }
}

static int refuse_key(struct reader *reader, const struct cull_node *node,
                      const struct member *members, size_t count)
{
    struct cull_place place = cull_node_place(reader->arena, node);
    const char *keys[MOST_MEMBERS], *nearest;

    for (size_t i = 0; i < count; i++)
        keys[i] = members[i].key;
    if (node->key_line > 0) {
        place.line = node->key_line;
        place.column = node->key_column;
    }
    nearest = cull_text_nearest(node->key, keys, count);
    if (nearest == NULL)
        return cull_fail_at(reader->error, EINVAL, &place, "unknown key \"%.60s\"", node->key);
    return cull_fail_at(reader->error, EINVAL, &place,
                        "unknown key \"%.60s\", did you mean \"%s\"?", node->key, nearest);
}

int cull_members_read(struct reader *reader, const struct cull_node *map,
                      const struct member *members, size_t count)
{
    struct cull_place place;
    int r;

    r = cull_members_want(reader, map, CULL_NODE_MAP);
    if (r < 0)
        return r;
    for (const struct cull_node *node = map->first; node != NULL; node = node->next) {
        size_t i = 0;

        while (i < count && strcmp(members[i].key, node->key) != 0)
            i++;
        r = i < count ? read_member(reader, node, &members[i])
                      : refuse_key(reader, node, members, count);
        if (r < 0)
            return r;
    }
    for (size_t i = 0; i < count; i++) {
        if (!members[i].required || cull_node_get(map, members[i].key) != NULL)
            continue;
        place = cull_node_place(reader->arena, map);
        return cull_fail_at(reader->error, EINVAL, &place, "\"%s\" is missing", members[i].key);
    }
    return 0;
}
