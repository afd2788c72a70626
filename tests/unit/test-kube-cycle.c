/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The cycle around the plug-ins: what the facts of upstream's tests do not reach. */
#include "kube-fixture.h"

#include "policies/profiles/kube/kube-balanced.h"
#include "policies/profiles/kube/kube-explain.h"
#include "policies/profiles/kube/kube-fit.h"
#include "policies/profiles/kube/kube-profile.h"
#include "policies/profiles/kube/kube-scheduler.h"

static const guint32 *
all_nodes(Kube *kube)
{
    return kube_cluster_order(kube->cluster);
}

/* n nodes "n0".. with a host and one of three zones; 1000 milli, 1000 bytes, 10 pods. */
static void
add_nodes(Kube *kube, guint n)
{
    for (guint i = 0; i < n; i++) {
        g_autofree char *text =
            g_strdup_printf("{'name': 'n%u', 'labels': {'h': 'n%u', 'z': 'z%u'}, 'allocatable':"
                            " {'cpu_milli': 1000, 'mem_bytes': 1000, 'pods': 10}}",
                            i, i, i % 3);

        kube_node(kube, text);
    }
}

static KubePod *
place(Kube *kube, guint32 node, const char *text)
{
    KubePod *pod = kube_pod(kube, text);

    kube_cluster_add_pod(kube->cluster, pod, node);
    return pod;
}

static void
test_rotation(void)
{
    g_autoptr(KubeScheduler) scheduler = NULL;
    KubePod *pod;
    KubeResult result;
    Kube kube;

    kube_init(&kube);
    add_nodes(&kube, 300);
    scheduler = kube_scheduler_new(kube.cluster, kube_default_plugins, kube_n_default_plugins, 0);
    pod = kube_pod(&kube, "{'containers': [{}]}");
    /* 48 % of 300. */
    for (guint i = 1; i <= 3; i++) {
        result = kube_scheduler_schedule(scheduler, pod, NULL, NULL, NULL);
        g_assert_cmpint(result.code, ==, KUBE_SUCCESS);
        g_assert_cmpuint(result.n_feasible, ==, 144);
        g_assert_cmpuint(result.n_evaluated, ==, 144);
        g_assert_cmpuint(kube_scheduler_next_start(scheduler), ==, i * 144 % 300);
        g_assert_cmpuint(result.node, ==, i == 3 ? 0 : (i - 1) * 144);
    }
    kube_clear(&kube);
}

static void
test_one_is_enough_without_scores(void)
{
    static const KubePlugin filters[] = {{&kube_node_resources_fit, 0, NULL}};
    g_autoptr(KubeScheduler) scheduler = NULL;
    KubeResult result;
    Kube kube;

    kube_init(&kube);
    add_nodes(&kube, 5);
    place(&kube, 0, "{'containers': [{'requests': {'cpu_milli': 1000}}]}");
    scheduler = kube_scheduler_new(kube.cluster, filters, 1, 0);
    result = kube_scheduler_schedule(
        scheduler, kube_pod(&kube, "{'containers': [{'requests': {'cpu_milli': 1}}]}"), NULL, NULL,
        NULL);
    g_assert_cmpuint(result.node, ==, 1);
    g_assert_cmpuint(result.n_evaluated, ==, 2);
    kube_clear(&kube);
}

static void
test_nominated(void)
{
    KubeDiagnosis diagnosis = {0};
    g_autoptr(KubeScheduler) scheduler = NULL;
    KubePod *waiting, *pod;
    KubeResult result;
    Kube kube;

    kube_init(&kube);
    add_nodes(&kube, 2);
    scheduler = kube_scheduler_new(kube.cluster, kube_default_plugins, kube_n_default_plugins, 0);
    waiting = kube_pod(&kube, "{'name': 'w', 'priority': 5,"
                              " 'containers': [{'requests': {'cpu_milli': 800}}]}");
    kube_cluster_nominate(kube.cluster, waiting, 0);
    pod = kube_pod(&kube, "{'name': 'p', 'priority': 5,"
                          " 'containers': [{'requests': {'cpu_milli': 300}}]}");
    result = kube_scheduler_schedule(scheduler, pod, NULL, NULL, &diagnosis);
    g_assert_cmpuint(result.node, ==, 1);
    g_assert_cmpint(diagnosis.codes[0], ==, KUBE_UNSCHEDULABLE);
    g_assert_cmpint(kube_cluster_node(kube.cluster, 0)->used[KUBE_CPU], ==, 0);
    /* One of higher priority does not see it. */
    pod = kube_pod(&kube, "{'name': 'q', 'priority': 6,"
                          " 'containers': [{'requests': {'cpu_milli': 300}}]}");
    result = kube_scheduler_schedule(scheduler, pod, NULL, NULL, &diagnosis);
    g_assert_cmpuint(result.n_feasible, ==, 2);
    /* The nominated one goes where it was nominated, and nothing else is looked at. */
    kube_cluster_nominate(kube.cluster, waiting, 1);
    result = kube_scheduler_schedule(scheduler, waiting, NULL, NULL, &diagnosis);
    g_assert_cmpuint(result.node, ==, 1);
    g_assert_cmpuint(result.n_evaluated, ==, 1);
    g_assert_cmpint(diagnosis.codes[0], ==, KUBE_SKIP);
    kube_diagnosis_clear(&diagnosis);
    kube_clear(&kube);
}

