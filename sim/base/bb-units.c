/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Decimals are read as (digits, power of ten) in 128 bits and scaled by integers, so that "0.1" is
 * exactly 100000 us; no double is in between. Digits beyond N_KEPT are only remembered as "more":
 * they can decide a rounding, never the value. */
#include "sim/base/bb-units.h"

#include <math.h>
#include <string.h>

__extension__ typedef unsigned __int128 UInt128;

/* Below 10^24 times the largest unit (2^40) stays within 128 bits. */
#define KEEP_BELOW ((UInt128)100000000000ULL * 1000000000000ULL)
#define MAX_EXPONENT 1000000

typedef struct {
    UInt128 digits;
    gint64 exponent;
    gboolean negative;
    gboolean more; /* digits that were not kept were not all zero */
} Decimal;

typedef enum { ROUND_HALF_UP, ROUND_HALF_DOWN, ROUND_UP, ROUND_NEVER } Rounding;

static gboolean
fail(const char **out_expected, const char *expected)
{
    if (out_expected != NULL)
        *out_expected = expected;
    return FALSE;
}

static gsize
scan_digits(const char **at, gboolean fraction, Decimal *d)
{
    const char *p = *at;
    for (; g_ascii_isdigit(*p); p++) {
        guint digit = (guint)(*p - '0');
        if (d->digits < KEEP_BELOW) {
            d->digits = d->digits * 10 + digit;
            d->exponent -= fraction;
        } else {
            d->more |= digit != 0;
            d->exponent += !fraction;
        }
    }
    gsize n = (gsize)(p - *at);
    *at = p;
    return n;
}

static gboolean
scan_exponent(const char **at, Decimal *d)
{
    const char *p = *at + 1;
    gint64 value = 0;
    gboolean negative = *p == '-';

    if (*p == '-' || *p == '+')
        p++;
    if (!g_ascii_isdigit(*p))
        return FALSE;
    for (; g_ascii_isdigit(*p); p++)
        value = MIN(value * 10 + (*p - '0'), MAX_EXPONENT);
    d->exponent += negative ? -value : value;
    *at = p;
    return TRUE;
}

/* Reads a number at *at and moves it on. An exponent is left standing unless allowed. */
static gboolean
scan_decimal(const char **at, gboolean allow_exponent, Decimal *d)
{
    *d = (Decimal){0};
    d->negative = **at == '-';
    *at += d->negative;
    gsize n = scan_digits(at, FALSE, d);
    if (**at == '.') {
        (*at)++;
        n += scan_digits(at, TRUE, d);
    }
    if (n == 0)
        return FALSE;
    if (allow_exponent && (**at == 'e' || **at == 'E'))
        return scan_exponent(at, d);
    return TRUE;
}

/* FALSE when the value is at least 2^64, far above any limit. */
static gboolean
shift_up(UInt128 *value, gint64 n)
{
    for (; n > 0 && *value != 0; n--) {
        if (*value > G_MAXUINT64)
            return FALSE;
        *value *= 10;
    }
    return *value <= G_MAXUINT64;
}

static gboolean
rounds_up(UInt128 rest, UInt128 divisor, gboolean more, Rounding rounding)
{
    switch (rounding) {
    case ROUND_HALF_UP:
        return rest >= divisor - rest;
    case ROUND_HALF_DOWN:
        return rest > divisor - rest || (rest == divisor - rest && more);
    case ROUND_UP:
        return rest > 0 || more;
    case ROUND_NEVER:
        break;
    }
    return FALSE;
}

/* Divides by divisor x 10^n. FALSE when a rest may not be rounded away. */
static gboolean
shift_down(UInt128 *value, UInt128 divisor, gint64 n, gboolean more, Rounding rounding)
{
    for (; n > 0 && *value != 0; n--) {
        if (divisor > ~(UInt128)0 / 20) {
            /* The value is below 10^37, so it is less than half the divisor. */
            *value = rounding == ROUND_UP;
            return rounding != ROUND_NEVER;
        }
        divisor *= 10;
    }
    UInt128 rest = *value % divisor;
    if (rounding == ROUND_NEVER && (rest != 0 || more))
        return FALSE;
    *value = *value / divisor + (rounds_up(rest, divisor, more, rounding) ? 1 : 0);
    return TRUE;
}

/* out = d x times / by, within [-max, max]. */
static gboolean
scale(const Decimal *d, guint64 times, guint64 by, Rounding rounding, gint64 max, gint64 *out)
{
    UInt128 value = d->digits * times;

    if (d->more && times != 1)
        return FALSE; /* what was not kept would count more than one unit */
    if (d->exponent > 0 && !shift_up(&value, d->exponent))
        return FALSE;
    if ((d->exponent < 0 || by > 1) && !shift_down(&value, by, -d->exponent, d->more, rounding))
        return FALSE;
    if (value > (UInt128)max)
        return FALSE;
    *out = d->negative ? -(gint64)value : (gint64)value;
    return TRUE;
}

