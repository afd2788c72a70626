/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The file as one text whose words are found one after another; the place of a word is counted only
 * for a message. Sizes are read at a scale of a million and brought down when the instance is whole. */
#include "sim/lab/pack/bb-pack-text.h"

#include "sim/base/bb-error.h"
#include "sim/base/bb-units.h"

#include <string.h>

#define SCALE 1000000
#define SCALE_DIGITS 6
#define TEXT_MAX (256u << 20)
#define BLANKS " \t\r\n"

struct _BbPackText {
    char *path;
    GString *content;
    char *word; /* the last one, ended by a NUL in the place of `cut` */
    char *end;  /* that NUL; without a word: the start */
    char cut;
};

void
bb_pack_text_free(BbPackText *text)
{
    if (text == NULL)
        return;
    g_string_free(text->content, TRUE);
    g_free(text->path);
    g_free(text);
}

static gboolean
check_bytes(const BbPackText *text, GError **error)
{
    const GString *content = text->content;
    const char *archive = NULL;
    if (content->len >= 4 && memcmp(content->str, "PK\003\004", 4) == 0)
        archive = "zip";
    else if (content->len >= 262 && memcmp(content->str + 257, "ustar", 5) == 0)
        archive = "tar";
    if (archive)
        return bb_error_input(error, text->path, 0, 0,
                              "expected an instance, found a %s archive: unpack it first", archive);
    if (strlen(content->str) == content->len)
        return TRUE;
    return bb_error_input(error, text->path, 0, 0, "expected text, found a NUL as byte %zu",
                          strlen(content->str) + 1);
}

static gboolean
read_all(BbPackText *text, BbInput *input, GError **error)
{
    for (;;) {
        gsize n;
        const char *bytes = bb_input_take(input, &n, error);
        if (bytes == NULL)
            return FALSE;
        if (n == 0)
            return check_bytes(text, error);
        g_string_append_len(text->content, bytes, (gssize)n);
        if (text->content->len > TEXT_MAX)
            return bb_error_input(error, text->path, 0, 0,
                                  "expected at most 256 MiB of text, found more");
    }
}

BbPackText *
bb_pack_text_new(BbInput *input, GError **error)
{
    g_autoptr(BbInput) taken = input;
    g_autoptr(BbPackText) text = g_new0(BbPackText, 1);
    text->path = g_strdup(bb_input_path(taken));
    text->content = g_string_new(NULL);
    bb_input_skip_hash(taken);
    if (!read_all(text, taken, error))
        return NULL;
    text->end = text->content->str;
    text->cut = *text->end;
    return g_steal_pointer(&text);
}

/* A name in single quotes, blanks and all, up to `end`; else 0. */
static gsize
quoted_length(const char *at, const char *end)
{
    const char *quote =
        at < end && *at == '\'' ? memchr(at + 1, '\'', (gsize)(end - at - 1)) : NULL;
    return quote ? (gsize)(quote - at) + 1 : 0;
}

static gint
count_words(const char *at, const char *end)
{
    gint n = 0;
    gsize blank_start = strspn(at, " \t");
    gsize quoted = quoted_length(at + MIN(blank_start, (gsize)(end - at)), end);
    if (quoted > 0 && at + blank_start + quoted + strspn(at + blank_start + quoted, " \t\r") == end)
        return BB_PACK_QUOTED;
    for (gboolean in_word = FALSE; at < end; at++) {
        gboolean blank = strchr(BLANKS, *at) != NULL;
        n += !blank && !in_word;
        in_word = !blank;
    }
    return n;
}

void
bb_pack_text_shape(const BbPackText *text, gint n_words[4])
{
    const char *at = text->content->str;
    guint n = 0;
    while (n < 4 && *at != '\0') {
        const char *end = at + strcspn(at, "\n");
        n_words[n] = count_words(at, end);
        n += n_words[n] != 0;
        at = *end == '\n' ? end + 1 : end;
    }
    while (n < 4)
        n_words[n++] = -1;
}

char *
bb_pack_text_name(const BbPackText *text)
{
    char *name = g_path_get_basename(text->path);
    char *dot = strchr(name + 1, '.');
    if (dot)
        *dot = '\0';
    return name;
}

/* An error at the word, or at the end of the text. */
gboolean
bb_pack_text_error(const BbPackText *text, const char *expected, GError **error)
{
    const char *place = text->word ? text->word : text->end, *line = text->content->str;
    guint64 number = 1;
    g_autofree char *found = text->word ? bb_quote(text->word) : g_strdup("the end of the file");
    for (const char *at = line; at < place; at++) {
        if (*at == '\n') {
            number++;
            line = at + 1;
        }
    }
    return bb_error_input(error, text->path, number, (guint64)(place - line) + 1,
                          "expected %s, found %s", expected, found);
}

static gboolean
next(BbPackText *text)
{
    *text->end = text->cut;
    text->end += strspn(text->end, BLANKS);
    text->word = *text->end == '\0' ? NULL : text->end;
    gsize quoted = quoted_length(text->end, text->end + strcspn(text->end, "\n"));
    text->end += quoted > 0 ? quoted : strcspn(text->end, BLANKS);
    text->cut = *text->end;
    *text->end = '\0';
    return text->word != NULL;
}

