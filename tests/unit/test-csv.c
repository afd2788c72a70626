/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/base/bb-csv.h"
#include "sim/base/bb-error.h"

#include <csv.h>
#include <gio/gio.h>
#include <string.h>

typedef struct {
    const char *name;
    const char *text;
    gsize n; /* 0: strlen */
    char delimiter;
    const char *rows; /* "LINE:field|field|" a row, each ended by ";" */
    const char *error;
} Case;

#define COMMA 0, ','

static const Case cases[] = {
    {"empty", "", COMMA, "", NULL},
    {"blank lines only", "\n  \n\t\r\n", COMMA, "", NULL},
    {"simple", "a,b\n1,2\n", COMMA, "1:a|b|;2:1|2|;", NULL},
    {"no last newline", "a,b\n1,2", COMMA, "1:a|b|;2:1|2|;", NULL},
    {"carriage returns", "a,b\r\n1,2\r\n", COMMA, "1:a|b|;2:1|2|;", NULL},
    {"last carriage return", "a,b\r", COMMA, "1:a|b|;", NULL},
    {"blank lines count", "\na\n\n \nb\n\n", COMMA, "2:a|;5:b|;", NULL},
    {"empty fields", ",\n,,\n", COMMA, "1:||;2:|||;", NULL},
    {"trimmed", " a , b\t\n", COMMA, "1:a|b|;", NULL},
    {"quoted blanks stay", "\" a \", b\n", COMMA, "1: a |b|;", NULL},
    {"quoted delimiter", "\"a,b\",c\n", COMMA, "1:a,b|c|;", NULL},
    {"quoted quote", "\"a\"\"b\",c\n", COMMA, "1:a\"b|c|;", NULL},
    {"quoted empty", "\"\"\n", COMMA, "1:|;", NULL},
    {"quoted newline", "a,\"b\nc\",d\n\ne\n", COMMA, "1:a|b\nc|d|;4:e|;", NULL},
    {"quoted blank lines", "\"\n\n\",d\ne\n", COMMA, "1:\n\n|d|;4:e|;", NULL},
    {"quoted carriage returns", "\"a\rb\r\nc\",d\r\ne", COMMA, "1:a\rb\r\nc|d|;3:e|;", NULL},
    {"quoted to the end", "a,\"b\"", COMMA, "1:a|b|;", NULL},
    {"byte order mark",
     "\xef\xbb\xbf"
     "a,b\n",
     COMMA, "1:a|b|;", NULL},
    {"byte order mark only", "\xef\xbb\xbf", COMMA, "", NULL},
    {"semicolons", "a;b,c\n", 0, ';', "1:a|b,c|;", NULL},
    {"tabs", "a\t\tb c \n\t\n", 0, '\t', "1:a||b c|;2:||;", NULL},
    {"bytes above 127", "\xff,\xc3\xa9\n", COMMA, "1:\xff|\xc3\xa9|;", NULL},

    {"open quote", "a,b\n1,\"2\n3\n", COMMA, "1:a|b|;",
     "x.csv:2:3: expected a closing quote, found the end of the file"},
    {"open quote after an escaped one", "1,\"2\"\"3", COMMA, "",
     "x.csv:1:3: expected a closing quote, found the end of the file"},
    {"only a quote", "\"", COMMA, "",
     "x.csv:1:1: expected a closing quote, found the end of the file"},
    {"stray quote", "a,b\n1,2\"3\n", COMMA, "1:a|b|;",
     "x.csv:2:4: expected quotes round a whole field, found a quote inside one"},
    {"text after quote", "a,\"b\"c\n", COMMA, "",
     "x.csv:1:6: expected a delimiter after the closing quote, found \"c\""},
    {"text after quote on a later line", "a,\"b\nbb\"c\n", COMMA, "",
     "x.csv:2:4: expected a delimiter after the closing quote, found \"c\""},
    {"column after a byte order mark",
     "\xef\xbb\xbf"
     "a\"\n",
     COMMA, "", "x.csv:1:2: expected quotes round a whole field, found a quote inside one"},
    {"NUL", "a\nb\0c\n", 6, ',', "1:a|;", "x.csv:2:2: expected text, found a NUL byte"},
    {"NUL in quotes", "\"a\nb\0c\"\n", 8, ',', "", "x.csv:2:2: expected text, found a NUL byte"},
    {"lone carriage return at the end", "a\rb", COMMA, "",
     "x.csv:1: expected a line feed at the end of the row, found a lone carriage return"},
    {"lone carriage return", "a\rb\n", COMMA, "",
     "x.csv:1: expected a line feed at the end of the row, found a lone carriage return"},
};

