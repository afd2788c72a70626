/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The reader's quick look at the order of a log against reading all of its rows. */
#include "sim/contract/bb-reader.h"
#include "traces/bb-traces.h"

#include <string.h>

/* A line of a job or not one: submitted at A, running B, on C processors. */
#define LINE(a, b, c) "1 " a " 1 " b " " c " -1 -1 " c " -1 -1 1 1 1 1 1 1 -1 -1\n"
#define JOB(submit) LINE(submit, "5", "1")

static BbReader *
open_text(const char *text)
{
    GError *error = NULL;
    BbInput *input = bb_input_new_from_bytes("t.swf", text, strlen(text));
    BbReader *reader = bb_reader_new(bb_reader_classes, input, "swf", &error);
    g_assert_no_error(error);
    return reader;
}

/* By the rows. */
static gboolean
rows_in_order(const char *text)
{
    g_autoptr(BbReader) reader = open_text(text);
    BbTimeUs latest_us = 0;
    BbJobRow row;
    for (;;) {
        BbReadResult result = bb_reader_next_job(reader, &row, NULL);
        if (result != BB_READ_ROW)
            return result == BB_READ_END;
        if (row.submit_us < latest_us)
            return FALSE;
        latest_us = row.submit_us;
    }
}

static gboolean
quickly_in_order(const char *text)
{
    g_autoptr(BbReader) reader = open_text(text);
    return reader->klass->in_order(reader);
}

static void
test_cases(void)
{
    static const struct {
        const char *text;
        gboolean rows, quick;
    } cases[] = {
        {"; MaxProcs: 4\n", TRUE, TRUE},
        {JOB("7"), TRUE, TRUE},
        {JOB("0") JOB("0") ";x\n\n" JOB("3"), TRUE, TRUE},
        {JOB("1") JOB("0"), FALSE, FALSE},
        {JOB("1.5") JOB("1.25"), FALSE, FALSE},
        {JOB("1.25") JOB("1.5"), TRUE, TRUE},
        {" \t" JOB("1") "\t" JOB("2"), TRUE, TRUE},
        {JOB("5") LINE("-1", "5", "1") JOB("6"), TRUE, TRUE},
        /* What is no job is out of order: kept and sorted all the same. */
        {JOB("5") LINE("1", "-1", "1") JOB("6"), TRUE, FALSE},
        {JOB("5") LINE("9", "5", "-1") JOB("6"), TRUE, FALSE},
        {JOB("5") "x\n", FALSE, FALSE},
        {JOB("5") "2 x\n", FALSE, FALSE},
        /* The quick look leaves the rest of a line to the second reading. */
        {JOB("5") "2 6 x\n", FALSE, TRUE},
        {JOB("5") "2 6 1 5 1", TRUE, TRUE},
        {JOB("5") "2", TRUE, FALSE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_test_message("case %" G_GSIZE_FORMAT, i);
        g_assert_cmpint(rows_in_order(cases[i].text), ==, cases[i].rows);
        g_assert_cmpint(quickly_in_order(cases[i].text), ==, cases[i].quick);
    }
}

/* Logs of readable lines: the quick look never finds order where rows have none, and where every line
 * is a job it says the same. */
static void
test_drawn(void)
{
    guint n_ordered = 0;
    for (guint i = 0; i < 4000; i++) {
        g_autoptr(GString) text = g_string_new(NULL);
        gint at = 0;
        gboolean all_jobs = TRUE;
        for (gint n = g_test_rand_int_range(1, 12); n > 0; n--) {
            gboolean job = g_test_rand_int_range(0, 8) > 0;
            all_jobs &= job;
            at += g_test_rand_int_range(-1, 20);
            g_string_append_printf(text, "%d %d.%d 1 %d 1 -1 -1 1 -1 -1 1 1 1 1 1 1 -1 -1\n", n, at,
                                   g_test_rand_int_range(0, 3), job ? 5 : -1);
        }
        gboolean rows = rows_in_order(text->str), quick = quickly_in_order(text->str);
        g_assert_true(rows || !quick);
        g_assert_true(rows == quick || !all_jobs);
        n_ordered += quick ? 1 : 0;
    }
    g_assert_cmpuint(n_ordered, >, 400);
    g_assert_cmpuint(n_ordered, <, 3600);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/swf-order/cases", test_cases);
    g_test_add_func("/swf-order/drawn", test_drawn);
    return g_test_run();
}
