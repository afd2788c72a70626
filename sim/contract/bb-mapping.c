/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One pass over the text, an item at a time; places in it are kept for messages. */
#include "sim/contract/bb-mapping.h"

#include "sim/base/bb-error.h"
#include "sim/contract/bb-unit.h"

#include <string.h>

static void
free_item(gpointer data)
{
    BbMappingItem *item = data;
    g_free(item->native);
    g_free(item->column);
    g_free(item->value);
    g_free(item);
}

void
bb_mapping_free(BbMapping *mapping)
{
    if (mapping == NULL)
        return;
    g_ptr_array_unref(mapping->items);
    g_free(mapping->text);
    g_free(mapping);
}

gboolean
bb_mapping_error(const BbMappingItem *item, GError **error, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    g_autofree char *message = g_strdup_vprintf(format, args);
    va_end(args);
    return bb_error_set(error, BB_ERROR_USAGE, "columns: character %zu: %s", item->at, message);
}

gboolean
bb_mapping_is_blank(const char *text)
{
    static const char *const blanks[] = {"NULL", "null", "None", "NaN", "nan", "N/A", "\\N", "-"};
    for (guint i = 0; i < G_N_ELEMENTS(blanks); i++)
        if (strcmp(text, blanks[i]) == 0)
            return TRUE;
    return *text == '\0';
}

/* Where the item that begins at `text` ends: at a comma outside quotes and parentheses, or the end. */
static const char *
item_end(const char *text)
{
    gint depth = 0;
    gboolean quoted = FALSE;
    for (; *text != '\0'; text++) {
        if (*text == '"')
            quoted = !quoted;
        else if (!quoted && (*text == '(' || *text == ')'))
            depth += *text == '(' ? 1 : -1;
        else if (!quoted && depth == 0 && *text == ',')
            break;
    }
    return text;
}

/* `"a ""b"""`, and where it ends; NULL: no closing quote. */
static char *
unquote(const char *text, const char **out_end)
{
    GString *out = g_string_new(NULL);
    for (text++; *text != '\0'; text++) {
        if (*text == '"' && text[1] != '"') {
            *out_end = text + 1;
            return g_string_free(out, FALSE);
        }
        text += *text == '"';
        g_string_append_c(out, *text);
    }
    g_string_free(out, TRUE);
    return NULL;
}

static gboolean
set_unit(BbMappingItem *item, const char *name, GError **error)
{
    g_autofree char *names = NULL, *found = bb_quote(name);
    item->unit = bb_unit_find(item->native, name, &names);
    if (item->unit != NULL)
        return TRUE;
    if (names == NULL)
        return bb_mapping_error(item, error, "expected no unit for %s, found %s", item->native,
                                found);
    g_auto(GStrv) list = g_strsplit(names, ", ", -1);
    const char *near = bb_suggest(name, (const char *const *)list);
    return bb_mapping_error(item, error, "expected a unit of %s (%s), found %s%s%s%s", item->native,
                            names, found, near ? "; did you mean \"" : "", near ? near : "",
                            near ? "\"?" : "");
}

/* COLUMN[:UNIT]. A column's name may have a colon as well: then it needs quotes. */
static gboolean
read_column(BbMappingItem *item, char *text, GError **error)
{
    const char *rest = NULL;
    g_strstrip(text);
    if (*text == '"') {
        item->column = unquote(text, &rest);
        if (item->column == NULL)
            return bb_mapping_error(item, error, "expected a closing quote, found none");
    } else {
        char *colon = strrchr(text, ':');
        rest = colon != NULL ? colon : text + strlen(text);
        item->column = g_strchomp(g_strndup(text, (gsize)(rest - text)));
    }
    rest += strspn(rest, " ");
    if (*item->column == '\0')
        return bb_mapping_error(item, error, "expected the name of a column behind %s=, found none",
                                item->native);
    if (*rest == '\0') {
        item->unit = bb_unit_default(item->native);
        return TRUE;
    }
    if (*rest != ':') {
        g_autofree char *found = bb_quote(rest);
        return bb_mapping_error(item, error,
                                "expected a comma or a unit behind the quote, found %s", found);
    }
    return set_unit(item, rest + 1 + strspn(rest + 1, " "), error);
}

