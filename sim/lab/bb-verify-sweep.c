/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Starts and ends in order of time, and plain sums. At one instant: ends; then what is over at
 * once, job by job, since such runs may have followed each other; then starts. Sums only grow
 * during the starts, so their order does not matter: if one is too many, the sum at the end of the
 * instant is. */
#include "sim/lab/bb-verify-private.h"

#include "sim/base/bb-units.h"

#include <stdlib.h>

#define DEVICE_MILLI 1000

typedef enum { END, CHANGE, MOMENT, START } Step;

typedef struct {
    BbTimeUs time_us;
    guint64 order; /* step, then index in held, or in changes */
} Event;

typedef struct {
    BbInt128 taken[BB_N_RESOURCES]; /* a wrong schedule may sum up to anything */
    gint64 n_tasks, n_whole;
    guint first_device;
    BbNodeState state; /* now */
    BbResources capacity;
    BbTimeUs changed_us; /* last, -1: never */
} Node;

typedef struct {
    BbReferee *referee;
    Node *nodes;
    gint32 *devices; /* taken of each, of all nodes */
    BbGroups *groups;
    const BbNodeChange *changes;
} Sweep;

/* ---- sums ---- */

static void
move_devices(const Sweep *sweep, const BbHeld *held, const BbShape *shape, gint sign)
{
    const BbNode *node = bb_cluster_node(sweep->referee->cluster, held->node);
    gint32 amount = shape->gpu_share_milli > 0 ? (gint32)shape->gpu_share_milli : DEVICE_MILLI;
    for (guint d = 0; d < node->n_devices; d++) {
        if ((held->devices >> d & 1) != 0)
            sweep->devices[sweep->nodes[held->node].first_device + d] += sign * amount;
    }
}

static void
move(const Sweep *sweep, const BbHeld *held, BbTimeUs now_us, gint sign, gboolean moment)
{
    const BbClaim *job = bb_referee_job(sweep->referee, held->job);
    const BbShape *shape = job->shape;
    Node *node = &sweep->nodes[held->node];
    gint64 n = sign * (gint64)bb_referee_together(sweep->referee, held);
    if (job->untimed) {
        bb_groups_maybe(sweep->groups, held, now_us, sign);
        return;
    }
    for (guint r = 0; r < BB_N_RESOURCES; r++)
        node->taken[r] += (BbInt128)shape->need.v[r] * n;
    node->n_tasks += n;
    node->n_whole += shape->whole_node ? n : 0;
    if (held->devices != 0 && !shape->whole_node)
        move_devices(sweep, held, shape, sign);
    bb_groups_move(sweep->groups, held, now_us, sign, moment);
}

/* ---- checks, after a start ---- */

static void say(const Sweep *sweep, const BbHeld *held, BbTimeUs now_us, const char *format, ...)
    G_GNUC_PRINTF(4, 5);

static void
say(const Sweep *sweep, const BbHeld *held, BbTimeUs now_us, const char *format, ...)
{
    const BbReferee *referee = sweep->referee;
    g_autofree char *label = bb_referee_label(referee, bb_referee_job(referee, held->job));
    va_list args;
    va_start(args, format);
    g_autofree char *what = g_strdup_vprintf(format, args);
    va_end(args);
    bb_referee_say(sweep->referee, now_us, "node %s: %s, as %s starts",
                   bb_referee_node_name(referee, held->node), what, label);
}

static void
check_amounts(const Sweep *sweep, const BbHeld *held, BbTimeUs now_us)
{
    const Node *sums = &sweep->nodes[held->node];
    if (sums->state != BB_NODE_UP)
        say(sweep, held, now_us, "not up");
    for (guint r = 0; r < BB_N_RESOURCES; r++) {
        if (sums->taken[r] <= sums->capacity.v[r])
            continue;
        g_autoptr(GString) taken = g_string_new(NULL);
        bb_append_int128(taken, sums->taken[r]);
        say(sweep, held, now_us, "%s %s of %" G_GINT64_FORMAT " %s", bb_resource_names[r],
            taken->str, sums->capacity.v[r], bb_resource_units[r]);
    }
    if (sums->n_whole > 0 && sums->n_tasks > 1)
        say(sweep, held, now_us, "%" G_GINT64_FORMAT " tasks, one of them bare-metal",
            sums->n_tasks);
}

