/* SPDX-License-Identifier: GPL-3.0-or-later */
/* trace info, lint and convert: all that is made of one reading of a file. */
#include "traces.h"

#include "sim/lab/bb-trace-convert.h"
#include "sim/lab/bb-trace-info.h"
#include "sim/lab/bb-trace-lint.h"

#include <math.h>

#define SWF_TAIL " -1 -1 2 100 -1 1 7 1 -1 -1 1 -1 -1\n"

static const BbTraceTables tables = {bb_reader_classes, bb_generator_classes};

/* A file with the text, gone when the test is over. */
typedef struct {
    char *folder, *path;
} File;

static File
file_of(const char *text)
{
    File file = {g_dir_make_tmp("bb-trace-XXXXXX", NULL), NULL};
    g_assert_nonnull(file.folder);
    file.path = trace_file(file.folder, "t", text);
    return file;
}

static void
file_clear(File *file)
{
    g_unlink(file->path);
    g_rmdir(file->folder);
    g_free(file->path);
    g_free(file->folder);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(File, file_clear)

/* ---- info ---- */

/* Published and independently computed figures of public logs. */
static const struct {
    const char *file;
    guint64 records, jobs;
    double utilization, wait, load; /* NAN: unknown; 0: not asked */
} logs[] = {
    {"swf/KTH-SP2-1996-2.swf.gz", 28489, 28489, 0.6895, 15385.3, 0},
    {"swf/NASA-iPSC-1993-3.1-cln.swf.gz", 18239, 18239, 0.4661, NAN, 0},
    {"swf/LLNL-Atlas-2006-2.1-cln.swf.gz", 43778, 43778 - 4571, 0.7045, NAN, 0},
    {"swf/lublin_256.swf.gz", 10000, 10000, 0, NAN, 1.057},
};

static void
test_logs(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(logs); i++) {
        g_autofree char *path = trace_shared(logs[i].file);
        if (path == NULL)
            return;
        g_autoptr(GError) error = NULL;
        g_autoptr(BbTraceInfo) info = bb_trace_info_new(&tables, path, NULL, &error);
        g_assert_no_error(error);
        g_test_message("%s", logs[i].file);
        g_assert_cmpuint(info->reader->n_records, ==, logs[i].records);
        g_assert_cmpuint(info->n_jobs, ==, logs[i].jobs);
        if (logs[i].utilization > 0)
            g_assert_cmpfloat(fabs(info->logged_utilization_frac - logs[i].utilization), <, 5e-5);
        if (logs[i].load > 0)
            g_assert_cmpfloat(fabs(info->offered_load_frac - logs[i].load), <, 5e-4);
        if (isnan(logs[i].wait))
            g_assert_true(isnan(info->logged_wait_mean_s));
        else
            g_assert_cmpfloat(fabs(info->logged_wait_mean_s - logs[i].wait), <, 0.05);
    }
}

/* Two processors: 0 to 10 on both, then 20 to 40 on one; job 3 is logged with a run time of 0. */
static void
test_by_hand(void)
{
    g_auto(File) file =
        file_of("; MaxProcs: 2\n"
                "1 0 0 10 2" SWF_TAIL "2 10 10 20 1 -1 -1 1 100 -1 1 7 1 -1 -1 1 -1 "
                "-1\n3 15 500 0 2" SWF_TAIL "4 15 7 -1 2" SWF_TAIL);
    g_autoptr(BbTraceInfo) info = bb_trace_info_new(&tables, file.path, NULL, NULL);
    g_assert_cmpuint(info->reader->n_records, ==, 4);
    g_assert_cmpuint(info->n_jobs, ==, 3);
    g_assert_cmpfloat(info->logged_utilization_frac, ==, 40.0 / (2 * 40));
    g_assert_cmpfloat(info->logged_wait_mean_s, ==, 5);
    g_assert_cmpfloat(info->offered_load_frac, ==, 40.0 / (2 * 30));
    g_assert_cmpint(info->first_submit_us, ==, 0);
    g_assert_cmpint(info->last_submit_us, ==, 15 * BB_US_PER_S);
    g_assert_cmpuint(info->n_of_kind[BB_PROCESS], ==, 3);
    g_assert_cmpuint(info->n_shapes, ==, 1);
    g_assert_cmpfloat(info->demand[BB_DEMAND_TASKS].p50, ==, 2);
    g_assert_cmpfloat(info->runtime_s.max, ==, 20);
}

