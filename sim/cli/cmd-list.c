/* SPDX-License-Identifier: GPL-3.0-or-later */
/* breakbulk list: every policy, format, generator and metric, in a line each; or all of one. */
#include "bb-cli-items.h"
#include "sim/base/bb-json.h"

#include <string.h>

static const char *
type_name(const BbParam *param)
{
    static const char *const names[] = {"int",  "double", "bool", "duration",
                                        "enum", "text",   "file"};
    return param->type == BB_PARAM_ENUM ? param->choices : names[param->type];
}

static void
append_all(GString *out, const BbCliItem *item)
{
    g_string_append_printf(out, "%s (%.*s)\n    %s\n", item->name, (int)strlen(item->kind) - 1,
                           item->kind, item->summary);
    for (const BbParam *param = item->params; param && param->name; param++)
        g_string_append_printf(out, "  %s=%s  (%s)\n    %s\n", param->name,
                               param->fallback ? param->fallback : "..", type_name(param),
                               param->summary);
    if (item->source)
        g_string_append_printf(out, "  source: %s\n", item->source);
}

static int
name_width(const GArray *items)
{
    gsize width = 0;
    for (guint i = 0; i < items->len; i++)
        width = MAX(width, strlen(g_array_index(items, BbCliItem, i).name));
    return (int)MIN(width, 26);
}

static char *
render_text(const GArray *items, gboolean all)
{
    GString *out = g_string_new(NULL);
    const char *kind = NULL;
    for (guint i = 0; i < items->len; i++) {
        const BbCliItem *item = &g_array_index(items, BbCliItem, i);
        if (all) {
            append_all(out, item);
            continue;
        }
        if (item->kind != kind)
            g_string_append_printf(out, "%s%s\n", kind ? "\n" : "", item->kind);
        kind = item->kind;
        g_string_append_printf(out, "  %-*s  %s\n", name_width(items), item->name, item->summary);
    }
    return g_string_free(out, FALSE);
}

static char *
render_json(const GArray *items)
{
    g_autoptr(BbJson) json = bb_json_new();
    bb_json_begin_array(json, NULL);
    for (guint i = 0; i < items->len; i++) {
        const BbCliItem *item = &g_array_index(items, BbCliItem, i);
        g_autofree char *kind = g_strndup(item->kind, strlen(item->kind) - 1);
        bb_json_begin_object(json, NULL);
        bb_json_text(json, "kind", kind);
        bb_json_text(json, "name", item->name);
        bb_json_text(json, "summary", item->summary);
        bb_json_begin_array(json, "parameters");
        for (const BbParam *param = item->params; param && param->name; param++) {
            bb_json_begin_object(json, NULL);
            bb_json_text(json, "name", param->name);
            bb_json_text(json, "type", type_name(param));
            bb_json_text(json, "default", param->fallback);
            bb_json_text(json, "summary", param->summary);
            bb_json_end(json);
        }
        bb_json_end(json);
        bb_json_text(json, "source", item->source);
        bb_json_end(json);
    }
    bb_json_end(json);
    return g_strdup(bb_json_str(json));
}

static gboolean
list(const BbCli *cli, const char *wanted, const char *format, GError **error)
{
    static const char *const formats[] = {"table", "json", NULL};
    if (format && !g_strv_contains(formats, format))
        return bb_cli_unknown("--format", format, formats, error);
    g_autoptr(GArray) items = bb_cli_items(&cli->tables);
    if (wanted && !bb_cli_items_filter(items, wanted, error))
        return FALSE;
    gboolean all = wanted && !g_strv_contains(bb_cli_kinds, wanted);
    g_autofree char *text =
        g_strcmp0(format, "json") == 0 ? render_json(items) : render_text(items, all);
    return bb_cli_print(text, error);
}

int
cmd_list(BbCli *cli, int argc, char **argv)
{
    g_autofree char *format = NULL;
    g_autoptr(GError) error = NULL;
    const GOptionEntry entries[] = {
        {"format", 0, 0, G_OPTION_ARG_FILENAME, &format, "what is printed", "table|json"},
        G_OPTION_ENTRY_NULL,
    };
    if (!bb_cli_parse("[queues|placements|formats|generators|metrics|packings|instances|NAME]",
                      "Lists what there is, or all about one of them.", entries, NULL, &argc, &argv,
                      &error))
        return bb_cli_fail(cli, error);
    return list(cli, argc > 1 ? argv[1] : NULL, format, &error) ? 0 : bb_cli_fail(cli, error);
}
