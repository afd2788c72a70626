/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Axes: texts to cells, and what is none. */
#include "sim/lab/bb-axes.h"
#include "tests/unit/experiments.h"

static BbExperiment *
counted(void)
{
    static const char *const settings[] = {
        "pool.p.count",           "4",    "pool.p.cpu", "8", "workload.w.generator",
        "poisson,jobs=10,rate=1", "seed", "7",          NULL};
    return experiment_of(NULL, NULL, settings);
}

static BbExperiment *
fixed(void)
{
    static const char *const none[] = {NULL};
    return experiment_of("jobs.csv", "flat:4", none);
}

/* "a b;c" of the values of each cell, in order. */
static char *
describe(const BbAxes *axes)
{
    GString *out = g_string_new(NULL);
    for (guint cell = 0; cell < bb_axes_n_cells(axes); cell++) {
        g_string_append(out, cell > 0 ? ";" : "");
        for (guint a = 0; a < axes->axes->len; a++)
            g_string_append_printf(out, "%s%s", a > 0 ? " " : "", bb_axes_value(axes, a, cell));
    }
    return g_string_free(out, FALSE);
}

static const struct {
    const char *name, *first, *second, *cells;
} good[] = {
    {"one", "queue=fcfs", NULL, "fcfs"},
    {"list", "queue=fcfs,sjf", NULL, "fcfs;sjf"},
    {"blanks", " queue = fcfs , sjf ", NULL, "fcfs;sjf"},
    {"parentheses", "queue=easy(reserve=count,backfill-order=sjbf),fcfs", NULL,
     "easy(reserve=count,backfill-order=sjbf);fcfs"},
    {"cartesian", "queue=fcfs,sjf", "placement=best-fit,random",
     "fcfs best-fit;fcfs random;sjf best-fit;sjf random"},
    {"range", "pool.p.count=2:4", NULL, "2;3;4"},
    {"range-one", "pool.p.count=2:2", NULL, "2"},
    {"range-step", "pool.p.count=10:20:5", NULL, "10;15;20"},
    {"range-short", "pool.p.count=10:19:5", NULL, "10;15"},
    {"range-and-value", "pool.p.count=1:2,9", NULL, "1;2;9"},
    {"range-last", "seed=9223372036854775806:9223372036854775807", NULL,
     "9223372036854775806;9223372036854775807"},
    {"cluster-is-no-range", "cluster=flat:4,flat:8", NULL, "flat:4;flat:8"},
    {"name-is-no-range", "workload.w.class=1:2", NULL, "1:2"},
    {"dashes", "kill-at-estimate=yes,no", NULL, "yes;no"},
    {"pass", "pass=instant,event", NULL, "instant;event"},
    {"estimate", "estimate=trace,perfect", NULL, "trace;perfect"},
    {"seed", "seed=1,2", NULL, "1;2"},
    {"new-pool", "pool.q.count=1,2", NULL, "1;2"},
    {"trace", "trace=a.csv,b.csv:swf", NULL, "a.csv;b.csv:swf"},
};

static void
test_good(gconstpointer data)
{
    guint i = GPOINTER_TO_UINT(data);
    g_autoptr(GError) error = NULL;
    g_autoptr(BbExperiment) experiment = counted();
    g_autoptr(BbAxes) axes = bb_axes_new();
    bb_axes_add(axes, experiment, good[i].first, &error);
    g_assert_no_error(error);
    if (good[i].second)
        bb_axes_add(axes, experiment, good[i].second, &error);
    g_assert_no_error(error);
    g_autofree char *cells = describe(axes);
    g_assert_cmpstr(cells, ==, good[i].cells);
}

