/* SPDX-License-Identifier: Apache-2.0 */
/* The text printer of a view: aligned, wrapped to the paper, coloured only on a terminal. */
#include <stdio.h>
#include <string.h>

#include "view.h"

#define COLUMNS_MAX 16

void cull_text_add_clean(struct cull_text *text, const char *data)
{
    const unsigned char *p = (const unsigned char *)data;

    for (; *p != '\0'; p++) {
        bool is_c1 = p[0] == 0xc2 && p[1] >= 0x80 && p[1] < 0xa0; /* terminals obey these, too */

        if (*p < 0x20 || *p == 0x7f)
            cull_text_add(text, "\\x%02x", *p);
        else if (is_c1)
            cull_text_add(text, "\\x%02x", *++p);
        else
            cull_text_append(text, (const char *)p, 1);
    }
}

/* Characters, not bytes: continuation bytes of UTF-8 do not count. */
static unsigned width_of(const char *text)
{
    unsigned width = 0;

    for (; *text != '\0'; text++)
        width += (*text & 0xc0) != 0x80;
    return width;
}

static void pad(struct cull_text *out, unsigned count)
{
    cull_text_add(out, "%*s", (int)count, "");
}

static void tinted(struct cull_text *out, const struct cull_paper *paper, enum tint tint,
                   const char *text)
{
    static const char *const codes[] = {
        [TINT_PLAIN] = "",        [TINT_STRONG] = "\033[1m", [TINT_GOOD] = "\033[32m",
        [TINT_WARN] = "\033[33m", [TINT_BAD] = "\033[31m",   [TINT_DIM] = "\033[2m",
    };

    if (!paper->colour || tint == TINT_PLAIN || *text == '\0') {
        cull_text_append(out, text, strlen(text));
        return;
    }
    cull_text_add(out, "%s%s\033[0m", codes[tint], text);
}

static void clean_value(const struct cull_item *item, struct cull_text *ret)
{
    cull_text_append(ret, "", 0);
    if (item->kind == CULL_ITEM_NUMBER) {
        cull_text_add(ret, "%lld", (long long)item->number);
    } else if (item->kind == CULL_ITEM_BOOL) {
        cull_text_add(ret, "%s", item->number ? "yes" : "no");
    } else if (item->kind == CULL_ITEM_WORDS) {
        for (size_t i = 0; i < item->count; i++) {
            cull_text_add(ret, "%s", i > 0 ? " " : "");
            cull_text_add_clean(ret, item->words[i]);
        }
    } else if (item->text != NULL) {
        cull_text_add_clean(ret, item->text);
    } else {
        cull_text_add(ret, "-");
    }
}

/* Words from column indent on, continued under themselves. */
static void wrapped(struct cull_text *out, const struct cull_paper *paper, unsigned indent,
                    enum tint tint, const char *text)
{
    unsigned room = paper->width > indent + 20 ? paper->width - indent : 20;
    cull_auto_text line = { 0 };

    for (;;) {
        size_t size = strcspn(text, " ");

        if (line.size > 0 && width_of(line.data) + 1 + size > room) {
            tinted(out, paper, tint, line.data);
            cull_text_add(out, "\n");
            pad(out, indent);
            line.size = 0;
        }
        if (line.size > 0)
            cull_text_add(&line, " ");
        cull_text_append(&line, text, size);
        text += size;
        if (*text == '\0')
            break;
        text++;
    }
    tinted(out, paper, tint, line.data ? line.data : "");
    cull_text_add(out, "\n");
}

static bool is_field(const struct cull_item *item)
{
    return item->kind == CULL_ITEM_STRING || item->kind == CULL_ITEM_NUMBER ||
           item->kind == CULL_ITEM_BOOL || item->kind == CULL_ITEM_WORDS;
}

/* A run of neighbouring fields; the last item of it. */
static const struct cull_item *fields(struct cull_text *out, const struct cull_paper *paper,
                                      const struct cull_item *first, const struct cull_item *end)
{
    const struct cull_item *item;
    unsigned width = 0;

    for (item = first; item < end && is_field(item); item++) {
        if (item->label != NULL && width_of(item->label) > width)
            width = width_of(item->label);
    }
    end = item;
    for (item = first; item < end; item++) {
        cull_auto_text value = { 0 };

        if (item->label == NULL)
            continue;
        clean_value(item, &value);
        pad(out, 2);
        tinted(out, paper, TINT_DIM, item->label);
        pad(out, width - width_of(item->label) + 2);
        wrapped(out, paper, width + 4, item->tint, value.data ? value.data : "");
    }
    return end - 1;
}

