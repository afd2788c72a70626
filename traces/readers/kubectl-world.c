/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A pod is wanted by its controller, which may be wanted by another: Deployment, ReplicaSet, Pod. Where
 * the ReplicaSet is not in the file, its name without the hash that the pod's label tells is the
 * Deployment's. */
#include "traces/readers/kubectl.h"

#include <string.h>

static void
clear_taint(gpointer data)
{
    KubectlTaint *taint = data;

    g_free(taint->key);
    g_free(taint->value);
    g_free(taint->effect);
}

void
kubectl_world_init(KubectlWorld *world)
{
    world->controllers = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    world->priorities = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    world->taints = g_array_new(FALSE, FALSE, sizeof(KubectlTaint));
    g_array_set_clear_func(world->taints, clear_taint);
}

void
kubectl_world_clear(KubectlWorld *world)
{
    g_clear_pointer(&world->controllers, g_hash_table_unref);
    g_clear_pointer(&world->priorities, g_hash_table_unref);
    g_clear_pointer(&world->taints, g_array_unref);
}

const char *
kubectl_name(const BbAt *at, const char *fallback)
{
    const char *text = bb_at_text(at, fallback);

    if (!text || !*text || strlen(text) > 253 ||
        strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-.") != strlen(text)) {
        bb_at_fail(at, "a name of small letters, digits, '-' and '.'");
        return "";
    }
    return text;
}

/* The owner that controls; FALSE: none. */
static gboolean
controller_of(const BbAt *metadata, const char **out_kind, const char **out_name)
{
    BbAt owners = bb_at_member(metadata, "ownerReferences");

    for (guint i = 0; i < bb_at_n_elements(&owners); i++) {
        BbAt owner = bb_at_element(&owners, i), control = bb_at_member(&owner, "controller");
        BbAt kind = bb_at_member(&owner, "kind"), name = bb_at_member(&owner, "name");

        *out_kind = bb_at_text(&kind, "");
        if (!bb_at_bool(&control, FALSE) || g_str_equal(*out_kind, "Node"))
            continue;
        *out_name = kubectl_name(&name, NULL);
        return **out_name != '\0';
    }
    return FALSE;
}

static void
add_controller(KubectlWorld *world, const char *kind, const BbAt *metadata)
{
    BbAt name = bb_at_member(metadata, "name"), name_space = bb_at_member(metadata, "namespace");
    const char *over, *owner;

    if (controller_of(metadata, &over, &owner))
        g_hash_table_replace(world->controllers,
                             g_strdup_printf("%s/%s/%s", kind, kubectl_name(&name_space, "default"),
                                             kubectl_name(&name, NULL)),
                             g_strdup(owner));
}

static void
add_priority(KubectlWorld *world, const BbAt *at)
{
    BbAt metadata = bb_at_member(at, "metadata"), name = bb_at_member(&metadata, "name");
    BbAt value = bb_at_member(at, "value"), global = bb_at_member(at, "globalDefault");
    gint64 priority = bb_at_int(&value, 0);

    if (priority < G_MININT32 || priority > G_MAXINT32)
        bb_at_fail(&value, "a priority of 32 bits");
    g_hash_table_replace(world->priorities, g_strdup(kubectl_name(&name, NULL)),
                         g_memdup2(&priority, sizeof priority));
    if (bb_at_bool(&global, FALSE))
        world->default_priority = priority;
}

gboolean
kubectl_world_add(KubectlWorld *world, const char *kind, const BbAt *at)
{
    static const char *const controllers[] = {
        "ReplicaSet", "Deployment", "StatefulSet",           "DaemonSet",
        "Job",        "CronJob",    "ReplicationController", NULL};
    BbAt metadata = bb_at_member(at, "metadata");

    if (g_str_equal(kind, "PriorityClass"))
        add_priority(world, at);
    else if (g_strv_contains(controllers, kind))
        add_controller(world, kind, &metadata);
    else
        return FALSE;
    return TRUE;
}

/* "web-5d" without "-5d"; NULL: the pod has no such hash. */
static char *
without_hash(const BbAt *metadata, const char *name)
{
    BbAt labels = bb_at_member(metadata, "labels");
    BbAt hash = bb_at_member(&labels, "pod-template-hash");
    g_autofree char *suffix = g_strconcat("-", bb_at_text(&hash, ""), NULL);

    if (!suffix[1] || !g_str_has_suffix(name, suffix) || strlen(name) == strlen(suffix))
        return NULL;
    return g_strndup(name, strlen(name) - strlen(suffix));
}

