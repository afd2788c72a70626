#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# scripts/test.sh [FOLDER [OPTION..]]: all tests; the last line is "N passed, N failed[, N skipped]".
# Without arguments it installs what is missing and builds the release into build/; with a build
# folder it tests that one, and the options go to `meson test`.
# Tests on real logs need the folder shared/ beside the repository (or BB_SHARED); without it they are
# skipped and counted.
set -eu
top=$(cd "$(dirname "$0")/.." && pwd)

if [ $# -eq 0 ]; then
    "$top/scripts/build.sh"
    set -- "$top/build"
fi
folder=$1
shift
if [ -z "${BB_SHARED:-}" ] && [ -d "$top/../shared" ]; then
    BB_SHARED=$(cd "$top/../shared" && pwd)
    export BB_SHARED
fi

rm -f "$folder/meson-logs/testlog.json" "$folder/meson-logs/testlog.junit.xml"
status=0
meson test -C "$folder" --print-errorlogs "$@" || status=$?
python3 "$top/scripts/count-tests.py" "$folder/meson-logs" "$status"
