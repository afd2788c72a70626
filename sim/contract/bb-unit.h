/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L2. Units that columns of other people's CSV files may have, by name. */
#pragma once

#include "sim/contract/bb-mapping.h"

/* The unit of that name for the native column; NULL with *out_names, the units that it may have
 * separated by ", " (NULL: it takes none), owned by the caller. */
const BbUnit *bb_unit_find(const char *native, const char *name, char **out_names);
/* What is taken where none is named; NULL: native columns are read as they are. */
const BbUnit *bb_unit_default(const char *native);
