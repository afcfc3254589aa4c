/* SPDX-License-Identifier: Apache-2.0 */
#include "host.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define ID "82c6e057b51bc5d21298f8689d9a8a177212282e5d5bb560ec08e42bb11b0cb5"
#define OTHER "22ea380ccf1a8d8c49a783b1d7d6c817e1dc5cc1ffd4c70887178cbb33c2b354"
#define UID "2b778baa-ef08-4cfb-84b3-8e3ff73b0e29"
#define UID_ "2b778baa_ef08_4cfb_84b3_8e3ff73b0e29"
#define HASH "0123456789abcdef0123456789abcdef"

/* Every path, and what it says; id NULL: no container.  rest: what comes below the own folder. */
static const struct {
    const char *path;
    const char *id;
    enum cull_engine engine;
    const char *uid, *rest;
} paths[] = {
    /* docker */
    { "/docker/" ID, ID, CULL_ENGINE_DOCKER, "", "" },
    { "/docker/" ID "/init.scope", ID, CULL_ENGINE_DOCKER, "", "/init.scope" },
    { "/system.slice/docker-" ID ".scope", ID, CULL_ENGINE_DOCKER, "", "" },
    { "/my.slice/docker-" ID ".scope", ID, CULL_ENGINE_DOCKER, "", "" },
    { "/user.slice/user-1000.slice/user@1000.service/user.slice/docker-" ID ".scope", ID,
      CULL_ENGINE_DOCKER, "", "" },
    { "/system.slice/docker-" ID ".scope/system.slice/nginx.service", ID, CULL_ENGINE_DOCKER, "",
      "/system.slice/nginx.service" },
    { "/mine/" ID, ID, CULL_ENGINE_UNKNOWN, "", "" },
    { "/a/b/c/" ID "/d", ID, CULL_ENGINE_UNKNOWN, "", "/d" },
    { "/../" ID, ID, CULL_ENGINE_UNKNOWN, "", "" },
    { "/docker/" OTHER "/docker/" ID, ID, CULL_ENGINE_DOCKER, "", "" },
    /* podman */
    { "/libpod_parent/libpod-" ID, ID, CULL_ENGINE_PODMAN, "", "" },
    { "/machine.slice/libpod-" ID ".scope", ID, CULL_ENGINE_PODMAN, "", "" },
    { "/machine.slice/libpod-" ID ".scope/container", ID, CULL_ENGINE_PODMAN, "", "/container" },
    { "/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-" ID ".scope/container", ID,
      CULL_ENGINE_PODMAN, "", "/container" },
    { "/machine.slice/machine-libpod_pod_" OTHER ".slice/libpod-" ID ".scope", ID,
      CULL_ENGINE_PODMAN, "", "" },
    { "/system.slice/web.service/libpod-payload-" ID, ID, CULL_ENGINE_PODMAN, "", "" },
    { "/machine.slice/libpod-conmon-" ID ".scope", NULL, 0, "", "" },
    { "/libpod_parent/conmon", NULL, 0, "", "" },
    /* containerd, as Kubernetes uses it */
    { "/kubepods/besteffort/pod" UID "/" ID, ID, CULL_ENGINE_CONTAINERD, UID, "" },
    { "/kubepods/burstable/pod" UID "/" ID, ID, CULL_ENGINE_CONTAINERD, UID, "" },
    { "/kubepods/pod" UID "/" ID, ID, CULL_ENGINE_CONTAINERD, UID, "" },
    { "/kubepods/pod" HASH "/" ID, ID, CULL_ENGINE_CONTAINERD, HASH, "" },
    { "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod" UID_
      ".slice/cri-containerd-" ID ".scope",
      ID, CULL_ENGINE_CONTAINERD, UID, "" },
    { "/kubepods.slice/kubepods-pod" UID_ ".slice/cri-containerd-" ID ".scope", ID,
      CULL_ENGINE_CONTAINERD, UID, "" },
    { "/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-besteffort.slice/"
      "kubelet-kubepods-besteffort-pod" UID_ ".slice/cri-containerd-" ID ".scope",
      ID, CULL_ENGINE_CONTAINERD, UID, "" },
    { "/default/" ID, ID, CULL_ENGINE_CONTAINERD, "", "" },
    { "/system.slice/nerdctl-" ID ".scope", ID, CULL_ENGINE_CONTAINERD, "", "" },
    { "/kubepods/burstable/pod" UID, NULL, 0, "", "" },
    /* CRI-O and cri-dockerd */
    { "/kubepods/besteffort/pod" UID "/crio-" ID, ID, CULL_ENGINE_CRIO, UID, "" },
    { "/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod" UID_ ".slice/crio-" ID
      ".scope",
      ID, CULL_ENGINE_CRIO, UID, "" },
    { "/kubepods.slice/kubepods-pod" HASH ".slice/crio-" ID ".scope/container", ID,
      CULL_ENGINE_CRIO, HASH, "/container" },
    { "/kubepods.slice/kubepods-pod" UID_ ".slice/crio-conmon-" ID ".scope", NULL, 0, "", "" },
    { "/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod" UID_ ".slice/docker-" ID
      ".scope",
      ID, CULL_ENGINE_DOCKER, UID, "" },
    /* a cluster node that is a container */
    { "/docker/" OTHER "/kubelet/kubepods/besteffort/pod" UID "/" ID, ID, CULL_ENGINE_CONTAINERD,
      UID, "" },
    { "/docker/" OTHER "/system.slice/containerd.service", OTHER, CULL_ENGINE_DOCKER, "",
      "/system.slice/containerd.service" },
    { "/kubepods/pod" UID "/" OTHER "/docker/" ID, ID, CULL_ENGINE_DOCKER, "", "" },
    { "/docker/" OTHER "/libpod_parent/libpod-" ID, ID, CULL_ENGINE_PODMAN, "", "" },
    /* none */
    { "/", NULL, 0, "", "" },
    { "", NULL, 0, "", "" },
    { "/user.slice/user-0.slice/session-1.scope", NULL, 0, "", "" },
    { "/system.slice/docker.service", NULL, 0, "", "" },
    { "/docker", NULL, 0, "", "" },
    { "/docker/buildkit/qk3wxx0b6hr9ssgvjwnzbzq2m", NULL, 0, "", "" },
    { "/docker/82c6e057b51b", NULL, 0, "", "" }, /* an id is whole */
    { "/docker/" ID "0", NULL, 0, "", "" },
    { "/docker/82C6E057B51BC5D21298F8689D9A8A177212282E5D5BB560EC08E42BB11B0CB5", NULL, 0, "", "" },
    { "/system.slice/docker-" ID, NULL, 0, "", "" },   /* no scope */
    { "/system.slice/" ID ".scope", NULL, 0, "", "" }, /* a scope has a prefix */
    { "/docker/" ID " (deleted)", NULL, 0, "", "" },
    { "/lxc.payload.web", NULL, 0, "", "" },
    { "/machine.slice/machine-web.scope/payload", NULL, 0, "", "" },
};

