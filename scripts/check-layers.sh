#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# scripts/check-layers.sh [TREE]: does every file include its own layer or lower? Policies and traces
# are leaves: they see contract headers and what those bring, and their own parts (a file whose name
# goes on where theirs ends), never each other. Below the program nothing includes or names them; a
# default of an experiment key is the one exception.
set -eu
cd "${1:-$(dirname "$0")/..}"

find sim policies traces -name '*.[ch]' | LC_ALL=C sort | xargs awk '
function wrong(message) {
    printf "%s:%d: %s\n", FILENAME, FNR, message
    bad = 1
}
function stem(path) {
    sub(/.*\//, "", path)
    sub(/\.[ch]$/, "", path)
    return path
}
# The real system whose folder the file is in: policies/profiles/kube/x.c -> kube.
function system_of(path) {
    return sub(/^policies\/profiles\//, "", path) && sub(/\/.*/, "", path) ? path : ""
}
# One file and a part of it: swf.c and swf-oddities.h. Files of one system; a policy named after a
# system and the files of that system.
function related(a, b) {
    if (system_of(b) != "")
        return system_of(a) == system_of(b) || index(stem(a), system_of(b)) == 1
    return index(stem(a), stem(b)) == 1 || index(stem(b), stem(a)) == 1
}
function check_include(path,    of) {
    if (path !~ /\//) {
        of = FILENAME
        sub(/[^\/]*$/, "", of)
        path = of path
    }
    split(path, parts, "/")
    if (parts[1] != "sim") {
        if (home == "cli" || (home == "leaf" && related(FILENAME, path)))
            return
        wrong("only sim/cli may include " path)
    } else if (!(parts[2] in layer)) {
        wrong(path " is in no layer")
    } else if (layer[parts[2]] > here) {
        wrong("layer " here " includes layer " layer[parts[2]] ": " path)
    }
}
# Words that other things are called, too.
function is_name(text) {
    sub(/,.*/, "", text)
    return (text in names) && text !~ /^(empirical|jobs|nodes|priority|random)$/
}
function check_names(line,    n, i, texts) {
    gsub(/\/\*.*\*\//, "", line)
    if (line ~ /^ *(\/?\*)/ || line ~ /\.fallback = /)
        return
    if (match(line, /bb_(queue|placement|reader|generator)_[a-z_0-9]+/)) {
        n = substr(line, RSTART + 3, RLENGTH - 3)
        sub(/^[a-z]+_/, "", n)
        gsub(/_/, "-", n)
        if (n in names && n !~ /^(jobs|nodes)$/)
            wrong("names the policy or format " n)
    }
    n = split(line, texts, "\"")
    for (i = 2; i <= n; i += 2)
        if (is_name(texts[i]))
            wrong("names the policy or format \"" texts[i] "\"")
}
BEGIN {
    layer["base"] = 0; layer["model"] = 1; layer["contract"] = 2; layer["engine"] = 3
    layer["observe"] = 3; layer["lab"] = 4; layer["report"] = 4; layer["cli"] = 5
    while ((getline line < "policies/meson.build") > 0 || (getline line < "traces/meson.build") > 0)
        if (line ~ /^  \047[a-z-]+\047,$/) {
            gsub(/[ \047,]/, "", line)
            names[line] = 1
        }
}
FNR == 1 {
    split(FILENAME, parts, "/")
    home = parts[1] == "sim" ? parts[2] : "leaf"
    here = home == "leaf" ? layer["contract"] : layer[home]
}
/^#include "/ {
    split($0, quoted, "\"")
    check_include(quoted[2])
}
# The rules of bin packing share names with placements, and are no policies.
home != "leaf" && home != "cli" && FILENAME !~ /^sim\/lab\/pack\// && !/^#include/ { check_names($0) }
END { exit bad }
'
