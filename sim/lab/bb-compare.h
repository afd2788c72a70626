/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L4. Is B better than A? Every variant of an experiment meets the same worlds, one number a world and
 * metric, compared in pairs. GSL's error handler must be off.
 *
 * World i is: seed + i of the experiment, shake i of its jobs (bb-shake.h), draw i of its users
 * (bb-resample.h), as far as each is asked for. An interval covers what differs between the worlds, and
 * nothing else: `covers` says what.
 *
 * Family of Holm's correction: every metric and pair that is judged. Judged are wait_mean, wait_p95,
 * wait_p99, bounded_slowdown_mean, waited_frac, jain_wait, rejected_frac, censored_frac, what is
 * allocated of the first resource, delayed_frac; wait_mean, wait_p95, bounded_slowdown_mean of each kind
 * where there are several; wait_mean, bounded_slowdown_mean of the BB_COMPARE_CLASSES classes with most
 * jobs where there are several; and what a tolerance names.
 *
 * Beside every variant stand the bound that no policy could beat (bb-bounds.h) and the clairvoyant run:
 * the same policy in the same world with perfect estimates, a reference and no bound.
 *
 * One world of stationary generators: wait_mean alone is judged, by batch means of the one long run
 * (bb-batch-means.h), the batches of both variants in pairs.
 *
 * delayed_frac: share of jobs that start later than they would first come, first served, in the same
 * world on the same nodes. */
#pragma once

#include "sim/base/bb-output.h"
#include "sim/lab/bb-experiment-run.h"
#include "sim/lab/bb-tolerance.h"
#include "sim/lab/stat/bb-effect.h"
#include "sim/lab/stat/bb-rank.h"
#include "sim/lab/stat/bb-share.h"

#define BB_COMPARE_LEVEL 0.95
#define BB_COMPARE_ALPHA 0.05
#define BB_DELAYED_FRAC "delayed_frac"
#define BB_PAIRS_MAX 10 /* variants */
#define BB_COMPARE_CLASSES 8

typedef struct {
    GPtrArray *variants; /* of BbExperiment, two or more; the first is the reference */
    GPtrArray *labels;   /* of char *: "scheduler.queue=easy" */
    guint n_seeds, n_shakes,
        n_resamples;             /* 0: not asked for; those asked for are the same number */
    const GPtrArray *tolerances; /* of BbTolerance, may be NULL: other margins, more metrics */
    gboolean warmup_auto;        /* find the warm-up by MSER-5, common to all worlds and variants */
    guint n_threads;
    gint *interrupted; /* may be NULL */
    /* Told after each world, from any thread, one at a time; may be NULL. */
    void (*progress)(gpointer data, guint n_done, guint n_worlds);
    gpointer progress_data;
} BbCompareSpec;

/* One metric of one variant against the reference. */
typedef struct {
    const char *metric; /* borrowed from the compare, as is unit */
    const char *unit;
    BbDirection direction;
    guint variant;
    BbEffect effect;
    double change;       /* as bb_tolerance_change says it */
    double lower, upper; /* of the change, at BB_COMPARE_LEVEL; NaN: none */
    guint n_batches;     /* of one long run, in place of worlds; 0: the numbers are of worlds */
    gboolean judged;     /* in the family */
    double holm;
    BbVerdict verdict;
    char *reason;            /* why it was not judged; NULL */
    guint64 n_needed;        /* worlds that would decide an unclear one; 0: unknown */
    guint n_better, n_worse; /* worlds in which the variant beat the reference, or lost */
    BbShareInterval share;   /* of n_better among both, where there are any */
    BbRankingVerdict ranking;
} BbComparison;

/* Worlds in which one variant beat another. */
typedef struct {
    guint a, b;            /* variants */
    guint n_a, n_b;        /* worlds in which a beat b, and b a; n_a >= n_b */
    BbShareInterval share; /* of n_a among both */
    BbRankingVerdict ranking;
} BbPairWins;

/* How well the worlds agree on the order of the variants. */
typedef struct {
    const char *metric;
    gboolean named; /* by a tolerance */
    BbConcordance concordance;
    guint n_same_order; /* worlds with the order of the means */
    GArray *pairs;      /* of BbPairWins: every two of them, where there are at most BB_PAIRS_MAX */
} BbOrderStability;

/* What stands beside a variant: means over the worlds. */
typedef struct {
    double offered_min,
        offered_max;       /* load of the worlds (bb-offered.h), a share of the capacity */
    double makespan_above; /* above its bound, as a share of it; NaN: no bound */
    gint64 nodes_bound;    /* the most of all worlds; 0: none */
    gboolean asks;         /* estimates may change what it does */
    double wait_mean, bounded_slowdown_mean; /* with perfect estimates */
} BbReference;

typedef struct {
    char *name; /* of the experiment */
    guint n_variants, n_worlds;
    char **labels;
    guint64 n_jobs;         /* submitted, in the first world */
    gboolean has_batches;   /* one world, in which batches can be made */
    char *warmup;           /* "first 465 jobs (1.9 h) left out, ..", NULL: none was looked for */
    GPtrArray *metrics;     /* of char * */
    GPtrArray *comparisons; /* of BbComparison, by variant, then by metric */
    GArray *orders;         /* of BbOrderStability; empty with one world */
    GArray *references;     /* of BbReference, by variant */
    GPtrArray *covers;      /* of char *: "world", "ties", "measurement noise", "user population" */
    GPtrArray *notes;       /* of char * */
    char *worlds_csv;       /* a row for each variant in each world: its seed and every metric */
    char *experiment;       /* of the reference, as canonical text */
} BbCompare;

/* FALSE with BB_ERROR_USAGE when the worlds asked for would all be the same, or unequal in number. */
gboolean bb_compare_check(const BbCompareSpec *spec, GError **error);
/* NULL: as bb_compare_check, the first run that failed, or BB_ERROR_INTERRUPTED. */
BbCompare *bb_compare_run(const BbCompareSpec *spec, GError **error);
void bb_compare_free(BbCompare *compare);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BbCompare, bb_compare_free)

/* compare.json, compare.csv, worlds.csv, and the reference's experiment.ini, into a folder of
 * bb_output_dir_new. */
gboolean bb_compare_write(const BbCompare *compare, BbOutputDir *dir, GError **error);

/* Owned by the caller; text is for 80 columns. */
char *bb_compare_text(const BbCompare *compare);
char *bb_compare_markdown(const BbCompare *compare);
char *bb_compare_json(const BbCompare *compare);
char *bb_compare_csv(const BbCompare *compare);
