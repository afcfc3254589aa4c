/* SPDX-License-Identifier: Apache-2.0 */
/* Private to the room: the two halves of the reader. */
#ifndef RECORD_PARSE_H
#define RECORD_PARSE_H

#include "members.h"

/* {"x86_64": {"runtime": [...], "app": [...]}, ...} into the reader's record. */
int cull_record_read_calls(struct reader *reader, const struct cull_node *map);

#endif
