/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tables by name; free volumes of a class are searched through, there are few. */
#include "policies/profiles/kube/kube-volumes.h"

#include "policies/profiles/kube/kube-node-affinity.h"

struct _KubeVolumes {
    KubeStore *store;
    GHashTable *classes, *by_name, *claims; /* name -> copy */
    GHashTable *limits;                     /* node and driver in one gint64 -> gint64 */
    GPtrArray *all;                         /* of KubeVolume, in order of adding; by_name owns */
    guint n_made;
};

KubeVolumes *
kube_volumes_new(KubeStore *store)
{
    KubeVolumes *volumes = g_new0(KubeVolumes, 1);

    volumes->store = store;
    volumes->classes = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    volumes->by_name = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    volumes->claims = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    volumes->limits = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
    volumes->all = g_ptr_array_new();
    return volumes;
}

void
kube_volumes_free(KubeVolumes *volumes)
{
    if (!volumes)
        return;
    g_hash_table_destroy(volumes->classes);
    g_hash_table_destroy(volumes->by_name);
    g_hash_table_destroy(volumes->claims);
    g_hash_table_destroy(volumes->limits);
    g_ptr_array_free(volumes->all, TRUE);
    g_free(volumes);
}

void
kube_volumes_add_class(KubeVolumes *volumes, const KubeStorageClass *storage_class)
{
    g_hash_table_replace(volumes->classes, GUINT_TO_POINTER(storage_class->name),
                         g_memdup2(storage_class, sizeof *storage_class));
}

void
kube_volumes_add(KubeVolumes *volumes, const KubeVolume *volume)
{
    KubeVolume *known = g_hash_table_lookup(volumes->by_name, GUINT_TO_POINTER(volume->name));

    if (known) {
        *known = *volume;
        return;
    }
    known = g_memdup2(volume, sizeof *volume);
    g_hash_table_insert(volumes->by_name, GUINT_TO_POINTER(volume->name), known);
    g_ptr_array_add(volumes->all, known);
}

void
kube_volumes_add_claim(KubeVolumes *volumes, const KubeClaim *claim)
{
    g_hash_table_replace(volumes->claims, GUINT_TO_POINTER(claim->name),
                         g_memdup2(claim, sizeof *claim));
}

static gint64
limit_key(guint32 node_name, guint32 driver)
{
    return (gint64)((guint64)node_name << 32 | driver);
}

void
kube_volumes_set_limit(KubeVolumes *volumes, guint32 node_name, guint32 driver, gint64 limit)
{
    gint64 key = limit_key(node_name, driver);

    g_hash_table_replace(volumes->limits, g_memdup2(&key, sizeof key),
                         g_memdup2(&limit, sizeof limit));
}

const KubeStorageClass *
kube_volumes_class(const KubeVolumes *volumes, guint32 name)
{
    return g_hash_table_lookup(volumes->classes, GUINT_TO_POINTER(name));
}

const KubeVolume *
kube_volumes_find(const KubeVolumes *volumes, guint32 name)
{
    return g_hash_table_lookup(volumes->by_name, GUINT_TO_POINTER(name));
}

const KubeClaim *
kube_volumes_claim(const KubeVolumes *volumes, guint32 name)
{
    return g_hash_table_lookup(volumes->claims, GUINT_TO_POINTER(name));
}

gint64
kube_volumes_limit(const KubeVolumes *volumes, guint32 node_name, guint32 driver)
{
    gint64 key = limit_key(node_name, driver);
    const gint64 *limit = g_hash_table_lookup(volumes->limits, &key);

    return limit ? *limit : -1;
}

static gboolean
any_term_matches(const KubeStore *store, const KubeNodeTerm *terms, guint n, const KubeNode *node)
{
    for (guint i = 0; i < n; i++)
        if (kube_node_term_matches(store, &terms[i], node->name, &node->labels))
            return TRUE;
    return n == 0;
}

gboolean
kube_volume_reaches(const KubeStore *store, const KubeVolume *volume, const KubeNode *node)
{
    return any_term_matches(store, volume->affinity, volume->n_affinity, node);
}

static gboolean
is_chosen(const GArray *chosen, guint32 name)
{
    for (guint i = 0; i < chosen->len; i++)
        if (g_array_index(chosen, guint32, i) == name)
            return TRUE;
    return FALSE;
}

static gboolean
suits(const KubeVolumes *volumes, const KubeVolume *volume, const KubeClaim *claim,
      const KubeNode *node)
{
    return volume->storage_class == claim->storage_class && volume->bytes >= claim->bytes &&
           (volume->access & claim->access) == claim->access &&
           (!claim->has_selector ||
            kube_selector_matches(volumes->store, &claim->selector, &volume->labels)) &&
           kube_volume_reaches(volumes->store, volume, node);
}

/* A volume reserved for the claim, else the smallest free one; the first of equals. */
static const KubeVolume *
find_free(const KubeVolumes *volumes, const KubeClaim *claim, const KubeNode *node,
          const GArray *chosen)
{
    const KubeVolume *best = NULL;

    for (guint i = 0; i < volumes->all->len; i++) {
        const KubeVolume *volume = g_ptr_array_index(volumes->all, i);

        if ((volume->claim != 0 && volume->claim != claim->name) ||
            is_chosen(chosen, volume->name) || !suits(volumes, volume, claim, node))
            continue;
        if (volume->claim == claim->name)
            return volume;
        if (!best || volume->bytes < best->bytes)
            best = volume;
    }
    return best;
}

