/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The multicast group of the kernel's audit: every record at once, not rate-limited, and auditd is not
 * disturbed.  It loses only when this socket is full, and then the socket counts.
 *
 * In multicast messages nlmsg_len is the length of the whole message, as it should be; the text has no
 * "type=".  Only the sockets of the first network namespace are fed.
 */
#include "source.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/netlink.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#define SOCKET_BYTES (64 << 20) /* a burst of 10^5 records takes about this much */
#define MESSAGE_BYTES 16384     /* records have 8970 at most (MAX_AUDIT_MESSAGE_LENGTH) */
#define NO_SEQUENCE UINT64_MAX

/* "audit(1795469208.583:5): ": the number after the colon. */
static void note_serial(struct source *source, const char *text, size_t size)
{
    const char *colon = memchr(text, ':', size < 40 ? size : 40);
    struct cursor cursor = { colon + 1, text + size };
    uint64_t serial;

    if (colon != NULL && cull_line_number(&cursor, &serial))
        cull_serials_add(&source->serials, serial);
}

/* One message -> a line, if it is of seccomp. */
static size_t make_line(struct source *source, const char *message, size_t size, char *into)
{
    static const char start[] = "type=1326 ";
    struct nlmsghdr header;
    size_t text;

    if (size < sizeof header)
        return 0;
    memcpy(&header, message, sizeof header);
    if (header.nlmsg_type < 1000) /* netlink's own */
        return 0;
    text = size - sizeof header;
    message += sizeof header;
    while (text > 0 && (message[text - 1] == '\0' || message[text - 1] == '\n'))
        text--;
    note_serial(source, message, text);
    if (header.nlmsg_type != AUDIT_SECCOMP)
        return 0;
    memcpy(into, start, sizeof start - 1);
    memcpy(into + sizeof start - 1, message, text);
    into[sizeof start - 1 + text] = '\n';
    return sizeof start + text;
}

static ssize_t read_netlink(struct source *source, char *into, size_t size,
                            struct cull_error *reterr)
{
    char message[MESSAGE_BYTES];
    size_t made = 0;
    ssize_t got;

    while (size - made > MESSAGE_BYTES + 16) {
        got = recv(source->fd, message, sizeof message, MSG_DONTWAIT);
        if (got < 0 && errno == ENOBUFS) {
            source->counts.overflows++;
            continue;
        }
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0 && errno != EAGAIN)
            return cull_fail(reterr, errno, "netlink: %s", strerror(errno));
        if (got <= 0)
            break;
        made += make_line(source, message, (size_t)got, into + made);
    }
    return (ssize_t)made;
}

/* What the kernel has dropped for this socket: the Drops column of its line in /proc/net/netlink. */
static uint64_t read_drops(uint64_t inode)
{
    unsigned long long drops = 0, found;
    char line[256];
    FILE *table = fopen("/proc/self/net/netlink", "re");

    if (table == NULL)
        return 0;
    while (fgets(line, sizeof line, table) != NULL)
        if (sscanf(line, "%*s %*s %*s %*s %*s %*s %*s %*s %llu %llu", &drops, &found) == 2 &&
            found == inode)
            break;
        else
            drops = 0;
    fclose(table);
    return drops;
}

void cull_source_count(struct source *source)
{
    struct audit_state state;

    if (source->counts.source == CULL_AUDIT_NETLINK) {
        source->counts.lost = read_drops(source->socket_inode);
        if (source->kernel_lost != NO_SEQUENCE && cull_audit_state(&state) == 0)
            source->counts.lost += state.lost - (uint32_t)source->kernel_lost;
    }
    source->counts.unseen = cull_serials_missing(&source->serials);
}

static int fail_netlink(int code, struct cull_error *reterr)
{
    if (code == EPERM || code == EACCES)
        return cull_fail(reterr, code,
                         "netlink: the audit group may not be joined (CAP_AUDIT_READ in the first "
                         "user namespace): run it on the host with sudo");
    if (code == EPROTONOSUPPORT || code == EAFNOSUPPORT || code == EINVAL)
        return cull_fail(reterr, ENOTSUP, "netlink: this kernel has no audit (CONFIG_AUDIT)");
    return cull_fail(reterr, code, "netlink: %s", strerror(code));
}

int cull_source_netlink(struct source *source, struct cull_error *reterr)
{
    struct sockaddr_nl address = { .nl_family = AF_NETLINK };
    int group = AUDIT_NLGRP_READLOG, size = SOCKET_BYTES;
    struct audit_state state;
    struct stat status;

    source->read = read_netlink;
    source->counts.is_log = true;
    source->fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_AUDIT);
    if (source->fd < 0)
        return fail_netlink(errno, reterr);
    /* Without CAP_NET_ADMIN the limit of net.core.rmem_max holds. */
    if (setsockopt(source->fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size) < 0)
        setsockopt(source->fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
    if (bind(source->fd, (struct sockaddr *)&address, sizeof address) < 0 ||
        setsockopt(source->fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group, sizeof group) < 0)
        return fail_netlink(errno, reterr);
    if (fstat(source->fd, &status) == 0)
        source->socket_inode = status.st_ino;
    source->kernel_lost = cull_audit_state(&state) == 0 ? state.lost : NO_SEQUENCE;
    return 0;
}
