# SPDX-License-Identifier: GPL-3.0-or-later
# Jobs that wait. Needs: $data (time, queued_mean, queued_max), binned (1: a row is a stretch of
# time with its mean and its peak; 0: an instant), unit, end, window_end (-1: none).
set xrange [0:end]
set yrange [0:*]
set format y "%'.0f"
set xlabel unit." since the first submission"
if (window_end > 0) set arrow from window_end, graph 0 to window_end, graph 1 nohead dt 2
if (window_end > 0) set label "last submission" at window_end, graph 1.06 center
set style fill solid 0.22 noborder
plot $data using "time":"queued_max" with fillsteps lc rgb colour[2] \
         title (binned ? "most" : ""), \
     $data using "time":"queued_mean" with steps lw 1.4 lc rgb colour[2] \
         title (binned ? "mean" : "waiting jobs")
