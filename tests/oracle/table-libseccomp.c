/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table against libseccomp's resolver: every name and every number of every architecture that
 * the installed library knows.  A difference needs one of the reasons below, or it fails.
 */
#include <seccomp.h>
#include <stdio.h>
#include <string.h>
#include <syscull/base.h>
#include <syscull/table.h>

#define X32_TOKEN 0x4000003eu  /* libseccomp's own: the kernel has no such AUDIT_ARCH */
#define NUMBERS 1200           /* how many to ask for from the base on; the largest is x32's 547 */
#define ARM_PRIVATE 0xf0000u   /* arm's own calls stand 1 to 6 above it */
#define COMPARED_WITH 2006001u /* libseccomp 2.6.1: what later ones know may be new to the table */

enum reason {
    EQUAL,
    NEWER_THAN_LIBSECCOMP,
    NEWER_THAN_TABLE,
    MULTIPLEXED,
    REVIEWED,
    UNEXPLAINED,
    REASON_COUNT
};

static const char *const reason_text[REASON_COUNT] = {
    [NEWER_THAN_LIBSECCOMP] = "newer than this libseccomp, which knows the name nowhere",
    [NEWER_THAN_TABLE] = "newer than the table",
    [MULTIPLEXED] = "libseccomp gives its pseudo number, for socketcall(2) or ipc(2)",
    [REVIEWED] = "reviewed",
    [UNEXPLAINED] = "NOT EXPLAINED",
};

static const struct {
    enum cull_arch arch;
    const char *name;
    const char *why;
} reviewed[] = {
    { CULL_ARCH_PARISC64, "_llseek",
      "the kernel has it for 32-bit parisc only, libseccomp 2.5 also here" },
    { CULL_ARCH_X32, "map_shadow_stack",
      "libseccomp 2.5 has it for x86_64 only, headers of 7.2 also here" },
    { CULL_ARCH_ARM, "sync_file_range2", "the header's other name of arm_sync_file_range" },
    { CULL_ARCH_LOONGARCH64, "memfd_secret", "in the header of 7.2, not in libseccomp 2.6.1" },
};

struct tally {
    struct cull_text names[REASON_COUNT];
    unsigned count[REASON_COUNT];
};

static unsigned tests_done, tests_failed;

static unsigned library_version(void)
{
    const struct scmp_version *version = seccomp_version();

    return version->major * 1000000 + version->minor * 1000 + version->micro;
}

static bool known_anywhere(const char *name)
{
    for (enum cull_arch arch = 0; arch < CULL_ARCH_COUNT; arch++) {
        uint32_t token = seccomp_arch_resolve_name(cull_arch_info(arch)->name);

        if (token && seccomp_syscall_resolve_name_arch(token, name) != __NR_SCMP_ERROR)
            return true;
    }
    return false;
}

/* Up to Linux 5.17 the oldest libseccomp that we build with, 2.5.4, knows every call. */
static bool later_than_common(const char *since)
{
    unsigned major = 0, minor = 0;

    if (!since || sscanf(since, "%u.%u", &major, &minor) != 2)
        return false;
    return major > 5 || (major == 5 && minor > 17);
}

/* libseccomp's pseudo numbers of calls that socketcall(2) or ipc(2) may carry. */
static bool is_multiplexed(int number)
{
    return (number <= -101 && number >= -120) || (number <= -201 && number >= -224);
}

/* Why the two may differ about this name.  theirs: what libseccomp makes of it. */
static enum reason reason_for(enum cull_arch arch, const char *name, int theirs)
{
    size_t id;

    if (cull_syscall_by_name(name, &id) < 0)
        return library_version() > COMPARED_WITH ? NEWER_THAN_TABLE : UNEXPLAINED;
    for (size_t i = 0; i < sizeof(reviewed) / sizeof(reviewed[0]); i++) {
        if (reviewed[i].arch == arch && !strcmp(reviewed[i].name, name))
            return REVIEWED;
    }
    if (is_multiplexed(theirs))
        return MULTIPLEXED;
    if (theirs == __NR_SCMP_ERROR && later_than_common(cull_syscall_info(id)->since) &&
        !known_anywhere(name))
        return NEWER_THAN_LIBSECCOMP;
    return UNEXPLAINED;
}

