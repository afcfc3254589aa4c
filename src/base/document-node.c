/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "document-build.h"

static bool all(const char *text, size_t size, const char *set)
{
    for (size_t i = 0; i < size; i++)
        if (text[i] == '\0' || strchr(set, text[i]) == NULL)
            return false;
    return size > 0;
}

static size_t digits(const char *text, size_t size, size_t from)
{
    while (from < size && text[from] >= '0' && text[from] <= '9')
        from++;
    return from;
}

/* [-+]?(digits)?(.digits?)?([eE][-+]?digits)?, with a digit before the exponent. */
static bool is_decimal(const char *text, size_t size)
{
    size_t at = size > 0 && (text[0] == '-' || text[0] == '+') ? 1 : 0, from = at, found;

    at = digits(text, size, from);
    found = at - from;
    if (at < size && text[at] == '.') {
        from = at + 1;
        at = digits(text, size, from);
        found += at - from;
    }
    if (found == 0)
        return false;
    if (at < size && (text[at] == 'e' || text[at] == 'E')) {
        at++;
        if (at < size && (text[at] == '-' || text[at] == '+'))
            at++;
        from = at;
        at = digits(text, size, from);
        if (at == from)
            return false;
    }
    return at == size;
}

static bool is_number(const char *text, size_t size)
{
    if (size > 2 && text[0] == '0' && text[1] == 'x')
        return all(text + 2, size - 2, "0123456789abcdefABCDEF");
    if (size > 2 && text[0] == '0' && text[1] == 'o')
        return all(text + 2, size - 2, "01234567");
    return is_decimal(text, size);
}

static bool is_one_of(const char *text, size_t size, const char *const *words)
{
    for (; *words != NULL; words++)
        if (strlen(*words) == size && memcmp(*words, text, size) == 0)
            return true;
    return false;
}

enum cull_node_kind cull_scalar_kind(const char *text, size_t size, bool json)
{
    static const char *const nulls[] = { "", "~", "null", "Null", "NULL", NULL };
    static const char *const truths[] = { "true", "True", "TRUE", "false", "False", "FALSE", NULL };

    if (is_one_of(text, size, nulls))
        return CULL_NODE_NULL;
    if (is_one_of(text, size, truths))
        return CULL_NODE_BOOL;
    return is_number(text, size) || json ? CULL_NODE_NUMBER : CULL_NODE_STRING;
}

const struct cull_node *cull_node_get(const struct cull_node *map, const char *key)
{
    if (map == NULL || map->kind != CULL_NODE_MAP)
        return NULL;
    for (const struct cull_node *member = map->first; member != NULL; member = member->next)
        if (strcmp(member->key, key) == 0)
            return member;
    return NULL;
}

/* A key that is no plain word is written as in a program: ["a b"]. */
static bool is_word(const char *key)
{
    for (const char *c = key; *c != '\0'; c++)
        if (strchr(" .[]\"\t\r\n", *c) != NULL || (unsigned char)*c < 0x20)
            return false;
    return *key != '\0';
}

static void add_path(struct cull_text *text, const struct cull_node *node, unsigned levels)
{
    if (node->parent == NULL || levels == 0)
        return;
    add_path(text, node->parent, levels - 1);
    if (node->parent->kind == CULL_NODE_LIST)
        cull_text_add(text, "[%zu]", node->index);
    else if (is_word(node->key))
        cull_text_add(text, "%s%.80s", text->size > 0 ? "." : "", node->key);
    else
        cull_text_add(text, "[\"%.40s\"]", node->key);
}

struct cull_place cull_node_place(struct cull_arena *arena, const struct cull_node *node)
{
    struct cull_place place = { .source = node->source,
                                .line = node->line,
                                .column = node->column };
    cull_auto_text path = { 0 };

    add_path(&path, node, DEEPEST);
    if (cull_text_ok(&path) && path.size > 0)
        place.path = cull_arena_copy(arena, path.data, path.size); /* NULL: the line is enough */
    return place;
}

const char *cull_node_kind_name(enum cull_node_kind kind)
{
    static const char *const names[] = {
        [CULL_NODE_NULL] = "null",       [CULL_NODE_BOOL] = "true or false",
        [CULL_NODE_NUMBER] = "a number", [CULL_NODE_STRING] = "a string",
        [CULL_NODE_LIST] = "a list",     [CULL_NODE_MAP] = "an object",
    };

    return names[kind];
}

static int fail_kind(struct cull_arena *arena, const struct cull_node *node, const char *wanted,
                     struct cull_error *reterr)
{
    struct cull_place place = cull_node_place(arena, node);

    return cull_fail_at(reterr, EINVAL, &place, "must be %s, not %s", wanted,
                        cull_node_kind_name(node->kind));
}

int cull_node_string(struct cull_arena *arena, const struct cull_node *node, const char **ret,
                     struct cull_error *reterr)
{
    struct cull_place place;

    if (node->kind != CULL_NODE_STRING)
        return fail_kind(arena, node, "a string", reterr);
    if (memchr(node->text, '\0', node->size) != NULL) {
        place = cull_node_place(arena, node);
        return cull_fail_at(reterr, EINVAL, &place, "a string holds a NUL character");
    }
    *ret = node->text;
    return 0;
}

int cull_node_u64(struct cull_arena *arena, const struct cull_node *node, uint64_t max,
                  uint64_t *ret, struct cull_error *reterr)
{
    struct cull_place place;
    const char *text = node->text;
    uint64_t value = 0;
    int r;

    if (node->kind != CULL_NODE_NUMBER)
        return fail_kind(arena, node, "a number", reterr);
    place = cull_node_place(arena, node);
    if (text[0] == '-')
        return cull_fail_at(reterr, EINVAL, &place, "must not be negative: %.40s", text);
    if (text[0] == '0' && text[1] >= '0' && text[1] <= '9')
        return cull_fail_at(reterr, EINVAL, &place,
                            "%.40s begins with 0, which some read as octal: write it without",
                            text);
    if (text[0] == '0' && text[1] == 'o')
        return cull_fail_at(reterr, EINVAL, &place, "%.40s is octal: write it in decimal", text);
    r = cull_parse_u64(text, &value);
    if (r == -EINVAL)
        return cull_fail_at(reterr, EINVAL, &place, "must be a whole number, not %.40s", text);
    if (r == -ERANGE || value > max)
        return cull_fail_at(reterr, EINVAL, &place, "%.40s is too large: the most is %llu", text,
                            (unsigned long long)max);
    *ret = value;
    return 0;
}

int cull_node_bool(struct cull_arena *arena, const struct cull_node *node, bool *ret,
                   struct cull_error *reterr)
{
    if (node->kind != CULL_NODE_BOOL)
        return fail_kind(arena, node, "true or false", reterr);
    *ret = node->text[0] == 't' || node->text[0] == 'T';
    return 0;
}
