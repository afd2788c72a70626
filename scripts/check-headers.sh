#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# scripts/check-headers.sh [CC..]: does every header compile alone?
set -eu
cd "$(dirname "$0")/.."
[ $# -gt 0 ] || set -- cc

flags=$(pkg-config --cflags gio-2.0 gsl json-glib-1.0 liblzma libzstd)
status=0
while read -r header; do
    # shellcheck disable=SC2086
    if ! printf '#include "%s"\n' "$header" |
        "$@" -std=gnu17 -D_GNU_SOURCE -pedantic -Wall -Wextra -Werror -fsyntax-only -I. $flags -x c -; then
        echo "$header: does not compile alone" >&2
        status=1
    fi
done < <(find sim policies traces tests -name '*.h' | LC_ALL=C sort)
exit $status
