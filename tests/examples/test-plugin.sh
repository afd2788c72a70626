#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# test-plugin.sh BREAKBULK SOURCE BUILD CC..: builds the example plug-in as its first comment says, runs
# it, and shows what is no plug-in to the program. TAP.
set -u
breakbulk=$(realpath "$1") source=$2 build=$3
shift 3
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1
export PKG_CONFIG_PATH=$build
n=0

# check NAME COMMAND..: the command's status decides.
check() {
    local name=$1
    n=$((n + 1))
    shift
    if "$@" > out 2> err; then
        echo "ok $n - $name"
    else
        echo "not ok $n - $name"
        sed 's/^/# /' out err
    fi
}

# refuses STATUS TEXT ARGUMENTS..: `run` ends with that status, and says the text on one line.
refuses() {
    local status=$1 text=$2 found
    shift 2
    "$breakbulk" run --trace jobs.csv --cluster nodes.csv "$@" > run-out 2> run-err
    found=$?
    cat run-out run-err
    [ "$found" = "$status" ] && [ "$(wc -l < run-err)" = 1 ] && grep -qF "$text" run-err
}

compile() {
    # shellcheck disable=SC2046
    "$@" -shared -fPIC $(pkg-config --cflags breakbulk) -o emptiest.so \
        "$source/tests/examples/plugin/emptiest.c"
}

printf 'job_id,submit_s,runtime_s,cpu_milli\na,0,9,100\nb,1,9,100\nc,2,9,100\nd,3,9,100\n' > jobs.csv
printf 'node_id,cpu_milli\nn[1-3],1000\n' > nodes.csv
printf 'int x;\n' > nothing.c
sed 's/BB_PLUGIN(NULL, placements)/extern const BbPlugin breakbulk_plugin; const BbPlugin breakbulk_plugin = {.abi = 999};/' \
    "$source/tests/examples/plugin/emptiest.c" > old.c
sed 's/"emptiest"/"best-fit"/' "$source/tests/examples/plugin/emptiest.c" > taken.c

nodes() { cut -d, -f"$(head -1 "$1" | tr , '\n' | grep -n '^nodes$' | cut -d: -f1)" "$1" | tail -n +2 | tr '\n' ' '; }

check 'build with the installed name only' compile "$@"
check 'run' "$breakbulk" run --trace jobs.csv --cluster nodes.csv --plugin ./emptiest.so \
    --placement emptiest -o result
check 'fewest tasks first' test "$(nodes result/jobs.csv)" = 'n1 n2 n3 n1 '
check 'a bare file name' "$breakbulk" run --trace jobs.csv --cluster nodes.csv \
    --plugin emptiest.so --placement emptiest
printf '[experiment]\nplugin=emptiest.so\n[workload w]\ntrace=jobs.csv\n[pool p]\nnodes=nodes.csv\n[scheduler]\nplacement=emptiest\n' > e.ini
check 'from an experiment file' "$breakbulk" run e.ini
check 'the same bytes again' "$breakbulk" rerun result
check 'beside a compiled one' "$breakbulk" compare --trace jobs.csv --cluster nodes.csv \
    --plugin ./emptiest.so --vary placement=emptiest,worst-fit --ties random --seeds 3
check 'without it the name is unknown' refuses 2 'unknown placement "emptiest"' --placement emptiest
check 'no such file' refuses 3 'cannot load the plug-in' --plugin ./gone.so
check 'no shared object' refuses 3 'cannot load the plug-in' --plugin ./jobs.csv
"$@" -shared -fPIC -o nothing.so nothing.c
check 'nothing in it' refuses 3 'expected the symbol breakbulk_plugin' --plugin ./nothing.so
# shellcheck disable=SC2046
"$@" -shared -fPIC $(pkg-config --cflags breakbulk) -o old.so old.c
check 'another ABI' refuses 3 'found one for 999: build it again' --plugin ./old.so
# shellcheck disable=SC2046
"$@" -shared -fPIC $(pkg-config --cflags breakbulk) -o taken.so taken.c
check 'a name that is taken' refuses 3 'the policy "best-fit" is there already' --plugin ./taken.so
echo "1..$n"
