/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Placements that choose by themselves: what they are shown of a node's residents, groups placed as one
 * decision, and what happens to an answer that may not be. */
#include "sim/base/bb-error.h"
#include "sim/engine/bb-engine.h"

#include <string.h>

#define N_NODES 3

typedef struct {
    guint n, next;
    const char *group; /* of every job */
    gint64 n_tasks;
} Source;

static BbReadResult
next_row(gpointer data, BbJobRow *out, guint32 *out_workload, GError **error)
{
    static const char *const ids[] = {"a", "b", "c", "d", "e", "f", "g", "h"};
    Source *source = data;

    (void)error;
    if (source->next == source->n)
        return BB_READ_END;
    *out = (BbJobRow)BB_JOB_ROW_INIT;
    out->id = ids[source->next];
    out->submit_us = source->next * G_USEC_PER_SEC;
    out->runtime_us = 2 * G_USEC_PER_SEC;
    out->need.v[BB_CPU] = 1000;
    out->n_tasks = source->n_tasks;
    out->group = source->group;
    out->spec = "{\"a\": 1}";
    *out_workload = 0;
    source->next++;
    return BB_READ_ROW;
}

static gboolean
place_error(gpointer data, const char *column, GError **error, const char *format, ...)
{
    (void)data, (void)column;
    return bb_error_set(error, BB_ERROR_INPUT, "%s", format);
}

static guint32
n_resident(const BbNode *node)
{
    guint32 n = 0;

    for (guint i = 0; i < node->n_residents; i++) {
        g_assert_cmpuint(node->residents[i].n_tasks, >, 0);
        g_assert_cmpuint(node->residents[i].shape->spec, !=, 0);
        n += node->residents[i].n_tasks;
    }
    g_assert_cmpuint(n, ==, node->n_tasks);
    return n;
}

/* The last of the nodes with the fewest tasks. */
static gint
choose_fewest(BbPlacement *self, const BbAsk *ask, const BbChoice *choice)
{
    const BbNode *nodes = bb_cluster_nodes(bb_choice_cluster(choice));
    guint32 fewest = G_MAXUINT32;
    gint best = -1;

    (void)self, (void)ask;
    for (guint i = 0; i < N_NODES; i++)
        if (bb_choice_allows(choice, i) && n_resident(&nodes[i]) <= fewest) {
            fewest = n_resident(&nodes[i]);
            best = (gint)i;
        }
    return best;
}

/* All on the last node, however many there are. */
static guint32
group_on_last(BbPlacement *self, const BbAsk *ask, guint32 n, const BbChoice *choice,
              guint32 *nodes)
{
    (void)self, (void)ask, (void)choice;
    for (guint32 i = 0; i < n; i++)
        nodes[i] = N_NODES - 1;
    return n;
}

static gint
choose_nonsense(BbPlacement *self, const BbAsk *ask, const BbChoice *choice)
{
    (void)self, (void)ask, (void)choice;
    return N_NODES;
}

static gboolean
begin_badly(BbPlacement *self, const BbCluster *cluster, GError **error)
{
    g_assert_cmpuint(bb_cluster_n(cluster), ==, N_NODES);
    return bb_error_set(error, BB_ERROR_INPUT, "%s will not", self->klass->name);
}

static void
clear_cache(BbPlacement *self)
{
    g_clear_pointer(&self->cache, g_free);
}

static gint
choose_once(BbPlacement *self, const BbAsk *ask, const BbChoice *choice)
{
    if (ask->job->seq == 1)
        self->failure = g_error_new_literal(BB_ERROR, BB_ERROR_POLICY, "had enough");
    if (!self->cache)
        self->cache = g_strdup("freed by clear");
    return choose_fewest(self, ask, choice);
}

static const BbPlacementClass fewest = {
    .name = "fewest", .flags = BB_NEEDS_RESIDENTS, .choose = choose_fewest};
static const BbPlacementClass together = {.name = "together",
                                          .flags = BB_NEEDS_RESIDENTS,
                                          .choose = choose_fewest,
                                          .choose_group = group_on_last};
static const BbPlacementClass nonsense = {.name = "nonsense", .choose = choose_nonsense};
static const BbPlacementClass unwilling = {
    .name = "unwilling", .choose = choose_fewest, .begin = begin_badly};
static const BbPlacementClass once = {
    .name = "once", .flags = BB_NEEDS_RESIDENTS, .choose = choose_once, .clear = clear_cache};
static const BbPlacementClass *const placements[] = {&fewest,    &together, &nonsense,
                                                     &unwilling, &once,     NULL};
static const BbQueueClass in_order = {.name = "in-order"};
static const BbQueueClass *const queues[] = {&in_order, NULL};

static void
on_start(gpointer data, const BbView *view, const BbRun *run)
{
    GString *log = data;

    g_string_append_printf(log, "%s@%" G_GINT64_FORMAT ":", run->record->id,
                           view->now_us / G_USEC_PER_SEC);
    for (guint i = 0; i < run->n_placed; i++)
        g_string_append_printf(log, "%u*%u ", run->placed[i].node, run->placed[i].n_tasks);
}

static void
test_case(gconstpointer data)
{
    const char *const *c = data; /* placement, tasks a job, jobs, expected log, expected error */
    g_autoptr(GError) error = NULL;
    g_autoptr(BbNames) names = bb_names_new();
    g_autoptr(BbCluster) cluster = bb_cluster_new(names);
    g_autoptr(BbQueue) queue = bb_queue_new(queues, "in-order", &error);
    g_autoptr(BbPlacement) placement = bb_placement_new(placements, c[0], &error);
    g_autoptr(GString) log = g_string_new(NULL);
    g_autoptr(BbEngine) engine = NULL;
    Source source = {(guint)atoi(c[2]), 0, "g", atoi(c[1])};
    BbEngineOptions options = BB_ENGINE_OPTIONS_INIT;
    BbObserver observer = {.data = log, .on_start = on_start};
    BbNodeRow row = BB_NODE_ROW_INIT;

    row.id = "n[1-3]";
    row.capacity.v[BB_CPU] = 2000;
    row.named = 1u << BB_CPU;
    g_assert_true(bb_cluster_add(cluster, &row, NULL));
    engine = bb_engine_new(cluster, (BbJobSource){&source, next_row, place_error}, queue, placement,
                           &options);
    bb_engine_add_observer(engine, &observer);
    bb_engine_run(engine, &error);
    g_assert_cmpstr(error ? error->message : "", ==, c[4]);
    g_assert_cmpstr(log->str, ==, c[3]);
}

static const char *const cases[][5] = {
    {"fewest", "1", "4", "a@0:2*1 b@1:1*1 c@2:2*1 d@3:1*1 ", ""},
    {"fewest", "3", "2", "a@0:2*1 1*1 0*1 b@1:2*1 1*1 0*1 ", ""},
    /* Two have room on the last node, the third must wait until they end. */
    {"together", "3", "1", "a@0:2*2 a@2:2*1 ", ""},
    {"nonsense", "1", "1", "",
     "placement nonsense: job 1 of the trace was given node 3, where it has no room "
     "(after 1 jobs, at 0 s of simulated time)"},
    {"unwilling", "1", "1", "", "unwilling will not"},
    {"once", "1", "3", "a@0:2*1 ",
     "placement once: had enough (after 2 jobs, at 1 s of simulated time)"},
};

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strdup_printf("/choose/%s-%s", cases[i][0], cases[i][1]);

        g_test_add_data_func(path, cases[i], test_case);
    }
    return g_test_run();
}
