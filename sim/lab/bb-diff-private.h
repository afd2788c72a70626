/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L4, private to diff. */
#pragma once

#include "sim/lab/bb-diff.h"

/* Nodes of B that are A's by another padding of their numbers get A's names. */
void bb_diff_align_nodes(BbDiff *diff);
