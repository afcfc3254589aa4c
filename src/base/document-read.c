/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libfyaml's events become the tree.  Events, not its documents: so depth and aliases are bounded
 * while reading, and every scalar's place is its own.
 */
#include <errno.h>
#include <libfyaml.h>
#include <string.h>

#include "document-build.h"

/* What libfyaml says, and what it means to the one who wrote the file. */
static const struct {
    const char *theirs, *ours;
    bool at_quote; /* the mark is behind a quote; the string is meant, not what stands in it */
} wordings[] = {
    { "JSON disallows trailing comma", "a comma with nothing after it: JSON does not allow that",
      false },
    { "flow mapping with invalid extra closing brace", "a '}' that closes nothing", false },
    { "flow sequence with invalid extra closing bracket", "a ']' that closes nothing", false },
    { "mismatched flow", "the wrong closing bracket", false },
    { "missing document start", "something follows the end of the document", false },
    { "document start indicator not supported in JSON", "JSON allows one document in a file",
      false },
    { "document end indicator not supported in JSON", "JSON allows one document in a file", false },
    { "single quoted scalars not supported", "JSON strings have double quotes, not single ones",
      false },
    { "Invalid JSON plain scalar", "not a JSON value", false },
    { "Multi line plain scalars", "not a JSON value", false },
    { "wrongly indented double-quoted", "a string without its closing quote", true },
    { "wrongly indented single-quoted", "a string without its closing quote", true },
    { "invalid multiline plain key", "wrong indentation, or a line that is no \"key: value\"",
      false },
    { "invalid hex escape", "\\u needs four hexadecimal digits", false },
    { "Invalid JSON unescaped character", "an unescaped control character in a string", false },
    { "Multi line double quoted scalars", "a string without its closing quote", true },
    { "plain scalar cannot start with '#'", "JSON has no comments", false },
    { "JSON does not allow empty values", "a key without a value: ':' expected after it", false },
    { "anchor not supported in JSON", "anchors are YAML, not JSON", false },
    { "tag not supported in JSON", "tags are YAML, not JSON", false },
    { "complex keys not supported in JSON", "a key must be a string", false },
    { "JSON considers keys when not in mapping", "a list holds no keys", false },
    { "flow sequence with invalid extra comma", "a comma with nothing before it", false },
    { "flow mapping with invalid extra comma", "a comma with nothing before it", false },
    { "double-quoted scalar has invalid UTF8 escape", "half of a surrogate pair", false },
    { "without closing quote", "a string without its closing quote", true },
    { "invalid escape", "an escape that does not exist", false },
    { "flow sequence without a closing bracket", "a '[' without its ']'", false },
    { "flow mapping without a closing brace", "a '{' without its '}'", false },
    { "missing comma in flow", "',' expected", true },
};

static void discard(struct fy_diag *diag, void *user, const char *text, size_t size)
{
    (void)diag;
    (void)user;
    (void)text;
    (void)size;
}

static struct fy_diag *make_diag(void)
{
    struct fy_diag_cfg config;
    struct fy_diag *diag;

    fy_diag_cfg_default(&config);
    config.fp = NULL;
    config.output_fn = discard;
    config.colorize = false;
    diag = fy_diag_create(&config);
    if (diag != NULL)
        fy_diag_set_collect_errors(diag, true);
    return diag;
}

/* Libfyaml counts a tab as up to eight columns; an offset has no opinion. */
static size_t offset_of(struct fy_token *token, size_t otherwise)
{
    const struct fy_mark *mark = token != NULL ? fy_token_start_mark(token) : NULL;
    enum fy_scalar_style style;

    if (mark == NULL)
        return otherwise;
    style = fy_token_scalar_style(token);
    if (mark->input_pos > 0 && (style == FYSS_SINGLE_QUOTED || style == FYSS_DOUBLE_QUOTED))
        return mark->input_pos - 1; /* the mark is behind the quote */
    return mark->input_pos;
}

static size_t last_character(const struct build *build)
{
    size_t end = build->size;

    while (end > 0 && strchr(" \t\r\n", build->data[end - 1]) != NULL)
        end--;
    return end;
}

static int report(struct build *build, struct fy_diag *diag, struct cull_error *reterr)
{
    void *previous = NULL;
    struct fy_diag_error *error = fy_diag_errors_iterate(diag, &previous);
    const char *message = error != NULL ? error->msg : NULL;
    size_t offset, end = last_character(build);

    if (error == NULL || message == NULL)
        return cull_build_fail(build, end, reterr, "not well-formed");
    offset = offset_of(error->fyt, end);
    if (error->fyt != NULL && fy_token_start_mark(error->fyt) != NULL)
        offset = fy_token_start_mark(error->fyt)->input_pos;
    if (offset >= end && build->depth > 0 && strstr(message, "closing quote") == NULL)
        return cull_build_fail(build, end, reterr,
                               "the input ends in the middle: is the file complete?");
    if (build->json && offset < build->size && build->data[offset] == '/')
        return cull_build_fail(build, offset, reterr, "JSON has no comments");
    for (size_t i = 0; i < sizeof wordings / sizeof *wordings; i++) {
        if (strstr(message, wordings[i].theirs) == NULL)
            continue;
        if (wordings[i].at_quote && offset > 0 && strchr("'\"", build->data[offset - 1]) != NULL)
            offset--;
        return cull_build_fail(build, offset, reterr, wordings[i].ours);
    }
    return cull_build_fail(build, offset, reterr, message);
}

