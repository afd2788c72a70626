/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the real systems' own tests leave out: units that replace others, services that fail, hosts that
 * weigh the same, options that tie. */
#include "policies/profiles/autoscaler/autoscaler-waste.h"
#include "policies/profiles/fleet/fleet-glob.h"
#include "policies/profiles/fleet/fleet.h"
#include "policies/profiles/nova/nova.h"
#include "policies/profiles/slurm/slurm-priority.h"
#include "policies/profiles/slurm/slurm-select.h"
#include "policies/profiles/swarmkit/swarmkit-group.h"

/* "+unit@machine" for each that is scheduled, "-unit@machine" for each that is taken away. */
static char *
reconcile(const FleetMachine *machines, guint n_machines, const FleetUnit *units, guint n_units)
{
    g_autoptr(GArray) tasks = fleet_reconcile(machines, n_machines, units, n_units);
    g_autoptr(GString) text = g_string_new(NULL);

    for (guint i = 0; i < tasks->len; i++) {
        const FleetTask *task = &g_array_index(tasks, FleetTask, i);

        g_string_append_printf(text, "%c%s@%s ", task->schedule ? '+' : '-', task->unit,
                               task->machine);
    }
    return g_string_free(g_steal_pointer(&text), FALSE);
}

static void
test_fleet_replaces(void)
{
    const char *const old[] = {"old.*", NULL}, *const new[] = {"new.*", NULL};
    const FleetMachine machines[] = {{.id = "A"}, {.id = "B"}, {.id = "C"}};
    FleetUnit units[] = {
        {.name = "old.service", .active = TRUE, .machine = "A"},
        {.name = "new.service", .active = TRUE, .machine = "A", .replaces = old},
        {.name = "other.service", .active = TRUE, .machine = "B"},
    };
    g_autofree char *one_way = reconcile(machines, 3, units, 3);
    g_autofree char *both = NULL, *alone = reconcile(machines, 1, units, 2);

    g_assert_cmpstr(one_way, ==, "-old.service@A +old.service@C ");
    /* Nowhere else to go: it is tried again at once, and the only machine takes it. */
    g_assert_cmpstr(alone, ==, "-old.service@A +old.service@A ");
    units[0].replaces = new;
    both = reconcile(machines, 3, units, 3);
    g_assert_cmpstr(both, ==, "");
}

static void
test_fleet_conflicts(void)
{
    const char *const web[] = {"web@*.service", NULL};
    const FleetMachine machines[] = {{.id = "B"}, {.id = "A"}};
    const FleetUnit units[] = {
        {.name = "web@1.service", .active = TRUE, .conflicts = web},
        {.name = "web@2.service", .active = TRUE, .conflicts = web},
        {.name = "web@3.service", .active = TRUE, .conflicts = web},
        {.name = "db.service", .active = FALSE},
    };
    g_autofree char *tasks = reconcile(machines, 2, units, 4);

    g_assert_cmpstr(tasks, ==, "+web@1.service@A +web@2.service@B ");
}

static void
test_fleet_glob(void)
{
    static const struct {
        const char *pattern, *text;
        gboolean match;
    } cases[] = {
        {"", "", TRUE},        {"*", "", TRUE},        {"*", "a/b", FALSE},   {"a?c", "a/c", FALSE},
        {"[^a-c]", "d", TRUE}, {"[^a-c]", "b", FALSE}, {"[a", "a", FALSE},    {"[]a]", "a", FALSE},
        {"a\\*", "a*", TRUE},  {"a\\*", "ab", FALSE},  {"*b*", "abab", TRUE}, {"*ab", "aab", TRUE},
        {"[\\]]", "]", TRUE},  {"a*/b", "ax/b", TRUE},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_test_message("%s %s", cases[i].pattern, cases[i].text);
        g_assert_cmpint(fleet_glob(cases[i].pattern, cases[i].text), ==, cases[i].match);
    }
}

static gboolean
two_each(gpointer data, guint node, guint32 n_new)
{
    (void)data, (void)node;
    return n_new < 2;
}

static void
test_swarmkit_failures(void)
{
    SwarmkitNode nodes[] = {{NULL, 0, 0, 5}, {NULL, 3, 3, 4}, {NULL, 2, 9, 0}};
    guint32 out[9];

    /* Below five failures tasks decide; from five on failures do. */
    g_assert_cmpuint(swarmkit_place(nodes, 3, 0, 1, two_each, NULL, out), ==, 1);
    g_assert_cmpuint(out[0], ==, 2);
    g_assert_cmpuint(swarmkit_place(nodes, 3, 0, 9, two_each, NULL, out), ==, 6);
    g_assert_cmpuint(out[5], ==, 0);
    nodes[0].n_failures = 4;
    g_assert_cmpuint(swarmkit_place(nodes, 3, 0, 1, two_each, NULL, out), ==, 1);
    g_assert_cmpuint(out[0], ==, 0);
}

