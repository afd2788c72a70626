/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Requests and capacities, twice: exactly, as the profile of kube-scheduler reads them, and summed in
 * what every policy counts. Source: component-helpers/resource/helpers.go. */
#include "traces/readers/kubectl.h"

#define MIB ((gint64)1 << 20)

/* Members of the compact form, and what the simulator counts of them. */
static const struct {
    const char *manifest, *compact;
    gint64 scale;
    BbResource resource;
} fixed[] = {
    {"cpu", "cpu_milli", 1000, BB_CPU},
    {"memory", "mem_bytes", 1, BB_MEMORY},
    {"ephemeral-storage", "ephemeral_bytes", 1, BB_DISK},
};

static void
add_up(gint64 *sum, gint64 amount)
{
    *sum = MIN(*sum + amount, KUBECTL_MAX);
}

static gboolean
add_fixed(const BbAt *at, const char *name, JsonObject *out, KubectlAmounts *sum)
{
    for (guint i = 0; i < G_N_ELEMENTS(fixed); i++)
        if (g_str_equal(name, fixed[i].manifest)) {
            gint64 amount = kubectl_quantity(at, fixed[i].scale);

            json_object_set_int_member(out, fixed[i].compact, amount);
            add_up(&sum->v[fixed[i].resource], amount);
            return TRUE;
        }
    return FALSE;
}

static void
add_amount(const BbAt *at, const char *name, JsonObject *out, KubectlAmounts *sum)
{
    gint64 amount;

    if (add_fixed(at, name, out, sum))
        return;
    amount = kubectl_quantity(at, 1);
    if (g_str_equal(name, "nvidia.com/gpu"))
        add_up(&sum->v[BB_GPU], amount);
    if (g_str_equal(name, "pods")) {
        json_object_set_int_member(out, "pods", amount);
        return;
    }
    if (!json_object_has_member(out, "ext"))
        json_object_set_object_member(out, "ext", json_object_new());
    json_object_set_int_member(json_object_get_object_member(out, "ext"), name, amount);
}

static void
add_all(const BbAt *at, JsonObject *except, JsonObject *out, KubectlAmounts *sum)
{
    JsonObject *object = bb_at_object(at);
    g_autoptr(GList) names = object ? json_object_get_members(object) : NULL;

    for (GList *name = names; name; name = name->next) {
        BbAt amount = bb_at_member(at, name->data);

        if (amount.node && !(except && json_object_has_member(except, name->data)))
            add_amount(&amount, name->data, out, sum);
    }
}

JsonObject *
kubectl_amounts(const BbAt *at, const BbAt *more, KubectlAmounts *sum)
{
    JsonObject *out = json_object_new();

    add_all(at, NULL, out, sum);
    if (more)
        add_all(more, bb_at_object(at), out, sum);
    return out;
}

BbResources
kubectl_resources(const KubectlAmounts *amounts, gboolean up)
{
    const gint64 *v = amounts->v;
    BbResources out = {{0}};

    out.v[BB_CPU] = MIN(v[BB_CPU], BB_AMOUNT_MAX);
    out.v[BB_MEMORY] = (v[BB_MEMORY] + (up ? MIB - 1 : 0)) / MIB;
    out.v[BB_DISK] = (v[BB_DISK] + (up ? MIB - 1 : 0)) / MIB;
    out.v[BB_GPU] = MIN(v[BB_GPU], BB_AMOUNT_MAX / 1000) * 1000;
    return out;
}

/* ---- a pod ---- */

static JsonArray *
ports_of(const BbAt *container)
{
    static const char *const texts[][2] = {{"protocol", "protocol"}, {"hostIP", "host_ip"}};
    BbAt ports = bb_at_member(container, "ports");
    JsonArray *out = json_array_new();

    for (guint i = 0; i < bb_at_n_elements(&ports); i++) {
        BbAt port = bb_at_element(&ports, i), number = bb_at_member(&port, "hostPort");
        JsonObject *object = json_object_new();

        json_object_set_int_member(object, "host_port", bb_at_int(&number, 0));
        for (guint t = 0; t < G_N_ELEMENTS(texts); t++) {
            BbAt text = bb_at_member(&port, texts[t][0]);

            if (bb_at_text(&text, NULL))
                json_object_set_string_member(object, texts[t][1], bb_at_text(&text, NULL));
        }
        if (bb_at_int(&number, 0) > 0)
            json_array_add_object_element(out, object);
        else
            json_object_unref(object);
    }
    return out;
}

/* The container in the compact form; what it asks for goes to *sum. */
static JsonObject *
read_container(const BbAt *at, KubectlAmounts *sum, gboolean *out_sidecar)
{
    BbAt resources = bb_at_member(at, "resources"), image = bb_at_member(at, "image");
    BbAt requests = bb_at_member(&resources, "requests"),
         limits = bb_at_member(&resources, "limits");
    BbAt restart = bb_at_member(at, "restartPolicy");
    JsonObject *out = json_object_new();
    JsonArray *ports = ports_of(at);

    json_object_set_object_member(out, "requests", kubectl_amounts(&requests, &limits, sum));
    if (bb_at_text(&image, NULL))
        json_object_set_string_member(out, "image", bb_at_text(&image, NULL));
    *out_sidecar = g_strcmp0(bb_at_text(&restart, NULL), "Always") == 0;
    if (*out_sidecar)
        json_object_set_boolean_member(out, "sidecar", TRUE);
    if (json_array_get_length(ports) > 0)
        json_object_set_array_member(out, "ports", ports);
    else
        json_array_unref(ports);
    return out;
}

static void
add_amounts(KubectlAmounts *sum, const KubectlAmounts *more)
{
    for (guint r = 0; r < BB_N_RESOURCES; r++)
        add_up(&sum->v[r], more->v[r]);
}

static void
raise_to(KubectlAmounts *peak, const KubectlAmounts *other)
{
    for (guint r = 0; r < BB_N_RESOURCES; r++)
        peak->v[r] = MAX(peak->v[r], other->v[r]);
}

/* *together: containers that run at the same time; *peak: the most that one before them needs. */
static JsonArray *
read_containers(const BbAt *list, gboolean init, KubectlAmounts *together, KubectlAmounts *peak)
{
    JsonArray *out = json_array_new();

    for (guint i = 0; i < bb_at_n_elements(list); i++) {
        BbAt container = bb_at_element(list, i);
        KubectlAmounts own = {{0}};
        gboolean sidecar;

        json_array_add_object_element(out, read_container(&container, &own, &sidecar));
        if (init && !sidecar) {
            add_amounts(&own, together);
            raise_to(peak, &own);
        } else {
            add_amounts(together, &own);
        }
    }
    return out;
}

KubectlAmounts
kubectl_requests(const BbAt *spec, JsonObject *pod)
{
    BbAt init = bb_at_member(spec, "initContainers"), main = bb_at_member(spec, "containers");
    BbAt overhead = bb_at_member(spec, "overhead");
    KubectlAmounts together = {{0}}, peak = {{0}};

    if (init.node)
        json_object_set_array_member(pod, "init_containers",
                                     read_containers(&init, TRUE, &together, &peak));
    json_object_set_array_member(pod, "containers",
                                 read_containers(&main, FALSE, &together, &peak));
    raise_to(&together, &peak);
    if (overhead.node)
        json_object_set_object_member(pod, "overhead", kubectl_amounts(&overhead, NULL, &together));
    return together;
}
