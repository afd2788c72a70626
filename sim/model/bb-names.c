/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A table text -> id and an array id -> text over one arena. Id 0 is never in the table, so that a
 * lookup's NULL means "not there". */
#include "sim/model/bb-names.h"

#define ARENA_BLOCK 16384

struct _BbNames {
    GHashTable *ids;  /* text -> id, for ids above 0 */
    GPtrArray *texts; /* of const char *, by id; in the arena */
    GStringChunk *arena;
};

BbNames *
bb_names_new(void)
{
    BbNames *names = g_new(BbNames, 1);
    names->ids = g_hash_table_new(g_str_hash, g_str_equal);
    names->texts = g_ptr_array_new();
    names->arena = g_string_chunk_new(ARENA_BLOCK);
    g_ptr_array_add(names->texts, g_string_chunk_insert(names->arena, ""));
    return names;
}

void
bb_names_free(BbNames *names)
{
    if (names == NULL)
        return;
    g_hash_table_unref(names->ids);
    g_ptr_array_unref(names->texts);
    g_string_chunk_free(names->arena);
    g_free(names);
}

static gboolean
is_blank(const char *text)
{
    return text == NULL || text[0] == '\0';
}

guint32
bb_names_intern(BbNames *names, const char *text)
{
    if (is_blank(text))
        return 0;
    guint32 id = GPOINTER_TO_UINT(g_hash_table_lookup(names->ids, text));
    if (id == 0) {
        id = names->texts->len;
        char *kept = g_string_chunk_insert(names->arena, text);
        g_ptr_array_add(names->texts, kept);
        g_hash_table_insert(names->ids, kept, GUINT_TO_POINTER(id));
    }
    return id;
}

guint32
bb_names_find(const BbNames *names, const char *text)
{
    if (is_blank(text))
        return 0;
    guint32 id = GPOINTER_TO_UINT(g_hash_table_lookup(names->ids, text));
    return id == 0 ? G_MAXUINT32 : id;
}

const char *
bb_names_text(const BbNames *names, guint32 id)
{
    g_assert(id < names->texts->len);
    return g_ptr_array_index(names->texts, id);
}
