/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Each text is parsed and written out again in one spelling; NULL stands for "refused". */
#include "sim/model/bb-constraint.h"

typedef struct {
    const char *text, *expected;
} Case;

typedef gboolean (*Parse)(BbNames *names, const char *text, GArray *out, const char **out_expected);
typedef void (*Write)(const BbNames *names, gconstpointer element, GString *out);

static gboolean
parse_semicolons(BbNames *names, const char *text, GArray *out, const char **out_expected)
{
    return bb_parse_list(names, text, ';', out, out_expected);
}

static gboolean
parse_bars(BbNames *names, const char *text, GArray *out, const char **out_expected)
{
    return bb_parse_list(names, text, '|', out, out_expected);
}

static void
write_label(const BbNames *names, gconstpointer element, GString *out)
{
    const BbLabel *label = element;
    g_string_append_printf(out, "<%s=%s>", bb_names_text(names, label->key),
                           bb_names_text(names, label->value));
}

static void
write_require(const BbNames *names, gconstpointer element, GString *out)
{
    const BbRequireTerm *term = element;
    g_string_append_printf(out, "<%s:", bb_names_text(names, term->key));
    for (guint i = 0; i < term->n_values; i++)
        g_string_append_printf(out, "[%s]", bb_names_text(names, term->values[i]));
    g_string_append(out, ">");
}

static void
write_spread(const BbNames *names, gconstpointer element, GString *out)
{
    const BbSpreadTerm *term = element;
    g_string_append_printf(out, "<%s %u>", bb_names_text(names, term->key), term->max_skew);
}

static void
write_name(const BbNames *names, gconstpointer element, GString *out)
{
    g_string_append_printf(out, "<%s>", bb_names_text(names, *(const guint32 *)element));
}

static void
clear_require(gpointer element)
{
    g_free(((BbRequireTerm *)element)->values);
}

static void
check_refused(const Case *c, Parse parse, BbNames *names, GArray *out)
{
    const char *expected = NULL;
    g_assert_false(parse(names, c->text, out, &expected));
    g_assert_nonnull(expected);
    g_assert_false(parse(names, c->text, out, NULL));
    g_assert_false(parse(NULL, c->text, NULL, NULL));
    g_assert_cmpuint(out->len, ==, 0);
    g_assert_cmpuint(bb_names_intern(names, "the first name"), ==, 1);
}

static void
check_parsed(const Case *c, Parse parse, Write write, BbNames *names, GArray *out)
{
    const char *expected = "untouched";
    guint size = g_array_get_element_size(out);
    g_autoptr(GString) written = g_string_new(NULL);
    g_assert_true(parse(NULL, c->text, NULL, NULL));
    g_assert_true(parse(names, c->text, out, &expected));
    g_assert_cmpstr(expected, ==, "untouched");
    for (guint i = 0; i < out->len; i++)
        write(names, out->data + (gsize)i * size, written);
    g_assert_cmpstr(written->str, ==, c->expected);
}

static void
check(const Case *cases, gsize n, Parse parse, Write write, guint size)
{
    for (gsize i = 0; i < n; i++) {
        g_autoptr(BbNames) names = bb_names_new();
        g_autoptr(GArray) out = g_array_new(FALSE, FALSE, size);
        g_test_message("\"%s\"", cases[i].text);
        if (size == sizeof(BbRequireTerm))
            g_array_set_clear_func(out, clear_require);
        if (cases[i].expected == NULL)
            check_refused(&cases[i], parse, names, out);
        else
            check_parsed(&cases[i], parse, write, names, out);
    }
}

static void
test_labels(void)
{
    static const Case cases[] = {
        {NULL, ""},
        {"", ""},
        {" \t ", ""},
        {"zone=a", "<zone=a>"},
        {"zone=a; rack=r1", "<zone=a><rack=r1>"},
        {" zone = a ;rack=r1 ", "<zone=a><rack=r1>"},
        {"ssd", "<ssd=>"},
        {"ssd=; zone=b", "<ssd=><zone=b>"},
        {"image=repo/x:1.2", "<image=repo/x:1.2>"},
        {"k8s.io/zone=eu-1", "<k8s.io/zone=eu-1>"},
        {"a=1;a=1", "<a=1><a=1>"},
        {";", NULL},
        {"a=1;", NULL},
        {";a=1", NULL},
        {"a=1;;b=2", NULL},
        {"=1", NULL},
        {"a=b=c", NULL},
        {"a b=c", NULL},
        {"a=b c", NULL},
        {"a:b=c", NULL},
        {"a=b|c", NULL},
        {"a|b", NULL},
        {"a=1\nb=2", NULL},
    };
    check(cases, G_N_ELEMENTS(cases), bb_parse_labels, write_label, sizeof(BbLabel));
}

