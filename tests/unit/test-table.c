/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/report/bb-table.h"

#include "sim/report/bb-prose.h"
#include "tests/unit/reported.h"

#include <math.h>
#include <string.h>

static void
assert_has(const char *text, const char *const *parts, guint n)
{
    for (guint i = 0; i < n; i++) {
        if (strstr(text, parts[i]) == NULL)
            g_error("no \"%s\" in:\n%s", parts[i], text);
    }
}

static void
test_text(void)
{
    static const char *const parts[] = {
        "day|1: 6 jobs on 2 nodes of nodes.csv\n",
        "Trace   logs/day \"1\".csv (jobs, 6 jobs)\n",
        "Policy  queue easy, placement first-fit, the trace's estimates, seed",
        "Window  1 min 00 s, from the first submission to the last\n",
        "Of the cpu that was bought, 69.8 % was allocated and 57.3 % was used.\n",
        "On average 1.83 of 2 nodes were busy, at most 2 at one time.\n",
        "The mean wait was at least 18.0 s; 25.0 % of the jobs that started had to wait.\n",
        "\n                        jobs         mean          P50          P95          P99\n",
        "\nwait                       5      18.0 s+          0 s  1 min 00 s+  1 min 00 s+\n",
        "\n- vm                       1       30.0 s",
        "\n+ at least: the simulation ended first.\n",
        "\ncpu                   69.8 %          57.3 %          76.1 %\n",
        "\n- container           28.1 %\n",
        "\nWhat this run does not show:\n- ",
        "\n- A \"threat\" of this run.\n",
    };
    g_autoptr(BbResult) result = reported_estate();
    g_autofree char *text = bb_table_text(&reported_info, result);
    assert_has(text, parts, G_N_ELEMENTS(parts));
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (guint i = 0; lines[i] != NULL; i++) {
        g_assert_cmpint(g_utf8_strlen(lines[i], -1), <=, 80);
        g_assert_false(g_str_has_suffix(lines[i], " "));
    }
}

static void
test_nothing(void)
{
    g_autoptr(BbResult) result = reported_nothing();
    g_autofree char *text = bb_table_text(&reported_info, result);
    static const char *const parts[] = {"day|1: 0 jobs on", "No job was submitted in the window."};
    assert_has(text, parts, G_N_ELEMENTS(parts));
    g_assert_null(strstr(text, "nan"));
    g_assert_null(strstr(text, "+ at least"));
}

static void
test_no_wait(void)
{
    static const StageStep steps[] = {
        {0, SUBMIT, 0, 0, 0, 0},
        {0, START, 0, 0, 2, 0},
        {100, END, 0, 0, 0, 0},
        {100, FINISH, 0, 0, 0, 0},
    };
    BbMetricsOptions options = {0, TRUE};
    g_autoptr(BbResult) result = reported_result(&options, stage_jobs, steps, G_N_ELEMENTS(steps));
    g_autofree char *text = bb_table_text(&reported_info, result);
    static const char *const parts[] = {"No job had to wait.\n", "1 job on",
                                        "submission to the end"};
    assert_has(text, parts, G_N_ELEMENTS(parts));
    g_assert_null(strstr(text, "- container"));
}

static void
test_csv(void)
{
    g_autoptr(BbResult) result = reported_estate();
    g_autofree char *text = bb_table_csv(result);
    static const char *const parts[] = {
        "\nwait_mean,18,s,1\n",           "\nwait_p50,0,s,0\n",
        "\nmakespan,100,s,0\n",           "\nkind.vm.wait_p99,30,s,0\n",
        "\nclass.X.wait_mean,15,s,0\n",   "\nrejected_frac,0.16666666666666666,frac,0\n",
        "\nclass.X.submitted,2,jobs,0\n",
    };
    g_assert_true(g_str_has_prefix(text, "metric,value,unit,at_least\n"));
    assert_has(text, parts, G_N_ELEMENTS(parts));
    g_assert_null(strstr(text, "gpu_"));
    g_assert_null(strstr(text, "null"));
}

static void
test_markdown(void)
{
    g_autoptr(BbResult) result = reported_estate();
    g_autofree char *text = bb_table_markdown(&reported_info, result);
    static const char *const parts[] = {
        "## day|1: 6 jobs on",
        "\n- Policy: queue easy",
        "\n|  | jobs | mean | P50 | P95 | P99 |\n|---|---:|---:|---:|---:|---:|\n| wait | 5 |",
        "\n| cpu | 69.8 % | 57.3 % | 76.1 % |\n",
    };
    assert_has(text, parts, G_N_ELEMENTS(parts));
}

static const struct {
    double value;
    const char *percent, *ratio;
} formats[] = {
    {0, "0.0 %", "0"},
    {0.0002, "0.02 %", "0.0002"},
    {0.00949, "0.95 %", "0.00949"},
    {0.01, "1.0 %", "0.01"},
    {1, "100.0 %", "1"},
    {92.57654, "9257.7 %", "92.6"},
    {15696.8, "1569680.0 %", "15697"},
    {NAN, "-", "-"},
};

static void
test_formats(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(formats); i++) {
        g_autofree char *percent = bb_format_percent(formats[i].value);
        g_autofree char *ratio = bb_format_ratio(formats[i].value);
        g_assert_cmpstr(percent, ==, formats[i].percent);
        g_assert_cmpstr(ratio, ==, formats[i].ratio);
    }
    static const struct {
        guint64 value;
        const char *text;
    } counts[] = {
        {0, "0"}, {999, "999"}, {1000, "1,000"}, {28481, "28,481"}, {1234567, "1,234,567"}};
    for (guint i = 0; i < G_N_ELEMENTS(counts); i++) {
        g_autofree char *text = bb_format_count(counts[i].value);
        g_assert_cmpstr(text, ==, counts[i].text);
    }
}

static void
test_wrap(void)
{
    static const struct {
        const char *first, *text, *lines;
    } wraps[] = {
        {"", "", "\n"},
        {"- ", "one two", "- one two\n"},
        {"- ", "one two three", "- one two\n  three\n"},
        {"", "overlongwords are kept", "overlongwords\nare kept\n"},
        {"", "\xc3\xa4\xc3\xb6\xc3\xbc\xc3\xa4\xc3\xb6 \xc3\xbc\xc3\xbc\xc3\xbc",
         "\xc3\xa4\xc3\xb6\xc3\xbc\xc3\xa4\xc3\xb6 \xc3\xbc\xc3\xbc\xc3\xbc\n"},
    };
    for (guint i = 0; i < G_N_ELEMENTS(wraps); i++) {
        g_autoptr(GString) out = g_string_new(NULL);
        bb_append_wrapped(out, wraps[i].first, wraps[i].text, 10);
        g_assert_cmpstr(out->str, ==, wraps[i].lines);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/table/text", test_text);
    g_test_add_func("/table/nothing", test_nothing);
    g_test_add_func("/table/no-wait", test_no_wait);
    g_test_add_func("/table/csv", test_csv);
    g_test_add_func("/table/markdown", test_markdown);
    g_test_add_func("/prose/formats", test_formats);
    g_test_add_func("/prose/wrap", test_wrap);
    return g_test_run();
}
