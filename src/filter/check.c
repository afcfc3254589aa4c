/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the kernel accepts as a seccomp filter.  Rules: seccomp(2), bpf_check_classic() and
 * seccomp_check_filter(); tests/unit/filter/check.c compares with the running kernel.
 */
#include <errno.h>
#include <linux/seccomp.h>
#include <stdlib.h>
#include <string.h>
#include <syscull/filter.h>

static int check_alu(const struct sock_filter *insn, size_t at, struct cull_error *reterr)
{
    switch (insn->code) {
    case BPF_ALU | BPF_DIV | BPF_K:
        if (insn->k == 0)
            return cull_fail(reterr, EINVAL, "instruction %zu: division by zero", at);
        return 0;
    case BPF_ALU | BPF_LSH | BPF_K:
    case BPF_ALU | BPF_RSH | BPF_K:
        if (insn->k >= 32)
            return cull_fail(reterr, EINVAL, "instruction %zu: shift by %u, the word has 32 bits",
                             at, insn->k);
        return 0;
    case BPF_ALU | BPF_ADD | BPF_K:
    case BPF_ALU | BPF_ADD | BPF_X:
    case BPF_ALU | BPF_SUB | BPF_K:
    case BPF_ALU | BPF_SUB | BPF_X:
    case BPF_ALU | BPF_MUL | BPF_K:
    case BPF_ALU | BPF_MUL | BPF_X:
    case BPF_ALU | BPF_DIV | BPF_X:
    case BPF_ALU | BPF_AND | BPF_K:
    case BPF_ALU | BPF_AND | BPF_X:
    case BPF_ALU | BPF_OR | BPF_K:
    case BPF_ALU | BPF_OR | BPF_X:
    case BPF_ALU | BPF_XOR | BPF_K:
    case BPF_ALU | BPF_XOR | BPF_X:
    case BPF_ALU | BPF_LSH | BPF_X:
    case BPF_ALU | BPF_RSH | BPF_X:
    case BPF_ALU | BPF_NEG:
        return 0;
    }
    return cull_fail(reterr, EINVAL, "instruction %zu: code 0x%x is no arithmetic of seccomp's", at,
                     insn->code);
}

static int check_memory(const struct sock_filter *insn, size_t at, struct cull_error *reterr)
{
    switch (insn->code) {
    case BPF_LD | BPF_W | BPF_ABS:
        if (insn->k % 4 != 0 || insn->k >= sizeof(struct seccomp_data))
            return cull_fail(reterr, EINVAL,
                             "instruction %zu: loads offset %u; the call's data are words from 0 "
                             "to %zu",
                             at, insn->k, sizeof(struct seccomp_data) - 4);
        return 0;
    case BPF_LD | BPF_W | BPF_LEN:
    case BPF_LDX | BPF_W | BPF_LEN:
    case BPF_LD | BPF_IMM:
    case BPF_LDX | BPF_IMM:
        return 0;
    case BPF_LD | BPF_MEM:
    case BPF_LDX | BPF_MEM:
    case BPF_ST:
    case BPF_STX:
        if (insn->k >= BPF_MEMWORDS)
            return cull_fail(reterr, EINVAL, "instruction %zu: memory word %u, there are %d", at,
                             insn->k, BPF_MEMWORDS);
        return 0;
    }
    return cull_fail(reterr, EINVAL, "instruction %zu: code 0x%x is no load of seccomp's", at,
                     insn->code);
}

static int check_jump(const struct sock_filter *insns, size_t count, size_t at,
                      struct cull_error *reterr)
{
    const struct sock_filter *insn = &insns[at];
    size_t ahead = count - at - 1; /* instructions after this one */
    uint32_t farthest = insn->jt > insn->jf ? insn->jt : insn->jf;

