/* SPDX-License-Identifier: Apache-2.0 */
/*
 * uretprobe and uprobe of x86_64 are traps of the kernel's own; kernels that have them let them
 * pass every filter.  Whether this one does is tried with a filter of our own: a call that does not
 * get our answer was not shown to it.  Executed where it does not belong, it is a SIGILL or ENXIO.
 */
#include "probe.h"

unsigned cull_exempt_find(void)
{
    unsigned found = 0;
#if defined(__x86_64__)
    struct probe probe = { 0 };
    struct question questions[EXEMPT_COUNT] = { 0 };

    for (unsigned i = 0; i < EXEMPT_COUNT; i++)
        questions[i] = (struct question){ .arch = CULL_ARCH_X86_64, .nr = EXEMPT_FIRST + i };
    if (cull_probe_run(&probe, OURS_ERRNO, questions, EXEMPT_COUNT, NULL) < 0)
        return 0;
    for (unsigned i = 0; i < EXEMPT_COUNT; i++) {
        /* An outer filter's kill or trap is an answer, too; ENXIO is uprobe's own. */
        if (questions[i].verdict == RAW_FAULT || questions[i].verdict == (0x00050000u | 6))
            found |= 1u << i;
    }
#endif
    return found;
}
