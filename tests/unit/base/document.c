/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>
#include <syscull/document.h>
#include <time.h>

#include <cmocka.h>

static int parse(struct cull_arena *arena, const char *text, size_t size,
                 const struct cull_node **ret, char *message, size_t message_size)
{
    struct cull_error error = { 0 };
    int r = cull_document_parse(arena, "x", text, size, ret, &error);

    message[0] = '\0';
    if (r < 0)
        cull_error_format(&error, message, message_size);
    return r;
}

struct refusal {
    const char *text;
    int code;
    const char *message;
};

static void refuse_all(const struct refusal *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        cull_auto(arena) arena = cull_arena_new();
        const struct cull_node *root = NULL;
        char message[1024];
        int r = parse(arena, cases[i].text, strlen(cases[i].text), &root, message, sizeof message);

        if (r != -cases[i].code || strcmp(message, cases[i].message) != 0)
            fail_msg("%s\n  gives %d: %s\n  not %d: %s", cases[i].text, r, message, -cases[i].code,
                     cases[i].message);
        assert_null(root);
    }
}

static void malformed_json_has_a_place(void **state)
{
    static const struct refusal cases[] = {
        { "", ENODATA, "x: empty" },
        { " \n\t", ENODATA, "x: empty: nothing but white space" },
        { "{\"a\":1,}", EINVAL, "x:1:7: a comma with nothing after it: JSON does not allow that" },
        { "{\"a\":1", EINVAL, "x:1:7: the input ends in the middle: is the file complete?" },
        { "{\"a\":1\n", EINVAL, "x:1:7: the input ends in the middle: is the file complete?" },
        { "{\"a", EINVAL, "x:1:2: a string without its closing quote" },
        { "{\"a\":", EINVAL, "x:1:6: the input ends in the middle: is the file complete?" },
        { "{", EINVAL, "x:1:2: the input ends in the middle: is the file complete?" },
        { "{\"a\":1}}", EINVAL, "x:1:8: a '}' that closes nothing" },
        { "{\"a\":1}]", EINVAL, "x:1:8: a ']' that closes nothing" },
        { "{\"a\":1} {}", EINVAL, "x:1:9: something follows the end of the document" },
        { "{\"a\":1}\n---\n{}", EINVAL, "x:2:1: JSON allows one document in a file" },
        { "{'a':1}", EINVAL, "x:1:2: JSON strings have double quotes, not single ones" },
        { "{\"a\":tru}", EINVAL, "x:1:6: not a JSON value" },
        { "{\"a\":01}", EINVAL, "x:1:6: not a JSON value" },
        { "{\"a\":+1}", EINVAL, "x:1:6: not a JSON value" },
        { "{\"a\":.5}", EINVAL, "x:1:6: not a JSON value" },
        { "{\"a\":NaN}", EINVAL, "x:1:6: not a JSON value" },
        { "{a:1}", EINVAL, "x:1:2: not a JSON value" },
        { "{\"a\":1 # c\n}", EINVAL, "x:1:8: JSON has no comments" },
        { "{\"a\":1 /* c */}", EINVAL, "x:1:6: not a JSON value" },
        { "{\"a\" 1}", EINVAL, "x:1:3: a key without a value: ':' expected after it" },
        { "[1,,2]", EINVAL, "x:1:4: a comma with nothing before it" },
        { "[1 2]", EINVAL, "x:1:2: not a JSON value" },
        { "{\"a\":\"x\ny\"}", EINVAL, "x:1:6: a string without its closing quote" },
        { "{\"a\":\"\\x41\"}", EINVAL, "x:1:7: an escape that does not exist" },
        { "{\"a\":\"\\ud800\"}", EINVAL, "x:1:7: half of a surrogate pair" },
        { "{\"a\":1,\n \"b\":{\"c\":1,\"c\":2}}", EINVAL,
          "x:2:13: b.c: the key \"c\" is given twice, first at line 2, column 7" },
        { "{\"a\":1,\"\\u0061\":2}", EINVAL,
          "x:1:8: a: the key \"a\" is given twice, first at line 1, column 2" },
        { "{\"a\\u0000\":1}", EINVAL, "x:1:2: a key holds a NUL character" },
        { "{\"\xc3\xa9\":tru}", EINVAL, "x:1:6: not a JSON value" },
        { "{\t\"a\":tru}", EINVAL, "x:1:7: not a JSON value" },
        { "\xef\xbb\xbf{\"a\":tru}", EINVAL, "x:1:6: not a JSON value" },
        { "{\"a\":\"\xff\"}", EILSEQ, "x:1:7: not UTF-8: byte 0xff" },
        { "{\"a\":\"\xc0\x80\"}", EILSEQ, "x:1:7: not UTF-8: byte 0xc0" },
        { "\xff\xfe{", EILSEQ, "x:1:1: not UTF-8: it looks like UTF-16, save it as UTF-8" },
        { "{\"a\":\"\x01\"}", EINVAL, "x:1:7: a control character (byte 0x01)" },
    };

    (void)state;
    refuse_all(cases, sizeof cases / sizeof *cases);
}

