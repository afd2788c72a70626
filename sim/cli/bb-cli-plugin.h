/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L5. Plug-ins: their policies join the tables, for the rest of the program. */
#pragma once

#include "sim/lab/bb-experiment.h"

/* The tables as BbTables.load_plugin wants it. `paths`: one or more files, separated by commas; a file
 * that is there already is not loaded again. BB_ERROR_POLICY for what is no plug-in, one of another
 * ABI, or a name that is taken. */
gboolean bb_cli_load_plugin(const BbTables *tables, const char *paths, GError **error);
