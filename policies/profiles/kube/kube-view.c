/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Each node has a list of the pods that stand for its residents; when its version differs, the pods of
 * each shape are made as many as there are tasks. */
#include "policies/profiles/kube/kube-view.h"

#include "policies/profiles/kube/kube-json.h"
#include "sim/contract/bb-spec.h"

#include <string.h>

#define MIB ((gint64)1 << 20)

struct _KubeView {
    KubeStore *store;
    KubeCluster *cluster;
    const BbNames *names;
    const BbCluster *books; /* the last that were looked at */
    guint64 seen;
    KubeNodeSpec *nodes;     /* as they are in `cluster` */
    BbResources *capacities; /* that they were made from */
    gboolean *native;        /* the columns rule what the node has */
    guint64 *versions;       /* of each node as it is in `cluster` */
    GPtrArray **pods;        /* of KubePod, by node */
    GPtrArray *specs;        /* of KubeSpec by shape index; NULL: not read yet */
    GPtrArray *incoming;     /* of KubePod by shape index */
    GPtrArray *spare;        /* of KubePod, to be used again */
    guint n;
};

/* ---- reading ---- */

/* The system's object of an interned text; *out_json keeps it. NULL: none, or wrong. */
static JsonObject *
read_spec(const KubeView *view, guint32 text, JsonNode **out_json, GError **error)
{
    *out_json = text ? bb_spec_parse(bb_names_text(view->names, text), error) : NULL;
    return *out_json ? bb_spec_system(*out_json, "kube", error) : NULL;
}

static guint32
intern(const KubeView *view, guint32 name)
{
    return kube_intern(view->store, bb_names_text(view->names, name));
}

static KubeAmounts
amounts_of(const KubeView *view, const BbResources *amounts)
{
    KubeAmount *items = kube_new(view->store, KubeAmount, BB_N_RESOURCES);
    const gint64 *v = amounts->v;
    guint n = 0;

    if (v[BB_CPU] > 0)
        items[n++] = (KubeAmount){KUBE_CPU, v[BB_CPU]};
    if (v[BB_MEMORY] > 0)
        items[n++] = (KubeAmount){KUBE_MEMORY, v[BB_MEMORY] * MIB};
    if (v[BB_DISK] > 0)
        items[n++] = (KubeAmount){KUBE_EPHEMERAL, v[BB_DISK] * MIB};
    /* Shares of a device are nothing that Kubernetes counts; the engine does. */
    if (v[BB_GPU] >= 1000)
        items[n++] = (KubeAmount){kube_resource(view->store, "nvidia.com/gpu"), v[BB_GPU] / 1000};
    return (KubeAmounts){items, n};
}

/* Native labels, over those of the spec. */
static KubeLabels
labels_of(const KubeView *view, const BbNode *node, KubeLabels more)
{
    g_autofree KubeLabel *labels = g_new(KubeLabel, node->n_labels + more.n + 1);
    guint n = 0;

    labels[n++] =
        (KubeLabel){kube_intern(view->store, "kubernetes.io/hostname"), intern(view, node->name)};
    for (guint i = 0; i < more.n; i++)
        labels[n++] = more.items[i];
    for (guint i = 0; i < node->n_labels; i++)
        labels[n++] =
            (KubeLabel){intern(view, node->labels[i].key), intern(view, node->labels[i].value)};
    return kube_labels_seal(view->store, labels, n);
}

static void
add_taints(const KubeView *view, const BbNode *node, KubeNodeSpec *spec)
{
    KubeTaint *taints = kube_new(view->store, KubeTaint, node->n_taints + spec->n_taints + 1);

    for (guint i = 0; i < spec->n_taints; i++)
        taints[i] = spec->taints[i];
    for (guint i = 0; i < node->n_taints; i++)
        taints[spec->n_taints + i] =
            (KubeTaint){intern(view, node->taints[i].key), intern(view, node->taints[i].value),
                        KUBE_NO_SCHEDULE};
    spec->taints = taints;
    spec->n_taints += node->n_taints;
}

static gboolean
add_node(KubeView *view, const BbNode *node, gint64 allowed_pods, GError **error)
{
    static const char *const known[] = {"name",          "labels", "allocatable", "taints",
                                        "unschedulable", "images", NULL};
    g_autoptr(GError) wrong = NULL;
    g_autoptr(JsonNode) json = NULL;
    JsonObject *object = read_spec(view, node->spec, &json, &wrong);
    KubeNodeSpec spec = {0};

    if (object) {
        bb_spec_expect(object, known, &wrong);
        spec = kube_json_node(view->store, object);
    }
    if (wrong) {
        g_set_error(error, wrong->domain, wrong->code, "spec of node %s: %s",
                    bb_names_text(view->names, node->name), wrong->message);
        return FALSE;
    }
    spec.name = intern(view, node->name);
    spec.labels = labels_of(view, node, spec.labels);
    add_taints(view, node, &spec);
    view->native[node->index] = spec.allocatable.n == 0;
    view->capacities[node->index] = node->capacity;
    if (spec.allocatable.n == 0)
        spec.allocatable = amounts_of(view, &node->capacity);
    if (spec.allowed_pods == 0)
        spec.allowed_pods = allowed_pods;
    view->nodes[node->index] = spec;
    kube_cluster_add_node(view->cluster, &spec);
    return TRUE;
}

