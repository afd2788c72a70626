/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The unit of work is a world: in it every variant runs, and what would be the schedule first come, first
 * served, once for all variants that share it. The first world runs alone: it says which kinds and
 * classes there are, and shows most errors before many threads do. */
#include "bb-compare-private.h"
#include "sim/lab/bb-resample.h"
#include "sim/lab/bb-shake.h"

#include <math.h>
#include <string.h>

typedef struct {
    const BbCompareSpec *spec;
    BbCompareRuns *runs;
    BbInputCache *cache; /* what all runs read */
    const char
        *fair;   /* the queue policy that an experiment has by default: first come, first served */
    GMutex lock; /* of all below, and of the notes of runs */
    GError *error;
    BbDelays **pilots; /* [variant][world]: only find out how long jobs wait; NULL: the real runs */
    BbTimeUs *warmups_us; /* by world; NULL: as the experiments say */
    gint failed;          /* atomic: the rest need not begin */
    guint n_done;
} Campaign;

typedef struct {
    Campaign *campaign;
    guint index;
    BbShake shake;
    BbResample resample;
    BbRework reworks[2];
    guint n_reworks;
    GHashTable *fair; /* text of an experiment -> BbDelays, its starts under FCFS */
} World;

static BbExperiment *
experiment_of(const World *world, guint variant)
{
    const BbCompareSpec *spec = world->campaign->spec;
    BbExperiment *experiment = bb_experiment_copy(spec->variants->pdata[variant]);
    experiment->cache = world->campaign->cache;
    if (spec->n_seeds > 0)
        experiment->seed += world->index;
    if (world->campaign->pilots != NULL)
        experiment->warmup_us = 0;
    if (world->campaign->warmups_us != NULL)
        experiment->warmup_us = world->campaign->warmups_us[world->index];
    return experiment;
}

/* The same number for every variant, whatever seed its own experiment has. */
static void
set_changes(World *world)
{
    const BbCompareSpec *spec = world->campaign->spec;
    guint64 seed = (guint64)((const BbExperiment *)spec->variants->pdata[0])->seed;
    guint32 number = world->index + 1;
    world->resample = (BbResample){.seed = seed, .number = number};
    world->shake = (BbShake){.seed = seed, .number = number};
    if (spec->n_resamples > 0)
        world->reworks[world->n_reworks++] = bb_resample_rework(&world->resample);
    if (spec->n_shakes > 0)
        world->reworks[world->n_reworks++] = bb_shake_rework(&world->shake);
}

static BbOutcome *
run_one(const World *world, BbExperiment *experiment, BbDelays *delays, GError **error)
{
    BbObserver observer = {0};
    BbRunOptions options = {.interrupted = world->campaign->spec->interrupted,
                            .reworks = world->reworks,
                            .n_reworks = world->n_reworks};
    if (delays != NULL) {
        observer = bb_delays_observer(delays);
        options.observer = &observer;
    }
    return bb_experiment_run(experiment, &options, error);
}

/* FALSE: the run failed. Its starts first come, first served, are then known in world->fair. */
static gboolean
run_fair(World *world, guint variant, char **out_key, GError **error)
{
    g_autoptr(BbExperiment) experiment = experiment_of(world, variant);
    g_autoptr(BbDelays) delays = bb_delays_new(NULL, 0);
    g_free(experiment->queue);
    experiment->queue = g_strdup(world->campaign->fair);
    *out_key = bb_experiment_to_text(experiment);
    if (g_hash_table_contains(world->fair, *out_key))
        return TRUE;
    g_autoptr(BbOutcome) outcome = run_one(world, experiment, delays, error);
    if (outcome == NULL)
        return FALSE;
    g_hash_table_insert(world->fair, g_strdup(*out_key), g_steal_pointer(&delays));
    return TRUE;
}

static void
take_notes(BbCompareRuns *runs, const BbOutcome *outcome)
{
    for (guint i = 0; i < outcome->notes->len; i++) {
        const char *note = outcome->notes->pdata[i];
        if (!g_ptr_array_find_with_equal_func(runs->notes, note, g_str_equal, NULL))
            g_ptr_array_add(runs->notes, g_strdup(note));
    }
}

static void
note_classes(BbCompareRuns *runs, const BbResult *result)
{
    if (result->n_classes > BB_COMPARE_CLASSES)
        g_ptr_array_add(runs->notes,
                        g_strdup_printf("of %u classes the %d with most jobs are compared; "
                                        "--tolerance class.NAME.METRIC=PCT adds others",
                                        result->n_classes, BB_COMPARE_CLASSES));
}

static void
begin_runs(const Campaign *campaign, const BbOutcome *outcome)
{
    BbCompareRuns *runs = campaign->runs;
    runs->metrics = bb_compare_metrics_new(outcome->result, campaign->spec);
    runs->cells =
        g_new0(BbCompareCell, (gsize)runs->metrics->len * runs->n_variants * runs->n_worlds);
    runs->references = g_new0(BbReferenceCell, (gsize)runs->n_variants * runs->n_worlds);
    runs->name = g_strdup(outcome->info.name);
    runs->n_jobs = outcome->result->n_submitted;
    if (campaign->spec->n_resamples == 0)
        note_classes(runs, outcome->result);
}

