#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# scripts/bench.sh [JSON-FILE]: jobs per second, time per job and peak memory, as a table and as JSON.
# Makes its own logs (tests/bench), so it measures the same on every machine. BB_BUILD: a build folder
# to measure instead of build/.
set -eu
top=$(cd "$(dirname "$0")/.." && pwd)

build=${BB_BUILD:-}
if [ -z "$build" ]; then
    "$top/scripts/build.sh"
    build=$top/build
fi
inputs=$(mktemp -d)
trap 'rm -rf "$inputs"' EXIT
# Mantissas end in the same digit whatever the user's language.
export LC_ALL=C

awk -f "$top/tests/bench/lublin.awk" -v jobs=100000 -v procs=256 -v load=1.6 >"$inputs/lublin.swf"
for nodes in 1000 10000; do
    awk -f "$top/tests/bench/stream.awk" -v jobs=4000000 -v nodes="$nodes" \
        >"$inputs/stream-$nodes-4000000.csv"
    head -n 1000001 "$inputs/stream-$nodes-4000000.csv" >"$inputs/stream-$nodes-1000000.csv"
    printf 'node_id,cpu_milli,memory_mib\nn[00001-%05d],32000,131072\n' "$nodes" \
        >"$inputs/nodes-$nodes.csv"
done
python3 "$top/tests/bench/bench.py" "$build" "$inputs" "$@"
# Fails where a sweep costs more than it may.
"$build/tests/bench/bench-sweep"
