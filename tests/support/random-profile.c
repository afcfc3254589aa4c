/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "random-profile.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

uint64_t chance_next(struct chance *chance)
{
    chance->state ^= chance->state << 13;
    chance->state ^= chance->state >> 7;
    chance->state ^= chance->state << 17;
    return chance->state * 0x2545f4914f6cdd1du;
}

unsigned chance_below(struct chance *chance, unsigned limit)
{
    return (chance_next(chance) >> 33) % limit;
}

/* ---- profiles -------------------------------------------------------------------------------- */

struct machine {
    enum cull_arch archs[3];
    size_t count;
};

static const struct machine machines[] = {
    { { CULL_ARCH_X86_64 }, 1 },
    { { CULL_ARCH_X86_64, CULL_ARCH_X86 }, 2 },
    { { CULL_ARCH_X86_64, CULL_ARCH_X86, CULL_ARCH_X32 }, 3 },
    { { CULL_ARCH_X86_64, CULL_ARCH_X32 }, 2 },
    { { CULL_ARCH_X32 }, 1 },
    { { CULL_ARCH_X86 }, 1 },
    { { CULL_ARCH_AARCH64, CULL_ARCH_ARM }, 2 },
    { { CULL_ARCH_ARM }, 1 },
    { { CULL_ARCH_S390X, CULL_ARCH_S390 }, 2 },
    { { CULL_ARCH_MIPS64, CULL_ARCH_MIPS64N32, CULL_ARCH_MIPS }, 3 },
    { { CULL_ARCH_MIPSEL64, CULL_ARCH_MIPSEL64N32, CULL_ARCH_MIPSEL }, 3 },
    { { CULL_ARCH_PPC64LE }, 1 },
    { { CULL_ARCH_PPC64, CULL_ARCH_PPC }, 2 },
    { { CULL_ARCH_RISCV64 }, 1 },
    { { CULL_ARCH_LOONGARCH64 }, 1 },
    { { CULL_ARCH_M68K }, 1 },
    { { CULL_ARCH_PARISC64, CULL_ARCH_PARISC }, 2 },
    { { CULL_ARCH_SH }, 1 },
    { { CULL_ARCH_SHEB }, 1 },
};

static const char *const hot_names[] = {
    "socket", "connect",      "accept", "semop",   "shmget", "clone", "personality", "read",
    "openat", "prctl",        "ioctl",  "fcntl",   "kill",   "mmap",  "socketcall",  "ipc",
    "futex",  "rt_sigaction", "execve", "sendmsg", "setns",  "bpf",   "clone3",      NULL,
};

static const uint64_t low_values[] = { 0, 1, 2, 3, 5, 8, 40, 0x7fffffff, 0x80000000, 0xffffffff };
static const uint64_t wide_values[] = {
    0x100000000,        0x100000001,        0x100000005,        0x200000000,
    0x7fffffff00000000, 0xffffffff00000000, 0xfffffffffffffffe, 0xffffffffffffffff,
};

static const enum cull_action all_actions[] = {
    CULL_ACT_KILL_PROCESS, CULL_ACT_KILL_THREAD, CULL_ACT_TRAP,  CULL_ACT_ERRNO,
    CULL_ACT_TRACE,        CULL_ACT_LOG,         CULL_ACT_ALLOW,
};

/* The parts of one profile while it is made.  Tests stop when memory is out. */
struct maker {
    struct chance *chance;
    const struct grammar *grammar;
    struct cull_arena *arena;
};

static void *make(struct maker *maker, size_t count, size_t size)
{
    void *memory = cull_arena_alloc(maker->arena, count * size + 1);

    if (memory == NULL)
        abort();
    return memory;
}

static enum cull_action make_action(struct maker *maker, bool is_default, uint32_t *ret_errno)
{
    const struct grammar *grammar = maker->grammar;
    const enum cull_action *actions = grammar->actions != NULL ? grammar->actions : all_actions;
    size_t count = grammar->actions != NULL ? grammar->actions_count : COUNT(all_actions);

    *ret_errno = 1 + chance_below(maker->chance, 3);
    if (grammar->is_one_verdict)
        return is_default ? CULL_ACT_ERRNO : CULL_ACT_ALLOW;
    return actions[chance_below(maker->chance, count)];
}

