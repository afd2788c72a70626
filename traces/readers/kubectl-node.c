/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A Node: labels and the taints that keep pods off go into columns that every policy reads; amounts to
 * the byte, soft taints and images into the column spec. */
#include "traces/readers/kubectl.h"

const char *
kubectl_spec_text(JsonObject *object, GStringChunk *texts)
{
    g_autoptr(JsonNode) root = json_node_new(JSON_NODE_OBJECT);
    JsonObject *outer = json_object_new();
    g_autofree char *text = NULL;

    json_object_set_object_member(outer, "kube", object);
    json_node_take_object(root, outer);
    text = json_to_string(root, FALSE);
    return g_string_chunk_insert(texts, text);
}

static void
add_soft_taint(JsonObject *out, const KubectlTaint *taint)
{
    JsonObject *object = json_object_new();

    json_object_set_string_member(object, "key", taint->key);
    json_object_set_string_member(object, "value", taint->value);
    json_object_set_string_member(object, "effect", taint->effect);
    if (!json_object_has_member(out, "taints"))
        json_object_set_array_member(out, "taints", json_array_new());
    json_array_add_object_element(json_object_get_array_member(out, "taints"), object);
}

/* The text of those that keep pods off; the others into `out`. Owned by the caller. */
static char *
read_taints(const BbAt *list, JsonObject *out)
{
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < bb_at_n_elements(list); i++) {
        BbAt at = bb_at_element(list, i);
        KubectlTaint taint;

        if (kubectl_read_taint(&at, &taint))
            g_string_append_printf(text, "%s%s=%s", text->len > 0 ? ";" : "", taint.key,
                                   taint.value);
        else
            add_soft_taint(out, &taint);
    }
    return g_string_free(text, FALSE);
}

static void
read_images(const BbAt *list, JsonObject *out)
{
    JsonArray *images = json_array_new();

    for (guint i = 0; i < bb_at_n_elements(list); i++) {
        BbAt image = bb_at_element(list, i), size = bb_at_member(&image, "sizeBytes");
        BbAt names = bb_at_member(&image, "names");
        JsonObject *object = json_object_new();
        JsonArray *copied = json_array_new();

        for (guint n = 0; n < bb_at_n_elements(&names); n++) {
            BbAt name = bb_at_element(&names, n);

            json_array_add_string_element(copied, bb_at_text(&name, ""));
        }
        json_object_set_array_member(object, "names", copied);
        json_object_set_int_member(object, "size_bytes", bb_at_int(&size, 0));
        json_array_add_object_element(images, object);
    }
    json_object_set_array_member(out, "images", images);
}

static void
read_capacity(const BbAt *status, JsonObject *out, BbNodeRow *row)
{
    BbAt allocatable = bb_at_member(status, "allocatable"), all = bb_at_member(status, "capacity");
    KubectlAmounts sum = {{0}};

    if (!allocatable.node && !all.node)
        bb_at_fail(&allocatable, "amounts");
    json_object_set_object_member(
        out, "allocatable", kubectl_amounts(allocatable.node ? &allocatable : &all, NULL, &sum));
    row->capacity = kubectl_resources(&sum, FALSE);
    row->named = (1u << BB_N_RESOURCES) - 1;
}

static void
read_spec(const BbAt *at, JsonObject *out, GStringChunk *texts, BbNodeRow *row)
{
    BbAt spec = bb_at_member(at, "spec"), status = bb_at_member(at, "status");
    BbAt taints = bb_at_member(&spec, "taints"), images = bb_at_member(&status, "images");
    BbAt unschedulable = bb_at_member(&spec, "unschedulable");
    g_autofree char *text = read_taints(&taints, out);

    row->taints = g_string_chunk_insert(texts, text);
    if (bb_at_bool(&unschedulable, FALSE))
        json_object_set_boolean_member(out, "unschedulable", TRUE);
    if (images.node)
        read_images(&images, out);
    read_capacity(&status, out, row);
}

void
kubectl_read_node(const BbAt *at, GStringChunk *texts, BbNodeRow *row)
{
    BbAt metadata = bb_at_member(at, "metadata"), name = bb_at_member(&metadata, "name");
    BbAt labels = bb_at_member(&metadata, "labels");
    BbAt model = bb_at_member(&labels, "nvidia.com/gpu.product");
    JsonObject *out = json_object_new();
    g_autofree char *text = kubectl_label_text(&labels);

    row->id = g_string_chunk_insert(texts, kubectl_name(&name, NULL));
    row->labels = g_string_chunk_insert(texts, text);
    row->runtimes = 1u << BB_CONTAINER;
    read_spec(at, out, texts, row);
    if (row->capacity.v[BB_GPU] > 0)
        row->gpu_model = g_string_chunk_insert(texts, bb_at_text(&model, ""));
    row->spec = kubectl_spec_text(out, texts);
}
