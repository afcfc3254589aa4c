/* SPDX-License-Identifier: Apache-2.0 */
/*
 * profile - the policy: read, check, resolve for a target, say what it means, write.
 *
 * Reads three shapes into one model: the OCI runtime-spec's linux.seccomp object (also inside a whole
 * config.json), Docker's and containers/common's profile (archMap, includes, excludes, name), and
 * the Kubernetes SeccompProfile object (apiVersion security-profiles-operator.x-k8s.io, spec: ...).
 */
#ifndef SYSCULL_PROFILE_H
#define SYSCULL_PROFILE_H

#include <syscull/base.h>
#include <syscull/table.h>

enum cull_format { CULL_FORMAT_OCI, CULL_FORMAT_DOCKER, CULL_FORMAT_KUBERNETES };

struct cull_condition {
    unsigned index; /* 0 to 5 */
    enum cull_op op;
    uint64_t value, value_two; /* as runtime-spec: for MASKED_EQ value is the mask */
    struct cull_place place;
};

struct cull_name {
    const char *text;
    struct cull_place place;
};

/* Docker's includes or excludes; absent lists are empty, minKernel 0.0 is "not set". */
struct cull_selector {
    const char **caps; /* as written, "CAP_SYS_ADMIN" */
    size_t caps_count;
    const char **arches; /* as written, "amd64" */
    size_t arches_count;
    unsigned kernel_major, kernel_minor;
};

struct cull_rule {
    struct cull_name *names;
    size_t names_count;
    enum cull_action action;
    bool has_errno;
    uint32_t errno_ret; /* EPERM when !has_errno and the action takes one */
    struct cull_condition *conditions;
    size_t conditions_count;
    const char *comment; /* or NULL */
    struct cull_selector includes, excludes;
    struct cull_place place;
};

struct cull_arch_map {
    enum cull_arch arch;
    enum cull_arch *sub;
    size_t sub_count;
};

struct cull_finding {
    enum { CULL_NOTE, CULL_WARNING, CULL_ERROR } severity;
    const char *code; /* stable: "unknown-syscall"; the list is in the manual */
    struct cull_place place;
    const char *message;
};

struct cull_profile {
    struct cull_arena *arena; /* owns everything below */
    enum cull_format format;
    const char *source;
    const char *name; /* Kubernetes metadata.name, or NULL */
    bool is_empty;    /* {}: no default action and no rules; runtimes then run unconfined */
    enum cull_action default_action;
    bool has_default_errno;
    uint32_t default_errno; /* EPERM when !has_default_errno and the action takes one */
    struct cull_place default_place;
    enum cull_arch *archs; /* as listed; in a resolved profile never empty, native first */
    size_t archs_count;
    struct cull_arch_map *arch_map;
    size_t arch_map_count;
    bool has_flags;
    uint32_t flags; /* SECCOMP_FILTER_FLAG_* */
    const char *listener_path, *listener_metadata;
    struct cull_rule *rules;
    size_t rules_count;
    struct cull_finding *findings; /* what reading it found, in the order of the input */
    size_t findings_count;
    bool is_resolved;
};

/* Errors of reading: -EINVAL (malformed or a value that no runtime takes: place and path are set),
 * -ENODATA (empty input), -EILSEQ (not UTF-8), cull_file_read's, -ENOMEM. */
int cull_profile_load(const char *path, struct cull_profile **ret, struct cull_error *reterr);
int cull_profile_parse(const char *source, const char *data, size_t size, struct cull_profile **ret,
                       struct cull_error *reterr);
void cull_profile_free(struct cull_profile *profile);
CULL_DEFINE_AUTO(profile)

/* "audit", "deny", "allow", "runtime-default" (Docker's format, unresolved). -ENOENT: no such. */
int cull_profile_builtin(const char *name, struct cull_profile **ret, struct cull_error *reterr);
const char *const *cull_profile_builtin_names(void); /* NULL-terminated */

