/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/model/bb-range.h"

static void
test_parse(void)
{
    static const struct {
        const char *text;
        guint n;
        const char *first, *last;
    } cases[] = {
        {"n1", 1, "n1", "n1"},
        {"openb-node-0000", 1, "openb-node-0000", "openb-node-0000"},
        {"rack=1:n|2", 1, "rack=1:n|2", "rack=1:n|2"},
        {"n[001-120]", 120, "n001", "n120"},
        {"n[1-120]", 120, "n1", "n120"},
        {"n[08-10]", 3, "n08", "n10"},
        {"n[98-101]", 4, "n98", "n101"},
        {"n[5-5]", 1, "n5", "n5"},
        {"[0-3]", 4, "0", "3"},
        {"r2n[01-16].hall-3", 16, "r2n01.hall-3", "r2n16.hall-3"},
        {"n[000000001-999999999]", 999999999, "n000000001", "n999999999"},
    };
    g_autoptr(GString) name = g_string_new("old");
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        BbRange range;
        g_test_message("%s", cases[i].text);
        g_assert_true(bb_range_parse(cases[i].text, &range));
        g_assert_cmpuint(bb_range_n(&range), ==, cases[i].n);
        g_assert_cmpstr(bb_range_name(&range, range.first, name), ==, cases[i].first);
        g_assert_cmpstr(bb_range_name(&range, range.last, name), ==, cases[i].last);
    }
}

static void
test_refused(void)
{
    static const char *const cases[] = {
        NULL,      "",        "n[",       "n[]",      "n[1]",     "n[1-]",
        "n[-3]",   "n[3-1]",  "n[1-3",    "n1-3]",    "n[a-c]",   "n[1-3]x[1-2]",
        "n[+1-3]", "n[1--3]", "n[ 1-3]",  "n[1-3,5]", "n[1.0-3]", "n[1-1000000000]",
        "n 1",     " n1",     "n1\t",     "n1;n2",    "n*",       "n[1-3] ",
        "n\x01",   "n[1-3]*", "x;[1-3]y", "n[[1-3]]", "n]",       "n[18446744073709551616-2]",
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        BbRange range;
        g_test_message("%s", cases[i]);
        g_assert_false(bb_range_parse(cases[i], &range));
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/range/parse", test_parse);
    g_test_add_func("/range/refused", test_refused);
    return g_test_run();
}
