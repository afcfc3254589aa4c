/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Signals while a command runs.  What the terminal sends reaches both, so the parent ignores it and
 * the command decides; what somebody sends to the parent alone is meant for the command.
 *
 * One command at a time: a signal handler has no other way to know whom it serves.
 */
#include "private.h"

#include <errno.h>
#include <unistd.h>

static const int forwarded[SIGNALS_FORWARDED] = { SIGTERM, SIGHUP, SIGUSR1, SIGUSR2 };
static volatile pid_t receiver; /* 0: nobody */

static void pass_on(int number, siginfo_t *info, void *context)
{
    int saved = errno;

    (void)context;
    /* A hang-up by the kernel reaches the command by itself. */
    if (receiver > 0 && info->si_code <= 0)
        kill(receiver, number);
    errno = saved;
}

void cull_signals_start(struct signals *signals)
{
    struct sigaction action = { .sa_flags = SA_SIGINFO | SA_RESTART };
    sigset_t held;

    sigemptyset(&held);
    for (size_t i = 0; i < SIGNALS_FORWARDED; i++)
        sigaddset(&held, forwarded[i]);
    sigprocmask(SIG_BLOCK, &held, &signals->mask);
    receiver = 0;
    action.sa_sigaction = pass_on;
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < SIGNALS_FORWARDED; i++) {
        sigaction(forwarded[i], NULL, &signals->forwarded[i]);
        /* Ignored by nohup or the like: then by the command, too. */
        if (signals->forwarded[i].sa_handler != SIG_IGN)
            sigaction(forwarded[i], &action, NULL);
    }
    action = (struct sigaction){ .sa_handler = SIG_IGN };
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, &signals->interrupt);
    sigaction(SIGQUIT, &action, &signals->quit);
    /* Where SIGCHLD is ignored there is nothing to wait for. */
    action.sa_handler = SIG_DFL;
    sigaction(SIGCHLD, &action, &signals->child_ended);
}

void cull_signals_to(pid_t pid, const struct signals *signals)
{
    receiver = pid;
    sigprocmask(SIG_SETMASK, &signals->mask, NULL);
}

void cull_signals_restore(const struct signals *signals)
{
    receiver = 0;
    for (size_t i = 0; i < SIGNALS_FORWARDED; i++)
        sigaction(forwarded[i], &signals->forwarded[i], NULL);
    sigaction(SIGINT, &signals->interrupt, NULL);
    sigaction(SIGQUIT, &signals->quit, NULL);
    sigaction(SIGCHLD, &signals->child_ended, NULL);
    sigprocmask(SIG_SETMASK, &signals->mask, NULL);
}

void cull_signals_forget_handlers(void)
{
    struct sigaction action;

    for (int number = 1; number < NSIG; number++) {
        if (sigaction(number, NULL, &action) < 0 || action.sa_handler == SIG_DFL ||
            action.sa_handler == SIG_IGN)
            continue;
        action.sa_handler = SIG_DFL;
        sigaction(number, &action, NULL);
    }
}
