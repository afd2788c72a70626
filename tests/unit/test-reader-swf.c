/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "traces.h"

/* "JOB SUBMIT WAIT RUN ALLOCATED" and what follows up to the 18th field. */
#define TAIL " -1 -1 2 100 -1 1 7 1 -1 -1 1 -1 -1\n"
#define ONE "; MaxProcs: 4\n"
#define ROW " process 2g x 1000,0,0,0 class=7;"

static const struct {
    const char *name, *text, *rows, *skipped, *findings;
} good[] = {
    {"clean", ONE "1 0 5 50 2" TAIL "2 10 5 60 2" TAIL, "1 @0 +50 /100" ROW "2 @10 +60 /100" ROW,
     "", ""},
    {"header in any case and place", "\n; maxprocs: 4\n\n1 0 5 50 2" TAIL ";\n2 10 5 60 2" TAIL,
     "1 @0 +50 /100" ROW "2 @10 +60 /100" ROW, "", ""},
    {"carriage returns", "; MaxProcs: 4\r\n1 0 5 50 2 -1 -1 2 100 -1 1 7 1 -1 -1 1 -1 -1\r\n",
     "1 @0 +50 /100" ROW, "", ""},
    {"no last newline", ONE "1 0 5 50 2 -1 -1 2 100 -1 1 7 1 -1 -1 1 -1 -1", "1 @0 +50 /100" ROW,
     "", ""},
    {"indented header", " ;  MaxProcs: 4\n;  MaxNodes: 2\n1 0 5 50 2" TAIL, "1 @0 +50 /100" ROW, "",
     "indented-header:2:1 "},
    {"tabs", ONE "1\t0\t5\t50\t2" TAIL "\t2 \t 10\t5\t60\t2" TAIL,
     "1 @0 +50 /100" ROW "2 @10 +60 /100" ROW, "", "tab-separated:2:2 "},
    {"fractions", ONE "1 0.5 5 50.25 2.0" TAIL "2.0 1e1 5 60 2" TAIL,
     "1 @0.5 +50.25 /100" ROW "2 @10 +60 /100" ROW, "", "float-field:2:2 "},
    {"leading zeros", ONE "007 0 5 50 2" TAIL, "7 @0 +50 /100" ROW, "", ""},
    {"long job numbers", ONE "12345678901234567890 0 5 50 2" TAIL,
     "12345678901234567890 @0 +50 /100" ROW, "", ""},
    {"zero run time", ONE "1 0 5 0 2" TAIL, "1 @0 +0 /100" ROW, "", "zero-runtime:1:2 "},
    {"beyond the estimate", ONE "1 0 5 150 2" TAIL, "1 @0 +150 /100" ROW, "",
     "run-beyond-estimate:1:2 "},
    {"processors of field 5", ONE "1 0 5 50 3 -1 -1 -1 100 -1 1 7 1 -1 -1 1 -1 -1\n",
     "1 @0 +50 /100 process 3g x 1000,0,0,0 class=7;", "", "no-requested-processors:1:2 "},
    {"fewer than asked for", ONE "1 0 5 50 1" TAIL, "1 @0 +50 /100" ROW, "",
     "allocated-differs-from-requested:1:2 "},
    {"no estimate, no user", ONE "1 0 5 50 2 -1 -1 2 0 -1 1 -1 1 -1 -1 1 -1 -1\n",
     "1 @0 +50 /* process 2g x 1000,0,0,0;", "", "no-estimate:1:2 "},
    {"memory per processor", ONE "1 0 5 50 2 -1 900 2 100 1025 1 7 1 -1 -1 1 -1 -1\n",
     "1 @0 +50 /100 process 2g x 1000,2,0,0 class=7;", "", "memory-used-recorded:1:2 "},
    {"memory in bytes", ONE "1 0 5 50 2 -1 -1 2 100 4294967296 1 7 1 -1 -1 1 -1 -1\n",
     "1 @0 +50 /100 process 2g x 1000,4194304,0,0 class=7;", "", "memory-implausible:1:2 "},
    {"no run time", ONE "1 0 5 -1 2" TAIL "2 1 5 9 2" TAIL, "2 @1 +9 /100" ROW,
     "run time unknown:1 ", "negative-runtime:1:2 "},
    {"no processors", ONE "1 0 5 9 -1 -1 -1 -1 100 -1 1 7 1 -1 -1 1 -1 -1\n2 1 5 9 2" TAIL,
     "2 @1 +9 /100" ROW, "no processors:1 ", "no-processors:1:2 "},
    {"no submit time", ONE "1 -1 5 9 2" TAIL "2 1 5 9 2" TAIL, "2 @1 +9 /100" ROW,
     "submit time unknown:1 ", "no-submit-time:1:2 "},
    {"checkpointed",
     ONE "1 0 5 90 2" TAIL "1 0 5 40 2 -1 -1 2 100 -1 2 7 1 -1 -1 1 -1 -1\n"
         "1 60 5 50 2 -1 -1 2 100 -1 3 7 1 -1 -1 1 -1 -1\n"
         "2 70 5 50 2 -1 -1 2 100 -1 3 7 1 -1 -1 1 -1 -1\n",
     "1 @0 +90 /100" ROW "2 @70 +50 /100" ROW, "part of a job already told:2 ",
     "partial-execution:2:3 "},
    {"larger than the machine", "; MaxProcs: 1\n1 0 5 50 2" TAIL, "1 @0 +50 /100" ROW, "",
     "more-processors-than-machine:1:2 "},
    {"unknown everywhere", ONE "1 0 -1 50 2 -1 -1 2 100 -1 -1 7 1 -1 -1 1 -1 -1\n",
     "1 @0 +50 /100" ROW, "", "no-wait-recorded:1:2 status-unknown:1:2 "},
    {"below -1", ONE "1 0 -5 50 2" TAIL, "1 @0 +50 /100" ROW, "",
     "negative-field:1:2 no-wait-recorded:1:2 "},
    {"21 fields", ONE "1 0 5 50 2 -1 -1 2 100 -1 1 7 1 -1 -1 1 -1 -1 {n1,n1} q 1:ppn=2\n",
     "1 @0 +50 /100" ROW, "", "extra-fields:1:2 "},
    {"partitions, dependencies",
     ONE "1 0 5 50 2" TAIL "2 0 5 50 2 -1 -1 2 100 -1 1 7 1 -1 -1 2 1 10\n",
     "1 @0 +50 /100" ROW "2 @0 +50 /100" ROW, "", "several-partitions:1:3 preceding-job:1:3 "},
    {"estimate in field 6",
     ONE "1 0 5 50 2 60 -1 2 -1 -1 1 7 1 -1 -1 1 -1 -1\n"
         "2 0 5 50 2 60 -1 2 -1 -1 1 7 1 -1 -1 1 -1 -1\n",
     "1 @0 +50 /* process 2g x 1000,0,0,0 class=7;2 @0 +50 /* process 2g x 1000,0,0,0 class=7;", "",
     "no-estimate:2:2 estimate-in-field-6:2:2 "},
    {"gap and wrong MaxJobs", "; MaxJobs: 5\n" ONE "1 0 5 50 2" TAIL "4 0 5 50 2" TAIL,
     "1 @0 +50 /100" ROW "4 @0 +50 /100" ROW, "", "max-jobs-mismatch:1:1 job-id-gap:2:4 "},
    {"numbers that fall", ONE "4 0 5 50 2" TAIL "1 0 5 50 2" TAIL "9 0 5 50 2" TAIL,
     "4 @0 +50 /100" ROW "1 @0 +50 /100" ROW "9 @0 +50 /100" ROW, "", ""},
    {"cleaned",
     "; MaxJobs: 5\n; MaxProcs: 4\n; Note: THIS IS A CLEANED VERSION OF THE LOG!\n1 0 5 50 2" TAIL,
     "1 @0 +50 /100" ROW, "", "cleaned-log:1:3 max-jobs-mismatch:1:1 "},
    {"no size", "1 0 5 50 2" TAIL, "1 @0 +50 /100" ROW, "", "no-max-procs:1:1 "},
    {"nodes only", "; MaxNodes: 4\n1 0 5 50 2" TAIL, "1 @0 +50 /100" ROW, "", "no-max-procs:1:1 "},
    {"bad header", "; MaxProcs: many\n" ONE "1 0 5 50 2" TAIL, "1 @0 +50 /100" ROW, "",
     "unreadable-header:1:1 "},
    {"evictable", "; Queue: 3 besteffort\n" ONE "1 0 5 50 2" TAIL, "1 @0 +50 /100" ROW, "",
     "best-effort-queue:1:1 "},
    {"Unix times", ONE "1 1500000000 5 50 2" TAIL, "1 @1500000000 +50 /100" ROW, "",
     "absolute-times:1:2 "},
    {"late", ONE "1 100000 5 50 2" TAIL, "1 @100000 +50 /100" ROW, "", "late-first-submit:1:2 "},
    {"header only", ONE, "", "", "no-jobs:1:1 "},
    {"cut within a field", ONE "1 0 5 50 2" TAIL "2 0 5 5", "1 @0 +50 /100" ROW,
     "truncated last line:1 ", "truncated-last-line:1:3 "},
    {"cut after a minus", ONE "1 0 5 50 2" TAIL "2 0 -", "1 @0 +50 /100" ROW,
     "truncated last line:1 ", "truncated-last-line:1:3 "},
};

