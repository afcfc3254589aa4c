/* SPDX-License-Identifier: Apache-2.0 */
/* The texts of /proc, as kernels and engines write them. */
#include "parse.h"

#include <setjmp.h>
#include <string.h>

#include <cmocka.h>

#define ID "e5aa55776d9b132cbd70d915ef91fe08407935d69092871fa4e30f5e4aca627d"
#define UID "64267827-8dd6-4b8f-a8ff-23ed62a82eae"

static int set_up(void **state)
{
    struct cull_surroundings *around = calloc(1, sizeof *around);

    if (around == NULL || (around->arena = cull_arena_new()) == NULL)
        return -1;
    *state = around;
    return 0;
}

static int tear_down(void **state)
{
    cull_surroundings_free(*state);
    return 0;
}

static void a_status_is_read(void **state)
{
    struct cull_task task;

    (void)state;
    assert_true(
        cull_task_parse("Name:\tsl\\nee p\nState:\tS (sleeping)\nTgid:\t15896\nPid:\t15897\n"
                        "TracerPid:\t7\nUid:\t1\t2\t3\t4\nGid:\t5\t6\t7\t8\nKthread:\t0\n"
                        "CapInh:\t0000000000000000\nCapPrm:\t00000000a80425fb\n"
                        "CapEff:\t00000000a80425fb\nCapBnd:\t000001ffffffffff\n"
                        "CapAmb:\t0000000000000001\nNoNewPrivs:\t1\nSeccomp:\t2\n"
                        "Seccomp_filters:\t3\n",
                        &task));
    assert_string_equal(task.name, "sl\\nee p");
    assert_int_equal(task.pid, 15896);
    assert_int_equal(task.tid, 15897);
    assert_int_equal(task.tracer, 7);
    assert_int_equal(task.state, 'S');
    assert_int_equal(task.uid[1], 2);
    assert_int_equal(task.gid[3], 8);
    assert_true(task.caps[CULL_CAPS_EFFECTIVE] == 0xa80425fb);
    assert_true(task.caps[CULL_CAPS_BOUNDING] == UINT64_C(0x1ffffffffff));
    assert_true(task.caps[CULL_CAPS_AMBIENT] == 1);
    assert_int_equal(task.no_new_privs, 1);
    assert_int_equal(task.seccomp, 2);
    assert_int_equal(task.filters, 3);
    assert_false(task.is_kernel);
}

static void an_old_kernels_status_leaves_things_unknown(void **state)
{
    struct cull_task task;

    (void)state;
    assert_true(cull_task_parse("Name:\tx\nPid:\t1\nSeccomp:\t2\n", &task));
    assert_int_equal(task.filters, -1);
    assert_int_equal(task.no_new_privs, -1);
    assert_false(cull_task_parse("", &task));
    assert_false(cull_task_parse("garbage", &task));
}

static void kernel_threads_are_told_by_their_flags(void **state)
{
    (void)state;
    assert_true(cull_task_is_kernel("2 (kthreadd) S 0 0 0 0 -1 2129984 0 0"));
    assert_false(cull_task_is_kernel("9 (a) S 2129984 (b) S 0 0 0 0 -1 4194560 0 0"));
    assert_false(cull_task_is_kernel(""));
}

