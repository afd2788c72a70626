/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L0. Keyed random draws: value = f(seed, stream name, entity id, ordinal). No state, so two
 * policies that decide in another order meet the same world (common random numbers).
 *
 * Generator: Philox4x32-10 (Salmon, Moraes, Dror, Shaw: Parallel random numbers: as easy as 1, 2, 3,
 * SC 2011), key = the seed, counter = (stream hash, entity, ordinal). Distributions are the inverse
 * functions of GSL on a uniform draw. */
#pragma once

#include "bb-types.h"

/* The name of a stream, hashed once. Same text, same id, on every machine. */
guint32 bb_rng_stream(const char *name);

/* Four independent 32-bit words of the key. Exposed for the known-answer tests of the generator. */
void bb_rng_philox(const guint32 counter[4], const guint32 key[2], guint32 out[4]);

/* 64 random bits. */
guint64 bb_rng_u64(guint64 seed, guint32 stream, guint64 entity, guint32 ordinal);
/* Uniform in the open interval (0, 1): the middles of 2^52 equal cells. */
double bb_rng_uniform(guint64 seed, guint32 stream, guint64 entity, guint32 ordinal);
/* Uniform integer in [0, n), n > 0, by multiplication (bias below n / 2^64). */
guint64 bb_rng_below(guint64 seed, guint32 stream, guint64 entity, guint32 ordinal, guint64 n);
