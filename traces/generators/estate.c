/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A firm's computers over some days: web services in containers that follow the day, an older estate
 * of VMs, heavy on memory and long-lived, and a nightly batch of HPC gangs. The built-in sample.
 *
 * Each part is a Poisson process whose rate is one of 24 steps a day, inverted: the i-th arrival is
 * where the cumulative rate reaches the sum of i exponential draws. Times are whole seconds, coarse
 * enough that the last bit of a logarithm never shows. A part draws by its own streams, so alone it
 * gives the very jobs it gives in the mix. */
#include "sim/contract/bb-generator.h"

#include <math.h>

#define MIB_PER_GIB 1024
#define HOUR_US (3600 * BB_US_PER_S)

static const BbParam params[] = {
    {.name = "days",
     .type = BB_PARAM_INT,
     .fallback = "2",
     .summary = "length, from midnight on",
     .min = 1,
     .max = 3650},
    {.name = "scale",
     .type = BB_PARAM_DOUBLE,
     .fallback = "1",
     .summary = "times as many jobs of every part"},
    {.name = "part",
     .type = BB_PARAM_ENUM,
     .fallback = "all",
     .summary = "the whole estate or one part of it",
     .choices = "all|containers|vms|hpc"},
    {.name = NULL},
};

enum { CONTAINERS, VMS, HPC, N_PARTS };

/* What is drawn for a job; the ordinals of its stream. */
enum { GAP, RUNTIME, CPU, MEMORY, TASKS, TEAM, ESTIMATE, SERVICE };

typedef struct {
    const char *prefix;
    guint digits;
    guint n_at_start;  /* jobs there at time 0 */
    gint64 per_day;    /* further arrivals */
    guint16 steps[24]; /* their share in each hour */
    const char *runtime;
    gint64 least_s, most_s; /* run times are kept within */
    const char *teams[4];
} Part;

static const Part parts[N_PARTS] = {
    [CONTAINERS] = {.prefix = "web",
                    .digits = 6,
                    .per_day = 3400,
                    .steps = {45,  38,  34,  32,  33,  40,  55,  80,  110, 132, 142, 145,
                              140, 138, 140, 142, 140, 135, 130, 132, 135, 125, 95,  62},
                    .runtime = "lognormal(mean=45m,cv=1.5)",
                    .least_s = 60,
                    .most_s = 43200,
                    .teams = {"shop", "search", "media", "payments"}},
    [VMS] = {.prefix = "vm",
             .digits = 4,
             .n_at_start = 90,
             .per_day = 70,
             .steps = {1, 1,  1,  1,  1,  1, 2, 6, 12, 14, 14, 12,
                       8, 12, 14, 12, 10, 6, 3, 2, 1,  1,  1,  1},
             .runtime = "lognormal(mean=20h,cv=1.2)",
             .least_s = 1800,
             .most_s = 864000,
             .teams = {"erp", "mail", "build", "office"}},
    [HPC] = {.prefix = "batch",
             .digits = 4,
             .per_day = 84,
             .steps = {10, 6, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 2, 20, 18, 14, 12},
             .runtime = "lognormal(mean=55m,cv=1)",
             .least_s = 120,
             .most_s = 21600,
             .teams = {"cfd", "genome", "seismic", "risk"}},
};

/* A part on its way through the days. */
typedef struct {
    const Part *part;
    guint32 stream;
    BbDist *runtime;
    guint64 n_drawn, n_at_start;
    guint hour, n_hours;
    double per_step;        /* expected arrivals for a step of 1 */
    double target, reached; /* sums: of the exponential draws; of the rate up to `hour` */
    gboolean ended;
    BbTimeUs submit_us; /* of the next job */
    char id[32];
} Walk;

typedef struct {
    Walk walks[N_PARTS];
} State;

static double
uniform(const BbGenerator *self, const Walk *walk, guint32 what)
{
    return bb_rng_uniform(self->seed, walk->stream, walk->n_drawn, what);
}

