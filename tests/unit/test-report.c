/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What plots are drawn from, worked out by hand; and the page of a small result: whole, escaped,
 * without anything outside of itself. */
#include "sim/report/bb-html.h"
#include "sim/report/bb-plot-data.h"
#include "sim/report/bb-plots.h"
#include "sim/report/bb-report.h"
#include "sim/report/bb-summary-read.h"

#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

/* ---- a folder of files ---- */

typedef struct {
    char *dir;
} Folder;

static char *
folder_path(const Folder *folder, const char *name)
{
    return g_build_filename(folder->dir, name, NULL);
}

static void
folder_open(Folder *folder)
{
    g_autoptr(GError) error = NULL;
    folder->dir = g_dir_make_tmp("report-XXXXXX", &error);
    g_assert_no_error(error);
}

static void
folder_put(const Folder *folder, const char *name, const char *text)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *path = folder_path(folder, name);
    g_file_set_contents(path, text, -1, &error);
    g_assert_no_error(error);
}

static void
folder_close(Folder *folder)
{
    g_autoptr(GDir) dir = g_dir_open(folder->dir, 0, NULL);
    const char *name;
    while ((name = g_dir_read_name(dir))) {
        g_autofree char *path = folder_path(folder, name);
        g_unlink(path);
    }
    g_rmdir(folder->dir);
    g_free(folder->dir);
}

/* ---- HTML ---- */

static const struct {
    const char *text, *html;
} escapes[] = {
    {"plain", "plain"},
    {"a<b>&\"'", "a&lt;b&gt;&amp;&quot;&#39;"},
    {"d\303\251j\303\240", "d\303\251j\303\240"},
    {"\377x", "\357\277\275x"},
};

static void
test_escape(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(escapes); i++) {
        g_autoptr(GString) out = g_string_new(NULL);
        bb_html_text(out, escapes[i].text);
        g_assert_cmpstr(out->str, ==, escapes[i].html);
    }
}

static void
test_grid(void)
{
    g_autoptr(GString) out = g_string_new(NULL);
    g_autoptr(GPtrArray) grid = g_ptr_array_new_with_free_func((GDestroyNotify)g_strfreev);
    g_ptr_array_add(grid, g_strsplit("|n", "|", -1));
    bb_html_grid(out, grid);
    g_assert_cmpstr(out->str, ==, "");
    g_ptr_array_add(grid, g_strsplit("a<|1", "|", -1));
    bb_html_grid(out, grid);
    g_assert_nonnull(strstr(out->str, "<th scope=\"col\"></th><th scope=\"col\">n</th>"));
    g_assert_nonnull(strstr(out->str, "<th scope=\"row\">a&lt;</th><td>1</td>"));
}

/* ---- timelines ---- */

#define TIMELINE                                                                                   \
    "time_s,queued_jobs,running_jobs,cpu_capacity_milli,cpu_allocated_milli,cpu_used_milli\n"

static void
test_short_timeline(void)
{
    g_autoptr(GError) error = NULL;
    g_auto(BbTimelineData) data = {.csv = NULL};
    Folder folder;
    folder_open(&folder);
    folder_put(&folder, "t.csv",
               TIMELINE "100,0,1,4000,1000,500\n160,3,1,4000,4000,4000\n400,0,0,4000,0,0\n");
    g_autofree char *path = folder_path(&folder, "t.csv");
    g_assert_true(bb_timeline_data_read(path, &data, &error));
    g_assert_no_error(error);
    g_assert_false(data.binned);
    g_assert_true(data.shows_used);
    g_assert_cmpuint(data.modelled, ==, 1u << BB_CPU);
    g_assert_cmpint(data.queued_most, ==, 3);
    g_assert_cmpstr(data.unit, ==, "minutes");
    g_assert_cmpfloat(data.origin_s, ==, 100);
    g_assert_cmpfloat(data.end, ==, 5);
    g_assert_cmpstr(data.csv, ==,
                    "time,cpu_allocated,cpu_used,queued_mean,queued_max\n"
                    "0,0.25,0.125,0,0\n1,1,1,3,3\n5,0,0,0,0\n");
    folder_close(&folder);
}

/* A thousand and one pulses of 1 s every 2 s, and a queue of 5 in one of them: any stretch of 4 s
 * is half full. */
