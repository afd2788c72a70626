/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Swarm hands the survivors of one filter to the next and fails when none is left, which comes to the
 * same as asking every node all the questions. */
#include "swarm.h"

#include <string.h>

gboolean
swarm_healthy(const SwarmNode *node)
{
    return node->health > 0;
}

static gboolean
is_host(const SwarmContainer *container)
{
    return g_strcmp0(container->network, "host") == 0;
}

static gboolean
binds_all(const SwarmPort *port)
{
    return !*port->host_ip || g_str_equal(port->host_ip, "0.0.0.0");
}

static gboolean
ports_clash(const SwarmPort *asked, const SwarmPort *bound)
{
    return *bound->host_port && g_str_equal(bound->host_port, asked->host_port) &&
           (g_str_equal(bound->host_ip, asked->host_ip) || binds_all(bound) || binds_all(asked));
}

static gboolean
any_port_clashes(const SwarmContainer *asked, const SwarmContainer *held)
{
    for (guint i = 0; i < asked->n_ports; i++)
        for (guint k = 0; k < held->n_ports; k++)
            if (ports_clash(&asked->ports[i], &held->ports[k]))
                return TRUE;
    return FALSE;
}

static gboolean
any_exposed_clashes(const SwarmContainer *asked, const SwarmContainer *held)
{
    for (const char *const *port = asked->exposed; port && *port; port++)
        if (held->exposed && g_strv_contains(held->exposed, *port))
            return TRUE;
    return FALSE;
}

/* Two containers in host mode share the node's ports; else what is bound to the node counts. */
static gboolean
containers_clash(const SwarmContainer *asked, const SwarmContainer *held)
{
    return is_host(asked) ? is_host(held) && any_exposed_clashes(asked, held)
                          : any_port_clashes(asked, held);
}

gboolean
swarm_ports_free(const SwarmContainer *asked, const SwarmNode *node)
{
    gboolean asks = is_host(asked) ? asked->exposed != NULL : asked->n_ports > 0;

    for (guint i = 0; asks && i < node->n_held; i++)
        if (containers_clash(asked, node->held[i].container))
            return FALSE;
    return TRUE;
}

static const char *
find_label(const SwarmLabel *labels, guint n, const char *key)
{
    for (guint i = 0; i < n; i++)
        if (g_str_equal(labels[i].key, key))
            return labels[i].value;
    return NULL;
}

/* A decimal integer, signs allowed, as Go's Atoi reads it. */
static gboolean
read_integer(const char *text, gint64 *out)
{
    const char *digits = text + (*text == '+' || *text == '-');
    char *end;

    if (!g_ascii_isdigit(*digits))
        return FALSE;
    *out = g_ascii_strtoll(text, &end, 10);
    return !*end;
}

gboolean
swarm_slot_free(const SwarmNode *node)
{
    const char *label = find_label(node->labels, node->n_labels, "containerslots");
    gint64 slots;

    return !label || !read_integer(label, &slots) || node->n_containers < slots;
}

static gboolean
is_called(const SwarmContainer *container, const char *text, gsize n)
{
    if (container->id && strncmp(container->id, text, n) == 0)
        return TRUE;
    return container->name && strlen(container->name) == n &&
           strncmp(container->name, text, n) == 0;
}

/* A container is meant by its name or the beginning of its id. */
static gboolean
has_container(const SwarmNode *node, const char *text, gsize n)
{
    for (guint i = 0; n && i < node->n_held; i++)
        if (is_called(node->held[i].container, text, n))
            return TRUE;
    return FALSE;
}

/* Only the text before a colon counts. */
static gboolean
all_there(const SwarmNode *node, const char *const *texts)
{
    for (; texts && *texts; texts++)
        if (!has_container(node, *texts, strcspn(*texts, ":")))
            return FALSE;
    return TRUE;
}

gboolean
swarm_dependencies_there(const SwarmContainer *asked, const SwarmNode *node)
{
    const char *other = asked->network;

    if (!all_there(node, asked->volumes_from) || !all_there(node, asked->links))
        return FALSE;
    if (!other || !g_str_has_prefix(other, "container:"))
        return TRUE;
    other += strlen("container:");
    return has_container(node, other, strlen(other));
}

