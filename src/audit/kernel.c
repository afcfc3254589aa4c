/* SPDX-License-Identifier: Apache-2.0 */
/* What the kernel says of its audit: AUDIT_GET, and whether a rule keeps seccomp's records away. */
#include "source.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/netlink.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#define ANSWER_BYTES 65536

/* Ask; the socket is left with the answers.  A negative errno, or the socket. */
static int ask(uint16_t type)
{
    struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
    struct nlmsghdr question = {
        .nlmsg_len = sizeof question,
        .nlmsg_type = type,
        .nlmsg_flags = NLM_F_REQUEST,
        .nlmsg_seq = 1,
    };
    cull_auto_fd fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_AUDIT);

    if (fd < 0)
        return -errno;
    if (sendto(fd, &question, sizeof question, 0, (struct sockaddr *)&kernel, sizeof kernel) < 0)
        return -errno;
    return TAKE_FD(fd);
}

/* The next answer: its type, 0 at the end, or a negative errno.  *ret_size: of the body. */
static int answer(int fd, char *buffer, size_t size, size_t *ret_size)
{
    struct nlmsghdr header;
    int32_t code;
    ssize_t got;

    if (poll(&(struct pollfd){ .fd = fd, .events = POLLIN }, 1, 1000) <= 0)
        return -ETIMEDOUT;
    got = recv(fd, buffer, size, 0);
    if (got < 0)
        return -errno;
    if ((size_t)got < sizeof header)
        return -EPROTO;
    memcpy(&header, buffer, sizeof header);
    *ret_size = (size_t)got - sizeof header;
    if (header.nlmsg_type == NLMSG_DONE)
        return 0;
    if (header.nlmsg_type == NLMSG_ERROR) {
        if (*ret_size < sizeof code)
            return -EPROTO;
        memcpy(&code, buffer + sizeof header, sizeof code);
        return code;
    }
    return header.nlmsg_type;
}

int cull_audit_state(struct audit_state *ret)
{
    cull_auto_fd fd = ask(AUDIT_GET);
    struct audit_status status = { 0 };
    char buffer[4096];
    size_t size;
    int r;

    if (fd < 0)
        return fd;
    do
        r = answer(fd, buffer, sizeof buffer, &size);
    while (r == 0);
    if (r < 0)
        return r;
    if (r != AUDIT_GET || size < offsetof(struct audit_status, backlog) + sizeof status.backlog)
        return -EPROTO;
    memcpy(&status, buffer + sizeof(struct nlmsghdr), size < sizeof status ? size : sizeof status);
    *ret = (struct audit_state){
        .enabled = status.enabled,
        .pid = status.pid,
        .rate_limit = status.rate_limit,
        .backlog_limit = status.backlog_limit,
        .lost = status.lost,
        .backlog = status.backlog,
    };
    return 0;
}

/* "auditctl -a exclude,always -F msgtype=SECCOMP", and rules whose range holds it. */
static bool excludes_seccomp(const struct audit_rule_data *rule)
{
    bool holds = rule->field_count > 0;

    if ((rule->flags & AUDIT_FILTER_EXCLUDE) != AUDIT_FILTER_EXCLUDE)
        return false;
    for (uint32_t i = 0; i < rule->field_count && i < AUDIT_MAX_FIELDS; i++) {
        uint32_t value = rule->values[i], operator= rule->fieldflags[i];

        if (rule->fields[i] != AUDIT_MSGTYPE)
            return false; /* of some users or programs only */
        holds = holds && (operator== AUDIT_EQUAL     ? value == AUDIT_SECCOMP :
                          operator== AUDIT_NOT_EQUAL ? value != AUDIT_SECCOMP
                          :
                          operator== AUDIT_LESS_THAN ? AUDIT_SECCOMP < value
                          :
                          operator== AUDIT_LESS_THAN_OR_EQUAL ? AUDIT_SECCOMP <= value
                          :
                          operator== AUDIT_GREATER_THAN ? AUDIT_SECCOMP > value
                          :
                          operator== AUDIT_GREATER_THAN_OR_EQUAL ? AUDIT_SECCOMP >= value
                                                                 : false);
    }
    return holds;
}

int cull_audit_excluded(void)
{
    cull_auto_fd fd = ask(AUDIT_LIST_RULES);
    cull_auto_memory char *buffer = malloc(ANSWER_BYTES);
    struct audit_rule_data rule;
    bool excluded = false;
    size_t size;
    int r;

    if (fd < 0)
        return fd;
    if (buffer == NULL)
        return -ENOMEM;
    while ((r = answer(fd, buffer, ANSWER_BYTES, &size)) > 0) {
        if (r != AUDIT_LIST_RULES || size < sizeof rule)
            continue;
        memcpy(&rule, buffer + sizeof(struct nlmsghdr), sizeof rule);
        excluded = excluded || excludes_seccomp(&rule);
    }
    return r < 0 ? r : excluded;
}
