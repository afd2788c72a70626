/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A job that runs as a whole on one node is told of in few words; most jobs are. A line of 64 bytes holds
 * what differs from job to job, a second one what most traces leave blank and ids of some length. The
 * rest is worked out again, and what comes out is compared with what there was: a job that would not be
 * the same is kept whole.
 *
 * With a million jobs running, this is most of the memory, and the cache lines that their ends wait for. */
#include "sim/engine/bb-engine-private.h"

#include <string.h>

#define CHUNK_LINES 1024
#define ID_SIZE 16
#define PACKED 1u /* in the pointer of an event */

/* What is blank in one line. */
typedef struct {
    union {
        char id[ID_SIZE];
        char *heap_id; /* owned */
    };
    BbTimeUs estimate_us, limit_us;
    guint64 devices;
    guint32 workload;
    gint32 priority, ordinal;
    gint32 cpu_used_ppm, memory_used_ppm;
    guint32 gang : 1, long_id : 1;
} More;

typedef struct {
    guint64 seq;
    guint64 run_seq; /* or NOT_HERE, FREE */
    BbTimeUs submit_us, start_us, runtime_us;
    guint32 shape; /* twice the index, and 1 where there is more */
    guint32 node;
    union {
        char id[ID_SIZE]; /* nothing more: n_tasks is 1, no class */
        struct {
            More *more;
            guint32 n_tasks, class_name;
        } two;
        BbRun *run; /* NOT_HERE: restored already */
    };
} Line;

G_STATIC_ASSERT(sizeof(Line) == 64 && sizeof(More) == sizeof(Line));

/* One place. */
#define RUN_SIZE (G_STRUCT_OFFSET(BbRun, placed) + sizeof(BbPlaced))
#define LIVE_SIZE G_STRUCT_OFFSET(BbLive, id)
typedef union {
    BbRun run;
    guint64 space[RUN_SIZE / sizeof(guint64)];
} RunSpace;

#define NOT_HERE (G_MAXUINT64 - 1)
#define FREE G_MAXUINT64

/* Lines of one size, recycled. */
typedef struct {
    GPtrArray *chunks; /* of CHUNK_LINES lines and one more, owned */
    Line *free;        /* linked by `seq` of a free line, as a pointer */
} Pool;

struct _BbPacked {
    Pool lines, mores;
    GPtrArray *added; /* of BbRun */
    guint64 n;
    gboolean stopped;
};

/* ---- lines ---- */

static void
push_free(Pool *pool, Line *line)
{
    line->run_seq = FREE;
    line->seq = (gsize)pool->free;
    pool->free = line;
}

/* From the first whole cache line of a chunk on. */
static Line *
lines_of(gpointer chunk)
{
    return (Line *)(((gsize)chunk + sizeof(Line) - 1) & ~(sizeof(Line) - 1));
}

static gpointer
take_line(Pool *pool)
{
    Line *line;

    if (!pool->free) {
        gpointer chunk = g_new(Line, CHUNK_LINES + 1);

        g_ptr_array_add(pool->chunks, chunk);
        for (guint i = CHUNK_LINES; i-- > 0;)
            push_free(pool, lines_of(chunk) + i);
    }
    line = pool->free;
    pool->free = (Line *)(gsize)line->seq;
    return line;
}

BbPacked *
bb_packed_new(void)
{
    BbPacked *packed = g_new0(BbPacked, 1);

    packed->lines.chunks = g_ptr_array_new_with_free_func(g_free);
    packed->mores.chunks = g_ptr_array_new_with_free_func(g_free);
    packed->added = g_ptr_array_new();
    return packed;
}

static More *
more_of(const Line *line)
{
    return line->shape & 1 ? line->two.more : NULL;
}

static const char *
id_of(const Line *line)
{
    const More *more = more_of(line);

    if (!more)
        return line->id;
    return more->long_id ? more->heap_id : more->id;
}

static void
drop_more(BbPacked *packed, Line *line)
{
    More *more = more_of(line);

    if (!more)
        return;
    if (more->long_id)
        g_free(more->heap_id);
    push_free(&packed->mores, (Line *)(gpointer)more);
    line->shape = 0;
}

static void
drop_line(BbPacked *packed, Line *line)
{
    drop_more(packed, line);
    push_free(&packed->lines, line);
}

