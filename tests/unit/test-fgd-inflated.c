/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The published means of the FGD paper (USENIX ATC 2023) from arrivals of our own: `trace inflate` to 130 %
 * of the devices, and nodes in an order drawn by the seed, for ten seeds. At full load the mean of each
 * policy is within three standard errors. Lists: data/gpu of the shared folder. */
#include "sim/lab/bb-trace-edit.h"
#include "sim/observe/bb-load.h"
#include "tests/unit/experiments.h"

#include <math.h>

#define SEEDS 10
#define FIRST_SEED 142
#define DEVICES 6212
#define COLUMNS 6 /* of the list, those without times */

static const struct {
    const char *published, *placement;
} policies[] = {
    {"random", "random"},
    {"dot-product", "openb-dot-product"},
    {"gpu-clustering", "gpu-clustering"},
    {"gpu-packing", "gpu-packing"},
    {"best-fit", "openb-best-fit"},
    {"fgd", "fgd"},
};

typedef struct {
    double sum, squares;
} Moments;

/* A list without times is an order of arrival, and nobody leaves. */
static char *
write_list(const char *folder, const char *list)
{
    g_autofree char *name = g_strdup_printf("openb_pod_list_%s.csv", list);
    g_autofree char *shared = experiment_shared("data/gpu");
    g_autoptr(GPtrArray) rows = experiment_csv(shared, name);
    g_autoptr(GString) text = g_string_new(NULL);
    for (guint i = 0; i < rows->len; i++)
        for (guint c = 0; c < COLUMNS; c++)
            g_string_append_printf(text, "%s%c", ((char **)rows->pdata[i])[c],
                                   c < COLUMNS - 1 ? ',' : '\n');
    char *path = g_build_filename(folder, name, NULL);
    g_assert_true(g_file_set_contents(path, text->str, -1, NULL));
    return path;
}

static char *
inflate(const char *folder, const char *list, guint64 seed)
{
    g_autoptr(GError) error = NULL;
    BbTraceEdit edit;
    BbInflate how = {.resource = BB_GPU, .target = DEVICES * 1300, .shuffle = TRUE, .seed = seed};
    bb_trace_edit_init(&edit, &experiment_tables.traces);
    g_autoptr(BbTraceTable) table = bb_trace_inflate(&edit, list, &how, &error);
    g_assert_no_error(error);
    g_autoptr(GString) text = g_string_new(NULL);
    bb_trace_table_write(table, text);
    char *path = g_build_filename(folder, "inflated.csv", NULL);
    g_assert_true(g_file_set_contents(path, text->str, -1, NULL));
    bb_trace_edit_clear(&edit);
    return path;
}

static double
run(const char *trace, const char *placement, guint64 seed)
{
    g_autofree char *seed_text = g_strdup_printf("%" G_GUINT64_FORMAT, seed);
    g_autofree char *cluster = experiment_shared("data/gpu/openb_node_list_gpu_node.csv");
    const char *const settings[] = {"experiment.unplaced",
                                    "reject",
                                    "experiment.node_order",
                                    "drawn",
                                    "seed",
                                    seed_text,
                                    "scheduler.placement",
                                    placement,
                                    NULL};
    g_autoptr(BbExperiment) experiment = experiment_of(trace, cluster, settings);
    g_autoptr(BbOutcome) outcome = experiment_run(experiment, NULL);
    BbLoadPoint full = bb_load_at_full(outcome->result->load);
    g_assert_true(full.known);
    return full.allocated_pct;
}

static void
compare_mean(const GPtrArray *published, const char *list, const char *policy,
             const Moments *moments)
{
    double mean = moments->sum / SEEDS;
    double variance = (moments->squares - SEEDS * mean * mean) / (SEEDS - 1);
    for (guint i = 1; i < published->len; i++) {
        char **row = published->pdata[i];
        if (!g_str_equal(row[0], list) || !g_str_equal(row[1], policy))
            continue;
        double n = g_ascii_strtod(row[2], NULL), their_mean = g_ascii_strtod(row[3], NULL);
        double their_sd = g_ascii_strtod(row[4], NULL);
        double se = sqrt(their_sd * their_sd / n + variance / SEEDS);
        g_test_message("%s %s: %.2f (sd %.2f), published %.2f: %+.1f standard errors", list, policy,
                       mean, sqrt(variance), their_mean, (mean - their_mean) / se);
        g_assert_cmpfloat(fabs(mean - their_mean), <=, 3 * se);
        return;
    }
    g_assert_not_reached();
}

static void
test_list(gconstpointer data)
{
    const char *list = data;
    Moments moments[G_N_ELEMENTS(policies)] = {{0}};
    g_autofree char *reference = experiment_shared("reference/fgd");
    if (reference == NULL)
        return;
    g_autoptr(GPtrArray) published = experiment_csv(reference, "published_mean.csv");
    g_autofree char *folder = experiment_folder();
    g_autofree char *pods = write_list(folder, list);
    for (guint64 seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
        g_autofree char *trace = inflate(folder, pods, seed);
        for (guint p = 0; p < G_N_ELEMENTS(policies); p++) {
            double value = run(trace, policies[p].placement, seed);
            moments[p].sum += value;
            moments[p].squares += value * value;
        }
    }
    for (guint p = 0; p < G_N_ELEMENTS(policies); p++)
        compare_mean(published, list, policies[p].published, &moments[p]);
    experiment_remove_folder(folder);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_data_func("/fgd-inflated/default", "default", test_list);
    g_test_add_data_func("/fgd-inflated/gpuspec33", "gpuspec33", test_list);
    return g_test_run();
}
