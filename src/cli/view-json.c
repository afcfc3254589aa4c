/* SPDX-License-Identifier: Apache-2.0 */
/* The JSON printers of a view. */
#include <syscull/document.h>

#include "view.h"

static void value(struct cull_json *json, const char *key, const struct cull_item *item)
{
    switch (item->kind) {
    case CULL_ITEM_NUMBER:
        cull_json_i64(json, key, item->number);
        break;
    case CULL_ITEM_BOOL:
        cull_json_bool(json, key, item->number != 0);
        break;
    case CULL_ITEM_WORDS:
        cull_json_scalars(json, key);
        for (size_t i = 0; i < item->count; i++)
            cull_json_string(json, NULL, item->words[i]);
        cull_json_end(json);
        break;
    default:
        cull_json_string(json, key, item->text);
    }
}

/* One row of a table; the item after it. */
static const struct cull_item *row(struct cull_json *json, const struct cull_item *table,
                                   const struct cull_item *cell)
{
    cull_json_map(json, NULL);
    for (size_t i = 0; i < table->count; i++, cell++) {
        if (table->columns[i].key != NULL)
            value(json, table->columns[i].key, cell);
    }
    cull_json_end(json);
    return cell;
}

static const struct cull_item *whole_table(struct cull_json *json, const struct cull_item *table)
{
    const struct cull_item *cell = table + 1;

    cull_json_list(json, table->key);
    while (cell->kind != CULL_ITEM_TABLE_END)
        cell = row(json, table, cell);
    cull_json_end(json);
    return cell;
}

static void whole(const struct cull_view *view, struct cull_text *out, bool compact)
{
    const struct cull_item *item, *end = view->items + view->count;
    unsigned in_list[64] = { 0 }, depth = 0;
    struct cull_json json;

    cull_json_start(&json, out, compact);
    cull_json_map(&json, NULL);
    for (item = view->items; item < end; item++) {
        if (item->kind == CULL_ITEM_LINE)
            continue;
        if (item->kind == CULL_ITEM_END) {
            cull_json_end(&json);
            depth--;
            continue;
        }
        if (item->key == NULL && !in_list[depth] && item->kind != CULL_ITEM_TABLE)
            continue;
        if (item->kind == CULL_ITEM_MAP || item->kind == CULL_ITEM_LIST) {
            if (item->kind == CULL_ITEM_MAP)
                cull_json_map(&json, item->key);
            else
                cull_json_list(&json, item->key);
            in_list[++depth] = item->kind == CULL_ITEM_LIST;
        } else if (item->kind == CULL_ITEM_TABLE && item->key == NULL) {
            while (item->kind != CULL_ITEM_TABLE_END)
                item++;
        } else if (item->kind == CULL_ITEM_TABLE) {
            item = whole_table(&json, item);
        } else {
            value(&json, item->key, item);
        }
    }
    cull_json_end(&json);
    cull_text_add(out, "%s", out->size > 0 && out->data[out->size - 1] == '\n' ? "" : "\n");
}

void cull_view_json(const struct cull_view *view, struct cull_text *out)
{
    whole(view, out, false);
}

/* Rows are what a reader of lines wants; a view without a table is one line. */
void cull_view_json_lines(const struct cull_view *view, struct cull_text *out)
{
    const struct cull_item *end = view->items + view->count;
    bool has_table = false;

    for (const struct cull_item *item = view->items; item < end; item++) {
        const struct cull_item *table = item;

        if (item->kind != CULL_ITEM_TABLE || item->key == NULL)
            continue;
        has_table = true;
        for (item++; item->kind != CULL_ITEM_TABLE_END;) {
            struct cull_json json;

            cull_json_start(&json, out, true);
            item = row(&json, table, item);
            if (out->size > 0 && out->data[out->size - 1] != '\n')
                cull_text_add(out, "\n");
        }
    }
    if (!has_table)
        whole(view, out, true);
}
