/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The default kube-scheduler: nodes in zone round-robin order from where the last cycle ended, filters in
 * order until enough are feasible, normalised and weighted scores in integers, the highest total; ties
 * are drawn as upstream, or go to the lowest index. What the engine would not allow (devices, spread and
 * avoid of the native columns, reservations) is one more filter, before the others. What jobs and nodes
 * look like to it: policies/profiles/kube/kube-view.h.
 *
 * The cycle only. A pod that fits nowhere waits in the queue that is combined with it, and is tried
 * again at every pass: no back-off, and nobody is preempted.
 *
 * Source: kubernetes/kubernetes pkg/scheduler/schedule_one.go, apis/config/v1/default_plugins.go. */
#include "sim/contract/bb-placement.h"

#include "policies/profiles/kube/kube-config.h"
#include "policies/profiles/kube/kube-profile.h"
#include "policies/profiles/kube/kube-scheduler.h"
#include "policies/profiles/kube/kube-view.h"

enum { TIES_RANDOM, TIES_LOWEST };

typedef struct {
    guint next_start;
} State;

typedef struct {
    KubeView *view;
    KubePlugin *plugins;
    KubeScheduler *scheduler;
    const BbChoice *choice; /* while it is asked */
    guint32 n_draws;
} Cache;

static KubeCode
filter_by_engine(const KubePlugin *plugin, KubeCycle *cycle, gpointer state, guint32 node,
                 KubeReasons *reasons)
{
    const Cache *const *cache = plugin->args;

    (void)cycle;
    (void)state;
    if (bb_choice_allows((*cache)->choice, node))
        return KUBE_SUCCESS;
    kube_reason(reasons, "node(s) had no room by the cluster's books");
    return KUBE_UNSCHEDULABLE;
}

static const KubePluginClass engine_class = {.name = "Books", .filter = filter_by_engine};

/* The plug-ins of the parameter config, or the default ones; memory is the store's. */
static gboolean
read_config(const BbPlacement *self, KubeStore *store, KubeConfig *out, GError **error)
{
    const char *path = bb_params_text(self->params, "config");

    if (*path == '\0')
        *out = (KubeConfig){kube_default_plugins, kube_n_default_plugins, 0};
    else if (!kube_config_read(store, path, bb_params_text(self->params, "profile"), out, error))
        return FALSE;
    if (*path == '\0' || bb_params_given(self->params, "percentage"))
        out->percentage = bb_params_int(self->params, "percentage");
    return TRUE;
}

static gboolean
init(BbPlacement *self, GError **error)
{
    (void)error;
    if (bb_params_int(self->params, "ties") == TIES_RANDOM)
        self->flags |= BB_PICK_RANDOM;
    return TRUE;
}

static gboolean
begin(BbPlacement *self, const BbCluster *cluster, GError **error)
{
    Cache *cache = self->cache = g_new0(Cache, 1);
    KubeConfig config;

    cache->view = kube_view_new(cluster, bb_params_int(self->params, "pods"), error);
    if (!cache->view ||
        !read_config(self, kube_cluster_store(kube_view_cluster(cache->view)), &config, error))
        return FALSE;
    cache->plugins = g_new(KubePlugin, config.n + 1);
    cache->plugins[0] = (KubePlugin){&engine_class, 0, &self->cache};
    for (guint i = 0; i < config.n; i++)
        cache->plugins[i + 1] = config.plugins[i];
    cache->scheduler = kube_scheduler_new(kube_view_cluster(cache->view), cache->plugins,
                                          config.n + 1, config.percentage);
    return TRUE;
}

static void
clear(BbPlacement *self)
{
    Cache *cache = self->cache;

    if (!cache)
        return;
    kube_scheduler_free(cache->scheduler);
    kube_view_free(cache->view);
    g_free(cache->plugins);
    g_clear_pointer(&self->cache, g_free);
}

static guint
draw(gpointer data, guint n)
{
    Cache *cache = data;

    return (guint)bb_choice_draw(cache->choice, cache->n_draws++, n);
}

static gint
choose(BbPlacement *self, const BbAsk *ask, const BbChoice *choice)
{
    gboolean lowest = bb_params_int(self->params, "ties") == TIES_LOWEST;
    State *state = self->state;
    Cache *cache = self->cache;
    KubeResult result;
    KubePod *pod;

    if (!kube_view_sync(cache->view, bb_choice_cluster(choice), &self->failure) ||
        !(pod = kube_view_pod(cache->view, ask, &self->failure)))
        return -1;
    /* Who has come may be whom another waits for. */
    if (pod->spec->has_affinity || pod->spec->n_spreads > 0)
        self->flags |= BB_ROOM_MAY_GROW;
    cache->choice = choice;
    cache->n_draws = 0;
    kube_scheduler_set_next_start(cache->scheduler, state->next_start);
    result = kube_scheduler_schedule(cache->scheduler, pod, lowest ? NULL : draw, cache, NULL);
    state->next_start = kube_scheduler_next_start(cache->scheduler);
    cache->choice = NULL;
    return result.code == KUBE_SUCCESS ? (gint)result.node : -1;
}

static const BbParam params[] = {
    {.name = "ties",
     .type = BB_PARAM_ENUM,
     .fallback = "random",
     .summary = "between nodes of equal totals: drawn as upstream, or the lowest index",
     .choices = "random|lowest"},
    {.name = "percentage",
     .type = BB_PARAM_INT,
     .fallback = "0",
     .summary = "percentageOfNodesToScore, 0: adaptive",
     .max = 100},
    {.name = "pods",
     .type = BB_PARAM_INT,
     .fallback = "110",
     .summary = "pods that a node takes, where its spec does not say",
     .min = 1,
     .max = 1000000},
    {.name = "config",
     .type = BB_PARAM_FILE,
     .fallback = "",
     .summary = "a KubeSchedulerConfiguration, YAML or JSON: plug-ins, weights, arguments"},
    {.name = "profile",
     .type = BB_PARAM_TEXT,
     .fallback = "",
     .summary = "schedulerName of the profile; the first"},
    {.name = NULL},
};

const BbPlacementClass bb_placement_kube = {
    .name = "kube",
    .summary = "kube-scheduler's default profile: sampling, filters, scores, weights",
    .source = "kubernetes/kubernetes pkg/scheduler/schedule_one.go",
    .params = params,
    .flags = BB_NEEDS_RESIDENTS,
    .state_size = sizeof(State),
    .init = init,
    .begin = begin,
    .clear = clear,
    .choose = choose,
};
