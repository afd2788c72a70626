/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A unit is a factor, or a way of reading of its own. Dates become microseconds since 1970; a date
 * without a zone is read as UTC. */
#include "sim/contract/bb-unit.h"

#include "sim/base/bb-units.h"

#include <math.h>
#include <string.h>

#define MIB 1048576.0
#define SECONDS 1e6

typedef enum { TIME = 1, DURATION = 2, CPU = 4, SIZE = 8, GPU = 16, FRACTION = 32 } Quantity;

struct _BbUnit {
    const char *name;
    guint quantities; /* bits of Quantity */
    double factor;    /* to the integer unit */
    gboolean (*read)(const char *text, gint64 *out, const char **out_expected); /* else by factor */
};

/* ---- Dates ---- */

/* The digits at *p, at most `most` of them, at least one. */
static gboolean
take_number(const char **p, guint most, gint *out)
{
    guint n = 0;
    gint value = 0;
    for (; n < most && g_ascii_isdigit((*p)[n]); n++)
        value = value * 10 + ((*p)[n] - '0');
    *p += n;
    *out = value;
    return n > 0;
}

static gboolean
take_char(const char **p, const char *set)
{
    if (**p == '\0' || strchr(set, **p) == NULL)
        return FALSE;
    (*p)++;
    return TRUE;
}

/* ".25" as microseconds, digits beyond them dropped. */
static gint
take_fraction(const char **p)
{
    gint us = 0, unit = 100000;
    if (**p != '.' && **p != ',')
        return 0;
    for ((*p)++; g_ascii_isdigit(**p); (*p)++, unit /= 10)
        us += (**p - '0') * unit;
    return us;
}

/* "AM", " pm"; *hour as on a clock of 24 hours. */
static gboolean
take_half(const char **p, gint *hour)
{
    const char *at = *p + strspn(*p, " ");
    gboolean pm = g_ascii_strncasecmp(at, "pm", 2) == 0;
    if (!pm && g_ascii_strncasecmp(at, "am", 2) != 0)
        return TRUE;
    *p = at + 2;
    if (*hour < 1 || *hour > 12)
        return FALSE;
    *hour = *hour % 12 + (pm ? 12 : 0);
    return TRUE;
}

/* "Z", "+01:00", "+0100", " UTC", or nothing; *out in seconds east. */
static gboolean
take_zone(const char **p, gint *out)
{
    gint hours, minutes = 0;
    const char *at = *p + strspn(*p, " ");
    *out = 0;
    if (*at == 'Z' || strncmp(at, "UTC", 3) == 0) {
        *p = at + (*at == 'Z' ? 1 : 3);
        return TRUE;
    }
    if (*at != '+' && *at != '-')
        return TRUE;
    gint sign = *at++ == '-' ? -1 : 1;
    if (!take_number(&at, 2, &hours))
        return FALSE;
    take_char(&at, ":");
    take_number(&at, 2, &minutes);
    *out = sign * (hours * 3600 + minutes * 60);
    *p = at;
    return TRUE;
}

typedef struct {
    gint year, month, day, hour, minute, second, us, east;
} Date;

static gboolean
take_time(const char **p, Date *date)
{
    if (**p == '\0')
        return TRUE;
    if (!take_char(p, "T ") || !take_number(p, 2, &date->hour) || !take_char(p, ":") ||
        !take_number(p, 2, &date->minute))
        return FALSE;
    if (take_char(p, ":")) {
        if (!take_number(p, 2, &date->second))
            return FALSE;
        date->us = take_fraction(p);
    }
    return take_half(p, &date->hour) && take_zone(p, &date->east) && **p == '\0';
}

static gboolean
to_time(const Date *date, gint64 *out)
{
    g_autoptr(GDateTime) time = NULL;
    if (date->year < 1970 || date->month < 1 || date->month > 12 || date->day < 1 ||
        date->day > 31 || date->hour > 23 || date->minute > 59 || date->second > 59)
        return FALSE;
    time = g_date_time_new_utc(date->year, date->month, date->day, date->hour, date->minute,
                               date->second);
    if (time == NULL)
        return FALSE;
    *out = (g_date_time_to_unix(time) - date->east) * BB_US_PER_S + date->us;
    return *out >= 0;
}