static void
take_outcome(World *world, guint variant, const BbOutcome *outcome, double delayed)
{
    Campaign *campaign = world->campaign;
    BbCompareRuns *runs = campaign->runs;
    g_mutex_lock(&campaign->lock);
    if (runs->metrics == NULL)
        begin_runs(campaign, outcome);
    take_notes(runs, outcome);
    g_mutex_unlock(&campaign->lock);
    for (guint m = 0; m < runs->metrics->len; m++)
        *bb_compare_cell(runs, m, variant, world->index) =
            bb_compare_measure(outcome, runs->metrics->pdata[m], delayed);
}

static BbReferenceCell *
reference_cell(const BbCompareRuns *runs, guint variant, guint world)
{
    return &runs->references[(gsize)variant * runs->n_worlds + world];
}

/* The policy itself, were every estimate perfect. */
static gboolean
run_clairvoyant(World *world, guint variant, GError **error)
{
    BbReferenceCell *cell = reference_cell(world->campaign->runs, variant, world->index);
    g_autoptr(BbExperiment) experiment = experiment_of(world, variant);
    experiment->estimate = BB_ESTIMATE_PERFECT;
    g_autoptr(BbOutcome) outcome = run_one(world, experiment, NULL, error);
    if (outcome == NULL)
        return FALSE;
    bb_compare_take_clairvoyant(outcome, cell);
    return TRUE;
}

/* What stands beside the numbers of a variant. */
static gboolean
run_references(World *world, guint variant, const BbOutcome *outcome, const BbDelays *delays,
               GError **error)
{
    BbReferenceCell *cell = reference_cell(world->campaign->runs, variant, world->index);
    bb_compare_take_bounds(outcome, delays, cell);
    bb_compare_take_clairvoyant(outcome, cell);
    return !bb_compare_asks_estimates(world->campaign->spec->variants->pdata[variant]) ||
           run_clairvoyant(world, variant, error);
}

/* Without the schedule of first come, first served, and without a result. */
static gboolean
run_pilot(World *world, guint variant, GError **error)
{
    Campaign *campaign = world->campaign;
    g_autoptr(BbExperiment) experiment = experiment_of(world, variant);
    BbDelays *delays = bb_delays_new(NULL, 0);
    campaign->pilots[(gsize)variant * campaign->runs->n_worlds + world->index] = delays;
    g_autoptr(BbOutcome) outcome = run_one(world, experiment, delays, error);
    return outcome != NULL;
}

static gboolean
run_variant(World *world, guint variant, GError **error)
{
    g_autoptr(BbExperiment) experiment = experiment_of(world, variant);
    BbCompareRuns *runs = world->campaign->runs;
    const BbDelays *reference = NULL;
    g_autofree char *key = NULL;
    if (strcmp(experiment->queue, world->campaign->fair) != 0) {
        if (!run_fair(world, variant, &key, error))
            return FALSE;
        reference = g_hash_table_lookup(world->fair, key);
    }
    g_autoptr(BbDelays) delays = bb_delays_new(reference, experiment->warmup_us);
    g_autoptr(BbOutcome) outcome = run_one(world, experiment, delays, error);
    if (outcome == NULL)
        return FALSE;
    take_outcome(world, variant, outcome, reference != NULL ? bb_delays_frac(delays) : 0);
    if (!run_references(world, variant, outcome, delays, error))
        return FALSE;
    if (runs->waits != NULL)
        g_ptr_array_add(runs->waits, g_steal_pointer(&delays));
    return TRUE;
}

static gboolean
run_world(Campaign *campaign, guint index, GError **error)
{
    World world = {.campaign = campaign, .index = index};
    g_autoptr(GHashTable) fair =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)bb_delays_free);
    world.fair = fair;
    set_changes(&world);
    for (guint v = 0; v < campaign->runs->n_variants; v++) {
        gboolean ok =
            campaign->pilots != NULL ? run_pilot(&world, v, error) : run_variant(&world, v, error);
        if (!ok) {
            g_prefix_error(error, "%s: ", (const char *)campaign->spec->labels->pdata[v]);
            return FALSE;
        }
    }
    return TRUE;
}

static void
run_in_pool(gpointer data, gpointer user_data)
{
    Campaign *campaign = user_data;
    g_autoptr(GError) error = NULL;
    if (g_atomic_int_get(&campaign->failed))
        return;
    gboolean ok = run_world(campaign, GPOINTER_TO_UINT(data) - 1, &error);
    g_mutex_lock(&campaign->lock);
    if (!ok && campaign->error == NULL)
        campaign->error = g_steal_pointer(&error);
    if (!ok)
        g_atomic_int_set(&campaign->failed, 1);
    campaign->n_done++;
    if (campaign->spec->progress != NULL)
        campaign->spec->progress(campaign->spec->progress_data, campaign->n_done,
                                 campaign->runs->n_worlds);
    g_mutex_unlock(&campaign->lock);
}

