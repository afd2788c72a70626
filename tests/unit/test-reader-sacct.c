/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "traces.h"

#define HEAD                                                                                       \
    "JobID|JobName|User|Account|Submit|Start|End|Timelimit|ReqCPUS|NNodes|ReqMem|ReqTRES|State\n"
#define T "2024-01-01T00:00:"

static const struct {
    const char *name, *text, *rows, *findings, *skipped;
} good[] = {
    {"a job and its steps",
     HEAD "7|a|ann|phys|" T "00|" T "10|" T "40|1-00:01:00|8|2|16G|cpu=8,mem=16G,node=2|COMPLETED\n"
          "7.batch|batch||phys|" T "10|" T "10|" T "40||4|1|||COMPLETED\n",
     "7 @1704067200 +30 /86460 process 2g x 4000,8192,0,0 class=ann group=phys;", "",
     "step of a job:1 "},
    {"memory of a node, of a core; devices",
     HEAD "1|a|u|g|" T "00|" T "00|" T "01|UNLIMITED|4|2|1000Mn||COMPLETED\n"
          "2|a|u|g|" T "00|" T "00|" T "01|00:01:00|4|2|1Gc|gres/gpu=4|COMPLETED\n"
          "3|a|u|g|" T "00|" T "00|" T "01|00:01:00|4|2||cpu=4,mem=3G,gres/gpu:a100=2|COMPLETED\n",
     "1 @1704067200 +1 /* process 2g x 2000,1000,0,0 class=u group=g;"
     "2 @1704067200 +1 /60 process 2g x 2000,2048,0,2000 class=u group=g;"
     "3 @1704067200 +1 /60 process 2g x 2000,1536,0,0 class=u group=g;",
     "", ""},
    {"uneven cores", HEAD "1|a|u|g|" T "00|" T "00|" T "01||3|2|3G||COMPLETED\n",
     "1 @1704067200 +1 /* process 3g x 1000,1024,0,0 class=u group=g;", "uneven-cores:1:2 ", ""},
    {"running, waiting, cancelled before it started",
     HEAD "1|a|u|g|" T "00|" T "05|Unknown||1|1|||RUNNING\n2|a|u|g|" T
          "00|Unknown|Unknown||1|1|||PENDING\n3|a|u|g|" T "10|" T "05|" T "06||1|1|||CANCELLED\n",
     "1 @1704067200 +* /* process 1g x 1000,0,0,0 class=u group=g;", "",
     "job that has not started:1 times go back:1 "},
    {"other fields, seconds since 1970",
     "Submit|JobID|TimelimitRaw|AllocCPUS|Start|End\n5|9_1|2|0|6|8\n",
     "9_1 @5 +2 /120 process 1g x 1000,0,0,0;", "", ""},
};

static void
test_good(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(good); i++) {
        g_auto(Trace) trace = trace_read(NULL, good[i].text, 0);
        g_test_message("%s: %s", good[i].name, trace.error);
        g_assert_cmpstr(trace.error, ==, NULL);
        g_assert_cmpstr(trace.rows, ==, good[i].rows);
        g_assert_cmpstr(trace.findings, ==, good[i].findings);
        g_assert_cmpstr(trace.skipped, ==, good[i].skipped);
    }
}

static const struct {
    const char *name, *text, *error;
} bad[] = {
    {"nothing", "", "t: field \"JobID\": expected a header that has it, found no such field"},
    {"no submission", "JobID|Start\n",
     "t:1: field \"Submit\": expected a header that has it, found no such field"},
    {"too few", "JobID|Submit\n1\n", "t:2: expected 2 fields, found 1"},
    {"a time", "JobID|Submit\n1|soon\n",
     "t:2:3: field \"Submit\": expected a time like 2024-01-31T12:00:00, found \"soon\""},
    {"a limit", "JobID|Submit|Start|Timelimit\n1|1|1|1 day\n",
     "t:2:7: field \"Timelimit\": expected a time like 1-12:00:00, found \"1 day\""},
    {"memory", "JobID|Submit|Start|ReqMem\n1|1|1|much\n",
     "t:2:7: field \"ReqMem\": expected memory like 4000M or 16G, found \"much\""},
    {"cores", "JobID|Submit|Start|ReqCPUS\n1|1|1|-1\n",
     "t:2:7: field \"ReqCPUS\": expected a number of them, found \"-1\""},
    {"no id", "JobID|Submit\n|1\n", "t:2:1: field \"JobID\": expected a job, found \"\""},
};

static void
test_bad(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_auto(Trace) trace = trace_read("sacct", bad[i].text, 0);
        g_test_message("%s: %s", bad[i].name, trace.error);
        g_assert_cmpstr(trace.error, ==, bad[i].error);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/reader-sacct/good", test_good);
    g_test_add_func("/reader-sacct/bad", test_bad);
    return g_test_run();
}
