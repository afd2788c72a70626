/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Nodes that come, go and change. What runs where is kept by node, in order of start, so that a lost
 * node costs what was on it. What a node will be at most from each change on is known from the start:
 * by that, and not before, a job is hopeless. */
#include "sim/engine/bb-engine-private.h"

/* Of one node, from one of its changes on. */
typedef struct {
    gboolean ever_up;
    BbResources most; /* while it is up */
} Outlook;

struct _BbChanges {
    const BbNodeChange *list;
    guint n, next;
    Outlook *outlooks; /* by change */
    guint n_nodes;
    GPtrArray **runs; /* by node: of BbRun that hold something there; NULL: none yet */
};

/* From the last change to the first, with what is known of each node so far. */
static void
find_outlooks(BbChanges *changes)
{
    g_autofree Outlook *later = g_new0(Outlook, changes->n_nodes);

    for (guint k = changes->n; k-- > 0;) {
        const BbNodeChange *change = &changes->list[k];
        Outlook *outlook = &later[change->node];

        if (change->state == BB_NODE_UP) {
            outlook->ever_up = TRUE;
            bb_resources_most(&outlook->most, &change->capacity);
        }
        changes->outlooks[k] = *outlook;
    }
}

BbChanges *
bb_changes_new(const BbCluster *cluster)
{
    guint n;
    const BbNodeChange *list = bb_cluster_changes(cluster, &n);
    BbChanges *changes;

    if (n == 0)
        return NULL;
    changes = g_new0(BbChanges, 1);
    changes->list = list;
    changes->n = n;
    changes->n_nodes = bb_cluster_n(cluster);
    changes->outlooks = g_new(Outlook, n);
    changes->runs = g_new0(GPtrArray *, changes->n_nodes);
    find_outlooks(changes);
    return changes;
}

void
bb_changes_free(BbChanges *changes)
{
    if (!changes)
        return;
    for (guint i = 0; i < changes->n_nodes; i++)
        if (changes->runs[i])
            g_ptr_array_unref(changes->runs[i]);
    g_free(changes->runs);
    g_free(changes->outlooks);
    g_free(changes);
}

BbTimeUs
bb_changes_next(const BbChanges *changes)
{
    return changes && changes->next < changes->n ? changes->list[changes->next].time_us
                                                 : BB_TIME_NEVER;
}

/* ---- what runs where ---- */

void
bb_changes_note_start(BbChanges *changes, BbRun *run)
{
    for (guint p = 0; changes && p < run->n_placed; p++) {
        GPtrArray **runs = &changes->runs[run->placed[p].node];

        if (!*runs)
            *runs = g_ptr_array_new();
        if ((*runs)->len == 0 || (*runs)->pdata[(*runs)->len - 1] != run)
            g_ptr_array_add(*runs, run);
    }
}

void
bb_changes_note_end(BbChanges *changes, BbRun *run)
{
    for (guint p = 0; changes && p < run->n_placed; p++)
        g_ptr_array_remove(changes->runs[run->placed[p].node], run);
}

/* ---- one change ---- */

/* A lost node loses all, in order of start; one that shrinks the latest, until the rest has room. What
 * holds a node as a whole holds another one once it is changed. */
static void
evict(BbEngine *engine, const BbNodeChange *change)
{
    const BbNode *node = bb_cluster_node(engine->cluster, change->node);
    const GPtrArray *runs = engine->changes->runs[change->node];
    gboolean lost = change->state != BB_NODE_UP;

    while (runs && runs->len > 0 &&
           (lost || node->whole || bb_node_exceeds(node, &change->capacity)))
        bb_ledger_evict(engine, runs->pdata[lost ? 0 : runs->len - 1]);
}

void
bb_changes_apply(BbEngine *engine)
{
    guint k = engine->changes->next++;
    const BbNodeChange *change = &engine->changes->list[k];
    const Outlook *outlook = &engine->changes->outlooks[k];
    const BbNode *node = bb_cluster_node(engine->cluster, change->node);
    BbNodeState was = node->state;
    BbResources had = node->capacity;

    engine->work.events++;
    engine->n_gives++;
    evict(engine, change);
    bb_cluster_change(engine->cluster, change->node, change->state, &change->capacity);
    if (bb_search_change(engine->search, change->node, outlook->ever_up ? &outlook->most : NULL))
        engine->judge = TRUE;
    bb_plan_note_nodes(engine->plan);
    BB_TELL(engine, on_node, &engine->view, change->node, was, &had);
}

/* ---- who can never run any more ---- */

void
bb_changes_judge(BbEngine *engine)
{
    g_autoptr(GPtrArray) hopeless = g_ptr_array_new();
    BbWalk walk = BB_WALK_INIT;
    const BbWaiting *entry;

    engine->judge = FALSE;
    while ((entry = bb_wait_queue_next(engine->waiting, &walk)))
        if (bb_arrival_never_runnable(engine, (BbLive *)entry->record))
            g_ptr_array_add(hopeless, entry->record);
    for (guint i = 0; i < hopeless->len; i++) {
        BbLive *live = hopeless->pdata[i];

        g_ptr_array_remove(engine->fresh, live);
        bb_ledger_give_up(engine, live, bb_arrival_never_runnable(engine, live));
    }
    bb_wait_queue_tidy(engine->waiting);
}
