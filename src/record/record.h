/* SPDX-License-Identifier: Apache-2.0 */
/* Private to the room: what model.c lends to print, parse and merge. */
#ifndef RECORD_RECORD_H
#define RECORD_RECORD_H

#include <syscull/record.h>

#define RECORD_VERSION 1

/* The words of the file; print writes them, parse looks them up. */
extern const char *const cull_record_phase_names[CULL_PHASE_COUNT];
#define CULL_SUBJECT_KINDS 2
extern const char *const cull_record_subject_names[CULL_SUBJECT_KINDS];

uint64_t cull_record_sum(uint64_t a,
                         uint64_t b); /* stops at UINT64_MAX: a count never wraps to small */
bool cull_record_first_is_known(const struct cull_first *first);
bool cull_record_has(const struct cull_record *record, const struct cull_record_call *call);
/* Add a call that has been through cull_record_add once; the array has room for it. */
void cull_record_add_reserved(struct cull_record *record, const struct cull_record_call *call);

#endif
