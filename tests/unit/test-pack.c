/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Small instances packed by hand; every rule keeps the promise that makes it that rule; and the
 * published totals of the files in the shared folder (BB_SHARED). */
#include "sim/base/bb-error.h"
#include "sim/base/bb-rng.h"
#include "sim/lab/pack/bb-pack.h"
#include "sim/lab/stat/bb-pack-bound.h"

#include <glib/gstdio.h>
#include <string.h>

/* ---- files ---- */

static GPtrArray *
read_text(const char *ending, const char *text, GError **error)
{
    g_autofree char *dir = g_dir_make_tmp("pack-XXXXXX", NULL);
    g_autofree char *path = g_strconcat(dir, "/small", ending, NULL);
    GPtrArray *instances;
    g_assert_true(g_file_set_contents(path, text, -1, NULL));
    instances = bb_pack_read(path, error);
    g_unlink(path);
    g_rmdir(dir);
    return instances;
}

static void
check_instance(const BbPackInstance *instance, const char *name, gsize n_items, gint64 scale,
               gint64 best, gint64 capacity, gint64 first, gint64 last)
{
    g_assert_cmpstr(instance->name, ==, name);
    g_assert_cmpuint(instance->n_items, ==, n_items);
    g_assert_cmpint(instance->scale, ==, scale);
    g_assert_cmpint(instance->best_known, ==, best);
    g_assert_cmpint(instance->capacity[0], ==, capacity);
    g_assert_cmpint(instance->items[0], ==, first);
    g_assert_cmpint(instance->items[n_items * instance->n_dims - 1], ==, last);
}

static void
test_formats(void)
{
    static const char orlib[] = "2\n a\n 10 3 2\n5\n6\n7\n b\n 100.0 2 1\n 25.5\n74.5\n";
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) two = read_text(".txt", orlib, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(two->len, ==, 2);
    check_instance(two->pdata[0], "a", 3, 1, 2, 10, 5, 7);
    check_instance(two->pdata[1], "b", 2, 10, 1, 1000, 255, 745);
    g_autoptr(GPtrArray) scholl = read_text(".BPP", "3\r\n10\r\n9\r\n8\r\n1\r\n", &error);
    g_assert_no_error(error);
    check_instance(scholl->pdata[0], "small", 3, 1, 0, 10, 9, 1);
    g_autoptr(GPtrArray) vbp = read_text(".vbp", "2\n10 20\n3\n1 2 2\n9 9 0\n3 4 1\n", &error);
    g_assert_no_error(error);
    check_instance(vbp->pdata[0], "small", 3, 1, 0, 10, 1, 4);
    const BbPackInstance *vectors = vbp->pdata[0];
    g_assert_cmpuint(vectors->n_dims, ==, 2);
    g_assert_cmpint(vectors->items[2], ==, 1);
    g_assert_cmpint(vectors->items[3], ==, 2);
    g_autoptr(GPtrArray) line = read_text(".vbp", "1\n10\n2\n6 2\n4 1\n", &error);
    g_assert_no_error(error);
    check_instance(line->pdata[0], "small", 3, 1, 0, 10, 6, 4);
    g_autoptr(GPtrArray) esicup = read_text(
        ".BPP", " 'Set 1  1' \r\n 2\r\n 10\r\n 6 2\r\n 4 1\r\n'b'\n2 5\n5 3 1 0\n", &error);
    g_assert_no_error(error);
    g_assert_cmpuint(esicup->len, ==, 2);
    check_instance(esicup->pdata[0], "Set 1  1", 3, 1, 0, 10, 6, 4);
    check_instance(esicup->pdata[1], "b", 3, 1, 0, 5, 5, 5);
}

