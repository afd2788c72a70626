/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L0. What bb-csv.c and bb-csv-header.c share. Nobody else includes this. */
#pragma once

#include "sim/base/bb-csv.h"

#include <csv.h>

struct _BbCsv {
    BbInput *input;
    char delimiter;
    struct csv_parser parser;

    const char *at, *end;  /* what is left of the chunk taken from the input */
    const char *row_begin; /* of the current row, in the chunk */
    GString *carried;      /* of the current row, from earlier chunks */
    guint64 line;          /* of `at` */
    guint64 row_line;
    gboolean begun, ended;

    GString *fields;
    guint32 *offsets; /* of each field, into fields */
    guint n_fields, room;
    guint n_header;

    /* Said by libcsv's callbacks. */
    gboolean row_done;
    gboolean row_returned; /* by a carriage return; its line feed is still to come */
    guint long_field;      /* 1 + the first field above the limit, 0: none */
};