static gboolean
can_make(const KubeVolumes *volumes, const KubeClaim *claim, const KubeNode *node)
{
    const KubeStorageClass *storage_class = kube_volumes_class(volumes, claim->storage_class);

    return storage_class && storage_class->provisions && !claim->has_selector &&
           any_term_matches(volumes->store, storage_class->topologies, storage_class->n_topologies,
                            node);
}

static KubeVolumesVerdict
check_bound(const KubeVolumes *volumes, const KubeSpec *spec, const KubeNode *node)
{
    for (guint i = 0; i < spec->n_claims; i++) {
        const KubeClaim *claim = kube_volumes_claim(volumes, spec->claims[i]);
        const KubeVolume *volume;

        if (!claim || claim->volume == 0)
            continue;
        volume = kube_volumes_find(volumes, claim->volume);
        if (!volume)
            return KUBE_VOLUMES_GONE;
        if (!kube_volume_reaches(volumes->store, volume, node))
            return KUBE_VOLUMES_NODE_CONFLICT;
    }
    return KUBE_VOLUMES_FIT;
}

/* The smallest unbound claim that has not had its turn; n_claims: none. */
static guint
next_unbound(const KubeVolumes *volumes, const KubeSpec *spec, const GArray *had)
{
    const KubeClaim *best = NULL;
    guint at = spec->n_claims;

    for (guint i = 0; i < spec->n_claims; i++) {
        const KubeClaim *claim = kube_volumes_claim(volumes, spec->claims[i]);

        if (!claim || claim->volume != 0 || g_array_index(had, gboolean, i) ||
            (best && claim->bytes >= best->bytes))
            continue;
        best = claim;
        at = i;
    }
    return at;
}

KubeVolumesVerdict
kube_volumes_check(const KubeVolumes *volumes, const KubeSpec *spec, const KubeNode *node,
                   GArray *chosen)
{
    KubeVolumesVerdict verdict = check_bound(volumes, spec, node);
    g_autoptr(GArray) own = g_array_new(FALSE, TRUE, sizeof(guint32));
    g_autoptr(GArray) had = g_array_new(FALSE, TRUE, sizeof(gboolean));
    guint i;

    chosen = chosen ? chosen : own;
    g_array_set_size(chosen, 0);
    g_array_set_size(chosen, spec->n_claims);
    g_array_set_size(had, spec->n_claims);
    for (guint c = 0; c < spec->n_claims; c++) {
        const KubeClaim *claim = kube_volumes_claim(volumes, spec->claims[c]);

        g_array_index(chosen, guint32, c) = claim ? claim->volume : 0;
    }
    while (verdict == KUBE_VOLUMES_FIT && (i = next_unbound(volumes, spec, had)) < spec->n_claims) {
        const KubeClaim *claim = kube_volumes_claim(volumes, spec->claims[i]);
        const KubeVolume *volume = find_free(volumes, claim, node, chosen);

        g_array_index(had, gboolean, i) = TRUE;
        if (volume)
            g_array_index(chosen, guint32, i) = volume->name;
        else if (!can_make(volumes, claim, node))
            verdict = KUBE_VOLUMES_BIND_CONFLICT;
    }
    return verdict;
}

/* One term: the class's topology key with the node's value. */
static const KubeNodeTerm *
term_of(KubeStore *store, guint32 key, guint32 value)
{
    KubeNodeTerm *term = kube_new(store, KubeNodeTerm, 1);
    KubeLabel *label = kube_new(store, KubeLabel, 1);
    const KubeLabels labels = {label, 1};

    *label = (KubeLabel){key, value};
    term->labels = kube_selector_from_labels(store, &labels, NULL, 0);
    return term;
}

static guint32
make_volume(KubeVolumes *volumes, const KubeClaim *claim, const KubeNode *node)
{
    const KubeStorageClass *storage_class = kube_volumes_class(volumes, claim->storage_class);
    guint32 value = storage_class->topology_key == 0
                        ? KUBE_ABSENT
                        : kube_labels_get(&node->labels, storage_class->topology_key);
    g_autofree char *name = g_strdup_printf("pvc-%u", volumes->n_made++);
    KubeVolume volume = {.name = kube_intern(volumes->store, name),
                         .storage_class = claim->storage_class,
                         .driver = storage_class->driver,
                         .bytes = claim->bytes,
                         .access = claim->access};

    if (value != KUBE_ABSENT) {
        volume.affinity = term_of(volumes->store, storage_class->topology_key, value);
        volume.n_affinity = 1;
    }
    kube_volumes_add(volumes, &volume);
    return volume.name;
}

gboolean
kube_volumes_bind(KubeVolumes *volumes, const KubeSpec *spec, const KubeNode *node)
{
    g_autoptr(GArray) chosen = g_array_new(FALSE, TRUE, sizeof(guint32));

    if (kube_volumes_check(volumes, spec, node, chosen) != KUBE_VOLUMES_FIT)
        return FALSE;
    for (guint i = 0; i < spec->n_claims; i++) {
        KubeClaim *claim = g_hash_table_lookup(volumes->claims, GUINT_TO_POINTER(spec->claims[i]));
        guint32 name = g_array_index(chosen, guint32, i);
        KubeVolume *volume;

        if (!claim || claim->volume != 0)
            continue;
        claim->volume = name ? name : make_volume(volumes, claim, node);
        volume = g_hash_table_lookup(volumes->by_name, GUINT_TO_POINTER(claim->volume));
        volume->claim = claim->name;
    }
    return TRUE;
}
