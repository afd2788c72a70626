/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Kinds of the Kubernetes cluster-autoscaler. */
#include "vec.h"

#include "policies/profiles/autoscaler/autoscaler-waste.h"

static void
read_option(JsonObject *group, JsonArray *pods, AutoscalerOption *option)
{
    JsonArray *own = vec_array(group, "pods");

    pods = own ? own : pods;
    *option = (AutoscalerOption){vec_int(group, "count", 1), vec_int(group, "cpu_milli", 0),
                                 vec_int(group, "mem_bytes", 0), 0, 0};
    for (guint i = 0; i < vec_length(pods); i++) {
        option->pods_cpu_milli += vec_int(vec_object_at(pods, i), "cpu_milli", 0);
        option->pods_mem_bytes += vec_int(vec_object_at(pods, i), "mem_bytes", 0);
    }
}

static gboolean
run_least_waste(JsonObject *vector, GString *why)
{
    JsonObject *inputs = vec_object(vector, "inputs");
    const char *wanted = vec_text(vec_object(vector, "expected"), "group"), *got;
    JsonArray *groups = vec_array(inputs, "groups");
    guint n = vec_length(groups);
    g_autofree AutoscalerOption *options = g_new0(AutoscalerOption, n + 1);
    gint best;

    for (guint i = 0; i < n; i++)
        read_option(vec_object_at(groups, i), vec_array(inputs, "pods"), &options[i]);
    best = autoscaler_least_waste(options, n, 0, NULL);
    got = best < 0 ? NULL : vec_text(vec_object_at(groups, (guint)best), "name");
    return g_strcmp0(got, wanted) == 0 ||
           vec_fail(why, "expected %s, found %s", wanted ? wanted : "(none)", got ? got : "(none)");
}

const VecKind vec_kinds_autoscaler[] = {
    {"ca_least_waste", run_least_waste},
    {NULL, NULL},
};
