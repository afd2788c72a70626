/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "traces.h"

#define PODS "name,cpu_milli,memory_mib,num_gpu,gpu_milli"
#define TIMED PODS ",gpu_spec,qos,pod_phase,creation_time,deletion_time,scheduled_time"
#define NODES "sn,cpu_milli,memory_mib,gpu,model"

static const struct {
    const char *name, *text, *rows, *findings, *skipped;
} good[] = {
    {"a share", TIMED "\np0,6000,12288,1,460,,LS,Running,10,100,30\n",
     "p0 @10 +70 /* container 1 x 6000,12288,0,460 class=LS;", "", ""},
    {"whole devices", TIMED "\np0,1,1,8,1000,A10|T4,BE,Failed,0,5,0\n",
     "p0 @0 +5 /* container 1 x 1,1,0,8000 model=A10|T4 class=BE;", "", ""},
    {"one whole device", TIMED "\np0,1,1,1,1000,,LS,Running,0,5,0\n",
     "p0 @0 +5 /* container 1 x 1,1,0,1000 class=LS;", "", ""},
    {"pending", TIMED "\np0,1,1,0,0,,LS,Pending,5,9,\n",
     "p0 @5 +4 /* container 1 x 1,1,0,0 class=LS;", "pending-pod:1:2 ", ""},
    {"never deleted", TIMED "\np0,1,1,0,0,,LS,Running,5,,6\n",
     "p0 @5 +* /* container 1 x 1,1,0,0 class=LS;", "", ""},
    {"before the trace", TIMED "\np0,1,1,0,0,,LS,Running,,9,6\n",
     "p0 @0 +3 /* container 1 x 1,1,0,0 class=LS;", "no-creation-time:1:2 ", ""},
    {"oddities",
     TIMED "\np0,1,0,0,500,,LS,Running,0,1,0\np1,1,1,2,500,,LS,Running,0,1,0\n"
           "p2,1,0,1,0,,LS,Running,7,7,7\n",
     "p0 @0 +1 /* container 1 x 1,0,0,0 class=LS;p1 @0 +1 /* container 1 x 1,1,0,2000 class=LS;"
     "p2 @7 +0 /* container 1 x 1,0,0,0 class=LS;",
     "share-of-no-gpu:1:2 zero-memory-pod:2:2 share-of-many-gpus:1:3 empty-share:1:4 "
     "zero-runtime:1:4 ",
     ""},
    {"times that go back",
     TIMED "\np0,1,1,0,0,,LS,Running,10,9,\np1,1,1,0,0,,LS,Running,10,20,9\n"
           "p2,1,1,0,0,,LS,Running,10,12,13\n",
     "", "pending-pod:1:2 times-go-back:3:2 ", "times go back:3 "},
    {"without times", PODS "\np0,1,1,0,0\np1,1,1,1,500\n",
     "p0 @0 +* /* container 1 x 1,1,0,0;p1 @1 +* /* container 1 x 1,1,0,500;", "no-times:1:1 ", ""},
    {"nodes", NODES "\nopenb-node-0000,32000,262144,0,\nn1,96000,786432,8,V100M32\n",
     "openb-node-0000 32000,262144,0,0 named=b;n1 96000,786432,0,8000 named=b model=V100M32;", "",
     ""},
    {"devices without a model", NODES "\nn1,1,1,2,\n", "n1 1,1,0,2000 named=b;",
     "gpu-without-model:1:2 ", ""},
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
    const char *name, *format, *text, *error;
} bad[] = {
    {"empty pods", "openb-pods", "", "t: expected a header row, found an empty file"},
    {"empty nodes", "openb-nodes", "", "t: expected a header row, found an empty file"},
    {"some times", "openb-pods", PODS ",creation_time\n",
     "t:1: expected creation_time, deletion_time and scheduled_time, or none of them, found 1"},
    {"no name", "openb-pods", PODS "\n,1,1,0,0\n",
     "t:2:1: column \"name\": expected a name, found nothing"},
    {"text", "openb-pods", PODS "\np,1,much,0,0\n",
     "t:2:5: column \"memory_mib\": expected a whole number, at least 0, found \"much\""},
    {"large share", "openb-pods", PODS "\np,1,1,1,1001\n",
     "t:2:9: column \"gpu_milli\": expected a smaller number, found \"1001\""},
    {"negative time", "openb-pods", TIMED "\np0,1,1,0,0,,LS,Running,-1,9,6\n",
     "t:2:24: column \"creation_time\": expected a number of seconds, at least 0, found \"-1\""},
    {"bad models", "openb-pods", TIMED "\np0,1,1,0,0,A||B,LS,Running,0,9,6\n",
     "t:2:12: column \"gpu_spec\": expected NAME|NAME, found \"A||B\""},
    {"unknown column", "openb-nodes", NODES ",gpus\n", NULL},
    {"a range", "openb-nodes", NODES "\nn[1-3],1,1,0,\n",
     "t:2:1: column \"sn\": expected a node name, found \"n[1-3]\""},
    {"many devices", "openb-nodes", NODES "\nn,1,1,99,A\n",
     "t:2:7: column \"gpu\": expected a smaller number, found \"99\""},
};

static void
test_bad(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_auto(Trace) trace = trace_read(bad[i].format, bad[i].text, 0);
        g_test_message("%s: %s", bad[i].name, trace.error);
        g_assert_nonnull(trace.error);
        if (bad[i].error != NULL)
            g_assert_cmpstr(trace.error, ==, bad[i].error);
    }
}

/* The public lists: pods, pods never scheduled, nodes, devices. */
static void
test_shared(void)
{
    g_autofree char *path = trace_shared("gpu/openb_pod_list_default.csv");
    if (path == NULL)
        return;
    g_autofree char *text = NULL;
    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    g_auto(Trace) trace = trace_read(NULL, text, 0);
    g_assert_cmpstr(trace.error, ==, NULL);
    g_assert_true(g_str_has_prefix(
        trace.rows, "openb-pod-0000 @0 +12537496 /* container 1 x 12000,16384,0,1000 class=LS;"));
    g_assert_cmpstr(trace.findings, ==,
                    "pending-pod:897:63 zero-memory-pod:1:1525 zero-runtime:1:7287 ");
    guint n = 0;
    for (const char *p = trace.rows; *p != '\0'; p++)
        n += *p == ';';
    g_assert_cmpuint(n, ==, 8152);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/reader-openb/good", test_good);
    g_test_add_func("/reader-openb/bad", test_bad);
    g_test_add_func("/reader-openb/shared", test_shared);
    return g_test_run();
}
