/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L4. What there is to say about a run, as sentences and grids of texts, for whoever sets them: the
 * terminal, Markdown, a page. All owned by the caller. */
#pragma once

#include "bb-summary.h"

/* "KTH-SP2: 28,481 jobs on flat:100". */
char *bb_story_title(const BbSummaryInfo *info, const BbResult *result);
/* What was run: pairs "Trace", "KTH-SP2.swf (swf, 28,481 jobs)", one after the other. */
GPtrArray *bb_story_setup(const BbSummaryInfo *info, const BbResult *result);
/* What came out, in sentences. */
GPtrArray *bb_story_headlines(const BbResult *result);
/* How far from what no policy could beat; empty where nothing is known of that. */
GPtrArray *bb_story_bounds(const BbSummaryInfo *info, const BbResult *result);
/* Grids: a row is a GStrv, the first has the headings, all are as wide. Times by kind where there is
 * more than one; "+" behind a number: at least. */
GPtrArray *bb_story_times(const BbResult *result);
GPtrArray *bb_story_resources(const BbResult *result);
