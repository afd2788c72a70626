/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/model/bb-names.h"
#include "sim/model/bb-rows.h"

#include <string.h>

static void
test_intern(void)
{
    static const struct {
        const char *text;
        guint32 id;
    } cases[] = {
        {NULL, 0}, {"", 0}, {"b", 1}, {"a", 2}, {"b", 1}, {" ", 3}, {"B", 4}, {"", 0}, {"a", 2},
    };
    g_autoptr(BbNames) names = bb_names_new();
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_assert_cmpuint(bb_names_intern(names, cases[i].text), ==, cases[i].id);
        g_assert_cmpuint(bb_names_find(names, cases[i].text), ==, cases[i].id);
        g_assert_cmpstr(bb_names_text(names, cases[i].id), ==,
                        cases[i].text != NULL ? cases[i].text : "");
    }
}

static void
test_find(void)
{
    g_autoptr(BbNames) names = bb_names_new();
    g_assert_cmpuint(bb_names_find(names, "a"), ==, G_MAXUINT32);
    g_assert_cmpuint(bb_names_find(names, NULL), ==, 0);
    g_assert_cmpuint(bb_names_intern(names, "a"), ==, 1);
    g_assert_cmpuint(bb_names_find(names, "a"), ==, 1);
    g_assert_cmpuint(bb_names_find(names, "ab"), ==, G_MAXUINT32);
}

/* Texts are the table's own, and stay where they are while it grows. */
static void
test_growth(void)
{
    enum { N = 100000 };
    g_autoptr(BbNames) names = bb_names_new();
    g_autofree char *giant = g_strnfill(100000, 'x');
    char text[16] = "first";
    const char *first = bb_names_text(names, bb_names_intern(names, text));
    g_assert_cmpuint(bb_names_intern(names, giant), ==, 2);
    for (guint i = 3; i < N; i++) {
        g_snprintf(text, sizeof text, "n%u", i);
        g_assert_cmpuint(bb_names_intern(names, text), ==, i);
    }
    g_assert_cmpstr(first, ==, "first");
    g_assert_true(first == bb_names_text(names, 1));
    g_assert_cmpstr(bb_names_text(names, 2), ==, giant);
    g_assert_cmpstr(bb_names_text(names, N - 1), ==, "n99999");
    g_assert_cmpuint(bb_names_find(names, "n777"), ==, 777);
}

static void
test_words(void)
{
    static const char *const resources[] = {"cpu", "memory", "disk", "gpu"};
    static const char *const units[] = {"milli", "mib", "mib", "milli"};
    static const char *const kinds[] = {"container", "vm", "process", "bare-metal"};
    G_STATIC_ASSERT(G_N_ELEMENTS(resources) == BB_N_RESOURCES);
    G_STATIC_ASSERT(G_N_ELEMENTS(kinds) == BB_N_KINDS);
    for (guint r = 0; r < BB_N_RESOURCES; r++) {
        g_assert_cmpstr(bb_resource_names[r], ==, resources[r]);
        g_assert_cmpstr(bb_resource_units[r], ==, units[r]);
    }
    for (guint k = 0; k < BB_N_KINDS; k++)
        g_assert_cmpstr(bb_kind_names[k], ==, kinds[k]);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/names/intern", test_intern);
    g_test_add_func("/names/find", test_find);
    g_test_add_func("/names/growth", test_growth);
    g_test_add_func("/names/words", test_words);
    return g_test_run();
}
