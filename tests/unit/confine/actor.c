/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The command that the tests run: does what its first argument says.
 */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static long make_folder(void)
{
    return syscall(SYS_mkdirat, 77, "/nowhere/at/all", 0750);
}

static void *make_folder_in_thread(void *ignored)
{
    (void)ignored;
    make_folder();
    return NULL;
}

static int in_thread(void)
{
    pthread_t thread;

    if (pthread_create(&thread, NULL, make_folder_in_thread, NULL) != 0)
        return 100;
    pthread_join(thread, NULL);
    return 3;
}

static int in_child(void)
{
    int status;
    pid_t pid = fork();

    if (pid == 0) {
        make_folder();
        _exit(0);
    }
    if (pid < 0 || waitpid(pid, &status, 0) != pid)
        return 100;
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS ? 31 : 1;
}

static volatile sig_atomic_t trapped;

static void on_trap(int number, siginfo_t *info, void *context)
{
    (void)number;
    (void)context;
    trapped = info->si_syscall;
}

static int handle_trap(void)
{
    struct sigaction action = { .sa_flags = SA_SIGINFO };

    action.sa_sigaction = on_trap;
    sigaction(SIGSYS, &action, NULL);
    make_folder();
    return trapped == SYS_mkdirat ? 5 : 6;
}

/* mkdir is 39 in the 32-bit table; the arguments go through other registers there. */
static int by_int80(void)
{
#if defined(__x86_64__)
    long result;

    __asm__ volatile("int $0x80" : "=a"(result) : "a"(39), "b"(0x1234), "c"(0750) : "memory");
    return result == -EFAULT ? 0 : 1;
#else
    return 100;
#endif
}

int main(int argc, char **argv)
{
    const char *act = argc > 1 ? argv[1] : "";

    if (strcmp(act, "mkdir") == 0)
        return make_folder() < 0 ? errno : 0;
    if (strcmp(act, "thread") == 0)
        return in_thread();
    if (strcmp(act, "child") == 0)
        return in_child();
    if (strcmp(act, "handle") == 0)
        return handle_trap();
    if (strcmp(act, "int80") == 0)
        return by_int80();
    if (strcmp(act, "sigsys") == 0)
        return raise(SIGSYS);
    if (strcmp(act, "no-new-privs") == 0)
        return prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0);
    return 99;
}
