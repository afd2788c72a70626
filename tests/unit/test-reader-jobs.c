/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "traces.h"

#define HEAD "job_id,submit_s"
#define DEFAULTS " container 1 x 0,0,0,0;"

static const struct {
    const char *name, *text, *rows;
} good[] = {
    {"least", HEAD "\na,0\nb,0.5\n", "a @0 +* /*" DEFAULTS "b @0.5 +* /*" DEFAULTS},
    {"no last newline", HEAD "\na,0", "a @0 +* /*" DEFAULTS},
    {"carriage returns", HEAD "\r\na,0\r\n", "a @0 +* /*" DEFAULTS},
    {"byte order mark", "\xef\xbb\xbf" HEAD "\na,0\n", "a @0 +* /*" DEFAULTS},
    {"any order of columns", "submit_s,runtime_s,job_id\n1,2,a\n", "a @1 +2 /*" DEFAULTS},
    {"no jobs", HEAD "\n", ""},
    {"times", HEAD ",runtime_s,estimate_s\na,1e3,0.25,90\nb,1000000,,\nc,4000000000000,0,1\n",
     "a @1000 +0.25 /90" DEFAULTS "b @1000000 +* /*" DEFAULTS "c @4000000000000 +0 /1" DEFAULTS},
    {"spreadsheet integers", HEAD ",tasks,cpu_milli\na,0,4.0,500.00\n",
     "a @0 +* /* container 4 x 500,0,0,0;"},
    {"demand",
     HEAD ",kind,tasks,gang,cpu_milli,memory_mib,disk_mib,gpu_milli\n"
          "a,0,vm,1,0,500,1024,10,250\nb,0,process,64,1,1000,0,0,2000\n"
          "c,0,bare-metal,2,yes,,,,1000\nd,0,container,,,,,,999\n",
     "a @0 +* /* vm 1 x 500,1024,10,250;b @0 +* /* process 64g x 1000,0,0,2000;"
     "c @0 +* /* bare-metal 2g x 0,0,0,1000;d @0 +* /* container 1 x 0,0,0,999;"},
    {"numbers", HEAD ",priority,ordinal,cpu_used_frac,memory_used_frac\na,0,-5,0,0.25,1\n",
     "a @0 +* /* container 1 x 0,0,0,0 priority=-5 ordinal=0 cpu_used=250000 "
     "memory_used=1000000;"},
    {"texts",
     HEAD ",gpu_model,class,group,after,image,volumes,require,prefer,tolerate,spread,avoid,node\n"
          "a,0,A|B,team 1,g,x; y,im,v:10,zone=a|b; ssd=,rack=1,gpu=yes; old,zone:2,g; h,"
          "n1*2; n7\n",
     "a @0 +* /* container 1 x 0,0,0,0 model=A|B class=team 1 group=g after=x; y image=im "
     "volumes=v:10 require=zone=a|b; ssd= prefer=rack=1 tolerate=gpu=yes; old spread=zone:2 "
     "avoid=g; h node=n1*2; n7;"},
    {"carried along", HEAD ",x_b,x_a\na,0,1,\"2,3\"\n",
     "a @0 +* /* container 1 x 0,0,0,0 extra=1,\"2,3\";"},
    {"quoted", HEAD ",class\n\"a,1\",0,\"the \"\"web\"\"\"\n",
     "a,1 @0 +* /* container 1 x 0,0,0,0 class=the \"web\";"},
    {"text beyond ASCII", HEAD ",class\n\xc3\xa9,0,\xe2\x82\xac\n",
     "\xc3\xa9 @0 +* /* container 1 x 0,0,0,0 class=\xe2\x82\xac;"},
};

static void
test_good(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(good); i++) {
        g_auto(Trace) trace = trace_read(NULL, good[i].text, 0);
        g_test_message("%s", good[i].name);
        g_assert_cmpstr(trace.error, ==, NULL);
        g_assert_cmpstr(trace.rows, ==, good[i].rows);
    }
}

