/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A Pod is a service of one task: where it runs it is already there, else it waits from the start. */
#include "traces/readers/kubectl.h"

#include <string.h>

gint64
kubectl_time(const BbAt *at)
{
    const char *text = bb_at_text(at, NULL);
    g_autoptr(GDateTime) time = text ? g_date_time_new_from_iso8601(text, NULL) : NULL;

    if (text && !time)
        bb_at_fail(at, "a time");
    return time ? g_date_time_to_unix(time) * G_USEC_PER_SEC + g_date_time_get_microsecond(time)
                : 0;
}

static const char *
why_no_job(const BbAt *pod, const BbAt *spec)
{
    BbAt status = bb_at_member(pod, "status"), phase = bb_at_member(&status, "phase");
    BbAt gates = bb_at_member(spec, "schedulingGates");
    const char *text = bb_at_text(&phase, "");

    if (g_str_equal(text, "Succeeded"))
        return "pod that has completed";
    if (g_str_equal(text, "Failed"))
        return "pod that has failed";
    return bb_at_n_elements(&gates) > 0 ? "pod behind scheduling gates" : NULL;
}

/* The number at the end of "web-3"; -1: none. */
static gint64
ordinal_of(const char *name)
{
    const char *dash = strrchr(name, '-');
    gint64 ordinal = -1;

    if (dash)
        bb_parse_int(dash + 1, 0, G_MAXINT32, &ordinal, NULL);
    return ordinal;
}

static void
read_identity(const KubectlWorld *world, const BbAt *metadata, GStringChunk *texts, BbJobRow *row)
{
    BbAt at = bb_at_member(metadata, "name"), within = bb_at_member(metadata, "namespace");
    const char *name = kubectl_name(&at, NULL), *name_space = kubectl_name(&within, "default");
    gboolean ordered;
    g_autofree char *owner = kubectl_owner(world, metadata, name_space, &ordered);
    g_autofree char *id = g_strdup_printf("%s/%s", name_space, name);

    row->id = g_string_chunk_insert(texts, id);
    row->class_name = g_string_chunk_insert(texts, name_space);
    if (owner)
        row->group = g_string_chunk_insert(texts, owner);
    if (ordered)
        row->ordinal = ordinal_of(name);
}

static void
put_text(const BbAt *at, const char *member, JsonObject *out, const char *name)
{
    BbAt text = bb_at_member(at, member);

    if (bb_at_text(&text, NULL))
        json_object_set_string_member(out, name, bb_at_text(&text, NULL));
}

/* The column spec; what it asks for goes to the row. */
static void
read_spec(const KubectlWorld *world, const BbAt *metadata, const BbAt *spec, GStringChunk *texts,
          BbJobRow *row)
{
    BbAt labels = bb_at_member(metadata, "labels");
    JsonObject *out = json_object_new(), *copied = kubectl_labels(&labels);
    KubectlAmounts need;

    json_object_set_string_member(out, "namespace", row->class_name);
    if (copied)
        json_object_set_object_member(out, "labels", copied);
    need = kubectl_requests(spec, out);
    row->need = kubectl_resources(&need, TRUE);
    row->priority = kubectl_priority(world, spec);
    if (row->priority != 0)
        json_object_set_int_member(out, "priority", row->priority);
    put_text(spec, "preemptionPolicy", out, "preemption_policy");
    kubectl_constraints(spec, out);
    row->spec = kubectl_spec_text(out, texts);
}

static void
read_place(const KubectlWorld *world, const BbAt *spec, GStringChunk *texts, BbJobRow *row)
{
    BbAt node = bb_at_member(spec, "nodeName"), selector = bb_at_member(spec, "nodeSelector");
    BbAt tolerations = bb_at_member(spec, "tolerations");
    g_autofree char *require = kubectl_label_text(&selector);
    g_autofree char *tolerate = kubectl_world_tolerated(world, &tolerations);

    row->require = g_string_chunk_insert(texts, require);
    row->tolerate = g_string_chunk_insert(texts, tolerate);
    if (!node.node || *bb_at_text(&node, "") == '\0')
        return;
    row->node = g_string_chunk_insert(texts, kubectl_name(&node, NULL));
    /* Amounts are rounded, and taints may have come later: no reason to refuse the file. */
    row->node_optional = TRUE;
}

static void
note_oddities(BbReader *reader, const BbAt *spec)
{
    BbAt volumes = bb_at_member(spec, "volumes"), resources = bb_at_member(spec, "resources");

    for (guint i = 0; i < bb_at_n_elements(&volumes); i++) {
        BbAt volume = bb_at_element(&volumes, i);
        BbAt claim = bb_at_member(&volume, "persistentVolumeClaim");

        if (claim.node)
            bb_reader_find(reader, BB_NOTE, "volume-claims", 0,
                           "claims of volumes: where their volumes are is not looked at");
    }
    if (resources.node)
        bb_reader_find(reader, BB_NOTE, "pod-level-resources", 0,
                       "requests of pods beside those of their containers: not looked at");
}

const char *
kubectl_read_pod(BbReader *reader, const KubectlWorld *world, const BbAt *at, GStringChunk *texts,
                 BbJobRow *row)
{
    BbAt metadata = bb_at_member(at, "metadata"), spec = bb_at_member(at, "spec");
    BbAt containers = bb_at_member(&spec, "containers");
    const char *reason = why_no_job(at, &spec);

    if (reason)
        return reason;
    if (bb_at_n_elements(&containers) == 0)
        bb_at_fail(&containers, "containers");
    kubectl_note_pod_fields(reader, at);
    note_oddities(reader, &spec);
    read_identity(world, &metadata, texts, row);
    read_spec(world, &metadata, &spec, texts, row);
    read_place(world, &spec, texts, row);
    return NULL;
}
