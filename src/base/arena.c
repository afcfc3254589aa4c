/* SPDX-License-Identifier: Apache-2.0 */
#include <stdalign.h>
#include <stdio.h>
#include <string.h>
#include <syscull/base.h>

#define BLOCK_BYTES 16384

struct block {
    struct block *next;
    size_t size, used;
    alignas(max_align_t) char data[];
};

struct cull_arena {
    struct block *blocks; /* the newest first */
};

struct cull_arena *cull_arena_new(void)
{
    return calloc(1, sizeof(struct cull_arena));
}

void cull_arena_free(struct cull_arena *arena)
{
    struct block *block, *next;

    if (arena == NULL)
        return;
    for (block = arena->blocks; block != NULL; block = next) {
        next = block->next;
        free(block);
    }
    free(arena);
}

void *cull_arena_alloc(struct cull_arena *arena, size_t size)
{
    const size_t align = alignof(max_align_t);
    struct block *block = arena->blocks;
    size_t block_size;
    void *memory;

    if (size > SIZE_MAX / 2)
        return NULL;
    size = (size + align - 1) / align * align;
    if (block == NULL || block->size - block->used < size) {
        block_size = size > BLOCK_BYTES ? size : BLOCK_BYTES;
        block = calloc(1, sizeof *block + block_size);
        if (block == NULL)
            return NULL;
        block->size = block_size;
        block->next = arena->blocks;
        arena->blocks = block;
    }
    memory = block->data + block->used;
    block->used += size;
    return memory;
}

char *cull_arena_copy(struct cull_arena *arena, const char *text, size_t size)
{
    char *copy = cull_arena_alloc(arena, size + 1);

    if (copy != NULL && size > 0)
        memcpy(copy, text, size);
    return copy;
}

char *cull_arena_format(struct cull_arena *arena, const char *format, ...)
{
    va_list arguments;
    char *text;
    int size;

    va_start(arguments, format);
    size = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (size < 0)
        return NULL;
    text = cull_arena_alloc(arena, (size_t)size + 1);
    if (text == NULL)
        return NULL;
    va_start(arguments, format);
    vsnprintf(text, (size_t)size + 1, format, arguments);
    va_end(arguments);
    return text;
}
