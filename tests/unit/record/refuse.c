/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "sample.h"

/* A whole file around the calls of x86_64's app, and around one top-level member. */
#define FRAME(version, top, calls)                                                        \
    "{\"syscullRecording\":" version "," top                                              \
    "\"subject\":{\"kind\":\"command\"},\"machine\":{},\"startedAt\":0,\"durationNs\":0," \
    "\"runs\":1,\"tasks\":1,"                                                             \
    "\"evidence\":{\"startSeen\":true,\"runtimeSeen\":false,\"filterInForce\":false},"    \
    "\"losses\":{\"mapFull\":0,\"missedRuns\":0,\"tasksUntracked\":0,\"firstLost\":0},"   \
    "\"calls\":" calls "}"
#define CALLS(app) FRAME("1", "", "{\"x86_64\":{\"runtime\":[],\"app\":[" app "]}}")
#define FIRST(members) CALLS("{\"nr\":0,\"count\":1,\"first\":{" members "}}")

static const struct {
    const char *text;
    int code;
    const char *message; /* a part of it; the path is in it where there is one */
} cases[] = {
    { "", ENODATA, "x: empty" },
    { " \n ", ENODATA, "x: empty" },
    { "{", EINVAL, "complete?" },
    { "[]", EINVAL, "not a recording: no JSON object" },
    { "syscullRecording: 1\n", EINVAL, "not a recording: no JSON object" },
    { "\"x\"", EINVAL, "not a recording: no JSON object" },
    { "{}", EINVAL, "\"syscullRecording\" is missing" },
    { "{\"defaultAction\":\"SCMP_ACT_LOG\"}", EINVAL,
      "this is a seccomp profile, not a recording" },
    { "{\"syscullRecording\":1,\"syscullRecording\":1}", EINVAL, "x:1:23: " },
    { FRAME("2", "", "{}"), EPROTO,
      "version 2, made by a newer syscull: this one reads version 1" },
    { FRAME("99999999999", "\"new\":1,", "7"), EPROTO, "version 99999999999, made by a newer" },
    { FRAME("0", "", "{}"), EINVAL, "x:1:21: syscullRecording: there is no version 0" },
    { FRAME("1.5", "", "{}"), EINVAL, "syscullRecording" },
    { FRAME("-1", "", "{}"), EINVAL, "syscullRecording" },
    { FRAME("\"1\"", "", "{}"), EINVAL, "syscullRecording" },
    { FRAME("1", "\"tools\":\"x\",", "{}"), EINVAL,
      "unknown key \"tools\", did you mean \"tool\"?" },
    { FRAME("1", "\"zzzzzzzz\":0,", "{}"), EINVAL, "x:1:23: zzzzzzzz: unknown key \"zzzzzzzz\"" },
    { FRAME("1", "\"tool\":7,", "{}"), EINVAL, "tool" },
    { FRAME("1", "\"tool\":null,", "{}"), EINVAL, "tool" },
    { FRAME("1", "\"tool\":\"a\\u0000b\",", "{}"), EINVAL, "tool" },
    { "{\"syscullRecording\":1}", EINVAL, "\"subject\" is missing" },
    { FRAME("1", "", "[]"), EINVAL, "calls: " },
    { FRAME("1", "", "{\"x86_64\":[]}"), EINVAL, "calls.x86_64: " },
    { FRAME("1", "", "{\"amd64\":{\"runtime\":[],\"app\":[]}}"), EINVAL,
      "unknown architecture \"amd64\"" },
    { FRAME("1", "", "{\"vax\":{}}"), EINVAL, "calls.vax: unknown architecture \"vax\"" },
    { FRAME("1", "", "{\"x86_64\":{\"app\":[]}}"), EINVAL, "\"runtime\" is missing" },
    { FRAME("1", "", "{\"x86_64\":{\"app\":[],\"runtim\":[]}}"), EINVAL,
      "did you mean \"runtime\"?" },
    { FRAME("1", "", "{\"x86_64\":{\"app\":{},\"runtime\":[]}}"), EINVAL, "calls.x86_64.app: " },
    { CALLS("7"), EINVAL, "calls.x86_64.app[0]: " },
    { CALLS("{}"), EINVAL, "\"nr\" is missing" },
    { CALLS("{\"nr\":0}"), EINVAL, "calls.x86_64.app[0]: this call was never made" },
    { CALLS("{\"nr\":0,\"count\":0}"), EINVAL, "this call was never made" },
    { CALLS("{\"nr\":0,\"inFlight\":false}"), EINVAL, "this call was never made" },
    { CALLS("{\"nr\":-1,\"count\":1}"), EINVAL, "calls.x86_64.app[0].nr: " },
    { CALLS("{\"nr\":4294967296,\"count\":1}"), EINVAL, "calls.x86_64.app[0].nr: " },
    { CALLS("{\"nr\":1073741824,\"count\":1}"), EINVAL, "number 1073741824 is none of x86_64" },
    { FRAME("1", "", "{\"x32\":{\"runtime\":[],\"app\":[{\"nr\":0,\"count\":1}]}}"), EINVAL,
      "number 0 is none of x32" },
    { CALLS("{\"nr\":0,\"count\":18446744073709551616}"), EINVAL, "calls.x86_64.app[0].count: " },
    { CALLS("{\"nr\":0,\"count\":1e3}"), EINVAL, "calls.x86_64.app[0].count: " },
    { CALLS("{\"nr\":0,\"count\":true}"), EINVAL, "calls.x86_64.app[0].count: " },
    { CALLS("{\"nr\":0,\"count\":1,\"inFlight\":1}"), EINVAL, "calls.x86_64.app[0].inFlight: " },
    { CALLS("{\"nr\":0,\"count\":1,\"name\":\"write\"}"), EINVAL,
      "number 0 of x86_64 is read, not \"write\"" },
    { CALLS("{\"nr\":0,\"count\":1,\"name\":\"\"}"), EINVAL, "is read, not \"\"" },
    { CALLS("{\"nr\":4000,\"count\":1,\"name\":\"write\"}"), EINVAL,
      "write is not number 4000 of x86_64" },
    { CALLS("{\"nr\":4000,\"count\":1,\"name\":\"teleport\"}"), EPROTO,
      "made by a newer syscull: \"teleport\" (number 4000 of x86_64)" },
    { CALLS("{\"nr\":0,\"count\":1},{\"nr\":1,\"count\":1},{\"nr\":0,\"count\":5}"), EINVAL,
      "calls.x86_64.app[2]: number 0 is there twice" },
    { CALLS("{\"nr\":0,\"denied\":1}"), EINVAL, "\"denied\" and \"deniedResult\" go together" },
    { CALLS("{\"nr\":0,\"count\":1,\"deniedResult\":-1}"), EINVAL, "go together" },
    { CALLS("{\"nr\":0,\"denied\":1,\"deniedResult\":-2147483649}"), EINVAL,
      "-2147483649 is not a whole number from -2147483648 to 2147483647" },
    { CALLS("{\"nr\":0,\"denied\":1,\"deniedResult\":-0}"), EINVAL, "-0 is not a whole number" },
    { CALLS("{\"nr\":0,\"denied\":1,\"deniedResult\":1.5}"), EINVAL, "1.5 is not a whole number" },
    { CALLS("{\"nr\":0,\"denied\":1,\"deniedResult\":\"-1\"}"), EINVAL, "deniedResult: " },
    { CALLS("{\"nr\":0,\"count\":1,\"firstDenied\":{\"comm\":\"a\",\"pid\":1,\"timeNs\":0}}"),
      EINVAL, "nobody was first with a call that was not made" },
    { CALLS("{\"nr\":0,\"count\":1,\"frist\":{}}"), EINVAL, "did you mean \"first\"?" },
    { FIRST("\"comm\":\"a\",\"pid\":1"), EINVAL, "\"timeNs\" is missing" },
    { FIRST("\"comm\":\"1234567890123456\",\"pid\":1,\"timeNs\":0"), EINVAL,
      "calls.x86_64.app[0].first.comm: longer than 15 bytes" },
    { FIRST("\"comm\":\"\",\"pid\":0,\"timeNs\":0"), EINVAL, "who was first is not said" },
    { FIRST("\"comm\":\"a\",\"pid\":2147483648,\"timeNs\":0"), EINVAL, "first.pid: " },
    { FIRST("\"comm\":\"a\",\"pid\":1,\"timeNs\":-1"), EINVAL, "first.timeNs: " },
    { FIRST("\"comm\":\"a\xff\",\"pid\":1,\"timeNs\":1"), EILSEQ, "UTF-8" },
};

