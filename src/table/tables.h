/* SPDX-License-Identifier: Apache-2.0 */
/* What tools/gen-table.py writes and the files of this room read. */
#ifndef SYSCULL_TABLE_TABLES_H
#define SYSCULL_TABLE_TABLES_H

#include <syscull/table.h>

/* One ABI's numbers, without its base, both ways. */
struct cull_table_numbers {
    const int32_t *nr;     /* by call; -1: this ABI does not have it */
    const uint16_t *order; /* the calls that it has, by rising number */
    size_t count;
};

struct cull_table_word {
    const char *word;
    unsigned value;
};

extern const char cull_table_release[];
extern const struct cull_arch_info cull_table_archs[CULL_ARCH_COUNT];
extern const struct cull_table_numbers cull_table_numbers[CULL_ARCH_COUNT];
extern const struct cull_syscall cull_table_syscalls[]; /* by name */
extern const size_t cull_table_syscalls_count;
extern const struct cull_group cull_table_groups[];
extern const size_t cull_table_groups_count;
extern const struct cull_table_word cull_table_arch_names[]; /* every spelling, lower case */
extern const size_t cull_table_arch_names_count;
extern const struct cull_table_word cull_table_errnos[]; /* a number's first word is its name */
extern const size_t cull_table_errnos_count;
extern const struct cull_table_word cull_table_caps[]; /* by number */
extern const size_t cull_table_caps_count;
extern const char *const cull_table_topics[];                 /* ends with NULL */
extern const char *const cull_table_texts[];                  /* of the topic of the same index */
extern const struct cull_table_word cull_table_topic_names[]; /* value: index of the topic */
extern const size_t cull_table_topic_names_count;

#endif
