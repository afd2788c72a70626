# SPDX-License-Identifier: GPL-3.0-or-later
# Allocated over capacity, by resource. Needs: $data (time, then RESOURCE_allocated, RESOURCE_used,
# as fractions), resources ("cpu memory"), shows_used (1: draw used too), unit ("days"), end,
# window_end (-1: none).
set xrange [0:end]
set yrange [0:100]
set ytics 25 format "%g %%"
set xlabel unit." since the first submission"
if (window_end > 0) set arrow from window_end, 0 to window_end, 100 nohead dt 2
if (window_end > 0) set label "last submission" at window_end, graph 1.06 center
hue(r) = r eq "cpu" ? 1 : r eq "memory" ? 2 : r eq "gpu" ? 3 : 4
single = words(resources) == 1
set style fill solid 0.22 noborder
if (single) {
    r = resources
    allocated = r."_allocated"
    plot $data using "time":(100 * column(allocated)) with fillsteps lc rgb colour[hue(r)] \
             notitle, \
         $data using "time":(100 * column(allocated)) with steps lw 1.4 lc rgb colour[hue(r)] \
             title r." allocated", \
         $data using "time":(shows_used ? 100 * column(r."_used") : NaN) with steps lw 1.2 \
             lc rgb colour[2] title (shows_used ? r." used" : "")
} else {
    plot for [r in resources] $data using "time":(100 * column(r."_allocated")) with steps lw 1.5 \
             lc rgb colour[hue(r)] title r
}
