/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A counter is a namespace, a selector, and a count per node; a label set knows which of the
 * counters tested so far it matches. */
#include "policies/profiles/kube/kube-matches.h"

#include <string.h>

typedef struct {
    guint32 name_space;
    KubeSelector selector;
    guint32 *counts;
} Counter;

typedef struct {
    guint n_tested;  /* counters 0 .. n_tested - 1 were tested */
    GArray *matched; /* guint of them; NULL: none */
} Tested;

struct _KubeMatches {
    const KubeStore *store;
    guint room;
    GPtrArray *counters;
    GHashTable *numbers; /* Counter * -> itself, by content */
    GArray *tested;      /* Tested by label set */
};

static guint
hash_counter(gconstpointer data)
{
    const Counter *counter = data;
    guint hash = counter->name_space * 31 + counter->selector.kind;

    for (guint i = 0; i < counter->selector.n; i++) {
        const KubeRequirement *requirement = &counter->selector.requirements[i];

        hash = (hash ^ requirement->key) * 2654435761u + requirement->op;
        for (guint v = 0; v < requirement->n_values; v++)
            hash = (hash ^ requirement->values[v]) * 2654435761u;
    }
    return hash;
}

static gboolean
equal_requirements(const KubeRequirement *a, const KubeRequirement *b)
{
    return a->key == b->key && a->op == b->op && a->n_values == b->n_values &&
           (a->n_values == 0 || memcmp(a->values, b->values, sizeof *a->values * a->n_values) == 0);
}

static gboolean
equal_counters(gconstpointer a, gconstpointer b)
{
    const Counter *one = a, *two = b;

    if (one->name_space != two->name_space || one->selector.kind != two->selector.kind ||
        one->selector.n != two->selector.n)
        return FALSE;
    for (guint i = 0; i < one->selector.n; i++)
        if (!equal_requirements(&one->selector.requirements[i], &two->selector.requirements[i]))
            return FALSE;
    return TRUE;
}

static void
free_counter(gpointer data)
{
    Counter *counter = data;

    g_free(counter->counts);
    g_free(counter);
}

static void
clear_tested(gpointer data)
{
    Tested *tested = data;

    if (tested->matched)
        g_array_free(tested->matched, TRUE);
}

KubeMatches *
kube_matches_new(const KubeStore *store)
{
    KubeMatches *matches = g_new0(KubeMatches, 1);

    matches->store = store;
    matches->counters = g_ptr_array_new_with_free_func(free_counter);
    matches->numbers = g_hash_table_new(hash_counter, equal_counters);
    matches->tested = g_array_new(FALSE, TRUE, sizeof(Tested));
    g_array_set_clear_func(matches->tested, clear_tested);
    return matches;
}

void
kube_matches_free(KubeMatches *matches)
{
    if (!matches)
        return;
    g_hash_table_destroy(matches->numbers);
    g_ptr_array_free(matches->counters, TRUE);
    g_array_free(matches->tested, TRUE);
    g_free(matches);
}

static gboolean
counter_matches(const KubeMatches *matches, const Counter *counter, guint32 label_set)
{
    const KubeLabelSet *set = kube_label_set_get(matches->store, label_set);

    return set->name_space == counter->name_space &&
           kube_selector_matches(matches->store, &counter->selector, &set->labels);
}

static void
count_all(const KubeMatches *matches, Counter *counter, const KubeNode *nodes, guint n_nodes)
{
    guint n_sets = kube_store_n_label_sets(matches->store);
    g_autofree gboolean *is_match = g_new(gboolean, n_sets);

    for (guint s = 0; s < n_sets; s++)
        is_match[s] = counter_matches(matches, counter, s);
    for (guint n = 0; n < n_nodes; n++)
        for (guint p = 0; p < nodes[n].n_pods; p++)
            counter->counts[n] +=
                !nodes[n].pods[p]->terminating && is_match[nodes[n].pods[p]->spec->label_set];
}

const guint32 *
kube_matches_get(KubeMatches *matches, guint32 name_space, const KubeSelector *selector,
                 const KubeNode *nodes, guint n_nodes)
{
    Counter probe = {name_space, *selector, NULL};
    Counter *counter = g_hash_table_lookup(matches->numbers, &probe);

    if (counter)
        return counter->counts;
    counter = g_new(Counter, 1);
    *counter = probe;
    counter->counts = g_new0(guint32, matches->room);
    g_ptr_array_add(matches->counters, counter);
    g_hash_table_add(matches->numbers, counter);
    count_all(matches, counter, nodes, n_nodes);
    return counter->counts;
}

/* The label set's list, brought up to the counters of now. */
static const GArray *
matched_by(KubeMatches *matches, guint32 label_set)
{
    Tested *tested;

    if (label_set >= matches->tested->len)
        g_array_set_size(matches->tested, label_set + 1);
    tested = &g_array_index(matches->tested, Tested, label_set);
    for (; tested->n_tested < matches->counters->len; tested->n_tested++) {
        const Counter *counter = g_ptr_array_index(matches->counters, tested->n_tested);

        if (!counter_matches(matches, counter, label_set))
            continue;
        if (!tested->matched)
            tested->matched = g_array_new(FALSE, FALSE, sizeof(guint));
        g_array_append_val(tested->matched, tested->n_tested);
    }
    return tested->matched;
}

void
kube_matches_change(KubeMatches *matches, guint32 label_set, guint32 node, int delta)
{
    const GArray *matched;

    if (matches->counters->len == 0)
        return;
    matched = matched_by(matches, label_set);
    for (guint i = 0; matched && i < matched->len; i++) {
        Counter *counter = g_ptr_array_index(matches->counters, g_array_index(matched, guint, i));

        counter->counts[node] += (guint32)delta;
    }
}

void
kube_matches_reserve(KubeMatches *matches, guint room)
{
    for (guint i = 0; i < matches->counters->len; i++) {
        Counter *counter = g_ptr_array_index(matches->counters, i);

        counter->counts = g_renew(guint32, counter->counts, room);
        memset(counter->counts + matches->room, 0,
               sizeof *counter->counts * (room - matches->room));
    }
    matches->room = room;
}
