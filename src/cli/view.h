/* SPDX-License-Identifier: Apache-2.0 */
/*
 * view - what a command has to show, independent of how: lines, fields and tables, in order.
 *
 * A command fills a view; text, JSON and JSON lines are printers of it.  What has no key is not in
 * JSON, what has no label or title is not in text.  Out of memory is sticky: printing reports it.
 */
#ifndef SYSCULL_CLI_VIEW_H
#define SYSCULL_CLI_VIEW_H

#include <syscull/base.h>

#include "command.h"

enum tint { TINT_PLAIN, TINT_STRONG, TINT_GOOD, TINT_WARN, TINT_BAD, TINT_DIM };

struct cull_column {
    const char *key;   /* NULL: text only */
    const char *title; /* NULL: JSON only; "": a column without a title */
    bool right;
};

enum cull_item_kind {
    CULL_ITEM_LINE,
    CULL_ITEM_STRING,
    CULL_ITEM_NUMBER,
    CULL_ITEM_BOOL,
    CULL_ITEM_WORDS,
    CULL_ITEM_MAP,
    CULL_ITEM_LIST,
    CULL_ITEM_END,
    CULL_ITEM_TABLE,
    CULL_ITEM_TABLE_END,
};

struct cull_item {
    enum cull_item_kind kind;
    enum tint tint;
    const char *key, *label;
    const char *text; /* STRING: NULL is null */
    int64_t number;
    const char **words;
    size_t count; /* of words or columns */
    const struct cull_column *columns;
};

struct cull_view {
    struct cull_arena *arena;
    struct cull_item *items;
    size_t count, capacity;
    bool failed;
};
int cull_view_new(struct cull_view **ret, struct cull_error *reterr);
void cull_view_free(struct cull_view *view);
CULL_DEFINE_AUTO(view)

/* A line of text; JSON does not have it.  "" is an empty line. */
void cull_view_line(struct cull_view *view, enum tint tint, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Fields.  Neighbours are aligned. */
void cull_view_string(struct cull_view *view, const char *key, const char *label,
                      const char *value);
void cull_view_format(struct cull_view *view, const char *key, const char *label,
                      const char *format, ...) __attribute__((format(printf, 4, 5)));
void cull_view_number(struct cull_view *view, const char *key, const char *label, int64_t value);
void cull_view_bool(struct cull_view *view, const char *key, const char *label, bool value);
void cull_view_words(struct cull_view *view, const char *key, const char *label,
                     const char *const *words, size_t count);
/* Nesting, for JSON alone. */
void cull_view_map(struct cull_view *view, const char *key);
void cull_view_list(struct cull_view *view, const char *key);
void cull_view_end(struct cull_view *view);
/* A table: as many cells (fields without key and label) as it has columns make a row. */
void cull_view_table(struct cull_view *view, const char *key, const struct cull_column *columns,
                     size_t count);
void cull_view_table_end(struct cull_view *view);
void cull_view_cell(struct cull_view *view, const char *value);
void cull_view_cell_tinted(struct cull_view *view, enum tint tint, const char *value);
void cull_view_cell_number(struct cull_view *view, int64_t value);
void cull_view_cell_words(struct cull_view *view, const char *const *words, size_t count);

/* To standard output in the format that was asked for.  -EPIPE, write(2)'s, -ENOMEM. */
int cull_view_print(const struct cull_view *view, enum output output, struct cull_error *reterr);

/* The printers. */
struct cull_paper {
    unsigned width; /* columns to fill */
    bool colour;
};
void cull_view_text(const struct cull_view *view, const struct cull_paper *paper,
                    struct cull_text *out);
void cull_view_json(const struct cull_view *view, struct cull_text *out);
void cull_view_json_lines(const struct cull_view *view, struct cull_text *out);

#endif
