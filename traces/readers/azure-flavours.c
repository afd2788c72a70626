/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sequences of VM flavours made of the Azure data set of 2017: four small files as one stream, in any
 * order, told apart by their lines.
 *
 *     2,3.5 g              flavour g has 2 cores and 3.5 GiB
 *     300 1                a lifetime of 300 s is in bin 1
 *     600 g,g,|,a,|,       VMs that arrived by 600 s; a bar ends a batch, which is of one tenant
 *     600 U3,U3,|,C36,|,   the bins of their lifetimes; C: still there when the window ended
 *
 * All is read before the first VM is given. A lifetime is the middle of its bin's seconds. */
#include "sim/contract/bb-reader.h"

#include <string.h>

#define LINE_MAX_BYTES (16u << 20)
#define MIB_PER_GIB 1024
#define N_BINS_MAX 1000

typedef struct {
    guint64 number;
    BbTimeUs time_us;
    char *text, *list; /* the line, and what stands behind its time, in it */
} Line;

typedef struct {
    BbTimeUs first_us, last_us; /* seconds of the map that are in it; -1: none */
} Bin;

typedef struct {
    gboolean known;
    gint64 cpu_milli, memory_mib;
} Flavour;

typedef struct {
    Flavour flavours[128];
    Bin bins[N_BINS_MAX];
    guint n_bins;
    BbTimeUs last_mapped_us;
    GPtrArray *arrivals, *lifetimes; /* of Line */
    guint at;                        /* the line of arrivals that is being read */
    const char *flavour, *lifetime;  /* in that line, and in the one of lifetimes */
    guint64 n_vms, n_batches;
    gboolean read;
    char id[32];
    GString *extra;
} State;

static void
free_line(gpointer data)
{
    Line *line = data;
    g_free(line->text);
    g_free(line);
}

/* ---- What a line is ---- */

typedef enum { NOTHING, EMPTY, FLAVOUR, BIN, ARRIVALS, LIFETIMES } LineKind;

static gboolean
is_lifetime(const char *list)
{
    return (list[0] == 'U' || list[0] == 'C') && g_ascii_isdigit(list[1]);
}

static gboolean
is_flavour(const char *list)
{
    return (g_ascii_isalpha(list[0]) || list[0] == '|') && (list[1] == ',' || list[1] == '\0');
}

static LineKind
kind_of(const char *text, const char **out_list)
{
    gsize n = strspn(text, "0123456789"), n_word = strcspn(text, " \t");
    const char *list = text + n_word + strspn(text + n_word, " \t");
    *out_list = list;
    if (n == n_word && *list == '\0')
        return EMPTY;
    if (n > 0 && n < n_word && strspn(text, "0123456789.,") == n_word &&
        memchr(text, ',', n_word) != NULL)
        return g_ascii_isalpha(list[0]) && list[1] == '\0' ? FLAVOUR : NOTHING;
    if (n == 0 || n != n_word)
        return NOTHING;
    if (list[0] != '\0' && strspn(list, "0123456789") == strlen(list))
        return BIN;
    if (is_lifetime(list))
        return LIFETIMES;
    return is_flavour(list) ? ARRIVALS : NOTHING;
}

/* The first line may be cut where the look ahead ends. */
static gboolean
sniff(const char *start, gsize n)
{
    const char *feed = memchr(start, '\n', n), *list;
    g_autofree char *line = g_strndup(start, feed != NULL ? (gsize)(feed - start) : n);
    LineKind kind = kind_of(g_strchomp(line), &list);
    return kind == BIN ? g_str_equal(line, "0 0")
                       : kind == FLAVOUR ||
                             ((kind == ARRIVALS || kind == LIFETIMES) && strchr(list, ',') != NULL);
}

static gboolean
wrong(const BbReader *reader, const Line *line, const char *at, const char *expected,
      GError **error)
{
    g_autofree char *word = g_strndup(at, strcspn(at, ","));
    g_autofree char *found = *word != '\0' ? bb_quote(word) : g_strdup("nothing");
    return bb_error_input(error, bb_input_path(reader->input), line->number,
                          (guint64)(at - line->text) + 1, "expected %s, found %s", expected, found);
}

/* ---- The maps ---- */

