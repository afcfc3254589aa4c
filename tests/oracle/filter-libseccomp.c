/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The same rules given to libseccomp, as runc gives them, and to us: the two programs must answer
 * every call alike.
 */
#include <errno.h>
#include <inttypes.h>
#include <seccomp.h>
#include <stdio.h>
#include <string.h>
#include <syscull/filter.h>
#include <unistd.h>

#include "libseccomp-filter.h"
#include "random-profile.h"

#define PROFILES 300

/* ---- where libseccomp errs ------------------------------------------------------------------- */

/* libseccomp 2.5 sometimes takes a word for loaded that is not: two ways lead to one comparison, one
 * with the high half in the accumulator and one with the low half, or the architecture is compared
 * with a number.  A call that comes through such a comparison says nothing about the rules. */
static bool is_audit(uint32_t value)
{
    for (unsigned arch = 0; arch < CULL_ARCH_COUNT; arch++) {
        if (cull_arch_info(arch)->audit == value)
            return true;
    }
    return false;
}

/* Per instruction: which words may be in the accumulator, one bit each. */
static void find_words(const struct cull_filter *filter, uint32_t *words)
{
    memset(words, 0, filter->count * sizeof *words);
    for (size_t i = 0; i + 1 < filter->count; i++) {
        const struct sock_filter *insn = &filter->insns[i];

        if (insn->code == (BPF_LD | BPF_W | BPF_ABS)) {
            words[i + 1] |= 1u << insn->k / 4;
        } else if (insn->code == (BPF_JMP | BPF_JA)) {
            words[i + 1 + insn->k] |= words[i];
        } else if (BPF_CLASS(insn->code) == BPF_JMP) {
            words[i + 1 + insn->jt] |= words[i];
            words[i + 1 + insn->jf] |= words[i];
        } else if (BPF_CLASS(insn->code) == BPF_ALU) {
            words[i + 1] |= words[i];
        }
    }
}

static bool is_wrong_word(const struct sock_filter *insn, uint32_t words)
{
    if (BPF_CLASS(insn->code) != BPF_JMP || BPF_OP(insn->code) == BPF_JA)
        return false;
    return (words & (words - 1)) != 0 || (words == 1u << 1 && !is_audit(insn->k));
}

static bool goes_wrong(const struct cull_filter *filter, const uint32_t *words,
                       const struct cull_call *call)
{
    struct sock_filter insns[CULL_FILTER_MAX_INSNS];
    struct cull_filter marked = { insns, filter->count, filter->big_endian };

    /* Every doubtful comparison returns a value that no rule has. */
    for (size_t i = 0; i < filter->count; i++) {
        insns[i] = filter->insns[i];
        if (is_wrong_word(&insns[i], words[i]))
            insns[i] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, 0x12345678);
    }
    return cull_filter_simulate(&marked, call, NULL) == 0x12345678;
}

/* ---- comparing ------------------------------------------------------------------------------- */

struct comparison {
    const struct cull_policy *policy;
    const struct cull_filter *ours, *theirs;
    const uint32_t *words; /* of theirs */
    size_t different, doubtful;
    unsigned seed;
};

static void print_rules(const struct cull_profile *profile)
{
    for (size_t i = 0; i < profile->rules_count; i++) {
        const struct cull_rule *rule = &profile->rules[i];

        printf("#   %s %u:", cull_action_info(rule->action)->oci, rule->errno_ret);
        for (size_t j = 0; j < rule->names_count && j < 8; j++)
            printf(" %s", rule->names[j].text);
        for (size_t j = 0; j < rule->conditions_count; j++)
            printf(" [a%u %s 0x%" PRIx64 " 0x%" PRIx64 "]", rule->conditions[j].index,
                   cull_op_name(rule->conditions[j].op), rule->conditions[j].value,
                   rule->conditions[j].value_two);
        printf("\n");
    }
}

static bool compare(const struct cull_call *call, void *data)
{
    struct comparison *comparison = data;
    uint32_t ours = cull_filter_simulate(comparison->ours, call, NULL);
    uint32_t theirs = cull_filter_simulate(comparison->theirs, call, NULL);
    char text[256];

    if (ours == theirs)
        return true;
    if (goes_wrong(comparison->theirs, comparison->words, call))
        comparison->doubtful++;
    else if (comparison->different++ < 3)
        printf("# profile %u, %s: ours %08x, libseccomp's %08x\n", comparison->seed,
               describe_call(call, text, sizeof text), ours, theirs);
    return true;
}

struct totals {
    size_t profiles;  /* compared */
    size_t conflicts; /* refused by both */
    size_t differing; /* profiles */
    size_t lost;
    size_t calls, doubtful, insns_ours, insns_theirs;
};

static void compare_profile(struct cull_profile *profile, unsigned seed, unsigned optimize,
                            struct totals *totals)
{
    cull_auto(policy) policy = NULL;
    cull_auto(filter) ours = NULL, *theirs = NULL;
    struct cull_error error = { 0 };
    struct chance chance = { seed + 1 };
    struct comparison comparison = { .seed = seed };
    uint32_t words[CULL_FILTER_MAX_INSNS];
    int r, r_theirs;