const char *
bb_pack_text_word(BbPackText *text, const char *expected, GError **error)
{
    if (!next(text))
        bb_pack_text_error(text, expected, error);
    return text->word;
}

gboolean
bb_pack_text_int(BbPackText *text, const char *expected, gint64 min, gint64 max, gint64 *out,
                 GError **error)
{
    g_autofree char *range = NULL;
    if (next(text) && bb_parse_int(text->word, min, max, out, NULL))
        return TRUE;
    range = g_strdup_printf("%s, %" G_GINT64_FORMAT " .. %" G_GINT64_FORMAT, expected, min, max);
    return bb_pack_text_error(text, range, error);
}

gboolean
bb_pack_text_ended(const BbPackText *text)
{
    gsize n_blanks = text->cut != '\0' ? strspn(text->end + 1, BLANKS) : 0;
    return text->cut == '\0' || (strchr(BLANKS, text->cut) && text->end[n_blanks + 1] == '\0');
}

gboolean
bb_pack_text_end(BbPackText *text, GError **error)
{
    return !next(text) || bb_pack_text_error(text, "the end of the file", error);
}

/* Digits, and up to six more after a point. */
static gboolean
parse_size(const char *word, gint64 *out)
{
    gint64 value = 0;
    gint n_digits = 0, n_after = -1;
    for (; *word != '\0'; word++) {
        if (*word == '.' && n_after < 0) {
            n_after = 0;
            continue;
        }
        if (!g_ascii_isdigit(*word) || n_after == SCALE_DIGITS || value > (G_MAXINT64 - 9) / 10)
            return FALSE;
        value = value * 10 + (*word - '0');
        n_digits++;
        n_after += n_after >= 0;
    }
    for (n_after = MAX(n_after, 0); n_after < SCALE_DIGITS; n_after++) {
        if (value > G_MAXINT64 / 10)
            return FALSE;
        value *= 10;
    }
    *out = value;
    return n_digits > 0 && value <= BB_PACK_SIZE_MAX * SCALE;
}

BbPackInstance *
bb_pack_text_begin(char *name, gint64 n_dims)
{
    BbPackInstance *instance = g_new0(BbPackInstance, 1);
    instance->name = name;
    instance->n_dims = (guint)n_dims;
    instance->capacity = g_new0(gint64, instance->n_dims);
    instance->scale = SCALE;
    return instance;
}

gboolean
bb_pack_text_capacity(BbPackText *text, BbPackInstance *instance, GError **error)
{
    for (guint k = 0; k < instance->n_dims; k++)
        if (!next(text) || !parse_size(text->word, &instance->capacity[k]) ||
            instance->capacity[k] == 0)
            return bb_pack_text_error(
                text, "a capacity above 0, up to 10^12, with at most 6 decimals", error);
    return TRUE;
}

gboolean
bb_pack_text_reserve(BbPackText *text, BbPackInstance *instance, gint64 n, GError **error)
{
    gsize most = MIN(BB_PACK_ITEMS_MAX, BB_PACK_SIZES_MAX / instance->n_dims);
    if (n < 0 || (gsize)n > most - instance->n_items) {
        g_autofree char *expected = g_strdup_printf("at most %zu items", most);
        return bb_pack_text_error(text, expected, error);
    }
    instance->items =
        g_renew(gint64, instance->items, MAX(instance->n_items + (gsize)n, 1) * instance->n_dims);
    return TRUE;
}

static gboolean
too_large(const BbPackText *text, const BbPackInstance *instance, guint k, GError **error)
{
    g_autoptr(GString) expected = g_string_new("a size of at most the capacity, ");
    bb_append_double(expected, (double)instance->capacity[k] / (double)instance->scale);
    return bb_pack_text_error(text, expected->str, error);
}

gboolean
bb_pack_text_item(BbPackText *text, BbPackInstance *instance, GError **error)
{
    gint64 *sizes = instance->items + instance->n_items * instance->n_dims;
    for (guint k = 0; k < instance->n_dims; k++) {
        if (!next(text) || !parse_size(text->word, &sizes[k]))
            return bb_pack_text_error(text, "a size from 0 to 10^12 with at most 6 decimals",
                                      error);
        if (sizes[k] > instance->capacity[k])
            return too_large(text, instance, k, error);
    }
    instance->n_items++;
    return TRUE;
}

static gboolean
divides(const gint64 *sizes, gsize n, gint64 by)
{
    for (gsize i = 0; i < n; i++)
        if (sizes[i] % by != 0)
            return FALSE;
    return TRUE;
}

static void
divide(gint64 *sizes, gsize n, gint64 by)
{
    for (gsize i = 0; i < n; i++)
        sizes[i] /= by;
}

void
bb_pack_text_finish(BbPackInstance *instance)
{
    gsize n = instance->n_items * instance->n_dims;
    gint64 by = SCALE;
    while (by > 1 &&
           !(divides(instance->capacity, instance->n_dims, by) && divides(instance->items, n, by)))
        by /= 10;
    divide(instance->capacity, instance->n_dims, by);
    divide(instance->items, n, by);
    instance->scale /= by;
}
