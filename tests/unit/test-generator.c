/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "traces.h"

#include <math.h>

static BbGenerator *
generator(const char *text, guint64 seed, guint32 workload)
{
    g_autoptr(GError) error = NULL;
    BbGenerator *made = bb_generator_new(bb_generator_classes, text, seed, workload, &error);
    g_assert_no_error(error);
    return made;
}

/* All jobs of a generator as one text, those without `prefix` left out. */
static char *
jobs(const char *text, guint64 seed, guint32 workload, const char *prefix)
{
    g_autoptr(BbGenerator) made = generator(text, seed, workload);
    GString *out = g_string_new(NULL);
    BbTimeUs last_us = 0;
    BbJobRow row;
    while (bb_generator_next(made, &row, NULL) == BB_READ_ROW) {
        g_assert_cmpint(row.submit_us, >=, last_us);
        last_us = row.submit_us;
        if (g_str_has_prefix(row.id, prefix))
            trace_job(out, &row);
    }
    return g_string_free(out, FALSE);
}

static const struct {
    const char *text, *message;
} bad[] = {
    {"poison", "unknown generator \"poison\", did you mean \"poisson\"?"},
    {"poisson,rates=1", NULL},
    {"poisson,jobs=0", NULL},
    {"poisson,jobs=nan", NULL},
    {"poisson,rate=0", "generator poisson: rate: expected a number above 0"},
    {"poisson,rate=-1", "generator poisson: rate: expected a number above 0"},
    {"poisson,runtime=expo(1s)", NULL},
    {"poisson,cpu=many", NULL},
    {"poisson,gpu=1.5", "generator poisson: gpu: expected a share below 1 or whole devices"},
    {"poisson,kind=pod", NULL},
    {"poisson,runtime=exp(1s", NULL},
    {"poisson,estimate=tsafir", NULL},
    {"poisson,estimate=tsafrir(max=1h)",
     "generator poisson: estimate: tsafrir: max: expected at least 2h, found 1h"},
    {"poisson,estimate=tsafrir(jobs=0)", NULL},
    {"mmpp,rates=1", "generator mmpp: rates: expected 2 to 16 rates, A|B|.."},
    {"mmpp,rates=1|2,stays=1s", "generator mmpp: stays: expected as many times as there are rates"},
    {"mmpp,rates=0|0,stays=1s|1s", "generator mmpp: rates: expected one rate above 0"},
    {"mmpp,rates=1|x,stays=1s|1s",
     "generator mmpp: rates: expected numbers of arrivals per second, at least 0"},
    {"mmpp,stays=0s|1s", "generator mmpp: stays: expected durations above 0"},
    {"diurnal,rate=0", "generator diurnal: rate: expected a number above 0"},
    {"diurnal,amplitude=1.5", "generator diurnal: amplitude: expected a number from 0 to 1"},
    {"diurnal,peak=24h", "generator diurnal: peak: expected a time of day below 24h"},
    {"diurnal,weekdays=1|1",
     "generator diurnal: weekdays: expected 7 weights, Monday first, or one for all"},
    {"diurnal,weekdays=0", "generator diurnal: weekdays: expected one weight above 0"},
    {"lublin,set=both", NULL},
    {"lublin,processors=8", "generator lublin: processors: expected at least 11, found 8"},
    {"lublin,scale=0", "generator lublin: scale: expected a number above 0, at most 1e9"},
    {"lublin,runtime=1s", NULL},
    {"empirical", "generator empirical: expected a value for from, found none"},
    {"empirical,from=a.csv,block=0", "generator empirical: block: expected a duration above 0"},
    {"empirical,from=a.csv,by=user", NULL},
    {"empirical,from=a.csv,estimate=x", NULL},
    {"estate,scale=0", "generator estate: scale: expected a number above 0, at most 1e6"},
    {"estate,part=web", NULL},
    {"estate,days=0", NULL},
};

static void
test_bad(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(GError) error = NULL;
        g_assert_null(bb_generator_new(bb_generator_classes, bad[i].text, 1, 0, &error));
        g_test_message("%s: %s", bad[i].text, error->message);
        g_assert_error(error, BB_ERROR, BB_ERROR_USAGE);
        g_assert_null(strchr(error->message, '\n'));
        if (bad[i].message != NULL)
            g_assert_cmpstr(error->message, ==, bad[i].message);
    }
}

