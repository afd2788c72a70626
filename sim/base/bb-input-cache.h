/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L0. Files that many simulations read: each is read, decompressed and hashed once, and its content
 * kept as long as there is room. Load first, from one thread; then any number of threads may open what
 * was loaded. Files that found no room are read from disk again. */
#pragma once

#include "sim/base/bb-input.h"

/* What campaigns keep: larger inputs are read from disk by every run. */
#define BB_INPUT_CACHE_BYTES ((gsize)1 << 30)

typedef struct _BbInputCache BbInputCache;

/* Keeps at most that many bytes of all files together. */
BbInputCache *bb_input_cache_new(gsize most_bytes);
void bb_input_cache_free(BbInputCache *cache);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BbInputCache, bb_input_cache_free)

/* SHA-256 (hex, borrowed) of the decompressed content; reads the file at the first call. NULL with the
 * error of bb_input_open or of the stream, the same at every call. A pipe ("-", a FIFO) must find room. */
const char *bb_input_cache_load(BbInputCache *cache, const char *path, GError **error);
/* bb_input_open, but for a file that is kept no system call is made and nothing hashed. `cache` may be
 * NULL: nothing is kept. The input must be freed before the cache. */
BbInput *bb_input_cache_open(const BbInputCache *cache, const char *path, GError **error);
/* May it be read more than once? */
gboolean bb_input_cache_can_reread(const BbInputCache *cache, const char *path);
