/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the kernel answers under our programs, call by call, against what the simulation says.
 *
 * No call is ever executed: beside the filter in question the child has a second one that turns
 * exactly the two instructions of probe() into an errno that no rule uses.  The stronger verdict of
 * the two wins, the younger filter's on a tie, so the filter in question speaks unless it lets the
 * call pass.
 */
#include <errno.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <syscull/filter.h>
#include <unistd.h>

#include "random-profile.h"

#ifndef __x86_64__
int main(void)
{
    printf("1..0 # SKIP the probes are written for x86_64\n");
    return 0;
}
#else

#define PROFILES 40
#define CALLS_MAX 40000
#define KILLS_MAX 8 /* per profile: each one takes a child */
#define PASSED 4000 /* the errno of the second filter */
#define TRAPPED 0x10000
#define NOBODY 65534

long probe64(long nr, const uint64_t *arguments);
long probe32(long nr, const uint64_t *arguments);
extern const char probe64_end[], probe32_end[];

/* The instruction pointer that a filter sees is the one after the instruction. */
__asm__(".text\n"
        ".globl probe64, probe64_end, probe32, probe32_end\n"
        "probe64:\n"
        "    mov %rdi, %rax\n"
        "    mov %rsi, %r11\n"
        "    mov 0(%r11), %rdi\n"
        "    mov 8(%r11), %rsi\n"
        "    mov 16(%r11), %rdx\n"
        "    mov 24(%r11), %r10\n"
        "    mov 32(%r11), %r8\n"
        "    mov 40(%r11), %r9\n"
        "    syscall\n"
        "probe64_end:\n"
        "    ret\n"
        "probe32:\n"
        "    push %rbx\n"
        "    push %rbp\n"
        "    mov %rdi, %rax\n"
        "    mov %rsi, %r11\n"
        "    mov 0(%r11), %rbx\n"
        "    mov 8(%r11), %rcx\n"
        "    mov 16(%r11), %rdx\n"
        "    mov 24(%r11), %rsi\n"
        "    mov 32(%r11), %rdi\n"
        "    mov 40(%r11), %rbp\n"
        "    int $0x80\n"
        "probe32_end:\n"
        "    pop %rbp\n"
        "    pop %rbx\n"
        "    ret\n");

/* ---- the child ------------------------------------------------------------------------------- */

struct trial {
    struct cull_call call;
    uint32_t verdict; /* of the simulation */
    int result;       /* the kernel's: 0 or -errno, or TRAPPED */
};

/* Shared with the child, which may be left without any call to report with. */
struct trials {
    size_t next, end; /* what the child does */
    size_t count;
    struct trial items[CALLS_MAX];
};

static sigjmp_buf trap_return;

/* Left by a jump and not by rt_sigreturn(2), which the filter may refuse. */
static void on_trap(int number)
{
    (void)number;
    siglongjmp(trap_return, 1);
}

static int probe(const struct cull_call *call)
{
    if (sigsetjmp(trap_return, 0) != 0)
        return TRAPPED;
    if (call->audit == AUDIT_ARCH_I386)
        return (int)probe32((int32_t)call->nr, call->args);
    return (int)probe64((int32_t)call->nr, call->args);
}

#define IP_LOW offsetof(struct seccomp_data, instruction_pointer)

static bool load(struct sock_filter *insns, size_t count)
{
    struct sock_fprog program = { count, insns };

    return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) == 0;
}

/* The two probes never get further than here. */
static bool load_guard(void)
{
    uintptr_t ends[] = { (uintptr_t)probe64_end, (uintptr_t)probe32_end };
    struct sock_filter insns[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, IP_LOW + 4),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)(ends[0] >> 32), 0, 4),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, IP_LOW),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)ends[0], 1, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)ends[1], 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | PASSED),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };

    return ends[0] >> 32 == ends[1] >> 32 && load(insns, sizeof insns / sizeof *insns);
}

static void run_child(const struct cull_filter *filter, struct trials *trials)
{
    struct sigaction action = { .sa_handler = on_trap, .sa_flags = SA_NODEFER };

    sigaction(SIGSYS, &action, NULL);
    if (geteuid() == 0 &&
        (setresgid(NOBODY, NOBODY, NOBODY) < 0 || setresuid(NOBODY, NOBODY, NOBODY) < 0))
        _exit(1);
    prctl(PR_SET_DUMPABLE, 0);
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    if (!load_guard() || !load(filter->insns, filter->count))
        _exit(1);
    for (; trials->next < trials->end; trials->next++)
        trials->items[trials->next].result = probe(&trials->items[trials->next].call);
    __builtin_trap(); /* exit_group(2) may be refused */
}

