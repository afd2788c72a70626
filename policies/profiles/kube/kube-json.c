/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One function an object; lists go through a callback that fills one element. */
#include "policies/profiles/kube/kube-json.h"

#include "policies/profiles/kube/kube-toleration.h"

static JsonNode *
member_of(JsonObject *object, const char *member)
{
    JsonNode *node = object ? json_object_get_member(object, member) : NULL;

    return node && !json_node_is_null(node) ? node : NULL;
}

static JsonObject *
object_of(JsonObject *object, const char *member)
{
    JsonNode *node = member_of(object, member);

    return node && JSON_NODE_HOLDS_OBJECT(node) ? json_node_get_object(node) : NULL;
}

static gint64
int_of(JsonObject *object, const char *member, gint64 fallback)
{
    JsonNode *node = member_of(object, member);

    return node && JSON_NODE_HOLDS_VALUE(node) ? json_node_get_int(node) : fallback;
}

static gboolean
bool_of(JsonObject *object, const char *member)
{
    JsonNode *node = member_of(object, member);

    return node && JSON_NODE_HOLDS_VALUE(node) && json_node_get_boolean(node);
}

static const char *
text_of(JsonObject *object, const char *member)
{
    JsonNode *node = member_of(object, member);

    return node && JSON_NODE_HOLDS_VALUE(node) ? json_node_get_string(node) : NULL;
}

static guint32
name_of(KubeStore *store, JsonObject *object, const char *member)
{
    return kube_intern(store, text_of(object, member));
}

guint32
kube_json_name(KubeStore *store, JsonObject *object, const char *member)
{
    const char *text = text_of(object, member);

    return text ? kube_intern(store, text) : KUBE_ABSENT;
}

/* Reads one element of a list into its place. */
typedef void (*ReadInto)(KubeStore *store, JsonNode *node, gpointer place);

static gpointer
list_of(KubeStore *store, JsonObject *object, const char *member, gsize size, ReadInto read,
        guint *n)
{
    JsonNode *node = member_of(object, member);
    JsonArray *array = node && JSON_NODE_HOLDS_ARRAY(node) ? json_node_get_array(node) : NULL;
    guint8 *items;

    *n = array ? json_array_get_length(array) : 0;
    items = kube_alloc(store, size * *n);
    for (guint i = 0; i < *n; i++)
        read(store, json_array_get_element(array, i), items + size * i);
    return items;
}

static JsonObject *
as_object(JsonNode *node)
{
    return JSON_NODE_HOLDS_OBJECT(node) ? json_node_get_object(node) : NULL;
}

static void
read_name(KubeStore *store, JsonNode *node, gpointer place)
{
    const char *text = JSON_NODE_HOLDS_VALUE(node) ? json_node_get_string(node) : NULL;

    *(guint32 *)place = kube_intern(store, text);
}

KubeLabels
kube_json_labels(KubeStore *store, JsonObject *object)
{
    g_autoptr(GList) keys = object ? json_object_get_members(object) : NULL;
    g_autoptr(GArray) labels = g_array_new(FALSE, FALSE, sizeof(KubeLabel));

    for (GList *key = keys; key; key = key->next) {
        KubeLabel label = {kube_intern(store, key->data), name_of(store, object, key->data)};

        g_array_append_val(labels, label);
    }
    return kube_labels_seal(store, (const KubeLabel *)(const void *)labels->data, labels->len);
}

static void
read_requirement(KubeStore *store, JsonNode *node, gpointer place)
{
    KubeRequirement *requirement = place;
    JsonObject *object = as_object(node);

    requirement->key = name_of(store, object, "key");
    requirement->op = kube_operator(text_of(object, "op"));
    requirement->values = list_of(store, object, "values", sizeof *requirement->values, read_name,
                                  &requirement->n_values);
}

static KubeSelector
requirements_of(KubeStore *store, JsonObject *object, const char *member)
{
    KubeSelector selector = {KUBE_SELECT_ALL_OF, NULL, 0};

    selector.requirements = list_of(store, object, member, sizeof *selector.requirements,
                                    read_requirement, &selector.n);
    return selector;
}

KubeSelector
kube_json_selector(KubeStore *store, JsonObject *object)
{
    KubeSelector more;
    KubeLabels labels;

    if (!object)
        return (KubeSelector){KUBE_SELECT_NOTHING, NULL, 0};
    labels = kube_json_labels(store, object_of(object, "match_labels"));
    more = requirements_of(store, object, "exprs");
    return kube_selector_from_labels(store, &labels, more.requirements, more.n);
}

static void
append_amount(GArray *amounts, KubeStore *store, JsonObject *object, const char *member,
              guint32 resource)
{
    KubeAmount amount = {resource, int_of(object, member, 0)};

    (void)store;
    if (member_of(object, member))
        g_array_append_val(amounts, amount);
}

