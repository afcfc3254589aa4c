/* SPDX-License-Identifier: Apache-2.0 */
/* Rotated logs are compressed: gzip, and xz and zstd where this program was built with them. */
#include "source.h"

#include <errno.h>
#include <unistd.h>
#include <zlib.h>
#ifdef HAVE_LZMA
#include <lzma.h>
#endif
#ifdef HAVE_ZSTD
#include <zstd.h>
#endif

#define INPUT_BYTES (64u << 10)

enum packed { PACKED_GZIP, PACKED_XZ, PACKED_ZSTD };

struct unpack {
    enum packed kind;
    z_stream gzip;
#ifdef HAVE_LZMA
    lzma_stream xz;
#endif
#ifdef HAVE_ZSTD
    ZSTD_DStream *zstd;
#endif
    size_t at, size;
    bool between; /* a member has ended: what follows begins one, or there is nothing */
    unsigned char input[INPUT_BYTES];
};

static const struct {
    const char *magic;
    size_t size;
    const char *name, *tool, *suffix;
} kinds[] = {
    [PACKED_GZIP] = { "\x1f\x8b", 2, "gzip", "gzip", ".gz" },
    [PACKED_XZ] = { "\xfd"
                    "7zXZ\0",
                    6, "xz", "xz", ".xz" },
    [PACKED_ZSTD] = { "\x28\xb5\x2f\xfd", 4, "zstd", "zstd", ".zst" },
};

static int start(struct unpack *unpack)
{
    switch (unpack->kind) {
    case PACKED_GZIP:
        return inflateInit2(&unpack->gzip, 15 + 16) == Z_OK ? 0 : -ENOMEM;
#ifdef HAVE_LZMA
    case PACKED_XZ:
        return lzma_stream_decoder(&unpack->xz, UINT64_C(256) << 20, LZMA_CONCATENATED) == LZMA_OK
                   ? 0
                   : -ENOMEM;
#endif
#ifdef HAVE_ZSTD
    case PACKED_ZSTD:
        unpack->zstd = ZSTD_createDStream();
        return unpack->zstd != NULL ? 0 : -ENOMEM;
#endif
    default:
        return -ENOTSUP;
    }
}

void cull_unpack_free(struct unpack *unpack)
{
    if (unpack == NULL)
        return;
    if (unpack->kind == PACKED_GZIP)
        inflateEnd(&unpack->gzip);
#ifdef HAVE_LZMA
    if (unpack->kind == PACKED_XZ)
        lzma_end(&unpack->xz);
#endif
#ifdef HAVE_ZSTD
    ZSTD_freeDStream(unpack->zstd);
#endif
    free(unpack);
}

int cull_unpack_new(const char *name, const unsigned char *magic, size_t size, struct unpack **ret,
                    struct cull_error *reterr)
{
    struct unpack *unpack;
    size_t kind;
    int r;

    for (kind = 0; kind < sizeof kinds / sizeof *kinds; kind++)
        if (size >= kinds[kind].size && memcmp(magic, kinds[kind].magic, kinds[kind].size) == 0)
            break;
    if (kind == sizeof kinds / sizeof *kinds) {
        *ret = NULL;
        return 0;
    }
    unpack = calloc(1, sizeof *unpack);
    if (unpack == NULL)
        return cull_fail_memory(reterr);
    unpack->kind = (enum packed)kind;
    r = start(unpack);
    if (r < 0)
        cull_unpack_free(unpack);
    if (r == -ENOTSUP)
        return cull_fail(reterr, ENOTSUP,
                         "%s: compressed with %s, which this build cannot read: %s -dc %s | "
                         "syscull audit -",
                         name, kinds[kind].name, kinds[kind].tool, name);
    if (r < 0)
        return cull_fail_memory(reterr);
    *ret = unpack;
    return 0;
}