/* One of n values, with weights that are per mille and sum to 1000. */
static gint64
pick(double u, guint n, const gint64 *values, const guint16 *weights)
{
    double sum = 0;
    for (guint i = 0; i + 1 < n; i++) {
        sum += weights[i] / 1000.0;
        if (u < sum)
            return values[i];
    }
    return values[n - 1];
}

/* Finds the submit time of job n_drawn. */
static void
advance(const BbGenerator *self, Walk *walk)
{
    if (walk->n_drawn < walk->n_at_start) {
        walk->submit_us = 0;
        return;
    }
    walk->target -= log(uniform(self, walk, GAP));
    for (; walk->hour < walk->n_hours; walk->hour++) {
        double expected = walk->per_step * walk->part->steps[walk->hour % 24];
        if (walk->target - walk->reached < expected) {
            double seconds = floor((walk->target - walk->reached) / expected * 3600);
            walk->submit_us = walk->hour * HOUR_US + (gint64)seconds * BB_US_PER_S;
            return;
        }
        walk->reached += expected;
    }
    walk->ended = TRUE;
}

static BbTimeUs
draw_runtime(const BbGenerator *self, const Walk *walk)
{
    gint64 us = bb_dist_draw(walk->runtime, uniform(self, walk, RUNTIME));
    gint64 seconds = (us + BB_US_PER_S / 2) / BB_US_PER_S;
    return CLAMP(seconds, walk->part->least_s, walk->part->most_s) * BB_US_PER_S;
}

/* Replicas that start one by one, 2 to 4 GiB a core. */
static void
fill_container(const BbGenerator *self, const Walk *walk, BbJobRow *out)
{
    static const gint64 cpus[] = {250, 500, 1000, 2000, 4000}, replicas[] = {1, 2, 3, 6};
    static const gint64 mib_per_core[] = {2048, 3072, 4096};
    gint64 cpu = pick(uniform(self, walk, CPU), 5, cpus, (guint16[]){250, 300, 230, 150, 70});
    gint64 ratio = pick(uniform(self, walk, MEMORY), 3, mib_per_core, (guint16[]){500, 300, 200});
    out->kind = BB_CONTAINER;
    out->need.v[BB_CPU] = cpu;
    out->need.v[BB_MEMORY] = cpu * ratio / 1000;
    out->n_tasks = pick(uniform(self, walk, TASKS), 4, replicas, (guint16[]){640, 200, 110, 50});
}

/* 6 to 16 GiB a core; most of those there at the start stay to the end. */
static void
fill_vm(const BbGenerator *self, const Walk *walk, BbJobRow *out)
{
    static const gint64 cpus[] = {1000, 2000, 4000, 8000, 16000}, gib_per_core[] = {6, 8, 12, 16};
    gint64 cpu = pick(uniform(self, walk, CPU), 5, cpus, (guint16[]){150, 330, 320, 150, 50});
    gint64 ratio =
        pick(uniform(self, walk, MEMORY), 4, gib_per_core, (guint16[]){300, 400, 200, 100});
    double service_frac = walk->n_drawn < walk->n_at_start ? 0.6 : 0.1;
    out->kind = BB_VM;
    out->need.v[BB_CPU] = cpu;
    out->need.v[BB_MEMORY] = cpu / 1000 * ratio * MIB_PER_GIB;
    if (uniform(self, walk, SERVICE) < service_frac)
        out->runtime_us = BB_TIME_NEVER;
}

