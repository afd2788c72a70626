/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Kinds of OpenStack Nova. */
#include "vec.h"

#include "policies/profiles/nova/nova.h"

#include <math.h>
#include <string.h>

static gboolean
is_near(double a, double b)
{
    return fabs(a - b) <= 1e-9 * MAX(1.0, MAX(fabs(a), fabs(b)));
}

static void
read_host(JsonObject *object, NovaHost *host)
{
    *host = (NovaHost){
        .free_ram_mb = vec_int(object, "free_ram_mb", 0),
        .free_disk_mb = vec_int(object, "free_disk_mb", 0),
        .vcpus_total = vec_double(object, "vcpus_total", 0),
        .vcpus_used = vec_double(object, "vcpus_used", 0),
        .cpu_allocation_ratio = vec_double(object, "cpu_allocation_ratio", 1),
        .num_io_ops = vec_int(object, "num_io_ops", 0),
        .num_instances = vec_int(object, "num_instances", 0),
        .failed_builds = vec_int(object, "failed_builds", 0),
        .group_members = vec_int(object, "group_members_on_host", 0),
    };
}

static guint64
draw_none(gpointer data, guint32 ordinal, guint64 n)
{
    (void)data;
    (void)ordinal;
    (void)n;
    return 0;
}

static gint
by_weight(gconstpointer a, gconstpointer b)
{
    return (*(const double *)a < *(const double *)b) - (*(const double *)a > *(const double *)b);
}

/* The host of that name has that weight, both as far as they are given. */
static gboolean
check_end(JsonArray *hosts, const double *weights, guint at, const char *name, gboolean has_weight,
          double weight)
{
    return (!name || g_strcmp0(vec_text(vec_object_at(hosts, at), "name"), name) == 0) &&
           (!has_weight || is_near(weights[at], weight));
}

static gboolean
check_list(const double *weights, guint n, JsonArray *wanted, gboolean sort)
{
    g_autofree double *copy = g_memdup2(weights, n * sizeof(double));

    if (sort)
        qsort(copy, n, sizeof(double), by_weight);
    for (guint i = 0; i < vec_length(wanted); i++)
        if (i >= n || !is_near(copy[i], json_array_get_double_element(wanted, i)))
            return FALSE;
    return TRUE;
}

static guint
find_worst(const double *weights, guint n)
{
    guint worst = 0;

    for (guint i = 1; i < n; i++)
        worst = weights[i] <= weights[worst] ? i : worst;
    return worst;
}

static gboolean
check_weights(JsonArray *hosts, const double *weights, JsonObject *expected)
{
    guint n = vec_length(hosts);
    gint best = nova_select(weights, n, 1, FALSE, draw_none, NULL);

    return best >= 0 &&
           check_end(hosts, weights, (guint)best, vec_text(expected, "best"),
                     vec_has(expected, "best_weight"), vec_double(expected, "best_weight", 0)) &&
           check_end(hosts, weights, find_worst(weights, n), vec_text(expected, "worst"),
                     vec_has(expected, "worst_weight"), vec_double(expected, "worst_weight", 0)) &&
           check_list(weights, n, vec_array(expected, "all_weights"), FALSE) &&
           check_list(weights, n, vec_array(expected, "sorted_weights"), TRUE);
}

static gboolean
run_weigh(JsonObject *vector, GString *why)
{
    JsonObject *inputs = vec_object(vector, "inputs");
    const char *name = vec_text(inputs, "weigher");
    JsonArray *array = vec_array(inputs, "hosts");
    guint n = vec_length(array), weigher = 0;
    g_autofree NovaHost *hosts = g_new(NovaHost, n + 1);
    g_autofree double *weights = g_new0(double, n + 1);

    while (nova_weigher_names[weigher] && g_strcmp0(nova_weigher_names[weigher], name) != 0)
        weigher++;
    if (weigher == NOVA_N_WEIGHERS)
        return vec_fail(why, "unknown weigher %s", name ? name : "(none)");
    for (guint i = 0; i < n; i++)
        read_host(vec_object_at(array, i), &hosts[i]);
    nova_weigh((NovaWeigher)weigher,
               vec_double(inputs, "multiplier", nova_default_multipliers[weigher]), hosts, n,
               weights);
    if (check_weights(array, weights, vec_object(vector, "expected")))
        return TRUE;
    g_string_append(why, "found weights");
    for (guint i = 0; i < n; i++)
        g_string_append_printf(why, " %g", weights[i]);
    return FALSE;
}

static gboolean
run_normalize(JsonObject *vector, GString *why)
{
    JsonObject *inputs = vec_object(vector, "inputs");
    JsonArray *array = vec_array(inputs, "values");
    JsonArray *wanted = vec_array(vec_object(vector, "expected"), "values");
    double minval = vec_double(inputs, "minval", NAN), maxval = vec_double(inputs, "maxval", NAN);
    guint n = vec_length(array);
    g_autofree double *values = g_new0(double, n + 1);

    for (guint i = 0; i < n; i++)
        values[i] = json_array_get_double_element(array, i);
    nova_normalize(values, n, isnan(minval) ? NULL : &minval, isnan(maxval) ? NULL : &maxval);
    return (vec_length(wanted) == n && check_list(values, n, wanted, FALSE)) ||
           vec_fail(why, "found %g..", values[0]);
}

static gboolean
run_multiplier(JsonObject *vector, GString *why)
{
    JsonObject *inputs = vec_object(vector, "inputs");
    JsonArray *array = vec_array(inputs, "aggregate_values");
    guint n = vec_length(array);
    g_autofree const char **values = g_new0(const char *, n + 1);
    double got;

    for (guint i = 0; i < n; i++)
        values[i] = vec_text_at(array, i);
    got = nova_multiplier(vec_double(inputs, "config", 1), values, n);
    return is_near(got, vec_double(vec_object(vector, "expected"), "multiplier", NAN)) ||
           vec_fail(why, "found %g", got);
}

const VecKind vec_kinds_nova[] = {
    {"nova_weigh", run_weigh},
    {"nova_normalize", run_normalize},
    {"nova_multiplier", run_multiplier},
    {NULL, NULL},
};