/* Constants and whole rows. */
static void
test_constants(void)
{
    g_autoptr(BbGenerator) made =
        generator("poisson,jobs=1,runtime=45s,estimate=60s,cpu=500m,memory=4Gi,gpu=0.25,disk=10Gi,"
                  "tasks=3,gang=yes,kind=vm,class=gold",
                  1, 0);
    g_autoptr(GString) out = g_string_new(NULL);
    BbJobRow row;
    g_assert_cmpint(bb_generator_next(made, &row, NULL), ==, BB_READ_ROW);
    row.submit_us = 0;
    trace_job(out, &row);
    g_assert_cmpstr(out->str, ==, "1 @0 +45 /60 vm 3g x 500,4096,10240,250 class=gold;");
    g_assert_cmpint(bb_generator_next(made, &row, NULL), ==, BB_READ_END);
    g_assert_cmpint(bb_generator_next(made, &row, NULL), ==, BB_READ_END);
}

/* One distribution changed leaves what the others draw; seeds and workloads draw apart. */
static void
test_keys(void)
{
    g_autofree char *one = jobs("poisson,jobs=50", 1, 0, "");
    g_autofree char *again = jobs("poisson,jobs=50", 1, 0, "");
    g_autofree char *longer = jobs("poisson,jobs=60", 1, 0, "");
    g_autofree char *seed = jobs("poisson,jobs=50", 2, 0, "");
    g_autofree char *workload = jobs("poisson,jobs=50", 1, 1, "");
    g_autofree char *cpus = jobs("poisson,jobs=50,cpu=choice(1:0.5|2:0.5)", 1, 0, "");
    g_assert_cmpstr(one, ==, again);
    g_assert_true(g_str_has_prefix(longer, one));
    g_assert_cmpstr(one, !=, seed);
    g_assert_cmpstr(one, !=, workload);
    g_assert_nonnull(strstr(cpus, "x 2000,"));
    for (char *p = cpus; (p = strstr(p, "x 2000,")) != NULL;)
        p[2] = '1';
    g_assert_cmpstr(one, ==, cpus);
}

/* Gaps and run times have the mean and the spread of an exponential. */
static void
test_poisson(void)
{
    const guint n = 20000;
    g_autoptr(BbGenerator) made = generator("poisson,jobs=20000,rate=0.5,runtime=exp(30s)", 1, 0);
    double runs = 0, squares = 0;
    BbTimeUs last_us = 0;
    BbJobRow row;
    for (guint i = 0; i < n; i++) {
        g_assert_cmpint(bb_generator_next(made, &row, NULL), ==, BB_READ_ROW);
        double gap = (double)(row.submit_us - last_us) / 1e6;
        runs += (double)row.runtime_us / 1e6 / n;
        squares += gap * gap / n;
        last_us = row.submit_us;
        g_assert_cmpint(row.estimate_us, ==, BB_TIME_NEVER);
    }
    g_assert_cmpfloat(fabs((double)last_us / 1e6 / n - 2), <, 0.06);
    g_assert_cmpfloat(fabs(runs - 30), <, 0.9);
    g_assert_cmpfloat(fabs(squares - 8), <, 0.7);
}

static void
test_end_of_time(void)
{
    g_autoptr(BbGenerator) made = generator("poisson,jobs=1000,rate=1e-11", 1, 0);
    g_autoptr(GError) error = NULL;
    BbJobRow row;
    BbReadResult result;
    while ((result = bb_generator_next(made, &row, &error)) == BB_READ_ROW)
        g_assert_cmpint(row.submit_us, <=, BB_TIME_MAX);
    g_assert_cmpint(result, ==, BB_READ_ERROR);
    g_assert_error(error, BB_ERROR, BB_ERROR_INPUT);
}

/* A part alone gives the jobs that it gives in the mix. */
static void
test_estate_parts(void)
{
    static const struct {
        const char *part, *prefix;
    } parts[] = {{"containers", "web-"}, {"vms", "vm-"}, {"hpc", "batch-"}};
    for (guint i = 0; i < G_N_ELEMENTS(parts); i++) {
        g_autofree char *text = g_strconcat("estate,part=", parts[i].part, NULL);
        g_autofree char *alone = jobs(text, 7, 0, "");
        g_autofree char *mixed = jobs("estate", 7, 0, parts[i].prefix);
        g_assert_cmpstr(alone, ==, mixed);
        g_assert_true(g_str_has_prefix(alone, parts[i].prefix));
    }
}

typedef struct {
    guint n, n_of_kind[BB_N_KINDS], by_night, by_day, n_services;
} Estate;

