/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SYSCULL_TESTS_FUZZ_H
#define SYSCULL_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/* What libFuzzer, or replay.c for the corpora, calls with each input. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
