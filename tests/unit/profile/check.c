/* SPDX-License-Identifier: Apache-2.0 */
/* Every finding has its profile here, with its place; a finding that is not expected is a failure. */
#include <errno.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>
#include <syscull/profile.h>

#include <cmocka.h>

#define ARCHS "\"architectures\":[\"SCMP_ARCH_X86_64\"]"
#define OPEN "{\"defaultAction\":\"SCMP_ACT_ALLOW\"," ARCHS
#define DENY "{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"defaultErrnoRet\":38," ARCHS
#define RULES ",\n\"syscalls\":["
#define ALLOW_READ "{\"names\":[\"read\"],\"action\":\"SCMP_ACT_ALLOW\"}"
#define KILL_READ "{\"names\":[\"read\"],\"action\":\"SCMP_ACT_KILL_PROCESS\"}"
#define WITH(index, value, two, op) \
    "{\"index\":" #index ",\"value\":" #value ",\"valueTwo\":" #two ",\"op\":\"SCMP_CMP_" op "\"}"
#define READ_WITH(action, args) \
    "{\"names\":[\"read\"],\"action\":\"SCMP_ACT_" action "\",\"args\":[" args "]}"

static const struct {
    const char *text;
    const char *findings; /* "line:column code" each, in order */
} cases[] = {
    { DENY RULES ALLOW_READ "]}", "" },
    { OPEN "}", "" },
    { "{\"defaultAction\":\"SCMP_ACT_ALLOW\"}", "1:18 arch-missing" },
    { "{}", "1:1 empty-is-unconfined" },
    { DENY ",\"sycalls\":[]}", "1:93 unknown-key" },
    { DENY ",\"Syscalls\":[]}", "1:93 key-case" },
    { DENY ",\"comment\":\"none\"}", "" },
    { DENY ",\"$schema\":\"none\"}", "1:93 unknown-key" },
    { DENY RULES "{\"names\":[\"raed\"],\"action\":\"SCMP_ACT_ALLOW\"}]}", "2:23 unknown-syscall" },
    { DENY RULES "{\"names\":[\"socketcall\",\"arm_fadvise64_64\"],"
                 "\"action\":\"SCMP_ACT_ALLOW\"}]}",
      "" },
    { DENY RULES "{\"name\":\"read\",\"action\":\"SCMP_ACT_ALLOW\"}]}", "2:21 legacy-name" },
    { DENY RULES "{\"names\":[],\"action\":\"SCMP_ACT_ALLOW\"}]}", "2:22 names-empty" },
    { DENY RULES "{\"names\":[\"read\",\"read\"],\"action\":\"SCMP_ACT_ALLOW\"}]}",
      "2:30 duplicate-name" },
    { DENY RULES ALLOW_READ "," ALLOW_READ "]}", "2:68 duplicate-name" },
    { DENY RULES ALLOW_READ "," KILL_READ "]}", "2:68 shadowed-rule" },
    { DENY RULES ALLOW_READ "," READ_WITH("KILL_PROCESS", WITH(0, 1, 0, "EQ")) "]}",
      "2:68 shadowed-rule" },
    { DENY RULES READ_WITH("ALLOW", WITH(0, 1, 0, "EQ")) "," KILL_READ "]}",
      "2:131 condition-overridden" },
    { DENY RULES READ_WITH("ALLOW", WITH(0, 1, 0, "EQ")) "," READ_WITH("KILL_PROCESS",
                                                                       WITH(0, 1, 0, "EQ")) "]}",
      "2:131 conflicting-rules" },
    { OPEN RULES ALLOW_READ "]}", "2:13 same-as-default" },
    { DENY RULES READ_WITH("ALLOW", WITH(0, 1, 0, "EQ") "," WITH(0, 2, 0, "EQ")) "]}",
      "2:64 same-argument-twice" },
    { DENY RULES READ_WITH("ALLOW", WITH(0, 1, 2, "EQ")) "]}", "2:65 value-two-unused" },
    { DENY RULES READ_WITH("ALLOW", WITH(0, 0, 0, "MASKED_EQ")) "]}", "2:65 mask-zero" },
    { DENY RULES READ_WITH("ALLOW", WITH(0, 1, 3, "MASKED_EQ")) "]}", "2:65 value-outside-mask" },
    { "{\"defaultAction\":\"SCMP_ACT_KILL\",\"architectures\":[\"SCMP_ARCH_X86\"]" RULES READ_WITH(
          "ALLOW", WITH(0, 4294967296, 0, "EQ")) "]}",
      "2:65 value-cut" },
    { DENY ",\"listenerMetadata\":\"x\"}", "1:112 metadata-without-listener" },
    { DENY ",\"listenerPath\":\"/x\"}", "1:18 listener-unused" },
    { DENY RULES "{\"names\":[\"mount\"],\"action\":\"SCMP_ACT_NOTIFY\"}]}",
      "2:13 notify-without-listener" },
    { DENY ",\"flags\":[\"SECCOMP_FILTER_FLAG_LOG\"]}", "1:101 flags-need-runc-1.2" },
    { DENY ",\"flags\":[]}", "" },
    { DENY ",\"flags\":[\"SECCOMP_FILTER_FLAG_TSYNC\",\"SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV\"]}",
      "1:101 flag-needs-runc-1.5, 1:101 flags-need-runc-1.2, 1:101 flag-without-effect" },
    { "{\"defaultAction\":\"SCMP_ACT_ERRNO\"," ARCHS RULES ALLOW_READ "]}",
      "1:18 eperm-for-new-syscalls" },
    { "{\"defaultAction\":\"SCMP_ACT_KILL_PROCESS\"," ARCHS RULES
      "{\"names\":[\"clone\"],\"action\":\"SCMP_ACT_ALLOW\"}]}",
      "1:18 clone3-without-enosys" },
    { DENY RULES "{\"names\":[\"clone\"],\"action\":\"SCMP_ACT_ALLOW\"},"
                 "{\"names\":[\"clone3\"],\"action\":\"SCMP_ACT_ERRNO\"}]}",
      "2:59 clone3-without-enosys" },
    { DENY RULES "{\"names\":[\"clone\"],\"action\":\"SCMP_ACT_ALLOW\"}]}", "" },
    { "{\"defaultAction\":\"SCMP_ACT_LOG\",\"architectures\":[\"SCMP_ARCH_S390X\"]}",
      "1:18 arch-endianness" },
    { "{\"defaultAction\":\"SCMP_ACT_LOG\",\"architectures\":[\"SCMP_ARCH_SH\"]}",
      "1:18 arch-unknown-to-runc" },
    { DENY RULES "{\"names\":[\"read\"],\"action\":\"SCMP_ACT_ERRNO\",\"errnoRet\":0}]}",
      "2:68 errno-zero" },
    { DENY RULES "{\"names\":[\"read\"],\"action\":\"SCMP_ACT_ALLOW\",\"includes\":{\"caps\":["
                 "\"SYS_ADMIN\"],\"arches\":[\"x86_64\"]}}]}",
      "2:68 docker-only-condition, 2:77 unknown-capability, 2:100 unknown-architecture" },
    { "defaultAction: SCMP_ACT_ERRNO\ndefaultErrnoRet: 38\narchitectures: [SCMP_ARCH_X86_64]\n",
      "1:1 not-json" },
};

