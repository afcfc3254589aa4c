/* SPDX-License-Identifier: Apache-2.0 */
#include <syscull/base.h>

size_t cull_utf8_size(const unsigned char *text, size_t left)
{
    unsigned char c = text[0], low = 0x80, high = 0xbf;
    size_t size = c < 0x80 ? 1 : c < 0xc2 ? 0 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : c < 0xf5 ? 4 : 0;

    if (size == 0 || size > left)
        return 0;
    if (c == 0xe0)
        low = 0xa0; /* overlong */
    if (c == 0xed)
        high = 0x9f; /* surrogates */
    if (c == 0xf0)
        low = 0x90;
    if (c == 0xf4)
        high = 0x8f; /* beyond U+10FFFF */
    for (size_t i = 1; i < size; i++) {
        if (text[i] < low || text[i] > high)
            return 0;
        low = 0x80;
        high = 0xbf;
    }
    return size;
}