/* From 1, as a pool takes no NULL. */
static void
run_worlds(Campaign *campaign)
{
    guint n_threads = CLAMP(campaign->spec->n_threads, 1, campaign->runs->n_worlds);
    run_in_pool(GUINT_TO_POINTER(1), campaign);
    GThreadPool *pool = g_thread_pool_new(run_in_pool, campaign, (gint)n_threads, TRUE, NULL);
    for (guint i = 1; i < campaign->runs->n_worlds; i++)
        g_thread_pool_push(pool, GUINT_TO_POINTER(i + 1), NULL);
    g_thread_pool_free(pool, FALSE, TRUE);
}

static gboolean
finish(Campaign *campaign, GError **error)
{
    if (campaign->error == NULL)
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&campaign->error));
    return FALSE;
}

/* Every run once without a warm-up, to see when the steady state begins. */
static gboolean
find_warmup(Campaign *campaign, GError **error)
{
    BbCompareRuns *runs = campaign->runs;
    gsize n = (gsize)runs->n_variants * runs->n_worlds;
    campaign->pilots = g_new0(BbDelays *, n);
    run_worlds(campaign);
    BbTimeUs *warmups_us = g_new0(BbTimeUs, runs->n_worlds);
    gboolean ok = finish(campaign, error) &&
                  bb_compare_find_warmup(campaign->spec, campaign->pilots, runs->n_worlds,
                                         warmups_us, &runs->warmup, error);
    for (gsize i = 0; i < n; i++)
        bb_delays_free(campaign->pilots[i]);
    g_clear_pointer(&campaign->pilots, g_free);
    campaign->warmups_us = warmups_us;
    campaign->n_done = 0;
    return ok;
}

static gboolean
all_stationary(const BbCompareSpec *spec)
{
    for (guint v = 0; v < spec->variants->len; v++)
        if (!bb_compare_is_stationary(spec->variants->pdata[v], NULL))
            return FALSE;
    return TRUE;
}

static BbCompareRuns *
runs_alloc(const BbCompareSpec *spec)
{
    BbCompareRuns *runs = g_new0(BbCompareRuns, 1);
    runs->n_variants = spec->variants->len;
    runs->n_worlds = MAX(MAX(spec->n_seeds, spec->n_shakes), MAX(spec->n_resamples, 1));
    runs->notes = g_ptr_array_new_with_free_func(g_free);
    if (runs->n_worlds == 1 && all_stationary(spec))
        runs->waits = g_ptr_array_new_with_free_func((GDestroyNotify)bb_delays_free);
    return runs;
}

static gboolean
load_inputs(const Campaign *campaign, GError **error)
{
    for (guint v = 0; v < campaign->spec->variants->len; v++)
        if (!bb_experiment_load_inputs(campaign->spec->variants->pdata[v], campaign->cache, error))
            return FALSE;
    return TRUE;
}

BbCompareRuns *
bb_compare_runs_new(const BbCompareSpec *spec, GError **error)
{
    g_autoptr(BbCompareRuns) runs = runs_alloc(spec);
    const BbExperiment *reference = spec->variants->pdata[0];
    g_autoptr(BbExperiment) plain = bb_experiment_new(reference->tables);
    g_autoptr(BbInputCache) cache = bb_input_cache_new(BB_INPUT_CACHE_BYTES);
    Campaign campaign = {.spec = spec, .runs = runs, .cache = cache, .fair = plain->queue};
    if (spec->warmup_auto && !bb_compare_check_warmup(spec, runs->n_worlds, error))
        return NULL;
    if (!load_inputs(&campaign, error))
        return NULL;
    g_mutex_init(&campaign.lock);
    gboolean ok = !spec->warmup_auto || find_warmup(&campaign, error);
    if (ok) {
        run_worlds(&campaign);
        ok = finish(&campaign, error);
    }
    g_mutex_clear(&campaign.lock);
    g_free(campaign.warmups_us);
    return ok ? g_steal_pointer(&runs) : NULL;
}

void
bb_compare_runs_free(BbCompareRuns *runs)
{
    if (runs == NULL)
        return;
    g_clear_pointer(&runs->metrics, g_ptr_array_unref);
    g_clear_pointer(&runs->notes, g_ptr_array_unref);
    g_clear_pointer(&runs->waits, g_ptr_array_unref);
    g_free(runs->warmup);
    g_free(runs->cells);
    g_free(runs->references);
    g_free(runs->name);
    g_free(runs);
}

BbCompareCell *
bb_compare_cell(const BbCompareRuns *runs, guint metric, guint variant, guint world)
{
    return &runs->cells[((gsize)metric * runs->n_variants + variant) * runs->n_worlds + world];
}
