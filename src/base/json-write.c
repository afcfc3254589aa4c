/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <string.h>
#include <syscull/document.h>

#define WIDEST 100 /* columns of a line of scalars */

void cull_json_start(struct cull_json *json, struct cull_text *out, bool compact)
{
    memset(json, 0, sizeof *json);
    json->out = out;
    json->compact = compact;
    json->line_start = out->size;
}

/* Counted in characters: what an editor shows. */
static size_t column(const struct cull_json *json)
{
    size_t count = 0;

    for (size_t i = json->line_start; i < json->out->size; i++)
        count += ((unsigned char)json->out->data[i] & 0xc0) != 0x80;
    return count;
}

static void new_line(struct cull_json *json, unsigned depth)
{
    cull_text_append(json->out, "\n", 1);
    json->line_start = json->out->size;
    for (unsigned i = 0; i < depth; i++)
        cull_text_append(json->out, "  ", 2);
}

static void add_string(struct cull_text *out, const char *value)
{
    const unsigned char *text = (const unsigned char *)value;
    size_t left = strlen(value), size;

    cull_text_append(out, "\"", 1);
    for (; left > 0; text += size, left -= size) {
        size = cull_utf8_size(text, left);
        if (size == 0) {
            cull_text_append(out, "\xef\xbf\xbd", 3); /* U+FFFD for one byte that is no text */
            size = 1;
        } else if (*text == '"' || *text == '\\') {
            cull_text_add(out, "\\%c", *text);
        } else if (*text == '\n' || *text == '\t' || *text == '\r') {
            cull_text_add(out, "\\%c", *text == '\n' ? 'n' : *text == '\t' ? 't' : 'r');
        } else if (*text < 0x20 || *text == 0x7f) {
            cull_text_add(out, "\\u%04x", *text);
        } else {
            cull_text_append(out, (const char *)text, size);
        }
    }
    cull_text_append(out, "\"", 1);
}

/* What stands before a member: the comma, the line, the key. */
static void begin_member(struct cull_json *json, const char *key, size_t width)
{
    unsigned top = json->depth - 1;

    if (json->depth == 0) {
        assert(key == NULL);
        return;
    }
    assert(json->is_map[top] == (key != NULL));
    if (json->comma[top])
        cull_text_append(json->out, ",", 1);
    if (!json->compact) {
        if (!json->is_flow[top] || !json->comma[top] || column(json) + width + 2 > WIDEST)
            new_line(json, json->depth);
        else
            cull_text_append(json->out, " ", 1);
    }
    json->comma[top] = true;
    if (key != NULL) {
        add_string(json->out, key);
        cull_text_append(json->out, ": ", json->compact ? 1 : 2);
    }
}

static void begin(struct cull_json *json, const char *key, bool is_map, bool is_flow)
{
    assert(json->depth == 0 || !json->is_flow[json->depth - 1]);
    begin_member(json, key, 0);
    cull_text_append(json->out, is_map ? "{" : "[", 1);
    assert(json->depth < sizeof json->comma / sizeof *json->comma);
    json->comma[json->depth] = false;
    json->is_map[json->depth] = is_map;
    json->is_flow[json->depth] = is_flow;
    json->flow_start = json->out->size;
    json->depth++;
}

void cull_json_map(struct cull_json *json, const char *key)
{
    begin(json, key, true, false);
}

void cull_json_list(struct cull_json *json, const char *key)
{
    begin(json, key, false, false);
}

void cull_json_scalars(struct cull_json *json, const char *key)
{
    begin(json, key, false, true);
}

/* A list of scalars that needed one line only goes behind its '['. */
static bool pull_up(struct cull_json *json)
{
    struct cull_text *out = json->out;
    size_t items = json->flow_start + 1 + 2 * ((size_t)json->depth + 1), line, size;

    if (!cull_text_ok(out) || json->line_start != json->flow_start + 1)
        return false;
    size = out->size - items;
    json->line_start = json->flow_start;
    while (json->line_start > 0 && out->data[json->line_start - 1] != '\n')
        json->line_start--;
    line = json->line_start;
    if (json->flow_start - line + size + 2 > WIDEST) { /* bytes: a little early for non-ASCII */
        json->line_start = json->flow_start + 1;
        return false;
    }
    memmove(out->data + json->flow_start, out->data + items, size);
    out->size = json->flow_start + size;
    out->data[out->size] = '\0';
    return true;
}

void cull_json_end(struct cull_json *json)
{
    assert(json->depth > 0);
    json->depth--;
    if (json->comma[json->depth] && !json->compact &&
        !(json->is_flow[json->depth] && pull_up(json)))
        new_line(json, json->depth);
    cull_text_append(json->out, json->is_map[json->depth] ? "}" : "]", 1);
    if (json->depth == 0 && !json->compact)
        cull_text_append(json->out, "\n", 1);
}

static void add_raw(struct cull_json *json, const char *key, const char *text)
{
    begin_member(json, key, strlen(text));
    cull_text_add(json->out, "%s", text);
}

void cull_json_string(struct cull_json *json, const char *key, const char *value)
{
    cull_auto_text quoted = { 0 };

    if (value == NULL) {
        add_raw(json, key, "null");
        return;
    }
    add_string(&quoted, value);
    if (!cull_text_ok(&quoted))
        json->out->failed = true;
    else
        add_raw(json, key, quoted.data);
}

void cull_json_u64(struct cull_json *json, const char *key, uint64_t value)
{
    begin_member(json, key, 20);
    cull_text_add(json->out, "%llu", (unsigned long long)value);
}

void cull_json_i64(struct cull_json *json, const char *key, int64_t value)
{
    begin_member(json, key, 20);
    cull_text_add(json->out, "%lld", (long long)value);
}

void cull_json_bool(struct cull_json *json, const char *key, bool value)
{
    add_raw(json, key, value ? "true" : "false");
}
