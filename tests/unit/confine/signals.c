/* SPDX-License-Identifier: Apache-2.0 */
#include "support.h"

#include <sys/mman.h>

/* A second process sends the signals, since the first one waits for the command. */
struct play {
    int to_parent; /* sent to the test itself as soon as the command has made its file */
    int then;      /* and then to the command, or 0 */
    volatile bool was_stopped;
    pid_t command;
};

static char marker[] = "/tmp/syscull-signals-XXXXXX";

static char state_of(pid_t pid)
{
    char path[64], line[512] = "", *end;
    FILE *file;

    snprintf(path, sizeof path, "/proc/%d/stat", pid);
    file = fopen(path, "re");
    if (file == NULL)
        return '?';
    if (fgets(line, sizeof line, file) == NULL)
        line[0] = '\0';
    fclose(file);
    end = strrchr(line, ')');
    return end != NULL ? end[2] : '?';
}

/* Every 5 ms, up to 5 s. */
static bool wait_for_marker(void)
{
    for (int i = 0; i < 1000; i++) {
        if (access(marker, F_OK) < 0)
            return true; /* the command has removed it: it is ready */
        usleep(5000);
    }
    return false;
}

static void act(struct play *play, pid_t test)
{
    if (!wait_for_marker())
        return;
    if (play->to_parent != 0)
        kill(test, play->to_parent);
    if (play->then == SIGCONT)
        for (int i = 0; i < 1000 && !play->was_stopped; i++) {
            play->was_stopped = strchr("Tt", state_of(play->command)) != NULL;
            usleep(5000);
        }
    if (play->then != 0)
        kill(play->command, play->then);
}

static int start_play(pid_t pid, void *data)
{
    struct play *play = data;
    pid_t test = getpid(), player;

    play->command = pid;
    player = fork();
    if (player == 0) {
        act(play, test);
        _exit(0);
    }
    return player > 0 ? 0 : -EAGAIN;
}

/* The command removes the file when it is ready; $0 is its name. */
static struct cull_confine_result perform(struct play *wanted, bool watch, const char *script)
{
    struct play *play = mmap(NULL, sizeof *play, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
                             -1, 0);
    struct cull_confine_options options = { .watch_kill = watch, .ready = start_play };
    struct cull_confine_result result = { .wait_status = -1 };
    struct cull_error error;
    int fd;

    assert_true(play != MAP_FAILED);
    *play = *wanted;
    options.ready_data = play;
    strcpy(marker + strlen(marker) - 6, "XXXXXX");
    fd = mkstemp(marker);
    assert_true(fd >= 0);
    close(fd);
    assert_int_equal(cull_confine_run(WORDS("sh", "-c", script, marker), environ, getenv("PATH"),
                                      NULL, &options, &result, &error),
                     0);
    *wanted = *play;
    munmap(play, sizeof *play);
    while (waitpid(-1, NULL, 0) > 0)
        ; /* the player */
    return result;
}

static void what_is_sent_to_us_reaches_the_command(void **state)
{
    static const int signals[] = { SIGTERM, SIGHUP, SIGUSR1, SIGUSR2 };

    (void)state;
    for (size_t i = 0; i < 2 * sizeof signals / sizeof signals[0]; i++) {
        struct play play = { .to_parent = signals[i / 2] };
        struct cull_confine_result result = perform(
            &play, i % 2 == 1,
            "trap 'exit 15' TERM; trap 'exit 1' HUP; trap 'exit 10' USR1; trap 'exit 12' USR2;"
            "rm $0; while :; do sleep 0.01; done");

        assert_true(WIFEXITED(result.wait_status));
        assert_int_equal(WEXITSTATUS(result.wait_status), signals[i / 2]);
    }
}

static void interrupts_are_the_commands_business(void **state)
{
    struct cull_confine_result result;
    struct play play = { .to_parent = SIGINT, .then = SIGINT };

    (void)state;
    /* Both get it, as from a terminal: we go on and see how the command takes it. */
    result = perform(&play, true, "trap 'exit 6' INT; rm $0; while :; do sleep 0.01; done");
    assert_int_equal(WEXITSTATUS(result.wait_status), 6);
    play = (struct play){ .to_parent = SIGQUIT, .then = SIGINT };
    result = perform(&play, true, "rm $0; while :; do sleep 0.01; done");
    assert_true(WIFSIGNALED(result.wait_status));
    assert_int_equal(WTERMSIG(result.wait_status), SIGINT);
}

static void a_stopped_command_stays_stopped_until_it_is_continued(void **state)
{
    (void)state;
    for (int watch = 0; watch < 2; watch++) {
        struct play play = { .then = SIGCONT };
        struct cull_confine_result result = perform(&play, watch,
                                                    "trap ':' CONT; rm $0; kill -STOP $$; exit 8");

        assert_true(play.was_stopped);
        assert_int_equal(WEXITSTATUS(result.wait_status), 8);
    }
}

static void other(int number)
{
    (void)number;
}

static void dispositions_are_as_they_were(void **state)
{
    static const int signals[] = { SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2, SIGCHLD };
    struct sigaction action = { .sa_handler = other }, after;
    sigset_t before_mask, after_mask;
    struct cull_confine_result result;

    (void)state;
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++)
        sigaction(signals[i], &action, NULL);
    sigprocmask(SIG_SETMASK, NULL, &before_mask);
    RUN(NULL, true, SHELL("exit 0"));
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++) {
        sigaction(signals[i], NULL, &after);
        assert_true(after.sa_handler == other);
        signal(signals[i], SIG_DFL);
    }
    sigprocmask(SIG_SETMASK, NULL, &after_mask);
    for (int number = 1; number < NSIG; number++)
        assert_int_equal(sigismember(&before_mask, number), sigismember(&after_mask, number));
    /* nohup's SIGHUP stays ignored for the command; an ignored SIGCHLD does not lose its status. */
    signal(SIGHUP, SIG_IGN);
    signal(SIGCHLD, SIG_IGN);
    result = RUN(NULL, false, SHELL("kill -HUP $$; exit 4"));
    assert_int_equal(WEXITSTATUS(result.wait_status), 4);
    signal(SIGHUP, SIG_DFL);
    signal(SIGCHLD, SIG_DFL);
    /* And what is at its default there kills there. */
    result = RUN(NULL, true, SHELL("kill -USR1 $$"));
    assert_true(WIFSIGNALED(result.wait_status));
    assert_int_equal(WTERMSIG(result.wait_status), SIGUSR1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_sent_to_us_reaches_the_command),
        cmocka_unit_test(interrupts_are_the_commands_business),
        cmocka_unit_test(a_stopped_command_stays_stopped_until_it_is_continued),
        cmocka_unit_test(dispositions_are_as_they_were),
    };

    /* Who starts the tests may have ignored some, as nohup does: then they would reach nobody. */
    for (int number = 1; number < 32; number++)
        signal(number, SIG_DFL);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
