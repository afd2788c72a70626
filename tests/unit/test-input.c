/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every content is read plain and through each compression, whole, cut short and damaged. */
#include "sim/base/bb-error.h"
#include "sim/base/bb-input.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <lzma.h>
#include <string.h>
#include <unistd.h>
#include <zstd.h>

typedef GByteArray *(*Packer)(const void *bytes, gsize n);

static GByteArray *
pack_plain(const void *bytes, gsize n)
{
    return g_byte_array_append(g_byte_array_new(), bytes, (guint)n);
}

static GByteArray *
pack_gzip(const void *bytes, gsize n)
{
    g_autoptr(GZlibCompressor) gzip = g_zlib_compressor_new(G_ZLIB_COMPRESSOR_FORMAT_GZIP, 6);
    g_autofree guint8 *buffer = g_malloc(n + 1000);
    gsize n_read, n_written, n_done = 0, n_out = 0;
    GConverterResult result;
    do {
        result = g_converter_convert(G_CONVERTER(gzip), (const char *)bytes + n_done, n - n_done,
                                     buffer + n_out, n + 1000 - n_out, G_CONVERTER_INPUT_AT_END,
                                     &n_read, &n_written, NULL);
        g_assert_cmpint(result, !=, G_CONVERTER_ERROR);
        n_done += n_read;
        n_out += n_written;
    } while (result != G_CONVERTER_FINISHED);
    return pack_plain(buffer, n_out);
}

static GByteArray *
pack_xz(const void *bytes, gsize n)
{
    gsize room = lzma_stream_buffer_bound(n), n_out = 0;
    g_autofree guint8 *buffer = g_malloc(room);
    g_assert_cmpint(
        lzma_easy_buffer_encode(0, LZMA_CHECK_CRC32, NULL, bytes, n, buffer, &n_out, room), ==,
        LZMA_OK);
    return pack_plain(buffer, n_out);
}

static GByteArray *
pack_zstd(const void *bytes, gsize n)
{
    gsize room = ZSTD_compressBound(n);
    g_autofree guint8 *buffer = g_malloc(room);
    ZSTD_CCtx *context = ZSTD_createCCtx();
    ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
    gsize n_out = ZSTD_compress2(context, buffer, room, bytes, n);
    ZSTD_freeCCtx(context);
    g_assert_false(ZSTD_isError(n_out));
    return pack_plain(buffer, n_out);
}

static const struct {
    const char *name;
    Packer pack;
} packers[] = {
    {"plain", pack_plain},
    {"gzip", pack_gzip},
    {"xz", pack_xz},
    {"zstd", pack_zstd},
};

/* Text that compresses badly enough to cross the buffers. */
static GString *
make_text(guint n_lines)
{
    g_autoptr(GRand) random = g_rand_new_with_seed(7);
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < n_lines; i++)
        g_string_append_printf(text, "%u,%u,%u\n", g_rand_int(random), g_rand_int(random), i % 7);
    return text;
}

static GString *
take_all(BbInput *input, GError **error)
{
    g_autoptr(GString) all = g_string_new(NULL);
    const char *bytes;
    gsize n = 0;
    while ((bytes = bb_input_take(input, &n, error)) != NULL && n > 0)
        g_string_append_len(all, bytes, (gssize)n);
    return bytes != NULL ? g_steal_pointer(&all) : NULL;
}

static void
check_content(const GByteArray *packed, const char *content, gsize n)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(BbInput) input = bb_input_new_from_bytes("x", packed->data, packed->len);
    GString *all = take_all(input, &error);
    g_autofree char *sha256 =
        g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *)content, n);

    g_assert_no_error(error);
    g_assert_nonnull(all);
    g_assert_cmpuint(all->len, ==, n);
    g_assert_true(memcmp(all->str, content, n) == 0);
    g_assert_cmpstr(bb_input_sha256(input), ==, sha256);
    g_assert_cmpstr(bb_input_sha256(input), ==, sha256);
    g_string_free(all, TRUE);
}

