/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L0. "NAME,k=v,k=v" or "NAME(k=v,..)" -> typed values, from a table of declared parameters. Commas
 * inside parentheses never separate. Unknown keys, bad values and keys given twice are
 * BB_ERROR_USAGE with a suggestion. */
#pragma once

#include "bb-types.h"

typedef enum {
    BB_PARAM_INT,    /* in [min, max] of the declaration */
    BB_PARAM_DOUBLE, /* finite */
    BB_PARAM_BOOL,
    BB_PARAM_DURATION, /* bb_parse_duration */
    BB_PARAM_ENUM,     /* one of `choices`, "a|b|c" */
    BB_PARAM_TEXT,
    BB_PARAM_FILE, /* a text that names a file; results depend on what is in it */
} BbParamType;

typedef struct {
    const char *name;
    BbParamType type;
    const char *fallback; /* the default as text; NULL: the parameter must be given */
    const char *summary;  /* one line for `breakbulk list NAME` */
    const char *choices;  /* BB_PARAM_ENUM: "a|b|c" */
    gint64 min, max;      /* BB_PARAM_INT; both 0: any */
} BbParam;

typedef struct _BbParams BbParams;

/* Splits "NAME,k=v.." or "NAME(k=v,..)"; *out_name and *out_rest ("k=v,k=v", "" if none) are owned by
 * the caller. FALSE: unbalanced parentheses, empty name. */
gboolean bb_params_split(const char *text, char **out_name, char **out_rest, GError **error);

/* `owner` names the thing in messages ("queue easy"). `table` ends with name NULL, may be NULL, and
 * must outlive the result. */
BbParams *bb_params_parse(const char *owner, const BbParam *table, const char *text,
                          GError **error);
void bb_params_free(BbParams *params);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BbParams, bb_params_free)

/* Typed access; a name that the table lacks, or another type, is a programming error. */
gint64 bb_params_int(const BbParams *params,
                     const char *name); /* also DURATION (us), BOOL, ENUM index */
double bb_params_double(const BbParams *params, const char *name);
const char *bb_params_text(const BbParams *params, const char *name); /* as given; any type */
/* "NAME,k=v.." of what was given, with the value of each BB_PARAM_FILE put through `change`, which gives a
 * text to be freed, or NULL with an error. NULL on error. Owned by the caller. */
char *bb_params_map_files(const BbParams *params, const char *name,
                          char *(*change)(gpointer data, const char *path, GError **error),
                          gpointer data, GError **error);
/* The value of the first BB_PARAM_FILE that was given and is not blank, or NULL. Borrowed. */
const char *bb_params_file(const BbParams *params);
gboolean bb_params_given(const BbParams *params, const char *name);
