#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# scripts/bench.sh [--quick] [--only SECTION,..] [JSON-FILE]: what takes how long, as tables and JSON:
# the event queue, reading, records, jobs in the shapes of real traces, growth, waiting jobs, backfill,
# others' simulators where installed, what a sweep costs. Instructions need valgrind.
# It makes its own inputs, so it measures the same on every machine; the shapes of real traces are
# counted where BB_SHARED (or shared/ beside the repository) has them, else made up and called so.
# BB_BUILD: a build folder to measure instead of build/.
set -eu
top=$(cd "$(dirname "$0")/.." && pwd)

build=${BB_BUILD:-}
if [ -z "$build" ]; then
    "$top/scripts/build.sh"
    build=$top/build
fi
if [ -z "${BB_SHARED:-}" ] && [ -d "$top/../shared/data" ]; then
    BB_SHARED=$top/../shared
fi
[ -z "${BB_SHARED:-}" ] || export BB_SHARED=$BB_SHARED/data
inputs=$(mktemp -d)
trap 'rm -rf "$inputs"' EXIT
# Mantissas end in the same digit whatever the user's language.
export LC_ALL=C

options=() rest=()
while [ $# -gt 0 ]; do
    case $1 in
    --only) options+=("$1" "$2"); shift ;;
    -*) options+=("$1") ;;
    *) rest+=("$1") ;;
    esac
    shift
done
python3 -B "$top/tests/bench/bench.py" "${options[@]}" "$build" "$inputs" "${rest[@]}"
# Fails where a sweep costs more than it may.
case " ${options[*]} " in
*" --only"*) ;;
*) "$build/tests/bench/bench-sweep" ;;
esac
