/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A job's key is its place in the trace, a user's the hash of the name, so that nothing has to be
 * remembered but the ids of those left out, for `after`. */
#include "sim/lab/bb-thin.h"

#include "sim/base/bb-rng.h"

struct _BbThin {
    BbThinUnit unit;
    double keep;
    guint64 seed, n_rows;
    guint32 stream;
    BbIdSet *left_out;
    GString *after;
};

BbThin *
bb_thin_new(BbThinUnit unit, guint64 keep_ppm, guint64 seed, guint32 workload)
{
    g_autofree char *stream =
        g_strdup_printf("%u/%s", workload, unit == BB_THIN_JOBS ? "thin" : "users");
    BbThin *thin = g_new0(BbThin, 1);
    thin->unit = unit;
    thin->keep = (double)keep_ppm / 1e6;
    thin->seed = seed;
    thin->stream = bb_rng_stream(stream);
    thin->left_out = bb_id_set_new();
    thin->after = g_string_new(NULL);
    return thin;
}

void
bb_thin_free(BbThin *thin)
{
    if (thin == NULL)
        return;
    bb_id_set_free(thin->left_out);
    g_string_free(thin->after, TRUE);
    g_free(thin);
}

double
bb_thin_draw(const BbThin *thin, guint64 number, const BbJobRow *row)
{
    const char *user = thin->unit == BB_THIN_USERS ? row->class_name : NULL;
    if (user == NULL || *user == '\0')
        return bb_rng_uniform(thin->seed, thin->stream, number, 0);
    return bb_rng_uniform(thin->seed, thin->stream, bb_rng_stream(user), 1);
}

static const char *
without_left_out(BbThin *thin, const char *after)
{
    g_auto(GStrv) ids = g_strsplit(after, ";", -1);
    g_string_truncate(thin->after, 0);
    for (guint i = 0; ids[i] != NULL; i++)
        if (!bb_id_set_has(thin->left_out, g_strstrip(ids[i])))
            g_string_append_printf(thin->after, "%s%s", thin->after->len > 0 ? ";" : "", ids[i]);
    return thin->after->str;
}

gboolean
bb_thin_keeps(BbThin *thin, BbJobRow *row)
{
    if (bb_thin_draw(thin, thin->n_rows++, row) >= thin->keep) {
        bb_id_set_add(thin->left_out, row->id);
        return FALSE;
    }
    if (row->after != NULL && *row->after != '\0')
        row->after = without_left_out(thin, row->after);
    return TRUE;
}