static void
test_restricted(void)
{
    KubeDiagnosis diagnosis = {0};
    g_autoptr(KubeScheduler) scheduler = NULL;
    KubeResult result;
    Kube kube;

    kube_init(&kube);
    add_nodes(&kube, 200);
    scheduler = kube_scheduler_new(kube.cluster, kube_default_plugins, kube_n_default_plugins, 0);
    result = kube_scheduler_schedule(
        scheduler,
        kube_pod(&kube, "{'containers': [{}], 'node_affinity': {'required_terms': [{'fields':"
                        " [{'key': 'metadata.name', 'op': 'In', 'values': ['n150']}]}]}}"),
        NULL, NULL, &diagnosis);
    g_assert_cmpuint(result.node, ==, 150);
    g_assert_cmpuint(result.n_evaluated, ==, 1);
    g_assert_cmpint(diagnosis.codes[0], ==, KUBE_UNRESOLVABLE);
    kube_diagnosis_clear(&diagnosis);
    kube_clear(&kube);
}

static void
test_reasons(void)
{
    static const struct {
        const char *pod, *reason;
    } cases[] = {
        {"{'containers': [{'requests': {'cpu_milli': 950, 'mem_bytes': 1}}]}", "Insufficient cpu"},
        {"{'containers': [{'requests': {'cpu_milli': 950, 'ext': {'x.io/g': 1}}}]}",
         "Insufficient cpu; Insufficient x.io/g"},
        {"{'containers': [], 'node_selector': {'h': 'x'}}",
         "node(s) didn't match Pod's node affinity/selector"},
        {"{'containers': [], 'node': 'n7'}", "node(s) didn't match the requested node name"},
        {"{'containers': [{'ports': [{'host_port': 80}]}]}",
         "node(s) didn't have free ports for the requested pod ports"},
        {"{'containers': [], 'topology_spread': [{'max_skew': 1, 'topology_key': 'r', 'when':"
         " 'DoNotSchedule', 'selector': {}}]}",
         "node(s) didn't match pod topology spread constraints (missing required label)"},
        {"{'containers': [], 'pod_affinity': {'required': [{'topology_key': 'h', 'selector':"
         " {'match_labels': {'a': 'b'}}}]}}",
         "node(s) didn't match pod affinity rules"},
        {"{'containers': [], 'pod_anti_affinity': {'required': [{'topology_key': 'h', 'selector':"
         " {}}]}}",
         "node(s) didn't match pod anti-affinity rules"},
        {"{'containers': [], 'labels': {'shy': ''}}",
         "node(s) didn't satisfy existing pods anti-affinity rules"},
    };
    Kube kube;

    kube_init(&kube);
    add_nodes(&kube, 1);
    place(&kube, 0,
          "{'containers': [{'requests': {'cpu_milli': 100},"
          " 'ports': [{'host_port': 80}]}], 'pod_anti_affinity': {'required':"
          " [{'topology_key': 'h', 'selector': {'match_labels': {'shy': ''}}}]}}");
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(KubeCycle) cycle =
            kube_cycle_new(kube.cluster, kube_default_plugins, kube_n_default_plugins);
        KubeReasons *reasons = kube_reasons_new();
        g_autofree char *text = NULL;

        g_assert_cmpint(kube_cycle_begin(cycle, kube_pod(&kube, cases[i].pod), NULL, reasons), ==,
                        KUBE_SUCCESS);
        g_assert_cmpint(kube_cycle_filter(cycle, 0, NULL, reasons), !=, KUBE_SUCCESS);
        g_ptr_array_add(reasons, NULL);
        text = g_strjoinv("; ", (char **)reasons->pdata);
        g_assert_cmpstr(text, ==, cases[i].reason);
        g_ptr_array_unref(reasons);
    }
    kube_clear(&kube);
}

