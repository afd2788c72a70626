/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Taking and giving are one movement with two signs. Only shapes that name a group touch the group
 * counts, a short unordered array: an entry goes when nothing of it is left. */
#include "sim/model/bb-books.h"

#include <string.h>

#define DEVICE_MILLI 1000
#define GROUPS_MIN 4

static void
free_devices(BbNode *node)
{
    for (guint32 d = 0; d < node->n_devices; d++)
        node->device_free[d] = DEVICE_MILLI;
}

void
bb_books_init(BbNode *node)
{
    node->n_tasks = 0;
    memset(node->n_unasked, 0, sizeof node->n_unasked);
    node->whole = FALSE;
    node->state = BB_NODE_UP;
    node->free = node->capacity;
    node->device_free = g_new(gint32, node->n_devices);
    free_devices(node);
    node->n_groups = node->groups_size = 0;
    node->groups = NULL;
    node->n_residents = node->residents_size = 0;
    node->residents = NULL;
    node->version = 0;
}

void
bb_books_clear(BbNode *node)
{
    g_clear_pointer(&node->device_free, g_free);
    g_clear_pointer(&node->groups, g_free);
    g_clear_pointer(&node->residents, g_free);
}

static void
reserve_groups(BbNode *node, guint32 n)
{
    if (n <= node->groups_size)
        return;
    node->groups_size = MAX(n, MAX(GROUPS_MIN, 2 * node->groups_size));
    node->groups = g_renew(BbGroupCount, node->groups, node->groups_size);
}

static void
reserve_residents(BbNode *node, guint32 n)
{
    if (n <= node->residents_size)
        return;
    node->residents_size = MAX(n, MAX(GROUPS_MIN, 2 * node->residents_size));
    node->residents = g_renew(BbResident, node->residents, node->residents_size);
}

void
bb_books_copy(BbNode *to, const BbNode *from)
{
    to->n_tasks = from->n_tasks;
    memcpy(to->n_unasked, from->n_unasked, sizeof to->n_unasked);
    to->whole = from->whole;
    if (to->version != from->version) { /* equal ones have changed alike */
        to->state = from->state;
        to->capacity = from->capacity;
    }
    to->free = from->free;
    if (from->n_devices > 0)
        memcpy(to->device_free, from->device_free, from->n_devices * sizeof(gint32));
    reserve_groups(to, from->n_groups);
    to->n_groups = from->n_groups;
    if (from->n_groups > 0)
        memcpy(to->groups, from->groups, from->n_groups * sizeof(BbGroupCount));
    reserve_residents(to, from->n_residents);
    to->n_residents = from->n_residents;
    if (from->n_residents > 0)
        memcpy(to->residents, from->residents, from->n_residents * sizeof(BbResident));
    to->version = from->version;
}

static BbResident *
find_or_add_resident(BbNode *node, const BbShape *shape)
{
    for (guint32 i = 0; i < node->n_residents; i++)
        if (node->residents[i].shape == shape)
            return &node->residents[i];
    reserve_residents(node, node->n_residents + 1);
    node->residents[node->n_residents] = (BbResident){shape, 0};
    return &node->residents[node->n_residents++];
}

void
bb_books_count_resident(BbNode *node, const BbShape *shape, gint64 n_tasks)
{
    BbResident *resident = find_or_add_resident(node, shape);

    g_assert(resident->n_tasks + n_tasks >= 0);
    resident->n_tasks = (guint32)(resident->n_tasks + n_tasks);
    if (resident->n_tasks == 0)
        *resident = node->residents[--node->n_residents];
}

static BbGroupCount *
find_or_add_group(BbNode *node, guint32 group)
{
    for (guint32 i = 0; i < node->n_groups; i++)
        if (node->groups[i].group == group)
            return &node->groups[i];
    reserve_groups(node, node->n_groups + 1);
    BbGroupCount *count = &node->groups[node->n_groups++];
    *count = (BbGroupCount){.group = group};
    return count;
}

static void
count_group(BbNode *node, guint32 group, gint64 tasks, gint64 avoiders)
{
    BbGroupCount *count = find_or_add_group(node, group);
    g_assert(count->n_tasks + tasks >= 0 && count->n_avoiders + avoiders >= 0);
    count->n_tasks = (guint32)(count->n_tasks + tasks);
    count->n_avoiders = (guint32)(count->n_avoiders + avoiders);
    if (count->n_tasks == 0 && count->n_avoiders == 0)
        *count = node->groups[--node->n_groups];
}

/* `tasks` more on the node, or fewer when negative. */
static void
count_tasks(BbNode *node, const BbShape *shape, gint64 tasks)
{
    g_assert(node->n_tasks + tasks >= 0);
    node->n_tasks = (guint32)(node->n_tasks + tasks);
    for (guint r = 0; r < BB_N_RESOURCES; r++)
        if (shape->need.v[r] == 0)
            node->n_unasked[r] = (guint32)(node->n_unasked[r] + tasks);
    if (shape->group != 0)
        count_group(node, shape->group, tasks, 0);
    for (guint32 i = 0; i < shape->n_avoid; i++)
        count_group(node, shape->avoid[i], 0, tasks);
}