/* Digits with an optional fraction of zeros; the magnitude stops at G_MAXUINT64. */
static gboolean
scan_int(const char *p, guint64 *out)
{
    guint64 value = 0;
    if (!g_ascii_isdigit(*p))
        return FALSE;
    for (; g_ascii_isdigit(*p); p++) {
        guint64 digit = (guint64)(*p - '0');
        value = value > (G_MAXUINT64 - digit) / 10 ? G_MAXUINT64 : value * 10 + digit;
    }
    if (*p == '.')
        p += 1 + strspn(p + 1, "0");
    *out = value;
    return *p == '\0';
}

static const char *
expected_int(gint64 min)
{
    if (min == 0)
        return "a whole number, at least 0";
    if (min == 1)
        return "a whole number, at least 1";
    return "a whole number";
}

gboolean
bb_parse_int(const char *text, gint64 min, gint64 max, gint64 *out, const char **out_expected)
{
    gboolean negative = *text == '-';
    guint64 magnitude = 0;

    if (!scan_int(text + negative, &magnitude))
        return fail(out_expected, expected_int(min));
    if (magnitude > (guint64)G_MAXINT64 + (negative ? 1 : 0))
        return fail(out_expected, negative ? "a larger number" : "a smaller number");
    /* Negating as unsigned reaches G_MININT64 too. */
    gint64 value = (gint64)(negative ? 0 - magnitude : magnitude);
    if (value < min)
        return fail(out_expected, min == 0 || min == 1 ? expected_int(min) : "a larger number");
    if (value > max)
        return fail(out_expected, "a smaller number");
    *out = value;
    return TRUE;
}

gboolean
bb_parse_double(const char *text, double min, double max, double *out, const char **out_expected)
{
    const char *at = text;
    Decimal d;

    if (!scan_decimal(&at, TRUE, &d) || *at != '\0')
        return fail(out_expected, "a number");
    double value = g_ascii_strtod(text, NULL);
    if (value < min)
        return fail(out_expected, min == 0.0 ? "a number, at least 0" : "a larger number");
    if (value > max || !isfinite(value))
        return fail(out_expected, max == 1.0 ? "a number, at most 1" : "a smaller number");
    *out = value;
    return TRUE;
}

gboolean
bb_parse_seconds(const char *text, gboolean negative, BbTimeUs *out, const char **out_expected)
{
    const char *expected = negative ? "a number of seconds" : "a number of seconds, at least 0";
    const char *at = text;
    Decimal d;

    if (!scan_decimal(&at, TRUE, &d) || *at != '\0' || (d.negative && !negative))
        return fail(out_expected, expected);
    d.exponent += 6;
    if (!scale(&d, 1, 1, d.negative ? ROUND_HALF_DOWN : ROUND_HALF_UP, BB_TIME_MAX, out))
        return fail(out_expected, "a smaller number of seconds");
    return TRUE;
}

/* The unit at *at in microseconds, 0 if there is none; moves *at on. */
static guint64
scan_time_unit(const char **at)
{
    static const struct {
        const char *name;
        guint64 us;
    } units[] = {
        {"ms", 1000},    {"us", 1},         {"s", 1000000},
        {"m", 60000000}, {"h", 3600000000}, {"d", 86400000000},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(units); i++) {
        if (g_str_has_prefix(*at, units[i].name)) {
            *at += strlen(units[i].name);
            return units[i].us;
        }
    }
    return 0;
}

gboolean
bb_parse_duration(const char *text, BbTimeUs *out, const char **out_expected)
{
    const char *expected = "a duration such as 90s, 5m, 2h30m or 7d";
    const char *at = text;
    guint64 last_unit = G_MAXUINT64;
    BbTimeUs total = 0;

    if (text[strcspn(text, "mushd")] == '\0')
        return bb_parse_seconds(text, FALSE, out, NULL) || fail(out_expected, expected);
    /* Units fall from part to part, which catches slips like "5m5m". */
    while (*at != '\0') {
        Decimal d;
        BbTimeUs part = 0;
        if (!scan_decimal(&at, FALSE, &d) || d.negative)
            return fail(out_expected, expected);
        guint64 unit = scan_time_unit(&at);
        if (unit == 0 || unit >= last_unit)
            return fail(out_expected, expected);
        if (!scale(&d, unit, 1, ROUND_HALF_UP, BB_TIME_MAX - total, &part))
            return fail(out_expected, "a shorter duration");
        total += part;
        last_unit = unit;
    }
    *out = total;
    return TRUE;
}

gboolean
bb_parse_cpu(const char *text, gint64 *out_milli, const char **out_expected)
{
    const char *expected = "a number of cores such as 16, 0.5 or 500m";
    const char *at = text;
    Decimal d;

    if (!scan_decimal(&at, FALSE, &d) || d.negative)
        return fail(out_expected, expected);
    if (*at == 'm')
        at++;
    else
        d.exponent += 3;
    if (*at != '\0' || !scale(&d, 1, 1, ROUND_NEVER, BB_AMOUNT_MAX, out_milli))
        return fail(out_expected, expected);
    return TRUE;
}

