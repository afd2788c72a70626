# SPDX-License-Identifier: GPL-3.0-or-later
# Read before every other script. Needs: name (of the plot), height. The page gives colours their
# final shade: 1 to 4 are the series, black is the text, gray the grid.
set terminal svg dynamic size 880,height font "sans-serif,14" name name
set datafile separator comma columnheaders
set encoding utf8
set border 3 lw 0.7 lc rgb "black"
set grid xtics ytics lw 0.6 lc rgb "gray" dt 1
set tics nomirror scale 0.4
set key at screen 0.085, screen 0.98 left top horizontal Left reverse samplen 1.6 width 1
set tmargin 3
set bmargin 3.1
set xlabel offset 0, 0.45
set lmargin 8
set rmargin 2
array colour[4] = ["#0072b2", "#d55e00", "#009e73", "#cc79a7"]
