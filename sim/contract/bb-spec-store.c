/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Interned texts are parsed when they are asked for: policies ask once a shape. */
#include "bb-spec-store.h"

struct _BbSpecStore {
    const BbNames *names;
    const char *system;
    GPtrArray *specs; /* of JsonNode */
};

static void
free_spec(gpointer spec)
{
    json_node_unref(spec);
}

BbSpecStore *
bb_spec_store_new(const BbNames *names, const char *system)
{
    BbSpecStore *store = g_new0(BbSpecStore, 1);

    store->names = names;
    store->system = system;
    store->specs = g_ptr_array_new_with_free_func(free_spec);
    return store;
}

void
bb_spec_store_free(BbSpecStore *store)
{
    if (!store)
        return;
    g_ptr_array_unref(store->specs);
    g_free(store);
}

JsonObject *
bb_spec_store_read(BbSpecStore *store, guint32 text, GError **error)
{
    JsonNode *spec =
        text && !*error ? bb_spec_parse(bb_names_text(store->names, text), error) : NULL;

    if (!spec)
        return NULL;
    g_ptr_array_add(store->specs, spec);
    return bb_spec_system(spec, store->system, error);
}

void
bb_spec_fail(GError **failure, const GError *wrong)
{
    if (!*failure)
        *failure = g_error_new(wrong->domain, wrong->code, "spec of a job: %s", wrong->message);
}
