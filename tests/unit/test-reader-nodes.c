/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "traces.h"

static const struct {
    const char *name, *text, *rows;
} good[] = {
    {"least", "node_id\nn1\n", "n1 0,0,0,0 named=0;"},
    {"a range", "node_id,cpu_milli\n n[001-120].rack ,16000\n",
     "n[001-120].rack 16000,0,0,0 named=1;"},
    {"everything",
     "node_id,pool,cpu_milli,memory_mib,gpu,gpu_model,disk_mib,labels,taints,runtimes,speed,"
     "price_per_h,x_rack\n"
     "n1,web,16000,65536,4,A100,1000,zone=a; ssd,gpu=only,container|vm,1.5,0.75,r1\n",
     "n1 16000,65536,1000,4000 named=f pool=web model=A100 labels=zone=a; ssd taints=gpu=only "
     "runtimes=3 speed=1500 price=750000;"},
    {"zero is named", "node_id,gpu\na,0\nb,\n", "a 0,0,0,0 named=8;b 0,0,0,0 named=0;"},
    {"separators of runtimes", "node_id,runtimes\na,vm; process\nb,bare-metal\nc,\n",
     "a 0,0,0,0 named=0 runtimes=6;b 0,0,0,0 named=0 runtimes=8;c 0,0,0,0 named=0;"},
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

static const struct {
    const char *name, *text, *error;
} bad[] = {
    {"empty file", "", "t: expected a header row, found an empty file"},
    {"no node_id", "cpu_milli\n16000\n", "t:1: expected a column \"node_id\", found none"},
    {"unknown column", "node_id,cpu_mili\n",
     "t:1:9: expected a known column, found \"cpu_mili\"; did you mean \"cpu_milli\"?"},
    {"short row", "node_id,gpu\nn1\n", "t:2: expected 2 fields as in the header, found 1"},
    {"blank name", "node_id,gpu\n,1\n",
     "t:2:1: column \"node_id\": expected a node name or a range like n[001-120], found nothing"},
    {"backward range", "node_id\nn[5-1]\n",
     "t:2:1: column \"node_id\": expected a node name or a range like n[001-120], found "
     "\"n[5-1]\""},
    {"huge range", "node_id\nn[1-999999999]\n",
     "t:2:1: column \"node_id\": expected a range of at most 1048576 nodes, found "
     "\"n[1-999999999]\""},
    {"name with a semicolon", "node_id\na;b\n",
     "t:2:1: column \"node_id\": expected a node name or a range like n[001-120], found \"a;b\""},
    {"text in a number", "node_id,cpu_milli\nn1,16 cores\n",
     "t:2:4: column \"cpu_milli\": expected a whole number, at least 0, found \"16 cores\""},
    {"negative", "node_id,memory_mib\nn1,-5\n",
     "t:2:4: column \"memory_mib\": expected a whole number, at least 0, found \"-5\""},
    {"too many devices", "node_id,gpu\nn1,65\n",
     "t:2:4: column \"gpu\": expected a smaller number, found \"65\""},
    {"half a device", "node_id,gpu\nn1,0.5\n",
     "t:2:4: column \"gpu\": expected a whole number, at least 0, found \"0.5\""},
    {"bad label", "node_id,labels\nn1,=a\n",
     "t:2:4: column \"labels\": expected key=value; key=value, found \"=a\""},
    {"bad taint", "node_id,taints\nn1,a b\n",
     "t:2:4: column \"taints\": expected key=value; key=value, found \"a b\""},
    {"bad runtime", "node_id,runtimes\nn1,container|vms\n",
     "t:2:4: column \"runtimes\": expected container, vm, process, bare-metal, separated by |, "
     "found \"container|vms\""},
    {"speed of nothing", "node_id,speed\nn1,0\n",
     "t:2:4: column \"speed\": expected a larger number, found \"0\""},
};

static void
test_bad(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_auto(Trace) trace = trace_read("nodes", bad[i].text, 0);
        g_test_message("%s: %s", bad[i].name, trace.error);
        g_assert_cmpstr(trace.error, ==, bad[i].error);
    }
}

static void
test_findings(void)
{
    g_auto(Trace) trace = trace_read(NULL, "node_id,cpu_milli\na,1\nb,\nc,\n", 0);
    g_assert_cmpstr(trace.findings, ==, "node-without-resources:2:3 ");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/reader-nodes/good", test_good);
    g_test_add_func("/reader-nodes/bad", test_bad);
    g_test_add_func("/reader-nodes/findings", test_findings);
    return g_test_run();
}
