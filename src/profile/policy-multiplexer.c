/* SPDX-License-Identifier: Apache-2.0 */
/*
 * socketcall(2) and ipc(2): one number for many calls, the call's own in the first argument.  A rule
 * for socket(2) must cover both doors.  Values: linux/net.h SYS_*, linux/ipc.h.
 */
#include <errno.h>
#include <string.h>

#include "policy.h"

struct part {
    const char *name;
    uint64_t value;
};

static const struct part socket_parts[] = {
    { "socket", 1 },    { "bind", 2 },        { "connect", 3 },     { "listen", 4 },
    { "accept", 5 },    { "getsockname", 6 }, { "getpeername", 7 }, { "socketpair", 8 },
    { "send", 9 },      { "recv", 10 },       { "sendto", 11 },     { "recvfrom", 12 },
    { "shutdown", 13 }, { "setsockopt", 14 }, { "getsockopt", 15 }, { "sendmsg", 16 },
    { "recvmsg", 17 },  { "accept4", 18 },    { "recvmmsg", 19 },   { "sendmmsg", 20 },
};

static const struct part ipc_parts[] = {
    { "semop", 1 },   { "semget", 2 },  { "semctl", 3 },  { "semtimedop", 4 },
    { "msgsnd", 11 }, { "msgrcv", 12 }, { "msgget", 13 }, { "msgctl", 14 },
    { "shmat", 21 },  { "shmdt", 22 },  { "shmget", 23 }, { "shmctl", 24 },
};

static bool find_part(const struct part *parts, size_t count, const char *name, uint64_t *ret)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(parts[i].name, name) == 0) {
            *ret = parts[i].value;
            return true;
        }
    }
    return false;
}

int cull_policy_multiplexer(enum cull_arch arch, const char *name, uint32_t *ret_nr,
                            uint64_t *ret_value)
{
    const char *multiplexer;
    uint64_t value;
    uint32_t nr;
    size_t id;

    if (find_part(socket_parts, sizeof socket_parts / sizeof *socket_parts, name, &value))
        multiplexer = "socketcall";
    else if (find_part(ipc_parts, sizeof ipc_parts / sizeof *ipc_parts, name, &value))
        multiplexer = "ipc";
    else
        return -ENOENT;
    if (cull_syscall_by_name(multiplexer, &id) < 0 || cull_syscall_nr(id, arch, &nr) < 0)
        return -ENOENT;
    *ret_nr = nr;
    *ret_value = value;
    return 0;
}
