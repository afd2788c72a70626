/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A native trace streams. A foreign one streams too where a first reading finds it in order; else, and
 * where it cannot be read twice, its rows are kept and sorted. Ids are checked in the order of the
 * file, so that the second use is the one that is refused. */
#include "sim/lab/bb-workload.h"

#include "sim/lab/bb-id-set.h"
#include "sim/lab/bb-thin.h"
#include "sim/model/bb-row-store.h"

#define PPM 1000000

struct _BbWorkload {
    char *name, *path, *text_sha256, *warning;
    BbReader *reader;       /* NULL: a generator */
    BbGenerator *generator; /* NULL: a trace */
    BbIdSet *ids;
    BbRowStore *store; /* NULL: streams */
    guint position;    /* in the store */
    BbWorkloadChange change;
    char *class_name;
    BbThin *thin;           /* NULL: all jobs stay */
    BbLifetimes *lifetimes; /* of residual, once the first row was asked for */
    gboolean started;
    BbTimeUs first_us, latest_us; /* as in the trace */
    guint64 n_jobs, n_rows;       /* given, and read for that */
    char *id;                     /* of the last row of a generator, for errors */
    guint64 line;
};

static BbWorkload *
workload_new(const char *path, const char *name)
{
    BbWorkload *workload = g_new0(BbWorkload, 1);
    workload->path = g_strdup(path);
    workload->name = g_strdup(name);
    workload->change = (BbWorkloadChange){.kind = -1, .scale_ppm = PPM};
    return workload;
}

void
bb_workload_free(BbWorkload *workload)
{
    if (workload == NULL)
        return;
    bb_reader_free(workload->reader);
    bb_generator_free(workload->generator);
    bb_id_set_free(workload->ids);
    bb_row_store_free(workload->store);
    bb_thin_free(workload->thin);
    bb_lifetimes_free(workload->lifetimes);
    g_free(workload->name);
    g_free(workload->path);
    g_free(workload->text_sha256);
    g_free(workload->warning);
    g_free(workload->class_name);
    g_free(workload->id);
    g_free(workload);
}

/* ---- Rows as the file has them ---- */

static gboolean refuse(const BbWorkload *workload, const char *column, GError **error,
                       const char *format, ...) G_GNUC_PRINTF(4, 5);

static gboolean
refuse(const BbWorkload *workload, const char *column, GError **error, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    g_autofree char *message = g_strdup_vprintf(format, args);
    va_end(args);
    return bb_workload_error(workload, column, error, message);
}

/* Jobs can only come after jobs that the trace has told of already. */
static gboolean
check_after(const BbWorkload *workload, const BbJobRow *row, GError **error)
{
    if (row->after == NULL || row->after[0] == '\0')
        return TRUE;
    g_auto(GStrv) ids = g_strsplit(row->after, ";", -1);
    for (guint i = 0; ids[i] != NULL; i++) {
        const char *id = g_strstrip(ids[i]);
        if (bb_id_set_has(workload->ids, id))
            continue;
        g_autofree char *quoted = bb_quote(id);
        return refuse(workload, "after", error,
                      "column \"after\": expected ids of jobs that stand before this one, found %s",
                      quoted);
    }
    return TRUE;
}

static gboolean
check_row(BbWorkload *workload, const BbJobRow *row, GError **error)
{
    workload->line = row->line;
    if (!check_after(workload, row, error))
        return FALSE;
    if (!bb_id_set_add(workload->ids, row->id)) {
        g_autofree char *quoted = bb_quote(row->id);
        return refuse(workload, "job_id", error,
                      "expected an id that was not there before, found %s", quoted);
    }
    if (bb_reader_must_be_sorted(workload->reader) && row->submit_us < workload->latest_us) {
        g_autoptr(GString) found = g_string_new(NULL), least = g_string_new(NULL);
        bb_append_seconds(found, row->submit_us);
        bb_append_seconds(least, workload->latest_us);
        return refuse(workload, "submit_s", error,
                      "column \"submit_s\": expected at least %s, as the row before, found %s; "
                      "breakbulk trace convert --sort puts a trace in order",
                      least->str, found->str);
    }
    workload->latest_us = row->submit_us;
    return TRUE;
}

