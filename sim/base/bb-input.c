/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two buffers: `raw` holds what the file gave, `data` what it means. A step function turns one into
 * the other (a copy, or one of three decompressors); all differ only there. A stream may end where
 * no member is open, anywhere else it is truncated. Bytes are hashed late, in large pieces, just
 * before they leave `data`. */
#include "sim/base/bb-input.h"

#include "sim/base/bb-error.h"
#include "sim/base/bb-sha256.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <lzma.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

#define DATA_SIZE (256 * 1024)
#define RAW_SIZE (64 * 1024)
#define MAX_WANTED (64 * 1024)
/* `xz -9` needs 65 MiB; a crafted header could ask for 4 GiB. */
#define XZ_MEMORY (G_GUINT64_CONSTANT(256) << 20)
/* A stream that grows more than that, once it is that long, was made to. gzip cannot grow 1032 times
 * by more than a little; logs grow 5 to 25 times. */
#define BOMB_RATIO 1000
#define BOMB_BYTES (G_GUINT64_CONSTANT(64) << 20)

typedef enum { PLAIN, GZIP, XZ, ZSTD } Format;

struct _BbInput {
    char *path;
    int fd; /* -1: the bytes below */
    gboolean owns_fd;
    const guint8 *bytes;
    gsize n_bytes;

    guint8 *raw;
    gsize raw_begin, raw_end;
    gboolean raw_ended;

    Format format;
    gboolean in_member; /* compressed bytes of an unfinished member were read */
    guint64 n_packed, n_unpacked;
    GConverter *gzip;
    lzma_stream xz;
    ZSTD_DCtx *zstd;

    char *data;
    gsize hashed, begin, end; /* data[hashed, begin): taken; [begin, end): there */
    gboolean ended;
    GError *broken; /* said again by every later call */

    BbSha256 *sha256;
    gboolean unhashed;
    char *hex;
    GString *line;
    guint64 line_number;
    gboolean line_ended; /* the last line had its newline */
};

static BbInput *
input_new(const char *name, int fd)
{
    BbInput *input = g_new0(BbInput, 1);
    input->path = g_strdup(name);
    input->fd = fd;
    input->raw = g_malloc(RAW_SIZE);
    input->data = g_malloc0(DATA_SIZE + BB_INPUT_PADDING);
    input->sha256 = bb_sha256_new();
    input->line = g_string_new(NULL);
    input->xz = (lzma_stream)LZMA_STREAM_INIT;
    return input;
}

void
bb_input_free(BbInput *input)
{
    if (input == NULL)
        return;
    if (input->owns_fd)
        close(input->fd);
    g_clear_object(&input->gzip);
    lzma_end(&input->xz);
    ZSTD_freeDCtx(input->zstd);
    g_clear_error(&input->broken);
    bb_sha256_free(input->sha256);
    g_string_free(input->line, TRUE);
    g_free(input->hex);
    g_free(input->data);
    g_free(input->raw);
    g_free(input->path);
    g_free(input);
}

static gboolean
read_failed(const BbInput *input, GError **error)
{
    int code = errno;
    if (code == EINTR)
        return bb_error_set(error, BB_ERROR_INTERRUPTED, "%s: interrupted while reading",
                            input->path);
    return bb_error_input(error, input->path, 0, 0, "cannot be read: %s", g_strerror(code));
}

static gsize
read_bytes(BbInput *input, guint8 *to, gsize room)
{
    gsize n = MIN(room, input->n_bytes);
    if (n > 0) {
        memcpy(to, input->bytes, n);
        input->bytes += n;
        input->n_bytes -= n;
    }
    return n;
}

/* Adds to raw once, where there is room. */
static gboolean
fill_raw(BbInput *input, GError **error)
{
    guint8 *to = input->raw + input->raw_end;
    gsize room = RAW_SIZE - input->raw_end;
    gssize n = input->fd >= 0 ? read(input->fd, to, room) : (gssize)read_bytes(input, to, room);

    if (n < 0)
        return read_failed(input, error);
    input->raw_end += (gsize)n;
    input->raw_ended = n == 0;
    return TRUE;
}

static const char *
format_name(const BbInput *input)
{
    static const char *const names[] = {"plain", "gzip", "xz", "zstd"};
    return names[input->format];
}

