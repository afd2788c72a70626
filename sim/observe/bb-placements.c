/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Entries are appended as they come and sorted and merged once, when they are taken: a job whose
 * tasks start one by one costs n log n, not n^2. Most jobs are one run on one node, taken at once: the
 * last such run is kept apart, and moved to the others when the next run comes before. */
#include "sim/observe/bb-placements.h"

typedef struct {
    guint64 seq; /* the key */
    GArray *nodes;
} Entry;

struct _BbPlacements {
    GHashTable *entries; /* seq -> Entry, owned */
    gboolean any_last;
    guint64 last_seq;
    BbNodeTasks last; /* of job last_seq, if any_last */
    GArray *taken;    /* of BbNodeTasks */
};

static void
entry_free(gpointer data)
{
    Entry *entry = data;
    g_array_unref(entry->nodes);
    g_free(entry);
}

BbPlacements *
bb_placements_new(void)
{
    BbPlacements *placements = g_new0(BbPlacements, 1);
    placements->entries = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, entry_free);
    placements->taken = g_array_new(FALSE, FALSE, sizeof(BbNodeTasks));
    return placements;
}

void
bb_placements_free(BbPlacements *placements)
{
    if (placements == NULL)
        return;
    g_hash_table_unref(placements->entries);
    g_array_unref(placements->taken);
    g_free(placements);
}

static Entry *
entry_of(BbPlacements *placements, guint64 seq)
{
    Entry *entry = g_hash_table_lookup(placements->entries, &seq);
    if (entry == NULL) {
        entry = g_new0(Entry, 1);
        entry->seq = seq;
        entry->nodes = g_array_new(FALSE, FALSE, sizeof(BbNodeTasks));
        g_hash_table_insert(placements->entries, &entry->seq, entry);
    }
    return entry;
}

/* The last run is one of many after all. */
static void
move_last(BbPlacements *placements)
{
    if (placements->any_last)
        g_array_append_val(entry_of(placements, placements->last_seq)->nodes, placements->last);
    placements->any_last = FALSE;
}

void
bb_placements_add(BbPlacements *placements, const BbRun *run)
{
    move_last(placements);
    if (run->n_placed == 1 && run->n_tasks == run->record->n_tasks) {
        placements->last = (BbNodeTasks){run->placed[0].node, run->placed[0].n_tasks};
        placements->last_seq = run->record->job.seq;
        placements->any_last = TRUE;
        return;
    }
    GArray *nodes = entry_of(placements, run->record->job.seq)->nodes;
    for (guint i = 0; i < run->n_placed; i++) {
        BbNodeTasks here = {run->placed[i].node, run->placed[i].n_tasks};
        g_array_append_val(nodes, here);
    }
}

static gint
by_node(gconstpointer a, gconstpointer b)
{
    const BbNodeTasks *x = a, *y = b;
    return (x->node > y->node) - (x->node < y->node);
}

/* By node, one entry a node. */
static const BbNodeTasks *
merge(BbPlacements *placements, GArray *nodes, guint *out_n)
{
    if (nodes->len > 1)
        g_array_sort(nodes, by_node);
    g_array_set_size(placements->taken, 0);
    for (guint i = 0; i < nodes->len; i++) {
        const BbNodeTasks *next = &g_array_index(nodes, BbNodeTasks, i);
        guint n = placements->taken->len;
        BbNodeTasks *last = n > 0 ? &g_array_index(placements->taken, BbNodeTasks, n - 1) : NULL;
        if (last != NULL && last->node == next->node)
            last->n_tasks += next->n_tasks;
        else
            g_array_append_vals(placements->taken, next, 1);
    }
    *out_n = placements->taken->len;
    return (const BbNodeTasks *)(gpointer)placements->taken->data;
}

const BbNodeTasks *
bb_placements_take(BbPlacements *placements, guint64 seq, guint *out_n)
{
    gboolean any = g_hash_table_size(placements->entries) > 0;
    Entry *entry = any ? g_hash_table_lookup(placements->entries, &seq) : NULL;
    *out_n = 0;
    if (placements->any_last && placements->last_seq == seq) {
        if (entry == NULL) {
            placements->any_last = FALSE;
            *out_n = 1;
            return &placements->last;
        }
        move_last(placements);
    }
    if (entry == NULL)
        return NULL;
    const BbNodeTasks *taken = merge(placements, entry->nodes, out_n);
    g_hash_table_remove(placements->entries, &seq);
    return taken;
}
