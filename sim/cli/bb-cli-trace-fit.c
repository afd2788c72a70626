/* SPDX-License-Identifier: GPL-3.0-or-later */
/* breakbulk trace fit. */
#include "bb-cli-trace.h"
#include "sim/lab/bb-trace-fit.h"

static gboolean
parse(const BbTraceOptions *options, BbTraceFitOptions *out, GError **error)
{
    static const char *const ofs[] = {"runtime", "gap", NULL};
    static const char *const bys[] = {"class", "kind", NULL};
    guint of, by;
    if (!bb_cli_trace_choice("--of", options->of, ofs, &of, error) ||
        !bb_cli_trace_choice("--by", options->by, bys, &by, error) ||
        !bb_cli_trace_seed(options, &out->seed, error))
        return FALSE;
    out->of = of == 0 ? BB_TRACE_FIT_RUNTIME : BB_TRACE_FIT_GAP;
    out->by = options->by == NULL ? BB_TRACE_FIT_ALL
              : by == 0           ? BB_TRACE_FIT_CLASS
                                  : BB_TRACE_FIT_KIND;
    return TRUE;
}

gboolean
bb_cli_trace_fit(BbTraceCall *call, GError **error)
{
    const BbTraceTables *tables = &call->cli->tables.traces;
    g_autofree char *path = NULL, *format = NULL;
    BbTraceFitOptions options;
    gboolean as_json;
    if (!bb_cli_trace_expect(call, 1, 1, "a file", error) ||
        !bb_cli_trace_wants_json(call->options, &as_json, error) ||
        !parse(call->options, &options, error))
        return FALSE;
    bb_reader_split(tables->readers, call->files[0], &path, &format);
    g_autoptr(BbTraceFit) fit = bb_trace_fit_new(tables, path, format, &options, error);
    if (fit == NULL)
        return FALSE;
    g_autoptr(BbJson) json = bb_json_new();
    g_autoptr(GString) text = g_string_new(NULL);
    if (as_json)
        bb_trace_fit_json(fit, json);
    else
        bb_trace_fit_table(fit, text);
    return bb_cli_print(as_json ? bb_json_str(json) : text->str, error);
}