static void
test_contents(void)
{
    static const guint n_lines[] = {0, 1, 2, 3000, 60000};
    for (gsize i = 0; i < G_N_ELEMENTS(n_lines); i++) {
        g_autoptr(GString) text = make_text(n_lines[i]);
        for (gsize j = 0; j < G_N_ELEMENTS(packers); j++) {
            g_autoptr(GByteArray) packed = packers[j].pack(text->str, text->len);
            check_content(packed, text->str, text->len);
        }
    }
}

/* a|empty|b, each member closed by itself, is ab. */
static void
test_concatenated(void)
{
    g_autoptr(GString) a = make_text(30000);
    g_autoptr(GString) whole = g_string_new(a->str);
    g_string_append(whole, "the end\n");
    for (gsize j = 1; j < G_N_ELEMENTS(packers); j++) {
        g_autoptr(GByteArray) packed = packers[j].pack(a->str, a->len);
        g_autoptr(GByteArray) empty = packers[j].pack("", 0);
        g_autoptr(GByteArray) b = packers[j].pack("the end\n", 8);
        g_byte_array_append(packed, empty->data, empty->len);
        g_byte_array_append(packed, b->data, b->len);
        check_content(packed, whole->str, whole->len);
    }
}

static void
test_skippable_frame(void)
{
    g_autoptr(GByteArray) packed = pack_plain("\x50\x2a\x4d\x18\x02\x00\x00\x00zz", 10);
    g_autoptr(GByteArray) frame = pack_zstd("hello\n", 6);
    g_byte_array_append(packed, frame->data, frame->len);
    check_content(packed, "hello\n", 6);
}

static char *
first_error(const guint8 *bytes, gsize n)
{
    g_autoptr(GError) error = NULL, again = NULL;
    g_autoptr(BbInput) input = bb_input_new_from_bytes("x.gz", bytes, n);
    GString *all = take_all(input, &error);
    gsize n_more;

    if (all != NULL) {
        g_string_free(all, TRUE);
        return NULL;
    }
    g_assert_error(error, BB_ERROR, BB_ERROR_INPUT);
    g_assert_null(bb_input_take(input, &n_more, &again));
    g_assert_cmpstr(again->message, ==, error->message);
    return g_strdup(error->message);
}

/* However a stream is cut, it says so; and never reads as whole. */
static void
test_truncated(void)
{
    g_autoptr(GString) text = make_text(100);
    for (gsize j = 1; j < G_N_ELEMENTS(packers); j++) {
        g_autoptr(GByteArray) packed = packers[j].pack(text->str, text->len);
        g_autofree char *expected =
            g_strdup_printf("x.gz: expected more compressed data, found the end of the file "
                            "(truncated %s)",
                            packers[j].name);
        for (guint n = 6; n < packed->len; n++) {
            g_autofree char *message = first_error(packed->data, n);
            g_assert_cmpstr(message, ==, expected);
        }
    }
}

static void
test_damaged(void)
{
    g_autoptr(GString) text = make_text(100);
    for (gsize j = 1; j < G_N_ELEMENTS(packers); j++) {
        g_autoptr(GByteArray) packed = packers[j].pack(text->str, text->len);
        g_autofree char *start =
            g_strdup_printf("x.gz: expected %s data, found a broken stream (", packers[j].name);
        packed->data[packed->len / 2] ^= 0x55;
        g_autofree char *message = first_error(packed->data, packed->len);
        g_assert_nonnull(message);
        g_assert_true(g_str_has_prefix(message, start));
    }
}

static void
test_trailing_garbage(void)
{
    for (gsize j = 1; j < G_N_ELEMENTS(packers); j++) {
        g_autoptr(GByteArray) packed = packers[j].pack("hello\n", 6);
        g_byte_array_append(packed, (const guint8 *)"garbage at the end", 18);
        g_autofree char *message = first_error(packed->data, packed->len);
        g_assert_nonnull(message);
    }
}

