/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Calls for the audit tests, by programs of odd kinds; static, it is copied into containers.
 *
 *   audit-calls burst N       getpgid N times
 *   audit-calls spawn N       N children, one after another, that call getpgid and end at once
 *   audit-calls named NAME... for each name: a child of that name calls getpgid
 *   audit-calls once          getpgid once
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static void call(void)
{
    syscall(SYS_getpgid, 0);
}

static int child(const char *name)
{
    pid_t pid = fork();
    int status = 0;

    if (pid == 0) {
        if (name != NULL)
            prctl(PR_SET_NAME, name);
        call();
        _exit(0);
    }
    if (pid < 0 || waitpid(pid, &status, 0) < 0)
        return 1;
    return status != 0;
}

int main(int argc, char **argv)
{
    const char *what = argc > 1 ? argv[1] : "once";
    long count = argc > 2 ? atol(argv[2]) : 1;
    int failed = 0;

    if (strcmp(what, "burst") == 0)
        for (long i = 0; i < count; i++)
            call();
    else if (strcmp(what, "spawn") == 0)
        for (long i = 0; i < count; i++)
            failed |= child(NULL);
    else if (strcmp(what, "named") == 0)
        for (int i = 2; i < argc; i++)
            failed |= child(argv[i]);
    else
        call();
    printf("done\n");
    return failed;
}
