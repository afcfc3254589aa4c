/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <syscull/table.h>

#include <cmocka.h>

#define NOT_AN_ID ((size_t)-1)

static size_t id_of(const char *name)
{
    size_t id = NOT_AN_ID;

    assert_int_equal(cull_syscall_by_name(name, &id), 0);
    assert_string_equal(cull_syscall_info(id)->name, name);
    return id;
}

static void names_are_ordered_and_found(void **state)
{
    (void)state;
    assert_true(cull_syscall_count() > 500);
    for (size_t id = 0; id < cull_syscall_count(); id++) {
        const char *name = cull_syscall_info(id)->name;

        assert_int_equal(id_of(name), id);
        if (id > 0)
            assert_true(strcmp(cull_syscall_info(id - 1)->name, name) < 0);
    }
    assert_null(cull_syscall_info(cull_syscall_count()));
}

static void every_call_says_what_it_is(void **state)
{
    (void)state;
    for (size_t id = 0; id < cull_syscall_count(); id++) {
        const struct cull_syscall *call = cull_syscall_info(id);
        bool known = false;

        for (size_t i = 0; i < cull_group_count(); i++)
            known = known || !strcmp(cull_group_info(i)->name, call->group);
        assert_true(known);
        assert_in_range(strlen(call->brief), 8, 60);
    }
    assert_string_equal(cull_syscall_info(id_of("openat2"))->since, "5.6");
    assert_string_equal(cull_syscall_info(id_of("openat2"))->group, "file");
    assert_null(cull_syscall_info(id_of("vserver"))->since);
    assert_null(cull_group_info(cull_group_count()));
}

/* arm has two names for one number.  It reads back as the one that runtimes know there. */
static void numbers_lead_back(void **state)
{
    size_t name = id_of("arm_sync_file_range"), alias = id_of("sync_file_range2");

    (void)state;
    for (enum cull_arch arch = 0; arch < CULL_ARCH_COUNT; arch++) {
        size_t count = 0;
        uint32_t largest = 0;

        for (size_t id = 0; id < cull_syscall_count(); id++) {
            size_t back = NOT_AN_ID;
            uint32_t nr;

            if (cull_syscall_nr(id, arch, &nr) < 0)
                continue;
            assert_int_equal(cull_syscall_by_nr(arch, nr, &back), 0);
            assert_int_equal(back, arch == CULL_ARCH_ARM && id == alias ? name : id);
            largest = nr > largest ? nr : largest;
            count++;
        }
        assert_true(count > 300);
        assert_int_equal(cull_syscall_max_nr(arch), largest);
    }
}

static const struct {
    const char *name;
    enum cull_arch arch;
    uint32_t nr;
} samples[] = {
    { "nanosleep", CULL_ARCH_X86_64, 35 },
    { "nanosleep", CULL_ARCH_X86, 162 },
    { "nanosleep", CULL_ARCH_AARCH64, 101 },
    { "read", CULL_ARCH_X32, CULL_X32_BIT },
    { "execve", CULL_ARCH_X32, CULL_X32_BIT + 520 },
    { "pwritev2", CULL_ARCH_X32, CULL_X32_BIT + 547 },
    { "read", CULL_ARCH_MIPS, 4003 },
    { "read", CULL_ARCH_MIPSEL, 4003 },
    { "read", CULL_ARCH_MIPS64, 5000 },
    { "read", CULL_ARCH_MIPSEL64, 5000 },
    { "read", CULL_ARCH_MIPS64N32, 6000 },
    { "read", CULL_ARCH_MIPSEL64N32, 6000 },
    { "set_tls", CULL_ARCH_ARM, 0xf0005 },
    { "exit", CULL_ARCH_S390, 1 },
    { "riscv_hwprobe", CULL_ARCH_RISCV64, 258 },
    { "memfd_secret", CULL_ARCH_LOONGARCH64, 447 },
    { "rseq_slice_yield", CULL_ARCH_PPC64LE, 471 },
};

