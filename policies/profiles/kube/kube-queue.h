/* SPDX-License-Identifier: GPL-3.0-or-later */
/* kube-scheduler's queue: pods that may be tried (highest priority first, then longest queued), pods
 * that back off after a failed try, and pods that wait for an event that could help them.
 * Source: kubernetes pkg/scheduler/internal/queue/scheduling_queue.go and its test. Times in
 * nanoseconds, as there; the caller is the clock. */
#pragma once

#include <glib.h>

typedef struct _KubeQueue KubeQueue;

/* What may happen in a cluster: a kind of thing (by name) and what was done to it. */
typedef enum {
    KUBE_ADD = 1 << 0,
    KUBE_DELETE = 1 << 1,
    KUBE_UPDATE_ALLOCATABLE = 1 << 2,
    KUBE_UPDATE_LABEL = 1 << 3,
    KUBE_UPDATE_TAINT = 1 << 4,
    KUBE_UPDATE_CONDITION = 1 << 5,
    KUBE_UPDATE =
        KUBE_UPDATE_ALLOCATABLE | KUBE_UPDATE_LABEL | KUBE_UPDATE_TAINT | KUBE_UPDATE_CONDITION,
    KUBE_ALL_ACTIONS = KUBE_ADD | KUBE_DELETE | KUBE_UPDATE,
} KubeActions;

typedef struct {
    char *resource; /* owned; "*": every kind of thing, whatever was done */
    KubeActions actions;
} KubeEvent;

/* "Node/Add", "Node/UpdateTaint", "Pod/Add|Delete", or with an asterisk for the action or for all. FALSE: not an event. */
gboolean kube_event_parse(const char *text, KubeEvent *out);
void kube_event_clear(KubeEvent *event);

typedef struct {
    gint64 initial_backoff_ns, max_backoff_ns;
    gint64 unschedulable_max_ns; /* after so long without an event it is tried again */
} KubeQueueArgs;

/* 1 s, 10 s, 5 min. */
#define KUBE_QUEUE_ARGS_INIT                                                                       \
    {                                                                                              \
        G_GINT64_CONSTANT(1000000000), G_GINT64_CONSTANT(10000000000),                             \
            G_GINT64_CONSTANT(300000000000)                                                        \
    }

/* initial, doubled for every attempt after the first, at most max. */
gint64 kube_backoff(const KubeQueueArgs *args, guint attempts);

typedef enum { KUBE_IN_FLIGHT, KUBE_ACTIVE, KUBE_BACKING_OFF, KUBE_UNSCHEDULABLE_QUEUE } KubeStage;

/* One pod in the queue, or popped from it. */
typedef struct {
    gpointer pod; /* the caller's */
    gint64 priority;
    gint64 queued_ns;       /* when it last came in */
    guint64 sequence;       /* breaks ties: order of coming in */
    gint64 cycle;           /* of its pop; -1: never popped */
    guint attempts;         /* pops so far */
    GPtrArray *rejected_by; /* names of plug-ins (char *); none: moved by any event */
    KubeStage stage;
} KubeQueued;

/* Higher priority, then earlier. PrioritySort. */
gboolean kube_queue_less(const KubeQueued *a, const KubeQueued *b);

KubeQueue *kube_queue_new(const KubeQueueArgs *args);
void kube_queue_free(KubeQueue *queue);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(KubeQueue, kube_queue_free)

/* Plug-in `plugin` wants pods that it rejected to be tried again after such events. */
void kube_queue_subscribe(KubeQueue *queue, const KubeEvent *event, const char *plugin);
/* Could the event help a pod that these plug-ins (char *) rejected? */
gboolean kube_queue_event_helps(const KubeQueue *queue, const KubeEvent *event,
                                const GPtrArray *rejected_by);

/* A new pod, to be tried. The entry is the queue's, until kube_queue_remove(). O(log n). */
KubeQueued *kube_queue_add(KubeQueue *queue, gpointer pod, gint64 priority, gint64 now_ns);
/* The next pod to try, or NULL. */
KubeQueued *kube_queue_pop(KubeQueue *queue, gint64 now_ns);
/* A popped (or new) pod could not be placed; plug-ins named by `rejected_by` (char *, NULL-ended, NULL:
 * none) said no. It waits for an event, or, if one came while it was tried, backs off. */
void kube_queue_fail(KubeQueue *queue, KubeQueued *entry, const char *const *rejected_by,
                     gint64 now_ns);
KubeQueued *kube_queue_add_failed(KubeQueue *queue, gpointer pod, gint64 priority,
                                  const char *const *rejected_by, gint64 now_ns);
/* The popped pod was placed, or is gone. */
void kube_queue_remove(KubeQueue *queue, KubeQueued *entry);

/* Admits a pod to be moved. */
typedef gboolean (*KubeQueueCheck)(gpointer data, const KubeQueued *entry);
/* Pods waiting for such an event (NULL: whatever they wait for) become active, or back off if their
 * time is not over. check: NULL admits all. */
void kube_queue_move(KubeQueue *queue, const KubeEvent *event, KubeQueueCheck check, gpointer data,
                     gint64 now_ns);
/* Those whose back-off is over become active. */
void kube_queue_flush_backoff(KubeQueue *queue, gint64 now_ns);
/* Those that waited for an event too long are moved. */
void kube_queue_flush_leftover(KubeQueue *queue, gint64 now_ns);
/* When the next of those would do something; G_MAXINT64: never. */
gint64 kube_queue_next_ns(const KubeQueue *queue);

guint kube_queue_n(const KubeQueue *queue, KubeStage stage);
/* Entries of a stage in the order in which they would leave it (in flight: none). Owned by the
 * caller, the entries are not. */
GPtrArray *kube_queue_list(const KubeQueue *queue, KubeStage stage);
/* Forgets all pods that back off. */
void kube_queue_drop_backoff(KubeQueue *queue);
