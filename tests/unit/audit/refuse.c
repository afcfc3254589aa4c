/* SPDX-License-Identifier: Apache-2.0 */
/* What is no record, half of one, or somebody's own words; and that no line does harm. */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>

#include "corpus.h"

static const char *corpus;

#define RECORD "audit(1.000:1): pid=1 arch=c000003e syscall=1 code=0x7ffc0000"

static void check(const char *const *lines, size_t count, int wanted)
{
    struct cull_audit_record record = { .pid = 77 };

    for (size_t i = 0; i < count; i++) {
        int r = cull_audit_parse(lines[i], strlen(lines[i]), &corpus_clock, &record);

        if (r != wanted)
            fail_msg("%d, not %d: %s", r, wanted, lines[i]);
        assert_int_equal(record.pid, 77); /* failure leaves it untouched */
    }
}

static void other_lines_are_no_records(void **state)
{
    static const char *const lines[] = {
        "",
        " ",
        "hello",
        "type=SYSCALL msg=audit(1.000:1): arch=c000003e syscall=59",
        "type=1300 audit(1.000:1): arch=c000003e",
        "[    1.000000] audit: type=1400 audit(1.000:1): apparmor=\"DENIED\"",
        "Nov 23 21:26:48 host kernel: [    1.000000] device eth0 entered promiscuous mode",
        "Nov 23 21:26:48 host app[7]: uses SECCOMP ",
        "type=1326",
    };

    (void)state;
    check(lines, sizeof lines / sizeof *lines, -ENOMSG);
}

static void halves_are_broken(void **state)
{
    static const char *const lines[] = {
        "type=SECCOMP msg=audit(1.000",
        "type=SECCOMP msg=audit(1.000:1): ",
        "type=SECCOMP msg=audit(1.000:1): pid=1 arch=c000003e syscall=1",
        "type=SECCOMP msg=audit(1.000:1): pid=1 arch=c000003e syscall=1 code=0x",
        "type=SECCOMP msg=audit(1.000:1): pid= arch=c000003e syscall=1 code=0x0",
        "type=SECCOMP msg=audit(1.000:1): pid=1x arch=c000003e syscall=1 code=0x0",
        "type=SECCOMP msg=audit(1.000:1): pid=99999999999 arch=c000003e syscall=1 code=0x0",
        "type=SECCOMP msg=audit(1.000:1): pid=1 arch=c000003e0 syscall=1 code=0x0",
        "type=SECCOMP msg=audit(1.000:1): pid=1 arch=x86_64 syscall=openat code=0x0",
        "type=SECCOMP msg=audit(99999999999999999999.000:1): pid=1 arch=1 syscall=1 code=0x0",
        "type=SECCOMP msg=audit(1.1000:1): pid=1 arch=1 syscall=1 code=0x0",
        "[    1.000000] audit: type=1326 audit(1.000:1): pid=1 comm=\"a",
    };

    (void)state;
    check(lines, sizeof lines / sizeof *lines, -EBADMSG);
}

/* Anybody may log such a line; only what stands left of his words says who wrote it. */
static void what_programs_say_is_not_believed(void **state)
{
    static const char *const lines[] = {
        "Nov 23 21:26:48 host app[7]: audit: type=1326 " RECORD,
        "Nov 23 21:26:48 host app: kernel: audit: type=1326 " RECORD,
        "Nov 23 21:26:48 host app: [    1.000000] audit: type=1326 " RECORD,
        "Nov 23 21:26:48 host kernelx: audit: type=1326 " RECORD,
        "2026-11-23T21:26:48+01:00 host logger: type=SECCOMP msg=" RECORD,
        "<13>1 2026-11-23T21:26:48Z host app - - - audit: type=1326 " RECORD,
        "<13>1 2026-11-23T21:26:48Z host app - - [a b=\"kernel\"] audit: type=1326 " RECORD,
        "12,7,1362156876,-;audit: type=1326 " RECORD, /* /dev/kmsg, but not facility kern */
        "user  :notice: [    1.000000] audit: type=1326 " RECORD,
        "something else: audit: type=1326 " RECORD,
        "Nov 23 21:26:48 host app[7]: SECCOMP auid=1 pid=1 arch=c000003e syscall=1 code=0x0",
    };

    (void)state;
    check(lines, sizeof lines / sizeof *lines, -EPERM);
}