static const char pod_mounts[] =
    "300 299 0:105 / / ro,relatime - overlay overlay rw,lowerdir=/a\n"
    "301 300 0:106 / /proc rw,nosuid - proc proc rw\n"
    "308 301 0:106 /sys /proc/sys ro,nosuid - proc proc rw\n"
    "309 301 0:131 / /proc/acpi ro,relatime - tmpfs tmpfs ro,size=4k\n"
    "311 301 0:110 /null /proc/keys rw,nosuid - tmpfs tmpfs rw,mode=755\n"
    "312 300 0:131 / /sys/firmware ro,relatime - tmpfs tmpfs ro,size=4k\n"
    "313 300 8:1 /srv/a\\040b /data rw,relatime shared:1 master:2 - ext4 /dev/sda1 rw\n"
    "314 300 8:1 /srv/c /read ro,relatime - ext4 /dev/sda1 rw\n"
    "315 300 8:1 /var/lib/kubelet/pods/" UID "/etc-hosts /etc/hosts rw - ext4 /dev/sda1 rw\n"
    "316 300 8:1 /var/lib/kubelet/pods/" UID "/containers/app/fe01 /dev/termination-log rw - ext4 "
    "/dev/sda1 rw\n"
    "317 300 0:24 /docker.sock /run/docker.sock rw - tmpfs tmpfs rw\n"
    "318 300 0:6 / /dev rw - devtmpfs devtmpfs rw\n"
    "a line that is none\n";

static void mounts_tell_what_is_masked_and_whose(void **state)
{
    struct cull_surroundings *around = *state;
    struct mount_line *lines;
    size_t count;

    lines = cull_mounts_parse(around->arena, pod_mounts, &count);
    assert_non_null(lines);
    assert_int_equal(count, 12);
    assert_int_equal(cull_mounts_look(lines, count, around), 0);
    assert_true(around->root_read_only);
    assert_int_equal(around->masked_count, 3);
    assert_string_equal(around->masked[0], "/proc/acpi");
    assert_string_equal(around->masked[1], "/proc/keys");
    assert_string_equal(around->masked[2], "/sys/firmware");
    assert_int_equal(around->read_only_count, 1);
    assert_string_equal(around->read_only[0], "/proc/sys");
    assert_int_equal(around->host_mounts_count, 3);
    assert_string_equal(around->host_mounts[0].point, "/data");
    assert_string_equal(around->host_mounts[0].source, "/srv/a b");
    assert_string_equal(around->host_mounts[1].point, "/run/docker.sock");
    assert_string_equal(around->host_mounts[2].point, "/dev");
}

static void options_are_whole_words(void **state)
{
    (void)state;
    assert_true(cull_mount_has("rw,relatime", "rw"));
    assert_true(cull_mount_has("cpu,cpuacct", "cpuacct"));
    assert_false(cull_mount_has("cpuacct", "cpu"));
    assert_false(cull_mount_has("", "ro"));
}

static void maps_are_told_as_ranges(void **state)
{
    struct cull_surroundings *around = *state;

    assert_string_equal(cull_map_text(around->arena, "         0          0 4294967295\n"), "");
    assert_string_equal(cull_map_text(around->arena, "0 1000 1\n1 100000 65536\n"),
                        "0-0 is 1000-1000 outside, 1-65536 is 100000-165535 outside");
    assert_string_equal(cull_map_text(around->arena, ""), "");
}

/* ---- who runs it ---------------------------------------------------------------------------------- */

