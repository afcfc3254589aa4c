/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "view.h"

int cull_view_new(struct cull_view **ret, struct cull_error *reterr)
{
    struct cull_view *view = calloc(1, sizeof *view);

    if (view == NULL)
        return cull_fail_memory(reterr);
    view->arena = cull_arena_new();
    if (view->arena == NULL) {
        free(view);
        return cull_fail_memory(reterr);
    }
    *ret = view;
    return 0;
}

void cull_view_free(struct cull_view *view)
{
    if (view == NULL)
        return;
    cull_arena_free(view->arena);
    free(view->items);
    free(view);
}

/* The new item, or one that nobody looks at when memory is out. */
static struct cull_item *add(struct cull_view *view, enum cull_item_kind kind)
{
    static struct cull_item nowhere;
    struct cull_item *item = &nowhere;

    if (cull_array_grow(&view->items, &view->capacity, view->count, sizeof *view->items) < 0)
        view->failed = true;
    else
        item = &view->items[view->count++];
    *item = (struct cull_item){ .kind = kind };
    return item;
}

static const char *copy(struct cull_view *view, const char *text)
{
    const char *copied;

    if (text == NULL)
        return NULL;
    copied = cull_arena_copy(view->arena, text, strlen(text));
    if (copied == NULL)
        view->failed = true;
    return copied;
}

__attribute__((format(printf, 2, 0))) static const char *copy_format(struct cull_view *view,
                                                                     const char *format,
                                                                     va_list arguments)
{
    cull_auto_text text = { 0 };

    cull_text_vadd(&text, format, arguments);
    if (!cull_text_ok(&text))
        view->failed = true;
    return copy(view, text.data ? text.data : "");
}

void cull_view_line(struct cull_view *view, enum tint tint, const char *format, ...)
{
    struct cull_item *item;
    va_list arguments;
    const char *text;

    va_start(arguments, format);
    text = copy_format(view, format, arguments);
    va_end(arguments);
    item = add(view, CULL_ITEM_LINE);
    item->tint = tint;
    item->text = text;
}

void cull_view_string(struct cull_view *view, const char *key, const char *label, const char *value)
{
    const char *text = copy(view, value);
    struct cull_item *item = add(view, CULL_ITEM_STRING);

    item->key = key;
    item->label = label;
    item->text = text;
}

void cull_view_format(struct cull_view *view, const char *key, const char *label,
                      const char *format, ...)
{
    struct cull_item *item;
    va_list arguments;
    const char *text;

    va_start(arguments, format);
    text = copy_format(view, format, arguments);
    va_end(arguments);
    item = add(view, CULL_ITEM_STRING);
    item->key = key;
    item->label = label;
    item->text = text;
}

void cull_view_number(struct cull_view *view, const char *key, const char *label, int64_t value)
{
    struct cull_item *item = add(view, CULL_ITEM_NUMBER);

    item->key = key;
    item->label = label;
    item->number = value;
}

void cull_view_bool(struct cull_view *view, const char *key, const char *label, bool value)
{
    struct cull_item *item = add(view, CULL_ITEM_BOOL);

    item->key = key;
    item->label = label;
    item->number = value;
}

void cull_view_words(struct cull_view *view, const char *key, const char *label,
                     const char *const *words, size_t count)
{
    const char **copied = cull_arena_alloc(view->arena, (count + 1) * sizeof *copied);
    struct cull_item *item;

    for (size_t i = 0; copied != NULL && i < count; i++)
        copied[i] = copy(view, words[i]);
    if (copied == NULL)
        view->failed = true;
    item = add(view, CULL_ITEM_WORDS);
    item->key = key;
    item->label = label;
    item->words = copied;
    item->count = copied ? count : 0;
}

void cull_view_map(struct cull_view *view, const char *key)
{
    add(view, CULL_ITEM_MAP)->key = key;
}

void cull_view_list(struct cull_view *view, const char *key)
{
    add(view, CULL_ITEM_LIST)->key = key;
}

void cull_view_end(struct cull_view *view)
{
    add(view, CULL_ITEM_END);
}

void cull_view_table(struct cull_view *view, const char *key, const struct cull_column *columns,
                     size_t count)
{
    struct cull_item *item = add(view, CULL_ITEM_TABLE);

    item->key = key;
    item->columns = columns;
    item->count = count;
}

void cull_view_table_end(struct cull_view *view)
{
    add(view, CULL_ITEM_TABLE_END);
}

void cull_view_cell(struct cull_view *view, const char *value)
{
    cull_view_string(view, NULL, NULL, value);
}

void cull_view_cell_tinted(struct cull_view *view, enum tint tint, const char *value)
{
    cull_view_string(view, NULL, NULL, value);
    if (!view->failed)
        view->items[view->count - 1].tint = tint;
}

void cull_view_cell_number(struct cull_view *view, int64_t value)
{
    cull_view_number(view, NULL, NULL, value);
}

void cull_view_cell_words(struct cull_view *view, const char *const *words, size_t count)
{
    cull_view_words(view, NULL, NULL, words, count);
}

/* What standard output is: a terminal has a width and may have colours. */
static struct cull_paper paper_of_stdout(void)
{
    struct cull_paper paper = { .width = 80 };
    const char *term = getenv("TERM"), *no_color = getenv("NO_COLOR");
    struct winsize size;

    if (!isatty(STDOUT_FILENO))
        return paper;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= 40)
        paper.width = size.ws_col < 160 ? size.ws_col : 160;
    paper.colour = (no_color == NULL || *no_color == '\0') && term != NULL &&
                   strcmp(term, "dumb") != 0;
    return paper;
}

int cull_view_print(const struct cull_view *view, enum output output, struct cull_error *reterr)
{
    struct cull_paper paper = paper_of_stdout();
    cull_auto_text out = { 0 };

    if (view->failed)
        return cull_fail_memory(reterr);
    if (output == OUTPUT_TEXT)
        cull_view_text(view, &paper, &out);
    else if (output == OUTPUT_JSON)
        cull_view_json(view, &out);
    else
        cull_view_json_lines(view, &out);
    if (!cull_text_ok(&out))
        return cull_fail_memory(reterr);
    return cull_file_write("-", out.data ? out.data : "", out.size, 0, reterr);
}
