/* SPDX-License-Identifier: Apache-2.0 */
/* The words of a policy: actions, operators, filter flags.  The kernel's values are its ABI. */
#include <errno.h>
#include <string.h>
#include <syscull/base.h>

#include "tables.h"

#define SECCOMP_ACTION_BITS 0xffff0000u /* the rest is data: an errno, a tracer's message */

static const struct cull_action_info actions[CULL_ACT_COUNT] = {
    [CULL_ACT_KILL_PROCESS] = { "SCMP_ACT_KILL_PROCESS", "SECCOMP_RET_KILL_PROCESS", 0x80000000u,
                                false, "killed" },
    [CULL_ACT_KILL_THREAD] = { "SCMP_ACT_KILL_THREAD", "SECCOMP_RET_KILL_THREAD", 0x00000000u,
                               false, "thread killed" },
    [CULL_ACT_TRAP] = { "SCMP_ACT_TRAP", "SECCOMP_RET_TRAP", 0x00030000u, false, "trapped" },
    [CULL_ACT_ERRNO] = { "SCMP_ACT_ERRNO", "SECCOMP_RET_ERRNO", 0x00050000u, true, "denied" },
    [CULL_ACT_NOTIFY] = { "SCMP_ACT_NOTIFY", "SECCOMP_RET_USER_NOTIF", 0x7fc00000u, false,
                          "handed to an agent" },
    [CULL_ACT_TRACE] = { "SCMP_ACT_TRACE", "SECCOMP_RET_TRACE", 0x7ff00000u, true,
                         "handed to a tracer" },
    [CULL_ACT_LOG] = { "SCMP_ACT_LOG", "SECCOMP_RET_LOG", 0x7ffc0000u, false, "logged, allowed" },
    [CULL_ACT_ALLOW] = { "SCMP_ACT_ALLOW", "SECCOMP_RET_ALLOW", 0x7fff0000u, false, "allowed" },
};

static const char *const ops[CULL_CMP_COUNT] = {
    [CULL_CMP_NE] = "SCMP_CMP_NE",
    [CULL_CMP_LT] = "SCMP_CMP_LT",
    [CULL_CMP_LE] = "SCMP_CMP_LE",
    [CULL_CMP_EQ] = "SCMP_CMP_EQ",
    [CULL_CMP_GE] = "SCMP_CMP_GE",
    [CULL_CMP_GT] = "SCMP_CMP_GT",
    [CULL_CMP_MASKED_EQ] = "SCMP_CMP_MASKED_EQ",
};

static const struct cull_table_word flags[] = {
    { "SECCOMP_FILTER_FLAG_TSYNC", 1u << 0 },
    { "SECCOMP_FILTER_FLAG_LOG", 1u << 1 },
    { "SECCOMP_FILTER_FLAG_SPEC_ALLOW", 1u << 2 },
    { "SECCOMP_FILTER_FLAG_NEW_LISTENER", 1u << 3 },
    { "SECCOMP_FILTER_FLAG_TSYNC_ESRCH", 1u << 4 },
    { "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV", 1u << 5 },
};
#define FLAG_COUNT (sizeof(flags) / sizeof(flags[0]))

const struct cull_action_info *cull_action_info(enum cull_action action)
{
    return (unsigned)action < CULL_ACT_COUNT ? &actions[action] : NULL;
}

int cull_action_by_name(const char *oci, enum cull_action *ret)
{
    /* The old name of KILL_THREAD.  It never meant the process. */
    if (!strcmp(oci, "SCMP_ACT_KILL")) {
        *ret = CULL_ACT_KILL_THREAD;
        return 0;
    }
    for (size_t i = 0; i < CULL_ACT_COUNT; i++) {
        if (!strcmp(oci, actions[i].oci)) {
            *ret = (enum cull_action)i;
            return 0;
        }
    }
    return -ENOENT;
}

int cull_action_by_value(uint32_t verdict, enum cull_action *ret)
{
    for (size_t i = 0; i < CULL_ACT_COUNT; i++) {
        if (actions[i].value == (verdict & SECCOMP_ACTION_BITS)) {
            *ret = (enum cull_action)i;
            return 0;
        }
    }
    return -ENOENT;
}

const char *cull_action_nearest(const char *oci)
{
    const char *names[CULL_ACT_COUNT];

    for (size_t i = 0; i < CULL_ACT_COUNT; i++)
        names[i] = actions[i].oci;
    return cull_text_nearest(oci, names, CULL_ACT_COUNT);
}

const char *cull_op_name(enum cull_op op)
{
    return (unsigned)op < CULL_CMP_COUNT ? ops[op] : NULL;
}

int cull_op_by_name(const char *oci, enum cull_op *ret)
{
    for (size_t i = 0; i < CULL_CMP_COUNT; i++) {
        if (!strcmp(oci, ops[i])) {
            *ret = (enum cull_op)i;
            return 0;
        }
    }
    return -ENOENT;
}

const char *cull_op_nearest(const char *oci)
{
    return cull_text_nearest(oci, ops, CULL_CMP_COUNT);
}

int cull_flag_by_name(const char *name, uint32_t *ret)
{
    for (size_t i = 0; i < FLAG_COUNT; i++) {
        if (!strcmp(name, flags[i].word)) {
            *ret = flags[i].value;
            return 0;
        }
    }
    return -ENOENT;
}

const char *cull_flag_name(uint32_t flag)
{
    for (size_t i = 0; i < FLAG_COUNT; i++) {
        if (flags[i].value == flag)
            return flags[i].word;
    }
    return NULL;
}