static const struct {
    const char *name, *text, *message;
} bad[] = {
    {"nothing", "", "--vary: expected KEY=VALUE,.., found \"\""},
    {"no-equals", "queue", "found \"queue\""},
    {"no-key", "=fcfs", "found \"=fcfs\""},
    {"unknown", "quue=fcfs", "found \"quue\"; did you mean \"queue\"?"},
    {"unknown-far", "zzzzzzzz=1", "found \"zzzzzzzz\""},
    {"unknown-key", "pool.p.cout=1",
     "--vary pool.p.cout: expected a known key in [pool p], found \"cout\"; did you mean"},
    {"unknown-group", "pol.p.count=1", "did you mean \"pool\"?"},
    {"bare-of-pool", "count=1", "found \"count\""},
    {"no-value", "queue=", "--vary queue: expected a value, found none"},
    {"no-value-between", "queue=fcfs,,sjf", "--vary queue: expected a value, found none"},
    {"no-value-last", "queue=fcfs,", "--vary queue: expected a value, found none"},
    {"policy", "queue=fcfs,esay", "--vary queue: unknown queue \"esay\", did you mean \"easy\"?"},
    {"comma-form", "queue=easy,backfill-order=sjbf", "--vary queue: "},
    {"number", "pool.p.count=many", "--vary pool.p.count: expected a whole number"},
    {"empty-range", "pool.p.count=5:4", "expected a range LO:HI or LO:HI:STEP with LO <= HI"},
    {"step-zero", "pool.p.count=1:4:0", "STEP >= 1, found \"1:4:0\""},
    {"step-negative", "pool.p.count=4:1:-1", "STEP >= 1"},
    {"long-range", "pool.p.count=1:2000000", "expected at most 1000000 values"},
    {"longest-range", "pool.p.count=-9223372036854775808:9223372036854775807", "at most 1000000"},
    {"range-of-three", "pool.p.count=1:2:3:4", "found \"1:2:3:4\""},
    {"twice", "queue=fcfs,sjf,fcfs", "expected every value once, found \"fcfs\" twice"},
    {"twice-in-range", "pool.p.count=3,1:5", "found \"3\" twice"},
    {"open", "queue=easy(reserve=count", "as many \"(\" as \")\""},
    {"closed", "queue=easy)", "as many \"(\" as \")\""},
    {"search", "search=auto,scan", "expected a key that can change a result, found \"search\""},
    {"name", "experiment.name=a,b", "can change a result, found \"experiment.name\""},
    {"record", "record=none", "can change a result"},
};

static void
test_bad(gconstpointer data)
{
    guint i = GPOINTER_TO_UINT(data);
    g_autoptr(GError) error = NULL;
    g_autoptr(BbExperiment) experiment = counted();
    g_autoptr(BbAxes) axes = bb_axes_new();
    g_assert_false(bb_axes_add(axes, experiment, bad[i].text, &error));
    g_assert_error(error, BB_ERROR, BB_ERROR_USAGE);
    g_test_message("%s", error->message);
    g_assert_nonnull(strstr(error->message, bad[i].message));
    g_assert_cmpuint(bb_axes_n_cells(axes), ==, 1);
}

static void
add(BbAxes *axes, const BbExperiment *experiment, const char *text)
{
    g_autoptr(GError) error = NULL;
    bb_axes_add(axes, experiment, text, &error);
    g_assert_no_error(error);
}

/* A bare name and its key in full are one axis. */
static void
test_one_axis(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(BbExperiment) experiment = counted();
    g_autoptr(BbAxes) axes = bb_axes_new();
    add(axes, experiment, "queue=fcfs");
    g_assert_false(bb_axes_add(axes, experiment, "scheduler.queue=sjf", &error));
    g_assert_nonnull(strstr(error->message, "scheduler.queue: expected one axis over it"));
}

static void
test_too_many(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(BbExperiment) experiment = counted();
    g_autoptr(BbAxes) axes = bb_axes_new();
    add(axes, experiment, "pool.p.count=1:1000");
    g_assert_false(bb_axes_add(axes, experiment, "seed=1:1001", &error));
    g_assert_nonnull(strstr(error->message, "at most 1000000 runs, found 1001000"));
    add(axes, experiment, "seed=1:1000");
    g_assert_cmpuint(bb_axes_n_cells(axes), ==, 1000000);
}

static void
test_experiments(void)
{
    g_autoptr(BbExperiment) experiment = counted();
    g_autoptr(BbAxes) axes = bb_axes_new();
    add(axes, experiment, "queue=fcfs,sjf");
    add(axes, experiment, "pool.p.count=3:5");
    g_autoptr(BbExperiment) cell = bb_axes_experiment(axes, experiment, 5);
    g_assert_cmpstr(cell->queue, ==, "sjf");
    g_assert_cmpint(((BbPool *)cell->pools->pdata[0])->count, ==, 5);
    g_assert_cmpint(cell->seed, ==, 7);
    g_assert_cmpstr(experiment->queue, ==, "fcfs");
    g_assert_cmpint(((BbPool *)experiment->pools->pdata[0])->count, ==, 4);
}

