/* SPDX-License-Identifier: Apache-2.0 */
#include "support.h"

#include <fcntl.h>
#include <sys/stat.h>

static char folder[] = "/tmp/syscull-confine-XXXXXX";

static int make_folder(void **state)
{
    (void)state;
    return mkdtemp(folder) != NULL ? 0 : -1;
}

static int remove_folder(void **state)
{
    (void)state;
    return rmdir(folder);
}

static void exit_statuses_come_back(void **state)
{
    struct cull_confine_result result;

    (void)state;
    for (int watch = 0; watch < 2; watch++) {
        result = RUN(NULL, watch, SHELL("exit 0"));
        assert_true(WIFEXITED(result.wait_status));
        assert_int_equal(WEXITSTATUS(result.wait_status), 0);
        result = RUN(NULL, watch, SHELL("exit 77"));
        assert_int_equal(WEXITSTATUS(result.wait_status), 77);
        result = RUN(NULL, watch, SHELL("kill -KILL $$"));
        assert_true(WIFSIGNALED(result.wait_status));
        assert_int_equal(WTERMSIG(result.wait_status), SIGKILL);
        assert_false(result.killed_by_seccomp);
    }
}

static void arguments_and_environment_arrive(void **state)
{
    char **argv = WORDS("sh", "-c", "test \"$1/$FRUIT\" = 'a b/fig'", "sh", "a b");
    char **envp = WORDS("FRUIT=fig");
    struct cull_confine_result result;
    struct cull_error error;

    (void)state;
    assert_int_equal(cull_confine_run(argv, envp, "/bin:/usr/bin", NULL, NULL, &result, &error), 0);
    assert_int_equal(WEXITSTATUS(result.wait_status), 0);
}

/* A file of the given mode and content in our folder is refused with this error. */
static void expect_refused(const char *content, mode_t mode, int expected, const char *words)
{
    struct cull_confine_result result = { .wait_status = -1 };
    struct cull_error error = { 0 };
    char path[64];
    int fd;

    snprintf(path, sizeof path, "%s/command", folder);
    fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0700);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, content, strlen(content)), strlen(content));
    fchmod(fd, mode);
    close(fd);
    assert_int_equal(cull_confine_run(WORDS(path), environ, "", NULL, NULL, &result, &error),
                     expected);
    unlink(path);
    assert_int_equal(error.code, -expected);
    assert_string_equal(error.source, path);
    assert_non_null(strstr(error.message, words));
    assert_int_equal(result.wait_status, -1); /* failure leaves the result untouched */
}

static void what_cannot_be_executed_says_why(void **state)
{
    struct cull_confine_result result;
    struct cull_error error;

    (void)state;
    expect_refused("no program\n", 0700, -ENOEXEC, "neither a program");
    expect_refused("#!/bin/sh\n", 0600, -EACCES, "not executable");
    expect_refused("#!/no/such/interpreter\n", 0700, -ENOENT, "interpreter");
    assert_int_equal(cull_confine_run(WORDS("syscull-no-such-command"), environ, "/bin:/usr/bin",
                                      NULL, NULL, &result, &error),
                     -ENOENT);
    assert_string_equal(error.message, "no such command in PATH");
    assert_int_equal(cull_confine_run(WORDS(folder), environ, "", NULL, NULL, &result, &error),
                     -EACCES);
    assert_string_equal(error.message, "is a directory");
}

static void path_is_searched_in_order(void **state)
{
    struct cull_error error;
    char *file = NULL, path[128];

    (void)state;
    snprintf(path, sizeof path, "/no/such/folder:%s:/bin", folder);
    assert_int_equal(cull_confine_find("sh", path, &file, &error), 0);
    assert_string_equal(file, "/bin/sh");
    free(file);
    assert_int_equal(cull_confine_find("", path, &file, &error), -ENOENT);
    assert_int_equal(cull_confine_find("passwd", "/etc", &file, &error), -EACCES);
    assert_string_equal(error.message, "/etc/passwd is not executable");
}

/* Allowed: execve and exit_group.  Any other call between loading and the command's own would kill. */
static void nothing_is_called_between_loading_and_execve(void **state)
{
    struct sock_filter insns[] = {
        LOAD(nr),
        UNLESS(SYS_execve, 1),
        RETURN(SECCOMP_RET_ALLOW),
        UNLESS(SYS_exit_group, 1),
        RETURN(SECCOMP_RET_ALLOW),
        RETURN(SECCOMP_RET_KILL_PROCESS),
    };
    const struct cull_filter filter = { .insns = insns, .count = 6 };
    struct cull_confine_result result;

    (void)state;
    for (int watch = 0; watch < 2; watch++) {
        result = RUN(&filter, watch, getenv("SYSCULL_TEST_TINY"));
        assert_true(WIFEXITED(result.wait_status));
        assert_int_equal(WEXITSTATUS(result.wait_status), 42);
    }
}

