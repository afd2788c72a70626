/* SPDX-License-Identifier: GPL-3.0-or-later */
/* "NAME,k=v: TEXT" -> a placement policy: the class is looked up by name in the table that the program passes
 * in, its parameters are parsed by its own declarations, its state starts as zeroes. */
#include "bb-placement.h"

#include "sim/base/bb-error.h"
#include "sim/contract/bb-policy-text.h"

static gboolean
unknown_name(const BbPlacementClass *const *classes, const char *name, GError **error)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();

    for (gsize i = 0; classes[i] != NULL; i++)
        g_ptr_array_add(names, (gpointer)(gsize)classes[i]->name);
    g_ptr_array_add(names, NULL);
    return bb_policy_unknown("placement", name, (const char *const *)names->pdata, error);
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
    g_autofree char *head = NULL, *tail = NULL;
    g_autofree char *name = NULL;
    g_autofree char *rest = NULL;
    bb_policy_text_split(text, &head, &tail);
    if (!bb_params_split(head, &name, &rest, error))
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
    self->flags = klass->flags;
    self->params = g_steal_pointer(&params);
    self->state = g_malloc0(klass->state_size);
    if (!bb_policy_take_text("placement", name, klass->text, tail, &self->text, error))
        return NULL;
    if (klass->init != NULL && !klass->init(self, error))
        return NULL;
    return g_steal_pointer(&self);
}

char *
bb_placement_map_files(const BbPlacementClass *const *classes, const char *text,
                       char *(*change)(gpointer data, const char *path, GError **error),
                       gpointer data, GError **error)
{
    g_autoptr(BbPlacement) self = bb_placement_new(classes, text, error);
    if (self == NULL)
        return NULL;
    if (bb_params_file(self->params) == NULL)
        return g_strdup(text);
    g_autofree char *mapped = bb_params_map_files(self->params, "", change, data, error);
    if (mapped == NULL)
        return NULL;
    /* In parentheses a name with a colon is no text of the policy's own. */
    return g_strdup_printf("%s(%s)%s%s", self->klass->name, mapped + 1,
                           self->text != NULL ? ": " : "", self->text != NULL ? self->text : "");
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
    g_free(placement->text);
    g_free(placement->state);
    g_free(placement);
}