static void
test_good(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(good); i++) {
        g_auto(Trace) trace = trace_read("swf", good[i].text, 0);
        g_test_message("%s", good[i].name);
        g_assert_cmpstr(trace.error, ==, NULL);
        g_assert_cmpstr(trace.rows, ==, good[i].rows);
        g_assert_cmpstr(trace.skipped, ==, good[i].skipped);
        g_assert_cmpstr(trace.findings, ==, good[i].findings);
    }
}

static void
test_one_processor(void)
{
    for (guint n = 999; n <= 1000; n++) {
        g_autoptr(GString) text = g_string_new(ONE);
        for (guint i = 1; i <= n; i++)
            g_string_append_printf(text, "%u 0 5 50 1 -1 -1 1 100 -1 1 7 1 -1 -1 1 -1 -1\n", i);
        g_auto(Trace) trace = trace_read("swf", text->str, 0);
        g_assert_cmpstr(trace.findings, ==, n < 1000 ? "" : "one-processor-jobs:1000:1 ");
    }
}

static const struct {
    const char *name, *text;
    gsize n;
    const char *error;
} bad[] = {
    {"empty file", "", 0, "t: expected an SWF log, found an empty file"},
    {"another format", "job_id,submit_s\n1,2\n", 0,
     "t:1:1: field 1: expected a number, found \"job_id,submit_s\""},
    {"another format, one line", "job_id", 0,
     "t:1:1: field 1: expected a number, found \"job_id\""},
    {"text", ONE "1 0 5 long 2" TAIL, 0, "t:2:7: field 4: expected a number, found \"long\""},
    {"text behind a tab", ONE "1\t0\t5\t50x 2" TAIL, 0,
     "t:2:7: field 4: expected a number, found \"50x\""},
    {"NaN", ONE "1 0 5 nan 2" TAIL, 0, "t:2:7: field 4: expected a number, found \"nan\""},
    {"infinity", ONE "1 0 inf 5 2" TAIL, 0, "t:2:5: field 3: expected a number, found \"inf\""},
    {"hexadecimal", ONE "1 0x10 5 5 2" TAIL, 0,
     "t:2:3: field 2: expected a number, found \"0x10\""},
    {"text in the last field", ONE "1 0 5 50 2 -1 -1 2 100 -1 1 7 1 -1 -1 1 -1 none\n", 0,
     "t:2:44: field 18: expected a number, found \"none\""},
    {"short line", ONE "1 0 5 50\n2 0 5 50 2" TAIL, 0, "t:2:9: expected 18 fields, found 4"},
    {"short last line", ONE "1 0 5 50 2" TAIL "2 0 5 50\n", 0,
     "t:3:9: expected 18 fields, found 4"},
    {"no job number", ONE "-1 0 5 50 2" TAIL, 0,
     "t:2:1: field 1: expected a job number, found \"-1\""},
    {"half a job number", ONE "1.5 0 5 50 2" TAIL, 0,
     "t:2:1: field 1: expected a job number, found \"1.5\""},
    {"half a processor", ONE "1 0 5 50 1.5" TAIL, 0,
     "t:2:10: field 5: expected a number of processors, at most 100000000, found \"1.5\""},
    {"many processors", ONE "1 0 5 50 100000001" TAIL, 0,
     "t:2:10: field 5: expected a number of processors, at most 100000000, found \"100000001\""},
    {"submit time out of range", ONE "1 99999999999999 5 50 2" TAIL, 0,
     "t:2:3: field 2: expected seconds, below 4.6e12, found \"99999999999999\""},
    {"run time out of range", ONE "1 0 5 1e300 2" TAIL, 0,
     "t:2:7: field 4: expected seconds, below 4.6e12, found \"1e300\""},
    {"NUL", ONE "1 0 \0 5 2 3 4\n", 29, "t:2:5: expected text, found a NUL byte"},
};

