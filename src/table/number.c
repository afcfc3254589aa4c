/* SPDX-License-Identifier: Apache-2.0 */
/* Small numbers with names: errno and capabilities. */
#include <errno.h>
#include <string.h>
#include <strings.h>

#include "tables.h"

#define CAP_PREFIX "CAP_"

const char *cull_errno_name(unsigned number)
{
    for (size_t i = 0; i < cull_table_errnos_count; i++) {
        if (cull_table_errnos[i].value == number)
            return cull_table_errnos[i].word;
    }
    return NULL;
}

int cull_errno_by_name(const char *name, unsigned *ret)
{
    for (size_t i = 0; i < cull_table_errnos_count; i++) {
        if (!strcasecmp(name, cull_table_errnos[i].word)) {
            *ret = cull_table_errnos[i].value;
            return 0;
        }
    }
    return -ENOENT;
}

const char *cull_cap_name(unsigned number)
{
    return number < cull_table_caps_count ? cull_table_caps[number].word : NULL;
}

int cull_cap_by_name(const char *name, unsigned *ret)
{
    if (!strncasecmp(name, CAP_PREFIX, strlen(CAP_PREFIX)))
        name += strlen(CAP_PREFIX);
    for (size_t i = 0; i < cull_table_caps_count; i++) {
        if (!strcasecmp(name, cull_table_caps[i].word + strlen(CAP_PREFIX))) {
            *ret = cull_table_caps[i].value;
            return 0;
        }
    }
    return -ENOENT;
}
