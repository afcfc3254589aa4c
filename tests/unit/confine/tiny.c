/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A program whose only system call is exit_group(42): no C library, no loader.
 */
void _start(void);

__attribute__((noreturn)) void _start(void)
{
#if defined(__x86_64__)
    __asm__ volatile("syscall" : : "a"(231), "D"(42) : "rcx", "r11", "memory");
#elif defined(__aarch64__)
    register long number __asm__("x8") = 94, status __asm__("x0") = 42;

    __asm__ volatile("svc 0" : : "r"(number), "r"(status) : "memory");
#endif
    for (;;)
        __builtin_trap();
}
