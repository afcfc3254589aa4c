/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The built-in runtime-default means what Docker's own default profile means: for containers with
 * more and fewer capabilities, on four kinds of machine, with an old and a new kernel, for every
 * call of every architecture, with the arguments that either of them looks at.
 */
#include <stdio.h>
#include <string.h>
#include <syscull/profile.h>
#include <unistd.h>

#define BIT(cap) (1ull << (cap))

static const uint64_t caps[] = {
    0,
    CULL_CAPS_DOCKER_DEFAULT,
    CULL_CAPS_DOCKER_DEFAULT | BIT(21),             /* SYS_ADMIN */
    CULL_CAPS_DOCKER_DEFAULT | BIT(19) | BIT(23),   /* SYS_PTRACE, SYS_NICE */
    CULL_CAPS_DOCKER_DEFAULT | BIT(38) | BIT(39),   /* PERFMON, BPF */
    BIT(2) | BIT(16) | BIT(17) | BIT(18) | BIT(22), /* DAC_READ_SEARCH, SYS_MODULE, ... */
    BIT(20) | BIT(25) | BIT(26) | BIT(34),          /* SYS_PACCT, SYS_TIME, TTY, SYSLOG */
    BIT(CULL_CAP_COUNT) - 1,
};
static const enum cull_arch archs[] = { CULL_ARCH_X86_64, CULL_ARCH_AARCH64, CULL_ARCH_S390X,
                                        CULL_ARCH_RISCV64 };
static const unsigned kernels[][2] = { { 4, 4 }, { 6, 18 } };

/* The edges of every condition in the profile: socket families, personalities, namespaces. */
static const uint64_t values[] = {
    0,          1,          8,          9,          37,         38,          39,         40,
    41,         0x20000,    0x20001,    0x20008,    0xffffffff, 0x100000000, 0x02000000, 0x04000000,
    0x08000000, 0x10000000, 0x20000000, 0x40000000, 0x00020000, 0x80000000,  UINT64_MAX,
};

static unsigned test_number;

static void say(bool ok, const char *name)
{
    printf("%sok %u - %s\n", ok ? "" : "not ", ++test_number, name);
}

static struct cull_policy *policy_of(const struct cull_profile *profile,
                                     const struct cull_target *target,
                                     struct cull_profile **ret_resolved)
{
    struct cull_policy *policy = NULL;
    struct cull_error error = { 0 };

    if (cull_profile_resolve(profile, target, ret_resolved, &error) < 0 ||
        cull_policy_build(*ret_resolved, &policy, &error) < 0)
        printf("# %s\n", error.message);
    return policy;
}

static bool has_conditions(const struct cull_arch_policy *policy, uint32_t nr)
{
    for (size_t i = 0; i < policy->count; i++)
        if (policy->meanings[i].nr == nr)
            return policy->meanings[i].count > 0;
    return false;
}

static bool same_answer(const struct cull_policy *ours, const struct cull_policy *theirs,
                        const struct cull_call *call)
{
    uint32_t a = cull_policy_evaluate(ours, call, NULL);
    uint32_t b = cull_policy_evaluate(theirs, call, NULL);

    if (a != b)
        printf("# arch %#x, number %#x, arguments %#llx, %#llx: %#x, Docker's says %#x\n",
               call->audit, call->nr, (unsigned long long)call->args[0],
               (unsigned long long)call->args[1], a, b);
    return a == b;
}

static bool same_call(const struct cull_policy *ours, const struct cull_policy *theirs,
                      size_t arch_index, uint32_t nr)
{
    const struct cull_arch_info *arch = cull_arch_info(ours->archs[arch_index].arch);
    struct cull_call call = { .audit = arch->audit, .nr = nr };

    if (!has_conditions(&ours->archs[arch_index], nr) &&
        !has_conditions(&theirs->archs[arch_index], nr))
        return same_answer(ours, theirs, &call);
    for (size_t index = 0; index < 2; index++) {
        for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
            memset(call.args, 0, sizeof call.args);
            call.args[index] = values[i];
            if (!same_answer(ours, theirs, &call))
                return false;
        }
    }
    return true;
}

static bool same_policy(const struct cull_policy *ours, const struct cull_policy *theirs)
{
    if (ours == NULL || theirs == NULL || ours->archs_count != theirs->archs_count ||
        ours->default_verdict != theirs->default_verdict)
        return false;
    for (size_t i = 0; i < ours->archs_count; i++) {
        const struct cull_arch_info *arch = cull_arch_info(ours->archs[i].arch);

        if (theirs->archs[i].arch != arch->arch)
            return false;
        for (uint32_t nr = arch->nr_base; nr <= cull_syscall_max_nr(arch->arch); nr++) {
            if (nr - arch->nr_base == 1024) /* ARM's private numbers are far away */
                nr = cull_syscall_max_nr(arch->arch) & ~0xfu;
            if (!same_call(ours, theirs, i, nr))
                return false;
        }
    }
    return true;
}

static void compare(const struct cull_profile *ours, const struct cull_profile *theirs,
                    const struct cull_target *target)
{
    cull_auto(profile) our_resolved = NULL;
    cull_auto(profile) their_resolved = NULL;
    cull_auto(policy) our_policy = policy_of(ours, target, &our_resolved);
    cull_auto(policy) their_policy = policy_of(theirs, target, &their_resolved);
    char name[128];

    snprintf(name, sizeof name, "%s, kernel %u.%u, capabilities %#llx",
             cull_arch_info(target->arch)->name, target->kernel_major, target->kernel_minor,
             (unsigned long long)target->caps);
    say(same_policy(our_policy, their_policy), name);
}

int main(void)
{
    cull_auto(profile) ours = NULL;
    cull_auto(profile) theirs = NULL;
    struct cull_error error = { 0 };
    char path[4096];

    snprintf(path, sizeof path, "%s/../shared/data/docker-default-2026-06.json",
             getenv("SYSCULL_SOURCE"));
    if (access(path, R_OK) < 0) {
        printf("1..1\nok 1 - as Docker's # SKIP %s is not there\n", path);
        return 0;
    }
    if (cull_profile_builtin("runtime-default", &ours, &error) < 0 ||
        cull_profile_load(path, &theirs, &error) < 0) {
        printf("1..1\nnot ok 1 - both are read\n# %s\n", error.message);
        return 1;
    }
    for (size_t i = 0; i < sizeof caps / sizeof *caps; i++)
        for (size_t j = 0; j < sizeof archs / sizeof *archs; j++)
            for (size_t k = 0; k < sizeof kernels / sizeof *kernels; k++)
                compare(ours, theirs,
                        &(struct cull_target){ .arch = archs[j],
                                               .caps = caps[i],
                                               .kernel_major = kernels[k][0],
                                               .kernel_minor = kernels[k][1] });
    printf("1..%u\n", test_number);
    return 0;
}
