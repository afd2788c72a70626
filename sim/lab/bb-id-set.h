/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L4. The ids that a trace has used, to refuse duplicates.
 *
 * Ids that are decimal numbers in their one canonical form ("0", "17"; not "017", not above 18 digits)
 * are kept exactly, as intervals: a whole log takes a few bytes. Any other id costs 12 to 15 bytes: 88
 * bits of a hash in an open table. Among 10 million such ids the chance that two different ones are
 * taken for the same is 2e-13. */
#pragma once

#include <glib.h>

typedef struct _BbIdSet BbIdSet;

BbIdSet *bb_id_set_new(void);
void bb_id_set_free(BbIdSet *set);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BbIdSet, bb_id_set_free)

/* FALSE when it was there already. O(1) expected. */
gboolean bb_id_set_add(BbIdSet *set, const char *id);
/* O(1) expected for texts, O(log n) for numbers. */
gboolean bb_id_set_has(const BbIdSet *set, const char *id);
/* Memory of the table of texts, in bytes. */
gsize bb_id_set_text_bytes(const BbIdSet *set);
