/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A module is opened once and stays; its classes go behind those that are known, in a new table. The
 * tables and the lists belong to main, which lives as long as everything that borrows them. */
#include "bb-cli-plugin.h"

#include "bb-cli.h"

#include "sim/base/bb-error.h"
#include "sim/contract/bb-plugin.h"

#include <gmodule.h>
#include <string.h>

/* Any list of classes begins with its name: both kinds of tables are lists of these. */
typedef struct {
    const char *name;
} Named;

static gsize
length(gconstpointer list)
{
    const Named *const *items = list;
    gsize n = 0;

    while (items && items[n])
        n++;
    return n;
}

static gboolean
holds(gconstpointer list, gconstpointer item)
{
    const Named *const *items = list;

    for (gsize i = 0; items[i]; i++)
        if (items[i] == item)
            return TRUE;
    return FALSE;
}

static gboolean
has_name(gconstpointer list, const char *name)
{
    const Named *const *items = list;

    for (gsize i = 0; items[i]; i++)
        if (g_str_equal(items[i]->name, name))
            return TRUE;
    return FALSE;
}

/* The two lists as one; known classes of `more` are left out. NULL: a name is taken. */
static gpointer
joined(gconstpointer list, gconstpointer more, const char *path, GError **error)
{
    const Named *const *items = more;
    g_autoptr(GPtrArray) all = g_ptr_array_new();

    for (gsize i = 0; i < length(list); i++)
        g_ptr_array_add(all, (gpointer)(gsize)((const Named *const *)list)[i]);
    for (gsize i = 0; i < length(more); i++) {
        if (holds(list, items[i]))
            continue;
        if (has_name(list, items[i]->name)) {
            bb_error_set(error, BB_ERROR_POLICY, "%s: the policy \"%s\" is there already", path,
                         items[i]->name);
            return NULL;
        }
        g_ptr_array_add(all, (gpointer)(gsize)items[i]);
    }
    g_ptr_array_add(all, NULL);
    return g_ptr_array_steal(all, NULL);
}

static gboolean
check_abi(const BbPlugin *plugin, const char *path, GError **error)
{
    const BbPlugin ours = BB_PLUGIN_INIT(NULL, NULL);

    if (plugin->abi != ours.abi)
        return bb_error_set(error, BB_ERROR_POLICY,
                            "%s: expected a plug-in for ABI %u, found one for %u: build it again",
                            path, ours.abi, plugin->abi);
    if (memcmp(plugin->sizes, ours.sizes, sizeof ours.sizes) != 0)
        return bb_error_set(error, BB_ERROR_POLICY,
                            "%s: built with other headers than this program: build it again", path);
    return TRUE;
}

static const BbPlugin *
open_plugin(const char *path, GError **error)
{
    /* A bare name would be looked for among the system's libraries. */
    g_autofree char *place = strchr(path, '/') ? g_strdup(path) : g_strconcat("./", path, NULL);
    GModule *module = g_module_open(place, G_MODULE_BIND_LOCAL);
    gpointer symbol;

    if (!module) {
        bb_error_set(error, BB_ERROR_POLICY, "cannot load the plug-in: %s", g_module_error());
        return NULL;
    }
    if (!g_module_symbol(module, BB_PLUGIN_SYMBOL, &symbol)) {
        bb_error_set(error, BB_ERROR_POLICY, "%s: expected the symbol %s, found none", path,
                     BB_PLUGIN_SYMBOL);
        g_module_close(module);
        return NULL;
    }
    g_module_make_resident(module);
    return symbol;
}

static gboolean
load_one(BbCli *cli, const char *path, GError **error)
{
    const BbPlugin *plugin = open_plugin(path, error);
    gpointer queues, placements;

    if (!plugin || !check_abi(plugin, path, error))
        return FALSE;
    queues = joined(cli->tables.queues, plugin->queues, path, error);
    if (!queues)
        return FALSE;
    g_ptr_array_add(cli->lists, queues);
    placements = joined(cli->tables.placements, plugin->placements, path, error);
    if (!placements)
        return FALSE;
    g_ptr_array_add(cli->lists, placements);
    cli->tables.queues = queues;
    cli->tables.placements = placements;
    return TRUE;
}

gboolean
bb_cli_load_plugin(const BbTables *tables, const char *paths, GError **error)
{
    g_auto(GStrv) each = g_strsplit(paths, ",", -1);

    for (guint i = 0; each[i]; i++)
        if (!load_one((BbCli *)(gsize)tables, g_strstrip(each[i]), error))
            return FALSE;
    return TRUE;
}
