/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L5. What `breakbulk list` lists: every policy, format, generator, metric and rule of
 * packing as one kind of row. */
#pragma once

#include "bb-cli.h"

typedef struct {
    const char *kind; /* one of bb_cli_kinds; in the singular it is without the s */
    const char *name, *summary;
    const char *source;    /* NULL: defined by the manual */
    const BbParam *params; /* NULL: none */
} BbCliItem;

/* "queues", "placements", .. ended by NULL. */
extern const char *const bb_cli_kinds[];

/* GArray of BbCliItem, in the order of the kinds. */
GArray *bb_cli_items(const BbTables *tables);
/* Keeps the items of that kind or name; BB_ERROR_USAGE with a suggestion when there are none. */
gboolean bb_cli_items_filter(GArray *items, const char *wanted, GError **error);
