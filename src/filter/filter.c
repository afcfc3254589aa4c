/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>
#include <syscull/filter.h>

int cull_filter_new(const struct sock_filter *insns, size_t count, bool big_endian,
                    struct cull_filter **ret, struct cull_error *reterr)
{
    cull_auto(filter) filter = NULL;
    int r;

    r = cull_filter_check(insns, count, reterr);
    if (r < 0)
        return r;
    filter = calloc(1, sizeof *filter);
    if (filter == NULL)
        return cull_fail_memory(reterr);
    filter->insns = malloc(count * sizeof *insns);
    if (filter->insns == NULL)
        return cull_fail_memory(reterr);
    memcpy(filter->insns, insns, count * sizeof *insns);
    filter->count = count;
    filter->big_endian = big_endian;
    *ret = TAKE(filter);
    return 0;
}

void cull_filter_free(struct cull_filter *filter)
{
    if (filter == NULL)
        return;
    free(filter->insns);
    free(filter);
}
