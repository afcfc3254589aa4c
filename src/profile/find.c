/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which of the three shapes a document has, by what stands in it.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "model.h"

#define OPERATOR_GROUP "security-profiles-operator.x-k8s.io/"

static const char *text_of(const struct cull_node *node)
{
    return node != NULL && node->kind == CULL_NODE_STRING ? node->text : "";
}

static int find_in_kubernetes(struct cull_reader *reader, const struct cull_node *root,
                              const struct cull_node **ret, struct cull_error *reterr)
{
    const struct cull_node *kind = cull_node_get(root, "kind");
    const struct cull_node *version = cull_node_get(root, "apiVersion");
    const struct cull_node *spec = cull_node_get(root, "spec"), *name;
    int r;

    if (strcmp(text_of(kind), "SeccompProfile") != 0)
        return cull_reader_fail(reader, kind != NULL ? kind : root, reterr,
                                "a Kubernetes %.64s is no seccomp profile: it may name one, in "
                                "securityContext.seccompProfile.localhostProfile",
                                kind != NULL ? text_of(kind) : "object");
    if (strncmp(text_of(version), OPERATOR_GROUP, strlen(OPERATOR_GROUP)) != 0)
        return cull_reader_fail(reader, version != NULL ? version : root, reterr,
                                "a SeccompProfile of the Security Profiles Operator has an "
                                "apiVersion that begins with \"" OPERATOR_GROUP "\"");
    if (spec == NULL || spec->kind == CULL_NODE_NULL)
        return cull_reader_fail(reader, root, reterr, "\"spec\" is missing");
    reader->profile->format = CULL_FORMAT_KUBERNETES;
    name = cull_node_get(cull_node_get(root, "metadata"), "name");
    if (name != NULL && name->kind == CULL_NODE_STRING) {
        r = cull_node_string(reader->arena, name, &reader->profile->name, reterr);
        if (r < 0)
            return r;
    }
    *ret = spec;
    return 0;
}

static int find_in_config(struct cull_reader *reader, const struct cull_node *root,
                          const struct cull_node **ret, struct cull_error *reterr)
{
    const struct cull_node *linux_node = cull_node_get(root, "linux");
    const struct cull_node *seccomp = cull_node_get(linux_node, "seccomp");

    if (seccomp == NULL || seccomp->kind == CULL_NODE_NULL)
        return cull_reader_fail(reader, linux_node != NULL ? linux_node : root, reterr,
                                "an OCI config.json without linux.seccomp: its container runs "
                                "unconfined, there is no profile to read");
    *ret = seccomp;
    return 0;
}

/* {} is a profile to Docker, and so is any object without a key that it knows: that is refused
 * here, for someone has given the wrong file. */
static bool has_known_key(const struct cull_node *root)
{
    static const char *const known[] = { "defaultAction", "architectures", "archMap",
                                         "syscalls",      "flags",         "defaultErrnoRet",
                                         "defaultErrno",  "listenerPath",  "listenerMetadata" };

    for (const struct cull_node *member = root->first; member != NULL; member = member->next)
        for (size_t i = 0; i < COUNT_OF(known); i++)
            if (strcasecmp(member->key, known[i]) == 0)
                return true;
    return root->count == 0;
}

int cull_find_profile(struct cull_reader *reader, const struct cull_node *root,
                      const struct cull_node **ret, struct cull_error *reterr)
{
    const struct cull_node *version;
    int r;

    if (root->kind != CULL_NODE_MAP)
        return cull_reader_fail(reader, root, reterr, "a profile must be an object, not %s",
                                cull_node_kind_name(root->kind));
    version = cull_node_get(root, "apiVersion");
    if (version != NULL || cull_node_get(root, "kind") != NULL)
        return find_in_kubernetes(reader, root, ret, reterr);
    if (cull_node_get(root, "ociVersion") != NULL || cull_node_get(root, "linux") != NULL) {
        r = find_in_config(reader, root, ret, reterr);
        return r < 0 ? r : cull_reader_kind(reader, *ret, CULL_NODE_MAP, reterr);
    }
    if (!has_known_key(root))
        return cull_reader_fail(reader, root, reterr,
                                "this is no seccomp profile: it has \"%.64s\", but neither "
                                "\"defaultAction\" nor \"syscalls\"",
                                root->first->key);
    *ret = root;
    return 0;
}