static void each_is_refused_with_its_place(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct cull_record *record = NULL;
        struct cull_error error = { 0 };
        char message[1024] = "";
        int r = cull_record_parse("x", cases[i].text, strlen(cases[i].text), &record, &error);

        cull_error_format(&error, message, sizeof message);
        if (r != -cases[i].code || strstr(message, cases[i].message) == NULL)
            fail_msg("%s\n  gives %d: %s\n  not %d: %s", cases[i].text, r, message, -cases[i].code,
                     cases[i].message);
        assert_null(record);
        assert_int_equal(error.code, cases[i].code);
        assert_string_equal(error.source, "x");
    }
}

/* The frame itself is good: what the cases above are refused for is what they add. */
static void the_frame_is_good(void **state)
{
    static const char *const good[] = {
        FRAME("1", "", "{}"),
        CALLS(""),
        FIRST("\"comm\":\"123456789012345\",\"pid\":1,\"timeNs\":0"),
        CALLS("{\"nr\":0,\"denied\":1,\"deniedResult\":-2147483648}"),
        CALLS("{\"nr\":4000,\"inFlight\":true}"),
    };

    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        cull_auto(record) record = NULL;
        struct cull_error error = { 0 };

        if (cull_record_parse("x", good[i], strlen(good[i]), &record, &error) < 0)
            fail_msg("%s: %s: %s", good[i], error.path, error.message);
    }
}

static void every_shorter_file_is_refused(void **state)
{
    cull_auto(record) record = sample_new();
    cull_auto_memory char *text = sample_print(record);

    (void)state;
    for (size_t size = 0; size < strlen(text) - 1; size++) { /* the last byte is a line end */
        cull_auto_memory char *cut = malloc(size + 1);       /* exact, for the sanitizers */
        struct cull_record *ret = NULL;
        struct cull_error error = { 0 };

        assert_non_null(cut);
        memcpy(cut, text, size);
        cut[size] = '\0';
        if (cull_record_parse("x", cut, size, &ret, &error) == 0)
            fail_msg("the first %zu bytes are taken for a recording", size);
        assert_null(ret);
        assert_true(error.message[0] != '\0');
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_is_refused_with_its_place),
        cmocka_unit_test(the_frame_is_good),
        cmocka_unit_test(every_shorter_file_is_refused),
    };

    return cmocka_run_group_tests_name("record/refuse", tests, NULL, NULL);
}
