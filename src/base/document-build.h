/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tree under construction: what the reader (libfyaml's events) hands to, node by node.
 * Private to base/.
 */
#ifndef SYSCULL_BASE_DOCUMENT_BUILD_H
#define SYSCULL_BASE_DOCUMENT_BUILD_H

#include <syscull/document.h>

#define DEEPEST 64
#define MOST_ALIASED 100000 /* values that aliases may add: a bomb has millions, a person dozens */

/* Walks the input once, forwards, turning byte offsets into lines and columns. */
struct cursor {
    size_t offset;
    unsigned line, column; /* from 1 */
};

struct anchor {
    const char *name;
    const struct cull_node *node;
};

struct build {
    struct cull_arena *arena;
    const char *source;
    const char *data;
    size_t size;
    bool json;
    struct cursor cursor;
    struct cull_node *open[DEEPEST]; /* lists and maps that have begun and not ended */
    struct cull_node *last[DEEPEST]; /* the newest child of each */
    unsigned depth;
    const char *key; /* read, its value still to come */
    unsigned key_line, key_column;
    struct cull_node *root;
    struct anchor *anchors;
    size_t anchors_count, anchors_capacity;
    size_t aliased;
};

struct cull_place cull_build_place(struct build *build, size_t offset);
int cull_build_fail(struct build *build, size_t offset, struct cull_error *reterr,
                    const char *message);
/* True when the next scalar is a key of the innermost map. */
bool cull_build_wants_key(const struct build *build);
int cull_build_key(struct build *build, size_t offset, const char *text, size_t size,
                   struct cull_error *reterr);
/* Add a node where the reader stands; a list or map stays open until cull_build_end(). */
int cull_build_add(struct build *build, size_t offset, enum cull_node_kind kind,
                   struct cull_node **ret, struct cull_error *reterr);
int cull_build_end(struct build *build, struct cull_error *reterr);
int cull_build_anchor(struct build *build, const char *name, size_t size,
                      const struct cull_node *node, struct cull_error *reterr);
int cull_build_alias(struct build *build, size_t offset, const char *name, size_t size,
                     struct cull_error *reterr);

/* YAML 1.2's core schema; JSON's literals are a part of it. */
enum cull_node_kind cull_scalar_kind(const char *text, size_t size, bool json);

/* The reader: the only file that knows libfyaml. */
int cull_document_read(struct build *build, struct cull_error *reterr);

#endif
