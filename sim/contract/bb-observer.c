/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The names of the job states, as jobs.csv and the summary write them. */
#include "bb-observer.h"

const char *const bb_job_state_names[BB_N_JOB_STATES] = {
    "waiting", "running", "completed", "killed", "failed", "rejected", "unfinished",
};
