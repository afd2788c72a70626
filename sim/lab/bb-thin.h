/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L4. Which jobs of a trace are kept when only a part of them is: each job, or each user with all jobs,
 * by a keyed draw below the part. Another part keeps more or fewer of the same. */
#pragma once

#include "sim/lab/bb-id-set.h"
#include "sim/model/bb-rows.h"

typedef enum { BB_THIN_JOBS, BB_THIN_USERS } BbThinUnit;

typedef struct _BbThin BbThin;

/* A user is a class; a job without one is its own. `workload` keeps workloads of an experiment apart;
 * keep_ppm of a million are kept. */
BbThin *bb_thin_new(BbThinUnit unit, guint64 keep_ppm, guint64 seed, guint32 workload);
void bb_thin_free(BbThin *thin);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BbThin, bb_thin_free)

/* Asks for every row of the trace once, in its order. Takes out of `after` who was not kept; that text is
 * valid until the next call. */
gboolean bb_thin_keeps(BbThin *thin, BbJobRow *row);
/* The draw behind it, in (0, 1), for row `number` from 0: kept where it is below the part. */
double bb_thin_draw(const BbThin *thin, guint64 number, const BbJobRow *row);
