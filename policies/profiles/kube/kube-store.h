/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the kube objects of one simulation share: names, the memory of all that is never changed
 * once read (specs, labels, selectors), and dense numbers for extended resources and for label
 * sets. Nothing in it is freed before the store. Not shared between threads. */
#pragma once

#include "sim/model/bb-names.h"

#define KUBE_ABSENT G_MAXUINT32 /* no such label, name, resource, node */

/* The first resources of every list; extended ones follow in order of first use. */
enum { KUBE_CPU, KUBE_MEMORY, KUBE_EPHEMERAL, KUBE_N_FIXED };

typedef struct {
    guint32 key, value; /* names */
} KubeLabel;

/* Sorted by key id, each key once. */
typedef struct {
    const KubeLabel *items;
    guint n;
} KubeLabels;

/* A namespace and the labels of a pod in it: what selectors of other pods look at. */
typedef struct {
    guint32 name_space;
    KubeLabels labels;
} KubeLabelSet;

typedef struct _KubeStore KubeStore;

KubeStore *kube_store_new(void);
void kube_store_free(KubeStore *store);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(KubeStore, kube_store_free)

/* The names, for reading and interning; owned by the store. */
BbNames *kube_store_names(const KubeStore *store);
guint32 kube_intern(KubeStore *store, const char *text);
const char *kube_text(const KubeStore *store, guint32 name);

/* Zeroed memory that lives as long as the store; NULL for none. */
gpointer kube_alloc(KubeStore *store, gsize size);
#define kube_new(store, type, n) ((type *)kube_alloc((store), sizeof(type) * (gsize)(n)))

/* "cpu", "memory", "ephemeral-storage": KUBE_CPU...; any other name its dense number, given on
 * first use. */
guint32 kube_resource(KubeStore *store, const char *name);
guint kube_store_n_resources(const KubeStore *store);
guint32 kube_resource_name(const KubeStore *store, guint32 resource);

/* The next number of a spec, dense from 0; for kube_spec_seal(). */
guint32 kube_store_next_spec(KubeStore *store);

/* Sorts `labels` (the last of equal keys wins) and keeps a copy. */
KubeLabels kube_labels_seal(KubeStore *store, const KubeLabel *labels, guint n);
/* Value of the key; KUBE_ABSENT when there is none ("" is the name 0). */
guint32 kube_labels_get(const KubeLabels *labels, guint32 key);

/* Number of the label set, dense from 0; the same content gives the same number. */
guint32 kube_label_set(KubeStore *store, guint32 name_space, KubeLabels labels);
guint kube_store_n_label_sets(const KubeStore *store);
const KubeLabelSet *kube_label_set_get(const KubeStore *store, guint32 label_set);
