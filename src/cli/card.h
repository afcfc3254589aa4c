/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SYSCULL_CLI_CARD_H
#define SYSCULL_CLI_CARD_H

#include <syscull/table.h>

#include "view.h"

/* All that is known of one system call. */
void cull_card_fill(struct cull_view *view, size_t id);
/* Its number by architecture, for JSON. */
void cull_card_numbers(struct cull_view *view, size_t id);

#endif
