/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L2. Any CSV read as a native trace or node list: which of its columns stands for which native one,
 * and in what unit. A text like
 *
 *     job_id=UUID, submit_s=Created At, end_s=Deleted At, cpu_milli=VCPUs:cores,
 *     memory_mib="RAM, all":gib, kind:=vm, delimiter:=semicolon
 *
 * NATIVE=COLUMN[:UNIT] or NATIVE:=VALUE, between commas. A column's name stands in double quotes where
 * it has a comma, a quote (doubled) or unbalanced parentheses. Columns that are not named are left out,
 * x_NAME=COLUMN carries one along. Without job_id a job's number in the file is its id. Besides the
 * native columns there are
 *
 *     start_s, end_s   times, for runtime_s = end - start (without start_s: end - submit); no end: a
 *                      service; an end before the start: the job is skipped and counted
 *
 * Units: of times s (default), ms, us, min, h, d, iso (2024-01-31T12:00:00+01:00, also "/" and a blank;
 * without a zone: UTC; recognised without being named), mdy and dmy (1/31/2024 2:05:00 PM); of durations
 * s, ms, us, min, h, d, hms (1-02:03:04); of cpu_milli milli (default), cores, percent (of one core); of
 * memory_mib and disk_mib mib (default), bytes, kib, gib, tib, kb, mb, gb, tb (powers of ten), text
 * ("4 GB", "64Gi", as in experiments), vmware ("1,024 MB", "4 GB": powers of two); of gpu_milli milli
 * (default), devices, percent; of *_frac frac (default), percent. Part of a MiB counts as a whole one.
 * Blank is also what databases write for it: NULL, null, None, NaN, nan, N/A, \N, -. */
#pragma once

#include "sim/base/bb-csv.h"

typedef struct _BbUnit BbUnit;

typedef struct {
    char *native;
    char *column; /* of the file; NULL: `value` everywhere */
    char *value;
    const BbUnit *unit; /* NULL: as native columns are written */
    gsize at;           /* where it begins in the text, from 1 */
} BbMappingItem;

typedef struct {
    char *text;
    GPtrArray *items; /* of BbMappingItem */
    char delimiter;
    gboolean nodes; /* it names a node_id: a node list, else a job trace */
} BbMapping;

/* BB_ERROR_USAGE "columns: character N: expected .., found .." with a suggestion for what is misspelt.
 * Whether native columns exist is seen when a file is opened. */
BbMapping *bb_mapping_parse(const char *text, GError **error);
void bb_mapping_free(BbMapping *mapping);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BbMapping, bb_mapping_free)
/* "columns: character N: expected .., found ITEM.."; returns FALSE. */
gboolean bb_mapping_error(const BbMappingItem *item, GError **error, const char *format, ...)
    G_GNUC_PRINTF(3, 4);

/* The field's text is what the file has for nothing. */
gboolean bb_mapping_is_blank(const char *text);
/* In the integer unit of its native column: microseconds, milli, MiB, millionths. */
gboolean bb_unit_convert(const BbUnit *unit, const char *text, gint64 *out,
                         const char **out_expected);