char *
kubectl_owner(const KubectlWorld *world, const BbAt *metadata, const char *name_space,
              gboolean *out_ordered)
{
    const char *kind, *name, *over;
    g_autofree char *key = NULL, *bare = NULL;

    *out_ordered = FALSE;
    if (!controller_of(metadata, &kind, &name))
        return NULL;
    *out_ordered = g_str_equal(kind, "StatefulSet");
    key = g_strdup_printf("%s/%s/%s", kind, name_space, name);
    over = g_hash_table_lookup(world->controllers, key);
    if (!over && g_str_equal(kind, "ReplicaSet"))
        over = bare = without_hash(metadata, name);
    return g_strdup_printf("%s/%s", name_space, over ? over : name);
}

gint64
kubectl_priority(const KubectlWorld *world, const BbAt *spec)
{
    BbAt given = bb_at_member(spec, "priority"), name = bb_at_member(spec, "priorityClassName");
    const char *klass = bb_at_text(&name, NULL);
    const gint64 *value = klass ? g_hash_table_lookup(world->priorities, klass) : NULL;
    gint64 priority = bb_at_int(&given, value ? *value : world->default_priority);

    if (!given.node && klass && !value) {
        /* The two that every cluster has. */
        if (g_str_equal(klass, "system-cluster-critical"))
            priority = 2000000000;
        else if (g_str_equal(klass, "system-node-critical"))
            priority = 2000001000;
        else
            bb_at_fail(&name, "a PriorityClass of this file, or a priority beside it");
    }
    if (priority < G_MININT32 || priority > G_MAXINT32)
        bb_at_fail(&given, "a priority of 32 bits");
    return CLAMP(priority, G_MININT32, G_MAXINT32);
}

/* ---- taints ---- */

gboolean
kubectl_read_taint(const BbAt *at, KubectlTaint *out)
{
    BbAt key = bb_at_member(at, "key"), value = bb_at_member(at, "value");
    BbAt effect = bb_at_member(at, "effect");

    *out = (KubectlTaint){(char *)(guintptr)bb_at_text(&key, ""),
                          (char *)(guintptr)bb_at_text(&value, ""),
                          (char *)(guintptr)bb_at_text(&effect, "")};
    if (!*out->key || strpbrk(out->key, ";=|: \t\n"))
        bb_at_fail(&key, "the key of a taint");
    if (strpbrk(out->value, ";=|: \t\n"))
        bb_at_fail(&value, "the value of a taint");
    return !g_str_equal(out->effect, "PreferNoSchedule");
}

static gboolean
is_same(const KubectlTaint *a, const KubectlTaint *b)
{
    return g_str_equal(a->key, b->key) && g_str_equal(a->value, b->value);
}

static gboolean
is_known(const KubectlWorld *world, const KubectlTaint *taint)
{
    for (guint i = 0; i < world->taints->len; i++) {
        const KubectlTaint *known = &g_array_index(world->taints, KubectlTaint, i);

        if (is_same(known, taint) && g_str_equal(known->effect, taint->effect))
            return TRUE;
    }
    return FALSE;
}

void
kubectl_world_add_taints(KubectlWorld *world, const BbAt *node)
{
    BbAt spec = bb_at_member(node, "spec"), taints = bb_at_member(&spec, "taints");

    for (guint i = 0; i < bb_at_n_elements(&taints); i++) {
        BbAt at = bb_at_element(&taints, i);
        KubectlTaint taint;

        if (!kubectl_read_taint(&at, &taint) || is_known(world, &taint))
            continue;
        taint = (KubectlTaint){g_strdup(taint.key), g_strdup(taint.value), g_strdup(taint.effect)};
        g_array_append_val(world->taints, taint);
    }
}

/* Every taint of that key and value, whatever its effect: the simulator has one effect. */
static gboolean
tolerates_all(const KubectlWorld *world, const BbAt *tolerations, const KubectlTaint *taint)
{
    for (guint i = 0; i < world->taints->len; i++) {
        const KubectlTaint *other = &g_array_index(world->taints, KubectlTaint, i);

        if (is_same(other, taint) && !kubectl_tolerates(tolerations, other))
            return FALSE;
    }
    return TRUE;
}

char *
kubectl_world_tolerated(const KubectlWorld *world, const BbAt *tolerations)
{
    GString *out = g_string_new(NULL);

    for (guint i = 0; i < world->taints->len; i++) {
        const KubectlTaint *taint = &g_array_index(world->taints, KubectlTaint, i);

        if (tolerates_all(world, tolerations, taint))
            g_string_append_printf(out, "%s%s=%s", out->len > 0 ? ";" : "", taint->key,
                                   taint->value);
    }
    return g_string_free(out, FALSE);
}
