/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is asked: every number with zeros; the calls that somebody may condition with other values;
 * and those whose answers then differ, argument by argument.  Whether a child under the filters
 * answers or a simulation does, the questions are the same, and so the answers can be compared.
 */
#include "questions.h"

#include <errno.h>
#include <string.h>

#define ALL_ARGUMENTS 6
#define SMALL_VALUES 48

size_t cull_questions_abis(enum cull_arch ret[3])
{
    ret[0] = cull_arch_native();
    if (ret[0] != CULL_ARCH_X86_64)
        return 1;
    ret[1] = CULL_ARCH_X86;
    ret[2] = CULL_ARCH_X32;
    return 3;
}

void cull_questions_clear(struct questions *questions)
{
    free(questions->items);
    *questions = (struct questions){ 0 };
}

void cull_questions_add_call(struct questions *questions, enum cull_arch arch, uint32_t nr,
                             const uint64_t args[6])
{
    struct question *question;

    if (questions->failed || cull_array_grow(&questions->items, &questions->capacity,
                                             questions->count, sizeof *questions->items) < 0) {
        questions->failed = true;
        return;
    }
    question = &questions->items[questions->count++];
    *question = (struct question){ .arch = arch, .nr = nr };
    /* Registers of 32-bit programs are what they are: the high halves are never set. */
    for (unsigned i = 0; i < ALL_ARGUMENTS; i++)
        question->args[i] = arch == CULL_ARCH_X86 ? (uint32_t)args[i] : args[i];
}

void cull_questions_add(struct questions *questions, enum cull_arch arch, uint32_t nr,
                        unsigned index, uint64_t value)
{
    uint64_t args[ALL_ARGUMENTS] = { 0 };

    for (unsigned i = 0; i < ALL_ARGUMENTS; i++)
        args[i] = index == i || index == ALL_ARGUMENTS ? value : 0;
    cull_questions_add_call(questions, arch, nr, args);
}

unsigned cull_questions_index(const uint64_t args[6])
{
    unsigned set = 0, index = 0;

    for (unsigned i = 0; i < ALL_ARGUMENTS; i++) {
        if (args[i] != 0) {
            set++;
            index = i;
        }
    }
    return set > 1 ? ALL_ARGUMENTS : index;
}

/* ---- every number ------------------------------------------------------------------------------------ */

static void add_numbers(struct questions *questions, const enum cull_arch *archs, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        for (uint32_t nr = 0; nr < CULL_VERDICTS_NUMBERS; nr++)
            cull_questions_add(questions, archs[i], cull_arch_info(archs[i])->nr_base + nr, 0, 0);
    }
}

static uint32_t at_zeros(const struct cull_verdicts *verdicts, enum cull_arch arch, uint32_t nr)
{
    for (size_t i = 0; i < verdicts->abis_count; i++) {
        uint32_t number = nr - cull_arch_info(arch)->nr_base;

        if (verdicts->abis[i].arch == arch && number < CULL_VERDICTS_NUMBERS)
            return verdicts->abis[i].verdicts[number];
    }
    return CULL_VERDICT_UNKNOWN;
}

static int keep_numbers(struct cull_verdicts *verdicts, const struct oracle *oracle,
                        const struct questions *questions, const enum cull_arch *archs,
                        size_t count, struct cull_error *reterr)
{
    unsigned exempt;

    verdicts->abis = cull_arena_alloc(verdicts->arena, count * sizeof *verdicts->abis);
    if (verdicts->abis == NULL)
        return cull_fail_memory(reterr);
    verdicts->abis_count = count;
    for (size_t i = 0; i < count; i++) {
        struct cull_abi_verdicts *abi = &verdicts->abis[i];
        size_t unknown = 0;

        abi->arch = archs[i];
        for (size_t nr = 0; nr < CULL_VERDICTS_NUMBERS; nr++) {
            abi->verdicts[nr] = questions->items[i * CULL_VERDICTS_NUMBERS + nr].verdict;
            unknown += abi->verdicts[nr] == CULL_VERDICT_UNKNOWN;
        }
        exempt = oracle->exempt(archs[i], abi->verdicts);
        abi->is_absent = unknown == CULL_VERDICTS_NUMBERS;
        for (unsigned n = 0; n < EXEMPT_COUNT; n++) {
            if ((exempt & 1u << n) != 0)
                abi->verdicts[EXEMPT_FIRST + n] = CULL_VERDICT_EXEMPT;
        }
    }
    return 0;
}

