/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "sample.h"

static unsigned random_state;

static unsigned pick(unsigned below)
{
    random_state = random_state * 1103515245 + 12345;
    return (random_state >> 16) % below;
}

/* Recordings with few different values, so that ties and overlaps are frequent. */
static struct cull_record *random_record(unsigned seed)
{
    static const char *const names[] = { NULL, "a", "b", "c + a", "a b" };
    static const char *const comms[] = { "", "sh", "nginx" };
    struct cull_record *record = NULL;
    struct cull_error error = { 0 };
    const char *name;

    random_state = seed;
    assert_int_equal(cull_record_new(&record, &error), 0);
    record->subject = pick(2) ? CULL_SUBJECT_CONTAINER : CULL_SUBJECT_COMMAND;
    name = names[pick(5)];
    record->name = name == NULL ? NULL : strdup(name);
    name = names[pick(5)];
    record->ended = name == NULL ? NULL : strdup(name);
    record->started_at = pick(4);
    record->duration_ns = pick(4) * 700000000u;
    record->start_seen = pick(2);
    record->runtime_seen = pick(2);
    record->filter_in_force = pick(2);
    record->tasks = pick(9);
    record->losses.map_full = pick(4) ? pick(9) : UINT64_MAX;
    for (unsigned i = 0; i < 12; i++) {
        struct cull_record_call call = {
            .arch = pick(2) ? CULL_ARCH_X86_64 : CULL_ARCH_X86,
            .phase = pick(2) ? CULL_PHASE_APP : CULL_PHASE_RUNTIME,
            .nr = pick(4),
            .count = pick(3),
            .denied = pick(3),
            .denied_result = -(int32_t)pick(3),
            .in_flight = pick(5) == 0,
        };

        snprintf(call.first.comm, sizeof call.first.comm, "%s", comms[pick(3)]);
        call.first.pid = call.first.comm[0] ? (int32_t)pick(2) : 0;
        call.first.time_ns = pick(3) * 500000000u;
        snprintf(call.first_denied.comm, sizeof call.first_denied.comm, "%s", comms[pick(3)]);
        call.first_denied.time_ns = pick(3) * 500000000u;
        if (call.count + call.denied > 0 || call.in_flight)
            sample_add(record, call);
    }
    return record;
}

static struct cull_record *merged(unsigned into, unsigned other)
{
    struct cull_record *record = random_record(into);
    cull_auto(record) added = random_record(other);
    struct cull_error error = { 0 };

    assert_int_equal(cull_record_merge(record, added, &error), 0);
    return record;
}

static void the_order_of_two_does_not_matter(void **state)
{
    (void)state;
    for (unsigned seed = 1; seed < 200; seed++) {
        cull_auto(record) ab = merged(seed, seed + 1000);
        cull_auto(record) ba = merged(seed + 1000, seed);
        cull_auto_memory char *first = sample_print(ab);
        cull_auto_memory char *second = sample_print(ba);

        assert_string_equal(first, second);
    }
}

static void the_order_of_three_does_not_matter(void **state)
{
    (void)state;
    for (unsigned seed = 1; seed < 200; seed++) {
        cull_auto(record) left = merged(seed, seed + 1000);
        cull_auto(record) right = random_record(seed);
        cull_auto(record) last = random_record(seed + 2000);
        cull_auto(record) pair = merged(seed + 1000, seed + 2000);
        cull_auto_memory char *first = NULL;
        cull_auto_memory char *second = NULL;
        struct cull_error error = { 0 };

        assert_int_equal(cull_record_merge(left, last, &error), 0);
        assert_int_equal(cull_record_merge(right, pair, &error), 0);
        first = sample_print(left);
        second = sample_print(right);
        assert_string_equal(first, second);
    }
}

static void what_is_merged_can_be_read(void **state)
{
    (void)state;
    for (unsigned seed = 1; seed < 100; seed++) {
        cull_auto(record) record = merged(seed, seed + 1000);
        cull_auto(record) again = NULL;
        cull_auto_memory char *first = sample_print(record);
        cull_auto_memory char *second = NULL;
        struct cull_error error = { 0 };

        if (cull_record_parse("x", first, strlen(first), &again, &error) < 0)
            fail_msg("%s: %s", error.path, error.message);
        second = sample_print(again);
        assert_string_equal(first, second);
    }
}

static void a_merge_claims_the_weaker(void **state)
{
    cull_auto(record) a = sample_new();
    cull_auto(record) b = sample_new();
    struct cull_error error = { 0 };

    (void)state;
    free(TAKE(b->name));
    b->name = strdup("db");
    free(TAKE(b->engine));
    b->start_seen = false;
    b->filter_in_force = false;
    b->started_at += 10;
    assert_int_equal(cull_record_merge(a, b, &error), 0);
    assert_string_equal(a->name, "db + web");
    assert_string_equal(a->engine, "docker");
    assert_string_equal(a->machine, "x86_64");
    assert_false(a->start_seen);
    assert_true(a->runtime_seen);
    assert_true(a->filter_in_force);
    assert_int_equal(a->runs, 2);
    assert_int_equal(a->tasks, 14);
    assert_int_equal(a->started_at, 1760000000);
    assert_true(a->duration_ns == 22345678901);
    assert_int_equal(a->losses.missed_runs, 4);
    assert_true(a->losses.first_lost == UINT64_MAX);
    assert_int_equal(a->calls_count, b->calls_count);
}

/* Two recordings have two clocks. */
static void first_is_who_was_first_on_the_wall_clock(void **state)
{
    struct cull_record_call call = { .arch = CULL_ARCH_X86, .nr = 1, .count = 1 };
    cull_auto(record) monday = NULL;
    cull_auto(record) tuesday = NULL;
    struct cull_error error = { 0 };

    (void)state;
    assert_int_equal(cull_record_new(&monday, &error), 0);
    assert_int_equal(cull_record_new(&tuesday, &error), 0);
    monday->started_at = 1000;
    tuesday->started_at = 1005;
    call.first = (struct cull_first){ "mon", "", 1, 4000000000 };
    sample_add(monday, call);
    call.first = (struct cull_first){ "tue", "", 1, 1000000000 };
    sample_add(tuesday, call);
    assert_int_equal(cull_record_merge(tuesday, monday, &error), 0);
    assert_string_equal(tuesday->calls[0].first.comm, "mon");
    assert_true(tuesday->calls[0].first.time_ns == 4000000000);
}

static void a_command_and_a_container_are_for_a_container(void **state)
{
    cull_auto(record) command = NULL;
    cull_auto(record) container = sample_new();
    struct cull_error error = { 0 };

    (void)state;
    assert_int_equal(cull_record_new(&command, &error), 0);
    assert_int_equal(cull_record_merge(command, container, &error), 0);
    assert_int_equal(command->subject, CULL_SUBJECT_CONTAINER);
    assert_false(command->runtime_seen);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_order_of_two_does_not_matter),
        cmocka_unit_test(the_order_of_three_does_not_matter),
        cmocka_unit_test(what_is_merged_can_be_read),
        cmocka_unit_test(a_merge_claims_the_weaker),
        cmocka_unit_test(first_is_who_was_first_on_the_wall_clock),
        cmocka_unit_test(a_command_and_a_container_are_for_a_container),
    };

    return cmocka_run_group_tests_name("record/merge", tests, NULL, NULL);
}
