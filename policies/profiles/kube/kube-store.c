/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Blocks of memory freed all at once; two small tables that give dense numbers. */
#include "policies/profiles/kube/kube-store.h"

#include <stdlib.h>
#include <string.h>

#define BLOCK 65536

struct _KubeStore {
    BbNames *names;
    GPtrArray *blocks;
    gsize left; /* of the last block */
    guint8 *next;
    GArray *resources;     /* guint32 name by number */
    GHashTable *by_name;   /* name -> number + 1 */
    GPtrArray *label_sets; /* const KubeLabelSet * by number */
    guint32 n_specs;
    GHashTable *set_number; /* const KubeLabelSet * -> number */
};

static guint
hash_label_set(gconstpointer key)
{
    const KubeLabelSet *set = key;
    guint hash = set->name_space * 2654435761u;

    for (guint i = 0; i < set->labels.n; i++)
        hash =
            (hash ^ (set->labels.items[i].key * 40503u + set->labels.items[i].value)) * 2654435761u;
    return hash;
}

static gboolean
equal_label_sets(gconstpointer a, gconstpointer b)
{
    const KubeLabelSet *one = a, *two = b;

    return one->name_space == two->name_space && one->labels.n == two->labels.n &&
           (one->labels.n == 0 ||
            memcmp(one->labels.items, two->labels.items, sizeof(KubeLabel) * one->labels.n) == 0);
}

KubeStore *
kube_store_new(void)
{
    KubeStore *store = g_new0(KubeStore, 1);

    store->names = bb_names_new();
    store->blocks = g_ptr_array_new_with_free_func(g_free);
    store->resources = g_array_new(FALSE, FALSE, sizeof(guint32));
    store->by_name = g_hash_table_new(NULL, NULL);
    store->label_sets = g_ptr_array_new();
    store->set_number = g_hash_table_new(hash_label_set, equal_label_sets);
    kube_resource(store, "cpu");
    kube_resource(store, "memory");
    kube_resource(store, "ephemeral-storage");
    return store;
}

void
kube_store_free(KubeStore *store)
{
    if (!store)
        return;
    bb_names_free(store->names);
    g_ptr_array_free(store->blocks, TRUE);
    g_array_free(store->resources, TRUE);
    g_hash_table_destroy(store->by_name);
    g_ptr_array_free(store->label_sets, TRUE);
    g_hash_table_destroy(store->set_number);
    g_free(store);
}

BbNames *
kube_store_names(const KubeStore *store)
{
    return store->names;
}

guint32
kube_intern(KubeStore *store, const char *text)
{
    return bb_names_intern(store->names, text);
}

const char *
kube_text(const KubeStore *store, guint32 name)
{
    return bb_names_text(store->names, name);
}

gpointer
kube_alloc(KubeStore *store, gsize size)
{
    gpointer memory;

    if (size == 0)
        return NULL;
    size = (size + 15) & ~(gsize)15;
    if (size > BLOCK / 4) {
        memory = g_malloc0(size);
        /* Not the last one: that one still has room. */
        g_ptr_array_insert(store->blocks, 0, memory);
        return memory;
    }
    if (size > store->left) {
        store->next = g_malloc0(BLOCK);
        store->left = BLOCK;
        g_ptr_array_add(store->blocks, store->next);
    }
    memory = store->next;
    store->next += size;
    store->left -= size;
    return memory;
}

guint32
kube_resource(KubeStore *store, const char *name)
{
    guint32 id = kube_intern(store, name);
    guint number = GPOINTER_TO_UINT(g_hash_table_lookup(store->by_name, GUINT_TO_POINTER(id)));

    if (number == 0) {
        g_array_append_val(store->resources, id);
        number = store->resources->len;
        g_hash_table_insert(store->by_name, GUINT_TO_POINTER(id), GUINT_TO_POINTER(number));
    }
    return number - 1;
}

guint
kube_store_n_resources(const KubeStore *store)
{
    return store->resources->len;
}

guint32
kube_resource_name(const KubeStore *store, guint32 resource)
{
    return g_array_index(store->resources, guint32, resource);
}

guint32
kube_store_next_spec(KubeStore *store)
{
    return store->n_specs++;
}

static int
by_key(const void *a, const void *b)
{
    const KubeLabel *one = a, *two = b;

    return (one->key > two->key) - (one->key < two->key);
}

KubeLabels
kube_labels_seal(KubeStore *store, const KubeLabel *labels, guint n)
{
    KubeLabel *kept = kube_new(store, KubeLabel, n);
    guint n_kept = 0;

    for (guint i = 0; i < n; i++) {
        guint at = 0;

        while (at < n_kept && kept[at].key != labels[i].key)
            at++;
        kept[at] = labels[i];
        n_kept = MAX(n_kept, at + 1);
    }
    if (n_kept > 1)
        qsort(kept, n_kept, sizeof *kept, by_key);
    return (KubeLabels){kept, n_kept};
}

guint32
kube_labels_get(const KubeLabels *labels, guint32 key)
{
    for (guint i = 0; i < labels->n && labels->items[i].key <= key; i++)
        if (labels->items[i].key == key)
            return labels->items[i].value;
    return KUBE_ABSENT;
}

guint32
kube_label_set(KubeStore *store, guint32 name_space, KubeLabels labels)
{
    KubeLabelSet probe = {name_space, labels}, *kept;
    gpointer number;

    if (g_hash_table_lookup_extended(store->set_number, &probe, NULL, &number))
        return GPOINTER_TO_UINT(number);
    kept = kube_new(store, KubeLabelSet, 1);
    *kept = probe;
    g_ptr_array_add(store->label_sets, kept);
    g_hash_table_insert(store->set_number, kept, GUINT_TO_POINTER(store->label_sets->len - 1));
    return store->label_sets->len - 1;
}

guint
kube_store_n_label_sets(const KubeStore *store)
{
    return store->label_sets->len;
}

const KubeLabelSet *
kube_label_set_get(const KubeStore *store, guint32 label_set)
{
    return g_ptr_array_index(store->label_sets, label_set);
}
