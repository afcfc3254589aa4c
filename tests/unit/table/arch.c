/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <sys/utsname.h>
#include <syscull/table.h>

#include <cmocka.h>

static void every_arch_is_found_by_its_names(void **state)
{
    (void)state;
    for (enum cull_arch arch = 0; arch < CULL_ARCH_COUNT; arch++) {
        const struct cull_arch_info *info = cull_arch_info(arch);
        enum cull_arch found = CULL_ARCH_COUNT;

        assert_int_equal(info->arch, arch);
        assert_int_equal(cull_arch_by_name(info->name, &found), 0);
        assert_int_equal(found, arch);
        found = CULL_ARCH_COUNT;
        assert_int_equal(cull_arch_by_name(info->oci, &found), 0);
        assert_int_equal(found, arch);
        if (info->go) {
            assert_int_equal(cull_arch_by_name(info->go, &found), 0);
            assert_int_equal(found, arch);
        }
    }
    assert_null(cull_arch_info(CULL_ARCH_COUNT));
}

static const struct {
    const char *name;
    enum cull_arch arch;
} aliases[] = {
    { "amd64", CULL_ARCH_X86_64 },
    { "AMD64", CULL_ARCH_X86_64 },
    { "scmp_arch_x86", CULL_ARCH_X86 },
    { "i386", CULL_ARCH_X86 },
    { "386", CULL_ARCH_X86 },
    { "i686", CULL_ARCH_X86 },
    { "arm64", CULL_ARCH_AARCH64 },
    { "armhf", CULL_ARCH_ARM },
    { "armv7l", CULL_ARCH_ARM },
    { "ppc64el", CULL_ARCH_PPC64LE },
    { "mips64le", CULL_ARCH_MIPSEL64 },
    { "mipsle", CULL_ARCH_MIPSEL },
    { "loong64", CULL_ARCH_LOONGARCH64 },
    { "hppa", CULL_ARCH_PARISC },
    { "sh4", CULL_ARCH_SH },
};

static void other_names_are_known(void **state)
{
    enum cull_arch arch = CULL_ARCH_COUNT;

    (void)state;
    for (size_t i = 0; i < sizeof(aliases) / sizeof(aliases[0]); i++) {
        assert_int_equal(cull_arch_by_name(aliases[i].name, &arch), 0);
        assert_int_equal(arch, aliases[i].arch);
    }
    arch = CULL_ARCH_COUNT;
    assert_int_equal(cull_arch_by_name("", &arch), -ENOENT);
    assert_int_equal(cull_arch_by_name("-", &arch), -ENOENT);
    assert_int_equal(cull_arch_by_name("SCMP_ARCH_", &arch), -ENOENT);
    assert_int_equal(cull_arch_by_name("SCMP_ARCH_NATIVE", &arch), -ENOENT);
    assert_int_equal(cull_arch_by_name("x86_640", &arch), -ENOENT);
    assert_int_equal(arch, CULL_ARCH_COUNT);
}

/* The bits of AUDIT_ARCH and the columns of the table say the same. */
static void facts_agree_with_the_audit_arch(void **state)
{
    (void)state;
    for (enum cull_arch arch = 0; arch < CULL_ARCH_COUNT; arch++) {
        const struct cull_arch_info *info = cull_arch_info(arch);
        const struct cull_arch_info *native = cull_arch_info(info->native);
        bool n32 = info->audit & 0x20000000;

        assert_int_equal(!info->big_endian, !!(info->audit & 0x40000000));
        if (arch != CULL_ARCH_X32)
            assert_int_equal(info->compare_bits == 64, (info->audit & 0x80000000) && !n32);
        assert_int_equal(native->native, native->arch);
        assert_int_equal(native->big_endian, info->big_endian);
        assert_true(native->compare_bits >= info->compare_bits);
    }
    assert_int_equal(cull_arch_info(CULL_ARCH_X32)->audit, 0xc000003e);
    assert_int_equal(cull_arch_info(CULL_ARCH_X32)->compare_bits, 32);
    assert_int_equal(cull_arch_info(CULL_ARCH_X32)->nr_base, CULL_X32_BIT);
    assert_int_equal(cull_arch_info(CULL_ARCH_MIPSEL64N32)->audit, 0xe0000008);
}

static void a_call_tells_its_arch(void **state)
{
    enum cull_arch found = CULL_ARCH_COUNT;

    (void)state;
    for (enum cull_arch arch = 0; arch < CULL_ARCH_COUNT; arch++) {
        const struct cull_arch_info *info = cull_arch_info(arch);

        assert_int_equal(cull_arch_by_call(info->audit, info->nr_base + 1, &found), 0);
        assert_int_equal(found, arch);
    }
    assert_int_equal(cull_arch_by_call(0xc000003e, 0xffffffff, &found), 0);
    assert_int_equal(found, CULL_ARCH_X86_64);
    assert_int_equal(cull_arch_by_call(0xc000003e, 0xfffffffe, &found), 0);
    assert_int_equal(found, CULL_ARCH_X32);
    /* Bit 30 has a meaning on x86_64 only. */
    assert_int_equal(cull_arch_by_call(0xc00000b7, CULL_X32_BIT, &found), 0);
    assert_int_equal(found, CULL_ARCH_AARCH64);
    found = CULL_ARCH_COUNT;
    assert_int_equal(cull_arch_by_call(0x4000003e, 0, &found), -ENOENT);
    assert_int_equal(cull_arch_by_call(0, 0, &found), -ENOENT);
    assert_int_equal(found, CULL_ARCH_COUNT);
}

static void the_build_is_for_this_machine(void **state)
{
    enum cull_arch machine;
    struct utsname name;

    (void)state;
    assert_int_equal(uname(&name), 0);
    if (cull_arch_by_name(name.machine, &machine) < 0)
        skip();
    assert_true(cull_arch_native() == machine ||
                cull_arch_info(cull_arch_native())->native == machine);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_arch_is_found_by_its_names), cmocka_unit_test(other_names_are_known),
        cmocka_unit_test(facts_agree_with_the_audit_arch),  cmocka_unit_test(a_call_tells_its_arch),
        cmocka_unit_test(the_build_is_for_this_machine),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