/* Gangs of tasks with four cores and 2 GiB a core; users ask for one to five times what they need. */
static void
fill_batch(const BbGenerator *self, const Walk *walk, BbJobRow *out)
{
    static const gint64 tasks[] = {1, 2, 4, 8, 16, 32, 64};
    double factor = 1 + 4 * uniform(self, walk, ESTIMATE);
    gint64 minutes = (gint64)ceil(factor * (double)(out->runtime_us / BB_US_PER_S) / 60);
    out->kind = BB_PROCESS;
    out->gang = TRUE;
    out->need.v[BB_CPU] = 4000;
    out->need.v[BB_MEMORY] = 8 * MIB_PER_GIB;
    out->n_tasks =
        pick(uniform(self, walk, TASKS), 7, tasks, (guint16[]){140, 140, 180, 200, 180, 110, 50});
    out->estimate_us = (minutes + 4) / 5 * 300 * BB_US_PER_S;
}

static void
fill(const BbGenerator *self, guint p, Walk *walk, BbJobRow *out)
{
    guint team = (guint)(uniform(self, walk, TEAM) * G_N_ELEMENTS(walk->part->teams));
    g_snprintf(walk->id, sizeof walk->id, "%s-%0*" G_GUINT64_FORMAT, walk->part->prefix,
               (int)walk->part->digits, walk->n_drawn + 1);
    out->id = walk->id;
    out->submit_us = walk->submit_us;
    out->runtime_us = draw_runtime(self, walk);
    out->class_name = walk->part->teams[team];
    if (p == CONTAINERS)
        fill_container(self, walk, out);
    else if (p == VMS)
        fill_vm(self, walk, out);
    else
        fill_batch(self, walk, out);
}

static BbReadResult
next(BbGenerator *self, BbJobRow *out, GError **error)
{
    State *state = self->state;
    Walk *earliest = NULL;
    guint p = 0;
    (void)error;
    for (guint i = 0; i < N_PARTS; i++) {
        Walk *walk = &state->walks[i];
        if (walk->ended || (earliest != NULL && walk->submit_us >= earliest->submit_us))
            continue;
        earliest = walk;
        p = i;
    }
    if (earliest == NULL)
        return BB_READ_END;
    fill(self, p, earliest, out);
    earliest->n_drawn++;
    advance(self, earliest);
    return BB_READ_ROW;
}

static gboolean
init_walk(BbGenerator *self, guint p, double scale, GError **error)
{
    Walk *walk = &((State *)self->state)->walks[p];
    const Part *part = &parts[p];
    gint64 chosen = bb_params_int(self->params, "part");
    double sum = 0;
    for (guint h = 0; h < 24; h++)
        sum += part->steps[h];
    walk->part = part;
    walk->stream = bb_generator_stream(self, part->prefix);
    walk->n_at_start = (guint64)floor(part->n_at_start * scale + 0.5);
    walk->n_hours = 24 * (guint)bb_params_int(self->params, "days");
    walk->per_step = (double)part->per_day * scale / sum;
    walk->ended = chosen != 0 && chosen != (gint64)p + 1;
    walk->runtime = bb_dist_parse(part->runtime, BB_DIST_DURATION, error);
    if (walk->runtime == NULL)
        return FALSE;
    if (!walk->ended)
        advance(self, walk);
    return TRUE;
}

static gboolean
init(BbGenerator *self, GError **error)
{
    double scale = bb_params_double(self->params, "scale");
    if (scale <= 0 || scale > 1e6)
        return bb_error_set(error, BB_ERROR_USAGE,
                            "generator estate: scale: expected a number above 0, at most 1e6");
    for (guint p = 0; p < N_PARTS; p++)
        if (!init_walk(self, p, scale, error))
            return FALSE;
    return TRUE;
}

static void
clear(BbGenerator *self)
{
    for (guint p = 0; p < N_PARTS; p++)
        bb_dist_free(((State *)self->state)->walks[p].runtime);
}

const BbGeneratorClass bb_generator_estate = {
    .name = "estate",
    .summary = "the built-in sample: containers by day, VMs always, HPC gangs by night",
    .source = "rates by steps: Lewis and Shedler, Simulation of nonhomogeneous processes, 1979",
    .params = params,
    .state_size = sizeof(State),
    .init = init,
    .clear = clear,
    .next = next,
};
