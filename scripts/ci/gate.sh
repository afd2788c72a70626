#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# gate.sh EXPERIMENT.ini BASELINE.json [SEEDS]: the step that both workflows run. Sweeps the seeds,
# gates against the baseline, writes gate.md and gate.xml, ends as the gate does: 0 pass, 1 regression,
# 2 cannot judge. A baseline that is not there yet is written, and that is a pass.
#
# SEEDS (32) must be those of the baseline. Choose the number that fits the minute that a pull request
# may wait: 8 short runs are the least; 16 and more confirm an alarm before it is raised.
set -eu
if [ $# -lt 2 ]; then
    echo "usage: gate.sh EXPERIMENT.ini BASELINE.json [SEEDS]" >&2
    exit 2
fi
experiment=$1 baseline=$2 seeds=${3:-32}
breakbulk=${BREAKBULK:-breakbulk}
out=${GATE_OUTPUT:-gate}

"$breakbulk" sweep "$experiment" --seeds "$seeds" -o "$out" --quiet
if [ ! -e "$baseline" ]; then
    "$breakbulk" gate "$out" --update-baseline "$baseline"
    echo "no baseline was there: $baseline is written, commit it" | tee gate.md
    exit 0
fi
status=0
"$breakbulk" gate "$out" --baseline "$baseline" --junit gate.xml --format markdown >gate.md ||
    status=$?
cat gate.md
exit "$status"