static gboolean
read_value(BbMappingItem *item, const char *text, GError **error)
{
    const char *rest = "";
    item->value = *text == '"' ? unquote(text, &rest) : g_strdup(text);
    if (item->value != NULL && *rest == '\0')
        return TRUE;
    g_autofree char *found = bb_quote(text);
    return bb_mapping_error(item, error, "expected one value, in quotes or bare, found %s", found);
}

static gboolean
read_delimiter(BbMapping *mapping, const BbMappingItem *item, GError **error)
{
    static const char *const names[] = {"comma", "semicolon", "tab", "pipe", NULL};
    for (guint i = 0; names[i] != NULL; i++)
        if (g_str_equal(item->value, names[i])) {
            mapping->delimiter = ",;\t|"[i];
            return TRUE;
        }
    g_autofree char *found = bb_quote(item->value);
    return bb_mapping_error(item, error, "expected comma, semicolon, tab or pipe, found %s", found);
}

static gboolean
check_item(BbMapping *mapping, const BbMappingItem *item, GError **error)
{
    for (guint i = 0; i < mapping->items->len; i++) {
        const BbMappingItem *other = mapping->items->pdata[i];
        if (g_str_equal(other->native, item->native))
            return bb_mapping_error(item, error, "expected each native column once, found %s again",
                                    item->native);
    }
    mapping->nodes = mapping->nodes || g_str_equal(item->native, "node_id");
    return TRUE;
}

/* As all native columns are called. */
static gboolean
is_word(const char *text)
{
    gsize n = strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");
    return n > 0 && text[n] == '\0';
}

/* The text, which is NATIVE=COLUMN[:UNIT] or NATIVE:=VALUE. */
static gboolean
read_item(BbMapping *mapping, char *text, gsize at, GError **error)
{
    BbMappingItem *item = g_new0(BbMappingItem, 1);
    char *equals = strchr(text, '=');
    item->at = at + strspn(text, " ");
    gboolean fixed = equals != NULL && equals > text && equals[-1] == ':';
    item->native =
        g_strstrip(g_strndup(text, equals != NULL ? (gsize)(equals - text - fixed) : strlen(text)));
    gboolean fine = equals != NULL && is_word(item->native);
    if (!fine) {
        g_autofree char *quoted = bb_quote(g_strstrip(text));
        const char *found = *text != '\0' ? quoted : "nothing";
        bb_mapping_error(item, error, "expected NATIVE=COLUMN[:UNIT] or NATIVE:=VALUE, found %s",
                         found);
    } else if (fixed) {
        fine = read_value(item, g_strstrip(equals + 1), error);
    } else {
        fine = read_column(item, equals + 1, error);
    }
    if (fine && fixed && g_str_equal(item->native, "delimiter")) {
        fine = read_delimiter(mapping, item, error);
        free_item(item);
        return fine;
    }
    if (!fine || !check_item(mapping, item, error)) {
        free_item(item);
        return FALSE;
    }
    g_ptr_array_add(mapping->items, item);
    return TRUE;
}

BbMapping *
bb_mapping_parse(const char *text, GError **error)
{
    g_autoptr(BbMapping) mapping = g_new0(BbMapping, 1);
    mapping->text = g_strdup(text);
    mapping->items = g_ptr_array_new_with_free_func(free_item);
    mapping->delimiter = ',';
    for (const char *at = text;; at++) {
        const char *end = item_end(at);
        g_autofree char *item = g_strndup(at, (gsize)(end - at));
        if (!read_item(mapping, item, (gsize)(at - text) + 1, error))
            return NULL;
        if (*end == '\0')
            return g_steal_pointer(&mapping);
        at = end;
    }
}