/* The rows as in Case; the error, if any, goes to *out_error. */
static char *
read_all(BbInput *input, char delimiter, GError **out_error)
{
    g_autoptr(BbCsv) csv = bb_csv_new(input, delimiter);
    GString *rows = g_string_new(NULL);
    BbReadResult result;
    while ((result = bb_csv_next(csv, out_error)) == BB_READ_ROW) {
        g_string_append_printf(rows, "%" G_GUINT64_FORMAT ":", bb_csv_line(csv));
        for (guint i = 0; i < bb_csv_n_fields(csv); i++)
            g_string_append_printf(rows, "%s|", bb_csv_field(csv, i));
        g_string_append_c(rows, ';');
    }
    g_assert_cmpint(bb_csv_next(csv, NULL), ==, BB_READ_END);
    return g_string_free(rows, FALSE);
}

static void
test_rows(gconstpointer data)
{
    const Case *c = data;
    gsize n = c->n > 0 ? c->n : strlen(c->text);
    g_autoptr(BbInput) input = bb_input_new_from_bytes("x.csv", c->text, n);
    g_autoptr(GError) error = NULL;
    g_autofree char *rows = read_all(input, c->delimiter, &error);

    g_assert_cmpstr(rows, ==, c->rows);
    g_assert_cmpstr(error != NULL ? error->message : NULL, ==, c->error);
    if (error != NULL)
        g_assert_error(error, BB_ERROR, BB_ERROR_INPUT);
}

static void
test_columns(void)
{
    static const char text[] = "a,  b,\"c,\n\"\"c\", d,e\n";
    static const guint64 columns[] = {1, 5, 7, 7, 9};
    g_autoptr(BbInput) input = bb_input_new_from_bytes("x.csv", text, strlen(text));
    g_autoptr(BbCsv) csv = bb_csv_new(input, ',');
    g_autoptr(GError) error = NULL;

    g_assert_cmpint(bb_csv_next(csv, NULL), ==, BB_READ_ROW);
    g_assert_cmpuint(bb_csv_n_fields(csv), ==, 5);
    for (guint i = 0; i < 5; i++)
        g_assert_cmpuint(bb_csv_column(csv, i), ==, columns[i]);
    g_assert_false(bb_csv_error(csv, 3, "runtime_s", "a number", &error));
    g_assert_cmpstr(error->message, ==,
                    "x.csv:2:7: column \"runtime_s\": expected a number, found \"d\"");
}

static void
test_error_without_name(void)
{
    g_autoptr(BbInput) input = bb_input_new_from_bytes("x.csv", "a,,b", 4);
    g_autoptr(BbCsv) csv = bb_csv_new(input, ',');
    g_autoptr(GError) error = NULL;
    g_assert_cmpint(bb_csv_next(csv, NULL), ==, BB_READ_ROW);
    g_assert_false(bb_csv_error(csv, 1, NULL, "a number", &error));
    g_assert_cmpstr(error->message, ==, "x.csv:1:3: expected a number, found nothing");
}

