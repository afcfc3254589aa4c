/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The recording reader: any bytes are a recording or an error with words, and what was read can be
 * written, read again, and written to the same text.
 */
#include <assert.h>
#include <string.h>
#include <syscull/record.h>

#include "fuzz.h"

static void print(const struct cull_record *record, struct cull_text *text)
{
    struct cull_error error = { 0 };

    if (cull_record_print(record, text, &error) < 0 || !cull_text_ok(text))
        abort();
}

static void merge_with_itself(struct cull_record *record)
{
    cull_auto(record) other = NULL;
    cull_auto_text text = { 0 };
    struct cull_error error = { 0 };

    print(record, &text);
    if (cull_record_parse("again", text.data, text.size, &other, &error) < 0)
        abort();
    if (cull_record_merge(record, other, &error) < 0 && !error.message[0])
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    cull_auto(record) first = NULL;
    cull_auto(record) second = NULL;
    cull_auto_text once = { 0 };
    cull_auto_text twice = { 0 };
    struct cull_error error = { 0 };

    if (cull_record_parse("fuzz", (const char *)data, size, &first, &error) < 0) {
        if (first || !error.message[0])
            abort();
        return 0;
    }
    print(first, &once);
    if (cull_record_parse("printed", once.data, once.size, &second, &error) < 0)
        abort();
    print(second, &twice);
    if (once.size != twice.size || memcmp(once.data, twice.data, once.size))
        abort();
    merge_with_itself(first);
    return 0;
}
