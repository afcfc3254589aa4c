/* SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <syscull/base.h>

int cull_array_grow(void *array, size_t *capacity, size_t count, size_t element_size)
{
    size_t wanted = *capacity;
    void *old, *grown;

    if (count < *capacity)
        return 0;
    wanted = wanted < 8 ? 8 : wanted * 2;
    if (wanted <= count || wanted > SIZE_MAX / element_size)
        return -ENOMEM;
    memcpy(&old, array, sizeof old);
    grown = realloc(old, wanted * element_size);
    if (grown == NULL)
        return -ENOMEM;
    memcpy(array, &grown, sizeof grown);
    *capacity = wanted;
    return 0;
}

static bool reserve(struct cull_text *text, size_t more)
{
    size_t wanted = text->capacity < 64 ? 64 : text->capacity;
    char *grown;

    if (text->failed)
        return false;
    while (wanted - text->size <= more) {
        if (wanted > SIZE_MAX / 2) {
            text->failed = true;
            return false;
        }
        wanted *= 2;
    }
    if (wanted == text->capacity)
        return true;
    grown = realloc(text->data, wanted);
    if (grown == NULL) {
        text->failed = true;
        return false;
    }
    text->data = grown;
    text->capacity = wanted;
    return true;
}

void cull_text_append(struct cull_text *text, const char *data, size_t size)
{
    if (!reserve(text, size))
        return;
    if (size > 0)
        memcpy(text->data + text->size, data, size);
    text->size += size;
    text->data[text->size] = '\0';
}

void cull_text_vadd(struct cull_text *text, const char *format, va_list arguments)
{
    va_list again;
    int size;

    va_copy(again, arguments);
    size = vsnprintf(NULL, 0, format, again);
    va_end(again);
    if (size < 0) {
        text->failed = true;
        return;
    }
    if (!reserve(text, (size_t)size))
        return;
    vsnprintf(text->data + text->size, (size_t)size + 1, format, arguments);
    text->size += (size_t)size;
}

void cull_text_add(struct cull_text *text, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    cull_text_vadd(text, format, arguments);
    va_end(arguments);
}

bool cull_text_ok(const struct cull_text *text)
{
    return !text->failed;
}

void cull_text_clear(struct cull_text *text)
{
    free(text->data);
    memset(text, 0, sizeof *text);
}

int cull_parse_u64(const char *text, uint64_t *ret)
{
    unsigned long long value;
    char *end;

    if (!isdigit((unsigned char)*text))
        return -EINVAL;
    errno = 0;
    value = strtoull(text, &end, 0);
    if (*end != '\0')
        return -EINVAL;
    if (errno == ERANGE)
        return -ERANGE;
    *ret = value;
    return 0;
}

int cull_parse_duration_ns(const char *text, uint64_t *ret_ns)
{
    static const struct {
        const char *unit;
        uint64_t ns;
    } units[] = { { "ms", 1000000 },
                  { "s", 1000000000 },
                  { "", 1000000000 },
                  { "m", 60000000000 },
                  { "h", 3600000000000 } };
    unsigned long long value;
    char *end;

    if (!isdigit((unsigned char)*text))
        return -EINVAL;
    errno = 0;
    value = strtoull(text, &end, 10);
    if (errno == ERANGE)
        return -ERANGE;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        if (strcmp(end, units[i].unit) != 0)
            continue;
        if (value > UINT64_MAX / units[i].ns)
            return -ERANGE;
        *ret_ns = value * units[i].ns;
        return 0;
    }
    return -EINVAL;
}
