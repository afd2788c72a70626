/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two rules of the scheduling cycle. Source: pkg/scheduler/schedule_one.go. */
#pragma once

#include <glib.h>

/* How many feasible nodes are enough of n; percentage 0: adaptive (50 % less 1 % per 125 nodes, at
 * least 5 %). Never fewer than 100 (or all). */
guint kube_num_feasible_nodes(gint64 percentage, guint n);

/* A draw from 0 .. n - 1, all alike. */
typedef guint (*KubeDraw)(gpointer data, guint n);

/* Index of the highest total; among equals a drawn one, or with draw NULL that of the lowest node
 * number. nodes may be NULL: numbers are indices. n > 0. */
guint kube_select_host(const gint64 *totals, const guint32 *nodes, guint n, KubeDraw draw,
                       gpointer data);
