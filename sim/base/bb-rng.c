/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Philox4x32-10 (Salmon et al., SC 2011): ten rounds of two 32x32 -> 64 bit products, each round with
 * the key moved on by a Weyl sequence. Stream names are hashed by FNV-1a. */
#include "sim/base/bb-rng.h"

#define PHILOX_M0 G_GUINT64_CONSTANT(0xD2511F53)
#define PHILOX_M1 G_GUINT64_CONSTANT(0xCD9E8D57)
#define PHILOX_W0 0x9E3779B9u
#define PHILOX_W1 0xBB67AE85u
#define N_ROUNDS 10

guint32
bb_rng_stream(const char *name)
{
    guint32 hash = 2166136261u;
    for (; *name != '\0'; name++)
        hash = (hash ^ (guchar)*name) * 16777619u;
    return hash;
}

void
bb_rng_philox(const guint32 counter[4], const guint32 key[2], guint32 out[4])
{
    guint32 c0 = counter[0], c1 = counter[1], c2 = counter[2], c3 = counter[3];
    guint32 k0 = key[0], k1 = key[1];

    for (guint i = 0; i < N_ROUNDS; i++) {
        guint64 p0 = PHILOX_M0 * c0, p1 = PHILOX_M1 * c2;
        c0 = (guint32)(p1 >> 32) ^ c1 ^ k0;
        c1 = (guint32)p1;
        c2 = (guint32)(p0 >> 32) ^ c3 ^ k1;
        c3 = (guint32)p0;
        k0 += PHILOX_W0;
        k1 += PHILOX_W1;
    }
    out[0] = c0;
    out[1] = c1;
    out[2] = c2;
    out[3] = c3;
}

guint64
bb_rng_u64(guint64 seed, guint32 stream, guint64 entity, guint32 ordinal)
{
    guint32 counter[4] = {stream, (guint32)entity, (guint32)(entity >> 32), ordinal};
    guint32 key[2] = {(guint32)seed, (guint32)(seed >> 32)};
    guint32 out[4];

    bb_rng_philox(counter, key, out);
    return (guint64)out[1] << 32 | out[0];
}

double
bb_rng_uniform(guint64 seed, guint32 stream, guint64 entity, guint32 ordinal)
{
    /* The middles of 2^52 equal cells: one bit more, and the last middle would round to 1. */
    guint64 cell = bb_rng_u64(seed, stream, entity, ordinal) >> 12;
    return ((double)cell + 0.5) * 0x1p-52;
}

guint64
bb_rng_below(guint64 seed, guint32 stream, guint64 entity, guint32 ordinal, guint64 n)
{
    g_assert(n > 0);
    __extension__ unsigned __int128 product = bb_rng_u64(seed, stream, entity, ordinal);
    product *= n;
    return (guint64)(product >> 64);
}