static guint
n_wanted(const BbShape *shape)
{
    return shape->gpu_share_milli > 0 ? 1 : shape->n_gpus;
}

static void
check_devices(const Sweep *sweep, const BbHeld *held, BbTimeUs now_us)
{
    const BbNode *node = bb_cluster_node(sweep->referee->cluster, held->node);
    const BbShape *shape = bb_referee_job(sweep->referee, held->job)->shape;
    guint n_given = (guint)__builtin_popcountll(held->devices);
    if (!sweep->referee->from_allocations || shape->whole_node)
        return;
    if (n_given != n_wanted(shape))
        say(sweep, held, now_us, "%u devices, %u wanted", n_given, n_wanted(shape));
    if (node->n_devices < 64 && held->devices >> node->n_devices != 0)
        say(sweep, held, now_us, "a device beyond its %u", node->n_devices);
    for (guint d = 0; d < node->n_devices; d++) {
        gint32 taken = sweep->devices[sweep->nodes[held->node].first_device + d];
        if ((held->devices >> d & 1) != 0 && taken > DEVICE_MILLI)
            say(sweep, held, now_us, "device %u: %d of %d milli", d, taken, DEVICE_MILLI);
    }
}

static void
start(const Sweep *sweep, const BbHeld *held, BbTimeUs now_us, gboolean moment)
{
    move(sweep, held, now_us, 1, moment);
    if (bb_referee_job(sweep->referee, held->job)->untimed)
        return;
    /* What came and went while the node changed may have been there before. */
    if (!moment || sweep->nodes[held->node].changed_us != now_us)
        check_amounts(sweep, held, now_us);
    check_devices(sweep, held, now_us);
    bb_groups_check_avoid(sweep->groups, held, now_us);
}

/* ---- changes of nodes ---- */

static void
check_rest(const Sweep *sweep, guint32 node, BbTimeUs now_us)
{
    const Node *sums = &sweep->nodes[node];
    const char *name = bb_referee_node_name(sweep->referee, node);
    if (sums->state != BB_NODE_UP && sums->n_tasks > 0)
        bb_referee_say(sweep->referee, now_us,
                       "node %s: %" G_GINT64_FORMAT " tasks stay, but it is no longer up", name,
                       sums->n_tasks);
    for (guint r = 0; r < BB_N_RESOURCES && sums->state == BB_NODE_UP; r++)
        if (sums->taken[r] > sums->capacity.v[r])
            bb_referee_say(sweep->referee, now_us,
                           "node %s: tasks stay that hold more than its %" G_GINT64_FORMAT
                           " %s of %s",
                           name, sums->capacity.v[r], bb_resource_units[r], bb_resource_names[r]);
}

static void
change(const Sweep *sweep, guint i)
{
    const BbNodeChange *change = &sweep->changes[i];
    Node *node = &sweep->nodes[change->node];
    node->state = change->state;
    node->capacity = change->capacity;
    node->changed_us = change->time_us;
    check_rest(sweep, change->node, change->time_us);
}

/* ---- time ---- */

static const BbHeld *
held_of(const Sweep *sweep, const Event *event)
{
    return bb_referee_held(sweep->referee, (guint)(event->order & G_MAXUINT32));
}

static Step
step_of(const Event *event)
{
    return (Step)(event->order >> 32);
}

