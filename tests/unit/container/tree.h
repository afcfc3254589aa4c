/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The fixture trees, tests/fixtures/container: a root folder of a host each.
 */
#ifndef SYSCULL_TEST_CONTAINER_TREE_H
#define SYSCULL_TEST_CONTAINER_TREE_H

#include "host.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static inline const char *tree(const char *name)
{
    static char path[4096];

    snprintf(path, sizeof path, "%s/%s", getenv("SYSCULL_FIXTURES"), name);
    return path;
}

static inline struct cull_container *must_find(const char *name, const char *wanted)
{
    struct cull_container *container = NULL;
    struct cull_error error;

    if (cull_container_find_in(tree(name), wanted, &container, &error) < 0)
        fail_msg("%s: %s", wanted, error.message);
    return container;
}

/* Both NULL, or the same text. */
static inline void assert_text(const char *is, const char *expected)
{
    if (is == NULL || expected == NULL)
        assert_ptr_equal(is, expected);
    else
        assert_string_equal(is, expected);
}

#endif
