/* SPDX-License-Identifier: Apache-2.0 */
/* Every instruction that a filter may have does what the kernel's machine does. */
#include <errno.h>
#include <linux/seccomp.h>
#include <setjmp.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <syscull/filter.h>
#include <unistd.h>

#include <cmocka.h>

#include "random-profile.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#define PROGRAM_MAX 12
#define LOAD(offset) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offset)
#define RETURN_A BPF_STMT(BPF_RET | BPF_A, 0)

static const struct cull_call sample = {
    .audit = 0xc000003e,
    .nr = 39,
    .args = { 0x1122334455667788, 7, 0, 0, 0, 0xffffffff00000001 },
};

struct calculation {
    struct sock_filter insns[PROGRAM_MAX];
    size_t count;
    uint32_t result;
};

static const struct calculation calculations[] = {
    { { LOAD(0), RETURN_A }, 2, 39 },
    { { LOAD(4), RETURN_A }, 2, 0xc000003e },
    { { LOAD(16), RETURN_A }, 2, 0x55667788 },
    { { LOAD(20), RETURN_A }, 2, 0x11223344 },
    { { LOAD(60), RETURN_A }, 2, 0xffffffff },
    { { BPF_STMT(BPF_LD | BPF_W | BPF_LEN, 0), RETURN_A }, 2, 64 },
    { { BPF_STMT(BPF_LDX | BPF_W | BPF_LEN, 0), BPF_STMT(BPF_MISC | BPF_TXA, 0), RETURN_A },
      3,
      64 },
    { { LOAD(0), BPF_STMT(BPF_ALU | BPF_ADD | BPF_K, 1), RETURN_A }, 3, 40 },
    { { LOAD(0), BPF_STMT(BPF_ALU | BPF_SUB | BPF_K, 40), RETURN_A }, 3, UINT32_MAX },
    { { LOAD(0), BPF_STMT(BPF_ALU | BPF_MUL | BPF_K, 3), RETURN_A }, 3, 117 },
    { { LOAD(0), BPF_STMT(BPF_ALU | BPF_DIV | BPF_K, 4), RETURN_A }, 3, 9 },
    { { LOAD(0), BPF_STMT(BPF_ALU | BPF_OR | BPF_K, 0x100), RETURN_A }, 3, 0x127 },
    { { LOAD(0), BPF_STMT(BPF_ALU | BPF_XOR | BPF_K, 1), RETURN_A }, 3, 38 },
    { { LOAD(0), BPF_STMT(BPF_ALU | BPF_LSH | BPF_K, 31), RETURN_A }, 3, 0x80000000 },
    { { LOAD(4), BPF_STMT(BPF_ALU | BPF_RSH | BPF_K, 28), RETURN_A }, 3, 12 },
    { { LOAD(0), BPF_STMT(BPF_ALU | BPF_NEG, 0), RETURN_A }, 3, -39u },
    { { LOAD(24), BPF_STMT(BPF_MISC | BPF_TAX, 0), LOAD(0), BPF_STMT(BPF_ALU | BPF_AND | BPF_X, 0),
        RETURN_A },
      5,
      7 },
    { { LOAD(0), BPF_STMT(BPF_ALU | BPF_DIV | BPF_X, 0), BPF_STMT(BPF_RET | BPF_K, 5) }, 3, 0 },
    { { LOAD(0), BPF_STMT(BPF_ST, 15), LOAD(4), BPF_STMT(BPF_LD | BPF_MEM, 15), RETURN_A }, 5, 39 },
    { { BPF_STMT(BPF_LDX | BPF_IMM, 9), BPF_STMT(BPF_STX, 1), BPF_STMT(BPF_LD | BPF_MEM, 1),
        RETURN_A },
      4,
      9 },
    { { LOAD(0), BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, 4, 1, 0), RETURN_A,
        BPF_STMT(BPF_RET | BPF_K, 1) },
      4,
      1 },
    { { LOAD(0), BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, 39, 1, 0), RETURN_A,
        BPF_STMT(BPF_RET | BPF_K, 1) },
      4,
      39 },
    { { BPF_STMT(BPF_JMP | BPF_JA, 1), RETURN_A, BPF_STMT(BPF_RET | BPF_K, 1) }, 3, 1 },
};

static void each_instruction_does_its_work(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(calculations); i++) {
        cull_auto(filter) filter = NULL;
        struct cull_error error;
        unsigned steps = 0;
        uint32_t result;

        if (cull_filter_new(calculations[i].insns, calculations[i].count, false, &filter, &error) <
            0)
            fail_msg("program %zu: %s", i, error.message);
        result = cull_filter_simulate(filter, &sample, &steps);
        if (result != calculations[i].result)
            fail_msg("program %zu: %08x instead of %08x", i, result, calculations[i].result);
        assert_in_range(steps, 2, calculations[i].count);
    }
}

static void the_halves_of_an_argument_lie_as_the_machine_has_them(void **state)
{
    struct sock_filter insns[] = { LOAD(16), RETURN_A };
    struct cull_filter filter = { insns, COUNT(insns), true };

    (void)state;
    assert_int_equal(cull_filter_simulate(&filter, &sample, NULL), 0x11223344);
    insns[0].k = 20;
    assert_int_equal(cull_filter_simulate(&filter, &sample, NULL), 0x55667788);
}

/* ---- the running kernel ---------------------------------------------------------------------- */

