/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L2. How a policy is written: "NAME", "NAME,k=v,..", and for policies that take a text of their own
 * "NAME,k=v: TEXT". Shared by queues and placements. */
#pragma once

#include "sim/base/bb-types.h"

/* The text after the first colon outside parentheses, stripped, and what is before it; both owned by
 * the caller. *out_tail is NULL when there is no colon. */
void bb_policy_text_split(const char *text, char **out_head, char **out_tail);
/* BB_ERROR_USAGE "unknown KIND NAME", with a suggestion from `names` (NULL-terminated). FALSE. */
gboolean bb_policy_unknown(const char *kind, const char *name, const char *const *names,
                           GError **error);
/* The tail goes to a policy that takes a text (fallback not NULL: what it takes when none is given);
 * FALSE for a tail that nobody wants. *out_text is owned by the caller; NULL: takes none. */
gboolean bb_policy_take_text(const char *kind, const char *name, const char *fallback,
                             const char *tail, char **out_text, GError **error);
