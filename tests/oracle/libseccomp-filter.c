/* SPDX-License-Identifier: Apache-2.0 */
/* libseccomp is used through its interface only, as a black box. */
#include <errno.h>
#include <seccomp.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libseccomp-filter.h"

/* ---- our words, libseccomp's words ----------------------------------------------------------- */

static const uint32_t tokens[CULL_ARCH_COUNT] = {
    [CULL_ARCH_X86] = SCMP_ARCH_X86,
    [CULL_ARCH_X86_64] = SCMP_ARCH_X86_64,
    [CULL_ARCH_X32] = SCMP_ARCH_X32,
    [CULL_ARCH_ARM] = SCMP_ARCH_ARM,
    [CULL_ARCH_AARCH64] = SCMP_ARCH_AARCH64,
    [CULL_ARCH_MIPS] = SCMP_ARCH_MIPS,
    [CULL_ARCH_MIPSEL] = SCMP_ARCH_MIPSEL,
    [CULL_ARCH_MIPS64] = SCMP_ARCH_MIPS64,
    [CULL_ARCH_MIPSEL64] = SCMP_ARCH_MIPSEL64,
    [CULL_ARCH_MIPS64N32] = SCMP_ARCH_MIPS64N32,
    [CULL_ARCH_MIPSEL64N32] = SCMP_ARCH_MIPSEL64N32,
    [CULL_ARCH_PARISC] = SCMP_ARCH_PARISC,
    [CULL_ARCH_PARISC64] = SCMP_ARCH_PARISC64,
    [CULL_ARCH_PPC] = SCMP_ARCH_PPC,
    [CULL_ARCH_PPC64] = SCMP_ARCH_PPC64,
    [CULL_ARCH_PPC64LE] = SCMP_ARCH_PPC64LE,
    [CULL_ARCH_RISCV64] = SCMP_ARCH_RISCV64,
    [CULL_ARCH_S390] = SCMP_ARCH_S390,
    [CULL_ARCH_S390X] = SCMP_ARCH_S390X,
};

static const enum scmp_compare operators[CULL_CMP_COUNT] = {
    [CULL_CMP_NE] = SCMP_CMP_NE,
    [CULL_CMP_LT] = SCMP_CMP_LT,
    [CULL_CMP_LE] = SCMP_CMP_LE,
    [CULL_CMP_EQ] = SCMP_CMP_EQ,
    [CULL_CMP_GE] = SCMP_CMP_GE,
    [CULL_CMP_GT] = SCMP_CMP_GT,
    [CULL_CMP_MASKED_EQ] = SCMP_CMP_MASKED_EQ,
};

/* The kernel's values are libseccomp's, but for the data bits of TRACE and ERRNO: the same. */
static uint32_t action_of(enum cull_action action, uint32_t errno_ret)
{
    const struct cull_action_info *info = cull_action_info(action);

    return info->takes_errno ? info->value | errno_ret : info->value;
}

/* ---- libseccomp's program -------------------------------------------------------------------- */

static int add_rule(scmp_filter_ctx context, const struct cull_rule *rule, int nr)
{
    struct scmp_arg_cmp comparisons[6];
    uint32_t action = action_of(rule->action, rule->errno_ret);
    uint32_t seen = 0;
    bool is_split = false;
    int r = 0;

    for (size_t i = 0; i < rule->conditions_count; i++) {
        const struct cull_condition *condition = &rule->conditions[i];

        is_split = is_split || (seen & 1u << condition->index) != 0;
        seen |= 1u << condition->index;
        comparisons[i] = (struct scmp_arg_cmp){ condition->index, operators[condition->op],
                                                condition->value, condition->value_two };
    }
    if (!is_split)
        return seccomp_rule_add_array(context, action, nr, rule->conditions_count, comparisons);
    for (size_t i = 0; i < rule->conditions_count && r == 0; i++)
        r = seccomp_rule_add_array(context, action, nr, 1, &comparisons[i]);
    return r;
}

static int add_rules(scmp_filter_ctx context, const struct cull_profile *profile)
{
    uint32_t default_action = action_of(profile->default_action, profile->default_errno);
    int r = 0;

    for (size_t i = 0; i < profile->rules_count && r == 0; i++) {
        const struct cull_rule *rule = &profile->rules[i];

        if (action_of(rule->action, rule->errno_ret) == default_action)
            continue;
        for (size_t j = 0; j < rule->names_count && r == 0; j++) {
            int nr = seccomp_syscall_resolve_name(rule->names[j].text);

            if (nr != __NR_SCMP_ERROR)
                r = add_rule(context, rule, nr);
        }
    }
    return r;
}

