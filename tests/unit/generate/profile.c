/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>

#include "made.h"

#define X64 CULL_ARCH_X86_64

/* ---- what one recording makes of one name --------------------------------------------------------- */

enum situation { COMMAND, FOR_CONTAINER, CONTAINER };

/* "read mount:-13 x86/read runtime/mount": called, refused with EACCES, by another ABI, and between
 * the load of the filter and execve. */
static void hear(struct cull_record *record, const char *words)
{
    char text[128], *rest, *word;

    snprintf(text, sizeof text, "%s", words);
    for (word = strtok_r(text, " ", &rest); word != NULL; word = strtok_r(NULL, " ", &rest)) {
        struct heard heard = CALLED(X64, word);
        char *result = strchr(word, ':');

        if (result != NULL) {
            heard.count = 0;
            heard.denied = 1;
            heard.result = atoi(result + 1);
            *result = '\0';
        }
        if (strncmp(word, "x86/", 4) == 0)
            heard.arch = CULL_ARCH_X86;
        if (strncmp(word, "runtime/", 8) == 0)
            heard.phase = CULL_PHASE_RUNTIME;
        if (strchr(word, '/') != NULL)
            heard.name = strchr(word, '/') + 1;
        made_hear(record, &heard);
    }
}

static const struct {
    enum situation situation;
    enum cull_action action;
    const char *heard, *name, *answer;
} expectations[] = {
    { COMMAND, CULL_ACT_ERRNO, "read", "read", "allow" },
    { COMMAND, CULL_ACT_ERRNO, "read", "mount", "errno 1" },
    { COMMAND, CULL_ACT_ERRNO, "read runtime/mount", "mount", "allow" },
    /* companions: as far as the ABIs have them */
    { COMMAND, CULL_ACT_ERRNO, "read", "exit_group", "allow" },
    { COMMAND, CULL_ACT_ERRNO, "read", "clock_gettime", "allow" },
    { COMMAND, CULL_ACT_ERRNO, "read", "sigreturn", "default" },
    { COMMAND, CULL_ACT_ERRNO, "read x86/read", "sigreturn", "allow" },
    { COMMAND, CULL_ACT_ERRNO, "read x86/read", "clock_gettime64", "allow" },
    /* clone3 */
    { COMMAND, CULL_ACT_ERRNO, "read", "clone3", "errno 38" },
    { COMMAND, CULL_ACT_ERRNO, "clone3", "clone3", "allow" },
    { COMMAND, CULL_ACT_ERRNO, "read clone3:-1", "clone3", "errno 1" },
    { COMMAND, CULL_ACT_ERRNO, "read clone3:435", "clone3", "errno 38" },
    /* the runtimes' needs */
    { COMMAND, CULL_ACT_ERRNO, "read", "capset", "errno 1" },
    { FOR_CONTAINER, CULL_ACT_ERRNO, "read", "capset", "allow" },
    { CONTAINER, CULL_ACT_ERRNO, "read", "capset", "allow" },
    { CONTAINER, CULL_ACT_ERRNO, "read openat2:-38", "openat2", "allow" },
    { CONTAINER, CULL_ACT_ERRNO, "read x86/read", "setuid32", "errno 1" },
    { CONTAINER, CULL_ACT_ERRNO, "read", "close_range", "errno 1" },
    { CONTAINER, CULL_ACT_TRAP, "read", "close_range", "allow" },
    /* denied: the errno is kept, if it was one that the program saw */
    { COMMAND, CULL_ACT_ERRNO, "read mount:-13", "mount", "errno 13" },
    { COMMAND, CULL_ACT_ERRNO, "read mount:-1", "mount", "errno 1" },
    { COMMAND, CULL_ACT_ERRNO, "read mount:165", "mount", "errno 1" },
    { COMMAND, CULL_ACT_ERRNO, "read mount:-512", "mount", "errno 1" },
    { COMMAND, CULL_ACT_ERRNO, "read mount:0", "mount", "errno 0" },
    { COMMAND, CULL_ACT_ERRNO, "write read:0", "read", "errno 1" }, /* 0 is its number */
    { COMMAND, CULL_ACT_ERRNO, "mount:-13 runtime/mount", "mount", "allow" },
    { COMMAND, CULL_ACT_ERRNO, "mount:-13 x86/mount", "mount", "allow" },
    { COMMAND, CULL_ACT_ERRNO, "read mount:-13 runtime/mount:-38", "mount", "errno 13" },
    /* other default actions */
    { COMMAND, CULL_ACT_KILL_PROCESS, "read", "mount", "kill" },
    { COMMAND, CULL_ACT_KILL_PROCESS, "read", "clone3", "errno 38" },
    { COMMAND, CULL_ACT_KILL_PROCESS, "read mount:-1", "mount", "errno 1" },
    { COMMAND, CULL_ACT_KILL_PROCESS, "read mount:165", "mount", "kill" },
    { COMMAND, CULL_ACT_LOG, "read", "mount", "default" },
    { COMMAND, CULL_ACT_LOG, "read", "clone3", "default" },
    { COMMAND, CULL_ACT_LOG, "read mount:-1", "mount", "errno 1" },
};

