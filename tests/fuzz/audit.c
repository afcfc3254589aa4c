/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The readers of the kernel's log.  Any bytes are lines; each is a record whose fields lie in it, half of
 * one, or none; and a whole input passes through the stream of a file, as a text and as an export of the
 * journal, without harm.
 */
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <syscull/audit.h>
#include <unistd.h>

#include "fuzz.h"

static const struct cull_audit_clock clock_of_test = { .now_ms = INT64_C(1795480000000),
                                                       .utc_offset_s = 3600 };

static void check_line(const char *line, size_t size)
{
    struct cull_audit_record record;
    struct cull_audit_span key, value;
    char text[300];
    size_t at = 0;

    if (cull_audit_parse(line, size, &clock_of_test, &record) < 0)
        return;
    while (cull_audit_field(&record, &at, &key, &value))
        if (key.data < line || value.data + value.size > line + size || key.size == 0)
            abort();
    if (cull_audit_decode(record.comm, text, sizeof text) >= sizeof text ||
        cull_audit_outcome(&record)[0] == '\0')
        abort();
}

static void read_all(const uint8_t *data, size_t size)
{
    const struct cull_audit_options options = { .clock = clock_of_test };
    cull_auto(audit) audit = NULL;
    struct cull_error error = { 0 };
    struct cull_audit_record record;
    char path[64];
    size_t source;
    cull_auto_fd fd = memfd_create("fuzz", MFD_CLOEXEC);
    int r = 0;

    if (fd < 0 || write(fd, data, size) != (ssize_t)size)
        return;
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    if (cull_audit_new(&options, &audit, &error) < 0)
        abort();
    if (cull_audit_add_file(audit, path, true, &error) == 0)
        while ((r = cull_audit_next(audit, 0, &record, &source, &error)) > 0)
            if (source != 0)
                abort();
    if (error.code != 0 && error.message[0] == '\0')
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data;

    for (size_t at = 0; at < size;) {
        const char *end = memchr(text + at, '\n', size - at);
        size_t length = end != NULL ? (size_t)(end - text) - at : size - at;

        check_line(text + at, length);
        at += length + 1;
    }
    read_all(data, size);
    return 0;
}
