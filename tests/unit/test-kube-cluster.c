/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the cluster counts while pods and nodes come and go, against counting anew. */
#include "kube-fixture.h"

#define N_NODES 12
#define N_STEPS 3000

/* A few label sets in two namespaces, some with an extended resource, ports or affinity. */
static KubePod *
random_pod(Kube *kube, GRand *rand)
{
    g_autofree char *text = g_strdup_printf(
        "{'name': 'p', 'namespace': 'n%d', 'labels': {'app': 'a%d', 'tier': 't%d'},"
        " 'containers': [{'requests': {'cpu_milli': %d, 'ext': {'x.io/g%d': %d}}%s}]%s}",
        g_rand_int_range(rand, 0, 2), g_rand_int_range(rand, 0, 4), g_rand_int_range(rand, 0, 2),
        g_rand_int_range(rand, 0, 500), g_rand_int_range(rand, 0, 3), g_rand_int_range(rand, 0, 3),
        g_rand_int_range(rand, 0, 3) ? "" : ", 'ports': [{'host_port': 80}]",
        g_rand_int_range(rand, 0, 3)
            ? ""
            : ", 'pod_anti_affinity': {'required': [{'topology_key': 'h', 'selector': {}}]}");

    return kube_pod(kube, text);
}

static const char *const selectors[] = {
    "{}",
    "{'match_labels': {'app': 'a1'}}",
    "{'exprs': [{'key': 'app', 'op': 'NotIn', 'values': ['a0', 'a2']}]}",
    "{'match_labels': {'tier': 't1'}, 'exprs': [{'key': 'app', 'op': 'Exists'}]}",
};

static KubeSelector
selector_of(Kube *kube, const char *text)
{
    g_autoptr(JsonNode) json = kube_parse(text);

    return kube_json_selector(kube->store, json_node_get_object(json));
}

static guint
count_matches(const Kube *kube, const KubeNode *node, guint32 name_space,
              const KubeSelector *selector)
{
    guint n = 0;

    for (guint i = 0; i < node->n_pods; i++) {
        const KubePod *pod = node->pods[i];

        n += !pod->terminating && pod->spec->name_space == name_space &&
             kube_selector_matches(kube->store, selector, &pod->spec->labels);
    }
    return n;
}

static void
check_matches(Kube *kube, const char *text)
{
    KubeSelector selector = selector_of(kube, text);
    guint32 name_space = kube_intern(kube->store, "n1");
    const guint32 *counts = kube_cluster_matches(kube->cluster, name_space, &selector);

    for (guint i = 0; i < kube_cluster_n_slots(kube->cluster); i++)
        g_assert_cmpuint(
            counts[i], ==,
            count_matches(kube, kube_cluster_node(kube->cluster, i), name_space, &selector));
}

static void
check_books(Kube *kube)
{
    guint n_anti = 0, n_grouped = 0, n_pods = 0, n_groups;
    KubeGroup *const *groups = kube_cluster_groups(kube->cluster, &n_groups);

    for (guint n = 0; n < kube_cluster_n_slots(kube->cluster); n++) {
        const KubeNode *node = kube_cluster_node(kube->cluster, n);
        gint64 cpu = 0, first = 0;
        guint n_ports = 0;

        for (guint i = 0; i < node->n_pods; i++) {
            const KubeSpec *spec = node->pods[i]->spec;

            g_assert_cmpuint(node->pods[i]->slot, ==, i);
            cpu += spec->request[KUBE_CPU];
            first += kube_spec_request(spec, KUBE_N_FIXED);
            n_ports += spec->n_ports > 0;
            n_anti += spec->anti_affinity.n_required > 0;
        }
        n_pods += node->n_pods;
        g_assert_cmpint(node->used[KUBE_CPU], ==, cpu);
        g_assert_cmpint(kube_node_used(node, KUBE_N_FIXED), ==, first);
        g_assert_cmpuint(node->n_port_pods, ==, n_ports);
    }
    for (guint g = 0; g < n_groups; g++) {
        g_assert_cmpuint(groups[g]->n, >, 0);
        for (guint i = 0; i < groups[g]->n; i++)
            g_assert_true(groups[g]->pods[i]->spec == groups[g]->spec);
        n_grouped += groups[g]->n;
    }
    g_assert_cmpuint(n_grouped, ==, n_pods);
    g_assert_cmpuint(kube_cluster_counts(kube->cluster)->n_anti_affinity_pods, ==, n_anti);
}