static gboolean
read_flavour(BbReader *reader, const Line *line, GError **error)
{
    State *state = reader->state;
    Flavour *flavour = &state->flavours[(guint8)line->list[0] & 127];
    const char *comma = strchr(line->text, ','), *expected = NULL;
    g_autofree char *cores = g_strndup(line->text, (gsize)(comma - line->text));
    g_autofree char *gib = g_strndup(comma + 1, strcspn(comma + 1, " \t"));
    double value;
    if (!bb_parse_cpu(cores, &flavour->cpu_milli, &expected))
        return wrong(reader, line, line->text, expected, error);
    if (!bb_parse_double(gib, 0, 1e6, &value, &expected))
        return wrong(reader, line, comma + 1, expected, error);
    if (flavour->known)
        return wrong(reader, line, line->list, "each flavour once", error);
    flavour->known = TRUE;
    flavour->memory_mib = (gint64)(value * MIB_PER_GIB + 0.5);
    if (flavour->cpu_milli == 0 || flavour->memory_mib == 0)
        bb_reader_find(reader, BB_WARNING, "empty-vm", line->number,
                       "a flavour of no core or no memory: its VMs fit beside anything");
    return TRUE;
}

static gboolean
read_bin(BbReader *reader, const Line *line, GError **error)
{
    State *state = reader->state;
    gint64 index;
    if (!bb_parse_int(line->list, 0, N_BINS_MAX - 1, &index, NULL))
        return wrong(reader, line, line->list, "a bin below 1000", error);
    Bin *bin = &state->bins[index];
    if (line->time_us <= state->last_mapped_us && state->n_bins > 0)
        return wrong(reader, line, line->text, "more seconds than in the line above", error);
    if (index + 1 < state->n_bins || index > state->n_bins)
        return wrong(reader, line, line->list, "the bin of the line above, or the next", error);
    if (index == state->n_bins) {
        state->n_bins++;
        bin->first_us = line->time_us;
    }
    bin->last_us = state->last_mapped_us = line->time_us;
    return TRUE;
}

/* ---- The file ---- */

static gboolean
take_line(BbReader *reader, Line *line, LineKind kind, GError **error)
{
    if (kind == FLAVOUR)
        return read_flavour(reader, line, error);
    g_autofree char *time = g_strndup(line->text, strspn(line->text, "0123456789"));
    const char *expected = NULL;
    if (!bb_parse_seconds(time, FALSE, &line->time_us, &expected))
        return wrong(reader, line, line->text, expected, error);
    return kind != BIN || read_bin(reader, line, error);
}

/* Takes the line. */
static gboolean
read_line(BbReader *reader, Line *line, GError **error)
{
    State *state = reader->state;
    const char *list;
    LineKind kind = kind_of(line->text, &list);
    line->list = line->text + (list - line->text);
    gboolean fine = kind == EMPTY;
    if (kind == NOTHING)
        wrong(reader, line, line->text,
              "\"cores,GiB flavour\", \"seconds bin\", \"seconds g,|,..\" or \"seconds U3,|,..\"",
              error);
    else if (kind != EMPTY)
        fine = take_line(reader, line, kind, error);
    if (fine && (kind == ARRIVALS || kind == LIFETIMES))
        g_ptr_array_add(kind == ARRIVALS ? state->arrivals : state->lifetimes, line);
    else
        free_line(line);
    return fine;
}

/* What is missing is said where it is first needed. */
static gboolean
check_parts(BbReader *reader, GError **error)
{
    State *state = reader->state;
    const Line *first = state->arrivals->len > 0 ? state->arrivals->pdata[0] : NULL;
    if (first == NULL)
        return bb_error_input(error, bb_input_path(reader->input), 0, 0,
                              "expected lines of arrivals (\"300 g,|,..\"), found none");
    if (state->lifetimes->len > 0 && state->lifetimes->len != state->arrivals->len)
        return bb_error_input(error, bb_input_path(reader->input), first->number, 0,
                              "expected as many lines of lifetimes as of arrivals, %u, found %u",
                              state->arrivals->len, state->lifetimes->len);
    if (state->lifetimes->len > 0 && state->n_bins == 0)
        return bb_error_input(error, bb_input_path(reader->input),
                              ((Line *)state->lifetimes->pdata[0])->number, 0,
                              "expected a map of bins (\"300 1\") in the stream, found none: cat "
                              "the map, flavours, arrivals and lifetimes together");
    if (state->lifetimes->len == 0)
        bb_reader_find(reader, BB_WARNING, "no-lifetimes", first->number,
                       "arrivals without lifetimes: all VMs run to the end");
    return TRUE;
}

