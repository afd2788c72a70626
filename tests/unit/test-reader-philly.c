/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "traces.h"

#define HEADER "timestamp,duration,num_gpus,gpu_time,cluster\n"
#define NOTE "local-times:1:1 "

static const struct {
    const char *name, *text, *rows, *findings;
} good[] = {
    {"one device", HEADER "1970-01-02 00:00:01,66.5,1,66.5,a\n",
     "1 @86401 +66.5 /* container 1g x 0,0,0,1000 class=a;", NOTE},
    {"a machine", HEADER "1970-01-01 00:00:00,1,8,8,a\n",
     "1 @0 +1 /* container 1g x 0,0,0,8000 class=a;", NOTE},
    {"machines", HEADER "1970-01-01 00:01:00,1,24,24,a\n1970-01-01 01:00:00,1,128,128,\n",
     "1 @60 +1 /* container 3g x 0,0,0,8000 class=a;2 @3600 +1 /* container 16g x 0,0,0,8000;",
     NOTE},
    {"uneven", HEADER "1970-01-01 00:00:00,1,12,12,a\n1970-01-01 00:00:00,1,9,9,a\n",
     "1 @0 +1 /* container 3g x 0,0,0,4000 class=a;2 @0 +1 /* container 9g x 0,0,0,1000 class=a;",
     NOTE "uneven-gpus:2:2 "},
    {"oddities", HEADER "1970-01-01 00:00:00,0,0,0,a\n1970-01-01 00:00:00,9,2,9,a\n",
     "1 @0 +0 /* container 1g x 0,0,0,0 class=a;2 @0 +9 /* container 1g x 0,0,0,2000 class=a;",
     NOTE "no-gpus:1:2 zero-runtime:1:2 gpu-time-differs:1:3 "},
    {"three columns", "num_gpus,duration,timestamp\n2,3,2016-02-29 00:00:00\n",
     "1 @1456704000 +3 /* container 1g x 0,0,0,2000;", NOTE},
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
        g_assert_cmpstr(trace.skipped, ==, "");
    }
}

#define WHEN "t:2:1: column \"timestamp\": expected a time like 2017-10-09 07:01:55, found "

static const struct {
    const char *name, *text, *error;
} bad[] = {
    {"empty", "", "t: expected a header row, found an empty file"},
    {"no time", HEADER ",1,1,1,a\n", WHEN "nothing"},
    {"no such day", HEADER "2017-02-29 00:00:00,1,1,1,a\n", WHEN "\"2017-02-29 00:00:00\""},
    {"a zone", HEADER "2017-02-28 00:00:00Z,1,1,1,a\n", WHEN "\"2017-02-28 00:00:00Z\""},
    {"before all time", HEADER "1969-12-31 23:59:59,1,1,1,a\n", WHEN "\"1969-12-31 23:59:59\""},
    {"no duration", HEADER "2017-02-28 00:00:00,,1,1,a\n",
     "t:2:21: column \"duration\": expected a number of seconds, at least 0, found nothing"},
    {"runs backwards", HEADER "2017-02-28 00:00:00,-1,1,1,a\n",
     "t:2:21: column \"duration\": expected a number of seconds, at least 0, found \"-1\""},
    {"no devices", HEADER "2017-02-28 00:00:00,1,,1,a\n",
     "t:2:23: column \"num_gpus\": expected a number of devices, found nothing"},
    {"impossible devices", HEADER "2017-02-28 00:00:00,1,1000001,1,a\n",
     "t:2:23: column \"num_gpus\": expected a smaller number, found \"1000001\""},
};

static void
test_bad(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_auto(Trace) trace = trace_read("philly", bad[i].text, 0);
        g_test_message("%s", bad[i].name);
        g_assert_cmpstr(trace.error, ==, bad[i].error);
    }
}

/* The public table: counted and summed here once more. Its times are read by GLib here. */
static void
test_shared(void)
{
    g_autofree char *path = trace_shared("gpu/philly_jobs_pollux.csv.gz");
    if (path == NULL)
        return;
    g_autofree char *text = trace_slurp(path);
    char *at = text;
    g_autoptr(GTimeZone) utc = g_time_zone_new_utc();
    TraceSums sums = trace_sums(path, "philly"), own = {0};
    trace_line(&at); /* the header */
    for (char *line; (line = trace_line(&at)) != NULL;) {
        g_auto(GStrv) field = g_strsplit(line, ",", -1);
        g_autoptr(GDateTime) time = g_date_time_new_from_iso8601(field[0], utc);
        own.n++;
        own.submit_us += g_date_time_to_unix(time) * BB_US_PER_S;
        own.runtime_us += (gint64)(g_ascii_strtod(field[1], NULL) * 1e6);
        own.need[BB_GPU] += g_ascii_strtoll(field[2], NULL, 10) * 1000;
    }
    g_assert_cmpuint(sums.n, ==, 82247);
    g_assert_cmpuint(sums.n, ==, own.n);
    g_assert_cmpuint(sums.n_services, ==, 0);
    g_assert_true(sums.submit_us == own.submit_us);
    g_assert_true(sums.runtime_us == own.runtime_us);
    g_assert_true(sums.need[BB_GPU] == own.need[BB_GPU]);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/reader-philly/good", test_good);
    g_test_add_func("/reader-philly/bad", test_bad);
    g_test_add_func("/reader-philly/shared", test_shared);
    return g_test_run();
}
