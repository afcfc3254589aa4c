/* SPDX-License-Identifier: Apache-2.0 */
/* The corpus: what a line must say, as tests/support/audit-corpus.py wrote it beside the line. */
#ifndef SYSCULL_TESTS_AUDIT_CORPUS_H
#define SYSCULL_TESTS_AUDIT_CORPUS_H

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <syscull/audit.h>

#include <cmocka.h>

/* The host that wrote the corpus was an hour east of Greenwich, and it is read soon after. */
static const struct cull_audit_clock corpus_clock = {
    .now_ms = INT64_C(1795480000000),
    .utc_offset_s = 3600,
};

static inline void corpus_hex(struct cull_audit_span value, char *ret, size_t size)
{
    char bytes[4096];
    size_t count = cull_audit_decode(value, bytes, sizeof bytes);

    for (size_t i = 0; i < count && 2 * i + 2 < size; i++)
        snprintf(ret + 2 * i, 3, "%02x", (unsigned char)bytes[i]);
    if (count == 0)
        *ret = '\0';
}

/* The columns of the .tsv, from a record. */
static inline void corpus_row(const struct cull_audit_record *record, char *ret, size_t size)
{
    char comm[128], exe[8192], serial[32] = "-";
    enum cull_arch arch = CULL_ARCH_COUNT;
    const char *name = cull_audit_syscall(record);

    corpus_hex(record->comm, comm, sizeof comm);
    corpus_hex(record->exe, exe, sizeof exe);
    if (record->has & CULL_AUDIT_SERIAL)
        snprintf(serial, sizeof serial, "%" PRIu64, record->serial);
    snprintf(ret, size, "%" PRId64 "\t%s\t%d\t%u\t%d\t%s\t%s\t%s\t%u\t%s\t%x\t%s", record->time_ms,
             serial, record->pid, record->uid, record->sig, comm, exe,
             cull_audit_arch(record, &arch) == 0 ? cull_arch_info(arch)->name : "-", record->nr,
             name != NULL ? name : "-", record->code, cull_audit_outcome_word(record));
}

#endif
