/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/base/bb-error.h"
#include "sim/base/bb-params.h"

static void
test_split(void)
{
    static const struct {
        const char *text, *name, *rest; /* name NULL: refused */
    } cases[] = {
        {"easy", "easy", ""},
        {"easy,", "easy", ""},
        {"easy()", "easy", ""},
        {"easy,a=1", "easy", "a=1"},
        {"easy(a=1)", "easy", "a=1"},
        {"easy(a=1,b=2)", "easy", "a=1,b=2"},
        {"easy(a=f(1,2),b=2)", "easy", "a=f(1,2),b=2"},
        {"poisson,rate=1,runtime=exp(30d),x=f(g(1),2)", "poisson",
         "rate=1,runtime=exp(30d),x=f(g(1),2)"},
        {" easy , a=1 ", "easy", " a=1 "},
        {"easy(a=1) ", "easy", "a=1"},
        {"", NULL, NULL},
        {",a=1", NULL, NULL},
        {"(a=1)", NULL, NULL},
        {"easy(a=1", NULL, NULL},
        {"easy(", NULL, NULL},
        {"easy)", NULL, NULL},
        {"easy(a=1)x", NULL, NULL},
        {"easy(a=1),b=2", NULL, NULL},
        {"easy(a=1)(b=2)", NULL, NULL},
        {"easy(a=(1)", NULL, NULL},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *name = NULL, *rest = NULL;
        g_autoptr(GError) error = NULL;
        g_test_message("%s", cases[i].text);
        g_assert_cmpint(bb_params_split(cases[i].text, &name, &rest, &error), ==,
                        cases[i].name != NULL);
        g_assert_cmpstr(name, ==, cases[i].name);
        g_assert_cmpstr(rest, ==, cases[i].rest);
        if (name == NULL)
            g_assert_error(error, BB_ERROR, BB_ERROR_USAGE);
    }
}

static const BbParam table[] = {
    {.name = "depth", .type = BB_PARAM_INT, .fallback = "10", .min = 0, .max = 100},
    {.name = "shift", .type = BB_PARAM_INT, .fallback = "-3"},
    {.name = "weight", .type = BB_PARAM_DOUBLE, .fallback = "0.5"},
    {.name = "strict", .type = BB_PARAM_BOOL, .fallback = "no"},
    {.name = "after", .type = BB_PARAM_DURATION, .fallback = "5m"},
    {.name = "order", .type = BB_PARAM_ENUM, .fallback = "sjbf", .choices = "fcfs|sjbf"},
    {.name = "runtime", .type = BB_PARAM_TEXT, .fallback = ""},
    {.name = "jobs", .type = BB_PARAM_INT, .min = 1, .max = G_MAXINT64},
    {.name = NULL},
};

static void
test_defaults(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(BbParams) params = bb_params_parse("queue x", table, "jobs=7", &error);
    g_assert_no_error(error);
    g_assert_cmpint(bb_params_int(params, "depth"), ==, 10);
    g_assert_cmpint(bb_params_int(params, "shift"), ==, -3);
    g_assert_cmpfloat(bb_params_double(params, "weight"), ==, 0.5);
    g_assert_cmpint(bb_params_int(params, "strict"), ==, FALSE);
    g_assert_cmpint(bb_params_int(params, "after"), ==, 300 * BB_US_PER_S);
    g_assert_cmpint(bb_params_int(params, "order"), ==, 1);
    g_assert_cmpstr(bb_params_text(params, "runtime"), ==, "");
    g_assert_false(bb_params_given(params, "depth"));
    g_assert_true(bb_params_given(params, "jobs"));
}

