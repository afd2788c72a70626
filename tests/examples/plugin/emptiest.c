/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A plug-in with one placement: the node with the fewest tasks, the lowest index among equals.
 *
 *     gcc -shared -fPIC -o emptiest.so emptiest.c $(pkg-config --cflags breakbulk)
 *     breakbulk run --trace jobs.csv --cluster nodes.csv --plugin ./emptiest.so --placement emptiest
 */
#include <sim/contract/bb-plugin.h>

static guint32
cost(const BbPlacement *self, const BbAsk *ask, const BbNode *node)
{
    (void)self;
    (void)ask;
    return node->n_tasks;
}

static const BbPlacementClass emptiest = {
    .name = "emptiest",
    .summary = "the node with the fewest tasks",
    .source = "tests/examples/plugin/emptiest.c",
    .cost = cost,
};

static const BbPlacementClass *const placements[] = {&emptiest, NULL};

BB_PLUGIN(NULL, placements)
