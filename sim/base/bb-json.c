/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Text is appended as the calls come; a stack of open brackets remembers which of them still wait
 * for their first member. */
#include "sim/base/bb-json.h"

#include "sim/base/bb-units.h"

#include <string.h>

typedef struct {
    char close;
    gboolean filled;
    gboolean in_line;
} Level;

struct _BbJson {
    GString *out;
    GArray *levels; /* of Level */
    gboolean done;
};

BbJson *
bb_json_new(void)
{
    BbJson *json = g_new0(BbJson, 1);
    json->out = g_string_new(NULL);
    json->levels = g_array_new(FALSE, FALSE, sizeof(Level));
    return json;
}

void
bb_json_free(BbJson *json)
{
    if (json == NULL)
        return;
    g_string_free(json->out, TRUE);
    g_array_free(json->levels, TRUE);
    g_free(json);
}

static Level *
top(const BbJson *json)
{
    guint n = json->levels->len;
    return n > 0 ? &g_array_index(json->levels, Level, n - 1) : NULL;
}

static void
append_indent(BbJson *json)
{
    gsize n = 2 * (gsize)json->levels->len, end = json->out->len + 1;

    g_string_append_c(json->out, '\n');
    g_string_set_size(json->out, end + n);
    memset(json->out->str + end, ' ', n);
}

static void
append_escape(GString *out, guchar byte)
{
    switch (byte) {
    case '"':
    case '\\':
        g_string_append_c(out, '\\');
        g_string_append_c(out, (char)byte);
        return;
    case '\n':
        g_string_append(out, "\\n");
        return;
    case '\t':
        g_string_append(out, "\\t");
        return;
    default:
        g_string_append_printf(out, "\\u%04x", byte);
    }
}

/* Bytes that are not UTF-8 become U+FFFD: what is written is always JSON. */
static void
append_quoted(GString *out, const char *text)
{
    g_autofree char *valid = g_utf8_validate(text, -1, NULL) ? NULL : g_utf8_make_valid(text, -1);
    const char *at = valid != NULL ? valid : text;

    g_string_append_c(out, '"');
    for (; *at != '\0'; at++) {
        guchar byte = (guchar)*at;
        if (byte < 0x20 || byte == '"' || byte == '\\' || byte == 0x7f)
            append_escape(out, byte);
        else
            g_string_append_c(out, *at);
    }
    g_string_append_c(out, '"');
}

/* What stands before a value: comma, line, key. */
static void
begin_value(BbJson *json, const char *key)
{
    Level *level = top(json);

    g_assert(!json->done);
    g_assert((key != NULL) == (level != NULL && level->close == '}'));
    if (level == NULL)
        return;
    if (level->filled)
        g_string_append(json->out, level->in_line ? ", " : ",");
    level->filled = TRUE;
    if (!level->in_line)
        append_indent(json);
    if (key != NULL) {
        append_quoted(json->out, key);
        g_string_append(json->out, ": ");
    }
}

static void
end_value(BbJson *json)
{
    if (json->levels->len > 0)
        return;
    g_string_append_c(json->out, '\n');
    json->done = TRUE;
}

static void
begin_level(BbJson *json, const char *key, char open, char close, gboolean in_line)
{
    Level level = {close, FALSE, in_line};
    begin_value(json, key);
    g_string_append_c(json->out, open);
    g_array_append_val(json->levels, level);
}

void
bb_json_begin_object(BbJson *json, const char *key)
{
    begin_level(json, key, '{', '}', FALSE);
}

void
bb_json_begin_array(BbJson *json, const char *key)
{
    begin_level(json, key, '[', ']', FALSE);
}

void
bb_json_begin_row(BbJson *json, const char *key)
{
    begin_level(json, key, '[', ']', TRUE);
}

void
bb_json_end(BbJson *json)
{
    g_assert(json->levels->len > 0);
    Level level = *top(json);
    g_array_set_size(json->levels, json->levels->len - 1);
    if (level.filled && !level.in_line)
        append_indent(json);
    g_string_append_c(json->out, level.close);
    end_value(json);
}

void
bb_json_text(BbJson *json, const char *key, const char *value)
{
    begin_value(json, key);
    if (value != NULL)
        append_quoted(json->out, value);
    else
        g_string_append(json->out, "null");
    end_value(json);
}

void
bb_json_int(BbJson *json, const char *key, gint64 value)
{
    bb_json_int128(json, key, value);
}

void
bb_json_int128(BbJson *json, const char *key, BbInt128 value)
{
    begin_value(json, key);
    bb_append_int128(json->out, value);
    end_value(json);
}

void
bb_json_double(BbJson *json, const char *key, double value)
{
    begin_value(json, key);
    bb_append_double(json->out, value);
    end_value(json);
}

void
bb_json_seconds(BbJson *json, const char *key, BbTimeUs value_us)
{
    begin_value(json, key);
    if (value_us == BB_TIME_NEVER)
        g_string_append(json->out, "null");
    else
        bb_append_seconds(json->out, value_us);
    end_value(json);
}

void
bb_json_bool(BbJson *json, const char *key, gboolean value)
{
    begin_value(json, key);
    g_string_append(json->out, value ? "true" : "false");
    end_value(json);
}

void
bb_json_null(BbJson *json, const char *key)
{
    bb_json_text(json, key, NULL);
}

const char *
bb_json_str(const BbJson *json)
{
    g_assert(json->done);
    return json->out->str;
}
