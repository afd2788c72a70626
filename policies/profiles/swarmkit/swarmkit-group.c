/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A branch that gets more than it was asked to take (a remainder is handed out at every level) goes on
 * as long as tasks of the group are left; one that gets less is closed, and the rest is shared out
 * anew among the open ones. */
#include "swarmkit-group.h"

typedef struct _Branch Branch;
struct _Branch {
    const char *value;
    guint64 n_tasks;     /* of the service, below this branch, before the group came */
    GPtrArray *branches; /* of Branch; empty in a leaf */
    GArray *nodes;       /* guint, only in a leaf */
    gboolean closed;
};

typedef struct {
    const SwarmkitNode *nodes;
    guint32 *n_new; /* of the group, by node */
    guint32 n_left;
    SwarmkitFits fits;
    gpointer data;
    guint32 *out_nodes;
    guint32 n_out;
} Group;

static void
branch_free(gpointer data)
{
    Branch *branch = data;

    g_ptr_array_unref(branch->branches);
    g_array_unref(branch->nodes);
    g_free(branch);
}

static Branch *
branch_new(const char *value)
{
    Branch *branch = g_new0(Branch, 1);

    branch->value = value;
    branch->branches = g_ptr_array_new_with_free_func(branch_free);
    branch->nodes = g_array_new(FALSE, FALSE, sizeof(guint));
    return branch;
}

static Branch *
branch_below(Branch *parent, const char *value)
{
    Branch *branch;

    for (guint i = 0; i < parent->branches->len; i++) {
        branch = g_ptr_array_index(parent->branches, i);
        if (g_str_equal(branch->value, value))
            return branch;
    }
    branch = branch_new(value);
    g_ptr_array_add(parent->branches, branch);
    return branch;
}

static Branch *
tree_new(const SwarmkitNode *nodes, guint n_nodes, guint n_levels)
{
    Branch *root = branch_new("");

    for (guint i = 0; i < n_nodes; i++) {
        Branch *branch = root;

        branch->n_tasks += nodes[i].n_service;
        for (guint level = 0; level < n_levels; level++) {
            branch = branch_below(branch, nodes[i].branches[level]);
            branch->n_tasks += nodes[i].n_service;
        }
        g_array_append_val(branch->nodes, i);
    }
    return root;
}

/* Below 0 when a is the better node. */
static gint
compare(const Group *group, guint a, guint b)
{
    const SwarmkitNode *x = &group->nodes[a], *y = &group->nodes[b];
    guint32 service_x = x->n_service + group->n_new[a], service_y = y->n_service + group->n_new[b];
    guint32 tasks_x = x->n_tasks + group->n_new[a], tasks_y = y->n_tasks + group->n_new[b];

    if (x->n_failures != y->n_failures &&
        MAX(x->n_failures, y->n_failures) >= SWARMKIT_MAX_FAILURES)
        return x->n_failures < y->n_failures ? -1 : 1;
    if (service_x != service_y)
        return service_x < service_y ? -1 : 1;
    return (tasks_x > tasks_y) - (tasks_x < tasks_y);
}

static gint
compare_nodes(gconstpointer a, gconstpointer b, gpointer data)
{
    guint x = *(const guint *)a, y = *(const guint *)b;
    gint order = compare(data, x, y);

    return order ? order : (x > y) - (x < y);
}

static gboolean
has_room(const Group *group, guint node)
{
    return group->fits(group->data, node, group->n_new[node]);
}

/* Those of the leaf that have room, best first. */
static GArray *
order_nodes(Group *group, const Branch *leaf)
{
    GArray *ordered = g_array_new(FALSE, FALSE, sizeof(guint));

    for (guint i = 0; i < leaf->nodes->len; i++) {
        guint node = g_array_index(leaf->nodes, guint, i);

        if (has_room(group, node))
            g_array_append_val(ordered, node);
    }
    g_array_sort_with_data(ordered, compare_nodes, group);
    return ordered;
}

