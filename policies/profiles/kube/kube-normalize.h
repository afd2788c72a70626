/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The normalising that most scores share: 100 * score / highest; `reverse`: 100 minus that. All 0:
 * stays 0, or 100 if reverse. Source: plugins/helper/normalize_score.go. */
#pragma once

#include <glib.h>

void kube_default_normalize(gint64 max, gboolean reverse, gint64 *scores, guint n);
