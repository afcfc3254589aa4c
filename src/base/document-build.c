/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <string.h>

#include "document-build.h"

static void step(struct cursor *cursor, const char *data, size_t size)
{
    unsigned char c = (unsigned char)data[cursor->offset];
    bool before_newline = cursor->offset + 1 < size && data[cursor->offset + 1] == '\n';

    cursor->offset++;
    if (c == '\n' || (c == '\r' && !before_newline)) {
        cursor->line++;
        cursor->column = 1;
    } else if (cursor->offset >= size || ((unsigned char)data[cursor->offset] & 0xc0) != 0x80) {
        cursor->column++; /* a character ends where the next byte does not continue it */
    }
}

struct cull_place cull_build_place(struct build *build, size_t offset)
{
    struct cursor *cursor = &build->cursor;

    if (offset > build->size)
        offset = build->size;
    if (offset < cursor->offset || cursor->line == 0)
        *cursor = (struct cursor){ .line = 1, .column = 1 };
    while (cursor->offset < offset)
        step(cursor, build->data, build->size);
    return (struct cull_place){ .source = build->source,
                                .line = cursor->line,
                                .column = cursor->column };
}

int cull_build_fail(struct build *build, size_t offset, struct cull_error *reterr,
                    const char *message)
{
    struct cull_place place = cull_build_place(build, offset);

    if (build->depth > 0)
        place.path = cull_node_place(build->arena, build->open[build->depth - 1]).path;
    return cull_fail_at(reterr, EINVAL, &place, "%s", message);
}

bool cull_build_wants_key(const struct build *build)
{
    return build->depth > 0 && build->open[build->depth - 1]->kind == CULL_NODE_MAP &&
           build->key == NULL;
}

int cull_build_key(struct build *build, size_t offset, const char *text, size_t size,
                   struct cull_error *reterr)
{
    struct cull_place place = cull_build_place(build, offset);

    if (memchr(text, '\0', size) != NULL)
        return cull_build_fail(build, offset, reterr, "a key holds a NUL character");
    build->key = cull_arena_copy(build->arena, text, size);
    if (build->key == NULL)
        return cull_fail_memory(reterr);
    build->key_line = place.line;
    build->key_column = place.column;
    return 0;
}

static void link_child(struct build *build, struct cull_node *node)
{
    struct cull_node *parent;

    if (build->depth == 0) {
        build->root = node;
        return;
    }
    parent = build->open[build->depth - 1];
    node->parent = parent;
    if (build->last[build->depth - 1] == NULL)
        parent->first = node;
    else
        build->last[build->depth - 1]->next = node;
    build->last[build->depth - 1] = node;
    node->index = parent->count++;
    if (parent->kind == CULL_NODE_MAP) {
        node->key = TAKE(build->key);
        node->key_line = build->key_line;
        node->key_column = build->key_column;
    }
}

int cull_build_add(struct build *build, size_t offset, enum cull_node_kind kind,
                   struct cull_node **ret, struct cull_error *reterr)
{
    bool opens = kind == CULL_NODE_LIST || kind == CULL_NODE_MAP;
    struct cull_place place = cull_build_place(build, offset);
    struct cull_node *node;

    if (opens && build->depth == DEEPEST) {
        /* the path would be longer than the message and say nothing */
        return cull_fail_at(reterr, EINVAL, &place, "nested more than %u levels deep", DEEPEST);
    }
    node = cull_arena_alloc(build->arena, sizeof *node);
    if (node == NULL)
        return cull_fail_memory(reterr);
    node->kind = kind;
    node->source = build->source;
    node->line = place.line;
    node->column = place.column;
    link_child(build, node);
    if (opens) {
        build->last[build->depth] = NULL;
        build->open[build->depth++] = node;
    }
    *ret = node;
    return 0;
}

static int by_key(const void *a, const void *b)
{
    const struct cull_node *const *left = a, *const *right = b;
    int order = strcmp((*left)->key, (*right)->key);

    if (order != 0)
        return order;
    if ((*left)->key_line != (*right)->key_line)
        return (*left)->key_line < (*right)->key_line ? -1 : 1;
    return (*left)->key_column < (*right)->key_column ? -1 : 1;
}

static int refuse_duplicate(struct build *build, const struct cull_node *first,
                            const struct cull_node *second, struct cull_error *reterr)
{
    struct cull_place place = cull_node_place(build->arena, second);

    place.line = second->key_line;
    place.column = second->key_column;
    return cull_fail_at(reterr, EINVAL, &place,
                        "the key \"%.64s\" is given twice, first at line %u, column %u",
                        second->key, first->key_line, first->key_column);
}

