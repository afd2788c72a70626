/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "traces.h"

#define USE ",99,5.5,10,"

static const struct {
    const char *name, *text, *rows, *findings, *skipped;
} good[] = {
    {"within the window", "v,s,d,300,900" USE "Interactive,2,3.5\n",
     "v @300 +600 /* vm 1 x 2000,3584,0,0 cpu_used=55000 class=s extra=Interactive,d;", "", ""},
    {"there at the start", "v,s,d,0,900" USE "Interactive,1,0.75\n",
     "v @0 +900 /* vm 1 x 1000,768,0,0 cpu_used=55000 class=s extra=Interactive,d;",
     "alive-at-start:1:1 ", ""},
    {"there at the end", "v,s,d,300,2591700" USE "Unkown,1,1.75\n",
     "v @300 +* /* vm 1 x 1000,1792,0,0 cpu_used=55000 class=s extra=Unkown,d;",
     "unknown-category:1:1 censored-lifetime:1:1 ", ""},
    {"a moment before the end", "v,s,d,300,2591400" USE "Interactive,1,1.75\n",
     "v @300 +2591100 /* vm 1 x 1000,1792,0,0 cpu_used=55000 class=s extra=Interactive,d;", "", ""},
    {"largest classes", "v,s,d,300,900" USE "Interactive,>24,>64\n",
     "v @300 +600 /* vm 1 x 30000,71680,0,0 cpu_used=55000 class=s extra=Interactive,d;",
     "largest-size-class:2:1 ", ""},
    {"use beyond all", "v,s,d,300,900,300,250,10,Interactive,2,4\n",
     "v @300 +600 /* vm 1 x 2000,4096,0,0 cpu_used=1000000 class=s extra=Interactive,d;",
     "use-beyond-all:1:1 ", ""},
    {"no cores", "v,s,d,300,900" USE "Interactive,0,4\n",
     "v @300 +600 /* vm 1 x 0,4096,0,0 cpu_used=55000 class=s extra=Interactive,d;",
     "empty-vm:1:1 ", ""},
    {"ends as it begins", "v,s,d,300,300" USE "Interactive,2,4\n",
     "v @300 +0 /* vm 1 x 2000,4096,0,0 cpu_used=55000 class=s extra=Interactive,d;",
     "zero-runtime:1:1 ", ""},
    {"ends before it begins", "v,s,d,900,300" USE "Interactive,2,4\n", "", "times-go-back:1:1 ",
     "times go back:1 "},
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
    {"no id", ",s,d,300,900" USE "I,2,4\n",
     "t:1:1: column \"vmid\": expected a VM id, found nothing"},
    {"short row", "v,s,d,300,900\n", "t:1: expected 11 fields, found 5"},
    {"long row", "v,s,d,300,900" USE "I,2,4,9\n", "t:1: expected 11 fields, found 12"},
    {"no deletion", "v,s,d,300," USE "I,2,4\n",
     "t:1:11: column \"vmdeleted\": expected a number of seconds, at least 0, found nothing"},
    {"no size", "v,s,d,300,900" USE "I,,4\n",
     "t:1:27: column \"vmcorecount\": expected a number, found nothing"},
    {"negative", "v,s,d,300,900" USE "I,-2,4\n",
     "t:1:27: column \"vmcorecount\": expected a number, at least 0, found \"-2\""},
    {"impossible cores", "v,s,d,300,900" USE "I,1e18,4\n", NULL},
    {"impossible memory", "v,s,d,300,900" USE "I,2,nan\n", NULL},
    {"impossible class", "v,s,d,300,900" USE "I,>31,4\n",
     "t:1:27: column \"vmcorecount\": expected a smaller number, found \">31\""},
};

static void
test_bad(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_auto(Trace) trace = trace_read("azure-vmtable", bad[i].text, 0);
        g_test_message("%s: %s", bad[i].name, trace.error);
        g_assert_nonnull(trace.error);
        if (bad[i].error != NULL)
            g_assert_cmpstr(trace.error, ==, bad[i].error);
    }
}

/* Twenty VMs that end at the latest time are no chance, nineteen may be. */
static void
test_other_window(void)
{
    for (guint n = 19; n <= 20; n++) {
        g_autoptr(GString) text = g_string_new("first,s,d,0,600" USE "I,1,1\n");
        for (guint i = 0; i < n; i++)
            g_string_append_printf(text, "v%u,s,d,300,864000" USE "I,1,1\n", i);
        g_auto(Trace) trace = trace_read(NULL, text->str, 0);
        g_assert_cmpstr(trace.findings, ==,
                        n < 20 ? "alive-at-start:1:1 "
                               : "alive-at-start:1:1 other-window-end:20:2 ");
    }
}

/* The layout of the true table: counted and summed here once more. */
static void
test_shared(void)
{
    g_autofree char *path = trace_shared("cloudvm/opendc_azure_vmtable.csv.gz");
    if (path == NULL)
        return;
    g_autofree char *text = trace_slurp(path);
    char *at = text;
    TraceSums sums = trace_sums(path, "azure-vmtable"), own = {0};
    for (char *line; (line = trace_line(&at)) != NULL;) {
        g_auto(GStrv) field = g_strsplit(line, ",", -1);
        gint64 created = g_ascii_strtoll(field[3], NULL, 10);
        gint64 deleted = g_ascii_strtoll(field[4], NULL, 10);
        own.n++;
        own.submit_us += created * BB_US_PER_S;
        own.n_services += deleted == 2591700;
        own.runtime_us += deleted == 2591700 ? 0 : (deleted - created) * BB_US_PER_S;
        own.need[BB_CPU] += g_ascii_strtoll(field[9], NULL, 10) * 1000;
        own.need[BB_MEMORY] += (gint64)(g_ascii_strtod(field[10], NULL) * 1024);
    }
    g_assert_cmpuint(sums.n, ==, 10);
    g_assert_cmpuint(sums.n, ==, own.n);
    g_assert_cmpuint(sums.n_services, ==, 6);
    g_assert_cmpuint(sums.n_services, ==, own.n_services);
    g_assert_true(sums.submit_us == own.submit_us);
    g_assert_true(sums.runtime_us == own.runtime_us);
    g_assert_true(sums.need[BB_CPU] == own.need[BB_CPU]);
    g_assert_true(sums.need[BB_MEMORY] == own.need[BB_MEMORY]);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/reader-azure/good", test_good);
    g_test_add_func("/reader-azure/bad", test_bad);
    g_test_add_func("/reader-azure/other-window", test_other_window);
    g_test_add_func("/reader-azure/shared", test_shared);
    return g_test_run();
}
