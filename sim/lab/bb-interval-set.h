/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L4. A set of integers kept as intervals: a few bytes for a run of any length, 16 to 32 bytes for a
 * number that stands alone. Adding costs O(1) behind the last one added, else O(log n). */
#pragma once

#include <glib.h>

typedef struct _BbIntervalSet BbIntervalSet;

BbIntervalSet *bb_interval_set_new(void);
void bb_interval_set_free(BbIntervalSet *set);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BbIntervalSet, bb_interval_set_free)

/* FALSE when it was there already. `value` < G_MAXUINT64. */
gboolean bb_interval_set_add(BbIntervalSet *set, guint64 value);
/* O(log n). */
gboolean bb_interval_set_has(const BbIntervalSet *set, guint64 value);
gsize bb_interval_set_n_intervals(const BbIntervalSet *set);
