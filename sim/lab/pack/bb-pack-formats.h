/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L4. One line a format of instances: bb-pack-NAME.c. */
#pragma once

#include "sim/lab/pack/bb-pack-instance.h"

extern const BbPackFormat bb_pack_format_esicup;
extern const BbPackFormat bb_pack_format_orlib;
extern const BbPackFormat bb_pack_format_scholl;
extern const BbPackFormat bb_pack_format_vbp;