static void
append_warning(BbWorkload *workload, const char *text)
{
    char *old = workload->warning;
    workload->warning = old == NULL ? g_strdup_printf("%s: %s", workload->path, text)
                                    : g_strdup_printf("%s; %s", old, text);
    g_free(old);
}

/* What lint calls an error the user is told in any case. */
static void
warn_of_errors(BbWorkload *workload)
{
    const GPtrArray *findings = workload->reader->findings;
    for (guint i = 0; i < findings->len; i++) {
        const BbFinding *finding = findings->pdata[i];
        if (finding->severity == BB_LINT_ERROR)
            append_warning(workload, finding->message);
    }
}

static BbReadResult
read_row(BbWorkload *workload, BbJobRow *out, GError **error)
{
    gboolean was_finished = workload->reader->finished;
    BbReadResult result = bb_reader_next_job(workload->reader, out, error);
    if (result == BB_READ_END && !was_finished)
        warn_of_errors(workload);
    if (result == BB_READ_ROW && !check_row(workload, out, error))
        return BB_READ_ERROR;
    return result;
}

/* ---- Order ---- */

static gboolean
read_all(BbWorkload *workload, GError **error)
{
    BbJobRow row;
    BbReadResult result;
    workload->store = bb_row_store_new();
    while ((result = read_row(workload, &row, error)) == BB_READ_ROW)
        bb_row_store_add(workload->store, &row);
    if (result == BB_READ_ERROR)
        return FALSE;
    guint64 n = bb_row_store_n_disordered(workload->store);
    if (n > 0) {
        g_autofree char *text = g_strdup_printf(
            "%" G_GUINT64_FORMAT
            " of %u jobs were submitted before the one above them, sorted by submit time",
            n, bb_row_store_n(workload->store));
        append_warning(workload, text);
    }
    bb_row_store_sort(workload->store);
    return TRUE;
}

static gboolean
rows_in_order(BbReader *reader)
{
    BbJobRow row;
    BbTimeUs latest_us = G_MININT64;
    for (;;) {
        BbReadResult result = bb_reader_next_job(reader, &row, NULL);
        if (result != BB_READ_ROW)
            return result == BB_READ_END;
        if (row.submit_us < latest_us)
            return FALSE;
        latest_us = row.submit_us;
    }
}

/* Reads the file once, for its order alone. FALSE: it may not be sorted, or not be readable; the second
 * reading says why. */
static gboolean
is_sorted(const BbTraceTables *tables, const BbInputCache *cache, const char *path,
          const char *format)
{
    if (!bb_input_cache_can_reread(cache, path))
        return FALSE;
    BbInput *input = bb_input_cache_open(cache, path, NULL);
    if (input == NULL)
        return FALSE;
    bb_input_skip_hash(input);
    g_autoptr(BbReader) reader = bb_reader_new(tables->readers, input, format, NULL);
    if (reader == NULL)
        return FALSE;
    return reader->klass->in_order != NULL ? reader->klass->in_order(reader)
                                           : rows_in_order(reader);
}

BbWorkload *
bb_workload_new_trace(const BbTraceTables *tables, const char *path, const char *format,
                      GError **error)
{
    return bb_workload_new_cached(tables, NULL, path, format, error);
}

BbWorkload *
bb_workload_new_cached(const BbTraceTables *tables, const BbInputCache *cache, const char *path,
                       const char *format, GError **error)
{
    g_autofree char *base = g_path_get_basename(path);
    BbInput *input = bb_input_cache_open(cache, path, error);
    BbReader *reader = input ? bb_reader_new(tables->readers, input, format, error) : NULL;
    if (reader == NULL)
        return NULL;
    g_autoptr(BbWorkload) workload = workload_new(bb_input_path(reader->input), base);
    const BbReaderClass *klass = reader->klass;
    workload->reader = reader;
    workload->ids = bb_id_set_new();
    workload->latest_us = G_MININT64;
    if (klass->reads != BB_READS_JOBS) {
        bb_error_input(error, workload->path, 0, 0, "expected a job trace, found a node list (%s)",
                       klass->name);
        return NULL;
    }
    if (!bb_reader_must_be_sorted(reader) && !is_sorted(tables, cache, path, reader->format) &&
        !read_all(workload, error))
        return NULL;
    return g_steal_pointer(&workload);
}

