/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Kinds of kube-scheduler's queue. The clock of a script stands still but for its `wait` steps. */
#include "policies/profiles/kube/kube-queue.h"

#include "vec.h"

#define NS_PER_US 1000
#define NS_PER_MS 1000000
#define NS_PER_S G_GINT64_CONSTANT(1000000000)

static KubeQueueArgs
queue_args(JsonObject *vector)
{
    JsonObject *args = vec_object(vector, "args");
    KubeQueueArgs made = KUBE_QUEUE_ARGS_INIT;

    if (vec_has(args, "initial_backoff_s"))
        made.initial_backoff_ns = (gint64)(vec_double(args, "initial_backoff_s", 1) * NS_PER_S);
    if (vec_has(args, "max_backoff_s"))
        made.max_backoff_ns = (gint64)(vec_double(args, "max_backoff_s", 10) * NS_PER_S);
    if (vec_has(args, "unschedulable_max_s"))
        made.unschedulable_max_ns =
            (gint64)(vec_double(args, "unschedulable_max_s", 300) * NS_PER_S);
    made.initial_backoff_ns = vec_int(args, "initial_ns", made.initial_backoff_ns);
    made.max_backoff_ns = vec_int(args, "max_ns", made.max_backoff_ns);
    return made;
}

static gboolean
run_backoff(JsonObject *vector, GString *why)
{
    KubeQueueArgs args = queue_args(vector);
    gint64 attempts = vec_int(vec_object(vector, "inputs"), "attempts", 0);
    gint64 found = kube_backoff(&args, (guint)attempts);
    gint64 expected = vec_int(vec_object(vector, "expected"), "backoff_ns", -1);

    return found == expected ||
           vec_fail(why, "expected %" G_GINT64_FORMAT " ns, found %" G_GINT64_FORMAT, expected,
                    found);
}

static KubeQueued
queued_of(JsonObject *pod)
{
    return (KubeQueued){.priority = vec_int(pod, "priority", 0),
                        .queued_ns = (gint64)(vec_double(pod, "queued_ms", 0) * NS_PER_MS)};
}

static gboolean
run_less(JsonObject *vector, GString *why)
{
    JsonObject *inputs = vec_object(vector, "inputs");
    KubeQueued a = queued_of(vec_object(inputs, "p1")), b = queued_of(vec_object(inputs, "p2"));
    gboolean found = kube_queue_less(&a, &b);

    return found == vec_bool(vec_object(vector, "expected"), "p1_first", FALSE) ||
           vec_fail(why, "found p1_first %s", found ? "true" : "false");
}

/* {EVENT: [PLUGIN, ..], ..} */
static gboolean
subscribe(KubeQueue *queue, JsonObject *subscriptions, GString *why)
{
    g_autoptr(GList) texts = subscriptions ? json_object_get_members(subscriptions) : NULL;

    for (GList *at = texts; at; at = at->next) {
        JsonArray *plugins = vec_array(subscriptions, at->data);
        KubeEvent event;

        if (!kube_event_parse(at->data, &event))
            return vec_fail(why, "cannot parse the event %s", (const char *)at->data);
        for (guint i = 0; i < vec_length(plugins); i++)
            kube_queue_subscribe(queue, &event, vec_text_at(plugins, i));
        kube_event_clear(&event);
    }
    return TRUE;
}

static GPtrArray *
texts_of(JsonArray *array)
{
    GPtrArray *texts = g_ptr_array_new_with_free_func(g_free);

    for (guint i = 0; i < vec_length(array); i++)
        g_ptr_array_add(texts, g_strdup(vec_text_at(array, i)));
    return texts;
}

