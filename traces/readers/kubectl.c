/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What `kubectl get nodes,pods,.. -A -o json` (or yaml) says: one List, several documents, or files one
 * after the other. The file is read whole, since what a pod is depends on objects that may come later
 * (its ReplicaSet, its PriorityClass, the taints). Nodes are nodes, pods are jobs: those that are on a
 * node first, then those that wait, in order of their creation. */
#include "traces/readers/kubectl.h"

#include <string.h>

#define BYTES_MAX ((gsize)1 << 30)

/* A Pod or Node: element `index` of the document's items, or the document. */
typedef struct {
    guint document;
    gint index;
    gboolean waits;
    gint64 created_us;
} Item;

/* An item with the chain of places that leads to it. Not to be copied. */
typedef struct {
    BbAt root, items, at;
} Place;

static void
find_place(BbReader *reader, guint document, gint index, Place *out)
{
    KubectlState *state = reader->state;

    out->root = bb_at_root(state->documents->pdata[document], bb_input_path(reader->input),
                           document, &state->wrong);
    out->items = bb_at_member(&out->root, "items");
    if (index < 0)
        out->at = out->root;
    else
        out->at = bb_at_element(&out->items, (guint)index);
}

static gboolean
has_line(const char *start, gsize n, const char *word)
{
    for (const char *p = start; (p = g_strstr_len(p, (gssize)(n - (gsize)(p - start)), word)); p++)
        if (p == start || p[-1] == '\n')
            return TRUE;
    return FALSE;
}

static gboolean
sniff(const char *start, gsize n)
{
    const char *p = start;

    while (p < start + n && g_ascii_isspace(*p))
        p++;
    if (p < start + n && *p == '{')
        return g_strstr_len(p, (gssize)(n - (gsize)(p - start)), "\"apiVersion\"") != NULL;
    return has_line(start, n, "apiVersion:") || has_line(start, n, "- apiVersion:");
}

gboolean
kubectl_open(BbReader *reader, GError **error)
{
    KubectlState *state = reader->state;

    (void)error;
    state->texts = g_string_chunk_new(4096);
    state->pods = g_array_new(FALSE, TRUE, sizeof(Item));
    state->nodes = g_array_new(FALSE, TRUE, sizeof(Item));
    kubectl_world_init(&state->world);
    return TRUE;
}

/* ---- loading ---- */

static void
add_pod(KubectlState *state, const BbAt *at, Item item)
{
    BbAt metadata = bb_at_member(at, "metadata"), spec = bb_at_member(at, "spec");
    BbAt created = bb_at_member(&metadata, "creationTimestamp");
    BbAt node = bb_at_member(&spec, "nodeName");

    item.waits = *bb_at_text(&node, "") == '\0';
    item.created_us = kubectl_time(&created);
    g_array_append_val(state->pods, item);
}

static void
add_item(BbReader *reader, const char *kind, const BbAt *at, Item item)
{
    KubectlState *state = reader->state;
    g_autofree char *quoted = NULL;

    if (*kind == '\0') {
        BbAt missing = bb_at_member(at, "kind");

        bb_at_fail(&missing, "a kind, such as Pod or Node");
    } else if (g_str_equal(kind, "Pod")) {
        add_pod(state, at, item);
    } else if (g_str_equal(kind, "Node")) {
        g_array_append_val(state->nodes, item);
        kubectl_world_add_taints(&state->world, at);
    } else if (!kubectl_world_add(&state->world, kind, at)) {
        quoted = bb_quote(kind);
        bb_reader_find(reader, BB_NOTE, "unused-kind", 0,
                       "objects of which nothing is made, such as a %s: passed over", quoted);
    }
}

/* A List, or one of a kind, whose items may leave their kind out. */
static void
add_list(BbReader *reader, guint document, const char *list_kind)
{
    Place list;
    g_autofree char *fallback = g_str_equal(list_kind, "List")
                                    ? g_strdup("")
                                    : g_strndup(list_kind, strlen(list_kind) - strlen("List"));

    find_place(reader, document, -1, &list);
    for (guint i = 0; i < bb_at_n_elements(&list.items); i++) {
        Place place;

        find_place(reader, document, (gint)i, &place);
        if (!place.at.node)
            bb_at_fail(&place.at, "an object");
        BbAt kind = bb_at_member(&place.at, "kind");
        add_item(reader, bb_at_text(&kind, fallback), &place.at,
                 (Item){.document = document, .index = (gint)i});
    }
}