/* ---- mutations -------------------------------------------------------------------------------- */

static uint64_t seed = 1326;

static unsigned next(unsigned limit)
{
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)(seed >> 33) % limit;
}

static size_t mutate(char *line, size_t size, size_t capacity)
{
    static const char *const words[] = { "audit(", "type=1326 ", "SECCOMP ",    "=",
                                         "\"",     "\x1d",       "code=0x",     "[",
                                         "]",      "<5>1 ",      "4294967296",  "-1",
                                         "pid=",   ": ",         "\xef\xbb\xbf" };

    for (unsigned times = 1 + next(4); times > 0 && size > 0; times--) {
        unsigned at = next((unsigned)size), length = 1 + next(16);
        const char *word = words[next(sizeof words / sizeof *words)];

        switch (next(5)) {
        case 0:
            line[at] = (char)next(256);
            break;
        case 1:
            size = at;
            break;
        case 2: /* cut out */
            length = at + length > size ? (unsigned)size - at : length;
            memmove(line + at, line + at + length, size - at - length);
            size -= length;
            break;
        case 3:
            line[at] ^= (char)(1u << next(8));
            break;
        default:
            length = (unsigned)strlen(word);
            if (size + length >= capacity)
                break;
            memmove(line + at + length, line + at, size - at);
            memcpy(line + at, word, length);
            size += length;
        }
    }
    return size;
}

/* All that can be asked of a record; the line is in memory of its exact size. */
static void use(const char *line, size_t size)
{
    char *exact = malloc(size > 0 ? size : 1), text[64], row[16384];
    struct cull_audit_record record;
    struct cull_audit_span key, value;
    size_t at = 0;

    assert_non_null(exact);
    memcpy(exact, line, size);
    if (cull_audit_parse(exact, size, &corpus_clock, &record) == 0) {
        corpus_row(&record, row, sizeof row);
        while (cull_audit_field(&record, &at, &key, &value)) {
            assert_true(key.data >= exact && value.data + value.size <= exact + size);
            cull_audit_decode(value, text, sizeof text);
        }
        assert_non_null(cull_audit_outcome(&record));
    }
    free(exact);
}

static unsigned mutate_file(const char *path, unsigned times)
{
    static char line[65536];
    FILE *file = fopen(path, "re");
    unsigned count = 0;

    assert_non_null(file);
    while (fgets(line, 16384, file) != NULL) {
        size_t size = strcspn(line, "\n");

        for (unsigned i = 0; i < times; i++, count++) {
            char copy[65536];

            memcpy(copy, line, size);
            use(copy, mutate(copy, size, sizeof copy));
        }
    }
    fclose(file);
    return count;
}

static void no_line_does_harm(void **state)
{
    const char *wish = getenv("SYSCULL_MUTATIONS");
    unsigned wanted = wish != NULL ? (unsigned)atoi(wish) : 1000000, count = 0;
    struct dirent *entry;

    (void)state;
    while (count < wanted) {
        DIR *folder = opendir(corpus);
        unsigned before = count;

        assert_non_null(folder);
        while ((entry = readdir(folder)) != NULL && count < wanted) {
            size_t size = strlen(entry->d_name);
            char path[4096];

            if (size < 5 || strcmp(entry->d_name + size - 4, ".log") != 0)
                continue;
            snprintf(path, sizeof path, "%s/%s", corpus, entry->d_name);
            count += mutate_file(path, 64);
        }
        closedir(folder);
        assert_true(count > before);
    }
    print_message("# %u mutated lines\n", count);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(other_lines_are_no_records),
        cmocka_unit_test(halves_are_broken),
        cmocka_unit_test(what_programs_say_is_not_believed),
        cmocka_unit_test(no_line_does_harm),
    };

    if (argc != 2)
        return 2;
    corpus = argv[1];
    return cmocka_run_group_tests(tests, NULL, NULL);
}
