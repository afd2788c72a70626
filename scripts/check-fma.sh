#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# scripts/check-fma.sh BREAKBULK PROBE: the same bytes on processors with fused multiply-add and
# without, by telling glibc not to use them. Prints TAP.
set -eu
breakbulk=$1
probe=$2
# The names were longer before glibc 2.33; unknown ones are passed over.
without=glibc.cpu.hwcaps=-AVX2,-FMA,-FMA4,-AVX2_Usable,-FMA_Usable,-FMA4_Usable

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
n=0

result() {
    n=$((n + 1))
    echo "$1 $n - $2"
}

# same NAME OPTION..: runs with, again with, and without.
same() {
    local name=$1
    shift
    "$breakbulk" run "$@" --quiet -o "$dir/$name-with"
    "$breakbulk" run "$@" --quiet -o "$dir/$name-again"
    GLIBC_TUNABLES=$without "$breakbulk" run "$@" --quiet -o "$dir/$name-without"
    local other
    for other in again without; do
        if diff -r -q -x timing.json "$dir/$name-with" "$dir/$name-$other" >&2; then
            result ok "$name $other"
        else
            result 'not ok' "$name $other"
        fi
    done
}

echo 1..5
if ! grep -qw fma /proc/cpuinfo 2>/dev/null; then
    result ok 'the switch works # SKIP this processor has no fused multiply-add'
elif [ "$("$probe")" != "$(GLIBC_TUNABLES=$without "$probe")" ]; then
    result ok 'the switch works'
else
    result 'not ok' 'the switch works'
fi

cat >"$dir/estate.ini" <<'EOF'
[experiment]
name=estate
record=jobs,timeline,nodes,allocations
[pool machines]
count=42
cpu=32
memory=256GiB
[workload sample]
generator=estate
[scheduler]
queue=easy
placement=dot-product
EOF
same estate "$dir/estate.ini"

log=${BB_SHARED:-}/data/swf/KTH-SP2-1996-2.swf.gz
if [ -f "$log" ]; then
    same kth --trace "$log" --queue easy
else
    result ok 'kth again # SKIP BB_SHARED is not set'
    result ok 'kth without # SKIP BB_SHARED is not set'
fi