/* The unit at *at as times x 10^exponent / by MiB; moves *at on, past a final B too. */
static gboolean
scan_byte_unit(const char **at, gint64 *exponent, guint64 *times, guint64 *by)
{
    static const char prefixes[] = "KMGTPE";
    const char *prefix = strchr(prefixes, **at == 'k' ? 'K' : **at);

    if (prefix == NULL)
        return FALSE;
    guint power = (guint)(prefix - prefixes) + 1;
    (*at)++;
    if (**at == 'i') {
        (*at)++;
        *times = power > 2 ? G_GUINT64_CONSTANT(1) << 10 * (power - 2) : 1;
        *by = power == 1 ? 1024 : 1;
    } else {
        *exponent += 3 * power;
        *by = 1024 * 1024;
    }
    *at += **at == 'B';
    return TRUE;
}

gboolean
bb_parse_mib(const char *text, gint64 *out_mib, const char **out_expected)
{
    const char *expected = "an amount such as 512Mi, 64Gi or 64GB (a bare number is MiB)";
    const char *at = text;
    guint64 times = 1, by = 1;
    Decimal d;

    if (!scan_decimal(&at, FALSE, &d) || d.negative)
        return fail(out_expected, expected);
    if (*at != '\0' && !scan_byte_unit(&at, &d.exponent, &times, &by))
        return fail(out_expected, expected);
    if (*at != '\0' || !scale(&d, times, by, ROUND_UP, BB_AMOUNT_MAX, out_mib))
        return fail(out_expected, expected);
    return TRUE;
}

gboolean
bb_parse_bool(const char *text, gboolean *out, const char **out_expected)
{
    static const char *const yes[] = {"yes", "true", "1", NULL};
    static const char *const no[] = {"no", "false", "0", NULL};

    if (g_strv_contains(yes, text))
        *out = TRUE;
    else if (g_strv_contains(no, text))
        *out = FALSE;
    else
        return fail(out_expected, "yes or no");
    return TRUE;
}

/* The shortest of the texts that read back the same. */
static void
append_shortest(GString *out, double value)
{
    char text[G_ASCII_DTOSTR_BUF_SIZE], format[] = "%.00g";
    /* Any text of up to 15 digits survives in a normal double, so fewer need no trial. */
    int precision = fpclassify(value) == FP_SUBNORMAL ? 1 : 15;
    double back = NAN;

    for (; isnan(back) || back < value || back > value; precision++) {
        format[2] = (char)('0' + precision / 10);
        format[3] = (char)('0' + precision % 10);
        g_ascii_formatd(text, sizeof text, format, value);
        back = precision < 17 ? g_ascii_strtod(text, NULL) : value;
    }
    g_string_append(out, text);
}

void
bb_append_double(GString *out, double value)
{
    if (!isfinite(value))
        g_string_append(out, "null");
    else if (!signbit(value) && value < 1e15 && value <= floor(value))
        bb_append_int128(out, (gint64)value);
    else
        append_shortest(out, value);
}

void
bb_append_int128(GString *out, BbInt128 value)
{
    if (value >= G_MININT64 && value <= G_MAXINT64) {
        bb_append_int(out, (gint64)value);
        return;
    }
    UInt128 magnitude = value < 0 ? 0 - (UInt128)value : (UInt128)value;
    char digits[40];
    gsize at = sizeof digits;

    do
        digits[--at] = (char)('0' + (int)(magnitude % 10));
    while ((magnitude /= 10) != 0);
    if (value < 0)
        digits[--at] = '-';
    g_string_append_len(out, digits + at, (gssize)(sizeof digits - at));
}

static char *
format_one(double value, const char *format, const char *unit)
{
    char number[G_ASCII_DTOSTR_BUF_SIZE];
    return g_strconcat(g_ascii_formatd(number, sizeof number, format, value), unit, NULL);
}

static char *
format_two(double value, guint step, const char *format)
{
    guint whole = (guint)floor(value + 0.5);
    return g_strdup_printf(format, whole / step, whole % step);
}

/* Limits are where rounding would show the next unit: never "60.0 s" or "1000 us". */
static char *
format_positive(double s)
{
    if (s == 0)
        return g_strdup("0 s");
    if (s < 999.5e-6)
        return format_one(s * 1e6, "%.3g", " us");
    if (s < 0.9995)
        return format_one(s * 1e3, "%.3g", " ms");
    if (s < 59.95)
        return format_one(s, "%.1f", " s");
    if (s < 3599.5)
        return format_two(s, 60, "%u min %02u s");
    if (s < 86370)
        return format_two(s / 60, 60, "%u h %02u min");
    return format_one(s / 86400, s < 1e9 * 86400 ? "%.1f" : "%.3g", " d");
}

char *
bb_format_duration(double seconds)
{
    if (!isfinite(seconds))
        return g_strdup("-");
    g_autofree char *text = format_positive(fabs(seconds));
    return seconds < 0 ? g_strconcat("-", text, NULL) : g_steal_pointer(&text);
}