/* Keys of the new workload hold, though their axis came first. */
static void
test_inputs_first(void)
{
    g_autoptr(BbExperiment) experiment = counted();
    g_autoptr(BbAxes) axes = bb_axes_new();
    add(axes, experiment, "workload.b.csv.class=x");
    add(axes, experiment, "cluster=flat:4,flat:8");
    add(axes, experiment, "trace=a.csv,b.csv");
    g_autoptr(BbExperiment) cell = bb_axes_experiment(axes, experiment, 3);
    g_assert_cmpuint(cell->workloads->len, ==, 1);
    const BbWorkloadSpec *workload = cell->workloads->pdata[0];
    g_assert_cmpstr(workload->trace, ==, "b.csv");
    g_assert_cmpstr(workload->class_name, ==, "x");
    g_assert_cmpuint(cell->pools->len, ==, 1);
    g_assert_cmpstr(((BbPool *)cell->pools->pdata[0])->nodes, ==, "flat:8");
}

static void
test_copy(void)
{
    g_autoptr(BbExperiment) experiment = counted();
    g_autoptr(BbExperiment) copy = bb_experiment_copy(experiment);
    g_autofree char *before = bb_experiment_to_text(experiment);
    g_autofree char *text = bb_experiment_to_text(copy);
    g_assert_cmpstr(text, ==, before);
    experiment_set(copy, "pool.p.count", "9");
    experiment_set(copy, "workload.w.class", "x");
    experiment_set(copy, "scheduler.queue", "sjf");
    g_autofree char *after = bb_experiment_to_text(experiment);
    g_assert_cmpstr(after, ==, before);
}

/* ---- seeds ---- */

static void
test_seeds(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(BbExperiment) experiment = counted();
    g_autoptr(BbAxes) axes = bb_axes_new();
    add(axes, experiment, "queue=fcfs,sjf");
    bb_axes_add_seeds(axes, experiment, 3, &error);
    g_assert_no_error(error);
    g_autofree char *cells = describe(axes);
    g_assert_cmpstr(cells, ==, "fcfs 7;fcfs 8;fcfs 9;sjf 7;sjf 8;sjf 9");
    g_assert_false(bb_axes_add_seeds(axes, experiment, 3, &error));
    g_assert_error(error, BB_ERROR, BB_ERROR_USAGE);
}

static const struct {
    const char *name, *vary; /* NULL: none */
    gboolean draws;
} drawing[] = {
    {"fixed", NULL, FALSE},
    {"queues", "queue=fcfs,easy", FALSE},
    {"ties", "ties=random", TRUE},
    {"one-of-two", "ties=lowest,random", TRUE},
    {"placement", "placement=first-fit,random", TRUE},
};

static void
test_seeds_draw(gconstpointer data)
{
    guint i = GPOINTER_TO_UINT(data);
    g_autoptr(GError) error = NULL;
    g_autoptr(BbExperiment) experiment = fixed();
    g_autoptr(BbAxes) axes = bb_axes_new();
    if (drawing[i].vary)
        add(axes, experiment, drawing[i].vary);
    g_assert_cmpint(bb_axes_add_seeds(axes, experiment, 2, &error), ==, drawing[i].draws);
    if (drawing[i].draws)
        return;
    g_assert_error(error, BB_ERROR, BB_ERROR_USAGE);
    g_assert_nonnull(strstr(error->message, "--ties random"));
}

static void
test_seeds_beyond(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(BbExperiment) experiment = counted();
    g_autoptr(BbAxes) axes = bb_axes_new();
    experiment->seed = G_MAXINT64 - 1;
    g_assert_false(bb_axes_add_seeds(axes, experiment, 3, &error));
    g_assert_error(error, BB_ERROR, BB_ERROR_USAGE);
    g_clear_error(&error);
    g_assert_false(bb_axes_add_seeds(axes, experiment, 0, &error));
    g_assert_error(error, BB_ERROR, BB_ERROR_USAGE);
}

static void
add_rows(const char *prefix, const char *name, guint i, GTestDataFunc func)
{
    g_autofree char *path = g_strdup_printf("/axes/%s/%s", prefix, name);
    g_test_add_data_func(path, GUINT_TO_POINTER(i), func);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(good); i++)
        add_rows("good", good[i].name, i, test_good);
    for (guint i = 0; i < G_N_ELEMENTS(bad); i++)
        add_rows("bad", bad[i].name, i, test_bad);
    for (guint i = 0; i < G_N_ELEMENTS(drawing); i++)
        add_rows("draws", drawing[i].name, i, test_seeds_draw);
    g_test_add_func("/axes/one-axis", test_one_axis);
    g_test_add_func("/axes/too-many", test_too_many);
    g_test_add_func("/axes/experiments", test_experiments);
    g_test_add_func("/axes/inputs-first", test_inputs_first);
    g_test_add_func("/axes/copy", test_copy);
    g_test_add_func("/axes/seeds", test_seeds);
    g_test_add_func("/axes/seeds-beyond", test_seeds_beyond);
    return g_test_run();
}