static void every_path_says_what_it_should(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        struct cgroup_match match = { 0 };
        size_t size = strlen(paths[i].path);
        bool found = cull_cgroup_match(paths[i].path, size, &match);

        if (found != (paths[i].id != NULL))
            fail_msg("%s: %s", paths[i].path, found ? "found one" : "found none");
        if (!found)
            continue;
        if (match.id_size != 64 || memcmp(match.id, paths[i].id, 64) != 0 ||
            match.engine != paths[i].engine || strcmp(match.pod_uid, paths[i].uid) != 0 ||
            strcmp(paths[i].path + match.folder_size, paths[i].rest) != 0)
            fail_msg("%s: %.*s of %s, pod \"%s\", below: \"%s\"", paths[i].path, (int)match.id_size,
                     match.id, cull_engine_name(match.engine), match.pod_uid,
                     paths[i].path + match.folder_size);
    }
}

static void lines_are_taken_apart(void **state)
{
    const char *text = "12:cpu,cpuacct:/a:b\n1:name=systemd:/x\nnonsense\n0::/y\n0::";
    struct cgroup_line line;

    (void)state;
    assert_true(cull_cgroup_next(&text, &line));
    assert_int_equal(line.hierarchy, 12);
    assert_int_equal(line.controllers_size, 11);
    assert_int_equal(line.path_size, 4); /* a path may hold a colon */
    assert_true(cull_cgroup_next(&text, &line));
    assert_memory_equal(line.controllers, "name=systemd", line.controllers_size);
    assert_true(cull_cgroup_next(&text, &line));
    assert_int_equal(line.hierarchy, 0);
    assert_memory_equal(line.path, "/y", line.path_size);
    assert_true(cull_cgroup_next(&text, &line));
    assert_int_equal(line.path_size, 0);
    assert_false(cull_cgroup_next(&text, &line));
}

/* In hybrid layouts the lines differ: the best hierarchy that knows a container is believed. */
static void the_best_hierarchy_is_believed(void **state)
{
    static const struct {
        const char *text, *id;
    } cases[] = {
        { "9:name=systemd:/docker/" OTHER "\n4:memory:/docker/" ID "\n0::/\n", ID },
        { "4:memory:/docker/" OTHER "\n0::/docker/" ID "\n", ID },
        { "9:name=systemd:/docker/" ID "\n4:memory:/process_api/7a998964c38661e9a870f01e7798b18e\n"
          "0::/\n",
          ID },
        { "3:rdma:/docker/" ID "\n", ID },
        { "9:name=systemd:/\n4:memory:/process_api/7a998964c38661e9a870f01e7798b18e\n0::/\n",
          NULL },
        { "", NULL },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct cgroup_match match;
        bool found = cull_cgroup_match_text(cases[i].text, &match);

        assert_int_equal(found, cases[i].id != NULL);
        if (found)
            assert_memory_equal(match.id, cases[i].id, 64);
    }
}

static void components_are_whole(void **state)
{
    (void)state;
    assert_int_equal(cull_cgroup_component("/default/web", 12, "web", 3), 12);
    assert_int_equal(cull_cgroup_component("/default/web/x", 14, "web", 3), 12);
    assert_int_equal(cull_cgroup_component("/default/web2", 13, "web", 3), 0);
    assert_int_equal(cull_cgroup_component("/web/web", 8, "web", 3), 8); /* the innermost */
    assert_int_equal(cull_cgroup_component("/", 1, "web", 3), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_path_says_what_it_should),
        cmocka_unit_test(lines_are_taken_apart),
        cmocka_unit_test(the_best_hierarchy_is_believed),
        cmocka_unit_test(components_are_whole),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
