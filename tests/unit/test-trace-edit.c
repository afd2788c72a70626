/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What edits make of small traces by hand, and of larger ones by their laws. */
#include "traces.h"

#include "sim/lab/bb-recipe.h"
#include "sim/lab/bb-trace-edit.h"

#include <math.h>

static const BbTraceTables tables = {bb_reader_classes, bb_generator_classes};

#define FOUR                                                                                       \
    "job_id,submit_s,runtime_s,cpu_milli,class,after,node,x_tag\n"                                 \
    "a,10,1,1000,u,,n1,p\nb,20,2,2000,v,,,q\nc,20,3,3000,u,a,,\nd,40,4,4000,,b;c,,r\n"
#define OTHER "job_id,submit_s,runtime_s,after\na,15,7,\nb,40,8,a\n"

typedef struct {
    BbTraceEdit edit;
    char *folder, *four, *other;
} Fixture;

static void
set_up(Fixture *fixture, gconstpointer data)
{
    (void)data;
    bb_trace_edit_init(&fixture->edit, &tables);
    fixture->folder = g_dir_make_tmp("bb-edit-XXXXXX", NULL);
    fixture->four = trace_file(fixture->folder, "four.csv", FOUR);
    fixture->other = trace_file(fixture->folder, "other.csv", OTHER);
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
    (void)data;
    bb_trace_edit_clear(&fixture->edit);
    g_unlink(fixture->four);
    g_unlink(fixture->other);
    g_rmdir(fixture->folder);
    g_free(fixture->folder);
    g_free(fixture->four);
    g_free(fixture->other);
}

/* Takes the table; the error's message where there is none. */
static char *
csv(BbTraceTable *table, GError *error)
{
    GString *out = g_string_new(NULL);
    if (table != NULL)
        bb_trace_table_write(table, out);
    else
        g_string_append(out, error->message);
    bb_trace_table_free(table);
    g_clear_error(&error);
    return g_string_free(out, FALSE);
}

static void
expect(BbTraceTable *table, GError *error, const char *text)
{
    g_autofree char *made = csv(table, error);
    g_assert_cmpstr(made, ==, text);
}

static void
test_change(Fixture *fixture, gconstpointer data)
{
    BbWorkloadChange twice = {.kind = -1, .scale_ppm = 2000000},
                     later = {.kind = -1, .scale_ppm = 1000000, .shift_us = 5 * BB_US_PER_S},
                     early = {.kind = -1, .scale_ppm = 1000000, .shift_us = -11 * BB_US_PER_S};
    GError *error = NULL;
    (void)data;
    expect(bb_trace_change(&fixture->edit, fixture->four, &twice, NULL), NULL,
           "job_id,submit_s,runtime_s,cpu_milli,class,after,node,x_tag\n"
           "a,10,1,1000,u,,n1,p\nb,15,2,2000,v,,,q\nc,15,3,3000,u,a,,\nd,25,4,4000,,b;c,,r\n");
    expect(bb_trace_change(&fixture->edit, fixture->other, &later, NULL), NULL,
           "job_id,submit_s,runtime_s,after\na,20,7,\nb,45,8,a\n");
    g_assert_null(bb_trace_change(&fixture->edit, fixture->four, &early, &error));
    g_assert_error(error, BB_ERROR, BB_ERROR_INPUT);
    g_assert_nonnull(strstr(error->message, "four.csv:2:"));
    g_clear_error(&error);
    g_assert_cmpuint(fixture->edit.sha256->len, ==, 2);
}

static void
test_merge(Fixture *fixture, gconstpointer data)
{
    char *files[] = {fixture->four, fixture->other};
    char *same[] = {fixture->other, fixture->other};
    (void)data;
    expect(bb_trace_merge(&fixture->edit, 2, files, NULL), NULL,
           "job_id,submit_s,runtime_s,cpu_milli,class,after,node\n1-a,10,1,1000,u,,n1\n"
           "2-a,15,7,,,,\n1-b,20,2,2000,v,,\n1-c,20,3,3000,u,1-a,\n1-d,40,4,4000,,1-b;1-c,\n"
           "2-b,40,8,,,2-a,\n");
    g_assert_cmpuint(fixture->edit.notes->len, ==, 1);
    g_assert_cmpuint(fixture->edit.sha256->len, ==, 2);
    expect(bb_trace_merge(&fixture->edit, 2, same, NULL), NULL,
           "job_id,submit_s,runtime_s,after\n1-a,15,7,\n2-a,15,7,\n1-b,40,8,1-a\n2-b,40,8,2-a\n");
    g_assert_cmpuint(fixture->edit.notes->len, ==, 1);
}

