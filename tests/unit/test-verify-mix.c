/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Containers, VMs and HPC gangs in one cluster of real machines: 300 jobs of a log, the pods of the
 * openb trace and generated VMs on the openb nodes. The referee accepts what came of it, and
 * refuses it, naming the instant, once any one entry of its logs is broken. */
#include "policies/bb-policies.h"
#include "sim/base/bb-rng.h"
#include "sim/lab/bb-experiment-run.h"
#include "sim/lab/bb-verify.h"
#include "traces/bb-traces.h"

#include <glib/gstdio.h>
#include <string.h>

#define N_SWF_JOBS 300
#define N_VMS 400
#define N_BREAKAGES 200

static const BbTables tables = {
    {bb_reader_classes, bb_generator_classes}, bb_queue_classes, bb_placement_classes, NULL};

/* Columns of the two logs. */
enum {
    ID,
    WORKLOAD,
    KIND,
    CLASS,
    TASKS,
    SUBMIT,
    START,
    READY,
    FINISH,
    WAIT,
    STARTUP,
    STATE,
    EVICTIONS,
    PLACES,
    N_JOB_FIELDS
};
enum { A_WORKLOAD, A_ID, A_TASK, A_NODE, A_DEVICES, A_FROM, A_TO, A_END, N_TASK_FIELDS };

typedef struct {
    GPtrArray *rows; /* of GStrv, the header first */
    char *path;
} Log;

/* One row of allocations.csv in numbers. */
typedef struct {
    guint node;
    BbTimeUs from_us, to_us;
    guint64 devices;
    BbResources need;
} Task;

typedef struct {
    char *dir, *out;
    BbExperiment *experiment;
    Log jobs, allocations;
    BbNames *names;
    BbCluster *cluster;
    GHashTable *needs; /* "WORKLOAD/ID" -> BbResources */
    GArray *tasks;     /* of Task, for the rows of allocations */
} Mix;

/* ---- the run ---- */

static void
write_swf(const char *from, const char *to)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(BbInput) input = bb_input_open(from, &error);
    g_autoptr(GString) text = g_string_new(NULL);
    char *line;
    gsize n_line;
    g_assert_no_error(error);
    for (guint n = 0; n < N_SWF_JOBS;) {
        BbReadResult result = bb_input_line(input, 4096, &line, &n_line, &error);
        g_assert_cmpint(result, ==, BB_READ_ROW);
        g_string_append_printf(text, "%s\n", line);
        n += *line != ';' && n_line > 0;
    }
    g_file_set_contents(to, text->str, -1, &error);
    g_assert_no_error(error);
}

static void
write_vms(const char *to)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GString) text =
        g_string_new("job_id,submit_s,runtime_s,kind,cpu_milli,memory_mib,group,avoid\n");
    guint32 stream = bb_rng_stream("vms");
    for (guint i = 0; i < N_VMS; i++)
        g_string_append_printf(text, "vm%u,%u,%u,vm,%u,%u,g%u,%s\n", i, i * 500,
                               100 + (guint)bb_rng_below(1, stream, i, 0, 200000),
                               2000 * (1 + (guint)bb_rng_below(1, stream, i, 1, 8)),
                               4096 * (1 + (guint)bb_rng_below(1, stream, i, 2, 8)), i % 20,
                               i % 3 ? "" : "g7");
    g_file_set_contents(to, text->str, -1, &error);
    g_assert_no_error(error);
}

static void
add_trace(Mix *mix, const char *name, const char *source)
{
    g_autofree char *path = g_build_filename(mix->dir, name, NULL);
    if (source)
        write_swf(source, path);
    else
        write_vms(path);
    bb_experiment_add_trace(mix->experiment, path);
}

