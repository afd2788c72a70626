/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keys that begin with node.labels. or engine.labels. name a label; a label that is not there is an
 * empty one. */
#include "swarmkit-filter.h"

#include "sim/base/bb-error.h"

#include <string.h>

#define NODE_LABEL "node.labels."
#define ENGINE_LABEL "engine.labels."

static gboolean
is_word(const char *text, const char *others, gboolean starts_with_letter)
{
    if (!*text || (starts_with_letter && !g_ascii_isalpha(*text) && *text != '_'))
        return FALSE;
    for (; *text; text++)
        if (!g_ascii_isalnum(*text) && !strchr(others, *text))
            return FALSE;
    return TRUE;
}

gboolean
swarmkit_constraint_parse(SwarmkitConstraint *constraint, const char *text, GError **error)
{
    const char *equal = strstr(text, "=="), *op = equal ? equal : strstr(text, "!=");
    g_autofree char *key = op ? g_strstrip(g_strndup(text, (gsize)(op - text))) : NULL;
    g_autofree char *value = op ? g_strstrip(g_strdup(op + 2)) : NULL;

    if (!op || strlen(key) < 2 || !is_word(key, "-_.", TRUE) ||
        !is_word(value, ":-_ \t.*()?+[]\\^$|/", FALSE))
        return bb_error_set(error, BB_ERROR_INPUT,
                            "expected KEY==VALUE or KEY!=VALUE, found \"%s\"", text);
    *constraint =
        (SwarmkitConstraint){g_steal_pointer(&key), g_steal_pointer(&value), equal == NULL};
    return TRUE;
}

void
swarmkit_constraint_clear(SwarmkitConstraint *constraint)
{
    g_clear_pointer(&constraint->key, g_free);
    g_clear_pointer(&constraint->value, g_free);
}

static const char *
find_label(const SwarmkitLabel *labels, guint n, const char *key)
{
    for (guint i = 0; i < n; i++)
        if (g_str_equal(labels[i].key, key))
            return labels[i].value;
    return "";
}

static gboolean
has_prefix(const char *text, const char *prefix)
{
    return strlen(text) > strlen(prefix) && g_ascii_strncasecmp(text, prefix, strlen(prefix)) == 0;
}

const char *
swarmkit_branch(const SwarmkitHost *host, const char *preference)
{
    if (has_prefix(preference, NODE_LABEL))
        return find_label(host->labels, host->n_labels, preference + strlen(NODE_LABEL));
    if (has_prefix(preference, ENGINE_LABEL))
        return find_label(host->engine_labels, host->n_engine_labels,
                          preference + strlen(ENGINE_LABEL));
    return NULL;
}

/* NULL: no such key. */
static const char *
value_of(const SwarmkitHost *host, const char *key)
{
    if (g_ascii_strcasecmp(key, "node.id") == 0)
        return host->id;
    if (g_ascii_strcasecmp(key, "node.hostname") == 0)
        return host->hostname;
    if (g_ascii_strcasecmp(key, "node.role") == 0)
        return host->role;
    return swarmkit_branch(host, key);
}

gboolean
swarmkit_constraint_holds(const SwarmkitConstraint *constraint, const SwarmkitHost *host)
{
    const char *value = value_of(host, constraint->key);

    return value && (g_ascii_strcasecmp(value, constraint->value) == 0) != constraint->negated;
}

gboolean
swarmkit_same_service(const SwarmkitService *a, const SwarmkitService *b)
{
    return a == b || (a->name && g_strcmp0(a->name, b->name) == 0);
}

gboolean
swarmkit_admits(const SwarmkitHost *host, const SwarmkitService *service)
{
    for (guint i = 0; i < service->n_constraints; i++)
        if (!swarmkit_constraint_holds(&service->constraints[i], host))
            return FALSE;
    return host->active;
}

static gint64
amount_of(const SwarmkitGeneric *generic, guint n, const char *name)
{
    for (guint i = 0; i < n; i++)
        if (g_str_equal(generic[i].name, name))
            return generic[i].amount;
    return 0;
}

static gboolean
generic_fits(const SwarmkitHost *host, const SwarmkitTasks *tasks, guint n_tasks,
             const SwarmkitService *service, guint32 n_new)
{
    for (guint g = 0; g < service->n_generic; g++) {
        const SwarmkitGeneric *asked = &service->generic[g];
        gint64 left = amount_of(host->generic, host->n_generic, asked->name);

        for (guint t = 0; t < n_tasks; t++)
            left -= tasks[t].n *
                    amount_of(tasks[t].service->generic, tasks[t].service->n_generic, asked->name);
        if (left / (n_new + 1) < asked->amount)
            return FALSE;
    }
    return TRUE;
}

static gboolean
shares_port(const SwarmkitService *a, const SwarmkitService *b)
{
    for (const char *const *port = a->ports; port && *port; port++)
        if (b->ports && g_strv_contains(b->ports, *port))
            return TRUE;
    return FALSE;
}

gboolean
swarmkit_fits(const SwarmkitHost *host, const SwarmkitTasks *tasks, guint n_tasks,
              const SwarmkitService *service, guint32 n_new)
{
    guint64 n_replicas = n_new;

    if (n_new > 0 && service->ports && *service->ports)
        return FALSE;
    for (guint t = 0; t < n_tasks; t++) {
        if (shares_port(tasks[t].service, service))
            return FALSE;
        if (swarmkit_same_service(tasks[t].service, service))
            n_replicas += tasks[t].n;
    }
    return (service->max_replicas == 0 || n_replicas < service->max_replicas) &&
           generic_fits(host, tasks, n_tasks, service, n_new);
}
