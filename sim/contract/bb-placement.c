/* SPDX-License-Identifier: GPL-3.0-or-later */
/* "NAME,k=v" -> a placement policy: the class is looked up by name in the table that the program passes
 * in, its parameters are parsed by its own declarations, its state starts as zeroes. */
#include "bb-placement.h"

#include "sim/base/bb-error.h"

static gboolean
unknown_name(const BbPlacementClass *const *classes, const char *name, GError **error)
{
    gsize n = 0;
    while (classes[n] != NULL)
        n++;
    g_autofree const char **names = g_new0(const char *, n + 1);
    for (gsize i = 0; i < n; i++)
        names[i] = classes[i]->name;
    const char *nearest = bb_suggest(name, names);
    g_autofree char *quoted = bb_quote(name);
    if (nearest != NULL)
        return bb_error_set(error, BB_ERROR_USAGE, "unknown placement %s, did you mean \"%s\"?",
                            quoted, nearest);
    return bb_error_set(error, BB_ERROR_USAGE,
                        "unknown placement %s, see breakbulk list placements", quoted);
}

static const BbPlacementClass *
find_class(const BbPlacementClass *const *classes, const char *name, GError **error)
{
    for (gsize i = 0; classes[i] != NULL; i++) {
        if (g_str_equal(classes[i]->name, name))
            return classes[i];
    }
    unknown_name(classes, name, error);
    return NULL;
}

BbPlacement *
bb_placement_new(const BbPlacementClass *const *classes, const char *text, GError **error)
{
    g_autofree char *name = NULL;
    g_autofree char *rest = NULL;
    if (!bb_params_split(text, &name, &rest, error))
        return NULL;
    const BbPlacementClass *klass = find_class(classes, name, error);
    if (klass == NULL)
        return NULL;

    g_autofree char *owner = g_strdup_printf("placement %s", name);
    g_autoptr(BbParams) params = bb_params_parse(owner, klass->params, rest, error);
    if (params == NULL)
        return NULL;

    g_autoptr(BbPlacement) self = g_new0(BbPlacement, 1);
    self->klass = klass;
    self->params = g_steal_pointer(&params);
    self->state = g_malloc0(klass->state_size);
    if (klass->init != NULL && !klass->init(self, error))
        return NULL;
    return g_steal_pointer(&self);
}

void
bb_placement_free(BbPlacement *placement)
{
    if (placement == NULL)
        return;
    if (placement->klass->clear != NULL)
        placement->klass->clear(placement);
    g_clear_error(&placement->failure);
    bb_params_free(placement->params);
    g_free(placement->state);
    g_free(placement);
}
