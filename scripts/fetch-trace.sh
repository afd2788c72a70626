#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# scripts/fetch-trace.sh [-o DIR] [--table FILE] NAME..   fetches public logs by name
# scripts/fetch-trace.sh [--table FILE] --list            names them
#
# What was fetched in part goes on where it stopped; what is there and right is left alone. The checksum
# (SHA-256) is of the unpacked content, whatever it was packed with; where none is known it is printed
# and not checked. Each log keeps the terms of its publisher. --table: another list of the same form, for
# mirrors. Exit status: 0 done, 1 a log could not be fetched or is not what it should be, 2 usage.
set -u

# name, file, sha256 of the content or -, addresses in the order they are tried; blanks between.
table() {
    local pwa=https://www.cs.huji.ac.il/labs/parallel/workload
    local ali=https://raw.githubusercontent.com/alibaba/clusterdata/HEAD
    local rnn=https://raw.githubusercontent.com/huaweicloud/trace_generation_rnn/HEAD/resources
    local google=https://storage.googleapis.com/clusterdata-2011-2
    local azure=https://azurepublicdatasettraces.blob.core.windows.net
    local release=https://github.com/Azure/AzurePublicDataset/releases/download
    local gwa=http://gwa.ewi.tudelft.nl/fileadmin/pds/trace-archives/grid-workloads-archive/datasets
    local orlib=https://people.brunel.ac.uk/~mastjjb/jeb/orlib/files
    cat <<END
kth-sp2 KTH-SP2-1996-2.swf.gz df76b94e5f670db52179688a98deec3e1887d10adb39f96c900b8e92abb386ab $pwa/l_kth_sp2/KTH-SP2-1996-2.swf.gz
nasa-ipsc NASA-iPSC-1993-3.1-cln.swf.gz 9d997a2c20a7f7b0b6d81638d756ce8b2c524c4f2e9ec78da36001743ca33d76 $pwa/l_nasa_ipsc/NASA-iPSC-1993-3.1-cln.swf.gz
llnl-atlas LLNL-Atlas-2006-2.1-cln.swf.gz 8b3aaab739fa0bda8abaccc37c207d0b19d9d147b19e7f47a1641133a56fd07f $pwa/l_llnl_atlas/LLNL-Atlas-2006-2.1-cln.swf.gz
lcg LCG-2005-1.swf.gz f8e60cbd08ca990bdd39effc3b3787d7e60539419e2345661c0d5c3b4fa60f4e $pwa/l_lcg/LCG-2005-1.swf.gz
cea-curie CEA-Curie-2011-2.1-cln.swf.gz - $pwa/l_cea_curie/CEA-Curie-2011-2.1-cln.swf.gz
anl-intrepid ANL-Intrepid-2009-1.swf.gz - $pwa/l_anl_int/ANL-Intrepid-2009-1.swf.gz
ricc RICC-2010-2.swf.gz - $pwa/l_ricc/RICC-2010-2.swf.gz
sdsc-blue SDSC-BLUE-2000-4.2-cln.swf.gz - $pwa/l_sdsc_blue/SDSC-BLUE-2000-4.2-cln.swf.gz
unilu-gaia UniLu-Gaia-2014-2.swf.gz - $pwa/l_unilu_gaia/UniLu-Gaia-2014-2.swf.gz
openb-nodes openb_node_list_all_node.csv 5a85c2af79c66a1efff8bbcbda430400aae56d8431370d738480967e1a9c6b15 $ali/cluster-trace-gpu-v2023/csv/openb_node_list_all_node.csv
openb-gpu-nodes openb_node_list_gpu_node.csv 2beca64b4d3dfa342036a34b56a495c6cef9225db836c81f541282cb1df320b5 $ali/cluster-trace-gpu-v2023/csv/openb_node_list_gpu_node.csv
openb-pods openb_pod_list_default.csv 1ee7ed79c27a3b0861cda8ddba86a004c6aba904caafa329a76ae93ca63834a8 $ali/cluster-trace-gpu-v2023/csv/openb_pod_list_default.csv
openb-pods-gpuspec33 openb_pod_list_gpuspec33.csv eca4f746db1e5b25864ad021b55ece3943e101a3ebd4574d09dcb95c46117652 $ali/cluster-trace-gpu-v2023/csv/openb_pod_list_gpuspec33.csv
alibaba-dlrm disaggregated_DLRM_trace.csv - $ali/cluster-trace-gpu-v2025/disaggregated_DLRM_trace.csv
google-machines google-machine_events.csv.gz 16cfec99fd35336c955ade9ea0b6da3e781660d6cabd6c33409af2c10a4e27f3 $google/machine_events/part-00000-of-00001.csv.gz
google-tasks google-task_events-00000-of-00500.csv.gz - $google/task_events/part-00000-of-00500.csv.gz
azure-v1 azure-v1-vmtable.csv.gz - $azure/azurepublicdataset/trace_data/vmtable/vmtable.csv.gz $release/dataset-v1/trace_data_vmtable_vmtable.csv.gz
azure-v2 azure-v2-vmtable.csv.gz - $azure/azurepublicdatasetv2/trace_data/vmtable/vmtable.csv.gz $release/dataset-v2/trace_data_vmtable_vmtable.csv.gz
azure-flavours flav_map.txt 2b7ae5498471022e4bb0d62b148cbde01d5704a5fef482096ad780e17cbb0902 $rnn/maps/flav_map.txt
azure-flavours v1.interval_map.txt 404436c751ac5a345092b8b5c9cb91ca99ae013c675fd932cfb7fc633eb9579d $rnn/maps/v1.interval_map.txt
azure-flavours v1.dev.txt 78a3e6c258553b458bd8e55d867ef5fa1a2b82cdd5c4c4b1f777210669835af6 $rnn/traces/v1.dev.txt
azure-flavours v1.dev.c2100000.txt 46521121c2917b14800abd090354b41045ff5f5d88f8b144456af6e098196b32 $rnn/traces/v1.dev.c2100000.txt
bitbrains fastStorage.zip - $gwa/gwa-t-12/fastStorage.zip
lanl-failures LA-UR-05-7318-failure-data-1996-2005.csv.xz 516c88f0fa07b9d4c8b0d68974e8569f2ec2c98d6eefba372c12e7350bd2d175 https://raw.githubusercontent.com/Derek-Jones/ESEUR-code-data/HEAD/reliability/LA-UR-05-7318-failure-data-1996-2005.csv.xz
orlib binpack1.txt 891fe4b3be86371b120ccaf37ce4525b5b0a2fc249d38725cd3216fbaa42b172 $orlib/binpack1.txt
orlib binpack2.txt 86fd8c3d3007047b2ed2e6d2d09924c04d286070968804643d20fd56f9123331 $orlib/binpack2.txt
orlib binpack3.txt 24ef075e7f6f26f55dddba907d2d4fc117b04ac543e0a35d595b3635435e1e02 $orlib/binpack3.txt
orlib binpack4.txt a87d04d0157b829a21538ca2e52331c55f367440a9f9e131f2a97290e415ebc6 $orlib/binpack4.txt
orlib binpack5.txt 33cb019a3f05d972abeffdc37ebc6ee31bf84c69b5b2a7a0443b41277a74f546 $orlib/binpack5.txt
orlib binpack6.txt b832c391bdd36221cc3e0285af474717ebd83481e7ee50a9bd88339fb8bbfd6b $orlib/binpack6.txt
orlib binpack7.txt 30eb806cab226c398f9a524cad04d19dc64494e5e8778cb22357cd463e112ab8 $orlib/binpack7.txt
orlib binpack8.txt 841eb57d0417a70e9b60c617c590671ace73f39445a0424257a121c4876eadf6 $orlib/binpack8.txt
END
}