static gboolean
run_event_match(JsonObject *vector, GString *why)
{
    JsonObject *inputs = vec_object(vector, "inputs");
    KubeQueueArgs args = KUBE_QUEUE_ARGS_INIT;
    g_autoptr(KubeQueue) queue = kube_queue_new(&args);
    g_autoptr(GPtrArray) rejected = texts_of(vec_array(inputs, "rejected_by"));
    KubeEvent event;
    gboolean found;

    if (!subscribe(queue, vec_object(inputs, "subscriptions"), why))
        return FALSE;
    if (!kube_event_parse(vec_text(inputs, "event"), &event))
        return vec_fail(why, "cannot parse the event %s", vec_text(inputs, "event"));
    found = kube_queue_event_helps(queue, &event, rejected);
    kube_event_clear(&event);
    return found == vec_bool(vec_object(vector, "expected"), "match", FALSE) ||
           vec_fail(why, "found match %s", found ? "true" : "false");
}

/* ---- scripts ---- */

typedef struct {
    KubeQueue *queue;
    GHashTable *entries; /* KubeQueued by name */
    GHashTable *names;   /* set of the pods' names (owned): KubeQueued.pod is one of them */
    GPtrArray *popped;   /* names, in order */
    gint64 now_ns;
    GString *why;
} Script;

static char *
pod_name(Script *script, const char *name)
{
    char *known = g_hash_table_lookup(script->names, name);

    if (!known) {
        known = g_strdup(name);
        g_hash_table_insert(script->names, known, known);
    }
    return known;
}

/* The name by which a script speaks of an entry; "pop_as" gives new ones. */
static void
remember(Script *script, const char *name, KubeQueued *entry)
{
    g_hash_table_insert(script->entries, pod_name(script, name), entry);
    entry->pod = pod_name(script, name);
}

static void
op_add(Script *script, JsonObject *step)
{
    remember(script, vec_text(step, "pod"),
             kube_queue_add(script->queue, NULL, vec_int(step, "priority", 0), script->now_ns));
}

static void
op_add_many(Script *script, JsonObject *step)
{
    for (gint64 i = 0; i < vec_int(step, "n", 0); i++) {
        g_autofree char *name = g_strdup_printf("pod-%" G_GINT64_FORMAT, i);

        remember(script, name,
                 kube_queue_add(script->queue, NULL, vec_int(step, "priority", 0), script->now_ns));
    }
}

static void
op_fail(Script *script, JsonObject *step)
{
    g_autoptr(GPtrArray) plugins = texts_of(vec_array(step, "plugins"));
    const char *name = vec_text(step, "pod");
    KubeQueued *entry = g_hash_table_lookup(script->entries, name);
    const char *const *rejected;

    g_ptr_array_add(plugins, NULL);
    rejected = (const char *const *)plugins->pdata;
    if (entry)
        kube_queue_fail(script->queue, entry, rejected, script->now_ns);
    else
        remember(script, name,
                 kube_queue_add_failed(script->queue, NULL, vec_int(step, "priority", 0), rejected,
                                       script->now_ns));
}

static void
op_wait(Script *script, JsonObject *step)
{
    script->now_ns += (gint64)(vec_double(step, "s", 0) * NS_PER_S) +
                      (gint64)(vec_double(step, "ms", 0) * NS_PER_MS) +
                      (gint64)(vec_double(step, "us", 0) * NS_PER_US) + vec_int(step, "ns", 0);
}

static void
op_move(Script *script, JsonObject *step)
{
    const char *text = vec_text(step, "event");
    KubeEvent event;

    if (!text) {
        kube_queue_move(script->queue, NULL, NULL, NULL, script->now_ns);
    } else if (kube_event_parse(text, &event)) {
        kube_queue_move(script->queue, &event, NULL, NULL, script->now_ns);
        kube_event_clear(&event);
    } else {
        vec_fail(script->why, "cannot parse the event %s", text);
    }
}

static const char *
pop(Script *script)
{
    KubeQueued *entry = kube_queue_pop(script->queue, script->now_ns);

    if (!entry)
        return NULL;
    g_ptr_array_add(script->popped, entry->pod);
    return entry->pod;
}

static void
op_pop(Script *script, JsonObject *step)
{
    gint64 n = vec_int(step, "n", 1);

    for (gint64 i = 0; i < n && pop(script); i++)
        ;
}