static guint
n_lines(const char *text)
{
    guint n = 0;
    for (; *text != '\0'; text++)
        n += *text == '\n';
    return n;
}

static void
test_sample(Fixture *fixture, gconstpointer data)
{
    (void)data;
    for (guint64 seed = 1; seed <= 20; seed++)
        for (guint n = 1; n <= 5; n++) {
            g_autofree char *made = csv(
                bb_trace_sample(&fixture->edit, fixture->four, BB_THIN_JOBS, n, seed, NULL), NULL);
            g_autofree char *again = csv(
                bb_trace_sample(&fixture->edit, fixture->four, BB_THIN_JOBS, n, seed, NULL), NULL);
            g_assert_cmpstr(made, ==, again);
            g_assert_cmpuint(n_lines(made), ==, MIN(n, 4) + 1);
            /* c and d come after those that are there only. */
            gboolean a = strstr(made, "\na,") != NULL, c = strstr(made, "\nc,") != NULL;
            if (c)
                g_assert_true((strstr(made, ",u,a,") != NULL) == a);
            g_autofree char *users = csv(
                bb_trace_sample(&fixture->edit, fixture->four, BB_THIN_USERS, 1, seed, NULL), NULL);
            gboolean a_too = strstr(users, "\na,") != NULL, c_too = strstr(users, "\nc,") != NULL;
            g_assert_true(a_too == c_too);
            g_assert_cmpuint(n_lines(users), ==, a_too ? 3 : 2);
        }
}

/* "NAME:N " of each part. */
static char *
split(Fixture *fixture, const BbSplit *how)
{
    g_autoptr(GPtrArray) parts = bb_trace_split(&fixture->edit, fixture->four, how, NULL);
    GString *out = g_string_new(NULL);
    for (guint i = 0; i < parts->len; i++) {
        const BbTracePart *part = parts->pdata[i];
        g_string_append_printf(out, "%s:%u ", part->name, bb_trace_table_n(part->table));
    }
    return g_string_free(out, FALSE);
}

static void
test_split(Fixture *fixture, gconstpointer data)
{
    const BbTimeUs at[] = {20 * BB_US_PER_S, 40 * BB_US_PER_S};
    const struct {
        BbSplit how;
        const char *parts;
    } cases[] = {
        {{.by = BB_SPLIT_TIMES, .every_us = 10 * BB_US_PER_S}, "001:1 002:2 004:1 "},
        {{.by = BB_SPLIT_TIMES, .every_us = 100 * BB_US_PER_S}, "001:4 "},
        {{.by = BB_SPLIT_TIMES, .at_us = at, .n_at = 2}, "001:1 002:2 003:1 "},
        {{.by = BB_SPLIT_KINDS}, "container:4 "},
        {{.by = BB_SPLIT_CLASSES}, "u:2 v:1 none:1 "},
    };
    (void)data;
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *parts = split(fixture, &cases[i].how);
        g_assert_cmpstr(parts, ==, cases[i].parts);
    }
    g_autoptr(GPtrArray) parts = bb_trace_split(&fixture->edit, fixture->four, &cases[0].how, NULL);
    BbTracePart *last = parts->pdata[2];
    /* b and c are in another part: d waits for nobody. */
    expect(g_steal_pointer(&last->table), NULL,
           "job_id,submit_s,runtime_s,cpu_milli,x_tag\nd,40,4,4000,r\n");
}

/* Names that a file system would mind. */
static void
test_split_names(Fixture *fixture, gconstpointer data)
{
    const BbSplit how = {.by = BB_SPLIT_CLASSES};
    (void)data;
    g_unlink(fixture->four);
    g_free(fixture->four);
    fixture->four = trace_file(fixture->folder, "four.csv",
                               "job_id,submit_s,class\na,0,../x\nb,0,A/b\nc,0,a_b\nd,0,.\n");
    g_autofree char *parts = split(fixture, &how);
    g_assert_cmpstr(parts, ==, "_._x:1 a_b:1 a_b-2:1 _:1 ");
}

