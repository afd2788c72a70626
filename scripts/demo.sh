#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# scripts/demo.sh: from a fresh clone to the main job of breakbulk on its built-in sample.
set -eu
top=$(cd "$(dirname "$0")/.." && pwd)

"$top/scripts/build.sh"
exec "$top/build/sim/cli/breakbulk" demo
