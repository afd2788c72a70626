/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Room only grows when a holder lets go, so the candidate times are now and the ends of holders. At
 * each, the books of the window [t, t + estimate) are made: on every node the least room of all
 * moments at which a holder of that node begins within the window; then the placement is asked. */
#include "sim/engine/bb-forecast.h"

typedef struct {
    gconstpointer owner;
    const BbShape *shape;
    BbPlaced placed;
    BbTimeUs from_us, to_us;
} Holder;

struct _BbForecast {
    const BbCluster *real, *empty;
    BbSearch *search;
    BbCluster *moment; /* books at one time */
    BbCluster *window; /* the least of them over a window */
    GArray **holders;  /* of Holder, by node; NULL: none yet */
};

BbForecast *
bb_forecast_new(const BbCluster *real, const BbCluster *empty, BbSearch *search)
{
    BbForecast *forecast = g_new0(BbForecast, 1);

    forecast->real = real;
    forecast->empty = empty;
    forecast->search = search;
    forecast->moment = bb_cluster_copy(empty);
    forecast->window = bb_cluster_copy(empty);
    forecast->holders = g_new0(GArray *, bb_cluster_n(empty));
    return forecast;
}

void
bb_forecast_free(BbForecast *forecast)
{
    if (!forecast)
        return;
    for (guint i = 0; i < bb_cluster_n(forecast->empty); i++)
        g_clear_pointer(&forecast->holders[i], g_array_unref);
    g_free(forecast->holders);
    bb_cluster_free(forecast->moment);
    bb_cluster_free(forecast->window);
    g_free(forecast);
}

void
bb_forecast_reset(BbForecast *forecast)
{
    for (guint i = 0; i < bb_cluster_n(forecast->empty); i++)
        if (forecast->holders[i])
            g_array_set_size(forecast->holders[i], 0);
}

void
bb_forecast_hold(BbForecast *forecast, gconstpointer owner, const BbShape *shape,
                 const BbPlaced *placed, guint n, BbTimeUs from_us, BbTimeUs to_us)
{
    for (guint i = 0; i < n; i++) {
        GArray **holders = &forecast->holders[placed[i].node];
        Holder holder = {owner, shape, placed[i], from_us, to_us};

        if (!*holders)
            *holders = g_array_new(FALSE, FALSE, sizeof(Holder));
        g_array_append_val(*holders, holder);
    }
}

void
bb_forecast_drop(BbForecast *forecast, gconstpointer owner)
{
    for (guint i = 0; i < bb_cluster_n(forecast->empty); i++) {
        GArray *holders = forecast->holders[i];
        guint kept = 0;

        if (!holders)
            continue;
        for (guint h = 0; h < holders->len; h++)
            if (g_array_index(holders, Holder, h).owner != owner)
                g_array_index(holders, Holder, kept++) = g_array_index(holders, Holder, h);
        g_array_set_size(holders, kept);
    }
}

void
bb_forecast_places(const BbForecast *forecast, gconstpointer owner, GArray *placed)
{
    g_array_set_size(placed, 0);
    for (guint i = 0; i < bb_cluster_n(forecast->empty); i++) {
        const GArray *holders = forecast->holders[i];

        for (guint h = 0; holders && h < holders->len; h++)
            if (g_array_index(holders, Holder, h).owner == owner)
                g_array_append_val(placed, g_array_index(holders, Holder, h).placed);
    }
}

/* The books of one node at one time. */
static void
set_moment(BbForecast *forecast, guint node, BbTimeUs time_us)
{
    const GArray *holders = forecast->holders[node];

    bb_cluster_copy_node(forecast->moment, forecast->empty, node);
    for (guint h = 0; h < holders->len; h++) {
        const Holder *holder = &g_array_index(holders, Holder, h);

        if (holder->from_us <= time_us && time_us < holder->to_us)
            bb_cluster_take(forecast->moment, holder->shape, &holder->placed);
    }
}

static void
set_window_node(BbForecast *forecast, guint node, BbTimeUs from_us, BbTimeUs to_us)
{
    const GArray *holders = forecast->holders[node];

    if (!holders || holders->len == 0) {
        bb_cluster_copy_node(forecast->window, forecast->empty, node);
        return;
    }
    set_moment(forecast, node, from_us);
    bb_cluster_copy_node(forecast->window, forecast->moment, node);
    for (guint h = 0; h < holders->len; h++) {
        BbTimeUs begin = g_array_index(holders, Holder, h).from_us;

        if (begin <= from_us || begin >= to_us)
            continue;
        set_moment(forecast, node, begin);
        bb_cluster_narrow_node(forecast->window, forecast->moment, node);
    }
}

static gint
compare_times(gconstpointer a, gconstpointer b)
{
    const BbTimeUs x = *(const BbTimeUs *)a, y = *(const BbTimeUs *)b;

    return x < y ? -1 : x > y;
}

/* Now and every later end of a holder, in order; times may repeat. */
static GArray *
candidate_times(const BbForecast *forecast, BbTimeUs now_us)
{
    GArray *times = g_array_new(FALSE, FALSE, sizeof(BbTimeUs));

    g_array_append_val(times, now_us);
    for (guint i = 0; i < bb_cluster_n(forecast->empty); i++) {
        const GArray *holders = forecast->holders[i];

        for (guint h = 0; holders && h < holders->len; h++) {
            BbTimeUs end = g_array_index(holders, Holder, h).to_us;

            if (end > now_us && end != BB_TIME_NEVER)
                g_array_append_val(times, end);
        }
    }
    g_array_sort(times, compare_times);
    return times;
}

/* The books as they will be at one time, for all nodes. */
static void
set_state(BbForecast *forecast, BbTimeUs time_us, BbTimeUs now_us)
{
    if (time_us == now_us) {
        bb_cluster_copy_books(forecast->moment, forecast->real);
        return;
    }
    for (guint i = 0; i < bb_cluster_n(forecast->empty); i++)
        if (forecast->holders[i])
            set_moment(forecast, i, time_us);
        else
            bb_cluster_copy_node(forecast->moment, forecast->empty, i);
}

/* Places for all tasks of the job from `time_us` on, or none. With a spread they are sought on the
 * books of that time, and must have room in the whole window too. */
static gboolean
find_places(BbForecast *forecast, const BbJob *job, guint32 n_tasks, BbTimeUs time_us,
            BbTimeUs now_us, GArray *placed)
{
    gboolean spreads = job->shape->n_spread > 0;

    if (spreads)
        set_state(forecast, time_us, now_us);
    g_array_set_size(placed, 0);
    if (bb_search_place(forecast->search, spreads ? forecast->moment : forecast->window,
                        spreads ? forecast->window : NULL, job, 0, n_tasks, FALSE, time_us,
                        placed) < n_tasks)
        return FALSE;
    bb_search_restore(forecast->search);
    return TRUE;
}

BbTimeUs
bb_forecast_earliest(BbForecast *forecast, const BbJob *job, guint32 n_tasks, BbTimeUs length_us,
                     BbTimeUs now_us, GArray *placed)
{
    g_autoptr(GArray) times = candidate_times(forecast, now_us);
    BbTimeUs last = -1;

    for (guint t = 0; t < times->len; t++) {
        BbTimeUs time = g_array_index(times, BbTimeUs, t);

        if (time == last)
            continue;
        last = time;
        for (guint i = 0; i < bb_cluster_n(forecast->empty); i++)
            set_window_node(forecast, i, time, bb_time_add(time, length_us));
        if (find_places(forecast, job, n_tasks, time, now_us, placed))
            return time;
    }
    return BB_TIME_NEVER;
}
