/* SPDX-License-Identifier: Apache-2.0 */
/* What the kernel refuses is refused with the instruction named; the running kernel is the judge. */
#include <errno.h>
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

#include <cmocka.h>

#include "random-profile.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#define ALLOW BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)
#define PROGRAM_MAX 8

struct judgement {
    const char *name;
    struct sock_filter insns[PROGRAM_MAX];
    size_t count;
    const char *message; /* a part of it, or NULL: accepted */
};

static const struct judgement judgements[] = {
    { "a return", { ALLOW }, 1, NULL },
    { "RET A", { BPF_STMT(BPF_RET | BPF_A, 0) }, 1, NULL },
    { "RET X", { BPF_STMT(BPF_RET | BPF_X, 0) }, 1, "instruction 0: unknown code 0xe" },
    { "no return",
      { ALLOW, BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0) },
      2,
      "instruction 1: the last one does not return" },
    { "the last word of the call", { BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 60), ALLOW }, 2, NULL },
    { "a load behind the call",
      { BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 64), ALLOW },
      2,
      "instruction 0: loads offset 64" },
    { "a load that is not aligned",
      { BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 2), ALLOW },
      2,
      "instruction 0: loads offset 2" },
    { "a byte", { BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 0), ALLOW }, 2, "no load of seccomp's" },
    { "an indirect load", { BPF_STMT(BPF_LD | BPF_W | BPF_IND, 0), ALLOW }, 2, "no load" },
    { "the length", { BPF_STMT(BPF_LD | BPF_W | BPF_LEN, 0), ALLOW }, 2, NULL },
    { "a header's length", { BPF_STMT(BPF_LDX | BPF_B | BPF_MSH, 0), ALLOW }, 2, "no load" },
    { "division by zero",
      { BPF_STMT(BPF_ALU | BPF_DIV | BPF_K, 0), ALLOW },
      2,
      "instruction 0: division by zero" },
    { "division by X", { BPF_STMT(BPF_ALU | BPF_DIV | BPF_X, 0), ALLOW }, 2, NULL },
    { "a remainder", { BPF_STMT(BPF_ALU | BPF_MOD | BPF_K, 3), ALLOW }, 2, "no arithmetic" },
    { "a shift by 31", { BPF_STMT(BPF_ALU | BPF_LSH | BPF_K, 31), ALLOW }, 2, NULL },
    { "a shift by 32",
      { BPF_STMT(BPF_ALU | BPF_RSH | BPF_K, 32), ALLOW },
      2,
      "instruction 0: shift by 32" },
    { "a jump to the end", { BPF_STMT(BPF_JMP | BPF_JA, 0), ALLOW }, 2, NULL },
    { "a jump behind the end",
      { BPF_STMT(BPF_JMP | BPF_JA, 1), ALLOW },
      2,
      "instruction 0: jumps over 1 instructions, 1 follow it" },
    { "a branch behind the end",
      { BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 1, 0, 2), ALLOW, ALLOW },
      3,
      "instruction 0: jumps over 2 instructions, 2 follow it" },
    { "an unknown comparison", { BPF_JUMP(BPF_JMP | 0x50, 1, 0, 0), ALLOW }, 2, "no jump" },
    { "memory word 16", { BPF_STMT(BPF_ST, 16), ALLOW }, 2, "memory word 16, there are 16" },
    { "memory that was written",
      { BPF_STMT(BPF_ST, 3), BPF_STMT(BPF_LD | BPF_MEM, 3), ALLOW },
      3,
      NULL },
    { "memory that was not written",
      { BPF_STMT(BPF_ST, 3), BPF_STMT(BPF_LDX | BPF_MEM, 2), ALLOW },
      3,
      "instruction 1: memory word 2 is read before it is written" },
    { "memory that was written on one way only",
      { BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 1, 1, 0), BPF_STMT(BPF_STX, 0),
        BPF_STMT(BPF_LD | BPF_MEM, 0), ALLOW },
      4,
      "instruction 2: memory word 0 is read before it is written" },
    { "memory that a way behind a return has written",
      { BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 1, 1, 0), ALLOW, BPF_STMT(BPF_ST, 0),
        BPF_STMT(BPF_LD | BPF_MEM, 0), ALLOW },
      5,
      NULL },
    { "memory behind a return that had not written it",
      { BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 1, 0, 2), BPF_STMT(BPF_ST, 0),
        BPF_STMT(BPF_JMP | BPF_JA, 1), ALLOW, BPF_STMT(BPF_LD | BPF_MEM, 0), ALLOW },
      6,
      "instruction 4: memory word 0 is read before it is written" },
};

static void each_rule_of_the_kernel_is_checked(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(judgements); i++) {
        const struct judgement *judgement = &judgements[i];
        struct cull_error error = { .message = "" };
        int r = cull_filter_check(judgement->insns, judgement->count, &error);

        if (judgement->message == NULL && r != 0)
            fail_msg("%s: %s", judgement->name, error.message);
        if (judgement->message != NULL &&
            (r != -EINVAL || strstr(error.message, judgement->message) == NULL))
            fail_msg("%s: %d, \"%s\"", judgement->name, r, error.message);
    }
}

