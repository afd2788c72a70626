/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Label selectors of Kubernetes. */
#pragma once

#include "policies/profiles/kube/kube-store.h"

typedef enum {
    KUBE_OP_IN,
    KUBE_OP_NOT_IN,
    KUBE_OP_EXISTS,
    KUBE_OP_DOES_NOT_EXIST,
    KUBE_OP_GT,
    KUBE_OP_LT,
    KUBE_OP_UNKNOWN,
} KubeOperator;

typedef struct {
    guint32 key;
    KubeOperator op;
    const guint32 *values;
    guint n_values;
    gint64 bound; /* of Gt and Lt, set by kube_selector_seal() */
} KubeRequirement;

typedef enum {
    KUBE_SELECT_NOTHING, /* null: matches nothing; the value of zeroed memory */
    KUBE_SELECT_ALL_OF,  /* every requirement; none: matches everything */
    KUBE_SELECT_INVALID, /* cannot be parsed: matches nothing */
} KubeSelectorKind;

typedef struct {
    KubeSelectorKind kind;
    const KubeRequirement *requirements;
    guint n;
} KubeSelector;

/* "In" ... as Kubernetes writes them; KUBE_OP_UNKNOWN for any other text. */
KubeOperator kube_operator(const char *text);

/* Checks a selector as the API's parser does (operators, numbers of values, keys and values that a
 * label can have, whole numbers for Gt and Lt when `bounds`: only node selectors have those) and
 * returns the checked one: KUBE_SELECT_INVALID if one requirement is bad. The requirements must be
 * the store's memory; bounds are written into a copy. */
KubeSelector kube_selector_seal(KubeStore *store, KubeSelector selector, gboolean bounds);
/* The requirements and, for every key, key In (its value); for matchLabels. */
KubeSelector kube_selector_from_labels(KubeStore *store, const KubeLabels *labels,
                                       const KubeRequirement *more, guint n_more);

gboolean kube_selector_matches(const KubeStore *store, const KubeSelector *selector,
                               const KubeLabels *labels);
/* The same of the one field of a node that can be selected, metadata.name. */
gboolean kube_selector_matches_name(const KubeStore *store, const KubeSelector *fields,
                                    guint32 node_name);
gboolean kube_selector_is_everything(const KubeSelector *selector);
