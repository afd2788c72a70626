/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "traces.h"

#define FLAVOURS "1,1.75 b\n0.5,0.5 q\n2,3.5 g\n"
#define BINS "0 0\n300 1\n600 2\n900 2\n1200 3\n"
#define G "vm 1 x 2000,3584,0,0 extra=g,"
#define B "vm 1 x 1000,1792,0,0 extra=b,"

static const struct {
    const char *name, *text, *rows, *findings;
} good[] = {
    {"two batches", FLAVOURS BINS "300 g,g,|,b,|,\n300 U1,U2,|,C3,|,\n",
     "1 @300 +300 /* " G "U1,1;2 @300 +750 /* " G "U2,1;3 @300 +* /* " B "C3,2;",
     "censored-lifetime:1:10 "},
    {"any order", "300 g,|\n600 b\n300 U3,|\n600 U1\n" BINS FLAVOURS,
     "1 @300 +1200 /* " G "U3,1;2 @600 +300 /* " B "U1,3;", ""},
    {"beyond the map", FLAVOURS BINS "300 g,|,b,|,\n300 U9,|,C4,|,\n",
     "1 @300 +1200 /* " G "U9,1;2 @300 +* /* " B "C4,2;",
     "beyond-last-bin:2:10 censored-lifetime:1:10 "},
    {"at once", FLAVOURS BINS "300 g,|,\n300 U0,|,\n", "1 @300 +0 /* " G "U0,1;",
     "zero-runtime:1:10 "},
    {"no lifetimes", FLAVOURS "300 g,|,\n\n600 \n900 b,|,\n",
     "1 @300 +* /* " G ",1;2 @900 +* /* " B ",3;", "no-lifetimes:1:4 "},
    {"nothing", "0,0 z\n300 z,|,\n", "1 @300 +* /* vm 1 x 0,0,0,0 extra=z,,1;",
     "empty-vm:1:1 no-lifetimes:1:2 "},
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
    }
}

static const struct {
    const char *name, *text, *error;
} bad[] = {
    {"empty", "", "t: expected lines of arrivals (\"300 g,|,..\"), found none"},
    {"no arrivals", FLAVOURS BINS, "t: expected lines of arrivals (\"300 g,|,..\"), found none"},
    {"what is this", FLAVOURS "and so on\n",
     "t:4:1: expected \"cores,GiB flavour\", \"seconds bin\", \"seconds g,|,..\" or \"seconds "
     "U3,|,..\", found \"and so on\""},
    {"an unknown flavour", FLAVOURS "300 g,|,x,|,\n",
     "t:4:9: expected a flavour of the stream's map (\"2,3.5 g\"), found \"x\""},
    {"no flavour", FLAVOURS "300 g,|,gg,|,\n", "t:4:9: expected a letter or a bar, found \"gg\""},
    {"no bins", FLAVOURS "300 g,|,\n300 U1,|,\n",
     "t:5: expected a map of bins (\"300 1\") in the stream, found none: cat the map, flavours, "
     "arrivals and lifetimes together"},
    {"other lines", FLAVOURS BINS "300 g,|,\n600 g,|,\n300 U1,|,\n",
     "t:9: expected as many lines of lifetimes as of arrivals, 2, found 1"},
    {"another time", FLAVOURS BINS "300 g,|,\n600 U1,|,\n",
     "t:10:1: expected the time of the arrivals, 300, found \"600 U1\""},
    {"too few lifetimes", FLAVOURS BINS "300 g,g,|,\n300 U1,|,\n",
     "t:10:8: expected U or C and a bin below 1000, as an arrival has, found \"|\""},
    {"too many lifetimes", FLAVOURS BINS "300 g,|,\n300 U1,U1,|,\n",
     "t:10:8: expected a bar, as among the arrivals, found \"U1\""},
    {"more lifetimes", FLAVOURS BINS "300 g\n300 U1,U1\n",
     "t:10:8: expected no more lifetimes than arrivals, found \"U1\""},
    {"an impossible bin", FLAVOURS BINS "300 g,g\n300 U1,U1000\n",
     "t:10:8: expected U or C and a bin below 1000, as an arrival has, found \"U1000\""},
    {"bins go back", FLAVOURS "0 0\n300 1\n300 1\n",
     "t:6:1: expected more seconds than in the line above, found \"300 1\""},
    {"a bin left out", FLAVOURS "0 0\n300 2\n",
     "t:5:5: expected the bin of the line above, or the next, found \"2\""},
    {"no comma", "603.5 g\n",
     "t:1:1: expected \"cores,GiB flavour\", \"seconds bin\", \"seconds g,|,..\" or \"seconds "
     "U3,|,..\", found \"603.5 g\""},
    {"a flavour twice", FLAVOURS "9,9 g\n", "t:4:5: expected each flavour once, found \"g\""},
    {"an impossible size", "1,1000001 g\n",
     "t:1:3: expected a smaller number, found \"1000001 g\""},
};

