/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where the tasks of each group are, and who avoids them there.
 *
 * Spread is checked once an instant. A task on a node with value v may be placed when count(v) + 1
 * - min over values <= max_skew. Placed level by level, every start finds the least value as high
 * as it can be, so an order in which all are allowed is there exactly when, for each v with starts
 * of the shape, (count before + its starts) - min over other values of the count after <= max_skew.
 * What ended at this instant, or came and went within it, is allowed to have helped. */
#include "sim/lab/bb-verify-private.h"

typedef struct {
    guint32 node;
    gint64 n_tasks, n_avoiders, n_both; /* both: of the group, and avoiding it */
    gint64 n_maybe;                     /* of the group, at times that nobody tells */
    BbTimeUs now_us;                    /* the instant that the next two are of */
    gint64 n_fresh, n_helpers;          /* started now; ended now, or came and went */
} Count;

typedef struct {
    GHashTable *by_node; /* node + 1 -> Count, borrowed */
    GPtrArray *counts;   /* of Count, owned */
} Group;

/* Of a label, on the nodes that admit a shape. */
typedef struct {
    GArray *ids;       /* of guint32 */
    GHashTable *index; /* id + 1 -> index in ids + 1 */
} Values;

typedef struct {
    gint64 before, after; /* of the instant; after: the most it can have been */
    gint64 n_starts;      /* of the shape */
} Domain;

struct _BbGroups {
    BbReferee *referee;
    GHashTable *groups; /* name id -> Group */
    GHashTable *values; /* (shape index, term) -> Values */
    GPtrArray *starts;  /* of BbHeld, borrowed: of spread shapes, at this instant */
};

static void
group_free(gpointer data)
{
    Group *group = data;
    g_hash_table_unref(group->by_node);
    g_ptr_array_unref(group->counts);
    g_free(group);
}

static void
values_free(gpointer data)
{
    Values *values = data;
    g_array_unref(values->ids);
    g_hash_table_unref(values->index);
    g_free(values);
}

BbGroups *
bb_groups_new(BbReferee *referee)
{
    BbGroups *groups = g_new0(BbGroups, 1);
    groups->referee = referee;
    groups->groups = g_hash_table_new_full(NULL, NULL, NULL, group_free);
    groups->values = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, values_free);
    groups->starts = g_ptr_array_new();
    return groups;
}

void
bb_groups_free(BbGroups *groups)
{
    if (!groups)
        return;
    g_hash_table_unref(groups->groups);
    g_hash_table_unref(groups->values);
    g_ptr_array_unref(groups->starts);
    g_free(groups);
}

static Group *
get_group(BbGroups *groups, guint32 name)
{
    Group *group = g_hash_table_lookup(groups->groups, GUINT_TO_POINTER(name));
    if (group)
        return group;
    group = g_new0(Group, 1);
    group->by_node = g_hash_table_new(NULL, NULL);
    group->counts = g_ptr_array_new_with_free_func(g_free);
    g_hash_table_insert(groups->groups, GUINT_TO_POINTER(name), group);
    return group;
}

static Count *
get_count(BbGroups *groups, guint32 name, guint32 node, BbTimeUs now_us)
{
    Group *group = get_group(groups, name);
    Count *count = g_hash_table_lookup(group->by_node, GUINT_TO_POINTER(node + 1));
    if (!count) {
        count = g_new0(Count, 1);
        count->node = node;
        g_hash_table_insert(group->by_node, GUINT_TO_POINTER(node + 1), count);
        g_ptr_array_add(group->counts, count);
    }
    if (count->now_us != now_us) {
        count->now_us = now_us;
        count->n_fresh = count->n_helpers = 0;
    }
    return count;
}

static gboolean
avoids_itself(const BbShape *shape)
{
    for (guint32 i = 0; i < shape->n_avoid; i++) {
        if (shape->avoid[i] == shape->group && shape->group != 0)
            return TRUE;
    }
    return FALSE;
}