usage() {
    echo "fetch-trace.sh: $1; fetch-trace.sh --list names what there is" >&2
    exit 2
}

rows() {
    if [ -n "$list" ]; then
        grep -v '^#' "$list"
    else
        table
    fi
}

content() {
    case $1 in
    *.gz | *.gz.part) gzip -dc <"$1" ;;
    *.xz | *.xz.part) xz -dc <"$1" ;;
    *) cat "$1" ;;
    esac
}

# The checksum of what a file holds; nothing where it is cut short.
checksum() {
    local sum
    sum=$(set -o pipefail; content "$1" 2>/dev/null | sha256sum) && echo "${sum%% *}"
}

# Goes on with what is there. A server that cannot is asked for all of it.
load() {
    local address=$1 part=$2
    if command -v curl >/dev/null; then
        curl -fL --retry 2 --connect-timeout 20 -sS -C - -o "$part" "$address" && return 0
        [ -s "$part" ] && curl -fL --retry 2 --connect-timeout 20 -sS -o "$part" "$address"
    else
        wget -q -c -O "$part" "$address"
    fi
}

# FILE SHA256 ADDRESS..
fetch() {
    local file=$1 expected=$2 address found
    shift 2
    if [ -s "$folder/$file" ] && { [ "$expected" = - ] || [ "$(checksum "$folder/$file")" = "$expected" ]; }; then
        echo "$folder/$file: there already"
        return 0
    fi
    for address in "$@"; do
        found=
        if [ -s "$folder/$file.part" ] && [ "$expected" != - ]; then
            found=$(checksum "$folder/$file.part")
        fi
        if [ "$found" != "$expected" ] && ! load "$address" "$folder/$file.part"; then
            echo "fetch-trace.sh: $address: cannot be fetched; what came is kept as $file.part" >&2
            continue
        fi
        found=$(checksum "$folder/$file.part")
        if [ -z "$found" ] || { [ "$expected" != - ] && [ "$found" != "$expected" ]; }; then
            echo "fetch-trace.sh: $address: expected content of SHA-256 $expected, found ${found:-a broken file}; removed" >&2
            rm -f "$folder/$file.part"
            continue
        fi
        mv "$folder/$file.part" "$folder/$file"
        [ "$expected" = - ] && echo "$folder/$file: no checksum is known, its content has $found" ||
            echo "$folder/$file: fetched, its content is what it should be"
        return 0
    done
    return 1
}

