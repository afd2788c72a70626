/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L4. Holm's step-down correction for a family of tests (Holm 1979), right under any dependence. The
 * family is all metrics and pairs judged in one command. */
#pragma once

#include <glib.h>

/* adjusted_(k) = max over j <= k of min(1, (m - j + 1) p_(j)), p sorted upwards; out in the order of
 * p. A test is rejected at alpha when its adjusted value is <= alpha. `out` may be p. O(m log m). */
void bb_holm(const double *p, gsize m, double *out_adjusted);
