/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L4. A number of a summary.json by its contract name (bb-metric-name.h), work counters included
 * ("work.decisions"): what bb_metric_get reads from a result in memory. */
#pragma once

#include "bb-summary-read.h"

/* NaN where the summary has none; the name has been checked. */
double bb_summary_metric(JsonObject *root, const char *name);