static void
test_given(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(BbParams) params =
        bb_params_parse("queue x", table,
                        " depth = 0 ,weight=1e-3,strict=yes, order=fcfs,after=2h30m,"
                        "runtime=choice(1:0.5|f(a=1,b=2):1) ,jobs=9223372036854775807,shift=5",
                        &error);
    g_assert_no_error(error);
    g_assert_cmpint(bb_params_int(params, "depth"), ==, 0);
    g_assert_cmpint(bb_params_int(params, "shift"), ==, 5);
    g_assert_cmpfloat(bb_params_double(params, "weight"), ==, 0.001);
    g_assert_cmpint(bb_params_int(params, "strict"), ==, TRUE);
    g_assert_cmpint(bb_params_int(params, "after"), ==, 9000 * BB_US_PER_S);
    g_assert_cmpstr(bb_params_text(params, "after"), ==, "2h30m");
    g_assert_cmpint(bb_params_int(params, "order"), ==, 0);
    g_assert_cmpstr(bb_params_text(params, "runtime"), ==, "choice(1:0.5|f(a=1,b=2):1)");
    g_assert_cmpint(bb_params_int(params, "jobs"), ==, G_MAXINT64);
}

static void
test_refused(void)
{
    static const struct {
        const char *text, *message;
    } cases[] = {
        {"", "queue x: expected a value for jobs, found none"},
        {"job=1", "queue x: expected a known parameter, found \"job\"; did you mean \"jobs\"?"},
        {"colour=1",
         "queue x: expected one of the parameters depth, shift, weight, strict, after, order, "
         "runtime, jobs, found \"colour\""},
        {"jobs=1,jobs=2", "queue x: jobs: expected one value, found a second one"},
        {"jobs", "queue x: expected KEY=VALUE, found \"jobs\""},
        {"jobs=1,", "queue x: expected KEY=VALUE, found \"\""},
        {"jobs=1,,depth=2", "queue x: expected KEY=VALUE, found \"\""},
        {"=1", "queue x: expected one of the parameters depth, shift, weight, strict, after, "
               "order, runtime, jobs, found \"\""},
        {"jobs=0", "queue x: jobs: expected a whole number, at least 1, found \"0\""},
        {"depth=101", "queue x: depth: expected a whole number from 0 to 100, found \"101\""},
        {"depth=", "queue x: depth: expected a whole number from 0 to 100, found \"\""},
        {"shift=a", "queue x: shift: expected a whole number, found \"a\""},
        {"weight=nan", "queue x: weight: expected a number, found \"nan\""},
        {"weight=1e999", "queue x: weight: expected a smaller number, found \"1e999\""},
        {"strict=maybe", "queue x: strict: expected yes or no, found \"maybe\""},
        {"after=-5",
         "queue x: after: expected a duration such as 90s, 5m, 2h30m or 7d, found \"-5\""},
        {"order=sjfb",
         "queue x: order: expected fcfs|sjbf, found \"sjfb\"; did you mean \"sjbf\"?"},
        {"order=zzzz", "queue x: order: expected fcfs|sjbf, found \"zzzz\""},
        {"jobs=(1", "expected balanced parentheses, found \"jobs=(1\""},
        {"jobs=1)", "expected balanced parentheses, found \"jobs=1)\""},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(BbParams) params = bb_params_parse("queue x", table, cases[i].text, &error);
        g_assert_null(params);
        g_assert_error(error, BB_ERROR, BB_ERROR_USAGE);
        g_assert_cmpstr(error->message, ==, cases[i].message);
    }
}

static void
test_no_table(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(BbParams) none = bb_params_parse("queue fcfs", NULL, "", NULL);
    g_autoptr(BbParams) blank = bb_params_parse("queue fcfs", NULL, "  ", NULL);
    g_assert_nonnull(none);
    g_assert_nonnull(blank);
    g_assert_null(bb_params_parse("queue fcfs", NULL, "x=1", &error));
    g_assert_cmpstr(error->message, ==, "queue fcfs: expected no parameters, found \"x\"");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/params/split", test_split);
    g_test_add_func("/params/defaults", test_defaults);
    g_test_add_func("/params/given", test_given);
    g_test_add_func("/params/refused", test_refused);
    g_test_add_func("/params/no-table", test_no_table);
    return g_test_run();
}