/* One pod comes, goes, or begins to end. */
static void
step(Kube *kube, GRand *rand)
{
    guint n = kube->pods->len;
    KubePod *pod =
        n > 0 ? g_ptr_array_index(kube->pods, (guint)g_rand_int_range(rand, 0, (gint32)n)) : NULL;
    int what = g_rand_int_range(rand, 0, 5);

    if (!pod || what < 2) {
        pod = random_pod(kube, rand);
        kube_cluster_add_pod(
            kube->cluster, pod,
            (guint32)g_rand_int_range(rand, 0, (gint32)kube_cluster_n_slots(kube->cluster)));
    } else if (what == 2) {
        kube_cluster_set_terminating(kube->cluster, pod);
    } else {
        kube_cluster_remove_pod(kube->cluster, pod);
        g_ptr_array_remove_fast(kube->pods, pod);
        kube_pod_free(pod);
    }
}

static void
test_counts(void)
{
    g_autoptr(GRand) rand = g_rand_new_with_seed(7);
    Kube kube;

    kube_init(&kube);
    for (guint i = 0; i < N_NODES; i++)
        kube_node(&kube, "{'name': 'n', 'allocatable': {'cpu_milli': 1000}}");
    for (guint i = 0; i < N_STEPS; i++) {
        step(&kube, rand);
        if (i == N_STEPS / 2)
            for (guint n = 0; n < 100; n++)
                kube_node(&kube, "{'name': 'm'}");
        if (i % 50 == 0)
            for (guint s = 0; s < G_N_ELEMENTS(selectors) && s <= i / 500; s++)
                check_matches(&kube, selectors[s]);
        if (i % 100 == 0)
            check_books(&kube);
    }
    check_books(&kube);
    kube_clear(&kube);
}

static void
assert_order(Kube *kube, const char *expected)
{
    g_autoptr(GString) got = g_string_new(NULL);
    const guint32 *order = kube_cluster_order(kube->cluster);

    for (guint i = 0; i < kube_cluster_n_nodes(kube->cluster); i++)
        g_string_append(got,
                        kube_text(kube->store, kube_cluster_node(kube->cluster, order[i])->name));
    g_assert_cmpstr(got->str, ==, expected);
}

static void
test_nodes(void)
{
    KubeNodeSpec moved;
    const KubeTopology *zones;
    Kube kube;
    guint32 key, b;

    kube_init(&kube);
    kube_node(&kube, "{'name': 'a', 'labels': {'topology.kubernetes.io/zone': '1'}}");
    b = kube_node(&kube, "{'name': 'b', 'labels': {'topology.kubernetes.io/zone': '1'}}");
    kube_node(&kube, "{'name': 'c', 'labels': {'topology.kubernetes.io/zone': '2'},"
                     " 'unschedulable': true}");
    assert_order(&kube, "acb");
    key = kube_intern(kube.store, "topology.kubernetes.io/zone");
    zones = kube_cluster_topology(kube.cluster, key);
    g_assert_cmpuint(zones->n_domains, ==, 2);
    g_assert_cmpuint(zones->of[0], ==, zones->of[1]);
    moved = kube_node_spec(&kube, "{'name': 'b', 'labels': {'topology.kubernetes.io/zone': '2'}}");
    kube_cluster_update_node(kube.cluster, b, &moved);
    assert_order(&kube, "acb");
    zones = kube_cluster_topology(kube.cluster, key);
    g_assert_cmpuint(zones->of[1], ==, zones->of[2]);
    kube_cluster_remove_node(kube.cluster, 2);
    assert_order(&kube, "ab");
    g_assert_cmpuint(kube_cluster_counts(kube.cluster)->n_unschedulable, ==, 0);
    g_assert_cmpuint(kube_cluster_topology(kube.cluster, key)->of[2], ==, KUBE_ABSENT);
    g_assert_cmpuint(kube_cluster_find_node(kube.cluster, kube_intern(kube.store, "c")), ==,
                     KUBE_ABSENT);
    kube_clear(&kube);
}