static uint64_t make_value(struct maker *maker)
{
    if (maker->grammar->is_low_only || chance_below(maker->chance, 3) != 0)
        return low_values[chance_below(maker->chance, COUNT(low_values))];
    return wide_values[chance_below(maker->chance, COUNT(wide_values))];
}

/* Mostly about different arguments, now and then about one argument twice. */
static void make_conditions(struct maker *maker, struct cull_rule *rule)
{
    unsigned first = chance_below(maker->chance, 3);
    unsigned max = maker->grammar->conditions_max;
    bool is_repeated = chance_below(maker->chance, 6) == 0;

    rule->conditions_count = 1 + chance_below(maker->chance, is_repeated || max == 0 ? 3 : max);
    rule->conditions = make(maker, rule->conditions_count, sizeof *rule->conditions);
    for (size_t i = 0; i < rule->conditions_count; i++) {
        rule->conditions[i].index = is_repeated ? first : (first + 4 * i) % 6;
        rule->conditions[i].op = chance_below(maker->chance, CULL_CMP_COUNT);
        rule->conditions[i].value = make_value(maker);
        rule->conditions[i].value_two = make_value(maker);
    }
}

static void make_names(struct maker *maker, struct cull_rule *rule)
{
    const char *const *names = maker->grammar->names != NULL ? maker->grammar->names : hot_names;
    bool is_run = rule->conditions_count == 0 && chance_below(maker->chance, 2) == 0;
    size_t hot_count = 0, start = chance_below(maker->chance, cull_syscall_count());

    while (names[hot_count] != NULL)
        hot_count++;
    rule->names_count = 1 + chance_below(maker->chance, is_run ? 60 : 4);
    rule->names = make(maker, rule->names_count, sizeof *rule->names);
    for (size_t i = 0; i < rule->names_count; i++) {
        size_t id = (start + i * 3) % cull_syscall_count();

        rule->names[i].text = is_run ? cull_syscall_info(id)->name
                                     : names[chance_below(maker->chance, hot_count)];
    }
}

struct cull_profile *random_profile(struct chance *chance, const struct grammar *grammar)
{
    struct maker maker = { chance, grammar, cull_arena_new() };
    const struct machine *machine = &machines[chance_below(chance, COUNT(machines))];
    struct cull_profile *profile;

    if (maker.arena == NULL)
        abort();
    profile = make(&maker, 1, sizeof *profile);
    profile->arena = maker.arena;
    profile->source = "chance";
    profile->is_resolved = true;
    profile->archs_count = grammar->archs != NULL ? grammar->archs_count : machine->count;
    profile->archs = make(&maker, profile->archs_count, sizeof *profile->archs);
    memcpy(profile->archs, grammar->archs != NULL ? grammar->archs : machine->archs,
           profile->archs_count * sizeof *profile->archs);
    profile->default_action = make_action(&maker, true, &profile->default_errno);
    profile->rules_count = 1 + chance_below(chance, grammar->rules_max);
    profile->rules = make(&maker, profile->rules_count, sizeof *profile->rules);
    for (size_t i = 0; i < profile->rules_count; i++) {
        struct cull_rule *rule = &profile->rules[i];

        rule->place = (struct cull_place){ "chance", i + 1, 1, NULL };
        rule->action = make_action(&maker, false, &rule->errno_ret);
        rule->has_errno = cull_action_info(rule->action)->takes_errno;
        if (chance_below(chance, 3) != 0)
            make_conditions(&maker, rule);
        make_names(&maker, rule);
    }
    return profile;
}

void random_profile_free(struct cull_profile *profile)
{
    if (profile != NULL)
        cull_arena_free(profile->arena); /* the profile itself is in it */
}

/* ---- calls ----------------------------------------------------------------------------------- */

struct edges {
    uint64_t values[6][64];
    unsigned count[6];
};

static void add_edge(struct edges *edges, unsigned index, uint64_t value)
{
    if (edges->count[index] < COUNT(edges->values[0]))
        edges->values[index][edges->count[index]++] = value;
}

