/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A generator is its class, its parameters and a state; draws are keyed by n_given, so nothing here
 * has to keep a random stream. */
#include "sim/contract/bb-generator.h"

static const BbGeneratorClass *
class_by_name(const BbGeneratorClass *const *classes, const char *name, GError **error)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    for (; *classes != NULL; classes++) {
        if (g_str_equal((*classes)->name, name))
            return *classes;
        g_ptr_array_add(names, (gpointer)(guintptr)(*classes)->name);
    }
    g_ptr_array_add(names, NULL);

    const char *near = bb_suggest(name, (const char *const *)names->pdata);
    g_autofree char *quoted = bb_quote(name);
    if (near != NULL)
        bb_error_set(error, BB_ERROR_USAGE, "unknown generator %s, did you mean \"%s\"?", quoted,
                     near);
    else
        bb_error_set(error, BB_ERROR_USAGE, "unknown generator %s, see breakbulk list generators",
                     quoted);
    return NULL;
}

BbGenerator *
bb_generator_new(const BbGeneratorClass *const *classes, const char *text, guint64 seed,
                 guint32 workload, GError **error)
{
    g_autofree char *name = NULL, *rest = NULL, *owner = NULL;
    if (!bb_params_split(text, &name, &rest, error))
        return NULL;
    const BbGeneratorClass *klass = class_by_name(classes, name, error);
    if (klass == NULL)
        return NULL;

    owner = g_strconcat("generator ", name, NULL);
    BbParams *params = bb_params_parse(owner, klass->params, rest, error);
    if (params == NULL)
        return NULL;
    g_autoptr(BbGenerator) generator = g_new0(BbGenerator, 1);
    generator->klass = klass;
    generator->params = params;
    generator->seed = seed;
    generator->workload = workload;
    if (klass->state_size > 0)
        generator->state = g_malloc0(klass->state_size);
    if (klass->init != NULL && !klass->init(generator, error))
        return NULL;
    return g_steal_pointer(&generator);
}

void
bb_generator_free(BbGenerator *generator)
{
    if (generator == NULL)
        return;
    if (generator->klass->clear != NULL)
        generator->klass->clear(generator);
    g_free(generator->state);
    bb_params_free(generator->params);
    g_free(generator);
}

BbReadResult
bb_generator_next(BbGenerator *generator, BbJobRow *out, GError **error)
{
    *out = (BbJobRow)BB_JOB_ROW_INIT;
    BbReadResult result = generator->klass->next(generator, out, error);
    if (result == BB_READ_ROW)
        generator->n_given++;
    return result;
}

BbReadResult
bb_generator_too_late(const BbGenerator *generator, GError **error)
{
    bb_error_set(error, BB_ERROR_INPUT,
                 "generator %s: job %" G_GUINT64_FORMAT
                 " arrives beyond the end of time, give a higher rate",
                 generator->klass->name, generator->n_given + 1);
    return BB_READ_ERROR;
}

static gboolean
has_files(const BbParam *table)
{
    for (; table != NULL && table->name != NULL; table++)
        if (table->type == BB_PARAM_FILE)
            return TRUE;
    return FALSE;
}

char *
bb_generator_map_files(const BbGeneratorClass *const *classes, const char *text,
                       char *(*change)(gpointer data, const char *path, GError **error),
                       gpointer data, GError **error)
{
    g_autoptr(BbGenerator) generator = bb_generator_new(classes, text, 0, 0, error);
    if (generator == NULL)
        return NULL;
    const BbParam *table = generator->klass->params;
    if (!has_files(table))
        return g_strdup(text);
    return bb_params_map_files(generator->params, generator->klass->name, change, data, error);
}

guint32
bb_generator_stream(const BbGenerator *generator, const char *name)
{
    g_autofree char *key = g_strdup_printf("%" G_GUINT32_FORMAT "/%s", generator->workload, name);
    return bb_rng_stream(key);
}