static Estate
count_estate(const char *text)
{
    g_autoptr(BbGenerator) made = generator(text, 1, 0);
    Estate estate = {0};
    BbJobRow row;
    while (bb_generator_next(made, &row, NULL) == BB_READ_ROW) {
        gint64 hour = row.submit_us / (3600 * BB_US_PER_S) % 24;
        estate.n++;
        estate.n_of_kind[row.kind]++;
        estate.by_night += row.kind == BB_PROCESS && (hour >= 20 || hour < 2);
        estate.by_day += row.kind == BB_CONTAINER && hour >= 8 && hour < 20;
        estate.n_services += row.runtime_us == BB_TIME_NEVER;
        g_assert_cmpint(row.submit_us % BB_US_PER_S, ==, 0);
        g_assert_true(row.estimate_us >= row.runtime_us || row.kind != BB_PROCESS);
        g_assert_true(row.gang == (row.kind == BB_PROCESS));
        g_assert_cmpint(row.need.v[BB_MEMORY], >, 0);
        g_assert_true(*row.class_name != '\0');
    }
    return estate;
}

static void
test_estate(void)
{
    Estate one = count_estate("estate"), two = count_estate("estate,scale=2");
    Estate week = count_estate("estate,days=7");
    g_assert_cmpuint(one.n, >, 6000);
    g_assert_cmpuint(one.n, <, 10000);
    g_assert_cmpuint(one.n_of_kind[BB_VM], >, 150);
    g_assert_cmpuint(one.n_of_kind[BB_PROCESS], >, 100);
    g_assert_cmpuint(one.by_night * 10, >, one.n_of_kind[BB_PROCESS] * 8);
    g_assert_cmpuint(one.by_day * 10, >, one.n_of_kind[BB_CONTAINER] * 6);
    g_assert_cmpuint(one.n_services, >, 30);
    g_assert_cmpfloat(fabs((double)two.n / one.n - 2), <, 0.1);
    g_assert_cmpfloat(fabs((double)week.n / one.n - 3.5), <, 0.2);
}

/* Every generator: the same text and seed give the same jobs, and a longer run begins with them. */
static void
test_again(void)
{
    static const char *const texts[] = {
        "mmpp,estimate=tsafrir", "diurnal,estimate=tsafrir(max=2h)", "lublin,estimate=tsafrir",
        "lublin,set=batch,processors=1000", "lublin,set=interactive,cpu=500m"};
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autofree char *fewer = g_strconcat(texts[i], ",jobs=100", NULL);
        g_autofree char *more = g_strconcat(texts[i], ",jobs=200", NULL);
        g_autofree char *one = jobs(fewer, 1, 0, ""), *two = jobs(fewer, 1, 0, "");
        g_autofree char *longer = jobs(more, 1, 0, ""), *other = jobs(fewer, 2, 0, "");
        g_assert_cmpstr(one, ==, two);
        g_assert_true(g_str_has_prefix(longer, one));
        g_assert_cmpstr(one, !=, other);
    }
}

/* What comes after "@..": everything but when jobs arrive. */
static char *
without_times(const char *rows)
{
    g_autoptr(GRegex) regex = g_regex_new("@[0-9.]+", 0, 0, NULL);
    return g_regex_replace_literal(regex, rows, -1, 0, "@", 0, NULL);
}

/* Another load, another day: the same jobs at other times. */
static void
test_same_jobs(void)
{
    static const struct {
        const char *one, *two;
    } pairs[] = {
        {"diurnal,rate=1", "diurnal,rate=3,amplitude=0.1,weekdays=1"},
        {"mmpp,rates=1|2,stays=1s|5s", "mmpp,rates=1|0|7,stays=1s|1s|2s"},
        {"lublin", "lublin,scale=1.7"},
        {"poisson,rate=1", "poisson,rate=2"},
    };
    for (guint i = 0; i < G_N_ELEMENTS(pairs); i++) {
        g_autofree char *one = jobs(pairs[i].one, 3, 0, ""), *two = jobs(pairs[i].two, 3, 0, "");
        g_autofree char *one_body = without_times(one), *two_body = without_times(two);
        g_assert_cmpstr(one, !=, two);
        g_assert_cmpstr(one_body, ==, two_body);
    }
}

