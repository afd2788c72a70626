/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Starts from the default plug-ins, each with what it does; every list of the profile changes that. A
 * plug-in that is left with one of filter and score gets a class without the other. */
#include "policies/profiles/kube/kube-config.h"

#include "policies/profiles/kube/kube-profile.h"
#include "sim/base/bb-error.h"
#include "sim/base/bb-input.h"

#include <string.h>

#define BYTES_MAX (16 << 20)

/* A plug-in while the profile is read. */
typedef struct {
    const KubePlugin *usual;
    gboolean filter, score;
    gint64 weight;
    gconstpointer args;
} Entry;

typedef struct {
    KubeStore *store;
    Entry *entries;
    guint n;
} Profile;

typedef enum { POINT_ALL, POINT_FILTER, POINT_SCORE, POINT_OTHER } Point;

/* What else kube-scheduler has; it does nothing to which node is chosen, or is not modelled. */
static const char *const other_plugins[] = {"AzureDiskLimits",
                                            "DefaultBinder",
                                            "DefaultPreemption",
                                            "DynamicResources",
                                            "EBSLimits",
                                            "GCEPDLimits",
                                            "GangScheduling",
                                            "NodeDeclaredFeatures",
                                            "NodePreferAvoidPods",
                                            "PrioritySort",
                                            "SchedulingGates",
                                            "SelectorSpread",
                                            "CinderLimits",
                                            "NodeResourcesLeastAllocated",
                                            NULL};

void
kube_config_expect(const BbAt *at, const char *const *fields)
{
    JsonObject *object = bb_at_object(at);
    g_autoptr(GList) names = object ? json_object_get_members(object) : NULL;

    for (GList *name = names; name; name = name->next)
        if (!g_strv_contains(fields, name->data)) {
            BbAt field = bb_at_member(at, name->data);

            bb_at_fail(&field, "no field of this name");
        }
}

static gboolean
filters(const KubePluginClass *klass)
{
    return klass->filter != NULL || klass->pre_filter != NULL;
}

static Entry *
find_entry(const Profile *profile, const char *name)
{
    for (guint i = 0; i < profile->n; i++)
        if (g_str_equal(profile->entries[i].usual->klass->name, name))
            return &profile->entries[i];
    return NULL;
}

static void
disable(Entry *entry, Point point)
{
    if (point == POINT_ALL || point == POINT_FILTER)
        entry->filter = FALSE;
    if (point == POINT_ALL || point == POINT_SCORE)
        entry->score = FALSE;
}

static void
disable_all(const Profile *profile, const BbAt *list, Point point)
{
    for (guint i = 0; i < bb_at_n_elements(list); i++) {
        BbAt at = bb_at_element(list, i), name_at = bb_at_member(&at, "name");
        const char *name = bb_at_text(&name_at, "");

        for (guint e = 0; e < profile->n; e++)
            if (g_str_equal(name, "*") || g_str_equal(name, profile->entries[e].usual->klass->name))
                disable(&profile->entries[e], point);
    }
}

static void
enable(const BbAt *at, Entry *entry, Point point)
{
    BbAt name = bb_at_member(at, "name"), weight_at = bb_at_member(at, "weight");
    const KubePluginClass *klass = entry->usual->klass;
    gint64 weight = bb_at_int(&weight_at, 0);

    if (weight < 0 || weight > G_MAXINT32)
        bb_at_fail(&weight_at, "a weight from 0 to 2147483647");
    if (point == POINT_SCORE && !klass->score)
        bb_at_fail(&name, "a plug-in that extends Score");
    if (point == POINT_FILTER && !filters(klass))
        bb_at_fail(&name, "a plug-in that extends Filter");
    if (point == POINT_ALL || point == POINT_FILTER)
        entry->filter = TRUE;
    if (point == POINT_ALL || point == POINT_SCORE) {
        entry->score = TRUE;
        entry->weight = weight > 0 ? weight : 1;
    }
}

static gboolean
was_named(const BbAt *list, guint before, const char *name)
{
    for (guint i = 0; i < before; i++) {
        BbAt at = bb_at_element(list, i), other = bb_at_member(&at, "name");

        if (g_str_equal(bb_at_text(&other, ""), name))
            return TRUE;
    }
    return FALSE;
}

