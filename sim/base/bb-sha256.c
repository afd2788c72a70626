/* SPDX-License-Identifier: GPL-3.0-or-later */
/* FIPS 180-4 with the instructions of Intel's SHA extensions, four rounds at a time: sha256rnds2 does
 * two rounds on a state kept as ABEF and CDGH, sha256msg1 and sha256msg2 make the next four words of
 * the schedule. Without them GLib does the work. */
#include "sim/base/bb-sha256.h"

#include <string.h>

#ifdef __x86_64__
#include <cpuid.h>
#include <immintrin.h>
#define HAVE_INSTRUCTIONS 1
#else
#define HAVE_INSTRUCTIONS 0
#endif

#define BLOCK 64
#define LENGTH_AT 56 /* in the last block */

struct _BbSha256 {
    GChecksum *checksum; /* NULL: the rest is used */
    guint32 state[8];
    guint64 n;
    guint8 rest[BLOCK]; /* n % BLOCK bytes of a block not whole yet */
};

#if HAVE_INSTRUCTIONS
static gboolean
has_instructions(void)
{
    guint a = 0, b = 0, c = 0, d = 0;

    if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & bit_SSSE3) || !(c & bit_SSE4_1))
        return FALSE;
    return __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b & bit_SHA);
}

static const guint32 round_constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

__attribute__((target("sha,sse4.1"))) static __m128i
load(const void *four_words)
{
    return _mm_loadu_si128(four_words);
}

__attribute__((target("sha,sse4.1"))) static void
hash_blocks(guint32 *state, const guint8 *bytes, gsize n_blocks)
{
    const __m128i big_endian = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
    __m128i badc = _mm_shuffle_epi32(load(state), 0xb1);
    __m128i hgfe = _mm_shuffle_epi32(load(state + 4), 0x1b);
    __m128i abef = _mm_alignr_epi8(badc, hgfe, 8), cdgh = _mm_blend_epi16(hgfe, badc, 0xf0);

    for (; n_blocks > 0; n_blocks--, bytes += BLOCK) {
        __m128i words[4], abef_before = abef, cdgh_before = cdgh;

        for (guint i = 0; i < 4; i++)
            words[i] = _mm_shuffle_epi8(load(bytes + 16 * i), big_endian);
        for (guint i = 0; i < 16; i++) {
            __m128i *now = &words[i % 4], last = words[(i + 3) % 4];
            __m128i sum = _mm_add_epi32(*now, load(round_constants + 4 * i));

            cdgh = _mm_sha256rnds2_epu32(cdgh, abef, sum);
            abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32(sum, 0x0e));
            sum = _mm_add_epi32(_mm_sha256msg1_epu32(*now, words[(i + 1) % 4]),
                                _mm_alignr_epi8(last, words[(i + 2) % 4], 4));
            *now = _mm_sha256msg2_epu32(sum, last);
        }
        abef = _mm_add_epi32(abef, abef_before);
        cdgh = _mm_add_epi32(cdgh, cdgh_before);
    }
    hgfe = _mm_shuffle_epi32(abef, 0x1b); /* now FEBA */
    badc = _mm_shuffle_epi32(cdgh, 0xb1); /* now DCHG */
    _mm_storeu_si128((__m128i *)(gpointer)state, _mm_blend_epi16(hgfe, badc, 0xf0));
    _mm_storeu_si128((__m128i *)(gpointer)(state + 4), _mm_alignr_epi8(badc, hgfe, 8));
}
#else
static gboolean
has_instructions(void)
{
    return FALSE;
}

static void
hash_blocks(guint32 *state, const guint8 *bytes, gsize n_blocks)
{
    (void)state, (void)bytes, (void)n_blocks;
    g_assert_not_reached();
}
#endif

BbSha256 *
bb_sha256_new(void)
{
    static const guint32 start[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                     0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
    BbSha256 *sha = g_new0(BbSha256, 1);

    if (!has_instructions())
        sha->checksum = g_checksum_new(G_CHECKSUM_SHA256);
    memcpy(sha->state, start, sizeof start);
    return sha;
}

void
bb_sha256_free(BbSha256 *sha)
{
    if (!sha)
        return;
    g_clear_pointer(&sha->checksum, g_checksum_free);
    g_free(sha);
}

static void
update(BbSha256 *sha, const guint8 *bytes, gsize n)
{
    gsize n_rest = sha->n % BLOCK;

    sha->n += n;
    if (n_rest > 0) {
        gsize n_added = MIN(n, BLOCK - n_rest);

        memcpy(sha->rest + n_rest, bytes, n_added);
        bytes += n_added;
        n -= n_added;
        if (n_rest + n_added < BLOCK)
            return;
        hash_blocks(sha->state, sha->rest, 1);
    }
    hash_blocks(sha->state, bytes, n / BLOCK);
    memcpy(sha->rest, bytes + n / BLOCK * BLOCK, n % BLOCK);
}

void
bb_sha256_update(BbSha256 *sha, const void *bytes, gsize n)
{
    if (n == 0)
        return;
    if (sha->checksum)
        g_checksum_update(sha->checksum, bytes, (gssize)n);
    else
        update(sha, bytes, n);
}

/* A one, zeros, and the length in bits fill the last block, or the last two. */
static char *
finish(BbSha256 sha)
{
    static const guint8 padding[BLOCK] = {0x80};
    guint64 n_bits = GUINT64_TO_BE(sha.n * 8);
    gsize n_padding = (BLOCK + LENGTH_AT - 1 - sha.n % BLOCK) % BLOCK + 1;
    GString *hex = g_string_new(NULL);

    update(&sha, padding, n_padding);
    update(&sha, (const guint8 *)&n_bits, sizeof n_bits);
    for (guint i = 0; i < G_N_ELEMENTS(sha.state); i++)
        g_string_append_printf(hex, "%08x", sha.state[i]);
    return g_string_free(hex, FALSE);
}

char *
bb_sha256_hex(const BbSha256 *sha)
{
    g_autoptr(GChecksum) copy = NULL;

    if (!sha->checksum)
        return finish(*sha);
    /* Asking a GChecksum for its text closes it. */
    copy = g_checksum_copy(sha->checksum);
    return g_strdup(g_checksum_get_string(copy));
}