static gboolean
decode_failed(const BbInput *input, const char *why, GError **error)
{
    return bb_error_input(error, input->path, 0, 0, "expected %s data, found a broken stream (%s)",
                          format_name(input), why);
}

static gboolean
step_gzip(BbInput *input, gsize *out_n, GError **error)
{
    g_autoptr(GError) reason = NULL;
    gsize n_read = 0;
    GConverterResult result = g_converter_convert(
        input->gzip, input->raw + input->raw_begin, input->raw_end - input->raw_begin,
        input->data + input->end, DATA_SIZE - input->end,
        input->raw_ended ? G_CONVERTER_INPUT_AT_END : G_CONVERTER_NO_FLAGS, &n_read, out_n,
        &reason);

    if (result == G_CONVERTER_ERROR) {
        /* It needs more than is there. */
        if (g_error_matches(reason, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT))
            return TRUE;
        return decode_failed(input, reason->message, error);
    }
    input->raw_begin += n_read;
    input->in_member = result != G_CONVERTER_FINISHED;
    if (result == G_CONVERTER_FINISHED)
        g_converter_reset(input->gzip);
    return TRUE;
}

static const char *
xz_reason(lzma_ret code)
{
    if (code == LZMA_MEMLIMIT_ERROR)
        return "it needs more than 256 MiB";
    if (code == LZMA_FORMAT_ERROR)
        return "not an xz header";
    return "its check fails";
}

static gboolean
step_xz(BbInput *input, gsize *out_n, GError **error)
{
    lzma_stream *xz = &input->xz;
    xz->next_in = input->raw + input->raw_begin;
    xz->avail_in = input->raw_end - input->raw_begin;
    xz->next_out = (guint8 *)input->data + input->end;
    xz->avail_out = DATA_SIZE - input->end;
    lzma_ret code = lzma_code(xz, input->raw_ended ? LZMA_FINISH : LZMA_RUN);

    if (code != LZMA_OK && code != LZMA_STREAM_END && code != LZMA_BUF_ERROR)
        return decode_failed(input, xz_reason(code), error);
    input->raw_begin = input->raw_end - xz->avail_in;
    *out_n = DATA_SIZE - input->end - xz->avail_out;
    input->in_member = code != LZMA_STREAM_END;
    return TRUE;
}

static gboolean
step_zstd(BbInput *input, gsize *out_n, GError **error)
{
    ZSTD_inBuffer in = {input->raw, input->raw_end, input->raw_begin};
    ZSTD_outBuffer out = {input->data, DATA_SIZE, input->end};
    gsize code = ZSTD_decompressStream(input->zstd, &out, &in);

    if (ZSTD_isError(code))
        return decode_failed(input, ZSTD_getErrorName(code), error);
    /* Called at the end of a frame without input, it would ask for the next frame. */
    if (in.pos > input->raw_begin || out.pos > input->end)
        input->in_member = code != 0;
    input->raw_begin = in.pos;
    *out_n = out.pos - input->end;
    return TRUE;
}

static gboolean
step_plain(BbInput *input, gsize *out_n)
{
    *out_n = MIN(input->raw_end - input->raw_begin, DATA_SIZE - input->end);
    memcpy(input->data + input->end, input->raw + input->raw_begin, *out_n);
    input->raw_begin += *out_n;
    return TRUE;
}

static gboolean
step(BbInput *input, gsize *out_n, GError **error)
{
    switch (input->format) {
    case GZIP:
        return step_gzip(input, out_n, error);
    case XZ:
        return step_xz(input, out_n, error);
    case ZSTD:
        return step_zstd(input, out_n, error);
    case PLAIN:
        break;
    }
    return step_plain(input, out_n);
}

static gboolean
check_growth(const BbInput *input, GError **error)
{
    if (input->format == PLAIN || input->n_unpacked <= BOMB_BYTES ||
        input->n_unpacked / BOMB_RATIO <= input->n_packed)
        return TRUE;
    return bb_error_input(
        error, input->path, 0, 0,
        "expected at most %d bytes from each of %s, found more after %" G_GUINT64_FORMAT
        " MiB: if this is no decompression bomb, unpack it into a pipe (-)",
        BOMB_RATIO, format_name(input), BOMB_BYTES >> 20);
}