static void the_number_of_instructions_is_checked(void **state)
{
    static struct sock_filter insns[CULL_FILTER_MAX_INSNS + 1];
    struct cull_filter *filter = NULL;
    struct cull_error error;

    (void)state;
    for (size_t i = 0; i < COUNT(insns); i++)
        insns[i] = (struct sock_filter)ALLOW;
    assert_int_equal(cull_filter_check(insns, 0, &error), -EINVAL);
    assert_non_null(strstr(error.message, "no instructions"));
    assert_int_equal(cull_filter_check(insns, CULL_FILTER_MAX_INSNS, &error), 0);
    assert_int_equal(cull_filter_new(insns, COUNT(insns), false, &filter, &error), -EINVAL);
    assert_non_null(strstr(error.message, "4097 instructions, the kernel takes 4096"));
    assert_null(filter);
}

/* ---- the running kernel ---------------------------------------------------------------------- */

struct trial {
    struct sock_filter insns[PROGRAM_MAX];
    unsigned short count;
    bool is_accepted; /* the kernel's answer */
};

/* Shared with the children: a child whose filter was taken cannot be sure to call anything. */
struct trials {
    size_t next;
    size_t count;
    struct trial items[6000];
};

static void try_them(struct trials *trials)
{
    signal(SIGILL, SIG_DFL); /* cmocka would report it */
    prctl(PR_SET_DUMPABLE, 0);
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    while (trials->next < trials->count) {
        struct trial *trial = &trials->items[trials->next];
        struct sock_fprog program = { trial->count, trial->insns };

        if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) == 0) {
            trial->is_accepted = true;
            trials->next++;
            __builtin_trap(); /* ends the child without a call */
        }
        trials->next++;
    }
    _exit(0);
}

static struct sock_filter random_insn(struct chance *chance)
{
    static const uint16_t codes[] = { 0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x0c, 0x14,
                                      0x15, 0x16, 0x1c, 0x1d, 0x20, 0x24, 0x25, 0x2c, 0x2d, 0x30,
                                      0x34, 0x35, 0x3c, 0x3d, 0x40, 0x44, 0x45, 0x4c, 0x4d, 0x54,
                                      0x5c, 0x60, 0x61, 0x64, 0x6c, 0x74, 0x7c, 0x80, 0x81, 0x84,
                                      0x87, 0x94, 0x9c, 0xa4, 0xac, 0xb1, 0x16, 0x0e, 0x15, 0x20 };
    static const uint32_t values[] = { 0, 0, 1, 2, 3, 4, 15, 16, 31, 32, 60, 62, 64, UINT32_MAX };
    struct sock_filter insn = {
        .code = codes[chance_below(chance, COUNT(codes))],
        .jt = chance_below(chance, 4),
        .jf = chance_below(chance, 4),
        .k = values[chance_below(chance, COUNT(values))],
    };

    if (chance_below(chance, 40) == 0)
        insn.code = chance_below(chance, 0x10000);
    return insn;
}

/* Loads and stores of few words with branches between: where the check of memory is put to work. */
static struct sock_filter memory_insn(struct chance *chance)
{
    static const uint16_t codes[] = { BPF_ST,           BPF_STX,
                                      BPF_LD | BPF_MEM, BPF_JMP | BPF_JEQ,
                                      BPF_JMP | BPF_JA, BPF_RET | BPF_K };

    return (struct sock_filter){
        .code = codes[chance_below(chance, COUNT(codes))],
        .jt = chance_below(chance, 3),
        .jf = chance_below(chance, 3),
        .k = chance_below(chance, 2),
    };
}

static void make_trials(struct trials *trials)
{
    struct chance chance = { 20240229 };

    trials->count = COUNT(trials->items);
    for (size_t i = 0; i < trials->count; i++) {
        struct trial *trial = &trials->items[i];

        trial->count = 1 + chance_below(&chance, i % 2 != 0 ? PROGRAM_MAX : 3);
        for (size_t j = 0; j < trial->count; j++)
            trial->insns[j] = i % 2 != 0 ? memory_insn(&chance) : random_insn(&chance);
        if (chance_below(&chance, 8) != 0)
            trial->insns[trial->count - 1] = (struct sock_filter)ALLOW;
    }
}

static void the_running_kernel_agrees(void **state)
{
    struct trials *trials = mmap(NULL, sizeof *trials, PROT_READ | PROT_WRITE,
                                 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    size_t accepted = 0;
    int status;

    (void)state;
    assert_true(trials != MAP_FAILED);
    if (prctl(PR_GET_SECCOMP) != 0) {
        munmap(trials, sizeof *trials);
        skip(); /* a filter is in force here, it may refuse seccomp(2) itself */
    }
    make_trials(trials);
    while (trials->next < trials->count) {
        size_t before = trials->next;
        pid_t child = fork();

        if (child == 0)
            try_them(trials);
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(trials->next > before);
    }
    for (size_t i = 0; i < trials->count; i++) {
        const struct trial *trial = &trials->items[i];
        struct cull_error error = { .message = "accepted" };
        bool is_accepted = cull_filter_check(trial->insns, trial->count, &error) == 0;

        accepted += is_accepted;
        if (is_accepted == trial->is_accepted)
            continue;
        for (size_t j = 0; j < trial->count; j++)
            print_message("# %zu: code 0x%x jt %u jf %u k 0x%x\n", j, trial->insns[j].code,
                          trial->insns[j].jt, trial->insns[j].jf, trial->insns[j].k);
        fail_msg("program %zu: the kernel says %d, we say %s", i, trial->is_accepted,
                 error.message);
    }
    print_message("# %zu programs, %zu of them accepted\n", trials->count, accepted);
    assert_true(accepted > trials->count / 20);
    munmap(trials, sizeof *trials);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_rule_of_the_kernel_is_checked),
        cmocka_unit_test(the_number_of_instructions_is_checked),
        cmocka_unit_test(the_running_kernel_agrees),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
