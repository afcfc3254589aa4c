/* SPDX-License-Identifier: Apache-2.0 */
/* Why is nothing seen?  What the kernel logs, where it goes, what each way drops. */
#include "source.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

struct report {
    struct cull_arena *arena;
    struct cull_audit_finding *list;
    size_t count, capacity;
    bool failed;
};

#define GOOD CULL_AUDIT_GOOD
#define NOTE CULL_AUDIT_NOTE
#define TROUBLE CULL_AUDIT_TROUBLE

__attribute__((format(printf, 5, 6))) static void say(struct report *report, int severity,
                                                      const char *code, const char *advice,
                                                      const char *format, ...)
{
    char text[1024];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (cull_array_grow(&report->list, &report->capacity, report->count, sizeof *report->list) <
        0) {
        report->failed = true;
        return;
    }
    report->list[report->count++] = (struct cull_audit_finding){
        .severity = severity,
        .code = code,
        .what = cull_arena_copy(report->arena, text, strlen(text)),
        .advice = advice != NULL ? cull_arena_copy(report->arena, advice, strlen(advice)) : NULL,
    };
}

/* One line of a small file; false: it cannot be read. */
static bool read_line(const char *path, char *ret, size_t size)
{
    FILE *file = fopen(path, "re");
    bool good = file != NULL && fgets(ret, (int)size, file) != NULL;

    if (file != NULL)
        fclose(file);
    if (good)
        ret[strcspn(ret, "\n")] = '\0';
    return good;
}

static bool has_word(const char *list, const char *word)
{
    size_t size = strlen(word);

    for (const char *at = list; (at = strstr(at, word)) != NULL; at += size)
        if ((at == list || at[-1] == ' ') && (at[size] == ' ' || at[size] == '\0'))
            return true;
    return false;
}

/* ---- what the kernel writes ----------------------------------------------------------------------- */

static void look_at_actions(struct report *report)
{
    static const char *const words[] = { "kill_process", "kill_thread", "trap", "errno",
                                         "user_notif",   "trace",       "log" };
    char logged[256], missing[256] = "";
    size_t size = 0;

    if (access("/proc/sys/kernel/seccomp/actions_avail", F_OK) != 0) {
        say(report, TROUBLE, "no-seccomp", "use a kernel built with CONFIG_SECCOMP_FILTER=y",
            "this kernel has no seccomp filters (or /proc/sys is not visible here)");
        return;
    }
    if (!read_line("/proc/sys/kernel/seccomp/actions_logged", logged, sizeof logged))
        logged[0] = '\0';
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (!has_word(logged, words[i]) && size < sizeof missing)
            size += (size_t)snprintf(missing + size, sizeof missing - size, " %s", words[i]);
    if (missing[0] == '\0')
        say(report, GOOD, "actions-logged", NULL, "all actions may be logged (%s)", logged);
    else
        say(report, TROUBLE, "actions-not-logged",
            "sysctl -w kernel.seccomp.actions_logged='kill_process kill_thread trap errno user_notif "
            "trace log'",
            "these actions are never logged on this machine:%s", missing);
    say(report, NOTE, "errno-needs-flag",
        "give the profile \"flags\": [\"SECCOMP_FILTER_FLAG_LOG\"] (crun, and runc from 1.2), or see "
        "them with audit --follow --denied --container NAME",
        "a denial with an errno is logged only when its filter was loaded with "
        "SECCOMP_FILTER_FLAG_LOG; the engines' default profiles are not");
}

static void look_at_audit(struct report *report)
{
    struct audit_state state;
    char line[4096];
    int r = cull_audit_state(&state);

    if (read_line("/proc/cmdline", line, sizeof line) &&
        (has_word(line, "audit=0") || has_word(line, "audit=off")))
        say(report, TROUBLE, "audit-off-at-boot", "start the kernel without audit=0",
            "the kernel was started with audit=0: it writes no record at all");
    if (r == -EPROTONOSUPPORT || r == -EAFNOSUPPORT) {
        say(report, TROUBLE, "no-audit",
            "use a kernel built with CONFIG_AUDIT=y, CONFIG_AUDITSYSCALL=y",
            "this kernel has no audit: it writes no record at all");
        return;
    }
    if (r < 0) {
        say(report, NOTE, "audit-state-hidden", "run it again with sudo, on the host",
            "the kernel's audit does not answer this user (%s)", strerror(-r));
        return;
    }
    say(report, GOOD, "audit-state", NULL,
        "the kernel's audit is there (enabled=%u makes no difference for seccomp)", state.enabled);
    if (state.rate_limit > 0)
        say(report, TROUBLE, "audit-rate-limit", "auditctl -r 0",
            "audit_rate_limit is %u records in a second: more are dropped", state.rate_limit);
    if (state.lost > 0)
        say(report, NOTE, "audit-lost", "auditctl -b 8192 makes room for bursts",
            "the kernel has lost %u audit records since boot (backlog limit %u)", state.lost,
            state.backlog_limit);
    if (state.pid != 0)
        say(report, NOTE, "auditd-runs", "read /var/log/audit/audit.log, or use --follow",
            "auditd runs (pid %u): records go to its log and not to /dev/kmsg", state.pid);
    if (cull_audit_excluded() > 0)
        say(report, TROUBLE, "audit-excluded", "auditctl -l lists the rules; take that one out",
            "an audit rule excludes records of type SECCOMP (1326): none is written");
}