static gboolean
any_container_found(const SwarmExpr *expr, const SwarmNode *node)
{
    for (guint i = 0; i < node->n_held; i++) {
        const SwarmContainer *held = node->held[i].container;

        if ((held->id && swarm_expr_finds(expr, held->id)) ||
            (held->name && swarm_expr_finds(expr, held->name)))
            return TRUE;
    }
    return FALSE;
}

/* The repository of "host:5000/name:tag" is all before the last colon, if no slash follows it. */
static gboolean
tag_found(const SwarmExpr *expr, const char *tag)
{
    const char *colon = strrchr(tag, ':');
    gboolean split = colon && !strchr(colon, '/');
    g_autofree char *repository = g_strndup(tag, split ? (gsize)(colon - tag) : strlen(tag));

    return swarm_expr_finds(expr, tag) || swarm_expr_finds(expr, repository);
}

static gboolean
any_image_found(const SwarmExpr *expr, const SwarmNode *node)
{
    for (guint i = 0; i < node->n_images; i++) {
        const SwarmImage *image = &node->images[i];

        if (image->id && swarm_expr_finds(expr, image->id))
            return TRUE;
        for (const char *const *tag = image->tags; tag && *tag; tag++)
            if (tag_found(expr, *tag))
                return TRUE;
    }
    return FALSE;
}

/* A container that lacks the label has an empty one. */
static gboolean
any_label_found(const SwarmExpr *expr, const SwarmNode *node)
{
    for (guint i = 0; i < node->n_held; i++) {
        const SwarmContainer *held = node->held[i].container;
        const char *value = find_label(held->labels, held->n_labels, expr->key);

        if (swarm_expr_finds(expr, value ? value : ""))
            return TRUE;
    }
    return FALSE;
}

static gboolean
affinity_holds(const SwarmExpr *expr, const SwarmNode *node)
{
    gboolean found;

    if (g_str_equal(expr->key, "container"))
        found = any_container_found(expr, node);
    else if (g_str_equal(expr->key, "image"))
        found = any_image_found(expr, node);
    else
        found = any_label_found(expr, node);
    return found != expr->negated;
}

static gboolean
constraint_holds(const SwarmExpr *expr, const SwarmNode *node)
{
    const char *label;

    if (g_str_equal(expr->key, "node")) {
        const char *const names[] = {node->id ? node->id : "", node->name ? node->name : ""};

        return swarm_expr_holds(expr, names, 2);
    }
    label = find_label(node->labels, node->n_labels, expr->key);
    return swarm_expr_holds(expr, (const char *const[]){label ? label : ""}, 1);
}

/* The value is a list of node names, "a|b", whatever the key and the operator. */
static gboolean
whitelist_holds(const SwarmExpr *expr, const SwarmNode *node)
{
    g_auto(GStrv) names = g_strsplit(expr->value, "|", -1);

    return g_strv_contains((const char *const *)names, node->name ? node->name : "");
}

static gboolean
all_hold(const GArray *exprs, const SwarmNode *node, gboolean soft,
         gboolean (*holds)(const SwarmExpr *expr, const SwarmNode *node))
{
    for (guint i = 0; exprs && i < exprs->len; i++) {
        const SwarmExpr *expr = &g_array_index(exprs, SwarmExpr, i);

        if ((soft || !expr->soft) && !holds(expr, node))
            return FALSE;
    }
    return TRUE;
}

gboolean
swarm_affinities_hold(const SwarmContainer *asked, const SwarmNode *node, gboolean soft)
{
    return all_hold(asked->affinities, node, soft, affinity_holds);
}

gboolean
swarm_constraints_hold(const SwarmContainer *asked, const SwarmNode *node, gboolean soft)
{
    return all_hold(asked->constraints, node, soft, constraint_holds);
}

gboolean
swarm_whitelisted(const SwarmContainer *asked, const SwarmNode *node, gboolean soft)
{
    return all_hold(asked->whitelist, node, soft, whitelist_holds);
}

gboolean
swarm_passes(const SwarmContainer *asked, const SwarmNode *node, gboolean soft)
{
    return swarm_healthy(node) && swarm_ports_free(asked, node) && swarm_slot_free(node) &&
           swarm_dependencies_there(asked, node) && swarm_affinities_hold(asked, node, soft) &&
           swarm_constraints_hold(asked, node, soft) && swarm_whitelisted(asked, node, soft);
}
