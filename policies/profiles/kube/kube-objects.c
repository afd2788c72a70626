/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sealing turns what a manifest says into what the plug-ins read: totals instead of containers,
 * checked selectors, defaults put in. */
#include "policies/profiles/kube/kube-objects.h"

#include <string.h>

#define DEFAULT_CPU_MILLI 100
#define DEFAULT_MEMORY_BYTES (G_GINT64_CONSTANT(200) * 1024 * 1024)

static gint64
amount_of(const KubeAmounts *amounts, guint32 resource, gint64 fallback)
{
    for (guint i = 0; i < amounts->n; i++)
        if (amounts->items[i].resource == resource)
            return amounts->items[i].amount;
    return fallback;
}

/* max(containers + sidecars, any init container with the sidecars started before it) + overhead;
 * a container that gives no amount counts `fallback`. */
static gint64
total_request(const KubeSpec *spec, guint32 resource, gint64 fallback)
{
    gint64 running = 0, sidecars = 0, starting = 0;

    for (guint i = 0; i < spec->n_containers; i++)
        running += amount_of(&spec->containers[i].requests, resource, fallback);
    for (guint i = 0; i < spec->n_init_containers; i++) {
        gint64 own = amount_of(&spec->init_containers[i].requests, resource, fallback);

        starting = MAX(starting, own + sidecars);
        if (spec->init_containers[i].sidecar)
            sidecars += own;
    }
    return MAX(running + sidecars, starting) + amount_of(&spec->overhead, resource, 0);
}

static void
note_extended(GArray *resources, const KubeAmounts *amounts)
{
    for (guint i = 0; i < amounts->n; i++) {
        guint32 resource = amounts->items[i].resource;
        guint at = 0;

        while (at < resources->len && g_array_index(resources, guint32, at) != resource)
            at++;
        if (resource >= KUBE_N_FIXED && at == resources->len)
            g_array_append_val(resources, resource);
    }
}

static KubeAmounts
extended_requests(KubeStore *store, const KubeSpec *spec)
{
    g_autoptr(GArray) resources = g_array_new(FALSE, FALSE, sizeof(guint32));
    KubeAmount *amounts;

    for (guint i = 0; i < spec->n_containers; i++)
        note_extended(resources, &spec->containers[i].requests);
    for (guint i = 0; i < spec->n_init_containers; i++)
        note_extended(resources, &spec->init_containers[i].requests);
    note_extended(resources, &spec->overhead);
    amounts = kube_new(store, KubeAmount, resources->len);
    for (guint i = 0; i < resources->len; i++) {
        guint32 resource = g_array_index(resources, guint32, i);

        amounts[i] = (KubeAmount){resource, total_request(spec, resource, 0)};
    }
    return (KubeAmounts){amounts, resources->len};
}

static void
seal_requests(KubeStore *store, KubeSpec *spec)
{
    for (guint32 r = 0; r < KUBE_N_FIXED; r++)
        spec->request[r] = total_request(spec, r, 0);
    spec->nonzero[KUBE_CPU] = total_request(spec, KUBE_CPU, DEFAULT_CPU_MILLI);
    spec->nonzero[KUBE_MEMORY] = total_request(spec, KUBE_MEMORY, DEFAULT_MEMORY_BYTES);
    spec->extended = extended_requests(store, spec);
    spec->requests_nothing = spec->request[KUBE_CPU] == 0 && spec->request[KUBE_MEMORY] == 0 &&
                             spec->request[KUBE_EPHEMERAL] == 0 && spec->extended.n == 0;
}

/* Without a tag or digest after the last '/': ":latest". */
static guint32
tagged_image(KubeStore *store, guint32 image)
{
    const char *text = kube_text(store, image);
    const char *colon = strrchr(text, ':'), *slash = strrchr(text, '/');
    g_autofree char *tagged = NULL;

    if (colon && (!slash || colon > slash))
        return image;
    tagged = g_strconcat(text, ":latest", NULL);
    return kube_intern(store, tagged);
}

static guint
append_images(KubeStore *store, guint32 *images, guint n_images, const KubeContainer *containers,
              guint n)
{
    for (guint i = 0; i < n; i++)
        images[n_images++] = containers[i].image ? tagged_image(store, containers[i].image) : 0;
    return n_images;
}

static void
seal_images(KubeStore *store, KubeSpec *spec)
{
    guint32 *images = kube_new(store, guint32, spec->n_init_containers + spec->n_containers);
    guint n = append_images(store, images, 0, spec->init_containers, spec->n_init_containers);

    spec->n_images = append_images(store, images, n, spec->containers, spec->n_containers);
    spec->images = images;
}

static void
append_ports(GArray *ports, const KubeContainer *container)
{
    for (guint i = 0; i < container->n_ports; i++)
        if (container->ports[i].port > 0)
            g_array_append_val(ports, container->ports[i]);
}

static void
seal_ports(KubeStore *store, KubeSpec *spec)
{
    g_autoptr(GArray) ports = g_array_new(FALSE, FALSE, sizeof(KubePort));
    KubePort *kept;

    for (guint i = 0; i < spec->n_containers; i++)
        append_ports(ports, &spec->containers[i]);
    for (guint i = 0; i < spec->n_init_containers; i++)
        if (spec->init_containers[i].sidecar)
            append_ports(ports, &spec->init_containers[i]);
    kept = kube_new(store, KubePort, ports->len);
    if (ports->len > 0)
        memcpy(kept, ports->data, sizeof *kept * ports->len);
    spec->ports = kept;
    spec->n_ports = ports->len;
}