static void
test_requests(void)
{
    static const struct {
        const char *pod;
        gint64 cpu, nonzero_cpu, nonzero_memory;
    } cases[] = {
        {"{'containers': [{}]}", 0, 100, 209715200},
        {"{'containers': [{'requests': {'cpu_milli': 0, 'mem_bytes': 0}}]}", 0, 0, 0},
        {"{'containers': [{'requests': {'cpu_milli': 5, 'mem_bytes': 1}}],"
         " 'init_containers': [{'requests': {'cpu_milli': 7, 'mem_bytes': 0}}]}",
         7, 7, 1},
        {"{'containers': [{'requests': {'cpu_milli': 5, 'mem_bytes': 1}}],"
         " 'init_containers': [{'requests': {'cpu_milli': 3, 'mem_bytes': 1}, 'sidecar': true},"
         " {'requests': {'cpu_milli': 6, 'mem_bytes': 1}}],"
         " 'overhead': {'cpu_milli': 10}}",
         19, 19, 2},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        Kube kube;
        const KubeSpec *spec;

        kube_init(&kube);
        spec = kube_pod(&kube, cases[i].pod)->spec;
        g_assert_cmpint(spec->request[KUBE_CPU], ==, cases[i].cpu);
        g_assert_cmpint(spec->nonzero[KUBE_CPU], ==, cases[i].nonzero_cpu);
        g_assert_cmpint(spec->nonzero[KUBE_MEMORY], ==, cases[i].nonzero_memory);
        kube_clear(&kube);
    }
}

static void
test_invalid_selectors(void)
{
    static const struct {
        const char *requirement;
        gboolean valid;
    } cases[] = {
        {"{'key': 'a', 'op': 'In', 'values': ['x']}", TRUE},
        {"{'key': 'a', 'op': 'In', 'values': []}", FALSE},
        {"{'key': 'a', 'op': 'Exists', 'values': ['x']}", FALSE},
        {"{'key': 'a', 'op': 'Gt', 'values': ['1']}", TRUE},
        {"{'key': 'a', 'op': 'Gt', 'values': ['x']}", FALSE},
        {"{'key': 'a', 'op': 'Lt', 'values': ['1', '2']}", FALSE},
        {"{'key': 'a', 'op': 'Like', 'values': ['x']}", FALSE},
        {"{'key': 'a', 'op': 'NotIn', 'values': ['x y']}", FALSE},
        {"{'key': 'k8s.io/a', 'op': 'NotIn', 'values': ['']}", TRUE},
        {"{'key': 'K8s.io/a', 'op': 'Exists'}", FALSE},
        {"{'key': '-a', 'op': 'Exists'}", FALSE},
        {"{'key': '', 'op': 'Exists'}", FALSE},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text = g_strdup_printf("{'exprs': [%s]}", cases[i].requirement);
        KubeSelector selector;
        Kube kube;

        kube_init(&kube);
        selector = kube_selector_seal(kube.store, selector_of(&kube, text), TRUE);
        g_assert_cmpint(selector.kind, ==,
                        cases[i].valid ? KUBE_SELECT_ALL_OF : KUBE_SELECT_INVALID);
        kube_clear(&kube);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/kube-cluster/counts", test_counts);
    g_test_add_func("/kube-cluster/nodes", test_nodes);
    g_test_add_func("/kube-cluster/requests", test_requests);
    g_test_add_func("/kube-cluster/invalid-selectors", test_invalid_selectors);
    return g_test_run();
}
