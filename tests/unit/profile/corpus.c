/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Profiles as they are found in the world: tests/corpus/profile/bad has one mistake in each file, and
 * expected.tsv beside it says with which words each is refused; good has one of every shape.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <syscull/profile.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

static const struct cull_target target = {
    .arch = CULL_ARCH_X86_64, .caps = CULL_CAPS_DOCKER_DEFAULT, .kernel_major = 6, .kernel_minor = 1
};

static void corpus_path(char *ret, size_t size, const char *folder, const char *name)
{
    snprintf(ret, size, "%s/tests/corpus/profile/%s/%s", getenv("SYSCULL_SOURCE"), folder, name);
}

static int visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

/* The words behind a file's name in expected.tsv, or NULL. */
static char *expectation(const char *table, const char *name)
{
    size_t length = strlen(name);

    for (const char *line = table; line != NULL && *line != '\0';
         line = strchr(line, '\n') != NULL ? strchr(line, '\n') + 1 : NULL)
        if (strncmp(line, name, length) == 0 && line[length] == '\t')
            return strndup(line + length + 1, strcspn(line + length + 1, "\n"));
    return NULL;
}

static void refuse(const char *path, const char *wanted)
{
    cull_auto(profile) profile = NULL;
    struct cull_error error = { 0 };
    char message[1200];

    if (cull_profile_load(path, &profile, &error) == 0)
        fail_msg("%s was read", path);
    assert_null(profile);
    cull_error_format(&error, message, sizeof message);
    if (strstr(message, wanted) == NULL)
        fail_msg("%s\n  not: %s", message, wanted);
    if (strncmp(wanted, "empty", 5) != 0)
        assert_true(error.line > 0 && error.column > 0);
}

static void each_mistake_has_its_words_and_place(void **state)
{
    cull_auto_memory char *table = NULL;
    struct dirent **entries;
    char path[4096];
    size_t size;
    int found;

    (void)state;
    corpus_path(path, sizeof path, ".", "expected.tsv");
    assert_int_equal(cull_file_read(path, &table, &size, NULL), 0);
    corpus_path(path, sizeof path, "bad", "");
    found = scandir(path, &entries, visible, alphasort);
    assert_true(found >= 60);
    for (int i = 0; i < found; i++) {
        cull_auto_memory char *wanted = expectation(table, entries[i]->d_name);

        corpus_path(path, sizeof path, "bad", entries[i]->d_name);
        if (wanted != NULL)
            refuse(path, wanted);
        else
            fail_msg("%s is not in expected.tsv", entries[i]->d_name);
        free(entries[i]);
    }
    free(entries);
}

/* Read, written and read again: the same bytes; and so for what it is on this target. */
static void stays_itself(const char *path, const struct cull_profile *profile)
{
    cull_auto_text once = { 0 };
    cull_auto_text twice = { 0 };
    cull_auto(profile) again = NULL;
    struct cull_error error = { 0 };

    assert_int_equal(cull_profile_print(profile, &once, &error), 0);
    if (cull_profile_parse("printed", once.data, once.size, &again, &error) < 0)
        fail_msg("%s: %s\n%s", path, error.message, once.data);
    assert_int_equal(cull_profile_print(again, &twice, &error), 0);
    assert_string_equal(once.data, twice.data);
    assert_int_equal(again->rules_count, profile->rules_count);
    assert_int_equal(again->default_action, profile->default_action);
    assert_int_equal(again->default_errno, profile->default_errno);
    for (size_t i = 0; i < again->findings_count; i++)
        assert_string_not_equal(again->findings[i].code, "unknown-key");
}

static void accept(const char *path)
{
    cull_auto(profile) profile = NULL;
    cull_auto(profile) resolved = NULL;
    cull_auto_memory struct cull_finding *findings = NULL;
    struct cull_error error = { 0 };
    size_t count;

    if (cull_profile_load(path, &profile, &error) < 0)
        fail_msg("%s:%u:%u: %s: %s", path, error.line, error.column, error.path, error.message);
    stays_itself(path, profile);
    assert_int_equal(cull_profile_check(profile, &target, &findings, &count, &error), 0);
    for (size_t i = 1; i < count; i++)
        assert_true(findings[i - 1].place.line <= findings[i].place.line);
    assert_int_equal(cull_profile_resolve(profile, &target, &resolved, &error), 0);
    assert_true(resolved->is_resolved);
    assert_int_equal(resolved->archs[0], CULL_ARCH_X86_64);
    stays_itself(path, resolved);
}

