/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Docker's includes and excludes: for which containers and machines a rule is.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "model.h"

enum { SEL_CAPS, SEL_ARCHES, SEL_MIN_KERNEL, SEL_COUNT };
static const char *const selector_keys[SEL_COUNT] = { "caps", "arches", "minKernel" };

static void check_cap(struct cull_reader *reader, const struct cull_node *node, const char *word)
{
    struct cull_place place;
    unsigned number;

    if (cull_cap_by_name(word, &number) == 0 && strcmp(cull_cap_name(number), word) == 0)
        return;
    place = cull_node_place(reader->arena, node);
    if (cull_cap_by_name(word, &number) == 0)
        cull_findings_add(&reader->findings, CULL_WARNING, "unknown-capability", &place,
                          "\"%.64s\" matches nothing: capabilities are written \"%s\" here", word,
                          cull_cap_name(number));
    else
        cull_findings_add(&reader->findings, CULL_WARNING, "unknown-capability", &place,
                          "unknown capability \"%.64s\": no container has it", word);
}

static void check_arch(struct cull_reader *reader, const struct cull_node *node, const char *word)
{
    struct cull_place place;
    const char *go = NULL;
    enum cull_arch arch;

    for (int i = 0; i < CULL_ARCH_COUNT; i++) {
        const char *name = cull_arch_info((enum cull_arch)i)->go;

        if (name != NULL && strcmp(name, word) == 0)
            return;
    }
    if (strcmp(word, "x32") == 0)
        return; /* an ABI, never a machine: in Docker's own profile, and harmless */
    if (cull_arch_by_name(word, &arch) == 0)
        go = cull_arch_info(arch)->go;
    place = cull_node_place(reader->arena, node);
    cull_findings_add(&reader->findings, CULL_WARNING, "unknown-architecture", &place,
                      "\"%.64s\" matches no machine%s%s%s", word,
                      go != NULL ? ": it is written \"" : "", go != NULL ? go : "",
                      go != NULL ? "\" here" : "");
}

typedef void (*check_word)(struct cull_reader *, const struct cull_node *, const char *);

static int read_words(struct cull_reader *reader, const struct cull_node *list, check_word check,
                      const char ***ret, size_t *ret_count, struct cull_error *reterr)
{
    const char **words;
    size_t count = 0;
    int r;

    if (list == NULL)
        return 0;
    r = cull_reader_kind(reader, list, CULL_NODE_LIST, reterr);
    if (r < 0)
        return r;
    words = cull_arena_alloc(reader->arena, (list->count + 1) * sizeof *words);
    if (words == NULL)
        return cull_fail_memory(reterr);
    for (const struct cull_node *node = list->first; node != NULL; node = node->next) {
        r = cull_node_string(reader->arena, node, &words[count], reterr);
        if (r < 0)
            return r;
        check(reader, node, words[count++]);
    }
    *ret = words;
    *ret_count = count;
    return 0;
}

/* One to three digits, 0 to 255; *at moves behind them. */
static bool read_part(const char **at, unsigned *ret)
{
    unsigned value = 0, digits = 0;

    for (; **at >= '0' && **at <= '9'; (*at)++, digits++)
        if (digits < 4)
            value = value * 10 + (unsigned)(**at - '0');
    *ret = value;
    return digits > 0 && digits < 4 && value <= 255;
}

static int read_kernel(struct cull_reader *reader, const struct cull_node *node,
                       struct cull_selector *ret, struct cull_error *reterr)
{
    unsigned major = 0, minor = 0;
    const char *word, *at;
    bool good;
    int r;

    if (node == NULL)
        return 0;
    r = cull_node_string(reader->arena, node, &word, reterr);
    if (r < 0)
        return r;
    if (*word == '\0')
        return 0; /* unset, as Docker reads it */
    at = word;
    good = read_part(&at, &major) && *at == '.';
    if (good) {
        at++;
        good = read_part(&at, &minor) && *at == '\0' && (major > 0 || minor > 0);
    }
    if (!good)
        return cull_reader_fail(reader, node, reterr,
                                "\"%.32s\" is no kernel version: write two numbers, as in \"4.8\"",
                                word);
    ret->kernel_major = major;
    ret->kernel_minor = minor;
    cull_reader_only(reader, ONLY_MIN_KERNEL, node);
    return 0;
}

int cull_read_selector(struct cull_reader *reader, const struct cull_node *node,
                       struct cull_selector *ret, struct cull_error *reterr)
{
    const struct cull_node *values[SEL_COUNT];
    int r;

    if (node == NULL)
        return 0;
    r = cull_keys_read(reader, node, selector_keys, SEL_COUNT, values, reterr);
    if (r < 0)
        return r;
    r = read_words(reader, values[SEL_CAPS], check_cap, &ret->caps, &ret->caps_count, reterr);
    if (r < 0)
        return r;
    r = read_words(reader, values[SEL_ARCHES], check_arch, &ret->arches, &ret->arches_count,
                   reterr);
    return r < 0 ? r : read_kernel(reader, values[SEL_MIN_KERNEL], ret, reterr);
}
