/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as a trace of one format: rows within their limits, or one error of one line that says
 * where. What it takes for true of each row is what the engine and the cluster rely on. */
#pragma once

#include "fuzz.h"
#include "sim/model/bb-cluster.h"
#include "traces/bb-traces.h"

#include <string.h>

static inline void
check_text(const char *text)
{
    g_assert(text == NULL || g_utf8_validate(text, -1, NULL));
}

static inline void
check_job(const BbJobRow *row, BbShapes *shapes)
{
    g_assert(row->id != NULL && *row->id != '\0');
    g_assert(row->submit_us >= 0 && row->submit_us <= BB_TIME_MAX);
    g_assert(row->runtime_us >= 0 &&
             (row->runtime_us <= BB_TIME_MAX || row->runtime_us == BB_TIME_NEVER));
    g_assert(row->estimate_us >= 0 &&
             (row->estimate_us <= BB_TIME_MAX || row->estimate_us == BB_TIME_NEVER));
    g_assert(row->kind < BB_N_KINDS);
    g_assert(row->n_tasks >= 1 && row->n_tasks <= BB_TASKS_MAX);
    for (guint r = 0; r < BB_N_RESOURCES; r++)
        g_assert(row->need.v[r] >= 0 && row->need.v[r] <= BB_AMOUNT_MAX);
    g_assert(row->need.v[BB_GPU] < 1000 || row->need.v[BB_GPU] % 1000 == 0);
    g_assert(row->priority >= G_MININT32 && row->priority <= G_MAXINT32);
    g_assert(row->cpu_used_ppm <= 1000000 && row->memory_used_ppm <= 1000000);
    check_text(row->id);
    check_text(row->class_name);
    check_text(row->group);
    /* Ends the process where a text that the reader let through is malformed. */
    bb_shapes_intern(shapes, row, (1u << BB_N_RESOURCES) - 1);
}

static inline BbReadResult
next_event(BbReader *reader, GError **error)
{
    BbNodeEventRow row;
    BbReadResult result = bb_reader_next_node_event(reader, &row, error);
    g_assert(result != BB_READ_ROW || (row.event < BB_N_NODE_EVENTS && row.time_us >= 0 &&
                                       row.time_us <= BB_TIME_MAX && *row.id != '\0'));
    return result;
}

static inline BbReadResult
next_checked(BbReader *reader, BbShapes *shapes, BbCluster *cluster, GError **error)
{
    BbReadResult result;
    if (reader->klass->reads == BB_READS_JOBS) {
        BbJobRow row;
        result = bb_reader_next_job(reader, &row, error);
        if (result == BB_READ_ROW)
            check_job(&row, shapes);
    } else {
        BbNodeRow row;
        const char *expected = NULL;
        result = bb_reader_next_node(reader, &row, error);
        /* Ranges are there to be large: only few nodes are made. */
        if (result == BB_READ_ROW && strchr(row.id, '[') == NULL)
            g_assert(bb_cluster_add(cluster, &row, &expected) || expected != NULL);
        if (result == BB_READ_END)
            result = next_event(reader, error);
    }
    return result;
}

static inline void
read_as(const char *format, const guint8 *bytes, gsize n_bytes)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(BbNames) names = bb_names_new();
    g_autoptr(BbShapes) shapes = bb_shapes_new(names);
    g_autoptr(BbCluster) cluster = bb_cluster_new(names);
    BbInput *input = bb_input_new_from_bytes("fuzz", bytes, n_bytes);
    g_autoptr(BbReader) reader = bb_reader_new(bb_reader_classes, input, format, &error);
    BbReadResult result = reader != NULL ? BB_READ_ROW : BB_READ_ERROR;

    while (result == BB_READ_ROW)
        result = next_checked(reader, shapes, cluster, &error);
    g_assert((result == BB_READ_ERROR) == (error != NULL));
    if (error != NULL) {
        g_assert(error->domain == BB_ERROR && error->code == BB_ERROR_INPUT);
        g_assert(g_str_has_prefix(error->message, "fuzz:"));
        g_assert(strchr(error->message, '\n') == NULL);
    }
}