/* Calls for each line that is in use. */
static void
for_each(BbEngine *engine, void (*visit)(BbEngine *engine, Line *line))
{
    const GPtrArray *chunks = engine->packed->lines.chunks;

    for (guint c = 0; c < chunks->len; c++)
        for (guint i = 0; i < CHUNK_LINES; i++) {
            Line *line = lines_of(chunks->pdata[c]) + i;

            if (line->run_seq != FREE)
                visit(engine, line);
        }
}

guint64
bb_packed_n(const BbPacked *packed)
{
    return packed ? packed->n : 0;
}

/* ---- unpacking ---- */

/* The opposite of `set_more`, or what it stands for. */
static void
get_more(const Line *line, BbJobRecord *record, BbPlaced *placed)
{
    static const More blank = {.estimate_us = BB_TIME_NEVER,
                               .limit_us = BB_TIME_NEVER,
                               .ordinal = -1,
                               .cpu_used_ppm = 1000000,
                               .memory_used_ppm = 1000000};
    const More *more = more_of(line);
    const More *from = more ? more : &blank;

    record->n_tasks = more ? line->two.n_tasks : 1;
    record->job.class_name = more ? line->two.class_name : 0;
    record->job.estimate_us = from->estimate_us;
    record->job.workload = from->workload;
    record->job.priority = from->priority;
    record->job.ordinal = from->ordinal;
    record->job.gang = from->gang;
    record->limit_us = from->limit_us;
    record->cpu_used_ppm = from->cpu_used_ppm;
    record->memory_used_ppm = from->memory_used_ppm;
    placed->devices = from->devices;
}

/* Both are zeroed, but for the id. */
static void
unpack(const BbEngine *engine, const Line *line, BbLive *live, BbRun *run)
{
    BbJobRecord *record = &live->record;

    get_more(line, record, &run->placed[0]);
    record->job.seq = line->seq;
    record->job.submit_us = line->submit_us;
    record->job.shape = bb_shapes_get(engine->shapes, line->shape >> 1);
    record->id = live->id;
    record->runtime_us = line->runtime_us;
    record->start_us = record->ready_us = line->start_us;
    record->finish_us = record->waiting_since_us = -1;
    record->waited_us = line->start_us - line->submit_us;
    record->state = BB_JOB_RUNNING;
    record->ideal_us =
        bb_arrival_ideal(record, bb_search_facts(engine->search, record->job.shape)->fastest_milli);
    live->planned_us = -1;
    run->record = record;
    run->start_us = run->ready_us = line->start_us;
    run->seq = line->run_seq;
    run->n_tasks = run->placed[0].n_tasks = record->n_tasks;
    run->n_placed = 1;
    run->ends_wait = TRUE;
    run->placed[0].node = line->node;
    bb_ledger_set_end(engine, run);
}

static BbRun *
restore(BbEngine *engine, const Line *line)
{
    BbLive *live = bb_live_new(engine, id_of(line));
    BbRun *run = bb_run_new(engine, 1);

    unpack(engine, line, live, run);
    engine->packed->n--;
    bb_run_append(engine, run);
    return run;
}

/* Its books are wanted once the run is there. */
static void
prefetch_node(const BbEngine *engine, const Line *line)
{
    const char *node = (const char *)(bb_cluster_nodes(engine->cluster) + line->node);

    for (gsize i = 0; i < MIN(sizeof(BbNode), 192); i += 64)
        __builtin_prefetch(node + i);
}

BbRun *
bb_packed_run_of(BbEngine *engine, gpointer data)
{
    Line *line = (Line *)((gsize)data & ~(gsize)PACKED);
    BbRun *run;

    if (!((gsize)data & PACKED))
        return data;
    prefetch_node(engine, line);
    run = line->run_seq == NOT_HERE ? line->run : restore(engine, line);
    drop_line(engine->packed, line);
    return run;
}

/* Its event still points here. */
static void
restore_line(BbEngine *engine, Line *line)
{
    BbRun *run = restore(engine, line);

    drop_more(engine->packed, line);
    line->run_seq = NOT_HERE;
    line->run = run;
}

void
bb_packed_restore_all(BbEngine *engine)
{
    if (!engine->packed || engine->packed->stopped)
        return;
    engine->packed->stopped = TRUE;
    for_each(engine, restore_line);
}

/* ---- packing ---- */

