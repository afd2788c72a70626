/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L4. What the readers of instances share: words between blanks, numbers with a place in messages,
 * and the instance that is being read. Decimal numbers become integers of one scale an instance. */
#pragma once

#include "sim/base/bb-input.h"
#include "sim/lab/pack/bb-pack-instance.h"

/* Takes the input and reads all of it. */
BbPackText *bb_pack_text_new(BbInput *input, GError **error);
void bb_pack_text_free(BbPackText *text);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BbPackText, bb_pack_text_free)

/* The words of the first four lines that are not blank, -1 for lines that are not there. A line that
 * is one name in single quotes, which may hold blanks, is BB_PACK_QUOTED; that name is one word. */
void bb_pack_text_shape(const BbPackText *text, gint n_words[4]);
/* The path's base name without its endings. Owned by the caller. */
char *bb_pack_text_name(const BbPackText *text);

/* The next word; NULL with BB_ERROR_INPUT at the end of the file. Borrowed until the text is freed.
 * `expected` is for the message. */
const char *bb_pack_text_word(BbPackText *text, const char *expected, GError **error);
gboolean bb_pack_text_int(BbPackText *text, const char *expected, gint64 min, gint64 max,
                          gint64 *out, GError **error);
/* BB_ERROR_INPUT at the last word; returns FALSE. */
gboolean bb_pack_text_error(const BbPackText *text, const char *expected, GError **error);
/* Is there no other word? */
gboolean bb_pack_text_ended(const BbPackText *text);
/* BB_ERROR_INPUT when there is another word. */
gboolean bb_pack_text_end(BbPackText *text, GError **error);

/* An instance being read: its name is owned by it. `n_dims` in 1 .. BB_PACK_DIMS_MAX. Free it with
 * bb_pack_instance_free, or hand it to bb_pack_text_finish when all items are there. */
BbPackInstance *bb_pack_text_begin(char *name, gint64 n_dims);
gboolean bb_pack_text_capacity(BbPackText *text, BbPackInstance *instance, GError **error);
/* Makes room for that many more items. */
gboolean bb_pack_text_reserve(BbPackText *text, BbPackInstance *instance, gint64 n, GError **error);
/* Reads the sizes of the item n_items, which bb_pack_text_reserve made room for, and counts it. */
gboolean bb_pack_text_item(BbPackText *text, BbPackInstance *instance, GError **error);
/* Brings all numbers to the least scale that keeps them integers. */
void bb_pack_text_finish(BbPackInstance *instance);
