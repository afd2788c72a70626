/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Defaults follow from the unit of a metric; a text overrides them. */
#include "bb-tolerance.h"

#include "sim/base/bb-units.h"

#include <math.h>
#include <string.h>

#define TIME_ABS_S 1.0
#define FRACTION_ABS 0.001
#define COMPARE_REL 0.05
#define PERCENTILE_REL 0.10
#define CAPACITY_REL 0.01

static const struct {
    const char *name;
    gsize offset;
} counters[] = {
    {"work.events", G_STRUCT_OFFSET(BbWork, events)},
    {"work.passes", G_STRUCT_OFFSET(BbWork, passes)},
    {"work.decisions", G_STRUCT_OFFSET(BbWork, decisions)},
    {"work.nodes_examined", G_STRUCT_OFFSET(BbWork, nodes_examined)},
    {"work.costs_computed", G_STRUCT_OFFSET(BbWork, costs_computed)},
};

void
bb_tolerance_free(BbTolerance *tolerance)
{
    if (tolerance == NULL)
        return;
    g_free(tolerance->metric);
    g_free(tolerance);
}

gint64
bb_tolerance_work(const BbWork *work, const char *name)
{
    BbWork counts = *work;
    for (guint i = 0; i < G_N_ELEMENTS(counters); i++)
        if (strcmp(counters[i].name, name) == 0)
            return (gint64)G_STRUCT_MEMBER(guint64, &counts, counters[i].offset);
    return -1;
}

static gboolean
check_work(const char *name, BbMetric *out, GError **error)
{
    const char *names[G_N_ELEMENTS(counters) + 1] = {NULL};
    for (guint i = 0; i < G_N_ELEMENTS(counters); i++) {
        names[i] = counters[i].name;
        if (strcmp(name, names[i]) != 0)
            continue;
        *out = (BbMetric){.value = NAN, .unit = "count", .direction = BB_LOWER_IS_BETTER};
        return TRUE;
    }
    g_autofree char *quoted = bb_quote(name);
    const char *near = bb_suggest(name, names);
    return bb_error_set(error, BB_ERROR_USAGE, "expected a metric, found %s%s%s%s", quoted,
                        near ? "; did you mean \"" : "", near ? near : "", near ? "\"?" : "");
}

gboolean
bb_tolerance_metric(const char *name, BbMetric *out, GError **error)
{
    if (g_str_has_prefix(name, BB_WORK_PREFIX))
        return check_work(name, out, error);
    return bb_metric_check(name, out, error);
}

const char *
bb_tolerance_base_name(const char *name)
{
    const char *dot = strrchr(name, '.');
    return dot == NULL || g_str_has_prefix(name, BB_WORK_PREFIX) ? name : dot + 1;
}

/* Of ln(x + a): e^y - 1 is the change over base + a. Nothing falls by more than all of it. */
double
bb_tolerance_change(const BbEffect *effect, double y)
{
    double change = bb_effect_change(effect, y);
    if (effect->scale != BB_SCALE_RATIO)
        return change;
    double offset = effect->margin.abs / effect->margin.rel;
    if (change == 0 || offset == 0)
        return change;
    if (!(effect->base_mean > 0))
        return NAN;
    return MAX(change * (effect->base_mean + offset) / effect->base_mean, -1);
}

BbMargin
bb_tolerance_of_compare(const BbMetric *metric)
{
    BbMargin margin = {.rel = COMPARE_REL,
                       .higher_is_better = metric->direction == BB_HIGHER_IS_BETTER,
                       .scale = BB_SCALE_RATIO};
    if (strcmp(metric->unit, "s") == 0)
        margin.abs = TIME_ABS_S;
    if (strcmp(metric->unit, "frac") == 0) {
        margin.abs = FRACTION_ABS;
        margin.scale = BB_SCALE_DIFFERENCE;
    }
    return margin;
}

static gboolean
is_percentile(const char *base)
{
    return strstr(base, "_p9") != NULL;
}

BbMargin
bb_tolerance_of_gate(const char *name, const BbMetric *metric)
{
    const char *base = bb_tolerance_base_name(name);
    BbMargin margin = bb_tolerance_of_compare(metric);
    if (is_percentile(base))
        margin.rel = PERCENTILE_REL;
    if (strcmp(base, "makespan") == 0 || metric->direction == BB_HIGHER_IS_BETTER)
        margin.rel = CAPACITY_REL;
    return margin;
}

/* "2", "2s", "5m" of a time; a plain number of anything else. */
static gboolean
parse_absolute(const char *text, const BbMetric *metric, double *out)
{
    char *end = NULL;
    BbTimeUs us;
    if (strcmp(metric->unit, "s") == 0 && bb_parse_duration(text, &us, NULL)) {
        *out = (double)us / (double)BB_US_PER_S;
        return TRUE;
    }
    *out = g_ascii_strtod(text, &end);
    return end != text && *end == '\0' && isfinite(*out) && *out >= 0;
}

static gboolean
parse_margin(const char *text, const BbMetric *metric, BbMargin *margin)
{
    char *end = NULL;
    double percent = g_ascii_strtod(text, &end);
    if (end == text || !isfinite(percent) || percent < 0)
        return FALSE;
    margin->rel = percent / 100;
    if (*end == '%')
        end++;
    return *end == '\0' || (*end == ':' && parse_absolute(end + 1, metric, &margin->abs));
}

BbTolerance *
bb_tolerance_parse(const char *option, const char *text, GError **error)
{
    const char *equals = strrchr(text, '=');
    g_autoptr(BbTolerance) tolerance = g_new0(BbTolerance, 1);
    BbMetric metric;
    if (equals == NULL) {
        g_autofree char *quoted = bb_quote(text);
        bb_error_set(error, BB_ERROR_USAGE, "%s: expected METRIC=PERCENT[:ABSOLUTE], found %s",
                     option, quoted);
        return NULL;
    }
    tolerance->metric = g_strndup(text, (gsize)(equals - text));
    if (!bb_tolerance_metric(tolerance->metric, &metric, error)) {
        g_prefix_error(error, "%s: ", option);
        return NULL;
    }
    tolerance->margin = bb_tolerance_of_gate(tolerance->metric, &metric);
    if (!parse_margin(equals + 1, &metric, &tolerance->margin)) {
        g_autofree char *quoted = bb_quote(equals + 1);
        bb_error_set(error, BB_ERROR_USAGE, "%s: %s: expected PERCENT[:ABSOLUTE], found %s", option,
                     tolerance->metric, quoted);
        return NULL;
    }
    return g_steal_pointer(&tolerance);
}