static const struct {
    const char *name, *text, *part;
} bad[] = {
    {"empty", "", "expected a bin packing instance"},
    {"words", "some text that is\nno instance\nat all\n", "expected a bin packing instance"},
    {"zip", "PK\003\004rest", "zip archive"},
    {"missing", "2\n10\n5\n", ":4:1: expected a size"},
    {"negative", "2\n10\n5\n-5\n", ":4:1: expected a size"},
    {"exponent", "2\n10\n5\n1e0\n", "found \"1e0\""},
    {"digits", "2\n10\n5\n0.1234567\n", "at most 6 decimals"},
    {"overflow", "2\n10\n5\n99999999999999999999\n", "expected a size"},
    {"too-large", "2\n10\n5\n11\n", ":4:1: expected a size of at most the capacity, 10, found"},
    {"capacity", "2\n0\n5\n1\n", ":2:1: expected a capacity"},
    {"more", "2\n10\n5\n6\n7\n", ":5:1: expected the end of the file, found \"7\""},
    {"many", "2000000\n10\n5\n6\n", ":1:1: expected a number of items"},
    {"none", "0\n10\n5\n6\n", ":1:1: expected a number of items"},
    {"best", "1\n a\n 10 2 3\n5\n6\n", ":3:7: expected the best known number of bins"},
    {"cut", "2\n a\n 10 2 2\n5\n6\n", "expected the name of an instance, found the end"},
    {"dims", "65\n1 1\n1\n1 1 1\n", ":1:1: expected a number of dimensions"},
    {"demand", "2\n10 10\n1\n1 1 -1\n", ":4:5: expected a number of items"},
    {"esicup-size", "'a'\n1\n5\n6 1\n", ":4:1: expected a size of at most the capacity, 5"},
    {"esicup-demand", "'a'\n1\n5\n1 -1\n", ":4:3: expected a number of items"},
    {"esicup-cut", "'a'\n2\n5\n1 1\n", "expected a size from 0"},
    {"demands", "1\n10\n2\n1 1000000\n1 1000000\n", ":5:3: expected at most"},
};

static void
test_bad(gconstpointer data)
{
    guint i = GPOINTER_TO_UINT(data);
    g_autoptr(GError) error = NULL;
    GPtrArray *instances = read_text(".txt", bad[i].text, &error);
    g_assert_null(instances);
    g_assert_error(error, BB_ERROR, BB_ERROR_INPUT);
    g_test_message("%s", error->message);
    g_assert_nonnull(strstr(error->message, bad[i].part));
}

/* ---- by hand ---- */

static BbPackOrder
order_of(const char *text)
{
    BbPackOrder order;
    g_autoptr(GError) error = NULL;
    g_assert_true(bb_pack_order_parse(text, &order, &error));
    return order;
}

static gint64
bins_of(const char *placement, const BbPackInstance *instance, const char *order, gsize *bin_of)
{
    g_autofree gsize *items = bb_pack_order_items(instance, order_of(order), 1, 0);
    gsize n_bins;
    g_assert_true(bb_pack(bb_pack_placement_find(placement, NULL), instance, items, NULL, &n_bins,
                          bin_of, NULL));
    return (gint64)n_bins;
}

/* The bin of each item, from a. */
static const struct {
    const char *placement, *order, *text, *bins;
} by_hand[] = {
    {"first-fit", "given", "6\n10\n6\n5\n8\n4\n2\n5\n", "abcabd"},
    {"next-fit", "given", "6\n10\n6\n5\n8\n4\n2\n5\n", "abcdde"},
    {"best-fit", "given", "5\n10\n6\n7\n2\n3\n1\n", "abbaa"},
    {"worst-fit", "given", "5\n10\n6\n7\n2\n3\n1\n", "ababa"},
    {"harmonic", "given", "7\n12\n7\n4\n6\n3\n5\n4\n5\n", "abcdcbe"},
    {"first-fit", "decreasing", "5\n10\n3\n6\n4\n7\n5\n", "abbac"},
    {"dot-product", "given", "2\n10 10\n3\n6 6 1\n10 3 1\n1 2 1\n", "bab"},
    {"l2", "given", "2\n10 10\n3\n6 6 1\n10 3 1\n1 2 1\n", "aba"},
};

static void
test_by_hand(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(by_hand); i++) {
        g_autoptr(GPtrArray) read = read_text(".txt", by_hand[i].text, NULL);
        g_autoptr(GString) bins = g_string_new(NULL);
        const BbPackInstance *instance = read->pdata[0];
        gsize bin_of[8];
        bins_of(by_hand[i].placement, instance, by_hand[i].order, bin_of);
        for (gsize k = 0; k < instance->n_items; k++)
            g_string_append_c(bins, (char)('a' + bin_of[k]));
        g_test_message("%s", by_hand[i].placement);
        g_assert_cmpstr(bins->str, ==, by_hand[i].bins);
    }
}

static const struct {
    const char *order, *items;
} orders[] = {
    {"given", "abcd"},
    {"decreasing", "abcd"},
    {"decreasing(by=sum)", "abcd"},
    {"decreasing(by=avg)", "bcad"},
    {"decreasing(by=exp)", "bacd"},
    {"decreasing(by=product)", "acdb"},
};

