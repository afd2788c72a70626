#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# scripts/fetch-trace.sh from a folder of this machine: whole, in part, twice, wrong, missing.
#   test-fetch-trace.sh SOURCE_ROOT
set -u
fetch=$(realpath "$1/scripts/fetch-trace.sh") || exit 1
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
if ! command -v curl >/dev/null; then
    echo "1..0 # SKIP no curl"
    exit 0
fi
mkdir server
seq 1 100000 >server/numbers.csv
gzip -c server/numbers.csv >server/numbers.csv.gz
printf '\037\213 this is no gzip' >server/broken.csv.gz
sum=$(sha256sum <server/numbers.csv | cut -d' ' -f1)
cat >table <<END
# a comment
plain numbers.csv $sum file://$folder/server/numbers.csv
packed numbers.csv.gz $sum file://$folder/server/numbers.csv.gz
mirror mirror.csv $sum file://$folder/server/none.csv file://$folder/server/numbers.csv
unknown unknown.csv - file://$folder/server/numbers.csv
wrong wrong.csv 00$sum file://$folder/server/numbers.csv
broken broken.csv.gz - file://$folder/server/broken.csv.gz
none none.csv - file://$folder/server/none.csv
two numbers.csv $sum file://$folder/server/numbers.csv
two unknown.csv - file://$folder/server/numbers.csv
END
get() {
    "$fetch" --table table -o got "$@"
}
status() {
    expected=$1
    shift
    "$@"
    test $? -eq "$expected"
}
says() {
    text=$1
    shift
    "$@" 2>&1 | grep -F "$text"
}
same() {
    cmp "server/$1" "got/$2"
}
check "a list" says "packed" "$fetch" --table table --list
check "the list of this script" says "kth-sp2" "$fetch" --list
check "whole" get plain
check "is the same" same numbers.csv numbers.csv
touch -d '2001-01-01' got/numbers.csv
check "there already" says "there already" get plain
check "left alone" test got/numbers.csv -ot table
check "packed" get packed
check "is the same packed" same numbers.csv.gz numbers.csv.gz
rm got/numbers.csv
head -c 100000 server/numbers.csv >got/numbers.csv.part
check "goes on" get plain
check "is the same in the end" same numbers.csv numbers.csv
mv got/numbers.csv got/numbers.csv.part
check "all of it was there" get plain
check "is the same again" same numbers.csv numbers.csv
rm got/numbers.csv.gz
head -c 1000 server/numbers.csv >got/numbers.csv.gz.part
check "what was there is something else" says "removed" get packed
check "then it is fetched anew" get packed
check "the second address" get mirror
check "is the same from there" same numbers.csv mirror.csv
check "no checksum" says "no checksum is known, its content has $sum" get unknown
check "a wrong checksum" status 1 get wrong
check "is not kept" test ! -e got/wrong.csv
check "a broken file" status 1 get broken
check "is not kept either" test ! -e got/broken.csv.gz
check "what is not there" status 1 get none
rm -rf got
check "two files" get two
check "are both there" test -s got/numbers.csv -a -s got/unknown.csv
check "an unknown name" status 2 get nothing
check "no name" status 2 get
check "an unknown option" status 2 get --what
echo "1..$n"