/* Run the trials from first on; the status of waitpid(2). */
static int run(const struct cull_filter *filter, struct trials *trials, size_t first, size_t end)
{
    int status = 0;
    pid_t child;

    trials->next = first;
    trials->end = end;
    fflush(stdout);
    child = fork();
    if (child == 0)
        run_child(filter, trials);
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    return status;
}

/* ---- the parent ------------------------------------------------------------------------------ */

struct collection {
    struct trials *trials;
    const struct cull_filter *filter;
    bool has_int80;
    struct trial kills[KILLS_MAX];
    size_t kills_count;
    size_t seen; /* calls that the filter kills for */
};

/* On x86_64 the kernel shows these two to no filter. */
static bool is_exempt(const struct cull_call *call)
{
    return call->audit == AUDIT_ARCH_X86_64 && (call->nr == 335 || call->nr == 336);
}

static bool collect(const struct cull_call *call, void *data)
{
    struct collection *collection = data;
    struct trial trial = { .call = *call };
    uint32_t action;

    if (call->audit != AUDIT_ARCH_X86_64 &&
        (call->audit != AUDIT_ARCH_I386 || !collection->has_int80))
        return true;
    if (is_exempt(call))
        return true;
    for (unsigned i = 0; call->audit == AUDIT_ARCH_I386 && i < 6; i++)
        trial.call.args[i] = (uint32_t)call->args[i]; /* what int 0x80 can carry */
    trial.verdict = cull_filter_simulate(collection->filter, &trial.call, NULL);
    action = trial.verdict & SECCOMP_RET_ACTION_FULL;
    if (action == SECCOMP_RET_KILL_PROCESS || action == SECCOMP_RET_KILL_THREAD) {
        if (collection->kills_count < KILLS_MAX && collection->seen++ % 97 == 0)
            collection->kills[collection->kills_count++] = trial;
        return true;
    }
    collection->trials->items[collection->trials->count++] = trial;
    return collection->trials->count < CALLS_MAX;
}

static int expected_result(uint32_t verdict)
{
    switch (verdict & SECCOMP_RET_ACTION_FULL) {
    case SECCOMP_RET_TRAP:
        return TRAPPED;
    case SECCOMP_RET_ERRNO:
        return -(int)(verdict & SECCOMP_RET_DATA);
    default:
        return -PASSED;
    }
}

struct totals {
    size_t profiles, probed, killed, different;
};

static void report(unsigned number, const struct trial *trial, const char *what)
{
    char text[256];

    printf("# profile %u, %s: the simulation says %08x, the kernel %s %d\n", number,
           describe_call(&trial->call, text, sizeof text), trial->verdict, what, trial->result);
}

static void compare_results(unsigned number, const struct cull_filter *filter,
                            struct trials *trials, struct totals *totals)
{
    int status = run(filter, trials, 0, trials->count);

    if (trials->next != trials->count) {
        printf("# profile %u: the child ended early, after %zu of %zu calls, status 0x%x\n", number,
               trials->next, trials->count, status);
        totals->different++;
        return;
    }
    for (size_t i = 0; i < trials->count; i++) {
        const struct trial *trial = &trials->items[i];

        totals->probed++;
        if (trial->result != expected_result(trial->verdict) && totals->different++ < 10)
            report(number, trial, "returns");
    }
}

/* Each of these ends its child by SIGSYS. */
static void compare_kills(unsigned number, const struct cull_filter *filter, struct trials *trials,
                          const struct collection *collection, struct totals *totals)
{
    for (size_t i = 0; i < collection->kills_count; i++) {
        int status;

        trials->items[0] = collection->kills[i];
        status = run(filter, trials, 0, 1);
        totals->killed++;
        if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGSYS) {
            totals->different++;
            report(number, &trials->items[0], "does not kill:");
        }
    }
}

static void compare_profile(unsigned number, const struct cull_profile *profile, bool has_int80,
                            struct trials *trials, struct totals *totals)
{
    cull_auto(policy) policy = NULL;
    cull_auto(filter) filter = NULL;
    struct collection collection = { .trials = trials, .has_int80 = has_int80 };
    struct chance chance = { number + 1 };
    struct cull_error error;

