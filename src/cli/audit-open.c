/* SPDX-License-Identifier: Apache-2.0 */
/* Which sources are read, and from when to when. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "audit.h"

static const char *const log_files[] = { "/var/log/audit/audit.log", "/var/log/kern.log",
                                         "/var/log/syslog", "/var/log/messages" };

int cull_audit_given_time(const struct invocation *given, const char *option, int64_t now_ms,
                          int64_t *ret_ms)
{
    static const char *const forms[] = { "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M",
                                         "%Y-%m-%d",          "%H:%M:%S",          "%H:%M" };
    const char *value = cull_option_value(given, option);
    time_t now = (time_t)(now_ms / 1000);
    uint64_t number;

    if (value == NULL)
        return 0;
    if (cull_parse_duration_ns(value, &number) == 0) {
        *ret_ms = now_ms - (int64_t)(number / 1000000);
        return 0;
    }
    if (value[0] == '@' && cull_parse_u64(value + 1, &number) == 0 && number < INT64_MAX / 1000) {
        *ret_ms = (int64_t)number * 1000;
        return 0;
    }
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        struct tm when = { 0 };
        const char *end;

        localtime_r(&now, &when);
        when.tm_hour = when.tm_min = when.tm_sec = 0;
        end = strptime(value, forms[i], &when);
        if (end == NULL || *end != '\0')
            continue;
        when.tm_isdst = -1;
        *ret_ms = (int64_t)mktime(&when) * 1000;
        return 0;
    }
    return cull_say_usage(
        given->command,
        "--%s %s: a time ago (10m, 2h), a time (21:26, \"2026-11-23 21:26:48\") or "
        "seconds since 1970 (@1795469208) is wanted",
        option, value);
}

static int open_named(struct auditing *auditing, const char *name, struct cull_error *reterr)
{
    const bool from_start = !auditing->follow;

    if (strcmp(name, "netlink") == 0)
        return cull_audit_add_netlink(auditing->audit, reterr);
    if (strcmp(name, "kmsg") == 0)
        return cull_audit_add_kmsg(auditing->audit, from_start, reterr);
    return cull_audit_add_journal(auditing->audit, getenv("PATH"), from_start, reterr);
}

static int open_chosen(struct auditing *auditing, const char *name, struct cull_error *reterr)
{
    static const char *const names[] = { "netlink", "kmsg", "journal" };

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(name, names[i]) == 0) {
            if (i == 0 && !auditing->follow)
                return cull_say_usage(auditing->given->command,
                                      "netlink has what happens from now on: add --follow");
            return open_named(auditing, name, reterr);
        }
    return cull_say_usage(auditing->given->command,
                          "unknown source \"%s\": netlink, kmsg or journal, or name a file", name);
}

/* The one that loses least, and why it is not a better one. */
static int open_live(struct auditing *auditing, struct cull_error *reterr)
{
    struct cull_error error = { 0 };

    if (cull_audit_add_netlink(auditing->audit, &error) == 0) {
        cull_say("following netlink: complete, not rate-limited (Ctrl-C ends it)");
        return 0;
    }
    if (cull_audit_add_kmsg(auditing->audit, false, reterr) < 0)
        return cull_fail(reterr, error.code, "%s", error.message);
    cull_say_error(&error);
    cull_say("following /dev/kmsg instead, which gets 10 records in 5 seconds (Ctrl-C ends it)");
    return 0;
}

/* All that is kept: the kernel's own ring, and what daemons wrote down. */
static int open_kept(struct auditing *auditing, struct cull_error *reterr)
{
    struct cull_error error = { 0 }, first = { 0 };
    unsigned opened = 0;

    if (cull_audit_add_kmsg(auditing->audit, true, &first) == 0)
        opened++;
    for (size_t i = 0; i < sizeof log_files / sizeof *log_files; i++) {
        if (access(log_files[i], F_OK) != 0)
            continue;
        if (cull_audit_add_file(auditing->audit, log_files[i], true, &error) == 0)
            opened++;
        else
            cull_say_error(&error);
    }
    if (access("/run/systemd/journal", F_OK) == 0) {
        if (cull_audit_add_journal(auditing->audit, getenv("PATH"), true, &error) == 0)
            opened++;
        else
            cull_say_error(&error);
    }
    if (opened > 0 && first.code != 0)
        cull_say_error(&first);
    return opened > 0 ? 0 : cull_fail(reterr, first.code, "%s", first.message);
}

int cull_audit_open_sources(struct auditing *auditing, struct cull_error *reterr)
{
    const struct invocation *given = auditing->given;
    const char *source = cull_option_value(given, "source");
    int r = 0;

    for (size_t i = 0; i < given->operands_count && r == 0; i++)
        r = cull_audit_add_file(auditing->audit, given->operands[i], !auditing->follow, reterr);
    if (r == 0 && source != NULL)
        return open_chosen(auditing, source, reterr);
    if (r < 0 || given->operands_count > 0)
        return r;
    return auditing->follow ? open_live(auditing, reterr) : open_kept(auditing, reterr);
}