/* Twice the rate: every arrival in half the cumulated time, so without a cycle in half the time. */
static void
test_rates(void)
{
    g_autoptr(BbGenerator) slow = generator("diurnal,rate=0.5,amplitude=0,weekdays=1", 1, 0);
    g_autoptr(BbGenerator) fast = generator("diurnal,rate=1,amplitude=0,weekdays=1", 1, 0);
    BbJobRow a, b;
    for (guint i = 0; i < 1000; i++) {
        g_assert_cmpint(bb_generator_next(slow, &a, NULL), ==, BB_READ_ROW);
        g_assert_cmpint(bb_generator_next(fast, &b, NULL), ==, BB_READ_ROW);
        g_assert_cmpint(ABS(a.submit_us - 2 * b.submit_us), <=, 2);
    }
}

static void
test_weekend(void)
{
    g_autoptr(BbGenerator) made =
        generator("diurnal,jobs=30000,rate=0.01,amplitude=1,weekdays=1|1|0|1|1|0|0.5", 1, 0);
    guint days[7] = {0}, night = 0;
    BbJobRow row;
    while (bb_generator_next(made, &row, NULL) == BB_READ_ROW) {
        gint64 hours = row.submit_us / (3600 * BB_US_PER_S);
        if (hours >= 4 * 7 * 24)
            break;
        days[hours / 24 % 7]++;
        night += hours % 24 == 3;
    }
    g_assert_cmpuint(days[2], ==, 0);
    g_assert_cmpuint(days[5], ==, 0);
    g_assert_cmpuint(night, <, 40);
    g_assert_cmpfloat(fabs((double)days[6] / days[0] - 0.5), <, 0.05);
}

/* A job may be as large as the machine, never larger. */
static void
test_lublin_sizes(void)
{
    static const gint64 sizes[] = {16, 100, 128, 1000};
    for (guint i = 0; i < G_N_ELEMENTS(sizes); i++) {
        g_autofree char *text =
            g_strdup_printf("lublin,jobs=20000,processors=%" G_GINT64_FORMAT, sizes[i]);
        g_autoptr(BbGenerator) made = generator(text, 1, 0);
        gint64 most = 0;
        BbJobRow row;
        while (bb_generator_next(made, &row, NULL) == BB_READ_ROW) {
            most = MAX(most, row.n_tasks);
            g_assert_true(row.gang && row.kind == BB_PROCESS);
            g_assert_cmpint(row.n_tasks * row.need.v[BB_CPU], ==, row.n_tasks * 1000);
        }
        g_assert_cmpint(most, <=, sizes[i]);
        g_assert_cmpint(most * 10, >=, sizes[i] * 6);
    }
}

/* ---- Estimates ---- */

static gint
by_count(gconstpointer a, gconstpointer b)
{
    guint x = *(const guint *)a, y = *(const guint *)b;
    return (x < y) - (x > y);
}

/* Short runs take the model as it is: 20 values have 89 %, the maximum the most, some 90 in all. */
static void
test_estimates(void)
{
    const guint n = 100000;
    g_autoptr(BbGenerator) made =
        generator("poisson,jobs=100000,runtime=1s,estimate=tsafrir(max=18h)", 1, 0);
    g_autoptr(GHashTable) counts = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    g_autoptr(GArray) sorted = g_array_new(FALSE, FALSE, sizeof(guint));
    gint64 max = 18 * 3600 * BB_US_PER_S;
    double head = 0;
    BbJobRow row;
    while (bb_generator_next(made, &row, NULL) == BB_READ_ROW) {
        gpointer count = g_hash_table_lookup(counts, &row.estimate_us);
        g_hash_table_replace(counts, g_memdup2(&row.estimate_us, sizeof row.estimate_us),
                             GUINT_TO_POINTER(GPOINTER_TO_UINT(count) + 1));
        g_assert_cmpint(row.estimate_us, <=, max);
        g_assert_cmpint(row.estimate_us % (10 * BB_US_PER_S), ==, 0);
    }
    GHashTableIter iter;
    gpointer value;
    g_hash_table_iter_init(&iter, counts);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        guint count = GPOINTER_TO_UINT(value);
        g_array_append_val(sorted, count);
    }
    g_array_sort(sorted, by_count);
    for (guint i = 0; i < 20; i++)
        head += (double)g_array_index(sorted, guint, i) / n;
    g_assert_cmpuint(sorted->len, >, 80);
    g_assert_cmpuint(sorted->len, <=, 90);
    g_assert_cmpfloat(fabs(head - 0.89), <, 0.006);
    g_assert_cmpuint(GPOINTER_TO_UINT(g_hash_table_lookup(counts, &max)), ==,
                     g_array_index(sorted, guint, 0));
    g_assert_cmpfloat(fabs(g_array_index(sorted, guint, 0) / (double)n - 0.2175), <, 0.006);
}