    r = cull_policy_build(profile, &policy, &error);
    r_theirs = theirs_build(profile, optimize, &theirs);
    if (r_theirs == -ETIMEDOUT) {
        totals->lost++;
        return;
    }
    if (r < 0 || r_theirs < 0) {
        if (r == -EINVAL && r_theirs == -EEXIST) {
            totals->conflicts++;
            return;
        }
        printf("# profile %u: ours %d (%s), libseccomp's %d (%s)\n", seed, r, error.message,
               r_theirs, strerror(-r_theirs));
        print_rules(profile);
        totals->differing++;
        return;
    }
    if (cull_filter_compile(policy, &ours, &error) < 0)
        abort();
    comparison.policy = policy;
    comparison.ours = ours;
    comparison.theirs = theirs;
    find_words(theirs, words);
    comparison.words = words;
    totals->calls += each_call(policy, &chance, compare, &comparison);
    totals->profiles++;
    totals->insns_ours += ours->count;
    totals->insns_theirs += theirs->count;
    totals->differing += comparison.different > 0;
    totals->doubtful += comparison.doubtful;
    if (comparison.different > 0)
        print_rules(profile);
}

/* How many of the profiles may differ: the rules of one call can overlap with different verdicts, and
 * then libseccomp's order depends on which word of an argument it looks at first. */
static bool random_profiles_agree(unsigned optimize, const struct grammar *grammar,
                                  size_t tolerated)
{
    struct totals totals = { 0 };

    for (unsigned i = 1; i <= PROFILES; i++) {
        unsigned seed = i * 104729 + optimize;
        struct chance chance = { seed };
        struct cull_profile *profile = random_profile(&chance, grammar);

        if (theirs_knows_machine(profile)) {
            theirs_drop_unknown_names(profile);
            compare_profile(profile, seed, optimize, &totals);
        }
        random_profile_free(profile);
    }
    printf("# %zu calls under %zu profiles compared, %zu profiles refused by both; %zu "
           "instructions, libseccomp's %zu\n",
           totals.calls, totals.profiles, totals.conflicts, totals.insns_ours, totals.insns_theirs);
    printf("# %zu calls left out: libseccomp compares a word that it has not loaded; %zu profiles: "
           "it does not come back\n",
           totals.doubtful, totals.lost);
    if (tolerated > 0)
        printf("# %zu profiles differ where rules with different verdicts overlap, %zu may\n",
               totals.differing, tolerated);
    return totals.differing <= tolerated && totals.profiles > PROFILES / 2;
}

/* ---- a profile that people use --------------------------------------------------------------- */

static double mean_steps(const struct cull_filter *filter)
{
    unsigned long sum = 0, count = 0;

    for (size_t id = 0; id < cull_syscall_count(); id++) {
        struct cull_call call = { .audit = cull_arch_info(CULL_ARCH_X86_64)->audit };
        unsigned steps;

        if (cull_syscall_nr(id, CULL_ARCH_X86_64, &call.nr) < 0)
            continue;
        cull_filter_simulate(filter, &call, &steps);
        sum += steps;
        count++;
    }
    return (double)sum / count;
}

static bool docker_default_agrees(struct cull_profile *profile, unsigned optimize)
{
    cull_auto(policy) policy = NULL;
    cull_auto(filter) ours = NULL, *theirs = NULL;
    struct totals totals = { 0 };
    struct cull_error error;

    theirs_drop_unknown_names(profile);
    compare_profile(profile, 1, optimize, &totals);
    if (cull_policy_build(profile, &policy, &error) < 0 ||
        cull_filter_compile(policy, &ours, &error) < 0 ||
        theirs_build(profile, optimize, &theirs) < 0)
        return false;
    printf(
        "# %zu calls compared, %zu left out: libseccomp compares a word that it has not loaded\n",
        totals.calls, totals.doubtful);
    printf("# docker default: %zu instructions, mean %.2f executed; libseccomp's %zu, mean %.2f\n",
           ours->count, mean_steps(ours), theirs->count, mean_steps(theirs));
    return totals.calls > 0 && totals.differing == 0;
}

static void test_docker_default(unsigned number, unsigned optimize)
{
    const struct cull_target target = { CULL_ARCH_X86_64, CULL_CAPS_DOCKER_DEFAULT, 6, 12 };
    cull_auto(profile) profile = NULL, *resolved = NULL;
    struct cull_error error;

    if (cull_profile_builtin("runtime-default", &profile, &error) < 0 ||
        cull_profile_resolve(profile, &target, &resolved, &error) < 0) {
        printf("not ok %u - Docker's default\n# %s\n", number, error.message);
        return;
    }
    printf("%sok %u - Docker's default, optimisation %u\n",
           docker_default_agrees(resolved, optimize) ? "" : "not ", number, optimize);
}

int main(void)
{
    static const struct grammar simple = { .rules_max = 8,
                                           .conditions_max = 1,
                                           .is_one_verdict = true };
    static const struct grammar all = { .rules_max = 8 };
    const struct scmp_version *version = seccomp_version();
    unsigned number = 0;

    printf("# libseccomp %u.%u.%u\n", version->major, version->minor, version->micro);
    for (unsigned optimize = 1; optimize <= 2; optimize++) {
        bool is_equal = random_profiles_agree(optimize, &simple, 0);

        printf("%sok %u - profiles with one verdict, optimisation %u\n", is_equal ? "" : "not ",
               ++number, optimize);
        is_equal = random_profiles_agree(optimize, &all, PROFILES / 50);
        printf("%sok %u - profiles of all kinds, optimisation %u\n", is_equal ? "" : "not ",
               ++number, optimize);
        test_docker_default(++number, optimize);
    }
    printf("1..%u\n", number);
    return 0;
}
