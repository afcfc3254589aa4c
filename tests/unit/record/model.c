/* SPDX-License-Identifier: Apache-2.0 */
#include "sample.h"

static void calls_are_kept_in_order_once(void **state)
{
    cull_auto(record) record = NULL;
    struct cull_error error = { 0 };

    (void)state;
    assert_int_equal(cull_record_new(&record, &error), 0);
    assert_int_equal(record->runs, 1);
    /* 37 is coprime to 101: every number twice, in a scattered order. */
    for (unsigned i = 0; i < 202; i++)
        sample_add(record, (struct cull_record_call){ .arch = i % 2 ? CULL_ARCH_X86 : CULL_ARCH_ARM,
                                                      .phase = CULL_PHASE_APP,
                                                      .nr = i * 37 % 101,
                                                      .count = 1 });
    assert_int_equal(record->calls_count, 202);
    for (unsigned i = 0; i < 202; i++)
        sample_add(record, (struct cull_record_call){ .arch = i % 2 ? CULL_ARCH_X86 : CULL_ARCH_ARM,
                                                      .phase = CULL_PHASE_APP,
                                                      .nr = i * 37 % 101,
                                                      .count = 2 });
    assert_int_equal(record->calls_count, 202);
    for (size_t i = 0; i < record->calls_count; i++) {
        assert_int_equal(record->calls[i].count, 3);
        assert_int_equal(record->calls[i].nr, i % 101);
        assert_int_equal(record->calls[i].arch, i < 101 ? CULL_ARCH_X86 : CULL_ARCH_ARM);
    }
}

static void the_earlier_first_stays(void **state)
{
    struct cull_record_call call = { .arch = CULL_ARCH_X86_64, .phase = CULL_PHASE_APP, .nr = 1 };
    cull_auto(record) record = NULL;
    struct cull_error error = { 0 };

    (void)state;
    assert_int_equal(cull_record_new(&record, &error), 0);
    call.count = 1;
    sample_add(record, call); /* nobody is known: anybody is better */
    call.first = (struct cull_first){ "late", "/late", 2, 900 };
    sample_add(record, call);
    assert_string_equal(record->calls[0].first.comm, "late");
    call.first = (struct cull_first){ "early", "/early", 3, 100 };
    sample_add(record, call);
    call.first = (struct cull_first){ "later", "/later", 4, 901 };
    sample_add(record, call);
    assert_string_equal(record->calls[0].first.comm, "early");
    assert_int_equal(record->calls[0].count, 4);

    /* Denied calls have a first of their own, and their result goes with it. */
    call = (struct cull_record_call){ .arch = CULL_ARCH_X86_64, .phase = CULL_PHASE_APP, .nr = 1 };
    call.denied = 5;
    call.denied_result = -13;
    call.first_denied = (struct cull_first){ "b", "", 5, 50 };
    sample_add(record, call);
    call.denied_result = -1;
    call.first_denied = (struct cull_first){ "a", "", 5, 60 };
    sample_add(record, call);
    assert_int_equal(record->calls[0].denied, 10);
    assert_int_equal(record->calls[0].denied_result, -13);
    assert_string_equal(record->calls[0].first_denied.comm, "b");
    assert_string_equal(record->calls[0].first.comm, "early");
}

static void counts_stop_at_their_limit(void **state)
{
    struct cull_record_call call = { .arch = CULL_ARCH_X86, .nr = 1, .count = UINT64_MAX - 1 };
    cull_auto(record) record = NULL;
    struct cull_error error = { 0 };

    (void)state;
    assert_int_equal(cull_record_new(&record, &error), 0);
    sample_add(record, call);
    sample_add(record, call);
    assert_true(record->calls[0].count == UINT64_MAX);
}

static void names_that_are_no_text_fit_nevertheless(void **state)
{
    static const struct {
        const char *comm, *kept;
    } cases[] = {
        { "plain", "plain" },
        { "na\xc3\xafve", "na\xc3\xafve" },
        { "123456789abcd\xe2\x82", "123456789abcd??" }, /* the kernel cut a euro sign */
        { "\xff\xfe\x80\xc0\xaf\xed\xa0\x80\xf5", "?????????" },
        { "tab\tand\nline", "tab\tand\nline" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct cull_record_call call = { .arch = CULL_ARCH_X86, .nr = 1, .count = 1 };
        cull_auto(record) record = NULL;
        cull_auto(record) again = NULL;
        cull_auto_memory char *text = NULL;
        struct cull_error error = { 0 };

        assert_int_equal(cull_record_new(&record, &error), 0);
        memcpy(call.first.comm, cases[i].comm, strlen(cases[i].comm));
        call.first.pid = 1;
        sample_add(record, call);
        assert_string_equal(record->calls[0].first.comm, cases[i].kept);
        text = sample_print(record);
        assert_int_equal(cull_record_parse("x", text, strlen(text), &again, &error), 0);
        assert_string_equal(again->calls[0].first.comm, cases[i].kept);
    }
}

static void a_name_is_counted_once(void **state)
{
    cull_auto(record) record = sample_new();

    (void)state;
    /* openat of x86_64, socketcall of x86, read of x32; not the one that was only denied. */
    assert_int_equal(cull_record_distinct(record, CULL_PHASE_APP), 3);
    assert_int_equal(cull_record_distinct(record, CULL_PHASE_RUNTIME), 1);
    sample_add(record, (struct cull_record_call){
                           .arch = CULL_ARCH_X86, .phase = CULL_PHASE_APP, .nr = 3, .count = 1 });
    assert_int_equal(cull_record_distinct(record, CULL_PHASE_APP), 3); /* read, again */
    sample_add(record,
               (struct cull_record_call){
                   .arch = CULL_ARCH_X86, .phase = CULL_PHASE_APP, .nr = 3999, .count = 1 });
    assert_int_equal(cull_record_distinct(record, CULL_PHASE_APP), 4); /* no name: itself */
}

static void any_loss_is_a_loss(void **state)
{
    struct cull_record record = { 0 };
    uint64_t *const losses[] = { &record.losses.map_full, &record.losses.missed_runs,
                                 &record.losses.tasks_untracked, &record.losses.first_lost };

    (void)state;
    assert_true(cull_record_is_lossless(&record));
    for (size_t i = 0; i < sizeof losses / sizeof *losses; i++) {
        *losses[i] = 1;
        assert_false(cull_record_is_lossless(&record));
        *losses[i] = 0;
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(calls_are_kept_in_order_once),
        cmocka_unit_test(the_earlier_first_stays),
        cmocka_unit_test(counts_stop_at_their_limit),
        cmocka_unit_test(names_that_are_no_text_fit_nevertheless),
        cmocka_unit_test(a_name_is_counted_once),
        cmocka_unit_test(any_loss_is_a_loss),
    };

    return cmocka_run_group_tests_name("record/model", tests, NULL, NULL);
}
