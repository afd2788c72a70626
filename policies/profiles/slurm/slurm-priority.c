/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Doubles until the end, as in the source. */
#include "slurm-priority.h"

typedef enum {
    ON_NODE,
    GRES,
    GLOBAL,
} TresClass;

guint32
slurm_priority(const SlurmWeights *weights, const SlurmFactors *factors, double tres, gint64 site,
               gint64 nice)
{
    double sum = (double)site + weights->age * factors->age + weights->assoc * factors->assoc +
                 weights->fair_share * factors->fair_share + weights->size * factors->size +
                 weights->partition * factors->partition + weights->qos * factors->qos + tres -
                 (double)nice;

    return (guint32)CLAMP(sum, 1.0, (double)SLURM_PRIORITY_MAX);
}

double
slurm_age_factor(gint64 waited_us, gint64 max_age_us)
{
    if (waited_us <= 0)
        return 0.0;
    return waited_us >= max_age_us ? 1.0 : (double)waited_us / (double)max_age_us;
}

double
slurm_size_factor(guint64 nodes, guint64 cpus, guint64 all_nodes, guint64 all_cpus,
                  gboolean favor_small)
{
    double share;

    if (all_nodes == 0 || all_cpus == 0)
        return 0.0;
    share = ((double)nodes / (double)all_nodes + (double)cpus / (double)all_cpus) / 2.0;
    return CLAMP(favor_small ? 1.0 - share : share, 0.0, 1.0);
}

double
slurm_level_factor(gint64 value, gint64 highest, gboolean no_normal)
{
    if (no_normal)
        return (double)value;
    return highest > 0 ? (double)value / (double)highest : 0.0;
}

static TresClass
class_of(const char *name)
{
    static const char *const global[] = {"license", "bb", "energy", "fs", "ic"};

    if (g_str_equal(name, "cpu") || g_str_equal(name, "node") || g_str_has_prefix(name, "mem"))
        return ON_NODE;
    for (guint i = 0; i < G_N_ELEMENTS(global); i++)
        if (g_str_has_prefix(name, global[i]))
            return GLOBAL;
    return GRES;
}

double
slurm_billing(SlurmBilling mode, const SlurmTres *tres, guint n)
{
    double sum = 0, greatest = 0;

    for (guint i = 0; i < n; i++) {
        TresClass class = class_of(tres[i].name);
        double part = tres[i].amount * tres[i].weight;

        if (mode != SLURM_BILL_SUM &&
            (class == ON_NODE || (class == GRES && mode == SLURM_BILL_MAX)))
            greatest = MAX(greatest, part);
        else
            sum += part;
    }
    return sum + greatest;
}
