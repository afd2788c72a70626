/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Intervals in order, in chunks of fixed size that split when full: the two upper levels of a B-tree,
 * whose root is an array. Neighbours that touch are joined within a chunk only; two that touch across
 * chunks stay two, which costs nothing but 16 bytes. */
#include "sim/lab/bb-interval-set.h"

#include <string.h>

#define CHUNK 256

typedef struct {
    guint64 first, last;
} Interval;

typedef struct {
    guint n; /* at least 1 */
    Interval at[CHUNK];
} Chunk;

struct _BbIntervalSet {
    GPtrArray *chunks;
    Interval *hint;     /* the interval touched last */
    guint64 hint_limit; /* it may grow up to here without touching the next one */
};

BbIntervalSet *
bb_interval_set_new(void)
{
    BbIntervalSet *set = g_new0(BbIntervalSet, 1);
    set->chunks = g_ptr_array_new_with_free_func(g_free);
    return set;
}

void
bb_interval_set_free(BbIntervalSet *set)
{
    if (set == NULL)
        return;
    g_ptr_array_unref(set->chunks);
    g_free(set);
}

static Chunk *
chunk_at(const BbIntervalSet *set, guint c)
{
    return set->chunks->pdata[c];
}

/* The last chunk that begins at or before the value, else the first. */
static guint
find_chunk(const BbIntervalSet *set, guint64 value)
{
    guint low = 0, high = set->chunks->len;
    while (high - low > 1) {
        guint middle = low + (high - low) / 2;
        if (chunk_at(set, middle)->at[0].first <= value)
            low = middle;
        else
            high = middle;
    }
    return low;
}

/* Number of intervals of the chunk that begin at or before the value. */
static guint
count_before(const Chunk *chunk, guint64 value)
{
    guint low = 0, high = chunk->n;
    while (low < high) {
        guint middle = low + (high - low) / 2;
        if (chunk->at[middle].first <= value)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void
set_hint(BbIntervalSet *set, guint c, guint i)
{
    const Chunk *chunk = chunk_at(set, c);
    guint64 next = G_MAXUINT64;
    if (i + 1 < chunk->n)
        next = chunk->at[i + 1].first;
    else if (c + 1 < set->chunks->len)
        next = chunk_at(set, c + 1)->at[0].first;
    set->hint = &chunk_at(set, c)->at[i];
    set->hint_limit = next - 1;
}

/* Makes room in a full chunk c; *c and *i come to where position i is now. */
static void
split(BbIntervalSet *set, guint *c, guint *i)
{
    Chunk *full = chunk_at(set, *c), *added = g_new(Chunk, 1);
    gboolean append = *i == CHUNK && *c + 1 == set->chunks->len;
    guint kept = append ? CHUNK : CHUNK / 2;
    added->n = CHUNK - kept;
    memcpy(added->at, full->at + kept, added->n * sizeof(Interval));
    full->n = kept;
    g_ptr_array_insert(set->chunks, (gint)*c + 1, added);
    if (*i > kept || append) {
        *i -= kept;
        *c += 1;
    }
}

static void
insert(BbIntervalSet *set, guint c, guint i, guint64 value)
{
    if (chunk_at(set, c)->n == CHUNK)
        split(set, &c, &i);
    Chunk *chunk = chunk_at(set, c);
    memmove(chunk->at + i + 1, chunk->at + i, (chunk->n - i) * sizeof(Interval));
    chunk->at[i] = (Interval){value, value};
    chunk->n++;
    set_hint(set, c, i);
}

/* Joins interval i with the next one of its chunk, which it touches. */
static void
join(Chunk *chunk, guint i)
{
    chunk->at[i].last = chunk->at[i + 1].last;
    memmove(chunk->at + i + 1, chunk->at + i + 2, (chunk->n - i - 2) * sizeof(Interval));
    chunk->n--;
}

static gboolean
add(BbIntervalSet *set, guint64 value)
{
    guint c = find_chunk(set, value);
    Chunk *chunk = chunk_at(set, c);
    guint i = count_before(chunk, value);
    Interval *before = i > 0 ? chunk->at + i - 1 : NULL;
    Interval *behind = i < chunk->n ? chunk->at + i : NULL;
    gboolean touches_behind = behind != NULL && behind->first == value + 1;

    if (before != NULL && value <= before->last)
        return FALSE;
    if (before != NULL && before->last + 1 == value) {
        before->last = value;
        if (touches_behind)
            join(chunk, i - 1);
        set_hint(set, c, i - 1);
    } else if (touches_behind) {
        behind->first = value;
        set_hint(set, c, i);
    } else {
        insert(set, c, i, value);
    }
    return TRUE;
}

gboolean
bb_interval_set_add(BbIntervalSet *set, guint64 value)
{
    if (set->chunks->len == 0) {
        Chunk *chunk = g_new(Chunk, 1);
        chunk->n = 1;
        chunk->at[0] = (Interval){value, value};
        g_ptr_array_add(set->chunks, chunk);
        set_hint(set, 0, 0);
        return TRUE;
    }
    if (value == set->hint->last + 1 && value < set->hint_limit) {
        set->hint->last = value;
        return TRUE;
    }
    return add(set, value);
}

gboolean
bb_interval_set_has(const BbIntervalSet *set, guint64 value)
{
    if (set->chunks->len == 0)
        return FALSE;
    const Chunk *chunk = chunk_at(set, find_chunk(set, value));
    guint i = count_before(chunk, value);
    return i > 0 && value <= chunk->at[i - 1].last;
}

gsize
bb_interval_set_n_intervals(const BbIntervalSet *set)
{
    gsize n = 0;
    for (guint c = 0; c < set->chunks->len; c++)
        n += chunk_at(set, c)->n;
    return n;
}