static void
test_taint_reason(void)
{
    g_autoptr(KubeCycle) cycle = NULL;
    KubeReasons *reasons = kube_reasons_new();
    Kube kube;

    kube_init(&kube);
    kube_node(&kube, "{'name': 'a', 'allocatable': {'pods': 1},"
                     " 'taints': [{'key': 'k', 'value': 'v', 'effect': 'NoExecute'}]}");
    kube_node(&kube, "{'name': 'b', 'allocatable': {'pods': 1}, 'unschedulable': true}");
    cycle = kube_cycle_new(kube.cluster, kube_default_plugins, kube_n_default_plugins);
    kube_cycle_begin(cycle, kube_pod(&kube, "{'containers': []}"), NULL, NULL);
    g_assert_cmpint(kube_cycle_filter(cycle, 0, NULL, reasons), ==, KUBE_UNRESOLVABLE);
    g_assert_cmpint(kube_cycle_filter(cycle, 1, NULL, reasons), ==, KUBE_UNRESOLVABLE);
    g_assert_cmpstr(g_ptr_array_index(reasons, 0), ==, "node(s) had untolerated taint {k: v}");
    g_assert_cmpstr(g_ptr_array_index(reasons, 1), ==, "node(s) were unschedulable");
    kube_cycle_begin(cycle,
                     kube_pod(&kube, "{'containers': [], 'tolerations': [{'operator': 'Exists'}]}"),
                     NULL, NULL);
    g_assert_cmpint(kube_cycle_filter(cycle, 0, NULL, NULL), ==, KUBE_SUCCESS);
    g_assert_cmpint(kube_cycle_filter(cycle, 1, NULL, NULL), ==, KUBE_SUCCESS);
    g_ptr_array_unref(reasons);
    kube_clear(&kube);
}

static void
test_fit_unresolvable(void)
{
    static const KubeFitArgs old = {.release = 24,
                                    .resources = kube_default_resources,
                                    .n_resources = G_N_ELEMENTS(kube_default_resources)};
    const KubeSpec *spec;
    Kube kube;

    kube_init(&kube);
    add_nodes(&kube, 1);
    spec = kube_pod(&kube, "{'containers': [{'requests': {'cpu_milli': 1001}}]}")->spec;
    g_assert_cmpint(kube_fit_check(kube.store, &kube_fit_defaults, spec,
                                   kube_cluster_node(kube.cluster, 0), NULL),
                    ==, KUBE_UNRESOLVABLE);
    g_assert_cmpint(
        kube_fit_check(kube.store, &old, spec, kube_cluster_node(kube.cluster, 0), NULL), ==,
        KUBE_UNSCHEDULABLE);
    kube_clear(&kube);
}

static void
assert_message(Kube *kube, const char *pod, const char *expected)
{
    g_autoptr(KubeCycle) cycle =
        kube_cycle_new(kube->cluster, kube_default_plugins, kube_n_default_plugins);
    g_autoptr(GArray) counts = kube_explain_filters(cycle, kube_pod(kube, pod));
    g_autofree char *message = kube_explain_message(cycle, counts);

    g_assert_cmpstr(message, ==, expected);
}

static void
test_message(void)
{
    Kube kube;

    kube_init(&kube);
    add_nodes(&kube, 12);
    kube_node(&kube, "{'name': 'x', 'allocatable': {'pods': 10}, 'unschedulable': true}");
    assert_message(&kube, "{'containers': [{'requests': {'cpu_milli': 1001, 'mem_bytes': 1001}}]}",
                   "0/13 nodes are available: 1 node(s) were unschedulable, 12 Insufficient cpu,"
                   " 12 Insufficient memory.");
    assert_message(&kube,
                   "{'containers': [], 'pod_affinity': {'required': [{'topology_key': 'h',"
                   " 'selector': {'exprs': [{'key': 'a', 'op': 'In', 'values': ['?']}]}}]}}",
                   "0/13 nodes are available: parsing pod: a pod affinity term's selector cannot"
                   " be parsed.");
    kube_clear(&kube);
}

