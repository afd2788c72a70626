/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files read once: the same bytes and hash as from disk, whatever happens to the file meanwhile. */
#include "sim/base/bb-input-cache.h"

#include "sim/base/bb-error.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>

typedef struct {
    char *path;
} Fixture;

static void
fixture_setup(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    int fd = g_file_open_tmp("bb-cache-XXXXXX", &f->path, NULL);
    g_assert_cmpint(fd, >=, 0);
    g_close(fd, NULL);
}

static void
fixture_teardown(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    g_unlink(f->path);
    g_free(f->path);
}

static void
put(const Fixture *f, const char *text)
{
    g_assert_true(g_file_set_contents(f->path, text, -1, NULL));
}

static char *
sha256(const char *text)
{
    return g_compute_checksum_for_string(G_CHECKSUM_SHA256, text, -1);
}

static void
check_content(const BbInputCache *cache, const char *path, const char *text)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(BbInput) input = bb_input_cache_open(cache, path, &error);
    g_autoptr(GString) content = g_string_new(NULL);
    g_autofree char *hash = sha256(text);
    gsize n = 1;
    g_assert_no_error(error);
    while (n > 0) {
        const char *bytes = bb_input_take(input, &n, &error);
        g_assert_no_error(error);
        g_string_append_len(content, bytes, (gssize)n);
    }
    g_assert_cmpstr(content->str, ==, text);
    g_assert_cmpstr(bb_input_sha256(input), ==, hash);
    g_assert_cmpstr(bb_input_path(input), ==, path);
}

static void
check_loaded(BbInputCache *cache, const char *path, const char *text)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *hash = sha256(text);
    const char *loaded = bb_input_cache_load(cache, path, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(loaded, ==, hash);
}

static void
test_kept(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(BbInputCache) cache = bb_input_cache_new(1000);
    put(f, "hello");
    check_loaded(cache, f->path, "hello");
    put(f, "other");
    check_loaded(cache, f->path, "hello");
    check_content(cache, f->path, "hello");
    check_content(cache, f->path, "hello");
    check_content(NULL, f->path, "other");
    g_unlink(f->path);
    g_assert_true(bb_input_cache_can_reread(cache, f->path));
    g_assert_false(bb_input_cache_can_reread(NULL, f->path));
    check_content(cache, f->path, "hello");
}

/* A file that found no room is hashed all the same. */
static void
test_no_room(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    for (gsize room = 4; room <= 5; room++) {
        g_autoptr(BbInputCache) cache = bb_input_cache_new(room);
        put(f, "hello");
        check_loaded(cache, f->path, "hello");
        put(f, "other");
        check_content(cache, f->path, room < 5 ? "other" : "hello");
    }
}

static void
test_not_loaded(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(BbInputCache) cache = bb_input_cache_new(1000);
    put(f, "");
    check_content(cache, f->path, "");
    check_loaded(cache, f->path, "");
    put(f, "x");
    check_content(cache, f->path, "");
}

/* Decompressed once; bytes that look compressed themselves are content. */
static void
test_compressed(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(BbInputCache) cache = bb_input_cache_new(1000);
    g_autoptr(GZlibCompressor) gzip = g_zlib_compressor_new(G_ZLIB_COMPRESSOR_FORMAT_GZIP, -1);
    const char text[] = "\x1f\x8b no gzip";
    char packed[200];
    gsize n_read, n;
    GConverterResult result =
        g_converter_convert(G_CONVERTER(gzip), text, strlen(text), packed, sizeof packed,
                            G_CONVERTER_INPUT_AT_END, &n_read, &n, NULL);
    g_assert_cmpint(result, ==, G_CONVERTER_FINISHED);
    g_assert_true(g_file_set_contents(f->path, packed, (gssize)n, NULL));
    check_content(NULL, f->path, text);
    check_loaded(cache, f->path, text);
    check_content(cache, f->path, text);
}

static void
test_missing(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(BbInputCache) cache = bb_input_cache_new(1000);
    g_unlink(f->path);
    for (guint i = 0; i < 2; i++) {
        g_autoptr(GError) error = NULL;
        g_assert_null(bb_input_cache_load(cache, f->path, &error));
        g_assert_error(error, BB_ERROR, BB_ERROR_INPUT);
        put(f, "too late");
    }
}

static void
add(const char *path, void (*func)(Fixture *, gconstpointer))
{
    g_test_add(path, Fixture, NULL, fixture_setup, func, fixture_teardown);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    add("/input-cache/kept", test_kept);
    add("/input-cache/no-room", test_no_room);
    add("/input-cache/not-loaded", test_not_loaded);
    add("/input-cache/compressed", test_compressed);
    add("/input-cache/missing", test_missing);
    return g_test_run();
}