static void malformed_yaml_has_a_place(void **state)
{
    static const struct refusal cases[] = {
        { "# nothing\n", ENODATA, "x: empty: nothing but comments" },
        { "a: 1\n---\nb: 2\n", EINVAL, "x:2:1: a second document starts here: give one in a file" },
        { "a: 1\na: 2\n", EINVAL,
          "x:2:1: a: the key \"a\" is given twice, first at line 1, column 1" },
        { "a: *b\n", EINVAL, "x:1:5: an alias to a name that no anchor has" },
        { "a: &b [*b]\n", EINVAL, "x:1:9: a: an alias to what it stands in" },
        { "a: 'b\n", EINVAL, "x:1:4: a string without its closing quote" },
        { "a:\n\tb: 1\n", EINVAL, "x:2:1: tab character may not be used as indentation" },
        { "a: [1\n", EINVAL, "x:1:6: a: the input ends in the middle: is the file complete?" },
        { "a: b: c\n", EINVAL, "x:1:5: invalid nested block mapping on the same line" },
        { "- a\nb: 1\n", EINVAL, "x:2:1: invalid scalar at the end of block sequence" },
        { "a: @b\n", EINVAL, "x:1:4: plain scalar cannot start with '@'" },

        { "? [a]\n: 1\n", EINVAL, "x:1:3: a key must be a text, not a list or a map" },
        { "<<: {a: 1}\n", EINVAL, "x:1:1: merge keys (<<) are not read: write the members out" },
    };

    (void)state;
    refuse_all(cases, sizeof cases / sizeof *cases);
}

static void a_nul_byte_is_not_text(void **state)
{
    cull_auto(arena) arena = cull_arena_new();
    const struct cull_node *root = NULL;
    char message[1024];

    (void)state;
    assert_int_equal(parse(arena, "{\"a\":\0}", 7, &root, message, sizeof message), -EINVAL);
    assert_string_equal(message, "x:1:6: a NUL byte: this is no text");
}

/* One error, at once, however deep. */
static void deep_nesting_is_refused_quickly(void **state)
{
    static const char openers[][4] = { "[", "{\"\":", "- ", "? ", "a: [" };
    const size_t size = 200000;
    char *text = malloc(size + 1);

    (void)state;
    for (size_t i = 0; i < sizeof openers / sizeof *openers; i++) {
        cull_auto(arena) arena = cull_arena_new();
        size_t width = strnlen(openers[i], 4);
        const struct cull_node *root = NULL;
        char message[1024];
        clock_t start = clock();

        for (size_t j = 0; j < size; j++)
            text[j] = openers[i][j % width];
        assert_int_equal(parse(arena, text, size, &root, message, sizeof message), -EINVAL);
        if (i < 2)
            assert_non_null(strstr(message, "nested more than 64 levels deep"));
        assert_true(clock() - start < 5 * CLOCKS_PER_SEC);
    }
    free(text);
}