static gint64
sum_cpu(const char *text, guint *out_n, gint64 *out_least)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    gint64 sum = 0, least = G_MAXINT64;
    guint n = 0;
    for (guint i = 1; lines[i] != NULL && *lines[i] != '\0'; i++) {
        g_auto(GStrv) fields = g_strsplit(lines[i], ",", -1);
        gint64 cpu = g_ascii_strtoll(fields[3], NULL, 10);
        sum += cpu;
        least = MIN(least, cpu);
        n++;
    }
    *out_n = n;
    if (out_least != NULL)
        *out_least = least;
    return sum;
}

/* Up: all of the trace, then copies a mean gap apart, until the next would be too much. Down: a part of
 * it, and one more would be too much. */
static void
test_inflate(Fixture *fixture, gconstpointer data)
{
    (void)data;
    for (guint64 seed = 1; seed <= 30; seed++) {
        BbInflate up = {.resource = BB_CPU, .target = 100000, .seed = seed}, more = up;
        BbInflate down = {.resource = BB_CPU, .target = 7000, .seed = seed};
        more.target = 200000;
        g_autofree char *filled =
            csv(bb_trace_inflate(&fixture->edit, fixture->four, &up, NULL), NULL);
        g_autofree char *again =
            csv(bb_trace_inflate(&fixture->edit, fixture->four, &up, NULL), NULL);
        g_autofree char *fuller =
            csv(bb_trace_inflate(&fixture->edit, fixture->four, &more, NULL), NULL);
        g_autofree char *cut =
            csv(bb_trace_inflate(&fixture->edit, fixture->four, &down, NULL), NULL);
        guint n, n_cut;
        gint64 sum = sum_cpu(filled, &n, NULL), least, rest = sum_cpu(cut, &n_cut, &least);
        g_assert_cmpstr(filled, ==, again);
        g_assert_true(g_str_has_prefix(fuller, filled));
        g_assert_true(g_str_has_prefix(filled, FOUR));
        g_assert_cmpint(sum, <=, 100000);
        g_assert_cmpint(sum, >, 100000 - 4000);
        g_assert_nonnull(strstr(filled, "~2,50,"));
        g_assert_cmpint(rest, <=, 7000);
        g_assert_cmpint(rest, >, 7000 - 4000);
        g_assert_cmpuint(n_cut, <, 4);
    }
}

static void
test_inflate_shuffled(Fixture *fixture, gconstpointer data)
{
    guint first[4] = {0};
    (void)data;
    for (guint64 seed = 1; seed <= 400; seed++) {
        BbInflate same = {.resource = BB_CPU, .target = 10000, .shuffle = TRUE, .seed = seed};
        g_autofree char *made =
            csv(bb_trace_inflate(&fixture->edit, fixture->four, &same, NULL), NULL);
        g_auto(GStrv) lines = g_strsplit(made, "\n", -1);
        g_assert_cmpuint(n_lines(made), ==, 5);
        first[lines[1][0] - 'a']++;
        g_assert_true(g_str_has_prefix(lines[1] + 1, ",10,"));
        g_assert_true(g_str_has_prefix(lines[4] + 1, ",40,"));
    }
    for (guint i = 0; i < 4; i++)
        g_assert_cmpfloat(fabs(first[i] - 100.0), <, 5 * sqrt(400 * .25 * .75));
}

static void
test_inflate_bad(Fixture *fixture, gconstpointer data)
{
    BbInflate gpu = {.resource = BB_GPU, .target = 100000, .seed = 1};
    BbInflate far = {.resource = BB_CPU, .target = G_MAXINT64, .seed = 1};
    GError *error = NULL;
    (void)data;
    g_assert_null(bb_trace_inflate(&fixture->edit, fixture->four, &gpu, &error));
    g_assert_nonnull(strstr(error->message, "expected jobs that ask for gpu, found none"));
    g_clear_error(&error);
    g_unlink(fixture->other);
    g_free(fixture->other);
    fixture->other = trace_file(fixture->folder, "other.csv",
                                "job_id,submit_s,cpu_milli\na,0,1\nb,4000000000000,1\n");
    g_assert_null(bb_trace_inflate(&fixture->edit, fixture->other, &far, &error));
    g_assert_nonnull(strstr(error->message, "expected a target within reach"));
    g_clear_error(&error);
}

