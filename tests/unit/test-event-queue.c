/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/base/bb-event-queue.h"

#include <math.h>

static void
test_empty(void)
{
    g_autoptr(BbEventQueue) queue = bb_event_queue_new();
    BbEvent event = {0};
    g_assert_cmpint(bb_event_queue_next(queue), ==, BB_TIME_NEVER);
    g_assert_false(bb_event_queue_pop(queue, &event));
    g_assert_cmpuint(bb_event_queue_n(queue), ==, 0);
    bb_event_queue_free(NULL);
}

/* Time first, then class, then the order of pushing. */
static void
test_order(void)
{
    static const struct {
        BbTimeUs time_us;
        guint event_class, rank;
    } pushed[] = {
        {5, 3, 5}, {5, 0, 2}, {1, 3, 1},  {5, 3, 6},
        {5, 0, 3}, {5, 1, 4}, {-7, 2, 0}, {G_MAXINT64, 0, 7},
    };
    g_autoptr(BbEventQueue) queue = bb_event_queue_new();
    for (gsize i = 0; i < G_N_ELEMENTS(pushed); i++)
        bb_event_queue_push(queue, pushed[i].time_us, pushed[i].event_class,
                            GUINT_TO_POINTER(pushed[i].rank));
    for (guint rank = 0; rank < G_N_ELEMENTS(pushed); rank++) {
        BbEvent event = {0};
        BbTimeUs next_us = bb_event_queue_next(queue);
        g_assert_true(bb_event_queue_pop(queue, &event));
        g_assert_cmpuint(GPOINTER_TO_UINT(event.data), ==, rank);
        g_assert_cmpint(event.time_us, ==, next_us);
    }
}

/* Pushes and pops mixed, many ties: what comes out never precedes what came out before, and within
 * one time and class the numbers given at push rise. */
static void
test_against_the_rules(void)
{
    g_autoptr(BbEventQueue) queue = bb_event_queue_new();
    g_autoptr(GRand) random = g_rand_new_with_seed(1);
    BbEvent last = {.time_us = -1}, event = {0};
    guint n_pushed = 0, n_popped = 0;
    BbTimeUs now = 0;

    while (n_popped < 100000) {
        if (n_pushed < 100000 && g_rand_int_range(random, 0, 5) < 3) {
            bb_event_queue_push(queue, now + g_rand_int_range(random, 0, 20),
                                (guint)g_rand_int_range(random, 0, 4), GUINT_TO_POINTER(n_pushed));
            n_pushed++;
        } else if (bb_event_queue_pop(queue, &event)) {
            gboolean same = event.time_us == last.time_us && event.event_class == last.event_class;
            g_assert_cmpint(event.time_us, >=, last.time_us);
            if (same)
                g_assert_cmpuint(GPOINTER_TO_UINT(event.data), >, GPOINTER_TO_UINT(last.data));
            now = event.time_us;
            last = event;
            n_popped++;
        }
        g_assert_cmpuint(bb_event_queue_n(queue), ==, n_pushed - n_popped);
    }
}

/* Against a sort of the same events. */
static gint
compare(gconstpointer a, gconstpointer b)
{
    const BbEvent *x = a, *y = b;
    if (x->time_us != y->time_us)
        return x->time_us < y->time_us ? -1 : 1;
    if (x->event_class != y->event_class)
        return x->event_class < y->event_class ? -1 : 1;
    return GPOINTER_TO_INT(x->data) - GPOINTER_TO_INT(y->data);
}

static void
test_against_sort(void)
{
    g_autoptr(GRand) random = g_rand_new_with_seed(2);
    for (guint n = 0; n < 300; n++) {
        g_autoptr(BbEventQueue) queue = bb_event_queue_new();
        g_autoptr(GArray) events = g_array_new(FALSE, TRUE, sizeof(BbEvent));
        for (guint i = 0; i < n; i++) {
            guint event_class = (guint)g_rand_int_range(random, 0, 3);
            BbEvent event = {g_rand_int_range(random, 0, 50), event_class, GUINT_TO_POINTER(i)};
            bb_event_queue_push(queue, event.time_us, event_class, event.data);
            g_array_append_val(events, event);
        }
        g_array_sort(events, compare);
        for (guint i = 0; i < n; i++) {
            BbEvent event = {0};
            g_assert_true(bb_event_queue_pop(queue, &event));
            g_assert_cmpint(compare(&event, &g_array_index(events, BbEvent, i)), ==, 0);
        }
    }
}

/* How far ahead the next event lies. */
static BbTimeUs
ahead_by_power(GRand *random)
{
    return g_rand_int_range(random, 0, 3) * ((BbTimeUs)1 << g_rand_int_range(random, 0, 44));
}

