/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The arithmetic is Python's: doubles, in the order of the weighers. */
#include "nova.h"

#include <math.h>

const char *const nova_weigher_names[NOVA_N_WEIGHERS + 1] = {"ram",
                                                             "disk",
                                                             "cpu",
                                                             "io_ops",
                                                             "num_instances",
                                                             "soft_affinity",
                                                             "soft_anti_affinity",
                                                             "build_failure",
                                                             NULL};

const double nova_default_multipliers[NOVA_N_WEIGHERS] = {1.0, 1.0, 1.0, -1.0,
                                                          0.0, 1.0, 1.0, -1000000.0};

static double
raw_value(NovaWeigher weigher, const NovaHost *host)
{
    switch (weigher) {
    case NOVA_RAM:
        return (double)host->free_ram_mb;
    case NOVA_DISK:
        return (double)host->free_disk_mb;
    case NOVA_CPU:
        return host->vcpus_total * host->cpu_allocation_ratio - host->vcpus_used;
    case NOVA_IO_OPS:
        return (double)host->num_io_ops;
    case NOVA_NUM_INSTANCES:
        return (double)host->num_instances;
    case NOVA_SOFT_AFFINITY:
        return (double)host->group_members;
    case NOVA_SOFT_ANTI_AFFINITY:
        return -(double)host->group_members;
    case NOVA_BUILD_FAILURE:
        return (double)host->failed_builds;
    case NOVA_N_WEIGHERS:
        break;
    }
    return 0;
}

/* Amounts that may be below 0 count as 0, which is then also the lower end. */
static gboolean
has_floor(NovaWeigher weigher)
{
    return weigher == NOVA_RAM || weigher == NOVA_DISK || weigher == NOVA_CPU ||
           weigher == NOVA_IO_OPS;
}

void
nova_normalize(double *values, guint n, const double *minval, const double *maxval)
{
    double low = minval ? *minval : HUGE_VAL, high = maxval ? *maxval : -HUGE_VAL;

    for (guint i = 0; i < n; i++) {
        low = minval ? low : MIN(low, values[i]);
        high = maxval ? high : MAX(high, values[i]);
    }
    for (guint i = 0; i < n; i++)
        values[i] = high - low != 0.0 ? (values[i] - low) / (high - low) : 0.0;
}

void
nova_weigh(NovaWeigher weigher, double multiplier, const NovaHost *hosts, guint n,
           double *inout_weights)
{
    const double zero = 0.0, *minval = has_floor(weigher) ? &zero : NULL;
    g_autofree double *values = n > 1 ? g_new(double, n) : NULL;

    for (guint i = 0; n > 1 && i < n; i++) {
        values[i] = raw_value(weigher, &hosts[i]);
        values[i] = minval ? MAX(values[i], *minval) : values[i];
    }
    if (n > 1)
        nova_normalize(values, n, minval, NULL);
    for (guint i = 0; n > 1 && i < n; i++)
        inout_weights[i] +=
            (hosts[i].multipliers ? hosts[i].multipliers[weigher] : multiplier) * values[i];
}

double
nova_multiplier(double configured, const char *const *values, guint n)
{
    double least = HUGE_VAL;

    for (guint i = 0; i < n; i++) {
        char *end;
        double value = g_ascii_strtod(values[i], &end);

        if (end == values[i] || *end)
            return configured;
        least = MIN(least, value);
    }
    return n ? least : configured;
}

gboolean
nova_has_room(gint64 total, gint64 reserved, double ratio, gint64 used, gint64 asked,
              gint64 max_unit)
{
    double capacity = floor((double)(total - reserved) * ratio);

    return (double)used + (double)asked <= capacity && (max_unit == 0 || asked <= max_unit);
}

typedef struct {
    double weight;
    guint index;
} Ranked;

static gint
compare_ranked(gconstpointer a, gconstpointer b)
{
    const Ranked *x = a, *y = b;

    if (x->weight != y->weight)
        return x->weight > y->weight ? -1 : 1;
    return (x->index > y->index) - (x->index < y->index);
}

static void
shuffle_best(Ranked *ranked, guint n, NovaDraw draw, gpointer data)
{
    guint n_best = 1;

    while (n_best < n && ranked[n_best].weight == ranked[0].weight)
        n_best++;
    for (guint i = n_best - 1; i > 0; i--) {
        guint other = (guint)draw(data, i, i + 1);
        Ranked swap = ranked[i];

        ranked[i] = ranked[other];
        ranked[other] = swap;
    }
}

gint
nova_select(const double *weights, guint n, guint subset_size, gboolean shuffle, NovaDraw draw,
            gpointer data)
{
    g_autofree Ranked *ranked = g_new(Ranked, n + 1);
    guint size = MIN(MAX(subset_size, 1), n);

    if (n == 0)
        return -1;
    for (guint i = 0; i < n; i++)
        ranked[i] = (Ranked){weights[i], i};
    qsort(ranked, n, sizeof(Ranked), compare_ranked);
    if (shuffle)
        shuffle_best(ranked, n, draw, data);
    return (gint)ranked[size > 1 ? draw(data, 0, size) : 0].index;
}