static void
test_header(void)
{
    static const BbCsvColumn columns[] = {
        {"job_id", TRUE}, {"submit_s", TRUE}, {"runtime_s", FALSE}, {NULL, FALSE}};
    static const struct {
        const char *text;
        gint index[3];
        const char *error;
    } headers[] = {
        {"job_id,submit_s,runtime_s\n", {0, 1, 2}, NULL},
        {"submit_s,x_note,job_id\n", {2, 0, -1}, NULL},
        {"\n\"job_id\",submit_s", {0, 1, -1}, NULL},
        {"", {0}, "x.csv: expected a header row, found an empty file"},
        {"\n\n", {0}, "x.csv: expected a header row, found an empty file"},
        {"job_id,runtime_s\n", {0}, "x.csv:1: expected a column \"submit_s\", found none"},
        {"job_id,submit_s,runtme_s\n",
         {0},
         "x.csv:1:17: expected a known column, found \"runtme_s\"; did you mean \"runtime_s\"?"},
        {"job_id,submit_s,colour\n", {0}, "x.csv:1:17: expected a known column, found \"colour\""},
        {"job_id,submit_s,\n", {0}, "x.csv:1:17: expected a known column, found \"\""},
        {"job_id,submit_s,job_id\n",
         {0},
         "x.csv:1:17: expected each column once, found \"job_id\""},
        {"x_a,job_id,submit_s,x_a\n", {0}, "x.csv:1:21: expected each column once, found \"x_a\""},
        {"\"job_id\n", {0}, "x.csv:1:1: expected a closing quote, found the end of the file"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(headers); i++) {
        g_autoptr(BbInput) input =
            bb_input_new_from_bytes("x.csv", headers[i].text, strlen(headers[i].text));
        g_autoptr(BbCsv) csv = bb_csv_new(input, ',');
        g_autoptr(GError) error = NULL;
        gint index[3];
        g_assert_cmpint(bb_csv_header(csv, columns, "x_", index, &error), ==,
                        headers[i].error == NULL);
        g_assert_cmpstr(error != NULL ? error->message : NULL, ==, headers[i].error);
        for (guint c = 0; error == NULL && c < 3; c++)
            g_assert_cmpint(index[c], ==, headers[i].index[c]);
    }
}

static void
test_nothing_is_carried_without_a_prefix(void)
{
    static const BbCsvColumn columns[] = {{"a", FALSE}, {NULL, FALSE}};
    g_autoptr(BbInput) input = bb_input_new_from_bytes("x.csv", "a,x_b", 5);
    g_autoptr(BbCsv) csv = bb_csv_new(input, ',');
    gint index[1];
    g_assert_false(bb_csv_header(csv, columns, NULL, index, NULL));
}

static void
test_width(void)
{
    static const BbCsvColumn columns[] = {{"a", FALSE}, {"b", FALSE}, {NULL, FALSE}};
    static const char text[] = "a,b\n1,2\n1\n1,2,3\n";
    static const char *const messages[] = {
        NULL,
        "x.csv:3: expected 2 fields as in the header, found 1",
        "x.csv:4: expected 2 fields as in the header, found 3",
    };
    g_autoptr(BbInput) input = bb_input_new_from_bytes("x.csv", text, strlen(text));
    g_autoptr(BbCsv) csv = bb_csv_new(input, ',');
    gint index[2];

    g_assert_true(bb_csv_header(csv, columns, NULL, index, NULL));
    for (gsize i = 0; i < G_N_ELEMENTS(messages); i++) {
        g_autoptr(GError) error = NULL;
        g_assert_cmpint(bb_csv_next(csv, NULL), ==, BB_READ_ROW);
        g_assert_cmpint(bb_csv_check_width(csv, &error), ==, messages[i] == NULL);
        g_assert_cmpstr(error != NULL ? error->message : NULL, ==, messages[i]);
    }
}

static void
test_limits(void)
{
    static const struct {
        gsize before, n, after; /* "a," and then n times x, after more fields of 1000 */
        gboolean quoted;
        const char *error;
    } limits[] = {
        {2, 65536, 0, FALSE, NULL},
        {2, 65536, 0, TRUE, NULL},
        {2, 65537, 0, FALSE, "x.csv:1:3: expected a field of at most 64 KiB, found a longer one"},
        {2, 300000, 0, FALSE, "x.csv:1:3: expected a field of at most 64 KiB, found a longer one"},
        {2, 10, 1000, FALSE, NULL},
        {2, 10, 1100, FALSE, "x.csv:1: expected a row of at most 1 MiB, found a longer one"},
        {2, 1100000, 0, TRUE, "x.csv:1:3: expected a closing quote, found none within 1 MiB"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(limits); i++) {
        g_autoptr(GString) text = g_string_new("a,");
        g_autofree char *field = g_strnfill(limits[i].n, 'x');
        g_autofree char *other = g_strnfill(1000, 'y');
        g_string_append_printf(text, limits[i].quoted ? "\"%s\"" : "%s", field);
        for (gsize j = 0; j < limits[i].after; j++)
            g_string_append_printf(text, ",%s", other);
        g_string_append(text, "\n");
        g_autoptr(BbInput) input = bb_input_new_from_bytes("x.csv", text->str, text->len);
        g_autoptr(BbCsv) csv = bb_csv_new(input, ',');
        g_autoptr(GError) error = NULL;
        BbReadResult result = bb_csv_next(csv, &error);
        g_assert_cmpstr(error != NULL ? error->message : NULL, ==, limits[i].error);
        g_assert_cmpint(result, ==, error != NULL ? BB_READ_ERROR : BB_READ_ROW);
        if (error == NULL)
            g_assert_cmpuint(strlen(bb_csv_field(csv, 1)), ==, limits[i].n);
    }
}

/* Rows cross the chunks of the input at every offset; places and fields stay right. */
static void
test_across_chunks(void)
{
    enum { N = 40000 };
    g_autoptr(GString) text = g_string_new(NULL);
    for (guint i = 0; i < N; i++)
        g_string_append_printf(text, "%u,\"q%u\nz\",%u\n", i, i * 7, i % 3);
    g_autoptr(BbInput) input = bb_input_new_from_bytes("x.csv", text->str, text->len);
    g_autoptr(BbCsv) csv = bb_csv_new(input, ',');

    for (guint i = 0; i < N; i++) {
        g_autofree char *first = g_strdup_printf("%u", i);
        g_autofree char *second = g_strdup_printf("q%u\nz", i * 7);
        g_assert_cmpint(bb_csv_next(csv, NULL), ==, BB_READ_ROW);
        g_assert_cmpuint(bb_csv_line(csv), ==, 2 * i + 1);
        g_assert_cmpstr(bb_csv_field(csv, 0), ==, first);
        g_assert_cmpstr(bb_csv_field(csv, 1), ==, second);
        g_assert_cmpuint(bb_csv_column(csv, 1), ==, strlen(first) + 2);
        g_assert_cmpuint(bb_csv_column(csv, 2), ==, 4);
    }
    g_assert_cmpint(bb_csv_next(csv, NULL), ==, BB_READ_END);
}

/* The carriage return is the last byte of a chunk, the line feed the first of the next. */
static void
test_return_between_chunks(void)
{
    g_autofree char *field = g_strnfill(65535, 'x');
    g_autofree char *text = g_strconcat(field, "\r\na\r\n", NULL);
    g_autoptr(BbInput) input = bb_input_new_from_bytes("x.csv", text, strlen(text));
    g_autoptr(BbCsv) csv = bb_csv_new(input, ',');

    g_assert_cmpint(bb_csv_next(csv, NULL), ==, BB_READ_ROW);
    g_assert_cmpuint(strlen(bb_csv_field(csv, 0)), ==, 65535);
    g_assert_cmpuint(bb_csv_column(csv, 0), ==, 1);
    g_assert_cmpint(bb_csv_next(csv, NULL), ==, BB_READ_ROW);
    g_assert_cmpuint(bb_csv_line(csv), ==, 2);
    g_assert_cmpstr(bb_csv_field(csv, 0), ==, "a");
    g_assert_cmpint(bb_csv_next(csv, NULL), ==, BB_READ_END);
}

/* The rows of the second text have one field more. */
static void
compare_plain(const GString *plain, const GString *quoted, char delimiter)
{
    g_autoptr(BbInput) a_input = bb_input_new_from_bytes("a", plain->str, plain->len);
    g_autoptr(BbInput) b_input = bb_input_new_from_bytes("b", quoted->str, quoted->len);
    g_autoptr(BbCsv) a = bb_csv_new(a_input, delimiter), b = bb_csv_new(b_input, delimiter);
    BbReadResult result;
    do {
        result = bb_csv_next(a, NULL);
        g_assert_cmpint(result, ==, bb_csv_next(b, NULL));
        if (result != BB_READ_ROW)
            continue;
        g_assert_cmpuint(bb_csv_line(a), ==, bb_csv_line(b));
        g_assert_cmpuint(bb_csv_n_fields(a) + 1, ==, bb_csv_n_fields(b));
        for (guint i = 0; i < bb_csv_n_fields(a); i++) {
            g_assert_cmpstr(bb_csv_field(a, i), ==, bb_csv_field(b, i));
            g_assert_cmpuint(bb_csv_column(a, i), ==, bb_csv_column(b, i));
        }
    } while (result == BB_READ_ROW);
    g_assert_cmpint(result, ==, BB_READ_END);
}

/* Rows without quotes take a short way. The same rows with one more field in quotes take libcsv's:
 * what stands before it must be the same. */
static void
test_plain_rows(void)
{
    static const char *const bytes[] = {"a",        "b", " ", "\t", ",", ";",         "xyz",
                                        "\xc3\xa9", "+", "!", "|",  "-", "0123456789"};
    for (guint round = 0; round < 3000; round++) {
        g_autoptr(GString) plain = g_string_new(NULL), quoted = g_string_new(NULL);
        char delimiter = ",;\t|"[round % 4];
        for (gint rows = g_test_rand_int_range(0, 6); rows > 0; rows--) {
            g_autoptr(GString) row = g_string_new(NULL);
            g_autofree char *stripped = NULL;
            for (gint n = g_test_rand_int_range(0, 8); n > 0; n--)
                g_string_append(row, bytes[g_test_rand_int_range(0, G_N_ELEMENTS(bytes))]);
            const char *feed = g_test_rand_bit() ? "\n" : "\r\n";
            stripped = g_strstrip(g_strdup(row->str));
            gboolean blank = *stripped == '\0' && strchr(row->str, delimiter) == NULL;
            g_string_append_printf(plain, "%s%s", row->str, feed);
            if (blank)
                g_string_append(quoted, feed);
            else
                g_string_append_printf(quoted, "%s%c\"\"%s", row->str, delimiter, feed);
        }
        compare_plain(plain, quoted, delimiter);
    }
}

/* What libcsv alone makes of a text: each field ended by '\n', each row by '\f'. */
static void
twin_field(void *text, size_t n, void *data)
{
    g_string_append_len(data, text, (gssize)n);
    g_string_append_c(data, '\n');
}

static void
twin_row(int end, void *data)
{
    (void)end;
    g_string_append_c(data, '\f');
}

static gboolean
read_twin(const GString *text, char delimiter, GString *out)
{
    struct csv_parser parser;
    csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI);
    csv_set_delim(&parser, (guchar)delimiter);
    gboolean fine =
        csv_parse(&parser, text->str, text->len, twin_field, twin_row, out) == text->len &&
        csv_fini(&parser, twin_field, twin_row, out) == 0;
    csv_free(&parser);
    return fine;
}

static gboolean
read_ours(const GString *text, char delimiter, GString *out)
{
    g_autoptr(BbInput) input = bb_input_new_from_bytes("x.csv", text->str, text->len);
    g_autoptr(BbCsv) csv = bb_csv_new(input, delimiter);
    BbReadResult result;
    while ((result = bb_csv_next(csv, NULL)) == BB_READ_ROW) {
        const guint32 *offsets;
        const char *fields = bb_csv_fields(csv, &offsets);
        for (guint i = 0; i < bb_csv_n_fields(csv); i++) {
            g_assert_true(bb_csv_field(csv, i) == fields + offsets[i]);
            g_string_append(out, fields + offsets[i]);
            g_string_append_c(out, '\n');
        }
        g_string_append_c(out, '\f');
    }
    return result == BB_READ_END;
}

/* The same rows as libcsv alone, or both refuse the text: short ones with everything in them, and some
 * that are longer than a chunk of the input. */
static void
test_against_libcsv(void)
{
    static const char *const bytes[] = {
        "a",  "-1.5", " ",    "\t", ",",        ";",        ",",          "|",  "\n",
        "\n", "\r\n", "\"\"", "\"", "\"x,\n\"", "\xc3\xa9", "0123456789", "+!", "z\x7f",
    };
    guint n_fine = 0, n_bad = 0;
    for (guint round = 0; round < 20000; round++) {
        g_autoptr(GString) text = g_string_new(NULL);
        g_autoptr(GString) twin = g_string_new(NULL), ours = g_string_new(NULL);
        char delimiter = ",;\t|"[round % 4];
        gsize n_long = round % 2000 == 0 ? 600 * 1024 : 0;
        do {
            for (gint n = g_test_rand_int_range(0, 30); n > 0; n--) {
                guint b = (guint)g_test_rand_int_range(0, G_N_ELEMENTS(bytes));
                if (strchr(bytes[b], '"') == NULL ||
                    g_test_rand_int_range(0, n_long > 0 ? 2000 : 4) == 0)
                    g_string_append(text, bytes[b]);
            }
        } while (text->len < n_long);
        gboolean fine = read_ours(text, delimiter, ours);
        g_assert_cmpint(fine, ==, read_twin(text, delimiter, twin));
        if (fine)
            g_assert_cmpstr(ours->str, ==, twin->str);
        n_fine += fine ? 1 : 0;
        n_bad += fine ? 0 : 1;
    }
    g_assert_cmpuint(n_fine, >, 1000);
    g_assert_cmpuint(n_bad, >, 1000);
}

/* Behind the last bytes of a stream lie those of an earlier chunk, and count for nothing. */
static void
test_last_row_is_open(void)
{
    g_autoptr(GString) text = g_string_new(NULL);
    while (text->len < 256 * 1024)
        g_string_append(text, "abc\n");
    for (guint n = 1; n < 20; n++) {
        g_autoptr(GString) twin = g_string_new(NULL), ours = g_string_new(NULL);
        g_string_append_c(text, "xy\n"[n % 3]);
        g_assert_true(read_ours(text, ',', ours));
        g_assert_true(read_twin(text, ',', twin));
        g_assert_cmpstr(ours->str, ==, twin->str);
    }
}

static void
test_broken_input(void)
{
    g_autoptr(BbInput) input = bb_input_new_from_bytes("x.gz", "\x1f\x8b\x08\x00", 4);
    g_autoptr(GError) error = NULL;
    g_autoptr(BbCsv) csv = bb_csv_new(input, ',');
    g_assert_cmpint(bb_csv_next(csv, &error), ==, BB_READ_ERROR);
    g_assert_cmpstr(error->message, ==,
                    "x.gz: expected more compressed data, found the end of the file "
                    "(truncated gzip)");
}

static void
test_append_field(void)
{
    static const struct {
        const char *text, *written;
    } fields[] = {
        {"", ""},
        {"a b", "a b"},
        {"a,b", "\"a,b\""},
        {"a\"b", "\"a\"\"b\""},
        {"a\nb", "\"a\nb\""},
        {"a\rb", "\"a\rb\""},
        {" a", "\" a\""},
        {"a\t", "\"a\t\""},
        {"a;b", "a;b"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(fields); i++) {
        g_autoptr(GString) out = g_string_new("x,");
        bb_csv_append_field(out, fields[i].text);
        g_assert_cmpstr(out->str + 2, ==, fields[i].written);
        g_autoptr(BbInput) input = bb_input_new_from_bytes("x.csv", out->str, out->len);
        g_autoptr(BbCsv) csv = bb_csv_new(input, ',');
        g_assert_cmpint(bb_csv_next(csv, NULL), ==, BB_READ_ROW);
        g_assert_cmpstr(bb_csv_field(csv, 1), ==, fields[i].text);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strconcat("/csv/rows/", cases[i].name, NULL);
        g_strdelimit(path, " ", '-');
        g_test_add_data_func(path, &cases[i], test_rows);
    }
    g_test_add_func("/csv/against-libcsv", test_against_libcsv);
    g_test_add_func("/csv/last-row-is-open", test_last_row_is_open);
    g_test_add_func("/csv/columns", test_columns);
    g_test_add_func("/csv/error-without-name", test_error_without_name);
    g_test_add_func("/csv/header", test_header);
    g_test_add_func("/csv/no-carried-prefix", test_nothing_is_carried_without_a_prefix);
    g_test_add_func("/csv/width", test_width);
    g_test_add_func("/csv/limits", test_limits);
    g_test_add_func("/csv/across-chunks", test_across_chunks);
    g_test_add_func("/csv/return-between-chunks", test_return_between_chunks);
    g_test_add_func("/csv/plain-rows", test_plain_rows);
    g_test_add_func("/csv/broken-input", test_broken_input);
    g_test_add_func("/csv/append-field", test_append_field);
    return g_test_run();
}
