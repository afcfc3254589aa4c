/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One system call at one address.  The filter of the probe knows a question by the address behind
 * the instruction, so all six arguments are free and no other call of the process is touched.
 */
#include "probe.h"

#if defined(__x86_64__)

__asm__(".text\n"
        ".globl cull_probe_call, cull_probe_after\n"
        ".type cull_probe_call, @function\n"
        "cull_probe_call:\n"
        "    mov %edi, %eax\n"
        "    mov %rsi, %r11\n"
        "    mov 0(%r11), %rdi\n"
        "    mov 8(%r11), %rsi\n"
        "    mov 16(%r11), %rdx\n"
        "    mov 24(%r11), %r10\n"
        "    mov 32(%r11), %r8\n"
        "    mov 40(%r11), %r9\n"
        "    syscall\n"
        "cull_probe_after:\n"
        "    ret\n"
        ".size cull_probe_call, . - cull_probe_call\n"

        ".globl cull_probe_call_compat, cull_probe_after_compat\n"
        ".type cull_probe_call_compat, @function\n"
        "cull_probe_call_compat:\n"
        "    push %rbx\n"
        "    push %rbp\n"
        "    mov %edi, %eax\n"
        "    mov %rsi, %r11\n"
        "    mov 0(%r11), %ebx\n"
        "    mov 8(%r11), %ecx\n"
        "    mov 16(%r11), %edx\n"
        "    mov 24(%r11), %esi\n"
        "    mov 32(%r11), %edi\n"
        "    mov 40(%r11), %ebp\n"
        "    int $0x80\n"
        "cull_probe_after_compat:\n"
        "    cltq\n"
        "    pop %rbp\n"
        "    pop %rbx\n"
        "    ret\n"
        ".size cull_probe_call_compat, . - cull_probe_call_compat\n");

#elif defined(__aarch64__)

__asm__(".text\n"
        ".globl cull_probe_call, cull_probe_after\n"
        ".type cull_probe_call, %function\n"
        "cull_probe_call:\n"
        "    mov w8, w0\n"
        "    mov x9, x1\n"
        "    ldp x0, x1, [x9]\n"
        "    ldp x2, x3, [x9, #16]\n"
        "    ldp x4, x5, [x9, #32]\n"
        "    svc #0\n"
        "cull_probe_after:\n"
        "    ret\n"
        ".size cull_probe_call, . - cull_probe_call\n"
        ".globl cull_probe_after_compat\n"
        ".set cull_probe_after_compat, cull_probe_after\n");

/* A 64-bit program cannot make a 32-bit call here. */
long cull_probe_call_compat(uint32_t nr, const uint64_t args[6])
{
    return cull_probe_call(nr, args);
}

#else

__asm__(".text\n"
        ".globl cull_probe_after, cull_probe_after_compat\n"
        "cull_probe_after:\n"
        "cull_probe_after_compat:\n");

/* Never asked: cull_probe() refuses architectures without a probe. */
long cull_probe_call(uint32_t nr, const uint64_t args[6])
{
    (void)nr;
    (void)args;
    return -1;
}

long cull_probe_call_compat(uint32_t nr, const uint64_t args[6])
{
    return cull_probe_call(nr, args);
}

#endif