static void
simulate(Mix *mix, const char *shared)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *gpu = g_build_filename(shared, "data", "gpu", NULL);
    g_autofree char *pods = g_build_filename(gpu, "openb_pod_list_default.csv", NULL);
    g_autofree char *nodes = g_build_filename(gpu, "openb_node_list_all_node.csv", NULL);
    g_autofree char *swf = g_build_filename(shared, "reference", "hpc", "lublin256.swf.gz", NULL);
    mix->experiment = bb_experiment_new(&tables);
    add_trace(mix, "log.swf", swf);
    add_trace(mix, "vms.csv", NULL);
    bb_experiment_add_trace(mix->experiment, pods);
    bb_experiment_add_cluster(mix->experiment, nodes);
    g_assert_true(bb_experiment_set(mix->experiment, "queue", "scheduler.queue", "sjf", &error));
    g_assert_true(
        bb_experiment_set(mix->experiment, "placement", "scheduler.placement", "best-fit", &error));
    mix->experiment->record = BB_RECORD_JOBS | BB_RECORD_ALLOCATIONS;
    mix->out = g_build_filename(mix->dir, "out", NULL);
    BbRunOptions options = {.output = mix->out};
    g_autoptr(BbOutcome) outcome = bb_experiment_run(mix->experiment, &options, &error);
    g_assert_no_error(error);
    g_assert_nonnull(outcome);
}

/* ---- the logs ---- */

static void
log_read(Log *log, const char *dir, const char *name, guint n_fields)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *text = NULL;
    log->path = g_build_filename(dir, name, NULL);
    g_file_get_contents(log->path, &text, NULL, &error);
    g_assert_no_error(error);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    log->rows = g_ptr_array_new_with_free_func((GDestroyNotify)g_strfreev);
    for (guint i = 0; lines[i] && *lines[i]; i++) {
        GStrv row = g_strsplit(lines[i], ",", -1);
        g_assert_cmpuint(g_strv_length(row), ==, n_fields);
        g_ptr_array_add(log->rows, row);
    }
}

static void
log_clear(Log *log)
{
    g_ptr_array_unref(log->rows);
    g_unlink(log->path);
    g_free(log->path);
}

static void
append_row(GString *text, char **row)
{
    g_autofree char *line = g_strjoinv(",", row);
    g_string_append_printf(text, "%s\n", line);
}

/* The log with row `i` given `times` times, the first time as `row`. */
static char *
log_write(const Log *log, const char *dir, guint i, char **row, guint times)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GString) text = g_string_new(NULL);
    char *path = g_build_filename(dir, "broken.csv", NULL);
    for (guint k = 0; k < log->rows->len; k++) {
        for (guint t = 0; t < (k == i ? times : 1); t++)
            append_row(text, k == i ? row : log->rows->pdata[k]);
    }
    g_file_set_contents(path, text->str, -1, &error);
    g_assert_no_error(error);
    return path;
}

static BbTimeUs
time_of(const char *text)
{
    BbTimeUs time_us;
    g_assert_true(bb_parse_seconds(text, FALSE, &time_us, NULL));
    return time_us;
}

static void
set(char **row, guint field, const char *text)
{
    g_free(row[field]);
    row[field] = g_strdup(text);
}

/* Some 1 to 1000 s earlier, or later where it began at 0. */
static void
move_time(char **row, guint field, guint draw)
{
    BbTimeUs time_us = time_of(row[field]), by_us = (BbTimeUs)(1 + draw % 1000) * BB_US_PER_S;
    g_autoptr(GString) text = g_string_new(NULL);
    bb_append_seconds(text, time_us >= by_us ? time_us - by_us : time_us + by_us);
    set(row, field, text->str);
}

/* ---- what is on the nodes ---- */

static void
read_needs(Mix *mix)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) workloads = bb_experiment_open_workloads(mix->experiment, &error);
    g_assert_no_error(error);
    mix->needs = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    for (guint w = 0; w < workloads->len; w++) {
        const BbWorkloadSpec *spec = mix->experiment->workloads->pdata[w];
        BbJobRow row = BB_JOB_ROW_INIT;
        while (bb_workload_next(workloads->pdata[w], &row, &error) == BB_READ_ROW) {
            g_hash_table_insert(mix->needs, g_strconcat(spec->name, "/", row.id, NULL),
                                g_memdup2(&row.need, sizeof row.need));
            row = (BbJobRow)BB_JOB_ROW_INIT;
        }
        g_assert_no_error(error);
    }
}

