/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bench-read HOW FILE [ROWS]: nanoseconds of user time a row of a job trace, and the number of rows,
 * stopping after ROWS. HOW: lines (its line feeds, by memchr: the floor), input (its bytes, decompressed
 * and hashed), libcsv (its fields, cut by libcsv alone), csv (the same by BbCsv), jobs (the rows of
 * the native reader), inflate (a .gz by zlib alone). */
#include "sim/contract/bb-reader.h"
#include "traces/bb-traces.h"

#include <csv.h>
#include <gio/gio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define BLOCK_SIZE (256 * 1024)

typedef struct {
    guint64 rows, fields, limit;
} Count;

static guint64
count_feeds(const char *text, gsize n)
{
    guint64 feeds = 0;
    for (const char *end = text + n; (text = memchr(text, '\n', (gsize)(end - text))) != NULL;
         text++)
        feeds++;
    return feeds;
}

static gboolean
each_block(const char *path, Count *count, gboolean (*use)(gpointer data, char *block, gsize n),
           gpointer data)
{
    g_autofree char *block = g_malloc(BLOCK_SIZE);
    FILE *stream = fopen(path, "re");
    gboolean fine = stream != NULL;
    for (gsize n;
         fine && count->rows < count->limit && (n = fread(block, 1, BLOCK_SIZE, stream)) > 0;)
        fine = use(data, block, n);
    if (stream != NULL)
        fclose(stream);
    return fine;
}

static gboolean
use_lines(gpointer data, char *block, gsize n)
{
    ((Count *)data)->rows += count_feeds(block, n);
    return TRUE;
}

static gboolean
read_lines(const char *path, Count *count, GError **error)
{
    (void)error;
    return each_block(path, count, use_lines, count);
}

typedef struct {
    struct csv_parser parser;
    Count *count;
} Libcsv;

static void
on_field(void *text, size_t n, void *data)
{
    (void)text;
    (void)n;
    ((Count *)data)->fields++;
}

static void
on_row(int end, void *data)
{
    (void)end;
    ((Count *)data)->rows++;
}

static gboolean
use_libcsv(gpointer data, char *block, gsize n)
{
    Libcsv *libcsv = data;
    return csv_parse(&libcsv->parser, block, n, on_field, on_row, libcsv->count) == n;
}

static gboolean
read_libcsv(const char *path, Count *count, GError **error)
{
    Libcsv libcsv = {.count = count};
    (void)error;
    csv_init(&libcsv.parser, CSV_STRICT | CSV_STRICT_FINI | CSV_APPEND_NULL);
    gboolean fine = each_block(path, count, use_libcsv, &libcsv);
    csv_free(&libcsv.parser);
    return fine;
}

static gboolean
read_inflate(const char *path, Count *count, GError **error)
{
    g_autoptr(GFile) file = g_file_new_for_path(path);
    g_autoptr(GInputStream) raw = G_INPUT_STREAM(g_file_read(file, NULL, error));
    if (raw == NULL)
        return FALSE;
    g_autoptr(GConverter) zlib =
        G_CONVERTER(g_zlib_decompressor_new(G_ZLIB_COMPRESSOR_FORMAT_GZIP));
    g_autoptr(GInputStream) stream = g_converter_input_stream_new(raw, zlib);
    g_autofree char *block = g_malloc(BLOCK_SIZE);
    gssize n;
    while ((n = g_input_stream_read(stream, block, BLOCK_SIZE, NULL, error)) > 0)
        count->rows += count_feeds(block, (gsize)n);
    return n == 0;
}

static gboolean
read_input(const char *path, Count *count, GError **error)
{
    g_autoptr(BbInput) input = bb_input_open(path, error);
    const char *bytes = NULL;
    gsize n = 1;
    while (input != NULL && n > 0 && (bytes = bb_input_take(input, &n, error)) != NULL)
        count->rows += count_feeds(bytes, n);
    return bytes != NULL;
}

static gboolean
read_csv(const char *path, Count *count, GError **error)
{
    g_autoptr(BbInput) input = bb_input_open(path, error);
    if (input == NULL)
        return FALSE;
    g_autoptr(BbCsv) csv = bb_csv_new(input, ',');
    BbReadResult result = BB_READ_ROW;
    while (count->rows < count->limit && (result = bb_csv_next(csv, error)) == BB_READ_ROW) {
        count->rows++;
        count->fields += bb_csv_n_fields(csv);
    }
    return result != BB_READ_ERROR;
}

static gboolean
read_jobs(const char *path, Count *count, GError **error)
{
    g_autoptr(BbReader) reader = bb_reader_open(bb_reader_classes, path, "jobs", error);
    BbReadResult result = reader != NULL ? BB_READ_ROW : BB_READ_ERROR;
    BbJobRow row;
    while (reader != NULL && count->rows < count->limit &&
           (result = bb_reader_next_job(reader, &row, error)) == BB_READ_ROW)
        count->rows++;
    return result != BB_READ_ERROR;
}

static const struct {
    const char *name;
    gboolean (*read)(const char *path, Count *count, GError **error);
} ways[] = {
    {"lines", read_lines}, {"input", read_input}, {"libcsv", read_libcsv},
    {"csv", read_csv},     {"jobs", read_jobs},   {"inflate", read_inflate},
};

static double
user_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

int
main(int argc, char **argv)
{
    g_autoptr(GError) error = NULL;
    Count count = {.limit = argc > 3 ? strtoull(argv[3], NULL, 10) : G_MAXUINT64};
    for (gsize i = 0; argc > 2 && i < G_N_ELEMENTS(ways); i++) {
        if (strcmp(argv[1], ways[i].name) != 0)
            continue;
        double begin = user_s();
        if (!ways[i].read(argv[2], &count, &error)) {
            fprintf(stderr, "bench-read: %s\n", error != NULL ? error->message : argv[2]);
            return 1;
        }
        printf("%.2f %" G_GUINT64_FORMAT "\n", (user_s() - begin) / (double)count.rows * 1e9,
               count.rows);
        return 0;
    }
    fputs("usage: bench-read lines|input|libcsv|csv|jobs|inflate FILE [ROWS]\n", stderr);
    return 2;
}
