#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# report-page.sh BREAKBULK: a report in a real browser, light, dark and on paper.
set -u
breakbulk=$1
if ! command -v chromium >/dev/null; then
    echo "1..0 # SKIP chromium is not installed"
    exit 0
fi
if ! command -v gnuplot >/dev/null; then
    echo "1..0 # SKIP gnuplot is not installed"
    exit 0
fi
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
n=0

check() { # check NAME COMMAND..: the command must succeed
    local name=$1
    shift
    n=$((n + 1))
    if "$@" >"$dir/said" 2>&1; then
        echo "ok $n $name"
    else
        sed 's/^/# /' "$dir/said"
        echo "not ok $n $name"
    fi
}

browse() { # browse OPTION..: chromium on the page
    chromium --headless --no-sandbox --disable-gpu --disable-quic --no-first-run \
        --disable-background-networking --disable-component-update --disable-sync \
        --hide-scrollbars --user-data-dir="$dir/profile" --window-size=900,2400 "$@" \
        "file://$dir/result/report.html"
}

make_report() {
    cat >"$dir/mix.ini" <<'END'
[pool n]
count=12
cpu=16
memory=64Gi
[workload web]
generator=poisson,jobs=1500,rate=0.15,runtime=exp(600s),cpu=1,memory=1Gi
kind=container
class=</style><script>document.title="run"</script>
[workload vms]
generator=poisson,jobs=200,rate=0.02,runtime=exp(3000s),cpu=2,memory=8Gi
kind=vm
[workload hpc]
generator=poisson,jobs=150,rate=0.015,runtime=exp(500s),estimate=exp(900s),cpu=1,tasks=48,gang=yes
kind=process
END
    "$breakbulk" run "$dir/mix.ini" -o "$dir/result" && "$breakbulk" report "$dir/result"
}

dom_is_whole() {
    browse --enable-logging=stderr --dump-dom >"$dir/dom" 2>"$dir/console" &&
        [ "$(grep -c '<svg role="img"' "$dir/dom")" = 3 ] && grep -q '</html>' "$dir/dom" &&
        grep -q 'The experiment' "$dir/dom" && ! grep -q '<title>run' "$dir/dom"
}

console_is_silent() {
    ! grep 'CONSOLE' "$dir/console"
}

is_png_of() { # is_png_of FILE WIDTH
    [ "$(od -An -tx1 -j1 -N3 "$1" | tr -d ' ')" = 504e47 ] &&
        [ $((16#$(od -An -tx1 -j16 -N4 "$1" | tr -d ' '))) = "$2" ]
}

shot() { # shot FILE OPTION..
    local file=$1
    shift
    browse --screenshot="$file" "$@" && is_png_of "$file" 900
}

shots_differ() {
    ! cmp -s "$dir/light.png" "$dir/dark.png"
}

prints() {
    browse --no-pdf-header-footer --print-to-pdf="$dir/page.pdf" &&
        [ "$(head -c 5 "$dir/page.pdf")" = %PDF- ]
}

echo "1..7"
check "the report is made" make_report
check "the browser sees all of it" dom_is_whole
check "and has nothing to complain about" console_is_silent
check "light" shot "$dir/light.png" --blink-settings=preferredColorScheme=1
check "dark" shot "$dir/dark.png" --blink-settings=preferredColorScheme=0
check "dark is not light" shots_differ
check "prints" prints
