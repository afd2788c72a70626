/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Three ordered lists. Each is a GSequence sorted by the order in which pods leave it, so that equal
 * pods leave in the order in which they came. */
#include "policies/profiles/kube/kube-queue.h"

#include <string.h>

#define N_STAGES (KUBE_UNSCHEDULABLE_QUEUE + 1)

typedef struct {
    KubeEvent event;
    char *plugin;
} Subscription;

/* An entry and where it is. */
typedef struct {
    KubeQueued queued; /* first */
    GSequenceIter *at;
} Entry;

struct _KubeQueue {
    KubeQueueArgs args;
    GSequence *stages[N_STAGES]; /* of Entry; in flight too, to be freed */
    GArray *subscriptions;       /* of Subscription */
    guint64 last_sequence;
    gint64 cycle;      /* pops so far */
    gint64 move_cycle; /* the last at which pods were moved; -1: never */
};

/* ---- events ---- */

static const struct {
    const char *name;
    KubeActions action;
} action_names[] = {
    {"Add", KUBE_ADD},
    {"Delete", KUBE_DELETE},
    {"Update", KUBE_UPDATE},
    {"UpdateAllocatable", KUBE_UPDATE_ALLOCATABLE},
    {"UpdateNodeAllocatable", KUBE_UPDATE_ALLOCATABLE},
    {"UpdateLabel", KUBE_UPDATE_LABEL},
    {"UpdateNodeLabel", KUBE_UPDATE_LABEL},
    {"UpdateTaint", KUBE_UPDATE_TAINT},
    {"UpdateNodeTaint", KUBE_UPDATE_TAINT},
    {"UpdateCondition", KUBE_UPDATE_CONDITION},
    {"UpdateNodeCondition", KUBE_UPDATE_CONDITION},
    {"All", KUBE_ALL_ACTIONS},
    {"*", KUBE_ALL_ACTIONS},
};

/* 0: no such action. */
static KubeActions
action_of(const char *name)
{
    for (guint i = 0; i < G_N_ELEMENTS(action_names); i++)
        if (g_str_equal(action_names[i].name, name))
            return action_names[i].action;
    return 0;
}

gboolean
kube_event_parse(const char *text, KubeEvent *out)
{
    const char *slash = strchr(text, '/');
    g_auto(GStrv) names = NULL;

    if (g_str_equal(text, "*") || g_str_equal(text, "*/*")) {
        *out = (KubeEvent){g_strdup("*"), KUBE_ALL_ACTIONS};
        return TRUE;
    }
    if (!slash || slash == text)
        return FALSE;
    *out = (KubeEvent){NULL, 0};
    names = g_strsplit(slash + 1, "|", -1);
    for (guint i = 0; names[i]; i++) {
        KubeActions action = action_of(names[i]);

        if (action == 0)
            return FALSE;
        out->actions |= action;
    }
    out->resource = g_strndup(text, (gsize)(slash - text));
    return out->actions != 0;
}

void
kube_event_clear(KubeEvent *event)
{
    g_clear_pointer(&event->resource, g_free);
}

static gboolean
is_wildcard(const KubeEvent *event)
{
    return g_str_equal(event->resource, "*");
}

static gboolean
covers(const KubeEvent *subscribed, const KubeEvent *event)
{
    return is_wildcard(subscribed) || (g_str_equal(subscribed->resource, event->resource) &&
                                       (subscribed->actions & event->actions) != 0);
}

static gboolean
names_hold(const GPtrArray *names, const char *name)
{
    for (guint i = 0; i < names->len; i++)
        if (g_str_equal(names->pdata[i], name))
            return TRUE;
    return FALSE;
}

gboolean
kube_queue_event_helps(const KubeQueue *queue, const KubeEvent *event, const GPtrArray *rejected_by)
{
    if (is_wildcard(event))
        return TRUE;
    for (guint i = 0; i < queue->subscriptions->len; i++) {
        const Subscription *known = &g_array_index(queue->subscriptions, Subscription, i);

        if (covers(&known->event, event) && names_hold(rejected_by, known->plugin))
            return TRUE;
    }
    return FALSE;
}

/* ---- orders ---- */

gint64
kube_backoff(const KubeQueueArgs *args, guint attempts)
{
    gint64 duration = args->initial_backoff_ns;

    for (guint i = 1; i < attempts; i++) {
        if (duration > args->max_backoff_ns - duration)
            return args->max_backoff_ns;
        duration += duration;
    }
    return duration;
}

/* When the pod's back-off is over. */
static gint64
backoff_end(const KubeQueueArgs *args, const KubeQueued *queued)
{
    gint64 backoff = kube_backoff(args, queued->attempts);

    return backoff > G_MAXINT64 - queued->queued_ns ? G_MAXINT64 : queued->queued_ns + backoff;
}

static gint
compare_int64(gint64 a, gint64 b)
{
    return a < b ? -1 : a > b;
}

gboolean
kube_queue_less(const KubeQueued *a, const KubeQueued *b)
{
    return a->priority > b->priority || (a->priority == b->priority && a->queued_ns < b->queued_ns);
}

