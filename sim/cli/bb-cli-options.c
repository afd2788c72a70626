/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Most options stand for one key of the experiment: a table maps them. Texts are taken as bytes
 * (G_OPTION_ARG_FILENAME), whatever the locale. */
#include "bb-cli-options.h"

#include <string.h>

static const struct {
    const char *option, *target, *argument, *help;
} key_options[] = {
    {"plugin", "experiment.plugin", "FILE.so[,..]", "policies from a shared object"},
    {"queue", "scheduler.queue", "NAME[,k=v..]", "who starts next (fcfs; see list queues)"},
    {"placement", "scheduler.placement", "NAME[,k=v..]", "where (first-fit; see list placements)"},
    {"pass", "scheduler.pass", "instant|event", "when the scheduler runs (instant)"},
    {"ties", "scheduler.ties", "lowest|random", "between nodes of equal cost (lowest)"},
    {"seed", "experiment.seed", "N", "of every random draw (1)"},
    {"unplaced", "experiment.unplaced", "queue|reject", "jobs that cannot start at once (queue)"},
    {"kill-at-estimate", "experiment.kill_at_estimate", "yes|no",
     "end runs at their estimate (yes)"},
    {"estimate", "experiment.estimate", "trace|perfect", "what policies believe (trace)"},
    {"search", "experiment.search", "auto|index|scan",
     "how nodes are searched; same result (auto)"},
    {"window", "experiment.window", "submits|all", "count until the last submission, or all"},
    {"warmup", "experiment.warmup", "TIME", "leave out jobs submitted before (0)"},
    {"until", "experiment.until", "TIME", "stop at this time of the trace"},
    {"record", "experiment.record", "NAMES",
     "add allocations, arrivals to jobs,timeline,nodes; or none"},
    {"fragmentation-target", "experiment.fragmentation_target", "FILE[:FORMAT]",
     "the trace whose demands say what free devices are good for (the one replayed)"},
};
G_STATIC_ASSERT(G_N_ELEMENTS(key_options) <= 20);

void
bb_cli_options_init(BbCliOptions *options)
{
    const GOptionEntry fixed[] = {
        {"trace", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options->traces,
         "jobs to replay; may be given again, they are merged", "FILE[:FORMAT]"},
        {"cluster", 0, 0, G_OPTION_ARG_FILENAME, &options->cluster,
         "FILE, flat:N (N processors) or elastic[:cpu=..,memory=..]", "CLUSTER"},
        {"columns", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options->columns,
         "names and units of any CSV's columns; of nodes where it names node_id "
         "(submit_s=Created At:iso,cpu_milli=VCPUs:cores)",
         "SPEC"},
        {"censored", 0, 0, G_OPTION_ARG_FILENAME, &options->censored,
         "jobs that were there when a trace ended (stay)", "stay|end|residual"},
        {"set", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options->sets,
         "any key of the experiment file (pool.web.count=3)", "GROUP.KEY=VALUE"},
        {"output", 'o', 0, G_OPTION_ARG_FILENAME, &options->output, "result folder", "DIR"},
        {"format", 0, 0, G_OPTION_ARG_FILENAME, &options->format,
         "what is printed (a table, unless -o is given)", "table|json|csv|markdown"},
        {"quiet", 'q', 0, G_OPTION_ARG_NONE, &options->quiet, "no table, progress or notes", NULL},
    };
    memset(options, 0, sizeof *options);
    memcpy(options->entries, fixed, sizeof fixed);
    for (guint i = 0; i < G_N_ELEMENTS(key_options); i++)
        options->entries[G_N_ELEMENTS(fixed) + i] =
            (GOptionEntry){.long_name = key_options[i].option,
                           .arg = G_OPTION_ARG_FILENAME,
                           .arg_data = &options->values[i],
                           .description = key_options[i].help,
                           .arg_description = key_options[i].argument};
}

void
bb_cli_options_clear(BbCliOptions *options)
{
    g_clear_pointer(&options->traces, g_strfreev);
    g_clear_pointer(&options->sets, g_strfreev);
    g_clear_pointer(&options->columns, g_strfreev);
    g_clear_pointer(&options->censored, g_free);
    g_clear_pointer(&options->cluster, g_free);
    g_clear_pointer(&options->output, g_free);
    g_clear_pointer(&options->format, g_free);
    for (guint i = 0; i < G_N_ELEMENTS(options->values); i++)
        g_clear_pointer(&options->values[i], g_free);
}

static void
replace_inputs(BbExperiment *experiment, const BbCliOptions *options)
{
    if (options->traces)
        bb_experiment_clear_workloads(experiment);
    for (guint i = 0; options->traces && options->traces[i]; i++)
        bb_experiment_add_trace(experiment, options->traces[i]);
    if (options->cluster) {
        bb_experiment_clear_pools(experiment);
        bb_experiment_add_cluster(experiment, options->cluster);
    }
}