static void
op_pop_as(Script *script, JsonObject *step)
{
    KubeQueued *entry = kube_queue_pop(script->queue, script->now_ns);

    if (!entry) {
        vec_fail(script->why, "nothing to pop");
        return;
    }
    remember(script, vec_text(step, "name"), entry);
    g_ptr_array_add(script->popped, entry->pod);
}

static void
op_drop_backoff(Script *script, JsonObject *step)
{
    g_autoptr(GPtrArray) dropped = kube_queue_list(script->queue, KUBE_BACKING_OFF);

    (void)step;
    for (guint i = 0; i < dropped->len; i++)
        g_hash_table_remove(script->entries, ((KubeQueued *)dropped->pdata[i])->pod);
    kube_queue_drop_backoff(script->queue);
}

static void
op_flush_leftover(Script *script, JsonObject *step)
{
    (void)step;
    kube_queue_flush_leftover(script->queue, script->now_ns);
}

static void
op_flush_backoff(Script *script, JsonObject *step)
{
    (void)step;
    kube_queue_flush_backoff(script->queue, script->now_ns);
}

static const struct {
    const char *op;
    void (*run)(Script *script, JsonObject *step);
} ops[] = {
    {"add", op_add},
    {"add_many", op_add_many},
    {"fail", op_fail},
    {"wait", op_wait},
    {"move_all", op_move},
    {"event", op_move},
    {"pop", op_pop},
    {"pop_all", op_pop},
    {"pop_as", op_pop_as},
    {"drop_backoff", op_drop_backoff},
    {"flush_leftover", op_flush_leftover},
    {"flush_backoff", op_flush_backoff},
};

/* {"active": 1, "backoff": 2, ..}: how many there are. */
static gboolean
check_sizes(const Script *script, JsonObject *expected)
{
    static const struct {
        const char *member;
        KubeStage stage;
    } stages[] = {{"active", KUBE_ACTIVE},
                  {"backoff", KUBE_BACKING_OFF},
                  {"unschedulable", KUBE_UNSCHEDULABLE_QUEUE}};

    for (guint i = 0; i < G_N_ELEMENTS(stages); i++) {
        guint found = kube_queue_n(script->queue, stages[i].stage);

        if (vec_int(expected, stages[i].member, found) != found)
            return vec_fail(script->why, "found %u %s", found, stages[i].member);
    }
    return TRUE;
}

static const char *
last_popped(const Script *script)
{
    return script->popped->len > 0 ? script->popped->pdata[script->popped->len - 1] : "(nothing)";
}

static gboolean
check_step(const Script *script, JsonObject *step)
{
    const char *name = vec_text(step, "expect");

    if (name && !g_str_equal(last_popped(script), name))
        return vec_fail(script->why, "expected %s, popped %s", name, last_popped(script));
    return check_sizes(script, step) && check_sizes(script, vec_object(step, "expect"));
}

static gboolean
run_step(Script *script, JsonObject *step)
{
    const char *op = vec_text(step, "op");

    for (guint i = 0; op && i < G_N_ELEMENTS(ops); i++)
        if (g_str_equal(ops[i].op, op)) {
            ops[i].run(script, step);
            return script->why->len == 0 && check_step(script, step);
        }
    return vec_fail(script->why, "unknown op %s", op ? op : "(none)");
}

static gboolean
check_end(const Script *script, JsonObject *expected)
{
    const char *last = vec_text(expected, "last_popped");
    JsonArray *popped = vec_array(expected, "popped");

    if (last && !g_str_equal(last_popped(script), last))
        return vec_fail(script->why, "expected %s last, popped %s", last, last_popped(script));
    if (popped && vec_length(popped) != script->popped->len)
        return vec_fail(script->why, "popped %u pods", script->popped->len);
    for (guint i = 0; i < vec_length(popped); i++)
        if (!g_str_equal(vec_text_at(popped, i), script->popped->pdata[i]))
            return vec_fail(script->why, "expected %s as number %u, popped %s",
                            vec_text_at(popped, i), i + 1, (char *)script->popped->pdata[i]);
    return check_sizes(script, expected);
}

