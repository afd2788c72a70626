/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fits as JSON and for people. */
#include "sim/lab/bb-trace-fit.h"

#include <math.h>

static const char *const of_names[] = {"runtime", "gap"};
static const char *const by_names[] = {"all", "class", "kind"};

/* ---- JSON ---- */

static void
fitted_json(const BbTraceFitted *fitted, BbJson *json)
{
    const BbFit *fit = &fitted->fit;
    const BbFitCheck *check = &fitted->check;
    const char *name;
    bb_json_begin_object(json, NULL);
    bb_json_text(json, "family", bb_fit_name(fit->family));
    bb_json_begin_object(json, "parameters");
    for (guint i = 0; (name = bb_fit_parameter(fit->family, i)) != NULL; i++)
        bb_json_double(json, name, fit->p[i]);
    bb_json_end(json);
    bb_json_double(json, "loglik", fit->loglik);
    bb_json_double(json, "aic", fit->aic);
    bb_json_double(json, "ks_d", check->ks_d);
    bb_json_double(json, "ks_p", check->ks_p);
    bb_json_double(json, "anderson_darling", check->anderson_darling);
    bb_json_double(json, "anderson_darling_p", check->anderson_darling_p);
    bb_json_double(json, "p99_ratio", check->p99_ratio);
    bb_json_double(json, "p999_ratio", check->p999_ratio);
    bb_json_double(json, "second_moment_ratio", check->second_moment_ratio);
    bb_json_text(json, "generator", *fitted->text != '\0' ? fitted->text : NULL);
    bb_json_end(json);
}

static void
group_json(const BbTraceFitGroup *group, BbJson *json)
{
    bb_json_begin_object(json, NULL);
    bb_json_text(json, "name", group->name);
    bb_json_int(json, "n", (gint64)group->n);
    bb_json_int(json, "zeros", (gint64)group->n_zero);
    bb_json_int(json, "censored", (gint64)group->n_censored);
    bb_json_double(json, "unit_s", group->unit_s);
    bb_json_double(json, "mean_s", group->mean_s);
    bb_json_double(json, "sd_s", group->sd_s);
    bb_json_begin_array(json, "fits");
    for (guint f = 0; f < group->n_fitted; f++)
        fitted_json(&group->fitted[f], json);
    bb_json_end(json);
    bb_json_text(
        json, "recommended",
        group->recommended < 0 ? NULL : bb_fit_name(group->fitted[group->recommended].fit.family));
    bb_json_end(json);
}

void
bb_trace_fit_json(const BbTraceFit *fit, BbJson *json)
{
    bb_json_begin_object(json, NULL);
    bb_json_text(json, "path", fit->path);
    bb_json_text(json, "of", of_names[fit->options.of]);
    bb_json_text(json, "by", by_names[fit->options.by]);
    bb_json_begin_array(json, "groups");
    for (guint i = 0; i < fit->groups->len; i++)
        group_json(fit->groups->pdata[i], json);
    bb_json_end(json);
    bb_json_end(json);
}

/* ---- For people ---- */

/* Right-justified; "-" where it is not known. */
static void
append_number(GString *out, const char *format, int width, double value)
{
    char text[G_ASCII_DTOSTR_BUF_SIZE] = "-";
    if (isfinite(value))
        g_ascii_formatd(text, sizeof text, format, value);
    g_string_append_printf(out, " %*s", width, text);
}

static void
append_ratio(GString *out, double ratio)
{
    append_number(out, ratio < 1000 ? "%.2f" : "%.1e", 8, ratio);
}

static void
append_parameters(GString *out, const BbFit *fit)
{
    g_autoptr(GString) text = g_string_new(NULL);
    char number[G_ASCII_DTOSTR_BUF_SIZE];
    const char *name;
    for (guint i = 0; (name = bb_fit_parameter(fit->family, i)) != NULL; i++)
        g_string_append_printf(text, "%s%s %s", i > 0 ? ", " : "", name,
                               g_ascii_formatd(number, sizeof number, "%.4g", fit->p[i]));
    g_string_append_printf(out, "  %-42s", text->str);
}

static void
append_fitted(GString *out, const BbTraceFitted *fitted)
{
    const BbFitCheck *check = &fitted->check;
    g_string_append_printf(out, "  %-17s", bb_fit_name(fitted->fit.family));
    append_parameters(out, &fitted->fit);
    append_number(out, "%.0f", 12, fitted->fit.aic);
    append_number(out, "%.4f", 7, check->ks_d);
    append_number(out, "%.3f", 6, check->ks_p);
    append_number(out, "%.4g", 9, check->anderson_darling);
    append_ratio(out, check->p99_ratio);
    append_ratio(out, check->p999_ratio);
    append_ratio(out, check->second_moment_ratio);
    g_string_append_c(out, '\n');
}

static void
append_head(GString *out, const BbTraceFit *fit, const BbTraceFitGroup *group)
{
    g_autofree char *mean = bb_format_duration(group->mean_s);
    g_string_append_printf(out, "%s: ", fit->options.of == BB_TRACE_FIT_GAP ? "gaps" : "run times");
    if (fit->options.by != BB_TRACE_FIT_ALL)
        g_string_append_printf(out, "%s \"%s\": ", by_names[fit->options.by], group->name);
    g_string_append_printf(out, "%" G_GUINT64_FORMAT " values above 0", group->n);
    if (isfinite(group->mean_s))
        g_string_append_printf(out, ", mean %s", mean);
    if (isfinite(group->sd_s)) {
        g_string_append(out, ", cv");
        append_number(out, "%.2f", 0, group->sd_s / group->mean_s);
    }
    if (group->n_zero > 0)
        g_string_append_printf(out, "; %" G_GUINT64_FORMAT " are 0", group->n_zero);
    if (group->n_censored > 0)
        g_string_append_printf(out, "; %" G_GUINT64_FORMAT " were not seen to end",
                               group->n_censored);
    g_string_append_c(out, '\n');
}

static void
append_verdict(GString *out, const BbTraceFit *fit, const BbTraceFitGroup *group)
{
    if (group->recommended < 0) {
        g_string_append_printf(out,
                               "none does in body and tail: draw from the data, "
                               "generator=empirical,from=%s\n",
                               fit->path);
        return;
    }
    const BbTraceFitted *best = &group->fitted[group->recommended];
    g_string_append_printf(out, "recommended: %s\n",
                           *best->text != '\0' ? best->text : bb_fit_name(best->fit.family));
}

void
bb_trace_fit_table(const BbTraceFit *fit, GString *out)
{
    for (guint i = 0; i < fit->groups->len; i++) {
        const BbTraceFitGroup *group = fit->groups->pdata[i];
        g_string_append(out, i > 0 ? "\n" : "");
        append_head(out, fit, group);
        g_string_append_printf(out, "  %-17s  %-42s %12s %7s %6s %9s %8s %8s %8s\n", "family",
                               "parameters (s)", "AIC", "D", "p", "A^2", "P99", "P999", "E[x^2]");
        for (guint f = 0; f < group->n_fitted; f++)
            append_fitted(out, &group->fitted[f]);
        append_verdict(out, fit, group);
    }
    g_string_append(out, "\nP99, P999 and E[x^2] are fitted over observed; waiting grows with "
                         "E[x^2].\n");
}
