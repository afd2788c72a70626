/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L3. What is free of one amount over future time: a step function, for plans on a flat pool. Steps
 * stand in two arrays, so that a search is one pass over memory. n = steps, about two a holder. */
#pragma once

#include "sim/base/bb-types.h"

typedef struct _BbProfile BbProfile;

BbProfile *bb_profile_new(void);
void bb_profile_free(BbProfile *profile);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BbProfile, bb_profile_free)

/* `free` from now to the end of time. */
void bb_profile_reset(BbProfile *profile, BbTimeUs now_us, gint64 free);
/* More is free from a time on that is not before the last step. O(1). */
void bb_profile_append(BbProfile *profile, BbTimeUs from_us, gint64 amount);
/* Forgets what was before now. Amortised O(1) a step. */
void bb_profile_advance(BbProfile *profile, BbTimeUs now_us);
/* Adds `amount` (negative: takes) in [from, to), now <= from. O(n). */
void bb_profile_add(BbProfile *profile, BbTimeUs from_us, BbTimeUs to_us, gint64 amount);
/* The first time, not after `latest`, from which `need` is free for `duration`; BB_TIME_NEVER when
 * there is none. O(steps up to `latest`). */
BbTimeUs bb_profile_earliest(const BbProfile *profile, gint64 need, BbTimeUs duration_us,
                             BbTimeUs latest_us);
/* For how long from now on at least `need` is free: 0 if not even now, NEVER for ever; and the most
 * that is free meanwhile. */
BbTimeUs bb_profile_free_for(const BbProfile *profile, gint64 need, gint64 *out_most);
