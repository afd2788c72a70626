/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "traces.h"

/* A task event's fields round its time, kind and requests. */
#define EVENT(time, kind, requests) #time ",,7,3,11," #kind ",u,2,9," requests "\n"
#define HALF "0.5,0.25,0.001,0"
#define ONE " container 1 x 32000,65536,4194,0 priority=9 class=u extra=2;"

static const struct {
    const char *name, *text, *rows, *findings, *skipped;
} tasks[] = {
    {"one run", EVENT(600000000, 0, HALF) EVENT(601000000, 1, HALF) EVENT(661500000, 4, HALF),
     "7-3 @600 +60.5 /*" ONE, "", ""},
    {"there at the start", EVENT(0, 0, HALF) EVENT(0, 1, HALF) EVENT(900000000, 5, HALF),
     "7-3 @0 +900 /* container 1 x 32000,65536,4194,0 priority=9 class=u node=11 extra=2;",
     "alive-at-start:1:1 ", ""},
    {"waiting at the start, and before it who runs",
     "0,,8,0,,0,v,0,0," HALF "\n" EVENT(0, 0, HALF) EVENT(0, 1, HALF) "5000000,,8,0,4,1,v,0,0," HALF
                                                                      "\n",
     "7-3 @0 +* /* container 1 x 32000,65536,4194,0 priority=9 class=u node=11 extra=2;"
     "8-0 @0 +* /* container 1 x 32000,65536,4194,0 class=v extra=0;",
     "alive-at-start:2:2 censored-lifetime:2:2 ", ""},
    {"there at the end", EVENT(600000000, 0, HALF) EVENT(601000000, 1, HALF), "7-3 @600 +* /*" ONE,
     "censored-lifetime:1:1 ", ""},
    {"ends after the window",
     EVENT(600000000, 0, HALF) EVENT(601000000, 1, HALF) EVENT(9223372036854775807, 4, HALF),
     "7-3 @600 +* /*" ONE, "after-the-window:1:3 censored-lifetime:1:1 ", ""},
    {"evicted, failed, lost, and back",
     EVENT(1000000, 0, HALF) EVENT(2000000, 1, HALF) EVENT(3000000, 2, HALF) EVENT(4000000, 0, HALF)
         EVENT(5000000, 1, HALF) EVENT(7000000, 3, HALF) EVENT(7000000, 0, HALF)
             EVENT(8000000, 1, HALF) EVENT(11000000, 6, HALF),
     "7-3 @1 +2 /*" ONE "7-3.2 @7 +3 /*" ONE, "evicted-and-back:1:4 ", ""},
    {"evicted, and not seen again",
     EVENT(1000000, 0, HALF) EVENT(2000000, 1, HALF) EVENT(5000000, 2, HALF)
         EVENT(9000000, 8, HALF),
     "7-3 @1 +3 /*" ONE, "request-updated:1:4 ", ""},
    {"evicted, and killed while it waits",
     EVENT(1000000, 0, HALF) EVENT(2000000, 1, HALF) EVENT(5000000, 2, HALF) EVENT(6000000, 0, HALF)
         EVENT(9000000, 5, HALF),
     "7-3 @1 +3 /*" ONE, "evicted-and-back:1:4 ", ""},
    {"evicted, and still waiting at the end",
     EVENT(1000000, 0, HALF) EVENT(2000000, 1, HALF) EVENT(5000000, 2, HALF)
         EVENT(6000000, 0, HALF),
     "7-3 @1 +* /*" ONE, "evicted-and-back:1:4 censored-lifetime:1:1 ", ""},
    {"never scheduled", EVENT(1000000, 0, HALF), "7-3 @1 +* /*" ONE, "never-scheduled:1:1 ", ""},
    {"killed while it waits", EVENT(1000000, 0, HALF) EVENT(3000000, 5, HALF), "",
     "ended-unscheduled:1:1 ", "ended before it was scheduled:1 "},
    {"two tasks in the order of submission",
     EVENT(1000000, 0, HALF) "2000000,,8,0,,0,v,0,0," HALF "\n3000000,,8,0,,1,v,0,0," HALF
                             "\n4000000,,8,0,,4,v,0,0," HALF "\n" EVENT(5000000, 1, HALF)
                                 EVENT(9000000, 4, HALF),
     "7-3 @1 +4 /*" ONE "8-0 @2 +1 /* container 1 x 32000,65536,4194,0 class=v extra=0;", "", ""},
    {"updates",
     EVENT(1000000, 0, "1,1,1,0") EVENT(1500000, 7, HALF) EVENT(2000000, 1, HALF)
         EVENT(3000000, 8, "1,1,1,0") EVENT(4000000, 4, HALF),
     "7-3 @1 +2 /*" ONE, "request-updated:1:4 ", ""},
    {"on different machines",
     EVENT(1000000, 0, "0.5,0.25,0.001,1") EVENT(1000000, 1, HALF) EVENT(2000000, 4, HALF),
     "7-3 @1 +1 /* container 1 x 32000,65536,4194,0 priority=9 class=u group=7 avoid=7 extra=2;",
     "", ""},
    {"blank requests", EVENT(1000000, 0, ",,,") EVENT(1000000, 1, HALF) EVENT(2000000, 4, HALF),
     "7-3 @1 +1 /* container 1 x 0,0,0,0 priority=9 class=u extra=2;", "blank-request:1:1 ", ""},
    {"impossible request",
     EVENT(1000000, 0, "1.5,0,0,0") EVENT(1000000, 1, HALF) EVENT(2000000, 4, HALF),
     "7-3 @1 +1 /* container 1 x 96000,0,0,0 priority=9 class=u extra=2;",
     "beyond-largest-machine:1:1 ", ""},
    {"events of no task", EVENT(1000000, 4, HALF) EVENT(2000000, 1, HALF) EVENT(3000000, 4, HALF),
     "7-3 @2 +1 /*" ONE, "event-of-unknown-task:2:1 ", ""},
    {"twice",
     EVENT(1000000, 0, HALF) EVENT(1000000, 0, HALF) EVENT(2000000, 1, HALF)
         EVENT(3000000, 4, HALF),
     "7-3 @1 +1 /*" ONE, "submitted-twice:1:2 ", ""},
    {"back in time", EVENT(5000000, 0, HALF) EVENT(6000000, 1, HALF) EVENT(3000000, 4, HALF), "",
     "events-go-back:1:3 times-go-back:1:1 ", "times go back:1 "},
    {"made up", "1000000,2,7,3,,0,u,2,9," HALF "\n" EVENT(1000000, 1, HALF) EVENT(2000000, 4, HALF),
     "7-3 @1 +1 /*" ONE, "missing-info:1:1 ", ""},
    {"machines at the start", "0,5,0,P=,0.5,0.2493\n0,6,0,P=,1,1\n",
     "5 32000,65352,0,0 named=3;6 64000,262144,0,0 named=3;", "", ""},
    {"machines that come and go",
     "0,5,0,P=,0.5,0.25\n600,5,1,P=,,\n700,5,0,P=,0.5,0.25\n800,5,2,P=,1,1\n900,9,1,P=,1,1\n"
     "901,9,2,P=,1,1\n1000000,6,0,P=,,\n2000000,6,2,P=,0.5,0.25\n3000000,6,1,P=,0.5,0.25\n",
     "5 32000,65536,0,0 named=3;6 0,0,0,0 named=3 later=1;5 @0.0006 down cpu=32000 memory=65536;"
     "5 @0.0007 up cpu=32000 memory=65536;5 @0.0008 update cpu=64000 memory=262144;"
     "6 @1 add cpu=0 memory=0;6 @2 update cpu=32000 memory=65536;"
     "6 @3 remove cpu=32000 memory=65536;",
     "machine-removed:2:2 machine-added-again:1:3 machine-updated:2:4 unknown-machine:2:5 "
     "blank-capacity:1:7 machine-added-later:1:7 ",
     "event of an unknown machine:2 "},
    {"machines that are there, and are not",
     "0,5,0,P=,0.5,0.25\n5,5,0,P=,1,\n6,5,1,P=,1,1\n7,5,1,P=,1,1\n8,5,2,P=,1,1\n"
     "9223372036854775807,5,0,P=,1,1\n4,5,0,P=,1,1\n",
     "5 32000,65536,0,0 named=3;5 @0.000004 up cpu=64000 memory=262144;"
     "5 @0.000005 update cpu=64000 memory=65536;5 @0.000006 down cpu=64000 memory=65536;",
     "blank-capacity:1:2 machine-added-twice:1:2 machine-updated:1:2 machine-removed:1:3 "
     "machine-not-there:2:4 after-the-window:1:6 events-go-back:1:7 machine-added-again:1:7 ",
     "event of a machine that had been removed:2 "},
    {"impossible machine", "0,5,0,P=,0.5,1.5\n", "5 32000,393216,0,0 named=3;",
     "beyond-largest-machine:1:1 ", ""},
};

