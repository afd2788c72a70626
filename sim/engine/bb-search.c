/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The index where it may serve; else a scan over all nodes from the placement's start, round to it
 * again, keeping the least cost met first. Tasks are placed one by one, each taken on the books before the next is looked for; on books
 * of one node they are counted instead. */
#include "sim/engine/bb-search.h"

#include "sim/base/bb-error.h"
#include "sim/engine/bb-facts.h"
#include "sim/engine/bb-index.h"
#include "sim/engine/bb-spread.h"

#include <string.h>

/* With fewer nodes a scan is as quick (scripts/bench.sh). */
#define INDEX_FROM 64

struct _BbSearch {
    const BbCluster *cluster; /* the real one */
    BbPlacement *placement;
    BbWork *work;
    guint64 seed;
    guint32 ties_stream, choice_stream;
    gboolean random; /* draw among the nodes of least cost */
    gboolean flat;
    BbFacts *facts;
    BbIndex *index;       /* of the real cluster; NULL: scan */
    gpointer saved_state; /* of the policy */
};

/* One look for one task. */
typedef struct {
    BbCluster *books, *also;
    const BbNode *nodes, *also_nodes;
    const BbShapeFacts *facts;
    const BbSpread *spread; /* NULL: none asked */
    BbAsk ask;
} Look;

BbSearch *
bb_search_new(const BbCluster *cluster, BbPlacement *placement, BbSearchMode mode, guint64 seed,
              gboolean ties_random, BbWork *work)
{
    BbSearch *search = g_new0(BbSearch, 1);

    search->cluster = cluster;
    search->placement = placement;
    search->work = work;
    search->seed = seed;
    search->ties_stream = bb_rng_stream("ties");
    search->choice_stream = bb_rng_stream("choice");
    search->random = ties_random || (placement->flags & BB_PICK_RANDOM);
    search->flat = bb_cluster_is_flat(cluster) && !placement->klass->choose;
    search->facts = bb_facts_new(cluster);
    if (!search->random && bb_index_can_serve(placement) &&
        (mode == BB_SEARCH_INDEX ||
         (mode == BB_SEARCH_AUTO && bb_cluster_n(cluster) >= INDEX_FROM)))
        search->index = bb_index_new(cluster, placement, work);
    search->saved_state = g_malloc0(placement->klass->state_size);
    return search;
}

void
bb_search_free(BbSearch *search)
{
    if (!search)
        return;
    bb_index_free(search->index);
    bb_facts_free(search->facts);
    g_free(search->saved_state);
    g_free(search);
}

BbShapeFacts *
bb_search_facts(BbSearch *search, const BbShape *shape)
{
    return bb_facts_get(search->facts, shape);
}

void
bb_search_save(BbSearch *search)
{
    if (search->placement->klass->state_size > 0)
        memcpy(search->saved_state, search->placement->state, search->placement->klass->state_size);
}

void
bb_search_restore(BbSearch *search)
{
    if (search->placement->klass->state_size > 0)
        memcpy(search->placement->state, search->saved_state, search->placement->klass->state_size);
}

void
bb_search_take(BbSearch *search, BbCluster *books, const BbShape *shape, const BbPlaced *placed,
               guint n)
{
    for (guint i = 0; i < n; i++) {
        bb_cluster_take(books, shape, &placed[i]);
        if (search->index && books == search->cluster)
            bb_index_note(search->index, placed[i].node);
    }
}

void
bb_search_give(BbSearch *search, BbCluster *books, const BbShape *shape, const BbPlaced *placed,
               guint n)
{
    for (guint i = 0; i < n; i++) {
        bb_cluster_give(books, shape, &placed[i]);
        if (search->index && books == search->cluster)
            bb_index_note(search->index, placed[i].node);
    }
}

static gboolean
has_room(const BbSearch *search, const Look *look, guint i)
{
    if (!bb_facts_admit(look->facts, i))
        return FALSE;
    search->work->nodes_examined++;
    return bb_node_fits(&look->nodes[i], look->ask.shape) &&
           (!look->also || bb_node_fits(&look->also_nodes[i], look->ask.shape)) &&
           (!look->spread || bb_spread_allows(look->spread, &look->nodes[i]));
}

