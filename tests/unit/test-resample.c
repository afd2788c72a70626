/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "reworks.h"
#include "sim/lab/bb-resample.h"

#include <string.h>

#define S BB_US_PER_S
#define DAY (86400 * S)
#define WEEK (7 * DAY)
#define N_WEEKS 8
#define N_LONG 6
#define N_SHORT 5
#define N (N_WEEKS * N_LONG + 2 * N_SHORT)

typedef struct {
    BbJobRow rows[N];
    char ids[N][8], users[N_LONG + N_SHORT][8];
} Trace;

static gint
by_submit(gconstpointer a, gconstpointer b)
{
    const BbJobRow *x = a, *y = b;
    return x->submit_us < y->submit_us ? -1 : x->submit_us > y->submit_us;
}

static void
add_row(Trace *trace, guint i, guint user, BbTimeUs submit_us)
{
    g_snprintf(trace->ids[i], sizeof trace->ids[i], "%u", i);
    g_snprintf(trace->users[user], sizeof trace->users[user], "u%u", user);
    trace->rows[i] = (BbJobRow)BB_JOB_ROW_INIT;
    trace->rows[i].id = trace->ids[i];
    trace->rows[i].class_name = trace->users[user];
    trace->rows[i].submit_us = submit_us;
    trace->rows[i].runtime_us = S;
}

/* Long-term users come on their own weekday each week, short-term ones twice within an hour. */
static Trace *
make_trace(void)
{
    Trace *trace = g_new0(Trace, 1);
    guint i = 0;
    for (guint user = 0; user < N_LONG; user++)
        for (guint week = 0; week < N_WEEKS; week++)
            add_row(trace, i++, user, week * WEEK + user * DAY);
    for (guint user = 0; user < N_SHORT; user++)
        for (guint k = 0; k < 2; k++)
            add_row(trace, i++, N_LONG + user, user * WEEK + user * DAY + k * 3600 * S);
    trace->rows[N_WEEKS * N_LONG - 1].submit_us = N_WEEKS * WEEK - S;
    qsort(trace->rows, N, sizeof *trace->rows, by_submit);
    return trace;
}

static GArray *
resample(const Trace *trace, guint n, guint32 number, BbReworked **out_reworked, GError **error)
{
    BbResample how = {.seed = 3, .number = number};
    BbRework rework = bb_resample_rework(&how);
    return rework_rows(trace->rows, n, &rework, out_reworked, error);
}

static guint
user_of(const BbJobRow *row)
{
    return (guint)g_ascii_strtoull(row->class_name + 1, NULL, 10);
}

/* As many long-term and short-term users as before, each with all its jobs, at its own weekday. */
static void
check_draw(const GArray *out)
{
    g_autoptr(GHashTable) ids = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GHashTable) users = g_hash_table_new(g_str_hash, g_str_equal);
    guint n_long = 0;
    g_assert_cmpuint(out->len, ==, N);
    for (guint i = 0; i < out->len; i++) {
        const BbJobRow *row = &g_array_index(out, BbJobRow, i);
        guint user = user_of(row);
        g_assert_true(g_hash_table_add(ids, (gpointer)(gsize)row->id));
        g_hash_table_add(users, (gpointer)(gsize)row->class_name);
        g_assert_cmpint(row->submit_us, >=, 0);
        g_assert_cmpint(row->submit_us, <, N_WEEKS * WEEK);
        n_long += user < N_LONG;
        if (user != N_LONG - 1)
            g_assert_cmpint(row->submit_us % WEEK / DAY, ==, user < N_LONG ? user : user - N_LONG);
    }
    g_assert_cmpuint(n_long, ==, N_WEEKS * N_LONG);
    g_assert_cmpuint(g_hash_table_size(users), ==, N_LONG + N_SHORT);
}

static void
test_draws(void)
{
    g_autofree Trace *trace = make_trace();
    guint n_copies = 0, n_moved = 0;
    for (guint32 number = 1; number <= 20; number++) {
        g_autoptr(BbReworked) reworked = NULL;
        g_autoptr(GError) error = NULL;
        g_autoptr(GArray) out = resample(trace, N, number, &reworked, &error);
        g_assert_no_error(error);
        check_draw(out);
        for (guint i = 0; i < out->len; i++) {
            const BbJobRow *row = &g_array_index(out, BbJobRow, i);
            n_copies += strchr(row->class_name, '#') != NULL;
            n_moved += user_of(row) >= N_LONG &&
                       row->submit_us / WEEK != (BbTimeUs)(user_of(row) - N_LONG);
        }
    }
    g_assert_cmpuint(n_copies, >, 100);
    g_assert_cmpuint(n_moved, >, 50);
}

static void
test_keyed(void)
{
    g_autofree Trace *trace = make_trace();
    g_autoptr(BbReworked) r1 = NULL, r2 = NULL, r3 = NULL;
    g_autoptr(GArray) a = resample(trace, N, 1, &r1, NULL), b = resample(trace, N, 1, &r2, NULL);
    g_autoptr(GArray) c = resample(trace, N, 2, &r3, NULL);
    guint n_other = 0;
    for (guint i = 0; i < N; i++) {
        g_assert_cmpstr(g_array_index(a, BbJobRow, i).id, ==, g_array_index(b, BbJobRow, i).id);
        n_other += strcmp(g_array_index(a, BbJobRow, i).id, g_array_index(c, BbJobRow, i).id) != 0;
    }
    g_assert_cmpuint(n_other, >, 10);
}

/* A trace of some days is not moved. */
static void
test_short(void)
{
    g_autofree Trace *trace = make_trace();
    g_autoptr(BbReworked) reworked = NULL;
    guint n = 0;
    while (trace->rows[n].submit_us < WEEK)
        n++;
    g_autoptr(GArray) out = resample(trace, n, 1, &reworked, NULL);
    for (guint i = 0; i < out->len; i++)
        g_assert_cmpint(g_array_index(out, BbJobRow, i).submit_us, <, WEEK);
}

static void
test_few_users(void)
{
    g_autofree Trace *trace = make_trace();
    g_autoptr(BbReworked) reworked = NULL;
    g_autoptr(GError) error = NULL;
    g_assert_null(resample(trace, 4, 1, &reworked, &error));
    g_assert_error(error, BB_ERROR, BB_ERROR_USAGE);
    g_assert_nonnull(strstr(error->message, "of 5 users"));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/resample/draws", test_draws);
    g_test_add_func("/resample/keyed", test_keyed);
    g_test_add_func("/resample/short", test_short);
    g_test_add_func("/resample/few-users", test_few_users);
    return g_test_run();
}
