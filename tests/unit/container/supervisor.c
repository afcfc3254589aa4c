/* SPDX-License-Identifier: Apache-2.0 */
#include "tree.h"

#define ID "82c6e057b51bc5d21298f8689d9a8a177212282e5d5bb560ec08e42bb11b0cb5"

static struct cull_arena *arena;

static int new_arena(void **state)
{
    (void)state;
    arena = cull_arena_new();
    return arena != NULL ? 0 : -1;
}

static int free_arena(void **state)
{
    (void)state;
    cull_arena_free(arena);
    return 0;
}

/* Blanks stand for the NULs of a command line. */
static struct supervisor *parse(const char *command)
{
    char *copy = cull_arena_copy(arena, command, strlen(command));
    struct supervisor *supervisor = (struct supervisor *)&arena;

    for (char *at = copy; *at != '\0'; at++)
        if (*at == ' ')
            *at = '\0';
    assert_int_equal(cull_supervisor_parse(arena, copy, strlen(command), &supervisor), 0);
    return supervisor;
}

static void shims_tell_namespace_and_id(void **state)
{
    struct supervisor *shim;

    (void)state;
    shim = parse("/usr/bin/containerd-shim-runc-v2 -namespace moby -id " ID " -address /x.sock");
    assert_int_equal(shim->kind, SUPERVISOR_SHIM);
    assert_string_equal(shim->space, "moby");
    assert_string_equal(shim->id, ID);
    assert_true(shim->is_runc_shim);
    shim = parse("containerd-shim --namespace=default --workdir=/var/lib/x/default/build-7");
    assert_string_equal(shim->space, "default");
    assert_string_equal(shim->id, "build-7");
    assert_false(shim->is_runc_shim);
    shim = parse("/opt/containerd-shim-kata-v2 -namespace k8s.io -id " ID " -bundle /b/" ID);
    assert_string_equal(shim->bundle, "/b/" ID);
}

static void conmon_tells_nearly_all(void **state)
{
    struct supervisor *conmon;

    (void)state;
    conmon = parse("/usr/bin/conmon --api-version 1 -c " ID " -u x -r /usr/bin/crun -b /b/userdata "
                   "-n cache --runtime-arg --log --exit-command /usr/bin/podman "
                   "--exit-command-arg -n --exit-command-arg wrong --exit-command-arg " ID);
    assert_int_equal(conmon->kind, SUPERVISOR_CONMON);
    assert_string_equal(conmon->id, ID);
    assert_string_equal(conmon->name, "cache");
    assert_string_equal(conmon->runtime, "crun");
    assert_string_equal(conmon->bundle, "/b/userdata");
    conmon = parse("conmon --cid=" ID " --name=web --runtime=/usr/sbin/runc --bundle=/b");
    assert_string_equal(conmon->name, "web");
    assert_string_equal(conmon->runtime, "runc");
}

static void others_supervise_nothing(void **state)
{
    (void)state;
    assert_null(parse(""));
    assert_null(parse("bash -c " ID));
    assert_null(parse("conmon"));
    assert_null(parse("conmon -c"));
    assert_null(parse("/usr/bin/containerd-shim-runc-v2 -info"));
    assert_null(parse("containerd-shim-runc-v2 -namespace moby -id"));
}

static void mounts_give_a_container_away(void **state)
{
    enum cull_engine engine = CULL_ENGINE_UNKNOWN;
    char id[65];

    (void)state;
    assert_true(cull_mounts_match(
        "1 2 8:1 /data/docker/containers/" ID "/hosts /etc/hosts rw - x y z\n", &engine, id));
    assert_int_equal(engine, CULL_ENGINE_DOCKER);
    assert_string_equal(id, ID);
    assert_true(cull_mounts_match("1 2 0:1 / / rw - overlay o rw\n"
                                  "1 2 0:9 /containers/storage/overlay-containers/" ID
                                  "/userdata/hostname /etc/hostname rw - tmpfs t rw",
                                  &engine, id));
    assert_int_equal(engine, CULL_ENGINE_PODMAN);
    /* The same files where the host keeps them, and other files of a container. */
    assert_false(cull_mounts_match("1 2 8:1 /var/lib/docker/containers/" ID
                                   "/hosts /var/lib/docker/x rw - x y z\n",
                                   &engine, id));
    assert_false(
        cull_mounts_match("1 2 8:1 /containers/short/hosts /etc/hosts rw - x y z\n", &engine, id));
    assert_false(
        cull_mounts_match("1 2 8:1 /containers/" ID " /etc/hosts rw - x y z\n", &engine, id));
    assert_false(cull_mounts_match("nonsense\n\n1 2\n", &engine, id));
    assert_false(cull_mounts_match("", &engine, id));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shims_tell_namespace_and_id),
        cmocka_unit_test(conmon_tells_nearly_all),
        cmocka_unit_test(others_supervise_nothing),
        cmocka_unit_test(mounts_give_a_container_away),
    };

    return cmocka_run_group_tests(tests, new_arena, free_arena);
}