static guint32
cost_of(const BbSearch *search, const Look *look, guint i)
{
    if (!search->placement->klass->cost)
        return 0;
    search->work->costs_computed++;
    return search->placement->klass->cost(search->placement, &look->ask, &look->nodes[i]);
}

/* The k-th node of the given cost, counted by index. */
static gint
kth_of_cost(const BbSearch *search, const Look *look, guint32 cost, guint64 k)
{
    guint n = bb_cluster_n(look->books);

    for (guint i = 0; i < n; i++)
        if (has_room(search, look, i) && cost_of(search, look, i) == cost && k-- == 0)
            return (gint)i;
    g_assert_not_reached();
}

static gint
draw(const BbSearch *search, const Look *look, guint32 cost, guint64 n_ties)
{
    guint64 k =
        bb_rng_below(search->seed, search->ties_stream, look->ask.job->seq, look->ask.task, n_ties);

    return kth_of_cost(search, look, cost, k);
}

static gint
scan(const BbSearch *search, const Look *look)
{
    const BbPlacementClass *klass = search->placement->klass;
    guint n = bb_cluster_n(look->books);
    guint begin = klass->start ? klass->start(search->placement, n) : 0;
    guint32 least = G_MAXUINT32;
    guint64 n_ties = 0;
    gint best = -1;

    for (guint k = 0, i = begin; k < n; k++, i = i + 1 == n ? 0 : i + 1) {
        guint32 cost;

        if (!has_room(search, look, i))
            continue;
        cost = cost_of(search, look, i);
        n_ties = cost < least ? 1 : n_ties + (cost == least);
        if (cost >= least)
            continue;
        least = cost;
        best = (gint)i;
        if (!klass->cost && !search->random)
            break;
    }
    return best >= 0 && search->random && n_ties > 1 ? draw(search, look, least, n_ties) : best;
}

static void
append(GArray *placed, guint first, BbPlaced one)
{
    BbPlaced *last = placed->len > first ? &g_array_index(placed, BbPlaced, placed->len - 1) : NULL;

    if (last && last->node == one.node && last->devices == 0 && one.devices == 0)
        last->n_tasks += one.n_tasks;
    else
        g_array_append_val(placed, one);
}

static guint64
devices_for(const BbSearch *search, const Look *look, const BbNode *node)
{
    const BbPlacementClass *klass = search->placement->klass;

    if (look->ask.shape->need.v[BB_GPU] == 0)
        return 0;
    return klass->choose_devices ? klass->choose_devices(search->placement, &look->ask, node)
                                 : bb_node_default_devices(node, look->ask.shape);
}

/* ---- policies that choose by themselves ---- */

struct _BbChoice {
    const BbSearch *search;
    const Look *look;
};

const BbCluster *
bb_choice_cluster(const BbChoice *choice)
{
    return choice->look->books;
}

gboolean
bb_choice_allows(const BbChoice *choice, guint node)
{
    return has_room(choice->search, choice->look, node);
}

guint64
bb_choice_draw(const BbChoice *choice, guint32 ordinal, guint64 n)
{
    const BbAsk *ask = &choice->look->ask;

    /* Each ordinal is a stream of its own. */
    return bb_rng_below(choice->search->seed, choice->search->choice_stream + ordinal,
                        ask->job->seq, ask->task, n);
}

/* The policy's answer, which must be a node that the task may have. */
static gint
checked(const BbSearch *search, const Look *look, gint node)
{
    BbPlacement *placement = search->placement;

    if (node < 0 || placement->failure)
        return -1;
    if ((guint)node < bb_cluster_n(look->books) && has_room(search, look, (guint)node))
        return node;
    bb_error_set(&placement->failure, BB_ERROR_POLICY,
                 "job %" G_GUINT64_FORMAT " of the trace was given node %d, where it has no room",
                 look->ask.job->seq + 1, node);
    return -1;
}

static gint
choose(const BbSearch *search, const Look *look)
{
    BbChoice choice = {search, look};

    return checked(search, look,
                   search->placement->klass->choose(search->placement, &look->ask, &choice));
}