/* ---- calls that may depend on arguments ------------------------------------------------------------- */

/* Two that nobody foresaw: all bits, and a small odd number, in every argument at once. */
static void add_suspects(struct questions *questions, const struct oracle *oracle,
                         enum cull_arch arch)
{
    size_t id;

    for (id = 0; id < cull_syscall_count(); id++) {
        uint32_t nr;

        if (cull_syscall_nr(id, arch, &nr) < 0)
            continue;
        cull_questions_add(questions, arch, nr, ALL_ARGUMENTS, UINT64_MAX);
        cull_questions_add(questions, arch, nr, ALL_ARGUMENTS, 3);
    }
    for (size_t i = 0; i < cull_conditions_count; i++) {
        const struct condition *condition = &cull_conditions[i];
        uint32_t nr;

        if (cull_syscall_by_name(condition->syscall, &id) < 0 || cull_syscall_nr(id, arch, &nr) < 0)
            continue;
        for (size_t v = 0; v < condition->count; v++)
            cull_questions_add(questions, arch, nr, condition->index, condition->values[v]);
    }
    for (uint32_t n = 0; oracle->hint != NULL && n < CULL_VERDICTS_NUMBERS; n++)
        oracle->hint(oracle->data, arch, cull_arch_info(arch)->nr_base + n, questions);
}

/* Every value of an argument that a usual condition turns on: single bits, all bits below one, small
 * numbers. */
static void add_values(struct questions *questions, enum cull_arch arch, uint32_t nr,
                       unsigned index)
{
    const unsigned bits = cull_arch_info(arch)->compare_bits;

    for (uint64_t value = 0; value < SMALL_VALUES; value++)
        cull_questions_add(questions, arch, nr, index, value);
    for (unsigned bit = 5; bit < bits; bit++) {
        cull_questions_add(questions, arch, nr, index, UINT64_C(1) << bit);
        cull_questions_add(questions, arch, nr, index, (UINT64_C(1) << bit) - 1);
    }
    cull_questions_add(questions, arch, nr, index, bits == 64 ? UINT64_MAX : UINT32_MAX);
}

/* Look closer at one call, of which all suspects' answers are at hand: at the arguments that made
 * a difference alone, or at all if none did. */
static void look_closer(struct questions *values, const struct question *answers, size_t count,
                        uint32_t zeros)
{
    bool is_looked_at[ALL_ARGUMENTS + 1] = { false };
    bool any = false, differs = false;

    for (size_t i = 0; i < count; i++) {
        unsigned index = cull_questions_index(answers[i].args);

        differs |= answers[i].verdict != zeros;
        if (answers[i].verdict == zeros || index == ALL_ARGUMENTS)
            continue;
        any = is_looked_at[index] = true;
    }
    if (!differs)
        return;
    for (unsigned index = 0; index < ALL_ARGUMENTS; index++) {
        if (is_looked_at[index] || !any)
            add_values(values, answers->arch, answers->nr, index);
    }
    /* What was asked already belongs to the picture: ask it again with the rest. */
    for (size_t i = 0; i < count; i++) {
        unsigned index = cull_questions_index(answers[i].args);

        if (index == ALL_ARGUMENTS || is_looked_at[index])
            cull_questions_add_call(values, answers->arch, answers->nr, answers[i].args);
    }
}

static int compare_calls(const void *a, const void *b)
{
    const struct question *one = a, *two = b;

    if (one->arch != two->arch)
        return one->arch < two->arch ? -1 : 1;
    return one->nr < two->nr ? -1 : one->nr > two->nr;
}

/* The end of the run of questions about one call that starts at from. */
static size_t end_of_call(const struct questions *questions, size_t from)
{
    size_t to = from;

    while (to < questions->count &&
           compare_calls(&questions->items[from], &questions->items[to]) == 0)
        to++;
    return to;
}

/* ---- what was found ------------------------------------------------------------------------------------- */

