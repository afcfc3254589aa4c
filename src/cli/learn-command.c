/* SPDX-License-Identifier: Apache-2.0 */
/* Record a command: from its execve to the end of its last descendant. */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <syscull/confine.h>
#include <unistd.h>

#include "learn.h"

#define GRACE_SECONDS 10 /* between asking a command to end and ending it */

/* What the alarm needs; a descriptor, because a pid may be somebody else's by then. */
static volatile sig_atomic_t alarm_pidfd = -1;
static volatile sig_atomic_t alarm_count;

static void end_command(int signal)
{
    int saved = errno;

    (void)signal;
    syscall(SYS_pidfd_send_signal, (int)alarm_pidfd, alarm_count++ == 0 ? SIGTERM : SIGKILL, NULL,
            0);
    errno = saved;
}

static void arm(uint64_t limit_ns)
{
    struct sigaction action = { .sa_handler = end_command, .sa_flags = SA_RESTART };
    struct itimerval timer = { .it_interval.tv_sec = GRACE_SECONDS };

    timer.it_value.tv_sec = (time_t)(limit_ns / 1000000000);
    timer.it_value.tv_usec = (suseconds_t)(limit_ns % 1000000000 / 1000);
    sigaction(SIGALRM, &action, NULL);
    setitimer(ITIMER_REAL, &timer, NULL);
}

static void disarm(void)
{
    struct itimerval timer = { 0 };
    int pidfd = alarm_pidfd;

    setitimer(ITIMER_REAL, &timer, NULL);
    alarm_pidfd = -1;
    if (pidfd >= 0)
        close(pidfd);
}

struct ready {
    struct learning *learning;
    struct cull_error *reterr;
    bool failed;
};

/* The child waits: it has not yet called execve. */
static int follow(pid_t pid, void *data)
{
    struct ready *ready = data;
    struct learning *learning = ready->learning;
    int r;

    r = cull_trace_follow_command(learning->trace, pid, ready->reterr);
    if (r < 0) {
        ready->failed = true;
        return r;
    }
    learning->started_ns = cull_learn_now_ns();
    if (learning->limit_ns > 0) {
        alarm_pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
        arm(learning->limit_ns);
    }
    return 0;
}

static int say_ended(struct learning *learning, int wait_status, struct cull_error *reterr)
{
    char name[32];

    if (alarm_count > 0)
        cull_learn_ended(learning->record, reterr, "the time asked for was over");
    if (WIFSIGNALED(wait_status))
        return cull_learn_ended(learning->record, reterr, "the command was killed by %s",
                                cull_signal_name(WTERMSIG(wait_status), name, sizeof name));
    return cull_learn_ended(learning->record, reterr, "the command ended with status %d",
                            WEXITSTATUS(wait_status));
}

/* Daemons outlive the command that started them. */
static int watch_the_rest(struct learning *learning, struct cull_error *reterr)
{
    struct cull_trace_status status;

    cull_trace_status(learning->trace, &status);
    if (status.alive == 0)
        return 0;
    if (alarm_count > 0)
        return cull_learn_ended(learning->record, reterr, "%llu of its tasks went on",
                                (unsigned long long)status.alive);
    cull_say(
        "the command ended, and %llu task%s of it went on: so does the recording, until the last "
        "one ends%s",
        (unsigned long long)status.alive, status.alive == 1 ? "" : "s",
        learning->limit_ns > 0 ? ", Ctrl-C or the time is over" : " or Ctrl-C");
    return cull_learn_watch(learning, 0, reterr);
}

static int record(struct learning *learning, char **program, int *ret_wait_status,
                  struct cull_error *reterr)
{
    struct ready ready = { .learning = learning, .reterr = reterr };
    struct cull_confine_options options = { .ready = follow, .ready_data = &ready };
    struct cull_confine_result result = { 0 };
    struct cull_error error = { 0 };
    int r;

    cull_interrupt_catch();
    r = cull_confine_run(program, environ, getenv("PATH"), NULL, &options, &result, &error);
    disarm();
    if (r < 0) {
        if (!ready.failed && reterr != NULL)
            *reterr = error;
        return r;
    }
    *ret_wait_status = result.wait_status;
    r = say_ended(learning, result.wait_status, reterr);
    return r < 0 ? r : watch_the_rest(learning, reterr);
}

int cull_learn_command(struct learning *learning, char **program, struct cull_error *reterr)
{
    cull_auto_text line = { 0 };
    cull_auto_memory char *found = NULL;
    int wait_status = 0, r;

    cull_text_add_command(&line, program);
    if (!cull_text_ok(&line))
        return cull_fail_memory(reterr);
    r = cull_confine_find(program[0], getenv("PATH"), &found, reterr);
    if (r < 0) {
        cull_say_error(reterr);
        return cull_launch_status(r);
    }
    r = cull_trace_open(&learning->trace, reterr);
    if (r == 0)
        r = cull_learn_begin(learning, CULL_SUBJECT_COMMAND, line.data, reterr);
    if (r == 0) {
        r = record(learning, program, &wait_status, reterr);
        if (r == -EACCES || r == -ENOEXEC || r == -ENOENT) {
            cull_say_error(reterr);
            return cull_launch_status(r);
        }
    }
    if (r == 0)
        r = cull_learn_finish(learning, reterr);
    if (r < 0) {
        cull_say_error(reterr);
        return STATUS_LAUNCH_TROUBLE;
    }
    if (learning->profile_path != NULL && strcmp(learning->profile_path, "-") != 0)
        cull_say("next: syscull run --profile %s -- %s", learning->profile_path, line.data);
    return cull_exit_status(wait_status);
}