static void
enable_all(const Profile *profile, const BbAt *list, Point point)
{
    static const char *const fields[] = {"name", "weight", NULL};

    for (guint i = 0; i < bb_at_n_elements(list); i++) {
        BbAt at = bb_at_element(list, i), name_at = bb_at_member(&at, "name");
        const char *name = bb_at_text(&name_at, "");
        Entry *entry = find_entry(profile, name);

        kube_config_expect(&at, fields);
        if (was_named(list, i, name))
            bb_at_fail(&name_at, "a plug-in that is not registered already");
        else if (entry && point != POINT_OTHER)
            enable(&at, entry, point);
        else if (!entry && !g_strv_contains(other_plugins, name))
            bb_at_fail(&name_at, "a plug-in that exists");
    }
}

static Point
point_of(const char *name)
{
    if (g_str_equal(name, "multiPoint"))
        return POINT_ALL;
    if (g_str_equal(name, "filter"))
        return POINT_FILTER;
    return g_str_equal(name, "score") ? POINT_SCORE : POINT_OTHER;
}

/* multiPoint first: the others go over it. */
static void
read_points(const Profile *profile, const BbAt *at)
{
    static const char *const points[] = {
        "multiPoint", "filter",  "score",  "preEnqueue", "queueSort", "preFilter", "postFilter",
        "preScore",   "reserve", "permit", "preBind",    "bind",      "postBind",  NULL};
    static const char *const fields[] = {"enabled", "disabled", NULL};

    kube_config_expect(at, points);
    for (guint i = 0; points[i]; i++) {
        BbAt point = bb_at_member(at, points[i]);
        BbAt enabled = bb_at_member(&point, "enabled"), disabled = bb_at_member(&point, "disabled");

        kube_config_expect(&point, fields);
        disable_all(profile, &disabled, point_of(points[i]));
        enable_all(profile, &enabled, point_of(points[i]));
    }
}

static void
read_all_args(const Profile *profile, const BbAt *list)
{
    static const char *const fields[] = {"name", "args", NULL};

    for (guint i = 0; i < bb_at_n_elements(list); i++) {
        BbAt at = bb_at_element(list, i), name_at = bb_at_member(&at, "name");
        BbAt args = bb_at_member(&at, "args");
        const char *name = bb_at_text(&name_at, "");
        Entry *entry = find_entry(profile, name);

        kube_config_expect(&at, fields);
        if (was_named(list, i, name))
            bb_at_fail(&name_at, "a plug-in that is configured once");
        else if (!entry && !g_strv_contains(other_plugins, name))
            bb_at_fail(&name_at, "a plug-in that exists");
        else if (entry && args.node)
            entry->args = kube_config_args(profile->store, name, &args);
    }
}

/* ---- the result ---- */

static const KubePluginClass *
class_of(KubeStore *store, const Entry *entry)
{
    const KubePluginClass *whole = entry->usual->klass;
    KubePluginClass *part;

    if ((entry->filter || !filters(whole)) && (entry->score || !whole->score))
        return whole;
    part = kube_new(store, KubePluginClass, 1);
    *part = *whole;
    if (!entry->filter) {
        part->pre_filter = NULL;
        part->filter = NULL;
        part->update = NULL;
    }
    if (!entry->score) {
        part->pre_score = NULL;
        part->score = NULL;
        part->normalize = NULL;
    }
    return part;
}

static void
collect(const Profile *profile, KubeConfig *out)
{
    KubePlugin *plugins = kube_new(profile->store, KubePlugin, profile->n);

    out->n = 0;
    for (guint i = 0; i < profile->n; i++) {
        const Entry *entry = &profile->entries[i];
        const KubePluginClass *whole = entry->usual->klass;

        if ((entry->filter && filters(whole)) || (entry->score && whole->score))
            plugins[out->n++] = (KubePlugin){class_of(profile->store, entry),
                                             whole->score ? entry->weight : 0, entry->args};
    }
    out->plugins = plugins;
}

static void
read_percentage(const BbAt *at, gint64 *out)
{
    BbAt percentage = bb_at_member(at, "percentageOfNodesToScore");

    *out = bb_at_int(&percentage, *out);
    if (*out < 0 || *out > 100)
        bb_at_fail(&percentage, "a number in the range [0-100]");
}

static void
read_profile(KubeStore *store, const BbAt *at, KubeConfig *out)
{
    static const char *const fields[] = {"schedulerName", "percentageOfNodesToScore", "plugins",
                                         "pluginConfig", NULL};
    g_autofree Entry *entries = g_new(Entry, kube_n_default_plugins);
    Profile profile = {store, entries, kube_n_default_plugins};
    BbAt plugins = bb_at_member(at, "plugins"), config = bb_at_member(at, "pluginConfig");

    for (guint i = 0; i < profile.n; i++) {
        const KubePlugin *usual = &kube_default_plugins[i];

        entries[i] = (Entry){usual, TRUE, TRUE, usual->weight, usual->args};
    }
    kube_config_expect(at, fields);
    read_percentage(at, &out->percentage);
    read_points(&profile, &plugins);
    read_all_args(&profile, &config);
    collect(&profile, out);
}

