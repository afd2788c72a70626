/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L1. How much of a node's free devices the usual demands could not use (Weng et al., Beware of
 * fragmentation, USENIX ATC 2023). For one demand: all that is free, where the node lacks cpu, devices or
 * the model, or where the demand wants no device; else what is free on devices that have less left than
 * the demand wants of each. The node's fragment is the mean over the mix, weighted by frequency, in
 * thousandths of a device.
 *
 * Sums are added in the order of the mix, by cause, as the authors' simulator does, so that scores that
 * end in integers are theirs to the last bit. */
#pragma once

#include "bb-cluster.h"
#include "bb-mix.h"

typedef struct _BbFragmentation BbFragmentation;

/* Knows the models of the cluster's nodes from now on; keeps no pointer to either. */
BbFragmentation *bb_fragmentation_new(const BbMix *mix, const BbCluster *cluster);
void bb_fragmentation_free(BbFragmentation *fragmentation);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BbFragmentation, bb_fragmentation_free)

/* The questions below are about this node as it is now. O(devices x usual demands). */
void bb_fragmentation_load(BbFragmentation *fragmentation, const BbNode *node);
/* O(usual demands). */
double bb_fragmentation_now(const BbFragmentation *fragmentation);
/* If a task took so much cpu, and `milli` of each of these devices, which must have it. */
double bb_fragmentation_if(BbFragmentation *fragmentation, gint64 cpu_milli, guint64 devices,
                           gint32 milli);