static void each_name_gets_its_answer(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof expectations / sizeof *expectations; i++) {
        enum situation situation = expectations[i].situation;
        cull_auto(record) record = made_record(
            situation == CONTAINER ? CULL_SUBJECT_CONTAINER : CULL_SUBJECT_COMMAND, "x86_64");
        cull_auto(profile) profile = NULL;
        const char *answer;

        hear(record, expectations[i].heard);
        profile = made_profile(record, expectations[i].action, situation == FOR_CONTAINER, NULL);
        answer = made_answer(profile, expectations[i].name);
        if (strcmp(answer, expectations[i].answer) != 0)
            fail_msg("row %zu, \"%s\": %s gets %s, not %s", i, expectations[i].heard,
                     expectations[i].name, answer, expectations[i].answer);
    }
}

static void a_start_that_was_not_seen_is_guessed(void **state)
{
    cull_auto(record) record = made_record(CULL_SUBJECT_CONTAINER, "x86_64");
    struct cull_generate_report report = { 0 };
    cull_auto(profile) guessed = NULL;
    cull_auto(profile) exact = NULL;

    (void)state;
    hear(record, "read bind:-1");
    record->start_seen = false;
    guessed = made_profile(record, CULL_ACT_ERRNO, false, &report);
    assert_string_equal(made_answer(guessed, "listen"), "allow");
    assert_string_equal(made_answer(guessed, "bind"), "errno 1"); /* it did without */
    assert_true(report.startup > 0);
    assert_int_equal(report.called + report.added + report.startup, report.allowed);
    record->start_seen = true;
    exact = made_profile(record, CULL_ACT_ERRNO, false, &report);
    assert_string_equal(made_answer(exact, "listen"), "errno 1");
    assert_int_equal(report.startup, 0);
}

static void the_default_is_enosys(void **state)
{
    cull_auto(record) record = made_record(CULL_SUBJECT_COMMAND, "x86_64");
    cull_auto(profile) profile = NULL;
    cull_auto(profile) killing = NULL;

    (void)state;
    made_hear(record, &(struct heard)CALLED(X64, "read"));
    profile = made_profile(record, CULL_ACT_ERRNO, false, NULL);
    assert_int_equal(profile->default_action, CULL_ACT_ERRNO);
    assert_true(profile->has_default_errno);
    assert_int_equal(profile->default_errno, ENOSYS);
    killing = made_profile(record, CULL_ACT_KILL_THREAD, false, NULL);
    assert_int_equal(killing->default_action, CULL_ACT_KILL_THREAD);
    assert_false(killing->has_default_errno); /* crun refuses it */
}

/* ---- architectures -------------------------------------------------------------------------------- */