static gboolean
is_blank(const BbJobRecord *record, const BbRun *run, gsize id_size)
{
    const BbJob *job = &record->job;

    return id_size <= ID_SIZE && job->estimate_us == BB_TIME_NEVER &&
           record->limit_us == BB_TIME_NEVER && run->placed[0].devices == 0 &&
           record->n_tasks == 1 && job->class_name == 0 && job->workload == 0 &&
           job->priority == 0 && job->ordinal == -1 && !job->gang &&
           record->cpu_used_ppm == 1000000 && record->memory_used_ppm == 1000000;
}

static void
set_more(BbPacked *packed, Line *line, const BbJobRecord *record, const BbRun *run, gsize id_size)
{
    More *more = take_line(&packed->mores);

    *more = (More){.estimate_us = record->job.estimate_us,
                   .limit_us = record->limit_us,
                   .devices = run->placed[0].devices,
                   .workload = record->job.workload,
                   .priority = record->job.priority,
                   .ordinal = record->job.ordinal,
                   .cpu_used_ppm = record->cpu_used_ppm,
                   .memory_used_ppm = record->memory_used_ppm,
                   .gang = record->job.gang != 0,
                   .long_id = id_size > ID_SIZE};
    if (more->long_id)
        more->heap_id = g_strdup(record->id);
    else
        memcpy(more->id, record->id, id_size);
    line->shape |= 1;
    line->two.more = more;
    line->two.n_tasks = record->n_tasks;
    line->two.class_name = record->job.class_name;
}

static Line *
new_line(BbPacked *packed, const BbRun *run)
{
    const BbJobRecord *record = run->record;
    gsize id_size = strlen(record->id) + 1;
    Line *line = take_line(&packed->lines);

    line->seq = record->job.seq;
    line->run_seq = run->seq;
    line->submit_us = record->job.submit_us;
    line->start_us = record->start_us;
    line->runtime_us = record->runtime_us;
    line->shape = record->job.shape->index * 2;
    line->node = run->placed[0].node;
    if (is_blank(record, run, id_size))
        memcpy(line->id, record->id, id_size);
    else
        set_more(packed, line, record, run, id_size);
    return line;
}

/* Would unpacking give the same run and job, but for where they are? */
static gboolean
is_same(const BbEngine *engine, const Line *line, const BbRun *run)
{
    const BbLive *live = (const BbLive *)(gconstpointer)run->record;
    BbLive job = {.n_blockers = 0};
    RunSpace space = {.run = {.n_tasks = 0}};

    unpack(engine, line, &job, &space.run);
    job.record.id = live->record.id;
    job.prev = live->prev;
    job.next = live->next;
    space.run.record = run->record;
    space.run.slot = run->slot;
    return memcmp(&job, live, LIVE_SIZE) == 0 && memcmp(&space.run, run, RUN_SIZE) == 0;
}

static Line *
pack(BbEngine *engine, BbRun *run)
{
    Line *line;

    if (run->n_placed != 1 || engine->packed->stopped)
        return NULL;
    line = new_line(engine->packed, run);
    if (!is_same(engine, line, run)) {
        drop_line(engine->packed, line);
        return NULL;
    }
    engine->packed->n++;
    bb_live_free(engine, (BbLive *)run->record);
    bb_run_remove(engine, run);
    bb_run_free(engine, run);
    return line;
}

void
bb_packed_add(BbPacked *packed, BbRun *run)
{
    g_ptr_array_add(packed->added, run);
}

void
bb_packed_settle(BbEngine *engine)
{
    GPtrArray *added = engine->packed ? engine->packed->added : NULL;

    for (guint i = 0; added && i < added->len; i++) {
        BbRun *run = added->pdata[i];
        BbTimeUs end_us = run->end_us;
        Line *line = pack(engine, run);

        bb_event_queue_push(engine->events, end_us, EVENT_END,
                            line ? (gpointer)((gsize)line | PACKED) : run);
    }
    if (added)
        added->len = 0;
}

static void
forget_more(BbEngine *engine, Line *line)
{
    drop_more(engine->packed, line);
}

void
bb_packed_free(BbEngine *engine)
{
    BbPacked *packed = engine->packed;

    if (!packed)
        return;
    for_each(engine, forget_more);
    g_ptr_array_unref(packed->lines.chunks);
    g_ptr_array_unref(packed->mores.chunks);
    g_ptr_array_unref(packed->added);
    g_free(packed);
}
