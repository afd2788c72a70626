/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers and fields at the end of a text, without printf: digits are written in pairs from the back
 * to where their number says they begin. */
#include "sim/base/bb-csv.h"
#include "sim/base/bb-units.h"

#include <string.h>

static const char pairs[] = "00010203040506070809101112131415161718192021222324"
                            "25262728293031323334353637383940414243444546474849"
                            "50515253545556575859606162636465666768697071727374"
                            "75767778798081828384858687888990919293949596979899";

/* Where `n` more bytes and the NUL behind them have room. */
static inline char *
make_room(GString *out, gsize n)
{
    gsize length = out->len;
    if (G_UNLIKELY(out->allocated_len - length <= n)) {
        g_string_set_size(out, length + n);
        out->len = length;
    }
    return out->str + length;
}

static inline void
end_at(GString *out, char *end)
{
    *end = '\0';
    out->len = (gsize)(end - out->str);
}

static guint
count_digits(guint64 value)
{
    static const guint64 powers[] = {
        0,
        10,
        100,
        1000,
        10000,
        100000,
        1000000,
        10000000,
        100000000,
        1000000000,
        G_GUINT64_CONSTANT(10000000000),
        G_GUINT64_CONSTANT(100000000000),
        G_GUINT64_CONSTANT(1000000000000),
        G_GUINT64_CONSTANT(10000000000000),
        G_GUINT64_CONSTANT(100000000000000),
        G_GUINT64_CONSTANT(1000000000000000),
        G_GUINT64_CONSTANT(10000000000000000),
        G_GUINT64_CONSTANT(100000000000000000),
        G_GUINT64_CONSTANT(1000000000000000000),
        G_GUINT64_CONSTANT(10000000000000000000),
    };
    /* log10(2) is a little above 1233 / 4096. */
    guint n = (64 - (guint)__builtin_clzll(value | 1)) * 1233 >> 12;
    return n + (value >= powers[n] ? 1 : 0);
}

/* Room: 20 bytes. */
static char *
write_digits(char *at, guint64 value)
{
    char *end = at + count_digits(value), *p = end;
    for (; value >= 100; value /= 100)
        memcpy(p -= 2, pairs + 2 * (value % 100), 2);
    if (value >= 10)
        memcpy(p - 2, pairs + 2 * value, 2);
    else
        p[-1] = (char)('0' + value);
    return end;
}

/* ".25": six digits without the zeros behind. */
static char *
write_fraction(char *at, guint32 micro)
{
    *at = '.';
    memcpy(at + 1, pairs + 2 * (micro / 10000), 2);
    memcpy(at + 3, pairs + 2 * (micro / 100 % 100), 2);
    memcpy(at + 5, pairs + 2 * (micro % 100), 2);
    char *end = at + 7;
    while (end[-1] == '0')
        end--;
    return end;
}

void
bb_append_uint(GString *out, guint64 value)
{
    end_at(out, write_digits(make_room(out, 20), value));
}

void
bb_append_int(GString *out, gint64 value)
{
    char *at = make_room(out, 21);
    if (value < 0)
        *at++ = '-';
    end_at(out, write_digits(at, value < 0 ? 0 - (guint64)value : (guint64)value));
}

void
bb_append_seconds(GString *out, BbTimeUs time_us)
{
    guint64 magnitude = time_us < 0 ? 0 - (guint64)time_us : (guint64)time_us;
    guint32 micro = (guint32)(magnitude % BB_US_PER_S);
    char *at = make_room(out, 28);
    if (time_us < 0)
        *at++ = '-';
    at = write_digits(at, magnitude / BB_US_PER_S);
    end_at(out, micro > 0 ? write_fraction(at, micro) : at);
}

void
bb_append_bytes(GString *out, const char *text, gsize n)
{
    char *at = make_room(out, n);
    memcpy(at, text, n);
    end_at(out, at + n);
}

void
bb_append_again(GString *out, gsize begin, gsize n)
{
    char *at = make_room(out, n);
    memcpy(at, out->str + begin, n);
    end_at(out, at + n);
}

static void
append_quoted(GString *out, const char *text)
{
    g_string_append_c(out, '"');
    for (; *text != '\0'; text++) {
        if (*text == '"')
            g_string_append_c(out, '"');
        g_string_append_c(out, *text);
    }
    g_string_append_c(out, '"');
}

void
bb_csv_append_field(GString *out, const char *text)
{
    gsize n = 0;
    /* Whatever has a meaning lies below '-'. */
    while ((guchar)text[n] >= '-')
        n++;
    if (text[n] != '\0') {
        n += strlen(text + n);
        if (strchr(" \t", text[0]) || strchr(" \t", text[n - 1]) ||
            text[strcspn(text, ",\"\r\n")] != '\0') {
            append_quoted(out, text);
            return;
        }
    }
    bb_append_bytes(out, text, n);
}
