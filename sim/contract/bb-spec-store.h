/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L2. The specs that a policy has read: each stays as long as the store, so that what is borrowed from
 * one does too. */
#pragma once

#include "bb-spec.h"

#include "sim/model/bb-names.h"

typedef struct _BbSpecStore BbSpecStore;

/* `names` is borrowed; `system` names the member that is the policy's, a static text. */
BbSpecStore *bb_spec_store_new(const BbNames *names, const char *system);
void bb_spec_store_free(BbSpecStore *store);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BbSpecStore, bb_spec_store_free)

/* The system's object in the text of that name id; NULL when the id is 0, when there is none, or with an
 * error. */
JsonObject *bb_spec_store_read(BbSpecStore *store, guint32 text, GError **error);
/* Makes *failure, unless it is set, the error of a job's spec. */
void bb_spec_fail(GError **failure, const GError *wrong);
