/* SPDX-License-Identifier: GPL-3.0-or-later */
/* breakbulk demo: silos or one mixed pool, on the built-in sample. */
#include "bb-cli.h"
#include "sim/base/bb-units.h"
#include "sim/lab/bb-demo.h"
#include "sim/report/bb-prose.h"

#define WIDTH 80
#define LABEL_WIDTH 20
#define COLUMN_WIDTH 20

static const BbDemoPart parts[] = {
    {BB_CONTAINER, "estate,days=7,part=containers", 60 * BB_US_PER_S},
    {BB_VM, "estate,days=7,part=vms", 15 * 60 * BB_US_PER_S},
    {BB_PROCESS, "estate,days=7,part=hpc", 4 * 3600 * BB_US_PER_S},
};
#define N_PARTS G_N_ELEMENTS(parts)

/* The parts in a heading, in a sentence, and what their silo promises. */
static const struct {
    const char *heading, *jobs, *promise;
} words[N_PARTS] = {
    {"Containers", "containers", "1 minute"},
    {"VMs", "VMs", "15 minutes"},
    {"HPC jobs", "HPC jobs", "4 hours"},
};

#define MEMORY_GIB "256"

static const BbDemoSpec sample = {
    .parts = parts,
    .n_parts = N_PARTS,
    .generator = "estate,days=7",
    .queue = "fcfs,skip=100",
    .placement = "best-fit",
    .cpu = "32",
    .memory = MEMORY_GIB "GiB",
};

/* A column of the table: the pool that each part runs in. */
typedef struct {
    const char *heading;
    const BbDemoPool *pools[N_PARTS];
} Column;

#define N_COLUMNS 3

/* A line of the table; `p` is the part that it is about. Owned by the caller. */
typedef struct {
    const char *label;
    char *(*cell)(const BbDemoPool *pool, guint p);
} Line;

