/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One pass over the rows for the unit of time, one to move them. */
#include "bb-shake.h"

#include "sim/base/bb-rng.h"

typedef struct {
    const BbShake *shake;
    guint32 runtimes, submits; /* streams */
    BbTimeUs first_us, unit_us;
    gboolean any_after;
    GHashTable *moved; /* "WORKLOAD/ID" -> where its row stands, only with any_after */
} Shaking;

/* Logs are in whole seconds. */
static BbTimeUs
unit_of(const GArray *rows)
{
    for (guint i = 0; i < rows->len; i++) {
        BbTimeUs runtime_us = g_array_index(rows, BbReworkRow, i).row.runtime_us;
        if (runtime_us != BB_TIME_NEVER && runtime_us % BB_US_PER_S != 0)
            return 1;
    }
    return BB_US_PER_S;
}

/* In [-1, 1]. */
static double
draw(const Shaking *shaking, guint32 stream, guint i)
{
    return 2 * bb_rng_uniform(shaking->shake->seed, stream, i, shaking->shake->number) - 1;
}

static void
shake_runtime(const Shaking *shaking, guint i, BbJobRow *row)
{
    BbTimeUs old_us = row->runtime_us;
    if (old_us == BB_TIME_NEVER || old_us <= 0)
        return;
    double units = (double)old_us / (double)shaking->unit_us *
                   (1 + BB_SHAKE_RUNTIME * draw(shaking, shaking->runtimes, i));
    double most = (double)(BB_TIME_MAX / shaking->unit_us);
    row->runtime_us = MAX((BbTimeUs)MIN(units + 0.5, most), 1) * shaking->unit_us;
    if (row->estimate_us != BB_TIME_NEVER && row->estimate_us >= old_us)
        row->estimate_us = MAX(row->estimate_us, row->runtime_us);
}

static char *
key_of(guint32 workload, const char *id)
{
    return g_strdup_printf("%u/%s", workload, id);
}

/* Not before those that it waits for. */
static void
keep_after(const Shaking *shaking, const GArray *rows, BbReworkRow *row)
{
    g_auto(GStrv) ids = g_strsplit(row->row.after, ";", -1);
    for (guint k = 0; ids[k] != NULL; k++) {
        g_autofree char *key = key_of(row->workload, g_strstrip(ids[k]));
        gpointer at;
        if (!g_hash_table_lookup_extended(shaking->moved, key, NULL, &at))
            continue;
        BbTimeUs least_us = g_array_index(rows, BbReworkRow, GPOINTER_TO_UINT(at)).row.submit_us;
        row->row.submit_us = MAX(row->row.submit_us, least_us);
    }
}

static void
shake_submit(const Shaking *shaking, const GArray *rows, guint i, BbReworkRow *row)
{
    if (row->row.node != NULL)
        return;
    double by_us = draw(shaking, shaking->submits, i) * (double)BB_SHAKE_SUBMIT_US;
    BbTimeUs to_us = row->row.submit_us + (BbTimeUs)by_us;
    row->row.submit_us = CLAMP(to_us, shaking->first_us, BB_TIME_MAX);
    if (row->row.after != NULL)
        keep_after(shaking, rows, row);
}

static void
shake_rows(Shaking *shaking, GArray *rows)
{
    for (guint i = 0; i < rows->len; i++) {
        BbReworkRow *row = &g_array_index(rows, BbReworkRow, i);
        shake_runtime(shaking, i, &row->row);
        shake_submit(shaking, rows, i, row);
        if (shaking->any_after)
            g_hash_table_insert(shaking->moved, key_of(row->workload, row->row.id),
                                GUINT_TO_POINTER(i));
    }
}

static gboolean
change(gconstpointer data, BbReworkJobs *jobs, GError **error)
{
    g_autoptr(GHashTable) moved = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    Shaking shaking = {.shake = data,
                       .runtimes = bb_rng_stream("shake/runtime"),
                       .submits = bb_rng_stream("shake/submit"),
                       .unit_us = unit_of(jobs->rows),
                       .moved = moved};
    (void)error;
    for (guint i = 0; i < jobs->rows->len; i++)
        shaking.any_after |= g_array_index(jobs->rows, BbReworkRow, i).row.after != NULL;
    if (jobs->rows->len > 0)
        shaking.first_us = g_array_index(jobs->rows, BbReworkRow, 0).row.submit_us;
    shake_rows(&shaking, jobs->rows);
    return TRUE;
}

BbRework
bb_shake_rework(const BbShake *shake)
{
    return (BbRework){.data = shake, .change = change};
}
