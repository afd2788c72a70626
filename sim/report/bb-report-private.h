/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L4, private to the report: its parts, in order of the page. */
#pragma once

#include "sim/report/bb-html.h"
#include "sim/report/bb-summary-read.h"

typedef struct {
    const char *dir, *gnuplot;
    JsonObject *summary;
    GKeyFile *experiment; /* empty when the folder has none */
    char *experiment_text;
    char *note; /* why there are no figures; owned */
    GString *out;
} BbReport;

/* bb-report-setup.c: what was run. */
void bb_report_head(BbReport *report);
void bb_report_setup(BbReport *report);
/* bb-report-figures.c: FALSE for a broken file. */
gboolean bb_report_figures(BbReport *report, GError **error);
/* bb-report-tables.c */
void bb_report_cards(BbReport *report);
void bb_report_tables(BbReport *report);
/* bb-report-capacity.c: where the bought capacity went. */
void bb_report_capacity(BbReport *report);

/* Appends <p class=note> with the definition of what stands above it. */
void bb_report_note(BbReport *report, const char *text);
