/* SPDX-License-Identifier: GPL-3.0-or-later */
/* First fit: the node of the lowest index on which the task has room.
 *
 * Source: Johnson, Demers, Ullman, Garey, Graham: Worst-case performance bounds for simple
 * one-dimensional packing algorithms, SIAM Journal on Computing 3, 1974. */
#include "sim/contract/bb-placement.h"

const BbPlacementClass bb_placement_first_fit = {
    .name = "first-fit",
    .summary = "the first node, in the order of the file, that has room",
    .source = "Johnson et al., Worst-case performance bounds for .. packing, SIAM J. Comput. 1974",
    .flags = BB_COST_CONSTANT,
};
