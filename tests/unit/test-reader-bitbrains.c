/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "traces.h"

#include <math.h>

#define HEADER                                                                                     \
    "Timestamp [ms];\tCPU cores;\tCPU capacity provisioned [MHZ];\tCPU usage [MHZ];\tCPU usage "   \
    "[%];\tMemory capacity provisioned [KB];\tMemory usage [KB];\tDisk read throughput "           \
    "[KB/s];\tDisk write throughput [KB/s];\tNetwork received throughput [KB/s];\tNetwork "        \
    "transmitted throughput [KB/s]\n"
#define REST ";\t0.0;\t1.5;\t0.0;\t0.0\n"
#define S "seconds-not-ms"

static const struct {
    const char *name, *text, *rows, *findings, *skipped;
} good[] = {
    {"one VM",
     HEADER "1000;\t2;\t5200;\t1;\t10;\t2097152.0;\t1048576" REST
            "1300;\t2;\t5200;\t1;\t15;\t2097152.0;\t524288" REST,
     "1 @1000 +600 /* vm 1 x 2000,2048,0,0 cpu_used=125000 memory_used=375000;", S ":2:2 ", ""},
    {"one sample", HEADER "1000;\t1;\t1;\t1;\t0;\t1024;\t0" REST,
     "1 @1000 +300 /* vm 1 x 1000,1,0,0 cpu_used=0 memory_used=0;", S ":1:2 ", ""},
    {"milliseconds", HEADER "1376314846000;\t1;\t1;\t1;\t0;\t1024;\t0" REST,
     "1 @1376314846 +300 /* vm 1 x 1000,1,0,0 cpu_used=0 memory_used=0;", "", ""},
    {"two VMs",
     HEADER "9000;\t1;\t1;\t1;\t0;\t1024;\t0" REST HEADER
            "1000;\t4;\t1;\t1;\t100;\t1025;\t1025" REST,
     "1 @9000 +300 /* vm 1 x 1000,1,0,0 cpu_used=0 memory_used=0;"
     "2 @1000 +300 /* vm 1 x 4000,2,0,0 cpu_used=1000000 memory_used=1000000;",
     S ":2:2 ", ""},
    {"none", HEADER HEADER "1000;\t1;\t1;\t1;\t0;\t1024;\t0" REST,
     "2 @1000 +300 /* vm 1 x 1000,1,0,0 cpu_used=0 memory_used=0;", S ":1:3 ", "no samples:1 "},
    {"back, again, and late",
     HEADER "1000;\t1;\t1;\t1;\t0;\t1024;\t0" REST "1300;\t1;\t1;\t1;\t0;\t1024;\t0" REST
            "1300;\t1;\t1;\t1;\t0;\t1024;\t0" REST "1000;\t1;\t1;\t1;\t0;\t1024;\t0" REST
            "1901;\t1;\t1;\t1;\t0;\t1024;\t0" REST,
     "1 @1000 +1201 /* vm 1 x 1000,1,0,0 cpu_used=0 memory_used=0;",
     S ":5:2 times-go-back:2:4 gap:1:6 ", ""},
    {"more than all, and another size",
     HEADER "1000;\t1;\t1;\t1;\t250;\t1024;\t4096" REST "1300;\t2;\t1;\t1;\t0;\t0;\t0" REST,
     "1 @1000 +600 /* vm 1 x 2000,1,0,0 cpu_used=500000 memory_used=500000;",
     S ":2:2 use-beyond-all:1:2 size-changed:1:3 ", ""},
    {"nothing", HEADER "1000;\t0;\t0;\t0;\t0;\t0;\t0" REST,
     "1 @1000 +300 /* vm 1 x 0,0,0,0 cpu_used=0;", S ":1:2 empty-vm:1:2 ", ""},
};

static void
test_good(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(good); i++) {
        g_auto(Trace) trace = trace_read(NULL, good[i].text, 0);
        g_test_message("%s", good[i].name);
        g_assert_cmpstr(trace.error, ==, NULL);
        g_assert_cmpstr(trace.rows, ==, good[i].rows);
        g_assert_cmpstr(trace.findings, ==, good[i].findings);
        g_assert_cmpstr(trace.skipped, ==, good[i].skipped);
    }
}

