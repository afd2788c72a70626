/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A quantity is digits x 10^e x 2^b, kept as such until it is scaled and rounded up; a number that JSON
 * or YAML has made of it is read through its shortest text. Source: apimachinery/pkg/api/resource. */
#include "traces/readers/kubectl.h"

#include <string.h>

typedef struct {
    BbInt128 digits; /* below 10^17 */
    gint64 ten, two;
    gboolean inexact; /* digits beyond the 17th were dropped, and not all 0 */
} Number;

/* Digits with at most one point. */
static const char *
scan_digits(const char *p, Number *out)
{
    gboolean point = FALSE;
    guint n = 0;

    if (*p == '+')
        p++;
    for (; g_ascii_isdigit(*p) || (*p == '.' && !point); p++) {
        if (*p == '.') {
            point = TRUE;
            continue;
        }
        n++;
        if (out->digits < G_GINT64_CONSTANT(10000000000000000)) {
            out->digits = out->digits * 10 + (*p - '0');
            out->ten -= point;
        } else {
            out->inexact |= *p != '0';
            out->ten += !point;
        }
    }
    return n > 0 ? p : NULL;
}

static gboolean
scan_suffix(const char *p, Number *out)
{
    static const struct {
        const char *suffix;
        gint8 ten, two;
    } suffixes[] = {{"", 0, 0},    {"n", -9, 0},  {"u", -6, 0},  {"m", -3, 0},
                    {"k", 3, 0},   {"M", 6, 0},   {"G", 9, 0},   {"T", 12, 0},
                    {"P", 15, 0},  {"E", 18, 0},  {"Ki", 0, 10}, {"Mi", 0, 20},
                    {"Gi", 0, 30}, {"Ti", 0, 40}, {"Pi", 0, 50}, {"Ei", 0, 60}};
    gint64 exponent;

    for (guint i = 0; i < G_N_ELEMENTS(suffixes); i++)
        if (strcmp(p, suffixes[i].suffix) == 0) {
            out->ten += suffixes[i].ten;
            out->two = suffixes[i].two;
            return TRUE;
        }
    if (*p != 'e' && *p != 'E')
        return FALSE;
    p++;
    if (!bb_parse_int(*p == '+' ? p + 1 : p, -1000, 1000, &exponent, NULL))
        return FALSE;
    out->ten += exponent;
    return TRUE;
}

/* FALSE: beyond the limit. */
static gboolean
multiply(BbInt128 *value, gint64 factor)
{
    if (*value > KUBECTL_MAX)
        return *value == 0;
    *value *= factor;
    return TRUE;
}

static BbInt128
divide_up(BbInt128 value, gint64 by)
{
    return value / by + (value % by != 0);
}

/* The number times `scale`, rounded up; FALSE: beyond the limit. */
static gboolean
scale_up(const Number *number, gint64 scale, BbInt128 *out)
{
    /* Below 2^57 x 2^60 x 2^10: no overflow. */
    BbInt128 value = number->digits << number->two;
    gint64 ten = number->ten;

    if (ten < 0)
        value = value * scale + number->inexact;
    for (; ten < 0 && value > 0; ten++)
        value = divide_up(value, 10);
    if (number->ten >= 0 && !multiply(&value, scale))
        return FALSE;
    for (; ten > 0 && value > 0; ten--)
        if (!multiply(&value, 10))
            return FALSE;
    *out = value;
    return value <= KUBECTL_MAX;
}

gboolean
kubectl_parse_quantity(const char *text, gint64 scale, gint64 *out)
{
    Number number = {0};
    const char *p = scan_digits(text, &number);
    BbInt128 value;

    if (!p || !scan_suffix(p, &number) || !scale_up(&number, scale, &value))
        return FALSE;
    *out = (gint64)value;
    return TRUE;
}

gint64
kubectl_quantity(const BbAt *at, gint64 scale)
{
    g_autoptr(GString) text = g_string_new(NULL);
    GType type;
    gint64 amount = 0;

    if (!at->node)
        return 0;
    type = JSON_NODE_HOLDS_VALUE(at->node) ? json_node_get_value_type(at->node) : G_TYPE_NONE;
    if (type == G_TYPE_STRING)
        g_string_assign(text, json_node_get_string(at->node));
    else if (type == G_TYPE_INT64)
        bb_append_int(text, json_node_get_int(at->node));
    else if (type == G_TYPE_DOUBLE)
        bb_append_double(text, json_node_get_double(at->node));
    if (!kubectl_parse_quantity(text->str, scale, &amount))
        bb_at_fail(at, "a quantity");
    return amount;
}