static guint64
draw_last(gpointer data, guint32 ordinal, guint64 n)
{
    (void)data, (void)ordinal;
    return n - 1;
}

static guint64
draw_first(gpointer data, guint32 ordinal, guint64 n)
{
    (void)data, (void)ordinal, (void)n;
    return 0;
}

static void
test_nova_select(void)
{
    const double weights[] = {1, 3, 3, 2};

    g_assert_cmpint(nova_select(weights, 0, 1, FALSE, draw_last, NULL), ==, -1);
    g_assert_cmpint(nova_select(weights, 4, 1, FALSE, draw_last, NULL), ==, 1);
    g_assert_cmpint(nova_select(weights, 4, 1, TRUE, draw_first, NULL), ==, 2);
    g_assert_cmpint(nova_select(weights, 4, 3, FALSE, draw_last, NULL), ==, 3);
    g_assert_cmpint(nova_select(weights, 4, 9, FALSE, draw_last, NULL), ==, 0);
}

static void
test_nova_room(void)
{
    g_assert_true(nova_has_room(8, 0, 4.0, 30, 2, 8));
    g_assert_false(nova_has_room(8, 0, 4.0, 31, 2, 8));
    g_assert_false(nova_has_room(8, 0, 4.0, 0, 9, 8));
    g_assert_false(nova_has_room(3, 0, 1.5, 4, 1, 0)); /* floor(4.5) */
}

static void
test_slurm(void)
{
    const SlurmNode nodes[] = {{2, 1}, {0, 1}, {2, 1}, {2, 1}, {9, 7}};
    const SlurmWeights weights = {.age = 100, .size = 10};
    const SlurmFactors factors = {.age = 0.5, .size = 1.0};
    SlurmPick picks[5];

    g_assert_cmpuint(slurm_select(nodes, 5, 2, 1, 0, picks), ==, 1); /* the tightest */
    g_assert_cmpuint(picks[0].node, ==, 0);
    g_assert_cmpuint(slurm_select(nodes, 5, 3, 2, 2, picks), ==,
                     2); /* one cpu is left for the last */
    g_assert_cmpuint(picks[0].node, ==, 2);
    g_assert_cmpuint(picks[0].cpus, ==, 2);
    g_assert_cmpuint(slurm_select(nodes, 5, 20, 1, 0, picks), ==, 0);
    g_assert_cmpuint(slurm_select(nodes, 5, 7, 1, 3, picks), ==, 0);
    g_assert_cmpuint(slurm_priority(&weights, &factors, 0, 5, 7), ==, 58);
    g_assert_cmpuint(slurm_priority(&weights, &factors, 0, 0, 1000), ==, 1);
    g_assert_cmpuint(slurm_priority(&weights, &factors, 1e12, 0, 0), ==, SLURM_PRIORITY_MAX);
}

static void
test_least_waste_ties(void)
{
    const AutoscalerOption options[] = {
        {1, 1000, 100, 500, 50}, {1, 2000, 200, 500, 50}, {1, 1000, 100, 500, 50}};
    guint n_equal;

    g_assert_cmpint(autoscaler_least_waste(options, 3, 0, &n_equal), ==, 0);
    g_assert_cmpuint(n_equal, ==, 2);
    g_assert_cmpint(autoscaler_least_waste(options, 3, 1, NULL), ==, 2);
    g_assert_cmpint(autoscaler_least_waste(options, 0, 0, &n_equal), ==, -1);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/profiles/fleet/replaces", test_fleet_replaces);
    g_test_add_func("/profiles/fleet/conflicts", test_fleet_conflicts);
    g_test_add_func("/profiles/fleet/glob", test_fleet_glob);
    g_test_add_func("/profiles/swarmkit/failures", test_swarmkit_failures);
    g_test_add_func("/profiles/nova/select", test_nova_select);
    g_test_add_func("/profiles/nova/room", test_nova_room);
    g_test_add_func("/profiles/slurm", test_slurm);
    g_test_add_func("/profiles/autoscaler/ties", test_least_waste_ties);
    return g_test_run();
}
