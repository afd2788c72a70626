#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# scripts/ci/gate.sh as the workflows run it: the first run writes a baseline, the next passes, one with a
# node less fails, and the files that the workflows keep are there.
#   test-ci-gate.sh SOURCE BREAKBULK
set -u
source=$(realpath "$1") && BREAKBULK=$(realpath "$2") || exit 1
export BREAKBULK
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1
n=0
check() {
    n=$((n + 1))
    what=$1
    shift
    if "$@" >log 2>&1; then
        echo "ok $n $what"
    else
        echo "not ok $n $what"
        sed 's/^/# /' log
    fi
}
experiment() {
    cat >experiment.ini <<INI
[pool m]
nodes=flat:$1
[workload p]
generator=poisson,jobs=1000,rate=0.9,runtime=exp(20s)
INI
}
# The step's exit status is the first argument.
gate() {
    rm -rf gate
    sh "$source/scripts/ci/gate.sh" experiment.ini baseline.json 8
    [ $? -eq "$1" ]
}
experiment 20
check 'no baseline: it is written' gate 0
check 'and said so' grep -q 'commit it' gate.md
check 'the same again passes' gate 0
check 'in words' grep -q 'pass: identical in 8 seeds' gate.md
experiment 18
check 'two processors of twenty less' gate 1
check 'the pull request is told' grep -q 'regression: ' gate.md
check 'so is JUnit' grep -q '<failure message=' gate.xml
check 'both workflows run it' grep -l 'sh gate.sh experiment.ini baseline.json' \
    "$source/scripts/ci/github.yml" "$source/scripts/ci/gitlab.yml"
check 'wrong usage' sh -c '! sh "$0" experiment.ini' "$source/scripts/ci/gate.sh"
echo "1..$n"
