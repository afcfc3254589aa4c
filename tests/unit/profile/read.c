/* SPDX-License-Identifier: Apache-2.0 */
/* What is read is what was written: the model of each of the three shapes; and building one in code. */
#include <errno.h>
#include <setjmp.h>
#include <string.h>
#include <syscull/profile.h>

#include <cmocka.h>

static struct cull_profile *parse(const char *text)
{
    struct cull_profile *profile = NULL;
    struct cull_error error = { 0 };

    if (cull_profile_parse("x", text, strlen(text), &profile, &error) < 0)
        fail_msg("%u:%u: %s: %s", error.line, error.column, error.path, error.message);
    return profile;
}

static void oci_is_read(void **state)
{
    cull_auto(profile) p = parse(
        "{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"defaultErrnoRet\":38,"
        "\"architectures\":[\"SCMP_ARCH_X86_64\",\"SCMP_ARCH_X32\"],"
        "\"flags\":[\"SECCOMP_FILTER_FLAG_LOG\"],"
        "\"listenerPath\":\"/run/a\",\"listenerMetadata\":\"m\",\n"
        "\"syscalls\":[{\"names\":[\"personality\",\"mount\"],\"action\":\"SCMP_ACT_TRACE\","
        "\"args\":[{\"index\":5,\"value\":18446744073709551615,\"valueTwo\":7,"
        "\"op\":\"SCMP_CMP_MASKED_EQ\"}]},"
        "{\"names\":[\"read\"],\"action\":\"SCMP_ACT_KILL\",\"errnoRet\":null}]}");

    (void)state;
    assert_int_equal(p->format, CULL_FORMAT_OCI);
    assert_int_equal(p->default_action, CULL_ACT_ERRNO);
    assert_int_equal(p->default_errno, 38);
    assert_true(p->has_default_errno);
    assert_int_equal(p->archs_count, 2);
    assert_int_equal(p->archs[1], CULL_ARCH_X32);
    assert_int_equal(p->flags, 2);
    assert_string_equal(p->listener_path, "/run/a");
    assert_int_equal(p->rules_count, 2);
    assert_string_equal(p->rules[0].names[1].text, "mount");
    assert_string_equal(p->rules[0].names[1].place.path, "syscalls[0].names[1]");
    assert_int_equal(p->rules[0].names[1].place.line, 2);
    assert_int_equal(p->rules[0].errno_ret, EPERM); /* TRACE's data, too */
    assert_false(p->rules[0].has_errno);
    assert_int_equal(p->rules[0].conditions[0].index, 5);
    assert_true(p->rules[0].conditions[0].value == UINT64_MAX);
    assert_true(p->rules[0].conditions[0].value_two == 7);
    assert_int_equal(p->rules[1].action, CULL_ACT_KILL_THREAD); /* not the process */
    assert_int_equal(p->rules[1].errno_ret, 0);
}

static void docker_is_read(void **state)
{
    cull_auto(profile) p = parse(
        "{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"archMap\":[{\"architecture\":\"SCMP_ARCH_X86_64\","
        "\"subArchitectures\":[\"SCMP_ARCH_X86\"]}],\"syscalls\":[{\"name\":\"read\","
        "\"action\":\"SCMP_ACT_ALLOW\",\"comment\":\"c\",\"includes\":{\"caps\":[\"CAP_BPF\"],"
        "\"arches\":[\"amd64\"],\"minKernel\":\"4.8\"},\"excludes\":{\"minKernel\":\"\"}}]}");
    const struct cull_rule *rule = &p->rules[0];

    (void)state;
    assert_int_equal(p->format, CULL_FORMAT_DOCKER);
    assert_int_equal(p->default_errno, EPERM);
    assert_false(p->has_default_errno);
    assert_int_equal(p->arch_map_count, 1);
    assert_int_equal(p->arch_map[0].sub[0], CULL_ARCH_X86);
    assert_string_equal(rule->names[0].text, "read");
    assert_string_equal(rule->comment, "c");
    assert_string_equal(rule->includes.caps[0], "CAP_BPF");
    assert_string_equal(rule->includes.arches[0], "amd64");
    assert_int_equal(rule->includes.kernel_major, 4);
    assert_int_equal(rule->includes.kernel_minor, 8);
    assert_int_equal(rule->excludes.kernel_major, 0);
}

static void containers_errno_names_override(void **state)
{
    cull_auto(profile)
        p = parse("{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"defaultErrno\":\"ENOSYS\",\"syscalls\":["
                  "{\"names\":[\"read\"],\"action\":\"SCMP_ACT_ERRNO\",\"errno\":\"13\","
                  "\"errnoRet\":1},{\"names\":[\"write\"],\"action\":\"SCMP_ACT_ERRNO\","
                  "\"errno\":\"\",\"errnoRet\":2}]}");

    (void)state;
    assert_int_equal(p->default_errno, 38);
    assert_int_equal(p->rules[0].errno_ret, 13);
    assert_int_equal(p->rules[1].errno_ret, 2);
    assert_int_equal(p->findings_count, 2); /* Docker gives other numbers for two of them */
    assert_string_equal(p->findings[0].code, "containers-only-errno");
}

