/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L2. Policies in a shared object of one's own, built without breakbulk's sources:
 *
 *     gcc -shared -fPIC -o emptiest.so emptiest.c $(pkg-config --cflags breakbulk)
 *     breakbulk run .. --plugin ./emptiest.so --placement emptiest
 *
 * One file defines one plug-in:
 *
 *     #include <sim/contract/bb-plugin.h>
 *     static const BbPlacementClass *const placements[] = {&emptiest, NULL};
 *     BB_PLUGIN(NULL, placements)
 *
 * It may use whatever the headers that this one includes declare. The number is raised with every
 * change of their structures: a plug-in of another number is refused and must be built again. */
#pragma once

#include "sim/contract/bb-placement.h"
#include "sim/contract/bb-queue.h"

#define BB_PLUGIN_ABI 1

typedef struct {
    guint32 abi;
    guint32 sizes[4]; /* of BbNode, BbJob and the two kinds of classes: checked too */
    const BbQueueClass *const *queues;         /* ended by NULL; NULL: none */
    const BbPlacementClass *const *placements; /* likewise */
} BbPlugin;

/* The symbol that is looked for. */
#define BB_PLUGIN_SYMBOL "breakbulk_plugin"
#define BB_PLUGIN_INIT(queues_, placements_)                                                       \
    {                                                                                              \
        BB_PLUGIN_ABI,                                                                             \
            {sizeof(BbNode), sizeof(BbJob), sizeof(BbPlacementClass), sizeof(BbQueueClass)},       \
            (queues_), (placements_)                                                               \
    }
#define BB_PLUGIN(queues_, placements_)                                                            \
    extern const BbPlugin breakbulk_plugin;                                                        \
    __attribute__((visibility("default"))) const BbPlugin breakbulk_plugin =                       \
        BB_PLUGIN_INIT(queues_, placements_);