static gint
by_sequence(const KubeQueued *a, const KubeQueued *b)
{
    return a->sequence < b->sequence ? -1 : a->sequence > b->sequence;
}

static gint
compare_active(gconstpointer a, gconstpointer b, gpointer data)
{
    (void)data;
    return kube_queue_less(a, b) ? -1 : kube_queue_less(b, a) ? 1 : by_sequence(a, b);
}

static gint
compare_backoff(gconstpointer a, gconstpointer b, gpointer data)
{
    const KubeQueueArgs *args = data;
    gint order = compare_int64(backoff_end(args, a), backoff_end(args, b));

    return order != 0 ? order : by_sequence(a, b);
}

static gint
compare_queued(gconstpointer a, gconstpointer b, gpointer data)
{
    const KubeQueued *x = a, *y = b;
    gint order = compare_int64(x->queued_ns, y->queued_ns);

    (void)data;
    return order != 0 ? order : by_sequence(x, y);
}

static const GCompareDataFunc compares[N_STAGES] = {
    [KUBE_IN_FLIGHT] = compare_queued,
    [KUBE_ACTIVE] = compare_active,
    [KUBE_BACKING_OFF] = compare_backoff,
    [KUBE_UNSCHEDULABLE_QUEUE] = compare_queued,
};

/* ---- the queue ---- */

static void
clear_subscription(gpointer data)
{
    Subscription *subscription = data;

    kube_event_clear(&subscription->event);
    g_free(subscription->plugin);
}

static void
free_entry(gpointer data, gpointer unused)
{
    Entry *entry = data;

    (void)unused;
    g_ptr_array_unref(entry->queued.rejected_by);
    g_free(entry);
}

KubeQueue *
kube_queue_new(const KubeQueueArgs *args)
{
    KubeQueue *queue = g_new0(KubeQueue, 1);

    queue->args = *args;
    for (guint s = 0; s < N_STAGES; s++)
        queue->stages[s] = g_sequence_new(NULL);
    queue->subscriptions = g_array_new(FALSE, FALSE, sizeof(Subscription));
    g_array_set_clear_func(queue->subscriptions, clear_subscription);
    queue->move_cycle = -1;
    return queue;
}

void
kube_queue_free(KubeQueue *queue)
{
    if (!queue)
        return;
    for (guint s = 0; s < N_STAGES; s++) {
        g_sequence_foreach(queue->stages[s], free_entry, NULL);
        g_sequence_free(queue->stages[s]);
    }
    g_array_unref(queue->subscriptions);
    g_free(queue);
}

void
kube_queue_subscribe(KubeQueue *queue, const KubeEvent *event, const char *plugin)
{
    Subscription subscription = {{g_strdup(event->resource), event->actions}, g_strdup(plugin)};

    g_array_append_val(queue->subscriptions, subscription);
}

static void
put(KubeQueue *queue, Entry *entry, KubeStage stage)
{
    entry->queued.stage = stage;
    entry->at =
        g_sequence_insert_sorted(queue->stages[stage], entry, compares[stage], &queue->args);
}

static void
move_to(KubeQueue *queue, Entry *entry, KubeStage stage)
{
    g_sequence_remove(entry->at);
    put(queue, entry, stage);
}

static Entry *
new_entry(KubeQueue *queue, gpointer pod, gint64 priority, gint64 now_ns)
{
    Entry *entry = g_new0(Entry, 1);

    entry->queued = (KubeQueued){.pod = pod,
                                 .priority = priority,
                                 .queued_ns = now_ns,
                                 .sequence = ++queue->last_sequence,
                                 .cycle = -1,
                                 .rejected_by = g_ptr_array_new_with_free_func(g_free)};
    return entry;
}

KubeQueued *
kube_queue_add(KubeQueue *queue, gpointer pod, gint64 priority, gint64 now_ns)
{
    Entry *entry = new_entry(queue, pod, priority, now_ns);

    put(queue, entry, KUBE_ACTIVE);
    return &entry->queued;
}

KubeQueued *
kube_queue_pop(KubeQueue *queue, gint64 now_ns)
{
    GSequenceIter *first;
    Entry *entry;

    kube_queue_flush_backoff(queue, now_ns);
    first = g_sequence_get_begin_iter(queue->stages[KUBE_ACTIVE]);
    if (g_sequence_iter_is_end(first))
        return NULL;
    entry = g_sequence_get(first);
    entry->queued.attempts++;
    entry->queued.cycle = ++queue->cycle;
    move_to(queue, entry, KUBE_IN_FLIGHT);
    return &entry->queued;
}

void
kube_queue_fail(KubeQueue *queue, KubeQueued *queued, const char *const *rejected_by, gint64 now_ns)
{
    Entry *entry = (Entry *)(gpointer)queued;
    gint64 cycle = queued->cycle >= 0 ? queued->cycle : queue->cycle;
    gboolean missed = queue->move_cycle >= cycle;

    g_sequence_remove(entry->at);
    queued->queued_ns = now_ns;
    queued->sequence = ++queue->last_sequence;
    g_ptr_array_set_size(queued->rejected_by, 0);
    for (guint i = 0; rejected_by && rejected_by[i]; i++)
        g_ptr_array_add(queued->rejected_by, g_strdup(rejected_by[i]));
    put(queue, entry, missed ? KUBE_BACKING_OFF : KUBE_UNSCHEDULABLE_QUEUE);
}

