/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L4. What plots are drawn from: the CSV files of a result made small enough to draw, whatever the
 * number of jobs. Long timelines become BB_PLOT_BINS stretches of time with their means and peaks,
 * short ones stay as they are. Two passes over a file; memory: 8 bytes a job for waits. */
#pragma once

#include "sim/base/bb-error.h"
#include "sim/model/bb-rows.h"

#define BB_PLOT_BINS 500

typedef struct {
    /* time, RESOURCE_allocated, RESOURCE_used, .., queued_mean, queued_max; NULL: too short */
    char *csv;
    gboolean binned;
    const char *unit; /* of time, counted from the first row */
    double unit_s, origin_s, end;
    guint32 modelled;    /* bit r: resource r is there */
    gboolean shows_used; /* it is not the same as allocated */
    gint64 queued_most;
} BbTimelineData;

typedef struct {
    char *csv;   /* wait_s, then a column a kind; NULL: nobody waited, or there are no jobs */
    guint kinds; /* bit k: jobs of that kind */
    double least, most; /* of the axis, s */
} BbWaitsData;

gboolean bb_timeline_data_read(const char *path, BbTimelineData *out, GError **error);
void bb_timeline_data_clear(BbTimelineData *data);
/* Of the jobs submitted from `from_us` on that were not rejected; those that never started wait for
 * ever. */
gboolean bb_waits_data_read(const char *path, BbTimeUs from_us, BbWaitsData *out, GError **error);
void bb_waits_data_clear(BbWaitsData *data);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(BbTimelineData, bb_timeline_data_clear)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(BbWaitsData, bb_waits_data_clear)