static gboolean
read_iso(const char *text, gint64 *out, const char **out_expected)
{
    Date date = {0};
    if (take_number(&text, 4, &date.year) && take_char(&text, "-/") &&
        take_number(&text, 2, &date.month) && take_char(&text, "-/") &&
        take_number(&text, 2, &date.day) && take_time(&text, &date) && to_time(&date, out))
        return TRUE;
    *out_expected = "a time since 1970 like 2024-01-31 12:00:00";
    return FALSE;
}

static gboolean
read_local(const char *text, gboolean day_first, gint64 *out)
{
    Date date = {0};
    gint first, second;
    if (!take_number(&text, 2, &first) || !take_char(&text, "/.-") ||
        !take_number(&text, 2, &second) || !take_char(&text, "/.-") ||
        !take_number(&text, 4, &date.year) || !take_time(&text, &date))
        return FALSE;
    date.day = day_first ? first : second;
    date.month = day_first ? second : first;
    return to_time(&date, out);
}

static gboolean
read_mdy(const char *text, gint64 *out, const char **out_expected)
{
    *out_expected = "a time since 1970 like 1/31/2024 2:05:00 PM";
    return read_local(text, FALSE, out);
}

static gboolean
read_dmy(const char *text, gint64 *out, const char **out_expected)
{
    *out_expected = "a time since 1970 like 31.1.2024 14:05:00";
    return read_local(text, TRUE, out);
}

/* Seconds, or a date that shows itself by what stands behind its year. */
static gboolean
read_time(const char *text, gint64 *out, const char **out_expected)
{
    gsize n = strspn(text, "0123456789");
    if (n == 4 && (text[n] == '-' || text[n] == '/'))
        return read_iso(text, out, out_expected);
    if (bb_parse_seconds(text, FALSE, out, NULL))
        return TRUE;
    *out_expected = "seconds or a time like 2024-01-31 12:00:00 (else name its unit)";
    return FALSE;
}

/* "1-02:03:04", "02:03:04", "03:04" */
static gboolean
read_hms(const char *text, gint64 *out, const char **out_expected)
{
    gint part[3] = {0}, days = 0, n = 0, us = 0;
    const char *p = text;
    gboolean fine = TRUE;
    if (strchr(text, '-') != NULL)
        fine = take_number(&p, 6, &days) && take_char(&p, "-");
    do
        fine = fine && n < 3 && take_number(&p, 6, &part[n++]);
    while (fine && take_char(&p, ":"));
    us = take_fraction(&p);
    *out_expected = "a duration like 1-02:03:04";
    if (!fine || *p != '\0' || n < 2)
        return FALSE;
    gint64 seconds = 0;
    for (gint i = 0; i < n; i++)
        seconds = seconds * 60 + part[i];
    *out = (days * G_GINT64_CONSTANT(86400) + seconds) * BB_US_PER_S + us;
    return TRUE;
}

/* ---- Sizes with their unit ---- */

/* Without blanks, and without commas where these only part thousands. */
static void
squeeze(const char *text, gboolean commas, char out[32])
{
    gsize n = 0;
    for (; *text != '\0' && n < 31; text++)
        if (*text != ' ' && !(commas && *text == ','))
            out[n++] = *text;
    out[n] = '\0';
}

static gboolean
read_text(const char *text, gint64 *out, const char **out_expected)
{
    char squeezed[32];
    squeeze(text, FALSE, squeezed);
    return bb_parse_mib(squeezed, out, out_expected);
}

static gboolean
read_vmware(const char *text, gint64 *out, const char **out_expected)
{
    static const char letters[] = "BKMGTP";
    char squeezed[32];
    squeeze(text, TRUE, squeezed);
    gsize n = strspn(squeezed, "0123456789.");
    const char *letter = squeezed[n] != '\0' ? strchr(letters, g_ascii_toupper(squeezed[n])) : NULL;
    double value;
    *out_expected = "a size like 4 GB";
    if (letter == NULL || (squeezed[n] != 'B' && g_ascii_strcasecmp(squeezed + n + 1, "b") != 0))
        return FALSE;
    squeezed[n] = '\0';
    if (!bb_parse_double(squeezed, 0, 1e15, &value, NULL))
        return FALSE;
    value = ceil(ldexp(value, 10 * (int)(letter - letters) - 20) - 1e-7);
    *out = (gint64)MIN(value, (double)BB_AMOUNT_MAX + 1);
    return TRUE;
}