/* One bad cell of the named column in row 3; `expected` follows "t:3:COLUMN: column "NAME": ". */
static const struct {
    const char *column, *cell, *message;
} bad_cells[] = {
    {"submit_s", "", "expected seconds, found nothing"},
    {"submit_s", "abc", NULL},
    {"submit_s", "-1", NULL},
    {"submit_s", "nan", NULL},
    {"submit_s", "inf", NULL},
    {"submit_s", "0x10", NULL},
    {"submit_s", "1e400", NULL},
    {"submit_s", "5000000000000", NULL},
    {"submit_s", "1 2", NULL},
    {"submit_s", "+1", NULL},
    {"runtime_s", "-0.5", NULL},
    {"runtime_s", "10s", NULL},
    {"estimate_s", "infinity", NULL},
    {"kind", "vmm", "expected container, vm, process or bare-metal, found \"vmm\""},
    {"kind", "VM", "expected container, vm, process or bare-metal, found \"VM\""},
    {"tasks", "0", NULL},
    {"tasks", "1.5", NULL},
    {"tasks", "-3", NULL},
    {"tasks", "100000001", NULL},
    {"tasks", "99999999999999999999", NULL},
    {"gang", "2", NULL},
    {"cpu_milli", "4000m", NULL},
    {"cpu_milli", "-1", NULL},
    {"cpu_milli", "1099511627777", NULL},
    {"memory_mib", "4Gi", NULL},
    {"disk_mib", "0x1F", NULL},
    {"gpu_milli", "1500",
     "expected a share below 1000 or whole devices, a multiple of 1000, found \"1500\""},
    {"priority", "2147483648", NULL},
    {"ordinal", "-1", NULL},
    {"cpu_used_frac", "1.01", NULL},
    {"memory_used_frac", "half", NULL},
    {"gpu_model", "A||B", "expected NAME|NAME, found \"A||B\""},
    {"after", "a;;b", "expected name; name, found \"a;;b\""},
    {"volumes", "v", "expected name:mib; name:mib, found \"v\""},
    {"require", "zone", "expected key=a|b; key2=c, found \"zone\""},
    {"prefer", "=a", "expected key=a|b; key2=c, found \"=a\""},
    {"tolerate", "a=b=c;", NULL},
    {"spread", "zone:0", NULL},
    {"avoid", "a=b", "expected name; name, found \"a=b\""},
    {"node", "n1*0", "expected node; node*tasks, found \"n1*0\""},
    {"node", "n1*x", "expected node; node*tasks, found \"n1*x\""},
    {"node", "n1*2 3", "expected node; node*tasks, found \"n1*2 3\""},
    {"class",
     "a\x01"
     "b",
     "expected printable UTF-8 text, found \"a\\x01b\""},
    {"group", "\xff", "expected printable UTF-8 text, found \"\\xff\""},
    {"job_id", "\xc3", "expected printable UTF-8 text, found \"\\xc3\""},
};

static void
test_bad_cells(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(bad_cells); i++) {
        const char *column = bad_cells[i].column;
        gboolean submit = g_str_equal(column, "submit_s"), id = g_str_equal(column, "job_id");
        g_autofree char *text =
            submit ? g_strdup_printf("job_id,submit_s\na,0\nb,%s\n", bad_cells[i].cell)
            : id
                ? g_strdup_printf("submit_s,job_id\n0,a\n5,%s\n", bad_cells[i].cell)
                : g_strdup_printf("job_id,submit_s,%s\na,0,\nbb,5,%s\n", column, bad_cells[i].cell);
        g_autofree char *place =
            g_strdup_printf("t:3:%d: column \"%s\": %s", submit || id ? 3 : 6, column,
                            bad_cells[i].message != NULL ? bad_cells[i].message : "expected ");
        g_auto(Trace) trace = trace_read("jobs", text, 0);
        g_test_message("%s", trace.error);
        g_assert_nonnull(trace.error);
        if (bad_cells[i].message != NULL)
            g_assert_cmpstr(trace.error, ==, place);
        else
            g_assert_true(g_str_has_prefix(trace.error, place));
        g_assert_nonnull(strstr(trace.error, "found"));
    }
}