struct layout {
    unsigned widths[COLUMNS_MAX];
    size_t last; /* visible column */
    bool titles;
};

static struct layout measure(const struct cull_item *table)
{
    const struct cull_item *cell = table + 1;
    struct layout layout = { 0 };

    for (size_t i = 0; i < table->count; i++) {
        const char *title = table->columns[i].title;

        if (title == NULL)
            continue;
        layout.last = i;
        layout.titles |= *title != '\0';
        layout.widths[i] = width_of(title);
    }
    for (size_t i = 0; cell->kind != CULL_ITEM_TABLE_END; cell++, i = (i + 1) % table->count) {
        cull_auto_text value = { 0 };

        clean_value(cell, &value);
        if (value.data != NULL && width_of(value.data) > layout.widths[i])
            layout.widths[i] = width_of(value.data);
    }
    return layout;
}

static void table_row(struct cull_text *out, const struct cull_paper *paper,
                      const struct cull_item *table, const struct layout *layout,
                      const struct cull_item *cells)
{
    unsigned indent = 0;

    for (size_t i = 0; i <= layout->last; i++) {
        const struct cull_column *column = &table->columns[i];
        cull_auto_text value = { 0 };
        unsigned blanks;

        if (column->title == NULL)
            continue;
        if (cells != NULL)
            clean_value(&cells[i], &value);
        else
            cull_text_add(&value, "%s", column->title);
        if (!cull_text_ok(&value)) {
            out->failed = true;
            return;
        }
        blanks = layout->widths[i] - width_of(value.data);
        if (column->right)
            pad(out, blanks);
        if (i == layout->last) {
            wrapped(out, paper, indent + (column->right ? blanks : 0),
                    cells ? cells[i].tint : TINT_DIM, value.data);
            return;
        }
        tinted(out, paper, cells ? cells[i].tint : TINT_DIM, value.data);
        pad(out, (column->right ? 0 : blanks) + 2);
        indent += layout->widths[i] + 2;
    }
}

static const struct cull_item *table_text(struct cull_text *out, const struct cull_paper *paper,
                                          const struct cull_item *table)
{
    const struct layout layout = measure(table);
    const struct cull_item *cell = table + 1;

    if (layout.titles && cell->kind != CULL_ITEM_TABLE_END)
        table_row(out, paper, table, &layout, NULL);
    for (; cell->kind != CULL_ITEM_TABLE_END; cell += table->count)
        table_row(out, paper, table, &layout, cell);
    return cell;
}

static bool is_visible(const struct cull_item *table)
{
    for (size_t i = 0; i < table->count; i++) {
        if (table->columns[i].title != NULL)
            return true;
    }
    return false;
}

/* Alignment leaves blanks at the ends of lines: nobody wants them in a diff or a terminal. */
static void trim_lines(struct cull_text *out)
{
    size_t to = 0;

    for (size_t from = 0; from < out->size; from++) {
        if (out->data[from] == '\n') {
            while (to > 0 && out->data[to - 1] == ' ')
                to--;
        }
        out->data[to++] = out->data[from];
    }
    out->size = to;
    if (out->data != NULL)
        out->data[to] = '\0';
}

void cull_view_text(const struct cull_view *view, const struct cull_paper *paper,
                    struct cull_text *out)
{
    const struct cull_item *item, *end = view->items + view->count;

    for (item = view->items; item < end; item++) {
        cull_auto_text line = { 0 };

        if (item->kind == CULL_ITEM_LINE) {
            cull_text_add_clean(&line, item->text);
            tinted(out, paper, item->tint, line.data ? line.data : "");
            cull_text_add(out, "\n");
        } else if (is_field(item)) {
            item = fields(out, paper, item, end);
        } else if (item->kind == CULL_ITEM_TABLE && is_visible(item)) {
            item = table_text(out, paper, item);
        } else if (item->kind == CULL_ITEM_TABLE) {
            while (item->kind != CULL_ITEM_TABLE_END)
                item++;
        }
    }
    trim_lines(out);
}
