/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "traces.h"

#define HEADER                                                                                     \
    "instance_sn,role,app_name,cpu_request,cpu_limit,gpu_request,gpu_limit,rdma_request,"          \
    "rdma_limit,memory_request,memory_limit,disk_request,disk_limit,max_instance_per_node,"        \
    "creation_time,scheduled_time,deletion_time\n"
#define HN ",HN,a,12,12,1,1,25,25,120.0,120.0,640.0,800.0,"
#define CN ",CN,b,64,64,0,0,0,0,320.5,320.5,255.0,300.0,"
#define HN_ROW "container 1 x 12000,122880,655360,1000"
#define CN_ROW "container 1 x 64000,328192,261120,0"
#define HN_END " class=a group=a extra=HN,25,8;"
#define CN_END " class=b group=b extra=CN,0,-1;"

static const struct {
    const char *name, *text, *rows, *findings, *skipped;
} good[] = {
    {"there all the time", HEADER "i" HN "8,,,\n", "i @0 +* /* " HN_ROW HN_END,
     "rdma:1:2 density-limit:1:2 alive-at-start:1:2 censored-lifetime:1:2 ", ""},
    {"within the window", HEADER "j" CN "-1,100.0,101.0,130.5\n", "j @100 +29.5 /* " CN_ROW CN_END,
     "", ""},
    {"not a number", HEADER "j" CN "-1,NaN,nan,NaN\n", "j @0 +* /* " CN_ROW CN_END,
     "alive-at-start:1:2 censored-lifetime:1:2 ", ""},
    {"scheduled later", HEADER "j" CN "-1,,7,9\n", "j @0 +2 /* " CN_ROW CN_END,
     "alive-at-start:1:2 ", ""},
    {"never scheduled", HEADER "j" CN "-1,5,,9\n", "j @5 +4 /* " CN_ROW CN_END,
     "pending-instance:1:2 ", ""},
    {"one a node", HEADER "j" CN "1,5,5,5\n",
     "j @5 +0 /* " CN_ROW " class=b group=b avoid=b extra=CN,0,1;", "zero-runtime:1:2 ", ""},
    {"ends before it begins", HEADER "j" CN "-1,5,6,5.5\n", "", "times-go-back:1:2 ",
     "times go back:1 "},
    {"begins before it is there", HEADER "j" CN "-1,5,4,9\n", "", "times-go-back:1:2 ",
     "times go back:1 "},
    {"limits", HEADER "j,CN,b,64,32,0,0,0,0,0,1,2,1,-1,1,1,2\n",
     "j @1 +1 /* container 1 x 64000,0,2048,0 class=b group=b extra=CN,0,-1;",
     "empty-instance:1:2 limit-below-request:2:2 ", ""},
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
    {"no id", HEADER CN "-1,1,1,1\n",
     "t:2:1: column \"instance_sn\": expected an id, found nothing"},
    {"no role", HEADER "j,DN,b,64,64,0,0,0,0,1,1,1,1,-1,1,1,1\n",
     "t:2:3: column \"role\": expected CN or HN, found \"DN\""},
    {"no cpu", HEADER "j,CN,b,,64,0,0,0,0,1,1,1,1,-1,1,1,1\n",
     "t:2:8: column \"cpu_request\": expected a number, at least 0, found nothing"},
    {"part of two devices", HEADER "j,CN,b,1,1,1.5,0,0,0,1,1,1,1,-1,1,1,1\n",
     "t:2:12: column \"gpu_request\": expected a share below 1, or whole devices, found \"1.5\""},
    {"impossible memory", HEADER "j,CN,b,1,1,0,0,0,0,1e300,1,1,1,-1,1,1,1\n",
     "t:2:20: column \"memory_request\": expected a smaller number, found \"1e300\""},
    {"impossible card", HEADER "j,CN,b,1,1,0,0,101,0,1,1,1,1,-1,1,1,1\n",
     "t:2:16: column \"rdma_request\": expected a smaller number, found \"101\""},
    {"no room at all", HEADER "j" CN "0,1,1,1\n",
     "t:2:46: column \"max_instance_per_node\": expected -1 (no limit), or at least 1, found "
     "\"0\""},
    {"negative time", HEADER "j" CN "-1,-1,1,1\n",
     "t:2:49: column \"creation_time\": expected a number of seconds, at least 0, found \"-1\""},
    {"two apps", HEADER "j,CN,a;b,1,1,0,0,0,0,1,1,1,1,1,1,1,1\n",
     "t:2:6: column \"app_name\": expected a name without ;, found \"a;b\""},
    {"a column more", "instance_sn,role,app_name,cpu_request,max_instance_per_node,gpus\n", NULL},
};

static void
test_bad(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_auto(Trace) trace = trace_read("alibaba-dlrm", bad[i].text, 0);
        g_test_message("%s: %s", bad[i].name, trace.error);
        g_assert_nonnull(trace.error);
        if (bad[i].error != NULL)
            g_assert_cmpstr(trace.error, ==, bad[i].error);
    }
}

/* What is still there at the end was there from its beginning to the latest time of the file. */
static void
test_ages(void)
{
    static const char text[] = HEADER "a" HN "8,,,\nb" CN "-1,100,101,\nc" CN "-1,10,10,1000\n";
    static const BbTimeUs ages_s[] = {1000, 899, 990};
    g_autoptr(BbReader) reader = bb_reader_new(
        bb_reader_classes, bb_input_new_from_bytes("t", text, strlen(text)), NULL, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(ages_s); i++) {
        BbJobRow row;
        g_assert_cmpint(bb_reader_next_job(reader, &row, NULL), ==, BB_READ_ROW);
        g_assert_cmpint(row.logged_run_us, ==, ages_s[i] * BB_US_PER_S);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/reader-dlrm/good", test_good);
    g_test_add_func("/reader-dlrm/bad", test_bad);
    g_test_add_func("/reader-dlrm/ages", test_ages);
    return g_test_run();
}
