/* SPDX-License-Identifier: Apache-2.0 */
/* What is missing is counted, whoever says so; groups and recordings; which serial numbers came. */
#include <stdlib.h>
#include <unistd.h>

#include "corpus.h"
#include "source.h"

static void gaps_are_understood_in_every_form(void **state)
{
    static const struct {
        const char *line;
        enum gap_kind kind;
        uint64_t amount;
    } cases[] = {
        { "[ 1587.876810] kauditd_printk_skb: 194 callbacks suppressed", GAP_SUPPRESSED, 194 },
        { "4,472,1362156876,-;kauditd_printk_skb: 7 callbacks suppressed", GAP_SUPPRESSED, 7 },
        { "Nov 23 21:26:48 h kernel: [    1.5] kauditd_printk_skb: 8 callbacks suppressed",
          GAP_SUPPRESSED, 8 },
        { "Nov 23 21:26:48 h kernel: audit_printk_skb: 9 callbacks suppressed", GAP_SUPPRESSED, 9 },
        { "kauditd_printk_skb: 3 callbacks suppressed", GAP_SUPPRESSED, 3 },
        { "[    2.0] audit: audit_lost=35 audit_rate_limit=0 audit_backlog_limit=64",
          GAP_LOST_TOTAL, 35 },
        { "Nov 23 21:26:48 h rsyslogd: imklog: 27 messages lost due to rate-limiting (20000 allowed "
          "within 5 seconds)",
          GAP_LOST, 27 },
        { "Nov 23 21:26:48 h systemd-journald[120]: Missed 234 kernel messages", GAP_OVERRUN, 234 },
        /* Others' callbacks, and others' words. */
        { "[    2.0] net_ratelimit: 5 callbacks suppressed", GAP_NONE, 0 },
        { "Nov 23 21:26:48 h app: kauditd_printk_skb: 5 callbacks suppressed", GAP_NONE, 0 },
        { "Nov 23 21:26:48 h app: audit: audit_lost=5", GAP_NONE, 0 },
        { "[    2.0] kauditd_printk_skb: many callbacks suppressed", GAP_NONE, 0 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint64_t amount = 0;
        enum gap_kind kind = cull_gap_parse(cases[i].line, strlen(cases[i].line), &corpus_clock,
                                            &amount);

        if (kind != cases[i].kind || (kind != GAP_NONE && amount != cases[i].amount))
            fail_msg("%s: %d, %" PRIu64, cases[i].line, kind, amount);
    }
}

static void serial_numbers_that_never_came_are_counted(void **state)
{
    struct serials serials = { 0 };

    (void)state;
    assert_int_equal(cull_serials_missing(&serials), 0);
    for (uint64_t i = 100; i < 20000; i++)
        if (i % 100 != 7)
            cull_serials_add(&serials, i ^ 1); /* not quite in order */
    assert_int_equal(cull_serials_missing(&serials), 199);
    cull_serials_add(&serials, 19999); /* a second record of one event */
    assert_int_equal(cull_serials_missing(&serials), 199);
    cull_serials_add(&serials, 200000);
    assert_int_equal(cull_serials_missing(&serials), 199 + 180000);
    cull_serials_add(&serials, 5); /* a boot */
    cull_serials_add(&serials, 7);
    assert_int_equal(cull_serials_missing(&serials), 199 + 180000 + 1);
}

static void records_are_seen_once_and_memory_is_bounded(void **state)
{
    struct seen *seen = cull_seen_new();
    struct cull_audit_record record = { .has = CULL_AUDIT_TIME | CULL_AUDIT_SERIAL };

    (void)state;
    assert_non_null(seen);
    for (unsigned i = 1; i <= 3000000; i++) {
        record.time_ms = i / 10;
        record.serial = i;
        record.pid = (int32_t)i;
        assert_false(cull_seen_add(seen, &record));
    }
    assert_true(cull_seen_add(seen, &record));
    record.time_ms += 86400000; /* the same number, of another boot */
    assert_false(cull_seen_add(seen, &record));
    cull_seen_free(seen);
}

static void parse(const char *text, struct cull_audit_record *ret)
{
    assert_int_equal(cull_audit_parse(text, strlen(text), &corpus_clock, ret), 0);
}

#define CALL(pid, exe, nr, code)                                                        \
    "audit(10.000:1): pid=" pid " comm=\"c\" exe=\"" exe "\" arch=c000003e syscall=" nr \
    " code=" code

static void groups_count_what_is_alike(void **state)
{
    static const char *const lines[] = {
        CALL("1", "/a", "35", "0x7ffc0000"), CALL("2", "/a", "35", "0x7ffc0000"),
        CALL("1", "/a", "35", "0x50000"),    CALL("1", "/b", "35", "0x7ffc0000"),
        CALL("1", "/a", "36", "0x7ffc0000"),
    };
    const struct cull_audit_origin unknown = { .because = "gone" };
    const struct cull_audit_group *const *list;
    cull_auto(audit_groups) groups = NULL;
    struct cull_error error = { 0 };
    struct cull_audit_record record;

    (void)state;
    assert_int_equal(cull_audit_groups_new(&groups, &error), 0);
    for (size_t i = 0; i < 5000; i++) {
        parse(lines[i % 5], &record);
        record.time_ms += (int64_t)i;
        assert_int_equal(cull_audit_groups_add(groups, &record, &unknown, &error), 0);
    }
    assert_int_equal(cull_audit_groups_list(groups, &list), 4);
    assert_int_equal(list[0]->count, 2000);
    assert_string_equal(list[0]->exe, "/a");
    assert_int_equal(list[0]->nr, 35);
    assert_int_equal(list[0]->first_ms, 10000);
    assert_int_equal(list[0]->last_ms, 10000 + 4996);
    assert_int_equal(list[1]->code, 0x50000);
    assert_int_equal(list[3]->count, 1000);
}

static void many_groups_are_found_again(void **state)
{
    const struct cull_audit_origin origin = { .is_known = true, .because = "" };
    const struct cull_audit_group *const *list;
    cull_auto(audit_groups) groups = NULL;
    struct cull_error error = { 0 };
    struct cull_audit_record record;

    (void)state;
    assert_int_equal(cull_audit_groups_new(&groups, &error), 0);
    parse(CALL("1", "/a", "35", "0x7ffc0000"), &record);
    for (unsigned round = 0; round < 3; round++)
        for (record.nr = 0; record.nr < 3000; record.nr++)
            assert_int_equal(cull_audit_groups_add(groups, &record, &origin, &error), 0);
    assert_int_equal(cull_audit_groups_list(groups, &list), 3000);
    for (unsigned i = 0; i < 3000; i++)
        assert_true(list[i]->count == 3 && list[i]->nr == i);
}

static void records_become_a_recording(void **state)
{
    cull_auto(record) record = NULL;
    struct cull_error error = { 0 };
    struct cull_audit_record one;

    (void)state;
    assert_int_equal(cull_record_new(&record, &error), 0);
    parse(CALL("1", "/a", "35", "0x7ffc0000"), &one);
    assert_int_equal(cull_audit_learn(record, &one, &error), 0);
    assert_int_equal(cull_audit_learn(record, &one, &error), 0);
    parse(CALL("1", "/a", "36", "0x50000"), &one);
    assert_int_equal(cull_audit_learn(record, &one, &error), 0);
    parse("audit(10.000:1): pid=1 comm=\"runc:[2:INIT]\" exe=\"/\" arch=c000003e syscall=59 "
          "code=0x7ffc0000",
          &one);
    assert_int_equal(cull_audit_learn(record, &one, &error), 0);
    parse("audit(10.000:1): pid=1 arch=12345678 syscall=59 code=0x7ffc0000", &one);
    assert_int_equal(cull_audit_learn(record, &one, &error), 0);
    assert_int_equal(record->calls_count, 3);
    assert_true(record->calls[0].nr == 35 && record->calls[0].count == 2);
    assert_true(record->calls[1].nr == 36 && record->calls[1].denied == 1);
    assert_int_equal(record->calls[1].denied_result, -1);
    assert_true(record->calls[2].nr == 59 && record->calls[2].phase == CULL_PHASE_RUNTIME);
    assert_int_equal(record->losses.map_full, 1); /* an ABI that nobody knows: said, not dropped */
}

static void our_own_record_is_ours(void **state)
{
    cull_auto(audit_who) who = NULL;
    struct cull_audit_record record = { .pid = getpid(), .time_ms = 1, .has = CULL_AUDIT_TIME };
    struct cull_audit_origin origin;
    struct cull_error error = { 0 };

    (void)state;
    assert_int_equal(cull_audit_who_new(&who, &error), 0);
    assert_int_equal(cull_audit_who_of(who, &record, false, &origin, &error), 0);
    assert_false(origin.is_known); /* this process began after 1970: the pid was another's */
    assert_true(origin.because[0] != '\0');
    record.pid = 0x7fffffff;
    assert_int_equal(cull_audit_who_of(who, &record, true, &origin, &error), 0);
    assert_false(origin.is_known);
    assert_null(origin.container);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gaps_are_understood_in_every_form),
        cmocka_unit_test(serial_numbers_that_never_came_are_counted),
        cmocka_unit_test(records_are_seen_once_and_memory_is_bounded),
        cmocka_unit_test(groups_count_what_is_alike),
        cmocka_unit_test(many_groups_are_found_again),
        cmocka_unit_test(records_become_a_recording),
        cmocka_unit_test(our_own_record_is_ours),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
