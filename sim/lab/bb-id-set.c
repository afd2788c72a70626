/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Texts go to one of 256 open tables by the first byte of their hash; 80 further bits are the slot.
 * Small steps of growth (1.25 at 85 % load) keep a slot of 10 bytes below 15 bytes an id, and as one
 * table grows at a time, the peak is that too. The place of a slot is a multiplication of its own
 * bits, so tables need not be powers of two.
 *
 * The hash folds 128-bit products, eight bytes at a time, in two lanes. */
#include "sim/lab/bb-id-set.h"

#include "sim/lab/bb-interval-set.h"

#include <string.h>

#define N_TABLES 256
#define SLOT 10
#define MAX_DIGITS 18

__extension__ typedef unsigned __int128 UInt128;

typedef struct {
    guint8 *slots; /* all zero: empty */
    gsize size, n;
} Table;

struct _BbIdSet {
    BbIntervalSet *numbers;
    Table tables[N_TABLES];
};

BbIdSet *
bb_id_set_new(void)
{
    BbIdSet *set = g_new0(BbIdSet, 1);
    set->numbers = bb_interval_set_new();
    return set;
}

void
bb_id_set_free(BbIdSet *set)
{
    if (set == NULL)
        return;
    bb_interval_set_free(set->numbers);
    for (guint t = 0; t < N_TABLES; t++)
        g_free(set->tables[t].slots);
    g_free(set);
}

static guint64
fold(guint64 a, guint64 b)
{
    UInt128 product = (UInt128)a * b;
    return (guint64)product ^ (guint64)(product >> 64);
}

static void
hash(const char *text, gsize n, guint64 *out_a, guint64 *out_b)
{
    guint64 a = G_GUINT64_CONSTANT(0x9e3779b97f4a7c15) ^ n;
    guint64 b = G_GUINT64_CONSTANT(0xc2b2ae3d27d4eb4f) + n;
    for (gsize at = 0; at < n; at += 8) {
        guint64 word = 0;
        memcpy(&word, text + at, MIN(n - at, 8));
        word = GUINT64_FROM_LE(word);
        a = fold(a ^ word, G_GUINT64_CONSTANT(0xa0761d6478bd642f));
        b = fold(b ^ word, G_GUINT64_CONSTANT(0xe7037ed1a0b428db));
    }
    *out_a = fold(a, G_GUINT64_CONSTANT(0x8ebc6af09c88c6e3));
    *out_b = fold(b, G_GUINT64_CONSTANT(0x589965cc75374cc3));
}

/* Where the slot belongs, or the empty one that it may take; *out_found says which. */
static guint8 *
find(const Table *table, const guint8 *slot, gboolean *out_found)
{
    static const guint8 empty[SLOT];
    guint32 head;
    memcpy(&head, slot, sizeof head);
    gsize i = (gsize)(((guint64)head * table->size) >> 32);
    for (;; i = i + 1 < table->size ? i + 1 : 0) {
        guint8 *there = table->slots + i * SLOT;
        if (memcmp(there, slot, SLOT) == 0) {
            *out_found = TRUE;
            return there;
        }
        if (memcmp(there, empty, SLOT) == 0) {
            *out_found = FALSE;
            return there;
        }
    }
}

static void
grow(Table *table)
{
    static const guint8 empty[SLOT];
    gboolean found;
    Table old = *table;
    table->size = old.size + old.size / 4 + 8;
    table->slots = g_malloc0(table->size * SLOT);
    for (gsize i = 0; i < old.size; i++) {
        const guint8 *slot = old.slots + i * SLOT;
        if (memcmp(slot, empty, SLOT) != 0)
            memcpy(find(table, slot, &found), slot, SLOT);
    }
    g_free(old.slots);
}

/* The slot of a text; returns the number of its table. */
static guint
make_slot(const char *id, guint8 *out_slot)
{
    guint64 a, b;
    hash(id, strlen(id), &a, &b);
    guint t = (guint)(a >> 56);
    a = (a << 8) | (b >> 56);
    memcpy(out_slot, &a, 8);
    memcpy(out_slot + 8, &b, SLOT - 8);
    out_slot[0] |= a == 0; /* no slot is all zero */
    return t;
}

static gboolean
add_text(BbIdSet *set, const char *id)
{
    guint8 slot[SLOT];
    gboolean found;
    Table *table = &set->tables[make_slot(id, slot)];
    if (table->n * 100 >= table->size * 85)
        grow(table);
    guint8 *there = find(table, slot, &found);
    if (found)
        return FALSE;
    memcpy(there, slot, SLOT);
    table->n++;
    return TRUE;
}

static gboolean
is_canonical(const char *id, guint64 *out)
{
    guint64 value = 0;
    guint n = 0;
    for (; n <= MAX_DIGITS && g_ascii_isdigit(id[n]); n++)
        value = value * 10 + (guint64)(id[n] - '0');
    if (n == 0 || n > MAX_DIGITS || id[n] != '\0' || (id[0] == '0' && n > 1))
        return FALSE;
    *out = value;
    return TRUE;
}

gboolean
bb_id_set_add(BbIdSet *set, const char *id)
{
    guint64 number;
    if (is_canonical(id, &number))
        return bb_interval_set_add(set->numbers, number);
    return add_text(set, id);
}

gboolean
bb_id_set_has(const BbIdSet *set, const char *id)
{
    guint64 number;
    guint8 slot[SLOT];
    gboolean found = FALSE;
    if (is_canonical(id, &number))
        return bb_interval_set_has(set->numbers, number);
    const Table *table = &set->tables[make_slot(id, slot)];
    if (table->size > 0)
        find(table, slot, &found);
    return found;
}

gsize
bb_id_set_text_bytes(const BbIdSet *set)
{
    gsize n = 0;
    for (guint t = 0; t < N_TABLES; t++)
        n += set->tables[t].size * SLOT;
    return n;
}