static const char *const job_json = "{\n"
                                    "  \"path\": \"PATH\",\n"
                                    "  \"format\": \"jobs\",\n"
                                    "  \"sha256\": \"SHA\",\n"
                                    "  \"records\": 2,\n"
                                    "  \"jobs\": 2,\n"
                                    "  \"skipped\": {},\n"
                                    "  \"machine\": {\n"
                                    "    \"computer\": null,\n"
                                    "    \"max_procs\": null,\n"
                                    "    \"max_nodes\": null,\n"
                                    "    \"unix_start_s\": null\n"
                                    "  },\n"
                                    "  \"first_submit_s\": 0.5,\n"
                                    "  \"last_submit_s\": 2,\n"
                                    "  \"offered_load_frac\": null,\n"
                                    "  \"logged_utilization_frac\": null,\n"
                                    "  \"logged_wait_mean_s\": null,\n"
                                    "  \"kinds\": {\n"
                                    "    \"container\": 1,\n"
                                    "    \"vm\": 1\n"
                                    "  },\n"
                                    "  \"shapes\": 2,\n"
                                    "  \"demand\": {\n";

static const char *const node_json = "{\n"
                                     "  \"path\": \"PATH\",\n"
                                     "  \"format\": \"nodes\",\n"
                                     "  \"sha256\": \"SHA\",\n"
                                     "  \"records\": 3,\n"
                                     "  \"nodes\": 12,\n"
                                     "  \"machines\": [\n"
                                     "    {\n"
                                     "      \"count\": 11,\n"
                                     "      \"cpu_milli\": 1000,\n"
                                     "      \"memory_mib\": 0,\n"
                                     "      \"disk_mib\": 0,\n"
                                     "      \"gpu\": 2,\n"
                                     "      \"gpu_model\": \"T4\"\n"
                                     "    },\n";

/* JSON and table of the text; the path and hash left out of the JSON. */
static void
info_texts(const char *text, char **out_json, char **out_table)
{
    g_auto(File) file = file_of(text);
    g_autoptr(BbTraceInfo) info = bb_trace_info_new(&tables, file.path, NULL, NULL);
    g_autoptr(BbJson) json = bb_json_new();
    g_autofree char *sha256 = g_compute_checksum_for_string(G_CHECKSUM_SHA256, text, -1);
    g_assert_nonnull(info);
    bb_trace_info_json(info, json);
    GString *made = g_string_new(bb_json_str(json)), *table = g_string_new(NULL);
    g_assert_cmpuint(g_string_replace(made, file.path, "PATH", 1), ==, 1);
    g_assert_cmpuint(g_string_replace(made, sha256, "SHA", 1), ==, 1);
    bb_trace_info_table(info, table);
    *out_json = g_string_free(made, FALSE);
    *out_table = g_string_free(table, FALSE);
}

static void
test_json(void)
{
    g_autofree char *jobs = NULL, *nodes = NULL, *jobs_table = NULL, *nodes_table = NULL;
    info_texts("job_id,submit_s,runtime_s,kind,cpu_milli\na,0.5,10,,1000\nb,2,,vm,500\n", &jobs,
               &jobs_table);
    g_assert_true(g_str_has_prefix(jobs, job_json));
    g_assert_true(g_str_has_suffix(jobs, "  \"runtime_s\": {\n"
                                         "    \"min\": 10,\n"
                                         "    \"p50\": 10,\n"
                                         "    \"mean\": 10,\n"
                                         "    \"p99\": 10,\n"
                                         "    \"max\": 10\n"
                                         "  }\n"
                                         "}\n"));
    g_assert_nonnull(strstr(jobs_table, "1 container, 1 vm"));
    info_texts("node_id,cpu_milli,gpu,gpu_model\na[1-10],1000,2,T4\nb,1,,\nc,1000,2,T4\n", &nodes,
               &nodes_table);
    g_assert_true(g_str_has_prefix(nodes, node_json));
    g_assert_nonnull(strstr(nodes_table, "11         1000"));
}