/* All calls get this: also the one with which the child would end, and the one that starts it. */
static void a_refused_execve_is_an_error(void **state)
{
    static const uint32_t actions[] = {
        SECCOMP_RET_ERRNO | EPERM, SECCOMP_RET_ERRNO | ENOSYS, SECCOMP_RET_ERRNO,
        SECCOMP_RET_KILL_PROCESS,  SECCOMP_RET_KILL_THREAD,    SECCOMP_RET_TRAP,
        SECCOMP_RET_TRACE,
    };

    (void)state;
    for (size_t i = 0; i < 2 * sizeof actions / sizeof actions[0]; i++) {
        struct sock_filter insns[] = { RETURN(actions[i / 2]) };
        const struct cull_filter filter = { .insns = insns, .count = 1 };
        struct cull_confine_options options = { .watch_kill = i % 2 == 1 };
        struct cull_confine_result result;
        struct cull_error error = { 0 };

        assert_int_equal(cull_confine_run(WORDS("true"), environ, "/bin:/usr/bin", &filter,
                                          &options, &result, &error),
                         -EPERM);
        assert_non_null(strstr(error.message, "execve itself is refused by the profile"));
        assert_non_null(strstr(error.message, "allow execve"));
    }
}

static void flags_are_never_dropped(void **state)
{
    struct sock_filter insns[] = { RETURN(SECCOMP_RET_ALLOW) };
    const struct cull_filter filter = { .insns = insns, .count = 1 };
    struct cull_confine_options options = { .flags = SECCOMP_FILTER_FLAG_LOG };
    struct cull_confine_result result;
    struct cull_error error;

    (void)state;
    assert_int_equal(cull_confine_run(WORDS("true"), environ, "/bin:/usr/bin", &filter, &options,
                                      &result, &error),
                     0);
    options.flags = 1u << 30;
    assert_int_equal(cull_confine_run(WORDS("true"), environ, "/bin:/usr/bin", &filter, &options,
                                      &result, &error),
                     -EINVAL);
    assert_non_null(strstr(error.message, "0x40000000"));
}

static void no_new_privs_comes_with_a_filter_only(void **state)
{
    struct sock_filter insns[] = { RETURN(SECCOMP_RET_ALLOW) };
    const struct cull_filter filter = { .insns = insns, .count = 1 };

    (void)state;
    assert_int_equal(WEXITSTATUS(RUN(&filter, false, ACTOR, "no-new-privs").wait_status), 1);
    assert_int_equal(WEXITSTATUS(RUN(NULL, true, ACTOR, "no-new-privs").wait_status), 0);
}

static int note_that_it_waits(pid_t pid, void *data)
{
    char path[64], exe[256] = "", own[256] = "";

    snprintf(path, sizeof path, "/proc/%d/exe", pid);
    assert_true(readlink(path, exe, sizeof exe - 1) > 0);
    assert_true(readlink("/proc/self/exe", own, sizeof own - 1) > 0);
    assert_string_equal(exe, own); /* it has not called execve yet */
    *(pid_t *)data = pid;
    return 0;
}

static int refuse(pid_t pid, void *data)
{
    *(pid_t *)data = pid;
    return -ENOSPC;
}

static void the_child_waits_until_the_recorder_is_ready(void **state)
{
    struct cull_confine_options options = { .ready = note_that_it_waits };
    struct cull_confine_result result;
    struct cull_error error = { .message = "untouched" };
    char path[64], script[128];
    pid_t pid = 0;

    (void)state;
    snprintf(path, sizeof path, "%s/ran", folder);
    snprintf(script, sizeof script, ": > %s", path);
    options.ready_data = &pid;
    for (int i = 0; i < 2; i++) {
        options.watch_kill = i == 1;
        assert_int_equal(cull_confine_run(WORDS(SHELL(script)), environ, "/bin:/usr/bin", NULL,
                                          &options, &result, &error),
                         0);
        assert_true(pid > 0);
        assert_int_equal(unlink(path), 0);
    }
    options.ready = refuse;
    for (int i = 0; i < 2; i++) {
        options.watch_kill = i == 1;
        assert_int_equal(cull_confine_run(WORDS(SHELL(script)), environ, "/bin:/usr/bin", NULL,
                                          &options, &result, &error),
                         -ENOSPC);
        assert_string_equal(error.message, "untouched"); /* it is ready's to say why */
        assert_int_equal(access(path, F_OK), -1);        /* the command has not run */
        assert_int_equal(kill(pid, 0), -1);              /* and is no zombie either */
    }
}

static void nothing_stays_open_in_the_command(void **state)
{
    const char *script = "for f in /proc/self/fd/*; do"
                         " [ ${f##*/} -lt 3 ] || [ ! -p $f ] || exit 1; done";

    (void)state;
    for (int fd = 3; fd < 256; fd++) /* what the test itself has inherited */
        fcntl(fd, F_SETFD, FD_CLOEXEC);
    assert_int_equal(WEXITSTATUS(RUN(NULL, true, SHELL(script)).wait_status), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exit_statuses_come_back),
        cmocka_unit_test(arguments_and_environment_arrive),
        cmocka_unit_test(what_cannot_be_executed_says_why),
        cmocka_unit_test(path_is_searched_in_order),
        cmocka_unit_test(nothing_is_called_between_loading_and_execve),
        cmocka_unit_test(a_refused_execve_is_an_error),
        cmocka_unit_test(flags_are_never_dropped),
        cmocka_unit_test(no_new_privs_comes_with_a_filter_only),
        cmocka_unit_test(the_child_waits_until_the_recorder_is_ready),
        cmocka_unit_test(nothing_stays_open_in_the_command),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
