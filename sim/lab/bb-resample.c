/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Users are lists of row indices; what is drawn is copied into new rows that take the old ones' place. */
#include "bb-resample.h"

#include "sim/base/bb-rng.h"

#define WEEK_US (G_GINT64_CONSTANT(7) * 86400 * BB_US_PER_S)

typedef struct {
    GArray *rows; /* of guint, in order of submission */
    gint64 first_week, last_week;
    guint n_weeks; /* in which it submits */
    guint n_drawn; /* so far */
} User;

typedef struct {
    const BbResample *resample;
    BbReworkJobs *jobs;
    GArray *drawn; /* of BbReworkRow */
    BbTimeUs first_us;
    gint64 n_weeks;
    guint32 users, weeks; /* streams */
} Resampling;

static void
free_user(gpointer data)
{
    User *user = data;
    g_array_unref(user->rows);
    g_free(user);
}

static const BbReworkRow *
row_at(const Resampling *resampling, guint i)
{
    return &g_array_index(resampling->jobs->rows, BbReworkRow, i);
}

static void
add_row(const Resampling *resampling, User *user, guint i)
{
    gint64 week = (row_at(resampling, i)->row.submit_us - resampling->first_us) / WEEK_US;
    if (user->rows->len == 0)
        user->first_week = week;
    if (user->rows->len == 0 || week != user->last_week)
        user->n_weeks++;
    user->last_week = week;
    g_array_append_val(user->rows, i);
}

/* Of all users, in order of their first job. */
static GPtrArray *
find_users(const Resampling *resampling)
{
    GPtrArray *users = g_ptr_array_new_with_free_func(free_user);
    g_autoptr(GHashTable) by_name = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < resampling->jobs->rows->len; i++) {
        const BbReworkRow *row = row_at(resampling, i);
        const char *name = row->row.class_name != NULL ? row->row.class_name : "";
        char *key = g_strdup_printf("%u/%s", row->workload, name);
        User *user = g_hash_table_lookup(by_name, key);
        if (user == NULL) {
            user = g_new0(User, 1);
            user->rows = g_array_new(FALSE, FALSE, sizeof(guint));
            g_ptr_array_add(users, user);
            g_hash_table_insert(by_name, g_steal_pointer(&key), user);
        }
        g_free(key);
        add_row(resampling, user, i);
    }
    return users;
}

static gint64
draw_week(const Resampling *resampling, guint place, gint64 n)
{
    return (gint64)bb_rng_below(resampling->resample->seed, resampling->weeks, place,
                                resampling->resample->number, (guint64)n);
}

/* "ID#2" for the second copy. */
static void
rename_copy(const Resampling *resampling, const char **text, guint copy)
{
    if (copy < 2 || *text == NULL)
        return;
    g_autofree char *renamed = g_strdup_printf("%s#%u", *text, copy);
    *text = g_string_chunk_insert(resampling->jobs->texts, renamed);
}

static void
rename_after(const Resampling *resampling, BbJobRow *row, guint copy)
{
    if (copy < 2 || row->after == NULL)
        return;
    g_auto(GStrv) ids = g_strsplit(row->after, ";", -1);
    g_autoptr(GString) renamed = g_string_new(NULL);
    for (guint k = 0; ids[k] != NULL; k++)
        g_string_append_printf(renamed, "%s%s#%u", k > 0 ? ";" : "", g_strstrip(ids[k]), copy);
    row->after = g_string_chunk_insert(resampling->jobs->texts, renamed->str);
}

static void
copy_rows(Resampling *resampling, User *user, gint64 shift_weeks, gboolean round)
{
    guint copy = ++user->n_drawn;
    for (guint k = 0; k < user->rows->len; k++) {
        BbReworkRow row = *row_at(resampling, g_array_index(user->rows, guint, k));
        BbTimeUs since_us = row.row.submit_us - resampling->first_us + shift_weeks * WEEK_US;
        if (round)
            since_us %= resampling->n_weeks * WEEK_US;
        row.row.submit_us = resampling->first_us + since_us;
        if (copy > 1 || shift_weeks != 0)
            row.row.node = NULL;
        rename_copy(resampling, &row.row.id, copy);
        rename_copy(resampling, &row.row.class_name, copy);
        rename_copy(resampling, &row.row.group, copy);
        rename_after(resampling, &row.row, copy);
        g_array_append_val(resampling->drawn, row);
    }
}

static gboolean
is_long_term(const Resampling *resampling, const User *user)
{
    return 2 * (gint64)user->n_weeks >= resampling->n_weeks;
}

static void
copy_user(Resampling *resampling, User *user, guint place)
{
    gint64 span = user->last_week - user->first_week + 1, room = resampling->n_weeks - span + 1;
    if (resampling->n_weeks < 2)
        copy_rows(resampling, user, 0, FALSE);
    else if (is_long_term(resampling, user))
        copy_rows(resampling, user, draw_week(resampling, place, resampling->n_weeks), TRUE);
    else
        copy_rows(resampling, user, draw_week(resampling, place, MAX(room, 1)) - user->first_week,
                  FALSE);
}

/* As many of the long-term (short-term) users as there are, with replacement. */
static void
draw_users(Resampling *resampling, const GPtrArray *users, gboolean long_term)
{
    g_autoptr(GPtrArray) some = g_ptr_array_new();
    for (guint i = 0; i < users->len; i++)
        if (is_long_term(resampling, users->pdata[i]) == long_term)
            g_ptr_array_add(some, users->pdata[i]);
    for (guint i = 0; i < some->len; i++) {
        guint place = 2 * i + (long_term ? 1 : 0);
        guint64 which = bb_rng_below(resampling->resample->seed, resampling->users, place,
                                     resampling->resample->number, some->len);
        copy_user(resampling, some->pdata[which], place);
    }
}

static gboolean
check(const GPtrArray *users, GError **error)
{
    if (users->len >= BB_RESAMPLE_MIN_USERS)
        return TRUE;
    return bb_error_set(
        error, BB_ERROR_USAGE,
        "--resample: expected jobs of %d users (classes) or more, found %u: drawing "
        "so few anew says nothing; use --shake",
        BB_RESAMPLE_MIN_USERS, users->len);
}

static gboolean
change(gconstpointer data, BbReworkJobs *jobs, GError **error)
{
    Resampling resampling = {.resample = data,
                             .jobs = jobs,
                             .users = bb_rng_stream("resample/user"),
                             .weeks = bb_rng_stream("resample/week")};
    if (jobs->rows->len == 0)
        return TRUE;
    const BbReworkRow *rows = row_at(&resampling, 0);
    BbTimeUs span_us = rows[jobs->rows->len - 1].row.submit_us - rows[0].row.submit_us;
    resampling.first_us = rows[0].row.submit_us;
    resampling.n_weeks = MAX((span_us + WEEK_US / 2) / WEEK_US, 1);
    g_autoptr(GPtrArray) users = find_users(&resampling);
    if (!check(users, error))
        return FALSE;
    resampling.drawn = g_array_new(FALSE, FALSE, sizeof(BbReworkRow));
    draw_users(&resampling, users, TRUE);
    draw_users(&resampling, users, FALSE);
    g_array_unref(jobs->rows);
    jobs->rows = resampling.drawn;
    return TRUE;
}

BbRework
bb_resample_rework(const BbResample *resample)
{
    return (BbRework){.data = resample, .change = change};
}
