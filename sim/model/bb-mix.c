/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A hash table of demands that points to the counts themselves. A weight is (count / all) / (covered /
 * all), in this order, for the bits of what is computed from it. */
#include "sim/model/bb-mix.h"

#include <string.h>

struct _BbMix {
    GHashTable *types; /* of BbDemandType, to itself */
    guint64 n_tasks;
};

static guint
type_hash(gconstpointer data)
{
    const BbDemandType *type = data;
    guint64 h = (guint64)type->cpu_milli * 2654435761u + (guint64)type->gpu_milli * 40503u;
    return (guint)(h ^ h >> 32) + type->n_gpus * 97 + g_str_hash(type->models);
}

static gboolean
type_equal(gconstpointer a, gconstpointer b)
{
    const BbDemandType *x = a, *y = b;
    return x->cpu_milli == y->cpu_milli && x->gpu_milli == y->gpu_milli && x->n_gpus == y->n_gpus &&
           strcmp(x->models, y->models) == 0;
}

static void
type_free(gpointer data)
{
    BbDemandType *type = data;
    g_free((gpointer)(guintptr)type->models);
    g_free(type);
}

BbMix *
bb_mix_new(void)
{
    BbMix *mix = g_new0(BbMix, 1);
    mix->types = g_hash_table_new_full(type_hash, type_equal, NULL, type_free);
    return mix;
}

void
bb_mix_free(BbMix *mix)
{
    if (!mix)
        return;
    g_hash_table_unref(mix->types);
    g_free(mix);
}

void
bb_mix_add(BbMix *mix, const BbJobRow *row)
{
    gint64 gpu = row->need.v[BB_GPU];
    gboolean share = gpu > 0 && gpu < 1000;
    BbDemandType type = {.cpu_milli = row->need.v[BB_CPU],
                         .gpu_milli = share     ? gpu
                                      : gpu > 0 ? 1000
                                                : 0,
                         .n_gpus = share ? 1 : (guint)(gpu / 1000),
                         .models = gpu > 0 && row->gpu_model ? row->gpu_model : ""};
    BbDemandType *known = g_hash_table_lookup(mix->types, &type);
    if (!known) {
        known = g_memdup2(&type, sizeof type);
        known->models = g_strdup(type.models);
        g_hash_table_add(mix->types, known);
    }
    known->n_tasks += (guint64)row->n_tasks;
    mix->n_tasks += (guint64)row->n_tasks;
}

guint
bb_mix_n(const BbMix *mix)
{
    return g_hash_table_size(mix->types);
}

#define COMPARE(a, b) (((a) < (b)) - ((a) > (b))) /* the larger first */

static gint
by_frequency(gconstpointer a, gconstpointer b)
{
    const BbDemandType *x = a, *y = b;
    gint order = COMPARE(x->n_tasks, y->n_tasks);
    if (order == 0)
        order = COMPARE(x->cpu_milli, y->cpu_milli);
    if (order == 0)
        order = COMPARE(x->gpu_milli, y->gpu_milli);
    if (order == 0)
        order = COMPARE(x->n_gpus, y->n_gpus);
    return order != 0 ? order : strcmp(y->models, x->models);
}

/* How many of the sorted demands it takes. */
static guint
n_to_cover(const BbMix *mix, const GArray *types, guint64 *out_covered)
{
    guint64 covered = 0;
    guint n = 0;
    while (n < types->len && covered * 100 < mix->n_tasks * BB_MIX_COVER_PERCENT)
        covered += g_array_index(types, BbDemandType, n++).n_tasks;
    *out_covered = covered;
    return n;
}

GArray *
bb_mix_usual(const BbMix *mix)
{
    GArray *types = g_array_new(FALSE, FALSE, sizeof(BbDemandType));
    double all = (double)mix->n_tasks;
    GHashTableIter iter;
    gpointer type;
    guint64 covered;

    g_hash_table_iter_init(&iter, mix->types);
    while (g_hash_table_iter_next(&iter, &type, NULL))
        g_array_append_vals(types, type, 1);
    g_array_sort(types, by_frequency);
    g_array_set_size(types, n_to_cover(mix, types, &covered));
    for (guint i = 0; i < types->len; i++) {
        BbDemandType *usual = &g_array_index(types, BbDemandType, i);
        usual->weight = ((double)usual->n_tasks / all) / ((double)covered / all);
    }
    return types;
}
