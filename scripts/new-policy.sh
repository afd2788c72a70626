#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A new policy, ready to be written: its file, its line in policies/meson.build, its row in
# policies/README.md, and a scenario that fails until it does what you want.
#
#   scripts/new-policy.sh NAME [placement|queue]
set -eu

usage() {
    echo "new-policy: $1" >&2
    echo "usage: scripts/new-policy.sh NAME [placement|queue]" >&2
    exit 2
}

case $# in
1 | 2) ;;
*) usage "expected a name, and maybe a kind" ;;
esac
name=$1
kind=${2:-placement}
case $kind in
placement | queue) ;;
*) usage "expected placement or queue, found \"$kind\"" ;;
esac
case $name in
[!a-z]* | *[!a-z0-9-]* | *-) usage "expected a name of small letters, digits and -, found \"$name\"" ;;
esac

cd "$(dirname "$0")/.."
for file in policies/queue/"$name".c policies/placement/"$name".c tests/scenarios/"$name".scn; do
    [ ! -e "$file" ] || usage "$file is there already"
done
symbol=$(printf %s "$name" | tr - _)
summary="what it does, in one line: write it here, too"
source="where the rule comes from: a paper, or repository and file"

write_placement() {
    cat <<EOF
/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rule in one or two sentences.
 *
 * Source: paper, or repository and file. */
#include "sim/contract/bb-placement.h"

/* What it would cost to put one task of ask->shape on the node, which has room for it. The least
 * cost wins, the lowest index among equals. */
static guint32
cost(const BbPlacement *self, const BbAsk *ask, const BbNode *node)
{
    (void)self;
    (void)ask;
    (void)node;
    return 0;
}

const BbPlacementClass bb_placement_$symbol = {
    .name = "$name",
    .summary = "$summary",
    .source = "$source",
    .cost = cost,
};
EOF
}

write_queue() {
    cat <<EOF
/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rule in one or two sentences.
 *
 * Source: paper, or repository and file. */
#include "sim/contract/bb-queue.h"

/* Below 0 when a waits before b; equals wait in the order of their submission. */
static gint
compare(const BbQueue *self, const BbJob *a, const BbJob *b)
{
    (void)self;
    (void)a;
    (void)b;
    return 0;
}

/* Once a pass: who may start. Here: in order, until one has no room. */
static void
schedule(BbQueue *self, BbPass *pass)
{
    (void)self;
    bb_pass_in_order(pass, 0);
}

const BbQueueClass bb_queue_$symbol = {
    .name = "$name",
    .summary = "$summary",
    .source = "$source",
    .compare = compare,
    .schedule = schedule,
};
EOF
}

write_scenario() {
    cat <<EOF
What $name does that others do not. It expects something else than the empty policy
does, and so fails: write here what yours should do.

--- experiment.ini
[pool n]
count=2
cpu=4
[scheduler]
$kind=$name
[workload jobs]
trace=jobs.csv

--- jobs.csv
job_id,submit_s,runtime_s,estimate_s,cpu_milli
EOF
    if [ "$kind" = placement ]; then
        printf '%s\n' 'a,0,100,100,1000' '' '--- expect' 'job_id,start_s,nodes' 'a,0,n-2'
    else
        printf '%s\n' 'a,0,100,100,3000' 'b,0,100,100,3000' 'blocked,1,100,100,2000' \
            'small,2,10,10,1000' '' '--- expect' 'job_id,start_s' 'small,2'
    fi
}

# The line goes behind the last of its list, the row behind the last of its table.
add_line() {
    awk -v list="${kind}_names = [" -v line="  '$name'," '
        $0 == list { inside = 1 }
        inside && $0 == "]" { print line; inside = 0 }
        { print }' policies/meson.build >policies/meson.build.new
    mv policies/meson.build.new policies/meson.build
}

add_row() {
    heading="## Queues"
    [ "$kind" = queue ] || heading="## Placements"
    awk -v heading="$heading" -v row="| \`$name\` | $summary | $source |" '
        $0 == heading { inside = 1 }
        inside && rows && $0 !~ /^\|/ { print row; inside = 0 }
        inside && /^\|/ { rows = 1 }
        { print }' policies/README.md >policies/README.md.new
    mv policies/README.md.new policies/README.md
}

"write_$kind" >"policies/$kind/$name.c"
write_scenario >"tests/scenarios/$name.scn"
add_line
add_row
cat <<EOF
policies/$kind/$name.c      write the rule here
policies/meson.build, policies/README.md      its line, its row (keep summary and source the same)
tests/scenarios/$name.scn      fails until you have
EOF