static void
test_peek(void)
{
    g_autoptr(GString) text = make_text(60000);
    g_autoptr(GByteArray) packed = pack_gzip(text->str, text->len);
    g_autoptr(BbInput) input = bb_input_new_from_bytes("x", packed->data, packed->len);
    gsize n = 0, at = 0;

    g_assert_true(memcmp(bb_input_peek(input, 4, &n, NULL), text->str, 4) == 0);
    while (at < text->len) {
        const char *bytes = bb_input_peek(input, 65536, &n, NULL);
        g_assert_cmpuint(n, >=, MIN(65536, text->len - at));
        g_assert_true(memcmp(bytes, text->str + at, n) == 0);
        g_assert_true(bb_input_take(input, &n, NULL) != NULL);
        at += n;
    }
    g_assert_nonnull(bb_input_peek(input, 1, &n, NULL));
    g_assert_cmpuint(n, ==, 0);
}

/* The hash is of what was taken, not of what was read ahead. */
static void
test_sha256_so_far(void)
{
    g_autoptr(BbInput) input = bb_input_new_from_bytes("x", "abc\ndef\n", 8);
    g_autofree char *none = g_compute_checksum_for_string(G_CHECKSUM_SHA256, "", 0);
    g_autofree char *first = g_compute_checksum_for_string(G_CHECKSUM_SHA256, "abc\n", 4);
    char *line = NULL;
    gsize n = 0;

    g_assert_nonnull(bb_input_peek(input, 8, &n, NULL));
    g_assert_cmpstr(bb_input_sha256(input), ==, none);
    g_assert_cmpint(bb_input_line(input, 10, &line, &n, NULL), ==, BB_READ_ROW);
    g_assert_cmpstr(bb_input_sha256(input), ==, first);
}