static void
test_require(void)
{
    static const Case cases[] = {
        {NULL, ""},
        {"zone=a", "<zone:[a]>"},
        {"zone=a|b; ssd=", "<zone:[a][b]><ssd:[]>"},
        {" zone = a | b ", "<zone:[a][b]>"},
        {"image=x:1|x:2", "<image:[x:1][x:2]>"},
        {"zone", NULL},
        {"zone=a|", NULL},
        {"zone=|a", NULL},
        {"zone=a||b", NULL},
        {"zone=|", NULL},
        {"zone=a;", NULL},
        {"=a", NULL},
        {"zone=a=b", NULL},
        {"zone=a b", NULL},
        {"zone:x=a", NULL},
    };
    check(cases, G_N_ELEMENTS(cases), bb_parse_require, write_require, sizeof(BbRequireTerm));
}

static void
test_spread(void)
{
    static const Case cases[] = {
        {NULL, ""},
        {"zone:1", "<zone 1>"},
        {"zone:2; rack : 15 ", "<zone 2><rack 15>"},
        {"zone:999999999", "<zone 999999999>"},
        {"zone:001", "<zone 1>"},
        {"zone:0", NULL},
        {"zone:-1", NULL},
        {"zone:+1", NULL},
        {"zone:1.0", NULL},
        {"zone:1000000000", NULL},
        {"zone:", NULL},
        {"zone", NULL},
        {":1", NULL},
        {"zone:1:2", NULL},
        {"zone:1;", NULL},
        {"zone:0x1", NULL},
        {"zone=a:1", NULL},
    };
    check(cases, G_N_ELEMENTS(cases), bb_parse_spread, write_spread, sizeof(BbSpreadTerm));
}

static void
test_lists(void)
{
    static const Case semicolons[] = {
        {NULL, ""},    {"db", "<db>"}, {"db; web ;x", "<db><web><x>"},
        {"db;", NULL}, {";", NULL},    {"a b", NULL},
        {"a=b", NULL}, {"a|b", NULL},  {"a:b", NULL},
    };
    static const Case bars[] = {
        {"", ""},
        {"V100", "<V100>"},
        {"V100M16|V100M32", "<V100M16><V100M32>"},
        {"A | B", "<A><B>"},
        {"A|", NULL},
        {"|A", NULL},
        {"A;B", NULL},
        {"A B", NULL},
        {"A||B", NULL},
    };
    check(semicolons, G_N_ELEMENTS(semicolons), parse_semicolons, write_name, sizeof(guint32));
    check(bars, G_N_ELEMENTS(bars), parse_bars, write_name, sizeof(guint32));
}

/* A second text is appended to what is there; a refused one takes nothing back. */
static void
test_append(void)
{
    g_autoptr(BbNames) names = bb_names_new();
    g_autoptr(GArray) out = g_array_new(FALSE, FALSE, sizeof(guint32));
    g_assert_true(bb_parse_list(names, "a;b", ';', out, NULL));
    g_assert_false(bb_parse_list(names, "c;d;;", ';', out, NULL));
    g_assert_true(bb_parse_list(names, "b;e", ';', out, NULL));
    g_assert_cmpuint(out->len, ==, 4);
    g_assert_cmpuint(g_array_index(out, guint32, 1), ==, g_array_index(out, guint32, 2));
    g_assert_cmpuint(bb_names_find(names, "c"), ==, G_MAXUINT32);
    g_assert_cmpuint(bb_names_find(names, "e"), ==, 3);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/constraint/labels", test_labels);
    g_test_add_func("/constraint/require", test_require);
    g_test_add_func("/constraint/spread", test_spread);
    g_test_add_func("/constraint/lists", test_lists);
    g_test_add_func("/constraint/append", test_append);
    return g_test_run();
}
