/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The entity of every key is the job's number; the stream is the parameter's name. */
#include "sim/contract/bb-body.h"

#include "sim/base/bb-units.h"

typedef gboolean (*ParseAmount)(const char *text, gint64 *out, const char **out_expected);

static gboolean
parse_dist(const BbGenerator *generator, const char *name, BbDistUnit unit, gint64 scale,
           BbQuantity *out, GError **error)
{
    out->unit = scale;
    out->stream = bb_generator_stream(generator, name);
    out->dist = bb_dist_parse(bb_params_text(generator->params, name), unit, error);
    if (out->dist == NULL)
        g_prefix_error(error, "generator %s: %s: ", generator->klass->name, name);
    return out->dist != NULL;
}

static gboolean
parse_amount(const BbGenerator *generator, const char *name, ParseAmount parse, gint64 scale,
             BbQuantity *out, GError **error)
{
    if (parse(bb_params_text(generator->params, name), &out->constant, NULL))
        return TRUE;
    return parse_dist(generator, name, BB_DIST_NUMBER, scale, out, error);
}

static gboolean
parse_gpu(const BbGenerator *generator, BbQuantity *gpu, GError **error)
{
    if (!parse_amount(generator, "gpu", bb_parse_cpu, 1000, gpu, error))
        return FALSE;
    if (gpu->dist == NULL && gpu->constant > 1000 && gpu->constant % 1000 != 0)
        return bb_error_set(error, BB_ERROR_USAGE,
                            "generator %s: gpu: expected a share below 1 or whole devices",
                            generator->klass->name);
    return TRUE;
}

static gboolean
parse_estimates(BbBody *body, const BbGenerator *generator, GError **error)
{
    const char *text = bb_params_text(generator->params, "estimate");
    if (*text == '\0')
        return TRUE;
    body->estimate_stream = bb_generator_stream(generator, "estimate");
    body->estimates = bb_estimates_parse(text, generator->seed, error);
    if (body->estimates == NULL)
        g_prefix_error(error, "generator %s: estimate: ", generator->klass->name);
    return body->estimates != NULL;
}

static gboolean
parse_work(BbBody *body, const BbGenerator *generator, GError **error)
{
    body->draws_work = TRUE;
    return parse_dist(generator, "runtime", BB_DIST_DURATION, 1, &body->runtime, error) &&
           parse_dist(generator, "tasks", BB_DIST_NUMBER, 1, &body->tasks, error);
}

gboolean
bb_body_init(BbBody *body, const BbGenerator *generator, gboolean draws_work, GError **error)
{
    const BbParams *params = generator->params;
    BbQuantity *need = body->need;
    body->n_jobs = (guint64)bb_params_int(params, "jobs");
    body->kind = (BbKind)bb_params_int(params, "kind");
    body->gang = (gboolean)bb_params_int(params, "gang");
    body->class_name = bb_params_text(params, "class");
    return (!draws_work || parse_work(body, generator, error)) &&
           parse_estimates(body, generator, error) &&
           parse_amount(generator, "cpu", bb_parse_cpu, 1000, &need[BB_CPU], error) &&
           parse_amount(generator, "memory", bb_parse_mib, 1, &need[BB_MEMORY], error) &&
           parse_amount(generator, "disk", bb_parse_mib, 1, &need[BB_DISK], error) &&
           parse_gpu(generator, &need[BB_GPU], error);
}

void
bb_body_clear(BbBody *body)
{
    bb_dist_free(body->runtime.dist);
    bb_dist_free(body->tasks.dist);
    bb_estimates_free(body->estimates);
    for (guint r = 0; r < BB_N_RESOURCES; r++)
        bb_dist_free(body->need[r].dist);
}

gboolean
bb_body_is_done(const BbBody *body, const BbGenerator *generator)
{
    return generator->n_given >= body->n_jobs;
}

static gint64
draw(const BbGenerator *generator, const BbQuantity *quantity, gint64 max)
{
    if (quantity->dist == NULL)
        return MIN(quantity->constant, max);
    double u = bb_rng_uniform(generator->seed, quantity->stream, generator->n_given, 0);
    gint64 value = bb_dist_draw(quantity->dist, u);
    return MIN(value, max / quantity->unit) * quantity->unit;
}

void
bb_body_fill(BbBody *body, const BbGenerator *generator, BbJobRow *out)
{
    g_snprintf(body->id, sizeof body->id, "%" G_GUINT64_FORMAT, generator->n_given + 1);
    out->id = body->id;
    if (body->draws_work) {
        out->runtime_us = draw(generator, &body->runtime, BB_TIME_MAX);
        out->n_tasks = MAX(1, draw(generator, &body->tasks, BB_TASKS_MAX));
    }
    if (body->estimates != NULL)
        out->estimate_us =
            bb_estimates_draw(body->estimates, generator->seed, body->estimate_stream,
                              generator->n_given, out->runtime_us);
    out->kind = body->kind;
    out->gang = body->gang;
    out->class_name = body->class_name;
    gint64 most = MIN(BB_AMOUNT_MAX, G_MAXINT64 / 4 / out->n_tasks);
    for (guint r = 0; r < BB_N_RESOURCES; r++)
        out->need.v[r] = draw(generator, &body->need[r], most);
}