static void each_finding_has_its_place(void **state)
{
    static const struct cull_target target = { .arch = CULL_ARCH_X86_64,
                                               .caps = CULL_CAPS_DOCKER_DEFAULT,
                                               .kernel_major = 6 };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        cull_auto(profile) profile = NULL;
        cull_auto_memory struct cull_finding *findings = NULL;
        cull_auto_text seen = { 0 };
        struct cull_error error = { 0 };
        size_t count = 0;

        cull_text_append(&seen, "", 0);
        if (cull_profile_parse("x", cases[i].text, strlen(cases[i].text), &profile, &error) < 0 ||
            cull_profile_check(profile, &target, &findings, &count, &error) < 0)
            fail_msg("%s: %s", cases[i].text, error.message);
        for (size_t j = 0; j < count; j++) {
            cull_text_add(&seen, "%s%u:%u %s", j > 0 ? ", " : "", findings[j].place.line,
                          findings[j].place.column, findings[j].code);
            assert_string_equal(findings[j].place.source, "x");
            assert_true(findings[j].message[0] != '\0');
        }
        if (strcmp(seen.data, cases[i].findings) != 0)
            fail_msg("%s\n  gives %s\n  not   %s", cases[i].text, seen.data, cases[i].findings);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_finding_has_its_place),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
