/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The schedule beside another one, job by job in the order of the trace. */
#include "sim/lab/bb-verify-private.h"

#include "sim/base/bb-units.h"
#include "sim/lab/bb-schedule.h"

typedef struct {
    gboolean listed;
    BbTimeUs submit_us, start_us, finish_us;
} Other;

/* Takes the text. */
static void
note(BbVerdict *verdict, char *difference)
{
    if (verdict->n_differing++ == 0)
        verdict->first_difference = difference;
    else
        g_free(difference);
}

static gboolean
read_others(BbReferee *referee, const char *path, Other *others, GError **error)
{
    g_autoptr(BbSchedule) schedule = bb_schedule_open(path, error);
    if (!schedule)
        return FALSE;
    if (referee->workload_names->len > 1 && !bb_schedule_has_workloads(schedule))
        return bb_error_input(error, path, 1, 0,
                              "expected a column workload, for there are several, found none");
    for (;;) {
        BbScheduleRow row;
        BbReadResult result = bb_schedule_next(schedule, &row, error);
        if (result != BB_READ_ROW)
            return result == BB_READ_END;
        BbClaim *job = bb_referee_find(referee, row.workload, row.id);
        if (!job) {
            note(referee->verdict, g_strdup_printf("job %s is only in the reference", row.id));
            continue;
        }
        others[job - bb_referee_job(referee, 0)] = (Other){
            .listed = TRUE,
            .submit_us = row.submit_us,
            .start_us = row.start_us,
            .finish_us = row.finish_us,
        };
    }
}

static char *
describe_time(BbTimeUs time_us)
{
    GString *out = g_string_new(NULL);
    if (time_us < 0)
        return g_strdup("never");
    bb_append_seconds(out, time_us);
    g_string_append(out, " s");
    return g_string_free(out, FALSE);
}

/* NULL, or how they differ. What the reference does not tell does not differ, but for the start. */
static char *
difference(const BbClaim *job, const Other *other)
{
    static const char *const names[] = {"submitted", "starts", "ends"};
    const BbTimeUs mine[] = {job->submit_us, job->start_us, job->finish_us};
    const BbTimeUs theirs[] = {other->submit_us, other->start_us, other->finish_us};
    if (!other->listed || job->n_listed == 0)
        return g_strdup(other->listed ? "is only in the reference" : "is not in the reference");
    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        if (mine[i] == theirs[i] || (theirs[i] < 0 && i != 1))
            continue;
        g_autofree char *a = describe_time(mine[i]), *b = describe_time(theirs[i]);
        return g_strdup_printf("%s %s, in the reference %s", names[i], a, b);
    }
    return NULL;
}

gboolean
bb_referee_compare(BbReferee *referee, const char *path, GError **error)
{
    BbVerdict *verdict = referee->verdict;
    g_autofree Other *others = g_new0(Other, referee->jobs->len);
    if (!read_others(referee, path, others, error))
        return FALSE;
    verdict->compared = TRUE;
    verdict->n_compared = referee->jobs->len;
    for (guint i = 0; i < referee->jobs->len; i++) {
        const BbClaim *job = bb_referee_job(referee, i);
        g_autofree char *how = difference(job, &others[i]);
        if (!how)
            continue;
        g_autofree char *label = bb_referee_label(referee, job);
        note(verdict, g_strconcat(label, " ", how, NULL));
    }
    return TRUE;
}
