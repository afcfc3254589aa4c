/* SPDX-License-Identifier: Apache-2.0 */
/*
 * document - the second half of base: JSON and YAML in, with line, column and path; JSON out.
 *
 * The only header behind which libfyaml is known.  A document is read completely and becomes an
 * immutable tree in an arena; every node knows where it stood.
 */
#ifndef SYSCULL_DOCUMENT_H
#define SYSCULL_DOCUMENT_H

#include <syscull/base.h>

enum cull_node_kind {
    CULL_NODE_NULL,
    CULL_NODE_BOOL,
    CULL_NODE_NUMBER, /* text is the number as written */
    CULL_NODE_STRING,
    CULL_NODE_LIST,
    CULL_NODE_MAP,
};

struct cull_node {
    enum cull_node_kind kind;
    unsigned line, column;
    const char *source; /* shared by all nodes of the document */
    const char *key;    /* in a map: this member's key, else NULL */
    unsigned key_line, key_column;
    const char *text; /* scalars; may hold NUL bytes only if size says so */
    size_t size;      /* of text, in bytes */
    const struct cull_node *parent;
    const struct cull_node *first; /* children of a list or map, in the order of the input */
    const struct cull_node *next;
    size_t count; /* of children */
    size_t index; /* among the parent's children, from 0 */
};

/*
 * Parse one document.  Input that starts with '{' or '[' is JSON, strictly (no duplicate keys, no
 * trailing comma, no comment, nesting to 64, UTF-8 only); anything else is YAML 1.2 (one document,
 * aliases resolved, no duplicate keys, alias expansion bounded).  source is copied into the arena.
 * Errors: -EINVAL (malformed, with place), -ENODATA (empty), -EILSEQ (not UTF-8), -ENOMEM.
 */
int cull_document_parse(struct cull_arena *arena, const char *source, const char *data, size_t size,
                        const struct cull_node **ret, struct cull_error *reterr);

/* The member of a map, or NULL (also when map is NULL or no map). */
const struct cull_node *cull_node_get(const struct cull_node *map, const char *key);
/* The node's place; the path is built in the arena ("syscalls[3].args[0].op"). */
struct cull_place cull_node_place(struct cull_arena *arena, const struct cull_node *node);
const char *cull_node_kind_name(enum cull_node_kind kind); /* "a list", "a string", ... */

/* Typed reads.  -EINVAL with the node's place when it is of another type or out of range. */
int cull_node_string(struct cull_arena *arena, const struct cull_node *node, const char **ret,
                     struct cull_error *reterr); /* refuses embedded NUL */
int cull_node_u64(struct cull_arena *arena, const struct cull_node *node, uint64_t max,
                  uint64_t *ret, struct cull_error *reterr);
int cull_node_bool(struct cull_arena *arena, const struct cull_node *node, bool *ret,
                   struct cull_error *reterr);

/* ---- JSON out -------------------------------------------------------------------------- */

/* Streams JSON into a text.  Pretty: two blanks a level; a list of scalars is one line if it fits
 * into 100 columns, else it is wrapped there.
 * key is NULL in a list and at the top.  Misuse (a missing key, an unbalanced end) asserts. */
struct cull_json {
    struct cull_text *out;
    bool compact;
    unsigned depth;
    bool comma[64]; /* the container at this depth already holds a member */
    bool is_map[64];
    bool is_flow[64];              /* a list of scalars, written in lines */
    size_t line_start, flow_start; /* offsets in out */
};
void cull_json_start(struct cull_json *json, struct cull_text *out, bool compact);
void cull_json_map(struct cull_json *json, const char *key);
void cull_json_list(struct cull_json *json, const char *key);
void cull_json_scalars(struct cull_json *json, const char *key); /* a list of scalars only */
void cull_json_end(struct cull_json *json);
void cull_json_string(struct cull_json *json, const char *key, const char *value); /* NULL: null */
void cull_json_u64(struct cull_json *json, const char *key, uint64_t value);
void cull_json_i64(struct cull_json *json, const char *key, int64_t value);
void cull_json_bool(struct cull_json *json, const char *key, bool value);
/* Bytes that are not UTF-8 (a comm, a path) become U+FFFD; control characters are escaped. */

#endif