static void
test_long_timeline(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GString) text = g_string_new(TIMELINE);
    g_auto(BbTimelineData) data = {.csv = NULL};
    Folder folder;
    folder_open(&folder);
    for (guint i = 0; i < 1000; i++)
        g_string_append_printf(text, "%u,%u,1,2000,2000,2000\n%u,0,0,2000,0,0\n", 2 * i,
                               i == 501 ? 5 : 0, 2 * i + 1);
    g_string_append(text, "2000,0,0,2000,1000,1000\n");
    folder_put(&folder, "t.csv", text->str);
    g_autofree char *path = folder_path(&folder, "t.csv");
    g_assert_true(bb_timeline_data_read(path, &data, &error));
    g_assert_no_error(error);
    g_assert_true(data.binned && !data.shows_used);
    g_auto(GStrv) lines = g_strsplit(data.csv, "\n", -1);
    g_assert_cmpuint(g_strv_length(lines), ==, BB_PLOT_BINS + 3);
    g_assert_cmpstr(lines[1], ==, "0,0.5,0.5,0,0");
    g_assert_cmpstr(lines[1 + 249], ==, "16.6,0.5,0.5,0,0");
    g_assert_cmpstr(lines[1 + 250], ==, "16.6666667,0.5,0.5,1.25,5");
    g_assert_cmpstr(lines[1 + BB_PLOT_BINS], ==, "33.3333333,0.5,0.5,0,0");
    folder_close(&folder);
}

static const struct {
    const char *name, *text;
} flat_timelines[] = {
    {"header", TIMELINE},
    {"one-row", TIMELINE "5,0,1,4000,1000,500\n"},
    {"one-instant", TIMELINE "5,0,1,4000,1000,500\n5,0,2,4000,1000,500\n"},
};

static void
test_nothing_to_draw(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(flat_timelines); i++) {
        g_autoptr(GError) error = NULL;
        g_auto(BbTimelineData) data = {.csv = NULL};
        Folder folder;
        folder_open(&folder);
        folder_put(&folder, "t.csv", flat_timelines[i].text);
        g_autofree char *path = folder_path(&folder, "t.csv");
        g_assert_true(bb_timeline_data_read(path, &data, &error));
        g_assert_no_error(error);
        g_assert_null(data.csv);
        folder_close(&folder);
    }
}

/* ---- waits ---- */

#define JOBS "job_id,kind,submit_s,wait_s,state,x\n"

/* Of four containers in the window one does not wait, one 10 s, one 1000 s, one for ever; the
 * rejected one and the early one do not count. */
static void
test_waits(void)
{
    g_autoptr(GError) error = NULL;
    g_auto(BbWaitsData) data = {.csv = NULL};
    Folder folder;
    folder_open(&folder);
    folder_put(&folder, "j.csv",
               JOBS
               "0,container,5,7,completed,\n1,container,10,0,completed,\n"
               "2,container,10,10,killed,\n3,container,11,1000,completed,\n"
               "4,container,12,,unfinished,\n5,container,12,,rejected,\n6,vm,12,0,completed,\n");
    g_autofree char *path = folder_path(&folder, "j.csv");
    g_assert_true(bb_waits_data_read(path, 10 * BB_US_PER_S, &data, &error));
    g_assert_no_error(error);
    g_assert_cmpuint(data.kinds, ==, 1u << BB_CONTAINER | 1u << BB_VM);
    g_assert_cmpfloat(data.least, ==, 1);
    g_assert_cmpfloat(data.most, ==, 1000);
    g_auto(GStrv) lines = g_strsplit(g_strchomp(data.csv), "\n", -1);
    guint n = g_strv_length(lines);
    g_assert_cmpstr(lines[0], ==, "wait_s,container,vm");
    g_assert_cmpstr(lines[1], ==, "1,0.25,1");
    g_assert_true(g_str_has_suffix(lines[n / 2], ",0.5,1"));
    g_assert_true(g_str_has_suffix(lines[n - 2], ",0.5,1"));
    g_assert_cmpstr(lines[n - 1], ==, "1000,0.75,1");
    folder_close(&folder);
}

static void
test_no_waits(void)
{
    g_autoptr(GError) error = NULL;
    g_auto(BbWaitsData) data = {.csv = NULL};
    Folder folder;
    folder_open(&folder);
    folder_put(&folder, "j.csv", JOBS "0,container,5,0,completed,\n1,vm,5,,unfinished,\n");
    g_autofree char *path = folder_path(&folder, "j.csv");
    g_assert_true(bb_waits_data_read(path, 0, &data, &error));
    g_assert_no_error(error);
    g_assert_null(data.csv);
    folder_close(&folder);
}

/* ---- the page ---- */

