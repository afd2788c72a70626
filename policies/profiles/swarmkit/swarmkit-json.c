/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Member by member, once for all jobs and nodes that say the same. */
#include "swarmkit-json.h"

#include "sim/base/bb-error.h"

static void
clear_constraint(gpointer constraint)
{
    swarmkit_constraint_clear(constraint);
}

static GArray *
read_constraints(JsonObject *object, GError **error)
{
    g_autofree const char **texts = bb_spec_texts(object, "constraints", error);
    GArray *constraints = g_array_new(FALSE, FALSE, sizeof(SwarmkitConstraint));

    g_array_set_clear_func(constraints, clear_constraint);
    for (guint i = 0; texts && texts[i]; i++) {
        SwarmkitConstraint one;

        if (!swarmkit_constraint_parse(&one, texts[i], error))
            break;
        g_array_append_val(constraints, one);
    }
    return constraints;
}

static GArray *
read_generic(JsonObject *object, GError **error)
{
    JsonObject *amounts = bb_spec_object(object, "generic", error);
    GArray *generic = g_array_new(FALSE, FALSE, sizeof(SwarmkitGeneric));
    JsonObjectIter iter;
    const char *name;

    if (!amounts)
        return generic;
    json_object_iter_init_ordered(&iter, amounts);
    while (json_object_iter_next_ordered(&iter, &name, NULL)) {
        SwarmkitGeneric one = {name, bb_spec_int(amounts, name, 0, error)};

        g_array_append_val(generic, one);
    }
    return generic;
}

SwarmkitJob *
swarmkit_job_new(JsonObject *object, GError **error)
{
    static const char *const names[] = {"service", "constraints",  "spread", "ports",
                                        "generic", "max_replicas", NULL};
    SwarmkitJob *job = g_new0(SwarmkitJob, 1);

    bb_spec_expect(object, names, error);
    job->constraints = read_constraints(object, error);
    job->generic = read_generic(object, error);
    job->ports = bb_spec_texts(object, "ports", error);
    job->spread = bb_spec_texts(object, "spread", error);
    job->view = (SwarmkitService){
        .name = bb_spec_text(object, "service", NULL, error),
        .constraints = (const SwarmkitConstraint *)(gconstpointer)job->constraints->data,
        .n_constraints = job->constraints->len,
        .ports = job->ports,
        .generic = (const SwarmkitGeneric *)(gconstpointer)job->generic->data,
        .n_generic = job->generic->len,
        .max_replicas =
            (guint32)CLAMP(bb_spec_int(object, "max_replicas", 0, error), 0, G_MAXINT32),
    };
    return job;
}

void
swarmkit_job_free(SwarmkitJob *job)
{
    if (!job)
        return;
    g_array_unref(job->constraints);
    g_array_unref(job->generic);
    g_free(job->ports);
    g_free(job->spread);
    g_free(job);
}

static GArray *
read_engine_labels(JsonObject *object, GError **error)
{
    JsonObject *labels = bb_spec_object(object, "engine_labels", error);
    GArray *list = g_array_new(FALSE, FALSE, sizeof(SwarmkitLabel));
    JsonObjectIter iter;
    const char *key;

    if (!labels)
        return list;
    json_object_iter_init_ordered(&iter, labels);
    while (json_object_iter_next_ordered(&iter, &key, NULL)) {
        SwarmkitLabel one = {key, bb_spec_text(labels, key, "", error)};

        g_array_append_val(list, one);
    }
    return list;
}

void
swarmkit_machine_init(SwarmkitMachine *machine, JsonObject *object, GError **error)
{
    static const char *const names[] = {"role", "availability", "engine_labels", "generic", NULL};
    static const char *const states[] = {"active", "pause", "drain", NULL};
    const char *state = bb_spec_text(object, "availability", "active", error);

    bb_spec_expect(object, names, error);
    if (!*error && !g_strv_contains(states, state))
        bb_error_set(error, BB_ERROR_INPUT,
                     "\"availability\": expected active, pause or drain, found \"%s\"", state);
    machine->labels = read_engine_labels(object, error);
    machine->generic = read_generic(object, error);
    machine->view = (SwarmkitHost){
        .role = bb_spec_text(object, "role", "worker", error),
        .active = g_str_equal(state, "active"),
        .engine_labels = (const SwarmkitLabel *)(gconstpointer)machine->labels->data,
        .n_engine_labels = machine->labels->len,
        .generic = (const SwarmkitGeneric *)(gconstpointer)machine->generic->data,
        .n_generic = machine->generic->len,
    };
}

void
swarmkit_machine_clear(SwarmkitMachine *machine)
{
    g_clear_pointer(&machine->labels, g_array_unref);
    g_clear_pointer(&machine->generic, g_array_unref);
}
