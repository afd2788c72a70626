/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Kinds of the coscheduling plug-in. */
#include "policies/profiles/kube/kube-coscheduling.h"

#include "vec.h"

#include <string.h>

/* Reads a member in seconds. */
static gint64
seconds(JsonObject *object, const char *member)
{
    return (gint64)(vec_double(object, member, 0) * G_USEC_PER_SEC);
}

static KubeGroup
group_of(JsonObject *pod)
{
    return (KubeGroup){.created_us = seconds(pod, "group_created_s"), .failed_us = KUBE_NOT_FAILED};
}

static KubeGangPod
pod_of(JsonObject *pod, const KubeGroup *group)
{
    const char *name_space = vec_text(pod, "namespace");

    return (KubeGangPod){.priority = vec_int(pod, "priority", 0),
                         .first_attempt_us = seconds(pod, "first_attempt_s"),
                         .group = vec_text(pod, "group") ? group : NULL,
                         .name_space = name_space ? name_space : "",
                         .name = vec_text(pod, "name")};
}

static gboolean
run_less(JsonObject *vector, GString *why)
{
    JsonObject *inputs = vec_object(vector, "inputs");
    JsonObject *p1 = vec_object(inputs, "p1"), *p2 = vec_object(inputs, "p2");
    KubeGroup g1 = group_of(p1), g2 = group_of(p2);
    KubeGangPod a = pod_of(p1, &g1), b = pod_of(p2, &g2);
    gboolean found = kube_gang_less(&a, &b);

    return found == vec_bool(vec_object(vector, "expected"), "p1_first", FALSE) ||
           vec_fail(why, "found p1_first %s", found ? "true" : "false");
}

/* Is "ns/pg1" the pod's group? */
static gboolean
is_group(JsonObject *pod, const char *path)
{
    const char *name_space = vec_text(pod, "namespace"), *group = vec_text(pod, "group");
    g_autofree char *own = g_strconcat(name_space ? name_space : "", "/", group ? group : "", NULL);

    return group && path && g_str_equal(own, path);
}

static gboolean
run_less_script(JsonObject *vector, GString *why)
{
    JsonObject *inputs = vec_object(vector, "inputs");
    JsonObject *pods[] = {vec_object(inputs, "p1"), vec_object(inputs, "p2")};
    KubeGroup groups[] = {group_of(pods[0]), group_of(pods[1])};
    KubeGangPod a = pod_of(pods[0], &groups[0]), b = pod_of(pods[1], &groups[1]);
    JsonArray *steps = vec_array(vector, "script");

    for (guint i = 0; i < vec_length(steps); i++) {
        JsonObject *step = vec_object_at(steps, i);
        const char *op = vec_text(step, "op"), *path = vec_text(step, "group");
        gboolean less =
            g_str_equal(op, "less_reverse") ? kube_gang_less(&b, &a) : kube_gang_less(&a, &b);
        gint64 failed_us = g_str_equal(op, "fail_group") ? seconds(step, "at_s") : KUBE_NOT_FAILED;

        if (g_str_has_prefix(op, "less")) {
            if (less != vec_bool(step, "expect", FALSE))
                return vec_fail(why, "step %u: found %s", i + 1, less ? "true" : "false");
        } else if (g_str_equal(op, "fail_group") || g_str_equal(op, "clear_failure")) {
            for (guint p = 0; p < G_N_ELEMENTS(pods); p++)
                if (is_group(pods[p], path))
                    groups[p].failed_us = failed_us;
        } else {
            return vec_fail(why, "unknown op %s", op);
        }
    }
    return TRUE;
}

/* ---- resources ---- */

/* Names of resources that the object tells of: members but those that say what it is. */
static gboolean
is_resource(const char *member)
{
    static const char *const others[] = {"name", "node", "group", "labels", "namespace", NULL};

    return !g_strv_contains(others, member);
}

/* Amount of a resource; what is on a node beyond it is in the pods. */
static GArray *
rooms_of(JsonObject *inputs, const char *resource, const char *group)
{
    JsonArray *nodes = vec_array(inputs, "nodes"), *pods = vec_array(inputs, "pods");
    GArray *rooms = g_array_new(FALSE, FALSE, sizeof(KubeGangRoom));

    for (guint i = 0; i < vec_length(nodes); i++) {
        JsonObject *node = vec_object_at(nodes, i);
        KubeGangRoom room = {vec_int(node, resource, 0), 0};

        for (guint p = 0; p < vec_length(pods); p++) {
            JsonObject *pod = vec_object_at(pods, p);

            if (g_strcmp0(vec_text(pod, "node"), vec_text(node, "name")) == 0 &&
                !(group && g_strcmp0(vec_text(pod, "group"), group) == 0))
                room.used += g_str_equal(resource, "pods") ? 1 : vec_int(pod, resource, 0);
        }
        g_array_append_val(rooms, room);
    }
    return rooms;
}