/* Each: unpack what is there.  1: something may have come, 0: the member has ended, -1: damaged. */
static int step_gzip(struct unpack *unpack, char *into, size_t size, size_t *ret_used,
                     size_t *ret_made)
{
    int r;

    if (unpack->between) {
        /* Zeros behind the last member are padding (gzip(1)). */
        if (unpack->input[unpack->at] == '\0') {
            *ret_used = 1;
            return 0;
        }
        if (inflateReset(&unpack->gzip) != Z_OK)
            return -1;
        unpack->between = false;
    }
    unpack->gzip.next_in = unpack->input + unpack->at;
    unpack->gzip.avail_in = (unsigned)(unpack->size - unpack->at);
    unpack->gzip.next_out = (unsigned char *)into;
    unpack->gzip.avail_out = (unsigned)size;
    r = inflate(&unpack->gzip, Z_NO_FLUSH);
    *ret_used = unpack->size - unpack->at - unpack->gzip.avail_in;
    *ret_made = size - unpack->gzip.avail_out;
    return r == Z_STREAM_END ? 0 : r == Z_OK || r == Z_BUF_ERROR ? 1 : -1;
}

#ifdef HAVE_LZMA
static int step_xz(struct unpack *unpack, char *into, size_t size, size_t *ret_used,
                   size_t *ret_made)
{
    bool is_last = unpack->at == unpack->size;
    lzma_ret r;

    unpack->xz.next_in = unpack->input + unpack->at;
    unpack->xz.avail_in = unpack->size - unpack->at;
    unpack->xz.next_out = (unsigned char *)into;
    unpack->xz.avail_out = size;
    r = lzma_code(&unpack->xz, is_last ? LZMA_FINISH : LZMA_RUN);
    *ret_used = unpack->size - unpack->at - unpack->xz.avail_in;
    *ret_made = size - unpack->xz.avail_out;
    return r == LZMA_STREAM_END ? 0 : r == LZMA_OK || r == LZMA_BUF_ERROR ? 1 : -1;
}
#endif

#ifdef HAVE_ZSTD
static int step_zstd(struct unpack *unpack, char *into, size_t size, size_t *ret_used,
                     size_t *ret_made)
{
    ZSTD_inBuffer in = { unpack->input + unpack->at, unpack->size - unpack->at, 0 };
    ZSTD_outBuffer out = { into, size, 0 };
    size_t r = ZSTD_decompressStream(unpack->zstd, &out, &in);

    *ret_used = in.pos;
    *ret_made = out.pos;
    return ZSTD_isError(r) ? -1 : r == 0 ? 0 : 1;
}
#endif

static int step(struct unpack *unpack, char *into, size_t size, size_t *ret_used, size_t *ret_made)
{
    *ret_used = *ret_made = 0;
#ifdef HAVE_LZMA
    if (unpack->kind == PACKED_XZ)
        return step_xz(unpack, into, size, ret_used, ret_made);
#endif
#ifdef HAVE_ZSTD
    if (unpack->kind == PACKED_ZSTD)
        return step_zstd(unpack, into, size, ret_used, ret_made);
#endif
    return step_gzip(unpack, into, size, ret_used, ret_made);
}

static int damaged(const struct unpack *unpack, const char *name, bool is_short,
                   struct cull_error *reterr)
{
    return cull_fail(reterr, EINVAL, "%s: the %s data %s", name, kinds[unpack->kind].name,
                     is_short ? "ends too early: was the file still being written?" : "is damaged");
}

ssize_t cull_unpack_read(struct unpack *unpack, int fd, const char *name, char *into, size_t size,
                         struct cull_error *reterr)
{
    size_t used, made;
    ssize_t got;
    int r;

    for (;;) {
        if (unpack->at == unpack->size) {
            do
                got = read(fd, unpack->input, sizeof unpack->input);
            while (got < 0 && errno == EINTR);
            if (got < 0)
                return cull_fail(reterr, errno, "%s: %s", name, strerror(errno));
            unpack->at = 0;
            unpack->size = (size_t)got;
            if (got == 0 && unpack->between)
                return 0;
            if (got == 0 && unpack->kind != PACKED_XZ)
                return damaged(unpack, name, true, reterr);
        }
        r = step(unpack, into, size, &used, &made);
        unpack->at += used;
        unpack->between = r == 0;
        if (r < 0)
            return damaged(unpack, name, false, reterr);
        if (made > 0)
            return (ssize_t)made;
        if (r > 0 && used == 0 && unpack->at == unpack->size && unpack->kind == PACKED_XZ &&
            unpack->size == 0)
            return damaged(unpack, name, true, reterr);
    }
}