static void
test_unreadable(void)
{
    g_auto(File) file = file_of("job_id,submit_s\na,x\n");
    g_autoptr(GError) error = NULL;
    g_assert_null(bb_trace_info_new(&tables, file.path, NULL, &error));
    g_assert_error(error, BB_ERROR, BB_ERROR_INPUT);
    g_assert_nonnull(strstr(error->message, ":2:3: column \"submit_s\""));
    g_clear_error(&error);
    g_assert_null(bb_trace_info_new(&tables, file.folder, NULL, &error));
    g_assert_error(error, BB_ERROR, BB_ERROR_INPUT);
}

/* ---- lint ---- */

static const struct {
    const char *name, *text;
    const char *findings; /* "severity rule count line;" */
} lints[] = {
    {"clean jobs", "job_id,submit_s\na,0\nb,1\n", ""},
    {"clean log", "; MaxProcs: 2\n1 0 0 10 2" SWF_TAIL "2 10 0 10 2" SWF_TAIL, ""},
    {"clean nodes", "node_id,gpu\na,0\n", ""},
    {"duplicates", "job_id,submit_s\na,0\nb,1\na,1\na,2\n", "error duplicate-id 2 4;"},
    {"unsorted native", "job_id,submit_s\na,5\nb,1\nc,5\nd,4\n", "error unsorted 2 3;"},
    {"unsorted log", "; MaxProcs: 2\n1 9 0 10 2" SWF_TAIL "2 0 0 10 2" SWF_TAIL,
     "warning unsorted 1 3;"},
    {"unknown after", "job_id,submit_s,after\na,0,b\nb,1,a; c\n", "error unknown-after 2 2;"},
    {"worst first",
     "; MaxProcs: 2\n1 0 -1 10 2" SWF_TAIL "2 20 -1 150 2" SWF_TAIL "2 200 0 10 2" SWF_TAIL,
     "error duplicate-id 1 4;warning run-beyond-estimate 1 3;note no-wait-recorded 2 2;"},
    {"node twice", "node_id,gpu\na,1\nb,1\na,1\n", "error duplicate-id 1 4;"},
    {"node in a range", "node_id,gpu\na[1-3],1\na2,1\n", "error duplicate-id 1 3;"},
    {"no nodes", "node_id,gpu\n", "error no-nodes 1 1;"},
};

static void
test_lint(void)
{
    static const char *const severities[] = {"note", "warning", "error"};
    for (guint i = 0; i < G_N_ELEMENTS(lints); i++) {
        g_auto(File) file = file_of(lints[i].text);
        g_autoptr(GError) error = NULL;
        g_autoptr(BbTraceLint) lint = bb_trace_lint_new(&tables, file.path, NULL, &error);
        g_autoptr(GString) findings = g_string_new(NULL);
        g_test_message("%s", lints[i].name);
        g_assert_no_error(error);
        for (guint f = 0; f < lint->findings->len; f++) {
            const BbFinding *finding = lint->findings->pdata[f];
            g_string_append_printf(findings, "%s %s %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT ";",
                                   severities[finding->severity], finding->rule, finding->count,
                                   finding->first_line);
        }
        g_assert_cmpstr(findings->str, ==, lints[i].findings);
        g_assert_cmpint(lint->n_errors > 0, ==, g_str_has_prefix(findings->str, "error"));
    }
}

/* A job of 10 s on both processors every `gap` seconds. */
static void
test_overload(void)
{
    static const struct {
        guint n_jobs, gap;
        const char *rule; /* NULL: no finding */
    } loads[] = {{999, 9, NULL}, {1000, 9, "overload"}, {1000, 10, NULL}};
    for (guint i = 0; i < G_N_ELEMENTS(loads); i++) {
        g_autoptr(GString) text = g_string_new("; MaxProcs: 2\n");
        for (guint j = 0; j < loads[i].n_jobs; j++)
            g_string_append_printf(text, "%u %u 0 10 2%s", j + 1, j * loads[i].gap, SWF_TAIL);
        g_auto(File) file = file_of(text->str);
        g_autoptr(BbTraceLint) lint = bb_trace_lint_new(&tables, file.path, NULL, NULL);
        g_assert_cmpuint(lint->findings->len, ==, loads[i].rule != NULL);
        if (loads[i].rule != NULL)
            g_assert_cmpstr(((BbFinding *)lint->findings->pdata[0])->rule, ==, loads[i].rule);
    }
}