/* Names of profiles must differ; reads the one that is wanted. */
static void
read_profiles(KubeStore *store, const BbAt *list, const char *wanted, KubeConfig *out)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
    gint64 percentage = out->percentage;
    gboolean found = FALSE;

    for (guint i = 0; i < bb_at_n_elements(list); i++) {
        BbAt at = bb_at_element(list, i), name_at = bb_at_member(&at, "schedulerName");
        const char *name = bb_at_text(&name_at, "default-scheduler");
        KubeConfig config = {.percentage = percentage};

        if (!g_hash_table_add(seen, (gpointer)(guintptr)name))
            bb_at_fail(&name_at, "a schedulerName that no other profile has");
        read_profile(store, &at, &config);
        if (!found && (*wanted == '\0' || g_str_equal(name, wanted))) {
            *out = config;
            found = TRUE;
        }
    }
    if (!found && (*wanted != '\0' || list->node)) {
        g_autofree char *quoted = bb_quote(wanted);
        g_autofree char *expected = g_strdup_printf("a profile with schedulerName %s", quoted);

        bb_at_fail(list, *wanted ? expected : "at least one profile");
    }
}

static void
read_root(KubeStore *store, const BbAt *root, const char *wanted, KubeConfig *out)
{
    static const char *const fields[] = {"apiVersion",
                                         "kind",
                                         "clientConnection",
                                         "delayCacheUntilActive",
                                         "enableContentionProfiling",
                                         "enableProfiling",
                                         "healthzBindAddress",
                                         "leaderElection",
                                         "metricsBindAddress",
                                         "extenders",
                                         "parallelism",
                                         "percentageOfNodesToScore",
                                         "podInitialBackoffSeconds",
                                         "podMaxBackoffSeconds",
                                         "profiles",
                                         NULL};
    static const char *const versions[] = {"kubescheduler.config.k8s.io/v1",
                                           "kubescheduler.config.k8s.io/v1beta3",
                                           "kubescheduler.config.k8s.io/v1beta2", NULL};
    BbAt version = bb_at_member(root, "apiVersion"), kind = bb_at_member(root, "kind");
    BbAt profiles = bb_at_member(root, "profiles"), extenders = bb_at_member(root, "extenders");

    if (!g_strv_contains(versions, bb_at_text(&version, "")))
        bb_at_fail(&version, "kubescheduler.config.k8s.io/v1, v1beta3 or v1beta2");
    if (!g_str_equal(bb_at_text(&kind, ""), "KubeSchedulerConfiguration"))
        bb_at_fail(&kind, "KubeSchedulerConfiguration");
    kube_config_expect(root, fields);
    if (bb_at_n_elements(&extenders) > 0)
        bb_at_fail(&extenders, "no extenders: they are programs elsewhere");
    read_percentage(root, &out->percentage);
    read_profiles(store, &profiles, wanted, out);
}

gboolean
kube_config_parse(KubeStore *store, const char *name, const char *text, gsize n,
                  const char *profile, KubeConfig *out, GError **error)
{
    g_autoptr(GPtrArray) documents = bb_document_parse(name, text, n, error);
    GError *wrong = NULL;

    *out = (KubeConfig){kube_default_plugins, kube_n_default_plugins, 0};
    if (!documents)
        return FALSE;
    if (documents->len != 1)
        return bb_error_input(error, name, 0, 0, "expected one document, found %u", documents->len);
    BbAt root = bb_at_root(documents->pdata[0], name, 0, &wrong);
    read_root(store, &root, profile, out);
    if (wrong)
        g_propagate_error(error, wrong);
    return wrong == NULL;
}

gboolean
kube_config_read(KubeStore *store, const char *path, const char *profile, KubeConfig *out,
                 GError **error)
{
    g_autoptr(BbInput) input = bb_input_open(path, error);
    g_autoptr(GString) text = g_string_new(NULL);
    const char *bytes = NULL;
    gsize n;

    while (input && text->len <= BYTES_MAX && (bytes = bb_input_take(input, &n, error)) && n > 0)
        g_string_append_len(text, bytes, (gssize)n);
    if (!bytes)
        return FALSE;
    if (text->len > BYTES_MAX)
        return bb_error_input(error, path, 0, 0, "expected at most 16 MiB");
    return kube_config_parse(store, path, text->str, text->len, profile, out, error);
}
