/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A difference as people and programs read it. */
#include "sim/base/bb-json.h"
#include "sim/base/bb-units.h"
#include "sim/lab/bb-diff.h"
#include "sim/report/bb-prose.h"

#include <math.h>

/* ---- words ---- */

static char *
seconds(BbTimeUs time_us)
{
    GString *text = g_string_new(NULL);

    if (time_us < 0)
        g_string_append(text, "never");
    else
        bb_append_seconds(text, time_us);
    return g_string_free(text, FALSE);
}

static char *
wait_of(const BbDiffJob *job, guint side)
{
    const BbDiffSide *says = &job->sides[side];

    if (says->start_us < 0)
        return g_strdup(says->there ? "never started" : "not there");
    return bb_format_duration((double)(says->start_us - job->submit_us) / 1e6);
}

static char *
signed_duration(double change_s)
{
    g_autofree char *size = bb_format_duration(fabs(change_s));

    return g_strdup_printf("%s%s", change_s < 0 ? "-" : change_s > 0 ? "+" : "", size);
}

static char *
change_of(const BbDiffJob *job)
{
    BbTimeUs change = bb_diff_change(job);

    if (change == BB_TIME_NEVER)
        return g_strdup("only A");
    if (change == -BB_TIME_NEVER)
        return g_strdup("only B");
    return signed_duration((double)change / 1e6);
}

static const char *
state_of(const BbDiffSide *says)
{
    if (!says->there)
        return "not there";
    return says->state < 0 ? "" : bb_job_state_names[says->state];
}

/* Names may be longer than their column. */
static void
append_cell(GString *out, const char *text, guint width, gboolean right)
{
    glong n = g_utf8_strlen(text, -1);

    if (n > (glong)width) {
        g_autofree char *start = g_utf8_substring(text, 0, width - 2);

        g_string_append_printf(out, "%s..", start);
        return;
    }
    if (right)
        g_string_append_printf(out, "%*s", (int)((glong)width - n), "");
    g_string_append(out, text);
    if (!right)
        g_string_append_printf(out, "%*s", (int)((glong)width - n), "");
}

/* ---- the first decision ---- */

static void
append_pair(GString *out, const char *what, const char *a, const char *b)
{
    append_cell(out, what, 16, FALSE);
    append_cell(out, a, 31, FALSE);
    g_string_append_c(out, ' ');
    append_cell(out, b, 31, FALSE);
    while (out->len > 0 && out->str[out->len - 1] == ' ')
        g_string_truncate(out, out->len - 1);
    g_string_append_c(out, '\n');
}

static void
append_counts(GString *out, const BbDiff *diff, const char *what,
              guint64 (*count)(const BbDiff *diff, guint side, BbTimeUs time_us))
{
    g_autofree char *a = bb_format_count(count(diff, 0, diff->first_us));
    g_autofree char *b = bb_format_count(count(diff, 1, diff->first_us));

    append_pair(out, what, a, b);
}

static void
append_first(GString *out, const BbDiff *diff)
{
    const BbDiffJob *job = diff->first;
    const BbDiffSide *a = &job->sides[0], *b = &job->sides[1];
    g_autofree char *time =
        diff->first_us == BB_TIME_NEVER ? g_strdup("no time") : seconds(diff->first_us);
    g_autofree char *start_a = seconds(a->start_us), *start_b = seconds(b->start_us);
    g_autofree char *wait_a = wait_of(job, 0), *wait_b = wait_of(job, 1);

    g_string_append_printf(out, "\nThe first decision that differs: job %s of %s, at %s s\n\n",
                           job->id, *job->workload ? job->workload : "the trace", time);
    append_pair(out, "", "A", "B");
    append_pair(out, "start, s", start_a, start_b);
    append_pair(out, "wait", wait_a, wait_b);
    append_pair(out, "nodes", a->nodes ? a->nodes : "", b->nodes ? b->nodes : "");
    append_pair(out, "state", state_of(a), state_of(b));
    append_counts(out, diff, "jobs waiting", bb_diff_n_waiting);
    append_counts(out, diff, "jobs running", bb_diff_n_running);
}

/* ---- rankings ---- */

static void
append_row(GString *out, const char *name, const char *other, const char *a, const char *b,
           const char *change)
{
    append_cell(out, name, 20, FALSE);
    g_string_append_c(out, ' ');
    append_cell(out, other, 13, FALSE);
    append_cell(out, a, 15, TRUE);
    append_cell(out, b, 15, TRUE);
    append_cell(out, change, 15, TRUE);
    g_string_append_c(out, '\n');
}

static void
append_jobs(GString *out, const BbDiff *diff, guint n_shown)
{
    append_row(out, "\njobs, by change", " class", "wait A", "wait B", "change");
    for (guint i = 0; i < MIN(diff->ranked->len, n_shown); i++) {
        const BbDiffJob *job = diff->ranked->pdata[i];
        g_autofree char *a = wait_of(job, 0), *b = wait_of(job, 1), *change = change_of(job);

        append_row(out, job->id, job->class_name, a, b, change);
    }
}