static void note(struct tally *tally, enum reason reason, const char *name, int64_t ours,
                 int64_t theirs)
{
    tally->count[reason]++;
    if (reason == UNEXPLAINED)
        cull_text_add(&tally->names[reason], " %s (%lld, libseccomp %lld)", name, (long long)ours,
                      (long long)theirs);
    else if (reason != EQUAL)
        cull_text_add(&tally->names[reason], " %s", name);
}

static void report(const char *arch, const char *what, struct tally *tally)
{
    bool good = !tally->count[UNEXPLAINED] && tally->count[EQUAL] > 200;

    tests_failed += !good;
    printf("%s %u - %s: %s, %u equal\n", good ? "ok" : "not ok", ++tests_done, arch, what,
           tally->count[EQUAL]);
    for (enum reason i = EQUAL + 1; i < REASON_COUNT; i++) {
        if (tally->count[i])
            printf("# %s:%s\n", reason_text[i], tally->names[i].data);
    }
    for (enum reason i = 0; i < REASON_COUNT; i++)
        cull_text_clear(&tally->names[i]);
}

static void compare_names(enum cull_arch arch, uint32_t token)
{
    const char *where = cull_arch_info(arch)->name;
    struct tally tally = { 0 };

    for (size_t id = 0; id < cull_syscall_count(); id++) {
        const char *name = cull_syscall_info(id)->name;
        int theirs = seccomp_syscall_resolve_name_arch(token, name);
        uint32_t nr = 0;
        bool have = cull_syscall_nr(id, arch, &nr) == 0;

        if (have ? theirs >= 0 && (uint32_t)theirs == nr : theirs < 0)
            note(&tally, EQUAL, name, nr, theirs);
        else
            note(&tally, reason_for(arch, name, theirs), name, have ? (int64_t)nr : -1, theirs);
    }
    report(where, "names to numbers", &tally);
}

static void compare_number(enum cull_arch arch, uint32_t token, uint32_t nr, struct tally *tally)
{
    char *theirs = seccomp_syscall_resolve_num_arch(token, (int)nr);
    const char *ours = NULL, *name;
    size_t id;

    if (cull_syscall_by_nr(arch, nr, &id) == 0)
        ours = cull_syscall_info(id)->name;
    name = ours ? ours : theirs;
    if (ours && theirs && !strcmp(ours, theirs))
        note(tally, EQUAL, name, nr, nr);
    else if (name)
        note(tally, reason_for(arch, name, theirs ? (int)nr : __NR_SCMP_ERROR), name,
             ours ? (int64_t)nr : -1, theirs ? (int64_t)nr : -1);
    free(theirs);
}

static void compare_numbers(enum cull_arch arch, uint32_t token)
{
    const struct cull_arch_info *info = cull_arch_info(arch);
    struct tally tally = { 0 };

    for (uint32_t nr = info->nr_base; nr < info->nr_base + NUMBERS; nr++)
        compare_number(arch, token, nr, &tally);
    for (uint32_t nr = ARM_PRIVATE; arch == CULL_ARCH_ARM && nr < ARM_PRIVATE + 16; nr++)
        compare_number(arch, token, nr, &tally);
    report(info->name, "numbers to names", &tally);
}

static void compare_token(enum cull_arch arch, uint32_t token)
{
    uint32_t expected = arch == CULL_ARCH_X32 ? X32_TOKEN : cull_arch_info(arch)->audit;

    tests_failed += token != expected;
    printf("%s %u - %s: AUDIT_ARCH 0x%x\n", token == expected ? "ok" : "not ok", ++tests_done,
           cull_arch_info(arch)->name, token);
}

int main(void)
{
    const struct scmp_version *version = seccomp_version();

    printf("# libseccomp %u.%u.%u\n", version->major, version->minor, version->micro);
    for (size_t i = 0; i < sizeof(reviewed) / sizeof(reviewed[0]); i++)
        printf("# reviewed: %s %s: %s\n", cull_arch_info(reviewed[i].arch)->name, reviewed[i].name,
               reviewed[i].why);
    for (enum cull_arch arch = 0; arch < CULL_ARCH_COUNT; arch++) {
        const char *name = cull_arch_info(arch)->name;
        uint32_t token = seccomp_arch_resolve_name(name);

        if (token) {
            compare_token(arch, token);
            compare_names(arch, token);
            compare_numbers(arch, token);
            continue;
        }
        printf("ok %u - %s # SKIP this libseccomp does not know the architecture\n", ++tests_done,
               name);
    }
    printf("1..%u\n", tests_done);
    return tests_failed != 0;
}
