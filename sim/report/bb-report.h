/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L4. A result folder as one page that needs nothing else: no scripts, no outside requests. What
 * the folder lacks (timeline.csv, jobs.csv, gnuplot) leaves a gap that says so. */
#pragma once

#include "sim/base/bb-error.h"

/* The page. `gnuplot` is the program that draws. *out_note, owned by the caller, is why there are
 * no figures, or NULL. BB_ERROR_INPUT: no result folder, or a file of it is broken. */
char *bb_report_page(const char *dir, const char *gnuplot, char **out_note, GError **error);
