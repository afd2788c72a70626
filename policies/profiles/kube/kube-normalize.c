/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two runs over the scores. */
#include "policies/profiles/kube/kube-normalize.h"

void
kube_default_normalize(gint64 max, gboolean reverse, gint64 *scores, guint n)
{
    gint64 highest = 0;

    for (guint i = 0; i < n; i++)
        highest = MAX(highest, scores[i]);
    for (guint i = 0; i < n; i++) {
        gint64 score = highest == 0 ? scores[i] : max * scores[i] / highest;

        scores[i] = reverse ? max - score : score;
        if (highest == 0 && reverse)
            scores[i] = max;
    }
}