static KubeSelector
require_of(const KubeView *view, const BbShape *shape)
{
    KubeRequirement *terms = kube_new(view->store, KubeRequirement, shape->n_require);

    for (guint i = 0; i < shape->n_require; i++) {
        const BbRequireTerm *term = &shape->require[i];
        guint32 *values = kube_new(view->store, guint32, term->n_values);

        for (guint v = 0; v < term->n_values; v++)
            values[v] = intern(view, term->values[v]);
        terms[i] = (KubeRequirement){.key = intern(view, term->key),
                                     .op = KUBE_OP_IN,
                                     .values = values,
                                     .n_values = term->n_values};
    }
    return kube_selector_seal(view->store,
                              (KubeSelector){KUBE_SELECT_ALL_OF, terms, shape->n_require}, FALSE);
}

static void
add_tolerations(const KubeView *view, const BbShape *shape, KubeSpec *spec)
{
    KubeToleration *all =
        kube_new(view->store, KubeToleration, shape->n_tolerate + spec->n_tolerations + 1);

    for (guint i = 0; i < spec->n_tolerations; i++)
        all[i] = spec->tolerations[i];
    for (guint i = 0; i < shape->n_tolerate; i++)
        all[spec->n_tolerations + i] =
            (KubeToleration){.key = intern(view, shape->tolerate[i].key),
                             .value = intern(view, shape->tolerate[i].value)};
    spec->tolerations = all;
    spec->n_tolerations += shape->n_tolerate;
}

/* What columns say, into a spec that is not sealed yet. */
static void
add_native(const KubeView *view, const BbShape *shape, KubeSpec *spec)
{
    if (spec->n_containers == 0 && spec->n_init_containers == 0) {
        KubeContainer *container = kube_new(view->store, KubeContainer, 1);

        container->requests = amounts_of(view, &shape->need);
        spec->containers = container;
        spec->n_containers = 1;
    }
    if (shape->group != 0 && spec->labels.n == 0) {
        KubeLabel label = {kube_intern(view->store, "app"), intern(view, shape->group)};

        spec->labels = kube_labels_seal(view->store, &label, 1);
    }
    if (shape->n_require > 0 && !spec->has_node_selector) {
        spec->has_node_selector = TRUE;
        spec->node_selector = require_of(view, shape);
    }
    add_tolerations(view, shape, spec);
}

static const KubeSpec *
make_spec(KubeView *view, const BbShape *shape, GError **error)
{
    static const char *const known[] = {"name",
                                        "namespace",
                                        "labels",
                                        "containers",
                                        "init_containers",
                                        "overhead",
                                        "node_selector",
                                        "tolerations",
                                        "node_affinity",
                                        "pod_affinity",
                                        "pod_anti_affinity",
                                        "topology_spread",
                                        "host_network",
                                        "owners",
                                        "priority",
                                        "preemption_policy",
                                        NULL};
    g_autoptr(GError) wrong = NULL;
    g_autoptr(JsonNode) json = NULL;
    JsonObject *object = read_spec(view, shape->spec, &json, &wrong);
    KubeSpec *spec = kube_new(view->store, KubeSpec, 1);

    if (object) {
        bb_spec_expect(object, known, &wrong);
        kube_json_fill_spec(view->store, object, spec);
    }
    if (wrong) {
        g_set_error(error, wrong->domain, wrong->code, "spec of a job: %s", wrong->message);
        return NULL;
    }
    add_native(view, shape, spec);
    kube_spec_seal(view->store, spec);
    return spec;
}

static gpointer *
slot_of(GPtrArray *array, guint index)
{
    if (index >= array->len)
        g_ptr_array_set_size(array, (gint)index + 1);
    return &array->pdata[index];
}

static const KubeSpec *
spec_of(KubeView *view, const BbShape *shape, GError **error)
{
    gpointer *slot = slot_of(view->specs, shape->index);

    if (!*slot)
        *slot = (gpointer)(gsize)make_spec(view, shape, error);
    return *slot;
}

/* ---- the view ---- */

KubeView *
kube_view_new(const BbCluster *cluster, gint64 allowed_pods, GError **error)
{
    g_autoptr(KubeView) view = g_new0(KubeView, 1);

    view->store = kube_store_new();
    view->cluster = kube_cluster_new(view->store);
    view->names = bb_cluster_names(cluster);
    view->n = bb_cluster_n(cluster);
    view->nodes = g_new0(KubeNodeSpec, view->n);
    view->capacities = g_new0(BbResources, view->n);
    view->native = g_new0(gboolean, view->n);
    view->versions = g_new0(guint64, view->n);
    view->pods = g_new0(GPtrArray *, view->n);
    view->specs = g_ptr_array_new();
    view->incoming = g_ptr_array_new();
    view->spare = g_ptr_array_new();
    for (guint i = 0; i < view->n; i++) {
        view->pods[i] = g_ptr_array_new();
        if (!add_node(view, bb_cluster_node(cluster, i), allowed_pods, error))
            return NULL;
    }
    return g_steal_pointer(&view);
}

