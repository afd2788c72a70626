/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/lab/bb-id-set.h"

static void
test_texts(void)
{
    static const struct {
        const char *id;
        gboolean is_new;
    } steps[] = {{"1", TRUE},
                 {"01", TRUE},
                 {"1", FALSE},
                 {"01", FALSE},
                 {"1.0", TRUE},
                 {"-1", TRUE},
                 {"", TRUE},
                 {"", FALSE},
                 {"0", TRUE},
                 {"00", TRUE},
                 {"0", FALSE},
                 {"a", TRUE},
                 {"A", TRUE},
                 {"a", FALSE},
                 {"1 ", TRUE},
                 {"999999999999999999", TRUE},
                 {"9999999999999999999", TRUE},
                 {"999999999999999999", FALSE},
                 {"9999999999999999999", FALSE}};
    g_autoptr(BbIdSet) set = bb_id_set_new();
    for (guint i = 0; i < G_N_ELEMENTS(steps); i++) {
        g_test_message("\"%s\"", steps[i].id);
        g_assert_cmpint(bb_id_set_has(set, steps[i].id), ==, !steps[i].is_new);
        g_assert_cmpint(bb_id_set_add(set, steps[i].id), ==, steps[i].is_new);
        g_assert_true(bb_id_set_has(set, steps[i].id));
    }
}

/* Text ids cost at most 16 bytes each, as the manual says, whenever one looks. */
static void
test_cost(void)
{
    const guint n = 300000;
    g_autoptr(BbIdSet) set = bb_id_set_new();
    for (guint i = 0; i < n; i++) {
        char id[32];
        g_snprintf(id, sizeof id, "job-%u", i);
        g_assert_true(bb_id_set_add(set, id));
        if (i > 20000 && i % 1000 == 0)
            g_assert_cmpuint(bb_id_set_text_bytes(set), <=, (gsize)i * 16);
    }
    for (guint i = 0; i < n; i += 7) {
        char id[32];
        g_snprintf(id, sizeof id, "job-%u", i);
        g_assert_false(bb_id_set_add(set, id));
    }
    g_assert_false(bb_id_set_has(set, "job-300000"));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/id-set/texts", test_texts);
    g_test_add_func("/id-set/cost", test_cost);
    return g_test_run();
}