/* Readers differ in which one of two equal keys counts: Go's takes the last, others the first. */
static int check_keys(struct build *build, const struct cull_node *map, struct cull_error *reterr)
{
    cull_auto_memory const struct cull_node **members = NULL;
    const struct cull_node *first = NULL, *second = NULL;
    size_t count = 0;

    if (map->count < 2)
        return 0;
    members = malloc(map->count * sizeof *members);
    if (members == NULL)
        return cull_fail_memory(reterr);
    for (const struct cull_node *member = map->first; member != NULL; member = member->next)
        members[count++] = member;
    qsort(members, count, sizeof *members, by_key);
    for (size_t i = 1; i < count; i++) {
        if (strcmp(members[i - 1]->key, members[i]->key) != 0)
            continue;
        if (second == NULL || members[i]->key_line < second->key_line ||
            (members[i]->key_line == second->key_line &&
             members[i]->key_column < second->key_column)) {
            first = members[i - 1];
            second = members[i];
        }
    }
    return second != NULL ? refuse_duplicate(build, first, second, reterr) : 0;
}

int cull_build_end(struct build *build, struct cull_error *reterr)
{
    const struct cull_node *node = build->open[--build->depth];

    return node->kind == CULL_NODE_MAP ? check_keys(build, node, reterr) : 0;
}

int cull_build_anchor(struct build *build, const char *name, size_t size,
                      const struct cull_node *node, struct cull_error *reterr)
{
    struct anchor *anchor;

    if (cull_array_grow(&build->anchors, &build->anchors_capacity, build->anchors_count,
                        sizeof *build->anchors) < 0)
        return cull_fail_memory(reterr);
    anchor = &build->anchors[build->anchors_count];
    anchor->node = node;
    anchor->name = cull_arena_copy(build->arena, name, size);
    if (anchor->name == NULL)
        return cull_fail_memory(reterr);
    build->anchors_count++;
    return 0;
}

/* Copies keep the places of what they are copies of: that is where a mistake in them stands. */
static int copy_children(struct build *build, struct cull_node *copy, const struct cull_node *node,
                         unsigned depth)
{
    struct cull_node *last = NULL;
    int r;

    for (const struct cull_node *child = node->first; child != NULL; child = child->next) {
        struct cull_node *made = cull_arena_alloc(build->arena, sizeof *made);

        if (made == NULL)
            return -ENOMEM;
        if (++build->aliased > MOST_ALIASED || depth + 1 > DEEPEST)
            return -E2BIG;
        *made = *child;
        made->parent = copy;
        made->first = made->next = NULL;
        if (last == NULL)
            copy->first = made;
        else
            last->next = made;
        last = made;
        r = copy_children(build, made, child, depth + 1);
        if (r < 0)
            return r;
    }
    return 0;
}

static const struct cull_node *find_anchor(const struct build *build, const char *name, size_t size)
{
    for (size_t i = build->anchors_count; i > 0; i--) { /* the latest of a name counts */
        const struct anchor *anchor = &build->anchors[i - 1];

        if (strncmp(anchor->name, name, size) == 0 && anchor->name[size] == '\0')
            return anchor->node;
    }
    return NULL;
}

int cull_build_alias(struct build *build, size_t offset, const char *name, size_t size,
                     struct cull_error *reterr)
{
    const struct cull_node *node = find_anchor(build, name, size);
    struct cull_node *copy;
    unsigned depth = build->depth;
    int r;

    if (node == NULL)
        return cull_build_fail(build, offset, reterr, "an alias to a name that no anchor has");
    for (unsigned i = 0; i < build->depth; i++)
        if (build->open[i] == node)
            return cull_build_fail(build, offset, reterr, "an alias to what it stands in");
    r = cull_build_add(build, offset, CULL_NODE_NULL, &copy, reterr);
    if (r < 0)
        return r;
    copy->kind = node->kind;
    copy->text = node->text;
    copy->size = node->size;
    copy->count = node->count;
    build->aliased++;
    r = copy_children(build, copy, node, depth);
    if (r == -E2BIG)
        return cull_build_fail(build, offset, reterr,
                               "aliases make too many or too deep copies of one another");
    return r < 0 ? cull_fail_memory(reterr) : 0;
}
