/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The words and numbers of a profile: actions, operators, architectures, errno.
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "model.h"

#define ERRNO_MOST 4094  /* libseccomp refuses ERRNO from 4095 on; the kernel cuts there */
#define TRACE_MOST 65535 /* SECCOMP_RET_DATA */

/* The words share long beginnings: what stands behind them must be alike. */
static bool is_meant(const char *word, const char *nearest, const char *prefix)
{
    size_t size = strlen(prefix);
    const char *rest = strncasecmp(word, prefix, size) == 0 ? word + size : word;
    size_t shorter, length = strlen(rest);

    nearest += size;
    shorter = length < strlen(nearest) ? length : strlen(nearest);
    return strncasecmp(rest, nearest, shorter) == 0 ||
           cull_text_distance(rest, nearest) <= (length < 3 ? 1 : length / 3);
}

int cull_read_fail_word(struct cull_reader *reader, const struct cull_node *node, const char *what,
                        const char *prefix, const char *nearest, struct cull_error *reterr)
{
    if (nearest != NULL && is_meant(node->text, nearest, prefix))
        return cull_reader_fail(reader, node, reterr, "unknown %s \"%.64s\", did you mean \"%s\"?",
                                what, node->text, nearest);
    return cull_reader_fail(reader, node, reterr, "unknown %s \"%.64s\"", what, node->text);
}

#define WORD_SIZE 64

/* Whoever writes small letters means the same word. */
static const char *upper(const char *word, char *ret)
{
    size_t i;

    for (i = 0; word[i] != '\0' && i < WORD_SIZE - 1; i++)
        ret[i] = (char)toupper((unsigned char)word[i]);
    ret[i] = '\0';
    return ret;
}

int cull_read_action(struct cull_reader *reader, const struct cull_node *node,
                     enum cull_action *ret, struct cull_error *reterr)
{
    char capitals[WORD_SIZE];
    const char *word;
    int r = cull_node_string(reader->arena, node, &word, reterr);

    if (r < 0)
        return r;
    if (cull_action_by_name(word, ret) < 0)
        return cull_read_fail_word(reader, node, "action", "SCMP_ACT_",
                                   cull_action_nearest(upper(word, capitals)), reterr);
    return 0;
}

int cull_read_op(struct cull_reader *reader, const struct cull_node *node, enum cull_op *ret,
                 struct cull_error *reterr)
{
    char capitals[WORD_SIZE];
    const char *word;
    int r = cull_node_string(reader->arena, node, &word, reterr);

    if (r < 0)
        return r;
    if (cull_op_by_name(word, ret) < 0)
        return cull_read_fail_word(reader, node, "operator", "SCMP_CMP_",
                                   cull_op_nearest(upper(word, capitals)), reterr);
    return 0;
}

static const char *nearest_arch(const char *word)
{
    const char *names[CULL_ARCH_COUNT];

    for (size_t i = 0; i < CULL_ARCH_COUNT; i++)
        names[i] = cull_arch_info((enum cull_arch)i)->oci;
    return cull_text_nearest(word, names, CULL_ARCH_COUNT);
}

int cull_read_arch(struct cull_reader *reader, const struct cull_node *node, enum cull_arch *ret,
                   struct cull_error *reterr)
{
    const char *word;
    enum cull_arch arch;
    int r = cull_node_string(reader->arena, node, &word, reterr);

    if (r < 0)
        return r;
    if (strcmp(word, "SCMP_ARCH_NATIVE") == 0)
        return cull_reader_fail(reader, node, reterr,
                                "runc and crun do not know SCMP_ARCH_NATIVE: the native "
                                "architecture is always in, leave it out");
    if (cull_arch_by_name(word, &arch) == 0 && strcmp(cull_arch_info(arch)->oci, word) != 0)
        return cull_reader_fail(reader, node, reterr, "\"%.64s\" is written \"%s\" here", word,
                                cull_arch_info(arch)->oci);
    if (cull_arch_by_name(word, &arch) < 0)
        return cull_read_fail_word(reader, node, "architecture", "SCMP_ARCH_", nearest_arch(word),
                                   reterr);
    *ret = arch;
    return 0;
}

/* containers/common's "errno": a name or a decimal number, as a string. */
static int read_errno_name(struct cull_reader *reader, const struct cull_node *node, uint64_t *ret,
                           struct cull_error *reterr)
{
    const char *word;
    unsigned number;
    int r = cull_node_string(reader->arena, node, &word, reterr);

    if (r < 0)
        return r;
    if (cull_errno_by_name(word, &number) == 0)
        *ret = number;
    else if (cull_parse_u64(word, ret) < 0)
        return cull_reader_fail(reader, node, reterr, "unknown errno \"%.64s\"", word);
    return 0;
}

static int check_range(struct cull_reader *reader, const struct cull_node *node,
                       enum cull_action action, uint64_t value, struct cull_error *reterr)
{
    if (!cull_action_info(action)->takes_errno)
        return cull_reader_fail(reader, node, reterr,
                                "%s takes no errno: crun refuses this, runc ignores it",
                                cull_action_info(action)->oci);
    if (action == CULL_ACT_ERRNO && value > ERRNO_MOST)
        return cull_reader_fail(reader, node, reterr,
                                "%llu is no errno: libseccomp takes 0 to %u, so that the container "
                                "would not start",
                                (unsigned long long)value, ERRNO_MOST);
    if (value > TRACE_MOST)
        return cull_reader_fail(reader, node, reterr, "%llu is too large: a tracer gets 16 bits",
                                (unsigned long long)value);
    return 0;
}

static void add_errno_findings(struct cull_reader *reader, const struct cull_node *number,
                               const struct cull_node *name, enum cull_action action,
                               uint64_t value)
{
    const struct cull_node *node = name != NULL ? name : number;
    struct cull_place place = cull_node_place(reader->arena, node);
    uint64_t other = EPERM;

    if (action == CULL_ACT_ERRNO && value == 0)
        cull_findings_add(&reader->findings, CULL_WARNING, "errno-zero", &place,
                          "errno 0: the call does nothing and reports success");
    if (name == NULL)
        return;
    if (number != NULL && cull_node_u64(reader->arena, number, UINT32_MAX, &other, NULL) < 0)
        return;
    if (other != value)
        cull_findings_add(&reader->findings, CULL_WARNING, "containers-only-errno", &place,
                          "Podman and CRI-O give errno %llu; Docker, containerd, runc and crun do "
                          "not read this key and give %llu",
                          (unsigned long long)value, (unsigned long long)other);
}

int cull_read_errno(struct cull_reader *reader, const struct cull_node *number,
                    const struct cull_node *name, enum cull_action action, bool *ret_has,
                    uint32_t *ret, struct cull_error *reterr)
{
    uint64_t value = EPERM;
    int r = 0;

    if (name != NULL && name->kind == CULL_NODE_STRING && name->size == 0)
        name = NULL; /* "" is unset */
    if (number != NULL)
        r = cull_node_u64(reader->arena, number, UINT32_MAX, &value, reterr);
    if (r == 0 && name != NULL)
        r = read_errno_name(reader, name, &value, reterr);
    if (r < 0)
        return r;
    *ret_has = number != NULL || name != NULL;
    *ret = 0;
    if (*ret_has) {
        r = check_range(reader, name != NULL ? name : number, action, value, reterr);
        if (r < 0)
            return r;
        add_errno_findings(reader, number, name, action, value);
    }
    if (cull_action_info(action)->takes_errno)
        *ret = (uint32_t)value;
    return 0;
}