static int add_anchor(struct build *build, struct fy_token *anchor, const struct cull_node *node,
                      struct cull_error *reterr)
{
    const char *name;
    size_t size;

    if (anchor == NULL)
        return 0;
    name = fy_token_get_text(anchor, &size);
    return name == NULL ? cull_fail_memory(reterr)
                        : cull_build_anchor(build, name, size, node, reterr);
}

static bool is_string_tag(struct fy_token *tag)
{
    /* handle and suffix: "!!" stands for tag:yaml.org,2002: */
    size_t handle_size = 0, size = 0;
    const char *handle = tag != NULL ? fy_tag_token_handle(tag, &handle_size) : NULL;
    const char *suffix = tag != NULL ? fy_tag_token_suffix(tag, &size) : NULL;

    return handle != NULL && suffix != NULL && handle_size == 2 && memcmp(handle, "!!", 2) == 0 &&
           size == 3 && memcmp(suffix, "str", 3) == 0;
}

static int read_scalar(struct build *build, struct fy_event *event, struct cull_error *reterr)
{
    struct fy_token *token = event->scalar.value;
    size_t size = 0, offset = offset_of(token, build->cursor.offset);
    const char *text = token != NULL ? fy_token_get_text(token, &size) : "";
    bool plain = token == NULL || fy_token_scalar_style(token) == FYSS_PLAIN;
    enum cull_node_kind kind = CULL_NODE_STRING;
    struct cull_node *node;
    int r;

    if (text == NULL)
        return cull_fail_memory(reterr);
    if (cull_build_wants_key(build)) {
        if (plain && size == 2 && memcmp(text, "<<", 2) == 0)
            return cull_build_fail(build, offset, reterr,
                                   "merge keys (<<) are not read: write the members out");
        return cull_build_key(build, offset, text, size, reterr);
    }
    if (plain && !is_string_tag(event->scalar.tag))
        kind = cull_scalar_kind(text, size, build->json);
    r = cull_build_add(build, offset, kind, &node, reterr);
    if (r < 0)
        return r;
    node->text = cull_arena_copy(build->arena, text, size);
    node->size = size;
    if (node->text == NULL)
        return cull_fail_memory(reterr);
    return add_anchor(build, event->scalar.anchor, node, reterr);
}

static int read_start(struct build *build, struct fy_token *start, struct fy_token *anchor,
                      enum cull_node_kind kind, struct cull_error *reterr)
{
    size_t offset = offset_of(start, build->cursor.offset);
    struct cull_node *node;
    int r;

    if (cull_build_wants_key(build))
        return cull_build_fail(build, offset, reterr, "a key must be a text, not a list or a map");
    r = cull_build_add(build, offset, kind, &node, reterr);
    return r < 0 ? r : add_anchor(build, anchor, node, reterr);
}

static int read_alias(struct build *build, struct fy_event *event, struct cull_error *reterr)
{
    size_t size, offset = offset_of(event->alias.anchor, build->cursor.offset);
    const char *name = fy_token_get_text(event->alias.anchor, &size);

    if (name == NULL)
        return cull_fail_memory(reterr);
    if (cull_build_wants_key(build))
        return cull_build_fail(build, offset, reterr, "a key must be a text, not an alias");
    return cull_build_alias(build, offset, name, size, reterr);
}

static int read_event(struct build *build, struct fy_event *event, struct cull_error *reterr)
{
    switch (event->type) {
    case FYET_DOCUMENT_START:
        if (build->root == NULL)
            return 0;
        return cull_build_fail(
            build, offset_of(event->document_start.document_start, build->cursor.offset), reterr,
            "a second document starts here: give one in a file");
    case FYET_SCALAR:
        return read_scalar(build, event, reterr);
    case FYET_ALIAS:
        return read_alias(build, event, reterr);
    case FYET_MAPPING_START:
        return read_start(build, event->mapping_start.mapping_start, event->mapping_start.anchor,
                          CULL_NODE_MAP, reterr);
    case FYET_SEQUENCE_START:
        return read_start(build, event->sequence_start.sequence_start, event->sequence_start.anchor,
                          CULL_NODE_LIST, reterr);
    case FYET_MAPPING_END:
    case FYET_SEQUENCE_END:
        return cull_build_end(build, reterr);
    default:
        return 0;
    }
}

static int read_events(struct build *build, struct fy_parser *parser, struct fy_diag *diag,
                       struct cull_error *reterr)
{
    struct fy_event *event;
    int r = 0;

    if (fy_parser_set_string(parser, build->data, build->size) != 0)
        return cull_fail_memory(reterr);
    while (r == 0 && (event = fy_parser_parse(parser)) != NULL) {
        r = read_event(build, event, reterr);
        fy_parser_event_free(parser, event);
    }
    if (r == 0 && (fy_parser_get_stream_error(parser) || fy_diag_got_error(diag)))
        r = report(build, diag, reterr);
    return r;
}

int cull_document_read(struct build *build, struct cull_error *reterr)
{
    struct fy_diag *diag = make_diag();
    struct fy_parse_cfg config = {
        .flags = FYPCF_QUIET | FYPCF_COLLECT_DIAG | FYPCF_DEFAULT_VERSION_1_2 |
                 (build->json ? FYPCF_JSON_FORCE : FYPCF_JSON_NONE),
        .diag = diag,
    };
    struct fy_parser *parser = diag != NULL ? fy_parser_create(&config) : NULL;
    int r = parser != NULL ? read_events(build, parser, diag, reterr) : cull_fail_memory(reterr);

    fy_parser_destroy(parser);
    fy_diag_destroy(diag);
    return r;
}
