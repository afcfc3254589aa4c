/* SPDX-License-Identifier: Apache-2.0 */
#include "tree.h"

struct expected {
    const char *name;
    enum cull_engine engine;
    pid_t init;
    uint64_t start;
    const char *image, *runtime;
    int hierarchy;
    const char *folder; /* of its cgroup, below the tree; NULL: not seen */
};

static const char *last_of(const char *path)
{
    return path != NULL ? strrchr(path, '/') + 1 : NULL;
}

static void expect(const char *root, const struct expected *expected)
{
    cull_auto(container) container = must_find(root, expected->name);
    char path[8192];
    struct stat status;

    assert_int_equal(container->engine, expected->engine);
    assert_int_equal(container->init_pid, expected->init);
    assert_int_equal(container->init_start_ticks, expected->start);
    assert_text(container->image, expected->image);
    assert_text(container->runtime, expected->runtime);
    assert_text(last_of(container->cgroup_path), expected->folder);
    assert_int_equal(container->cgroup_hierarchy, expected->hierarchy);
    if (expected->folder == NULL) {
        assert_int_equal(container->cgroup_id, 0);
        return;
    }
    snprintf(path, sizeof path, "%s%s", tree(root), container->cgroup_path);
    assert_int_equal(stat(path, &status), 0);
    assert_true(container->cgroup_id == status.st_ino);
}

#define WEB "91434ac03fae8c9a91434ac03fae8c9a91434ac03fae8c9a91434ac03fae8c9a"
#define DB "f652791ff652791ff652791ff652791ff652791ff652791ff652791ff652791f"
#define CACHE "libpod-9907b62d9907b62d9907b62d9907b62d9907b62d9907b62d9907b62d9907b62d"

static void hybrid_hosts_show_all_engines(void **state)
{
    static const struct expected all[] = {
        { "web", CULL_ENGINE_DOCKER, 101, 500, "site:1", "runc", 4, WEB },
        /* its memory cgroup is not seen here: the next hierarchy */
        { "db", CULL_ENGINE_DOCKER, 201, 600, "postgres:15", "crun", 8, DB },
        /* in the host's pid namespace, below a parent of the user's, with another one's network */
        { "own", CULL_ENGINE_DOCKER, 305, 700, "tiny", "runc", 0, NULL },
        { "cache", CULL_ENGINE_PODMAN, 401, 650, "localhost/redis:7", "crun", 4, CACHE },
        { "nocg", CULL_ENGINE_PODMAN, 451, 660, NULL, "crun", 0, NULL },
        { "build-7", CULL_ENGINE_CONTAINERD, 501, 670, NULL, "runc", 0, NULL },
    };
    cull_auto(containers) containers = NULL;

    (void)state;
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        expect("hybrid", &all[i]);
    assert_int_equal(cull_containers_list_in(tree("hybrid"), &containers, NULL), 0);
    assert_int_equal(containers->count, sizeof all / sizeof all[0]);
}

#define ID8(a) a a a a a a a a
#define SCOPE(prefix, a) prefix "-" ID8(a) ".scope"

static void unified_hosts_show_all_engines(void **state)
{
    static const struct expected all[] = {
        { ID8("abcd0001"), CULL_ENGINE_DOCKER, 101, 500, "site", "runc", 0,
          SCOPE("docker", "abcd0001") },
        /* its processes are one folder below */
        { ID8("abcd0002"), CULL_ENGINE_PODMAN, 201, 510, NULL, "crun", 0,
          SCOPE("libpod", "abcd0002") },
        { "api", CULL_ENGINE_CONTAINERD, 302, 902, "shop/api:2", "crun", 0,
          SCOPE("cri-containerd", "2f29df5c") },
        { "etcd", CULL_ENGINE_CRIO, 411, 1110, "registry/etcd:3", "runc", 0, NULL },
        { "kind-control-plane", CULL_ENGINE_DOCKER, 501, 800, "kindest/node", NULL, 0,
          "d0cdd0cdd0cdd0cdd0cdd0cdd0cdd0cdd0cdd0cdd0cdd0cdd0cdd0cdd0cdd0cd" },
        /* its shim sees other files than we do */
        { "dns", CULL_ENGINE_CONTAINERD, 504, 803, "coredns", NULL, 0,
          "1221122112211221122112211221122112211221122112211221122112211221" },
        { "orphan", CULL_ENGINE_PODMAN, 600, 900, "localhost/o:1", NULL, 0, NULL },
    };
    cull_auto(containers) containers = NULL;

    (void)state;
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        expect("unified", &all[i]);
    assert_int_equal(cull_containers_list_in(tree("unified"), &containers, NULL), 0);
    /* and the side-car and two sandboxes */
    assert_int_equal(containers->count, sizeof all / sizeof all[0] + 3);
}

