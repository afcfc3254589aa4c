/* SPDX-License-Identifier: Apache-2.0 */
/* Files: merged by time, once, unpacked, followed through rotation and truncation, with their gaps. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "corpus.h"

static char folder[] = "/tmp/syscull-audit-XXXXXX";

static const char *in_folder(const char *name)
{
    static char path[4096];

    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static void write_file(const char *name, const char *text, bool append)
{
    FILE *file = fopen(in_folder(name), append ? "ae" : "we");

    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static const char *line(unsigned second, unsigned serial)
{
    static char text[8][256];
    static unsigned turn;
    char *ret = text[turn++ % 8];

    snprintf(ret, sizeof text[0],
             "type=SECCOMP msg=audit(%u.000:%u): pid=%u comm=\"a\" exe=\"/a\" sig=0 "
             "arch=c000003e syscall=35 compat=0 ip=0x1 code=0x7ffc0000\n",
             second, serial, serial);
    return ret;
}

static struct cull_audit *open_files(const struct cull_audit_options *options, bool from_start,
                                     const char *const *names, size_t count)
{
    struct cull_audit *audit = NULL;
    struct cull_error error = { 0 };

    assert_int_equal(cull_audit_new(options, &audit, &error), 0);
    for (size_t i = 0; i < count; i++)
        if (cull_audit_add_file(audit, in_folder(names[i]), from_start, &error) < 0)
            fail_msg("%s", error.message);
    return audit;
}

/* The serial numbers that come, until nothing does for a while. */
static size_t serials(struct cull_audit *audit, uint64_t *ret, size_t most)
{
    struct cull_audit_record record;
    struct cull_error error = { 0 };
    size_t count = 0, source;

    while (count < most && cull_audit_next(audit, 150, &record, &source, &error) > 0)
        ret[count++] = record.serial;
    return count;
}

static void expect(struct cull_audit *audit, const uint64_t *wanted, size_t count)
{
    uint64_t found[64];

    assert_int_equal(serials(audit, found, 64), count);
    assert_memory_equal(found, wanted, count * sizeof *wanted);
}

static const struct cull_audit_options plain = { .clock = { .now_ms = 100000000 } };
static const struct cull_audit_options following = { .follow = true,
                                                     .clock = { .now_ms = 100000000 } };

static void several_files_are_one_by_time(void **state)
{
    const char *const names[] = { "b", "a" };
    const uint64_t wanted[] = { 1, 2, 3, 4, 5 };
    const struct cull_audit_counts *counts;
    cull_auto(audit) audit = NULL;

    (void)state;
    write_file("a", line(1, 1), false);
    write_file("a", line(3, 3), true);
    write_file("a", line(4, 4), true);
    write_file("b", line(2, 2), false);
    write_file("b", line(3, 3), true);
    write_file("b", line(5, 5), true);
    audit = open_files(&plain, true, names, 2);
    expect(audit, wanted, 5);
    assert_int_equal(cull_audit_counts(audit, &counts), 2);
    assert_int_equal(counts[0].records + counts[1].records, 5);
    assert_int_equal(counts[0].duplicates + counts[1].duplicates, 1);
    assert_int_equal(counts[0].unseen, 1); /* 4 is not in b */
    assert_int_equal(counts[1].unseen, 1); /* 2 is not in a */
}

static void since_and_until_are_kept(void **state)
{
    const char *const names[] = { "a" };
    const uint64_t wanted[] = { 2, 3 };
    struct cull_audit_options options = plain;
    cull_auto(audit) audit = NULL;

    (void)state;
    write_file("a", "", false);
    for (unsigned i = 1; i <= 4; i++)
        write_file("a", line(i, i), true);
    options.since_ms = 2000;
    options.until_ms = 3000;
    audit = open_files(&options, true, names, 1);
    expect(audit, wanted, 2);
}

/* journalctl shows one event by both of its transports, one of them without a serial number. */
static void one_event_by_two_transports_is_one(void **state)
{
    const char *const names[] = { "a" };
    const struct cull_audit_counts *counts;
    cull_auto(audit) audit = NULL;
    uint64_t found[8];

    (void)state;
    write_file(
        "a",
        "Jan 01 00:00:09 h audit[5]: SECCOMP pid=5 comm=\"a\" arch=c000003e syscall=1 ip=0x1 "
        "code=0x7ffc0000\n"
        "Jan 01 00:00:09 h kernel: audit: type=1326 audit(9.500:7): pid=5 comm=\"a\" "
        "arch=c000003e syscall=1 ip=0x1 code=0x7ffc0000\n"
        "Jan 01 00:00:09 h kernel: audit: type=1326 audit(9.600:8): pid=5 comm=\"a\" "
        "arch=c000003e syscall=1 ip=0x1 code=0x7ffc0000\n",
        false);
    audit = open_files(&plain, true, names, 1);
    assert_int_equal(serials(audit, found, 8), 2);
    assert_int_equal(cull_audit_counts(audit, &counts), 1);
    assert_int_equal(counts[0].duplicates, 1);
}