static gboolean
covers(JsonObject *inputs, const char *resource, const char *group, gint64 need)
{
    g_autoptr(GArray) rooms = rooms_of(inputs, resource, group);

    return kube_gang_covers((const KubeGangRoom *)(gpointer)rooms->data, rooms->len, need);
}

/* Every "min_resources_R" and every member of "min_resources". */
static gboolean
covers_all(JsonObject *inputs, const char *group)
{
    static const char prefix[] = "min_resources_";
    JsonObject *needs = vec_object(inputs, "min_resources");
    g_autoptr(GList) members = json_object_get_members(inputs);
    g_autoptr(GList) named = needs ? json_object_get_members(needs) : NULL;
    gboolean enough = TRUE;

    for (GList *at = members; at; at = at->next)
        if (g_str_has_prefix(at->data, prefix))
            enough &= covers(inputs, (const char *)at->data + strlen(prefix), group,
                             vec_int(inputs, at->data, 0));
    for (GList *at = named; at; at = at->next)
        if (is_resource(at->data))
            enough &= covers(inputs, at->data, group, vec_int(needs, at->data, 0));
    return enough;
}

static gboolean
run_cluster_resource(JsonObject *vector, GString *why)
{
    JsonObject *inputs = vec_object(vector, "inputs");
    gboolean found = covers_all(inputs, vec_text(inputs, "group"));

    return found == vec_bool(vec_object(vector, "expected"), "enough", FALSE) ||
           vec_fail(why, "found enough %s", found ? "true" : "false");
}

/* ---- verdicts ---- */

static gboolean
run_pre_filter(JsonObject *vector, GString *why)
{
    JsonObject *inputs = vec_object(vector, "inputs");
    KubeGroup group = {.min_member = (guint32)vec_int(inputs, "min_member", 0),
                       .backs_off_until_us = vec_bool(inputs, "in_backoff", FALSE) ? 1 : 0};
    gboolean exists = vec_text(inputs, "pod_group") && vec_bool(inputs, "group_exists", FALSE);
    KubeGangVerdict verdict =
        kube_gang_pre_filter(exists ? &group : NULL, (guint)vec_int(inputs, "group_pods", 0),
                             (guint)vec_int(inputs, "gated_pods", 0),
                             covers_all(inputs, vec_text(inputs, "pod_group")), 0);

    return (verdict == KUBE_GANG_FINE) ==
               vec_bool(vec_object(vector, "expected"), "success", FALSE) ||
           vec_fail(why, "found verdict %d", (int)verdict);
}

/* What the plug-in makes of the manager's answer: a pod of no group passes, a group that is not there
 * lets nothing through. */
static const char *
permit_name(KubePermit permit, gboolean of_plugin)
{
    switch (permit) {
    case KUBE_PERMIT_NOT_SPECIFIED:
        return of_plugin ? "success" : "not_specified";
    case KUBE_PERMIT_NOT_FOUND:
        return of_plugin ? "unschedulable" : "not_found";
    case KUBE_PERMIT_WAIT:
        return "wait";
    case KUBE_PERMIT_SUCCESS:
        return "success";
    }
    g_assert_not_reached();
}

static gboolean
run_permit(JsonObject *vector, GString *why)
{
    JsonObject *inputs = vec_object(vector, "inputs");
    gboolean of_plugin = g_strcmp0(vec_text(vec_object(vector, "args"), "level"), "plugin") == 0;
    KubeGroup group = {.min_member = (guint32)vec_int(inputs, "min_member", 0)};
    gboolean exists = vec_bool(inputs, "group_exists", FALSE);
    KubePermit permit =
        kube_gang_permit(vec_text(inputs, "pod_group") != NULL, exists ? &group : NULL,
                         (guint)vec_int(inputs, "assigned_others", 0));
    const char *found = permit_name(permit, of_plugin);
    const char *expected = vec_text(vec_object(vector, "expected"), "result");

    return g_strcmp0(found, expected) == 0 ||
           vec_fail(why, "expected %s, found %s", expected, found);
}

static gboolean
run_reject(JsonObject *vector, GString *why)
{
    JsonObject *inputs = vec_object(vector, "inputs");
    KubeGroup group = {.min_member = (guint32)vec_int(inputs, "min_member", 0)};
    gboolean found = kube_gang_rejects(&group, (guint)vec_int(inputs, "assigned", 0),
                                       vec_double(vec_object(vector, "args"), "threshold", 0.1));

    return found == vec_bool(vec_object(vector, "expected"), "reject_group", FALSE) ||
           vec_fail(why, "found reject_group %s", found ? "true" : "false");
}

const VecKind vec_kinds_coscheduling[] = {
    {"cosched_less", run_less},
    {"cosched_less_script", run_less_script},
    {"cosched_prefilter", run_pre_filter},
    {"cosched_permit", run_permit},
    {"cosched_reject", run_reject},
    {"cosched_cluster_resource", run_cluster_resource},
    {NULL, NULL},
};
