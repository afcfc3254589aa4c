/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which arguments a program tells apart: run it with a known arch and nr and unknown arguments.
 * Where it asks about an argument, both ways are gone, each with arguments that lead there.
 *
 * Masks, comparisons and bit tests are followed; what other arithmetic makes of an argument is not
 * (no known compiler of filters writes such).  The arguments found are only questions: the answers
 * come from running the program.
 */
#include "questions.h"

#include <linux/seccomp.h>
#include <stddef.h>
#include <string.h>

#define WORDS 12   /* halves of arguments */
#define LEAVES 256 /* per number */

/* A register or memory word. */
struct value {
    enum { KNOWN, ARGUMENT, LOST } kind;
    uint32_t known; /* KNOWN */
    unsigned word;  /* ARGUMENT: which half */
    uint32_t mask;  /* and what an AND left of it */
};

struct path {
    size_t at;
    struct value a, x, memory[BPF_MEMWORDS];
    uint32_t words[WORDS]; /* arguments that lead here */
    uint32_t fixed[WORDS]; /* their bits that a comparison relied on */
};

struct walk {
    const struct cull_filter *filter;
    enum cull_arch arch;
    uint32_t nr;
    struct questions *add;
    size_t leaves;
    struct path *later; /* the other ways */
    size_t later_count, later_capacity;
};

static struct value known(uint32_t value)
{
    return (struct value){ .kind = KNOWN, .known = value };
}

static struct value load(const struct walk *walk, const struct path *path,
                         const struct sock_filter *insn)
{
    uint32_t offset = insn->k;

    switch (BPF_MODE(insn->code)) {
    case BPF_MEM:
        return path->memory[insn->k];
    case BPF_LEN:
        return known(sizeof(struct seccomp_data));
    case BPF_IMM:
        return known(insn->k);
    }
    if (offset == offsetof(struct seccomp_data, nr))
        return known(walk->nr);
    if (offset == offsetof(struct seccomp_data, arch))
        return known(cull_arch_info(walk->arch)->audit);
    if (offset < offsetof(struct seccomp_data, args))
        return (struct value){ .kind = LOST };
    return (struct value){ .kind = ARGUMENT,
                           .word = (offset - (uint32_t)offsetof(struct seccomp_data, args)) / 4,
                           .mask = UINT32_MAX };
}

static struct value calculate(const struct value *a, const struct value *b, uint16_t op)
{
    if (a->kind == ARGUMENT && op == BPF_AND && b->kind == KNOWN) {
        struct value left = *a;

        left.mask &= b->known;
        return left;
    }
    if (a->kind != KNOWN || (op != BPF_NEG && b->kind != KNOWN))
        return (struct value){ .kind = LOST };
    switch (op) {
    case BPF_ADD:
        return known(a->known + b->known);
    case BPF_SUB:
        return known(a->known - b->known);
    case BPF_MUL:
        return known(a->known * b->known);
    case BPF_DIV:
        return b->known ? known(a->known / b->known) : (struct value){ .kind = LOST };
    case BPF_AND:
        return known(a->known & b->known);
    case BPF_OR:
        return known(a->known | b->known);
    case BPF_XOR:
        return known(a->known ^ b->known);
    case BPF_LSH:
        return known(a->known << (b->known & 31));
    case BPF_RSH:
        return known(a->known >> (b->known & 31));
    default:
        return known(-a->known);
    }
}

static bool compares(uint32_t a, uint16_t op, uint32_t k)
{
    switch (op) {
    case BPF_JEQ:
        return a == k;
    case BPF_JGT:
        return a > k;
    case BPF_JGE:
        return a >= k;
    default:
        return (a & k) != 0;
    }
}

