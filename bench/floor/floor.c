/* SPDX-License-Identifier: Apache-2.0 */
/* floor CMD...: run a command while the smallest possible recorder is attached. */
#include <bpf/libbpf.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "floor.skel.h"

int main(int argc, char **argv)
{
    struct floor_bpf *skeleton = floor_bpf__open_and_load();
    int status = 0;
    pid_t child;

    if (argc < 2 || skeleton == NULL || floor_bpf__attach(skeleton) < 0) {
        fprintf(stderr, "floor: cannot attach\n");
        return 125;
    }
    child = fork();
    if (child == 0) {
        execvp(argv[1], argv + 1);
        _exit(127);
    }
    waitpid(child, &status, 0);
    floor_bpf__destroy(skeleton);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 126;
}
