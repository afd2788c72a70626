/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is usual of many demands, and what of a node is of no use to it, by hand. */
#include "sim/model/bb-fragmentation.h"

typedef struct {
    gint64 cpu, gpu;
    const char *models;
    guint n;
} Demand;

static BbMix *
mix_of(const Demand *demands, guint n)
{
    BbMix *mix = bb_mix_new();
    for (guint i = 0; i < n; i++) {
        BbJobRow row = BB_JOB_ROW_INIT;
        row.need = (BbResources){{demands[i].cpu, 7, 0, demands[i].gpu}};
        row.gpu_model = demands[i].models;
        row.n_tasks = demands[i].n;
        bb_mix_add(mix, &row);
    }
    return mix;
}

/* 95 of 100: the first four; equal counts by cpu, share, number, models, the larger first. */
static void
test_usual(void)
{
    static const Demand demands[] = {
        {1000, 500, NULL, 30}, {1000, 0, "A", 10},  {2000, 500, "A", 20}, {1000, 500, "", 10},
        {2000, 500, "B", 20},  {1000, 3000, "", 5}, {1000, 2000, "", 5},
    };
    g_autoptr(BbMix) mix = mix_of(demands, G_N_ELEMENTS(demands));
    g_autoptr(GArray) usual = bb_mix_usual(mix);
    static const struct {
        gint64 cpu, gpu;
        guint n_gpus;
        const char *models;
        double weight;
    } expected[] = {
        {1000, 500, 1, "", 40 / 95.0},  {2000, 500, 1, "B", 20 / 95.0},
        {2000, 500, 1, "A", 20 / 95.0}, {1000, 0, 0, "", 10 / 95.0},
        {1000, 1000, 3, "", 5 / 95.0},
    };
    g_assert_cmpuint(bb_mix_n(mix), ==, 6);
    g_assert_cmpuint(usual->len, ==, G_N_ELEMENTS(expected));
    for (guint i = 0; i < usual->len; i++) {
        const BbDemandType *type = &g_array_index(usual, BbDemandType, i);
        g_assert_cmpint(type->cpu_milli, ==, expected[i].cpu);
        g_assert_cmpint(type->gpu_milli, ==, expected[i].gpu);
        g_assert_cmpuint(type->n_gpus, ==, expected[i].n_gpus);
        g_assert_cmpstr(type->models, ==, expected[i].models);
        g_assert_cmpfloat_with_epsilon(type->weight, expected[i].weight, 1e-12);
    }
}

/* One demand of four each; a node of two devices of model A and 4 cores. */
static void
test_fragments(void)
{
    static const Demand demands[] = {
        {1000, 300, "A|C", 1}, {4000, 2000, "", 1}, {1000, 500, "B", 1}, {1000, 0, "", 1}};
    static const struct {
        gint64 cpu;     /* taken */
        guint64 second; /* devices: 1, 2 or both */
        gint32 milli;   /* taken of each */
        double fragment;
    } cases[] = {
        /* B cannot, and the last wants no device: 2000 each, of four. */
        {0, 0, 0, 1000},
        /* One core less: two whole devices lack cpu. */
        {1000, 0, 0, 1500},
        /* 800 and 1000 left: two whole ones are not there; A has use for both. */
        {0, 1, 200, 1350},
        /* 200 and 1000: nor has A for the 200. */
        {0, 1, 800, 950},
        /* 200 and 200, of no use to anybody. */
        {0, 3, 800, 400},
        {0, 3, 1000, 0},
    };
    g_autoptr(BbNames) names = bb_names_new();
    g_autoptr(BbCluster) cluster = bb_cluster_new(names);
    BbNodeRow row = BB_NODE_ROW_INIT;
    row.id = "n";
    row.capacity = (BbResources){{4000, 0, 0, 2000}};
    row.named = 1u << BB_CPU | 1u << BB_GPU;
    row.gpu_model = "A";
    g_assert_true(bb_cluster_add(cluster, &row, NULL));
    g_autoptr(BbMix) mix = mix_of(demands, G_N_ELEMENTS(demands));
    g_autoptr(BbFragmentation) fragmentation = bb_fragmentation_new(mix, cluster);
    bb_fragmentation_load(fragmentation, bb_cluster_node(cluster, 0));
    g_assert_cmpfloat(bb_fragmentation_now(fragmentation), ==, cases[0].fragment);
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
        g_assert_cmpfloat(
            bb_fragmentation_if(fragmentation, cases[i].cpu, cases[i].second, cases[i].milli), ==,
            cases[i].fragment);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/mix/usual", test_usual);
    g_test_add_func("/mix/fragments", test_fragments);
    return g_test_run();
}
