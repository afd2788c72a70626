/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L2. What a generated job is, whenever it arrives: run time, estimate, demand, tasks, kind, class. A
 * generator puts BB_BODY_PARAMS into its table (and BB_BODY_WORK_PARAMS where run times and tasks are
 * not its own), and has a body draw them. Each quantity of job i has its own key: changing one
 * distribution leaves the others as they were. */
#pragma once

#include "sim/contract/bb-estimates.h"
#include "sim/contract/bb-generator.h"

#define BB_BODY_JOBS_PARAM                                                                         \
    {                                                                                              \
        .name = "jobs", .type = BB_PARAM_INT, .fallback = "1000", .summary = "number of jobs",     \
        .min = 1, .max = G_MAXINT64                                                                \
    }

#define BB_BODY_WORK_PARAMS                                                                        \
    {.name = "runtime",                                                                            \
     .type = BB_PARAM_TEXT,                                                                        \
     .fallback = "exp(60s)",                                                                       \
     .summary = "distribution of run times"},                                                      \
    {                                                                                              \
        .name = "tasks", .type = BB_PARAM_TEXT, .fallback = "1",                                   \
        .summary = "tasks per job: a number or a distribution"                                     \
    }

/* The defaults of gang and kind are the generator's. */
#define BB_BODY_PARAMS(gang_fallback, kind_fallback)                                               \
    {.name = "estimate",                                                                           \
     .type = BB_PARAM_TEXT,                                                                        \
     .fallback = "",                                                                               \
     .summary = "distribution of estimates, or tsafrir(max=36h); blank: none"},                    \
        {.name = "cpu",                                                                            \
         .type = BB_PARAM_TEXT,                                                                    \
         .fallback = "1",                                                                          \
         .summary = "cores per task: an amount (2, 500m), or a distribution of whole cores"},      \
        {.name = "memory",                                                                         \
         .type = BB_PARAM_TEXT,                                                                    \
         .fallback = "0",                                                                          \
         .summary = "memory per task: an amount (4Gi), or a distribution of MiB"},                 \
        {.name = "gpu",                                                                            \
         .type = BB_PARAM_TEXT,                                                                    \
         .fallback = "0",                                                                          \
         .summary = "devices per task: an amount (2, 500m), or a distribution of whole devices"},  \
        {.name = "disk",                                                                           \
         .type = BB_PARAM_TEXT,                                                                    \
         .fallback = "0",                                                                          \
         .summary = "disk per task: an amount (10Gi), or a distribution of MiB"},                  \
        {.name = "gang",                                                                           \
         .type = BB_PARAM_BOOL,                                                                    \
         .fallback = gang_fallback,                                                                \
         .summary = "all tasks of a job start at once"},                                           \
        {.name = "kind",                                                                           \
         .type = BB_PARAM_ENUM,                                                                    \
         .fallback = kind_fallback,                                                                \
         .summary = "kind of the jobs",                                                            \
         .choices = "container|vm|process|bare-metal"},                                            \
    {                                                                                              \
        .name = "class", .type = BB_PARAM_TEXT, .fallback = "", .summary = "class of the jobs"     \
    }

/* An amount, or a distribution times `unit`. */
typedef struct {
    BbDist *dist; /* NULL: constant */
    gint64 constant, unit;
    guint32 stream;
} BbQuantity;

typedef struct {
    guint64 n_jobs;
    gboolean draws_work;
    BbQuantity runtime, tasks, need[BB_N_RESOURCES];
    BbEstimates *estimates; /* NULL: none */
    guint32 estimate_stream;
    BbKind kind;
    gboolean gang;
    const char *class_name;
    char id[24];
} BbBody;

/* Reads the parameters of the generator. `draws_work`: run time and tasks are drawn here. BB_ERROR_USAGE
 * naming generator and parameter. The body is zeroed before and cleared in any case. */
gboolean bb_body_init(BbBody *body, const BbGenerator *generator, gboolean draws_work,
                      GError **error);
void bb_body_clear(BbBody *body);

/* TRUE once all jobs have been given. */
gboolean bb_body_is_done(const BbBody *body, const BbGenerator *generator);
/* Everything but the submit time of job n_given; without draws_work, run time and tasks stand in *out. */
void bb_body_fill(BbBody *body, const BbGenerator *generator, BbJobRow *out);
