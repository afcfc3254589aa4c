/* SPDX-License-Identifier: Apache-2.0 */
/* Every line of the corpus, in every form, says what it was made of. */
#include <dirent.h>
#include <stdlib.h>

#include "corpus.h"

static const char *corpus;

static FILE *open_corpus(const char *name, const char *suffix)
{
    char path[4096];
    FILE *file;

    snprintf(path, sizeof path, "%s/%.*s%s", corpus, (int)(strlen(name) - 4), name, suffix);
    file = fopen(path, "re");
    assert_non_null(file);
    return file;
}

/* Returns how many lines there were. */
static unsigned check_form(const char *name)
{
    char line[16384], wanted[16384], row[16384];
    FILE *log = open_corpus(name, ".log"), *rows = open_corpus(name, ".tsv");
    struct cull_audit_record record;
    unsigned count = 0;

    while (fgets(line, sizeof line, log) != NULL) {
        assert_non_null(fgets(wanted, sizeof wanted, rows));
        line[strcspn(line, "\n")] = wanted[strcspn(wanted, "\n")] = '\0';
        if (cull_audit_parse(line, strlen(line), &corpus_clock, &record) < 0)
            fail_msg("%s: not understood: %s", name, line);
        corpus_row(&record, row, sizeof row);
        if (strcmp(row, wanted) != 0)
            fail_msg("%s: %s\n is    %s\n wants %s", name, line, row, wanted);
        count++;
    }
    assert_null(fgets(wanted, sizeof wanted, rows));
    fclose(log);
    fclose(rows);
    return count;
}

static void every_form_says_what_it_was_made_of(void **state)
{
    DIR *folder = opendir(corpus);
    struct dirent *entry;
    unsigned forms = 0;

    (void)state;
    assert_non_null(folder);
    while ((entry = readdir(folder)) != NULL) {
        size_t size = strlen(entry->d_name);

        if (size < 5 || strcmp(entry->d_name + size - 4, ".log") != 0 ||
            strcmp(entry->d_name, "journal-export.log") == 0)
            continue;
        assert_true(check_form(entry->d_name) >= 60);
        forms++;
    }
    closedir(folder);
    assert_true(forms >= 20);
}

static void the_export_format_says_it_too(void **state)
{
    const struct cull_audit_options options = { .clock = corpus_clock };
    cull_auto(audit) audit = NULL;
    struct cull_error error = { 0 };
    struct cull_audit_record record;
    char path[4096], row[16384], wanted[16384];
    FILE *rows = open_corpus("journal-export.log", ".tsv");
    size_t source;
    unsigned count = 0;

    (void)state;
    snprintf(path, sizeof path, "%s/journal-export.log", corpus);
    assert_int_equal(cull_audit_new(&options, &audit, &error), 0);
    assert_int_equal(cull_audit_add_file(audit, path, true, &error), 0);
    while (cull_audit_next(audit, 0, &record, &source, &error) > 0) {
        assert_non_null(fgets(wanted, sizeof wanted, rows));
        wanted[strcspn(wanted, "\n")] = '\0';
        corpus_row(&record, row, sizeof row);
        assert_string_equal(row, wanted);
        count++;
    }
    assert_null(fgets(wanted, sizeof wanted, rows));
    assert_true(count >= 60);
    fclose(rows);
}

static void parse(const char *line, struct cull_audit_record *ret)
{
    assert_int_equal(cull_audit_parse(line, strlen(line), &corpus_clock, ret), 0);
}