static void say(GString *out, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* A paragraph. */
static void
say(GString *out, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    g_autofree char *text = g_strdup_vprintf(format, args);
    va_end(args);
    bb_append_wrapped(out, "", text, WIDTH);
}

static const BbPopulation *
jobs_of(const BbDemoPool *pool, guint p)
{
    return &pool->outcome->result->kinds[parts[p].kind];
}

static char *
count_jobs(const BbDemoPool *pool, guint p)
{
    return bb_format_count(jobs_of(pool, p)->jobs.submitted);
}

static char *
count_machines(const BbDemoPool *pool, guint p)
{
    (void)p;
    return bb_format_count(pool->n_machines);
}

static char *
taken(const BbDemoPool *pool, guint p, BbResource r)
{
    const BbResult *result = pool->outcome->result;
    return bb_format_percent(bb_result_ratio(jobs_of(pool, p)->allocated[r], result->bought[r]));
}

static char *
cpu_taken(const BbDemoPool *pool, guint p)
{
    return taken(pool, p, BB_CPU);
}

static char *
memory_taken(const BbDemoPool *pool, guint p)
{
    return taken(pool, p, BB_MEMORY);
}

static char *
wait_text(double seconds, gboolean at_least)
{
    g_autofree char *text = bb_format_duration(seconds);
    return g_strconcat(at_least ? "over " : "", text, NULL);
}

static char *
mean_wait(const BbDemoPool *pool, guint p)
{
    const BbSummaryStat *wait = &jobs_of(pool, p)->stats[BB_WAIT];
    return wait_text(wait->mean, wait->mean_at_least);
}

static char *
p99_wait(const BbDemoPool *pool, guint p)
{
    const BbSummaryStat *wait = &jobs_of(pool, p)->stats[BB_WAIT];
    return wait_text(wait->p99, wait->p99_at_least);
}

static char *
count_rejected(const BbDemoPool *pool, guint p)
{
    return bb_format_count(jobs_of(pool, p)->jobs.rejected);
}

/* Right-censored: their wait is only known to be longer. */
static char *
count_censored(const BbDemoPool *pool, guint p)
{
    return bb_format_count(jobs_of(pool, p)->jobs.censored);
}

static const Line lines[] = {
    {"machines", count_machines},      {"cpu taken", cpu_taken}, {"memory taken", memory_taken},
    {"mean wait", mean_wait},          {"P99 wait", p99_wait},   {"rejected", count_rejected},
    {"never started", count_censored},
};

static void
append_cells(GString *out, const char *label, char *const *cells)
{
    g_string_append_printf(out, "%-*s", LABEL_WIDTH, label);
    for (guint c = 0; c < N_COLUMNS; c++)
        g_string_append_printf(out, "%*s", COLUMN_WIDTH, cells[c]);
    g_string_append_c(out, '\n');
}

static void
append_part(GString *out, guint p, const Column *columns)
{
    g_string_append_printf(out, "%s\n", words[p].heading);
    for (guint i = 0; i < G_N_ELEMENTS(lines); i++) {
        char *cells[N_COLUMNS];
        g_autofree char *label = g_strconcat("  ", lines[i].label, NULL);
        for (guint c = 0; c < N_COLUMNS; c++)
            cells[c] = lines[i].cell(columns[c].pools[p], p);
        append_cells(out, label, cells);
        for (guint c = 0; c < N_COLUMNS; c++)
            g_free(cells[c]);
    }
}

/* Of all machines of a column, each counted once. */
static char *
allocated(const Column *column, BbResource r)
{
    BbInt128 sum = 0, bought = 0;
    for (guint p = 0; p < N_PARTS; p++) {
        if (p > 0 && column->pools[p] == column->pools[p - 1])
            continue;
        const BbResult *result = column->pools[p]->outcome->result;
        sum += bb_result_allocated(result, r);
        bought += result->bought[r];
    }
    return bb_format_percent(bb_result_ratio(sum, bought));
}

static void
append_together(GString *out, const BbDemo *demo, const Column *columns)
{
    const guint n[N_COLUMNS] = {demo->n_machines, demo->mixed.n_machines,
                                demo->smallest.n_machines};
    g_string_append(out, "Together\n");
    for (guint i = 0; i < 3; i++) {
        static const char *const labels[] = {"  machines", "  cpu taken", "  memory taken"};
        char *cells[N_COLUMNS];
        for (guint c = 0; c < N_COLUMNS; c++)
            cells[c] = i == 0 ? bb_format_count(n[c])
                              : allocated(&columns[c], i == 1 ? BB_CPU : BB_MEMORY);
        append_cells(out, labels[i], cells);
        for (guint c = 0; c < N_COLUMNS; c++)
            g_free(cells[c]);
    }
}

static void
append_table(GString *out, const BbDemo *demo)
{
    Column columns[N_COLUMNS] = {
        {.heading = "own silo"}, {.heading = "mixed, the same"}, {.heading = "mixed, smallest"}};
    char *headings[N_COLUMNS];
    for (guint p = 0; p < N_PARTS; p++) {
        columns[0].pools[p] = &demo->silos[p];
        columns[1].pools[p] = &demo->mixed;
        columns[2].pools[p] = &demo->smallest;
    }
    for (guint c = 0; c < N_COLUMNS; c++)
        headings[c] = (char *)(guintptr)columns[c].heading;
    append_cells(out, "", headings);
    for (guint p = 0; p < N_PARTS; p++)
        append_part(out, p, columns);
    append_together(out, demo, columns);
}

static void
append_intro(GString *out, const BbDemo *demo)
{
    g_autofree char *containers = count_jobs(&demo->mixed, 0);
    g_autofree char *vms = count_jobs(&demo->mixed, 1);
    g_autofree char *hpc = count_jobs(&demo->mixed, 2);
    say(out,
        "One week of a firm's computers, from breakbulk's own generator: %s containers that "
        "follow the day, %s VMs that stay for long, and %s HPC jobs, gangs that come at night. "
        "Every machine has %s cores and %s GiB. One policy everywhere: queue %s, placement %s.",
        containers, vms, hpc, sample.cpu, MEMORY_GIB, sample.queue, sample.placement);
    g_string_append_c(out, '\n');
    say(out,
        "Three silos: each is the smallest in which 99 of 100 of its jobs wait no longer than %s "
        "(%s), %s (%s), %s (%s). Then all jobs in one pool of the same machines. Then the smallest "
        "mixed pool in which every kind still meets the P99 wait of its own silo.",
        words[0].promise, words[0].jobs, words[1].promise, words[1].jobs, words[2].promise,
        words[2].jobs);
    g_string_append_c(out, '\n');
}

static void
say_smallest(GString *out, const BbDemo *demo)
{
    guint n = demo->smallest.n_machines;
    if (n >= demo->n_machines) {
        say(out, "No mixed pool smaller than the silos together will do: it takes %u machines.", n);
        return;
    }
    guint saved = demo->n_machines - n;
    g_autofree char *percent = bb_format_percent((double)saved / demo->n_machines);
    say(out,
        "The answer: %u machines, mixed, do the work of %u in silos. That saves %u machines, %s, "
        "and no kind has a longer P99 wait than in its own silo.",
        n, demo->n_machines, saved, percent);
}

static void
say_limit(GString *out, const BbDemo *demo)
{
    for (guint p = 0; demo->below.outcome && p < N_PARTS; p++) {
        if (bb_demo_is_well_off(&sample, demo, p, &demo->below))
            continue;
        g_autofree char *wait = p99_wait(&demo->below, p);
        g_autofree char *own = p99_wait(&demo->silos[p], p);
        say(out, "With %u machines the %s would lose: P99 wait %s, in their own silo %s.",
            demo->below.n_machines, words[p].jobs, wait, own);
        return;
    }
}

static void
say_waits(GString *out, const BbDemo *demo)
{
    g_autoptr(GString) text = g_string_new(NULL);
    g_string_append_printf(text, "Mixed on as many machines as the silos have, the P99 wait");
    for (guint p = 0; p < N_PARTS; p++) {
        g_autofree char *before = p99_wait(&demo->silos[p], p);
        g_autofree char *after = p99_wait(&demo->mixed, p);
        g_string_append_printf(text, "%s of %s%s from %s to %s", p > 0 ? ", that" : "",
                               words[p].jobs, p > 0 ? "" : " goes", before, after);
    }
    g_string_append_c(text, '.');
    say(out, "%s", text->str);
}

static void
append_threats(GString *out, const BbDemo *demo)
{
    static const char *const own[] = {
        "Nothing binds a kind to its machines: no licences, no walls of security, no hardware of "
        "its own, no contract.",
        "One week, one seed: another week has another answer. One more machine can make a wait "
        "longer, so a size counts only if the next two above it do as well.",
    };
    const BbOutcome *outcome = demo->smallest.outcome;
    g_autoptr(GPtrArray) threats = bb_threats_new(&outcome->info, outcome->result);
    g_string_append_printf(out, "\nWhat these %u runs do not show:\n", demo->n_tried);
    for (guint i = 0; i < G_N_ELEMENTS(own); i++)
        bb_append_wrapped(out, "- ", own[i], WIDTH);
    for (guint i = 0; i < threats->len; i++)
        bb_append_wrapped(out, "- ", threats->pdata[i], WIDTH);
}

static gboolean
run(BbCli *cli, GError **error)
{
    BbDemoSpec spec = sample;
    spec.tables = &cli->tables;
    spec.interrupted = cli->interrupted;
    g_autoptr(BbDemo) demo = bb_demo_run(&spec, error);
    if (!demo)
        return FALSE;
    g_autoptr(GString) out = g_string_new(NULL);
    append_intro(out, demo);
    append_table(out, demo);
    g_string_append_c(out, '\n');
    say_smallest(out, demo);
    say_limit(out, demo);
    say_waits(out, demo);
    append_threats(out, demo);
    return bb_cli_print(out->str, error);
}

int
cmd_demo(BbCli *cli, int argc, char **argv)
{
    static const GOptionEntry entries[] = {{0}};
    g_autoptr(GError) error = NULL;
    if (!bb_cli_parse("", "The main job on the built-in sample: silos or one mixed pool.", entries,
                      NULL, &argc, &argv, &error))
        return bb_cli_fail(cli, error);
    if (argc > 1) {
        bb_error_set(&error, BB_ERROR_USAGE, "demo: expected no argument, found \"%s\"", argv[1]);
        return bb_cli_fail(cli, error);
    }
    return run(cli, &error) ? 0 : bb_cli_fail(cli, error);
}