KubeAmounts
kube_json_amounts(KubeStore *store, JsonObject *object)
{
    g_autoptr(GArray) amounts = g_array_new(FALSE, FALSE, sizeof(KubeAmount));
    JsonObject *extended = object_of(object, "ext");
    g_autoptr(GList) names = extended ? json_object_get_members(extended) : NULL;
    KubeAmount *kept;

    append_amount(amounts, store, object, "cpu_milli", KUBE_CPU);
    append_amount(amounts, store, object, "mem_bytes", KUBE_MEMORY);
    append_amount(amounts, store, object, "ephemeral_bytes", KUBE_EPHEMERAL);
    for (GList *name = names; name; name = name->next)
        append_amount(amounts, store, extended, name->data, kube_resource(store, name->data));
    kept = kube_new(store, KubeAmount, amounts->len);
    for (guint i = 0; i < amounts->len; i++)
        kept[i] = g_array_index(amounts, KubeAmount, i);
    return (KubeAmounts){kept, amounts->len};
}

static void
read_port(KubeStore *store, JsonNode *node, gpointer place)
{
    JsonObject *object = as_object(node);

    *(KubePort *)place =
        (KubePort){name_of(store, object, "protocol"), name_of(store, object, "host_ip"),
                   (gint32)int_of(object, "host_port", 0)};
}

static void
read_container(KubeStore *store, JsonNode *node, gpointer place)
{
    KubeContainer *container = place;
    JsonObject *object = as_object(node);

    container->requests = kube_json_amounts(store, object_of(object, "requests"));
    container->image = name_of(store, object, "image");
    container->sidecar = bool_of(object, "sidecar");
    container->ports =
        list_of(store, object, "ports", sizeof *container->ports, read_port, &container->n_ports);
}

static void
read_toleration(KubeStore *store, JsonNode *node, gpointer place)
{
    JsonObject *object = as_object(node);

    *(KubeToleration *)place =
        (KubeToleration){name_of(store, object, "key"), name_of(store, object, "value"),
                         g_strcmp0(text_of(object, "operator"), "Exists") == 0,
                         kube_effect(text_of(object, "effect"))};
}

static void
read_taint(KubeStore *store, JsonNode *node, gpointer place)
{
    JsonObject *object = as_object(node);

    *(KubeTaint *)place =
        (KubeTaint){name_of(store, object, "key"), name_of(store, object, "value"),
                    kube_effect(text_of(object, "effect"))};
}

static KubeNodeTerm
node_term(KubeStore *store, JsonObject *object)
{
    return (KubeNodeTerm){requirements_of(store, object, "exprs"),
                          requirements_of(store, object, "fields")};
}

static void
read_node_term(KubeStore *store, JsonNode *node, gpointer place)
{
    *(KubeNodeTerm *)place = node_term(store, as_object(node));
}

static void
read_node_preference(KubeStore *store, JsonNode *node, gpointer place)
{
    JsonObject *object = as_object(node);

    *(KubeNodePreference *)place = (KubeNodePreference){
        int_of(object, "weight", 0), node_term(store, object_of(object, "term"))};
}

KubeNodeAffinity
kube_json_node_affinity(KubeStore *store, JsonObject *object)
{
    KubeNodeAffinity affinity = {0};

    affinity.has_required = object && json_object_has_member(object, "required_terms");
    affinity.required = list_of(store, object, "required_terms", sizeof *affinity.required,
                                read_node_term, &affinity.n_required);
    affinity.preferred = list_of(store, object, "preferred", sizeof *affinity.preferred,
                                 read_node_preference, &affinity.n_preferred);
    return affinity;
}

static void
pod_term(KubeStore *store, JsonObject *object, KubePodTerm *term)
{
    term->topology_key = name_of(store, object, "topology_key");
    term->selector = kube_json_selector(store, object_of(object, "selector"));
    term->name_spaces = list_of(store, object, "namespaces", sizeof *term->name_spaces, read_name,
                                &term->n_name_spaces);
    term->name_space_selector = kube_json_selector(store, object_of(object, "namespace_selector"));
}

static void
read_pod_term(KubeStore *store, JsonNode *node, gpointer place)
{
    pod_term(store, as_object(node), place);
}

static void
read_pod_preference(KubeStore *store, JsonNode *node, gpointer place)
{
    KubePodTerm *term = place;

    pod_term(store, object_of(as_object(node), "term"), term);
    term->weight = int_of(as_object(node), "weight", 0);
}

static KubePodTerms
pod_terms(KubeStore *store, JsonObject *object)
{
    KubePodTerms terms = {0};

    terms.required = list_of(store, object, "required", sizeof *terms.required, read_pod_term,
                             &terms.n_required);
    terms.preferred = list_of(store, object, "preferred", sizeof *terms.preferred,
                              read_pod_preference, &terms.n_preferred);
    return terms;
}