static void good_profiles_are_read_and_stay_themselves(void **state)
{
    struct dirent **entries;
    char path[4096];
    int found;

    (void)state;
    corpus_path(path, sizeof path, "good", "");
    found = scandir(path, &entries, visible, alphasort);
    assert_true(found >= 10);
    for (int i = 0; i < found; i++) {
        corpus_path(path, sizeof path, "good", entries[i]->d_name);
        accept(path);
        free(entries[i]);
    }
    free(entries);
}

static void brackets_without_end_are_one_error(void **state)
{
    cull_auto_memory char *text = malloc(200000);
    cull_auto(profile) profile = NULL;
    struct cull_error error = { 0 };

    (void)state;
    memset(text, '[', 200000);
    assert_int_equal(cull_profile_parse("x", text, 200000, &profile, &error), -EINVAL);
    assert_string_equal(error.message, "nested more than 64 levels deep");
    assert_int_equal(error.column, 65);
    memcpy(text, "{\"syscalls\":", 12);
    assert_int_equal(cull_profile_parse("x", text, 200000, &profile, &error), -EINVAL);
    assert_string_equal(error.message, "nested more than 64 levels deep");
}

/* Every one is a finding; a suggestion for every one would take minutes. */
static void many_wrong_names_take_no_minutes(void **state)
{
    cull_auto(profile) profile = NULL;
    cull_auto_text text = { 0 };
    clock_t start = clock();

    (void)state;
    cull_text_add(&text, "{\"defaultAction\":\"SCMP_ACT_LOG\",\"syscalls\":[");
    for (int i = 0; i < 20000; i++)
        cull_text_add(&text, "%s{\"names\":[\"openat_%d\"],\"action\":\"SCMP_ACT_ALLOW\"}",
                      i > 0 ? "," : "", i);
    cull_text_add(&text, "]}");
    assert_int_equal(cull_profile_parse("x", text.data, text.size, &profile, NULL), 0);
    assert_int_equal(profile->findings_count, 20000);
    assert_non_null(strstr(profile->findings[0].message, "did you mean"));
    assert_string_equal(profile->findings[19999].place.path, "syscalls[19999].names[0]");
    assert_true(clock() - start < 10 * CLOCKS_PER_SEC);
}

static void a_folder_is_no_profile(void **state)
{
    cull_auto(profile) profile = NULL;
    struct cull_error error = { 0 };
    char path[4096];

    (void)state;
    corpus_path(path, sizeof path, "bad", "");
    assert_int_equal(cull_profile_load(path, &profile, &error), -EISDIR);
    assert_string_equal(error.source, path);
    assert_int_equal(cull_profile_load("/nonexistent/web.json", &profile, &error), -ENOENT);
    assert_string_equal(error.source, "/nonexistent/web.json");
}

/* Root may read everything, so a child without its rights tries. */
static void an_unreadable_file_is_an_error(void **state)
{
    char path[] = "/tmp/syscull-unreadable-XXXXXX";
    int fd = mkstemp(path), status = 0;
    pid_t child;

    (void)state;
    assert_true(fd >= 0);
    assert_int_equal(fchmod(fd, 0), 0);
    close(fd);
    child = fork();
    if (child == 0) {
        struct cull_profile *profile = NULL;
        struct cull_error error = { 0 };

        if (geteuid() == 0 && setresuid(65534, 65534, 65534) < 0)
            _exit(2);
        _exit(cull_profile_load(path, &profile, &error) == -EACCES && profile == NULL ? 0 : 1);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    unlink(path);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_mistake_has_its_words_and_place),
        cmocka_unit_test(good_profiles_are_read_and_stay_themselves),
        cmocka_unit_test(brackets_without_end_are_one_error),
        cmocka_unit_test(many_wrong_names_take_no_minutes),
        cmocka_unit_test(a_folder_is_no_profile),
        cmocka_unit_test(an_unreadable_file_is_an_error),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
