/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Questions about one node. The plain scan asks them for every node, so the amounts, which most
 * often decide, come first, and shapes without devices or groups leave early. */
#include "sim/model/bb-cluster.h"

static gboolean
has_id(const guint32 *ids, guint32 n, guint32 id)
{
    for (guint32 i = 0; i < n; i++)
        if (ids[i] == id)
            return TRUE;
    return FALSE;
}

static gboolean
meets_term(const BbNode *node, const BbRequireTerm *term)
{
    for (guint32 i = 0; i < node->n_labels; i++)
        if (node->labels[i].key == term->key)
            return has_id(term->values, term->n_values, node->labels[i].value);
    return FALSE;
}

static gboolean
meets_require(const BbNode *node, const BbShape *shape)
{
    for (guint32 i = 0; i < shape->n_require; i++)
        if (!meets_term(node, &shape->require[i]))
            return FALSE;
    return TRUE;
}

static gboolean
tolerates(const BbShape *shape, const BbLabel *taint)
{
    for (guint32 i = 0; i < shape->n_tolerate; i++)
        if (shape->tolerate[i].key == taint->key && shape->tolerate[i].value == taint->value)
            return TRUE;
    return FALSE;
}

static gboolean
tolerates_all(const BbNode *node, const BbShape *shape)
{
    for (guint32 i = 0; i < node->n_taints; i++)
        if (!tolerates(shape, &node->taints[i]))
            return FALSE;
    return TRUE;
}

gboolean
bb_node_admits(const BbNode *node, const BbShape *shape)
{
    /* The gpu capacity is 1000 a device, so the amounts settle the number of devices too. */
    return bb_resources_fit(&shape->need, &node->capacity) &&
           (node->runtimes & (1u << shape->kind)) != 0 &&
           (shape->n_models == 0 || has_id(shape->models, shape->n_models, node->gpu_model)) &&
           tolerates_all(node, shape) && meets_require(node, shape);
}

static gboolean
devices_have_room(const BbNode *node, const BbShape *shape)
{
    gint32 need = shape->gpu_share_milli > 0 ? (gint32)shape->gpu_share_milli : 1000;
    guint32 missing = shape->gpu_share_milli > 0 ? 1 : shape->n_gpus;
    for (guint32 d = 0; d < node->n_devices && missing > 0; d++)
        missing -= node->device_free[d] >= need;
    return missing == 0;
}

/* No avoided group here, and nobody here who avoids the shape's own. */
static gboolean
groups_agree(const BbNode *node, const BbShape *shape)
{
    if (shape->group == 0 && shape->n_avoid == 0)
        return TRUE;
    for (guint32 i = 0; i < node->n_groups; i++) {
        const BbGroupCount *count = &node->groups[i];
        if (count->n_avoiders > 0 && count->group == shape->group)
            return FALSE;
        if (count->n_tasks > 0 && has_id(shape->avoid, shape->n_avoid, count->group))
            return FALSE;
    }
    return TRUE;
}

gboolean
bb_node_fits(const BbNode *node, const BbShape *shape)
{
    if (!bb_resources_fit(&shape->need, &node->free) || node->whole)
        return FALSE;
    if (shape->whole_node)
        return node->n_tasks == 0;
    if (shape->need.v[BB_GPU] > 0 && !devices_have_room(node, shape))
        return FALSE;
    return groups_agree(node, shape);
}

gboolean
bb_node_exceeds(const BbNode *node, const BbResources *capacity)
{
    for (guint r = 0; r < BB_N_RESOURCES; r++)
        if (node->capacity.v[r] - node->free.v[r] > capacity->v[r])
            return TRUE;
    return FALSE;
}

static gint64
device_slots(const BbNode *node, const BbShape *shape)
{
    gint32 unit = shape->gpu_share_milli > 0 ? (gint32)shape->gpu_share_milli : 1000;
    gint64 n = 0;
    for (guint32 d = 0; d < node->n_devices; d++)
        n += node->device_free[d] / unit;
    return shape->gpu_share_milli > 0 ? n : n / shape->n_gpus;
}

static gint64
amount_slots(const BbNode *node, const BbShape *shape)
{
    gint64 slots = G_MAXINT32;
    for (guint r = 0; r < BB_N_RESOURCES; r++)
        if (shape->need.v[r] > 0)
            slots = MIN(slots, node->free.v[r] / shape->need.v[r]);
    return slots;
}

gint64
bb_node_slots(const BbNode *node, const BbShape *shape)
{
    if (shape->whole_node)
        return bb_node_fits(node, shape) ? 1 : 0;
    if (node->whole || !groups_agree(node, shape))
        return 0;
    gint64 slots = amount_slots(node, shape);
    if (shape->need.v[BB_GPU] > 0)
        slots = MIN(slots, device_slots(node, shape));
    if (shape->group != 0 && has_id(shape->avoid, shape->n_avoid, shape->group))
        slots = MIN(slots, 1);
    return slots;
}

static guint64
share_device(const BbNode *node, gint32 share)
{
    guint32 best = G_MAXUINT32;
    for (guint32 d = 0; d < node->n_devices; d++)
        if (node->device_free[d] >= share &&
            (best == G_MAXUINT32 || node->device_free[d] < node->device_free[best]))
            best = d;
    g_assert(best != G_MAXUINT32);
    return G_GUINT64_CONSTANT(1) << best;
}

static guint64
whole_devices(const BbNode *node, guint32 n)
{
    guint64 devices = 0;
    for (guint32 d = 0; d < node->n_devices && n > 0; d++)
        if (node->device_free[d] == 1000) {
            devices |= G_GUINT64_CONSTANT(1) << d;
            n--;
        }
    g_assert(n == 0);
    return devices;
}

guint64
bb_node_default_devices(const BbNode *node, const BbShape *shape)
{
    if (shape->gpu_share_milli > 0)
        return share_device(node, (gint32)shape->gpu_share_milli);
    return whole_devices(node, shape->n_gpus);
}

gboolean
bb_node_devices_fit(const BbNode *node, const BbShape *shape, guint64 devices)
{
    gint32 need = shape->gpu_share_milli > 0 ? (gint32)shape->gpu_share_milli : 1000;
    guint32 missing = shape->gpu_share_milli > 0 ? 1 : shape->n_gpus;
    for (guint32 d = 0; devices != 0; d++, devices >>= 1) {
        if ((devices & 1) == 0)
            continue;
        if (d >= node->n_devices || missing == 0 || node->device_free[d] < need)
            return FALSE;
        missing--;
    }
    return missing == 0;
}

guint32
bb_node_group_tasks(const BbNode *node, guint32 group)
{
    for (guint32 i = 0; i < node->n_groups; i++)
        if (node->groups[i].group == group)
            return node->groups[i].n_tasks;
    return 0;
}

guint32
bb_node_label(const BbNode *node, guint32 key)
{
    for (guint32 i = 0; i < node->n_labels; i++)
        if (node->labels[i].key == key)
            return node->labels[i].value;
    return 0;
}
