/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is odd in an SWF log: counted line by line, told at the end. Private to swf.c. */
#pragma once

#include "sim/contract/bb-fields.h"

/* Fields by the number that the definition gives them, less one. */
enum {
    SWF_JOB = 0,
    SWF_SUBMIT = 1,
    SWF_WAIT = 2,
    SWF_RUN = 3,
    SWF_ALLOCATED = 4,
    SWF_CPU_TIME = 5,
    SWF_MEMORY_USED = 6,
    SWF_REQUESTED = 7,
    SWF_ESTIMATE = 8,
    SWF_MEMORY = 9,
    SWF_STATUS = 10,
    SWF_USER = 11,
    SWF_PARTITION = 15,
    SWF_PRECEDING = 16,
    SWF_N_FIELDS = 18,
};

typedef enum {
    SWF_IS_JOB,
    SWF_NO_SUBMIT,
    SWF_NO_RUNTIME,
    SWF_NO_PROCESSORS,
    SWF_PART_OF_JOB, /* one execution of a checkpointed job, after the line for the whole of it */
} SwfVerdict;

#define SWF_N_RULES 21

typedef struct {
    struct {
        guint64 count, first_line;
    } seen[SWF_N_RULES];
    gint64 last_id, n_missing_ids, first_partition, first_submit_us;
    guint64 gap_line, submit_line, max_jobs_line;
    guint64 n_jobs, n_one_processor;
    gboolean descends, cleaned;
} SwfOddities;

void bb_swf_oddities_init(SwfOddities *oddities);
/* Every line, whatever its verdict. */
void bb_swf_see_line(SwfOddities *oddities, const BbFields *fields, SwfVerdict verdict,
                     guint64 line);
/* A line that became a job. `machine`: processors of the header, -1 unknown. */
void bb_swf_see_job(SwfOddities *oddities, const BbFields *fields, const BbJobRow *row,
                    gint64 machine);
/* Adds all as findings of the reader. */
void bb_swf_tell(const SwfOddities *oddities, BbReader *reader);
