/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L4. What happens to nodes over time, from files of several kinds, made into the changes of a cluster.
 * A node whose first event adds it was not there before. Events at time 0 or before are the state at the
 * start. Native lists must fit the nodes and each other, and are refused at the line else; of a foreign
 * trace what does not fit is left out, counted and named. */
#pragma once

#include "sim/contract/bb-reader.h"
#include "sim/model/bb-cluster.h"

typedef struct _BbNodeEvents BbNodeEvents;

/* Borrows the cluster, which gets its last node before bb_node_events_settle. */
BbNodeEvents *bb_node_events_new(BbCluster *cluster);
void bb_node_events_free(BbNodeEvents *events);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BbNodeEvents, bb_node_events_free)

/* Takes all events of a reader that has given all its nodes. */
gboolean bb_node_events_read(BbNodeEvents *events, BbReader *reader, GError **error);
/* bb_cluster_reorder of the cluster; what was read so far is of the same nodes as before. */
void bb_node_events_reorder(BbNodeEvents *events, const guint *order);
/* Once all are read: sorts them by time and gives them to the cluster. What the user should know is
 * appended to `notes` (of char *, may be NULL). */
gboolean bb_node_events_settle(BbNodeEvents *events, GPtrArray *notes, GError **error);
