/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any text as a quantity or a distribution: a value in range, written and read back the same; or a
 * refusal that says what was expected and leaves the output alone. */
#include "fuzz.h"
#include "sim/base/bb-dist.h"
#include "sim/base/bb-error.h"
#include "sim/base/bb-params.h"
#include "sim/base/bb-units.h"

#include <gsl/gsl_errno.h>
#include <math.h>
#include <string.h>

#define UNTOUCHED G_GINT64_CONSTANT(-778899)

static void
check(gboolean parsed, gint64 *value, gint64 min, gint64 max, const char **expected)
{
    if (parsed)
        g_assert(*value >= min && *value <= max);
    else
        g_assert(*value == UNTOUCHED && *expected != NULL);
    *value = UNTOUCHED;
    *expected = NULL;
}

static void
check_quantities(const char *text)
{
    const char *expected = NULL;
    gint64 value = UNTOUCHED;
    check(bb_parse_int(text, -5, G_MAXINT64, &value, &expected), &value, -5, G_MAXINT64, &expected);
    check(bb_parse_duration(text, &value, &expected), &value, 0, BB_TIME_MAX, &expected);
    check(bb_parse_cpu(text, &value, &expected), &value, 0, BB_AMOUNT_MAX, &expected);
    check(bb_parse_mib(text, &value, &expected), &value, 0, BB_AMOUNT_MAX, &expected);
}

static void
check_seconds(const char *text)
{
    g_autoptr(GString) written = g_string_new(NULL);
    const char *expected = NULL;
    BbTimeUs value = UNTOUCHED, again = UNTOUCHED;

    if (!bb_parse_seconds(text, TRUE, &value, &expected)) {
        g_assert(value == UNTOUCHED && expected != NULL);
        return;
    }
    g_assert(value >= -BB_TIME_MAX && value <= BB_TIME_MAX);
    bb_append_seconds(written, value);
    g_assert(bb_parse_seconds(written->str, TRUE, &again, NULL));
    g_assert(again == value);
    /* The double is near: the same text means the same to both readers. */
    double seconds = g_ascii_strtod(text, NULL);
    g_assert(fabs(seconds * 1e6 - (double)value) <= 0.500001 + fabs(seconds) * 1e-9);
}

static void
check_double(const char *text)
{
    g_autoptr(GString) written = g_string_new(NULL);
    const char *expected = NULL;
    double value = 0, again = 0;

    if (!bb_parse_double(text, -HUGE_VAL, HUGE_VAL, &value, &expected)) {
        g_assert(expected != NULL);
        return;
    }
    g_assert(isfinite(value));
    bb_append_double(written, value);
    g_assert(bb_parse_double(written->str, -HUGE_VAL, HUGE_VAL, &again, NULL));
    g_assert(memcmp(&value, &again, sizeof value) == 0);
}

static void
check_dist(const char *text)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(BbDist) dist = NULL;

    /* No file of the machine is read. */
    if (strstr(text, "empirical") != NULL)
        return;
    dist = bb_dist_parse(text, BB_DIST_DURATION, &error);
    g_assert((dist == NULL) == (error != NULL));
    if (dist == NULL) {
        g_assert(strchr(error->message, '\n') == NULL);
        return;
    }
    for (double u = 0x1p-53; u < 1; u = u < 0.25 ? u * 64 : u + 0.25) {
        gint64 value = bb_dist_draw(dist, u);
        g_assert(value >= 0 && value <= BB_TIME_MAX);
    }
}

static void
check_params(const char *text)
{
    static const BbParam table[] = {
        {.name = "n", .type = BB_PARAM_INT, .fallback = "1"},
        {.name = "d", .type = BB_PARAM_DURATION, .fallback = "1s"},
        {.name = "f", .type = BB_PARAM_DOUBLE, .fallback = "1"},
        {.name = "b", .type = BB_PARAM_BOOL, .fallback = "no"},
        {.name = "e", .type = BB_PARAM_ENUM, .fallback = "x", .choices = "x|yy"},
        {.name = "t", .type = BB_PARAM_TEXT, .fallback = ""},
        {.name = NULL},
    };
    g_autofree char *name = NULL, *rest = NULL;
    g_autoptr(GError) error = NULL;
    g_autoptr(BbParams) params = NULL;

    if (bb_params_split(text, &name, &rest, &error))
        params = bb_params_parse("x", table, rest, &error);
    g_assert((params == NULL) == (error != NULL));
    if (params != NULL)
        g_assert(isfinite(bb_params_double(params, "f")));
    else
        g_assert(error->domain == BB_ERROR && strchr(error->message, '\n') == NULL);
}

int
LLVMFuzzerTestOneInput(const guint8 *bytes, gsize n_bytes)
{
    g_autofree char *text = g_strndup((const char *)bytes, n_bytes);
    gboolean flag = FALSE;

    gsl_set_error_handler_off();
    check_quantities(text);
    check_seconds(text);
    check_double(text);
    check_dist(text);
    check_params(text);
    bb_parse_bool(text, &flag, NULL);
    return 0;
}
