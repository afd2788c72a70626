/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/base/bb-units.h"

#include <math.h>
#include <string.h>

#define REFUSED G_MININT64 /* in tables of results: the parser must fail */

static void
test_int(void)
{
    static const struct {
        const char *text;
        gint64 min, max, value;
        const char *expected;
    } cases[] = {
        {"0", 0, 10, 0, NULL},
        {"007", 0, 10, 7, NULL},
        {"-5", -10, 10, -5, NULL},
        {"4.0", 0, 10, 4, NULL},
        {"4.000", 0, 10, 4, NULL},
        {"4.", 0, 10, 4, NULL},
        {"-0", 0, 10, 0, NULL},
        {"9223372036854775807", 0, G_MAXINT64, G_MAXINT64, NULL},
        {"-9223372036854775807", G_MININT64, 0, -G_MAXINT64, NULL},
        {"9223372036854775808", 0, G_MAXINT64, REFUSED, "a smaller number"},
        {"-9223372036854775809", G_MININT64, 0, REFUSED, "a larger number"},
        {"99999999999999999999999999", 0, G_MAXINT64, REFUSED, "a smaller number"},
        {"18446744073709551616", 0, G_MAXINT64, REFUSED, "a smaller number"},
        {"11", 0, 10, REFUSED, "a smaller number"},
        {"-1", 0, 10, REFUSED, "a whole number, at least 0"},
        {"0", 1, 10, REFUSED, "a whole number, at least 1"},
        {"3", 4, 10, REFUSED, "a larger number"},
        {"4.1", 0, 10, REFUSED, "a whole number, at least 0"},
        {"", 0, 10, REFUSED, "a whole number, at least 0"},
        {"-", -1, 10, REFUSED, "a whole number"},
        {"+4", 0, 10, REFUSED, "a whole number, at least 0"},
        {"--4", -9, 10, REFUSED, "a whole number"},
        {" 4", 0, 10, REFUSED, "a whole number, at least 0"},
        {"4 ", 0, 10, REFUSED, "a whole number, at least 0"},
        {"0x4", 0, 10, REFUSED, "a whole number, at least 0"},
        {"1e1", 0, 10, REFUSED, "a whole number, at least 0"},
        {"four", 0, 10, REFUSED, "a whole number, at least 0"},
        {"nan", 0, 10, REFUSED, "a whole number, at least 0"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        gint64 value = REFUSED;
        const char *expected = NULL;
        g_test_message("%s", cases[i].text);
        g_assert_cmpint(bb_parse_int(cases[i].text, cases[i].min, cases[i].max, &value, &expected),
                        ==, cases[i].value != REFUSED);
        g_assert_cmpint(value, ==, cases[i].value);
        g_assert_cmpstr(expected, ==, cases[i].expected);
    }
    gint64 least = 0;
    g_assert_true(bb_parse_int("-9223372036854775808", G_MININT64, 0, &least, NULL));
    g_assert_cmpint(least, ==, G_MININT64);
}

static void
test_double(void)
{
    static const struct {
        const char *text;
        double min, max, value; /* NaN: refused */
        const char *expected;
    } cases[] = {
        {"0.25", 0, 1, 0.25, NULL},
        {"1e-3", 0, 1, 0.001, NULL},
        {"1E+2", 0, 100, 100, NULL},
        {".5", 0, 1, 0.5, NULL},
        {"5.", 0, 9, 5, NULL},
        {"-2.5", -3, 1, -2.5, NULL},
        {"1e-400", 0, 1, 0, NULL},
        {"-2.5", 0, 1, NAN, "a number, at least 0"},
        {"-2.5", -1, 1, NAN, "a larger number"},
        {"1.5", 0, 1, NAN, "a number, at most 1"},
        {"2.5", 0, 2, NAN, "a smaller number"},
        {"1e999", 0, INFINITY, NAN, "a smaller number"},
        {"nan", 0, 1, NAN, "a number"},
        {"inf", 0, 1, NAN, "a number"},
        {"0x1", 0, 1, NAN, "a number"},
        {"", 0, 1, NAN, "a number"},
        {".", 0, 1, NAN, "a number"},
        {"-", -1, 1, NAN, "a number"},
        {"1e", 0, 1, NAN, "a number"},
        {"1e+", 0, 1, NAN, "a number"},
        {"0,5", 0, 1, NAN, "a number"},
        {"+1", 0, 1, NAN, "a number"},
        {" 1", 0, 1, NAN, "a number"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        double value = -77;
        const char *expected = NULL;
        g_test_message("%s", cases[i].text);
        g_assert_cmpint(
            bb_parse_double(cases[i].text, cases[i].min, cases[i].max, &value, &expected), ==,
            !isnan(cases[i].value));
        g_assert_cmpfloat(value, ==, isnan(cases[i].value) ? -77 : cases[i].value);
        g_assert_cmpstr(expected, ==, cases[i].expected);
    }
}

static const struct {
    const char *text;
    gboolean negative;
    gint64 us;
} seconds_cases[] = {
    {"0", FALSE, 0},
    {"90", FALSE, 90000000},
    {"0.5", FALSE, 500000},
    {".5", FALSE, 500000},
    {"5.", FALSE, 5000000},
    {"0.1", FALSE, 100000},
    {"0.000001", FALSE, 1},
    {"0.0000005", FALSE, 1},
    {"0.00000049999999999999999999999999999999999999", FALSE, 0},
    {"0.0000014999999", FALSE, 1},
    {"0.0000015", FALSE, 2},
    {"1e3", FALSE, 1000000000},
    {"1.5E2", FALSE, 150000000},
    {"1.5e-6", FALSE, 2},
    {"1e-7", FALSE, 0},
    {"1e-999999999999999999999", FALSE, 0},
    {"0e999999999999999999999", FALSE, 0},
    {"1000000000000000000000000000000e-30", FALSE, 1000000},
    {"5000000000000000000000000000000000000000e-46", FALSE, 1},
    {"4999999999999999999999999999999999999999e-46", FALSE, 0},
    {"1234567.891011", FALSE, 1234567891011},
    {"4611686018427.387903", FALSE, BB_TIME_MAX},
    {"4611686018427.387904", FALSE, REFUSED},
    {"1e13", FALSE, REFUSED},
    {"1e999999999999999999999", FALSE, REFUSED},
    {"340282366920938463463374607431768211456", FALSE, REFUSED},
    {"-1", TRUE, -1000000},
    {"-0.5", TRUE, -500000},
    {"-0.0000005", TRUE, 0},
    {"-0.00000050000000000000000000000000000001", TRUE, -1},
    {"-0.0000015", TRUE, -1},
    {"-4611686018427.387903", TRUE, -BB_TIME_MAX},
    {"-4611686018427.387904", TRUE, REFUSED},
    {"-1", FALSE, REFUSED},
    {"", TRUE, REFUSED},
    {"-", TRUE, REFUSED},
    {".", FALSE, REFUSED},
    {"1.2.3", FALSE, REFUSED},
    {"1 2", FALSE, REFUSED},
    {"12s", FALSE, REFUSED},
    {"nan", FALSE, REFUSED},
    {"inf", FALSE, REFUSED},
    {"0x10", FALSE, REFUSED},
    {"1e", FALSE, REFUSED},
    {"1e-", FALSE, REFUSED},
    {"1,5", FALSE, REFUSED},
    {"\xd9\xa1", FALSE, REFUSED}, /* an Arabic digit */
};

static void
test_seconds(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(seconds_cases); i++) {
        gint64 us = REFUSED;
        const char *expected = NULL;
        g_test_message("%s", seconds_cases[i].text);
        g_assert_cmpint(
            bb_parse_seconds(seconds_cases[i].text, seconds_cases[i].negative, &us, &expected), ==,
            seconds_cases[i].us != REFUSED);
        g_assert_cmpint(us, ==, seconds_cases[i].us);
        g_assert_cmpint(expected != NULL, ==, us == REFUSED);
    }
}

typedef gboolean (*Parser)(const char *text, gint64 *out, const char **out_expected);

typedef struct {
    Parser parse;
    const char *text;
    gint64 value;
} QuantityCase;

static const QuantityCase quantity_cases[] = {
    {bb_parse_duration, "90", 90000000},
    {bb_parse_duration, "90s", 90000000},
    {bb_parse_duration, "5m", 300000000},
    {bb_parse_duration, "2h30m", 9000000000},
    {bb_parse_duration, "1d2h3m4s5ms6us", 93784005006},
    {bb_parse_duration, "7d", 604800000000},
    {bb_parse_duration, "1.5h", 5400000000},
    {bb_parse_duration, "0.1d", 8640000000},
    {bb_parse_duration, "10ms", 10000},
    {bb_parse_duration, "250us", 250},
    {bb_parse_duration, "0.4us", 0},
    {bb_parse_duration, "0.5us", 1},
    {bb_parse_duration, "1e3", 1000000000},
    {bb_parse_duration, "53375995.58d", 4611686018112000000},
    {bb_parse_duration, "53375996d", REFUSED},
    {bb_parse_duration, "53375995d24h", REFUSED},
    {bb_parse_duration, "0.1234567890123456789012345678d", REFUSED},
    {bb_parse_duration, "", REFUSED},
    {bb_parse_duration, "s", REFUSED},
    {bb_parse_duration, "-5s", REFUSED},
    {bb_parse_duration, "-5", REFUSED},
    {bb_parse_duration, "5m5m", REFUSED},
    {bb_parse_duration, "5s5m", REFUSED},
    {bb_parse_duration, "1h30", REFUSED},
    {bb_parse_duration, "1h -30m", REFUSED},
    {bb_parse_duration, "5 m", REFUSED},
    {bb_parse_duration, "5min", REFUSED},
    {bb_parse_duration, "5x", REFUSED},
    {bb_parse_duration, "1e3s", REFUSED},
    {bb_parse_cpu, "16", 16000},
    {bb_parse_cpu, "0.5", 500},
    {bb_parse_cpu, "500m", 500},
    {bb_parse_cpu, "0.0010", 1},
    {bb_parse_cpu, "1500.0m", 1500},
    {bb_parse_cpu, "0", 0},
    {bb_parse_cpu, "1000000000", BB_AMOUNT_MAX},
    {bb_parse_cpu, "1000000000.001", REFUSED},
    {bb_parse_cpu, "0.0005", REFUSED},
    {bb_parse_cpu, "0.5m", REFUSED},
    {bb_parse_cpu, "0.00100000000000000000000000000000000000000001", REFUSED},
    {bb_parse_cpu, "1e-30", REFUSED},
    {bb_parse_cpu, "0.000000000000000000000000000000000000000000000000001", REFUSED},
    {bb_parse_cpu, "-1", REFUSED},
    {bb_parse_cpu, "1e3", REFUSED},
    {bb_parse_cpu, "m", REFUSED},
    {bb_parse_cpu, "5mm", REFUSED},
    {bb_parse_cpu, "", REFUSED},
    {bb_parse_mib, "64", 64},
    {bb_parse_mib, "64Gi", 65536},
    {bb_parse_mib, "64GiB", 65536},
    {bb_parse_mib, "512Mi", 512},
    {bb_parse_mib, "1.5Ti", 1572864},
    {bb_parse_mib, "1Pi", 1073741824},
    {bb_parse_mib, "0.5Ei", 549755813888},
    {bb_parse_mib, "64G", 61036}, /* 61035.15625 */
    {bb_parse_mib, "64GB", 61036},
    {bb_parse_mib, "1048576K", 1000},
    {bb_parse_mib, "1048576k", 1000},
    {bb_parse_mib, "1024Ki", 1},
    {bb_parse_mib, "1025KiB", 2},
    {bb_parse_mib, "0.1", 1},
    {bb_parse_mib, "0", 0},
    {bb_parse_mib, "0.00000000000000000000000000000000000000000000000000001", 1},
    {bb_parse_mib, "1.048576E", 1000000000000},
    {bb_parse_mib, "1.048577E", REFUSED},
    {bb_parse_mib, "9999999999999999999999E", REFUSED},
    {bb_parse_mib, "999999999999999999999999Ei", REFUSED},
    {bb_parse_mib, "64gb", REFUSED},
    {bb_parse_mib, "64B", REFUSED},
    {bb_parse_mib, "64 Gi", REFUSED},
    {bb_parse_mib, "64Gib", REFUSED},
    {bb_parse_mib, "64GBB", REFUSED},
    {bb_parse_mib, "-1Gi", REFUSED},
    {bb_parse_mib, "Gi", REFUSED},
    {bb_parse_mib, "", REFUSED},
};

static void
test_quantities(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(quantity_cases); i++) {
        const QuantityCase *c = &quantity_cases[i];
        gint64 value = REFUSED;
        const char *expected = NULL;
        g_test_message("%s", c->text);
        g_assert_cmpint(c->parse(c->text, &value, &expected), ==, c->value != REFUSED);
        g_assert_cmpint(value, ==, c->value);
        g_assert_cmpint(expected != NULL, ==, value == REFUSED);
        g_assert_cmpint(c->parse(c->text, &value, NULL), ==, c->value != REFUSED);
    }
}