static const BbResources *
need_of(const Mix *mix, const char *workload, const char *id)
{
    g_autofree char *key = g_strconcat(workload, "/", id, NULL);
    const BbResources *need = g_hash_table_lookup(mix->needs, key);
    g_assert_nonnull(need);
    return need;
}

static void
read_tasks(Mix *mix)
{
    mix->tasks = g_array_new(FALSE, TRUE, sizeof(Task));
    g_array_set_size(mix->tasks, mix->allocations.rows->len);
    for (guint i = 1; i < mix->allocations.rows->len; i++) {
        char **row = mix->allocations.rows->pdata[i];
        Task *task = &g_array_index(mix->tasks, Task, i);
        g_auto(GStrv) devices = g_strsplit(row[A_DEVICES], ";", -1);
        task->node = (guint)bb_cluster_find(mix->cluster, row[A_NODE]);
        task->from_us = time_of(row[A_FROM]);
        task->to_us = time_of(row[A_TO]);
        task->need = *need_of(mix, row[A_WORKLOAD], row[A_ID]);
        for (guint d = 0; devices[d] && *devices[d]; d++)
            task->devices |= G_GUINT64_CONSTANT(1) << g_ascii_strtoull(devices[d], NULL, 10);
    }
}

static gboolean
is_there(const Task *task, BbTimeUs time_us)
{
    return task->from_us <= time_us && task->to_us > time_us;
}

/* A node that is not among `places` and whose cpu is then too full for the need, the first from
 * `first` on; NULL: there is none. */
static const char *
full_node(const Mix *mix, const char *places, const BbResources *need, BbTimeUs time_us,
          guint first)
{
    guint n = bb_cluster_n(mix->cluster);
    g_autofree gint64 *sums = g_new0(gint64, n);
    for (guint i = 1; i < mix->tasks->len; i++) {
        const Task *task = &g_array_index(mix->tasks, Task, i);
        if (is_there(task, time_us))
            sums[task->node] += task->need.v[BB_CPU];
    }
    for (guint k = 0; k < n; k++) {
        const BbNode *node = bb_cluster_node(mix->cluster, (first + k) % n);
        const char *name = bb_names_text(mix->names, node->name);
        if (sums[node->index] + need->v[BB_CPU] > node->capacity.v[BB_CPU] && !strstr(places, name))
            return name;
    }
    return NULL;
}

/* A device of the task's node that others hold too much of for it to be there too; -1: none. */
static gint
full_device(const Mix *mix, const Task *self)
{
    gint64 sums[BB_DEVICES_MAX] = {0};
    for (guint i = 1; i < mix->tasks->len; i++) {
        const Task *task = &g_array_index(mix->tasks, Task, i);
        for (guint d = 0; d < BB_DEVICES_MAX; d++) {
            if (task != self && task->node == self->node && is_there(task, self->from_us) &&
                (task->devices >> d & 1) != 0)
                sums[d] += MIN(task->need.v[BB_GPU], 1000);
        }
    }
    for (gint d = 0; d < BB_DEVICES_MAX; d++) {
        if (sums[d] > 0 && sums[d] + MIN(self->need.v[BB_GPU], 1000) > 1000)
            return d;
    }
    return -1;
}

/* ---- breaking ---- */

typedef enum { MOVE_START, MOVE_NODE, DROP, DOUBLE, MOVE_DEVICE, N_SORTS } Sort;

typedef struct {
    char **row; /* changed; NULL: this row cannot be broken so */
    guint times;
    BbTimeUs times_us[2]; /* instants of which one must be named */
} Broken;

