/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A table of rules and a counter for each. What would change an answer is a warning; a cut log is an
 * error (swf.c says that one); the rest are notes. */
#include "traces/readers/swf-oddities.h"

#define A_DAY (86400 * BB_MICRO)
#define IN_1990 (631152000 * BB_MICRO)
/* Fewer jobs of one processor are no sign of anything. */
#define LEAST_JOBS_OF_A_GRID 1000
#define TIB_IN_KB (G_GINT64_CONSTANT(1) << 30)

typedef enum {
    RUN_BEYOND_ESTIMATE,
    NO_ESTIMATE,
    ESTIMATE_IN_FIELD_6,
    NO_SUBMIT,
    NO_RUNTIME,
    NO_PROCESSORS,
    TOO_LARGE,
    NEGATIVE_FIELD,
    MEMORY_IMPLAUSIBLE,
    PART_OF_JOB,
    ZERO_RUNTIME,
    NO_WAIT,
    STATUS_UNKNOWN,
    NO_REQUESTED,
    ALLOCATED_DIFFERS,
    MEMORY_USED,
    OTHER_PARTITION,
    PRECEDING_JOB,
    FLOAT_FIELD,
    EXTRA_FIELDS,
    TABS,
    N_RULES,
} Rule;

G_STATIC_ASSERT(N_RULES == SWF_N_RULES);

static const struct {
    BbSeverity severity;
    const char *name;
    const char *message;
} rules[N_RULES] = {
    [RUN_BEYOND_ESTIMATE] = {BB_WARNING, "run-beyond-estimate",
                             "jobs ran longer (field 4) than they asked for (field 9): they are "
                             "killed at the estimate unless --kill-at-estimate no"},
    [NO_ESTIMATE] = {BB_WARNING, "no-estimate",
                     "jobs without a requested time (field 9): policies see them as running to "
                     "the end; --estimate perfect fills it in"},
    [ESTIMATE_IN_FIELD_6] = {BB_WARNING, "estimate-in-field-6",
                             "no job has a requested time (field 9), and more CPU time per "
                             "processor (field 6) than run time (field 4) cannot be: field 6 seems "
                             "to be the requested time"},
    [NO_SUBMIT] = {BB_WARNING, "no-submit-time", "jobs without a submit time (field 2): skipped"},
    [NO_RUNTIME] = {BB_WARNING, "negative-runtime",
                    "jobs without a run time (field 4 is -1): skipped"},
    [NO_PROCESSORS] = {BB_WARNING, "no-processors",
                       "jobs without processors (neither field 8 nor field 5): skipped"},
    [TOO_LARGE] = {BB_WARNING, "more-processors-than-machine",
                   "jobs larger than the machine of the header: rejected on it"},
    [NEGATIVE_FIELD] = {BB_WARNING, "negative-field", "fields below -1: taken for unknown"},
    [MEMORY_IMPLAUSIBLE] = {BB_WARNING, "memory-implausible",
                            "requested memory (field 10, KB per processor) above 1 TiB per "
                            "processor: in another unit?"},
    [PART_OF_JOB] =
        {BB_NOTE, "partial-execution",
         "executions (field 11 is 2, 3 or 4) of a job already told as a whole: skipped"},
    [ZERO_RUNTIME] = {BB_NOTE, "zero-runtime",
                      "jobs that ran 0 s, below half a second: they end the instant they start"},
    [NO_WAIT] = {BB_NOTE, "no-wait-recorded", "jobs without a recorded wait (field 3)"},
    [STATUS_UNKNOWN] = {BB_NOTE, "status-unknown", "jobs without a known status (field 11)"},
    [NO_REQUESTED] = {BB_NOTE, "no-requested-processors",
                      "jobs without requested processors (field 8): the allocated ones (field 5) "
                      "count"},
    [ALLOCATED_DIFFERS] = {BB_NOTE, "allocated-differs-from-requested",
                           "jobs that got (field 5) another number of processors than they asked "
                           "for (field 8): the request counts"},
    [MEMORY_USED] = {BB_NOTE, "memory-used-recorded",
                     "jobs with a recorded use of memory (field 7): not replayed"},
    [OTHER_PARTITION] = {BB_NOTE, "several-partitions",
                         "jobs in another partition (field 16) than the first job: all are "
                         "replayed on one machine"},
    [PRECEDING_JOB] = {BB_NOTE, "preceding-job",
                       "jobs that followed another (field 17): submit times are replayed as "
                       "logged"},
    [FLOAT_FIELD] = {BB_NOTE, "float-field", "lines with fractions"},
    [EXTRA_FIELDS] = {BB_NOTE, "extra-fields",
                      "lines with more than 18 fields: the rest is unread"},
    [TABS] = {BB_NOTE, "tab-separated", "lines with tabs between the fields"},
};

