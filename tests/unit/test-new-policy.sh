#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# scripts/new-policy.sh in a copy of what it touches: the files it writes compile, its lines stand in
# their lists, and what it should not do it refuses.
#   test-new-policy.sh SOURCE_ROOT COMPILER..
set -u
root=$1
shift
flags="-Wall -Wextra -Werror -fsyntax-only -I. $(pkg-config --cflags glib-2.0)"
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
mkdir -p "$copy/scripts" "$copy/tests/scenarios"
cp -r "$root/policies" "$root/sim" "$copy"
cp "$root/scripts/new-policy.sh" "$copy/scripts"
cd "$copy" || exit 1
n=0
check() {
    n=$((n + 1))
    what=$1
    shift
    if "$@" >"$copy/log" 2>&1; then
        echo "ok $n $what"
    else
        echo "not ok $n $what"
        sed 's/^/# /' "$copy/log"
    fi
}
refuses() {
    ! "$@"
}
has() {
    grep -qxF -e "$1" "$2"
}
# Is NAME the last entry of LIST?
last_of() {
    [ "$(sed -n "/^$1/,/^\]/p" policies/meson.build | tail -2 | head -1)" = "  '$2'," ]
}

echo 1..14
check "makes a placement" scripts/new-policy.sh new-policy-one
check "makes a queue" scripts/new-policy.sh new-policy-two queue
check "the placement compiles" "$@" $flags policies/placement/new-policy-one.c
check "the queue compiles" "$@" $flags policies/queue/new-policy-two.c
check "the placement is the last of its list" last_of "placement_names" new-policy-one
check "the queue is the last of its list" last_of "queue_names" new-policy-two
check "the placement has its row" grep -q "^| .new-policy-one. |" policies/README.md
check "the queue stands in the table of queues" sh -c \
    "sed -n '/^## Queues/,/^## Placements/p' policies/README.md | grep -q '^| .new-policy-two. |'"
check "the scenario asks for the placement" has "placement=new-policy-one" tests/scenarios/new-policy-one.scn
check "the scenario asks for the queue" has "queue=new-policy-two" tests/scenarios/new-policy-two.scn
check "refuses what is there" refuses scripts/new-policy.sh best-fit
check "refuses a queue's name for a placement" refuses scripts/new-policy.sh easy placement
check "refuses a bad name" refuses scripts/new-policy.sh ../Best_Fit
check "refuses a bad kind" refuses scripts/new-policy.sh other reader
