/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "sample.h"

static struct cull_record *parse(const char *text)
{
    struct cull_record *record = NULL;
    struct cull_error error = { 0 };
    char message[1024];

    if (cull_record_parse("x", text, strlen(text), &record, &error) < 0) {
        cull_error_format(&error, message, sizeof message);
        fail_msg("%s", message);
    }
    return record;
}

static void same_first(const struct cull_first *a, const struct cull_first *b)
{
    assert_string_equal(a->comm, b->comm);
    assert_string_equal(a->exe, b->exe);
    assert_int_equal(a->pid, b->pid);
    assert_true(a->time_ns == b->time_ns);
}

static void same_call(const struct cull_record_call *a, const struct cull_record_call *b)
{
    assert_int_equal(a->arch, b->arch);
    assert_int_equal(a->phase, b->phase);
    assert_int_equal(a->nr, b->nr);
    assert_true(a->count == b->count && a->denied == b->denied);
    assert_int_equal(a->denied_result, b->denied_result);
    assert_int_equal(a->in_flight, b->in_flight);
    same_first(&a->first, &b->first);
    same_first(&a->first_denied, &b->first_denied);
}

static void printing_and_reading_are_inverse(void **state)
{
    cull_auto(record) record = sample_new();
    cull_auto(record) again = NULL;
    cull_auto_memory char *first = sample_print(record);
    cull_auto_memory char *second = NULL;

    (void)state;
    again = parse(first);
    second = sample_print(again);
    assert_string_equal(first, second);
    assert_int_equal(again->calls_count, record->calls_count);
    for (size_t i = 0; i < record->calls_count; i++)
        same_call(&again->calls[i], &record->calls[i]);
    assert_memory_equal(&again->losses, &record->losses, sizeof record->losses);
    assert_string_equal(again->image, record->image);
    assert_string_equal(again->ended, record->ended);
    assert_int_equal(again->subject, CULL_SUBJECT_CONTAINER);
    assert_int_equal(again->started_at, record->started_at);
    assert_true(again->start_seen && again->runtime_seen && again->filter_in_force);
}

static void what_is_not_known_stays_so(void **state)
{
    cull_auto(record) record = NULL;
    cull_auto(record) again = NULL;
    cull_auto_memory char *text = NULL;
    struct cull_error error = { 0 };

    (void)state;
    assert_int_equal(cull_record_new(&record, &error), 0);
    text = sample_print(record);
    assert_null(strstr(text, "null"));
    again = parse(text);
    assert_null(again->name);
    assert_null(again->engine);
    assert_null(again->machine);
    assert_null(again->ended);
    assert_int_equal(again->calls_count, 0);
    assert_int_equal(again->subject, CULL_SUBJECT_COMMAND);
    assert_false(again->start_seen || again->runtime_seen || again->filter_in_force);
}

static void the_version_comes_first_and_a_call_is_a_line(void **state)
{
    cull_auto(record) record = sample_new();
    cull_auto_memory char *text = sample_print(record);
    const char *line;

    (void)state;
    assert_int_equal(strncmp(text, "{\n  \"syscullRecording\": 1,\n", 27), 0);
    line = strstr(text, "{\"nr\":257,\"name\":\"openat\",\"count\":3,");
    assert_non_null(line);
    assert_non_null(strstr(line, "\"deniedResult\":-38"));
    assert_true(strstr(line, "\"deniedResult\":-38") < strchr(line, '\n'));
}

