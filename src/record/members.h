/* SPDX-License-Identifier: Apache-2.0 */
/* Private to the room: the members of a JSON object, read strictly into C variables. */
#ifndef RECORD_MEMBERS_H
#define RECORD_MEMBERS_H

#include <syscull/document.h>
#include <syscull/record.h>

struct reader {
    struct cull_arena *arena; /* the document, its paths, borrowed texts */
    struct cull_record *record;
    struct cull_error *error;
};

enum member_kind {
    MEMBER_NODE,  /* const struct cull_node *: looked at later */
    MEMBER_TEXT,  /* const char *, borrowed from the document */
    MEMBER_COPY,  /* char *, malloc'ed */
    MEMBER_CHARS, /* char[size]: longer texts are an error */
    MEMBER_BOOL,  /* bool */
    MEMBER_U64,   /* uint64_t */
    MEMBER_U32,   /* uint32_t */
    MEMBER_I64,   /* int64_t */
    MEMBER_I32,   /* int32_t */
};

struct member {
    const char *key;
    enum member_kind kind;
    bool required;
    void *into;  /* untouched when the member is absent */
    size_t size; /* of a char[] */
};

#define MEMBER_COUNT(members) (sizeof(members) / sizeof *(members))

/* -EINVAL with the place of what is wrong: no object, a key that is not among the members (and
 * which one was meant), a missing one, a value of another type or out of range. -ENOMEM. */
int cull_members_read(struct reader *reader, const struct cull_node *map,
                      const struct member *members, size_t count);
/* -EINVAL unless the node is of this kind. */
int cull_members_want(struct reader *reader, const struct cull_node *node,
                      enum cull_node_kind kind);

#endif
