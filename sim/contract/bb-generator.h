/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L2. What the author of a workload generator reads. One file in traces/generators/ = one generator.
 * Rows come in submit order, drawn by key: job i's values are f(seed, stream, i), whatever else is
 * drawn. */
#pragma once

#include "sim/base/bb-dist.h"
#include "sim/base/bb-error.h"
#include "sim/base/bb-params.h"
#include "sim/base/bb-rng.h"
#include "sim/contract/bb-reader.h"

typedef struct _BbGenerator BbGenerator;
typedef struct _BbGeneratorClass BbGeneratorClass;

struct _BbGeneratorClass {
    const char *name; /* "poisson", also the file's name */
    const char *summary;
    const char *source;
    const BbParam *params;
    gsize state_size;
    gboolean stationary; /* one law from beginning to end: no daily cycle, nothing of a trace */
    gboolean (*init)(BbGenerator *self, GError **error); /* optional */
    void (*clear)(BbGenerator *self);                    /* optional */
    /* ROW or END; texts in the row are the generator's until the next call. */
    BbReadResult (*next)(BbGenerator *self, BbJobRow *out, GError **error);
};

struct _BbGenerator {
    const BbGeneratorClass *klass;
    BbParams *params; /* owned */
    gpointer state;
    guint64 seed;
    guint32 workload; /* index: two workloads of one generator draw apart */
    guint64 n_given;  /* rows given so far: the entity of the next draw */
    /* For those that draw from a trace: set by who makes the generator, else NULL. */
    const BbReaderClass *const *readers;
};

/* "poisson,jobs=1000,..". */
BbGenerator *bb_generator_new(const BbGeneratorClass *const *classes, const char *text,
                              guint64 seed, guint32 workload, GError **error);
void bb_generator_free(BbGenerator *generator);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BbGenerator, bb_generator_free)
BbReadResult bb_generator_next(BbGenerator *generator, BbJobRow *out, GError **error);

/* BB_READ_ERROR: job n_given would arrive beyond the end of time. */
BbReadResult bb_generator_too_late(const BbGenerator *generator, GError **error);

/* The text with the value of each BB_PARAM_FILE put through `change`, which gives a text to be freed, or
 * NULL with an error. NULL on error, also where the text names no generator. Owned by the caller. */
char *bb_generator_map_files(const BbGeneratorClass *const *classes, const char *text,
                             char *(*change)(gpointer data, const char *path, GError **error),
                             gpointer data, GError **error);

/* A stream id for `name` of this generator: bb_rng_stream over "WORKLOAD/name". Hash once, in init. */
guint32 bb_generator_stream(const BbGenerator *generator, const char *name);
