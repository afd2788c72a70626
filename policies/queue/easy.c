/* SPDX-License-Identifier: GPL-3.0-or-later */
/* EASY backfilling. Jobs start in order until one has no room, the head; it gets a reservation at the
 * shadow time, the first at which it fits if running jobs end at their estimates. Later jobs may
 * start now if they end by then or leave the head the room it needs. Only the head is protected.
 *
 * Source: D. Lifka: The ANL/IBM SP scheduling system, JSSPP 1995; Mu'alem, Feitelson, IEEE
 * Transactions on Parallel and Distributed Systems 12(6), 2001. Shortest first among the candidates
 * (sjbf): Tsafrir, Etsion, Feitelson, the same journal 18(6), 2007. */
#include "sim/contract/bb-queue.h"

enum { ORDER_FCFS, ORDER_SJBF };
enum { NO_SHADOW_BACKFILL, NO_SHADOW_HOLD };

static gint
compare_estimates(gconstpointer a_slot, gconstpointer b_slot)
{
    const BbJob *a = *(const BbJob *const *)a_slot;
    const BbJob *b = *(const BbJob *const *)b_slot;
    if (a->estimate_us != b->estimate_us)
        return a->estimate_us < b->estimate_us ? -1 : 1;
    if (a->submit_us != b->submit_us)
        return a->submit_us < b->submit_us ? -1 : 1;
    return (a->seq > b->seq) - (a->seq < b->seq);
}

static void
backfill_shortest(BbPass *pass, BbWalk *walk)
{
    g_autoptr(GArray) candidates = g_array_new(FALSE, FALSE, sizeof(const BbJob *));
    const BbJob *job;
    while ((job = bb_pass_next_possible(pass, walk)) != NULL)
        g_array_append_val(candidates, job);
    g_array_sort(candidates, compare_estimates);
    for (guint i = 0; i < candidates->len; i++)
        bb_pass_try(pass, g_array_index(candidates, const BbJob *, i));
}

static void
backfill_in_order(BbPass *pass, BbWalk *walk)
{
    const BbJob *job;
    while ((job = bb_pass_next_possible(pass, walk)) != NULL)
        bb_pass_try(pass, job);
}

static void
schedule(BbQueue *self, BbPass *pass)
{
    BbWalk walk = BB_WALK_INIT;
    const BbJob *head;
    do {
        head = bb_pass_next(pass, &walk);
    } while (head != NULL && bb_pass_try(pass, head) == BB_STARTED);
    if (head == NULL)
        return;

    BbReserve how = (BbReserve)bb_params_int(self->params, "reserve");
    if (bb_pass_reserve(pass, head, how) == BB_TIME_NEVER) {
        bb_pass_count_no_shadow(pass);
        if (bb_params_int(self->params, "no-shadow") == NO_SHADOW_HOLD)
            return;
    }
    if (bb_params_int(self->params, "backfill-order") == ORDER_SJBF)
        backfill_shortest(pass, &walk);
    else
        backfill_in_order(pass, &walk);
}

static const BbParam params[] = {
    {.name = "backfill-order",
     .type = BB_PARAM_ENUM,
     .fallback = "fcfs",
     .summary = "candidates in queue order, or shortest first",
     .choices = "fcfs|sjbf"},
    {.name = "reserve",
     .type = BB_PARAM_ENUM,
     .fallback = "retest",
     .summary = "what is held for the head: a place, found again for each candidate; amounts; or "
                "named nodes",
     .choices = "retest|count|nodes"},
    {.name = "no-shadow",
     .type = BB_PARAM_ENUM,
     .fallback = "backfill",
     .summary =
         "when jobs without a known end leave no shadow time: backfill freely, or start nothing",
     .choices = "backfill|hold"},
    {.name = NULL},
};

const BbQueueClass bb_queue_easy = {
    .name = "easy",
    .summary =
        "in order of submission; later jobs fill gaps without delaying the first blocked one",
    .source = "Lifka, The ANL/IBM SP scheduling system, JSSPP 1995; Mu'alem, Feitelson, TPDS 2001",
    .params = params,
    .schedule = schedule,
    .projects = TRUE,
};
