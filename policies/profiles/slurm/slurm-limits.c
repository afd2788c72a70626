/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A name without a limit is not counted. */
#include "slurm-limits.h"

#include "sim/base/bb-error.h"

#include <string.h>

typedef struct {
    GHashTable *most; /* name -> gint64 *, cpus */
    GHashTable *used; /* name -> gint64 *, thousandths; the same names, borrowed */
} Side;

struct _SlurmLimits {
    Side qos, accounts;
};

GHashTable *
slurm_read_levels(const char *what, const char *text, GError **error)
{
    g_autoptr(GHashTable) levels = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    g_auto(GStrv) items = g_strsplit(text, "|", -1);

    for (guint i = 0; items[i] && *text; i++) {
        char *equal = strrchr(items[i], '='), *end = NULL;
        gint64 value = equal ? g_ascii_strtoll(equal + 1, &end, 10) : 0;

        if (!equal || equal == items[i] || end == equal + 1 || *end || value < 0 ||
            value > G_MAXINT32) {
            bb_error_set(error, BB_ERROR_USAGE,
                         "queue slurm: %s: expected NAME=NUMBER|.., found \"%s\"", what, items[i]);
            return NULL;
        }
        g_hash_table_replace(levels, g_strndup(items[i], (gsize)(equal - items[i])),
                             g_memdup2(&value, sizeof value));
    }
    return g_steal_pointer(&levels);
}

static Side
side_new(GHashTable *most)
{
    Side side = {most, g_hash_table_new_full(g_str_hash, g_str_equal, NULL, g_free)};
    GHashTableIter iter;
    gpointer name;

    g_hash_table_iter_init(&iter, most);
    while (g_hash_table_iter_next(&iter, &name, NULL))
        g_hash_table_insert(side.used, name, g_new0(gint64, 1));
    return side;
}

SlurmLimits *
slurm_limits_new(GHashTable *qos, GHashTable *accounts)
{
    SlurmLimits *limits = g_new0(SlurmLimits, 1);

    limits->qos = side_new(qos);
    limits->accounts = side_new(accounts);
    return limits;
}

static void
side_clear(Side *side)
{
    g_hash_table_unref(side->used);
    g_hash_table_unref(side->most);
}

void
slurm_limits_free(SlurmLimits *limits)
{
    if (!limits)
        return;
    side_clear(&limits->qos);
    side_clear(&limits->accounts);
    g_free(limits);
}

gboolean
slurm_limits_any(const SlurmLimits *limits)
{
    return g_hash_table_size(limits->qos.most) + g_hash_table_size(limits->accounts.most) > 0;
}

static void
side_reset(Side *side)
{
    GHashTableIter iter;
    gpointer used;

    g_hash_table_iter_init(&iter, side->used);
    while (g_hash_table_iter_next(&iter, NULL, &used))
        *(gint64 *)used = 0;
}

void
slurm_limits_reset(SlurmLimits *limits)
{
    side_reset(&limits->qos);
    side_reset(&limits->accounts);
}

static void
side_add(Side *side, const char *name, gint64 cpu_milli)
{
    gint64 *used = name ? g_hash_table_lookup(side->used, name) : NULL;

    if (used)
        *used += cpu_milli;
}

void
slurm_limits_add(SlurmLimits *limits, const SlurmRequest *request, gint64 cpu_milli)
{
    side_add(&limits->qos, request->qos, cpu_milli);
    side_add(&limits->accounts, request->account, cpu_milli);
}

static gboolean
side_allows(const Side *side, const char *name, gint64 cpu_milli)
{
    const gint64 *used = name ? g_hash_table_lookup(side->used, name) : NULL;
    const gint64 *most = used ? g_hash_table_lookup(side->most, name) : NULL;

    return !used || !most || *used + cpu_milli <= *most * 1000;
}

gboolean
slurm_limits_allow(const SlurmLimits *limits, const SlurmRequest *request, gint64 cpu_milli)
{
    return side_allows(&limits->qos, request->qos, cpu_milli) &&
           side_allows(&limits->accounts, request->account, cpu_milli);
}