static void pods_are_known_by_their_annotations(void **state)
{
    cull_auto(container) car = must_find("unified", "prod/shop-v8sql:side-car");
    cull_auto(container) etcd = must_find("unified", "kube-system/etcd-node1");
    cull_auto(container) sandbox = must_find("unified", "a76a435b");

    (void)state;
    assert_string_equal(car->pod_name, "shop-v8sql");
    assert_string_equal(car->pod_namespace, "prod");
    assert_string_equal(car->pod_container, "side-car");
    assert_string_equal(car->pod_uid, "729c88af-bbbb-44a6-abe5-808f5f44f6d7");
    assert_int_equal(car->init_pid, 303);
    assert_int_equal(etcd->init_pid, 411);
    assert_string_equal(etcd->pod_uid, "0123456789abcdef0123456789abcdef");
    assert_string_equal(sandbox->pod_name, "shop-v8sql");
    assert_null(sandbox->pod_container);
    assert_null(sandbox->name);
}

static void namespaces_are_numbers(void **state)
{
    cull_auto(container) web = must_find("hybrid", "web");

    (void)state;
    assert_true(web->mount_ns == 4026532178);
    assert_true(web->pid_ns == 4026532181);
}

static void a_host_without_containers_is_no_error(void **state)
{
    cull_auto(containers) containers = NULL;

    (void)state;
    assert_int_equal(cull_containers_list_in(tree("quiet"), &containers, NULL), 0);
    assert_int_equal(containers->count, 0);
}

static void hidden_processes_are_an_error(void **state)
{
    struct cull_containers *containers = NULL;
    struct cull_error error;

    (void)state;
    assert_int_equal(cull_containers_list_in(tree("hidden"), &containers, &error), -EACCES);
    assert_non_null(strstr(error.message, "hidepid"));
    assert_null(containers);
    assert_int_equal(cull_containers_list_in(tree("no-such-tree"), &containers, &error), -ENOENT);
}

/* The real host, whatever runs there: every container must be found again by its init. */
static void this_host_is_consistent(void **state)
{
    cull_auto(containers) containers = NULL;
    struct cull_error error;

    (void)state;
    if (geteuid() != 0) {
        print_message("only root sees all of a host\n");
        skip();
    }
    assert_int_equal(cull_containers_list(&containers, &error), 0);
    for (size_t i = 0; i < containers->count; i++) {
        const struct cull_container *container = containers->items[i];
        cull_auto(container) again = NULL;

        /* It may end while we look. */
        if (cull_container_of_pid(container->init_pid, &again, NULL) == 0 && again != NULL &&
            again->init_start_ticks == container->init_start_ticks)
            assert_string_equal(again->id, container->id);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hybrid_hosts_show_all_engines),
        cmocka_unit_test(unified_hosts_show_all_engines),
        cmocka_unit_test(pods_are_known_by_their_annotations),
        cmocka_unit_test(namespaces_are_numbers),
        cmocka_unit_test(a_host_without_containers_is_no_error),
        cmocka_unit_test(hidden_processes_are_an_error),
        cmocka_unit_test(this_host_is_consistent),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
