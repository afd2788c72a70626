/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The expander least-waste of the Kubernetes cluster-autoscaler: of several groups of nodes that could
 * grow, the one that would leave the least of its new nodes' cpu and memory unused.
 *
 * Source: kubernetes/autoscaler cluster-autoscaler/expander/waste/waste.go. */
#pragma once

#include <glib.h>

typedef struct {
    gint64 n_nodes;                        /* that would be added */
    gint64 cpu_milli, mem_bytes;           /* of one */
    gint64 pods_cpu_milli, pods_mem_bytes; /* asked for by the pods that it would take */
} AutoscalerOption;

/* The unused share of cpu and that of memory, added up. */
double autoscaler_waste(const AutoscalerOption *option);
/* Index of the least, the first of equals after `nth` others; -1 when there are none. The autoscaler
 * draws among equals: nth = draw mod *out_n_equal (out_n_equal may be NULL). */
gint autoscaler_least_waste(const AutoscalerOption *options, guint n, guint nth,
                            guint *out_n_equal);
