/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The known answers are those of Random123 (kat_vectors, philox 4x32 10) and of FNV-1a's authors. */
#include "sim/base/bb-rng.h"

#include <gsl/gsl_cdf.h>

static void
test_philox(void)
{
    static const struct {
        guint32 counter[4], key[2], out[4];
    } cases[] = {
        {{0, 0, 0, 0}, {0, 0}, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
        {{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff},
         {0xffffffff, 0xffffffff},
         {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
        {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
         {0xa4093822, 0x299f31d0},
         {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        guint32 out[4];
        bb_rng_philox(cases[i].counter, cases[i].key, out);
        for (guint j = 0; j < 4; j++)
            g_assert_cmphex(out[j], ==, cases[i].out[j]);
    }
}

static void
test_stream(void)
{
    g_assert_cmphex(bb_rng_stream(""), ==, 0x811c9dc5);
    g_assert_cmphex(bb_rng_stream("a"), ==, 0xe40c292c);
    g_assert_cmphex(bb_rng_stream("foobar"), ==, 0xbf9cf968);
}

/* The key's parts stand where the header says: counter = (stream, entity, ordinal), key = seed. */
static void
test_u64(void)
{
    g_assert_cmphex(bb_rng_u64(0, 0, 0, 0), ==, G_GUINT64_CONSTANT(0xe169c58d6627e8d5));
    g_assert_cmphex(bb_rng_u64(G_GUINT64_CONSTANT(0x299f31d0a4093822), 0x243f6a88,
                               G_GUINT64_CONSTANT(0x13198a2e85a308d3), 0x03707344),
                    ==, G_GUINT64_CONSTANT(0x94fdccebd16cfe09));
}

/* Each part of the key alone changes about half of the bits. */
static void
test_independent(void)
{
    guint64 base = bb_rng_u64(1, 2, 3, 4);
    const guint64 others[] = {
        bb_rng_u64(2, 2, 3, 4),
        bb_rng_u64(1, 3, 3, 4),
        bb_rng_u64(1, 2, 4, 4),
        bb_rng_u64(1, 2, 3, 5),
        bb_rng_u64(1, 2, 3 | G_GUINT64_CONSTANT(1) << 40, 4),
        bb_rng_u64(1 | G_GUINT64_CONSTANT(1) << 40, 2, 3, 4),
    };
    for (gsize i = 0; i < G_N_ELEMENTS(others); i++) {
        guint n_changed = (guint)__builtin_popcountll(base ^ others[i]);
        g_assert_cmpuint(n_changed, >, 10);
        g_assert_cmpuint(n_changed, <, 54);
    }
}

/* A chi-square test at 10^-6 over 256 cells; the seed is fixed, so it passes always or never. */
static void
check_cells(const guint *counts, guint n_cells, guint n_draws)
{
    double expected = (double)n_draws / n_cells, chi2 = 0;
    for (guint i = 0; i < n_cells; i++)
        chi2 += (counts[i] - expected) * (counts[i] - expected) / expected;
    g_assert_cmpfloat(gsl_cdf_chisq_Q(chi2, n_cells - 1), >, 1e-6);
    g_assert_cmpfloat(gsl_cdf_chisq_P(chi2, n_cells - 1), >, 1e-6);
}

static void
test_uniform(void)
{
    enum { N = 1 << 18 };
    guint by_entity[256] = {0}, by_ordinal[256] = {0}, pairs[256] = {0};
    guint32 stream = bb_rng_stream("test");
    double last = 0.5;
    for (guint i = 0; i < N; i++) {
        double u = bb_rng_uniform(7, stream, i, 0), v = bb_rng_uniform(7, stream, 0, i);
        g_assert_true(u > 0 && u < 1 && v > 0 && v < 1);
        by_entity[(int)(u * 256)]++;
        by_ordinal[(int)(v * 256)]++;
        pairs[16 * (int)(u * 16) + (int)(last * 16)]++;
        last = u;
    }
    check_cells(by_entity, 256, N);
    check_cells(by_ordinal, 256, N);
    check_cells(pairs, 256, N);
}

static void
test_below(void)
{
    guint counts[10] = {0};
    for (guint i = 0; i < 100000; i++) {
        guint64 draw = bb_rng_below(3, 4, i, 0, 10);
        g_assert_cmpuint(draw, <, 10);
        counts[draw]++;
        g_assert_cmpuint(bb_rng_below(3, 4, i, 0, 1), ==, 0);
    }
    check_cells(counts, 10, 100000);
    g_assert_cmpuint(bb_rng_below(0, 0, 0, 0, G_MAXUINT64), ==,
                     G_GUINT64_CONSTANT(0xe169c58d6627e8d4));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/rng/philox", test_philox);
    g_test_add_func("/rng/stream", test_stream);
    g_test_add_func("/rng/u64", test_u64);
    g_test_add_func("/rng/independent", test_independent);
    g_test_add_func("/rng/uniform", test_uniform);
    g_test_add_func("/rng/below", test_below);
    return g_test_run();
}