static void
test_bool(void)
{
    static const struct {
        const char *text;
        int value; /* -1: refused */
    } cases[] = {
        {"yes", 1}, {"true", 1}, {"1", 1},    {"no", 0}, {"false", 0},
        {"0", 0},   {"", -1},    {"Yes", -1}, {"2", -1}, {"yes ", -1},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        gboolean value = -1;
        const char *expected = NULL;
        g_assert_cmpint(bb_parse_bool(cases[i].text, &value, &expected), ==, cases[i].value >= 0);
        g_assert_cmpint(value, ==, cases[i].value);
        g_assert_cmpstr(expected, ==, cases[i].value < 0 ? "yes or no" : NULL);
    }
}

static void
test_append_seconds(void)
{
    static const struct {
        BbTimeUs us;
        const char *text;
    } cases[] = {
        {0, "0"},
        {90000000, "90"},
        {500000, "0.5"},
        {1, "0.000001"},
        {1000001, "1.000001"},
        {-500000, "-0.5"},
        {-90000000, "-90"},
        {BB_TIME_MAX, "4611686018427.387903"},
        {G_MAXINT64, "9223372036854.775807"},
        {G_MININT64, "-9223372036854.775808"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GString) out = g_string_new("=");
        bb_append_seconds(out, cases[i].us);
        g_assert_cmpstr(out->str + 1, ==, cases[i].text);
    }
}