static Broken
break_job(const Mix *mix, guint i, Sort sort, guint draw)
{
    Broken broken = {.row = g_strdupv(mix->jobs.rows->pdata[i]), .times = 1};
    gboolean started = *broken.row[START] != '\0';
    const char *node = NULL;
    broken.times_us[0] = broken.times_us[1] =
        time_of(started && sort != DROP ? broken.row[START] : broken.row[SUBMIT]);
    if (sort == DROP || sort == DOUBLE)
        broken.times = sort == DROP ? 0 : 2;
    else if (started && sort == MOVE_START)
        move_time(broken.row, START, draw);
    else if (started && sort == MOVE_NODE)
        node =
            full_node(mix, broken.row[PLACES], need_of(mix, broken.row[WORKLOAD], broken.row[ID]),
                      broken.times_us[0], draw);
    if (node) {
        g_autofree char *places = g_strconcat(node, "*", broken.row[TASKS], NULL);
        set(broken.row, PLACES, places);
    }
    if (started && sort == MOVE_START)
        broken.times_us[1] = time_of(broken.row[START]);
    if (sort == MOVE_DEVICE || (sort == MOVE_START && !started) || (sort == MOVE_NODE && !node))
        g_clear_pointer(&broken.row, g_strfreev);
    return broken;
}

/* To one that is full, or to none. */
static void
move_device(const Mix *mix, const Task *task, char **row)
{
    gint device = full_device(mix, task);
    g_autofree char *text = device < 0 ? g_strdup("") : g_strdup_printf("%d", device);
    set(row, A_DEVICES, text);
}

static Broken
break_task(const Mix *mix, guint i, Sort sort, guint draw)
{
    Broken broken = {.row = g_strdupv(mix->allocations.rows->pdata[i]), .times = 1};
    const Task *task = &g_array_index(mix->tasks, Task, i);
    const char *node = NULL;
    gboolean has_device = task->need.v[BB_GPU] > 0;
    broken.times_us[0] = broken.times_us[1] = task->from_us;
    if (sort == DROP || sort == DOUBLE)
        broken.times = sort == DROP ? 0 : 2;
    else if (sort == MOVE_START)
        move_time(broken.row, A_FROM, draw);
    else if (sort == MOVE_NODE)
        node = full_node(mix, broken.row[A_NODE], &task->need, task->from_us, draw);
    else if (has_device)
        move_device(mix, task, broken.row);
    if (node)
        set(broken.row, A_NODE, node);
    broken.times_us[1] = time_of(broken.row[A_FROM]);
    if ((sort == MOVE_NODE && !node) || (sort == MOVE_DEVICE && !has_device))
        g_clear_pointer(&broken.row, g_strfreev);
    return broken;
}

static gboolean
names_instant(const BbVerdict *verdict, const Broken *broken)
{
    for (guint i = 0; i < verdict->violations->len; i++) {
        const BbViolation *violation = verdict->violations->pdata[i];
        if (violation->time_us == broken->times_us[0] || violation->time_us == broken->times_us[1])
            return TRUE;
    }
    return FALSE;
}

static BbVerdict *
judge(const Mix *mix, const char *jobs, const char *allocations)
{
    g_autoptr(GError) error = NULL;
    BbVerifyFiles files = {jobs, allocations, NULL};
    BbVerdict *verdict = bb_verify(mix->experiment, &files, &error);
    g_assert_no_error(error);
    return verdict;
}

/* TRUE when the row could be broken so. */
static gboolean
check_breakage(const Mix *mix, gboolean of_jobs, Sort sort, guint draw)
{
    const Log *log = of_jobs ? &mix->jobs : &mix->allocations;
    guint i = 1 + draw % (log->rows->len - 1);
    Broken broken = of_jobs ? break_job(mix, i, sort, draw) : break_task(mix, i, sort, draw);
    if (!broken.row)
        return FALSE;
    g_autofree char *path = log_write(log, mix->dir, i, broken.row, broken.times);
    g_autofree char *line = g_strjoinv(",", broken.row);
    g_autoptr(BbVerdict) verdict =
        of_jobs ? judge(mix, path, NULL) : judge(mix, mix->jobs.path, path);
    g_test_message("%s sort %d: %s", of_jobs ? "job" : "task", sort, line);
    g_assert_cmpuint(verdict->violations->len, >, 0);
    g_assert_true(names_instant(verdict, &broken));
    g_strfreev(broken.row);
    g_unlink(path);
    return TRUE;
}