/* What the program leaves in the accumulator, eight bits of it, as the kernel computes it: the
 * errno of a call that nobody needs.  -1: the filter is not taken. */
static int ask_kernel(const struct sock_filter *insns, size_t count, unsigned shift)
{
    struct sock_filter whole[PROGRAM_MAX + 8];
    struct sock_fprog program = { 0, whole };
    int status;
    pid_t child;

    /* Only for the call number that is asked about: the child has others to make. */
    whole[program.len++] = (struct sock_filter)LOAD(0);
    whole[program.len++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 999, 1, 0);
    whole[program.len++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    memcpy(&whole[program.len], insns, count * sizeof *insns);
    program.len += count;
    whole[program.len++] = (struct sock_filter)BPF_STMT(BPF_ALU | BPF_RSH | BPF_K, shift);
    whole[program.len++] = (struct sock_filter)BPF_STMT(BPF_ALU | BPF_AND | BPF_K, 0xff);
    whole[program.len++] = (struct sock_filter)BPF_STMT(BPF_ALU | BPF_OR | BPF_K,
                                                        SECCOMP_RET_ERRNO);
    whole[program.len++] = (struct sock_filter)RETURN_A;
    child = fork();
    if (child == 0) {
        long result;

        prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
        if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) < 0)
            kill(getpid(), SIGKILL);
        errno = 0;
        result = syscall(999, sample.args[0], sample.args[1], 0, 0, 0, sample.args[5]);
        _exit(result == -1 ? errno : 0);
    }
    if (waitpid(child, &status, 0) != child || !WIFEXITED(status))
        return -1;
    return WEXITSTATUS(status);
}

static struct sock_filter random_insn(struct chance *chance)
{
    static const uint16_t codes[] = {
        BPF_LD | BPF_W | BPF_ABS,  BPF_LD | BPF_IMM,           BPF_LDX | BPF_IMM,
        BPF_LD | BPF_W | BPF_LEN,  BPF_MISC | BPF_TAX,         BPF_MISC | BPF_TXA,
        BPF_ALU | BPF_ADD | BPF_X, BPF_ALU | BPF_SUB | BPF_X,  BPF_ALU | BPF_MUL | BPF_X,
        BPF_ALU | BPF_DIV | BPF_K, BPF_ALU | BPF_AND | BPF_X,  BPF_ALU | BPF_OR | BPF_X,
        BPF_ALU | BPF_XOR | BPF_X, BPF_ALU | BPF_LSH | BPF_X,  BPF_ALU | BPF_RSH | BPF_X,
        BPF_ALU | BPF_LSH | BPF_K, BPF_ALU | BPF_NEG,          BPF_ALU | BPF_ADD | BPF_K,
        BPF_ALU | BPF_MUL | BPF_K, BPF_JMP | BPF_JEQ | BPF_X,  BPF_JMP | BPF_JGE | BPF_X,
        BPF_JMP | BPF_JGT | BPF_K, BPF_JMP | BPF_JSET | BPF_X,
    };
    static const uint32_t offsets[] = { 16, 20, 24, 28, 56, 60 };
    struct sock_filter insn = { .code = codes[chance_below(chance, COUNT(codes))] };

    insn.k = BPF_CLASS(insn.code) == BPF_LD && BPF_MODE(insn.code) == BPF_ABS
                 ? offsets[chance_below(chance, COUNT(offsets))]
                 : 1 + chance_below(chance, 31);
    insn.jt = BPF_CLASS(insn.code) == BPF_JMP ? chance_below(chance, 2) : 0;
    return insn;
}

static void the_running_kernel_computes_the_same(void **state)
{
    struct chance chance = { 271828 };
    size_t compared = 0;

    (void)state;
    if (prctl(PR_GET_SECCOMP) != 0)
        skip(); /* a filter is in force here, it may refuse seccomp(2) itself */
    for (unsigned i = 0; i < 800; i++) {
        struct sock_filter insns[PROGRAM_MAX + 1];
        struct cull_filter filter = { insns, PROGRAM_MAX + 1, false };
        struct cull_call call = sample;
        unsigned shift = 8 * chance_below(&chance, 4);
        int theirs;

        call.nr = 999;
        for (size_t j = 0; j < PROGRAM_MAX; j++)
            insns[j] = random_insn(&chance);
        insns[0] = (struct sock_filter)LOAD(0);
        insns[PROGRAM_MAX - 1] = (struct sock_filter)BPF_STMT(BPF_ALU | BPF_ADD | BPF_X, 0);
        insns[PROGRAM_MAX] = (struct sock_filter)RETURN_A;
        theirs = ask_kernel(insns, PROGRAM_MAX, shift);
        assert_in_range(theirs, 0, 255);
        if (theirs != (int)(cull_filter_simulate(&filter, &call, NULL) >> shift & 0xff))
            fail_msg("program %u: the kernel computes %x, we %x", i, theirs,
                     cull_filter_simulate(&filter, &call, NULL) >> shift & 0xff);
        compared += theirs != 0;
    }
    print_message("# 800 programs, %zu with a result other than 0\n", compared);
    assert_true(compared > 200);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_instruction_does_its_work),
        cmocka_unit_test(the_halves_of_an_argument_lie_as_the_machine_has_them),
        cmocka_unit_test(the_running_kernel_computes_the_same),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