static void find_edges(const struct cull_meaning *meaning, struct edges *ret)
{
    memset(ret->count, 0, sizeof ret->count);
    for (unsigned i = 0; i < 6; i++)
        add_edge(ret, i, 0);
    for (size_t i = 0; meaning != NULL && i < meaning->count; i++) {
        for (size_t j = 0; j < meaning->chains[i].count; j++) {
            const struct cull_condition *condition = &meaning->chains[i].conditions[j];
            uint64_t value = condition->value;

            if (condition->op == CULL_CMP_MASKED_EQ) {
                value = condition->value_two;
                add_edge(ret, condition->index, value | ~condition->value);
                add_edge(ret, condition->index, value ^ (condition->value & -condition->value));
            }
            add_edge(ret, condition->index, value);
            add_edge(ret, condition->index, value - 1);
            add_edge(ret, condition->index, value + 1);
            add_edge(ret, condition->index, value ^ 0x100000000);
            add_edge(ret, condition->index, value | 0xffffffff00000000);
        }
    }
}

struct visit {
    struct chance *chance;
    visit_call *visit;
    void *data;
    size_t count;
};

static bool visit_number(struct visit *visit, uint32_t audit, uint32_t nr,
                         const struct cull_meaning *meaning)
{
    struct cull_call call = { .audit = audit, .nr = nr };
    size_t vectors = meaning != NULL && meaning->count > 0 ? 8 + 8 * meaning->count : 1;
    struct edges edges;

    find_edges(meaning, &edges);
    for (size_t i = 0; i < vectors; i++) {
        for (unsigned j = 0; j < 6; j++)
            call.args[j] = edges.values[j][chance_below(visit->chance, edges.count[j])];
        visit->count++;
        if (!visit->visit(&call, visit->data))
            return false;
    }
    return true;
}

static bool visit_arch(struct visit *visit, const struct cull_arch_policy *arch)
{
    const struct cull_arch_info *info = cull_arch_info(arch->arch);
    size_t at = 0;

    for (uint32_t nr = info->nr_base; nr <= cull_syscall_max_nr(arch->arch) + 50; nr++) {
        /* arm's private calls are far above the others */
        if (nr - info->nr_base > 1000 && nr < cull_syscall_max_nr(arch->arch) - 50)
            continue;
        while (at < arch->count && arch->meanings[at].nr < nr)
            at++;
        if (!visit_number(visit, info->audit, nr,
                          at < arch->count && arch->meanings[at].nr == nr ? &arch->meanings[at]
                                                                          : NULL))
            return false;
        if (!visit_number(visit, info->audit, nr ^ CULL_X32_BIT, NULL))
            return false;
    }
    return true;
}

size_t each_call(const struct cull_policy *policy, struct chance *chance, visit_call *visit,
                 void *data)
{
    static const uint32_t odd_numbers[] = {
        0,          1,          UINT32_MAX, UINT32_MAX - 1, INT32_MAX,  0x80000000,
        0x80000001, 0x3fffffff, 0x40000000, 0xbfffffff,     0xc0000000, 0xc0000001,
    };
    struct visit state = { chance, visit, data, 0 };

    for (size_t i = 0; i < policy->archs_count; i++) {
        if (!visit_arch(&state, &policy->archs[i]))
            return state.count;
    }
    for (unsigned arch = 0; arch <= CULL_ARCH_COUNT; arch++) {
        uint32_t audit = arch < CULL_ARCH_COUNT ? cull_arch_info(arch)->audit : 0x12345678;

        for (size_t i = 0; i < COUNT(odd_numbers); i++) {
            if (!visit_number(&state, audit, odd_numbers[i], NULL))
                return state.count;
        }
    }
    return state.count;
}

const char *describe_call(const struct cull_call *call, char *text, size_t size)
{
    snprintf(text, size,
             "arch %x nr %u (0x%" PRIx64 ", 0x%" PRIx64 ", 0x%" PRIx64 ", 0x%" PRIx64 ", 0x%" PRIx64
             ", 0x%" PRIx64 ")",
             call->audit, call->nr, call->args[0], call->args[1], call->args[2], call->args[3],
             call->args[4], call->args[5]);
    return text;
}
