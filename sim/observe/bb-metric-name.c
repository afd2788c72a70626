/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A name is taken apart against the tables of its parts; there is no list of whole names to keep in
 * step. */
#include "sim/observe/bb-metric-name.h"

#include "sim/observe/bb-load.h"

#include <math.h>
#include <string.h>

typedef enum { STAT, COUNT, RESOURCE, SCALAR } Family;

/* One of a family's names: head and tail index its tables. */
typedef struct {
    Family family;
    guint head, tail;
} Parsed;

static const char *const stat_names[] = {
    "mean", "sd", "min", "p50", "p90", "p95", "p99", "p999", "max", NULL,
};

static const struct {
    const char *name;
    BbDirection direction;
} counts[] = {
    {"started_frac", BB_HIGHER_IS_BETTER}, {"completed_frac", BB_HIGHER_IS_BETTER},
    {"killed_frac", BB_LOWER_IS_BETTER},   {"failed_frac", BB_LOWER_IS_BETTER},
    {"rejected_frac", BB_LOWER_IS_BETTER}, {"unfinished_frac", BB_NEITHER_IS_BETTER},
    {"censored_frac", BB_LOWER_IS_BETTER}, {"evictions_frac", BB_LOWER_IS_BETTER},
    {"waited_frac", BB_LOWER_IS_BETTER},   {"submitted", BB_NEITHER_IS_BETTER},
};

static const char *const fraction_names[] = {
    "allocated_frac_bought", "allocated_frac_up", "used_frac", "packing_density_frac", NULL,
};

static const struct {
    const char *name, *unit;
    BbDirection direction;
} scalars[] = {
    {"makespan", "s", BB_LOWER_IS_BETTER},
    {"jain_wait", "frac", BB_HIGHER_IS_BETTER},
    {"nodes_count", "nodes", BB_NEITHER_IS_BETTER},
    {"nodes_busy_mean", "nodes", BB_NEITHER_IS_BETTER},
    {"nodes_busy_peak", "nodes", BB_NEITHER_IS_BETTER},
    {"nodes_empty_frac", "frac", BB_NEITHER_IS_BETTER},
    {"nodes_packing_density_frac", "frac", BB_HIGHER_IS_BETTER},
    {"load100_gpu_allocated_frac", "frac", BB_HIGHER_IS_BETTER},
    {"load100_gpu_fragmented_frac", "frac", BB_LOWER_IS_BETTER},
};

const BbMetricFamily bb_metric_families[] = {
    {"wait_STAT", "s", "first start - submit; STAT: mean sd min p50 p90 p95 p99 p999 max"},
    {"queued_total_STAT", "s", "all time spent waiting"},
    {"startup_STAT", "s", "ready - start"},
    {"turnaround_STAT", "s", "finish - submit; without services"},
    {"slowdown_STAT", "ratio", "turnaround / run time alone on the fastest node it may use"},
    {"bounded_slowdown_STAT", "ratio", "max(1, turnaround / max(that run time, 10 s))"},
    {"COUNT_frac", "frac",
     "of submitted: started completed killed failed rejected unfinished censored evictions"},
    {"waited_frac", "frac", "of started jobs: wait > 0"},
    {"submitted", "jobs", "jobs of the population"},
    {"RES_allocated_frac_bought", "frac",
     "allocated / bought capacity over the window; RES: cpu memory disk gpu"},
    {"RES_allocated_frac_up", "frac", "allocated / capacity that is up"},
    {"RES_used_frac", "frac", "used / bought capacity over the window"},
    {"RES_packing_density_frac", "frac", "allocated / capacity over nodes that are not empty"},
    {"makespan", "s", "last finish - first submit"},
    {"jain_wait", "frac", "Jain's index of the classes' mean waits; 1: all wait the same"},
    {"nodes_count", "nodes", "nodes bought"},
    {"nodes_busy_mean", "nodes", "nodes that are not empty, mean over the window"},
    {"nodes_busy_peak", "nodes", "the most nodes that were not empty at one time"},
    {"nodes_empty_frac", "frac", "empty nodes of all, mean over the window"},
    {"nodes_packing_density_frac", "frac", "RES_packing_density_frac of the first resource"},
    {"load100_gpu_allocated_frac", "frac",
     "allocated devices of all, once as many were asked for as there are"},
    {"load100_gpu_fragmented_frac", "frac",
     "of the free devices then: useless to the usual demands (--fragmentation-target)"},
    {"kind.KIND.NAME", NULL, "SERIES_STAT, COUNT or RES_allocated_frac_bought of a kind of jobs"},
    {"class.CLASS.NAME", NULL, "the same of a class of jobs"},
    {NULL, NULL, NULL},
};

/* Is the name HEAD_TAIL for one of heads and one of tails? */
static gboolean
parse_pair(const char *name, const char *const *heads, guint n_heads, const char *const *tails,
           Parsed *out)
{
    for (guint h = 0; h < n_heads; h++) {
        gsize n = strlen(heads[h]);
        if (strncmp(name, heads[h], n) != 0 || name[n] != '_')
            continue;
        for (guint t = 0; tails[t] != NULL; t++) {
            if (strcmp(name + n + 1, tails[t]) == 0) {
                out->head = h;
                out->tail = t;
                return TRUE;
            }
        }
    }
    return FALSE;
}