/* What is wrong with the file rather than a cell. */
static const struct {
    const char *name, *text;
    gsize n;
    const char *error;
} bad_files[] = {
    {"empty file", "", 0, "t: expected a header row, found an empty file"},
    {"missing column", "submit_s,runtime_s\n1,2\n", 0, NULL},
    {"unknown column", "job_id,submit_s,runtme_s\n", 0, NULL},
    {"column twice", "job_id,submit_s,job_id\n", 0, NULL},
    {"short row", "job_id,submit_s,tasks\na,0,1\nb,1\n", 0, NULL},
    {"long row", "job_id,submit_s\na,0\nb,1,2\n", 0, NULL},
    {"open quote", "job_id,submit_s\n\"a,0\n", 0,
     "t:2:1: expected a closing quote, found the end of the file"},
    {"NUL", "job_id,submit_s\na\0b,0\n", 21, "t:2:2: expected text, found a NUL byte"},
    {"blank id", "job_id,submit_s\n,0\n", 0,
     "t:2:1: column \"job_id\": expected an id, found nothing"},
    {"totals beyond counting", "job_id,submit_s,tasks,cpu_milli\na,0,100000000,1000000000000\n", 0,
     "t:2:15: column \"cpu_milli\": expected less, for so many tasks, found \"1000000000000\""},
};

static void
test_bad_files(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(bad_files); i++) {
        g_auto(Trace) trace = trace_read("jobs", bad_files[i].text, bad_files[i].n);
        g_test_message("%s: %s", bad_files[i].name, trace.error);
        g_assert_nonnull(trace.error);
        g_assert_true(g_str_has_prefix(trace.error, "t:"));
        if (bad_files[i].error != NULL)
            g_assert_cmpstr(trace.error, ==, bad_files[i].error);
        g_assert_nonnull(strstr(trace.error, "expected"));
    }
}

static void
test_suggestion(void)
{
    g_auto(Trace) trace = trace_read(NULL, "job_id,submit_s,runtme_s\n", 0);
    g_assert_nonnull(strstr(trace.error, "t:1:17:"));
    g_assert_nonnull(strstr(trace.error, "runtime_s"));
}

static void
test_long_field(void)
{
    g_autoptr(GString) text = g_string_new("job_id,submit_s\na,0\n");
    for (guint i = 0; i < 300000; i++)
        g_string_append_c(text, 'x');
    g_string_append(text, ",1\n");
    g_auto(Trace) trace = trace_read("jobs", text->str, 0);
    g_assert_true(g_str_has_prefix(trace.error, "t:3:1: "));
}

static void
test_findings(void)
{
    g_auto(Trace) trace = trace_read(
        NULL, "job_id,submit_s,runtime_s,estimate_s\na,0,5,9\nb,1,9,5\nc,1,0,5\nd,2,6,5\n", 0);
    g_assert_cmpstr(trace.findings, ==, "run-beyond-estimate:2:3 zero-runtime:1:4 ");
}

static void
test_locate(void)
{
    g_autoptr(GError) error = NULL;
    const char *text = "job_id,x_a,submit_s\n abc ,\"b\",7\n";
    BbInput *input = bb_input_new_from_bytes("t", text, strlen(text));
    g_autoptr(BbReader) reader = bb_reader_new(bb_reader_classes, input, NULL, &error);
    BbJobRow row;
    g_assert_no_error(error);
    g_assert_cmpstr(reader->klass->name, ==, "jobs");
    g_assert_cmpstr(reader->meta.extra_columns, ==, "x_a");
    g_assert_cmpint(bb_reader_next_job(reader, &row, NULL), ==, BB_READ_ROW);
    g_assert_cmpuint(row.line, ==, 2);
    g_assert_cmpuint(reader->klass->locate(reader, "submit_s"), ==, 11);
    g_assert_cmpuint(reader->klass->locate(reader, "tasks"), ==, 0);
    g_assert_cmpint(bb_reader_next_job(reader, &row, NULL), ==, BB_READ_END);
    g_assert_cmpint(bb_reader_next_job(reader, &row, NULL), ==, BB_READ_END);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/reader-jobs/good", test_good);
    g_test_add_func("/reader-jobs/bad-cells", test_bad_cells);
    g_test_add_func("/reader-jobs/bad-files", test_bad_files);
    g_test_add_func("/reader-jobs/suggestion", test_suggestion);
    g_test_add_func("/reader-jobs/long-field", test_long_field);
    g_test_add_func("/reader-jobs/findings", test_findings);
    g_test_add_func("/reader-jobs/locate", test_locate);
    return g_test_run();
}
