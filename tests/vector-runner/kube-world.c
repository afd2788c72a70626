/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Vectors of kube-scheduler as a cluster. */
#include "kube-world.h"

#include "policies/profiles/kube/kube-json.h"

static void
read_name_spaces(KubeWorld *world, JsonObject *spaces)
{
    g_autoptr(GList) names = spaces ? json_object_get_members(spaces) : NULL;

    for (GList *name = names; name; name = name->next)
        kube_cluster_set_name_space(world->cluster, kube_intern(world->store, name->data),
                                    kube_json_labels(world->store, vec_object(spaces, name->data)));
}

/* The tests of a single node leave out where its pods are. */
static guint32
node_of(const KubeWorld *world, JsonObject *pod)
{
    guint32 name = kube_json_name(world->store, pod, "node");

    if (name == KUBE_ABSENT && kube_cluster_n_nodes(world->cluster) == 1)
        return 0;
    return name == KUBE_ABSENT ? KUBE_ABSENT : kube_cluster_find_node(world->cluster, name);
}

static void
read_pod(KubeWorld *world, JsonObject *object)
{
    KubePod *pod = kube_json_pod(world->store, object);
    guint32 node = node_of(world, object);

    g_ptr_array_add(world->pods, pod);
    if (node != KUBE_ABSENT)
        kube_cluster_add_pod(world->cluster, pod, node);
}

/* A node, or only the name of one. */
static void
read_node(KubeWorld *world, JsonNode *json)
{
    JsonObject *object = JSON_NODE_HOLDS_OBJECT(json) ? json_object_ref(json_node_get_object(json))
                                                      : json_object_new();
    KubeNodeSpec node;

    if (JSON_NODE_HOLDS_VALUE(json))
        json_object_set_string_member(object, "name", json_node_get_string(json));
    node = kube_json_node(world->store, object);
    kube_cluster_add_node(world->cluster, &node);
    json_object_unref(object);
}

static void
free_pod(gpointer pod)
{
    kube_pod_free(pod);
}

KubeWorld *
kube_world_new(JsonObject *vector)
{
    KubeWorld *world = g_new0(KubeWorld, 1);
    JsonObject *inputs = vec_object(vector, "inputs");
    JsonArray *nodes = vec_array(inputs, "nodes"), *pods = vec_array(inputs, "pods");

    world->store = kube_store_new();
    world->cluster = kube_cluster_new(world->store);
    world->pods = g_ptr_array_new_with_free_func(free_pod);
    read_name_spaces(world, vec_object(vec_object(vector, "args"), "namespace_labels"));
    for (guint i = 0; i < vec_length(nodes); i++)
        read_node(world, json_array_get_element(nodes, i));
    for (guint i = 0; i < vec_length(pods); i++)
        read_pod(world, vec_object_at(pods, i));
    return world;
}

void
kube_world_free(KubeWorld *world)
{
    if (!world)
        return;
    kube_cluster_free(world->cluster);
    g_ptr_array_free(world->pods, TRUE);
    kube_store_free(world->store);
    g_free(world);
}

GArray *
kube_world_nodes(const KubeWorld *world, JsonObject *inputs, const char *member)
{
    GArray *nodes = g_array_new(FALSE, FALSE, sizeof(guint32));
    JsonArray *names = vec_array(inputs, member);
    guint n = names ? vec_length(names) : kube_cluster_n_nodes(world->cluster);

    for (guint32 i = 0; i < n; i++) {
        guint32 node = names ? kube_cluster_find_node(
                                   world->cluster, kube_intern(world->store, vec_text_at(names, i)))
                             : i;

        if (node != KUBE_ABSENT)
            g_array_append_val(nodes, node);
    }
    return nodes;
}

const char *
kube_world_node_name(const KubeWorld *world, guint32 node)
{
    return kube_text(world->store, kube_cluster_node(world->cluster, node)->name);
}