static gboolean
run_script(JsonObject *vector, GString *why)
{
    KubeQueueArgs args = queue_args(vector);
    g_autoptr(KubeQueue) queue = kube_queue_new(&args);
    g_autoptr(GHashTable) names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(GHashTable) entries = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GPtrArray) popped = g_ptr_array_new();
    JsonArray *steps = vec_array(vector, "script");
    Script script = {queue, entries, names, popped, 0, why};

    if (!subscribe(queue, vec_object(vec_object(vector, "inputs"), "subscriptions"), why))
        return FALSE;
    for (guint i = 0; i < vec_length(steps); i++)
        if (!run_step(&script, vec_object_at(steps, i)))
            return FALSE;
    return check_end(&script, vec_object(vector, "expected"));
}

/* ---- one move ---- */

/* The array holds the names of the entries' pods, in order. */
static gboolean
check_names(const GPtrArray *entries, JsonArray *expected, GString *why)
{
    if (vec_length(expected) != entries->len)
        return vec_fail(why, "expected %u pods, found %u", vec_length(expected), entries->len);
    for (guint i = 0; i < entries->len; i++) {
        const KubeQueued *entry = entries->pdata[i];

        if (!g_str_equal(entry->pod, vec_text_at(expected, i)))
            return vec_fail(why, "expected %s as number %u, found %s", vec_text_at(expected, i),
                            i + 1, (char *)entry->pod);
    }
    return TRUE;
}

static gboolean
passes_check(gpointer data, const KubeQueued *entry)
{
    JsonObject *check = data;

    return entry->priority >= vec_int(check, "min_priority", G_MININT64) &&
           entry->priority <= vec_int(check, "max_priority", G_MAXINT64) &&
           !(vec_bool(check, "even", FALSE) && entry->priority % 2 != 0) &&
           !(vec_bool(check, "odd", FALSE) && entry->priority % 2 == 0);
}

static gboolean
run_precheck(JsonObject *vector, GString *why)
{
    JsonObject *inputs = vec_object(vector, "inputs");
    JsonArray *pods = vec_array(inputs, "unschedulable");
    JsonObject *check = vec_object(inputs, "check");
    KubeQueueArgs args = KUBE_QUEUE_ARGS_INIT;
    g_autoptr(KubeQueue) queue = kube_queue_new(&args);
    g_autoptr(GPtrArray) moved = NULL;

    for (guint i = 0; i < vec_length(pods); i++) {
        JsonObject *pod = vec_object_at(pods, i);

        kube_queue_add_failed(queue, (gpointer)(gsize)vec_text(pod, "name"),
                              vec_int(pod, "priority", 0), NULL, 0);
    }
    kube_queue_move(queue, NULL, check ? passes_check : NULL, check, 0);
    moved = kube_queue_list(queue, KUBE_BACKING_OFF);
    return check_names(moved, vec_array(vec_object(vector, "expected"), "moved_to_backoff"), why);
}

static gboolean
run_order(JsonObject *vector, GString *why)
{
    JsonArray *pods = vec_array(vec_object(vector, "inputs"), "pods");
    KubeQueueArgs args = KUBE_QUEUE_ARGS_INIT;
    g_autoptr(KubeQueue) queue = kube_queue_new(&args);
    g_autoptr(GPtrArray) popped = g_ptr_array_new();
    KubeQueued *entry;

    for (guint i = 0; i < vec_length(pods); i++) {
        JsonObject *pod = vec_object_at(pods, i);

        kube_queue_add(queue, (gpointer)(gsize)vec_text(pod, "name"), vec_int(pod, "priority", 0),
                       (gint64)(vec_double(pod, "queued_ms", 0) * NS_PER_MS));
    }
    while ((entry = kube_queue_pop(queue, 0)))
        g_ptr_array_add(popped, entry);
    return check_names(popped, vec_array(vec_object(vector, "expected"), "pop_order"), why);
}

const VecKind vec_kinds_kube_queue[] = {
    {"queue_backoff", run_backoff},
    {"queue_less", run_less},
    {"queue_order", run_order},
    {"queue_script", run_script},
    {"queue_event_match", run_event_match},
    {"queue_precheck", run_precheck},
    {NULL, NULL},
};
