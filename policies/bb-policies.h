/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tables of all policies, in the order of the lists in meson.build, ended by NULL. */
#pragma once

#include "sim/contract/bb-placement.h"
#include "sim/contract/bb-queue.h"

extern const BbQueueClass *const bb_queue_classes[];
extern const BbPlacementClass *const bb_placement_classes[];
