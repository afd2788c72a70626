/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L1. A shape: what one task demands of a node, constraints included, interned: two jobs that demand
 * the same share one BbShape, however many jobs there are. Searches, memos and masks are per shape. */
#pragma once

#include "bb-constraint.h"
#include "bb-rows.h"

typedef struct {
    guint32 index; /* dense, from 0, in order of first use */
    BbKind kind;
    BbResources need;        /* per task */
    guint32 gpu_share_milli; /* > 0: a share of one device */
    guint32 n_gpus;          /* > 0: that many whole devices */
    gboolean whole_node;     /* bare-metal: an empty node, all of it */
    guint32 group;           /* name id, 0: none */
    guint32 spec;            /* name id of the row's JSON text, 0: none */
    guint32 n_models, n_require, n_tolerate, n_avoid, n_spread;
    const guint32 *models;        /* any of these gpu models; none: any */
    const BbRequireTerm *require; /* every one */
    const BbLabel *tolerate;      /* taints it may live with */
    const guint32 *avoid;         /* groups it will not share a node with */
    const BbSpreadTerm *spread;   /* hard: its group's tasks per value of the label */
} BbShape;

typedef struct _BbShapes BbShapes;

/* Borrows `names`. */
BbShapes *bb_shapes_new(BbNames *names);
void bb_shapes_free(BbShapes *shapes);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BbShapes, bb_shapes_free)

/* The shape of a row whose texts its reader has checked. `modelled` has bit r for each resource that
 * the cluster names; the others' needs count as 0. Borrowed until free. O(1) expected. */
const BbShape *bb_shapes_intern(BbShapes *shapes, const BbJobRow *row, guint32 modelled);
guint bb_shapes_n(const BbShapes *shapes);
const BbShape *bb_shapes_get(const BbShapes *shapes, guint index);
