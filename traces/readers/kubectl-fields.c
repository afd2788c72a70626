/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The fields that pods and nodes have, whether anything is made of them or not: what else is there is
 * noted, since it may be misspelt. Source: kubernetes/api core/v1/types.go. */
#include "traces/readers/kubectl.h"

static const char *const object_fields[] = {"apiVersion", "kind",   "metadata",
                                            "spec",       "status", NULL};

static const char *const node_fields[] = {"podCIDR",       "podCIDRs",     "providerID", "taints",
                                          "unschedulable", "configSource", "externalID", NULL};

static const char *const pod_fields[] = {
    "activeDeadlineSeconds",
    "affinity",
    "automountServiceAccountToken",
    "containers",
    "dnsConfig",
    "dnsPolicy",
    "enableServiceLinks",
    "ephemeralContainers",
    "hostAliases",
    "hostIPC",
    "hostNetwork",
    "hostPID",
    "hostUsers",
    "hostname",
    "hostnameOverride",
    "imagePullSecrets",
    "initContainers",
    "nodeName",
    "nodeSelector",
    "os",
    "overhead",
    "preemptionPolicy",
    "priority",
    "priorityClassName",
    "readinessGates",
    "resourceClaims",
    "resources",
    "restartPolicy",
    "runtimeClassName",
    "schedulerName",
    "schedulingGates",
    "securityContext",
    "serviceAccount",
    "serviceAccountName",
    "setHostnameAsFQDN",
    "shareProcessNamespace",
    "subdomain",
    "terminationGracePeriodSeconds",
    "tolerations",
    "topologySpreadConstraints",
    "volumes",
    "workloadRef",
    NULL,
};

static const char *const container_fields[] = {
    "args",
    "command",
    "env",
    "envFrom",
    "image",
    "imagePullPolicy",
    "lifecycle",
    "livenessProbe",
    "name",
    "ports",
    "readinessProbe",
    "resizePolicy",
    "resources",
    "restartPolicy",
    "restartPolicyRules",
    "securityContext",
    "startupProbe",
    "stdin",
    "stdinOnce",
    "terminationMessagePath",
    "terminationMessagePolicy",
    "tty",
    "volumeDevices",
    "volumeMounts",
    "workingDir",
    NULL,
};

static const char *const resource_fields[] = {"requests", "limits", "claims", NULL};
static const char *const affinity_fields[] = {"nodeAffinity", "podAffinity", "podAntiAffinity",
                                              NULL};

static void
note_fields(BbReader *reader, const BbAt *at, const char *const *known)
{
    JsonObject *object = bb_at_object(at);
    g_autoptr(GList) names = object ? json_object_get_members(object) : NULL;

    for (GList *name = names; name; name = name->next)
        if (!g_strv_contains(known, name->data)) {
            BbAt field = bb_at_member(at, name->data);
            g_autofree char *path = bb_at_path(&field);
            g_autofree char *quoted = bb_quote(path);

            bb_reader_find(reader, BB_NOTE, "unknown-field", 0,
                           "fields that are not known, such as %s: passed over", quoted);
        }
}

static void
note_container_fields(BbReader *reader, const BbAt *list)
{
    for (guint i = 0; i < bb_at_n_elements(list); i++) {
        BbAt container = bb_at_element(list, i);
        BbAt resources = bb_at_member(&container, "resources");

        note_fields(reader, &container, container_fields);
        note_fields(reader, &resources, resource_fields);
    }
}

void
kubectl_note_pod_fields(BbReader *reader, const BbAt *at)
{
    BbAt spec = bb_at_member(at, "spec"), affinity = bb_at_member(&spec, "affinity");
    BbAt init = bb_at_member(&spec, "initContainers"), main = bb_at_member(&spec, "containers");

    note_fields(reader, at, object_fields);
    note_fields(reader, &spec, pod_fields);
    note_fields(reader, &affinity, affinity_fields);
    note_container_fields(reader, &init);
    note_container_fields(reader, &main);
}

void
kubectl_note_node_fields(BbReader *reader, const BbAt *at)
{
    BbAt spec = bb_at_member(at, "spec");

    note_fields(reader, at, object_fields);
    note_fields(reader, &spec, node_fields);
}
