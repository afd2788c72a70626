#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# breakbulk sweep as it is stopped in practice: by kill -9, by Ctrl-C, by a full disk. The same command
# goes on, and in the end every byte is as if nothing had happened.
#   test-sweep-kill.sh BREAKBULK
set -u
breakbulk=$(realpath "$1") || exit 1
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
cat >x.ini <<'INI'
[pool p]
count=8
cpu=16
[workload w]
generator=poisson,jobs=3000,rate=1,runtime=exp(60s),cpu=2
INI
sweep() {
    "$breakbulk" sweep x.ini --vary queue=fcfs,sjf --vary pool.p.count=7:8 --seeds 10 -o "$@"
}
finished() {
    find "$1/runs" -mindepth 1 -maxdepth 1 -name '[0-9a-f]*' 2>/dev/null | wc -l
}
# Waits until that many runs are there.
wait_for() {
    while kill -0 "$pid" 2>/dev/null && [ "$(finished "$1")" -lt "$2" ]; do
        sleep 0.01
    done
}
temporaries() {
    find "$1" -name '.tmp-*' | grep .
}
clean() {
    ! temporaries "$1"
}
no_file() {
    [ ! -e "$1" ]
}
unfinished() {
    [ "$(finished "$1")" -ge 3 ] && [ "$(finished "$1")" -lt 40 ]
}
# Stops the sweep into FOLDER by SIGNAL, with -j N, after three runs.
stop() {
    "$breakbulk" sweep x.ini --vary queue=fcfs,sjf --vary pool.p.count=7:8 --seeds 10 \
        -o "$1" -j "$3" 2>stopped &
    pid=$!
    wait_for "$1" 3
    kill -s "$2" "$pid"
    wait "$pid"
    status=$?
}

echo 1..21
check "a sweep" sweep one -j 1
check "in two threads" sweep two -j 2
check "the same bytes" diff -r one two

for j in 1 2; do
    stop killed$j KILL $j
    check "kill -9 with -j $j" test "$status" -eq 137
    check "leaves finished runs" unfinished killed$j
    find killed$j/runs -path '*/[0-9a-f]*/*' -exec ls -i {} + | grep -v '/\.tmp-' | sort >before
    check "goes on" sweep killed$j -j $j
    find killed$j/runs -type f -exec ls -i {} + | sort >after
    check "and runs nothing twice" test -z "$(comm -23 before after)"
    check "with the same bytes" diff -r one killed$j
done

stop stopped1 INT 2
check "Ctrl-C ends with 130" test "$status" -eq 130
check "in one line" test "$(grep -c 'the same command goes on' stopped)/$(wc -l <stopped)" = 1/1
check "leaves no .tmp-*" clean stopped1
check "and no table" no_file stopped1/runs.csv
sweep stopped1 -j 2 2>/dev/null
check "goes on to the same bytes" diff -r one stopped1

# A disk that takes no more: files may not grow beyond what a run needs.
full() {
    before=$(finished full)
    (
        trap '' XFSZ
        ulimit -f 200
        sweep full -j 2 2>full.err
    )
    status=$?
    [ "$status" -eq 3 ] && [ "$(wc -l <full.err)" -eq 1 ] && grep -q 'cannot be written' full.err &&
        clean full && no_file full/runs.csv && [ "$(finished full)" -eq "$before" ]
}
cp -r one full
rm -r full/runs.csv full/sweep.json full/runs/[0-7]*
check "a full disk is one line, exit 3, nothing lost, nothing by half" full
check "goes on when there is room" sweep full -j 2
check "to the same bytes" diff -r one full