    if (cull_policy_build(profile, &policy, &error) < 0)
        return; /* rules that contradict each other: no runtime starts with them */
    if (cull_filter_compile(policy, &filter, &error) < 0) {
        printf("# profile %u: %s\n", number, error.message);
        totals->different++;
        return;
    }
    collection.filter = filter;
    trials->count = 0;
    each_call(policy, &chance, collect, &collection);
    compare_results(number, filter, trials, totals);
    compare_kills(number, filter, trials, &collection, totals);
    totals->profiles++;
}

/* A kernel without 32-bit support answers int 0x80 with a fault. */
static bool can_int80(struct trials *trials)
{
    struct sock_filter insns[] = { BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW) };
    struct cull_filter nothing = { insns, 1, false };

    trials->items[0] = (struct trial){ .call = { .audit = AUDIT_ARCH_I386, .nr = 20 } };
    run(&nothing, trials, 0, 1);
    return trials->next == 1 && trials->items[0].result == -PASSED;
}

static bool random_profiles_agree(const enum cull_arch *archs, size_t archs_count, bool has_int80,
                                  struct trials *trials)
{
    static const enum cull_action actions[] = { CULL_ACT_ERRNO, CULL_ACT_ERRNO, CULL_ACT_TRAP,
                                                CULL_ACT_ALLOW, CULL_ACT_KILL_PROCESS };
    const struct grammar grammar = {
        .archs = archs,
        .archs_count = archs_count,
        .rules_max = 10,
        .actions = actions,
        .actions_count = sizeof actions / sizeof *actions,
    };
    struct totals totals = { 0 };

    for (unsigned number = 1; number <= PROFILES; number++) {
        struct chance chance = { number * 15485863u + archs_count };
        struct cull_profile *profile = random_profile(&chance, &grammar);

        compare_profile(number, profile, has_int80, trials, &totals);
        random_profile_free(profile);
    }
    printf("# %zu calls under %zu profiles answered as simulated, %zu killed; %zu otherwise\n",
           totals.probed, totals.profiles, totals.killed, totals.different);
    return totals.different == 0 && totals.probed > 10000 && totals.killed > 0;
}

static bool default_profile_agrees(bool has_int80, struct trials *trials)
{
    const struct cull_target target = { CULL_ARCH_X86_64, CULL_CAPS_DOCKER_DEFAULT, 6, 12 };
    cull_auto(profile) profile = NULL, *resolved = NULL;
    struct totals totals = { 0 };
    struct cull_error error;

    if (cull_profile_builtin("runtime-default", &profile, &error) < 0 ||
        cull_profile_resolve(profile, &target, &resolved, &error) < 0) {
        printf("# %s\n", error.message);
        return false;
    }
    compare_profile(1, resolved, has_int80, trials, &totals);
    printf("# %zu calls answered as simulated, %zu otherwise\n", totals.probed, totals.different);
    return totals.different == 0 && totals.probed > 1000;
}

int main(void)
{
    static const enum cull_arch archs[] = { CULL_ARCH_X86_64, CULL_ARCH_X86, CULL_ARCH_X32 };
    struct trials *trials = mmap(NULL, sizeof *trials, PROT_READ | PROT_WRITE,
                                 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    bool has_int80;

    if (trials == MAP_FAILED)
        return 1;
    if (prctl(PR_GET_SECCOMP) != 0) {
        printf("1..0 # SKIP a seccomp filter is in force here already\n");
        return 0;
    }
    has_int80 = can_int80(trials);
    if (!has_int80)
        printf("# int 0x80 is not served by this kernel: no 32-bit calls\n");
    printf("%sok 1 - x86_64 alone\n",
           random_profiles_agree(archs, 1, has_int80, trials) ? "" : "not ");
    printf("%sok 2 - x86_64 and x86\n",
           random_profiles_agree(archs, 2, has_int80, trials) ? "" : "not ");
    printf("%sok 3 - x86_64, x86 and x32\n",
           random_profiles_agree(archs, 3, has_int80, trials) ? "" : "not ");
    printf("%sok 4 - the runtimes' default\n",
           default_profile_agrees(has_int80, trials) ? "" : "not ");
    printf("1..4\n");
    return 0;
}
#endif
