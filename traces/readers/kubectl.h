/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Parts of the reader of Kubernetes' manifests. Objects are looked at with their path (bb-document.h);
 * what is wrong is kept with the document, and looked at once a row. */
#pragma once

#include "sim/base/bb-document.h"
#include "sim/contract/bb-reader.h"

/* The most that a quantity may be: bytes of BB_AMOUNT_MAX MiB. */
#define KUBECTL_MAX (BB_AMOUNT_MAX * ((gint64)1 << 20))

/* "100m", "1.5", "2Gi", "1e3" times `scale` (1 or 1000), rounded up as Kubernetes does, at least 0 and at
 * most KUBECTL_MAX. */
gboolean kubectl_parse_quantity(const char *text, gint64 scale, gint64 *out);
/* The same of a text or number at that place; 0 where absent or wrong. */
gint64 kubectl_quantity(const BbAt *at, gint64 scale);

/* What the simulator counts: milli of cpu, bytes, bytes, devices. */
typedef struct {
    gint64 v[BB_N_RESOURCES];
} KubectlAmounts;

/* Reads a list of quantities {cpu, memory, ..} into the compact form of the column spec, and adds to
 * *sum what the simulator counts. `more`, where not absent, holds what counts where the first lacks it.
 * A new object. */
JsonObject *kubectl_amounts(const BbAt *at, const BbAt *more, KubectlAmounts *sum);
/* In the units of a row: memory and disk in MiB, rounded down, or up. */
BbResources kubectl_resources(const KubectlAmounts *amounts, gboolean up);
/* All that a pod asks for: the larger of its containers with its sidecars, and of each other init
 * container with the sidecars before it; and its overhead. Into `pod`, in the compact form. */
KubectlAmounts kubectl_requests(const BbAt *spec, JsonObject *pod);

/* Labels, checked: {"a": "b"}. New; NULL where absent. */
JsonObject *kubectl_labels(const BbAt *at);
/* "a=b;c=d" in the syntax of bb-constraint.h. */
char *kubectl_label_text(const BbAt *at);
/* Affinity, tolerations, topology spread: into `pod`, in the compact form. */
void kubectl_constraints(const BbAt *spec, JsonObject *pod);

typedef struct {
    char *key, *value, *effect;
} KubectlTaint;

/* Borrowed texts. TRUE: it keeps pods off (its effect is not PreferNoSchedule). */
gboolean kubectl_read_taint(const BbAt *at, KubectlTaint *out);

/* Does one of the tolerations make up for it? */
gboolean kubectl_tolerates(const BbAt *tolerations, const KubectlTaint *taint);

/* Objects beside pods and nodes that rows depend on. */
typedef struct {
    GHashTable *controllers; /* "ReplicaSet/ns/web-5d" -> "web", its controller's name */
    GHashTable *priorities;  /* by the class's name -> gint64 * */
    gint64 default_priority;
    GArray *taints; /* of KubectlTaint, distinct: those that keep pods off some node */
} KubectlWorld;

void kubectl_world_init(KubectlWorld *world);
void kubectl_world_clear(KubectlWorld *world);
/* The object is one of those kinds: takes it in. */
gboolean kubectl_world_add(KubectlWorld *world, const char *kind, const BbAt *at);
/* The taints of a Node that keep pods off it. */
void kubectl_world_add_taints(KubectlWorld *world, const BbAt *node);
/* "key=value;.." of those that the tolerations make up for. Owned by the caller. */
char *kubectl_world_tolerated(const KubectlWorld *world, const BbAt *tolerations);
/* "ns/web": who wants the pod to be. NULL: nobody. Owned by the caller. */
char *kubectl_owner(const KubectlWorld *world, const BbAt *metadata, const char *name_space,
                    gboolean *out_ordered);
gint64 kubectl_priority(const KubectlWorld *world, const BbAt *spec);

/* Rows; texts are put into `texts`, which is to be cleared by the next. */
void kubectl_read_node(const BbAt *at, GStringChunk *texts, BbNodeRow *out);
/* NULL, or why it is no job. */
const char *kubectl_read_pod(BbReader *reader, const KubectlWorld *world, const BbAt *at,
                             GStringChunk *texts, BbJobRow *out);
/* Microseconds since 1970, 0 where absent. */
gint64 kubectl_time(const BbAt *at);
/* A name that Kubernetes lets objects have; "" where it is wrong. */
const char *kubectl_name(const BbAt *at, const char *fallback);
/* The text of {"kube": object}, whose object is taken. */
const char *kubectl_spec_text(JsonObject *object, GStringChunk *texts);

/* Notes fields that no object of that kind has. */
void kubectl_note_node_fields(BbReader *reader, const BbAt *at);
void kubectl_note_pod_fields(BbReader *reader, const BbAt *at);

/* The file while it is read: the state of both formats. */
typedef struct {
    GPtrArray *documents;
    KubectlWorld world;
    GArray *pods, *nodes; /* of items, see kubectl.c */
    guint next_pod, next_node;
    GStringChunk *texts; /* of the last row */
    GError *wrong;
} KubectlState;

gboolean kubectl_open(BbReader *reader, GError **error);
BbReadResult kubectl_next_node(BbReader *reader, BbNodeRow *out, GError **error);
void kubectl_close(BbReader *reader);
