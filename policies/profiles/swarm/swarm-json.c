/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Member by member. Expressions are compiled here, once for all jobs that say the same. */
#include "swarm-json.h"

void
swarm_arena_init(SwarmArena *arena)
{
    arena->blocks = g_ptr_array_new_with_free_func(g_free);
    arena->exprs = g_ptr_array_new_with_free_func((GDestroyNotify)g_array_unref);
}

void
swarm_arena_clear(SwarmArena *arena)
{
    g_clear_pointer(&arena->blocks, g_ptr_array_unref);
    g_clear_pointer(&arena->exprs, g_ptr_array_unref);
}

gpointer
swarm_arena_alloc(SwarmArena *arena, gsize size, gsize n)
{
    gpointer block = g_malloc0_n(n, size);

    if (block)
        g_ptr_array_add(arena->blocks, block);
    return block;
}

const SwarmLabel *
swarm_read_labels(SwarmArena *arena, JsonObject *labels, guint *out_n, GError **error)
{
    guint n = labels ? json_object_get_size(labels) : 0, i = 0;
    SwarmLabel *list = swarm_arena_alloc(arena, sizeof(SwarmLabel), n);
    JsonObjectIter iter;
    const char *key;

    *out_n = n;
    if (!labels)
        return NULL;
    json_object_iter_init_ordered(&iter, labels);
    while (json_object_iter_next_ordered(&iter, &key, NULL))
        list[i++] = (SwarmLabel){key, bb_spec_text(labels, key, "", error)};
    return list;
}

static const char *const *
read_texts(SwarmArena *arena, JsonObject *object, const char *member, GError **error)
{
    const char **texts = bb_spec_texts(object, member, error);

    if (texts)
        g_ptr_array_add(arena->blocks, texts);
    return texts;
}

static const GArray *
read_exprs(SwarmArena *arena, JsonObject *object, const char *member, GError **error)
{
    const char *const *texts = read_texts(arena, object, member, error);
    GArray *exprs = texts && !*error ? swarm_exprs_new(texts, error) : NULL;

    if (exprs)
        g_ptr_array_add(arena->exprs, exprs);
    return exprs;
}

static const SwarmPort *
read_ports(SwarmArena *arena, JsonObject *object, guint *out_n, GError **error)
{
    JsonArray *array = bb_spec_array(object, "ports", error);
    guint n = array ? json_array_get_length(array) : 0;
    SwarmPort *ports = swarm_arena_alloc(arena, sizeof(SwarmPort), n);

    *out_n = n;
    for (guint i = 0; i < n; i++) {
        static const char *const names[] = {"host_ip", "host_port", NULL};
        JsonObject *port = bb_spec_element(array, i, "ports", error);

        bb_spec_expect(port, names, error);
        ports[i] = (SwarmPort){bb_spec_text(port, "host_ip", "", error),
                               bb_spec_text(port, "host_port", "", error)};
    }
    return ports;
}

void
swarm_read_container(SwarmArena *arena, JsonObject *object, SwarmContainer *out, GError **error)
{
    static const char *const names[] = {"name",        "id",         "labels",       "network_mode",
                                        "ports",       "exposed",    "volumes_from", "links",
                                        "constraints", "affinities", "whitelist",    NULL};

    bb_spec_expect(object, names, error);
    *out = (SwarmContainer){
        .id = bb_spec_text(object, "id", NULL, error),
        .name = bb_spec_text(object, "name", NULL, error),
        .network = bb_spec_text(object, "network_mode", NULL, error),
        .exposed = read_texts(arena, object, "exposed", error),
        .volumes_from = read_texts(arena, object, "volumes_from", error),
        .links = read_texts(arena, object, "links", error),
        .constraints = read_exprs(arena, object, "constraints", error),
        .affinities = read_exprs(arena, object, "affinities", error),
        .whitelist = read_exprs(arena, object, "whitelist", error),
    };
    out->labels =
        swarm_read_labels(arena, bb_spec_object(object, "labels", error), &out->n_labels, error);
    out->ports = read_ports(arena, object, &out->n_ports, error);
}

void
swarm_read_node(SwarmArena *arena, JsonObject *object, SwarmNode *out, GError **error)
{
    static const char *const names[] = {"health", "images", NULL};
    static const char *const image_names[] = {"id", "tags", NULL};
    JsonArray *array = bb_spec_array(object, "images", error);
    guint n = array ? json_array_get_length(array) : 0;
    SwarmImage *images = swarm_arena_alloc(arena, sizeof(SwarmImage), n);

    bb_spec_expect(object, names, error);
    for (guint i = 0; i < n; i++) {
        JsonObject *image = bb_spec_element(array, i, "images", error);

        bb_spec_expect(image, image_names, error);
        images[i] = (SwarmImage){bb_spec_text(image, "id", NULL, error),
                                 read_texts(arena, image, "tags", error)};
    }
    out->images = images;
    out->n_images = n;
    out->health = bb_spec_int(object, "health", 100, error);
}