static void
add_document(BbReader *reader, guint document)
{
    Place place;

    find_place(reader, document, -1, &place);
    BbAt kind_at = bb_at_member(&place.root, "kind");
    const char *kind = bb_at_text(&kind_at, NULL);
    if (!kind)
        bb_at_fail(&kind_at, "a kind, such as List, Pod or Node");
    else if (g_str_has_suffix(kind, "List"))
        add_list(reader, document, kind);
    else
        add_item(reader, kind, &place.root, (Item){.document = document, .index = -1});
}

static gint
by_waiting(gconstpointer a, gconstpointer b)
{
    const Item *x = a, *y = b;

    if (x->waits != y->waits || !x->waits)
        return x->waits - y->waits;
    return (x->created_us > y->created_us) - (x->created_us < y->created_us);
}

/* Of no bytes at all the input may have no address. */
static GString *
read_whole(BbInput *input, GError **error)
{
    g_autoptr(GError) wrong = NULL;
    GString *text = g_string_new(NULL);
    const char *bytes;
    gsize n = 0;

    while ((bytes = bb_input_take(input, &n, &wrong)) && n > 0) {
        g_string_append_len(text, bytes, (gssize)n);
        if (text->len > BYTES_MAX)
            bb_error_input(&wrong, bb_input_path(input), 0, 0, "expected at most 1 GiB");
        if (wrong)
            break;
    }
    if (!wrong)
        return text;
    g_propagate_error(error, g_steal_pointer(&wrong));
    g_string_free(text, TRUE);
    return NULL;
}

static gboolean
load(BbReader *reader, GError **error)
{
    KubectlState *state = reader->state;
    GString *text = read_whole(reader->input, error);

    if (!text)
        return FALSE;
    state->documents = bb_document_parse(bb_input_path(reader->input), text->str, text->len, error);
    g_string_free(text, TRUE);
    for (guint i = 0; state->documents && i < state->documents->len; i++)
        add_document(reader, i);
    g_array_sort(state->pods, by_waiting);
    return state->documents != NULL;
}

/* Loaded, and nothing wrong so far? */
static gboolean
is_fine(BbReader *reader, GError **error)
{
    KubectlState *state = reader->state;

    if (!state->documents && !load(reader, error))
        return FALSE;
    if (state->wrong)
        g_propagate_error(error, g_error_copy(state->wrong));
    return state->wrong == NULL;
}

/* ---- rows ---- */

static BbReadResult
next_job(BbReader *reader, BbJobRow *out, GError **error)
{
    KubectlState *state = reader->state;
    const char *reason;
    Place place;

    while (is_fine(reader, error)) {
        if (state->next_pod == state->pods->len)
            return BB_READ_END;
        const Item *item = &g_array_index(state->pods, Item, state->next_pod++);
        find_place(reader, item->document, item->index, &place);
        g_string_chunk_clear(state->texts);
        reader->n_records++;
        reason = kubectl_read_pod(reader, &state->world, &place.at, state->texts, out);
        if (reason)
            bb_reader_skip(reader, reason);
        else
            return is_fine(reader, error) ? BB_READ_ROW : BB_READ_ERROR;
    }
    return BB_READ_ERROR;
}

BbReadResult
kubectl_next_node(BbReader *reader, BbNodeRow *out, GError **error)
{
    KubectlState *state = reader->state;
    Place place;

    if (!is_fine(reader, error))
        return BB_READ_ERROR;
    if (state->next_node == state->nodes->len)
        return BB_READ_END;
    const Item *item = &g_array_index(state->nodes, Item, state->next_node++);
    find_place(reader, item->document, item->index, &place);
    g_string_chunk_clear(state->texts);
    reader->n_records++;
    kubectl_note_node_fields(reader, &place.at);
    kubectl_read_node(&place.at, state->texts, out);
    return is_fine(reader, error) ? BB_READ_ROW : BB_READ_ERROR;
}

void
kubectl_close(BbReader *reader)
{
    KubectlState *state = reader->state;

    g_clear_pointer(&state->documents, g_ptr_array_unref);
    g_clear_pointer(&state->pods, g_array_unref);
    g_clear_pointer(&state->nodes, g_array_unref);
    g_clear_pointer(&state->texts, g_string_chunk_free);
    g_clear_error(&state->wrong);
    kubectl_world_clear(&state->world);
}

const BbReaderClass bb_reader_kubectl = {
    .name = "kubectl",
    .summary = "Kubernetes objects as kubectl get -o json or yaml writes them: pods, nodes",
    .source = "https://kubernetes.io/docs/reference/kubernetes-api/",
    .reads = BB_READS_JOBS,
    .state_size = sizeof(KubectlState),
    .sniff = sniff,
    .open = kubectl_open,
    .next_job = next_job,
    .next_node = kubectl_next_node,
    .close = kubectl_close,
};
