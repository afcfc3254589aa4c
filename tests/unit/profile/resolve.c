/* SPDX-License-Identifier: Apache-2.0 */
/* Which rules a container gets: Docker's includes, excludes, minKernel and archMap. */
#include <errno.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>
#include <syscull/profile.h>

#include <cmocka.h>

#define BIT(cap) (1ull << (cap))
enum { SYS_ADMIN = 21, SYS_PTRACE = 19, BPF = 39 };

/* The rules that are left of one whose selectors are given, 0 or 1. */
static size_t left_of(const char *selectors, const struct cull_target *target)
{
    cull_auto(profile) profile = NULL;
    cull_auto(profile) resolved = NULL;
    struct cull_error error = { 0 };
    char text[1024];

    snprintf(text, sizeof text,
             "{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"syscalls\":[{\"names\":[\"read\"],"
             "\"action\":\"SCMP_ACT_ALLOW\",%s}]}",
             selectors);
    if (cull_profile_parse("x", text, strlen(text), &profile, &error) < 0 ||
        cull_profile_resolve(profile, target, &resolved, &error) < 0)
        fail_msg("%s: %s", text, error.message);
    return resolved->rules_count;
}

static void selectors_choose(void **state)
{
    static const struct {
        const char *selectors;
        uint64_t caps;
        unsigned major, minor;
        enum cull_arch arch;
        size_t left;
    } cases[] = {
        { "\"includes\":{}", 0, 4, 4, CULL_ARCH_X86_64, 1 },
        { "\"includes\":{\"caps\":[\"CAP_BPF\"]}", BIT(BPF), 4, 4, CULL_ARCH_X86_64, 1 },
        { "\"includes\":{\"caps\":[\"CAP_BPF\"]}", BIT(SYS_ADMIN), 4, 4, CULL_ARCH_X86_64, 0 },
        /* all of the included ones */
        { "\"includes\":{\"caps\":[\"CAP_BPF\",\"CAP_SYS_PTRACE\"]}", BIT(BPF), 4, 4,
          CULL_ARCH_X86_64, 0 },
        { "\"includes\":{\"caps\":[\"CAP_BPF\",\"CAP_SYS_PTRACE\"]}", BIT(BPF) | BIT(SYS_PTRACE), 4,
          4, CULL_ARCH_X86_64, 1 },
        /* any of the excluded ones */
        { "\"excludes\":{\"caps\":[\"CAP_BPF\",\"CAP_SYS_PTRACE\"]}", BIT(BPF), 4, 4,
          CULL_ARCH_X86_64, 0 },
        { "\"excludes\":{\"caps\":[\"CAP_BPF\",\"CAP_SYS_PTRACE\"]}", BIT(SYS_ADMIN), 4, 4,
          CULL_ARCH_X86_64, 1 },
        /* as written: a name without CAP_ is none, nor one that does not exist */
        { "\"includes\":{\"caps\":[\"BPF\"]}", ~0ull, 4, 4, CULL_ARCH_X86_64, 0 },
        { "\"excludes\":{\"caps\":[\"bpf\"]}", ~0ull, 4, 4, CULL_ARCH_X86_64, 1 },
        { "\"includes\":{\"caps\":[\"CAP_NOT\"]}", ~0ull, 4, 4, CULL_ARCH_X86_64, 0 },
        { "\"includes\":{\"arches\":[\"amd64\",\"x32\"]}", 0, 4, 4, CULL_ARCH_X86_64, 1 },
        { "\"includes\":{\"arches\":[\"x86_64\"]}", 0, 4, 4, CULL_ARCH_X86_64, 0 },
        { "\"includes\":{\"arches\":[\"arm64\"]}", 0, 4, 4, CULL_ARCH_X86_64, 0 },
        { "\"includes\":{\"arches\":[\"arm64\"]}", 0, 4, 4, CULL_ARCH_AARCH64, 1 },
        { "\"excludes\":{\"arches\":[\"s390\",\"s390x\"]}", 0, 4, 4, CULL_ARCH_S390X, 0 },
        { "\"excludes\":{\"arches\":[\"s390\",\"s390x\"]}", 0, 4, 4, CULL_ARCH_X86_64, 1 },
        { "\"includes\":{\"minKernel\":\"4.8\"}", 0, 4, 7, CULL_ARCH_X86_64, 0 },
        { "\"includes\":{\"minKernel\":\"4.8\"}", 0, 4, 8, CULL_ARCH_X86_64, 1 },
        { "\"includes\":{\"minKernel\":\"4.8\"}", 0, 5, 0, CULL_ARCH_X86_64, 1 },
        { "\"includes\":{\"minKernel\":\"4.8\"}", 0, 3, 19, CULL_ARCH_X86_64, 0 },
        { "\"excludes\":{\"minKernel\":\"4.8\"}", 0, 4, 8, CULL_ARCH_X86_64, 0 },
        { "\"excludes\":{\"minKernel\":\"4.8\"}", 0, 4, 7, CULL_ARCH_X86_64, 1 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct cull_target target = { .arch = cases[i].arch,
                                      .caps = cases[i].caps,
                                      .kernel_major = cases[i].major,
                                      .kernel_minor = cases[i].minor };

        if (left_of(cases[i].selectors, &target) != cases[i].left)
            fail_msg("case %zu: %s", i, cases[i].selectors);
    }
}

static void architectures_begin_with_the_native_one(void **state)
{
    static const struct {
        const char *text;
        enum cull_arch native;
        const char *archs;
    } cases[] = {
        { "", CULL_ARCH_X86_64, "x86_64" },
        { ",\"architectures\":[\"SCMP_ARCH_X86\",\"SCMP_ARCH_X86_64\",\"SCMP_ARCH_X86\"]",
          CULL_ARCH_X86_64, "x86_64 x86" },
        { ",\"archMap\":[{\"architecture\":\"SCMP_ARCH_X86_64\",\"subArchitectures\":"
          "[\"SCMP_ARCH_X86\",\"SCMP_ARCH_X32\"]},{\"architecture\":\"SCMP_ARCH_X86_64\","
          "\"subArchitectures\":[\"SCMP_ARCH_ARM\"]}]",
          CULL_ARCH_X86_64, "x86_64 x86 x32" }, /* the first entry only */
        { ",\"archMap\":[{\"architecture\":\"SCMP_ARCH_X86_64\",\"subArchitectures\":"
          "[\"SCMP_ARCH_X86\"]}]",
          CULL_ARCH_AARCH64, "aarch64" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct cull_target target = { .arch = cases[i].native, .kernel_major = 6 };
        cull_auto(profile) profile = NULL;
        cull_auto(profile) resolved = NULL;
        cull_auto_text archs = { 0 };
        char text[512];

        snprintf(text, sizeof text, "{\"defaultAction\":\"SCMP_ACT_LOG\"%s}", cases[i].text);
        assert_int_equal(cull_profile_parse("x", text, strlen(text), &profile, NULL), 0);
        assert_int_equal(cull_profile_resolve(profile, &target, &resolved, NULL), 0);
        for (size_t j = 0; j < resolved->archs_count; j++)
            cull_text_add(&archs, "%s%s", j > 0 ? " " : "",
                          cull_arch_info(resolved->archs[j])->name);
        assert_string_equal(archs.data, cases[i].archs);
        assert_int_equal(resolved->arch_map_count, 0);
    }
}

/* The original may go first, and its findings come along. */
static void the_resolved_profile_stands_alone(void **state)
{
    static const char text[] =
        "{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"listenerPath\":\"/run/a\",\"foo\":1,\"syscalls\":["
        "{\"names\":[\"raed\"],\"action\":\"SCMP_ACT_ALLOW\",\"comment\":\"c\",\"args\":[{"
        "\"index\":1,\"value\":2,\"op\":\"SCMP_CMP_GT\"}]}]}";
    struct cull_target target = { .arch = CULL_ARCH_X86_64, .kernel_major = 6 };
    cull_auto(profile) profile = NULL;
    cull_auto(profile) resolved = NULL;

    (void)state;
    assert_int_equal(cull_profile_parse("x", text, sizeof text - 1, &profile, NULL), 0);
    assert_int_equal(cull_profile_resolve(profile, &target, &resolved, NULL), 0);
    cull_profile_free(TAKE(profile));
    assert_string_equal(resolved->source, "x");
    assert_string_equal(resolved->listener_path, "/run/a");
    assert_string_equal(resolved->rules[0].names[0].place.path, "syscalls[0].names[0]");
    assert_string_equal(resolved->rules[0].names[0].place.source, "x");
    assert_int_equal(resolved->rules[0].conditions[0].op, CULL_CMP_GT);
    assert_int_equal(resolved->findings_count, 2);
    assert_string_equal(resolved->findings[0].code, "unknown-key");
    assert_string_equal(resolved->findings[1].code, "unknown-syscall");
    assert_non_null(strstr(resolved->findings[1].message, "did you mean \"read\"?"));
}

static void what_cannot_be_is_refused(void **state)
{
    static const char *const names[] = { "write" };
    struct cull_target target = { .arch = CULL_ARCH_X86_64, .kernel_major = 6 };
    cull_auto(profile) profile = NULL;
    cull_auto(profile) resolved = NULL;
    struct cull_error error = { 0 };

    (void)state;
    assert_int_equal(cull_profile_new(&profile, NULL), 0);
    assert_int_equal(cull_profile_add_rule(profile, CULL_ACT_NOTIFY, false, 0, NULL, names, 1), 0);
    assert_int_equal(cull_profile_resolve(profile, &target, &resolved, &error), -EINVAL);
    assert_string_equal(error.message, "SCMP_ACT_NOTIFY cannot be used for write");
    profile->rules_count = 0;
    profile->default_action = CULL_ACT_NOTIFY;
    assert_int_equal(cull_profile_resolve(profile, &target, &resolved, &error), -EINVAL);
    assert_null(resolved);
}

static void this_machine_is_a_target(void **state)
{
    struct cull_target target = { 0 };

    (void)state;
    assert_int_equal(cull_target_default(&target, NULL), 0);
    assert_true(target.kernel_major >= 4);
    assert_int_equal(target.arch, cull_arch_native());
    assert_true(target.caps == CULL_CAPS_DOCKER_DEFAULT);
    assert_false(target.caps >> SYS_ADMIN & 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(selectors_choose),
        cmocka_unit_test(architectures_begin_with_the_native_one),
        cmocka_unit_test(the_resolved_profile_stands_alone),
        cmocka_unit_test(what_cannot_be_is_refused),
        cmocka_unit_test(this_machine_is_a_target),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
