/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lines taken apart in place against the exact parser, field by field. */
#include "sim/contract/bb-fields.h"

#include <string.h>

static void
check_number(const char *text)
{
    BbFields fields;
    BbTimeUs exact = 0;
    g_autofree char *line = g_strdup_printf("\t%s 3", text);
    gboolean fine = bb_parse_seconds(text, TRUE, &exact, NULL);
    g_test_message("%s", text);
    g_assert_cmpint(bb_fields_split(&fields, line, 2), ==, fine);
    g_assert_cmpuint(fields.n, ==, fine ? 2 : 0);
    g_assert_true(fields.text[0] == line + 1);
    if (!fine) {
        g_assert_true(fields.stop == line + 1);
        return;
    }
    g_assert_cmpint(fields.micro[0], ==, exact);
    g_assert_cmpint(fields.micro[1], ==, 3 * BB_MICRO);
    g_assert_cmpint(fields.fraction, ==, strchr(text, '.') != NULL);
    g_assert_true(fields.end[0] == line + 1 + strlen(text) && *fields.stop == '\0');
}

static void
test_numbers(void)
{
    static const char *const texts[] = {
        "0",
        "-0",
        "7",
        "-1",
        "007",
        "123456789012",
        "-999999999999",
        "1234567890123",
        "1.5",
        "-0.5",
        "1e3",
        "5.",
        ".5",
        "+1",
        "-",
        "--1",
        "1-",
        "x",
        "1x",
        "0x10",
        "nan",
        "1,5",
        "4611686018427",
        "1\xc2\xb2",

        "1\r",
        "12/3",
        "12:30",
        "1.2.3",
        "1.0000004",
    };
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
        check_number(texts[i]);
    for (guint i = 0; i < 20000; i++) {
        gint n = g_test_rand_int_range(1, 13);
        g_autoptr(GString) text = g_string_new(g_test_rand_bit() ? "-" : "");
        while (n-- > 0)
            g_string_append_c(text, (char)('0' + g_test_rand_int_range(0, 10)));
        check_number(text->str);
    }
}

static void
test_counts(void)
{
    static const struct {
        const char *line;
        guint n_wanted, n;
        gboolean fine;
        gsize stop;
    } cases[] = {
        {"", 3, 0, TRUE, 0},       {" \t ", 3, 0, TRUE, 3},   {"1", 3, 1, TRUE, 1},
        {"1 2\t3", 3, 3, TRUE, 5}, {"1 2 3 ", 3, 3, TRUE, 6}, {"1 2 3 x", 3, 4, TRUE, 6},
        {"1 x 3", 3, 1, FALSE, 2}, {"x", 3, 0, FALSE, 0},     {"1 2", 0, 1, TRUE, 0},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        BbFields fields;
        g_autofree char *line = g_strdup(cases[i].line);
        g_assert_cmpint(bb_fields_split(&fields, line, cases[i].n_wanted), ==, cases[i].fine);
        g_assert_cmpuint(fields.n, ==, cases[i].n);
        g_assert_true(fields.stop == line + cases[i].stop);
        g_assert_cmpstr(line, ==, cases[i].line);
    }
}

/* A number that nobody can count with is kept as the limit. */
static void
test_limits(void)
{
    BbFields fields;
    char line[] = "99999999999999999999 -1e20 1";
    g_assert_true(bb_fields_split(&fields, line, 3));
    g_assert_cmpint(fields.micro[0], ==, BB_TIME_MAX);
    g_assert_cmpint(fields.micro[1], ==, -BB_TIME_MAX);
    g_assert_cmpuint(bb_fields_column(&fields, 1), ==, 22);
    g_assert_cmpstr(bb_fields_terminate(&fields, 2), ==, "1");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/fields/numbers", test_numbers);
    g_test_add_func("/fields/counts", test_counts);
    g_test_add_func("/fields/limits", test_limits);
    return g_test_run();
}