static void
free_pods(GPtrArray *pods)
{
    for (guint i = 0; pods && i < pods->len; i++)
        if (pods->pdata[i])
            kube_pod_free(pods->pdata[i]);
    if (pods)
        g_ptr_array_unref(pods);
}

void
kube_view_free(KubeView *view)
{
    if (!view)
        return;
    kube_cluster_free(view->cluster);
    for (guint i = 0; i < view->n; i++)
        free_pods(view->pods[i]);
    free_pods(view->incoming);
    free_pods(view->spare);
    g_ptr_array_unref(view->specs);
    kube_store_free(view->store);
    g_free(view->nodes);
    g_free(view->capacities);
    g_free(view->native);
    g_free(view->versions);
    g_free(view->pods);
    g_free(view);
}

KubeCluster *
kube_view_cluster(const KubeView *view)
{
    return view->cluster;
}

KubePod *
kube_view_pod(KubeView *view, const BbAsk *ask, GError **error)
{
    gpointer *slot = slot_of(view->incoming, ask->shape->index);

    if (!*slot) {
        const KubeSpec *spec = spec_of(view, ask->shape, error);

        if (!spec)
            return NULL;
        *slot = kube_pod_new(spec, kube_intern(view->store, ""));
    }
    return *slot;
}

/* ---- following the books ---- */

static guint32
tasks_of(const BbNode *node, const KubeSpec *spec, const GPtrArray *specs)
{
    for (guint i = 0; i < node->n_residents; i++)
        if (specs->pdata[node->residents[i].shape->index] == spec)
            return node->residents[i].n_tasks;
    return 0;
}

static void
add_pod(KubeView *view, const KubeSpec *spec, guint32 node)
{
    KubePod *pod;

    if (view->spare->len > 0) {
        pod = g_ptr_array_steal_index_fast(view->spare, view->spare->len - 1);
        pod->spec = spec;
    } else {
        pod = kube_pod_new(spec, kube_intern(view->store, ""));
    }
    kube_cluster_add_pod(view->cluster, pod, node);
    g_ptr_array_add(view->pods[node], pod);
}

/* Takes off what is too many of each shape, the last to come first. */
static void
drop_pods(KubeView *view, const BbNode *node)
{
    GPtrArray *pods = view->pods[node->index];

    for (guint i = pods->len; i-- > 0;) {
        KubePod *pod = pods->pdata[i];
        guint32 wanted = tasks_of(node, pod->spec, view->specs), have = 0;

        for (guint j = 0; j <= i; j++)
            have += ((KubePod *)pods->pdata[j])->spec == pod->spec;
        if (have <= wanted)
            continue;
        kube_cluster_remove_pod(view->cluster, pod);
        g_ptr_array_remove_index(pods, i);
        g_ptr_array_add(view->spare, pod);
    }
}

/* The node may have grown or shrunk since. */
static void
sync_capacity(KubeView *view, const BbNode *node)
{
    guint i = node->index;

    if (!view->native[i] ||
        memcmp(&view->capacities[i], &node->capacity, sizeof node->capacity) == 0)
        return;
    view->capacities[i] = node->capacity;
    view->nodes[i].allocatable = amounts_of(view, &node->capacity);
    kube_cluster_update_node(view->cluster, i, &view->nodes[i]);
}

static gboolean
sync_node(KubeView *view, const BbNode *node, GError **error)
{
    GPtrArray *pods = view->pods[node->index];

    if (view->versions[node->index] == node->version)
        return TRUE;
    for (guint i = 0; i < node->n_residents; i++)
        if (!spec_of(view, node->residents[i].shape, error))
            return FALSE;
    sync_capacity(view, node);
    drop_pods(view, node);
    for (guint i = 0; i < node->n_residents; i++) {
        const KubeSpec *spec = view->specs->pdata[node->residents[i].shape->index];
        guint32 have = 0;

        for (guint j = 0; j < pods->len; j++)
            have += ((KubePod *)pods->pdata[j])->spec == spec;
        for (; have < node->residents[i].n_tasks; have++)
            add_pod(view, spec, node->index);
    }
    view->versions[node->index] = node->version;
    return TRUE;
}

gboolean
kube_view_sync(KubeView *view, const BbCluster *books, GError **error)
{
    const BbNode *nodes = bb_cluster_nodes(books);
    const guint32 *changed;
    guint n;

    if (books != view->books)
        view->seen = 0;
    view->books = books;
    changed = bb_cluster_changed_since(books, &view->seen, &n);
    for (guint i = 0; i < n; i++)
        if (!sync_node(view, &nodes[changed ? changed[i] : i], error))
            return FALSE;
    return TRUE;
}
