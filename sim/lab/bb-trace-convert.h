/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L4. Any readable trace or node list as native CSV: `breakbulk trace convert`. Columns in the order
 * of traces/README.md, those that say nothing in the whole file left out; what a native job trace
 * carries along (x_*) stays. Reading the result back gives the same rows. */
#pragma once

#include "sim/lab/bb-workload.h"

/* Appends the CSV to `out`, in memory. `sort`: by submit time, equal times in the order of the file;
 * without it the order stays, and a native reader may refuse the result. */
gboolean bb_trace_convert(const BbTraceTables *tables, const char *path, const char *format,
                          gboolean sort, GString *out, GError **error);