/* Build one in code; strings are copied.  Used by generate. -ENOMEM, -EINVAL (unknown call). */
int cull_profile_new(struct cull_profile **ret, struct cull_error *reterr);
int cull_profile_add_arch(struct cull_profile *profile, enum cull_arch arch);
int cull_profile_add_rule(struct cull_profile *profile, enum cull_action action, bool has_errno,
                          uint32_t errno_ret, const char *comment, const char *const *names,
                          size_t names_count);

/* ---- resolve: what this profile is for one container on one machine ------------------------- */

struct cull_target {
    enum cull_arch arch; /* native ABI of the machine */
    uint64_t caps;       /* the container's bounding set, bit n = capability n */
    unsigned kernel_major, kernel_minor;
};
/* This machine, with the capabilities that Docker, Podman and containerd give by default. */
int cull_target_default(struct cull_target *ret, struct cull_error *reterr);
#define CULL_CAPS_DOCKER_DEFAULT 0xa80425fbull

/* Apply archMap, includes, excludes and minKernel as Docker does; the result is plain OCI with its
 * architectures listed.  Its findings are those of the input and of resolving.
 * Errors: -EINVAL (architectures and archMap both set; two rules that libseccomp refuses to
 * combine; NOTIFY where it cannot be), -ENOMEM. */
int cull_profile_resolve(const struct cull_profile *profile, const struct cull_target *target,
                         struct cull_profile **ret, struct cull_error *reterr);

/* ---- meaning ------------------------------------------------------------------------------------ */

/* What the kernel shows a filter: struct seccomp_data without the instruction pointer. */
struct cull_call {
    uint32_t audit, nr;
    uint64_t args[6];
};

/* One conditional alternative; conditions are ANDed, in ascending order of index. */
struct cull_chain {
    struct cull_condition *conditions; /* values already cut to the ABI's compare width */
    size_t count;
    uint32_t verdict; /* SECCOMP_RET_* | data */
    const struct cull_rule *rule;
};

/* Everything that is said of one system call number: first chain that matches, else verdict. */
struct cull_meaning {
    uint32_t nr; /* with the ABI's base */
    uint32_t verdict;
    const struct cull_rule *rule; /* that gave verdict, or NULL: the default */
    struct cull_chain *chains;
    size_t count;
};

struct cull_arch_policy {
    enum cull_arch arch;
    struct cull_meaning *meanings; /* ascending nr; numbers that are not here get the default */
    size_t count;
};

/*
 * The rules as libseccomp combines them (first unconditional wins and beats conditions; a repeated
 * index splits an entry into alternatives; chains sorted as libseccomp sorts them): what a filter
 * must do, one table per architecture.  Calls of other architectures get bad_arch.
 */
struct cull_policy {
    struct cull_arena *arena;
    uint32_t default_verdict;
    uint32_t bad_arch; /* SECCOMP_RET_KILL_THREAD, as both runtimes leave it */
    struct cull_arch_policy *archs;
    size_t archs_count;
};
/* Needs a resolved profile.  It must outlive the policy.  -EINVAL (conflicting rules), -ENOMEM. */
int cull_policy_build(const struct cull_profile *resolved, struct cull_policy **ret,
                      struct cull_error *reterr);
void cull_policy_free(struct cull_policy *policy);
CULL_DEFINE_AUTO(policy)
/* The verdict, and the rule that gave it (NULL: default or bad architecture). */
uint32_t cull_policy_evaluate(const struct cull_policy *policy, const struct cull_call *call,
                              const struct cull_rule **ret_rule);

/* ---- check and write --------------------------------------------------------------------------- */

/* Everything worth saying about a profile, sorted by place: reading's findings and more.
 * The array is malloc'ed, its strings live in the profile's arena. -ENOMEM. */
int cull_profile_check(struct cull_profile *profile, const struct cull_target *target,
                       struct cull_finding **ret, size_t *ret_count, struct cull_error *reterr);
/* Canonical JSON that runc, crun, Docker, Podman, containerd and CRI-O read alike; a Docker
 * profile that is not resolved is written in Docker's form. */
int cull_profile_print(const struct cull_profile *profile, struct cull_text *out,
                       struct cull_error *reterr);

#endif