static char *
hash_file(gpointer data, const char *text, GError **error)
{
    const BbReaderClass *const *readers = data;
    g_autofree char *path = NULL, *format = NULL;
    g_autoptr(BbInputCache) cache = bb_input_cache_new(0);
    bb_reader_split(readers, text, &path, &format);
    const char *sha256 = bb_input_cache_load(cache, path, error);
    if (sha256 == NULL)
        return NULL;
    return format != NULL ? g_strconcat(sha256, ":", format, NULL) : g_strdup(sha256);
}

BbWorkload *
bb_workload_new_generator(const BbTraceTables *tables, const char *text, guint64 seed,
                          guint32 index, GError **error)
{
    BbGenerator *generator = bb_generator_new(tables->generators, text, seed, index, error);
    if (generator == NULL)
        return NULL;
    g_autoptr(BbWorkload) workload = workload_new(text, generator->klass->name);
    workload->generator = generator;
    generator->readers = tables->readers;
    g_autofree char *content = bb_generator_map_files(tables->generators, text, hash_file,
                                                      (gpointer)(guintptr)tables->readers, error);
    if (content == NULL)
        return NULL;
    workload->text_sha256 = g_compute_checksum_for_string(G_CHECKSUM_SHA256, content, -1);
    return g_steal_pointer(&workload);
}

/* ---- Rows as the simulation gets them ---- */

void
bb_workload_change(BbWorkload *workload, const BbWorkloadChange *change)
{
    g_return_if_fail(change->scale_ppm > 0);
    g_clear_pointer(&workload->thin, bb_thin_free);
    if (change->scale_by != BB_SCALE_GAPS)
        workload->thin =
            bb_thin_new(change->scale_by == BB_SCALE_THIN ? BB_THIN_JOBS : BB_THIN_USERS,
                        change->scale_ppm, change->seed, change->index);
    g_free(workload->class_name);
    workload->class_name = g_strdup(change->class_name);
    workload->change = *change;
}

/* first + (submit - first) / scale + shift, rounded half up. */
static gboolean
change_time(BbWorkload *workload, BbTimeUs *submit_us)
{
    BbInt128 scale = workload->thin != NULL ? PPM : (BbInt128)workload->change.scale_ppm;
    BbInt128 gap = (BbInt128)(*submit_us - workload->first_us) * PPM;
    BbInt128 time = workload->first_us + (2 * gap + scale) / (2 * scale);
    time += workload->change.shift_us;
    if (time < 0 || time > BB_TIME_MAX)
        return FALSE;
    *submit_us = (BbTimeUs)time;
    return TRUE;
}

static BbReadResult
change_row(BbWorkload *workload, BbJobRow *out, GError **error)
{
    const BbWorkloadChange *change = &workload->change;
    workload->n_jobs++;
    bb_censor(change->censored, workload->lifetimes, change->seed, change->index, workload->n_rows,
              out);
    if (change->kind >= 0)
        out->kind = (BbKind)change->kind;
    if (workload->class_name != NULL)
        out->class_name = workload->class_name;
    if ((change->scale_ppm != PPM || change->shift_us != 0) &&
        !change_time(workload, &out->submit_us)) {
        refuse(workload, "submit_s", error,
               "expected a submit time within range once scaled and shifted");
        return BB_READ_ERROR;
    }
    return BB_READ_ROW;
}