static const struct {
    const char *name;
    struct traces traces;
    const char *engine, *id;
} cases[] = {
    { "docker, cgroupfs", { .cgroup = "12:pids:/docker/" ID "\n" }, "docker", ID },
    { "docker, systemd", { .cgroup = "0::/system.slice/docker-" ID ".scope\n" }, "docker", ID },
    { "podman", { .cgroup = "0::/machine.slice/libpod-" ID ".scope/container\n" }, "podman", ID },
    { "podman's monitor is none of its containers",
      { .cgroup = "0::/machine.slice/libpod-conmon-" ID ".scope\n", .mountinfo = "" },
      NULL,
      NULL },
    { "cri",
      { .cgroup = "0::/kubepods.slice/x.slice/cri-containerd-" ID ".scope\n" },
      "containerd",
      ID },
    { "cri-o", { .cgroup = "0::/kubepods.slice/x.slice/crio-" ID ".scope\n" }, "cri-o", ID },
    { "docker in a cgroup namespace of its own",
      { .cgroup = "0::/\n",
        .mountinfo = "1 2 8:1 /var/lib/docker/containers/" ID
                     "/hosts /etc/hosts rw - ext4 d rw\n" },
      "docker",
      ID },
    { "podman in one",
      { .cgroup = "0::/\n",
        .mountinfo = "1 2 0:9 /containers/storage/overlay-containers/" ID
                     "/userdata/hosts /etc/hosts rw - tmpfs tmpfs rw\n" },
      "podman",
      ID },
    { "a pod's sandbox is not the container",
      { .mountinfo = "1 2 8:1 /x/io.containerd.grpc.v1.cri/sandboxes/" ID
                     "/hostname /etc/hostname rw - ext4 d rw\n" },
      "containerd",
      NULL },
    { "a pod by its mounts alone",
      { .cgroup = "0::/\n", .mountinfo = pod_mounts },
      "kubernetes",
      NULL },
    { "a pod by its cgroup",
      { .cgroup = "0::/kubepods/besteffort/pod" UID "/" ID "\n" },
      "kubernetes",
      ID },
    { "files", { .cgroup = "0::/\n", .has_dockerenv = true }, "docker", NULL },
    { "podman's file", { .containerenv = "" }, "podman", NULL },
    { "podman's file, privileged",
      { .containerenv = "engine=\"podman-4\"\nid=\"" ID "\"\n" },
      "podman",
      ID },
    { "lxc", { .cgroup = "0::/lxc.payload.web\n" }, "lxc", NULL },
    { "nspawn", { .systemd_container = "systemd-nspawn\n" }, "systemd-nspawn", NULL },
    { "gvisor below docker",
      { .version = "Linux version 4.4.0 (gVisor)", .cgroup = "0::/docker/" ID "\n" },
      "gvisor",
      ID },
    { "kata", { .mountinfo = "1 2 0:9 / / rw - virtiofs kataShared rw\n" }, "kata", NULL },
    { "the host",
      { .cgroup = "0::/\n", .mountinfo = "", .is_first_namespace = true, .has_dockerenv = true },
      "none",
      NULL },
    { "nothing to be seen", { .cgroup = NULL }, NULL, NULL },
};

static void engines_are_recognised(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        cull_auto(surroundings) around = calloc(1, sizeof *around);

        assert_non_null(around);
        around->arena = cull_arena_new();
        assert_int_equal(cull_identity_find(&cases[i].traces, around), 0);
        if (cases[i].engine == NULL
                ? around->engine != NULL
                : around->engine == NULL || strcmp(around->engine, cases[i].engine) != 0)
            fail_msg("%s: %s", cases[i].name, around->engine ? around->engine : "unknown");
        if (cases[i].id == NULL ? around->id != NULL
                                : around->id == NULL || strcmp(around->id, cases[i].id) != 0)
            fail_msg("%s: id %s", cases[i].name, around->id ? around->id : "unknown");
        assert_non_null(around->because);
    }
}

static void a_pods_names_are_found(void **state)
{
    static const char *const environment[] = { "KUBERNETES_SERVICE_HOST=10.0.0.1", "HOSTNAME=web-0",
                                               NULL };
    const struct traces traces = { .mountinfo = pod_mounts, .environment = environment };
    struct cull_surroundings *around = *state;

    assert_int_equal(cull_identity_find(&traces, around), 0);
    assert_string_equal(around->pod_uid, UID);
    assert_string_equal(around->pod_container, "app");
    assert_string_equal(around->pod_name, "web-0");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_status_is_read),
        cmocka_unit_test(an_old_kernels_status_leaves_things_unknown),
        cmocka_unit_test(kernel_threads_are_told_by_their_flags),
        cmocka_unit_test_setup_teardown(mounts_tell_what_is_masked_and_whose, set_up, tear_down),
        cmocka_unit_test(options_are_whole_words),
        cmocka_unit_test_setup_teardown(maps_are_told_as_ranges, set_up, tear_down),
        cmocka_unit_test(engines_are_recognised),
        cmocka_unit_test_setup_teardown(a_pods_names_are_found, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