/* Fractions (.4 .5) (.9 .0) (.6 .1) (.5 .1), averages .6 and .175. */
static void
test_orders(void)
{
    static const char text[] = "2\n10 100\n4\n4 50 1\n9 0 1\n6 10 1\n5 10 1\n";
    g_autoptr(GPtrArray) read = read_text(".vbp", text, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(orders); i++) {
        g_autofree gsize *items =
            bb_pack_order_items(read->pdata[0], order_of(orders[i].order), 1, 0);
        g_autofree char *name = bb_pack_order_name(order_of(orders[i].order));
        char found[5] = {0};
        for (guint k = 0; k < 4; k++)
            found[k] = (char)('a' + items[k]);
        g_test_message("%s", orders[i].order);
        g_assert_cmpstr(found, ==, orders[i].items);
        g_assert_true(g_str_has_prefix(name, orders[i].order));
    }
}

static void
test_bad_names(void)
{
    BbPackOrder order;
    g_autoptr(GError) placement = NULL, kind = NULL, by = NULL, given = NULL;
    g_assert_null(bb_pack_placement_find("frist-fit", &placement));
    g_assert_nonnull(strstr(placement->message, "did you mean \"first-fit\"?"));
    g_assert_false(bb_pack_order_parse("decresing", &order, &kind));
    g_assert_nonnull(strstr(kind->message, "did you mean \"decreasing\"?"));
    g_assert_false(bb_pack_order_parse("decreasing(by=max)", &order, &by));
    g_assert_error(by, BB_ERROR, BB_ERROR_USAGE);
    g_assert_false(bb_pack_order_parse("given(by=sum)", &order, &given));
    g_assert_error(given, BB_ERROR, BB_ERROR_USAGE);
}

/* ---- at random ---- */

#define ITEMS_MAX 40
#define DIMS_MAX 3

typedef struct {
    BbPackInstance instance;
    gint64 capacity[DIMS_MAX], items[ITEMS_MAX * DIMS_MAX];
} Random;

static void
random_init(Random *random, guint64 seed)
{
    BbPackInstance *instance = &random->instance;
    instance->scale = 1;
    instance->n_dims = 1 + (guint)bb_rng_below(seed, 1, 0, 0, DIMS_MAX);
    instance->n_items = (gsize)bb_rng_below(seed, 1, 0, 1, ITEMS_MAX + 1);
    instance->capacity = random->capacity;
    instance->items = random->items;
    for (guint k = 0; k < instance->n_dims; k++)
        random->capacity[k] = 1 + (gint64)bb_rng_below(seed, 2, 0, k, 60);
    for (gsize i = 0; i < ITEMS_MAX; i++)
        for (guint k = 0; k < instance->n_dims; k++)
            random->items[i * instance->n_dims + k] =
                (gint64)bb_rng_below(seed, 3, i, k, (guint64)random->capacity[k] + 1);
}

static void
check_packing(const BbPackInstance *instance, gsize n_bins, const gsize *bin_of)
{
    gint64 loads[ITEMS_MAX][DIMS_MAX] = {{0}};
    gboolean used[ITEMS_MAX] = {FALSE};
    for (gsize i = 0; i < instance->n_items; i++) {
        g_assert_cmpuint(bin_of[i], <, n_bins);
        used[bin_of[i]] = TRUE;
        for (guint k = 0; k < instance->n_dims; k++)
            loads[bin_of[i]][k] += instance->items[i * instance->n_dims + k];
    }
    for (gsize bin = 0; bin < n_bins; bin++) {
        g_assert_true(used[bin]);
        for (guint k = 0; k < instance->n_dims; k++)
            g_assert_cmpint(loads[bin][k], <=, instance->capacity[k]);
    }
}

/* Capacities kept, every item packed, no bin empty, no fewer bins than the bounds. */
static void
test_random(void)
{
    static const char *const random_orders[] = {"given", "shuffled", "decreasing",
                                                "decreasing(by=exp)", "decreasing(by=product)"};
    for (guint64 seed = 1; seed <= 300; seed++) {
        Random random;
        BbPackBounds bounds;
        gsize bin_of[ITEMS_MAX];
        const BbPackInstance *instance = &random.instance;
        random_init(&random, seed);
        g_assert_true(bb_pack_bounds(instance->items, instance->n_items, instance->n_dims,
                                     instance->capacity, &bounds, NULL));
        for (guint p = 0; bb_pack_placements[p].name; p++) {
            const char *order = random_orders[(seed + p) % G_N_ELEMENTS(random_orders)];
            gint64 n_bins = bins_of(bb_pack_placements[p].name, instance, order, bin_of);
            g_assert_cmpint(n_bins, >=, bounds.best);
            check_packing(instance, (gsize)n_bins, bin_of);
        }
    }
}

