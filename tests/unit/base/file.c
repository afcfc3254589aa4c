/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <glob.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <syscull/base.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[64];

static int make_folder(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/syscull-file-XXXXXX");
    return mkdtemp(folder) != NULL ? 0 : -1;
}

static int remove_folder(void **state)
{
    char pattern[128];
    glob_t found = { 0 };

    (void)state;
    snprintf(pattern, sizeof pattern, "%s/*", folder);
    if (glob(pattern, 0, NULL, &found) == 0)
        for (size_t i = 0; i < found.gl_pathc; i++)
            unlink(found.gl_pathv[i]);
    globfree(&found);
    return rmdir(folder);
}

static size_t entries(void)
{
    char pattern[128];
    glob_t found = { 0 };
    size_t count;

    snprintf(pattern, sizeof pattern, "%s/*", folder);
    glob(pattern, 0, NULL, &found);
    count = found.gl_pathc;
    globfree(&found);
    return count;
}

static void a_written_file_reads_back(void **state)
{
    cull_auto_memory char *data = NULL;
    struct cull_error error;
    struct stat status;
    char path[128];
    size_t size;

    (void)state;
    snprintf(path, sizeof path, "%s/a.json", folder);
    assert_int_equal(cull_file_write(path, "old", 3, 0644, &error), 0);
    assert_int_equal(cull_file_write(path, "a\0b", 3, 0640, &error), 0);
    assert_int_equal(cull_file_read(path, &data, &size, &error), 0);
    assert_int_equal(size, 3);
    assert_memory_equal(data, "a\0b", 4);
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0640);
    assert_int_equal(entries(), 1);
}

static void failures_say_which_file_and_leave_nothing(void **state)
{
    struct cull_error error;
    char path[128], line[1024];
    char *data = NULL;
    size_t size, before = entries();

    (void)state;
    snprintf(path, sizeof path, "%s/no/such", folder);
    assert_int_equal(cull_file_read(path, &data, &size, &error), -ENOENT);
    cull_error_format(&error, line, sizeof line);
    assert_non_null(strstr(line, "/no/such: No such file"));
    assert_int_equal(cull_file_write(path, "x", 1, 0644, &error), -ENOENT);
    assert_int_equal(cull_file_read(folder, &data, &size, &error), -EISDIR);
    assert_int_equal(cull_file_write(folder, "x", 1, 0644, &error), -EISDIR);
    assert_null(data);
    assert_int_equal(entries(), before);
}

static void a_device_is_written_in_place(void **state)
{
    struct cull_error error;
    struct stat status;

    (void)state;
    assert_int_equal(cull_file_write("/dev/null", "x", 1, 0644, &error), 0);
    assert_int_equal(stat("/dev/null", &status), 0);
    assert_true(S_ISCHR(status.st_mode));
    assert_int_equal(cull_file_write("/dev/full", "x", 1, 0644, &error), -ENOSPC);
}

static void endless_input_is_refused(void **state)
{
    struct cull_error error;
    char *data = NULL;
    size_t size;

    (void)state;
    assert_int_equal(cull_file_read("/dev/zero", &data, &size, &error), -EFBIG);
    assert_null(data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_written_file_reads_back),
        cmocka_unit_test(failures_say_which_file_and_leave_nothing),
        cmocka_unit_test(a_device_is_written_in_place),
        cmocka_unit_test(endless_input_is_refused),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