static void kubernetes_is_read(void **state)
{
    cull_auto(profile)
        p = parse("apiVersion: security-profiles-operator.x-k8s.io/v1beta1\nkind: SeccompProfile\n"
                  "metadata: {name: web}\nspec:\n  defaultAction: SCMP_ACT_LOG\n  syscalls:\n"
                  "  - action: SCMP_ACT_ALLOW\n    names: [read]\n    Includes: {}\n");

    (void)state;
    assert_int_equal(p->format, CULL_FORMAT_KUBERNETES);
    assert_string_equal(p->name, "web");
    assert_int_equal(p->default_action, CULL_ACT_LOG);
    assert_string_equal(p->rules[0].names[0].place.path, "spec.syscalls[0].names[0]");
    assert_int_equal(p->rules[0].names[0].place.line, 8);
    assert_int_equal(p->findings_count, 1);
    assert_string_equal(p->findings[0].code, "unknown-key");
}

static void config_json_is_read(void **state)
{
    cull_auto(profile) p = parse("{\"ociVersion\":\"1.0.2\",\"linux\":{\"seccomp\":"
                                 "{\"defaultAction\":\"SCMP_ACT_KILL_PROCESS\"}}}");

    (void)state;
    assert_int_equal(p->default_action, CULL_ACT_KILL_PROCESS);
    assert_string_equal(p->default_place.path, "linux.seccomp.defaultAction");
}

static void nothing_is_unconfined(void **state)
{
    cull_auto(profile) empty = parse("{}");
    cull_auto(profile) nulls = parse("{\"defaultAction\":null,\"syscalls\":null}");
    cull_auto(profile) blank = parse("{\"defaultAction\":\"\",\"syscalls\":[]}");

    (void)state;
    assert_true(empty->is_empty);
    assert_true(nulls->is_empty);
    assert_true(blank->is_empty);
    assert_string_equal(empty->findings[0].code, "empty-is-unconfined");
}

static void profiles_are_built_in_code(void **state)
{
    static const char *const names[] = { "write", "read", "write" }, *const wrong[] = { "raed" };
    cull_auto(profile) p = NULL;
    cull_auto_text out = { 0 };

    (void)state;
    assert_int_equal(cull_profile_new(&p, NULL), 0);
    assert_int_equal(cull_profile_add_arch(p, CULL_ARCH_X86_64), 0);
    assert_int_equal(cull_profile_add_rule(p, CULL_ACT_ALLOW, false, 0, "why", names, 3), 0);
    assert_int_equal(cull_profile_add_rule(p, CULL_ACT_ERRNO, true, 38, NULL, names, 0), 0);
    assert_int_equal(cull_profile_add_rule(p, CULL_ACT_ALLOW, false, 0, NULL, wrong, 1), -EINVAL);
    for (int i = 0; i < 40; i++)
        assert_int_equal(cull_profile_add_rule(p, CULL_ACT_LOG, false, 0, NULL, names, 1), 0);
    assert_int_equal(p->rules_count, 42);
    assert_int_equal(p->rules[1].errno_ret, 38);
    assert_string_equal(p->rules[0].comment, "why");
    p->rules_count = 2;
    assert_int_equal(cull_profile_print(p, &out, NULL), 0);
    assert_string_equal(out.data, "{\n"
                                  "  \"defaultAction\": \"SCMP_ACT_ERRNO\",\n"
                                  "  \"architectures\": [\"SCMP_ARCH_X86_64\"],\n"
                                  "  \"syscalls\": [\n"
                                  "    {\n"
                                  "      \"names\": [\"read\", \"write\"],\n"
                                  "      \"action\": \"SCMP_ACT_ALLOW\"\n"
                                  "    },\n"
                                  "    {\n"
                                  "      \"names\": [],\n"
                                  "      \"action\": \"SCMP_ACT_ERRNO\",\n"
                                  "      \"errnoRet\": 38\n"
                                  "    }\n"
                                  "  ]\n"
                                  "}\n");
}

static void beginnings_are_built_in(void **state)
{
    cull_auto(profile) audit = NULL;
    cull_auto(profile) none = NULL;
    cull_auto_text out = { 0 };
    struct cull_error error = { 0 };

    (void)state;
    assert_int_equal(cull_profile_builtin("audit", &audit, &error), 0);
    assert_int_equal(cull_profile_print(audit, &out, &error), 0);
    assert_string_equal(out.data, "{\n  \"defaultAction\": \"SCMP_ACT_LOG\"\n}\n");
    assert_int_equal(cull_profile_builtin("audti", &none, &error), -ENOENT);
    assert_string_equal(error.message, "no built-in profile \"audti\", did you mean \"audit\"?");
    assert_null(none);
    for (const char *const *name = cull_profile_builtin_names(); *name != NULL; name++) {
        cull_auto(profile) p = NULL;

        assert_int_equal(cull_profile_builtin(*name, &p, &error), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(oci_is_read),
        cmocka_unit_test(docker_is_read),
        cmocka_unit_test(containers_errno_names_override),
        cmocka_unit_test(kubernetes_is_read),
        cmocka_unit_test(config_json_is_read),
        cmocka_unit_test(nothing_is_unconfined),
        cmocka_unit_test(profiles_are_built_in_code),
        cmocka_unit_test(beginnings_are_built_in),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