static int compare_samples(const void *a, const void *b)
{
    const struct cull_sample *one = a, *two = b;
    unsigned i = cull_questions_index(one->args), j = cull_questions_index(two->args);

    if (i != j)
        return i < j ? -1 : 1;
    for (i = 0; i < ALL_ARGUMENTS; i++) {
        if (one->args[i] != two->args[i])
            return one->args[i] < two->args[i] ? -1 : 1;
    }
    return 0;
}

static size_t drop_doubles(struct cull_sample *samples, size_t count)
{
    size_t kept = 0;

    qsort(samples, count, sizeof *samples, compare_samples);
    for (size_t i = 0; i < count; i++) {
        if (kept == 0 || compare_samples(&samples[kept - 1], &samples[i]) != 0)
            samples[kept++] = samples[i];
    }
    return kept;
}

static int keep_dependence(struct cull_verdicts *verdicts, const struct question *answers,
                           size_t count, struct cull_error *reterr)
{
    struct cull_dependence *at = &verdicts->dependences[verdicts->dependences_count];

    at->arch = answers->arch;
    at->nr = answers->nr;
    at->zeros = at_zeros(verdicts, at->arch, at->nr);
    at->samples = cull_arena_alloc(verdicts->arena, count * sizeof *at->samples);
    if (at->samples == NULL)
        return cull_fail_memory(reterr);
    for (size_t i = 0; i < count; i++) {
        memcpy(at->samples[i].args, answers[i].args, sizeof answers[i].args);
        at->samples[i].verdict = answers[i].verdict;
    }
    at->count = drop_doubles(at->samples, count);
    at->summary = cull_summary(verdicts->arena, at);
    if (at->summary == NULL)
        return cull_fail_memory(reterr);
    verdicts->dependences_count++;
    return 0;
}

static int explore(const struct oracle *oracle, struct cull_verdicts *verdicts,
                   const struct questions *suspects, struct cull_error *reterr)
{
    cull_auto_questions values = { 0 };
    size_t calls = 0;
    int r;

    qsort(suspects->items, suspects->count, sizeof *suspects->items, compare_calls);
    for (size_t from = 0, to; from < suspects->count; from = to) {
        const struct question *first = &suspects->items[from];
        uint32_t zeros;

        to = end_of_call(suspects, from);
        zeros = at_zeros(verdicts, first->arch, first->nr);
        if (zeros == CULL_VERDICT_EXEMPT || zeros == CULL_VERDICT_UNKNOWN)
            continue;
        look_closer(&values, first, to - from, zeros);
        calls++;
    }
    verdicts->dependences = cull_arena_alloc(verdicts->arena,
                                             (calls + 1) * sizeof *verdicts->dependences);
    if (values.failed || verdicts->dependences == NULL)
        return cull_fail_memory(reterr);
    r = values.count > 0 ? oracle->ask(oracle->data, values.items, values.count, reterr) : 0;
    for (size_t from = 0, to; r == 0 && from < values.count; from = to) {
        to = end_of_call(&values, from);
        r = keep_dependence(verdicts, &values.items[from], to - from, reterr);
    }
    return r;
}

int cull_survey(const struct oracle *oracle, struct cull_verdicts *verdicts,
                struct cull_error *reterr)
{
    cull_auto_questions asked = { 0 };
    struct questions suspects;
    enum cull_arch archs[3];
    size_t count = cull_questions_abis(archs);
    const size_t numbers = count * CULL_VERDICTS_NUMBERS;
    int r;

    /* All at once: a probe's children cost more than its questions. */
    add_numbers(&asked, archs, count);
    for (size_t i = 0; i < count; i++)
        add_suspects(&asked, oracle, archs[i]);
    if (asked.failed)
        return cull_fail_memory(reterr);
    r = oracle->ask(oracle->data, asked.items, asked.count, reterr);
    if (r < 0)
        return r;
    r = keep_numbers(verdicts, oracle, &asked, archs, count, reterr);
    if (r < 0)
        return r;
    suspects = (struct questions){ .items = asked.items + numbers, .count = asked.count - numbers };
    return explore(oracle, verdicts, &suspects, reterr);
}