/* [workload NAME] key = value of every trace. */
static gboolean
set_traces(BbExperiment *experiment, const char *option, const char *key, const char *value,
           GError **error)
{
    guint n = 0;
    for (guint i = 0; i < experiment->workloads->len; i++) {
        const BbWorkloadSpec *workload = experiment->workloads->pdata[i];
        g_autofree char *target = g_strdup_printf("workload.%s.%s", workload->name, key);
        if (workload->trace && !bb_experiment_set(experiment, option, target, value, error))
            return FALSE;
        n += workload->trace != NULL;
    }
    return n > 0 || bb_error_set(error, BB_ERROR_USAGE,
                                 "%s: expected a trace to use it for, found none", option);
}

static gboolean
set_node_files(BbExperiment *experiment, const char *value, GError **error)
{
    guint n = 0;
    for (guint i = 0; i < experiment->pools->len; i++) {
        const BbPool *pool = experiment->pools->pdata[i];
        g_autofree char *target = g_strdup_printf("pool.%s.columns", pool->name);
        if (pool->nodes && !bb_experiment_set(experiment, "--columns", target, value, error))
            return FALSE;
        n += pool->nodes != NULL;
    }
    return n > 0 || bb_error_set(error, BB_ERROR_USAGE,
                                 "--columns: expected a --cluster FILE to use node_id for, found "
                                 "none");
}

static gboolean
apply_columns(BbExperiment *experiment, const BbCliOptions *options, GError **error)
{
    for (guint i = 0; options->columns && options->columns[i]; i++) {
        g_autoptr(BbMapping) mapping = bb_mapping_parse(options->columns[i], error);
        if (!mapping) {
            g_prefix_error(error, "--");
            return FALSE;
        }
        if (!(mapping->nodes
                  ? set_node_files(experiment, options->columns[i], error)
                  : set_traces(experiment, "--columns", "columns", options->columns[i], error)))
            return FALSE;
    }
    return !options->censored ||
           set_traces(experiment, "--censored", "censored", options->censored, error);
}

static gboolean
apply_keys(BbExperiment *experiment, const BbCliOptions *options, GError **error)
{
    for (guint i = 0; i < G_N_ELEMENTS(key_options); i++) {
        g_autofree char *name = g_strconcat("--", key_options[i].option, NULL);
        if (g_str_equal(key_options[i].option, "warmup") &&
            g_strcmp0(options->values[i], "auto") == 0)
            return bb_error_set(error, BB_ERROR_USAGE,
                                "--warmup: expected a time, found auto, which needs 5 or more runs "
                                "of stationary generators side by side: compare --seeds N");
        if (options->values[i] &&
            !bb_experiment_set(experiment, name, key_options[i].target, options->values[i], error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
apply_sets(BbExperiment *experiment, const BbCliOptions *options, GError **error)
{
    for (guint i = 0; options->sets && options->sets[i]; i++) {
        const char *equals = strchr(options->sets[i], '=');
        if (!equals)
            return bb_error_set(error, BB_ERROR_USAGE,
                                "--set: expected GROUP.KEY=VALUE, found \"%s\"", options->sets[i]);
        g_autofree char *target = g_strndup(options->sets[i], (gsize)(equals - options->sets[i]));
        g_autofree char *label = g_strconcat("--set ", target, NULL);
        if (!bb_experiment_set(experiment, label, target, equals + 1, error))
            return FALSE;
    }
    return TRUE;
}

static char **
warmup_of(BbCliOptions *options)
{
    for (guint i = 0; i < G_N_ELEMENTS(key_options); i++)
        if (strcmp(key_options[i].option, "warmup") == 0)
            return &options->values[i];
    g_return_val_if_reached(NULL);
}

gboolean
bb_cli_options_take_auto_warmup(BbCliOptions *options)
{
    char **warmup = warmup_of(options);
    if (g_strcmp0(*warmup, "auto") != 0)
        return FALSE;
    g_clear_pointer(warmup, g_free);
    return TRUE;
}

BbExperiment *
bb_cli_options_experiment(const BbCliOptions *options, const BbTables *tables, const char *file,
                          GError **error)
{
    g_autoptr(BbExperiment) experiment = bb_experiment_new(tables);
    /* First: what follows may name its policies. */
    if (options->values[0] && !tables->load_plugin(tables, options->values[0], error))
        return NULL;
    if (file && !bb_experiment_load(experiment, file, NULL, error))
        return NULL;
    replace_inputs(experiment, options);
    if (!apply_columns(experiment, options, error) || !apply_keys(experiment, options, error) ||
        !apply_sets(experiment, options, error))
        return NULL;
    return g_steal_pointer(&experiment);
}
