/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The profile object itself, from its default action to its rules.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "model.h"

enum {
    TOP_DEFAULT_ACTION,
    TOP_ARCHITECTURES,
    TOP_FLAGS,
    TOP_LISTENER_PATH,
    TOP_LISTENER_METADATA,
    TOP_SYSCALLS,
    TOP_DEFAULT_ERRNO_RET, /* from here on: not in the Kubernetes object */
    TOP_DEFAULT_ERRNO,
    TOP_ARCH_MAP,
    TOP_COMMENT,
    TOP_COUNT
};
static const char *const top_keys[TOP_COUNT] = {
    "defaultAction", "architectures",   "flags",        "listenerPath", "listenerMetadata",
    "syscalls",      "defaultErrnoRet", "defaultErrno", "archMap",      "comment",
};

/* The Kubernetes object has keys of its own in the places of those that it does not know. */
enum { SPEC_BASE_PROFILE_NAME = TOP_DEFAULT_ERRNO_RET, SPEC_STATE, SPEC_DISABLED, SPEC_COUNT };
static const char *const spec_keys[SPEC_COUNT] = {
    "defaultAction", "architectures",   "flags", "listenerPath", "listenerMetadata",
    "syscalls",      "baseProfileName", "state", "disabled",
};

static int read_listener(struct cull_reader *reader, const struct cull_node *path,
                         const struct cull_node *metadata, struct cull_error *reterr)
{
    struct cull_profile *profile = reader->profile;
    struct cull_place place;
    int r = 0;

    if (path != NULL)
        r = cull_node_string(reader->arena, path, &profile->listener_path, reterr);
    if (r == 0 && metadata != NULL)
        r = cull_node_string(reader->arena, metadata, &profile->listener_metadata, reterr);
    if (r < 0)
        return r;
    if (profile->listener_path != NULL && *profile->listener_path == '\0')
        profile->listener_path = NULL;
    if (profile->listener_metadata != NULL && *profile->listener_metadata == '\0')
        profile->listener_metadata = NULL;
    if (profile->listener_metadata != NULL && profile->listener_path == NULL) {
        place = cull_node_place(reader->arena, metadata);
        cull_findings_add(&reader->findings, CULL_WARNING, "metadata-without-listener", &place,
                          "listenerMetadata without listenerPath: the runtime-spec forbids it, and "
                          "nobody receives it");
    }
    return 0;
}

static int read_default(struct cull_reader *reader, const struct cull_node *map,
                        const struct cull_node *const *values, bool plain,
                        struct cull_error *reterr)
{
    struct cull_profile *profile = reader->profile;
    const struct cull_node *action = values[TOP_DEFAULT_ACTION];
    const struct cull_node *number = plain ? NULL : values[TOP_DEFAULT_ERRNO_RET];
    const struct cull_node *name = plain ? NULL : values[TOP_DEFAULT_ERRNO];
    int r;

    if (action != NULL && action->kind == CULL_NODE_STRING && action->size == 0)
        action = NULL; /* "" is unset to Docker and runc */
    profile->default_place = cull_node_place(reader->arena, action != NULL ? action : map);
    if (action == NULL &&
        (values[TOP_SYSCALLS] == NULL ||
         (values[TOP_SYSCALLS]->kind == CULL_NODE_LIST && values[TOP_SYSCALLS]->count == 0))) {
        profile->is_empty = true;
        profile->default_action = CULL_ACT_ALLOW;
        cull_findings_add(&reader->findings, CULL_WARNING, "empty-is-unconfined",
                          &profile->default_place,
                          "no default action and no rules: Docker and runc run the container "
                          "unconfined, crun refuses it");
        return 0;
    }
    if (action == NULL)
        return cull_reader_fail(reader, map, reterr, "\"defaultAction\" is missing");
    r = cull_read_action(reader, action, &profile->default_action, reterr);
    if (r < 0)
        return r;
    if (profile->default_action == CULL_ACT_NOTIFY)
        return cull_reader_fail(reader, action, reterr,
                                "SCMP_ACT_NOTIFY cannot be the default action: runc refuses the "
                                "profile, the agent's own calls would wait for the agent");
    return cull_read_errno(reader, number, name, profile->default_action,
                           &profile->has_default_errno, &profile->default_errno, reterr);
}

