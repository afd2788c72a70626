/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bench-kube WISH [NODES [PODS [KEPT]]]: pods a second of user time through the default profile
 * of kube-scheduler. WISH, of every pod: none; zone (hard spread over zones, soft over hosts);
 * host (hard spread over hosts); defaults (of its Service); prefer-apart, apart (anti-affinity,
 * preferred and required). The youngest KEPT pods are on the nodes. Ends with a number that
 * changes when any decision does. */
#include "policies/profiles/kube/kube-profile.h"
#include "policies/profiles/kube/kube-scheduler.h"

#include "policies/profiles/kube/kube-json.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define N_TEMPLATES 200

static const char *const wishes[][2] = {
    {"none", ""},
    {"zone", ",'topology_spread':[{'max_skew':2,'topology_key':'topology.kubernetes.io/zone',"
             "'when':'DoNotSchedule','selector':{'match_labels':{'app':'APP'}}},{'max_skew':5,"
             "'topology_key':'kubernetes.io/hostname','when':'ScheduleAnyway','selector':"
             "{'match_labels':{'app':'APP'}}}]"},
    {"host", ",'topology_spread':[{'max_skew':2,'topology_key':'kubernetes.io/hostname','when':"
             "'DoNotSchedule','selector':{'match_labels':{'app':'APP'}}}]"},
    {"defaults", ""},
    {"prefer-apart", ",'pod_anti_affinity':{'preferred':[{'weight':100,'term':{'topology_key':"
                     "'kubernetes.io/hostname','selector':{'match_labels':{'app':'APP'}}}}]}"},
    {"apart", ",'pod_anti_affinity':{'required':[{'topology_key':'kubernetes.io/hostname',"
              "'selector':{'match_labels':{'app':'APP'}}}]}"},
};

static JsonNode *
parse(const char *format, const char *app)
{
    g_auto(GStrv) parts = g_strsplit(format, "APP", -1);
    g_autofree char *text = g_strdelimit(g_strjoinv(app, parts), "'", '"');

    return json_from_string(text, NULL);
}

static void
add_node(KubeStore *store, KubeCluster *cluster, guint i)
{
    g_autofree char *text = g_strdup_printf(
        "{'name':'n%u','labels':{'kubernetes.io/hostname':'n%u','topology.kubernetes.io/zone':"
        "'z%u'},'allocatable':{'cpu_milli':32000,'mem_bytes':137438953472,'pods':110}}",
        i, i, i % 5);
    g_autoptr(JsonNode) json = parse(text, "");
    KubeNodeSpec node = kube_json_node(store, json_node_get_object(json));

    kube_cluster_add_node(cluster, &node);
}

static const KubeSpec *
make_template(KubeStore *store, GRand *rand, guint i, const char *const wish[2])
{
    g_autofree char *app = g_strdup_printf("a%u", i);
    int cpu = g_rand_int_range(rand, 100, 4000), mib = g_rand_int_range(rand, 1, 2000);
    g_autofree char *text = g_strdup_printf(
        "{'labels':{'app':'APP'},'containers':[{'requests':{'cpu_milli':%d,'mem_bytes':%d}}]%s}",
        cpu, mib << 20, wish[1]);
    g_autoptr(JsonNode) json = parse(text, app);
    KubeSpec *spec = kube_new(store, KubeSpec, 1);

    *spec = *kube_json_spec(store, json_node_get_object(json));
    if (g_str_equal(wish[0], "defaults"))
        spec->service_selector = kube_selector_from_labels(store, &spec->labels, NULL, 0);
    return spec;
}

typedef struct {
    KubeCluster *cluster;
    KubeScheduler *scheduler;
    const KubeSpec *templates[N_TEMPLATES];
    KubePod **kept;
    guint n_kept;
    guint64 n_failed, checksum;
} Bench;

static void
take_off(Bench *bench, guint slot)
{
    if (bench->kept[slot]) {
        kube_cluster_remove_pod(bench->cluster, bench->kept[slot]);
        kube_pod_free(bench->kept[slot]);
    }
    bench->kept[slot] = NULL;
}

static void
schedule(Bench *bench, GRand *rand, guint i)
{
    KubePod *pod = kube_pod_new(bench->templates[g_rand_int(rand) % N_TEMPLATES], 0);
    KubeResult result;

    take_off(bench, i % bench->n_kept);
    result = kube_scheduler_schedule(bench->scheduler, pod, NULL, NULL, NULL);
    bench->checksum = bench->checksum * 31 + result.node;
    if (result.code != KUBE_SUCCESS) {
        bench->n_failed++;
        kube_pod_free(pod);
        return;
    }
    kube_cluster_add_pod(bench->cluster, pod, result.node);
    bench->kept[i % bench->n_kept] = pod;
}

static double
seconds(void)
{
    struct timespec time;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static guint
number(int argc, char **argv, int i, guint fallback)
{
    return argc > i ? (guint)strtoul(argv[i], NULL, 10) : fallback;
}

int
main(int argc, char **argv)
{
    g_autoptr(GRand) rand = g_rand_new_with_seed(1);
    guint n_nodes = number(argc, argv, 2, 5000), n_pods = number(argc, argv, 3, 100000), w = 0;
    KubeStore *store = kube_store_new();
    Bench bench = {.cluster = kube_cluster_new(store), .n_kept = number(argc, argv, 4, 60000)};
    double start, taken;

    while (argc > 1 && w < G_N_ELEMENTS(wishes) - 1 && !g_str_equal(wishes[w][0], argv[1]))
        w++;
    for (guint i = 0; i < n_nodes; i++)
        add_node(store, bench.cluster, i);
    for (guint i = 0; i < N_TEMPLATES; i++)
        bench.templates[i] = make_template(store, rand, i, wishes[w]);
    bench.kept = g_new0(KubePod *, bench.n_kept);
    bench.scheduler =
        kube_scheduler_new(bench.cluster, kube_default_plugins, kube_n_default_plugins, 0);
    start = seconds();
    for (guint i = 0; i < n_pods; i++)
        schedule(&bench, rand, i);
    taken = seconds() - start;
    printf("%s: %.0f pods/s, %.2f us each, %" G_GUINT64_FORMAT " refused, %016" G_GINT64_MODIFIER
           "x\n",
           wishes[w][0], n_pods / taken, taken / n_pods * 1e6, bench.n_failed, bench.checksum);
    for (guint i = 0; i < bench.n_kept; i++)
        take_off(&bench, i);
    g_free(bench.kept);
    kube_scheduler_free(bench.scheduler);
    kube_cluster_free(bench.cluster);
    kube_store_free(store);
    return 0;
}
