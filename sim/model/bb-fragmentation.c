/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a demand meets on a node depends on two numbers a share: how many devices have so much left, and
 * what is left on the others. There are fewer shares than demands; they are counted once a node, and a
 * question moves some devices from one amount to another. Nodes of the same model, in the same class,
 * take the same demands. */
#include "sim/model/bb-fragmentation.h"

#include <string.h>

#define STRIDE 8 /* levels counted at a time; what is beyond the last is never asked for */

/* Causes, each with its own sum. */
enum { LACKS_BOTH, LACKS_GPU, SATISFIED, LACKS_CPU, CPU_FITS, CPU_LACKS, NO_ACCESS, N_CAUSES };

/* What a demand is to a class of nodes. */
enum { NO_DEVICE, NOT_ADMITTED, ADMITTED, N_WAYS };

/* [way][has devices][has cpu]; a satisfied demand's rest counts as a lack of devices. */
static const guint8 causes[N_WAYS][2][2] = {
    [NO_DEVICE] = {{CPU_LACKS, CPU_FITS}, {CPU_LACKS, CPU_FITS}},
    [NOT_ADMITTED] = {{NO_ACCESS, NO_ACCESS}, {NO_ACCESS, NO_ACCESS}},
    [ADMITTED] = {{LACKS_BOTH, LACKS_GPU}, {LACKS_CPU, LACKS_GPU}},
};

typedef struct {
    double weight;
    gint64 cpu_milli;
    gint32 n_gpus;
    guint level; /* index of its share */
} Demand;

/* What the devices of a node have left. */
typedef struct {
    gint64 cpu, sum;
    gint32 *n_with; /* by level: devices that have so much left */
    gint32 *rest;   /* by level: what is left on the others */
} Left;

struct _BbFragmentation {
    guint n, n_levels, n_nodes;
    Demand *demands;   /* in the order of the mix */
    gint32 *levels;    /* shares, milli, rising */
    guint8 *ways;      /* n of each class of nodes */
    guint32 *class_of; /* by node */
    guint loaded_class;
    const BbNode *node; /* loaded */
    Left now, then;
};