/* The entries of one gang, all of them there together, or one of another job. Their number. */
static guint
pass_moment(const Sweep *sweep, const Event *events, guint n)
{
    BbTimeUs now_us = events->time_us;
    guint k = 0;
    if (!bb_referee_job(sweep->referee, held_of(sweep, events)->job)->gang)
        n = 1;
    for (; k < n && events[k].time_us == now_us && step_of(&events[k]) == MOMENT &&
           held_of(sweep, &events[k])->job == held_of(sweep, events)->job;
         k++)
        start(sweep, held_of(sweep, &events[k]), now_us, TRUE);
    for (guint i = 0; i < k; i++)
        move(sweep, held_of(sweep, &events[i]), now_us, -1, TRUE);
    return k;
}

static void
walk(const Sweep *sweep, const Event *events, guint n)
{
    for (guint i = 0; i < n;) {
        BbTimeUs now_us = events[i].time_us;
        sweep->referee->verdict->n_instants++;
        while (i < n && events[i].time_us == now_us) {
            if (step_of(&events[i]) == MOMENT) {
                i += pass_moment(sweep, events + i, n - i);
                continue;
            }
            if (step_of(&events[i]) == CHANGE)
                change(sweep, (guint)(events[i].order & G_MAXUINT32));
            else if (step_of(&events[i]) == END)
                move(sweep, held_of(sweep, &events[i]), now_us, -1, FALSE);
            else
                start(sweep, held_of(sweep, &events[i]), now_us, FALSE);
            i++;
        }
        bb_groups_check_spread(sweep->groups, now_us);
    }
}

static int
by_time(const void *a, const void *b)
{
    const Event *x = a, *y = b;
    if (x->time_us != y->time_us)
        return x->time_us < y->time_us ? -1 : 1;
    return (x->order > y->order) - (x->order < y->order);
}

static void
add_event(GArray *events, BbTimeUs time_us, Step step, guint held)
{
    Event event = {time_us, (guint64)step << 32 | held};
    g_array_append_val(events, event);
}

/* Entries that end before they start were said to be wrong already. */
static GArray *
list_events(const BbReferee *referee)
{
    GArray *events = g_array_new(FALSE, FALSE, sizeof(Event));
    guint n_changes;
    const BbNodeChange *changes = bb_cluster_changes(referee->cluster, &n_changes);
    for (guint i = 0; i < referee->held->len; i++) {
        const BbHeld *held = bb_referee_held(referee, i);
        if (held->from_us < 0 || held->to_us < held->from_us)
            continue;
        if (held->to_us == held->from_us) {
            add_event(events, held->from_us, MOMENT, i);
            continue;
        }
        add_event(events, held->from_us, START, i);
        if (held->to_us != BB_TIME_NEVER)
            add_event(events, held->to_us, END, i);
    }
    for (guint i = 0; i < n_changes; i++)
        add_event(events, changes[i].time_us, CHANGE, i);
    g_array_sort(events, by_time);
    return events;
}

static guint
begin_nodes(const BbReferee *referee, Node *nodes)
{
    guint n_devices = 0;
    for (guint i = 0; i < bb_cluster_n(referee->cluster); i++) {
        nodes[i].first_device = n_devices;
        n_devices += bb_cluster_node(referee->cluster, i)->n_devices;
        nodes[i].state = bb_cluster_node(referee->start, i)->state;
        nodes[i].capacity = bb_cluster_node(referee->start, i)->capacity;
        nodes[i].changed_us = -1;
    }
    return n_devices;
}

void
bb_referee_sweep(BbReferee *referee)
{
    guint n_nodes = bb_cluster_n(referee->cluster);
    g_autoptr(GArray) events = list_events(referee);
    g_autofree Node *nodes = g_new0(Node, n_nodes);
    guint n_changes, n_devices = begin_nodes(referee, nodes);
    g_autofree gint32 *devices = g_new0(gint32, n_devices);
    g_autoptr(BbGroups) groups = bb_groups_new(referee);
    Sweep sweep = {referee, nodes, devices, groups,
                   bb_cluster_changes(referee->cluster, &n_changes)};
    referee->verdict->knows_devices = referee->from_allocations || n_devices == 0;
    walk(&sweep, (const Event *)(gpointer)events->data, events->len);
}