static void only_the_abis_that_were_used_are_listed(void **state)
{
    static const struct {
        const char *machine;
        struct heard heard[3];
        enum cull_arch archs[3];
        size_t count;
    } cases[] = {
        { "x86_64", { CALLED(X64, "read") }, { X64 }, 1 },
        { "x86_64", { CALLED(CULL_ARCH_X86, "read") }, { X64, CULL_ARCH_X86 }, 2 },
        { "x86_64",
          { CALLED(CULL_ARCH_X86, "read"), CALLED(CULL_ARCH_X32, "read"), CALLED(X64, "read") },
          { X64, CULL_ARCH_X86, CULL_ARCH_X32 },
          3 },
        /* refused with an errno: unlisted, it would be killed */
        { "x86_64",
          { CALLED(X64, "read"), DENIED(CULL_ARCH_X86, "read", -EPERM) },
          { X64, CULL_ARCH_X86 },
          2 },
        /* killed: so it stays */
        { "x86_64", { CALLED(X64, "read"), DENIED(CULL_ARCH_X86, "read", 3) }, { X64 }, 1 },
        { "aarch64", { CALLED(CULL_ARCH_ARM, "read") }, { CULL_ARCH_AARCH64, CULL_ARCH_ARM }, 2 },
        /* the machine is not known: the native ABI of what ran is */
        { NULL, { CALLED(CULL_ARCH_X86, "read") }, { X64, CULL_ARCH_X86 }, 2 },
        { "aarch64 + x86_64",
          { CALLED(CULL_ARCH_AARCH64, "read"), CALLED(X64, "read") },
          { CULL_ARCH_AARCH64, X64 },
          2 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        cull_auto(record) record = made_record(CULL_SUBJECT_COMMAND, cases[i].machine);
        cull_auto(profile) profile = NULL;

        for (size_t j = 0; j < 3 && cases[i].heard[j].name != NULL; j++)
            made_hear(record, &cases[i].heard[j]);
        profile = made_profile(record, CULL_ACT_ERRNO, false, NULL);
        assert_int_equal(profile->archs_count, cases[i].count);
        for (size_t j = 0; j < cases[i].count; j++)
            assert_int_equal(profile->archs[j], cases[i].archs[j]);
    }
}

static void a_32_bit_machine_gets_its_own_names(void **state)
{
    cull_auto(record) record = made_record(CULL_SUBJECT_CONTAINER, "arm");
    cull_auto(profile) profile = NULL;

    (void)state;
    made_hear(record, &(struct heard)CALLED(CULL_ARCH_ARM, "read"));
    profile = made_profile(record, CULL_ACT_ERRNO, false, NULL);
    assert_string_equal(made_answer(profile, "setuid32"), "allow");
    assert_string_equal(made_answer(profile, "futex_time64"), "allow");
    assert_string_equal(made_answer(profile, "sigreturn"), "allow");
    assert_string_equal(made_answer(profile, "newfstatat"), "default"); /* no call of arm */
    assert_string_equal(made_answer(profile, "arch_prctl"), "default");
}

/* ---- the report ----------------------------------------------------------------------------------- */

static void the_report_counts_names(void **state)
{
    cull_auto(record) record = made_record(CULL_SUBJECT_COMMAND, "x86_64");
    const struct cull_record_call unnamed = { .arch = X64, .phase = 1, .nr = 4000, .count = 9 };
    const struct cull_record_call refused = { .arch = X64, .phase = 1, .nr = 4001, .denied = 9 };
    cull_auto(profile) profile = NULL;
    struct cull_generate_report report;
    struct cull_error error = { 0 };
    size_t allowed = 0, known = 0;
    uint32_t nr;

    (void)state;
    made_hear(record, &(struct heard)CALLED(X64, "read"));
    made_hear(record, &(struct heard)CALLED(CULL_ARCH_X86, "read"));
    made_hear(record, &(struct heard)CALLED(X64, "exit_group"));
    made_hear(record, &(struct heard)DENIED(X64, "mount", -EPERM));
    made_hear(record, &(struct heard)RUNTIME_CALLED(X64, "write"));
    assert_int_equal(cull_record_add(record, &unnamed, &error), 0);
    assert_int_equal(cull_record_add(record, &refused, &error), 0);
    profile = made_profile(record, CULL_ACT_ERRNO, false, &report);
    for (size_t i = 0; i < profile->rules_count; i++)
        if (profile->rules[i].action == CULL_ACT_ALLOW)
            allowed += profile->rules[i].names_count;
    for (size_t id = 0; id < cull_syscall_count(); id++)
        known += cull_syscall_nr(id, X64, &nr) == 0 || cull_syscall_nr(id, CULL_ARCH_X86, &nr) == 0;
    assert_int_equal(report.called, 2);
    assert_int_equal(report.allowed, allowed);
    assert_int_equal(report.added, allowed - 2);
    assert_int_equal(report.known, known);
    assert_int_equal(report.unnamed, 1);
    assert_int_equal(report.denied, 1);
}

static void merged_runs_allow_what_any_of_them_called(void **state)
{
    cull_auto(record) first = made_record(CULL_SUBJECT_COMMAND, "x86_64");
    cull_auto(record) second = made_record(CULL_SUBJECT_COMMAND, "x86_64");
    cull_auto(profile) profile = NULL;
    struct cull_generate_report report;
    struct cull_error error = { 0 };

    (void)state;
    made_hear(first, &(struct heard)CALLED(X64, "read"));
    made_hear(first, &(struct heard)DENIED(X64, "socket", -EACCES));
    made_hear(second, &(struct heard)CALLED(X64, "write"));
    made_hear(second, &(struct heard)CALLED(X64, "socket"));
    assert_int_equal(cull_record_merge(first, second, &error), 0);
    profile = made_profile(first, CULL_ACT_ERRNO, false, &report);
    assert_string_equal(made_answer(profile, "read"), "allow");
    assert_string_equal(made_answer(profile, "write"), "allow");
    assert_string_equal(made_answer(profile, "socket"), "allow");
    assert_int_equal(report.called, 3);
    assert_int_equal(report.denied, 0);
}

/* ---- what cannot be done -------------------------------------------------------------------------- */

static void refused(const struct cull_record *record, enum cull_action action, const char *message)
{
    const struct cull_generate_options options = { .default_action = action };
    struct cull_profile *profile = NULL;
    struct cull_error error = { 0 };

    assert_int_equal(cull_generate_profile(record, &options, &profile, NULL, &error), -EINVAL);
    if (strstr(error.message, message) == NULL)
        fail_msg("%s, not %s", error.message, message);
    assert_null(profile);
}

static void a_recording_of_nothing_is_refused(void **state)
{
    cull_auto(record) record = made_record(CULL_SUBJECT_CONTAINER, "x86_64");
    const struct cull_record_call unnamed = { .arch = X64, .nr = 4000, .count = 9 };
    struct cull_error error = { 0 };

    (void)state;
    refused(record, CULL_ACT_ERRNO, "holds no call");
    made_hear(record, &(struct heard)DENIED(X64, "mount", -EPERM));
    refused(record, CULL_ACT_ERRNO, "every recorded call was refused");
    assert_int_equal(cull_record_add(record, &unnamed, &error), 0);
    refused(record, CULL_ACT_ERRNO, "no recorded call has a name");
    made_hear(record, &(struct heard)CALLED(X64, "read"));
    refused(record, CULL_ACT_ALLOW, "SCMP_ACT_ALLOW cannot be the default action");
    refused(record, CULL_ACT_NOTIFY, "SCMP_ACT_NOTIFY cannot be the default action");
    made_hear(record, &(struct heard)CALLED(CULL_ARCH_S390X, "read"));
    refused(record, CULL_ACT_ERRNO, "recorded on x86_64 and on s390x, whose byte orders differ");
}

/* ---- the runtimes' needs -------------------------------------------------------------------------- */

static void every_row_of_the_data_is_in_the_profile(void **state)
{
    cull_auto(record) wide = made_record(CULL_SUBJECT_CONTAINER, "x86_64");
    cull_auto(record) narrow = made_record(CULL_SUBJECT_CONTAINER, "arm");
    cull_auto(profile) for_wide = NULL;
    cull_auto(profile) for_narrow = NULL;
    cull_auto_memory char *text = NULL;
    struct cull_error error = { 0 };
    char path[4096], *rest, *line;
    size_t size, rows = 0, id;
    uint32_t nr;

    (void)state;
    if (getenv("SYSCULL_DATA") == NULL)
        skip();
    made_hear(wide, &(struct heard)CALLED(X64, "read"));
    made_hear(narrow, &(struct heard)CALLED(CULL_ARCH_ARM, "read"));
    for_wide = made_profile(wide, CULL_ACT_KILL_PROCESS, false, NULL);
    for_narrow = made_profile(narrow, CULL_ACT_KILL_PROCESS, false, NULL);
    snprintf(path, sizeof path, "%s/runtimes.tsv", getenv("SYSCULL_DATA"));
    assert_int_equal(cull_file_read(path, &text, &size, &error), 0);
    for (line = strtok_r(text, "\n", &rest); line != NULL; line = strtok_r(NULL, "\n", &rest)) {
        if (line[0] == '#')
            continue;
        line[strcspn(line, "\t")] = '\0';
        rows++;
        assert_int_equal(cull_syscall_by_name(line, &id), 0);
        for (unsigned i = 0; i < 2; i++) {
            bool exists = cull_syscall_nr(id, i == 0 ? X64 : CULL_ARCH_ARM, &nr) == 0;
            const struct cull_profile *profile = i == 0 ? for_wide : for_narrow;

            if (strcmp(made_answer(profile, line), exists ? "allow" : "default") != 0)
                fail_msg("%s gets %s", line, made_answer(profile, line));
        }
    }
    assert_true(rows > 40);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_name_gets_its_answer),
        cmocka_unit_test(a_start_that_was_not_seen_is_guessed),
        cmocka_unit_test(the_default_is_enosys),
        cmocka_unit_test(only_the_abis_that_were_used_are_listed),
        cmocka_unit_test(a_32_bit_machine_gets_its_own_names),
        cmocka_unit_test(the_report_counts_names),
        cmocka_unit_test(merged_runs_allow_what_any_of_them_called),
        cmocka_unit_test(a_recording_of_nothing_is_refused),
        cmocka_unit_test(every_row_of_the_data_is_in_the_profile),
    };

    return cmocka_run_group_tests_name("generate/profile", tests, NULL, NULL);
}
