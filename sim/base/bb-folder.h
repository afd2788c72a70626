/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L0. A folder that is filled little by little and gone on with after a kill, by one process at a time.
 * Errors are BB_ERROR_OUTPUT with the path. */
#pragma once

#include "bb-types.h"

typedef struct _BbFolder BbFolder;

/* Makes the folder, whose parent must be there, or takes one that holds nothing but `names` (ended by
 * NULL) and ".tmp-*", which it removes. Until it is freed no other process can open it. */
BbFolder *bb_folder_open(const char *path, const char *const *names, GError **error);
/* Makes a folder in it, if it is not there, and removes the ".tmp-*" in that. Its path, owned by the
 * caller. */
char *bb_folder_make(BbFolder *folder, const char *name, GError **error);
/* Removes the ".tmp-*", and folders that were made and stayed empty. */
void bb_folder_free(BbFolder *folder);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BbFolder, bb_folder_free)
