/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A table from path to content. What is kept never moves or changes once it is loaded, so threads need
 * no lock to read it. */
#include "sim/base/bb-input-cache.h"

#include "sim/base/bb-error.h"

typedef struct {
    char *name; /* for messages */
    char *sha256;
    GByteArray *bytes; /* NULL: read from disk */
    GError *error;     /* it cannot be read */
} Entry;

struct _BbInputCache {
    GHashTable *entries; /* char * -> Entry */
    gsize most_bytes, n_bytes;
};

static void
free_entry(gpointer data)
{
    Entry *entry = data;
    g_free(entry->name);
    g_free(entry->sha256);
    g_clear_pointer(&entry->bytes, g_byte_array_unref);
    g_clear_error(&entry->error);
    g_free(entry);
}

BbInputCache *
bb_input_cache_new(gsize most_bytes)
{
    BbInputCache *cache = g_new0(BbInputCache, 1);
    cache->entries = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_entry);
    cache->most_bytes = most_bytes;
    return cache;
}

void
bb_input_cache_free(BbInputCache *cache)
{
    if (cache == NULL)
        return;
    g_hash_table_unref(cache->entries);
    g_free(cache);
}

/* Reads to the end, for the hash in any case; keeps the bytes while there is room. */
static gboolean
read_all(const BbInputCache *cache, Entry *entry, BbInput *input)
{
    entry->bytes = g_byte_array_new();
    for (;;) {
        gsize n;
        const char *bytes = bb_input_take(input, &n, &entry->error);
        if (bytes == NULL)
            return FALSE;
        if (n == 0)
            return TRUE;
        if (entry->bytes != NULL && entry->bytes->len + n > cache->most_bytes - cache->n_bytes)
            g_clear_pointer(&entry->bytes, g_byte_array_unref);
        if (entry->bytes != NULL)
            g_byte_array_append(entry->bytes, (const guint8 *)bytes, (guint)n);
    }
}

static Entry *
load(BbInputCache *cache, const char *path)
{
    Entry *entry = g_new0(Entry, 1);
    g_autoptr(BbInput) input = bb_input_open(path, &entry->error);
    g_hash_table_insert(cache->entries, g_strdup(path), entry);
    if (input == NULL)
        return entry;
    entry->name = g_strdup(bb_input_path(input));
    if (!read_all(cache, entry, input))
        return entry;
    if (entry->bytes == NULL && !g_file_test(path, G_FILE_TEST_IS_REGULAR))
        bb_error_input(&entry->error, entry->name, 0, 0,
                       "expected at most %" G_GSIZE_FORMAT
                       " bytes from what can be read only once, found more",
                       cache->most_bytes - cache->n_bytes);
    entry->sha256 = g_strdup(bb_input_sha256(input));
    cache->n_bytes += entry->bytes != NULL ? entry->bytes->len : 0;
    return entry;
}

const char *
bb_input_cache_load(BbInputCache *cache, const char *path, GError **error)
{
    const Entry *entry = g_hash_table_lookup(cache->entries, path);
    if (entry == NULL)
        entry = load(cache, path);
    if (entry->error == NULL)
        return entry->sha256;
    g_propagate_error(error, g_error_copy(entry->error));
    return NULL;
}

static const Entry *
find_kept(const BbInputCache *cache, const char *path)
{
    const Entry *entry = cache != NULL ? g_hash_table_lookup(cache->entries, path) : NULL;
    return entry != NULL && entry->error == NULL && entry->bytes != NULL ? entry : NULL;
}

BbInput *
bb_input_cache_open(const BbInputCache *cache, const char *path, GError **error)
{
    const Entry *kept = find_kept(cache, path);
    if (kept == NULL)
        return bb_input_open(path, error);
    return bb_input_new_from_content(kept->name, kept->bytes->data, kept->bytes->len, kept->sha256);
}

gboolean
bb_input_cache_can_reread(const BbInputCache *cache, const char *path)
{
    return find_kept(cache, path) != NULL || g_file_test(path, G_FILE_TEST_IS_REGULAR);
}
