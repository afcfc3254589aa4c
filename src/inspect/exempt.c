/* SPDX-License-Identifier: Apache-2.0 */
/*
 * uretprobe and uprobe of x86_64 are traps of the kernel's own; kernels that have them let them
 * pass every filter.  Executed where they do not belong they are a SIGILL or ENXIO: so a question
 * that was to be stopped by a filter of ours, and ended like that, was not shown to it.
 */
#include "probe.h"

#include <errno.h>

unsigned cull_exempt_seen(enum cull_arch arch, const uint32_t verdicts[CULL_VERDICTS_NUMBERS])
{
    unsigned found = 0;

    for (unsigned i = 0; arch == CULL_ARCH_X86_64 && i < EXEMPT_COUNT; i++) {
        uint32_t verdict = verdicts[EXEMPT_FIRST + i];

        if (verdict == CULL_VERDICT_UNKNOWN || verdict == (0x00050000u | ENXIO))
            found |= 1u << i;
    }
    return found;
}

unsigned cull_exempt_tried(enum cull_arch arch, const uint32_t verdicts[CULL_VERDICTS_NUMBERS])
{
    struct probe probe = { 0 };
    struct question questions[EXEMPT_COUNT] = { 0 };
    unsigned found = 0;

    (void)verdicts;
#if !defined(__x86_64__)
    return 0;
#endif
    if (arch != CULL_ARCH_X86_64)
        return 0;
    for (unsigned i = 0; i < EXEMPT_COUNT; i++)
        questions[i] = (struct question){ .arch = arch, .nr = EXEMPT_FIRST + i };
    if (cull_probe_run(&probe, OURS_ERRNO, questions, EXEMPT_COUNT, NULL) < 0)
        return 0;
    for (unsigned i = 0; i < EXEMPT_COUNT; i++) {
        /* A filter above ours may kill or trap, which is an answer, too. */
        if (questions[i].verdict == RAW_FAULT || questions[i].verdict == (0x00050000u | ENXIO))
            found |= 1u << i;
    }
    return found;
}