/* The parts of the chosen node add up to its total. */
static void
test_parts(void)
{
    g_autoptr(KubeScheduler) scheduler = NULL;
    g_autoptr(GArray) parts = NULL;
    const guint32 *feasible;
    KubeResult result;
    gint64 sum = 0;
    guint n, which = 0;
    Kube kube;

    kube_init(&kube);
    add_nodes(&kube, 6);
    place(&kube, 0, "{'labels': {'a': 'b'}, 'containers': [{'requests': {'cpu_milli': 100}}]}");
    scheduler = kube_scheduler_new(kube.cluster, kube_default_plugins, kube_n_default_plugins, 0);
    result = kube_scheduler_schedule(
        scheduler,
        kube_pod(&kube, "{'containers': [{'requests': {'cpu_milli': 300}}], 'topology_spread':"
                        " [{'max_skew': 1, 'topology_key': 'z', 'when': 'ScheduleAnyway',"
                        " 'selector': {'match_labels': {'a': 'b'}}}]}"),
        NULL, NULL, NULL);
    feasible = kube_scheduler_feasible(scheduler, &n, NULL);
    while (feasible[which] != result.node)
        which++;
    parts = kube_explain_scores(kube_scheduler_cycle(scheduler), feasible, n, which);
    g_assert_cmpuint(parts->len, ==, 7);
    for (guint i = 0; i < parts->len; i++)
        sum += g_array_index(parts, KubeScorePart, i).weighted;
    g_assert_cmpint(sum, ==, result.total);
    g_assert_cmpint(sum, >, 500);
    g_assert_cmpuint(result.node, ==, 1);
    kube_clear(&kube);
}

/* A pod of three apps with spreading or affinity of each kind. */
static KubePod *
random_pod(Kube *kube, GRand *rand)
{
    static const char *const wishes[] = {
        "",
        ", 'topology_spread': [{'max_skew': 1, 'topology_key': 'z', 'when': 'DoNotSchedule',"
        " 'selector': {'match_labels': {'app': 'a0'}}}, {'max_skew': 2, 'topology_key': 'h',"
        " 'when': 'DoNotSchedule', 'selector': {}}]",
        ", 'topology_spread': [{'max_skew': 1, 'topology_key': 'h', 'when': 'DoNotSchedule',"
        " 'selector': {}, 'min_domains': 9}]",
        ", 'pod_anti_affinity': {'required': [{'topology_key': 'h', 'selector':"
        " {'match_labels': {'app': 'a1'}}}]}",
        ", 'pod_affinity': {'required': [{'topology_key': 'z', 'selector':"
        " {'match_labels': {'app': 'a2'}}}]}",
    };
    g_autofree char *text = g_strdup_printf(
        "{'name': 'p', 'labels': {'app': 'a%d'}, 'priority': %d,"
        " 'containers': [{'requests': {'cpu_milli': %d, 'mem_bytes': %d}}]%s}",
        g_rand_int_range(rand, 0, 3), g_rand_int_range(rand, 0, 10), g_rand_int_range(rand, 0, 300),
        g_rand_int_range(rand, 0, 300), wishes[g_rand_int_range(rand, 0, G_N_ELEMENTS(wishes))]);

    return kube_pod(kube, text);
}

/* The running cycle must say of every node what one says that begins now. */
static void
compare_with_fresh(Kube *kube, KubeCycle *cycle, const KubePod *pod)
{
    g_autoptr(KubeCycle) fresh =
        kube_cycle_new(kube->cluster, kube_default_plugins, kube_n_default_plugins);

    g_assert_cmpint(kube_cycle_begin(fresh, pod, NULL, NULL), ==, KUBE_SUCCESS);
    for (guint n = 0; n < kube_cluster_n_slots(kube->cluster); n++)
        g_assert_cmpint(kube_cycle_filter(cycle, n, NULL, NULL), ==,
                        kube_cycle_filter(fresh, n, NULL, NULL));
}

/* Pods taken away and put back during a cycle, as preemption does. */
static void
test_trial(void)
{
    g_autoptr(GRand) rand = g_rand_new_with_seed(11);
    Kube kube;

    kube_init(&kube);
    add_nodes(&kube, 8);
    for (guint i = 0; i < 30; i++)
        kube_cluster_add_pod(kube.cluster, random_pod(&kube, rand),
                             (guint32)g_rand_int_range(rand, 0, 8));
    for (guint i = 0; i < 200; i++) {
        g_autoptr(KubeCycle) cycle =
            kube_cycle_new(kube.cluster, kube_default_plugins, kube_n_default_plugins);
        KubePod *pod = random_pod(&kube, rand);
        KubePod *gone[6];
        guint32 from[6];

        kube_cycle_begin(cycle, pod, NULL, NULL);
        for (guint g = 0; g < G_N_ELEMENTS(gone); g++) {
            do
                gone[g] = g_ptr_array_index(kube.pods, (guint)g_rand_int_range(rand, 0, 30));
            while (gone[g]->node == KUBE_ABSENT);
            from[g] = gone[g]->node;
            kube_cycle_remove_pod(cycle, gone[g]);
            compare_with_fresh(&kube, cycle, pod);
        }
        for (guint g = 0; g < G_N_ELEMENTS(gone); g++) {
            kube_cycle_add_pod(cycle, gone[g], from[g]);
            compare_with_fresh(&kube, cycle, pod);
        }
    }
    kube_clear(&kube);
}

