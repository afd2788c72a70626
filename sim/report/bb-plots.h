/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L4. Plots by gnuplot, an external program. Its scripts, in scripts/plots, are built in. */
#pragma once

#include "sim/base/bb-error.h"

/* A file that is built in. */
typedef struct {
    const char *name;
    const char *const *lines; /* each with its newline, ended by NULL */
} BbPlotScript;

/* "style.gp", "utilisation.gp", .., "page.css"; ended by name NULL. */
extern const BbPlotScript bb_plot_scripts[];
/* The text of a file that is built in; another name is a programming error. Owned by the caller. */
char *bb_plot_script(const char *name);

/* Runs style.gp and the script; `settings` are gnuplot lines before them, `data` a CSV with a
 * header that becomes $data. The SVG is made for a page: no XML declaration, no ids of gnuplot's
 * own, `label` for those who cannot see it. Owned by the caller. NULL: gnuplot is not there
 * (G_SPAWN_ERROR_NOENT) or says no (BB_ERROR_OUTPUT with its first line). */
char *bb_plot_svg(const char *gnuplot, const char *script, const char *label, const char *settings,
                  const char *data, GError **error);
