/* SPDX-License-Identifier: Apache-2.0 */
/* Containers of which only the path of a cgroup is left. */
#include "tree.h"

#include <stdlib.h>

#define WEB "91434ac03fae8c9a91434ac03fae8c9a91434ac03fae8c9a91434ac03fae8c9a"
#define GONE "0011223344556677889900112233445566778899001122334455667788990011"
#define POD "/kubepods/burstable/pod6f3f2b1c-0d8e-4a51-9c7e-1b2a3c4d5e6f/" GONE

static struct cull_container *of(const char *root, const char *path)
{
    struct cull_container *container = NULL;
    struct cull_error error;

    if (cull_container_of_cgroup_in(root, path, &container, &error) < 0)
        fail_msg("%s: %s", path, error.message);
    return container;
}

static void its_supervisor_and_its_engine_tell(void **state)
{
    cull_auto(container) container = of(tree("hybrid"), "/docker/" WEB "/inner");

    (void)state;
    assert_non_null(container);
    assert_int_equal(container->engine, CULL_ENGINE_DOCKER);
    assert_string_equal(container->id, WEB);
    assert_string_equal(container->name, "web");
    assert_string_equal(container->image, "site:1");
    assert_int_equal(container->init_pid, 0);
}

static void an_id_is_better_than_nothing(void **state)
{
    cull_auto(container) container = of(tree("hybrid"), "/docker/" GONE);

    (void)state;
    assert_non_null(container);
    assert_int_equal(container->engine, CULL_ENGINE_DOCKER);
    assert_string_equal(container->id, GONE);
    assert_null(container->name);
}

static void other_paths_are_no_containers(void **state)
{
    static const char *const paths[] = { "", "/", "/user.slice/user-0.slice/session-1.scope",
                                         "/docker", "/docker/0011223344" };

    (void)state;
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        assert_null(of(tree("hybrid"), paths[i]));
}

/* A host with nothing but the kubelet's links to logs, and one process so that /proc is one. */
static void the_kubelets_links_tell_the_pod(void **state)
{
    char root[] = "/tmp/syscull-ended-XXXXXX", command[8192];
    cull_auto(container) container = NULL;

    (void)state;
    assert_non_null(mkdtemp(root));
    snprintf(command, sizeof command,
             "cp -r %s/proc %s/ && mkdir -p %s/var/log/containers && cd %s/var/log/containers && "
             ": >shop-7d9f_demo_front-end-" GONE ".log && : >other_demo_x-" WEB ".log",
             tree("hybrid"), root, root, root);
    assert_int_equal(system(command), 0);
    container = of(root, POD);
    snprintf(command, sizeof command, "rm -r %s", root);
    assert_int_equal(system(command), 0);
    assert_non_null(container);
    assert_string_equal(container->pod_name, "shop-7d9f");
    assert_string_equal(container->pod_namespace, "demo");
    assert_string_equal(container->pod_container, "front-end");
    assert_string_equal(container->name, "front-end");
    assert_string_equal(container->pod_uid, "6f3f2b1c-0d8e-4a51-9c7e-1b2a3c4d5e6f");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(its_supervisor_and_its_engine_tell),
        cmocka_unit_test(an_id_is_better_than_nothing),
        cmocka_unit_test(other_paths_are_no_containers),
        cmocka_unit_test(the_kubelets_links_tell_the_pod),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