#define SUMMARY                                                                                    \
    "{\"schema\":\"breakbulk-summary/1\",\"version\":\"9\",\"experiment\":{\"name\":\"<i>&\","     \
    "\"seed\":7,\"sha256\":\"feed\",\"traces\":[{\"path\":\"a<b.csv\",\"sha256\":"                 \
    "\"0123456789abcdef\","                                                                        \
    "\"format\":\"jobs\",\"jobs\":1234}]},\"jobs\":{\"submitted\":1234,\"started\":4,"             \
    "\"completed\":3,\"waited\":1},\"time\":{\"window_start_s\":0,\"window_end_s\":60,"            \
    "\"first_submit_s\":0,\"last_submit_s\":60},\"resources\":{\"cpu\":{"                          \
    "\"allocated_frac_bought\":0.125,\"used_frac\":null}},\"waterfall\":{\"cpu\":{\"used\":"       \
    "123456789012345678901234567890}},\"waterfall_frac\":{\"cpu\":{\"used\":0.125,\"free\":0.875}" \
    "},"                                                                                           \
    "\"wait_s\":{\"n\":4,\"at_least\":[\"mean\"],\"mean\":90,\"p50\":0,\"p99\":120},"              \
    "\"kinds\":{\"vm\":{\"jobs\":{\"submitted\":1234}}},"                                          \
    "\"classes\":{\"x.<y>\":{\"jobs\":{\"submitted\":2},\"wait_s\":{\"n\":2,\"mean\":1}}},"        \
    "\"threats\":[\"none <really>\"]}"

static void
put_result(const Folder *folder)
{
    folder_put(folder, "summary.json", SUMMARY);
    folder_put(folder, "experiment.ini",
               "[pool <p>]\ncount=3\n[scheduler]\nqueue=easy\nplacement=best-fit\n");
    folder_put(folder, "timeline.csv", TIMELINE "0,2,1,4000,500,500\n60,0,0,4000,0,0\n");
    folder_put(folder, "jobs.csv", JOBS "1,vm,5,7,completed,\n2,vm,6,0,completed,\n");
}

static const char *const in_page[] = {
    "<h1>&lt;i&gt;&amp;</h1>",
    "1,234 jobs on <strong>3 nodes of &lt;p&gt;</strong>, queue <strong>easy</strong>",
    "<p class=number>12.5 %</p>",
    "<p class=number>1 min 30 s+</p>",
    "a&lt;b.csv (jobs, 1,234 jobs, sha256 0123456789ab\342\200\246)",
    "<th scope=\"row\">x.&lt;y&gt;</th>",
    "<li>none &lt;really&gt;</li>",
    "[pool &lt;p&gt;]\ncount=3",
    "style=\"width:87.500%\"",
    "@media (prefers-color-scheme: dark)",
    "@media print",
    "</html>",
};

static const char *const not_in_page[] = {
    "<script", "javascript:", "http:",    "https:", "//www", "url(",   "@import",
    "<i>",     "<y>",         "<really>", ">nan",   " nan",  "(null)", " inf",
};

static void
check_page(const char *page)
{
    for (guint i = 0; i < G_N_ELEMENTS(in_page); i++) {
        g_test_message("%s", in_page[i]);
        g_assert_nonnull(strstr(page, in_page[i]));
    }
    for (guint i = 0; i < G_N_ELEMENTS(not_in_page); i++) {
        g_test_message("not %s", not_in_page[i]);
        g_assert_null(strstr(page, not_in_page[i]));
    }
}

static guint
count(const char *text, const char *part)
{
    guint n = 0;
    for (; (text = strstr(text, part)); text += strlen(part))
        n++;
    return n;
}

static void
test_page(void)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *gnuplot = g_find_program_in_path("gnuplot");
    g_autofree char *note = NULL;
    Folder folder;
    if (!gnuplot) {
        g_test_skip("gnuplot is not installed");
        return;
    }
    folder_open(&folder);
    put_result(&folder);
    g_autofree char *page = bb_report_page(folder.dir, gnuplot, &note, &error);
    g_assert_no_error(error);
    g_assert_null(note);
    check_page(page);
    g_assert_cmpuint(count(page, "<svg role=\"img\""), ==, 3);
    g_assert_cmpuint(count(page, "</svg>"), ==, 3);
    g_assert_cmpuint(count(page, "<title>"), ==, 1);
    g_autofree char *note_2 = NULL;
    g_autofree char *again = bb_report_page(folder.dir, gnuplot, &note_2, &error);
    g_assert_cmpstr(page, ==, again);
    folder_close(&folder);
}