static gboolean
parse_single(const char *name, Parsed *out)
{
    for (guint c = 0; c < G_N_ELEMENTS(counts); c++) {
        if (strcmp(name, counts[c].name) == 0) {
            *out = (Parsed){.family = COUNT, .head = c};
            return TRUE;
        }
    }
    for (guint s = 0; s < G_N_ELEMENTS(scalars); s++) {
        if (strcmp(name, scalars[s].name) == 0) {
            *out = (Parsed){.family = SCALAR, .head = s};
            return TRUE;
        }
    }
    return FALSE;
}

static gboolean
parse(const char *name, Parsed *out)
{
    out->family = STAT;
    if (parse_pair(name, bb_measure_names, BB_N_MEASURES, stat_names, out))
        return TRUE;
    out->family = RESOURCE;
    if (parse_pair(name, bb_resource_names, BB_N_RESOURCES, fraction_names, out))
        return TRUE;
    return parse_single(name, out);
}

static gboolean
part_has(const Parsed *parsed)
{
    return parsed->family == STAT || parsed->family == COUNT ||
           (parsed->family == RESOURCE && parsed->tail == 0);
}

static void
add_pairs(GPtrArray *out, const char *const *heads, guint n_heads, const char *const *tails)
{
    for (guint h = 0; h < n_heads; h++) {
        for (guint t = 0; tails[t] != NULL; t++)
            g_ptr_array_add(out, g_strconcat(heads[h], "_", tails[t], NULL));
    }
}

GPtrArray *
bb_metric_names_new(gboolean of_part)
{
    GPtrArray *out = g_ptr_array_new_with_free_func(g_free);
    static const char *const part_fraction[] = {"allocated_frac_bought", NULL};

    add_pairs(out, bb_measure_names, BB_N_MEASURES, stat_names);
    for (guint c = 0; c < G_N_ELEMENTS(counts); c++)
        g_ptr_array_add(out, g_strdup(counts[c].name));
    add_pairs(out, bb_resource_names, BB_N_RESOURCES, of_part ? part_fraction : fraction_names);
    for (guint s = 0; !of_part && s < G_N_ELEMENTS(scalars); s++)
        g_ptr_array_add(out, g_strdup(scalars[s].name));
    return out;
}

static gboolean
fail_unknown(const char *name, const char *base, gboolean of_part, GError **error)
{
    g_autoptr(GPtrArray) names = bb_metric_names_new(of_part);
    g_autofree char *quoted = bb_quote(name);
    g_ptr_array_add(names, NULL);
    const char *near = bb_suggest(base, (const char *const *)(gpointer)names->pdata);
    if (near == NULL)
        return bb_error_set(error, BB_ERROR_USAGE,
                            "expected a metric (see `breakbulk list metrics`), found %s", quoted);
    return bb_error_set(error, BB_ERROR_USAGE, "expected a metric, found %s; did you mean %.*s%s?",
                        quoted, (int)(base - name), name, near);
}

/* Where the base name begins in "kind.vm.wait_mean": behind the last dot, since classes may have
 * dots and metrics have none. */
static const char *
base_of(const char *name, const char *prefix)
{
    const char *dot = strrchr(name, '.');
    gsize n = strlen(prefix);
    if (strncmp(name, prefix, n) != 0 || dot == NULL || dot < name + n)
        return NULL;
    return dot + 1;
}

typedef struct {
    gint kind;        /* -1: none */
    char *class_name; /* owned; NULL: none */
    Parsed parsed;
} Path;

static gboolean
parse_kind(const char *name, const char *base, gint *out, GError **error)
{
    g_autofree char *text = g_strndup(name + 5, (gsize)(base - 1 - (name + 5)));
    for (guint k = 0; k < BB_N_KINDS; k++) {
        if (strcmp(text, bb_kind_names[k]) == 0) {
            *out = (gint)k;
            return TRUE;
        }
    }
    g_autofree char *quoted = bb_quote(text);
    return bb_error_set(error, BB_ERROR_USAGE,
                        "expected a kind container|vm|process|bare-metal in a metric, found %s",
                        quoted);
}

static gboolean
parse_path(const char *name, Path *out, GError **error)
{
    const char *of_kind = base_of(name, "kind."), *of_class = base_of(name, "class.");
    const char *base = of_kind != NULL ? of_kind : of_class != NULL ? of_class : name;

    *out = (Path){.kind = -1};
    if (of_kind != NULL && !parse_kind(name, base, &out->kind, error))
        return FALSE;
    if (!parse(base, &out->parsed) || (base != name && !part_has(&out->parsed)))
        return fail_unknown(name, base, base != name, error);
    if (of_class != NULL)
        out->class_name = g_strndup(name + 6, (gsize)(base - 1 - (name + 6)));
    return TRUE;
}