static void
test_bad(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_auto(Trace) trace = trace_read("swf", bad[i].text, bad[i].n);
        g_test_message("%s", bad[i].name);
        g_assert_cmpstr(trace.error, ==, bad[i].error);
    }
}

/* Which format a text is taken for; NULL: none. */
static const struct {
    const char *text, *format;
} sniffed[] = {
    {"; Version: 2.2\n", "swf"},
    {"\n   ;x\n", "swf"},
    {"1 0 -1 50 2 -1 -1 2\n", "swf"},
    {"  1\t0.5\t-1 50 2\n", "swf"},
    {"1 2 3\n", NULL},
    {"1,0,5,50,2\n", NULL},
    {"1 0 5 x 2 3\n", NULL},
    {"120\n", NULL},
    {"{}", NULL},
    {"\x7f"
     "ELF",
     NULL},
    {"name,cpu_milli,memory_mib,num_gpu,gpu_milli\n", "openb-pods"},
    {"sn,cpu_milli,memory_mib,gpu,model\n", "openb-nodes"},
    {"\"submit_s\" , job_id\n", "jobs"},
    {"node_id\n", "nodes"},
};

static void
test_sniff(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(sniffed); i++) {
        const char *text = sniffed[i].text;
        BbInput *input = bb_input_new_from_bytes("t", text, strlen(text));
        g_autoptr(GError) error = NULL;
        g_autoptr(BbReader) reader = bb_reader_new(bb_reader_classes, input, NULL, &error);
        g_test_message("%s", text);
        if (reader != NULL)
            g_assert_cmpstr(reader->klass->name, ==, sniffed[i].format);
        else if (sniffed[i].format == NULL)
            g_assert_true(g_str_has_prefix(error->message, "t:1:1: expected a trace (") &&
                          strstr(error->message, " openb-pods, "));
        else
            g_assert_nonnull(strstr(error->message, "column"));
    }
}

