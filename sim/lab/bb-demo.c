/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every size of a pool is run at most once. Whether it will do is not monotone in its size, hence the
 * look at neighbours: three sizes in a row must do, and none of the three below may start such a row. */
#include "bb-demo.h"

#define ROW 3
#define MOST_MACHINES 100000

/* What a kind of job is promised. */
typedef struct {
    BbKind kind;
    double wait_p99_s;
    guint64 rejected, censored;
} Goal;

/* The sizes of one pool. */
typedef struct {
    const BbDemoSpec *spec;
    const char *generator;
    Goal goals[BB_DEMO_PARTS_MAX];
    guint n_goals;
    GHashTable *tried; /* number of machines -> BbOutcome, owned */
} Search;

static void
search_clear(Search *search)
{
    g_clear_pointer(&search->tried, g_hash_table_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Search, search_clear)

static void
search_init(Search *search, const BbDemoSpec *spec, const char *generator)
{
    *search = (Search){.spec = spec, .generator = generator};
    search->tried = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)bb_outcome_free);
}

static BbExperiment *
build(const BbDemoSpec *spec, const char *generator, guint n_machines, GError **error)
{
    g_autofree char *count = g_strdup_printf("%u", n_machines);
    const char *const settings[][2] = {
        {"pool.machines.count", count},         {"pool.machines.cpu", spec->cpu},
        {"pool.machines.memory", spec->memory}, {"workload.sample.generator", generator},
        {"scheduler.queue", spec->queue},       {"scheduler.placement", spec->placement},
    };
    g_autoptr(BbExperiment) experiment = bb_experiment_new(spec->tables);
    for (guint i = 0; i < G_N_ELEMENTS(settings); i++)
        if (!bb_experiment_set(experiment, "demo", settings[i][0], settings[i][1], error))
            return NULL;
    return g_steal_pointer(&experiment);
}

/* Borrowed from the search. */
static const BbOutcome *
outcome_of(Search *search, guint n_machines, GError **error)
{
    gpointer key = GUINT_TO_POINTER(n_machines);
    BbOutcome *outcome = g_hash_table_lookup(search->tried, key);
    if (outcome != NULL)
        return outcome;
    g_autoptr(BbExperiment) experiment = build(search->spec, search->generator, n_machines, error);
    if (experiment == NULL)
        return NULL;
    BbRunOptions options = {.interrupted = search->spec->interrupted};
    outcome = bb_experiment_run(experiment, &options, error);
    if (outcome != NULL)
        g_hash_table_insert(search->tried, key, outcome);
    return outcome;
}

static Goal
promise(const BbDemoPart *part)
{
    return (Goal){part->kind, (double)part->most_wait_p99_us / (double)BB_US_PER_S, 0, 0};
}

static Goal
as_well_as(const BbDemoPart *part, const BbDemoPool *silo)
{
    const BbPopulation *jobs = &silo->outcome->result->kinds[part->kind];
    return (Goal){part->kind, jobs->stats[BB_WAIT].p99, jobs->jobs.rejected, jobs->jobs.censored};
}

static gboolean
meets(const BbResult *result, const Goal *goal)
{
    const BbPopulation *jobs = &result->kinds[goal->kind];
    const BbSummaryStat *wait = &jobs->stats[BB_WAIT];
    return !wait->p99_at_least && wait->p99 <= goal->wait_p99_s &&
           jobs->jobs.rejected <= goal->rejected && jobs->jobs.censored <= goal->censored;
}

static gboolean
is_row(Search *search, guint n_machines, gboolean *out, GError **error)
{
    *out = TRUE;
    for (guint n = n_machines; *out && n < n_machines + ROW; n++) {
        const BbOutcome *outcome = outcome_of(search, n, error);
        if (outcome == NULL)
            return FALSE;
        for (guint g = 0; g < search->n_goals; g++)
            *out = *out && meets(outcome->result, &search->goals[g]);
    }
    return TRUE;
}