void
bb_swf_oddities_init(SwfOddities *oddities)
{
    *oddities = (SwfOddities){.last_id = -1, .first_submit_us = -1};
}

static void
see(SwfOddities *oddities, Rule rule, gboolean odd, guint64 line)
{
    if (odd && oddities->seen[rule].count++ == 0)
        oddities->seen[rule].first_line = line;
}

static void
see_verdict(SwfOddities *oddities, SwfVerdict verdict, guint64 line)
{
    see(oddities, NO_SUBMIT, verdict == SWF_NO_SUBMIT, line);
    see(oddities, NO_RUNTIME, verdict == SWF_NO_RUNTIME, line);
    see(oddities, NO_PROCESSORS, verdict == SWF_NO_PROCESSORS, line);
    see(oddities, PART_OF_JOB, verdict == SWF_PART_OF_JOB, line);
}

/* Gaps in rising job numbers, and the earliest submit time. */
static void
see_order(SwfOddities *oddities, const gint64 *micro, guint64 line)
{
    gint64 id = micro[SWF_JOB] / BB_MICRO, submit_us = micro[SWF_SUBMIT];
    if (oddities->last_id >= 0 && id > oddities->last_id + 1 && micro[SWF_JOB] < BB_TIME_MAX) {
        if (oddities->n_missing_ids == 0)
            oddities->gap_line = line;
        oddities->n_missing_ids += id - oddities->last_id - 1;
    }
    oddities->descends |= id <= oddities->last_id;
    oddities->last_id = id;
    if (submit_us >= 0 && (oddities->submit_line == 0 || submit_us < oddities->first_submit_us)) {
        oddities->first_submit_us = submit_us;
        oddities->submit_line = line;
    }
}

void
bb_swf_see_line(SwfOddities *oddities, const BbFields *fields, SwfVerdict verdict, guint64 line)
{
    const gint64 *micro = fields->micro;
    gint64 least = 0;
    for (guint i = 0; i < SWF_N_FIELDS; i++)
        least = MIN(least, micro[i]);
    if (verdict != SWF_IS_JOB)
        see_verdict(oddities, verdict, line);
    if (verdict != SWF_PART_OF_JOB)
        see_order(oddities, micro, line);
    see(oddities, NEGATIVE_FIELD, least < -BB_MICRO, line);
    see(oddities, FLOAT_FIELD, fields->fraction, line);
    see(oddities, EXTRA_FIELDS, fields->n > SWF_N_FIELDS, line);
    see(oddities, TABS, *fields->end[SWF_SUBMIT] == '\t', line);
    see(oddities, ZERO_RUNTIME, micro[SWF_RUN] == 0, line);
    see(oddities, NO_WAIT, micro[SWF_WAIT] < 0, line);
    see(oddities, STATUS_UNKNOWN, micro[SWF_STATUS] < 0, line);
    see(oddities, MEMORY_USED, micro[SWF_MEMORY_USED] > 0, line);
    see(oddities, MEMORY_IMPLAUSIBLE, micro[SWF_MEMORY] / BB_MICRO > TIB_IN_KB, line);
    see(oddities, PRECEDING_JOB, micro[SWF_PRECEDING] > 0, line);
    see(oddities, ESTIMATE_IN_FIELD_6, micro[SWF_CPU_TIME] > micro[SWF_RUN] && micro[SWF_RUN] >= 0,
        line);
}

