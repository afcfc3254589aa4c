/* SPDX-License-Identifier: Apache-2.0 */
/* Private to base/. */
#ifndef SYSCULL_BASE_UTF8_H
#define SYSCULL_BASE_UTF8_H

#include <stddef.h>

/* Bytes of the well-formed UTF-8 character at text, 0 when it is none (RFC 3629). */
size_t cull_utf8_size(const unsigned char *text, size_t left);

#endif