KubeQueued *
kube_queue_add_failed(KubeQueue *queue, gpointer pod, gint64 priority,
                      const char *const *rejected_by, gint64 now_ns)
{
    Entry *entry = new_entry(queue, pod, priority, now_ns);

    put(queue, entry, KUBE_IN_FLIGHT);
    kube_queue_fail(queue, &entry->queued, rejected_by, now_ns);
    return &entry->queued;
}

void
kube_queue_remove(KubeQueue *queue, KubeQueued *queued)
{
    Entry *entry = (Entry *)(gpointer)queued;

    (void)queue;
    g_sequence_remove(entry->at);
    free_entry(entry, NULL);
}

/* ---- moves ---- */

static void
release(KubeQueue *queue, Entry *entry, gint64 now_ns)
{
    gboolean backs_off = backoff_end(&queue->args, &entry->queued) > now_ns;

    move_to(queue, entry, backs_off ? KUBE_BACKING_OFF : KUBE_ACTIVE);
}

static gboolean
is_moved(const KubeQueue *queue, const KubeEvent *event, const KubeQueued *queued)
{
    return !event || queued->rejected_by->len == 0 ||
           kube_queue_event_helps(queue, event, queued->rejected_by);
}

void
kube_queue_move(KubeQueue *queue, const KubeEvent *event, KubeQueueCheck check, gpointer data,
                gint64 now_ns)
{
    GSequenceIter *at = g_sequence_get_begin_iter(queue->stages[KUBE_UNSCHEDULABLE_QUEUE]);

    while (!g_sequence_iter_is_end(at)) {
        Entry *entry = g_sequence_get(at);

        at = g_sequence_iter_next(at);
        if ((!check || check(data, &entry->queued)) && is_moved(queue, event, &entry->queued))
            release(queue, entry, now_ns);
    }
    queue->move_cycle = queue->cycle;
}

void
kube_queue_flush_backoff(KubeQueue *queue, gint64 now_ns)
{
    GSequenceIter *first;

    while (!g_sequence_iter_is_end(
        first = g_sequence_get_begin_iter(queue->stages[KUBE_BACKING_OFF]))) {
        Entry *entry = g_sequence_get(first);

        if (backoff_end(&queue->args, &entry->queued) > now_ns)
            return;
        move_to(queue, entry, KUBE_ACTIVE);
    }
}

void
kube_queue_flush_leftover(KubeQueue *queue, gint64 now_ns)
{
    GSequenceIter *first;
    gboolean any = FALSE;

    while (!g_sequence_iter_is_end(
        first = g_sequence_get_begin_iter(queue->stages[KUBE_UNSCHEDULABLE_QUEUE]))) {
        Entry *entry = g_sequence_get(first);

        if (now_ns - entry->queued.queued_ns <= queue->args.unschedulable_max_ns)
            break;
        release(queue, entry, now_ns);
        any = TRUE;
    }
    if (any)
        queue->move_cycle = queue->cycle;
}

static const KubeQueued *
first_of(const KubeQueue *queue, KubeStage stage)
{
    GSequenceIter *first = g_sequence_get_begin_iter(queue->stages[stage]);

    return g_sequence_iter_is_end(first) ? NULL : g_sequence_get(first);
}

gint64
kube_queue_next_ns(const KubeQueue *queue)
{
    const KubeQueued *backoff = first_of(queue, KUBE_BACKING_OFF);
    const KubeQueued *leftover = first_of(queue, KUBE_UNSCHEDULABLE_QUEUE);
    gint64 next = backoff ? backoff_end(&queue->args, backoff) : G_MAXINT64;

    if (leftover && leftover->queued_ns < G_MAXINT64 - queue->args.unschedulable_max_ns)
        next = MIN(next, leftover->queued_ns + queue->args.unschedulable_max_ns + 1);
    return next;
}

guint
kube_queue_n(const KubeQueue *queue, KubeStage stage)
{
    return (guint)g_sequence_get_length(queue->stages[stage]);
}

GPtrArray *
kube_queue_list(const KubeQueue *queue, KubeStage stage)
{
    GPtrArray *list = g_ptr_array_new();
    GSequenceIter *at = g_sequence_get_begin_iter(queue->stages[stage]);

    for (; !g_sequence_iter_is_end(at); at = g_sequence_iter_next(at))
        g_ptr_array_add(list, g_sequence_get(at));
    return list;
}

void
kube_queue_drop_backoff(KubeQueue *queue)
{
    const KubeQueued *first;

    while ((first = first_of(queue, KUBE_BACKING_OFF)))
        kube_queue_remove(queue, (KubeQueued *)(gsize)first);
}