void
bb_swf_see_job(SwfOddities *oddities, const BbFields *fields, const BbJobRow *row, gint64 machine)
{
    gboolean estimated = row->estimate_us != BB_TIME_NEVER;
    gboolean requested = fields->micro[SWF_REQUESTED] > 0;
    if (oddities->n_jobs++ == 0)
        oddities->first_partition = fields->micro[SWF_PARTITION];
    oddities->n_one_processor += row->n_tasks == 1;
    see(oddities, OTHER_PARTITION, fields->micro[SWF_PARTITION] != oddities->first_partition,
        row->line);
    see(oddities, NO_ESTIMATE, !estimated, row->line);
    see(oddities, RUN_BEYOND_ESTIMATE, estimated && row->runtime_us > row->estimate_us, row->line);
    see(oddities, NO_REQUESTED, !requested, row->line);
    see(oddities, ALLOCATED_DIFFERS,
        requested && row->logged_tasks > 0 && row->logged_tasks != row->n_tasks, row->line);
    see(oddities, TOO_LARGE, machine > 0 && row->n_tasks > machine, row->line);
}

static void
tell_about_header(const SwfOddities *oddities, BbReader *reader)
{
    const BbReaderMeta *meta = &reader->meta;
    if (meta->max_jobs >= 0 && (guint64)meta->max_jobs != reader->n_records)
        bb_reader_find(reader, oddities->cleaned ? BB_NOTE : BB_WARNING, "max-jobs-mismatch",
                       oddities->max_jobs_line,
                       "MaxJobs says %" G_GINT64_FORMAT ", the file has %" G_GUINT64_FORMAT
                       " records",
                       meta->max_jobs, reader->n_records);
    if (meta->max_procs < 0 && meta->max_nodes >= 0)
        bb_reader_find(reader, BB_WARNING, "no-max-procs", 1,
                       "the header has no MaxProcs: MaxNodes counts as the number of processors");
    else if (meta->max_procs < 0)
        bb_reader_find(reader, BB_WARNING, "no-max-procs", 1,
                       "the header names no size of the machine: give --cluster flat:N");
}

static void
tell_about_jobs(const SwfOddities *oddities, BbReader *reader)
{
    if (oddities->n_missing_ids > 0 && !oddities->descends)
        bb_reader_find_n(reader, BB_NOTE, "job-id-gap", (guint64)oddities->n_missing_ids,
                         oddities->gap_line, "job numbers (field 1) that are left out");
    if (oddities->first_submit_us >= IN_1990)
        bb_reader_find(reader, BB_NOTE, "absolute-times", oddities->submit_line,
                       "submit times (field 2) are Unix times, not counted from the log's start");
    else if (oddities->first_submit_us >= A_DAY)
        bb_reader_find(reader, BB_NOTE, "late-first-submit", oddities->submit_line,
                       "the first job is submitted %" G_GINT64_FORMAT " s after the log's start",
                       oddities->first_submit_us / BB_MICRO);
    if (oddities->n_jobs >= LEAST_JOBS_OF_A_GRID && oddities->n_one_processor == oddities->n_jobs)
        bb_reader_find_n(reader, BB_NOTE, "one-processor-jobs", oddities->n_jobs, 1,
                         "every job has one processor: a grid log?");
    if (oddities->n_jobs == 0)
        bb_reader_find(reader, BB_WARNING, "no-jobs", 1, "the file holds no job to replay");
}

/* Field 6 is taken for the requested time only where no job has one and most lines would have more
 * CPU time than they ran. */
static gboolean
applies(const SwfOddities *oddities, const BbReader *reader, Rule rule)
{
    if (rule == ESTIMATE_IN_FIELD_6)
        return oddities->seen[NO_ESTIMATE].count == oddities->n_jobs &&
               oddities->seen[rule].count > reader->n_records / 2;
    return oddities->seen[rule].count > 0;
}

void
bb_swf_tell(const SwfOddities *oddities, BbReader *reader)
{
    tell_about_header(oddities, reader);
    for (Rule rule = 0; rule < N_RULES; rule++)
        if (applies(oddities, reader, rule))
            bb_reader_find_n(reader, rules[rule].severity, rules[rule].name,
                             oddities->seen[rule].count, oddities->seen[rule].first_line, "%s",
                             rules[rule].message);
    tell_about_jobs(oddities, reader);
}