static BbTimeUs
ahead_often_not(GRand *random)
{
    return g_rand_int_range(random, 0, 40) == 0 ? 100 : 0;
}

static BbTimeUs
ahead_few_values(GRand *random)
{
    static const BbTimeUs values[] = {0, 1, 63, 64, 65, 4096, 1 << 30};
    return values[g_rand_int_range(random, 0, G_N_ELEMENTS(values))];
}

static BbTimeUs
ahead_exponential(GRand *random)
{
    return (BbTimeUs)(-3.6e9 * log(1 - g_rand_double(random)));
}

static BbTimeUs
ahead_bimodal(GRand *random)
{
    return ahead_exponential(random) * (g_rand_int_range(random, 0, 10) == 0 ? 1000 : 1);
}

static gint
compare_data(gconstpointer a, gconstpointer b, gpointer data)
{
    (void)data;
    return compare(a, b);
}

static void
push_both(BbEventQueue *queue, GSequence *twin, BbEvent event)
{
    bb_event_queue_push(queue, event.time_us, event.event_class, event.data);
    g_sequence_insert_sorted(twin, g_memdup2(&event, sizeof event), compare_data, NULL);
    g_assert_cmpuint(bb_event_queue_n(queue), ==, (gsize)g_sequence_get_length(twin));
}

static BbTimeUs
pop_both(BbEventQueue *queue, GSequence *twin)
{
    GSequenceIter *first = g_sequence_get_begin_iter(twin);
    const BbEvent *expected = g_sequence_get(first);
    BbEvent event = {0};
    g_assert_cmpint(bb_event_queue_next(queue), ==, expected->time_us);
    g_assert_true(bb_event_queue_pop(queue, &event));
    g_assert_cmpint(compare(&event, expected), ==, 0);
    g_sequence_remove(first);
    return event.time_us;
}

/* Grows, holds and drains beside its slow twin, a balanced tree of (time, class, number). */
static void
test_twin(gconstpointer data)
{
    BbTimeUs (*ahead)(GRand *) = *(BbTimeUs(*const *)(GRand *))data;
    static const BbTimeUs begins[] = {0, -((BbTimeUs)1 << 46), G_MININT64, G_MAXINT64 / 2};
    for (guint b = 0; b < G_N_ELEMENTS(begins); b++) {
        g_autoptr(GRand) random = g_rand_new_with_seed(3 + b);
        g_autoptr(BbEventQueue) queue = bb_event_queue_new();
        g_autoptr(GSequence) twin = g_sequence_new(g_free);
        BbTimeUs now = begins[b];
        for (guint i = 0; i < 20000; i++) {
            /* Pushing prevails, then popping: it is empty now and then. */
            if (g_sequence_get_length(twin) > 0 &&
                g_rand_int_range(random, 0, 100) < (i % 5000 < 2500 ? 30 : 70))
                now = pop_both(queue, twin);
            else
                push_both(queue, twin,
                          (BbEvent){now + ahead(random),
                                    (guint)g_rand_int_range(random, 0, BB_EVENT_CLASSES),
                                    GUINT_TO_POINTER(i)});
        }
        while (g_sequence_get_length(twin) > 0)
            pop_both(queue, twin);
        g_assert_cmpint(bb_event_queue_next(queue), ==, BB_TIME_NEVER);
    }
}

static void
test_past_is_refused(void)
{
    if (g_test_subprocess()) {
        g_autoptr(BbEventQueue) queue = bb_event_queue_new();
        BbEvent event;
        bb_event_queue_push(queue, 5, 0, NULL);
        bb_event_queue_pop(queue, &event);
        bb_event_queue_push(queue, 5, 0, NULL);
        bb_event_queue_push(queue, 4, 0, NULL);
        return;
    }
    g_test_trap_subprocess(NULL, 0, 0);
    g_test_trap_assert_failed();
    g_test_trap_assert_stderr("*to_unsigned(time_us) >= queue->last*");
}

static const struct {
    const char *name;
    BbTimeUs (*ahead)(GRand *random);
} twins[] = {
    {"powers", ahead_by_power},       {"ties", ahead_often_not},
    {"few-values", ahead_few_values}, {"exponential", ahead_exponential},
    {"bimodal", ahead_bimodal},
};

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/event-queue/empty", test_empty);
    g_test_add_func("/event-queue/order", test_order);
    g_test_add_func("/event-queue/against-the-rules", test_against_the_rules);
    g_test_add_func("/event-queue/against-sort", test_against_sort);
    for (guint i = 0; i < G_N_ELEMENTS(twins); i++) {
        g_autofree char *path = g_strconcat("/event-queue/twin/", twins[i].name, NULL);
        g_test_add_data_func(path, &twins[i].ahead, test_twin);
    }
    g_test_add_func("/event-queue/past-is-refused", test_past_is_refused);
    return g_test_run();
}