static void
append_classes(GString *out, const BbDiff *diff, guint n_shown)
{
    if (diff->classes->len < 2)
        return;
    append_row(out, "\nclasses, by change", " jobs", "mean wait A", "mean wait B", "change");
    for (guint i = 0; i < MIN(diff->classes->len, n_shown); i++) {
        const BbDiffGroup *group = diff->classes->pdata[i];
        double x = bb_diff_mean_wait(group, 0), y = bb_diff_mean_wait(group, 1);
        g_autofree char *n = bb_format_count(MAX(group->n[0], group->n[1]));
        g_autofree char *a = isnan(x) ? g_strdup("none started") : bb_format_duration(x);
        g_autofree char *b = isnan(y) ? g_strdup("none started") : bb_format_duration(y);
        g_autofree char *change = isnan(x) || isnan(y) ? g_strdup("-") : signed_duration(y - x);

        append_row(out, *group->name ? group->name : "(no class)", n, a, b, change);
    }
}

static void
append_nodes(GString *out, const BbDiff *diff, guint n_shown)
{
    if (diff->nodes->len < 2)
        return;
    append_row(out, "\nnodes, by change", "", "tasks A", "tasks B", "change");
    for (guint i = 0; i < MIN(diff->nodes->len, n_shown); i++) {
        const BbDiffGroup *group = diff->nodes->pdata[i];
        g_autofree char *a = bb_format_count(group->n[0]), *b = bb_format_count(group->n[1]);
        g_autofree char *change =
            g_strdup_printf("%+" G_GINT64_FORMAT, (gint64)group->n[1] - (gint64)group->n[0]);

        append_row(out, group->name, "", a, b, change);
    }
}

char *
bb_diff_text(const BbDiff *diff, guint n_shown)
{
    GString *out = g_string_new(NULL);
    g_autofree char *n_all = bb_format_count(diff->jobs->len);
    g_autofree char *n_decided = bb_format_count(diff->n_decided);

    g_string_append_printf(out, "A  %s\nB  %s\n\n", diff->paths[0], diff->paths[1]);
    if (!diff->first) {
        g_string_append_printf(out, "All %s jobs were decided alike.\n", n_all);
        return g_string_free(out, FALSE);
    }
    g_string_append_printf(out, "%s of %s jobs were decided differently.\n", n_decided, n_all);
    append_first(out, diff);
    append_jobs(out, diff, n_shown);
    append_classes(out, diff, n_shown);
    append_nodes(out, diff, n_shown);
    return g_string_free(out, FALSE);
}

/* ---- JSON ---- */

static void
json_time(BbJson *json, const char *key, BbTimeUs time_us)
{
    if (time_us < 0)
        bb_json_null(json, key);
    else
        bb_json_seconds(json, key, time_us);
}

static void
json_job(BbJson *json, const char *key, const BbDiffJob *job)
{
    static const char *const names[] = {"a", "b"};

    bb_json_begin_object(json, key);
    bb_json_text(json, "job_id", job->id);
    bb_json_text(json, "workload", job->workload);
    bb_json_text(json, "class", job->class_name);
    json_time(json, "submit_s", job->submit_us);
    for (guint side = 0; side < 2; side++) {
        const BbDiffSide *says = &job->sides[side];

        bb_json_begin_object(json, names[side]);
        json_time(json, "start_s", says->start_us);
        json_time(json, "finish_s", says->finish_us);
        bb_json_text(json, "state", says->state < 0 ? NULL : bb_job_state_names[says->state]);
        bb_json_text(json, "nodes", says->nodes);
        bb_json_end(json);
    }
    bb_json_end(json);
}

static void
json_groups(BbJson *json, const char *key, const GPtrArray *groups, guint n_shown, gboolean waits)
{
    bb_json_begin_array(json, key);
    for (guint i = 0; i < MIN(groups->len, n_shown); i++) {
        const BbDiffGroup *group = groups->pdata[i];

        bb_json_begin_object(json, NULL);
        bb_json_text(json, "name", group->name);
        bb_json_int(json, waits ? "jobs_a" : "tasks_a", (gint64)group->n[0]);
        bb_json_int(json, waits ? "jobs_b" : "tasks_b", (gint64)group->n[1]);
        if (waits) {
            bb_json_double(json, "wait_mean_a_s", bb_diff_mean_wait(group, 0));
            bb_json_double(json, "wait_mean_b_s", bb_diff_mean_wait(group, 1));
        }
        bb_json_end(json);
    }
    bb_json_end(json);
}

char *
bb_diff_json(const BbDiff *diff, guint n_shown)
{
    g_autoptr(BbJson) json = bb_json_new();

    bb_json_begin_object(json, NULL);
    bb_json_text(json, "a", diff->paths[0]);
    bb_json_text(json, "b", diff->paths[1]);
    bb_json_int(json, "jobs", diff->jobs->len);
    bb_json_int(json, "differ", (gint64)diff->n_decided);
    if (diff->first)
        json_job(json, "first", diff->first);
    else
        bb_json_null(json, "first");
    bb_json_begin_array(json, "ranked");
    for (guint i = 0; i < MIN(diff->ranked->len, n_shown); i++)
        json_job(json, NULL, diff->ranked->pdata[i]);
    bb_json_end(json);
    json_groups(json, "classes", diff->classes, n_shown, TRUE);
    json_groups(json, "nodes", diff->nodes, n_shown, FALSE);
    bb_json_end(json);
    return g_strdup(bb_json_str(json));
}