static gboolean
read_all(BbReader *reader, GError **error)
{
    for (;;) {
        char *text;
        gsize n;
        BbReadResult result = bb_input_line(reader->input, LINE_MAX_BYTES, &text, &n, error);
        if (result != BB_READ_ROW)
            return result == BB_READ_END && check_parts(reader, error);
        if (memchr(text, '\0', n) != NULL)
            return bb_error_input(error, bb_input_path(reader->input),
                                  bb_input_line_number(reader->input), strlen(text) + 1,
                                  "expected text, found a NUL byte");
        Line *line = g_new0(Line, 1);
        line->number = bb_input_line_number(reader->input);
        line->text = g_strchomp(g_strndup(text, n));
        if (!read_line(reader, line, error))
            return FALSE;
    }
}

static gboolean
open_stream(BbReader *reader, GError **error)
{
    State *state = reader->state;
    (void)error;
    state->arrivals = g_ptr_array_new_with_free_func(free_line);
    state->lifetimes = g_ptr_array_new_with_free_func(free_line);
    state->extra = g_string_new(NULL);
    reader->meta.extra_columns = "x_flavour,x_lifetime_bin,x_batch";
    return TRUE;
}

/* ---- VMs ---- */

static const Line *
line_at(const GPtrArray *lines, guint i)
{
    return i < lines->len ? lines->pdata[i] : NULL;
}

/* Goes on to the next line of arrivals, and the one of lifetimes beside it; FALSE with *error NULL:
 * there is none. */
static gboolean
next_line(BbReader *reader, GError **error)
{
    State *state = reader->state;
    if (state->flavour != NULL)
        state->at++;
    const Line *arrivals = line_at(state->arrivals, state->at);
    const Line *lifetimes = line_at(state->lifetimes, state->at);
    if (arrivals == NULL)
        return FALSE;
    state->flavour = arrivals->list;
    state->lifetime = lifetimes != NULL ? lifetimes->list : NULL;
    state->n_batches++;
    if (lifetimes == NULL || lifetimes->time_us == arrivals->time_us)
        return TRUE;
    g_autoptr(GString) expected = g_string_new("the time of the arrivals, ");
    bb_append_seconds(expected, arrivals->time_us);
    return wrong(reader, lifetimes, lifetimes->text, expected->str, error);
}

static void
skip_word(const char **at)
{
    if (*at == NULL)
        return;
    *at += strcspn(*at, ",");
    *at += **at == ',';
}

static gboolean
read_size(BbReader *reader, BbJobRow *out, GError **error)
{
    State *state = reader->state;
    const Line *line = line_at(state->arrivals, state->at);
    const char *name = state->flavour;
    const Flavour *flavour = &state->flavours[(guint8)*name & 127];
    if (!g_ascii_isalpha(*name) || (name[1] != ',' && name[1] != '\0'))
        return wrong(reader, line, name, "a letter or a bar", error);
    if (!flavour->known)
        return wrong(reader, line, name, "a flavour of the stream's map (\"2,3.5 g\")", error);
    out->need.v[BB_CPU] = flavour->cpu_milli;
    out->need.v[BB_MEMORY] = flavour->memory_mib;
    g_string_printf(state->extra, "%c,", *name);
    return TRUE;
}

static void
note_lifetime(BbReader *reader, const Line *line, const BbJobRow *row, gboolean beyond)
{
    if (beyond)
        bb_reader_find(reader, BB_NOTE, "beyond-last-bin", line->number,
                       "lifetimes beyond the last bin of the map: taken for its last second");
    if (row->runtime_us == BB_TIME_NEVER)
        bb_reader_find(reader, BB_NOTE, "censored-lifetime", line->number,
                       "VMs that were there when the window ended: they run to the end");
    if (row->runtime_us == 0)
        bb_reader_find(reader, BB_NOTE, "zero-runtime", line->number,
                       "VMs of less than one interval: they end the instant they start");
}