static gint
by_milli(gconstpointer a, gconstpointer b)
{
    const gint32 *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

static void
find_levels(BbFragmentation *self, const GArray *types)
{
    guint n = 0;
    self->levels = g_new0(gint32, types->len + STRIDE);
    for (guint i = 0; i < types->len; i++)
        self->levels[i] = (gint32)g_array_index(types, BbDemandType, i).gpu_milli;
    qsort(self->levels, types->len, sizeof *self->levels, by_milli);
    for (guint i = 0; i < types->len; i++)
        if (n == 0 || self->levels[n - 1] != self->levels[i])
            self->levels[n++] = self->levels[i];
    self->n_levels = n;
}

static guint
level_of(const BbFragmentation *self, gint64 milli)
{
    guint level = 0;
    while (self->levels[level] != milli)
        level++;
    return level;
}

static void
copy_demands(BbFragmentation *self, const GArray *types)
{
    self->n = types->len;
    self->demands = g_new0(Demand, self->n);
    for (guint i = 0; i < self->n; i++) {
        const BbDemandType *type = &g_array_index(types, BbDemandType, i);
        self->demands[i] = (Demand){type->weight, type->cpu_milli, (gint32)type->n_gpus,
                                    level_of(self, type->gpu_milli)};
    }
}

/* "A|B" names A and B, "" any. */
static gboolean
names_model(const char *models, const char *model)
{
    g_auto(GStrv) names = g_strsplit(models, "|", -1);
    for (guint i = 0; names[i]; i++)
        if (strcmp(g_strstrip(names[i]), model) == 0)
            return TRUE;
    return !*models;
}

static void
add_class(GByteArray *ways, const GArray *types, const char *model)
{
    for (guint i = 0; i < types->len; i++) {
        const BbDemandType *type = &g_array_index(types, BbDemandType, i);
        guint8 way = type->n_gpus == 0                  ? NO_DEVICE
                     : names_model(type->models, model) ? ADMITTED
                                                        : NOT_ADMITTED;
        g_byte_array_append(ways, &way, 1);
    }
}

static void
find_classes(BbFragmentation *self, const GArray *types, const BbCluster *cluster)
{
    g_autoptr(GHashTable) known = g_hash_table_new(NULL, NULL); /* model -> class + 1 */
    GByteArray *ways = g_byte_array_new();
    const BbNode *nodes = bb_cluster_nodes(cluster);

    self->n_nodes = bb_cluster_n(cluster);
    self->class_of = g_new(guint32, self->n_nodes);
    for (guint i = 0; i < self->n_nodes; i++) {
        gpointer key = GUINT_TO_POINTER(nodes[i].gpu_model);
        guint found = GPOINTER_TO_UINT(g_hash_table_lookup(known, key));
        if (found == 0) {
            found = g_hash_table_size(known) + 1;
            g_hash_table_insert(known, key, GUINT_TO_POINTER(found));
            add_class(ways, types, bb_names_text(bb_cluster_names(cluster), nodes[i].gpu_model));
        }
        self->class_of[i] = found - 1;
    }
    self->ways = g_byte_array_free(ways, FALSE);
}

static void
left_init(Left *left, guint n_levels)
{
    left->n_with = g_new0(gint32, n_levels + STRIDE);
    left->rest = g_new0(gint32, n_levels + STRIDE);
}

static void
left_clear(Left *left)
{
    g_free(left->n_with);
    g_free(left->rest);
}

BbFragmentation *
bb_fragmentation_new(const BbMix *mix, const BbCluster *cluster)
{
    BbFragmentation *self = g_new0(BbFragmentation, 1);
    g_autoptr(GArray) types = bb_mix_usual(mix);
    find_levels(self, types);
    copy_demands(self, types);
    find_classes(self, types, cluster);
    left_init(&self->now, self->n_levels);
    left_init(&self->then, self->n_levels);
    return self;
}

void
bb_fragmentation_free(BbFragmentation *self)
{
    if (!self)
        return;
    g_free(self->demands);
    g_free(self->levels);
    g_free(self->ways);
    g_free(self->class_of);
    left_clear(&self->now);
    left_clear(&self->then);
    g_free(self);
}

/* Counts a device with `milli` left, or (sign -1) no longer does. */
static void
count_device(const BbFragmentation *self, Left *left, gint32 milli, gint32 sign)
{
    left->sum += sign * milli;
    for (guint at = 0; at < self->n_levels; at += STRIDE) {
        const gint32 *levels = self->levels + at;
        gint32 *n_with = left->n_with + at, *rest = left->rest + at;
        for (guint i = 0; i < STRIDE; i++) {
            gint32 has = -(milli >= levels[i]); /* all bits, or none */
            n_with[i] -= has * sign;
            rest[i] += ~has & (sign * milli);
        }
    }
}

void
bb_fragmentation_load(BbFragmentation *self, const BbNode *node)
{
    g_assert(node->index < self->n_nodes);
    self->loaded_class = self->class_of[node->index];
    self->node = node;
    self->now.cpu = node->free.v[BB_CPU];
    self->now.sum = 0;
    memset(self->now.n_with, 0, self->n_levels * sizeof *self->now.n_with);
    memset(self->now.rest, 0, self->n_levels * sizeof *self->now.rest);
    for (guint d = 0; d < node->n_devices; d++)
        count_device(self, &self->now, node->device_free[d], 1);
}

static double
evaluate(const BbFragmentation *self, const Left *left)
{
    const guint8 *ways = self->ways + (gsize)self->loaded_class * self->n;
    double sums[N_CAUSES] = {0};
    for (guint i = 0; i < self->n; i++) {
        const Demand *demand = &self->demands[i];
        gboolean has_gpu = left->n_with[demand->level] >= demand->n_gpus;
        gboolean has_cpu = left->cpu >= demand->cpu_milli;
        gboolean satisfied = has_gpu & has_cpu & (ways[i] == ADMITTED);
        gint64 lost = satisfied ? left->rest[demand->level] : left->sum;
        sums[causes[ways[i]][has_gpu][has_cpu]] += demand->weight * (double)lost;
    }
    return sums[LACKS_BOTH] + sums[LACKS_GPU] + sums[LACKS_CPU] + sums[CPU_FITS] + sums[CPU_LACKS] +
           sums[NO_ACCESS];
}

double
bb_fragmentation_now(const BbFragmentation *self)
{
    return evaluate(self, &self->now);
}

double
bb_fragmentation_if(BbFragmentation *self, gint64 cpu_milli, guint64 devices, gint32 milli)
{
    Left *then = &self->then;
    memcpy(then->n_with, self->now.n_with, self->n_levels * sizeof *then->n_with);
    memcpy(then->rest, self->now.rest, self->n_levels * sizeof *then->rest);
    then->cpu = self->now.cpu - cpu_milli;
    then->sum = self->now.sum;
    for (guint d = 0; devices != 0; d++, devices >>= 1) {
        if ((devices & 1) == 0)
            continue;
        count_device(self, then, self->node->device_free[d], -1);
        count_device(self, then, self->node->device_free[d] - milli, 1);
    }
    return evaluate(self, then);
}
