/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>
#include <syscull/base.h>

#define LONGEST 64 /* longer words are compared in their first 64 bytes */

static unsigned least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

unsigned cull_text_distance(const char *a, const char *b)
{
    unsigned rows[3][LONGEST + 1]; /* before last, last, this */
    size_t a_size = strnlen(a, LONGEST), b_size = strnlen(b, LONGEST);

    for (size_t j = 0; j <= b_size; j++)
        rows[1][j] = (unsigned)j;
    for (size_t i = 1; i <= a_size; i++) {
        unsigned *older = rows[(i + 2) % 3], *old = rows[i % 3], *now = rows[(i + 1) % 3];

        now[0] = (unsigned)i;
        for (size_t j = 1; j <= b_size; j++) {
            now[j] = least(old[j - 1] + (a[i - 1] != b[j - 1]), least(old[j], now[j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                now[j] = least(now[j], older[j - 2] + 1);
        }
    }
    return rows[(a_size + 1) % 3][b_size];
}

const char *cull_text_nearest(const char *word, const char *const *candidates, size_t count)
{
    unsigned best = (unsigned)strnlen(word, LONGEST) / 3 + 1; /* a third wrong is another word */
    const char *nearest = NULL;

    for (size_t i = 0; i < count; i++) {
        unsigned distance = cull_text_distance(word, candidates[i]);

        if (distance < best) {
            best = distance;
            nearest = candidates[i];
        }
    }
    return nearest;
}
