/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <strings.h>

#include "tables.h"

/* What a tracer writes to skip a call.  It has x32's bit but is nobody's number. */
#define SKIPPED 0xffffffffu

const struct cull_arch_info *cull_arch_info(enum cull_arch arch)
{
    return (unsigned)arch < CULL_ARCH_COUNT ? &cull_table_archs[arch] : NULL;
}

int cull_arch_by_name(const char *name, enum cull_arch *ret)
{
    for (size_t i = 0; i < cull_table_arch_names_count; i++) {
        if (!strcasecmp(name, cull_table_arch_names[i].word)) {
            *ret = (enum cull_arch)cull_table_arch_names[i].value;
            return 0;
        }
    }
    return -ENOENT;
}

int cull_arch_by_call(uint32_t audit, uint32_t nr, enum cull_arch *ret)
{
    const struct cull_arch_info *x86_64 = &cull_table_archs[CULL_ARCH_X86_64];

    if (audit == x86_64->audit) {
        *ret = (nr & CULL_X32_BIT) && nr != SKIPPED ? CULL_ARCH_X32 : CULL_ARCH_X86_64;
        return 0;
    }
    for (size_t i = 0; i < CULL_ARCH_COUNT; i++) {
        if (cull_table_archs[i].audit == audit) {
            *ret = cull_table_archs[i].arch;
            return 0;
        }
    }
    return -ENOENT;
}

#if defined(__x86_64__) && defined(__ILP32__)
#define NATIVE CULL_ARCH_X32
#elif defined(__x86_64__)
#define NATIVE CULL_ARCH_X86_64
#elif defined(__i386__)
#define NATIVE CULL_ARCH_X86
#elif defined(__aarch64__)
#define NATIVE CULL_ARCH_AARCH64
#elif defined(__arm__)
#define NATIVE CULL_ARCH_ARM
#elif defined(__loongarch64)
#define NATIVE CULL_ARCH_LOONGARCH64
#elif defined(__m68k__)
#define NATIVE CULL_ARCH_M68K
#elif defined(__mips__) && _MIPS_SIM == _ABIO32
#define NATIVE (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? CULL_ARCH_MIPS : CULL_ARCH_MIPSEL)
#elif defined(__mips__) && _MIPS_SIM == _ABI64
#define NATIVE (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? CULL_ARCH_MIPS64 : CULL_ARCH_MIPSEL64)
#elif defined(__mips__)
#define NATIVE \
    (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? CULL_ARCH_MIPS64N32 : CULL_ARCH_MIPSEL64N32)
#elif defined(__hppa__) && defined(__LP64__)
#define NATIVE CULL_ARCH_PARISC64
#elif defined(__hppa__)
#define NATIVE CULL_ARCH_PARISC
#elif defined(__powerpc64__)
#define NATIVE (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? CULL_ARCH_PPC64 : CULL_ARCH_PPC64LE)
#elif defined(__powerpc__)
#define NATIVE CULL_ARCH_PPC
#elif defined(__riscv) && __riscv_xlen == 64
#define NATIVE CULL_ARCH_RISCV64
#elif defined(__s390x__)
#define NATIVE CULL_ARCH_S390X
#elif defined(__s390__)
#define NATIVE CULL_ARCH_S390
#elif defined(__sh__)
#define NATIVE (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? CULL_ARCH_SHEB : CULL_ARCH_SH)
#else
#error "no OCI profile can name this architecture"
#endif

enum cull_arch cull_arch_native(void)
{
    return NATIVE;
}
