/* SPDX-License-Identifier: Apache-2.0 */
/*
 * /dev/kmsg: one message a read.  Its sequence numbers tell how many were overwritten before they were
 * read.  What printk_ratelimit kept away it says itself, in a line.
 */
#include "source.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#define MESSAGE_BYTES 8192 /* CONSOLE_EXT_LOG_MAX of kernel/printk */

/* "5,472,...": the second number. */
static void follow_sequence(struct source *source, const char *message, size_t size)
{
    struct cursor cursor = { message, message + size };
    uint64_t priority, sequence;

    if (!cull_line_number(&cursor, &priority) || !take(&cursor, ",") ||
        !cull_line_number(&cursor, &sequence))
        return;
    if (source->kmsg_next != 0 && sequence > source->kmsg_next)
        source->counts.overrun += sequence - source->kmsg_next;
    source->kmsg_next = sequence + 1;
}

static ssize_t read_kmsg(struct source *source, char *into, size_t size, struct cull_error *reterr)
{
    size_t made = 0;
    ssize_t got;

    while (size - made >= MESSAGE_BYTES) {
        got = read(source->fd, into + made, size - made);
        if (got < 0 && (errno == EPIPE || errno == EINTR))
            continue; /* overwritten: the next number tells how many */
        if (got < 0 && errno != EAGAIN)
            return cull_fail(reterr, errno, "/dev/kmsg: %s", strerror(errno));
        if (got <= 0)
            break;
        follow_sequence(source, into + made, (size_t)got);
        made += (size_t)got;
    }
    if (made == 0 && !source->follows)
        source->ended = true;
    return (ssize_t)made;
}

int cull_source_kmsg(struct source *source, bool from_start, struct cull_error *reterr)
{
    source->read = read_kmsg;
    source->counts.is_log = true;
    source->fd = open("/dev/kmsg", O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (source->fd < 0 && errno == ENOENT)
        return cull_fail(reterr, ENOTSUP,
                         "/dev/kmsg: there is none here; inside a container the kernel's log is "
                         "not visible: run this on the host");
    if (source->fd < 0 && (errno == EPERM || errno == EACCES))
        return cull_fail(reterr, errno,
                         "/dev/kmsg: may not be read by this user (CAP_SYSLOG): run it again with "
                         "sudo");
    if (source->fd < 0)
        return cull_fail(reterr, errno, "/dev/kmsg: %s", strerror(errno));
    if (!from_start && lseek(source->fd, 0, SEEK_END) < 0)
        return cull_fail(reterr, errno, "/dev/kmsg: %s", strerror(errno));
    return 0;
}