static void add_docker_only(struct cull_reader *reader)
{
    static const struct {
        const char *key, *whose, *effect;
    } keys[ONLY_NAME] = {
        [ONLY_ARCH_MAP] = { "archMap", "Docker's and Podman's",
                            "containerd, Kubernetes (Localhost), runc and crun ignore it and know "
                            "the native architecture only" },
        [ONLY_INCLUDES] = { "includes", "Docker's and Podman's",
                            "containerd, Kubernetes (Localhost), runc and crun ignore it and apply "
                            "the rule to every container" },
        [ONLY_EXCLUDES] = { "excludes", "Docker's and Podman's",
                            "containerd, Kubernetes (Localhost), runc and crun ignore it and apply "
                            "the rule to every container" },
        [ONLY_MIN_KERNEL] = { "minKernel", "Docker's alone",
                              "Podman and CRI-O ignore it, too, and apply the rule on every "
                              "kernel" },
    };
    size_t count;

    for (int i = 0; i < ONLY_NAME; i++) {
        count = reader->only_count[i];
        if (count > 0)
            cull_findings_add(&reader->findings, CULL_NOTE, "docker-only-condition",
                              &reader->only[i], "%s (%zu time%s in this profile) is %s: %s",
                              keys[i].key, count, count > 1 ? "s" : "", keys[i].whose,
                              keys[i].effect);
    }
    count = reader->only_count[ONLY_NAME];
    if (count > 0)
        cull_findings_add(&reader->findings, CULL_WARNING, "legacy-name", &reader->only[ONLY_NAME],
                          "\"name\" instead of \"names\" (%zu rule%s): containerd, Kubernetes "
                          "(Localhost) and runc drop the rule without a word, crun refuses it",
                          count, count > 1 ? "s" : "");
}

static int read_members(struct cull_reader *reader, const struct cull_node *map,
                        const struct cull_node *const *values, bool plain,
                        struct cull_error *reterr)
{
    struct cull_profile *profile = reader->profile;
    const struct cull_node *arch_map = plain ? NULL : values[TOP_ARCH_MAP];
    int r = read_default(reader, map, values, plain, reterr);

    if (r == 0)
        r = cull_read_archs(reader, values[TOP_ARCHITECTURES], &profile->archs,
                            &profile->archs_count, reterr);
    if (r == 0)
        r = cull_read_arch_map(reader, arch_map, reterr);
    if (r == 0 && profile->archs_count > 0 && profile->arch_map_count > 0)
        r = cull_reader_fail(reader, arch_map, reterr,
                             "both \"architectures\" and \"archMap\": Docker refuses the profile, "
                             "keep one of them");
    if (r == 0)
        r = cull_read_flags(reader, values[TOP_FLAGS], reterr);
    if (r == 0)
        r = read_listener(reader, values[TOP_LISTENER_PATH], values[TOP_LISTENER_METADATA], reterr);
    if (r == 0 && values[TOP_SYSCALLS] != NULL)
        r = cull_read_rules(reader, values[TOP_SYSCALLS], reterr);
    return r;
}

int cull_read_profile(struct cull_reader *reader, const struct cull_node *map,
                      struct cull_error *reterr)
{
    bool plain = reader->profile->format == CULL_FORMAT_KUBERNETES;
    const struct cull_node *values[TOP_COUNT] = { NULL };
    struct cull_place place;
    int r = cull_keys_read(reader, map, plain ? spec_keys : top_keys,
                           plain ? (size_t)SPEC_COUNT : (size_t)TOP_COUNT, values, reterr);

    if (r == 0)
        r = read_members(reader, map, values, plain, reterr);
    if (r < 0)
        return r;
    if (plain && values[SPEC_BASE_PROFILE_NAME] != NULL) {
        place = cull_node_place(reader->arena, values[SPEC_BASE_PROFILE_NAME]);
        cull_findings_add(&reader->findings, CULL_WARNING, "base-profile", &place,
                          "the operator adds the base profile's rules to these: they are not here");
    }
    add_docker_only(reader);
    for (int i = 0; i < ONLY_COUNT && !plain; i++)
        if (reader->only_count[i] > 0)
            reader->profile->format = CULL_FORMAT_DOCKER;
    return 0;
}
