/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "traces.h"

static const struct {
    const char *name, *text, *rows, *skipped;
} good[] = {
    {"several lines",
     "NodeName=n1 Arch=x86_64 CoresPerSocket=16\n"
     "   CPUAlloc=3 CPUEfctv=30 CPUTot=32 CPULoad=0.01\n"
     "   AvailableFeatures=ib,fast\n"
     "   Gres=gpu:a100:4(S:0-1),shard:8\n"
     "   OS=Linux 5.4 #1 SMP key=x\n"
     "   RealMemory=128000 MemSpecLimit=1000 TmpDisk=5\n"
     "   State=MIXED ThreadsPerCore=1 Weight=7\n"
     "   Partitions=batch,gpu\n\n"
     "NodeName=n2 CPUTot=8\n   RealMemory=1000 Gres=(null) AvailableFeatures=(null) State=IDLE\n",
     "n1 30000,127000,5,4000 named=f model=a100 labels=ib=;fast=;n2 8000,1000,0,0 named=f;", ""},
    {"one line each, some of them away",
     "NodeName=a CPUTot=1 RealMemory=1 State=DOWN*\nNodeName=b CPUTot=2 RealMemory=2 "
     "State=IDLE+DRAIN\n"
     "NodeName=c CPUTot=3 CPUEfctv=N/A RealMemory=3 Gres=gpu:2 State=ALLOCATED",
     "c 3000,3,0,2000 named=f;", "node that is down or drained:2 "},
};

static void
test_good(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(good); i++) {
        g_auto(Trace) trace = trace_read(NULL, good[i].text, 0);
        g_test_message("%s: %s", good[i].name, trace.error);
        g_assert_cmpstr(trace.error, ==, NULL);
        g_assert_cmpstr(trace.rows, ==, good[i].rows);
        g_assert_cmpstr(trace.findings, ==, "");
        g_assert_cmpstr(trace.skipped, ==, good[i].skipped);
    }
}

static const struct {
    const char *text, *error;
} bad[] = {
    {"NodeName=a\n  CPUTot=many\n", "t:2: CPUTot: expected a number, at least 0, found \"many\""},
    {"NodeName=a Gres=gpu:x:y\n",
     "t:1: Gres: expected gpu:MODEL:NUMBER, at most 64, found \"gpu:x:y\""},
    {"NodeName=a Gres=gpu:60,gpu:60\n",
     "t:1: Gres: expected at most 64 devices, found \"gpu:60,gpu:60\""},
    {"NodeName=a[1-2]\n", "t:1: NodeName: expected a node name, found \"a[1-2]\""},
};

static void
test_bad(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_auto(Trace) trace = trace_read("scontrol", bad[i].text, 0);
        g_assert_cmpstr(trace.error, ==, bad[i].error);
    }
}

/* What slurm reads in its own words. */
static void
test_spec(void)
{
    const char *text = "NodeName=a CPUTot=1 Weight=7 Partitions=x,y\n";
    g_autoptr(GError) error = NULL;
    BbInput *input = bb_input_new_from_bytes("t", text, strlen(text));
    g_autoptr(BbReader) reader = bb_reader_new(bb_reader_classes, input, NULL, &error);
    BbNodeRow row;
    g_assert_no_error(error);
    g_assert_cmpint(bb_reader_next_node(reader, &row, &error), ==, BB_READ_ROW);
    g_assert_cmpstr(row.spec, ==, "{\"slurm\":{\"weight\":7,\"partitions\":[\"x\",\"y\"]}}");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/reader-scontrol/good", test_good);
    g_test_add_func("/reader-scontrol/bad", test_bad);
    g_test_add_func("/reader-scontrol/spec", test_spec);
    return g_test_run();
}
