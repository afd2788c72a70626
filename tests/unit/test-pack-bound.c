/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/base/bb-error.h"
#include "sim/base/bb-rng.h"
#include "sim/lab/stat/bb-pack-bound.h"

#include <string.h>

static gint64
draw(guint64 seed, guint64 entity, guint32 ordinal, gint64 n)
{
    return (gint64)bb_rng_below(seed, 1, entity, ordinal, (guint64)n);
}

static gint64
ceil_div(gint64 a, gint64 b)
{
    return a <= 0 ? 0 : (a + b - 1) / b;
}

/* Every whole alpha, every item looked at. */
static gint64
by_definition(const gint64 *w, gsize n, gint64 c)
{
    gint64 best = 0;

    for (gint64 alpha = 0; 2 * alpha <= c; alpha++) {
        gint64 n1 = 0, n2 = 0, sum2 = 0, sum3 = 0;

        for (gsize i = 0; i < n; i++) {
            if (w[i] > c - alpha) {
                n1++;
            } else if (2 * w[i] > c) {
                n2++;
                sum2 += w[i];
            } else if (w[i] >= alpha) {
                sum3 += w[i];
            }
        }
        best = MAX(best, n1 + n2 + ceil_div(sum3 - (n2 * c - sum2), c));
    }
    return best;
}

static void
test_definition(void)
{
    for (guint64 seed = 1; seed <= 500; seed++) {
        gsize n = (gsize)draw(seed, 0, 0, 30);
        gint64 w[30], c = 1 + draw(seed, 0, 1, 60), sum = 0, l1, l2;

        for (gsize i = 0; i < n; i++)
            sum += w[i] = draw(seed, 1, (guint32)i, c + 1);
        g_assert_true(bb_pack_l1(w, n, c, &l1, NULL));
        g_assert_true(bb_pack_l2(w, n, c, &l2, NULL));
        g_assert_cmpint(l1, ==, ceil_div(sum, c));
        g_assert_cmpint(l2, ==, by_definition(w, n, c));
    }
}

static void
test_bad(void)
{
    static const gint64 large[] = {3, 11}, negative[] = {-1}, nothing[] = {0, 0};
    g_autoptr(GError) error = NULL;
    gint64 bound;

    g_assert_false(bb_pack_l1(large, 2, 10, &bound, &error));
    g_assert_error(error, BB_ERROR, BB_ERROR_INPUT);
    g_assert_nonnull(strstr(error->message, "item 2 of size 11"));
    g_assert_false(bb_pack_l2(negative, 1, 10, &bound, NULL));
    g_assert_true(bb_pack_l2(nothing, 2, 0, &bound, NULL));
    g_assert_cmpint(bound, ==, 0);
}

/* Sums beyond 64 bits. */
static void
test_huge(void)
{
    static const gint64 w[] = {G_MAXINT64, G_MAXINT64 - 1, G_MAXINT64 / 2, G_MAXINT64 / 2};
    gint64 bound;

    g_assert_true(bb_pack_l2(w, 4, G_MAXINT64, &bound, NULL));
    g_assert_cmpint(bound, ==, 3);
}

static void
test_clique(void)
{
    /* Three that meet in pairs in different dimensions, and one that fits with all. */
    static const gint64 items[] = {6, 6, 0, 6, 0, 6, 0, 6, 6, 1, 1, 1}, capacity[] = {10, 10, 10};
    g_autofree gint64 *many = g_new(gint64, 4000);
    BbPackBounds bounds;

    g_assert_true(bb_pack_bounds(items, 4, 3, capacity, &bounds, NULL));
    g_assert_cmpint(bounds.volume, ==, 2);
    g_assert_cmpint(bounds.l2, ==, 2);
    g_assert_cmpint(bounds.clique, ==, 3);
    g_assert_cmpint(bounds.best, ==, 3);
    for (gsize i = 0; i < 2000; i++) { /* beyond the number that is tried from every item */
        many[2 * i] = i % 2 == 0 ? 6 : 1;
        many[2 * i + 1] = i % 4 == 1 ? 10 : 0;
    }
    g_assert_true(bb_pack_bounds(many, 2000, 2, capacity, &bounds, NULL));
    g_assert_cmpint(bounds.clique, >=, 1000);
    g_assert_true(bb_pack_bounds(items, 0, 3, capacity, &bounds, NULL));
    g_assert_cmpint(bounds.best, ==, 0);
}

static void
test_nodes(void)
{
    static const gint64 nodes[] = {4, 16, 8, 16};
    static const struct {
        gint64 total;
        gsize n;
    } cases[] = {{0, 0}, {1, 1}, {16, 1}, {17, 2}, {33, 3}, {44, 4}, {45, 5}};

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        g_assert_cmpuint(bb_pack_volume_of_nodes(nodes, 4, cases[i].total), ==, cases[i].n);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/pack-bound/definition", test_definition);
    g_test_add_func("/pack-bound/bad", test_bad);
    g_test_add_func("/pack-bound/huge", test_huge);
    g_test_add_func("/pack-bound/clique", test_clique);
    g_test_add_func("/pack-bound/nodes", test_nodes);
    return g_test_run();
}
