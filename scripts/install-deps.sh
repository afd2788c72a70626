#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# scripts/install-deps.sh [build|ci]: installs what breakbulk needs and this machine lacks. The one
# place that knows the packages. `build` (default): to build, test and plot; `ci`: what .ci/run needs
# beyond that. Debian and Ubuntu; elsewhere it names the packages and leaves the rest to the build.
set -eu

build='gcc libc6-dev pkg-config meson ninja-build libglib2.0-dev libgsl-dev libcsv-dev
       libjson-glib-dev liblzma-dev libzstd-dev libyaml-dev nettle-dev gnuplot-nox fonts-dejavu-core xz-utils zstd'
ci='clang clang-format libclang-rt-dev chromium'

say() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }

installed() {
    [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi
}

apt() {
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=300 "$@" >&2
}

case ${1:-build} in
build) wanted=$build ;;
ci) wanted="$build $ci" ;;
*) say "expected build or ci, found $1"; exit 2 ;;
esac

if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
    say "not Debian or Ubuntu; on those I would install:" $wanted
    exit 0
fi

missing=
for package in $wanted; do
    installed "$package" || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" -ne 0 ] && ! command -v sudo >/dev/null; then
    say "neither root nor sudo; please install:$missing"
    exit 0
fi
say "installing:$missing"
apt update || say "apt-get update failed, going on with the lists that are there"

# Some releases have no package of this name, because another one contains it.
known=
for package in $missing; do
    if apt-cache show "$package" >/dev/null 2>&1; then
        known="$known $package"
    else
        say "no package $package here, going on without it"
    fi
done
# shellcheck disable=SC2086
apt install -y --no-install-recommends $known || say "apt-get failed; please install:$known"