/* Every number of digits, and the numbers beside the powers of ten, as printf writes them. */
static void
test_append_numbers(void)
{
    guint64 power = 1;
    for (guint digits = 1; digits <= 20; digits++, power *= 10) {
        for (gint step = -2; step <= 2; step++) {
            guint64 value = power * (guint64)g_test_rand_int_range(1, 10) + (guint64)(gint64)step;
            guint64 values[] = {power + (guint64)(gint64)step, value, 0 - value, G_MAXUINT64};
            for (guint i = 0; i < G_N_ELEMENTS(values); i++) {
                g_autoptr(GString) out = g_string_new("=");
                g_autofree char *text =
                    g_strdup_printf("=%" G_GUINT64_FORMAT " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT,
                                    values[i], (gint64)values[i], (gint64)values[i]);
                bb_append_uint(out, values[i]);
                bb_append_bytes(out, " ", 1);
                bb_append_int(out, (gint64)values[i]);
                bb_append_bytes(out, " ", 1);
                bb_append_int128(out, (gint64)values[i]);
                g_assert_cmpstr(out->str, ==, text);
                g_assert_cmpuint(out->len, ==, strlen(text));
            }
        }
    }
}

/* What is appended is read back as the same microseconds. */
static void
test_seconds_round_trip(void)
{
    for (guint i = 0; i < 20000; i++) {
        gint64 us = (gint64)(((guint64)g_test_rand_int() << 32 | (guint32)g_test_rand_int()) >> 2 >>
                             g_test_rand_int_range(0, 60));
        BbTimeUs back = REFUSED;
        g_autoptr(GString) out = g_string_new(NULL);
        us = CLAMP(g_test_rand_bit() ? us : -us, -BB_TIME_MAX, BB_TIME_MAX);
        bb_append_seconds(out, us);
        g_assert_true(bb_parse_seconds(out->str, TRUE, &back, NULL));
        g_assert_cmpint(back, ==, us);
    }
}

