/* SPDX-License-Identifier: Apache-2.0 */
/*
 * table - facts: architectures, system calls, actions, operators, flags, errno, capabilities.
 *
 * Generated from data/ when the program is built; data/SOURCES.md names where each fact came from.
 * Everything here is constant: no function allocates, fails for lack of memory or keeps state.
 */
#ifndef SYSCULL_TABLE_H
#define SYSCULL_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ---- architectures: what an OCI profile can name, one per ABI ------------------------- */

enum cull_arch {
    CULL_ARCH_X86,
    CULL_ARCH_X86_64,
    CULL_ARCH_X32,
    CULL_ARCH_ARM,
    CULL_ARCH_AARCH64,
    CULL_ARCH_LOONGARCH64,
    CULL_ARCH_M68K,
    CULL_ARCH_MIPS,
    CULL_ARCH_MIPSEL,
    CULL_ARCH_MIPS64,
    CULL_ARCH_MIPSEL64,
    CULL_ARCH_MIPS64N32,
    CULL_ARCH_MIPSEL64N32,
    CULL_ARCH_PARISC,
    CULL_ARCH_PARISC64,
    CULL_ARCH_PPC,
    CULL_ARCH_PPC64,
    CULL_ARCH_PPC64LE,
    CULL_ARCH_RISCV64,
    CULL_ARCH_S390,
    CULL_ARCH_S390X,
    CULL_ARCH_SH,
    CULL_ARCH_SHEB,
    CULL_ARCH_COUNT
};

#define CULL_X32_BIT 0x40000000u

struct cull_arch_info {
    enum cull_arch arch;
    const char *name;      /* "x86_64": libseccomp's spelling in lower case */
    const char *oci;       /* "SCMP_ARCH_X86_64" */
    const char *go;        /* Docker's archMap key, GOARCH-like ("amd64"), or NULL */
    uint32_t audit;        /* AUDIT_ARCH_*: seccomp_data.arch; x32 shares x86_64's */
    unsigned compare_bits; /* 32 or 64: how wide an argument is compared (x32: 32) */
    bool big_endian;
    uint32_t nr_base;      /* added to the table's number: mips 4000/5000/6000, x32 bit 30 */
    enum cull_arch native; /* the kernel's own ABI on the machine that runs this one */
};

const struct cull_arch_info *cull_arch_info(enum cull_arch arch); /* never NULL for a valid arch */
/* "x86_64", "SCMP_ARCH_X86_64", "amd64", "i386", "arm64", ... any case. 0 or -ENOENT. */
int cull_arch_by_name(const char *name, enum cull_arch *ret);
/* Which ABI made this call, from seccomp_data.  0, or -ENOENT for an audit arch not known.
 * x86_64 with bit 30 is x32; 0xffffffff (a tracer's skip) stays with x86_64. */
int cull_arch_by_call(uint32_t audit, uint32_t nr, enum cull_arch *ret);
enum cull_arch cull_arch_native(void); /* of this build */

/* ---- system calls -------------------------------------------------------------------------- */

/* A call is an index from 0 to cull_syscall_count() - 1, ordered by name. */
struct cull_syscall {
    const char *name;
    const char *since; /* kernel that brought it, "1.0", or NULL: unknown or never implemented */
    const char *group; /* "file", "network", ...: one of cull_group_* */
    const char *brief; /* one line, lower case: what it does */
};

size_t cull_syscall_count(void);
const struct cull_syscall *cull_syscall_info(size_t id);
int cull_syscall_by_name(const char *name, size_t *ret_id); /* 0 or -ENOENT */
/* nr as in seccomp_data.nr, with the ABI's base (x32: with bit 30). 0 or -ENOENT. */
int cull_syscall_by_nr(enum cull_arch arch, uint32_t nr, size_t *ret_id);
int cull_syscall_nr(size_t id, enum cull_arch arch, uint32_t *ret_nr); /* 0 or -ENOENT */
uint32_t cull_syscall_max_nr(enum cull_arch arch);  /* largest number known, with base */
const char *cull_syscall_nearest(const char *name); /* for "did you mean", or NULL */
const char *cull_table_kernel(void);                /* newest kernel that the table knows: "7.2" */

struct cull_group {
    const char *name;  /* "network" */
    const char *brief; /* "sockets: connect, send, receive" */
};
size_t cull_group_count(void);
const struct cull_group *cull_group_info(size_t index); /* in the order in which people want them */

/* ---- actions: SCMP_ACT_* --------------------------------------------------------------------- */

enum cull_action {
    CULL_ACT_KILL_PROCESS,
    CULL_ACT_KILL_THREAD,
    CULL_ACT_TRAP,
    CULL_ACT_ERRNO,
    CULL_ACT_NOTIFY,
    CULL_ACT_TRACE,
    CULL_ACT_LOG,
    CULL_ACT_ALLOW,
    CULL_ACT_COUNT
};

struct cull_action_info {
    const char *oci; /* "SCMP_ACT_ERRNO"; SCMP_ACT_KILL reads as KILL_THREAD, as runc and crun do */
    const char *kernel; /* "SECCOMP_RET_ERRNO" */
    uint32_t value;     /* SECCOMP_RET_*, data bits clear */
    bool takes_errno;   /* errnoRet is used: ERRNO, TRACE */
    const char *past;   /* "denied", "killed", "logged, allowed": for tables */
};

const struct cull_action_info *cull_action_info(enum cull_action action);
int cull_action_by_name(const char *oci, enum cull_action *ret);   /* 0 or -ENOENT */
int cull_action_by_value(uint32_t verdict, enum cull_action *ret); /* data bits ignored */
const char *cull_action_nearest(const char *oci);

/* ---- operators: SCMP_CMP_* ------------------------------------------------------------------- */

enum cull_op {
    CULL_CMP_NE,
    CULL_CMP_LT,
    CULL_CMP_LE,
    CULL_CMP_EQ,
    CULL_CMP_GE,
    CULL_CMP_GT,
    CULL_CMP_MASKED_EQ, /* (arg & value) == (valueTwo & value) */
    CULL_CMP_COUNT
};
const char *cull_op_name(enum cull_op op);               /* "SCMP_CMP_EQ" */
int cull_op_by_name(const char *oci, enum cull_op *ret); /* 0 or -ENOENT */
const char *cull_op_nearest(const char *oci);

/* ---- filter flags, errno, capabilities ------------------------------------------------------- */

int cull_flag_by_name(const char *name,
                      uint32_t *ret);      /* "SECCOMP_FILTER_FLAG_LOG"; 0 or -ENOENT */
const char *cull_flag_name(uint32_t flag); /* of one bit, or NULL */

const char *cull_errno_name(unsigned number);            /* "EPERM", or NULL */
int cull_errno_by_name(const char *name, unsigned *ret); /* 0 or -ENOENT */

#define CULL_CAP_COUNT 41                   /* CAP_CHOWN 0 ... CAP_CHECKPOINT_RESTORE 40 */
const char *cull_cap_name(unsigned number); /* "CAP_SYS_ADMIN", or NULL */
int cull_cap_by_name(const char *name, unsigned *ret); /* with or without CAP_; 0, -ENOENT */

/* ---- explanations: one screen of plain text each ---------------------------------------------- */

/* "SCMP_ACT_LOG", its short form "log", "architectures", ... any case.  NULL: no such topic. */
const char *cull_explain_text(const char *topic);
const char *const *cull_explain_topics(void); /* ends with NULL, in the order to list them */

#endif
