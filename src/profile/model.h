/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files of this room share: the findings that they write, arrays in the arena, the keys
 * of an object.  Private to profile/.
 */
#ifndef SYSCULL_PROFILE_MODEL_H
#define SYSCULL_PROFILE_MODEL_H

#include <syscull/document.h>
#include <syscull/profile.h>

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

/* Room for one more element of an array in the arena; NULL: out of memory.  Arrays that grow here
 * have 8, 16, 32, ... places: count tells when they are full. */
void *cull_model_grow(struct cull_arena *arena, void *array, size_t count, size_t element_size);

/* ---- findings ---------------------------------------------------------------------------- */

struct cull_findings {
    struct cull_arena *arena;
    const char *source; /* in the same arena */
    struct cull_finding *items;
    size_t count;
    bool failed; /* out of memory: sticky, asked for once at the end */
};
void cull_findings_add(struct cull_findings *findings, int severity, const char *code,
                       const struct cull_place *place, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* ---- reading ------------------------------------------------------------------------------- */

/* What only Docker's reader knows, counted: one finding each, at the first place. */
enum docker_only {
    ONLY_ARCH_MAP,
    ONLY_INCLUDES,
    ONLY_EXCLUDES,
    ONLY_MIN_KERNEL,
    ONLY_NAME,
    ONLY_COUNT
};

struct cull_reader {
    struct cull_profile *profile;
    struct cull_arena *arena;
    struct cull_findings findings;
    struct cull_place only[ONLY_COUNT];
    size_t only_count[ONLY_COUNT];
    size_t unknown_names; /* so far: the nearest word is looked for the first ones only */
};

/* The members of an object by the table's order, NULL for those that are absent or null; every
 * other key is a finding.  Keys are matched as Go's reader does: exactly, else in any case. */
int cull_keys_read(struct cull_reader *reader, const struct cull_node *map,
                   const char *const *known, size_t count, const struct cull_node **ret,
                   struct cull_error *reterr);
int cull_reader_fail(struct cull_reader *reader, const struct cull_node *node,
                     struct cull_error *reterr, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
int cull_reader_kind(struct cull_reader *reader, const struct cull_node *node,
                     enum cull_node_kind kind, struct cull_error *reterr);
void cull_reader_only(struct cull_reader *reader, enum docker_only what,
                      const struct cull_node *node);

/* Words of the tables, with "did you mean". */
int cull_read_action(struct cull_reader *reader, const struct cull_node *node,
                     enum cull_action *ret, struct cull_error *reterr);
int cull_read_op(struct cull_reader *reader, const struct cull_node *node, enum cull_op *ret,
                 struct cull_error *reterr);
int cull_read_arch(struct cull_reader *reader, const struct cull_node *node, enum cull_arch *ret,
                   struct cull_error *reterr);
/* nearest may be NULL; it is named only if it is near behind the prefix, too. */
int cull_read_fail_word(struct cull_reader *reader, const struct cull_node *node, const char *what,
                        const char *prefix, const char *nearest, struct cull_error *reterr);
/* errnoRet beside the action that it is for; errno_name: containers/common's "errno", or NULL. */
int cull_read_errno(struct cull_reader *reader, const struct cull_node *number,
                    const struct cull_node *name, enum cull_action action, bool *ret_has,
                    uint32_t *ret, struct cull_error *reterr);
int cull_read_selector(struct cull_reader *reader, const struct cull_node *node,
                       struct cull_selector *ret, struct cull_error *reterr);
int cull_read_archs(struct cull_reader *reader, const struct cull_node *list, enum cull_arch **ret,
                    size_t *ret_count, struct cull_error *reterr);
int cull_read_arch_map(struct cull_reader *reader, const struct cull_node *list,
                       struct cull_error *reterr);
int cull_read_flags(struct cull_reader *reader, const struct cull_node *list,
                    struct cull_error *reterr);
int cull_read_rules(struct cull_reader *reader, const struct cull_node *list,
                    struct cull_error *reterr);
int cull_read_profile(struct cull_reader *reader, const struct cull_node *map,
                      struct cull_error *reterr);
/* The profile object of a document of any of the three shapes. */
int cull_find_profile(struct cull_reader *reader, const struct cull_node *root,
                      const struct cull_node **ret, struct cull_error *reterr);

/* ---- checking ------------------------------------------------------------------------------ */

/* Everything that only shows when rules are seen together, for a profile resolved for a target. */
void cull_check_rules(struct cull_findings *findings, const struct cull_profile *resolved);
/* The same for the profile as a whole: its default, its architectures, its listener. */
void cull_check_whole(struct cull_findings *findings, const struct cull_profile *profile,
                      const struct cull_profile *resolved);

bool cull_selector_is_empty(const struct cull_selector *selector);

#endif
