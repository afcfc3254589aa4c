/* SPDX-License-Identifier: Apache-2.0 */
/* completion - scripts for shells, made from the command table. */
#ifndef SYSCULL_CLI_COMPLETION_H
#define SYSCULL_CLI_COMPLETION_H

#include "command.h"

/* What a value or operand may be. */
struct candidates {
    bool files;
    const char *ask;        /* arguments of syscull that print them one a line, or NULL */
    struct cull_text words; /* separated by blanks */
};
void cull_candidates_fill(enum complete complete, const char *words, struct candidates *ret);
void cull_candidates_clear(struct candidates *candidates);

void cull_completion_bash(struct cull_text *out);
void cull_completion_zsh(struct cull_text *out);
void cull_completion_fish(struct cull_text *out);

/* Text for inside of single quotes in any of the shells: quotes are left out. */
void cull_completion_quote(struct cull_text *out, const char *text);
/* Is this the first entry whose path begins with its first word? */
bool cull_completion_is_first(size_t index);

#endif
