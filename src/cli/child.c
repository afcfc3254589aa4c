/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "learn.h"

static volatile sig_atomic_t caught;

static void remember(int signal)
{
    caught = signal;
}

void cull_interrupt_catch(void)
{
    static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
    struct sigaction old, action = { .sa_handler = remember };

    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
        /* nohup(1) and a shell's background jobs mean what they say */
        if (sigaction(signals[i], NULL, &old) == 0 && old.sa_handler != SIG_IGN)
            sigaction(signals[i], &action, NULL);
    }
}

int cull_interrupt_signal(void)
{
    return caught;
}

int cull_exit_status(int wait_status)
{
    return WIFSIGNALED(wait_status) ? 128 + WTERMSIG(wait_status) : WEXITSTATUS(wait_status);
}

int cull_launch_status(int r)
{
    if (r == -ENOENT)
        return STATUS_NOT_FOUND;
    return r == -EACCES || r == -ENOEXEC ? STATUS_CANNOT_EXECUTE : STATUS_LAUNCH_TROUBLE;
}

const char *cull_signal_name(int signal, char *buffer, size_t size)
{
    const char *name = sigabbrev_np(signal);

    if (name != NULL)
        snprintf(buffer, size, "SIG%s", name);
    else
        snprintf(buffer, size, "signal %d", signal);
    return buffer;
}

void cull_text_add_command(struct cull_text *text, char *const *words)
{
    static const char safe[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                               "_-+=./:,@%";

    for (size_t i = 0; words[i] != NULL; i++) {
        const char *word = words[i];

        cull_text_add(text, "%s", i > 0 ? " " : "");
        if (*word != '\0' && word[strspn(word, safe)] == '\0') {
            cull_text_add(text, "%s", word);
            continue;
        }
        cull_text_add(text, "'");
        for (; *word != '\0'; word++) {
            if (*word == '\'')
                cull_text_add(text, "'\\''");
            else
                cull_text_append(text, word, 1);
        }
        cull_text_add(text, "'");
    }
}