/* ---- the tests ---- */

static void
mix_open(Mix *mix, const char *shared)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) hashes = NULL;
    *mix = (Mix){.dir = g_dir_make_tmp("mix-XXXXXX", &error)};
    g_assert_no_error(error);
    simulate(mix, shared);
    log_read(&mix->jobs, mix->out, "jobs.csv", N_JOB_FIELDS);
    log_read(&mix->allocations, mix->out, "allocations.csv", N_TASK_FIELDS);
    mix->names = bb_names_new();
    mix->cluster = bb_experiment_build_cluster(mix->experiment, mix->names, &hashes, &error);
    g_assert_no_error(error);
    read_needs(mix);
    read_tasks(mix);
}

static void
remove_all(const char *dir)
{
    g_autoptr(GDir) folder = g_dir_open(dir, 0, NULL);
    const char *name;
    while (folder && (name = g_dir_read_name(folder))) {
        g_autofree char *path = g_build_filename(dir, name, NULL);
        g_unlink(path);
    }
    g_rmdir(dir);
}

static void
mix_close(Mix *mix)
{
    log_clear(&mix->jobs);
    log_clear(&mix->allocations);
    remove_all(mix->out);
    remove_all(mix->dir);
    g_array_unref(mix->tasks);
    g_hash_table_unref(mix->needs);
    bb_cluster_free(mix->cluster);
    bb_names_free(mix->names);
    bb_experiment_free(mix->experiment);
    g_free(mix->out);
    g_free(mix->dir);
}

static void
check_right(const Mix *mix)
{
    g_autoptr(BbVerdict) bare = judge(mix, mix->jobs.path, NULL);
    g_autoptr(BbVerdict) full = judge(mix, mix->jobs.path, mix->allocations.path);
    g_assert_true(bb_verdict_is_good(bare));
    g_assert_true(bb_verdict_is_good(full));
    g_assert_true(full->knows_devices && !bare->knows_devices);
    g_assert_cmpuint(full->n_untimed + bare->n_untimed, ==, 0);
    g_assert_cmpuint(full->n_jobs, >, N_SWF_JOBS + N_VMS + 8000);
    g_assert_cmpuint(full->n_started, >, 8000);
}

static void
test_mix(gconstpointer shared)
{
    Mix mix;
    guint32 stream = bb_rng_stream("breakages");
    guint n = 0, n_of[2 * N_SORTS] = {0};
    mix_open(&mix, shared);
    check_right(&mix);
    for (guint draw = 0; n < N_BREAKAGES && draw < 20 * N_BREAKAGES; draw++) {
        guint sort = draw % (2 * N_SORTS);
        guint number = (guint)bb_rng_below(1, stream, draw, 0, G_MAXINT32);
        if (check_breakage(&mix, sort >= N_SORTS, sort % N_SORTS, number)) {
            n_of[sort]++;
            n++;
        }
    }
    g_assert_cmpuint(n, ==, N_BREAKAGES);
    for (guint sort = 0; sort < 2 * N_SORTS; sort++)
        g_assert_cmpuint(n_of[sort], >=, sort == N_SORTS + MOVE_DEVICE ? 0 : 5);
    mix_close(&mix);
}

static void
test_without_shared(void)
{
    g_test_skip("BB_SHARED is not set: the traces are not here");
}

int
main(int argc, char **argv)
{
    const char *shared = g_getenv("BB_SHARED");
    g_test_init(&argc, &argv, NULL);
    if (shared)
        g_test_add_data_func("/verify-mix/every-breakage-is-seen", shared, test_mix);
    else
        g_test_add_func("/verify-mix/skipped", test_without_shared);
    return g_test_run();
}
