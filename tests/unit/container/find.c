/* SPDX-License-Identifier: Apache-2.0 */
#include "tree.h"

static void expect_init(const char *root, const char *wanted, pid_t init)
{
    cull_auto(container) container = must_find(root, wanted);

    if (container->init_pid != init)
        fail_msg("%s: %d is not %d", wanted, container->init_pid, init);
}

/* words: NULL, or what the message must say. */
static void expect_error(const char *root, const char *wanted, int expected, const char *words)
{
    struct cull_container *container = NULL;
    struct cull_error error = { 0 };

    assert_int_equal(cull_container_find_in(tree(root), wanted, &container, &error), expected);
    assert_null(container);
    assert_int_equal(error.code, -expected);
    if (strstr(error.message, words) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", error.message, words);
}

static void a_beginning_of_an_id_will_do(void **state)
{
    (void)state;
    expect_init("hybrid", "91434ac03fae8c9a91434ac03fae8c9a91434ac03fae8c9a91434ac03fae8c9a", 101);
    expect_init("hybrid", "91434ac03fae", 101);
    expect_init("hybrid", "9143", 101);
    expect_error("hybrid", "914", -ENOENT, "no running container is called \"914\"");
    expect_error("hybrid", "91434ac03fab", -ENOENT, "no running container");
    expect_error("hybrid", "9143g", -ENOENT, "no running container");
    /* a free name is not an id */
    expect_error("hybrid", "build", -ENOENT, "no running container");
}

static void several_are_named(void **state)
{
    (void)state;
    expect_error("unified", "web", -ENOTUNIQ,
                 "web (docker abcd0001abcd), web (podman abcd0002abcd)");
    expect_error("unified", "abcd", -ENOTUNIQ, "\"abcd\" is more than one container: ");
    expect_error("unified", "prod/shop-v8sql", -ENOTUNIQ, "prod/shop-v8sql:api (containerd 2f29");
    expect_error("unified", "prod/shop-v8sql", -ENOTUNIQ, "prod/shop-v8sql:side-car (containerd");
    expect_init("unified", "abcd0002", 201);
}

static void pods_are_found_by_name(void **state)
{
    (void)state;
    expect_init("unified", "prod/shop-v8sql:api", 302);
    expect_init("unified", "prod/shop-v8sql:side-car", 303);
    expect_init("unified", "kube-system/etcd-node1", 411); /* its sandbox is not meant */
    expect_init("unified", "kube-system/etcd-node1:etcd", 411);
    expect_init("unified", "kube-system/coredns-1:dns", 504);
    expect_error("unified", "prod/shop-v8", -ENOENT, "no running container");
    expect_error("unified", "prod/shop-v8sql:", -ENOENT, "no running container");
    expect_error("unified", "shop-v8sql", -ENOENT, "running: ");
}

static void any_process_of_it_will_do(void **state)
{
    (void)state;
    expect_init("hybrid", "pid:101", 101);
    expect_init("hybrid", "pid:102", 101); /* a worker */
    expect_init("hybrid", "pid:120", 101); /* started by exec */
    expect_init("hybrid", "pid:301", 305);
    expect_init("hybrid", "pid:302", 305);
    expect_init("hybrid", "pid:452", 451); /* without a cgroup of its own */
    expect_init("hybrid", "pid:502", 501);
    expect_init("unified", "pid:103", 101);
    expect_init("unified", "pid:502", 501); /* a cluster node's kubelet */
    expect_init("unified", "pid:503", 501); /* its shim is the node's */
    expect_init("unified", "pid:504", 504); /* and what the shim looks after is not */
}

static void a_process_may_be_in_none(void **state)
{
    static const pid_t outside[] = { 1, 100, 400, 453, 600, 601 };

    (void)state;
    for (size_t i = 0; i < sizeof outside / sizeof outside[0]; i++) {
        struct cull_container *container = (struct cull_container *)&outside;
        char name[32];

        assert_int_equal(cull_container_of_pid_in(tree("hybrid"), outside[i], &container, NULL), 0);
        assert_null(container);
        snprintf(name, sizeof name, "pid:%d", outside[i]);
        expect_error("hybrid", name, -ENODEV, "is in no container");
    }
    expect_error("hybrid", "pid:9999", -ESRCH, "there is no process 9999");
    expect_error("unified", "pid:700", -ESRCH, "there is no process 700"); /* a zombie */
    expect_error("hybrid", "pid:", -ESRCH, "pid:4242");
    expect_error("hybrid", "pid:-1", -ESRCH, "pid:4242");
    expect_error("hybrid", "pid:99999999999", -ESRCH, "pid:4242");
}

static void the_running_ones_are_named(void **state)
{
    (void)state;
    expect_error("hybrid", "wbe", -ENOENT, "web (docker 91434ac03fae), db (docker f652791ff652)");
    expect_error("hybrid", "wbe", -ENOENT, "build-7 (containerd build-7)");
    expect_error("quiet", "web", -ENOENT, "running: none");
}

static void a_stopped_one_is_told_from_none(void **state)
{
    (void)state;
    expect_error("hybrid", "nightly", -ENOENT,
                 "the docker container \"nightly\" exists but is not "
                 "running: start it with \"docker start nightly\"");
    expect_error("hybrid", "5e5e5e", -ENOENT, "\"docker start nightly\"");
    /* below the folder that a running one shows */
    expect_error("hybrid", "weekly", -ENOENT, "\"docker start weekly\"");
    /* below the daemon's own folder, from its command line and its configuration */
    expect_error("hybrid", "monthly", -ENOENT, "\"docker start monthly\"");
    expect_error("unified", "yearly", -ENOENT, "\"docker start yearly\"");
    expect_error("hybrid", "batch", -ENOENT, "\"podman start batch\"");
}

/* On the real host: this test is in no container that it could see, or in one; both are answers. */
static void our_own_process_has_an_answer(void **state)
{
    cull_auto(container) container = NULL;
    int r;

    (void)state;
    r = cull_container_of_pid(getpid(), &container, NULL);
    assert_true(r == 0 || r == -EACCES);
    assert_int_equal(cull_container_of_pid(-1, &container, NULL), r == 0 ? -ESRCH : -EACCES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_beginning_of_an_id_will_do),
        cmocka_unit_test(several_are_named),
        cmocka_unit_test(pods_are_found_by_name),
        cmocka_unit_test(any_process_of_it_will_do),
        cmocka_unit_test(a_process_may_be_in_none),
        cmocka_unit_test(the_running_ones_are_named),
        cmocka_unit_test(a_stopped_one_is_told_from_none),
        cmocka_unit_test(our_own_process_has_an_answer),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
