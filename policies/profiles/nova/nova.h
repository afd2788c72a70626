/* SPDX-License-Identifier: GPL-3.0-or-later */
/* OpenStack Nova's filter scheduler: what Placement lets through is weighed. Each weigher looks at
 * one number of every host, stretches the numbers to 0..1, and adds its multiple of that.
 *
 * Source: openstack/nova nova/weights.py, nova/scheduler/{manager.py,weights}. */
#pragma once

#include <glib.h>

typedef enum {
    NOVA_RAM,
    NOVA_DISK,
    NOVA_CPU,
    NOVA_IO_OPS,
    NOVA_NUM_INSTANCES,
    NOVA_SOFT_AFFINITY,
    NOVA_SOFT_ANTI_AFFINITY,
    NOVA_BUILD_FAILURE,
    NOVA_N_WEIGHERS,
} NovaWeigher;

typedef struct {
    gint64 free_ram_mb, free_disk_mb; /* below 0: more is given out than is there */
    double vcpus_total, vcpus_used, cpu_allocation_ratio;
    gint64 num_io_ops, num_instances, failed_builds;
    gint64 group_members;      /* instances of the request's server group here */
    const double *multipliers; /* by weigher, for this host alone; NULL: the configured ones */
} NovaHost;

/* "ram", "disk".. as in the options *_weight_multiplier; ends with NULL. */
extern const char *const nova_weigher_names[NOVA_N_WEIGHERS + 1];
/* What the options are by default. */
extern const double nova_default_multipliers[NOVA_N_WEIGHERS];

/* Stretches in place to 0..1 between *minval and *maxval, or the least and the greatest value where
 * they are NULL; all 0 where those are equal. */
void nova_normalize(double *values, guint n, const double *minval, const double *maxval);
/* Adds the weigher's part to each host's weight. A host alone is not weighed. */
void nova_weigh(NovaWeigher weigher, double multiplier, const NovaHost *hosts, guint n,
                double *inout_weights);
/* The least of an aggregate's values, which are texts; the configured value when there are none, or
 * one is no number. */
double nova_multiplier(double configured, const char *const *values, guint n);

/* Placement: does the inventory have room? max_unit 0: any. */
gboolean nova_has_room(gint64 total, gint64 reserved, double ratio, gint64 used, gint64 asked,
                       gint64 max_unit);

/* A draw in [0, n); `ordinal` tells several apart. */
typedef guint64 (*NovaDraw)(gpointer data, guint32 ordinal, guint64 n);
/* Index of the host that is taken: any of the `subset_size` best (at least 1), equal ones in order or,
 * if `shuffle`, any order among the very best. -1 when n is 0. */
gint nova_select(const double *weights, guint n, guint subset_size, gboolean shuffle, NovaDraw draw,
                 gpointer data);
