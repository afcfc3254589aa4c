/* SPDX-License-Identifier: Apache-2.0 */
/*
 * base - what has no subject: errors, ownership, text, files.  It knows nothing of seccomp.
 *
 * Every fallible function of every room returns 0 or a negative errno of its documented list and
 * fills the caller's struct cull_error; success leaves it untouched, failure leaves the other
 * out-parameters untouched.  A NULL reterr is allowed everywhere.
 */
#ifndef SYSCULL_BASE_H
#define SYSCULL_BASE_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

/* ---- errors ---------------------------------------------------------------------------- */

/* Where something stands in an input.  Zero line: the input as a whole.  Strings are borrowed. */
struct cull_place {
    const char *source; /* file name as the user gave it, "-" for standard input */
    unsigned line;      /* from 1 */
    unsigned column;    /* from 1, in characters */
    const char *path;   /* "syscalls[3].args[0].op", or NULL */
};

struct cull_error {
    int code; /* positive errno */
    unsigned line;
    unsigned column;
    char source[256];
    char path[192];
    char message[512]; /* lower case, no full stop, names the next step where there is one */
};

/* Fill reterr and return -code, so that "return cull_fail(...)" is the only way to fail. */
int cull_fail(struct cull_error *reterr, int code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
int cull_fail_at(struct cull_error *reterr, int code, const struct cull_place *place,
                 const char *format, ...) __attribute__((format(printf, 4, 5)));
int cull_fail_memory(struct cull_error *reterr); /* -ENOMEM */

/* "source:line:column: path: message" with the absent parts left out; always terminated. */
void cull_error_format(const struct cull_error *error, char *ret, size_t size);

/* ---- ownership ------------------------------------------------------------------------- */

/* Hand a single-owner local on: yields its value and leaves the type's "nothing" behind. */
#define TAKE(pointer)                          \
    ({                                         \
        __typeof__(pointer) took_ = (pointer); \
        (pointer) = NULL;                      \
        took_;                                 \
    })
#define TAKE_FD(fd)       \
    ({                    \
        int took_ = (fd); \
        (fd) = -1;        \
        took_;            \
    })

/* cull_auto(profile) p = NULL;  calls cull_profile_free(p) on every return. */
#define cull_auto(name) __attribute__((cleanup(cull_##name##_freep))) struct cull_##name *
#define CULL_DEFINE_AUTO(name)                                           \
    static inline void cull_##name##_freep(struct cull_##name **pointer) \
    {                                                                    \
        cull_##name##_free(*pointer);                                    \
    }

void cull_close_fd(int *fd);    /* cleanup: closes if >= 0, keeps errno */
void cull_free_memory(void *p); /* cleanup: free(*(void **)p) */
#define cull_auto_fd __attribute__((cleanup(cull_close_fd))) int
#define cull_auto_memory __attribute__((cleanup(cull_free_memory)))

/* An arena owns what a document is made of; everything in it dies together. */
struct cull_arena;
struct cull_arena *cull_arena_new(void); /* NULL: out of memory */
void cull_arena_free(struct cull_arena *arena);
void *cull_arena_alloc(struct cull_arena *arena, size_t size); /* zeroed, aligned for any type */
char *cull_arena_copy(struct cull_arena *arena, const char *text, size_t size); /* + NUL */
char *cull_arena_format(struct cull_arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
CULL_DEFINE_AUTO(arena)

/* ---- arrays ---------------------------------------------------------------------------- */

/* Make room for one more element of (*array)[*capacity]; 0 or -ENOMEM.  Doubles. */
int cull_array_grow(void *array, size_t *capacity, size_t count, size_t element_size);

/* ---- text ------------------------------------------------------------------------------ */

/* A growing, always terminated text.  Out of memory is sticky: check once with cull_text_ok(). */
struct cull_text {
    char *data; /* NULL while empty */
    size_t size;
    size_t capacity;
    bool failed;
};
void cull_text_add(struct cull_text *text, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void cull_text_vadd(struct cull_text *text, const char *format, va_list arguments)
    __attribute__((format(printf, 2, 0)));
void cull_text_append(struct cull_text *text, const char *data, size_t size);
bool cull_text_ok(const struct cull_text *text);
void cull_text_clear(struct cull_text *text); /* also the cleanup function */
#define cull_auto_text __attribute__((cleanup(cull_text_clear))) struct cull_text

/* Bytes of the well-formed UTF-8 character at text, 0 when it is none (RFC 3629). */
size_t cull_utf8_size(const unsigned char *text, size_t left);
/* Decimal, 0x hex or 0 octal, whole text, no sign, no blanks: 0, -EINVAL or -ERANGE. */
int cull_parse_u64(const char *text, uint64_t *ret);
/* Durations: "30s", "10m", "2h", "500ms", "30" (seconds): 0, -EINVAL or -ERANGE. */
int cull_parse_duration_ns(const char *text, uint64_t *ret_ns);
/* Edits (insert, delete, change, swap) between two words; for "did you mean". */
unsigned cull_text_distance(const char *a, const char *b);
/* The candidate nearest to word, or NULL when none is near enough to be meant. */
const char *cull_text_nearest(const char *word, const char *const *candidates, size_t count);

/* ---- files ----------------------------------------------------------------------------- */

#define CULL_FILE_MAX_BYTES (64u << 20) /* larger inputs are refused with -EFBIG */

/* Read a whole file ("-": standard input).  *ret_data is malloc'ed and NUL-terminated.
 * Errors: open(2)'s, -EISDIR, -EFBIG, -EIO, -ENOMEM. */
int cull_file_read(const char *path, char **ret_data, size_t *ret_size, struct cull_error *reterr);

/* Replace a file atomically: temporary name beside it, fsync, rename, fsync of the folder.
 * The old content or the new, never half; a failure leaves no temporary file behind.
 * An existing file that is no regular file (a device, a pipe) is written in place.
 * "-" writes to standard output.  Errors: open(2)'s, write(2)'s, rename(2)'s. */
int cull_file_write(const char *path, const char *data, size_t size, unsigned mode,
                    struct cull_error *reterr);

#endif