/* Change the argument so that the comparison comes out as wanted; false: it cannot. */
static bool bend(struct path *path, const struct value *a, uint16_t op, uint32_t k, bool wanted)
{
    uint32_t *word = &path->words[a->word], *fixed = &path->fixed[a->word];
    uint32_t relied = op == BPF_JSET ? a->mask & k : a->mask;
    /* Neighbours of the constant, and it: one of them comes out either way if any value does. */
    const uint32_t tries[] = { *word & a->mask,  k, k + 1, k - 1, k & -k, k & ~relied,
                               relied & -relied, 0 };

    for (size_t i = 0; i < sizeof tries / sizeof *tries; i++) {
        uint32_t changed = (*word & ~relied) | (tries[i] & relied);

        if (((changed ^ *word) & *fixed) != 0 || compares(changed & a->mask, op, k) != wanted)
            continue;
        *word = changed;
        *fixed |= relied;
        return true;
    }
    return false;
}

/* Go the true way now, and the other one later. */
static void branch(struct walk *walk, struct path *path, const struct sock_filter *insn)
{
    struct value b = BPF_SRC(insn->code) == BPF_X ? path->x : known(insn->k);
    uint16_t op = BPF_OP(insn->code);
    struct path other = *path;
    bool can_yes = true, can_no = true;

    if (path->a.kind == KNOWN && b.kind == KNOWN) {
        path->at += compares(path->a.known, op, b.known) ? insn->jt : insn->jf;
        return;
    }
    if (path->a.kind == ARGUMENT && b.kind == KNOWN) {
        can_yes = bend(path, &path->a, op, b.known, true);
        can_no = bend(&other, &other.a, op, b.known, false);
    }
    other.at += insn->jf;
    if (!can_yes) {
        *path = other;
        return;
    }
    path->at += insn->jt;
    if (!can_no || insn->jt == insn->jf)
        return;
    if (cull_array_grow(&walk->later, &walk->later_capacity, walk->later_count,
                        sizeof *walk->later) < 0)
        walk->add->failed = true;
    else
        walk->later[walk->later_count++] = other;
}

static void end(struct walk *walk, const struct path *path)
{
    uint64_t args[6];
    bool is_touched = false;

    for (unsigned i = 0; i < 6; i++) {
        uint64_t first = path->words[2 * i], second = path->words[2 * i + 1];

        args[i] = walk->filter->big_endian ? first << 32 | second : second << 32 | first;
        is_touched |= path->fixed[2 * i] != 0 || path->fixed[2 * i + 1] != 0;
    }
    walk->leaves++;
    if (is_touched)
        cull_questions_add_call(walk->add, walk->arch, walk->nr, args);
}

static void follow(struct walk *walk, struct path path)
{
    for (; path.at < walk->filter->count; path.at++) {
        const struct sock_filter *insn = &walk->filter->insns[path.at];
        struct value b = BPF_SRC(insn->code) == BPF_X ? path.x : known(insn->k);

        switch (BPF_CLASS(insn->code)) {
        case BPF_LD:
            path.a = load(walk, &path, insn);
            break;
        case BPF_LDX:
            path.x = load(walk, &path, insn);
            break;
        case BPF_ST:
            path.memory[insn->k] = path.a;
            break;
        case BPF_STX:
            path.memory[insn->k] = path.x;
            break;
        case BPF_ALU:
            path.a = calculate(&path.a, &b, BPF_OP(insn->code));
            break;
        case BPF_JMP:
            if (BPF_OP(insn->code) == BPF_JA)
                path.at += insn->k;
            else
                branch(walk, &path, insn);
            break;
        case BPF_RET:
            end(walk, &path);
            return;
        default:
            if (BPF_MISCOP(insn->code) == BPF_TAX)
                path.x = path.a;
            else
                path.a = path.x;
        }
    }
}

void cull_hint(const struct cull_filter *filter, enum cull_arch arch, uint32_t nr,
               struct questions *add)
{
    struct walk walk = { .filter = filter, .arch = arch, .nr = nr, .add = add };
    struct path start = { 0 };

    follow(&walk, start);
    while (walk.later_count > 0 && walk.leaves < LEAVES)
        follow(&walk, walk.later[--walk.later_count]);
    free(walk.later);
}
