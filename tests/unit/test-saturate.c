/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the generator saturate makes of a list: how much in all, in which order, from which jobs. */
#include "tests/unit/experiments.h"

#define LIST                                                                                       \
    "job_id,submit_s,runtime_s,cpu_milli,gpu_milli\n"                                              \
    "a,0,10,1000,500\nb,5,10,2000,2000\nc,9,10,3000,0\nd,9,10,500,300\n"

typedef struct {
    guint n;
    gint64 gpu_milli, cpu_milli;
    GString *ids; /* "a b a~2 " */
} Made;

static Made
make(const char *folder, const char *params, guint64 seed)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *text = g_strdup_printf("saturate,from=%s/list.csv,%s", folder, params);
    g_autoptr(BbGenerator) generator =
        bb_generator_new(bb_generator_classes, text, seed, 0, &error);
    g_assert_no_error(error);
    generator->readers = bb_reader_classes;
    Made made = {.ids = g_string_new(NULL)};
    BbJobRow row;
    BbReadResult result;
    while ((result = bb_generator_next(generator, &row, &error)) == BB_READ_ROW) {
        g_assert_cmpint(row.submit_us, ==, (BbTimeUs)made.n * 2 * BB_US_PER_S);
        g_assert_cmpint(row.runtime_us, ==, BB_TIME_NEVER);
        made.gpu_milli += row.need.v[BB_GPU];
        made.cpu_milli += row.need.v[BB_CPU];
        made.n++;
        g_string_append_printf(made.ids, "%s ", row.id);
    }
    g_assert_no_error(error);
    g_assert_cmpint(result, ==, BB_READ_END);
    return made;
}

/* Of the four each once, then copies up to the total: at most the largest demand is missing. */
static void
check_up(const char *folder, guint64 seed, guint *n_orders)
{
    Made made = make(folder, "total=40,gap=2s", seed);
    Made more = make(folder, "total=80,gap=2s", seed);
    g_auto(GStrv) ids = g_strsplit(made.ids->str, " ", -1);
    guint seen = 0;
    for (guint i = 0; i < 4; i++) {
        g_assert_cmpuint(strlen(ids[i]), ==, 1);
        seen |= 1u << (ids[i][0] - 'a');
    }
    g_assert_cmpuint(seen, ==, 15);
    for (guint i = 4; i < made.n; i++)
        g_assert_cmpint(ids[i][1], ==, '~');
    g_assert_cmpint(made.gpu_milli, <=, 40000);
    g_assert_cmpint(made.gpu_milli, >, 38000);
    g_assert_true(g_str_has_prefix(more.ids->str, made.ids->str));
    n_orders[ids[0][0] - 'a']++;
    g_string_free(made.ids, TRUE);
    g_string_free(more.ids, TRUE);
}

/* Less than there is: some are left out, nothing is copied. */
static void
check_down(const char *folder, guint64 seed)
{
    Made made = make(folder, "total=4,resource=cpu,gap=2s", seed);
    g_assert_cmpint(made.cpu_milli, <=, 4000);
    g_assert_cmpuint(made.n, >, 0);
    g_assert_null(strchr(made.ids->str, '~'));
    g_string_free(made.ids, TRUE);
}

static void
test_totals(void)
{
    g_autofree char *folder = experiment_folder();
    g_autofree char *list = g_build_filename(folder, "list.csv", NULL);
    guint n_orders[4] = {0};
    g_assert_true(g_file_set_contents(list, LIST, -1, NULL));
    for (guint64 seed = 1; seed <= 200; seed++) {
        check_up(folder, seed, n_orders);
        check_down(folder, seed);
    }
    /* 50 expected, standard deviation 6.1. */
    for (guint i = 0; i < 4; i++) {
        g_assert_cmpuint(n_orders[i], >, 25);
        g_assert_cmpuint(n_orders[i], <, 75);
    }
    experiment_remove_folder(folder);
}

static void
test_bad(void)
{
    static const struct {
        const char *text, *message;
    } bad[] = {
        {"saturate,total=1", "generator saturate: expected a value for from, found none"},
        {"saturate,from=x", "generator saturate: expected a value for total, found none"},
        {"saturate,from=x,total=0",
         "generator saturate: total: expected a number above 0, found 0"},
        {"saturate,from=x,total=1,resource=ram", NULL},
    };
    for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(GError) error = NULL;
        g_assert_null(bb_generator_new(bb_generator_classes, bad[i].text, 1, 0, &error));
        g_assert_nonnull(error);
        if (bad[i].message != NULL)
            g_assert_cmpstr(error->message, ==, bad[i].message);
    }
}

/* Nothing that could fill the cluster up, a list of nodes, no file. */
static void
test_bad_files(void)
{
    static const char *const texts[] = {"job_id,submit_s,cpu_milli\na,0,1000\n",
                                        "node_id,cpu_milli\nn,1000\n", NULL};
    g_autofree char *folder = experiment_folder();
    g_autofree char *list = g_build_filename(folder, "list.csv", NULL);
    g_autofree char *text = g_strdup_printf("saturate,from=%s,total=1", list);
    for (guint i = 0; i < 3; i++) {
        g_autoptr(GError) error = NULL;
        BbJobRow row;
        if (texts[i] != NULL)
            g_assert_true(g_file_set_contents(list, texts[i], -1, NULL));
        else
            g_unlink(list);
        g_autoptr(BbGenerator) generator =
            bb_generator_new(bb_generator_classes, text, 1, 0, &error);
        g_assert_no_error(error);
        generator->readers = bb_reader_classes;
        g_assert_cmpint(bb_generator_next(generator, &row, &error), ==, BB_READ_ERROR);
        g_assert_nonnull(strstr(error->message, "list.csv"));
    }
    experiment_remove_folder(folder);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/saturate/totals", test_totals);
    g_test_add_func("/saturate/bad", test_bad);
    g_test_add_func("/saturate/bad-files", test_bad_files);
    return g_test_run();
}