void
bb_groups_move(BbGroups *groups, const BbHeld *held, BbTimeUs now_us, gint sign, gboolean moment)
{
    const BbShape *shape = bb_referee_job(groups->referee, held->job)->shape;
    gint64 n = sign * (gint64)bb_referee_together(groups->referee, held);
    if (shape->group != 0) {
        Count *count = get_count(groups, shape->group, held->node, now_us);
        count->n_tasks += n;
        count->n_both += avoids_itself(shape) ? n : 0;
        count->n_fresh += sign > 0 && !moment ? n : 0;
        count->n_helpers += sign < 0 ? held->n_tasks : 0;
    }
    for (guint32 i = 0; i < shape->n_avoid; i++)
        get_count(groups, shape->avoid[i], held->node, now_us)->n_avoiders += n;
    if (shape->n_spread > 0 && sign > 0)
        g_ptr_array_add(groups->starts, (gpointer)(gsize)held);
}

void
bb_groups_maybe(BbGroups *groups, const BbHeld *held, BbTimeUs now_us, gint sign)
{
    const BbShape *shape = bb_referee_job(groups->referee, held->job)->shape;
    if (shape->group == 0)
        return;
    Count *count = get_count(groups, shape->group, held->node, now_us);
    count->n_maybe += sign * (gint64)held->n_tasks;
    count->n_helpers += sign < 0 ? held->n_tasks : 0;
}

/* ---- avoid ---- */

static void
check_pair(BbGroups *groups, const BbHeld *held, guint32 name, BbTimeUs now_us)
{
    const BbReferee *referee = groups->referee;
    const Count *count = get_count(groups, name, held->node, now_us);
    if ((BbInt128)count->n_tasks * count->n_avoiders <= count->n_both)
        return;
    g_autofree char *label = bb_referee_label(referee, bb_referee_job(referee, held->job));
    bb_referee_say(groups->referee, now_us,
                   "node %s: tasks of group %s beside one that avoids it, as %s starts",
                   bb_referee_node_name(referee, held->node), bb_names_text(referee->names, name),
                   label);
}

void
bb_groups_check_avoid(BbGroups *groups, const BbHeld *held, BbTimeUs now_us)
{
    const BbShape *shape = bb_referee_job(groups->referee, held->job)->shape;
    if (shape->group != 0)
        check_pair(groups, held, shape->group, now_us);
    for (guint32 i = 0; i < shape->n_avoid; i++) {
        if (shape->avoid[i] != shape->group)
            check_pair(groups, held, shape->avoid[i], now_us);
    }
}

/* ---- spread ---- */

static Values *
values_new(const BbReferee *referee, const BbShape *shape, guint32 key)
{
    Values *values = g_new(Values, 1);
    values->ids = g_array_new(FALSE, FALSE, sizeof(guint32));
    values->index = g_hash_table_new(NULL, NULL);
    for (guint i = 0; i < bb_cluster_n(referee->cluster); i++) {
        const BbNode *node = bb_cluster_node(referee->cluster, i);
        guint32 value = bb_referee_label_of(node, key);
        /* Whether there is such a value is another matter at each time. */
        if (!bb_referee_admits(node, shape) || referee->comes[i] ||
            g_hash_table_contains(values->index, GUINT_TO_POINTER(value + 1)))
            continue;
        g_array_append_val(values->ids, value);
        g_hash_table_insert(values->index, GUINT_TO_POINTER(value + 1),
                            GUINT_TO_POINTER(values->ids->len));
    }
    return values;
}

static const Values *
get_values(BbGroups *groups, const BbShape *shape, guint32 term)
{
    gint64 key = (gint64)((guint64)shape->index << 32 | term);
    Values *values = g_hash_table_lookup(groups->values, &key);
    if (!values) {
        values = values_new(groups->referee, shape, shape->spread[term].key);
        g_hash_table_insert(groups->values, g_memdup2(&key, sizeof key), values);
    }
    return values;
}

/* NULL where no node with the value admits the shape: that was said of the place already. */
static Domain *
domain_of(const BbGroups *groups, const Values *values, Domain *domains, guint32 node, guint32 key)
{
    guint32 value = bb_referee_label_of(bb_cluster_node(groups->referee->cluster, node), key);
    guint i = GPOINTER_TO_UINT(g_hash_table_lookup(values->index, GUINT_TO_POINTER(value + 1)));
    return i == 0 ? NULL : &domains[i - 1];
}

