/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pods and nodes in the compact JSON form of the tests (tests/vectors). Members that are absent,
 * null or of another type count as not given. Everything read is the store's. */
#pragma once

#include <json-glib/json-glib.h>

#include "policies/profiles/kube/kube-cluster.h"

/* {"a": "b", ..}; NULL: none. */
KubeLabels kube_json_labels(KubeStore *store, JsonObject *object);
/* {match_labels, exprs}; NULL: KUBE_SELECT_NOTHING. Not sealed. */
KubeSelector kube_json_selector(KubeStore *store, JsonObject *object);
/* {cpu_milli, mem_bytes, ephemeral_bytes, ext{}}; NULL: none. */
KubeAmounts kube_json_amounts(KubeStore *store, JsonObject *object);
/* {required_terms[], preferred[]}; NULL: none. Not sealed. */
KubeNodeAffinity kube_json_node_affinity(KubeStore *store, JsonObject *object);

/* Not sealed: more may be added. */
void kube_json_fill_spec(KubeStore *store, JsonObject *pod, KubeSpec *spec);
/* Sealed. */
const KubeSpec *kube_json_spec(KubeStore *store, JsonObject *pod);
/* With name, uid (the name if not given), start time and terminating; not on its node. Free it. */
KubePod *kube_json_pod(KubeStore *store, JsonObject *pod);
KubeNodeSpec kube_json_node(KubeStore *store, JsonObject *node);
/* The text member as a name; KUBE_ABSENT: not given. */
guint32 kube_json_name(KubeStore *store, JsonObject *object, const char *member);