folder=. list= names=() listing=no
while [ $# -gt 0 ]; do
    case $1 in
    -o | --output) [ $# -gt 1 ] || usage "-o: expected a folder, found nothing"; folder=$2; shift ;;
    --table) [ -f "${2:-}" ] || usage "--table: expected a file, found \"${2:-}\""; list=$2; shift ;;
    --list) listing=yes ;;
    -h | --help) sed -n '3,10s/^# \{0,1\}//p' "$0"; exit 0 ;;
    -*) usage "unknown option $1" ;;
    *) names+=("$1") ;;
    esac
    shift
done
if [ $listing = yes ]; then
    rows | awk '{ printf "%-22s %-48s %s\n", $1, $2, $3 == "-" ? "no checksum known" : "checked" }'
    exit 0
fi
[ ${#names[@]} -gt 0 ] || usage "expected a name, found none"
for name in "${names[@]}"; do
    rows | awk -v name="$name" '$1 == name { found = 1 } END { exit !found }' ||
        usage "expected a name of the list, found \"$name\""
done
mkdir -p "$folder" || exit 1
failed=0
for name in "${names[@]}"; do
    while read -r _ file sum addresses; do
        # shellcheck disable=SC2086
        fetch "$file" "$sum" $addresses </dev/null || failed=1
    done < <(rows | awk -v name="$name" '$1 == name')
done
exit $failed