static void
test_append_double(void)
{
    static const struct {
        double value;
        const char *text;
    } cases[] = {
        {0.1, "0.1"},
        {90, "90"},
        {1e300, "1e+300"},
        {1.0 / 3, "0.3333333333333333"},
        {0.1 + 0.2, "0.30000000000000004"},
        {5e-324, "5e-324"},
        {2.2250738585072014e-308, "2.2250738585072014e-308"},
        {1.7976931348623157e308, "1.7976931348623157e+308"},
        {-0.0, "-0"},
        {INFINITY, "null"},
        {NAN, "null"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GString) out = g_string_new(NULL);
        bb_append_double(out, cases[i].value);
        g_assert_cmpstr(out->str, ==, cases[i].text);
    }
}

static void
test_double_round_trip(void)
{
    for (guint i = 0; i < 20000; i++) {
        guint64 bits = (guint64)g_test_rand_int() << 32 | (guint32)g_test_rand_int();
        double value, back;
        g_autoptr(GString) out = g_string_new(NULL);
        memcpy(&value, &bits, sizeof value);
        if (!isfinite(value))
            continue;
        bb_append_double(out, value);
        back = g_ascii_strtod(out->str, NULL);
        g_assert_true(memcmp(&back, &value, sizeof value) == 0);
    }
}