static gboolean
read_lifetime(BbReader *reader, BbJobRow *out, GError **error)
{
    State *state = reader->state;
    const char *text = state->lifetime;
    if (text == NULL)
        return TRUE;
    const Line *line = line_at(state->lifetimes, state->at);
    g_autofree char *word = g_strndup(text, strcspn(text, ","));
    gint64 index;
    if (!is_lifetime(word) || !bb_parse_int(word + 1, 0, N_BINS_MAX - 1, &index, NULL))
        return wrong(reader, line, text, "U or C and a bin below 1000, as an arrival has", error);
    gboolean beyond = index >= state->n_bins;
    const Bin *bin = &state->bins[beyond ? state->n_bins - 1 : (guint)index];
    out->logged_run_us = beyond ? bin->last_us : (bin->first_us + bin->last_us) / 2;
    if (*word == 'U')
        out->runtime_us = out->logged_run_us;
    g_string_append(state->extra, word);
    note_lifetime(reader, line, out, beyond);
    return TRUE;
}

/* A bar in one line must be one in the other. */
static gboolean
take_bar(BbReader *reader, GError **error)
{
    State *state = reader->state;
    if (state->lifetime != NULL &&
        !(*state->lifetime == '|' && (state->lifetime[1] == ',' || state->lifetime[1] == '\0')))
        return wrong(reader, line_at(state->lifetimes, state->at), state->lifetime,
                     "a bar, as among the arrivals", error);
    state->n_batches++;
    skip_word(&state->flavour);
    skip_word(&state->lifetime);
    return TRUE;
}

/* Goes to the next VM; FALSE with *error NULL: there is none. */
static gboolean
find_vm(BbReader *reader, GError **error)
{
    State *state = reader->state;
    for (;;) {
        if (state->flavour == NULL || *state->flavour == '\0') {
            if (state->lifetime != NULL && *state->lifetime != '\0')
                return wrong(reader, line_at(state->lifetimes, state->at), state->lifetime,
                             "no more lifetimes than arrivals", error);
            if (!next_line(reader, error))
                return FALSE;
        } else if (*state->flavour != '|') {
            return TRUE;
        } else if (!take_bar(reader, error)) {
            return FALSE;
        }
    }
}

static BbReadResult
next_job(BbReader *reader, BbJobRow *out, GError **error)
{
    State *state = reader->state;
    g_autoptr(GError) problem = NULL;
    if (!state->read && !read_all(reader, error))
        return BB_READ_ERROR;
    state->read = TRUE;
    if (!find_vm(reader, &problem)) {
        if (problem == NULL)
            return BB_READ_END;
        g_propagate_error(error, g_steal_pointer(&problem));
        return BB_READ_ERROR;
    }
    const Line *line = line_at(state->arrivals, state->at);
    reader->n_records++;
    g_snprintf(state->id, sizeof state->id, "%" G_GUINT64_FORMAT, ++state->n_vms);
    out->id = state->id;
    out->line = line->number;
    out->kind = BB_VM;
    out->logged_tasks = 1;
    out->submit_us = line->time_us;
    if (!read_size(reader, out, error) || !read_lifetime(reader, out, error))
        return BB_READ_ERROR;
    g_string_append_printf(state->extra, ",%" G_GUINT64_FORMAT, state->n_batches);
    out->extra = state->extra->str;
    skip_word(&state->flavour);
    skip_word(&state->lifetime);
    return BB_READ_ROW;
}

static void
close_stream(BbReader *reader)
{
    State *state = reader->state;
    g_clear_pointer(&state->arrivals, g_ptr_array_unref);
    g_clear_pointer(&state->lifetimes, g_ptr_array_unref);
    if (state->extra != NULL)
        g_string_free(state->extra, TRUE);
}

const BbReaderClass bb_reader_azure_flavours = {
    .name = "azure-flavours",
    .summary =
        "Azure 2017 as sequences of flavours with binned lifetimes: four files as one stream",
    .source = "https://github.com/huaweicloud/trace_generation_rnn, INPUT.md",
    .reads = BB_READS_JOBS,
    .state_size = sizeof(State),
    .sniff = sniff,
    .open = open_stream,
    .next_job = next_job,
    .close = close_stream,
};