static void
get_stat(const BbPopulation *population, const Parsed *parsed, BbMetric *out)
{
    const BbSummaryStat *s = &population->stats[parsed->head];
    const struct {
        double value;
        gboolean at_least;
    } stats[] = {
        {s->mean, s->mean_at_least},
        {s->sd, FALSE},
        {s->min, FALSE},
        {s->p50, s->p50_at_least},
        {s->p90, s->p90_at_least},
        {s->p95, s->p95_at_least},
        {s->p99, s->p99_at_least},
        {s->p999, s->p999_at_least},
        {s->max, s->max_at_least},
    };
    G_STATIC_ASSERT(G_N_ELEMENTS(stats) + 1 == G_N_ELEMENTS(stat_names));
    out->value = stats[parsed->tail].value;
    out->at_least = stats[parsed->tail].at_least;
    out->population = population;
}

static double
get_count(const BbPopulation *population, guint index)
{
    const BbJobCounts *jobs = &population->jobs;
    const guint64 values[] = {
        jobs->started,    jobs->completed, jobs->killed,    jobs->failed, jobs->rejected,
        jobs->unfinished, jobs->censored,  jobs->evictions, jobs->waited, jobs->submitted,
    };
    G_STATIC_ASSERT(G_N_ELEMENTS(values) == G_N_ELEMENTS(counts));
    if (index == G_N_ELEMENTS(counts) - 1)
        return (double)jobs->submitted;
    gboolean of_started = index == G_N_ELEMENTS(counts) - 2;
    return bb_result_ratio((BbInt128)values[index],
                           (BbInt128)(of_started ? jobs->started : jobs->submitted));
}

static double
get_fraction(const BbResult *result, const BbPopulation *population, const Parsed *parsed)
{
    BbResource r = parsed->head;
    if (!(result->modelled & (1u << r)))
        return NAN;
    switch (parsed->tail) {
    case 0:
        return bb_result_ratio(population->allocated[r], result->bought[r]);
    case 1:
        return bb_result_ratio(bb_result_allocated(result, r), result->up[r]);
    case 2:
        return bb_result_ratio(result->waterfall[r][BB_BIN_USED], result->bought[r]);
    default:
        return bb_result_packing(result, r);
    }
}

static double
get_scalar(const BbResult *result, guint index)
{
    BbInt128 window_us = (BbInt128)result->window_end_us - result->window_start_us;
    BbInt128 node_us = window_us * result->n_nodes;
    const double values[] = {
        bb_result_makespan_s(result),
        bb_result_jain_wait(result),
        result->n_nodes,
        bb_result_ratio(result->busy_node_us, window_us),
        result->busy_peak,
        bb_result_ratio(node_us - result->busy_node_us, node_us),
        bb_result_packing(result, bb_result_main_resource(result)),
        bb_load_at_full(result->load).allocated_pct / 100,
        bb_load_at_full(result->load).of_idle_pct / 100,
    };
    G_STATIC_ASSERT(G_N_ELEMENTS(values) == G_N_ELEMENTS(scalars));
    return values[index];
}

static BbMetric
describe(const Parsed *parsed)
{
    BbMetric metric = {.value = NAN, .unit = "frac", .direction = BB_HIGHER_IS_BETTER};
    switch (parsed->family) {
    case STAT:
        metric.unit = parsed->head >= BB_SLOWDOWN ? "ratio" : "s";
        metric.direction = BB_LOWER_IS_BETTER;
        break;
    case COUNT:
        metric.unit = parsed->head == G_N_ELEMENTS(counts) - 1 ? "jobs" : "frac";
        metric.direction = counts[parsed->head].direction;
        break;
    case RESOURCE:
        break;
    case SCALAR:
        metric.unit = scalars[parsed->head].unit;
        metric.direction = scalars[parsed->head].direction;
        break;
    }
    return metric;
}

static void
get_value(const BbResult *result, const BbPopulation *population, const Parsed *parsed,
          BbMetric *out)
{
    switch (parsed->family) {
    case STAT:
        get_stat(population, parsed, out);
        break;
    case COUNT:
        out->value = get_count(population, parsed->head);
        break;
    case RESOURCE:
        out->value = get_fraction(result, population, parsed);
        break;
    case SCALAR:
        out->value = get_scalar(result, parsed->head);
        break;
    }
}

gboolean
bb_metric_get(const BbResult *result, const char *name, BbMetric *out, GError **error)
{
    Path path;
    if (!parse_path(name, &path, error))
        return FALSE;
    const BbPopulation *population = &result->all;
    if (path.kind >= 0)
        population = &result->kinds[path.kind];
    if (path.class_name != NULL)
        population = bb_result_class(result, path.class_name);
    *out = describe(&path.parsed);
    if (population != NULL)
        get_value(result, population, &path.parsed, out);
    g_free(path.class_name);
    return TRUE;
}

gboolean
bb_metric_check(const char *name, BbMetric *out, GError **error)
{
    Path path;
    if (!parse_path(name, &path, error))
        return FALSE;
    if (out != NULL)
        *out = describe(&path.parsed);
    g_free(path.class_name);
    return TRUE;
}