static const struct {
    const char *name, *text, *error;
} bad[] = {
    {"no time", HEADER ";\t1;\t1;\t1;\t0;\t1024;\t0" REST,
     "t:2:1: column \"Timestamp [ms]\": expected a number, at least 0, found nothing"},
    {"negative cores", HEADER "1;\t-1;\t1;\t1;\t0;\t1024;\t0" REST,
     "t:2:4: column \"CPU cores\": expected a number, at least 0, found \"-1\""},
    {"impossible cores", HEADER "1;\t1e9;\t1;\t1;\t0;\t1024;\t0" REST,
     "t:2:4: column \"CPU cores\": expected a smaller number, found \"1e9\""},
    {"impossible memory", HEADER "1;\t1;\t1;\t1;\t0;\t1e300;\t0" REST, NULL},
    {"a short row", HEADER "1;\t1\n", "t:2: expected 11 fields as in the header, found 2"},
    {"cut short", HEADER "1;\t1;\t1;\t1;\t0;\t1024;\t0" REST "Timestamp [ms];\tCPU cores\n",
     "t:3: expected 11 fields as in the header, found 2"},
};

static void
test_bad(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_auto(Trace) trace = trace_read("bitbrains", bad[i].text, 0);
        g_test_message("%s: %s", bad[i].name, trace.error);
        g_assert_nonnull(trace.error);
        if (bad[i].error != NULL)
            g_assert_cmpstr(trace.error, ==, bad[i].error);
    }
}

/* The public file: counted and summed here once more, in floating point. */
static void
test_shared(void)
{
    g_autofree char *path = trace_shared("cloudvm/bitbrains_one_vm.csv");
    if (path == NULL)
        return;
    g_autofree char *text = trace_slurp(path);
    char *at = text;
    guint n = 0;
    double cpu = 0, memory = 0;
    gint64 first = 0, last = 0;
    trace_line(&at); /* the header */
    for (char *line; (line = trace_line(&at)) != NULL; n++) {
        g_auto(GStrv) field = g_strsplit(line, ";", -1);
        last = g_ascii_strtoll(field[0], NULL, 10);
        first = n == 0 ? last : first;
        g_assert_cmpint(g_ascii_strtoll(field[1], NULL, 10), ==, 1);
        g_assert_cmpfloat(g_ascii_strtod(field[5], NULL), ==, 2097152);
        cpu += g_ascii_strtod(field[4], NULL) / 100;
        memory += g_ascii_strtod(field[6], NULL) / 2097152;
    }
    g_autoptr(BbReader) reader = bb_reader_open(bb_reader_classes, path, NULL, NULL);
    BbJobRow row;
    g_assert_cmpint(bb_reader_next_job(reader, &row, NULL), ==, BB_READ_ROW);
    g_assert_cmpuint(reader->n_records, ==, 8619);
    g_assert_cmpuint(reader->n_records, ==, n);
    g_assert_cmpint(row.submit_us, ==, first * BB_US_PER_S);
    g_assert_cmpint(row.runtime_us, ==, (last - first + 300) * BB_US_PER_S);
    g_assert_cmpint(row.need.v[BB_CPU], ==, 1000);
    g_assert_cmpint(row.need.v[BB_MEMORY], ==, 2048);
    g_assert_cmpfloat(fabs(row.cpu_used_ppm - cpu / n * 1e6), <, 2);
    g_assert_cmpfloat(fabs(row.memory_used_ppm - memory / n * 1e6), <, 2);
    g_assert_cmpint(bb_reader_next_job(reader, &row, NULL), ==, BB_READ_END);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/reader-bitbrains/good", test_good);
    g_test_add_func("/reader-bitbrains/bad", test_bad);
    g_test_add_func("/reader-bitbrains/shared", test_shared);
    return g_test_run();
}
