/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Percent is of the trace as read: a pipe or a generator does not say how much is to come. */
#include "bb-cli-progress.h"

#include <stdio.h>
#include <unistd.h>

#define REDRAW_US (BB_US_PER_S / 5)

void
bb_cli_progress_init(BbCliProgress *progress, gboolean quiet)
{
    progress->on = !quiet && isatty(STDERR_FILENO);
    progress->began_us = g_get_monotonic_time();
    progress->drawn_us = progress->began_us;
}

/* Is it time to draw again? Then also how long it has been. */
static gboolean
is_due(BbCliProgress *progress, double *out_elapsed_s)
{
    gint64 clock_us = g_get_monotonic_time();
    if (!progress->on || clock_us - progress->drawn_us < REDRAW_US)
        return FALSE;
    progress->drawn_us = clock_us;
    *out_elapsed_s = (double)(clock_us - progress->began_us) / 1e6;
    return TRUE;
}

static void
append_share(GString *line, const BbProgress *now, double elapsed_s)
{
    if (now->read_frac <= 0)
        return;
    g_autofree char *left = bb_format_duration(elapsed_s * (1.0 - now->read_frac) / now->read_frac);
    g_string_append_printf(line, "%3.0f %%, %s left, ", now->read_frac * 100.0, left);
}

void
bb_cli_progress_tell(gpointer data, const BbProgress *now)
{
    BbCliProgress *progress = data;
    double elapsed_s;
    if (!is_due(progress, &elapsed_s))
        return;
    g_autofree char *simulated = bb_format_duration((double)now->now_us / 1e6);
    g_autoptr(GString) line = g_string_new(NULL);
    append_share(line, now, elapsed_s);
    g_string_append_printf(line, "at %s, %.0f jobs/s, %" G_GUINT64_FORMAT " waiting", simulated,
                           (double)now->n_submitted / elapsed_s, now->n_waiting);
    fprintf(stderr, "\r\033[K%s", line->str);
}

void
bb_cli_progress_tell_runs(gpointer data, const BbSweepProgress *now)
{
    BbCliProgress *progress = data;
    double elapsed_s;
    if (!is_due(progress, &elapsed_s))
        return;
    g_autofree char *left =
        bb_format_duration(elapsed_s * (now->n_runs - now->n_done) / now->n_done);
    fprintf(stderr, "\r\033[K%u of %u runs, %u failed, %s left", now->n_done, now->n_runs,
            now->n_failed, left);
}

void
bb_cli_progress_end(BbCliProgress *progress)
{
    if (progress->on && progress->drawn_us != progress->began_us)
        fputs("\r\033[K", stderr);
}
