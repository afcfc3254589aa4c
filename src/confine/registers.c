/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The system call that a stopped thread is in.
 *
 * The kernel itself says which ABI it was (PTRACE_GET_SYSCALL_INFO, Linux 5.3), which the registers
 * do not: a 64-bit program can make 32-bit calls.
 */
#include "private.h"

#include <elf.h>
#include <linux/audit.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/user.h>

static bool audit_of(pid_t tid, uint32_t *ret)
{
    struct __ptrace_syscall_info info;

    memset(&info, 0, sizeof info);
    if (ptrace(PTRACE_GET_SYSCALL_INFO, tid, (void *)sizeof info, &info) <= 0 || info.arch == 0)
        return false;
    *ret = info.arch;
    return true;
}

#if defined(__x86_64__)

/* user_regs_struct of a 32-bit process, as the regset shows it: 17 words. */
struct registers_32 {
    uint32_t bx, cx, dx, si, di, bp, ax, ds, es, fs, gs, orig_ax, ip, cs, flags, sp, ss;
};

static void fill_32(const struct registers_32 *registers, struct cull_call *ret)
{
    ret->nr = registers->orig_ax;
    ret->args[0] = registers->bx;
    ret->args[1] = registers->cx;
    ret->args[2] = registers->dx;
    ret->args[3] = registers->si;
    ret->args[4] = registers->di;
    ret->args[5] = registers->bp;
}

/* The same registers of a 64-bit process that has used int $0x80. */
static struct registers_32 narrow(const struct user_regs_struct *registers)
{
    return (struct registers_32){
        .orig_ax = (uint32_t)registers->orig_rax,
        .bx = (uint32_t)registers->rbx,
        .cx = (uint32_t)registers->rcx,
        .dx = (uint32_t)registers->rdx,
        .si = (uint32_t)registers->rsi,
        .di = (uint32_t)registers->rdi,
        .bp = (uint32_t)registers->rbp,
    };
}

static void fill_64(const struct user_regs_struct *registers, struct cull_call *ret)
{
    ret->nr = (uint32_t)registers->orig_rax;
    ret->args[0] = registers->rdi;
    ret->args[1] = registers->rsi;
    ret->args[2] = registers->rdx;
    ret->args[3] = registers->r10;
    ret->args[4] = registers->r8;
    ret->args[5] = registers->r9;
}

bool cull_registers_call(pid_t tid, struct cull_call *ret)
{
    union {
        struct user_regs_struct wide;
        struct registers_32 narrow;
    } registers;
    struct iovec vector = { &registers, sizeof registers };
    struct cull_call call = { 0 };
    struct registers_32 narrowed;
    uint32_t audit;
    bool is_narrow;

    if (ptrace(PTRACE_GETREGSET, tid, (void *)NT_PRSTATUS, &vector) < 0)
        return false;
    is_narrow = vector.iov_len == sizeof registers.narrow;
    if (!audit_of(tid, &audit))
        audit = is_narrow ? AUDIT_ARCH_I386 : AUDIT_ARCH_X86_64;
    call.audit = audit;
    if (is_narrow) {
        fill_32(&registers.narrow, &call);
    } else if (audit == AUDIT_ARCH_I386) {
        narrowed = narrow(&registers.wide);
        fill_32(&narrowed, &call);
    } else {
        fill_64(&registers.wide, &call);
    }
    if (call.nr == UINT32_MAX)
        return false; /* in no call */
    *ret = call;
    return true;
}

#elif defined(__aarch64__)

bool cull_registers_call(pid_t tid, struct cull_call *ret)
{
    union {
        struct user_regs_struct wide;
        uint32_t narrow[18]; /* r0 to r15, cpsr, the original r0 */
    } registers;
    struct iovec vector = { &registers, sizeof registers };
    struct cull_call call = { 0 };

    if (ptrace(PTRACE_GETREGSET, tid, (void *)NT_PRSTATUS, &vector) < 0)
        return false;
    if (vector.iov_len == sizeof registers.narrow) {
        call.audit = AUDIT_ARCH_ARM;
        call.nr = registers.narrow[7];
        for (int i = 0; i < 6; i++)
            call.args[i] = registers.narrow[i];
    } else {
        call.audit = AUDIT_ARCH_AARCH64;
        call.nr = (uint32_t)registers.wide.regs[8];
        for (int i = 0; i < 6; i++)
            call.args[i] = registers.wide.regs[i];
    }
    *ret = call;
    return true;
}

#else

/* Here a TRAP is named by its signal's siginfo, and a kill stays unnamed. */
bool cull_registers_call(pid_t tid, struct cull_call *ret)
{
    (void)tid;
    (void)ret;
    return false;
}

#endif