/* The first size of doubling ones, from `high` on, that begins a row. */
static gboolean
find_enough(Search *search, guint high, guint *out, GError **error)
{
    gboolean good = FALSE;
    for (; high <= MOST_MACHINES; high *= 2) {
        if (!is_row(search, high, &good, error))
            return FALSE;
        *out = high;
        if (good)
            return TRUE;
    }
    return bb_error_set(error, BB_ERROR_VERDICT,
                        "demo: no pool of up to %d machines keeps the waits asked for",
                        MOST_MACHINES);
}

/* The smallest size that begins a row; `guess` is where the search begins. */
static gboolean
find_smallest(Search *search, guint guess, guint *out, GError **error)
{
    guint low = 0, high = guess;
    gboolean good;
    if (!find_enough(search, guess, &high, error))
        return FALSE;
    while (high - low > 1) {
        guint middle = low + (high - low) / 2;
        if (!is_row(search, middle, &good, error))
            return FALSE;
        *(good ? &high : &low) = middle;
    }
    for (guint n = high; n > 1 && n + ROW > high;) {
        if (!is_row(search, --n, &good, error))
            return FALSE;
        if (good)
            high = n;
    }
    *out = high;
    return TRUE;
}

/* Moves a run of the search into the pool. */
static gboolean
take(Search *search, guint n_machines, BbDemoPool *out, GError **error)
{
    gpointer outcome;
    if (outcome_of(search, n_machines, error) == NULL)
        return FALSE;
    g_hash_table_steal_extended(search->tried, GUINT_TO_POINTER(n_machines), NULL, &outcome);
    *out = (BbDemoPool){n_machines, outcome};
    return TRUE;
}

static gboolean
build_silo(const BbDemoSpec *spec, guint p, BbDemo *demo, GError **error)
{
    guint n;
    g_auto(Search) search;
    search_init(&search, spec, spec->parts[p].generator);
    search.goals[search.n_goals++] = promise(&spec->parts[p]);
    if (!find_smallest(&search, 1, &n, error))
        return FALSE;
    demo->n_tried += g_hash_table_size(search.tried);
    demo->n_machines += n;
    return take(&search, n, &demo->silos[p], error);
}

static gboolean
mix(const BbDemoSpec *spec, BbDemo *demo, GError **error)
{
    guint n;
    g_auto(Search) search;
    search_init(&search, spec, spec->generator);
    for (guint p = 0; p < spec->n_parts; p++)
        search.goals[search.n_goals++] = as_well_as(&spec->parts[p], &demo->silos[p]);
    if (!find_smallest(&search, demo->n_machines, &n, error))
        return FALSE;
    demo->n_tried += g_hash_table_size(search.tried);
    return take(&search, n, &demo->smallest, error) &&
           (n == 1 || take(&search, n - 1, &demo->below, error)) &&
           take(&search, demo->n_machines, &demo->mixed, error);
}

BbDemo *
bb_demo_run(const BbDemoSpec *spec, GError **error)
{
    g_autoptr(BbDemo) demo = g_new0(BbDemo, 1);
    for (guint p = 0; p < spec->n_parts; p++)
        if (!build_silo(spec, p, demo, error))
            return NULL;
    return mix(spec, demo, error) ? g_steal_pointer(&demo) : NULL;
}

void
bb_demo_free(BbDemo *demo)
{
    if (demo == NULL)
        return;
    for (guint p = 0; p < BB_DEMO_PARTS_MAX; p++)
        bb_outcome_free(demo->silos[p].outcome);
    bb_outcome_free(demo->mixed.outcome);
    bb_outcome_free(demo->smallest.outcome);
    bb_outcome_free(demo->below.outcome);
    g_free(demo);
}

gboolean
bb_demo_is_well_off(const BbDemoSpec *spec, const BbDemo *demo, guint p, const BbDemoPool *pool)
{
    Goal goal = as_well_as(&spec->parts[p], &demo->silos[p]);
    return meets(pool->outcome->result, &goal);
}