static BbReadResult
next_row(BbWorkload *workload, BbJobRow *out, GError **error)
{
    if (workload->generator != NULL)
        return bb_generator_next(workload->generator, out, error);
    if (workload->store == NULL) {
        BbTimeUs before_us = workload->latest_us;
        BbReadResult result = read_row(workload, out, error);
        if (result == BB_READ_ROW && out->submit_us < before_us) {
            refuse(workload, "submit_s", error,
                   "expected the file as it was a moment ago, found it changed");
            return BB_READ_ERROR;
        }
        return result;
    }
    if (workload->position == bb_row_store_n(workload->store))
        return BB_READ_END;
    *out = *bb_row_store_get(workload->store, workload->position++);
    return BB_READ_ROW;
}

/* Lifetimes are known once all of the trace is. */
static gboolean
estimate_lifetimes(BbWorkload *workload, GError **error)
{
    if (workload->store == NULL && !read_all(workload, error))
        return FALSE;
    workload->lifetimes = bb_lifetimes_new();
    for (guint i = 0; i < bb_row_store_n(workload->store); i++)
        bb_lifetimes_add(workload->lifetimes, bb_row_store_get(workload->store, i));
    bb_lifetimes_estimate(workload->lifetimes);
    return TRUE;
}

/* The next one that stays. The first row of the trace sets its first time, kept or not. */
static BbReadResult
next_kept(BbWorkload *workload, BbJobRow *out, GError **error)
{
    BbReadResult result;
    do {
        result = next_row(workload, out, error);
        if (result == BB_READ_ROW && !workload->started)
            workload->first_us = out->submit_us;
        workload->started |= result == BB_READ_ROW;
        workload->n_rows += result == BB_READ_ROW;
    } while (result == BB_READ_ROW && workload->thin != NULL &&
             !bb_thin_keeps(workload->thin, out));
    return result;
}

BbReadResult
bb_workload_next(BbWorkload *workload, BbJobRow *out, GError **error)
{
    if (workload->change.censored == BB_CENSORED_RESIDUAL && workload->reader != NULL &&
        workload->lifetimes == NULL && !estimate_lifetimes(workload, error))
        return BB_READ_ERROR;
    BbReadResult result = next_kept(workload, out, error);
    if (result != BB_READ_ROW)
        return result;
    workload->line = out->line;
    if (workload->generator != NULL) {
        g_free(workload->id);
        workload->id = g_strdup(out->id);
    }
    return change_row(workload, out, error);
}

gboolean
bb_workload_error(const BbWorkload *workload, const char *column, GError **error,
                  const char *message)
{
    guint64 place = 0;
    if (workload->generator != NULL)
        return bb_error_set(error, BB_ERROR_INPUT, "%s: job %s: %s", workload->path,
                            workload->id != NULL ? workload->id : "", message);
    /* The reader stands at the last row it gave; once rows are sorted that is another one. */
    gboolean at_row = workload->store == NULL || !workload->reader->finished;
    if (column != NULL && at_row && workload->reader->klass->locate != NULL)
        place = workload->reader->klass->locate(workload->reader, column);
    return bb_error_input(error, workload->path, workload->line, place, "%s", message);
}

BbReader *
bb_workload_reader(BbWorkload *workload)
{
    return workload->reader;
}

const char *
bb_workload_warning(const BbWorkload *workload)
{
    return workload->warning;
}

const char *
bb_workload_name(const BbWorkload *workload)
{
    return workload->name;
}

const char *
bb_workload_path(const BbWorkload *workload)
{
    return workload->path;
}

const char *
bb_workload_format(const BbWorkload *workload)
{
    return workload->reader != NULL ? workload->reader->klass->name : "generator";
}

const char *
bb_workload_sha256(const BbWorkload *workload)
{
    return workload->reader != NULL ? bb_input_sha256(workload->reader->input)
                                    : workload->text_sha256;
}

guint64
bb_workload_n_jobs(const BbWorkload *workload)
{
    return workload->n_jobs;
}

double
bb_workload_progress(const BbWorkload *workload)
{
    if (workload->reader == NULL)
        return -1;
    if (workload->store == NULL)
        return bb_input_progress(workload->reader->input);
    guint n = bb_row_store_n(workload->store);
    return n > 0 ? (double)workload->position / n : 1;
}