/* After a step without result at the end of the file: is it a legal end? */
static gboolean
finish(BbInput *input, GError **error)
{
    if (input->in_member)
        return bb_error_input(
            error, input->path, 0, 0,
            "expected more compressed data, found the end of the file (truncated %s)",
            format_name(input));
    input->ended = TRUE;
    return TRUE;
}

/* Adds at least one byte to data, or finds the end. */
static gboolean
fill_data(BbInput *input, GError **error)
{
    for (gsize n = 0; n == 0 && !input->ended;) {
        gsize raw_before = input->raw_end - input->raw_begin;
        gboolean raw_ended = input->raw_ended;
        if (!step(input, &n, error))
            return FALSE;
        input->end += n;
        input->n_unpacked += n;
        input->n_packed += raw_before - (input->raw_end - input->raw_begin);
        if (!check_growth(input, error))
            return FALSE;
        if (n > 0 || input->raw_end - input->raw_begin != raw_before)
            continue;
        if (raw_ended)
            return finish(input, error);
        memmove(input->raw, input->raw + input->raw_begin, raw_before);
        input->raw_begin = 0;
        input->raw_end = raw_before;
        if (!fill_raw(input, error))
            return FALSE;
    }
    return TRUE;
}

static void
hash_taken(BbInput *input)
{
    if (input->begin > input->hashed && !input->unhashed)
        bb_sha256_update(input->sha256, input->data + input->hashed, input->begin - input->hashed);
    input->hashed = input->begin;
}

static gboolean
fill_to(BbInput *input, gsize n_wanted, GError **error)
{
    if (input->end - input->begin >= n_wanted || input->ended)
        return TRUE;
    hash_taken(input);
    memmove(input->data, input->data + input->begin, input->end - input->begin);
    input->end -= input->begin;
    input->hashed = input->begin = 0;
    while (input->broken == NULL && !input->ended && input->end < n_wanted)
        fill_data(input, &input->broken);
    /* What came before the break is still good. */
    if (input->broken != NULL && input->end == 0) {
        g_propagate_error(error, g_error_copy(input->broken));
        return FALSE;
    }
    return TRUE;
}

static gboolean
sniff(BbInput *input, GError **error)
{
    static const guint8 gzip[] = {0x1f, 0x8b}, xz[] = {0xfd, '7', 'z', 'X', 'Z', 0};
    const guint8 *raw = input->raw;

    while (!input->raw_ended && input->raw_end < sizeof xz)
        if (!fill_raw(input, error))
            return FALSE;
    if (input->raw_end >= sizeof gzip && memcmp(raw, gzip, sizeof gzip) == 0) {
        input->format = GZIP;
        input->gzip = G_CONVERTER(g_zlib_decompressor_new(G_ZLIB_COMPRESSOR_FORMAT_GZIP));
    } else if (input->raw_end >= sizeof xz && memcmp(raw, xz, sizeof xz) == 0) {
        input->format = XZ;
        if (lzma_stream_decoder(&input->xz, XZ_MEMORY, LZMA_CONCATENATED) != LZMA_OK)
            return decode_failed(input, "no decoder", error);
    } else if (input->raw_end >= 4 &&
               ((raw[0] == 0x28 && memcmp(raw + 1, "\xb5\x2f\xfd", 3) == 0) ||
                /* A skippable frame, which pzstd begins with. */
                ((raw[0] & 0xf0) == 0x50 && memcmp(raw + 1, "\x2a\x4d\x18", 3) == 0))) {
        input->format = ZSTD;
        input->zstd = ZSTD_createDCtx();
    }
    return TRUE;
}

static BbInput *
open_file(const char *path, GError **error)
{
    gboolean standard = strcmp(path, "-") == 0;
    int fd = standard ? STDIN_FILENO : g_open(path, O_RDONLY | O_CLOEXEC, 0);
    struct stat info;

    if (fd < 0) {
        bb_error_input(error, path, 0, 0, "cannot be opened: %s", g_strerror(errno));
        return NULL;
    }
    g_autoptr(BbInput) input = input_new(standard ? "standard input" : path, fd);
    input->owns_fd = !standard;
    if (fstat(fd, &info) == 0 && S_ISDIR(info.st_mode)) {
        bb_error_input(error, input->path, 0, 0, "expected a file, found a folder");
        return NULL;
    }
    return g_steal_pointer(&input);
}