/* The least precision that reads back, by trying them all. */
static void
append_by_trial(GString *out, double value)
{
    char text[64];
    for (int precision = 15; precision <= 17; precision++) {
        g_snprintf(text, sizeof text, "%.*g", precision, value);
        double back = g_ascii_strtod(text, NULL);
        if (memcmp(&back, &value, sizeof value) == 0)
            break;
    }
    g_string_append(out, text);
}

/* Whole numbers take a short way to the same text. */
static void
test_whole_doubles(void)
{
    static const double near[] = {0,        1,    999999,   1e6, 123456789012345,
                                  1e15 - 1, 1e15, 1e15 + 2, 1e16};
    for (gsize i = 0; i < 3 * G_N_ELEMENTS(near) + 20000; i++) {
        double drawn = g_test_rand_int_range(0, G_MAXINT32) / (i % 2 == 0 ? 1.0 : 8.0);
        double value =
            i < 3 * G_N_ELEMENTS(near) ? near[i / 3] * ((double)(i % 3) - 1) : drawn * drawn;
        g_autoptr(GString) out = g_string_new(NULL), slow = g_string_new(NULL);
        bb_append_double(out, value);
        append_by_trial(slow, value);
        g_assert_cmpstr(out->str, ==, slow->str);
    }
}

static void
test_append_int128(void)
{
    BbInt128 tera = (BbInt128)1000000000000;
    BbInt128 max = ((((BbInt128)1 << 126) - 1) << 1) + 1;
    const struct {
        BbInt128 value;
        const char *text;
    } cases[] = {
        {0, "0"},
        {-7, "-7"},
        {G_MININT64, "-9223372036854775808"},
        {tera * tera * tera, "1000000000000000000000000000000000000"},
        {max, "170141183460469231731687303715884105727"},
        {-max - 1, "-170141183460469231731687303715884105728"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GString) out = g_string_new(NULL);
        bb_append_int128(out, cases[i].value);
        g_assert_cmpstr(out->str, ==, cases[i].text);
    }
}

static void
test_format_duration(void)
{
    static const struct {
        double seconds;
        const char *text;
    } cases[] = {
        {0, "0 s"},          {85e-6, "85 us"},       {0.9996e-3, "1 ms"},  {0.25, "250 ms"},
        {0.9999, "1.0 s"},   {12.34, "12.3 s"},      {59.94, "59.9 s"},    {59.96, "1 min 00 s"},
        {245, "4 min 05 s"}, {3599.7, "1 h 00 min"}, {9960, "2 h 46 min"}, {86399, "1.0 d"},
        {276480, "3.2 d"},   {1e300, "1.16e+295 d"}, {-12.34, "-12.3 s"},  {INFINITY, "-"},
        {NAN, "-"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text = bb_format_duration(cases[i].seconds);
        g_assert_cmpstr(text, ==, cases[i].text);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/units/int", test_int);
    g_test_add_func("/units/double", test_double);
    g_test_add_func("/units/seconds", test_seconds);
    g_test_add_func("/units/quantities", test_quantities);
    g_test_add_func("/units/bool", test_bool);
    g_test_add_func("/units/append-numbers", test_append_numbers);
    g_test_add_func("/units/append-seconds", test_append_seconds);
    g_test_add_func("/units/seconds-round-trip", test_seconds_round_trip);
    g_test_add_func("/units/append-double", test_append_double);
    g_test_add_func("/units/whole-doubles", test_whole_doubles);
    g_test_add_func("/units/double-round-trip", test_double_round_trip);
    g_test_add_func("/units/append-int128", test_append_int128);
    g_test_add_func("/units/format-duration", test_format_duration);
    return g_test_run();
}