/* ---- where it goes ----------------------------------------------------------------------------------- */

static void look_at_netlink(struct report *report)
{
    struct source source = { .fd = -1 };
    struct cull_error error = { 0 };

    if (cull_source_netlink(&source, &error) == 0)
        say(report, GOOD, "netlink", NULL,
            "netlink: the audit group can be joined: --follow misses nothing");
    else
        say(report, TROUBLE, "no-netlink", "without it --follow has only what /dev/kmsg gets", "%s",
            error.message);
    cull_close_fd(&source.fd);
}

static void look_at_kmsg(struct report *report)
{
    struct source source = { .fd = -1 };
    struct cull_error error = { 0 };
    char interval[32] = "5", burst[32] = "10";

    if (cull_source_kmsg(&source, true, &error) < 0) {
        say(report, NOTE, "no-kmsg", NULL, "%s", error.message);
        cull_close_fd(&source.fd);
        return;
    }
    cull_close_fd(&source.fd);
    read_line("/proc/sys/kernel/printk_ratelimit", interval, sizeof interval);
    read_line("/proc/sys/kernel/printk_ratelimit_burst", burst, sizeof burst);
    if (strcmp(interval, "0") == 0)
        say(report, GOOD, "kmsg", NULL, "/dev/kmsg: readable, not rate-limited");
    else
        say(report, NOTE, "kmsg-rate-limited",
            "use --follow, which reads netlink; or sysctl -w kernel.printk_ratelimit=0 for a while",
            "/dev/kmsg (and what syslog and the journal copy from it) gets %s records in %s seconds; the "
            "others are suppressed",
            burst, interval);
}

static void look_at_files(struct report *report, const char *path)
{
    static const char *const files[] = { "/var/log/audit/audit.log", "/var/log/kern.log",
                                         "/var/log/syslog", "/var/log/messages" };
    struct source source = { .fd = -1 };
    struct cull_error error = { 0 };
    unsigned found = 0;

    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        if (access(files[i], F_OK) != 0)
            continue;
        found++;
        if (access(files[i], R_OK) == 0)
            say(report, GOOD, "file", NULL, "%s: readable", files[i]);
        else
            say(report, NOTE, "file-hidden", "run it again with sudo", "%s: may not be read: %s",
                files[i], strerror(errno));
    }
    if (found == 0)
        say(report, NOTE, "no-files", NULL,
            "no log file: neither audit.log, kern.log, syslog nor messages in /var/log");
    if (access("/run/systemd/journal", F_OK) != 0)
        say(report, NOTE, "no-journal", NULL, "journald does not run here");
    else if (cull_source_journal(&source, path, false, true, INT64_C(4102444800000), &error) < 0)
        say(report, NOTE, "no-journal", NULL, "%s", error.message);
    else
        say(report, GOOD, "journal", NULL, "journal: can be read with journalctl");
    if (source.fd >= 0)
        cull_source_close(&source);
}

static bool is_first(const char *space, const char *inode)
{
    char path[64], target[64] = "";

    snprintf(path, sizeof path, "/proc/self/ns/%s", space);
    return readlink(path, target, sizeof target - 1) <= 0 || strstr(target, inode) != NULL;
}

static void look_at_us(struct report *report)
{
    /* PROC_PID_INIT_INO and PROC_USER_INIT_INO of include/linux/proc_ns.h. */
    if (!is_first("pid", "[4026531836]"))
        say(report, TROUBLE, "pid-namespace",
            "run it on the host, or in a container with --pid=host",
            "syscull runs in a pid namespace of its own: records name the host's pids, so no container "
            "can be found for them");
    if (!is_first("user", "[4026531837]"))
        say(report, TROUBLE, "user-namespace", "run it on the host as root",
            "syscull runs in a user namespace of its own, which may not read the kernel's log");
    if (access("/sys/kernel/btf/vmlinux", R_OK) == 0)
        say(report, GOOD, "processes", NULL,
            "eBPF: --follow as root can tell the containers of processes that have ended");
    else
        say(report, NOTE, "no-btf", "use a kernel built with CONFIG_DEBUG_INFO_BTF=y",
            "no type information of the kernel: --follow finds the container only of processes that "
            "still live");
}

int cull_audit_examine(struct cull_arena *arena, const char *path,
                       const struct cull_audit_finding **ret, size_t *ret_count,
                       struct cull_error *reterr)
{
    struct report report = { .arena = arena };
    struct cull_audit_finding *list = NULL;

    look_at_actions(&report);
    look_at_audit(&report);
    look_at_netlink(&report);
    look_at_kmsg(&report);
    look_at_files(&report, path);
    look_at_us(&report);
    if (report.count > 0 && !report.failed)
        list = cull_arena_alloc(arena, report.count * sizeof *list);
    if (list != NULL)
        memcpy(list, report.list, report.count * sizeof *list);
    free(report.list);
    if (list == NULL)
        return cull_fail_memory(reterr);
    *ret = list;
    *ret_count = report.count;
    return 0;
}
