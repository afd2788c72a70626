/* SPDX-License-Identifier: GPL-3.0-or-later */
/* "NAME,k=v: TEXT" -> a queue policy: the class is looked up by name in the table that the program passes
 * in, its parameters are parsed by its own declarations, its state starts as zeroes. */
#include "bb-queue.h"

#include "sim/base/bb-error.h"
#include "sim/contract/bb-policy-text.h"

static gboolean
unknown_name(const BbQueueClass *const *classes, const char *name, GError **error)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();

    for (gsize i = 0; classes[i] != NULL; i++)
        g_ptr_array_add(names, (gpointer)(gsize)classes[i]->name);
    g_ptr_array_add(names, NULL);
    return bb_policy_unknown("queue", name, (const char *const *)names->pdata, error);
}

static const BbQueueClass *
find_class(const BbQueueClass *const *classes, const char *name, GError **error)
{
    for (gsize i = 0; classes[i] != NULL; i++) {
        if (g_str_equal(classes[i]->name, name))
            return classes[i];
    }
    unknown_name(classes, name, error);
    return NULL;
}

BbQueue *
bb_queue_new(const BbQueueClass *const *classes, const char *text, GError **error)
{
    g_autofree char *head = NULL, *tail = NULL;
    g_autofree char *name = NULL;
    g_autofree char *rest = NULL;
    bb_policy_text_split(text, &head, &tail);
    if (!bb_params_split(head, &name, &rest, error))
        return NULL;
    const BbQueueClass *klass = find_class(classes, name, error);
    if (klass == NULL)
        return NULL;

    g_autofree char *owner = g_strdup_printf("queue %s", name);
    g_autoptr(BbParams) params = bb_params_parse(owner, klass->params, rest, error);
    if (params == NULL)
        return NULL;

    g_autoptr(BbQueue) self = g_new0(BbQueue, 1);
    self->klass = klass;
    self->params = g_steal_pointer(&params);
    self->state = g_malloc0(klass->state_size);
    if (!bb_policy_take_text("queue", name, klass->text, tail, &self->text, error))
        return NULL;
    if (klass->init != NULL && !klass->init(self, error))
        return NULL;
    return g_steal_pointer(&self);
}

void
bb_queue_free(BbQueue *queue)
{
    if (queue == NULL)
        return;
    if (queue->klass->clear != NULL)
        queue->klass->clear(queue);
    bb_params_free(queue->params);
    g_free(queue->text);
    g_free(queue->state);
    g_free(queue);
}