static void
test_bad(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_auto(Trace) trace = trace_read("azure-flavours", bad[i].text, 0);
        g_test_message("%s: %s", bad[i].name, trace.error);
        g_assert_nonnull(trace.error);
        g_assert_cmpstr(trace.error, ==, bad[i].error);
    }
}

/* The public sequences: counted and summed here once more, from the files apart. */
static void
test_shared(void)
{
    static const char *const names[] = {"flav_map", "v1.interval_map", "v1.dev", "v1.dev.c2100000"};
    char *text[G_N_ELEMENTS(names)] = {NULL};
    g_autoptr(GString) all = g_string_new(NULL);
    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *name = g_strconcat("cloudvm/azure2017-rnn/", names[i], ".txt", NULL);
        g_autofree char *path = trace_shared(name);
        if (path == NULL)
            return;
        text[i] = trace_slurp(path);
        g_string_append(all, text[i]);
    }
    g_autofree char *folder = g_dir_make_tmp("bb-flavours-XXXXXX", NULL);
    g_autofree char *path = trace_file(folder, "all", all->str);
    TraceSums sums = trace_sums(path, "azure-flavours"), own = {0};
    double cores[128], gib[128], first[64] = {0}, last[64] = {0};
    guint n_cut = 0;
    char *at = text[0];
    for (char *line; (line = trace_line(&at)) != NULL;) {
        char *letter = strchr(line, ' ') + 1, *comma = strchr(line, ',');
        cores[(guint8)*letter] = g_ascii_strtod(line, NULL);
        gib[(guint8)*letter] = g_ascii_strtod(comma + 1, NULL);
    }
    at = text[1];
    for (char *line; (line = trace_line(&at)) != NULL;) {
        guint bin = (guint)g_ascii_strtoull(strchr(line, ' '), NULL, 10);
        double seconds = g_ascii_strtod(line, NULL);
        first[bin] = last[bin] > 0 || bin == 0 ? first[bin] : seconds;
        last[bin] = seconds;
    }
    at = text[2];
    for (char *line; (line = trace_line(&at)) != NULL;) {
        gint64 time = g_ascii_strtoll(line, NULL, 10);
        for (char *c = strchr(line, ' '); *c != '\0'; c++) {
            if (*c < 'a' || *c > 'z')
                continue;
            own.n++;
            own.submit_us += time * BB_US_PER_S;
            own.need[BB_CPU] += (gint64)(cores[(guint8)*c] * 1000);
            own.need[BB_MEMORY] += (gint64)(gib[(guint8)*c] * 1024);
        }
    }
    for (char *c = text[3]; *c != '\0'; c++) {
        guint bin = (guint)g_ascii_strtoull(c + 1, NULL, 10);
        own.n_services += *c == 'C';
        n_cut += *c == 'C' || *c == 'U';
        if (*c == 'U')
            own.runtime_us += (gint64)((first[bin] + last[bin]) / 2 * 1e6);
    }
    g_assert_cmpuint(n_cut, ==, own.n);
    g_assert_cmpuint(sums.n, ==, own.n);
    g_assert_cmpuint(sums.n_services, ==, own.n_services);
    g_assert_true(sums.submit_us == own.submit_us);
    g_assert_true(sums.runtime_us == own.runtime_us);
    g_assert_true(sums.need[BB_CPU] == own.need[BB_CPU]);
    g_assert_true(sums.need[BB_MEMORY] == own.need[BB_MEMORY]);
    g_test_message("%u VMs, %u cut", (guint)own.n, (guint)own.n_services);
    for (guint i = 0; i < G_N_ELEMENTS(names); i++)
        g_free(text[i]);
    g_unlink(path);
    g_rmdir(folder);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/reader-flavours/good", test_good);
    g_test_add_func("/reader-flavours/bad", test_bad);
    g_test_add_func("/reader-flavours/shared", test_shared);
    return g_test_run();
}
