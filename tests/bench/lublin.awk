# SPDX-License-Identifier: GPL-3.0-or-later
# awk -f lublin.awk -v jobs=100000 -v procs=256 -v load=1.1: a log in the standard workload format, of
# the kind of Lublin and Feitelson (The workload on parallel supercomputers, 2003): a quarter of the
# jobs are serial, powers of two prevail, run times are two gamma humps in the logarithm and longer for
# wide jobs, arrivals follow the day. A load above 1 leaves thousands waiting. The random numbers are
# its own: any awk gives the same log.

function uniform() {
    state = (state * 16807) % 2147483647
    return state / 2147483647
}

function normal(    u) {
    u = uniform()
    return sqrt(-2 * log(u)) * cos(6.283185307179586 * uniform())
}

# Marsaglia and Tsang; shape above 1.
function gamma(shape, scale,    c, d, v, x) {
    d = shape - 1 / 3
    c = 1 / sqrt(9 * d)
    for (;;) {
        x = normal()
        v = (1 + c * x) ^ 3
        if (v > 0 && log(uniform()) < x * x / 2 + d - d * v + d * log(v))
            return d * v * scale
    }
}

function draw_size(    log2_size) {
    if (uniform() < 0.244)
        return 1
    log2_size = uniform() < 0.86 ? 0.8 + uniform() * 3.7 : 4.5 + uniform() * (log2_procs - 4.5)
    if (uniform() < 0.576)
        log2_size = int(log2_size + 0.5)
    return int(2 ^ log2_size + 0.5)
}

function draw_runtime(size,    seconds) {
    seconds = exp(uniform() < 0.78 - 0.0054 * size ? gamma(4.2, 0.94) : gamma(312, 0.03))
    return seconds < 1 ? 1 : seconds > 162755 ? 162755 : int(seconds)
}

# Quiet nights, busy days.
function rate(t) {
    return 1 + 0.7 * sin(6.283185307179586 * (t / 86400 - 0.375))
}

BEGIN {
    state = 20030101
    log2_procs = log(procs) / log(2)
    for (i = 1; i <= jobs; i++) {
        size[i] = draw_size()
        runtime[i] = draw_runtime(size[i])
        area += size[i] * runtime[i]
    }
    gap = area / procs / load / jobs
    printf "; MaxProcs: %d\n; MaxJobs: %d\n", procs, jobs
    for (i = 1; i <= jobs; i++) {
        t -= log(uniform()) * gap / rate(t)
        estimate = int(runtime[i] * (1 + 4 * uniform()) / 300 + 1) * 300
        printf "%d %d -1 %d %d -1 -1 %d %d -1 1 %d 1 1 -1 -1 -1 -1\n", i, int(t), runtime[i], size[i],
            size[i], estimate, 1 + int(uniform() * 50)
    }
}
