/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tables of policies and formats, and the families of metrics, gathered into one list. */
#include "bb-cli-items.h"
#include "sim/lab/pack/bb-pack.h"
#include "sim/observe/bb-metric-name.h"

#include <string.h>

const char *const bb_cli_kinds[] = {"queues",  "placements", "formats",   "generators",
                                    "metrics", "packings",   "instances", NULL};

static void
add(GArray *items, const char *kind, const char *name, const char *summary, const char *source,
    const BbParam *params)
{
    BbCliItem item = {kind, name, summary, source, params};
    g_array_append_val(items, item);
}

GArray *
bb_cli_items(const BbTables *tables)
{
    GArray *items = g_array_new(FALSE, FALSE, sizeof(BbCliItem));
    for (const BbQueueClass *const *c = tables->queues; *c; c++)
        add(items, bb_cli_kinds[0], (*c)->name, (*c)->summary, (*c)->source, (*c)->params);
    for (const BbPlacementClass *const *c = tables->placements; *c; c++)
        add(items, bb_cli_kinds[1], (*c)->name, (*c)->summary, (*c)->source, (*c)->params);
    for (const BbReaderClass *const *c = tables->traces.readers; *c; c++)
        add(items, bb_cli_kinds[2], (*c)->name, (*c)->summary, (*c)->source, NULL);
    for (const BbGeneratorClass *const *c = tables->traces.generators; *c; c++)
        add(items, bb_cli_kinds[3], (*c)->name, (*c)->summary, (*c)->source, (*c)->params);
    for (const BbMetricFamily *m = bb_metric_families; m->name; m++)
        add(items, bb_cli_kinds[4], m->name, m->summary, NULL, NULL);
    for (const BbPackPlacement *p = bb_pack_placements; p->name; p++)
        add(items, bb_cli_kinds[5], p->name, p->summary, p->source, NULL);
    for (const BbPackFormat *const *f = bb_pack_formats; *f; f++)
        add(items, bb_cli_kinds[6], (*f)->name, (*f)->summary, (*f)->source, NULL);
    return items;
}

gboolean
bb_cli_items_filter(GArray *items, const char *wanted, GError **error)
{
    g_autoptr(GPtrArray) known = g_ptr_array_new();
    for (guint i = 0; bb_cli_kinds[i]; i++)
        g_ptr_array_add(known, (gpointer)(guintptr)bb_cli_kinds[i]);
    guint n = 0;
    for (guint i = 0; i < items->len; i++) {
        BbCliItem item = g_array_index(items, BbCliItem, i);
        g_ptr_array_add(known, (gpointer)(guintptr)item.name);
        if (strcmp(wanted, item.kind) == 0 || strcmp(wanted, item.name) == 0)
            g_array_index(items, BbCliItem, n++) = item;
    }
    g_ptr_array_add(known, NULL);
    g_array_set_size(items, n);
    if (n > 0)
        return TRUE;
    const char *near = bb_suggest(wanted, (const char *const *)known->pdata);
    g_autofree char *found = bb_quote(wanted);
    return bb_error_set(
        error, BB_ERROR_USAGE,
        "list: expected queues, placements, formats, generators, metrics, packings, "
        "instances or the name of one, found %s%s%s%s",
        found, near ? "; did you mean \"" : "", near ? near : "", near ? "\"?" : "");
}
