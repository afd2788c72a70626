/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L5. What the subcommands that make traces have in common: the recipe of what they do, and how the trace
 * and its recipe are written. */
#pragma once

#include "bb-cli-trace.h"
#include "sim/lab/bb-trace-edit.h"

typedef struct {
    BbTraceCall *call;
    BbTraceEdit edit;
    BbRecipe *recipe;
    char *folder; /* of the recipe */
    guint64 seed;
} BbMaking;

/* Begins the recipe with the options of the call. */
gboolean bb_making_init(BbMaking *making, BbTraceCall *call, GError **error);
void bb_making_clear(BbMaking *making);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(BbMaking, bb_making_clear)

/* A path as a recipe in `folder` names it: relative where it lies in there, else absolute. Owned. */
char *bb_making_name(const char *folder, const char *path);
/* The same for bb_generator_map_files; `data` is the folder. */
char *bb_making_name_file(gpointer data, const char *path, GError **error);
/* Notes the files of the call as inputs, with the hashes that the edit has found. */
void bb_making_note_files(BbMaking *making);
void bb_making_print_notes(const BbMaking *making);
/* Holds the trace against the recipe that is followed, and writes it with its own. Takes the table; NULL:
 * the error is set already. */
gboolean bb_making_finish(BbMaking *making, BbTraceTable *made, GError **error);
/* The same with bb_making_note_files. */
gboolean bb_making_finish_edit(BbMaking *making, BbTraceTable *made, GError **error);
/* Runs the command that the recipe given as --recipe tells of. */
gboolean bb_making_follow_recipe(BbTraceCall *call, GError **error);
