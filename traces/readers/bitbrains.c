/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Usage of VMs in Bitbrains' data centre (GWA-T-12): a file a VM, a sample a row, every 300 s. A VM lives
 * from its first sample to one interval behind its last, has the most cores and memory it ever was
 * given, and uses what its samples say on average. Files that follow each other in one stream are
 * told apart by their headers. The column called "[ms]" is in seconds. */
#include "sim/contract/bb-columns.h"
#include "sim/contract/bb-reader.h"

#include <string.h>

#define INTERVAL_US (300 * BB_US_PER_S)
/* Seconds this late would be the year 5138. */
#define FIRST_MS (100000000000 * BB_US_PER_S)
#define KB_PER_MIB 1024
#define ALL_PPM 1000000
#define CORES_MAX 1000000
#define KB_MAX (G_GINT64_CONSTANT(1) << 40)

enum {
    TIME,
    CORES,
    MHZ,
    MHZ_USED,
    CPU_PERCENT,
    MEMORY,
    MEMORY_USED,
    DISK_READ,
    DISK_WRITTEN,
    NET_IN,
    NET_OUT,
};

static const BbCsvColumn table[] = {
    [TIME] = {"Timestamp [ms]", TRUE},
    [CORES] = {"CPU cores", TRUE},
    [MHZ] = {"CPU capacity provisioned [MHZ]", FALSE},
    [MHZ_USED] = {"CPU usage [MHZ]", FALSE},
    [CPU_PERCENT] = {"CPU usage [%]", TRUE},
    [MEMORY] = {"Memory capacity provisioned [KB]", TRUE},
    [MEMORY_USED] = {"Memory usage [KB]", TRUE},
    [DISK_READ] = {"Disk read throughput [KB/s]", FALSE},
    [DISK_WRITTEN] = {"Disk write throughput [KB/s]", FALSE},
    [NET_IN] = {"Network received throughput [KB/s]", FALSE},
    [NET_OUT] = {"Network transmitted throughput [KB/s]", FALSE},
    {NULL, FALSE},
};

typedef struct {
    BbTimeUs time_us;
    gint64 cores, memory_kb, cpu_ppm, memory_used_kb;
} Sample;

typedef struct {
    guint64 n, line; /* samples; line of the first */
    BbTimeUs first_us, last_us, interval_us;
    Sample most;
    BbInt128 cpu_ppm, memory_used_kb; /* sums */
} Vm;

typedef struct {
    BbColumns columns;
    guint64 n_vms;
    gboolean ended;
    char id[32];
} State;

static gboolean
sniff(const char *start, gsize n)
{
    static const char head[] = "Timestamp [ms];";
    return n >= strlen(head) && memcmp(start, head, strlen(head)) == 0;
}

static gboolean
open_usage(BbReader *reader, GError **error)
{
    State *state = reader->state;
    return bb_columns_open_delimited(&state->columns, reader->input, ';', table, NULL, error);
}

static gboolean
check_present(const BbColumns *columns, GError **error)
{
    static const guint needed[] = {TIME, CORES, CPU_PERCENT, MEMORY, MEMORY_USED};
    for (guint i = 0; i < G_N_ELEMENTS(needed); i++)
        if (*bb_columns_raw(columns, needed[i]) == '\0')
            return bb_columns_error(columns, needed[i], "a number, at least 0", error);
    return TRUE;
}

static gboolean
read_sample(BbReader *reader, Sample *out, GError **error)
{
    const BbColumns *columns = &((State *)reader->state)->columns;
    guint64 line = bb_csv_line(columns->csv);
    *out = (Sample){0};
    if (!check_present(columns, error) ||
        !bb_columns_seconds(columns, TIME, &out->time_us, error) ||
        !bb_columns_scaled(columns, CORES, 1, CORES_MAX, &out->cores, error) ||
        !bb_columns_ppm(columns, CPU_PERCENT, 0, 1e6, &out->cpu_ppm, error) ||
        !bb_columns_scaled(columns, MEMORY, 1, KB_MAX, &out->memory_kb, error) ||
        !bb_columns_scaled(columns, MEMORY_USED, 1, KB_MAX, &out->memory_used_kb, error))
        return FALSE;
    if (out->time_us >= FIRST_MS)
        out->time_us = (out->time_us + 500) / 1000;
    else
        bb_reader_find(reader, BB_NOTE, "seconds-not-ms", line,
                       "the column called \"Timestamp [ms]\" is in seconds");
    out->cpu_ppm /= 100;
    if (out->cpu_ppm > ALL_PPM || out->memory_used_kb > out->memory_kb)
        bb_reader_find(reader, BB_WARNING, "use-beyond-all", line,
                       "samples that use more than the VM has: taken for all");
    out->cpu_ppm = MIN(out->cpu_ppm, ALL_PPM);
    out->memory_used_kb = MIN(out->memory_used_kb, out->memory_kb);
    return TRUE;
}

static void
begin_vm(Vm *vm, const Sample *sample, guint64 line)
{
    *vm = (Vm){.line = line, .first_us = sample->time_us, .interval_us = INTERVAL_US};
    vm->most = *sample;
}