static void
test_shuffled(void)
{
    Random random;
    BbPackOrder order = order_of("shuffled");
    random_init(&random, 1);
    random.instance.n_items = ITEMS_MAX;
    gsize n_bytes = ITEMS_MAX * sizeof(gsize);
    g_autofree gsize *one = bb_pack_order_items(&random.instance, order, 1, 0);
    g_autofree gsize *again = bb_pack_order_items(&random.instance, order, 1, 0);
    g_autofree gsize *seed = bb_pack_order_items(&random.instance, order, 2, 0);
    g_autofree gsize *number = bb_pack_order_items(&random.instance, order, 1, 1);
    gboolean seen[ITEMS_MAX] = {FALSE};
    g_assert_cmpint(memcmp(one, again, n_bytes), ==, 0);
    g_assert_cmpint(memcmp(one, seed, n_bytes), !=, 0);
    g_assert_cmpint(memcmp(one, number, n_bytes), !=, 0);
    for (guint i = 0; i < ITEMS_MAX; i++) {
        g_assert_false(seen[one[i]]);
        seen[one[i]] = TRUE;
    }
}

static void
test_interrupted(void)
{
    Random random;
    gint interrupted = 2;
    gsize n_bins;
    random_init(&random, 2);
    random.instance.n_items = ITEMS_MAX;
    g_autofree gsize *items = bb_pack_order_items(&random.instance, order_of("given"), 1, 0);
    for (guint p = 0; bb_pack_placements[p].name; p++) {
        g_autoptr(GError) error = NULL;
        g_assert_false(bb_pack(&bb_pack_placements[p], &random.instance, items, &interrupted,
                               &n_bins, NULL, &error));
        g_assert_error(error, BB_ERROR, BB_ERROR_INTERRUPTED);
    }
}

/* ---- published totals ---- */

static char *
shared(const char *name)
{
    const char *folder = g_getenv("BB_SHARED");
    if (folder)
        return g_build_filename(folder, "data/binpack", name, NULL);
    g_test_skip("BB_SHARED is not set: the instances are not here");
    return NULL;
}

/* Unpacks into a new folder; NULL, and the test is skipped, where the program is not installed. */
static char *
unpack(const char *program, const char *option, const char *archive, const char *to)
{
    g_autofree char *found = g_find_program_in_path(program);
    g_autoptr(GError) error = NULL;
    gint status;
    if (found == NULL) {
        g_test_skip("no program to unpack the archive");
        return NULL;
    }
    char *dir = g_dir_make_tmp("pack-XXXXXX", NULL);
    const char *argv[] = {found, option, archive, to, dir, NULL};
    g_spawn_sync(NULL, (char **)(guintptr)argv, NULL, G_SPAWN_STDOUT_TO_DEV_NULL, NULL, NULL, NULL,
                 NULL, &status, &error);
    g_assert_no_error(error);
    g_assert_cmpint(status, ==, 0);
    return dir;
}

static void
remove_folder(const char *path)
{
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    const char *name;
    while ((name = g_dir_read_name(dir)) != NULL) {
        g_autofree char *child = g_build_filename(path, name, NULL);
        if (g_file_test(child, G_FILE_TEST_IS_DIR))
            remove_folder(child);
        else
            g_unlink(child);
    }
    g_rmdir(path);
}

static gint64
bound_of(const BbPackInstance *instance)
{
    BbPackBounds bounds;
    g_assert_true(bb_pack_bounds(instance->items, instance->n_items, instance->n_dims,
                                 instance->capacity, &bounds, NULL));
    return bounds.best;
}

static const struct {
    gint64 best, ffd, ff, bf;
} totals[] = {
    {983, 995, 1044, 1038},   {2034, 2062, 2162, 2154}, {4024, 4078, 4255, 4240},
    {8011, 8108, 8430, 8407}, {400, 464, 400, 400},     {800, 916, 800, 800},
    {1660, 1900, 1660, 1660}, {3340, 3801, 3340, 3340},
};