static void
test_good(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(tasks); i++) {
        g_auto(Trace) trace = trace_read(NULL, tasks[i].text, 0);
        g_test_message("%s", tasks[i].name);
        g_assert_cmpstr(trace.error, ==, NULL);
        g_assert_cmpstr(trace.rows, ==, tasks[i].rows);
        g_assert_cmpstr(trace.findings, ==, tasks[i].findings);
        g_assert_cmpstr(trace.skipped, ==, tasks[i].skipped);
    }
}

static const struct {
    const char *name, *format, *text, *error;
} bad[] = {
    {"no time", "google-tasks", ",,7,3,11,0,u,2,9," HALF "\n",
     "t:1:1: column \"time\": expected a whole number, at least 0, found nothing"},
    {"negative time", "google-tasks", "-1,,7,3,11,0,u,2,9," HALF "\n",
     "t:1:1: column \"time\": expected a whole number, at least 0, found \"-1\""},
    {"no such event", "google-tasks", "1,,7,3,11,9,u,2,9," HALF "\n",
     "t:1:11: column \"event type\": expected a smaller number, found \"9\""},
    {"not a number", "google-tasks", EVENT(1, 0, "nan,0,0,0"), NULL},
    {"impossible request", "google-tasks", EVENT(1, 0, "1e9,0,0,0"), NULL},
    {"short", "google-tasks", "1,,7,3\n", "t:1: expected 13 fields, found 4"},
    {"no machine", "google-machines", "0,,0,P=,1,1\n",
     "t:1:3: column \"machine ID\": expected a whole number, at least 0, found nothing"},
    {"no such machine event", "google-machines", "0,5,3,P=,1,1\n",
     "t:1:5: column \"event type\": expected a smaller number, found \"3\""},
    {"impossible capacity", "google-machines", "0,5,0,P=,1,1e300\n", NULL},
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

/* The first events of the public table, all of them submissions before the window: counted and summed
 * here once more. */
static void
test_shared_tasks(void)
{
    g_autofree char *path = trace_shared("google/task_events_head120000.csv.gz");
    if (path == NULL)
        return;
    g_autofree char *text = trace_slurp(path);
    char *at = text;
    TraceSums sums = trace_sums(path, "google-tasks"), own = {0};
    for (char *each; (each = trace_line(&at)) != NULL;) {
        g_auto(GStrv) field = g_strsplit(each, ",", -1);
        own.n++;
        g_assert_cmpstr(field[5], ==, "0");
        own.submit_us += g_ascii_strtoll(field[0], NULL, 10);
        own.need[BB_CPU] += (gint64)(g_ascii_strtod(field[9], NULL) * 64000 + 0.5);
        own.need[BB_MEMORY] += (gint64)(g_ascii_strtod(field[10], NULL) * 262144 + 0.5);
        own.need[BB_DISK] += (gint64)(g_ascii_strtod(field[11], NULL) * 4194304 + 0.5);
    }
    g_assert_cmpuint(sums.n, ==, 120000);
    g_assert_cmpuint(sums.n, ==, own.n);
    g_assert_cmpuint(sums.n_services, ==, 120000);
    g_assert_true(sums.submit_us == own.submit_us);
    for (guint r = 0; r < BB_N_RESOURCES; r++)
        g_assert_true(sums.need[r] == own.need[r]);
}

static guint
n_of(const char *rows, const char *text)
{
    guint n = 0;
    for (const char *at = rows; (at = strstr(at, text)) != NULL; at += strlen(text))
        n++;
    return n;
}

/* How many nodes of the rows have "CPU,MEMORY,". */
static guint
n_of_shape(const char *rows, const char *shape)
{
    guint n = 0;
    g_autofree char *wanted = g_strconcat(" ", shape, ",0,0 named=3;", NULL);
    for (const char *end; (end = strchr(rows, ';')) != NULL; rows = end + 1) {
        const char *blank = memchr(rows, ' ', (gsize)(end - rows));
        n += blank != NULL && strncmp(blank, wanted, strlen(wanted)) == 0; /* but not later ones */
    }
    return n;
}

/* The six commonest shapes, as the reader scales them, and how many machines have them: at the start
 * (counted by another program), and as they were last known (Reiss et al., SoCC 2012). */
static const struct {
    const char *shape;
    guint at_start, last_known;
} shapes[] = {
    {"32000,130941", 6672, 6732}, {"32000,65352", 3835, 3863}, {"32000,196346", 992, 1001},
    {"64000,262144", 788, 795},   {"16000,65484", 123, 126},   {"32000,32532", 54, 52},
};

static void
test_shared_machines(void)
{
    g_autofree char *path = trace_shared("google/machine_events_part-00000-of-00001.csv.gz");
    if (path == NULL)
        return;
    g_autofree char *text = trace_slurp(path);
    g_auto(Trace) trace = trace_read(NULL, text, 0);
    g_assert_cmpstr(trace.error, ==, NULL);
    g_assert_cmpstr(trace.skipped, ==, "");
    g_assert_nonnull(strstr(trace.findings, "machine-removed:8957:"));
    g_assert_nonnull(strstr(trace.findings, "machine-added-again:8860:"));
    g_assert_nonnull(strstr(trace.findings, "machine-updated:7380:"));
    g_assert_nonnull(strstr(trace.findings, "machine-added-later:106:"));
    for (guint i = 0; i < G_N_ELEMENTS(shapes); i++)
        g_assert_cmpuint(n_of_shape(trace.rows, shapes[i].shape), ==, shapes[i].at_start);
    /* Counted by another program: of 12,583 machines, 97 are gone at the end. */
    g_assert_cmpuint(n_of(trace.rows, " named=3"), ==, 12583);
    g_assert_cmpuint(n_of(trace.rows, " later=1"), ==, 106);
    g_assert_cmpuint(n_of(trace.rows, " down cpu"), ==, 8860);
    g_assert_cmpuint(n_of(trace.rows, " up cpu"), ==, 8860);
    g_assert_cmpuint(n_of(trace.rows, " remove cpu"), ==, 97);
    g_assert_cmpuint(n_of(trace.rows, " add cpu"), ==, 106);
    g_assert_cmpuint(n_of(trace.rows, " update cpu"), ==, 7380);
}

/* The published count is of each machine as it was last known: those lines alone, moved to the start. */
static void
test_published_shapes(void)
{
    g_autofree char *path = trace_shared("google/machine_events_part-00000-of-00001.csv.gz");
    if (path == NULL)
        return;
    g_autofree char *text = trace_slurp(path);
    char *at = text;
    g_autoptr(GHashTable) last = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(GString) start = g_string_new(NULL);
    for (char *each; (each = trace_line(&at)) != NULL;) {
        g_auto(GStrv) field = g_strsplit(each, ",", -1);
        if (*field[4] != '\0' && *field[5] != '\0')
            g_hash_table_insert(last, g_strdup(field[1]), each);
    }
    GHashTableIter iter;
    gpointer id, line;
    for (g_hash_table_iter_init(&iter, last); g_hash_table_iter_next(&iter, &id, &line);) {
        g_auto(GStrv) field = g_strsplit(line, ",", -1);
        g_string_append_printf(start, "0,%s,0,%s,%s,%s\n", field[1], field[3], field[4], field[5]);
    }
    g_auto(Trace) trace = trace_read("google-machines", start->str, 0);
    g_assert_cmpstr(trace.error, ==, NULL);
    g_assert_cmpuint(g_hash_table_size(last), ==, 12583);
    for (guint i = 0; i < G_N_ELEMENTS(shapes); i++)
        g_assert_cmpuint(n_of_shape(trace.rows, shapes[i].shape), ==, shapes[i].last_known);
}

/* What is still there at the end was there from its start to the latest event within the window. */
static void
test_ages(void)
{
    static const char text[] = EVENT(0, 0, HALF)
        EVENT(601000000, 1, HALF) "700000000,,8,0,,0,v,0,0," HALF
                                  "\n9223372036854775807,,8,0,,5,v,0,0," HALF "\n";
    g_autoptr(BbReader) reader = bb_reader_new(
        bb_reader_classes, bb_input_new_from_bytes("t", text, strlen(text)), "google-tasks", NULL);
    BbJobRow row;
    g_assert_cmpint(bb_reader_next_job(reader, &row, NULL), ==, BB_READ_ROW);
    g_assert_cmpint(row.logged_run_us, ==, 99 * BB_US_PER_S);
    g_assert_true(row.alive_at_start);
    g_assert_cmpint(bb_reader_next_job(reader, &row, NULL), ==, BB_READ_ROW);
    g_assert_cmpint(row.logged_run_us, ==, -1);
    g_assert_false(row.alive_at_start);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/reader-google/good", test_good);
    g_test_add_func("/reader-google/bad", test_bad);
    g_test_add_func("/reader-google/ages", test_ages);
    g_test_add_func("/reader-google/shared-tasks", test_shared_tasks);
    g_test_add_func("/reader-google/shared-machines", test_shared_machines);
    g_test_add_func("/reader-google/published-shapes", test_published_shapes);
    return g_test_run();
}