/* Members may come in any order, white space is free: jq -S and the like keep it a recording. */
static void order_and_blanks_do_not_matter(void **state)
{
    static const char text[] =
        " \n{\"tasks\":1,\"calls\":{\"x86_64\":{\"app\":[{\"count\":2,\"nr\":60},"
        "{\"name\":\"read\",\"nr\":0,\"count\":1}],\"runtime\":[]}},\"losses\":{\"firstLost\":0,"
        "\"tasksUntracked\":0,\"missedRuns\":0,\"mapFull\":0},\"evidence\":{\"filterInForce\":false,"
        "\"runtimeSeen\":false,\"startSeen\":true},\"runs\":1,\"durationNs\":5,\"startedAt\":-3,"
        "\"machine\":{},\"subject\":{\"name\":\"true\",\"kind\":\"command\"},"
        "\"syscullRecording\":1}";
    cull_auto(record) record = parse(text);

    (void)state;
    assert_int_equal(record->calls_count, 2);
    assert_int_equal(record->calls[0].nr, 0);
    assert_int_equal(record->calls[1].nr, 60);
    assert_int_equal(record->started_at, -3);
    assert_true(record->start_seen);
}

/* Without a name, as a recording from a machine whose table was older has them. */
static void a_name_is_added_when_the_table_has_learnt_it(void **state)
{
    cull_auto(record) record = sample_new();
    cull_auto_memory char *text = sample_print(record);
    cull_auto(record) again = NULL;
    cull_auto_memory char *named = NULL;
    char *name = strstr(text, "\"name\":\"openat\",");

    (void)state;
    assert_non_null(name);
    memset(name, ' ', strlen("\"name\":\"openat\","));
    again = parse(text);
    named = sample_print(again);
    memcpy(name, "\"name\":\"openat\",", strlen("\"name\":\"openat\","));
    assert_string_equal(named, text);
}

/* The manual shows a recording: it must be one, and as the program writes it. */
static void the_manual_shows_what_is_written(void **state)
{
    cull_auto_memory char *manual = NULL;
    cull_auto(record) record = NULL;
    cull_auto_memory char *text = NULL;
    struct cull_error error = { 0 };
    char path[4096], *start, *end;
    size_t size;

    (void)state;
    if (getenv("SYSCULL_DOCS") == NULL)
        skip();
    snprintf(path, sizeof path, "%s/recording.md", getenv("SYSCULL_DOCS"));
    assert_int_equal(cull_file_read(path, &manual, &size, &error), 0);
    start = strstr(manual, "```json\n");
    assert_non_null(start);
    start += strlen("```json\n");
    end = strstr(start, "```");
    assert_non_null(end);
    *end = '\0';
    record = parse(start);
    text = sample_print(record);
    assert_string_equal(text, start);
}

static void a_file_is_read_by_name(void **state)
{
    char path[] = "/tmp/syscull-record-XXXXXX";
    cull_auto(record) record = sample_new();
    cull_auto(record) again = NULL;
    cull_auto_memory char *text = sample_print(record);
    struct cull_error error = { 0 };
    int fd = mkstemp(path);

    (void)state;
    assert_true(fd >= 0);
    close(fd);
    assert_int_equal(cull_file_write(path, text, strlen(text), 0600, &error), 0);
    assert_int_equal(cull_record_load(path, &again, &error), 0);
    assert_int_equal(again->calls_count, record->calls_count);
    assert_int_equal(cull_file_write(path, text, 20, 0600, &error), 0);
    cull_record_free(TAKE(again));
    assert_int_equal(cull_record_load(path, &again, &error), -EINVAL);
    assert_string_equal(error.source, path);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(cull_record_load(path, &again, &error), -ENOENT);
    assert_int_equal(cull_record_load("/", &again, &error), -EISDIR);
    assert_null(again);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(printing_and_reading_are_inverse),
        cmocka_unit_test(what_is_not_known_stays_so),
        cmocka_unit_test(the_version_comes_first_and_a_call_is_a_line),
        cmocka_unit_test(order_and_blanks_do_not_matter),
        cmocka_unit_test(a_name_is_added_when_the_table_has_learnt_it),
        cmocka_unit_test(the_manual_shows_what_is_written),
        cmocka_unit_test(a_file_is_read_by_name),
    };

    return cmocka_run_group_tests_name("record/file", tests, NULL, NULL);
}
