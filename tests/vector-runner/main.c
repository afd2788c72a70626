/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-vectors DIR: every vector of every *.json in DIR (not of folders below), one TAP line an id.
 * A kind that nobody knows is a failure. Exit status 1 if any failed, 2 if DIR cannot be read. */
#include "vec.h"

static const VecKind *const lists[] = {
    vec_kinds_kube,         vec_kinds_kube_core, vec_kinds_kube_preempt,   vec_kinds_kube_queue,
    vec_kinds_coscheduling, vec_kinds_swarm,     vec_kinds_swarmkit,       vec_kinds_fleet,
    vec_kinds_nova,         vec_kinds_slurm,     vec_kinds_slurm_backfill, vec_kinds_autoscaler,
};

typedef struct {
    guint n, n_failed;
} Tally;

static VecRun
find_kind(const char *kind)
{
    for (guint l = 0; kind && l < G_N_ELEMENTS(lists); l++)
        for (const VecKind *known = lists[l]; known->kind; known++)
            if (g_str_equal(known->kind, kind))
                return known->run;
    return NULL;
}

static void
say(Tally *tally, gboolean ok, const char *id, const char *why)
{
    tally->n++;
    tally->n_failed += !ok;
    g_print("%s %u - %s\n", ok ? "ok" : "not ok", tally->n, id);
    if (!ok)
        g_print("# %s\n", why);
}

static void
run_vector(Tally *tally, const char *file, JsonNode *node)
{
    g_autoptr(GString) why = g_string_new(NULL);
    JsonObject *vector = JSON_NODE_HOLDS_OBJECT(node) ? json_node_get_object(node) : NULL;
    const char *id = vec_text(vector, "id"), *kind = vec_text(vector, "kind");
    VecRun run = find_kind(kind);

    if (!vector || !id) {
        say(tally, FALSE, file, "expected an object with an id");
    } else if (!run) {
        g_string_printf(why, "unknown kind %s", kind ? kind : "(none)");
        say(tally, FALSE, id, why->str);
    } else {
        gboolean ok = run(vector, why);

        say(tally, ok, id, why->str);
    }
}

static void
run_file(Tally *tally, const char *folder, const char *file)
{
    g_autoptr(JsonParser) parser = json_parser_new();
    g_autoptr(GError) error = NULL;
    g_autofree char *path = g_build_filename(folder, file, NULL);
    JsonArray *vectors;

    if (!json_parser_load_from_file(parser, path, &error)) {
        say(tally, FALSE, file, error->message);
        return;
    }
    if (!json_parser_get_root(parser) || !JSON_NODE_HOLDS_ARRAY(json_parser_get_root(parser))) {
        say(tally, FALSE, file, "expected an array of vectors");
        return;
    }
    vectors = json_node_get_array(json_parser_get_root(parser));
    for (guint i = 0; i < json_array_get_length(vectors); i++)
        run_vector(tally, file, json_array_get_element(vectors, i));
}

static gint
by_name(gconstpointer a, gconstpointer b)
{
    return g_strcmp0(*(const char *const *)a, *(const char *const *)b);
}

/* Names of the *.json files in the folder, sorted; NULL with an error. */
static GPtrArray *
list_files(const char *folder, GError **error)
{
    g_autoptr(GDir) dir = g_dir_open(folder, 0, error);
    GPtrArray *files;
    const char *name;

    if (!dir)
        return NULL;
    files = g_ptr_array_new_with_free_func(g_free);
    while ((name = g_dir_read_name(dir)))
        if (g_str_has_suffix(name, ".json"))
            g_ptr_array_add(files, g_strdup(name));
    g_ptr_array_sort(files, by_name);
    return files;
}

int
main(int argc, char **argv)
{
    g_autoptr(GPtrArray) files = NULL;
    g_autoptr(GError) error = NULL;
    Tally tally = {0, 0};

    if (argc != 2) {
        g_printerr("usage: test-vectors DIR\n");
        return 2;
    }
    if (!(files = list_files(argv[1], &error))) {
        g_printerr("test-vectors: %s\n", error->message);
        return 2;
    }
    for (guint i = 0; i < files->len; i++)
        run_file(&tally, argv[1], g_ptr_array_index(files, i));
    g_print("1..%u\n", tally.n);
    return tally.n_failed > 0;
}