static void numbers_have_their_base(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
        size_t id = NOT_AN_ID;
        uint32_t nr = 0;

        assert_int_equal(cull_syscall_nr(id_of(samples[i].name), samples[i].arch, &nr), 0);
        assert_int_equal(nr, samples[i].nr);
        assert_int_equal(cull_syscall_by_nr(samples[i].arch, nr, &id), 0);
        assert_string_equal(cull_syscall_info(id)->name, samples[i].name);
    }
}

static const struct {
    enum cull_arch arch;
    uint32_t nr;
} strangers[] = {
    { CULL_ARCH_X86_64, 400 },          /* a hole that stays one */
    { CULL_ARCH_X86_64, 512 },          /* x32's, without its bit */
    { CULL_ARCH_X86_64, CULL_X32_BIT }, /* x32's read */
    { CULL_ARCH_X86_64, 0xffffffff },   /* a tracer's skip */
    { CULL_ARCH_X32, 0 },
    { CULL_ARCH_X32, CULL_X32_BIT + 548 },
    { CULL_ARCH_X32, 0xffffffff },
    { CULL_ARCH_MIPS, 3 },
    { CULL_ARCH_MIPS, 3999 },
    { CULL_ARCH_MIPS64, 4999 },
    { CULL_ARCH_ARM, 0xf0007 },
    { CULL_ARCH_ARM, 0x80000000 },
    { CULL_ARCH_S390X, 0 },
    { CULL_ARCH_COUNT, 0 },
};

static void strangers_are_unknown(void **state)
{
    size_t id = NOT_AN_ID;
    uint32_t nr = 7;

    (void)state;
    for (size_t i = 0; i < sizeof(strangers) / sizeof(strangers[0]); i++)
        assert_int_equal(cull_syscall_by_nr(strangers[i].arch, strangers[i].nr, &id), -ENOENT);
    assert_int_equal(cull_syscall_by_name("", &id), -ENOENT);
    assert_int_equal(cull_syscall_by_name("READ", &id), -ENOENT);
    assert_int_equal(cull_syscall_by_name("zzz", &id), -ENOENT);
    assert_int_equal(id, NOT_AN_ID);
    assert_int_equal(cull_syscall_nr(id_of("open"), CULL_ARCH_AARCH64, &nr), -ENOENT);
    assert_int_equal(cull_syscall_nr(cull_syscall_count(), CULL_ARCH_X86, &nr), -ENOENT);
    assert_int_equal(cull_syscall_nr(0, CULL_ARCH_COUNT, &nr), -ENOENT);
    assert_int_equal(nr, 7);
    assert_int_equal(cull_syscall_max_nr(CULL_ARCH_COUNT), 0);
}

static void a_slip_finds_the_name_meant(void **state)
{
    (void)state;
    assert_string_equal(cull_syscall_nearest("opneat"), "openat");
    assert_string_equal(cull_syscall_nearest("nanoslep"), "nanosleep");
    assert_string_equal(cull_syscall_nearest("newfstata"), "newfstatat");
    assert_string_equal(cull_syscall_nearest("io_uring_entre"), "io_uring_enter");
    assert_null(cull_syscall_nearest("qqqqqqqqqqqq"));
}

static void equal_tables_are_shared(void **state)
{
    (void)state;
    for (size_t id = 0; id < cull_syscall_count(); id++) {
        uint32_t big = 0, little = 0;

        assert_int_equal(cull_syscall_nr(id, CULL_ARCH_MIPS64N32, &big),
                         cull_syscall_nr(id, CULL_ARCH_MIPSEL64N32, &little));
        assert_int_equal(big, little);
        assert_int_equal(cull_syscall_nr(id, CULL_ARCH_SH, &little),
                         cull_syscall_nr(id, CULL_ARCH_SHEB, &big));
        assert_int_equal(big, little);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_ordered_and_found),
        cmocka_unit_test(every_call_says_what_it_is),
        cmocka_unit_test(numbers_lead_back),
        cmocka_unit_test(numbers_have_their_base),
        cmocka_unit_test(strangers_are_unknown),
        cmocka_unit_test(a_slip_finds_the_name_meant),
        cmocka_unit_test(equal_tables_are_shared),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