static void
assign(Group *group, guint node)
{
    group->out_nodes[group->n_out++] = node;
    group->n_new[node]++;
    group->n_left--;
}

/* From `position` on, around: the next that has room, or FALSE. Full nodes stay out of the round. */
static gboolean
skip_full(const Group *group, const GArray *ordered, gboolean *full, guint *position)
{
    for (guint i = 0; i < ordered->len; i++, (*position)++) {
        guint at = *position % ordered->len;

        full[at] = full[at] || !has_room(group, g_array_index(ordered, guint, at));
        if (!full[at])
            return TRUE;
    }
    return FALSE;
}

/* The first time through, a node is filled until the next is better; then one task each in turn. */
static guint32
place_in_leaf(Group *group, const Branch *leaf, guint32 n)
{
    g_autoptr(GArray) ordered = order_nodes(group, leaf);
    g_autofree gboolean *full = g_new0(gboolean, ordered->len + 1);
    guint position = 0;
    guint32 placed = 0;

    while (placed < n && group->n_left > 0 && skip_full(group, ordered, full, &position)) {
        guint node = g_array_index(ordered, guint, position % ordered->len);

        assign(group, node);
        placed++;
        if (position + 1 >= ordered->len ||
            compare(group, g_array_index(ordered, guint, position + 1), node) < 0)
            position++;
    }
    return placed;
}

static guint32 place_in_branch(Group *group, Branch *branch, guint32 n);

/* One round over the open branches, which shall have `desired` tasks each, `remainder` of them one
 * more. Returns how many tasks were placed; *inout_n_tasks loses the tasks of closed branches. */
static guint32
share_out(Group *group, Branch *parent, guint64 desired, guint64 remainder, guint64 *inout_n_tasks)
{
    guint32 placed = 0;

    for (guint i = 0; i < parent->branches->len; i++) {
        Branch *branch = g_ptr_array_index(parent->branches, i);
        guint32 wanted, got;

        if (branch->closed || branch->n_tasks > desired ||
            (branch->n_tasks == desired && remainder == 0))
            continue;
        wanted = (guint32)MIN(desired - branch->n_tasks + (remainder > 0), G_MAXUINT32);
        got = place_in_branch(group, branch, wanted);
        placed += got;
        if (got < wanted) {
            branch->closed = TRUE;
            *inout_n_tasks -= branch->n_tasks;
        } else if (remainder > 0) {
            remainder--;
        }
    }
    return placed;
}

static guint
count_open(const Branch *parent)
{
    guint n = 0;

    for (guint i = 0; i < parent->branches->len; i++)
        n += !((const Branch *)g_ptr_array_index(parent->branches, i))->closed;
    return n;
}

static guint32
place_in_branch(Group *group, Branch *branch, guint32 n)
{
    guint64 n_tasks = branch->n_tasks;
    guint32 placed = 0, got = 1;
    guint n_open, n_before = 0;

    if (branch->branches->len == 0)
        return place_in_leaf(group, branch, n);
    for (guint i = 0; i < branch->branches->len; i++)
        ((Branch *)g_ptr_array_index(branch->branches, i))->closed = FALSE;
    while (placed < n && (n_open = count_open(branch)) > 0 && (got > 0 || n_open != n_before)) {
        guint64 sum = n_tasks + n - placed;

        n_before = n_open;
        got = share_out(group, branch, sum / n_open, sum % n_open, &n_tasks);
        placed += got;
    }
    return placed;
}

guint32
swarmkit_place(const SwarmkitNode *nodes, guint n_nodes, guint n_levels, guint32 n,
               SwarmkitFits fits, gpointer data, guint32 *out_nodes)
{
    Branch *root = tree_new(nodes, n_nodes, n_levels);
    g_autofree guint32 *n_new = g_new0(guint32, n_nodes + 1);
    Group group = {nodes, n_new, n, fits, data, out_nodes, 0};

    place_in_branch(&group, root, n);
    branch_free(root);
    return group.n_out;
}