/* Nobody says less than the job takes, but for jobs beyond the longest that may be said. */
static void
test_estimates_hold(void)
{
    g_autoptr(BbGenerator) made =
        generator("poisson,jobs=20000,runtime=exp(1h),estimate=tsafrir(max=4h)", 1, 0);
    const BbTimeUs max = 4 * 3600 * BB_US_PER_S;
    guint n_beyond = 0;
    BbJobRow row;
    while (bb_generator_next(made, &row, NULL) == BB_READ_ROW) {
        g_assert_cmpint(row.estimate_us, >=, MIN(row.runtime_us, max));
        g_assert_cmpint(row.estimate_us, <=, max);
        n_beyond += row.runtime_us > max;
    }
    g_assert_cmpuint(n_beyond, >, 200);
}

/* ---- A trace drawn anew ---- */

/* Users a and b over two days and a bit: a's burst of the first day, a chain on the second; b once a day;
 * c only in the last, broken day. */
#define BURSTS                                                                                     \
    "job_id,submit_s,runtime_s,class,after,node\n"                                                 \
    "1,0,10,a,,n1\n2,1,11,a,1,\n3,2,12,a,2; 1,\n4,100,20,b,,\n"                                    \
    "5,86400,30,a,1,\n6,86405,31,a,5,\n7,86500,40,b,,\n8,172800,1,c,,\n"

/* What a day of a new user may be: a day of a or b, whole, or none. */
static const char *const days_of_users[] = {"a 0+10 1+11<1 2+12<2,1 ", "a 0+30 5+31<5 ",
                                            "b 100+20 ", "b 100+40 ", NULL};

/* Adds "OFFSET+RUN<AFTER " to the text of the job's user and day. */
static void
add_to_day(GHashTable *days, const BbJobRow *row)
{
    g_auto(GStrv) parts = g_strsplit(row->id, ".", 3);
    g_autofree char *prefix = g_strdup_printf("%s.%s.", parts[0], parts[1]);
    gint64 day = g_ascii_strtoll(parts[1], NULL, 10);
    GString *text = g_hash_table_lookup(days, prefix);
    if (text == NULL) {
        text = g_string_new_len(row->class_name, 1);
        g_string_append_c(text, ' ');
        g_hash_table_insert(days, g_strdup(prefix), text);
    }
    g_string_append_printf(text, "%d+%d", (int)(row->submit_us / BB_US_PER_S - day * 86400),
                           (int)(row->runtime_us / BB_US_PER_S));
    if (row->after != NULL && *row->after != '\0') {
        g_auto(GStrv) ids = g_strsplit(row->after, ";", -1);
        for (guint i = 0; ids[i] != NULL; i++) {
            g_assert_true(g_str_has_prefix(ids[i], prefix));
            g_string_append_printf(text, "%s%s", i > 0 ? "," : "<", ids[i] + strlen(prefix));
        }
    }
    g_string_append_c(text, ' ');
}

static void
free_text(gpointer data)
{
    g_string_free(data, TRUE);
}

typedef struct {
    guint n_rows;
    char *rows, *error;
} Drawn;

static void
drawn_clear(Drawn *drawn)
{
    g_free(drawn->rows);
    g_free(drawn->error);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Drawn, drawn_clear)

static Drawn
draw_anew(const char *folder, const char *rest, guint64 seed, GHashTable *days)
{
    g_autofree char *text = g_strdup_printf("empirical,from=%s/t.csv%s", folder, rest);
    g_autoptr(BbGenerator) made = generator(text, seed, 0);
    g_autoptr(GError) error = NULL;
    g_autoptr(GString) rows = g_string_new(NULL);
    Drawn drawn = {0};
    BbTimeUs last_us = 0;
    BbReadResult result;
    BbJobRow row;
    made->readers = bb_reader_classes;
    while ((result = bb_generator_next(made, &row, &error)) == BB_READ_ROW) {
        g_assert_cmpint(row.submit_us, >=, last_us);
        last_us = row.submit_us;
        g_assert_null(row.node);
        trace_job(rows, &row);
        drawn.n_rows++;
        if (days != NULL)
            add_to_day(days, &row);
    }
    drawn.rows = g_strdup(rows->str);
    drawn.error = error != NULL ? g_strdup(error->message) : NULL;
    g_assert_true((result == BB_READ_ERROR) == (error != NULL));
    return drawn;
}