static void alias_bombs_are_refused(void **state)
{
    cull_auto_text bomb = { 0 };
    cull_auto(arena) arena = cull_arena_new();
    const struct cull_node *root = NULL;
    char message[1024];

    (void)state;
    cull_text_add(&bomb, "a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for (int i = 1; i < 12; i++) {
        cull_text_add(&bomb, "a%d: &a%d [", i, i);
        for (int j = 0; j < 9; j++)
            cull_text_add(&bomb, "%s*a%d", j > 0 ? ", " : "", i - 1);
        cull_text_add(&bomb, "]\n");
    }
    assert_int_equal(parse(arena, bomb.data, bomb.size, &root, message, sizeof message), -EINVAL);
    assert_non_null(strstr(message, "aliases make too many or too deep copies"));
}

static void values_keep_their_kind_and_place(void **state)
{
    static const char text[] =
        "{\n  \"a\": [1, \"two\", null, true, {\"b\\u0000\": 18446744073709551615}],\n"
        "  \"n\": \"x\\u0000y\"\n}";
    static const char good[] =
        "{\n  \"a\": [1, \"two\", null, true, {\"b c\": 18446744073709551615}],\n"
        "  \"n\": \"x\\u0000y\"\n}";
    cull_auto(arena) arena = cull_arena_new();
    const struct cull_node *root, *list, *deep;
    struct cull_error error = { 0 };
    struct cull_place place;
    char message[1024];
    const char *string;
    uint64_t value;

    (void)state;
    assert_int_equal(parse(arena, text, sizeof text - 1, &root, message, sizeof message), -EINVAL);
    assert_int_equal(parse(arena, good, sizeof good - 1, &root, message, sizeof message), 0);
    list = cull_node_get(root, "a");
    assert_int_equal(list->count, 5);
    assert_int_equal(list->line, 2);
    assert_int_equal(list->column, 8);
    assert_int_equal(list->key_column, 3);
    assert_int_equal(list->first->next->kind, CULL_NODE_STRING);
    assert_int_equal(list->first->next->column, 12);
    deep = list->first->next->next->next->next->first;
    place = cull_node_place(arena, deep);
    assert_string_equal(place.path, "a[4][\"b c\"]");
    assert_int_equal(cull_node_u64(arena, deep, UINT64_MAX, &value, NULL), 0);
    assert_true(value == UINT64_MAX);
    assert_int_equal(cull_node_u64(arena, deep, 5, &value, &error), -EINVAL);
    assert_string_equal(error.message, "18446744073709551615 is too large: the most is 5");
    assert_int_equal(cull_node_get(root, "n")->size, 3);
    assert_int_equal(cull_node_string(arena, cull_node_get(root, "n"), &string, &error), -EINVAL);
    assert_string_equal(error.message, "a string holds a NUL character");
    assert_null(cull_node_get(root, "absent"));
    assert_null(cull_node_get(list, "a"));
}

static void yaml_follows_the_core_schema(void **state)
{
    static const char text[] = "a: &x\n  - 0x10\n  - '7'\n  - ~\n  - yes\n  - !!str 5\nb: *x\nc:\n";
    static const enum cull_node_kind kinds[] = { CULL_NODE_NUMBER, CULL_NODE_STRING, CULL_NODE_NULL,
                                                 CULL_NODE_STRING, CULL_NODE_STRING };
    cull_auto(arena) arena = cull_arena_new();
    const struct cull_node *root, *item;
    char message[1024];
    uint64_t value;
    size_t i = 0;

    (void)state;
    if (parse(arena, text, sizeof text - 1, &root, message, sizeof message) < 0)
        fail_msg("%s", message);
    for (item = cull_node_get(root, "b")->first; item != NULL; item = item->next)
        assert_int_equal(item->kind, kinds[i++]);
    assert_int_equal(i, 5);
    item = cull_node_get(root, "b");
    assert_int_equal(cull_node_u64(arena, item->first, 99, &value, NULL), 0);
    assert_int_equal(value, 16);
    assert_string_equal(cull_node_place(arena, item->first).path, "b[0]");
    assert_int_equal(item->first->line, 2);
    assert_int_equal(cull_node_get(root, "c")->kind, CULL_NODE_NULL);
    assert_ptr_equal(cull_node_get(root, "c")->parent, root);
}

