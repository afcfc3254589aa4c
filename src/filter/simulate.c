/* SPDX-License-Identifier: Apache-2.0 */
/* The kernel's side: run a program on one call. */
#include <linux/seccomp.h>
#include <syscull/filter.h>

#include <stddef.h>

struct machine {
    uint32_t a, x;
    uint32_t memory[BPF_MEMWORDS];
};

/* struct seccomp_data as 32-bit words; the order of a 64-bit value's halves is the machine's. */
static uint32_t data_word(const struct cull_filter *filter, const struct cull_call *call,
                          uint32_t offset)
{
    bool is_second = offset % 8 != 0;
    uint64_t value;

    if (offset == offsetof(struct seccomp_data, nr))
        return call->nr;
    if (offset == offsetof(struct seccomp_data, arch))
        return call->audit;
    if (offset < offsetof(struct seccomp_data, args))
        return 0; /* the instruction pointer is no part of the call */
    value = call->args[(offset - offsetof(struct seccomp_data, args)) / 8];
    return is_second == filter->big_endian ? (uint32_t)value : (uint32_t)(value >> 32);
}

static void load(const struct cull_filter *filter, const struct cull_call *call,
                 struct machine *machine, const struct sock_filter *insn)
{
    uint32_t value;

    switch (BPF_MODE(insn->code)) {
    case BPF_ABS:
        value = data_word(filter, call, insn->k);
        break;
    case BPF_LEN:
        value = sizeof(struct seccomp_data);
        break;
    case BPF_MEM:
        value = machine->memory[insn->k];
        break;
    default:
        value = insn->k;
        break;
    }
    if (BPF_CLASS(insn->code) == BPF_LD)
        machine->a = value;
    else
        machine->x = value;
}

/* False: divided by zero, which ends the program with 0. */
static bool calculate(struct machine *machine, const struct sock_filter *insn)
{
    uint32_t value = BPF_SRC(insn->code) == BPF_X ? machine->x : insn->k;

    switch (BPF_OP(insn->code)) {
    case BPF_ADD:
        machine->a += value;
        break;
    case BPF_SUB:
        machine->a -= value;
        break;
    case BPF_MUL:
        machine->a *= value;
        break;
    case BPF_DIV:
        if (value == 0)
            return false;
        machine->a /= value;
        break;
    case BPF_AND:
        machine->a &= value;
        break;
    case BPF_OR:
        machine->a |= value;
        break;
    case BPF_XOR:
        machine->a ^= value;
        break;
    case BPF_LSH:
        machine->a <<= value & 31;
        break;
    case BPF_RSH:
        machine->a >>= value & 31;
        break;
    case BPF_NEG:
        machine->a = -machine->a;
        break;
    }
    return true;
}

/* How many instructions to jump over. */
static uint32_t jump(const struct machine *machine, const struct sock_filter *insn)
{
    uint32_t value = BPF_SRC(insn->code) == BPF_X ? machine->x : insn->k;
    bool is_true = false;

    switch (BPF_OP(insn->code)) {
    case BPF_JA:
        return insn->k;
    case BPF_JEQ:
        is_true = machine->a == value;
        break;
    case BPF_JGT:
        is_true = machine->a > value;
        break;
    case BPF_JGE:
        is_true = machine->a >= value;
        break;
    case BPF_JSET:
        is_true = (machine->a & value) != 0;
        break;
    }
    return is_true ? insn->jt : insn->jf;
}

uint32_t cull_filter_simulate(const struct cull_filter *filter, const struct cull_call *call,
                              unsigned *ret_steps)
{
    struct machine machine = { 0 };
    unsigned steps = 0;
    uint32_t verdict = 0;

    for (size_t at = 0; at < filter->count; at++) {
        const struct sock_filter *insn = &filter->insns[at];
        unsigned class = BPF_CLASS(insn->code);

        steps++;
        if (class == BPF_LD || class == BPF_LDX) {
            load(filter, call, &machine, insn);
        } else if (class == BPF_ST) {
            machine.memory[insn->k] = machine.a;
        } else if (class == BPF_STX) {
            machine.memory[insn->k] = machine.x;
        } else if (class == BPF_ALU) {
            if (!calculate(&machine, insn))
                break;
        } else if (class == BPF_JMP) {
            at += jump(&machine, insn);
        } else if (class == BPF_RET) {
            verdict = BPF_RVAL(insn->code) == BPF_A ? machine.a : insn->k;
            break;
        } else if (BPF_MISCOP(insn->code) == BPF_TAX) {
            machine.x = machine.a;
        } else {
            machine.a = machine.x;
        }
    }
    if (ret_steps != NULL)
        *ret_steps = steps;
    return verdict;
}