static int add_archs(scmp_filter_ctx context, const struct cull_profile *profile)
{
    int r = seccomp_arch_remove(context, SCMP_ARCH_NATIVE);

    for (size_t i = 0; i < profile->archs_count && r == 0; i++)
        r = seccomp_arch_add(context, tokens[profile->archs[i]]);
    return r;
}

/* Written for a machine of the other byte order, but for returns that were doubled because the first
 * was too far: those it forgets. */
static void turn_round(struct sock_filter *insns, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint32_t k = insns[i].k;
        enum cull_action action;

        insns[i].code = __builtin_bswap16(insns[i].code);
        if (insns[i].code != (BPF_RET | BPF_K) || k >> 16 == 0 ||
            cull_action_by_value(k, &action) < 0)
            insns[i].k = __builtin_bswap32(k);
    }
}

static int export_filter(scmp_filter_ctx context, bool big_endian, struct cull_filter **ret)
{
    int fd = memfd_create("filter", MFD_CLOEXEC);
    struct cull_error error;
    struct stat status;
    int r = seccomp_export_bpf(context, fd);

    if (r == 0 && fstat(fd, &status) == 0) {
        size_t size = status.st_size;
        struct sock_filter *insns = malloc(size);

        if (insns == NULL || pread(fd, insns, size, 0) != (ssize_t)size)
            abort();
        if (big_endian)
            turn_round(insns, size / sizeof *insns);
        r = cull_filter_new(insns, size / sizeof *insns, big_endian, ret, &error);
        if (r < 0)
            printf("# libseccomp's program: %s\n", error.message);
        free(insns);
    }
    close(fd);
    return r;
}

/* 0, -EEXIST (rules that contradict each other), or what else libseccomp says. */
static int build_theirs(const struct cull_profile *profile, unsigned optimize,
                        struct cull_filter **ret)
{
    scmp_filter_ctx context = seccomp_init(
        action_of(profile->default_action, profile->default_errno));
    int r;

    if (context == NULL)
        return -ENOMEM;
    r = add_archs(context, profile);
    if (r == 0)
        r = seccomp_attr_set(context, SCMP_FLTATR_CTL_OPTIMIZE, optimize);
    if (r == 0)
        r = add_rules(context, profile);
    if (r == 0)
        r = export_filter(context, cull_arch_info(profile->archs[0])->big_endian, ret);
    seccomp_release(context);
    return r;
}

/* ---- what cannot be compared ----------------------------------------------------------------- */

/* Names that this libseccomp does not know, or numbers otherwise: the table's own test lists them. */
static bool is_known_alike(const struct cull_profile *profile, const char *name)
{
    int nr = seccomp_syscall_resolve_name(name);
    bool is_same;
    char *back;
    size_t id;

    if (nr == __NR_SCMP_ERROR || cull_syscall_by_name(name, &id) < 0)
        return false;
    back = seccomp_syscall_resolve_num_arch(SCMP_ARCH_NATIVE, nr);
    is_same = back != NULL && strcmp(back, name) == 0; /* not for ppc's switch_endian on x86 */
    free(back);
    if (!is_same)
        return false;
    for (size_t i = 0; i < profile->archs_count; i++) {
        int theirs = seccomp_syscall_resolve_name_arch(tokens[profile->archs[i]], name);
        uint32_t ours;

        if (cull_syscall_nr(id, profile->archs[i], &ours) < 0)
            ours = UINT32_MAX;
        if (theirs < 0 ? ours != UINT32_MAX : (uint32_t)theirs != ours)
            return false;
    }
    return true;
}

void theirs_drop_unknown_names(struct cull_profile *profile)
{
    for (size_t i = 0; i < profile->rules_count; i++) {
        struct cull_rule *rule = &profile->rules[i];
        size_t kept = 0;

        for (size_t j = 0; j < rule->names_count; j++) {
            if (is_known_alike(profile, rule->names[j].text))
                rule->names[kept++] = rule->names[j];
        }
        rule->names_count = kept;
    }
}

bool theirs_knows_machine(const struct cull_profile *profile)
{
    for (size_t i = 0; i < profile->archs_count; i++) {
        if (tokens[profile->archs[i]] == 0)
            return false;
    }
    return true;
}

/* libseccomp 2.5 does not come back from some profiles. */
static sigjmp_buf too_long;

static void give_up(int number)
{
    (void)number;
    siglongjmp(too_long, 1);
}

int theirs_build(const struct cull_profile *profile, unsigned optimize, struct cull_filter **ret)
{
    int r = -ETIMEDOUT;

    signal(SIGALRM, give_up);
    if (sigsetjmp(too_long, 1) == 0) {
        alarm(2);
        r = build_theirs(profile, optimize, ret);
        alarm(0);
    }
    return r;
}
