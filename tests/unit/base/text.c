/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <setjmp.h>
#include <string.h>
#include <syscull/base.h>

#include <cmocka.h>

static void text_grows_and_stays_terminated(void **state)
{
    cull_auto_text text = { 0 };

    (void)state;
    for (int i = 0; i < 1000; i++)
        cull_text_add(&text, "%d,", i);
    assert_true(cull_text_ok(&text));
    assert_int_equal(text.size, strlen(text.data));
    assert_string_equal(text.data + text.size - 4, "999,");
}

static void numbers_are_read_whole_or_refused(void **state)
{
    uint64_t value = 7;

    (void)state;
    assert_int_equal(cull_parse_u64("18446744073709551615", &value), 0);
    assert_true(value == UINT64_MAX);
    assert_int_equal(cull_parse_u64("0x10", &value), 0);
    assert_int_equal(value, 16);
    assert_int_equal(cull_parse_u64("18446744073709551616", &value), -ERANGE);
    assert_int_equal(cull_parse_u64("-1", &value), -EINVAL);
    assert_int_equal(cull_parse_u64(" 1", &value), -EINVAL);
    assert_int_equal(cull_parse_u64("1x", &value), -EINVAL);
    assert_int_equal(cull_parse_u64("", &value), -EINVAL);
    assert_int_equal(value, 16);
}

static void durations_have_units(void **state)
{
    uint64_t ns = 0;

    (void)state;
    assert_int_equal(cull_parse_duration_ns("30s", &ns), 0);
    assert_true(ns == 30000000000);
    assert_int_equal(cull_parse_duration_ns("10m", &ns), 0);
    assert_true(ns == 600000000000);
    assert_int_equal(cull_parse_duration_ns("500ms", &ns), 0);
    assert_true(ns == 500000000);
    assert_int_equal(cull_parse_duration_ns("2", &ns), 0);
    assert_true(ns == 2000000000);
    assert_int_equal(cull_parse_duration_ns("2d", &ns), -EINVAL);
    assert_int_equal(cull_parse_duration_ns("99999999999h", &ns), -ERANGE);
}

static void the_nearest_word_is_the_one_that_was_meant(void **state)
{
    static const char *const words[] = { "openat", "open", "openat2", "mkdir" };

    (void)state;
    assert_int_equal(cull_text_distance("kitten", "sitting"), 3);
    assert_int_equal(cull_text_distance("opne", "open"), 1);
    assert_int_equal(cull_text_distance("", "abc"), 3);
    assert_string_equal(cull_text_nearest("opneat", words, 4), "openat");
    assert_null(cull_text_nearest("zzzzzz", words, 4));
}

static void an_error_reads_as_compilers_print_it(void **state)
{
    struct cull_place place = { "web.json", 41, 17, "syscalls[3].args[0].op" };
    struct cull_error error;
    char line[1024];

    (void)state;
    assert_int_equal(cull_fail_at(&error, EINVAL, &place, "unknown operator \"%s\"", "X"), -EINVAL);
    cull_error_format(&error, line, sizeof line);
    assert_string_equal(line, "web.json:41:17: syscalls[3].args[0].op: unknown operator \"X\"");
    cull_fail(&error, EPERM, "no");
    cull_error_format(&error, line, sizeof line);
    assert_string_equal(line, "no");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_grows_and_stays_terminated),
        cmocka_unit_test(numbers_are_read_whole_or_refused),
        cmocka_unit_test(durations_have_units),
        cmocka_unit_test(the_nearest_word_is_the_one_that_was_meant),
        cmocka_unit_test(an_error_reads_as_compilers_print_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
