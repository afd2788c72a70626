/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "reworks.h"
#include "sim/lab/bb-shake.h"

#include <string.h>

#define S BB_US_PER_S
#define N 400

static void
make_rows(BbJobRow *rows, char (*ids)[8])
{
    for (guint i = 0; i < N; i++) {
        g_snprintf(ids[i], sizeof ids[i], "%u", i);
        rows[i] = (BbJobRow)BB_JOB_ROW_INIT;
        rows[i].id = ids[i];
        rows[i].submit_us = 100 * S + (BbTimeUs)i * 10 * S;
        rows[i].runtime_us = i % 7 == 0 ? BB_TIME_NEVER : i % 7 == 1 ? 0 : 5000 * S;
        rows[i].estimate_us = i % 2 ? 5000 * S : BB_TIME_NEVER;
    }
}

static GArray *
shake(const BbJobRow *rows, guint n, guint32 number, BbReworked **out_reworked)
{
    BbShake how = {.seed = 7, .number = number};
    BbRework rework = bb_shake_rework(&how);
    return rework_rows(rows, n, &rework, out_reworked, NULL);
}

static void
test_bounds(void)
{
    BbJobRow rows[N];
    char ids[N][8];
    g_autoptr(BbReworked) reworked = NULL;
    make_rows(rows, ids);
    g_autoptr(GArray) out = shake(rows, N, 1, &reworked);
    guint n_moved = 0, n_longer = 0, n_swapped = 0;
    g_assert_cmpuint(out->len, ==, N);
    for (guint i = 0; i < out->len; i++) {
        const BbJobRow *row = &g_array_index(out, BbJobRow, i);
        guint at = (guint)g_ascii_strtoull(row->id, NULL, 10);
        const BbJobRow *old = &rows[at];
        g_assert_cmpint(ABS(row->submit_us - old->submit_us), <=, 30 * S);
        g_assert_cmpint(row->submit_us, >=, rows[0].submit_us);
        n_moved += row->submit_us != old->submit_us;
        n_swapped += at != i;
        if (old->runtime_us == BB_TIME_NEVER || old->runtime_us == 0) {
            g_assert_cmpint(row->runtime_us, ==, old->runtime_us);
            continue;
        }
        g_assert_cmpint(ABS(row->runtime_us - old->runtime_us), <=, 50 * S);
        g_assert_cmpint(row->runtime_us % S, ==, 0);
        n_longer += row->runtime_us > old->runtime_us;
        if (old->estimate_us != BB_TIME_NEVER)
            g_assert_cmpint(row->estimate_us, >=, row->runtime_us);
    }
    g_assert_cmpuint(n_moved, >, N - 10);
    g_assert_cmpuint(n_swapped, >, N / 4);
    g_assert_cmpuint(n_longer, >, N / 4);
    g_assert_cmpuint(n_longer, <, N / 2);
}

/* The same number is the same shake, another one another. */
static void
test_keyed(void)
{
    BbJobRow rows[N];
    char ids[N][8];
    make_rows(rows, ids);
    g_autoptr(BbReworked) r1 = NULL, r2 = NULL, r3 = NULL;
    g_autoptr(GArray) a = shake(rows, N, 1, &r1), b = shake(rows, N, 1, &r2);
    g_autoptr(GArray) c = shake(rows, N, 2, &r3);
    guint n_other = 0;
    for (guint i = 0; i < N; i++) {
        const BbJobRow *x = &g_array_index(a, BbJobRow, i), *y = &g_array_index(b, BbJobRow, i);
        g_assert_cmpstr(x->id, ==, y->id);
        g_assert_cmpint(x->submit_us, ==, y->submit_us);
        g_assert_cmpint(x->runtime_us, ==, y->runtime_us);
        n_other += x->submit_us != g_array_index(c, BbJobRow, i).submit_us;
    }
    g_assert_cmpuint(n_other, >, N / 2);
}

/* A chain of jobs a second apart stays in order, in every shake; run times that are no whole seconds
 * are not rounded to them; a job that is there at the start stays. */
static void
test_after(void)
{
    enum { CHAIN = 40 };
    BbJobRow rows[CHAIN];
    char ids[CHAIN][8];
    for (guint i = 0; i < CHAIN; i++) {
        g_snprintf(ids[i], sizeof ids[i], "%u", i);
        rows[i] = (BbJobRow)BB_JOB_ROW_INIT;
        rows[i].id = ids[i];
        rows[i].submit_us = (BbTimeUs)i * S;
        rows[i].runtime_us = 1500001;
        rows[i].after = i > 1 ? ids[i - 1] : NULL;
    }
    rows[1].node = "n1";
    for (guint32 number = 1; number <= 20; number++) {
        g_autoptr(BbReworked) reworked = NULL;
        g_autoptr(GArray) out = shake(rows, CHAIN, number, &reworked);
        guint latest = 1;
        gboolean fine = FALSE;
        for (guint i = 0; i < out->len; i++) {
            const BbJobRow *row = &g_array_index(out, BbJobRow, i);
            guint at = (guint)g_ascii_strtoull(row->id, NULL, 10);
            fine = fine || row->runtime_us % S != 0;
            if (at == 1)
                g_assert_cmpint(row->submit_us, ==, S);
            if (at > 1)
                g_assert_cmpuint(at, ==, ++latest);
        }
        g_assert_true(fine);
    }
}

static void
test_empty(void)
{
    g_autoptr(BbReworked) reworked = NULL;
    g_autoptr(GArray) out = shake(NULL, 0, 1, &reworked);
    g_assert_cmpuint(out->len, ==, 0);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/shake/bounds", test_bounds);
    g_test_add_func("/shake/keyed", test_keyed);
    g_test_add_func("/shake/after", test_after);
    g_test_add_func("/shake/empty", test_empty);
    return g_test_run();
}
