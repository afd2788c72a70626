/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/lab/bb-diff.h"

#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

#define HEADER "job_id,workload,class,submit_s,start_s,finish_s,state,nodes\n"

static char *
write_file(const char *text)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *dir = g_dir_make_tmp("diff-XXXXXX", &error);
    char *path = g_build_filename(dir, "jobs.csv", NULL);

    g_file_set_contents(path, text, -1, &error);
    g_assert_no_error(error);
    return path;
}

/* The file and its folder go; the path is freed. */
static void
remove_file(char *path)
{
    g_autofree char *dir = g_path_get_dirname(path);

    g_unlink(path);
    g_rmdir(dir);
    g_free(path);
}

static BbDiff *
diff_of(const char *a, const char *b)
{
    g_autoptr(GError) error = NULL;
    char *path_a = write_file(a), *path_b = write_file(b);
    BbDiff *diff = bb_diff_new(path_a, path_b, &error);

    g_assert_no_error(error);
    remove_file(path_a);
    remove_file(path_b);
    return diff;
}

static const char *const base = HEADER "1,t,x,0,0,10,completed,n1\n"
                                       "2,t,x,1,10,20,completed,n1*2\n"
                                       "3,t,y,2,20,30,completed,n2\n"
                                       "4,t,y,3,,,rejected,\n";

static const struct {
    const char *name, *b;
    guint64 n_decided;
    const char *first;  /* id; NULL: none */
    BbTimeUs first_s;   /* -1: never */
    const char *ranked; /* ids, largest change first */
} cases[] = {
    {"same",
     HEADER "1,t,x,0,0,10,completed,n1\n2,t,x,1,10,20,completed,n1*2\n"
            "3,t,y,2,20,30,completed,n2\n4,t,y,3,,,rejected,\n",
     0, NULL, -1, ""},
    {"rows in another order",
     HEADER "4,t,y,3,,,rejected,\n3,t,y,2,20,30,completed,n2\n"
            "2,t,x,1,10,20,completed,n1*2\n1,t,x,0,0,10,completed,n1\n",
     0, NULL, -1, ""},
    {"a start",
     HEADER "1,t,x,0,0,10,completed,n1\n2,t,x,1,12,22,completed,n1*2\n"
            "3,t,y,2,5,15,completed,n2\n4,t,y,3,,,rejected,\n",
     2, "3", 5, "3 2"},
    {"a node only",
     HEADER "1,t,x,0,0,10,completed,n9\n2,t,x,1,10,20,completed,n1*2\n"
            "3,t,y,2,20,30,completed,n2\n4,t,y,3,,,rejected,\n",
     1, "1", 0, "1"},
    {"a rejection",
     HEADER "1,t,x,0,0,10,completed,n1\n2,t,x,1,,,rejected,\n"
            "3,t,y,2,20,30,completed,n2\n4,t,y,3,,,rejected,\n",
     1, "2", 1, "2"},
    {"the same id of another workload",
     HEADER "1,u,x,0,0,10,completed,n1\n"
            "2,t,x,1,10,20,completed,n1*2\n"
            "3,t,y,2,20,30,completed,n2\n4,t,y,3,,,rejected,\n",
     2, "1", 0, "1 1"},
};

static void
test_cases(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(BbDiff) diff = diff_of(base, cases[i].b);
        g_autoptr(GString) ranked = g_string_new(NULL);

        g_test_message("%s", cases[i].name);
        g_assert_cmpuint(diff->n_decided, ==, cases[i].n_decided);
        g_assert_cmpstr(diff->first ? diff->first->id : NULL, ==, cases[i].first);
        if (diff->first)
            g_assert_cmpint(diff->first_us, ==, cases[i].first_s * BB_US_PER_S);
        for (guint r = 0; r < diff->ranked->len; r++)
            g_string_append_printf(ranked, "%s%s", r > 0 ? " " : "",
                                   ((const BbDiffJob *)diff->ranked->pdata[r])->id);
        g_assert_cmpstr(ranked->str, ==, cases[i].ranked);
    }
}

/* Pools of 98 and of 100 nodes pad their numbers differently; who has both means both. */
static void
test_padding(void)
{
    const char *wide =
        HEADER "1,t,x,0,0,10,completed,n-001\n2,t,x,1,10,20,completed,n-002*2;n-010\n";
    const char *narrow =
        HEADER "1,t,x,0,0,10,completed,n-01\n2,t,x,1,10,20,completed,n-02*2;n-11\n";
    const char *both = HEADER "1,t,x,0,0,10,completed,n-1\n2,t,x,1,10,20,completed,n-002*2;n-001\n";
    g_autoptr(BbDiff) moved = diff_of(wide, narrow);
    g_autoptr(BbDiff) strict = diff_of(wide, both);

    g_assert_cmpuint(moved->n_decided, ==, 1);
    g_assert_cmpstr(moved->first->id, ==, "2");
    g_assert_cmpstr(moved->first->sides[1].nodes, ==, "n-002*2;n-11");
    g_assert_cmpuint(moved->nodes->len, ==, 4);
    g_assert_cmpuint(strict->n_decided, ==, 2);
}

static void
test_groups(void)
{
    g_autoptr(BbDiff) diff = diff_of(base, cases[2].b);
    const BbDiffGroup *group = diff->classes->pdata[0];

    /* y: 18 s -> 3 s, x: 4.5 s -> 5.5 s */
    g_assert_cmpstr(group->name, ==, "y");
    g_assert_cmpfloat(bb_diff_mean_wait(group, 0), ==, 18);
    g_assert_cmpfloat(bb_diff_mean_wait(group, 1), ==, 3);
    group = diff->nodes->pdata[0];
    g_assert_cmpstr(group->name, ==, "n1");
    g_assert_cmpuint(group->n[0], ==, 3);
    g_assert_cmpuint(bb_diff_n_waiting(diff, 0, 5 * BB_US_PER_S), ==, 2);
    g_assert_cmpuint(bb_diff_n_waiting(diff, 1, 5 * BB_US_PER_S), ==, 1);
    g_assert_cmpuint(bb_diff_n_running(diff, 1, 5 * BB_US_PER_S), ==, 2);
}

static void
test_text(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(BbDiff) diff = diff_of(base, cases[i].b);
        g_autofree char *text = bb_diff_text(diff, 10);
        g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

        /* The first two lines are paths. */
        for (guint l = 2; lines[l]; l++)
            g_assert_cmpint(g_utf8_strlen(lines[l], -1), <=, 80);
        g_assert_true((strstr(text, "decided alike") != NULL) == (cases[i].n_decided == 0));
    }
}

static void
test_errors(void)
{
    g_autoptr(GError) error = NULL;
    char *good = write_file(base);
    char *bad = write_file(HEADER "1,t,x,0,soon,10,completed,n1\n");

    g_assert_null(bb_diff_new(good, bad, &error));
    g_assert_error(error, BB_ERROR, BB_ERROR_INPUT);
    g_assert_nonnull(strstr(error->message, ":2:"));
    g_clear_error(&error);
    g_assert_null(bb_diff_new("/nowhere/at/all", good, &error));
    g_assert_error(error, BB_ERROR, BB_ERROR_INPUT);
    remove_file(good);
    remove_file(bad);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/diff/cases", test_cases);
    g_test_add_func("/diff/groups", test_groups);
    g_test_add_func("/diff/padding", test_padding);
    g_test_add_func("/diff/text", test_text);
    g_test_add_func("/diff/errors", test_errors);
    return g_test_run();
}