static void
test_lines(void)
{
    static const struct {
        const char *text;
        const char *lines; /* joined by "|", each line followed by one */
    } cases[] = {
        {"", ""},
        {"a", "a|"},
        {"a\n", "a|"},
        {"a\nb", "a|b|"},
        {"\n\n", "||"},
        {"a\r\nb\r\n", "a|b|"},
        {"a\rb\n", "a\rb|"},
        {"\r\n", "|"},
        {"a\n\nb\n", "a||b|"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(BbInput) input =
            bb_input_new_from_bytes("x", cases[i].text, strlen(cases[i].text));
        g_autoptr(GString) joined = g_string_new(NULL);
        char *line = NULL;
        gsize n = 0;
        guint64 number = 0;
        while (bb_input_line(input, 100, &line, &n, NULL) == BB_READ_ROW) {
            g_assert_cmpuint(strlen(line), ==, n);
            g_assert_cmpuint(bb_input_line_number(input), ==, ++number);
            g_string_append_printf(joined, "%s|", line);
        }
        g_assert_cmpstr(joined->str, ==, cases[i].lines);
    }
}

static void
test_lines_across_buffers(void)
{
    g_autoptr(GString) text = make_text(60000);
    g_autoptr(GByteArray) packed = pack_zstd(text->str, text->len);
    g_autoptr(BbInput) input = bb_input_new_from_bytes("x", packed->data, packed->len);
    g_auto(GStrv) lines = g_strsplit(text->str, "\n", -1);
    char *line = NULL;
    gsize n = 0;

    for (gsize i = 0; i < 60000; i++) {
        g_assert_cmpint(bb_input_line(input, 100, &line, &n, NULL), ==, BB_READ_ROW);
        g_assert_cmpstr(line, ==, lines[i]);
    }
    g_assert_cmpint(bb_input_line(input, 100, &line, &n, NULL), ==, BB_READ_END);
    g_assert_cmpint(bb_input_line(input, 100, &line, &n, NULL), ==, BB_READ_END);
}

static void
test_line_too_long(void)
{
    g_autofree char *text = g_strnfill(300 * 1024 + 2, 'x');
    char *line = NULL;
    gsize n = 0;
    text[0] = 'a';
    text[1] = '\n';
    for (gsize i = 0; i < 2; i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(BbInput) input = bb_input_new_from_bytes("x", text, 300 * 1024 + 2);
        gsize max = i == 0 ? 300 * 1024 : 300 * 1024 - 1;
        g_assert_cmpint(bb_input_line(input, max, &line, &n, &error), ==, BB_READ_ROW);
        if (i == 0) {
            g_assert_cmpint(bb_input_line(input, max, &line, &n, &error), ==, BB_READ_ROW);
            g_assert_cmpuint(n, ==, max);
        } else {
            g_assert_cmpint(bb_input_line(input, max, &line, &n, &error), ==, BB_READ_ERROR);
            g_assert_cmpstr(error->message, ==,
                            "x:2: expected a line of at most 307199 bytes, found a longer one");
        }
    }
}

static void
test_nul_in_line(void)
{
    g_autoptr(BbInput) input = bb_input_new_from_bytes("x", "a\0b\n", 4);
    char *line = NULL;
    gsize n = 0;
    g_assert_cmpint(bb_input_line(input, 10, &line, &n, NULL), ==, BB_READ_ROW);
    g_assert_cmpuint(n, ==, 3);
    g_assert_true(memcmp(line, "a\0b", 3) == 0);
}

static void
test_open_errors(void)
{
    g_autofree char *folder = g_dir_make_tmp("bb-input-XXXXXX", NULL);
    g_autofree char *missing = g_build_filename(folder, "missing.csv", NULL);
    g_autofree char *broken = g_build_filename(folder, "broken.gz", NULL);
    const char *paths[] = {missing, folder, broken};
    const char *messages[] = {"cannot be opened: ", "expected a file, found a folder",
                              "expected gzip data, found a broken stream ("};

    g_assert_true(g_file_set_contents(broken, "\x1f\x8bnot gzip", 10, NULL));
    for (gsize i = 0; i < G_N_ELEMENTS(paths); i++) {
        g_autoptr(GError) error = NULL;
        g_autofree char *start = g_strconcat(paths[i], ": ", messages[i], NULL);
        g_assert_null(bb_input_open(paths[i], &error));
        g_assert_error(error, BB_ERROR, BB_ERROR_INPUT);
        g_assert_true(g_str_has_prefix(error->message, start));
    }
    g_unlink(broken);
    g_rmdir(folder);
}

static void
test_unreadable(void)
{
    g_autofree char *path = NULL;
    g_autoptr(GError) error = NULL;
    int fd = g_file_open_tmp("bb-input-XXXXXX", &path, NULL);

    close(fd);
    g_chmod(path, 0);
    if (geteuid() == 0) {
        g_test_skip("root reads everything");
    } else {
        g_assert_null(bb_input_open(path, &error));
        g_assert_error(error, BB_ERROR, BB_ERROR_INPUT);
    }
    g_unlink(path);
}

static void
test_file(void)
{
    g_autoptr(GString) text = make_text(60000);
    g_autofree char *path = NULL;
    g_autoptr(GError) error = NULL;
    int fd = g_file_open_tmp("bb-input-XXXXXX", &path, NULL);
    close(fd);
    for (gsize j = 0; j < G_N_ELEMENTS(packers); j++) {
        g_autoptr(GByteArray) packed = packers[j].pack(text->str, text->len);
        g_assert_true(
            g_file_set_contents(path, (const char *)packed->data, (gssize)packed->len, NULL));
        g_autoptr(BbInput) input = bb_input_open(path, &error);
        g_assert_no_error(error);
        g_assert_cmpstr(bb_input_path(input), ==, path);
        GString *all = take_all(input, NULL);
        g_assert_true(g_string_equal(all, text));
        g_string_free(all, TRUE);
    }
    g_unlink(path);
}

static gpointer
write_slowly(gpointer data)
{
    int fd = GPOINTER_TO_INT(data);
    static const char *const pieces[] = {"a,", "b\n", "c"};
    for (gsize i = 0; i < G_N_ELEMENTS(pieces); i++) {
        g_assert_cmpint(write(fd, pieces[i], strlen(pieces[i])), >, 0);
        g_usleep(5000);
    }
    close(fd);
    return NULL;
}

static void
test_slow_pipe(void)
{
    int fds[2];
    g_assert_cmpint(pipe(fds), ==, 0);
    GThread *thread = g_thread_new("writer", write_slowly, GINT_TO_POINTER(fds[1]));
    g_autofree char *path = g_strdup_printf("/dev/fd/%d", fds[0]);
    g_autoptr(BbInput) input = bb_input_open(path, NULL);
    GString *all = take_all(input, NULL);
    g_assert_cmpstr(all->str, ==, "a,b\nc");
    g_string_free(all, TRUE);
    g_thread_join(thread);
    close(fds[0]);
}

static void
test_standard_input(void)
{
    if (g_test_subprocess()) {
        g_autoptr(BbInput) input = bb_input_open("-", NULL);
        g_assert_cmpstr(bb_input_path(input), ==, "standard input");
        GString *all = take_all(input, NULL);
        g_assert_cmpuint(all->len, ==, 0);
        g_string_free(all, TRUE);
        return;
    }
    /* Standard input of the child is the null device. */
    g_test_trap_subprocess(NULL, 0, 0);
    g_test_trap_assert_passed();
}

/* Lines that grow `ratio` times or so: a byte of noise for each that many. */
static GByteArray *
repeat(gsize n, guint period)
{
    GByteArray *bytes = g_byte_array_sized_new((guint)n);
    guint32 noise = 1;
    g_byte_array_set_size(bytes, (guint)n);
    memset(bytes->data, '0', n);
    for (gsize i = 0; i < n; i += period) {
        noise = noise * 1664525 + 1013904223;
        bytes->data[i] = (guint8)('a' + (noise >> 24) % 26);
    }
    return bytes;
}

static guint64
unpack_all(BbInput *input, GError **error)
{
    guint64 n_taken = 0;
    for (gsize n = 1; n > 0; n_taken += n)
        if (bb_input_take(input, &n, error) == NULL)
            return n_taken;
    return n_taken;
}

#define MIB (1u << 20)

static const struct {
    const char *name;
    GByteArray *(*pack)(const void *bytes, gsize n);
    gsize n;
    guint period;
    const char *error;
} growing[] = {
    {"short", pack_gzip, 64 * MIB, 64 * MIB, NULL},
    {"gzip", pack_gzip, 80 * MIB, 80 * MIB, "gzip"},
    {"zstd", pack_zstd, 80 * MIB, 80 * MIB, "zstd"},
    {"dense", pack_zstd, 80 * MIB, 300, NULL},
};

static void
test_bombs(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(growing); i++) {
        g_autoptr(GByteArray) plain = repeat(growing[i].n, growing[i].period);
        g_autoptr(GByteArray) packed = growing[i].pack(plain->data, plain->len);
        g_autoptr(BbInput) input = bb_input_new_from_bytes("b", packed->data, packed->len);
        g_autoptr(GError) error = NULL;
        guint64 n = unpack_all(input, &error);
        g_test_message("%s: %u bytes of %u", growing[i].name, plain->len, packed->len);
        if (growing[i].error == NULL) {
            g_assert_no_error(error);
            g_assert_cmpuint(n, ==, growing[i].n);
            continue;
        }
        g_autofree char *expected = g_strdup_printf("b: expected at most 1000 bytes from each of "
                                                    "%s, found more after 64 MiB: if this is no "
                                                    "decompression bomb, unpack it into a pipe (-)",
                                                    growing[i].error);
        g_assert_error(error, BB_ERROR, BB_ERROR_INPUT);
        g_assert_cmpstr(error->message, ==, expected);
        g_assert_cmpuint(n, >=, 60 * MIB);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/input/contents", test_contents);
    g_test_add_func("/input/concatenated", test_concatenated);
    g_test_add_func("/input/skippable-frame", test_skippable_frame);
    g_test_add_func("/input/truncated", test_truncated);
    g_test_add_func("/input/damaged", test_damaged);
    g_test_add_func("/input/trailing-garbage", test_trailing_garbage);
    g_test_add_func("/input/peek", test_peek);
    g_test_add_func("/input/sha256-so-far", test_sha256_so_far);
    g_test_add_func("/input/bombs", test_bombs);
    g_test_add_func("/input/lines", test_lines);
    g_test_add_func("/input/lines-across-buffers", test_lines_across_buffers);
    g_test_add_func("/input/line-too-long", test_line_too_long);
    g_test_add_func("/input/nul-in-line", test_nul_in_line);
    g_test_add_func("/input/open-errors", test_open_errors);
    g_test_add_func("/input/unreadable", test_unreadable);
    g_test_add_func("/input/file", test_file);
    g_test_add_func("/input/slow-pipe", test_slow_pipe);
    g_test_add_func("/input/standard-input", test_standard_input);
    return g_test_run();
}
