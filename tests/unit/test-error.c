/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/base/bb-error.h"

#include <string.h>

static void
test_places(void)
{
    static const struct {
        guint64 line, column;
        const char *message;
    } cases[] = {
        {7, 12, "jobs.csv:7:12: expected 1, found 2"},
        {7, 0, "jobs.csv:7: expected 1, found 2"},
        {0, 0, "jobs.csv: expected 1, found 2"},
        {0, 5, "jobs.csv: expected 1, found 2"},
        {G_MAXUINT64, 1, "jobs.csv:18446744073709551615:1: expected 1, found 2"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_assert_false(bb_error_input(&error, "jobs.csv", cases[i].line, cases[i].column,
                                      "expected %d, found %d", 1, 2));
        g_assert_error(error, BB_ERROR, BB_ERROR_INPUT);
        g_assert_cmpstr(error->message, ==, cases[i].message);
    }
    g_assert_false(bb_error_input(NULL, "jobs.csv", 1, 1, "nobody listens"));
}

static void
test_set(void)
{
    g_autoptr(GError) error = NULL;
    g_assert_false(bb_error_set(&error, BB_ERROR_POLICY, "queue %s: 100%%", "easy"));
    g_assert_error(error, BB_ERROR, BB_ERROR_POLICY);
    g_assert_cmpstr(error->message, ==, "queue easy: 100%");
    g_assert_false(bb_error_set(NULL, BB_ERROR_USAGE, "nobody listens"));
}

static void
test_exit_status(void)
{
    static const struct {
        BbError code;
        int status;
    } cases[] = {
        {BB_ERROR_USAGE, 2},  {BB_ERROR_INPUT, 2},  {BB_ERROR_VERDICT, 1},
        {BB_ERROR_POLICY, 3}, {BB_ERROR_OUTPUT, 3}, {BB_ERROR_INTERRUPTED, 130},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = g_error_new_literal(BB_ERROR, (gint)cases[i].code, "x");
        g_assert_cmpint(bb_error_exit_status(error), ==, cases[i].status);
    }
    g_autoptr(GError) foreign = g_error_new_literal(G_FILE_ERROR, 1, "x");
    g_assert_cmpint(bb_error_exit_status(foreign), ==, 3);
}

static void
test_suggest(void)
{
    static const char *const names[] = {"fcfs", "easy", "conservative", "runtime_s", "wait", NULL};
    static const struct {
        const char *text, *nearest;
    } cases[] = {
        {"runtme_s", "runtime_s"},
        {"fcsf", "fcfs"},
        {"esy", "easy"},
        {"conservativ", "conservative"},
        {"easy", "easy"},
        {"zzzz", NULL},
        {"", NULL},
        {"f", NULL},
        {"swait", "wait"},
        {"fc", NULL},
        {"a\xff", NULL},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        g_assert_cmpstr(bb_suggest(cases[i].text, names), ==, cases[i].nearest);
}

static void
test_suggest_limits(void)
{
    g_autofree char *long_text = g_strnfill(100000, 'x');
    g_autofree char *name_63 = g_strnfill(63, 'y');
    g_autofree char *name_64 = g_strnfill(64, 'y');
    const char *names[] = {long_text, name_64, name_63, NULL};
    const char *const none[] = {NULL};

    g_assert_null(bb_suggest(long_text, names));
    g_assert_null(bb_suggest("x", none));
    g_assert_true(bb_suggest(name_63, names) == name_63);
    g_assert_null(bb_suggest(name_64, names));
}

static void
test_quote(void)
{
    static const struct {
        const char *text, *quoted;
    } cases[] = {
        {"", "\"\""},
        {"4 cores", "\"4 cores\""},
        {"a\nb\tc\x7f", "\"a\\x0ab\\x09c\\x7f\""},
        {"gr\xc3\xb6\xc3\x9f"
         "e",
         "\"gr\xc3\xb6\xc3\x9f"
         "e\""},
        {"\xff\xc3", "\"\\xff\\xc3\""},
        {"\xe2\x80\xa8", "\"\\xe2\\x80\\xa8\""}, /* a line separator would break the line */
        {"1234567890123456789012345678901234567890",
         "\"1234567890123456789012345678901234567890\""},
        {"1234567890123456789012345678901234567890x",
         "\"1234567890123456789012345678901234567890...\""},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *quoted = bb_quote(cases[i].text);
        g_assert_cmpstr(quoted, ==, cases[i].quoted);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/error/places", test_places);
    g_test_add_func("/error/set", test_set);
    g_test_add_func("/error/exit-status", test_exit_status);
    g_test_add_func("/error/suggest", test_suggest);
    g_test_add_func("/error/suggest-limits", test_suggest_limits);
    g_test_add_func("/error/quote", test_quote);
    return g_test_run();
}