static void unknown_fields_are_kept(void **state)
{
    static const char line[] = "type=SECCOMP msg=audit(1.002:3): new=7 pid=5 comm=\"a\" exe=\"/b\" "
                               "subj=a (b) sig=0 arch=c000003e syscall=35 code=0x7ffc0000\x1d"
                               "ARCH=x86_64 SYSCALL=nanosleep";
    static const char *const wanted[][2] = {
        { "new", "7" },
        { "pid", "5" },
        { "comm", "\"a\"" },
        { "exe", "\"/b\"" },
        { "subj", "a (b)" },
        { "sig", "0" },
        { "arch", "c000003e" },
        { "syscall", "35" },
        { "code", "0x7ffc0000" },
        { "ARCH", "x86_64" },
        { "SYSCALL", "nanosleep" },
    };
    struct cull_audit_record record;
    struct cull_audit_span key, value;
    size_t at = 0, count = 0;

    (void)state;
    parse(line, &record);
    for (; cull_audit_field(&record, &at, &key, &value); count++) {
        assert_true(count < sizeof wanted / sizeof *wanted);
        assert_int_equal(key.size, strlen(wanted[count][0]));
        assert_memory_equal(key.data, wanted[count][0], key.size);
        assert_int_equal(value.size, strlen(wanted[count][1]));
        assert_memory_equal(value.data, wanted[count][1], value.size);
    }
    assert_int_equal(count, sizeof wanted / sizeof *wanted);
    assert_int_equal(record.time_ms, 1002);
    assert_string_equal(cull_audit_syscall(&record), "nanosleep");
}

static void stamps_without_a_year_are_of_the_last_one(void **state)
{
    struct cull_audit_record record;

    (void)state;
    /* Read in November 2026, December was last year's. */
    parse("Dec 31 23:59:59 h audit: SECCOMP pid=1 arch=c000003e syscall=1 code=0x7ffc0000",
          &record);
    assert_int_equal(record.time_ms, INT64_C(1767221999000));
    assert_false(record.has & CULL_AUDIT_SERIAL);
    parse("Feb 29 2024 12:00:00 h audit: SECCOMP pid=1 arch=c000003e syscall=1 code=0x50000",
          &record);
    assert_int_equal(record.time_ms, INT64_C(1709204400000));
}

static void outcomes_are_told_apart(void **state)
{
    static const struct {
        const char *code, *words, *word;
    } cases[] = {
        { "sig=0 code=0x7ffc0000", "logged, allowed", "allowed" },
        { "sig=0 code=0x50000", "denied, errno not in the record", "denied" },
        { "sig=31 code=0x80000000", "killed (process)", "killed" },
        { "sig=31 code=0x0", "killed (thread)", "killed" },
        { "sig=9 code=0x0", "killed, strict mode", "killed" },
        { "sig=0 code=0x30000", "denied, SIGSYS sent", "trapped" },
        { "sig=0 code=0x7fc00000", "denied, no listener (ENOSYS)", "denied" },
        { "sig=0 code=0x7ff00000", "denied, no tracer (ENOSYS)", "denied" },
        { "sig=31 code=0x60000", "killed, action not known", "killed" },
    };
    struct cull_audit_record record;
    char line[256];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        snprintf(line, sizeof line, "audit(1.0:1): pid=1 arch=c000003e syscall=1 %s",
                 cases[i].code);
        parse(line, &record);
        assert_string_equal(cull_audit_outcome(&record), cases[i].words);
        assert_string_equal(cull_audit_outcome_word(&record), cases[i].word);
    }
}

static void comm_is_cut_to_its_buffer(void **state)
{
    char small[4];

    (void)state;
    assert_int_equal(cull_audit_decode((struct cull_audit_span){ "\"abcdef\"", 8 }, small, 4), 3);
    assert_string_equal(small, "abc");
    assert_int_equal(cull_audit_decode((struct cull_audit_span){ "6162636465", 10 }, small, 4), 3);
    assert_string_equal(small, "abc");
    assert_int_equal(cull_audit_decode((struct cull_audit_span){ "616200", 6 }, small, 4), 2);
    assert_int_equal(cull_audit_decode((struct cull_audit_span){ NULL, 0 }, small, 4), 0);
    assert_string_equal(small, "");
    assert_int_equal(cull_audit_decode((struct cull_audit_span){ "\"", 1 }, small, 4), 1);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_form_says_what_it_was_made_of),
        cmocka_unit_test(the_export_format_says_it_too),
        cmocka_unit_test(unknown_fields_are_kept),
        cmocka_unit_test(stamps_without_a_year_are_of_the_last_one),
        cmocka_unit_test(outcomes_are_told_apart),
        cmocka_unit_test(comm_is_cut_to_its_buffer),
    };

    if (argc != 2)
        return 2;
    corpus = argv[1];
    return cmocka_run_group_tests(tests, NULL, NULL);
}