/* The node for one task, or -1. */
static gint
find_node(const BbSearch *search, const Look *look)
{
    const BbPlacementClass *klass = search->placement->klass;
    guint n = bb_cluster_n(look->books);

    if (klass->choose)
        return choose(search, look);

    if (!search->index || look->books != search->cluster || look->also || look->spread)
        return scan(search, look);
    return bb_index_find(search->index, &look->ask, look->facts,
                         klass->start ? klass->start(search->placement, n) : 0);
}

/* Takes one task on the node found. FALSE: no room, or none was found. */
static gboolean
place_one(BbSearch *search, Look *look, gint found, guint first, GArray *placed)
{
    const BbPlacementClass *klass = search->placement->klass;
    BbPlaced one;

    if (found < 0)
        return FALSE;
    one = (BbPlaced){(guint32)found, 1, devices_for(search, look, &look->nodes[found])};
    /* Reserved nodes hold their devices by number: a task that only the count lets in must wait. */
    if (look->also && !bb_node_devices_fit(&look->also_nodes[found], look->ask.shape, one.devices))
        return FALSE;
    bb_search_take(search, look->books, look->ask.shape, &one, 1);
    if (look->also)
        bb_search_take(search, look->also, look->ask.shape, &one, 1);
    if (klass->placed)
        klass->placed(search->placement, &look->ask, &look->nodes[found]);
    append(placed, first, one);
    return TRUE;
}

/* Books of one node: as many as fit, in one step. */
static guint32
place_counted(BbSearch *search, BbCluster *books, const BbJob *job, guint32 n_tasks,
              gboolean partly, GArray *placed)
{
    gint64 slots = bb_node_slots(bb_cluster_node(books, 0), job->shape);
    BbPlaced all = {0, (guint32)MIN(slots, (gint64)n_tasks), 0};

    if (all.n_tasks == 0 || (all.n_tasks < n_tasks && !partly))
        return 0;
    bb_search_take(search, books, job->shape, &all, 1);
    g_array_append_val(placed, all);
    return all.n_tasks;
}

/* Is the sum of the nodes' slots at least n? An early no for gangs; spread may still refuse. */
static gboolean
slots_reach(const BbCluster *books, const BbShape *shape, const BbShapeFacts *facts, guint32 n)
{
    const BbNode *nodes = bb_cluster_nodes(books);
    gint64 sum = 0;

    for (guint i = 0; i < bb_cluster_n(books) && sum < n; i++)
        if (bb_facts_admit(facts, i))
            sum += bb_node_slots(&nodes[i], shape);
    return sum >= n;
}

static guint32
place_each(BbSearch *search, Look *look, guint32 first_task, guint32 n_tasks, GArray *placed)
{
    g_autoptr(BbSpread) spread = NULL;
    guint first = placed->len;
    guint32 done = 0;

    if (look->ask.shape->n_spread > 0)
        look->spread = spread = bb_spread_new(look->books, look->ask.shape, look->facts->admits);
    for (; done < n_tasks; done++) {
        look->ask.task = first_task + done;
        if (!place_one(search, look, find_node(search, look), first, placed))
            break;
        if (spread)
            bb_spread_add(spread,
                          &look->nodes[g_array_index(placed, BbPlaced, placed->len - 1).node]);
    }
    return done;
}

/* Where the policy wants a group, as far as each has room in that order. */
static guint32
place_group(BbSearch *search, Look *look, guint32 first_task, guint32 n_tasks, GArray *placed)
{
    g_autofree guint32 *nodes = g_new(guint32, n_tasks);
    BbChoice choice = {search, look};
    guint first = placed->len;
    guint32 n, done = 0;

    n = search->placement->klass->choose_group(search->placement, &look->ask, n_tasks, &choice,
                                               nodes);
    for (; done < MIN(n, n_tasks); done++) {
        look->ask.task = first_task + done;
        if (nodes[done] >= bb_cluster_n(look->books) || !has_room(search, look, nodes[done]) ||
            !place_one(search, look, (gint)nodes[done], first, placed))
            break;
    }
    return done;
}

/* A spread that the engine keeps is counted from task to task. */
static gboolean
chosen_as_group(const BbSearch *search, const Look *look, guint32 n_tasks)
{
    return n_tasks > 1 && search->placement->klass->choose_group && look->ask.shape->n_spread == 0;
}

