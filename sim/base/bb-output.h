/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L0. Result folders that are there whole or not at all: files are written in a temporary folder
 * beside the target, which takes its place by rename. Errors are BB_ERROR_OUTPUT with the path. */
#pragma once

#include "bb-types.h"

/* Names of what is being written begin with it. */
#define BB_OUTPUT_TEMPORARY ".tmp-"

typedef struct _BbOutputDir BbOutputDir;
typedef struct _BbOutputFile BbOutputFile;

/* Makes ".tmp-NAME-PID" beside `path`, whose parent must be there. An existing `path` is accepted when
 * it is an empty folder or a breakbulk result (a summary.json, sweep.json or compare.json whose first
 * 255 bytes name a "breakbulk-.." schema), which commit then replaces as a whole; anything else is refused. */
BbOutputDir *bb_output_dir_new(const char *path, GError **error);
/* Puts the folder in its place. All its files must be closed. */
gboolean bb_output_dir_commit(BbOutputDir *dir, GError **error);
/* Removes what was not committed. */
void bb_output_dir_free(BbOutputDir *dir);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BbOutputDir, bb_output_dir_free)

/* A buffered file in the folder. Write errors are kept and reported by close. */
BbOutputFile *bb_output_file_new(BbOutputDir *dir, const char *name, GError **error);
void bb_output_file_append(BbOutputFile *file, const char *text, gsize n);
/* What is to be written, to append a row to: without a copy. Valid until the next call of any. */
GString *bb_output_file_buffer(BbOutputFile *file);
gboolean bb_output_file_close(BbOutputFile *file, GError **error); /* frees it, also on failure */
void bb_output_file_free(BbOutputFile *file);                      /* gives up what was written */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BbOutputFile, bb_output_file_free)

/* One whole file in the folder. */
gboolean bb_output_write(BbOutputDir *dir, const char *name, const char *text, GError **error);
/* Removes a folder with all that is in it, or a file; what is not there is gone already. */
void bb_output_remove(const char *path);
/* Removes the ".tmp-*" in a folder: what killed processes left there. */
void bb_output_remove_temporaries(const char *folder);
/* One whole file anywhere, by temporary name and rename; a device or a pipe is written to. */
gboolean bb_output_write_path(const char *path, const char *text, GError **error);