static void
test_lint_texts(void)
{
    g_auto(File) bad = file_of("job_id,submit_s\na,0\na,1\n");
    g_auto(File) clean = file_of("job_id,submit_s\na,0\n");
    g_autoptr(BbTraceLint) lint = bb_trace_lint_new(&tables, bad.path, NULL, NULL);
    g_autoptr(BbTraceLint) none = bb_trace_lint_new(&tables, clean.path, NULL, NULL);
    g_autoptr(BbJson) json = bb_json_new();
    g_autoptr(GString) text = g_string_new(NULL);
    g_autofree char *expected =
        g_strdup_printf("%s:3: error: duplicate-id (1): job \"a\" was there "
                        "before\n%s: no findings\n",
                        bad.path, clean.path);
    bb_trace_lint_table(lint, text);
    bb_trace_lint_table(none, text);
    g_assert_cmpstr(text->str, ==, expected);
    bb_trace_lint_json(lint, json);
    g_assert_true(g_str_has_suffix(bb_json_str(json),
                                   "  \"findings\": [\n"
                                   "    {\n"
                                   "      \"severity\": \"error\",\n"
                                   "      \"rule\": \"duplicate-id\",\n"
                                   "      \"count\": 1,\n"
                                   "      \"first_line\": 3,\n"
                                   "      \"message\": \"job \\\"a\\\" was there before\"\n"
                                   "    }\n"
                                   "  ]\n"
                                   "}\n"));
}

/* What the notes on public logs say about them. */
static const struct {
    const char *file, *rule;
    guint64 count;
} known[] = {
    {"swf/KTH-SP2-1996-2.swf.gz", "max-jobs-mismatch", 1},
    {"swf/KTH-SP2-1996-2.swf.gz", "job-id-gap", 1},
    {"swf/KTH-SP2-1996-2.swf.gz", "run-beyond-estimate", 475},
    {"swf/NASA-iPSC-1993-3.1-cln.swf.gz", "no-wait-recorded", 18239},
    {"swf/NASA-iPSC-1993-3.1-cln.swf.gz", "no-estimate", 18239},
    {"swf/NASA-iPSC-1993-3.1-cln.swf.gz", "status-unknown", 18239},
    {"swf/LLNL-Atlas-2006-2.1-cln.swf.gz", "no-processors", 4571},
    {"swf/LLNL-Atlas-2006-2.1-cln.swf.gz", "zero-runtime", 7178},
    {"swf/LLNL-Atlas-2006-2.1-cln.swf.gz", "late-first-submit", 1},
    {"swf/LCG-2005-1.swf.gz", "one-processor-jobs", 188041},
    {"swf/lublin_256.swf.gz", "no-max-procs", 1},
    {"swf/lublin_256.swf.gz", "overload", 1},
    {"swf/theta_argonne.swf.gz", "estimate-in-field-6", 18735},
    {"swf/theta_argonne.swf.gz", "unsorted", 8056},
    {"swf/theta_argonne.swf.gz", "absolute-times", 1},
    {"gpu/openb_pod_list_default.csv", "pending-pod", 897},
    {"gpu/openb_pod_list_default.csv", "zero-memory-pod", 1},
};

static guint64
count_of(const BbTraceLint *lint, const char *rule)
{
    for (guint f = 0; f < lint->findings->len; f++) {
        const BbFinding *finding = lint->findings->pdata[f];
        if (g_str_equal(finding->rule, rule))
            return finding->count;
    }
    return 0;
}

static void
test_known_oddities(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(known); i++) {
        g_autofree char *path = trace_shared(known[i].file);
        if (path == NULL)
            return;
        g_autoptr(BbTraceLint) lint = bb_trace_lint_new(&tables, path, NULL, NULL);
        g_test_message("%s %s", known[i].file, known[i].rule);
        g_assert_cmpuint(count_of(lint, known[i].rule), ==, known[i].count);
    }
}

/* ---- convert ---- */

