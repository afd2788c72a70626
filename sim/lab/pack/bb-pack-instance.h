/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L4. Instances of bin packing: items of one or more sizes that go into equal bins. They are neither
 * jobs nor nodes, so their formats have a table of their own; a format is one file with one row in
 * bb-pack-instance.c. */
#pragma once

#include "sim/base/bb-types.h"

#define BB_PACK_DIMS_MAX 64u
#define BB_PACK_ITEMS_MAX (1u << 20)
#define BB_PACK_SIZES_MAX (1u << 24) /* items times dimensions */
#define BB_PACK_SIZE_MAX BB_AMOUNT_MAX

typedef struct {
    char *name;
    guint n_dims;
    gsize n_items;
    gint64 *capacity;  /* n_dims of them, each above 0 */
    gint64 *items;     /* n_items rows of n_dims sizes in [0, capacity], in the order of the file */
    gint64 scale;      /* a power of ten: how often the file's numbers these integers are */
    gint64 best_known; /* bins, as the file says; 0: it does not */
} BbPackInstance;

void bb_pack_instance_free(BbPackInstance *instance);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BbPackInstance, bb_pack_instance_free)

typedef struct _BbPackText BbPackText;

#define BB_PACK_QUOTED (-2)

typedef struct {
    const char *name, *summary, *source;
    /* How many words the first four lines that are not blank have (-1: no such line,
     * BB_PACK_QUOTED: a name in single quotes). */
    gboolean (*sniff)(const gint n_words[4]);
    /* Appends BbPackInstance to `out`. */
    gboolean (*read)(BbPackText *text, GPtrArray *out, GError **error);
} BbPackFormat;

/* Ended by NULL. */
extern const BbPackFormat *const bb_pack_formats[];

/* BbPackInstance of "FILE" or "FILE:FORMAT", at least one; .gz, .xz and .zst are unpacked, archives
 * (zip, tar) are refused. NULL with BB_ERROR_INPUT "FILE:LINE:COLUMN: expected .., found ..". The
 * whole of the file is kept in memory. */
GPtrArray *bb_pack_read(const char *file, GError **error);
/* The same of a text that is there already, for tests and fuzz targets. */
GPtrArray *bb_pack_read_bytes(const char *file, const void *bytes, gsize n_bytes, GError **error);
