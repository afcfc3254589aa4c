/* SPDX-License-Identifier: Apache-2.0 */
/* sysloop N: N times getppid and a one-byte read of /dev/zero; prints nanoseconds per call. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    long count = argc > 1 ? atol(argv[1]) : 100000;
    int zero = open("/dev/zero", O_RDONLY);
    struct timespec from, to;
    char byte;

    if (zero < 0 || count <= 0)
        return 1;
    clock_gettime(CLOCK_MONOTONIC, &from);
    for (long i = 0; i < count; i++) {
        syscall(SYS_getppid);
        if (read(zero, &byte, 1) != 1)
            return 1;
    }
    clock_gettime(CLOCK_MONOTONIC, &to);
    printf("%.2f\n",
           ((double)(to.tv_sec - from.tv_sec) * 1e9 + (double)(to.tv_nsec - from.tv_nsec)) /
               (2.0 * (double)count));
    return 0;
}