/* An id that looks like a copy's is not taken twice. */
static void
test_inflate_ids(Fixture *fixture, gconstpointer data)
{
    BbInflate up = {.resource = BB_CPU, .target = 10, .seed = 1};
    (void)data;
    g_unlink(fixture->other);
    g_free(fixture->other);
    fixture->other = trace_file(fixture->folder, "other.csv",
                                "job_id,submit_s,cpu_milli\na,0,1\na~2,1,1\na~2~2,2,1\n");
    g_autofree char *made = csv(bb_trace_inflate(&fixture->edit, fixture->other, &up, NULL), NULL);
    g_autofree char *path = trace_file(fixture->folder, "made.csv", made);
    g_autoptr(BbTraceTable) read = bb_trace_change(
        &fixture->edit, path, &(BbWorkloadChange){.kind = -1, .scale_ppm = 1000000}, NULL);
    g_assert_nonnull(read);
    g_assert_cmpuint(bb_trace_table_n(read), ==, 10);
    g_unlink(path);
}

static void
test_generate(Fixture *fixture, gconstpointer data)
{
    GError *error = NULL;
    (void)data;
    expect(
        bb_trace_generate(&fixture->edit, "poisson,jobs=1,rate=1e-6,runtime=5s,kind=vm", 1, NULL),
        NULL, "job_id,submit_s,runtime_s,kind,cpu_milli\n1,725259.38759,5,vm,1000\n");
    g_assert_null(bb_trace_generate(&fixture->edit, "poisson,jobs=0", 1, &error));
    g_assert_error(error, BB_ERROR, BB_ERROR_USAGE);
    g_clear_error(&error);
    g_assert_null(bb_trace_generate(&fixture->edit, "poisson,rate=1e-12", 1, &error));
    g_assert_error(error, BB_ERROR, BB_ERROR_INPUT);
    g_clear_error(&error);
}

/* ---- Recipes ---- */

static void
test_recipe(Fixture *fixture, gconstpointer data)
{
    g_autoptr(BbRecipe) recipe = bb_recipe_new("scale"), other = bb_recipe_new("scale");
    GError *error = NULL;
    (void)data;
    bb_recipe_add_option(recipe, "factor", "0.5");
    bb_recipe_add_input(recipe, "", "a b.csv:swf", "00ff");
    bb_recipe_add_input(recipe, "cluster", "flat:8", "");
    bb_recipe_add_output(recipe, "x[1].csv", "job_id\n");
    g_autofree char *text = bb_recipe_text(recipe);
    g_autofree char *path = trace_file(fixture->folder, "r.ini", text);
    g_autoptr(BbRecipe) read = bb_recipe_read(path, NULL);
    g_autofree char *again = bb_recipe_text(read);
    g_assert_cmpstr(text, ==, again);
    g_assert_true(bb_recipe_check(recipe, read, NULL));

    bb_recipe_add_input(other, "", "a.csv", "00fe");
    g_assert_false(bb_recipe_check(recipe, other, &error));
    g_assert_error(error, BB_ERROR, BB_ERROR_INPUT);
    g_clear_error(&error);
    g_ptr_array_set_size(other->inputs, 0);
    bb_recipe_add_output(other, "y", "job_id\na\n");
    g_assert_false(bb_recipe_check(recipe, other, &error));
    g_assert_error(error, BB_ERROR, BB_ERROR_VERDICT);
    g_clear_error(&error);
    g_unlink(path);
}

int
main(int argc, char **argv)
{
    static const struct {
        const char *path;
        void (*test)(Fixture *fixture, gconstpointer data);
    } tests[] = {
        {"/trace-edit/change", test_change},
        {"/trace-edit/merge", test_merge},
        {"/trace-edit/sample", test_sample},
        {"/trace-edit/split", test_split},
        {"/trace-edit/split-names", test_split_names},
        {"/trace-edit/inflate", test_inflate},
        {"/trace-edit/inflate-shuffled", test_inflate_shuffled},
        {"/trace-edit/inflate-bad", test_inflate_bad},
        {"/trace-edit/inflate-ids", test_inflate_ids},
        {"/trace-edit/generate", test_generate},
        {"/trace-edit/recipe", test_recipe},
    };
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(tests); i++)
        g_test_add(tests[i].path, Fixture, NULL, set_up, tests[i].test, tear_down);
    return g_test_run();
}