static void compressed_files_are_unpacked(void **state)
{
    static const struct {
        const char *tool, *suffix;
    } kinds[] = { { "gzip -k", ".gz" }, { "xz -k", ".xz" }, { "zstd -q -k", ".zst" } };
    const uint64_t wanted[] = { 1, 2, 3 };
    unsigned tried = 0;

    (void)state;
    write_file("packed", "", false);
    for (unsigned i = 1; i <= 3; i++)
        write_file("packed", line(i, i), true);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        cull_auto(audit) audit = NULL;
        struct cull_error error = { 0 };
        char command[8192], name[64];
        int r;

        snprintf(command, sizeof command, "%s -f %s 2>/dev/null", kinds[i].tool,
                 in_folder("packed"));
        if (system(command) != 0)
            continue; /* without the tool there is no such file */
        snprintf(name, sizeof name, "packed%s", kinds[i].suffix);
        assert_int_equal(cull_audit_new(&plain, &audit, &error), 0);
        r = cull_audit_add_file(audit, in_folder(name), true, &error);
        if (r == -ENOTSUP) { /* this build cannot: it says how to do it */
            assert_non_null(strstr(error.message, "syscull audit -"));
            continue;
        }
        assert_int_equal(r, 0);
        expect(audit, wanted, 3);
        tried++;
    }
    assert_true(tried >= 1);
}

static void a_file_is_followed_through_rotation_and_truncation(void **state)
{
    const char *const names[] = { "log" };
    const struct cull_audit_counts *counts;
    cull_auto(audit) audit = NULL;
    char moved[4100];

    (void)state;
    write_file("log", line(1, 1), false);
    audit = open_files(&following, false, names, 1);
    expect(audit, NULL, 0); /* what was there before is not news */
    write_file("log", line(2, 2), true);
    expect(audit, (const uint64_t[]){ 2 }, 1);
    write_file("log", "type=SECCOMP msg=audit(3.000:3): pid=3 comm=\"a\"", true);
    expect(audit, NULL, 0); /* half a line is waited for */
    write_file("log", " arch=c000003e syscall=1 code=0x50000\n", true);
    expect(audit, (const uint64_t[]){ 3 }, 1);
    snprintf(moved, sizeof moved, "%s.1", in_folder("log"));
    write_file("log", line(4, 4), true);
    assert_int_equal(rename(in_folder("log"), moved), 0);
    write_file("log", line(5, 5), false);
    expect(audit, (const uint64_t[]){ 4, 5 }, 2);
    assert_int_equal(truncate(in_folder("log"), 0), 0);
    expect(audit, NULL, 0);
    write_file("log", line(6, 6), true);
    expect(audit, (const uint64_t[]){ 6 }, 1);
    assert_int_equal(cull_audit_counts(audit, &counts), 1);
    assert_int_equal(counts[0].turns, 2);
    assert_int_equal(counts[0].records, 5);
    assert_int_equal(counts[0].broken, 0);
}

static void lines_of_any_length_pass(void **state)
{
    const char *const names[] = { "long" };
    const uint64_t wanted[] = { 1, 2 };
    cull_auto(audit) audit = NULL;
    FILE *file = fopen(in_folder("long"), "we");

    (void)state;
    assert_non_null(file);
    fputs(line(1, 1), file);
    for (unsigned i = 0; i < 3000000; i++)
        fputs(i % 1000 == 0 ? "type=1326 " : "x", file);
    fputs("\n", file);
    fputs(line(2, 2), file);
    fclose(file);
    audit = open_files(&plain, true, names, 1);
    expect(audit, wanted, 2);
}

static void a_log_that_was_truncated_under_its_writer_is_read(void **state)
{
    const char *const names[] = { "holes" };
    cull_auto(audit) audit = NULL;
    int fd;

    (void)state;
    write_file("holes", "", false);
    fd = open(in_folder("holes"), O_WRONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    assert_true(pwrite(fd, line(1, 1), strlen(line(1, 1)), 5000) > 0);
    close(fd);
    audit = open_files(&plain, true, names, 1);
    expect(audit, (const uint64_t[]){ 1 }, 1);
}

static void faults_are_said(void **state)
{
    static const struct {
        const char *name, *text, *words;
        int code;
    } cases[] = {
        { "none", NULL, "there is no such file", -ENOENT },
        { ".", NULL, "a folder", -EISDIR },
        { "journal", "LPKSHHRHxxxx", "journalctl --file", -EINVAL },
        { "gzip", "\x1f\x8b garbage", "damaged", -EINVAL },
    };
    cull_auto(audit) audit = NULL;
    struct cull_error error = { 0 };

    (void)state;
    assert_int_equal(cull_audit_new(&plain, &audit, &error), 0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        if (cases[i].text != NULL)
            write_file(cases[i].name, cases[i].text, false);
        assert_int_equal(cull_audit_add_file(audit, in_folder(cases[i].name), true, &error),
                         cases[i].code);
        if (strstr(error.message, cases[i].words) == NULL)
            fail_msg("%s: %s", cases[i].name, error.message);
    }
    assert_int_equal(cull_audit_add_journal(audit, "/nowhere", true, &error), -ENOTSUP);
    assert_non_null(strstr(error.message, "journalctl is not installed"));
}

static int make_folder(void **state)
{
    (void)state;
    return mkdtemp(folder) == NULL;
}

static int remove_folder(void **state)
{
    char command[256];

    (void)state;
    snprintf(command, sizeof command, "rm -r %s", folder);
    return system(command);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(several_files_are_one_by_time),
        cmocka_unit_test(since_and_until_are_kept),
        cmocka_unit_test(one_event_by_two_transports_is_one),
        cmocka_unit_test(compressed_files_are_unpacked),
        cmocka_unit_test(a_file_is_followed_through_rotation_and_truncation),
        cmocka_unit_test(lines_of_any_length_pass),
        cmocka_unit_test(a_log_that_was_truncated_under_its_writer_is_read),
        cmocka_unit_test(faults_are_said),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
