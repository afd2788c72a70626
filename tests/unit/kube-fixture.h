/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Small kube clusters from JSON in single quotes, for tests. */
#pragma once

#include "policies/profiles/kube/kube-json.h"

typedef struct {
    KubeStore *store;
    KubeCluster *cluster;
    GPtrArray *pods; /* freed with the fixture */
} Kube;

static inline void
kube_init(Kube *kube)
{
    kube->store = kube_store_new();
    kube->cluster = kube_cluster_new(kube->store);
    kube->pods = g_ptr_array_new();
}

static inline void
kube_clear(Kube *kube)
{
    kube_cluster_free(kube->cluster);
    for (guint i = 0; i < kube->pods->len; i++)
        kube_pod_free(g_ptr_array_index(kube->pods, i));
    g_ptr_array_free(kube->pods, TRUE);
    kube_store_free(kube->store);
}

static inline JsonNode *
kube_parse(const char *text)
{
    g_autofree char *json = g_strdelimit(g_strdup(text), "'", '"');
    g_autoptr(GError) error = NULL;
    JsonNode *node = json_from_string(json, &error);

    g_assert_no_error(error);
    return node;
}

static inline KubeNodeSpec
kube_node_spec(Kube *kube, const char *text)
{
    g_autoptr(JsonNode) json = kube_parse(text);

    return kube_json_node(kube->store, json_node_get_object(json));
}

static inline guint32
kube_node(Kube *kube, const char *text)
{
    KubeNodeSpec spec = kube_node_spec(kube, text);

    return kube_cluster_add_node(kube->cluster, &spec);
}

/* Not on any node yet. */
static inline KubePod *
kube_pod(Kube *kube, const char *text)
{
    g_autoptr(JsonNode) json = kube_parse(text);
    KubePod *pod = kube_json_pod(kube->store, json_node_get_object(json));

    g_ptr_array_add(kube->pods, pod);
    return pod;
}