/* The quick ways of the default arguments say what the general ones do. */
static void
test_quick_scores(void)
{
    static const KubeResourceWeight same[] = {{KUBE_CPU, 1}, {KUBE_MEMORY, 1}};
    static const KubeFitArgs fit = {.release = KUBE_RELEASE, .resources = same, .n_resources = 2};
    static const KubeBalancedArgs balanced = {
        .release = KUBE_RELEASE, .resources = same, .n_resources = 2};
    static const KubePlugin plugins[] = {{&kube_node_resources_fit, 1, NULL},
                                         {&kube_node_resources_fit, 1, &fit},
                                         {&kube_balanced_allocation, 1, NULL},
                                         {&kube_balanced_allocation, 1, &balanced}};
    g_autoptr(GRand) rand = g_rand_new_with_seed(3);
    g_autoptr(KubeCycle) cycle = NULL;
    gint64 scores[4][50];
    Kube kube;

    kube_init(&kube);
    add_nodes(&kube, 48);
    kube_node(&kube, "{'name': 'x', 'allocatable': {'cpu_milli': 10}}");
    kube_node(&kube, "{'name': 'y', 'allocatable': {'mem_bytes': 10}}");
    for (guint i = 0; i < 150; i++)
        kube_cluster_add_pod(kube.cluster, random_pod(&kube, rand),
                             (guint32)g_rand_int_range(rand, 0, 50));
    cycle = kube_cycle_new(kube.cluster, plugins, G_N_ELEMENTS(plugins));
    for (guint i = 0; i < 50; i++) {
        kube_cycle_begin(cycle, random_pod(&kube, rand), NULL, NULL);
        for (guint p = 0; p < G_N_ELEMENTS(plugins); p++)
            kube_cycle_score(cycle, p, all_nodes(&kube), 50, NULL, scores[p]);
        for (guint n = 0; n < 50; n++) {
            g_assert_cmpint(scores[0][n], ==, scores[1][n]);
            g_assert_cmpint(scores[2][n], ==, scores[3][n]);
        }
    }
    kube_clear(&kube);
}

static void
test_arguments(void)
{
    static const KubePoint down[] = {{50, 1}, {40, 2}}, high[] = {{0, 11}}, far[] = {{101, 1}};
    static const struct {
        const KubePoint *shape;
        guint n;
    } cases[] = {{NULL, 0}, {down, 2}, {high, 1}, {far, 1}};
    static const KubeResourceWeight twice[] = {{KUBE_CPU, 1}, {KUBE_CPU, 1}}, heavy[] = {{0, 2}};
    KubeBalancedArgs balanced = {.resources = twice, .n_resources = 2};
    g_autoptr(KubeStore) store = kube_store_new();

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        KubeFitArgs fit = kube_fit_defaults;

        fit.strategy = KUBE_REQUESTED_TO_CAPACITY_RATIO;
        fit.shape = cases[i].shape;
        fit.n_shape = cases[i].n;
        g_assert_false(kube_fit_validate(store, &fit, NULL));
    }
    g_assert_true(kube_fit_validate(store, &kube_fit_defaults, NULL));
    g_assert_false(kube_balanced_validate(store, &balanced, NULL));
    balanced = (KubeBalancedArgs){.resources = heavy, .n_resources = 1};
    g_assert_false(kube_balanced_validate(store, &balanced, NULL));
    g_assert_true(kube_balanced_validate(store, &kube_balanced_defaults, NULL));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/kube-cycle/rotation", test_rotation);
    g_test_add_func("/kube-cycle/one-is-enough", test_one_is_enough_without_scores);
    g_test_add_func("/kube-cycle/nominated", test_nominated);
    g_test_add_func("/kube-cycle/restricted", test_restricted);
    g_test_add_func("/kube-cycle/reasons", test_reasons);
    g_test_add_func("/kube-cycle/taint-reason", test_taint_reason);
    g_test_add_func("/kube-cycle/fit-unresolvable", test_fit_unresolvable);
    g_test_add_func("/kube-cycle/message", test_message);
    g_test_add_func("/kube-cycle/parts", test_parts);
    g_test_add_func("/kube-cycle/trial", test_trial);
    g_test_add_func("/kube-cycle/quick-scores", test_quick_scores);
    g_test_add_func("/kube-cycle/arguments", test_arguments);
    return g_test_run();
}
