/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Each syntax is one scan over slices of the text, run twice: first to check, without an array, so
 * that a malformed text changes nothing and a mere check allocates nothing; then to append. */
#include "sim/model/bb-constraint.h"

#include <json-glib/json-glib.h>

#include <string.h>

/* A part of a text, blanks round it trimmed. text NULL: there is none. */
typedef struct {
    const char *text;
    gsize n;
} Slice;

typedef gboolean (*Scan)(BbNames *names, Slice rest, GArray *out);

static Slice
trim(const char *text, gsize n)
{
    while (n > 0 && g_ascii_isspace(text[0])) {
        text++;
        n--;
    }
    while (n > 0 && g_ascii_isspace(text[n - 1]))
        n--;
    return (Slice){text, n};
}

/* Takes what stands before the separator; `rest` becomes what follows it, or nothing. */
static Slice
cut(Slice *rest, char separator)
{
    const char *end = memchr(rest->text, separator, rest->n);
    gsize n = end != NULL ? (gsize)(end - rest->text) : rest->n;
    Slice part = trim(rest->text, n);
    *rest = end != NULL ? trim(end + 1, rest->n - n - 1) : (Slice){NULL, 0};
    return part;
}

/* Not empty, and none of the separators or a blank inside. */
static gboolean
is_name(Slice slice, gboolean colon)
{
    for (gsize i = 0; i < slice.n; i++) {
        char c = slice.text[i];
        if (c == ';' || c == '=' || c == '|' || g_ascii_isspace(c) || (c == ':' && !colon))
            return FALSE;
    }
    return slice.n > 0;
}

static gboolean
is_value(Slice slice)
{
    return slice.n == 0 || is_name(slice, TRUE);
}

static guint32
intern(BbNames *names, Slice slice)
{
    g_autofree char *text = g_strndup(slice.text, slice.n);
    return bb_names_intern(names, text);
}

static gboolean
parse(Scan scan, BbNames *names, const char *text, GArray *out)
{
    Slice all = trim(text, text != NULL ? strlen(text) : 0);
    if (all.n == 0)
        return TRUE;
    if (!scan(names, all, NULL))
        return FALSE;
    return out == NULL || scan(names, all, out);
}

static gboolean
refuse(const char *expected, const char **out_expected)
{
    if (out_expected != NULL)
        *out_expected = expected;
    return FALSE;
}

static gboolean
scan_labels(BbNames *names, Slice rest, GArray *out)
{
    while (rest.text != NULL) {
        Slice value = cut(&rest, ';');
        Slice key = cut(&value, '=');
        if (!is_name(key, FALSE) || !is_value(value))
            return FALSE;
        if (out != NULL) {
            BbLabel label = {.key = intern(names, key), .value = intern(names, value)};
            g_array_append_val(out, label);
        }
    }
    return TRUE;
}

gboolean
bb_parse_labels(BbNames *names, const char *text, GArray *out, const char **out_expected)
{
    return parse(scan_labels, names, text, out) || refuse("key=value; key=value", out_expected);
}

/* "a|b", or nothing at all: the value of a bare key. */
static gboolean
scan_values(BbNames *names, Slice rest, GArray *out)
{
    gboolean sole = memchr(rest.text, '|', rest.n) == NULL;
    while (rest.text != NULL) {
        Slice value = cut(&rest, '|');
        if (!is_name(value, TRUE) && !(sole && value.n == 0))
            return FALSE;
        if (out != NULL) {
            guint32 id = intern(names, value);
            g_array_append_val(out, id);
        }
    }
    return TRUE;
}

static void
append_require(BbNames *names, Slice key, Slice values, GArray *out)
{
    BbRequireTerm term = {.key = intern(names, key)};
    GArray *ids = g_array_new(FALSE, FALSE, sizeof(guint32));
    scan_values(names, values, ids);
    term.n_values = ids->len;
    term.values = (guint32 *)(gpointer)g_array_free(ids, FALSE);
    g_array_append_val(out, term);
}

static gboolean
scan_require(BbNames *names, Slice rest, GArray *out)
{
    while (rest.text != NULL) {
        Slice values = cut(&rest, ';');
        Slice key = cut(&values, '=');
        if (!is_name(key, FALSE) || values.text == NULL || !scan_values(names, values, NULL))
            return FALSE;
        if (out != NULL)
            append_require(names, key, values, out);
    }
    return TRUE;
}

gboolean
bb_parse_require(BbNames *names, const char *text, GArray *out, const char **out_expected)
{
    return parse(scan_require, names, text, out) || refuse("key=a|b; key2=c", out_expected);
}

/* Digits from 1 to what 9 of them hold. */
static gboolean
parse_skew(Slice slice, guint32 *out)
{
    guint32 skew = 0;
    if (slice.text == NULL || slice.n > 9)
        return FALSE;
    for (gsize i = 0; i < slice.n; i++) {
        if (!g_ascii_isdigit(slice.text[i]))
            return FALSE;
        skew = skew * 10 + (guint32)g_ascii_digit_value(slice.text[i]);
    }
    *out = skew;
    return skew >= 1;
}

static gboolean
scan_spread(BbNames *names, Slice rest, GArray *out)
{
    while (rest.text != NULL) {
        BbSpreadTerm term;
        Slice skew = cut(&rest, ';');
        Slice key = cut(&skew, ':');
        if (!is_name(key, FALSE) || !parse_skew(skew, &term.max_skew))
            return FALSE;
        if (out != NULL) {
            term.key = intern(names, key);
            g_array_append_val(out, term);
        }
    }
    return TRUE;
}

gboolean
bb_parse_spread(BbNames *names, const char *text, GArray *out, const char **out_expected)
{
    return parse(scan_spread, names, text, out) ||
           refuse("label:max_skew; label:max_skew, each max_skew at least 1", out_expected);
}

static gboolean
scan_names(BbNames *names, Slice rest, char separator, GArray *out)
{
    while (rest.text != NULL) {
        Slice name = cut(&rest, separator);
        if (!is_name(name, FALSE))
            return FALSE;
        if (out != NULL) {
            guint32 id = intern(names, name);
            g_array_append_val(out, id);
        }
    }
    return TRUE;
}

static gboolean
scan_semicolons(BbNames *names, Slice rest, GArray *out)
{
    return scan_names(names, rest, ';', out);
}

static gboolean
scan_bars(BbNames *names, Slice rest, GArray *out)
{
    return scan_names(names, rest, '|', out);
}

gboolean
bb_parse_list(BbNames *names, const char *text, char separator, GArray *out,
              const char **out_expected)
{
    gboolean bars = separator == '|';
    g_assert(bars || separator == ';');
    return parse(bars ? scan_bars : scan_semicolons, names, text, out) ||
           refuse(bars ? "NAME|NAME" : "name; name", out_expected);
}

gboolean
bb_is_spec(const char *text, const char **out_expected)
{
    g_autoptr(JsonNode) node = json_from_string(text, NULL);

    if (node && JSON_NODE_HOLDS_OBJECT(node))
        return TRUE;
    if (out_expected)
        *out_expected = "a JSON object";
    return FALSE;
}
