/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L4. The result of one run for people: 80 columns of text that can be read aloud, and the same
 * numbers as CSV or Markdown. All owned by the caller. */
#pragma once

#include "bb-summary.h"

char *bb_table_text(const BbSummaryInfo *info, const BbResult *result);
/* metric,value,unit,at_least; names as bb-metric-name.h. */
char *bb_table_csv(const BbResult *result);
char *bb_table_markdown(const BbSummaryInfo *info, const BbResult *result);
