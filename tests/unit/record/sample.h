/* SPDX-License-Identifier: Apache-2.0 */
/* A recording that uses every member of the file, and shorthands for the tests of the room. */
#ifndef TEST_RECORD_SAMPLE_H
#define TEST_RECORD_SAMPLE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <syscull/record.h>

#include <cmocka.h>

#define SAMPLE_X32_READ (CULL_X32_BIT | 0u)

static inline void sample_add(struct cull_record *record, struct cull_record_call call)
{
    struct cull_error error = { 0 };

    assert_int_equal(cull_record_add(record, &call, &error), 0);
}

static inline char *sample_print(const struct cull_record *record)
{
    struct cull_text out = { 0 };
    struct cull_error error = { 0 };

    assert_int_equal(cull_record_print(record, &out, &error), 0);
    return out.data;
}

static inline void sample_add_calls(struct cull_record *record)
{
    sample_add(record, (struct cull_record_call){
                           .arch = CULL_ARCH_X86_64,
                           .phase = CULL_PHASE_APP,
                           .nr = 257,
                           .count = UINT64_MAX,
                           .first = { "nginx", "/usr/sbin/nginx", 4711, 2500 },
                       });
    sample_add(record, (struct cull_record_call){
                           .arch = CULL_ARCH_X86_64,
                           .phase = CULL_PHASE_RUNTIME,
                           .nr = 257,
                           .count = 3,
                           .denied = 2,
                           .denied_result = -38,
                           .first = { "runc:[2:INIT]", "", 4711, 100 },
                           .first_denied = { "runc:[2:INIT]", "", 4711, 99 },
                       });
    sample_add(record, (struct cull_record_call){
                           .arch = CULL_ARCH_X86_64,
                           .phase = CULL_PHASE_APP,
                           .nr = 202,
                           .in_flight = true,
                       });
    /* A number that no table knows, killed; who was first found no room. */
    sample_add(record, (struct cull_record_call){
                           .arch = CULL_ARCH_X86_64,
                           .phase = CULL_PHASE_APP,
                           .nr = 4000,
                           .denied = 1,
                           .denied_result = 4000,
                       });
    sample_add(record, (struct cull_record_call){
                           .arch = CULL_ARCH_X86,
                           .phase = CULL_PHASE_APP,
                           .nr = 102,
                           .count = 9,
                           .first = { "old", "/bin/old", 12, 7 },
                       });
    sample_add(record, (struct cull_record_call){
                           .arch = CULL_ARCH_X32,
                           .phase = CULL_PHASE_APP,
                           .nr = SAMPLE_X32_READ,
                           .count = 1,
                           .first = { "x", "", 13, 8 },
                       });
}

static inline struct cull_record *sample_new(void)
{
    struct cull_record *record = NULL;
    struct cull_error error = { 0 };

    assert_int_equal(cull_record_new(&record, &error), 0);
    record->subject = CULL_SUBJECT_CONTAINER;
    record->name = strdup("web");
    record->engine = strdup("docker");
    record->container_id = strdup("4f9c");
    record->image = strdup("site:1 \"quoted\" \xc3\xa9\x01");
    record->runtime = strdup("runc");
    record->machine = strdup("x86_64");
    record->kernel = strdup("6.1.0");
    record->tool = strdup("syscull 0.1.0");
    record->ended = strdup("the container stopped (exit status 0)");
    record->started_at = 1760000000;
    record->duration_ns = 12345678901;
    record->start_seen = record->runtime_seen = record->filter_in_force = true;
    record->tasks = 7;
    record->losses = (struct cull_record_losses){ 1, 2, 3, UINT64_MAX };
    sample_add_calls(record);
    return record;
}

#endif
