/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <string.h>
#include <syscull/base.h>
#include <unistd.h>

void cull_close_fd(int *fd)
{
    int saved = errno;

    if (*fd >= 0)
        close(*fd);
    errno = saved;
}

void cull_free_memory(void *p)
{
    void *memory;

    memcpy(&memory, p, sizeof memory); /* p points to a pointer of any type */
    free(memory);
}
