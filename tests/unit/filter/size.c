/* SPDX-License-Identifier: Apache-2.0 */
/* How long the program of a real profile is, and how much of it a call runs. */
#include <setjmp.h>
#include <string.h>
#include <syscull/filter.h>

#include <cmocka.h>

/* The runtimes' default profile for x86_64 and so many of its architectures. */
static void compile_default(size_t archs, struct cull_filter **ret)
{
    const struct cull_target target = { CULL_ARCH_X86_64, CULL_CAPS_DOCKER_DEFAULT, 6, 12 };
    cull_auto(profile) profile = NULL, *resolved = NULL;
    cull_auto(policy) policy = NULL;
    struct cull_error error;

    assert_int_equal(cull_profile_builtin("runtime-default", &profile, &error), 0);
    assert_int_equal(cull_profile_resolve(profile, &target, &resolved, &error), 0);
    assert_int_equal(resolved->archs_count, 3);
    resolved->archs_count = archs;
    assert_int_equal(cull_policy_build(resolved, &policy, &error), 0);
    assert_int_equal(cull_filter_compile(policy, ret, &error), 0);
    assert_int_equal(cull_filter_check((*ret)->insns, (*ret)->count, &error), 0);
}

/* Over the calls of x86_64, arguments zero. */
static double mean_steps(const struct cull_filter *filter, unsigned *ret_worst)
{
    unsigned long sum = 0, count = 0;

    *ret_worst = 0;
    for (size_t id = 0; id < cull_syscall_count(); id++) {
        struct cull_call call = { .audit = cull_arch_info(CULL_ARCH_X86_64)->audit };
        unsigned steps;

        if (cull_syscall_nr(id, CULL_ARCH_X86_64, &call.nr) < 0)
            continue;
        cull_filter_simulate(filter, &call, &steps);
        *ret_worst = steps > *ret_worst ? steps : *ret_worst;
        sum += steps;
        count++;
    }
    return (double)sum / count;
}

static void is_short(size_t archs, size_t insns_max, double mean_max)
{
    cull_auto(filter) filter = NULL;
    unsigned worst;
    double mean;

    compile_default(archs, &filter);
    mean = mean_steps(filter, &worst);
    print_message("# docker default: %zu instructions for %zu architectures, mean %.2f executed, "
                  "worst %u\n",
                  filter->count, archs, mean, worst);
    assert_in_range(filter->count, 1, insns_max);
    assert_true(mean < mean_max);
}

static void the_default_profile_is_short_for_one_architecture(void **state)
{
    (void)state;
    is_short(1, 100, 10);
}

static void the_default_profile_is_short_for_three_architectures(void **state)
{
    (void)state;
    is_short(3, 240, 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_default_profile_is_short_for_one_architecture),
        cmocka_unit_test(the_default_profile_is_short_for_three_architectures),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