static void
move_devices(BbNode *node, const BbShape *shape, guint64 devices, gint32 sign)
{
    gint32 amount = shape->gpu_share_milli > 0 ? (gint32)shape->gpu_share_milli : DEVICE_MILLI;
    guint32 missing = shape->gpu_share_milli > 0 ? 1 : shape->n_gpus;
    for (guint32 d = 0; d < node->n_devices && devices != 0; d++, devices >>= 1) {
        if ((devices & 1) == 0)
            continue;
        node->device_free[d] += sign * amount;
        g_assert(node->device_free[d] >= 0 && node->device_free[d] <= DEVICE_MILLI);
        missing--;
    }
    g_assert(missing == 0 && devices == 0);
}

/* sign -1 takes, 1 gives. */
static void
move_amounts(BbNode *node, const BbShape *shape, const BbPlaced *placed, gint32 sign)
{
    bb_resources_add(&node->free, &shape->need, sign * (gint64)placed->n_tasks);
    g_assert(bb_resources_fit(&(BbResources){{0}}, &node->free) &&
             bb_resources_fit(&node->free, &node->capacity));
    if (shape->need.v[BB_GPU] > 0) {
        g_assert(placed->n_tasks == 1);
        move_devices(node, shape, placed->devices, sign);
    }
}

static void
take_whole(BbNode *node)
{
    g_assert(node->n_tasks == 0);
    node->whole = TRUE;
    node->free = (BbResources){{0}};
    for (guint32 d = 0; d < node->n_devices; d++)
        node->device_free[d] = 0;
}

static void
give_whole(BbNode *node)
{
    g_assert(node->whole);
    node->whole = FALSE;
    node->free = node->capacity;
    free_devices(node);
}

void
bb_books_take(BbNode *node, const BbShape *shape, const BbPlaced *placed)
{
    g_assert(placed->n_tasks > 0 && !node->whole);
    g_assert(placed->n_tasks == 1 || !shape->whole_node);
    if (shape->whole_node)
        take_whole(node);
    else
        move_amounts(node, shape, placed, -1);
    count_tasks(node, shape, placed->n_tasks);
}

void
bb_books_give(BbNode *node, const BbShape *shape, const BbPlaced *placed)
{
    g_assert(placed->n_tasks > 0 && node->whole == shape->whole_node);
    g_assert(placed->n_tasks == 1 || !shape->whole_node);
    if (shape->whole_node)
        give_whole(node);
    else
        move_amounts(node, shape, placed, 1);
    count_tasks(node, shape, -(gint64)placed->n_tasks);
}

/* A node that is not up is held whole by nobody. */
void
bb_books_change(BbNode *node, BbNodeState state, const BbResources *capacity)
{
    g_assert(!node->whole || node->state != BB_NODE_UP);
    if (node->state != BB_NODE_UP)
        give_whole(node);
    bb_resources_add(&node->free, &node->capacity, -1);
    bb_resources_add(&node->free, capacity, 1);
    g_assert(bb_resources_fit(&(BbResources){{0}}, &node->free));
    node->capacity = *capacity;
    node->state = state;
    if (state != BB_NODE_UP)
        take_whole(node);
}

/* Of each group the larger counts. */
static void
narrow_groups(BbNode *to, const BbNode *other)
{
    for (guint32 i = 0; i < other->n_groups; i++) {
        const BbGroupCount *more = &other->groups[i];
        BbGroupCount *count = find_or_add_group(to, more->group);

        count->n_tasks = MAX(count->n_tasks, more->n_tasks);
        count->n_avoiders = MAX(count->n_avoiders, more->n_avoiders);
    }
}

static void
narrow_residents(BbNode *to, const BbNode *other)
{
    for (guint32 i = 0; i < other->n_residents; i++) {
        const BbResident *more = &other->residents[i];
        BbResident *resident = find_or_add_resident(to, more->shape);

        resident->n_tasks = MAX(resident->n_tasks, more->n_tasks);
    }
}

void
bb_books_narrow(BbNode *to, const BbNode *other)
{
    for (guint r = 0; r < BB_N_RESOURCES; r++)
        to->free.v[r] = MIN(to->free.v[r], other->free.v[r]);
    for (guint32 d = 0; d < to->n_devices; d++)
        to->device_free[d] = MIN(to->device_free[d], other->device_free[d]);
    to->n_tasks = MAX(to->n_tasks, other->n_tasks);
    to->whole = to->whole || other->whole;
    narrow_groups(to, other);
    narrow_residents(to, other);
}
