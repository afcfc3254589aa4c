/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Filters made by hand, and short ways to run a command under them.
 */
#ifndef SYSCULL_TEST_CONFINE_SUPPORT_H
#define SYSCULL_TEST_CONFINE_SUPPORT_H

#include <errno.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <syscull/confine.h>
#include <unistd.h>

#include <cmocka.h>

#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define UNLESS(value, skip) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, skip)
#define RETURN(value) BPF_STMT(BPF_RET | BPF_K, value)

extern char **environ;

static inline uint32_t native_audit(void)
{
    return cull_arch_info(cull_arch_native())->audit;
}

/* All is allowed but one call of one ABI. */
struct one_call {
    struct sock_filter insns[6];
    struct cull_filter filter;
};

static inline const struct cull_filter *only(struct one_call *one, uint32_t audit, uint32_t nr,
                                             uint32_t action)
{
    const struct sock_filter insns[] = {
        LOAD(arch),    UNLESS(audit, 3), LOAD(nr),
        UNLESS(nr, 1), RETURN(action),   RETURN(SECCOMP_RET_ALLOW),
    };

    memcpy(one->insns, insns, sizeof insns);
    one->filter = (struct cull_filter){ .insns = one->insns, .count = 6 };
    return &one->filter;
}

/* Run words[0], which ends with NULL, and expect that it ran. */
static inline struct cull_confine_result run_it(const struct cull_filter *filter, bool watch,
                                                char *const words[])
{
    struct cull_confine_options options = { .watch_kill = watch };
    struct cull_confine_result result = { .wait_status = -1 };
    struct cull_error error = { 0 };

    if (cull_confine_run(words, environ, getenv("PATH"), filter, &options, &result, &error) < 0)
        fail_msg("%s: %s", error.source, error.message);
    return result;
}
/* An argv; execve(2) takes char * for history's sake and changes nothing. */
#define WORDS(...) ((char **)(const char *const[]){ __VA_ARGS__, NULL })
#define RUN(filter, watch, ...) run_it(filter, watch, WORDS(__VA_ARGS__))
#define ACTOR getenv("SYSCULL_TEST_ACTOR")
#define SHELL(script) "sh", "-c", script

#endif