static void
test_without_gnuplot(void)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *note = NULL;
    Folder folder;
    folder_open(&folder);
    put_result(&folder);
    g_autofree char *page = bb_report_page(folder.dir, "no-such-gnuplot", &note, &error);
    g_assert_no_error(error);
    g_assert_nonnull(strstr(note, "apt install gnuplot-nox"));
    g_assert_cmpuint(count(page, "apt install gnuplot-nox"), ==, 3);
    g_assert_cmpuint(count(page, "<svg"), ==, 0);
    check_page(page);
    folder_close(&folder);
}

/* Another program in gnuplot's place: its words, not a crash. */
static void
test_wrong_gnuplot(void)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *svg = bb_plot_svg("false", "queue.gp", "x", "", "a\n1\n", &error);
    g_assert_null(svg);
    g_assert_nonnull(error);
}

static void
test_bare_result(void)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *note = NULL;
    Folder folder;
    folder_open(&folder);
    folder_put(&folder, "summary.json", "{\"schema\":\"breakbulk-summary/1\"}");
    g_autofree char *page = bb_report_page(folder.dir, "no-such-gnuplot", &note, &error);
    g_assert_no_error(error);
    g_assert_null(note);
    g_assert_nonnull(strstr(page, "run with --record timeline"));
    g_assert_nonnull(strstr(page, "run with --record jobs"));
    g_assert_null(strstr(page, ">nan"));
    folder_close(&folder);
}

/* ---- what is no result ---- */

static const struct {
    const char *name, *file, *text, *expected;
} bad_files[] = {
    {"no-summary", "other.json", "{}", "expected the folder of a run, found no summary.json"},
    {"no-json", "summary.json", "{\"schema\"", "summary.json: expected the summary of a run"},
    {"other-json", "summary.json", "[1]", "expected schema breakbulk-summary/1, found none"},
    {"sweep", "summary.json", "{\"schema\":\"breakbulk-sweep/0\"}", "found \"breakbulk-sweep/0\""},
    {"newer", "summary.json", "{\"schema\":\"breakbulk-summary/2\"}",
     "summary.json: expected schema breakbulk-summary/1 or older"},
    {"no-number", "summary.json", "{\"schema\":\"breakbulk-summary/x\"}",
     "found \"breakbulk-summary/x\""},
    {"timeline", "timeline.csv", TIMELINE "0,x,1,4000,500,500\n", "timeline.csv:2:3: column"},
    {"timeline-short", "timeline.csv", TIMELINE "0,1\n", "timeline.csv:2: expected 6 fields"},
    {"jobs", "jobs.csv", JOBS "1,boat,5,7,completed,\n", "jobs.csv:2:3: column \"kind\": expected"},
    {"jobs-columns", "jobs.csv", "job_id,kind\n", "submit_s"},
};

static void
test_bad_file(gconstpointer data)
{
    guint i = GPOINTER_TO_UINT(data);
    g_autoptr(GError) error = NULL;
    g_autofree char *note = NULL;
    Folder folder;
    folder_open(&folder);
    if (!g_str_has_suffix(bad_files[i].file, ".json"))
        folder_put(&folder, "summary.json", SUMMARY);
    folder_put(&folder, bad_files[i].file, bad_files[i].text);
    g_autofree char *page = bb_report_page(folder.dir, "no-such-gnuplot", &note, &error);
    g_assert_null(page);
    g_assert_error(error, BB_ERROR, BB_ERROR_INPUT);
    g_test_message("%s", error->message);
    g_assert_nonnull(strstr(error->message, bad_files[i].expected));
    folder_close(&folder);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/report/escape", test_escape);
    g_test_add_func("/report/grid", test_grid);
    g_test_add_func("/report/timeline/short", test_short_timeline);
    g_test_add_func("/report/timeline/long", test_long_timeline);
    g_test_add_func("/report/timeline/nothing", test_nothing_to_draw);
    g_test_add_func("/report/waits", test_waits);
    g_test_add_func("/report/no-waits", test_no_waits);
    g_test_add_func("/report/page", test_page);
    g_test_add_func("/report/without-gnuplot", test_without_gnuplot);
    g_test_add_func("/report/wrong-gnuplot", test_wrong_gnuplot);
    g_test_add_func("/report/bare-result", test_bare_result);
    for (guint i = 0; i < G_N_ELEMENTS(bad_files); i++) {
        g_autofree char *path = g_strdup_printf("/report/bad-file/%s", bad_files[i].name);
        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_bad_file);
    }
    return g_test_run();
}
