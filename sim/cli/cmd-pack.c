/* SPDX-License-Identifier: GPL-3.0-or-later */
/* breakbulk pack: how many bins each rule needs for the instances of a file, beside lower bounds and
 * the best that is known. */
#include "bb-cli.h"
#include "sim/base/bb-csv.h"
#include "sim/base/bb-json.h"
#include "sim/base/bb-units.h"
#include "sim/lab/pack/bb-pack.h"
#include "sim/lab/stat/bb-pack-bound.h"

#include <string.h>

typedef struct {
    GPtrArray *instances;  /* BbPackInstance */
    GPtrArray *placements; /* const BbPackPlacement */
    guint first, n_shown;  /* of the instances */
    BbPackOrder order;
    gint64 seed;
} Request;

typedef struct {
    gint64 bound;
    gint64 *bins; /* of each placement */
} Row;

static void
row_clear(gpointer row)
{
    g_free(((Row *)row)->bins);
}

static void
request_clear(Request *request)
{
    g_clear_pointer(&request->instances, g_ptr_array_unref);
    g_clear_pointer(&request->placements, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Request, request_clear)

static const BbPackInstance *
instance_at(const Request *request, guint shown)
{
    return request->instances->pdata[request->first + shown];
}

static const BbPackPlacement *
placement_at(const Request *request, guint p)
{
    return request->placements->pdata[p];
}

/* ---- the work ---- */

static gboolean
pack_one(const Request *request, guint shown, gint *interrupted, Row *row, GError **error)
{
    const BbPackInstance *instance = instance_at(request, shown);
    BbPackBounds bounds;
    g_autofree gsize *items = bb_pack_order_items(instance, request->order, (guint64)request->seed,
                                                  request->first + shown);
    if (!bb_pack_bounds(instance->items, instance->n_items, instance->n_dims, instance->capacity,
                        &bounds, error))
        return FALSE;
    row->bound = bounds.best;
    for (guint p = 0; p < request->placements->len; p++) {
        gsize n_bins;
        if (!bb_pack(placement_at(request, p), instance, items, interrupted, &n_bins, NULL, error))
            return FALSE;
        row->bins[p] = (gint64)n_bins;
    }
    return TRUE;
}

static GArray *
pack_all(const Request *request, gint *interrupted, GError **error)
{
    g_autoptr(GArray) rows = g_array_new(FALSE, FALSE, sizeof(Row));
    g_array_set_clear_func(rows, row_clear);
    for (guint i = 0; i < request->n_shown; i++) {
        Row row = {0, g_new0(gint64, request->placements->len)};
        g_array_append_val(rows, row);
        if (!pack_one(request, i, interrupted, &g_array_index(rows, Row, i), error))
            return NULL;
    }
    return g_steal_pointer(&rows);
}

/* ---- what is printed ---- */

/* The file's number again; a whole one is written as an integer of any length. */
static void
append_amount(GString *out, gint64 amount, gint64 scale)
{
    if (amount % scale == 0)
        g_string_append_printf(out, "%" G_GINT64_FORMAT, amount / scale);
    else
        bb_append_double(out, (double)amount / (double)scale);
}

static void
add_amount(BbJson *json, const char *key, gint64 amount, gint64 scale)
{
    if (amount % scale == 0)
        bb_json_int(json, key, amount / scale);
    else
        bb_json_double(json, key, (double)amount / (double)scale);
}

/* A number, or an array where there are several dimensions. */
static void
add_capacity(BbJson *json, const BbPackInstance *instance)
{
    if (instance->n_dims == 1) {
        add_amount(json, "capacity", instance->capacity[0], instance->scale);
        return;
    }
    bb_json_begin_array(json, "capacity");
    for (guint k = 0; k < instance->n_dims; k++)
        add_amount(json, NULL, instance->capacity[k], instance->scale);
    bb_json_end(json);
}

static void
add_result(BbJson *json, const Request *request, const Row *row, guint i, guint p)
{
    const BbPackInstance *instance = instance_at(request, i);
    g_autofree char *order = bb_pack_order_name(request->order);
    bb_json_begin_object(json, NULL);
    bb_json_text(json, "name", instance->name);
    bb_json_int(json, "items", (gint64)instance->n_items);
    add_capacity(json, instance);
    bb_json_text(json, "placement", placement_at(request, p)->name);
    bb_json_text(json, "order", order);
    bb_json_int(json, "bins", row->bins[p]);
    bb_json_int(json, "lower_bound", row->bound);
    if (instance->best_known > 0)
        bb_json_int(json, "best_known", instance->best_known);
    else
        bb_json_null(json, "best_known");
    bb_json_end(json);
}

static char *
render_json(const Request *request, const GArray *rows)
{
    g_autoptr(BbJson) json = bb_json_new();
    bb_json_begin_object(json, NULL);
    bb_json_begin_array(json, "instances");
    for (guint i = 0; i < rows->len; i++)
        for (guint p = 0; p < request->placements->len; p++)
            add_result(json, request, &g_array_index(rows, Row, i), i, p);
    bb_json_end(json);
    bb_json_end(json);
    return g_strdup(bb_json_str(json));
}

static void
append_csv_row(GString *out, const Request *request, const Row *row, guint i, guint p)
{
    const BbPackInstance *instance = instance_at(request, i);
    g_autofree char *order = bb_pack_order_name(request->order);
    bb_csv_append_field(out, instance->name);
    g_string_append_printf(out, ",%zu,", instance->n_items);
    for (guint k = 0; k < instance->n_dims; k++) {
        g_string_append(out, k > 0 ? ";" : "");
        append_amount(out, instance->capacity[k], instance->scale);
    }
    g_string_append_printf(out, ",%s,%s,%" G_GINT64_FORMAT ",%" G_GINT64_FORMAT ",",
                           placement_at(request, p)->name, order, row->bins[p], row->bound);
    if (instance->best_known > 0)
        g_string_append_printf(out, "%" G_GINT64_FORMAT, instance->best_known);
    g_string_append_c(out, '\n');
}

static char *
render_csv(const Request *request, const GArray *rows)
{
    GString *out =
        g_string_new("name,items,capacity,placement,order,bins,lower_bound,best_known\n");
    for (guint i = 0; i < rows->len; i++)
        for (guint p = 0; p < request->placements->len; p++)
            append_csv_row(out, request, &g_array_index(rows, Row, i), i, p);
    return g_string_free(out, FALSE);
}

/* A best of 0 is not known. */
static void
append_line(GString *out, const Request *request, const char *name, int width, gint64 n_items,
            gint64 best, const Row *row)
{
    g_autofree char *known = best > 0 ? g_strdup_printf("%" G_GINT64_FORMAT, best) : g_strdup("-");
    g_string_append_printf(out, "%-*s %9" G_GINT64_FORMAT " %8" G_GINT64_FORMAT " %6s", width, name,
                           n_items, row->bound, known);
    for (guint p = 0; p < request->placements->len; p++)
        g_string_append_printf(out, "  %*" G_GINT64_FORMAT,
                               (int)MAX(strlen(placement_at(request, p)->name), 6), row->bins[p]);
    g_string_append_c(out, '\n');
}

static void
append_total(GString *out, const Request *request, const GArray *rows, int width)
{
    Row total = {0, g_new0(gint64, request->placements->len)};
    gint64 n_items = 0, best = 0;
    gboolean known = TRUE;
    for (guint i = 0; i < rows->len; i++) {
        const Row *row = &g_array_index(rows, Row, i);
        n_items += (gint64)instance_at(request, i)->n_items;
        best += instance_at(request, i)->best_known;
        known = known && instance_at(request, i)->best_known > 0;
        total.bound += row->bound;
        for (guint p = 0; p < request->placements->len; p++)
            total.bins[p] += row->bins[p];
    }
    append_line(out, request, "together", width, n_items, known ? best : 0, &total);
    row_clear(&total);
}

static char *
render_table(const Request *request, const GArray *rows)
{
    GString *out = g_string_new(NULL);
    g_autofree char *order = bb_pack_order_name(request->order);
    gsize width = strlen("instance");
    for (guint i = 0; i < rows->len; i++)
        width = MAX(width, strlen(instance_at(request, i)->name));
    g_string_append_printf(out, "Bins, items %s\n\n%-*s %9s %8s %6s", order, (int)width, "instance",
                           "items", "at least", "best");
    for (guint p = 0; p < request->placements->len; p++)
        g_string_append_printf(out, "  %6s", placement_at(request, p)->name);
    g_string_append_c(out, '\n');
    for (guint i = 0; i < rows->len; i++) {
        const BbPackInstance *instance = instance_at(request, i);
        append_line(out, request, instance->name, (int)width, (gint64)instance->n_items,
                    instance->best_known, &g_array_index(rows, Row, i));
    }
    if (rows->len > 1)
        append_total(out, request, rows, (int)width);
    return g_string_free(out, FALSE);
}

/* ---- the options ---- */

static GPtrArray *
parse_placements(const char *text, GError **error)
{
    g_autoptr(GPtrArray) placements = g_ptr_array_new();
    g_auto(GStrv) names = g_strsplit(text, ",", -1);
    for (guint i = 0; names[i]; i++) {
        const BbPackPlacement *placement = bb_pack_placement_find(names[i], error);
        if (placement == NULL) {
            g_prefix_error(error, "--placement: ");
            return NULL;
        }
        g_ptr_array_add(placements, (gpointer)(guintptr)placement);
    }
    if (placements->len > 0)
        return g_steal_pointer(&placements);
    bb_error_set(error, BB_ERROR_USAGE, "--placement: expected a name, found none");
    return NULL;
}

typedef struct {
    char *placements, *order, *instance, *seed, *format;
} Options;

static void
options_clear(Options *options)
{
    g_free(options->placements);
    g_free(options->order);
    g_free(options->instance);
    g_free(options->seed);
    g_free(options->format);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Options, options_clear)

static gboolean
parse_number(const char *option, const char *text, gint64 min, gint64 max, gint64 *out,
             GError **error)
{
    if (text == NULL || bb_parse_int(text, min, max, out, NULL))
        return TRUE;
    g_autofree char *found = bb_quote(text);
    return bb_error_set(error, BB_ERROR_USAGE,
                        "%s: expected an integer from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT
                        ", found %s",
                        option, min, max, found);
}

/* Everything that is not in the file. */
static gboolean
parse_options(const Options *options, Request *out, gint64 *number, GError **error)
{
    static const char *const formats[] = {"table", "json", "csv", NULL};
    if (options->format && !g_strv_contains(formats, options->format))
        return bb_cli_unknown("--format", options->format, formats, error);
    out->seed = 1;
    if (!parse_number("--instance", options->instance, 1, G_MAXINT32, number, error) ||
        !parse_number("--seed", options->seed, 0, G_MAXINT64, &out->seed, error))
        return FALSE;
    if (!bb_pack_order_parse(options->order ? options->order : "given", &out->order, error)) {
        g_prefix_error(error, "--order: ");
        return FALSE;
    }
    out->placements =
        parse_placements(options->placements ? options->placements : "first-fit,best-fit", error);
    return out->placements != NULL;
}

static gboolean
read_instances(const char *file, gint64 number, Request *out, GError **error)
{
    out->instances = bb_pack_read(file, error);
    if (out->instances == NULL)
        return FALSE;
    if (number > out->instances->len)
        return bb_error_set(
            error, BB_ERROR_USAGE,
            "--instance: expected at most %u, the instances of %s, found %" G_GINT64_FORMAT,
            out->instances->len, file, number);
    out->first = number > 0 ? (guint)number - 1 : 0;
    out->n_shown = number > 0 ? 1 : out->instances->len;
    return TRUE;
}

static gboolean
pack(BbCli *cli, const Options *options, const char *file, GError **error)
{
    g_auto(Request) request = {0};
    g_autoptr(GArray) rows = NULL;
    g_autofree char *text = NULL;
    gint64 number = 0;
    if (!parse_options(options, &request, &number, error) ||
        !read_instances(file, number, &request, error))
        return FALSE;
    rows = pack_all(&request, cli->interrupted, error);
    if (rows == NULL)
        return FALSE;
    if (g_strcmp0(options->format, "json") == 0)
        text = render_json(&request, rows);
    else if (g_strcmp0(options->format, "csv") == 0)
        text = render_csv(&request, rows);
    else
        text = render_table(&request, rows);
    return bb_cli_print(text, error);
}

int
cmd_pack(BbCli *cli, int argc, char **argv)
{
    g_auto(Options) options = {0};
    g_autoptr(GError) error = NULL;
    const GOptionEntry entries[] = {
        {"placement", 0, 0, G_OPTION_ARG_STRING, &options.placements,
         "rules, see `breakbulk list packings` (first-fit,best-fit)", "A,B"},
        {"order", 0, 0, G_OPTION_ARG_STRING, &options.order,
         "given (default), shuffled, decreasing(by=sum|avg|exp|product); the triplets of "
         "OR-Library "
         "are given in the order of a best packing",
         "ORDER"},
        {"instance", 0, 0, G_OPTION_ARG_STRING, &options.instance, "only the N-th of the file",
         "N"},
        {"seed", 0, 0, G_OPTION_ARG_STRING, &options.seed, "of shuffled (1)", "N"},
        {"format", 0, 0, G_OPTION_ARG_STRING, &options.format, "what is printed (table)",
         "table|json|csv"},
        G_OPTION_ENTRY_NULL,
    };
    if (!bb_cli_parse(
            "FILE[:FORMAT]",
            "Packs the instances of a bin packing file into as few bins as each rule needs. "
            "Formats: esicup, orlib, scholl, vbp, recognised by content; archives (zip, tar) must "
            "be unpacked.",
            entries, NULL, &argc, &argv, &error))
        return bb_cli_fail(cli, error);
    if (argc != 2)
        bb_error_set(&error, BB_ERROR_USAGE, "pack: expected one file, found %d", argc - 1);
    else if (pack(cli, &options, argv[1], &error))
        return 0;
    return bb_cli_fail(cli, error);
}