/* What was placed from first on, which is something. */
static void
take_back(BbSearch *search, const Look *look, GArray *placed, guint first)
{
    const BbPlaced *from = &g_array_index(placed, BbPlaced, first);

    bb_search_give(search, look->books, look->ask.shape, from, placed->len - first);
    if (look->also)
        bb_search_give(search, look->also, look->ask.shape, from, placed->len - first);
    g_array_set_size(placed, first);
}

guint32
bb_search_place(BbSearch *search, BbCluster *books, BbCluster *also, const BbJob *job,
                guint32 first_task, guint32 n_tasks, gboolean partly, BbTimeUs now_us,
                GArray *placed)
{
    Look look = {books,
                 also,
                 bb_cluster_nodes(books),
                 also ? bb_cluster_nodes(also) : NULL,
                 bb_search_facts(search, job->shape),
                 NULL,
                 {job->shape, job, now_us, first_task}};
    guint first = placed->len;
    guint32 done;

    /* It cannot go on: who waits behind in this pass is not its to judge. */
    if (search->placement->failure)
        return 0;
    if (search->flat && !also)
        return place_counted(search, books, job, n_tasks, partly, placed);
    if (!partly && n_tasks > 1 && !slots_reach(books, job->shape, look.facts, n_tasks))
        return 0;
    bb_search_save(search);
    done = chosen_as_group(search, &look, n_tasks)
               ? place_group(search, &look, first_task, n_tasks, placed)
               : place_each(search, &look, first_task, n_tasks, placed);
    if (done == n_tasks || partly)
        return done;
    if (done > 0)
        take_back(search, &look, placed, first);
    bb_search_restore(search);
    return 0;
}

gboolean
bb_search_has_room(BbSearch *search, BbCluster *books, const BbJob *job, guint32 n_tasks,
                   BbTimeUs now_us)
{
    gsize n_state = search->placement->klass->state_size;
    g_autoptr(GArray) placed = NULL;
    g_autofree gpointer state = NULL, saved = NULL;
    guint32 done;

    /* Without spread the slots of the nodes add up, whatever order they are taken in. A policy that
     * chooses may know more reasons against a node. */
    if (job->shape->n_spread == 0 && !search->placement->klass->choose)
        return slots_reach(books, job->shape, bb_search_facts(search, job->shape), n_tasks);
    placed = g_array_new(FALSE, FALSE, sizeof(BbPlaced));
    state = g_memdup2(search->placement->state, n_state);
    saved = g_memdup2(search->saved_state, n_state);
    done = bb_search_place(search, books, NULL, job, 0, n_tasks, FALSE, now_us, placed);
    bb_search_give(search, books, job->shape, (BbPlaced *)(gpointer)placed->data, placed->len);
    if (n_state > 0) {
        memcpy(search->placement->state, state, n_state);
        memcpy(search->saved_state, saved, n_state);
    }
    return done == n_tasks;
}

gboolean
bb_search_could_ever(BbSearch *search, const BbJob *job)
{
    /* What a policy that chooses has against the empty cluster may be another matter later. */
    if (search->placement->klass->choose)
        return slots_reach(bb_facts_empty(search->facts), job->shape,
                           bb_search_facts(search, job->shape), job->n_tasks);
    return bb_search_has_room(search, bb_facts_empty(search->facts), job, job->n_tasks,
                              job->submit_us);
}

gboolean
bb_search_change(BbSearch *search, guint node, const BbResources *most)
{
    if (search->index)
        bb_index_note(search->index, node);
    return bb_facts_change(search->facts, bb_cluster_node(search->cluster, node), most);
}

const BbCluster *
bb_search_empty(const BbSearch *search)
{
    return bb_facts_empty(search->facts);
}

void
bb_search_take_found(BbSearch *search, BbCluster *books, const BbJob *job, guint32 first_task,
                     BbTimeUs now_us, const GArray *placed)
{
    const BbPlacementClass *klass = search->placement->klass;
    BbAsk ask = {job->shape, job, now_us, first_task};

    for (guint i = 0; i < placed->len; i++) {
        const BbPlaced *one = &g_array_index(placed, BbPlaced, i);

        bb_search_take(search, books, job->shape, one, 1);
        for (guint t = 0; klass->placed && t < one->n_tasks; t++, ask.task++)
            klass->placed(search->placement, &ask, bb_cluster_node(books, one->node));
    }
}
