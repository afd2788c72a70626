#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# scripts/build.sh: installs what is missing and builds the release into build/.
set -eu
top=$(cd "$(dirname "$0")/.." && pwd)

"$top/scripts/install-deps.sh" build
[ -f "$top/build/build.ninja" ] || meson setup --buildtype=release "$top/build" "$top" >&2
ninja -C "$top/build" >&2