/* ---- The table ---- */

static const BbUnit units[] = {
    {"s", DURATION, SECONDS, NULL},
    {"s", TIME, 0, read_time},
    {"ms", TIME | DURATION, 1e3, NULL},
    {"us", TIME | DURATION, 1, NULL},
    {"min", TIME | DURATION, 60 * SECONDS, NULL},
    {"h", TIME | DURATION, 3600 * SECONDS, NULL},
    {"d", TIME | DURATION, 86400 * SECONDS, NULL},
    {"iso", TIME, 0, read_iso},
    {"mdy", TIME, 0, read_mdy},
    {"dmy", TIME, 0, read_dmy},
    {"hms", DURATION, 0, read_hms},
    {"milli", CPU | GPU, 1, NULL},
    {"cores", CPU, 1000, NULL},
    {"devices", GPU, 1000, NULL},
    {"percent", CPU | GPU, 10, NULL},
    {"mib", SIZE, 1, NULL},
    {"bytes", SIZE, 1 / MIB, NULL},
    {"kib", SIZE, 1024 / MIB, NULL},
    {"gib", SIZE, 1024, NULL},
    {"tib", SIZE, 1024 * 1024, NULL},
    {"kb", SIZE, 1e3 / MIB, NULL},
    {"mb", SIZE, 1e6 / MIB, NULL},
    {"gb", SIZE, 1e9 / MIB, NULL},
    {"tb", SIZE, 1e12 / MIB, NULL},
    {"text", SIZE, 0, read_text},
    {"vmware", SIZE, 0, read_vmware},
    {"frac", FRACTION, 1e6, NULL},
    {"percent", FRACTION, 1e4, NULL},
};

static const struct {
    const char *native;
    Quantity quantity;
} natives[] = {
    {"submit_s", TIME},
    {"start_s", TIME},
    {"end_s", TIME},
    {"cpu_milli", CPU},
    {"runtime_s", DURATION},
    {"estimate_s", DURATION},
    {"gpu_milli", GPU},
    {"memory_mib", SIZE},
    {"disk_mib", SIZE},
    {"memory_used_frac", FRACTION},
    {"cpu_used_frac", FRACTION},
};

static guint
quantity_of(const char *native)
{
    for (guint i = 0; i < G_N_ELEMENTS(natives); i++)
        if (g_str_equal(natives[i].native, native))
            return natives[i].quantity;
    return 0;
}

const BbUnit *
bb_unit_find(const char *native, const char *name, char **out_names)
{
    guint quantity = quantity_of(native);
    g_autoptr(GString) names = g_string_new(NULL);
    *out_names = NULL;
    for (guint i = 0; i < G_N_ELEMENTS(units); i++) {
        if (!(units[i].quantities & quantity))
            continue;
        if (g_str_equal(units[i].name, name))
            return &units[i];
        g_string_append_printf(names, "%s%s", names->len > 0 ? ", " : "", units[i].name);
    }
    if (quantity != 0)
        *out_names = g_strdup(names->str);
    return NULL;
}

/* The first of the table. */
const BbUnit *
bb_unit_default(const char *native)
{
    guint quantity = quantity_of(native);
    for (guint i = 0; quantity != 0 && i < G_N_ELEMENTS(units); i++)
        if (units[i].quantities & quantity)
            return &units[i];
    return NULL;
}

gboolean
bb_unit_convert(const BbUnit *unit, const char *text, gint64 *out, const char **out_expected)
{
    double value;
    if (unit->read != NULL)
        return unit->read(text, out, out_expected);
    if (!bb_parse_double(text, 0, 4e18 / MAX(unit->factor, 1), &value, out_expected))
        return FALSE;
    value *= unit->factor;
    /* What is left of a rounding is no other unit. */
    value = unit->quantities & SIZE ? ceil(value - 1e-7) : floor(value + 0.5);
    *out = (gint64)value;
    return TRUE;
}
