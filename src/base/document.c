/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The front of the reader: what no JSON and no YAML may hold is refused before libfyaml sees it, so
 * that the message names the byte and not what a scanner made of it.
 */
#include <errno.h>
#include <string.h>

#include "document-build.h"

#define BOM "\xef\xbb\xbf"

static int refuse_byte(struct build *build, size_t offset, int code, struct cull_error *reterr)
{
    struct cull_place place = cull_build_place(build, offset);
    unsigned char c = (unsigned char)build->data[offset];

    if (code == EILSEQ && offset == 0 && (c == 0xff || c == 0xfe))
        return cull_fail_at(reterr, code, &place,
                            "not UTF-8: it looks like UTF-16, save it as "
                            "UTF-8");
    if (code == EILSEQ)
        return cull_fail_at(reterr, code, &place, "not UTF-8: byte 0x%02x", c);
    if (c == '\0')
        return cull_fail_at(reterr, code, &place, "a NUL byte: this is no text");
    return cull_fail_at(reterr, code, &place, "a control character (byte 0x%02x)", c);
}

static int check_bytes(struct build *build, struct cull_error *reterr)
{
    size_t offset = 0, size;

    while (offset < build->size) {
        unsigned char c = (unsigned char)build->data[offset];

        size = cull_utf8_size((const unsigned char *)build->data + offset, build->size - offset);
        if (size == 0)
            return refuse_byte(build, offset, EILSEQ, reterr);
        if (c < 0x20 && c != '\t' && c != '\n' && c != '\r')
            return refuse_byte(build, offset, EINVAL, reterr);
        offset += size;
    }
    return 0;
}

static int fail_empty(struct build *build, const char *message, struct cull_error *reterr)
{
    struct cull_place place = { .source = build->source };

    return cull_fail_at(reterr, ENODATA, &place, "%s", message);
}

int cull_document_parse(struct cull_arena *arena, const char *source, const char *data, size_t size,
                        const struct cull_node **ret, struct cull_error *reterr)
{
    struct build build = { .arena = arena, .data = data, .size = size };
    size_t blank;
    int r;

    build.source = cull_arena_copy(arena, source, strlen(source));
    if (build.source == NULL)
        return cull_fail_memory(reterr);
    if (size >= 3 && memcmp(data, BOM, 3) == 0) {
        build.data += 3;
        build.size -= 3;
    }
    r = check_bytes(&build, reterr);
    if (r < 0)
        return r;
    for (blank = 0; blank < build.size && strchr(" \t\r\n", build.data[blank]) != NULL; blank++)
        ;
    if (blank == build.size)
        return fail_empty(&build, size == 0 ? "empty" : "empty: nothing but white space", reterr);
    build.json = build.data[blank] == '{' || build.data[blank] == '[';
    build.cursor = (struct cursor){ .line = 1, .column = 1 };
    if (build.size - blank > 1 && build.data[blank] == '<' && build.data[blank + 1] != '<')
        return cull_build_fail(&build, blank, reterr, "neither JSON nor YAML: it begins with '<'");
    r = cull_document_read(&build, reterr);
    free(build.anchors);
    if (r < 0)
        return r;
    if (build.root == NULL)
        return fail_empty(&build, "empty: nothing but comments", reterr);
    *ret = build.root;
    return 0;
}