    switch (insn->code) {
    case BPF_JMP | BPF_JA:
        farthest = insn->k;
        break;
    case BPF_JMP | BPF_JEQ | BPF_K:
    case BPF_JMP | BPF_JEQ | BPF_X:
    case BPF_JMP | BPF_JGE | BPF_K:
    case BPF_JMP | BPF_JGE | BPF_X:
    case BPF_JMP | BPF_JGT | BPF_K:
    case BPF_JMP | BPF_JGT | BPF_X:
    case BPF_JMP | BPF_JSET | BPF_K:
    case BPF_JMP | BPF_JSET | BPF_X:
        break;
    default:
        return cull_fail(reterr, EINVAL, "instruction %zu: code 0x%x is no jump of seccomp's", at,
                         insn->code);
    }
    if (farthest >= ahead)
        return cull_fail(reterr, EINVAL,
                         "instruction %zu: jumps over %u instructions, %zu follow it", at, farthest,
                         ahead);
    return 0;
}

static int check_insn(const struct sock_filter *insns, size_t count, size_t at,
                      struct cull_error *reterr)
{
    const struct sock_filter *insn = &insns[at];

    switch (BPF_CLASS(insn->code)) {
    case BPF_LD:
    case BPF_LDX:
    case BPF_ST:
    case BPF_STX:
        return check_memory(insn, at, reterr);
    case BPF_ALU:
        return check_alu(insn, at, reterr);
    case BPF_JMP:
        return check_jump(insns, count, at, reterr);
    }
    switch (insn->code) {
    case BPF_RET | BPF_K:
    case BPF_RET | BPF_A:
    case BPF_MISC | BPF_TAX:
    case BPF_MISC | BPF_TXA:
        return 0;
    }
    return cull_fail(reterr, EINVAL, "instruction %zu: unknown code 0x%x", at, insn->code);
}

/* Follow which memory words every path has written.  The kernel lets what was written before a
 * return count for the instruction behind it; where it is stricter than need be, so is this. */
static int check_stores(const struct sock_filter *insns, size_t count, uint16_t *written,
                        struct cull_error *reterr)
{
    uint16_t valid = 0;

    memset(written, 0xff, count * sizeof *written);
    for (size_t at = 0; at < count; at++) {
        const struct sock_filter *insn = &insns[at];

        valid &= written[at];
        switch (BPF_CLASS(insn->code)) {
        case BPF_ST:
        case BPF_STX:
            valid |= 1u << insn->k;
            break;
        case BPF_LD:
        case BPF_LDX:
            if (BPF_MODE(insn->code) == BPF_MEM && (valid & 1u << insn->k) == 0)
                return cull_fail(reterr, EINVAL,
                                 "instruction %zu: memory word %u is read before it is written", at,
                                 insn->k);
            break;
        case BPF_JMP:
            if (BPF_OP(insn->code) == BPF_JA) {
                written[at + 1 + insn->k] &= valid;
            } else {
                written[at + 1 + insn->jt] &= valid;
                written[at + 1 + insn->jf] &= valid;
            }
            valid = UINT16_MAX;
            break;
        }
    }
    return 0;
}

int cull_filter_check(const struct sock_filter *insns, size_t count, struct cull_error *reterr)
{
    uint16_t *written;
    int r;

    if (count == 0)
        return cull_fail(reterr, EINVAL, "the filter has no instructions");
    if (count > CULL_FILTER_MAX_INSNS)
        return cull_fail(reterr, EINVAL, "the filter has %zu instructions, the kernel takes %d",
                         count, CULL_FILTER_MAX_INSNS);
    for (size_t i = 0; i < count; i++) {
        r = check_insn(insns, count, i, reterr);
        if (r < 0)
            return r;
    }
    if (BPF_CLASS(insns[count - 1].code) != BPF_RET)
        return cull_fail(reterr, EINVAL, "instruction %zu: the last one does not return",
                         count - 1);
    written = calloc(count, sizeof *written);
    if (written == NULL)
        return cull_fail_memory(reterr);
    r = check_stores(insns, count, written, reterr);
    free(written);
    return r;
}
