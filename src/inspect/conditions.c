/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Arguments that profiles are known to look at, with the values worth trying.  Numbers: the
 * kernel's user-space headers (linux/sched.h, sys/socket.h, linux/prctl.h, asm-generic/ioctls.h,
 * sys/personality.h, linux/keyctl.h, linux/bpf.h, linux/ptrace.h, linux/mount.h, linux/net.h).
 */
#include "questions.h"

#include <string.h>

static const uint64_t clone_flags[] = { 0x11,       0x00000080, 0x00003d0f00, 0x00020000,
                                        0x02000000, 0x04000000, 0x08000000,   0x10000000,
                                        0x20000000, 0x40000000 };
static const uint64_t personas[] = { 0x8, 0x20000, 0x20008, 0x40000, 0x400000, 0xffffffff };
static const uint64_t families[] = { 1, 2, 4, 5, 9, 10, 16, 17, 21, 29, 31, 38, 39, 40, 44 };
static const uint64_t socket_types[] = { 1, 2, 3, 5, 10, 0x80001 };
static const uint64_t prctls[] = { 1,  3,  4,  8,  15, 16, 21, 22, 23,
                                   24, 26, 35, 36, 38, 41, 47, 53, 0x53564d41 };
static const uint64_t ioctls[] = { 0x5401, 0x5412, 0x5413, 0x541c, 0x541d, 0x5421, 0x8910 };
static const uint64_t fcntls[] = { 1, 2, 3, 4, 5, 8, 1024, 1030, 1033 };
static const uint64_t small[] = { 1, 2, 3, 4, 5, 8, 11, 14, 16, 24 };
static const uint64_t protections[] = { 1, 2, 3, 4, 5, 6, 7 };
static const uint64_t mount_flags[] = { 1, 0x20, 0x1000, 0x2000, 0x4000, 0x40000, 0x100000 };
static const uint64_t open_flags[] = { 1, 2, 0x40, 0x42, 0x200, 0x80000, 0x410000 };
static const uint64_t modes[] = { 0x40, 0x1b6, 0x200, 0x400, 0x800, 0x2000, 0x6000 };
static const uint64_t ptraces[] = { 1, 4, 5, 16, 0x4200, 0x4206, 0x420c };
static const uint64_t levels[] = { 1, 6, 17, 41, 255, 270, 279 };
static const uint64_t arch_prctls[] = { 0x1001, 0x1002, 0x1003, 0x1004, 0x5001, 0x5002 };
static const uint64_t advices[] = { 3, 4, 8, 10, 12, 14, 100 };
static const uint64_t signals[] = { 1, 9, 11, 15, 19 };
static const uint64_t multiplexed[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 13, 17, 18, 20, 21, 22, 24 };

#define CONDITION(name, index, values)                      \
    {                                                       \
        name, index, values, sizeof values / sizeof *values \
    }
const struct condition cull_conditions[] = {
    CONDITION("arch_prctl", 0, arch_prctls),
    CONDITION("bpf", 0, small),
    CONDITION("chmod", 1, modes),
    CONDITION("clone", 0, clone_flags),
    CONDITION("clone", 1, clone_flags),
    CONDITION("fchmod", 1, modes),
    CONDITION("fchmodat", 2, modes),
    CONDITION("fcntl", 1, fcntls),
    CONDITION("fcntl64", 1, fcntls),
    CONDITION("futex", 1, small),
    CONDITION("ioctl", 1, ioctls),
    CONDITION("ipc", 0, multiplexed),
    CONDITION("keyctl", 0, small),
    CONDITION("kill", 1, signals),
    CONDITION("madvise", 2, advices),
    CONDITION("mmap", 2, protections),
    CONDITION("mmap2", 2, protections),
    CONDITION("mknod", 1, modes),
    CONDITION("mknodat", 2, modes),
    CONDITION("mount", 3, mount_flags),
    CONDITION("mprotect", 2, protections),
    CONDITION("open", 1, open_flags),
    CONDITION("openat", 2, open_flags),
    CONDITION("personality", 0, personas),
    CONDITION("prctl", 0, prctls),
    CONDITION("ptrace", 0, ptraces),
    CONDITION("quotactl", 0, small),
    CONDITION("setns", 1, clone_flags),
    CONDITION("setsockopt", 1, levels),
    CONDITION("setsockopt", 2, small),
    CONDITION("socket", 0, families),
    CONDITION("socket", 1, socket_types),
    CONDITION("socketcall", 0, multiplexed),
    CONDITION("socketpair", 0, families),
    CONDITION("tgkill", 2, signals),
    CONDITION("umount2", 1, small),
    CONDITION("unshare", 0, clone_flags),
};
const size_t cull_conditions_count = sizeof cull_conditions / sizeof *cull_conditions;

struct value_name {
    uint64_t value;
    const char *name;
};

static const struct value_name family_names[] = {
    { 1, "AF_UNIX" },     { 2, "AF_INET" },    { 10, "AF_INET6" },
    { 16, "AF_NETLINK" }, { 17, "AF_PACKET" }, { 31, "AF_BLUETOOTH" },
    { 38, "AF_ALG" },     { 40, "AF_VSOCK" },  { 44, "AF_XDP" },
    { 0, NULL },
};
static const struct value_name clone_names[] = {
    { 0x00000080, "CLONE_NEWTIME" },
    { 0x00020000, "CLONE_NEWNS" },
    { 0x02000000, "CLONE_NEWCGROUP" },
    { 0x04000000, "CLONE_NEWUTS" },
    { 0x08000000, "CLONE_NEWIPC" },
    { 0x10000000, "CLONE_NEWUSER" },
    { 0x20000000, "CLONE_NEWPID" },
    { 0x40000000, "CLONE_NEWNET" },
    { 0, NULL },
};
static const struct value_name ioctl_names[] = {
    { 0x5401, "TCGETS" },
    { 0x5412, "TIOCSTI" },
    { 0x541c, "TIOCLINUX" },
    { 0, NULL },
};
static const struct {
    const char *syscall;
    unsigned index;
    const struct value_name *names;
} named[] = {
    { "socket", 0, family_names }, { "socketpair", 0, family_names }, { "clone", 0, clone_names },
    { "unshare", 0, clone_names }, { "setns", 1, clone_names },       { "ioctl", 1, ioctl_names },
};

const char *cull_condition_value_name(const char *syscall, unsigned index, uint64_t value)
{
    for (size_t i = 0; i < sizeof named / sizeof *named; i++) {
        if (named[i].index != index || strcmp(named[i].syscall, syscall) != 0)
            continue;
        for (const struct value_name *at = named[i].names; at->name != NULL; at++) {
            if (at->value == value)
                return at->name;
        }
    }
    return NULL;
}
