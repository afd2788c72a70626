/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L1. Interned texts of one simulation: node names, label keys and values, classes, groups, models.
 * Ids are dense, from 0 (the empty text), in order of first use: the same run gives the same ids.
 * Belongs to a simulation, never to the process. */
#pragma once

#include "sim/base/bb-types.h"

typedef struct _BbNames BbNames;

BbNames *bb_names_new(void);
void bb_names_free(BbNames *names);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BbNames, bb_names_free)

/* NULL and "" are 0. O(1). */
guint32 bb_names_intern(BbNames *names, const char *text);
/* G_MAXUINT32 when the text was never interned. */
guint32 bb_names_find(const BbNames *names, const char *text);
const char *bb_names_text(const BbNames *names, guint32 id); /* borrowed until free */
