/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every start of every published schedule: LOG-POLICY-MODE.csv.gz in reference/hpc of the shared folder
 * (BB_SHARED) against a run of LOG.swf under that policy; whatever such files are there are judged. */
#include "policies/bb-policies.h"
#include "sim/engine/bb-engine.h"
#include "traces/bb-traces.h"

#include <string.h>

typedef struct {
    BbReader *reader;
    GHashTable *starts; /* id -> start in us, allocated */
} Replay;

static BbReadResult
next_row(gpointer data, BbJobRow *out, guint32 *out_workload, GError **error)
{
    Replay *replay = data;

    *out_workload = 0;
    return bb_reader_next_job(replay->reader, out, error);
}

static gboolean
place_error(gpointer data, const char *column, GError **error, const char *format, ...)
{
    (void)data;
    (void)column;
    return bb_error_set(error, BB_ERROR_INPUT, "%s", format);
}

static void
on_start(gpointer data, const BbView *view, const BbRun *run)
{
    Replay *replay = data;

    (void)view;
    g_hash_table_insert(replay->starts, g_strdup(run->record->id),
                        g_memdup2(&run->start_us, sizeof run->start_us));
}

/* Runs the log; the starts by id. `flat` FALSE: one node with a label, which is no flat pool, so that
 * the general paths do the work. */
static GHashTable *
replay_log(const char *swf, const char *queue_text, gboolean pass_event, gboolean flat)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(BbReader) reader = bb_reader_open(bb_reader_classes, swf, "swf", &error);
    Replay replay = {reader, g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free)};
    g_autoptr(BbNames) names = bb_names_new();
    g_autoptr(BbCluster) cluster = bb_cluster_new(names);
    g_autoptr(BbQueue) queue = bb_queue_new(bb_queue_classes, queue_text, &error);
    g_autoptr(BbPlacement) placement = bb_placement_new(bb_placement_classes, "first-fit", &error);
    g_autoptr(BbEngine) engine = NULL;
    BbEngineOptions options = BB_ENGINE_OPTIONS_INIT;
    BbJobSource source = {&replay, next_row, place_error};
    BbObserver observer = {.data = &replay, .on_start = on_start};

    g_assert_no_error(error);
    if (flat) {
        bb_cluster_add_flat(cluster, reader->meta.max_procs);
    } else {
        BbNodeRow row = BB_NODE_ROW_INIT;

        row.id = "one";
        row.capacity.v[BB_CPU] = reader->meta.max_procs * 1000;
        row.named = 1u << BB_CPU;
        row.labels = "zone=a";
        g_assert_true(bb_cluster_add(cluster, &row, NULL));
    }
    options.pass_event = pass_event;
    engine = bb_engine_new(cluster, source, queue, placement, &options);
    bb_engine_add_observer(engine, &observer);
    bb_engine_run(engine, &error);
    g_assert_no_error(error);
    return replay.starts;
}

/* Compares with job_id,submit,start,finish; counts the differences. */
static guint
count_differences(GHashTable *starts, const char *path, guint *out_n)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(BbInput) input = bb_input_open(path, &error);
    g_autoptr(BbCsv) csv = bb_csv_new(input, ',');
    guint differences = 0;

    g_assert_no_error(error);
    g_assert_cmpint(bb_csv_next(csv, &error), ==, BB_READ_ROW);
    for (*out_n = 0; bb_csv_next(csv, &error) == BB_READ_ROW; ++*out_n) {
        const BbTimeUs *start = g_hash_table_lookup(starts, bb_csv_field(csv, 0));
        BbTimeUs want;

        g_assert_true(bb_parse_seconds(bb_csv_field(csv, 2), FALSE, &want, NULL));
        if (start && *start == want)
            continue;
        if (++differences <= 3)
            g_test_message("job %s: start %" G_GINT64_FORMAT " us, reference %" G_GINT64_FORMAT,
                           bb_csv_field(csv, 0), start ? *start : -1, want);
    }
    g_assert_no_error(error);
    return differences;
}

/* The queue that a file name's policy stands for. */
static const char *
queue_of(const char *policy, gboolean event)
{
    if (strcmp(policy, "cons") == 0)
        return event ? "conservative,plan=compress" : "conservative,plan=rebuild";
    return policy;
}

typedef struct {
    char *folder, *name; /* "hpc2n-easy-event.csv.gz" */
} Reference;

static void
judge(const Reference *reference, gboolean flat)
{
    g_auto(GStrv) parts = g_strsplit(reference->name, "-", 3);
    gboolean event = g_str_has_prefix(parts[2], "event");
    g_autofree char *plain = g_strdup_printf("%s/%s.swf.gz", reference->folder, parts[0]);
    g_autofree char *path = g_build_filename(reference->folder, reference->name, NULL);
    g_autoptr(GHashTable) starts = replay_log(plain, queue_of(parts[1], event), event, flat);
    guint n;
    guint differences = count_differences(starts, path, &n);

    g_test_message("%u of %u starts differ", differences, n);
    g_assert_cmpuint(n, >, 0);
    g_assert_cmpuint(g_hash_table_size(starts), ==, n);
    g_assert_cmpuint(differences, ==, 0);
}

static void
test_flat(gconstpointer data)
{
    judge(data, TRUE);
}

/* The same through the books of real nodes: the slow twin of everything that flat pools count. */
static void
test_nodes(gconstpointer data)
{
    judge(data, FALSE);
}

static void
test_without_shared(void)
{
    g_test_skip("BB_SHARED is not set: the reference schedules are not here");
}

static void
add_reference(const char *folder, const char *name)
{
    Reference *reference = g_new(Reference, 1);
    g_autofree char *flat = g_strdup_printf("/reference-hpc/flat/%s", name);
    g_autofree char *nodes = g_strdup_printf("/reference-hpc/nodes/%s", name);

    *reference = (Reference){g_strdup(folder), g_strdup(name)};
    g_test_add_data_func(flat, reference, test_flat);
    /* Planning on real nodes is plain: only where the queue stays short. */
    if (!strstr(name, "-cons-"))
        g_test_add_data_func(nodes, reference, test_nodes);
}

int
main(int argc, char **argv)
{
    const char *shared = g_getenv("BB_SHARED");
    g_autofree char *folder = g_build_filename(shared ? shared : "", "reference", "hpc", NULL);
    g_autoptr(GDir) dir = shared ? g_dir_open(folder, 0, NULL) : NULL;
    const char *name;

    g_test_init(&argc, &argv, NULL);
    if (!dir)
        g_test_add_func("/reference-hpc/skipped", test_without_shared);
    while (dir && (name = g_dir_read_name(dir)))
        if (g_str_has_suffix(name, ".csv.gz"))
            add_reference(folder, name);
    return g_test_run();
}
