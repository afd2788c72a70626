# SPDX-License-Identifier: GPL-3.0-or-later
# Distribution of the wait, by kind of job. Needs: $data (wait_s, then a column a kind, as
# fractions), kinds ("container vm"), least and most (s).
set logscale x
set xrange [least:most]
set yrange [0:100]
set ytics 25 format "%g %%"
set xtics ("1 ms" .001, "10 ms" .01, "0.1 s" .1, "1 s" 1, "10 s" 10, "1 min" 60, "10 min" 600, \
           "1 h" 3600, "10 h" 36000, "4 d" 345600, "40 d" 3456000, "1 y" 31557600)
set xlabel "waited at most"
hue(k) = k eq "container" ? 1 : k eq "vm" ? 2 : k eq "process" ? 3 : 4
set tmargin 1
set key at graph 0.98, graph 0.06 right bottom vertical
plot for [k in kinds] $data using "wait_s":(100 * column(k)) with lines lw 1.8 \
         lc rgb colour[hue(k)] title k