static KubeNodeTerm
seal_node_term(KubeStore *store, KubeNodeTerm term)
{
    term.labels = kube_selector_seal(store, term.labels, TRUE);
    return term;
}

static void
seal_node_affinity(KubeStore *store, KubeNodeAffinity *affinity)
{
    KubeNodeTerm *required = kube_new(store, KubeNodeTerm, affinity->n_required);
    KubeNodePreference *preferred = kube_new(store, KubeNodePreference, affinity->n_preferred);

    for (guint i = 0; i < affinity->n_required; i++)
        required[i] = seal_node_term(store, affinity->required[i]);
    for (guint i = 0; i < affinity->n_preferred; i++)
        preferred[i] = (KubeNodePreference){affinity->preferred[i].weight,
                                            seal_node_term(store, affinity->preferred[i].term)};
    affinity->required = required;
    affinity->preferred = preferred;
}

static const KubePodTerm *
seal_pod_terms(KubeStore *store, KubeSpec *spec, const KubePodTerm *terms, guint n)
{
    KubePodTerm *sealed = kube_new(store, KubePodTerm, n);

    for (guint i = 0; i < n; i++) {
        KubePodTerm *term = &sealed[i];

        *term = terms[i];
        term->selector = kube_selector_seal(store, term->selector, FALSE);
        term->name_space_selector = kube_selector_seal(store, term->name_space_selector, FALSE);
        if (term->n_name_spaces == 0 && term->name_space_selector.kind == KUBE_SELECT_NOTHING) {
            term->name_spaces = &spec->name_space;
            term->n_name_spaces = 1;
        }
        if (term->selector.kind == KUBE_SELECT_INVALID ||
            term->name_space_selector.kind == KUBE_SELECT_INVALID)
            spec->invalid = "a pod affinity term's selector cannot be parsed";
    }
    return sealed;
}

static void
seal_affinity(KubeStore *store, KubeSpec *spec, KubePodTerms *terms)
{
    terms->required = seal_pod_terms(store, spec, terms->required, terms->n_required);
    terms->preferred = seal_pod_terms(store, spec, terms->preferred, terms->n_preferred);
    spec->has_affinity |= terms->n_required + terms->n_preferred > 0;
}

/* matchLabelKeys: the pod's own values of these keys, ANDed; keys it does not have are left out. */
static KubeSelector
with_match_labels(KubeStore *store, const KubeSpec *spec, const KubeSpread *spread)
{
    KubeLabel *own = kube_new(store, KubeLabel, spread->n_match_label_keys);
    KubeLabels labels = {own, 0};

    for (guint i = 0; i < spread->n_match_label_keys; i++) {
        guint32 value = kube_labels_get(&spec->labels, spread->match_label_keys[i]);

        if (value != KUBE_ABSENT)
            own[labels.n++] = (KubeLabel){spread->match_label_keys[i], value};
    }
    if (labels.n == 0 || spread->selector.kind != KUBE_SELECT_ALL_OF)
        return spread->selector;
    return kube_selector_from_labels(store, &labels, spread->selector.requirements,
                                     spread->selector.n);
}

static void
seal_spreads(KubeStore *store, KubeSpec *spec)
{
    KubeSpread *spreads = kube_new(store, KubeSpread, spec->n_spreads);

    for (guint i = 0; i < spec->n_spreads; i++) {
        spreads[i] = spec->spreads[i];
        spreads[i].selector =
            kube_selector_seal(store, with_match_labels(store, spec, &spreads[i]), FALSE);
    }
    spec->spreads = spreads;
}

void
kube_spec_seal(KubeStore *store, KubeSpec *spec)
{
    spec->number = kube_store_next_spec(store);
    spec->label_set = kube_label_set(store, spec->name_space, spec->labels);
    seal_requests(store, spec);
    seal_images(store, spec);
    seal_ports(store, spec);
    seal_node_affinity(store, &spec->node_affinity);
    seal_affinity(store, spec, &spec->affinity);
    seal_affinity(store, spec, &spec->anti_affinity);
    seal_spreads(store, spec);
}

gint64
kube_spec_request(const KubeSpec *spec, guint32 resource)
{
    return resource < KUBE_N_FIXED ? spec->request[resource]
                                   : amount_of(&spec->extended, resource, 0);
}

KubePod *
kube_pod_new(const KubeSpec *spec, guint32 name)
{
    KubePod *pod = g_new0(KubePod, 1);

    pod->spec = spec;
    pod->name = pod->uid = name;
    pod->node = pod->nominated_node = KUBE_ABSENT;
    pod->created_us = pod->start_us = -1;
    return pod;
}

void
kube_pod_free(KubePod *pod)
{
    g_free(pod);
}

gint64
kube_node_allocatable(const KubeNode *node, guint32 resource)
{
    if (resource < KUBE_N_FIXED)
        return node->allocatable[resource];
    return resource - KUBE_N_FIXED < node->n_extended ? node->extended[resource - KUBE_N_FIXED] : 0;
}

gint64
kube_node_used(const KubeNode *node, guint32 resource)
{
    if (resource < KUBE_N_FIXED)
        return node->used[resource];
    return resource - KUBE_N_FIXED < node->n_extended ? node->extended_used[resource - KUBE_N_FIXED]
                                                      : 0;
}
