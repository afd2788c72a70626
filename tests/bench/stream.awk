# SPDX-License-Identifier: GPL-3.0-or-later
# awk -f stream.awk -v jobs=1000000 -v nodes=1000: native jobs for as many nodes of 32 cores and 128 GiB,
# in a dozen sizes, that keep three quarters of them busy.
function uniform() {
    state = (state * 16807) % 2147483647
    return state / 2147483647
}

BEGIN {
    state = 20260101
    n = split("250 500 500 1000 1000 1000 2000 2000 2000 4000 4000 8000", cpu, " ")
    split("512 1024 4096 2048 4096 8192 4096 8192 16384 8192 32768 32768", memory, " ")
    for (i = 1; i <= n; i++)
        mean += cpu[i] / n
    gap = 1800 * mean / (nodes * 32000 * 0.75)
    print "job_id,submit_s,runtime_s,cpu_milli,memory_mib"
    for (i = 1; i <= jobs; i++) {
        t -= log(uniform()) * gap
        s = 1 + int(uniform() * n)
        printf "%d,%.3f,%d,%d,%d\n", i, t, 1 - log(uniform()) * 1800, cpu[s], memory[s]
    }
}