static const struct {
    const char *name, *text;
    gboolean sort;
    const char *csv;
} conversions[] = {
    {"a log",
     "; MaxProcs: 2\n1 0.5 0 10 2" SWF_TAIL "2 0 0 10 2 -1 -1 1 0 -1 1 -1 1 -1 -1 1 -1 -1\n", FALSE,
     "job_id,submit_s,runtime_s,estimate_s,kind,tasks,gang,cpu_milli,class\n"
     "1,0.5,10,100,process,2,1,1000,7\n2,0,10,,process,,1,1000,\n"},
    {"sorted, ties as they stood",
     "job_id,submit_s,x_note,class\nb,5,1,\na,0,\"2,3\",\"a,b\"\nd,5,,\nc,5,4,\n", TRUE,
     "job_id,submit_s,class,x_note\na,0,\"a,b\",\"2,3\"\nb,5,,1\nd,5,,\nc,5,,4\n"},
    {"fractions", "job_id,submit_s,cpu_used_frac,ordinal\na,0,0.125,0\nb,1,,\n", FALSE,
     "job_id,submit_s,ordinal,cpu_used_frac\na,0,0,0.125\nb,1,,\n"},
    {"nothing but the header", "submit_s,job_id\n", TRUE, "job_id,submit_s\n"},
    {"openb nodes", "sn,cpu_milli,memory_mib,gpu,model\nn1,1,2,0,\nn2,3,4,5,T4\n", FALSE,
     "node_id,cpu_milli,memory_mib,gpu,gpu_model\nn1,1,2,0,\nn2,3,4,5,T4\n"},
    {"nodes",
     "node_id,runtimes,speed,price_per_h,gpu,labels\nn[1-3],vm,1.5,0.25,,a=b; c=d\nm,,,,0,\n", TRUE,
     "node_id,gpu,labels,runtimes,speed,price_per_h\nn[1-3],,a=b; c=d,vm,1.5,0.25\nm,0,,,,\n"},
};

static void
test_convert(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(conversions); i++) {
        g_auto(File) file = file_of(conversions[i].text), made = file_of("");
        g_autoptr(GString) csv = g_string_new(NULL), again = g_string_new(NULL);
        g_autoptr(GError) error = NULL;
        gboolean sort = conversions[i].sort;
        g_test_message("%s", conversions[i].name);
        g_assert_true(bb_trace_convert(&tables, file.path, NULL, sort, csv, &error));
        g_assert_cmpstr(csv->str, ==, conversions[i].csv);
        /* Native CSV stays what it is. */
        g_assert_true(g_file_set_contents(made.path, csv->str, -1, NULL));
        g_assert_true(bb_trace_convert(&tables, made.path, NULL, FALSE, again, &error));
        g_assert_cmpstr(again->str, ==, csv->str);
    }
}

/* Rows of the original and of its conversion are the same. */
static void
test_convert_shared(void)
{
    static const char *const files[] = {"swf/KTH-SP2-1996-2.swf.gz",
                                        "gpu/openb_pod_list_gpuspec33.csv",
                                        "gpu/openb_node_list_all_node.csv"};
    for (guint i = 0; i < G_N_ELEMENTS(files); i++) {
        g_autofree char *path = trace_shared(files[i]);
        if (path == NULL)
            return;
        g_autofree char *bytes = NULL;
        gsize n;
        g_autoptr(GString) csv = g_string_new(NULL);
        g_assert_true(g_file_get_contents(path, &bytes, &n, NULL));
        g_assert_true(bb_trace_convert(&tables, path, NULL, FALSE, csv, NULL));
        g_auto(Trace) before = trace_read(NULL, bytes, n), after = trace_read(NULL, csv->str, 0);
        g_assert_cmpstr(after.error, ==, NULL);
        g_assert_true(g_str_equal(before.rows, after.rows));
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/trace-info/logs", test_logs);
    g_test_add_func("/trace-info/by-hand", test_by_hand);
    g_test_add_func("/trace-info/json", test_json);
    g_test_add_func("/trace-info/unreadable", test_unreadable);
    g_test_add_func("/trace-lint/rules", test_lint);
    g_test_add_func("/trace-lint/overload", test_overload);
    g_test_add_func("/trace-lint/texts", test_lint_texts);
    g_test_add_func("/trace-lint/known-oddities", test_known_oddities);
    g_test_add_func("/trace-convert/rows", test_convert);
    g_test_add_func("/trace-convert/shared", test_convert_shared);
    return g_test_run();
}