/* Every prefix and every one-byte change of a good text ends in a tree or in one error. */
static void damage_never_crashes(void **state)
{
    static const char text[] = "{\"a\": [1, \"\\u00e9\\n\", {\"b\": null}], \"c\": -1.5e3}";
    static const char bytes[] = "\"{}[],:\\-0\n\xff#&*!a";

    (void)state;
    for (size_t at = 0; at < sizeof text - 1; at++) {
        for (size_t i = 0; i < sizeof bytes; i++) {
            cull_auto(arena) arena = cull_arena_new();
            struct cull_error error = { 0 };
            const struct cull_node *root = NULL;
            char copy[sizeof text];
            size_t size = sizeof text - 1;
            int r;

            memcpy(copy, text, sizeof text);
            if (i == sizeof bytes - 1)
                size = at;
            else
                copy[at] = bytes[i];
            r = cull_document_parse(arena, "x", copy, size, &root, &error);
            assert_true((r == 0) == (root != NULL));
            assert_true((r < 0) == (error.message[0] != '\0'));
            if (i == sizeof bytes - 1)
                assert_true(r < 0);
        }
    }
}

static void json_is_written_to_be_read(void **state)
{
    cull_auto_text out = { 0 };
    struct cull_json json;

    (void)state;
    cull_json_start(&json, &out, false);
    cull_json_map(&json, NULL);
    cull_json_string(&json, "s", "a\"\\\n\x01\xff\xc3\xa9");
    cull_json_string(&json, "none", NULL);
    cull_json_scalars(&json, "names");
    for (int i = 0; i < 30; i++)
        cull_json_string(&json, NULL, "0123456789");
    cull_json_end(&json);
    cull_json_list(&json, "empty");
    cull_json_end(&json);
    cull_json_u64(&json, "u", UINT64_MAX);
    cull_json_i64(&json, "i", INT64_MIN);
    cull_json_bool(&json, "b", true);
    cull_json_end(&json);
    assert_true(cull_text_ok(&out));
    assert_non_null(strstr(out.data, "  \"s\": \"a\\\"\\\\\\n\\u0001\xef\xbf\xbd\xc3\xa9\",\n"));
    assert_non_null(strstr(out.data, "  \"none\": null,\n  \"names\": [\n    \"0123456789\", "));
    assert_non_null(strstr(out.data, "\n  ],\n  \"empty\": [],\n  \"u\": 18446744073709551615,\n"
                                     "  \"i\": -9223372036854775808,\n  \"b\": true\n}\n"));
    for (char *line = strtok(out.data, "\n"); line != NULL; line = strtok(NULL, "\n"))
        assert_true(strlen(line) <= 100);
}

static void compact_json_is_one_line(void **state)
{
    cull_auto_text out = { 0 };
    struct cull_json json;

    (void)state;
    cull_json_start(&json, &out, true);
    cull_json_map(&json, NULL);
    cull_json_list(&json, "a");
    cull_json_map(&json, NULL);
    cull_json_u64(&json, "x", 1);
    cull_json_end(&json);
    cull_json_u64(&json, NULL, 2);
    cull_json_end(&json);
    cull_json_end(&json);
    assert_string_equal(out.data, "{\"a\":[{\"x\":1},2]}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(malformed_json_has_a_place),
        cmocka_unit_test(malformed_yaml_has_a_place),
        cmocka_unit_test(a_nul_byte_is_not_text),
        cmocka_unit_test(deep_nesting_is_refused_quickly),
        cmocka_unit_test(alias_bombs_are_refused),
        cmocka_unit_test(values_keep_their_kind_and_place),
        cmocka_unit_test(yaml_follows_the_core_schema),
        cmocka_unit_test(damage_never_crashes),
        cmocka_unit_test(json_is_written_to_be_read),
        cmocka_unit_test(compact_json_is_one_line),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