static void
test_orlib(gconstpointer data)
{
    guint number = GPOINTER_TO_UINT(data);
    g_autofree char *name = g_strdup_printf("orlib/binpack%u.txt", number + 1);
    g_autofree char *path = shared(name);
    g_autoptr(GError) error = NULL;
    gint64 best = 0, ffd = 0, ff = 0, bf = 0;
    if (path == NULL)
        return;
    g_autoptr(GPtrArray) instances = bb_pack_read(path, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(instances->len, ==, 20);
    for (guint i = 0; i < instances->len; i++) {
        const BbPackInstance *instance = instances->pdata[i];
        g_assert_cmpint(bound_of(instance), <=, instance->best_known);
        best += instance->best_known;
        ffd += bins_of("first-fit", instance, "decreasing", NULL);
        ff += bins_of("first-fit", instance, "given", NULL);
        bf += bins_of("best-fit", instance, "given", NULL);
    }
    g_assert_cmpint(best, ==, totals[number].best);
    g_assert_cmpint(ffd, ==, totals[number].ffd);
    g_assert_cmpint(ff, ==, totals[number].ff);
    g_assert_cmpint(bf, ==, totals[number].bf);
}

/* Ten of 200 items; the best known total is 562. */
static void
test_scholl(void)
{
    g_autofree char *archive = shared("scholl_bin3data.zip");
    g_autofree char *dir = archive ? unpack("unzip", "-q", archive, "-d") : NULL;
    gint64 ffd = 0, bound = 0;
    if (dir == NULL)
        return;
    for (guint i = 0; i < 10; i++) {
        g_autofree char *path = g_strdup_printf("%s/HARD%u.BPP", dir, i);
        g_autofree char *name = g_strdup_printf("HARD%u", i);
        g_autoptr(GPtrArray) instances = bb_pack_read(path, NULL);
        g_assert_nonnull(instances);
        const BbPackInstance *instance = instances->pdata[0];
        g_assert_cmpstr(instance->name, ==, name);
        g_assert_cmpuint(instance->n_items, ==, 200);
        ffd += bins_of("first-fit", instance, "decreasing", NULL);
        bound += bound_of(instance);
    }
    remove_folder(dir);
    g_assert_cmpint(ffd, ==, 596);
    g_assert_cmpint(bound, ==, 555);
}

/* One row of the summary: name, lower bound, optimum (-1: not known), .. */
static void
check_vectors(const char *dir, char **fields, guint number, guint *n_known)
{
    g_autofree char *folder = g_strndup(fields[0], 6);
    g_autofree char *file = g_strconcat(fields[0], ".vbp", NULL);
    g_autofree char *path =
        g_build_filename(dir, "Panigrahy_instances_multidim", folder, file, NULL);
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) instances = bb_pack_read(path, &error);
    gint64 optimum = g_ascii_strtoll(fields[2], NULL, 10);
    g_assert_no_error(error);
    const BbPackInstance *instance = instances->pdata[0];
    guint p = number % 7;
    g_assert_cmpstr(instance->name, ==, fields[0]);
    gint64 least = optimum > 0 ? optimum : g_ascii_strtoll(fields[1], NULL, 10);
    g_assert_cmpint(bins_of("first-fit", instance, "decreasing", NULL), >=, least);
    g_assert_cmpint(bins_of(bb_pack_placements[p].name, instance, "decreasing(by=avg)", NULL), >=,
                    least);
    if (optimum <= 0)
        return;
    ++*n_known;
    if (instance->n_items <= 120)
        g_assert_cmpint(bound_of(instance), <=, optimum);
}

static void
test_panigrahy(void)
{
    g_autofree char *archive = shared("vbp_Panigrahy_instances.tar.gz");
    g_autofree char *summary = archive ? shared("vbp_Panigrahy_summary_known.csv") : NULL;
    g_autofree char *dir = archive ? unpack("tar", "-xzf", archive, "-C") : NULL;
    g_autofree char *text = NULL;
    guint n_known = 0, n = 0;
    if (dir == NULL)
        return;
    g_assert_true(g_file_get_contents(summary, &text, NULL, NULL));
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (guint i = 1; lines[i] && lines[i][0] != '\0'; i++, n++) {
        g_auto(GStrv) fields = g_strsplit(lines[i], "\t", -1);
        check_vectors(dir, fields, i, &n_known);
    }
    remove_folder(dir);
    g_assert_cmpuint(n, ==, 1620);
    g_assert_cmpuint(n_known, ==, 1200);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/pack/formats", test_formats);
    for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autofree char *path = g_strconcat("/pack/bad/", bad[i].name, NULL);
        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_bad);
    }
    g_test_add_func("/pack/by-hand", test_by_hand);
    g_test_add_func("/pack/orders", test_orders);
    g_test_add_func("/pack/bad-names", test_bad_names);
    g_test_add_func("/pack/random", test_random);
    g_test_add_func("/pack/shuffled", test_shuffled);
    g_test_add_func("/pack/interrupted", test_interrupted);
    for (guint i = 0; i < G_N_ELEMENTS(totals); i++) {
        g_autofree char *path = g_strdup_printf("/pack/orlib/binpack%u", i + 1);
        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_orlib);
    }
    g_test_add_func("/pack/scholl", test_scholl);
    g_test_add_func("/pack/panigrahy", test_panigrahy);
    return g_test_run();
}
