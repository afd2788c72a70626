/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keys are compared as the canonical texts of the experiments have them. */
#include "bb-gate-private.h"

#include <string.h>

/* What makes the jobs, and says which of them count. */
static gboolean
is_of_jobs(const char *key)
{
    static const char *const counted[] = {"experiment.warmup", "experiment.until",
                                          "experiment.window", NULL};
    return g_str_has_prefix(key, "workload ") || g_strv_contains(counted, key);
}

/* Of both, sorted; borrowed. */
static GList *
keys_of(const BbGateCell *base, const BbGateCell *cell)
{
    g_autoptr(GHashTable) all = g_hash_table_new(g_str_hash, g_str_equal);
    GHashTable *const tables[] = {base->keys, cell->keys};
    for (guint i = 0; i < 2; i++) {
        GHashTableIter iter;
        gpointer key;
        g_hash_table_iter_init(&iter, tables[i]);
        while (g_hash_table_iter_next(&iter, &key, NULL))
            g_hash_table_add(all, key);
    }
    return g_list_sort(g_hash_table_get_keys(all), (GCompareFunc)strcmp);
}

static gboolean
refuse(const BbGateSide *baseline, const BbGateSide *candidate, const char *what, const char *old,
       const char *new, GError **error)
{
    return bb_error_input(error, candidate->path, 0, 0,
                          "expected the workload of the baseline %s: %s is %s there, found %s",
                          baseline->path, what, old != NULL ? old : "not given",
                          new != NULL ? new : "none");
}

static gboolean
check_traces(const BbGateSide *baseline, const BbGateSide *candidate, const BbGateCell *base,
             const BbGateCell *cell, GError **error)
{
    for (guint i = 0; i < MAX(base->traces->len, cell->traces->len); i++) {
        const char *old = i < base->traces->len ? base->traces->pdata[i] : NULL;
        const char *new = i < cell->traces->len ? cell->traces->pdata[i] : NULL;
        g_autofree char *what = g_strdup_printf("trace %u (format, SHA-256)", i + 1);
        if (g_strcmp0(old, new) != 0)
            return refuse(baseline, candidate, what, old, new, error);
    }
    return TRUE;
}

/* Keys before hashes: a generator's text says more than its hash. */
gboolean
bb_gate_check_inputs(const BbGateSide *baseline, const BbGateSide *candidate,
                     const BbGateCell *base, const BbGateCell *cell, GError **error)
{
    GList *keys = keys_of(base, cell);
    gboolean ok = TRUE;
    for (GList *key = keys; ok && key != NULL; key = key->next) {
        const char *old = g_hash_table_lookup(base->keys, key->data);
        const char *new = g_hash_table_lookup(cell->keys, key->data);
        if (is_of_jobs(key->data) && g_strcmp0(old, new) != 0)
            ok = refuse(baseline, candidate, key->data, old, new, error);
    }
    g_list_free(keys);
    return ok && check_traces(baseline, candidate, base, cell, error);
}

void
bb_gate_list_changes(const BbGateCell *base, const BbGateCell *cell, GPtrArray *changed)
{
    GList *keys = keys_of(base, cell);
    for (GList *key = keys; key != NULL; key = key->next) {
        const char *old = g_hash_table_lookup(base->keys, key->data);
        const char *new = g_hash_table_lookup(cell->keys, key->data);
        if (g_strcmp0(old, new) == 0)
            continue;
        g_autofree char *line =
            g_strdup_printf("%s: %s -> %s", (const char *)key->data,
                            old != NULL ? old : "not given", new != NULL ? new : "not given");
        if (!g_ptr_array_find_with_equal_func(changed, line, g_str_equal, NULL))
            g_ptr_array_add(changed, g_steal_pointer(&line));
    }
    g_list_free(keys);
}