static void
test_formats(void)
{
    g_autoptr(GError) error = NULL;
    BbInput *input = bb_input_new_from_bytes("t", "", 0);
    g_assert_null(bb_reader_new(bb_reader_classes, input, "swff", &error));
    g_assert_error(error, BB_ERROR, BB_ERROR_USAGE);
    g_assert_nonnull(strstr(error->message, "\"swf\""));

    static const struct {
        const char *text, *path, *format;
    } splits[] = {{"a.swf", "a.swf", NULL},
                  {"a.txt:swf", "a.txt", "swf"},
                  {"a:b:jobs", "a:b", "jobs"},
                  {"c:\\a.swf", "c:\\a.swf", NULL},
                  {":swf", ":swf", NULL},
                  {"-:swf", "-", "swf"},
                  {"a.swf:other", "a.swf:other", NULL}};
    for (guint i = 0; i < G_N_ELEMENTS(splits); i++) {
        g_autofree char *path = NULL, *format = NULL;
        bb_reader_split(bb_reader_classes, splits[i].text, &path, &format);
        g_assert_cmpstr(path, ==, splits[i].path);
        g_assert_cmpstr(format, ==, splits[i].format);
    }
}

static void
test_meta(void)
{
    const char *text = "; Computer: IBM SP2\n; MaxNodes: 10 (batch)\n; MaxProcs: 20\n"
                       "; UnixStartTime: 843480031\n; MaxJobs: -1\n1 0 5 50 2" TAIL;
    BbInput *input = bb_input_new_from_bytes("t", text, strlen(text));
    g_autoptr(BbReader) reader = bb_reader_new(bb_reader_classes, input, NULL, NULL);
    BbJobRow row;
    g_assert_cmpstr(reader->meta.computer, ==, "IBM SP2");
    g_assert_cmpint(reader->meta.max_nodes, ==, 10);
    g_assert_cmpint(reader->meta.max_procs, ==, 20);
    g_assert_cmpint(reader->meta.unix_start_s, ==, 843480031);
    g_assert_cmpint(reader->meta.max_jobs, ==, -1);
    g_assert_cmpint(bb_reader_next_job(reader, &row, NULL), ==, BB_READ_ROW);
    g_assert_cmpuint(row.line, ==, 6);
    g_assert_cmpint(row.logged_wait_us, ==, 5 * BB_US_PER_S);
    g_assert_cmpint(row.logged_run_us, ==, 50 * BB_US_PER_S);
    g_assert_cmpint(row.logged_tasks, ==, 2);
    g_assert_cmpuint(reader->klass->locate(reader, "estimate_s"), ==, 20);
    g_assert_cmpuint(reader->n_records, ==, 1);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/reader-swf/good", test_good);
    g_test_add_func("/reader-swf/one-processor", test_one_processor);
    g_test_add_func("/reader-swf/bad", test_bad);
    g_test_add_func("/reader-swf/sniff", test_sniff);
    g_test_add_func("/reader-swf/formats", test_formats);
    g_test_add_func("/reader-swf/meta", test_meta);
    return g_test_run();
}
