/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whose record is it?  It has a host pid and nothing else.  In this order: a table of processes that
 * have lived, if there is one; /proc; else it is not known, and why.
 */
#include "who.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define FIRST_PID_NAMESPACE "pid:[4026531836]" /* PROC_PID_INIT_INO of include/linux/proc_ns.h */
#define CACHE_MS 100                           /* no pid comes round again within that time */

static const char ended[] =
    "the process had ended before it could be looked up, and a record names no "
    "container: use --follow";
static const char reused[] = "the process had ended, and its pid is another's now";
static const char elsewhere[] =
    "syscull runs in a pid namespace of its own, where the host's pids mean "
    "nothing: run it on the host";
static const char hidden[] =
    "/proc does not show this process to this user: run it again with sudo";

int cull_audit_who_new(struct cull_audit_who **ret, struct cull_error *reterr)
{
    struct cull_audit_who *who = calloc(1, sizeof *who);
    struct timespec boot, now;
    char space[64] = "";

    if (who == NULL)
        return cull_fail_memory(reterr);
    if (readlink("/proc/self/ns/pid", space, sizeof space - 1) > 0)
        who->is_elsewhere = strcmp(space, FIRST_PID_NAMESPACE) != 0;
    clock_gettime(CLOCK_BOOTTIME, &boot);
    clock_gettime(CLOCK_REALTIME, &now);
    who->booted_ms = (int64_t)(now.tv_sec - boot.tv_sec) * 1000 +
                     (now.tv_nsec - boot.tv_nsec) / 1000000;
    *ret = who;
    return 0;
}

void cull_audit_who_free(struct cull_audit_who *who)
{
    if (who == NULL)
        return;
    cull_known_clear(&who->known);
    for (size_t i = 0; i < WHO_SLOTS; i++)
        free(who->cgroups[i].text);
    free(who);
}

void cull_audit_who_set_finder(struct cull_audit_who *who, cull_audit_finder finder, void *data)
{
    who->finder = finder;
    who->finder_data = data;
}

int cull_audit_who_look(struct cull_audit_who *who, struct cull_error *reterr)
{
    return cull_known_look(&who->known, reterr);
}

static int64_t now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* ---- /proc ----------------------------------------------------------------------------------------- */

static int read_text(pid_t pid, const char *name, char *ret, size_t size)
{
    char path[64];
    size_t got;
    FILE *file;

    snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, name);
    file = fopen(path, "re");
    if (file == NULL)
        return -errno;
    got = fread(ret, 1, size - 1, file);
    ret[got] = '\0';
    fclose(file);
    return got > 0 ? 0 : -ESRCH;
}

/* When a process began, in ms since 1970; 0: not known. */
static int64_t began_ms(const struct cull_audit_who *who, pid_t pid)
{
    unsigned long long ticks;
    char stat[2048];
    const char *at;

    if (read_text(pid, "stat", stat, sizeof stat) < 0)
        return 0;
    at = strrchr(stat, ')'); /* a comm may hold anything */
    for (int i = 0; i < 20 && at != NULL; i++)
        at = strchr(at + 1, ' ');
    if (at == NULL || sscanf(at, "%llu", &ticks) != 1)
        return 0;
    return who->booted_ms + (int64_t)(ticks * 1000 / (unsigned long long)sysconf(_SC_CLK_TCK));
}

/* Does the process that has the pid now bear the record's name or run its program?  The log may be
 * another machine's. */
static bool is_alike(const struct cull_audit_record *record)
{
    char wanted[4096], path[64], found[4096];
    ssize_t size;

    if (read_text(record->pid, "comm", found, sizeof found) == 0) {
        found[strcspn(found, "\n")] = '\0';
        cull_audit_decode(record->comm, wanted, sizeof wanted);
        if (record->comm.data != NULL && strcmp(found, wanted) == 0)
            return true;
    }
    snprintf(path, sizeof path, "/proc/%d/exe", (int)record->pid);
    size = readlink(path, found, sizeof found - 1);
    if (size <= 0 || record->exe.data == NULL)
        return false;
    found[size] = '\0';
    cull_audit_decode(record->exe, wanted, sizeof wanted);
    return strcmp(found, wanted) == 0;
}

static size_t hash_text(const char *text)
{
    uint64_t hash = 14695981039346656037u;

    for (; *text != '\0'; text++)
        hash = (hash ^ (unsigned char)*text) * 1099511628211u;
    return hash % WHO_SLOTS;
}

/* The container of a process that lives; its cgroups decide, and few processes have cgroups of their
 * own. */
static int ask_proc(struct cull_audit_who *who, pid_t pid, const struct cull_container **ret,
                    struct cull_error *reterr)
{
    cull_auto(container) container = NULL;
    struct who_cgroup *slot;
    char text[8192];
    int r;

    r = read_text(pid, "cgroup", text, sizeof text);
    if (r < 0)
        return r;
    slot = &who->cgroups[hash_text(text)];
    if (slot->text != NULL && strcmp(slot->text, text) == 0) {
        *ret = slot->container;
        return 0;
    }
    r = cull_container_of_pid(pid, &container, reterr);
    if (r < 0)
        return r;
    *ret = NULL;
    if (container != NULL) {
        r = cull_known_add(&who->known, TAKE(container), ret, reterr);
        if (r < 0)
            return r;
    }
    free(slot->text);
    slot->text = strdup(text);
    slot->container = *ret;
    return slot->text != NULL ? 0 : cull_fail_memory(reterr);
}

static int set(struct cull_audit_origin *ret, const struct cull_container *container,
               const char *because)
{
    *ret = (struct cull_audit_origin){
        .container = container,
        .is_known = because == NULL,
        .because = because != NULL ? because : "",
    };
    return 0;
}

static int of_living(struct cull_audit_who *who, const struct cull_audit_record *record, bool live,
                     struct cull_audit_origin *ret, struct cull_error *reterr)
{
    const struct cull_container *container = NULL;
    struct who_pid *slot = &who->pids[(uint32_t)record->pid % WHO_SLOTS];
    int64_t now = now_ms(), began;
    int r;

    if (slot->pid == record->pid && slot->live == live && now - slot->asked_ms < CACHE_MS) {
        *ret = slot->origin;
        return 0;
    }
    began = live ? 0 : began_ms(who, record->pid);
    /* The clock may have been set since: a second of doubt is for the process. */
    if (began > 0 && (record->has & CULL_AUDIT_TIME) && began > record->time_ms + 1000)
        return set(ret, NULL, reused);
    if (!live && began > 0 && !is_alike(record))
        return set(ret, NULL, reused);
    r = ask_proc(who, record->pid, &container, reterr);
    if (r == -ENOMEM)
        return r;
    set(ret, container, r == -EACCES || r == -EPERM ? hidden : r < 0 ? ended : NULL);
    *slot = (struct who_pid){ record->pid, live, now, *ret };
    return 0;
}

int cull_audit_who_of(struct cull_audit_who *who, const struct cull_audit_record *record, bool live,
                      struct cull_audit_origin *ret, struct cull_error *reterr)
{
    const struct cull_container *container = NULL;
    struct cull_audit_place place;
    int r;

    if (who->is_elsewhere)
        return set(ret, NULL, elsewhere);
    if (who->finder == NULL ||
        who->finder(who->finder_data, record->pid, record->time_ms, &place) < 0)
        return of_living(who, record, live, ret, reterr);
    r = cull_known_find(&who->known, &place, &container, reterr);
    return r < 0 ? r : set(ret, container, NULL);
}
