/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files are compared byte by byte as streams; both are at the same place when they part, so the line
 * begins at one offset in both. */
#include "bb-rerun.h"

#include "bb-experiment-run.h"
#include "bb-recorder.h"
#include "sim/report/bb-summary-read.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define SHOWN_BYTES 500

/* ---- Files ---- */

/* Where two streams part. FALSE: they do not. */
static gboolean
find_difference(FILE *a, FILE *b, guint64 *out_line, off_t *out_begin)
{
    guint64 line = 1;
    off_t at = 0, begin = 0;
    for (;; at++) {
        int x = getc_unlocked(a), y = getc_unlocked(b);
        if (x != y) {
            *out_line = line;
            *out_begin = begin;
            return TRUE;
        }
        if (x == EOF)
            return FALSE;
        if (x == '\n') {
            line++;
            begin = at + 1;
        }
    }
}

/* NULL: the file ends there. */
static char *
line_at(FILE *stream, off_t begin)
{
    char bytes[SHOWN_BYTES + 1];
    if (fseeko(stream, begin, SEEK_SET) != 0)
        return NULL;
    gsize n = fread(bytes, 1, SHOWN_BYTES, stream);
    bytes[n] = '\0';
    bytes[strcspn(bytes, "\n")] = '\0';
    return n > 0 ? g_strdup(bytes) : NULL;
}

static void
compare_streams(BbRerun *rerun, const char *name, FILE *then, FILE *now)
{
    off_t begin;
    if (!find_difference(then, now, &rerun->line, &begin)) {
        rerun->n_files++;
        return;
    }
    rerun->file = g_strdup(name);
    rerun->then = line_at(then, begin);
    rerun->now = line_at(now, begin);
}

static void
close_stream(FILE *stream)
{
    if (stream)
        fclose(stream);
}

/* Opens a file that need not be there: *out NULL then. */
static gboolean
open_stream(const char *folder, const char *name, FILE **out, GError **error)
{
    g_autofree char *path = g_build_filename(folder, name, NULL);
    *out = fopen(path, "re");
    return *out || errno == ENOENT ||
           bb_error_input(error, path, 0, 0, "cannot be read: %s", g_strerror(errno));
}

static gboolean
compare_file(BbRerun *rerun, const BbRerunSpec *spec, const char *name, GError **error)
{
    FILE *then = NULL, *now = NULL;
    gboolean ok = open_stream(spec->path, name, &then, error) &&
                  open_stream(spec->scratch, name, &now, error);
    if (ok && then && now)
        compare_streams(rerun, name, then, now);
    else if (ok && (then || now))
        rerun->file = g_strdup(name);
    if (ok && ((then && ferror(then)) || (now && ferror(now))))
        ok = bb_error_input(error, spec->path, 0, 0, "%s cannot be read", name);
    close_stream(then);
    close_stream(now);
    return ok;
}

static gboolean
compare_all(BbRerun *rerun, const BbRerunSpec *spec, GError **error)
{
    for (const BbRecorderFile *file = bb_recorder_files; file->name && !rerun->file; file++) {
        if (!compare_file(rerun, spec, file->name, error))
            return FALSE;
    }
    return TRUE;
}

/* ---- Reasons ---- */

static void G_GNUC_PRINTF(2, 3) add_reason(BbRerun *rerun, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    g_ptr_array_add(rerun->reasons, g_strdup_vprintf(format, args));
    va_end(args);
}

static void
compare_traces(BbRerun *rerun, JsonObject *then, const BbSummaryInfo *now)
{
    guint n = MIN(now->n_traces, bb_summary_length(then, "experiment.traces"));
    for (guint i = 0; i < n; i++) {
        JsonObject *trace = bb_summary_nth_object(then, "experiment.traces", i);
        const char *sha256 = trace ? bb_summary_text(trace, "sha256") : NULL;
        if (g_strcmp0(sha256, now->traces[i].sha256) != 0)
            add_reason(rerun, "%s has changed: its sha256 was %s, is %s", now->traces[i].path,
                       sha256 ? sha256 : "unknown", now->traces[i].sha256);
    }
}

/* One hash covers everything, so something that it covers has changed when nothing else says so. */
static void
find_reasons(BbRerun *rerun, JsonObject *then, const BbSummaryInfo *now)
{
    const char *version = bb_summary_text(then, "version");
    if (g_strcmp0(version, now->version) != 0)
        add_reason(rerun, "breakbulk %s wrote it, this is %s", version ? version : "unknown",
                   now->version);
    compare_traces(rerun, then, now);
    if (rerun->reasons->len == 0 &&
        g_strcmp0(bb_summary_text(then, "experiment.sha256"), now->sha256) != 0)
        add_reason(rerun, "a file of nodes or a key of the experiment has changed");
}

/* ---- The run ---- */

static gboolean
check_rereadable(const BbExperiment *experiment, const char *path, GError **error)
{
    gboolean standard = g_strcmp0(experiment->failures, "-") == 0;
    for (guint i = 0; i < experiment->workloads->len; i++)
        standard |= g_strcmp0(((BbWorkloadSpec *)experiment->workloads->pdata[i])->trace, "-") == 0;
    for (guint i = 0; i < experiment->pools->len; i++)
        standard |= g_strcmp0(((BbPool *)experiment->pools->pdata[i])->nodes, "-") == 0;
    return !standard ||
           bb_error_set(error, BB_ERROR_USAGE,
                        "%s: expected inputs that can be read again, found standard input", path);
}

static BbExperiment *
load(const BbRerunSpec *spec, GError **error)
{
    g_autofree char *path = g_build_filename(spec->path, "experiment.ini", NULL);
    g_autoptr(BbExperiment) experiment = bb_experiment_new(spec->tables);
    if (!bb_experiment_load(experiment, path, ".", error) ||
        !check_rereadable(experiment, path, error))
        return NULL;
    return g_steal_pointer(&experiment);
}

BbRerun *
bb_rerun(const BbRerunSpec *spec, GError **error)
{
    g_autoptr(JsonParser) then = bb_summary_open_folder(spec->path, error);
    g_autoptr(BbExperiment) experiment = then ? load(spec, error) : NULL;
    BbRunOptions run = {.output = spec->scratch, .interrupted = spec->interrupted};
    g_autoptr(BbOutcome) now = experiment ? bb_experiment_run(experiment, &run, error) : NULL;
    if (!now)
        return NULL;
    g_autoptr(BbRerun) rerun = g_new0(BbRerun, 1);
    rerun->reasons = g_ptr_array_new_with_free_func(g_free);
    find_reasons(rerun, bb_summary_root(then), &now->info);
    return compare_all(rerun, spec, error) ? g_steal_pointer(&rerun) : NULL;
}

void
bb_rerun_free(BbRerun *rerun)
{
    if (!rerun)
        return;
    g_free(rerun->file);
    g_free(rerun->then);
    g_free(rerun->now);
    g_ptr_array_unref(rerun->reasons);
    g_free(rerun);
}