static void
note_size(BbReader *reader, Vm *vm, const Sample *sample, guint64 line)
{
    if (sample->cores == vm->most.cores && sample->memory_kb == vm->most.memory_kb)
        return;
    bb_reader_find(reader, BB_WARNING, "size-changed", line,
                   "samples of another size than before: the VM has the largest all the time");
    vm->most.cores = MAX(vm->most.cores, sample->cores);
    vm->most.memory_kb = MAX(vm->most.memory_kb, sample->memory_kb);
}

/* Does the sample follow the one before it? Else it is left out. */
static gboolean
follows(BbReader *reader, Vm *vm, const Sample *sample, guint64 line)
{
    BbTimeUs gap = sample->time_us - vm->last_us;
    if (gap <= 0) {
        bb_reader_find(reader, BB_WARNING, "times-go-back", line,
                       "samples that are not later than the one above them: left out");
        return FALSE;
    }
    if (vm->n == 1)
        vm->interval_us = gap;
    else if (gap > 2 * vm->interval_us)
        bb_reader_find(reader, BB_NOTE, "gap", line,
                       "more than two intervals between two samples: the VM is taken to be there");
    return TRUE;
}

static void
add_sample(BbReader *reader, Vm *vm, const Sample *sample)
{
    guint64 line = bb_csv_line(((State *)reader->state)->columns.csv);
    if (vm->n == 0)
        begin_vm(vm, sample, line);
    else if (!follows(reader, vm, sample, line))
        return;
    note_size(reader, vm, sample, line);
    vm->n++;
    vm->last_us = sample->time_us;
    vm->cpu_ppm += sample->cpu_ppm;
    vm->memory_used_kb += sample->memory_used_kb;
}

static gboolean
is_header(const BbColumns *columns)
{
    return g_str_equal(bb_columns_raw(columns, TIME), table[TIME].name);
}

/* The samples up to the next header or the end. */
static gboolean
read_vm(BbReader *reader, Vm *vm, GError **error)
{
    State *state = reader->state;
    *vm = (Vm){0};
    for (;;) {
        Sample sample;
        BbReadResult result = bb_columns_next(&state->columns, error);
        state->ended = result == BB_READ_END;
        if (result != BB_READ_ROW)
            return result == BB_READ_END;
        if (is_header(&state->columns))
            return TRUE;
        reader->n_records++;
        if (!read_sample(reader, &sample, error))
            return FALSE;
        add_sample(reader, vm, &sample);
    }
}

static gint32
mean_ppm(BbInt128 sum, BbInt128 all)
{
    return all > 0 ? (gint32)((2 * sum * ALL_PPM + all) / (2 * all)) : -1;
}

static void
make_job(BbReader *reader, const Vm *vm, BbJobRow *out)
{
    State *state = reader->state;
    BbInt128 n = (BbInt128)vm->n;
    g_snprintf(state->id, sizeof state->id, "%" G_GUINT64_FORMAT, state->n_vms);
    out->id = state->id;
    out->line = vm->line;
    out->kind = BB_VM;
    out->submit_us = vm->first_us;
    out->runtime_us = out->logged_run_us = vm->last_us - vm->first_us + vm->interval_us;
    out->logged_tasks = 1;
    out->need.v[BB_CPU] = vm->most.cores * 1000;
    out->need.v[BB_MEMORY] = (vm->most.memory_kb + KB_PER_MIB - 1) / KB_PER_MIB;
    out->cpu_used_ppm = mean_ppm(vm->cpu_ppm, n * ALL_PPM);
    out->memory_used_ppm = mean_ppm(vm->memory_used_kb, n * vm->most.memory_kb);
    if (vm->most.cores == 0 || vm->most.memory_kb == 0)
        bb_reader_find(reader, BB_WARNING, "empty-vm", vm->line,
                       "VMs of no core or no memory: they fit beside anything");
}

static BbReadResult
next_job(BbReader *reader, BbJobRow *out, GError **error)
{
    State *state = reader->state;
    while (!state->ended) {
        Vm vm;
        if (!read_vm(reader, &vm, error))
            return BB_READ_ERROR;
        state->n_vms++;
        if (vm.n > 0) {
            make_job(reader, &vm, out);
            return BB_READ_ROW;
        }
        bb_reader_skip(reader, "no samples");
    }
    return BB_READ_END;
}

static void
close_usage(BbReader *reader)
{
    bb_columns_clear(&((State *)reader->state)->columns);
}

const BbReaderClass bb_reader_bitbrains = {
    .name = "bitbrains",
    .summary = "Bitbrains GWA-T-12: usage of a VM every 300 s; files one after the other are VMs",
    .source = "http://gwa.ewi.tudelft.nl/datasets/gwa-t-12-bitbrains",
    .reads = BB_READS_JOBS,
    .state_size = sizeof(State),
    .sniff = sniff,
    .open = open_usage,
    .next_job = next_job,
    .close = close_usage,
};