BbInput *
bb_input_open(const char *path, GError **error)
{
    g_autoptr(BbInput) input = open_file(path, error);
    if (input == NULL || !sniff(input, error))
        return NULL;
    if (input->format != PLAIN && !fill_to(input, 1, error))
        return NULL;
    return g_steal_pointer(&input);
}

BbInput *
bb_input_new_from_bytes(const char *name, const void *bytes, gsize n_bytes)
{
    BbInput *input = input_new(name, -1);
    input->bytes = bytes;
    input->n_bytes = n_bytes;
    sniff(input, &input->broken);
    return input;
}

BbInput *
bb_input_new_from_content(const char *name, const void *bytes, gsize n_bytes, const char *sha256)
{
    BbInput *input = input_new(name, -1);
    input->bytes = bytes;
    input->n_bytes = n_bytes;
    input->unhashed = TRUE;
    input->hex = g_strdup(sha256);
    return input;
}

const char *
bb_input_path(const BbInput *input)
{
    return input->path;
}

const char *
bb_input_peek(BbInput *input, gsize n_wanted, gsize *out_n, GError **error)
{
    g_assert(n_wanted <= MAX_WANTED);
    if (!fill_to(input, n_wanted, error))
        return NULL;
    *out_n = input->end - input->begin;
    return input->data + input->begin;
}

const char *
bb_input_take(BbInput *input, gsize *out_n, GError **error)
{
    const char *bytes = bb_input_peek(input, 1, out_n, error);
    if (bytes != NULL)
        input->begin = input->end;
    return bytes;
}

BbReadResult
bb_input_line(BbInput *input, gsize max_bytes, char **out_line, gsize *out_n, GError **error)
{
    const char *end = NULL;
    gsize n_taken = 0;

    g_string_truncate(input->line, 0);
    do {
        gsize n;
        const char *bytes = bb_input_peek(input, 1, &n, error);
        if (bytes == NULL)
            return BB_READ_ERROR;
        if (n == 0)
            break;
        end = memchr(bytes, '\n', n);
        gsize n_piece = end != NULL ? (gsize)(end - bytes) : n;
        if (n_piece > max_bytes - MIN(input->line->len, max_bytes)) {
            bb_error_input(error, input->path, input->line_number + 1, 0,
                           "expected a line of at most %" G_GSIZE_FORMAT
                           " bytes, found a longer one",
                           max_bytes);
            return BB_READ_ERROR;
        }
        g_string_append_len(input->line, bytes, (gssize)n_piece);
        input->begin += n_piece + (end != NULL ? 1 : 0);
        n_taken += n;
    } while (end == NULL);

    if (n_taken == 0)
        return BB_READ_END;
    if (end != NULL && input->line->len > 0 && input->line->str[input->line->len - 1] == '\r')
        g_string_truncate(input->line, input->line->len - 1);
    input->line_number++;
    input->line_ended = end != NULL;
    *out_line = input->line->str;
    *out_n = input->line->len;
    return BB_READ_ROW;
}

guint64
bb_input_line_number(const BbInput *input)
{
    return input->line_number;
}

gboolean
bb_input_line_ended(const BbInput *input)
{
    return input->line_ended;
}

double
bb_input_progress(const BbInput *input)
{
    struct stat status;
    off_t at = input->fd < 0 ? -1 : lseek(input->fd, 0, SEEK_CUR);
    if (at < 0 || fstat(input->fd, &status) != 0 || status.st_size <= 0)
        return -1;
    return MIN((double)at / (double)status.st_size, 1.0);
}

void
bb_input_skip_hash(BbInput *input)
{
    input->unhashed = TRUE;
}

const char *
bb_input_sha256(BbInput *input)
{
    g_return_val_if_fail(!input->unhashed || input->hex != NULL, NULL);
    if (input->unhashed)
        return input->hex;
    hash_taken(input);
    g_free(input->hex);
    input->hex = bb_sha256_hex(input->sha256);
    return input->hex;
}
