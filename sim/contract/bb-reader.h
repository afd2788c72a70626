/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L2. What the author of a trace format reads. One file in traces/readers/ = one format; it sees this
 * header (which brings L0 and L1) and bb-csv.h, nothing of the engine.
 *
 * A reader pulls rows from an input and says everything odd it meets as a finding; who listens
 * (lint, warnings) is not its business. It never sorts, merges or checks ids: the workload does. */
#pragma once

#include "sim/base/bb-csv.h"
#include "sim/base/bb-error.h"
#include "sim/base/bb-units.h"
#include "sim/contract/bb-mapping.h"
#include "sim/model/bb-rows.h"

typedef struct _BbReader BbReader;
typedef struct _BbReaderClass BbReaderClass;

typedef enum { BB_NOTE, BB_WARNING, BB_LINT_ERROR } BbSeverity;

typedef enum {
    BB_READS_JOBS,
    BB_READS_NODES,
} BbReads;

struct _BbReaderClass {
    const char *name;    /* "swf": FILE:swf forces it; also the file's name */
    const char *summary; /* one line for `breakbulk list formats` */
    const char *source;  /* where the format is defined */
    BbReads reads;
    gboolean
        must_be_sorted; /* native: an unsorted trace is an error; else it is sorted, with a warning */
    gboolean
        takes_mapping; /* "NAME(..)": other names of columns, in reader->mapping (bb-mapping.h) */
    gsize state_size;  /* zeroed bytes for reader->state; 0: none */
    /* Does the stream begin like this format? `start` holds up to 64 KiB. Formats are asked in the
     * order of the list in traces/readers/meson.build; the first TRUE wins. */
    gboolean (*sniff)(const char *start, gsize n);
    /* Reads headers; fills reader->meta as far as known. Optional. */
    gboolean (*open)(BbReader *reader, GError **error);
    /* The next row, written over *out, which the caller has set to its INIT value; rows that cannot
     * be jobs are skipped and counted (bb_reader_skip). One of the two, or both where the file holds
     * both: then `reads` is jobs, and one reader reads the one or the other. */
    BbReadResult (*next_job)(BbReader *reader, BbJobRow *out, GError **error);
    BbReadResult (*next_node)(BbReader *reader, BbNodeRow *out, GError **error);
    /* Beside next_node, once that is at its end: what happens to nodes over time, in order. Optional. */
    BbReadResult (*next_node_event)(BbReader *reader, BbNodeEventRow *out, GError **error);
    /* Reads the rest of the stream for its order alone, faster than rows are: TRUE when no job of it is
     * submitted before an earlier one. FALSE: one is, or that cannot be said so. The reader is of no
     * use afterwards. Optional. */
    gboolean (*in_order)(BbReader *reader);
    /* Byte column, from 1, at which the named native column ("job_id", "submit_s", ..) of the last row
     * begins, 0 if unknown. Optional: for errors that only the workload can see. */
    guint64 (*locate)(BbReader *reader, const char *column);
    /* At the end of the stream: findings about the file as a whole. Optional. */
    void (*finish)(BbReader *reader);
    void (*close)(BbReader *reader); /* optional */
};

/* What a file says about its machine and itself; -1 unknown. */
typedef struct {
    gint64 max_procs, max_nodes, max_jobs, max_records;
    gint64 unix_start_s;
    const char *computer; /* owned by the reader's state, NULL unknown */
    const char
        *extra_columns; /* header of BbJobRow.extra ("x_a,x_b"), owned likewise; NULL: none */
} BbReaderMeta;

/* One kind of oddity, with how often and where first. */
typedef struct {
    BbSeverity severity;
    const char *rule; /* kebab-case name, static: "run-beyond-estimate" */
    guint64 count;
    guint64 first_line;
    char *message; /* of the first occurrence; owned */
} BbFinding;

struct _BbReader {
    const BbReaderClass *klass;
    BbInput *input; /* owned */
    gpointer state;
    char *format;       /* as given, or the class's name; opens the same file the same way */
    BbMapping *mapping; /* NULL: columns have the names they have */
    BbReaderMeta meta;
    guint64 n_records;   /* rows that the file holds, skipped ones included; the reader counts */
    GPtrArray *findings; /* of BbFinding, in order of first occurrence */
    GPtrArray *skipped;  /* of BbSkipped, in order of first occurrence */
    gboolean finished;   /* the end was met; finish has been called */
};

typedef struct {
    const char *reason; /* static */
    guint64 count;
} BbSkipped;

/* Is a row that goes back in time an error? */
gboolean bb_reader_must_be_sorted(const BbReader *reader);
/* "jobs(SPEC)" or "nodes(SPEC)", as SPEC tells: what --columns stands for. Owned by the caller; NULL
 * with BB_ERROR_USAGE. */
char *bb_reader_columns_format(const char *spec, GError **error);

/* Opens a file as the named format, or as the one that recognises it among `classes` (ended by NULL).
 * BB_ERROR_INPUT when none does (lists the formats), BB_ERROR_USAGE for an unknown name. */
BbReader *bb_reader_open(const BbReaderClass *const *classes, const char *path, const char *format,
                         GError **error);
/* The same on an input that is already open; takes the input, also on failure. */
BbReader *bb_reader_new(const BbReaderClass *const *classes, BbInput *input, const char *format,
                        GError **error);
void bb_reader_free(BbReader *reader);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BbReader, bb_reader_free)

/* INIT, then the class's next; at the end of the stream `finish` is called, once. */
BbReadResult bb_reader_next_job(BbReader *reader, BbJobRow *out, GError **error);
BbReadResult bb_reader_next_node(BbReader *reader, BbNodeRow *out, GError **error);
/* INIT, then the class's next; BB_READ_END for a class that tells of none. */
BbReadResult bb_reader_next_node_event(BbReader *reader, BbNodeEventRow *out, GError **error);

/* Counts an oddity; the message is formatted for the first one only. `rule` is a static text. Costs a
 * short linear search: fine for what is rare, and for what is not. */
void bb_reader_find(BbReader *reader, BbSeverity severity, const char *rule, guint64 line,
                    const char *format, ...) G_GNUC_PRINTF(5, 6);
/* The same for `count` occurrences at once, for readers that count themselves. count > 0. */
void bb_reader_find_n(BbReader *reader, BbSeverity severity, const char *rule, guint64 count,
                      guint64 first_line, const char *format, ...) G_GNUC_PRINTF(6, 7);
void bb_reader_skip(BbReader *reader, const char *reason);

/* "PATH", "PATH:FORMAT" or "PATH:FORMAT(COLUMNS)" where FORMAT names one of `classes`; a path with a colon that names no
 * format is a path. Owned by the caller; *out_format NULL when not given. */
void bb_reader_split(const BbReaderClass *const *classes, const char *text, char **out_path,
                     char **out_format);