static void
test_empirical(void)
{
    g_autofree char *folder = g_dir_make_tmp("bb-generator-XXXXXX", NULL);
    g_autofree char *path = trace_file(folder, "t.csv", BURSTS);
    guint n_rows = 0;
    for (guint64 seed = 1; seed <= 50; seed++) {
        g_autoptr(GHashTable) days =
            g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_text);
        g_auto(Drawn) drawn = draw_anew(folder, ",block=1d,blocks=3,scale=2", seed, days);
        g_auto(Drawn) again = draw_anew(folder, ",block=1d,blocks=3,scale=2", seed, NULL);
        GHashTableIter iter;
        gpointer day;
        g_assert_cmpstr(drawn.error, ==, NULL);
        g_assert_cmpstr(drawn.rows, ==, again.rows);
        n_rows += drawn.n_rows;
        g_assert_cmpuint(g_hash_table_size(days), ==, 4 * 3);
        g_hash_table_iter_init(&iter, days);
        while (g_hash_table_iter_next(&iter, NULL, &day))
            g_assert_true(g_strv_contains(days_of_users, ((GString *)day)->str));
    }
    /* 7 jobs of 2 users over 2 days: 1.75 a day; over 12 days of users 50 times 21. */
    g_assert_cmpfloat(fabs(n_rows / 50.0 - 21), <, 2);
    g_unlink(path);
    g_rmdir(folder);
}

static const struct {
    const char *trace, *rest, *rows, *error;
} anew[] = {
    {BURSTS, ",block=1d,by=job,blocks=1,estimate=5m", NULL, NULL},
    {BURSTS, "", NULL,
     "expected submissions over one whole block at least (block=7d), and at most 2^31 of them"},
    {"job_id,submit_s\n", ",block=1s", NULL, "expected submissions over one whole block"},
    {"job_id,submit_s\na,0\na,1\n", ",block=1s", NULL,
     "t.csv:3: expected an id that was not there before, found \"a\""},
    {"job_id,submit_s\na,x\n", "", NULL, "t.csv:2:3: "},
    {"node_id\na\n", "", NULL, "expected a job trace, found a node list (nodes)"},
    {"job_id,submit_s,runtime_s,class\na,5,1,u\nb,7,1,u\nc,9,1,u\n", ",block=2s,blocks=2",
     " @2 +1 /* container 1 x 0,0,0,0 class=u;", NULL},
};

static void
test_empirical_cases(void)
{
    g_autofree char *folder = g_dir_make_tmp("bb-generator-XXXXXX", NULL);
    for (guint i = 0; i < G_N_ELEMENTS(anew); i++) {
        g_autofree char *path = trace_file(folder, "t.csv", anew[i].trace);
        g_auto(Drawn) drawn = draw_anew(folder, anew[i].rest, 1, NULL);
        g_test_message("%u: %s %s", i, drawn.rows, drawn.error);
        if (anew[i].error != NULL) {
            g_assert_nonnull(drawn.error);
            g_assert_nonnull(strstr(drawn.error, anew[i].error));
        } else {
            g_assert_null(drawn.error);
        }
        if (anew[i].rows != NULL)
            g_assert_nonnull(strstr(drawn.rows, anew[i].rows));
        g_unlink(path);
    }
    g_rmdir(folder);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/generator/bad", test_bad);
    g_test_add_func("/generator/constants", test_constants);
    g_test_add_func("/generator/keys", test_keys);
    g_test_add_func("/generator/poisson", test_poisson);
    g_test_add_func("/generator/again", test_again);
    g_test_add_func("/generator/same-jobs", test_same_jobs);
    g_test_add_func("/generator/rates", test_rates);
    g_test_add_func("/generator/weekend", test_weekend);
    g_test_add_func("/generator/lublin-sizes", test_lublin_sizes);
    g_test_add_func("/generator/estimates", test_estimates);
    g_test_add_func("/generator/estimates-hold", test_estimates_hold);
    g_test_add_func("/generator/empirical", test_empirical);
    g_test_add_func("/generator/empirical-cases", test_empirical_cases);
    g_test_add_func("/generator/end-of-time", test_end_of_time);
    g_test_add_func("/generator/estate-parts", test_estate_parts);
    g_test_add_func("/generator/estate", test_estate);
    return g_test_run();
}