static void
read_spread(KubeStore *store, JsonNode *node, gpointer place)
{
    KubeSpread *spread = place;
    JsonObject *object = as_object(node);

    spread->max_skew = int_of(object, "max_skew", 1);
    spread->topology_key = name_of(store, object, "topology_key");
    spread->hard = g_strcmp0(text_of(object, "when"), "ScheduleAnyway") != 0;
    spread->selector = kube_json_selector(store, object_of(object, "selector"));
    spread->min_domains = int_of(object, "min_domains", 0);
    spread->ignore_affinity = g_strcmp0(text_of(object, "node_affinity_policy"), "Ignore") == 0;
    spread->honor_taints = g_strcmp0(text_of(object, "node_taints_policy"), "Honor") == 0;
    spread->match_label_keys =
        list_of(store, object, "match_label_keys", sizeof *spread->match_label_keys, read_name,
                &spread->n_match_label_keys);
}

static void
read_constraints(KubeStore *store, JsonObject *pod, KubeSpec *spec)
{
    JsonObject *selector = object_of(pod, "node_selector");
    KubeLabels labels = kube_json_labels(store, selector);

    spec->has_node_selector = labels.n > 0;
    spec->node_selector = kube_selector_from_labels(store, &labels, NULL, 0);
    spec->node_affinity = kube_json_node_affinity(store, object_of(pod, "node_affinity"));
    spec->affinity = pod_terms(store, object_of(pod, "pod_affinity"));
    spec->anti_affinity = pod_terms(store, object_of(pod, "pod_anti_affinity"));
    spec->tolerations = list_of(store, pod, "tolerations", sizeof *spec->tolerations,
                                read_toleration, &spec->n_tolerations);
    spec->spreads = list_of(store, pod, "topology_spread", sizeof *spec->spreads, read_spread,
                            &spec->n_spreads);
}

void
kube_json_fill_spec(KubeStore *store, JsonObject *pod, KubeSpec *spec)
{
    spec->name_space = name_of(store, pod, "namespace");
    spec->labels = kube_json_labels(store, object_of(pod, "labels"));
    spec->priority = int_of(pod, "priority", 0);
    spec->never_preempts = g_strcmp0(text_of(pod, "preemption_policy"), "Never") == 0;
    spec->node_name = name_of(store, pod, "node");
    spec->containers = list_of(store, pod, "containers", sizeof *spec->containers, read_container,
                               &spec->n_containers);
    spec->init_containers = list_of(store, pod, "init_containers", sizeof *spec->init_containers,
                                    read_container, &spec->n_init_containers);
    spec->overhead = kube_json_amounts(store, object_of(pod, "overhead"));
    read_constraints(store, pod, spec);
}

const KubeSpec *
kube_json_spec(KubeStore *store, JsonObject *pod)
{
    KubeSpec *spec = kube_new(store, KubeSpec, 1);

    kube_json_fill_spec(store, pod, spec);
    kube_spec_seal(store, spec);
    return spec;
}

KubePod *
kube_json_pod(KubeStore *store, JsonObject *object)
{
    KubePod *pod = kube_pod_new(kube_json_spec(store, object), name_of(store, object, "name"));

    if (member_of(object, "uid"))
        pod->uid = name_of(store, object, "uid");
    if (member_of(object, "start_time_s"))
        pod->start_us = int_of(object, "start_time_s", 0) * G_USEC_PER_SEC;
    pod->terminating = bool_of(object, "terminating");
    return pod;
}

/* The names of one image, appended. */
static void
append_image(KubeStore *store, GArray *images, JsonObject *object)
{
    guint n;
    const guint32 *names = list_of(store, object, "names", sizeof *names, read_name, &n);

    for (guint i = 0; i < n; i++) {
        KubeImage image = {names[i], int_of(object, "size_bytes", 0)};

        g_array_append_val(images, image);
    }
}

static void
read_images(KubeStore *store, JsonObject *object, KubeNodeSpec *node)
{
    g_autoptr(GArray) images = g_array_new(FALSE, FALSE, sizeof(KubeImage));
    JsonNode *list = member_of(object, "images");
    JsonArray *array = list && JSON_NODE_HOLDS_ARRAY(list) ? json_node_get_array(list) : NULL;
    KubeImage *kept;

    for (guint i = 0; array && i < json_array_get_length(array); i++)
        append_image(store, images, as_object(json_array_get_element(array, i)));
    kept = kube_new(store, KubeImage, images->len);
    for (guint i = 0; i < images->len; i++)
        kept[i] = g_array_index(images, KubeImage, i);
    node->images = kept;
    node->n_images = images->len;
}

KubeNodeSpec
kube_json_node(KubeStore *store, JsonObject *object)
{
    KubeNodeSpec node = {.name = name_of(store, object, "name")};
    JsonObject *allocatable = object_of(object, "allocatable");

    node.labels = kube_json_labels(store, object_of(object, "labels"));
    node.allocatable = kube_json_amounts(store, allocatable);
    node.allowed_pods = int_of(allocatable, "pods", 0);
    node.unschedulable = bool_of(object, "unschedulable");
    node.taints = list_of(store, object, "taints", sizeof *node.taints, read_taint, &node.n_taints);
    read_images(store, object, &node);
    return node;
}