/* The tasks of the shape's group by value of the label, before and after the instant. */
static Domain *
count_domains(BbGroups *groups, const BbShape *shape, guint32 term, const Values *values,
              BbTimeUs now_us)
{
    const Group *group = get_group(groups, shape->group);
    Domain *domains = g_new0(Domain, values->ids->len);
    for (guint i = 0; i < group->counts->len; i++) {
        const Count *count = group->counts->pdata[i];
        const BbNode *node = bb_cluster_node(groups->referee->cluster, count->node);
        gboolean now = count->now_us == now_us;
        Domain *domain = domain_of(groups, values, domains, count->node, shape->spread[term].key);
        if (!domain || !bb_referee_admits(node, shape))
            continue;
        domain->before += count->n_tasks - (now ? count->n_fresh : 0);
        domain->after += count->n_tasks + count->n_maybe + (now ? count->n_helpers : 0);
    }
    return domains;
}

static gint64
least_other(const Domain *domains, guint n, guint self)
{
    gint64 least = G_MAXINT64;
    for (guint i = 0; i < n; i++)
        least = i == self ? least : MIN(least, domains[i].after);
    return least;
}

static void
say_apart(BbGroups *groups, const BbClaim *job, const BbSpreadTerm *spread, guint32 value,
          gint64 count, gint64 least, BbTimeUs now_us)
{
    const BbNames *names = groups->referee->names;
    bb_referee_say_job(groups->referee, job, now_us,
                       "%s=%s has %" G_GINT64_FORMAT
                       " tasks of its group, another value %" G_GINT64_FORMAT
                       ": more than %u apart",
                       bb_names_text(names, spread->key), bb_names_text(names, value), count, least,
                       spread->max_skew);
}

static void
check_term(BbGroups *groups, const BbHeld *const *starts, guint n, guint32 term, BbTimeUs now_us)
{
    const BbClaim *job = bb_referee_job(groups->referee, starts[0]->job);
    const BbSpreadTerm *spread = &job->shape->spread[term];
    const Values *values = get_values(groups, job->shape, term);
    g_autofree Domain *domains = count_domains(groups, job->shape, term, values, now_us);
    for (guint i = 0; i < n; i++) {
        Domain *domain = domain_of(groups, values, domains, starts[i]->node, spread->key);
        if (domain)
            domain->n_starts += bb_referee_together(groups->referee, starts[i]);
    }
    for (guint i = 0; i < values->ids->len; i++) {
        gint64 count = domains[i].before + domains[i].n_starts;
        gint64 least = least_other(domains, values->ids->len, i);
        if (domains[i].n_starts > 0 && least != G_MAXINT64 && count - least > spread->max_skew)
            say_apart(groups, job, spread, g_array_index(values->ids, guint32, i), count, least,
                      now_us);
    }
}

static gboolean
is_moment(const BbHeld *held)
{
    return held->to_us == held->from_us;
}

/* By shape; what came and went, job by job; of jobs that are no gang, task by task. */
static gint
by_shape(gconstpointer a, gconstpointer b, gpointer data)
{
    const BbReferee *referee = data;
    const BbHeld *x = *(BbHeld *const *)a, *y = *(BbHeld *const *)b;
    guint32 shape_x = bb_referee_job(referee, x->job)->shape->index;
    guint32 shape_y = bb_referee_job(referee, y->job)->shape->index;
    if (shape_x != shape_y)
        return shape_x < shape_y ? -1 : 1;
    if (is_moment(x) != is_moment(y))
        return is_moment(x) < is_moment(y) ? -1 : 1;
    return (x->job > y->job) - (x->job < y->job);
}

static gboolean
belong_together(const BbReferee *referee, const BbHeld *x, const BbHeld *y)
{
    return bb_referee_job(referee, x->job)->shape == bb_referee_job(referee, y->job)->shape &&
           is_moment(x) == is_moment(y) &&
           (!is_moment(x) || (x->job == y->job && bb_referee_job(referee, x->job)->gang));
}

void
bb_groups_check_spread(BbGroups *groups, BbTimeUs now_us)
{
    const BbHeld *const *starts;
    if (groups->starts->len == 0)
        return;
    g_ptr_array_sort_with_data(groups->starts, by_shape, groups->referee);
    starts = (const BbHeld *const *)groups->starts->pdata;
    for (guint i = 0, k; i < groups->starts->len; i = k) {
        const BbShape *shape = bb_referee_job(groups->referee, starts[i]->job)->shape;
        for (k = i + 1; k < groups->starts->len; k++) {
            if (!belong_together(groups->referee, starts[i], starts[k]))
                break;
        }
        for (guint32 term = 0; term < shape->n_spread; term++)
            check_term(groups, starts + i, k - i, term, now_us);
    }
    g_ptr_array_set_size(groups->starts, 0);
}
