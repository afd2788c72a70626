/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every class of the policy tables: complete, named as its file, told of in policies/README.md, at
 * home with its own defaults, and deaf to parameters that it does not have. */
#include "policies/bb-policies.h"

#include "sim/base/bb-error.h"

#include <string.h>

/* What queues and placements have in common. */
typedef struct {
    const char *kind;
    const char *name, *summary, *source;
    const BbParam *params;
} Policy;

static GArray *
all_policies(void)
{
    GArray *all = g_array_new(FALSE, FALSE, sizeof(Policy));
    for (gsize i = 0; bb_queue_classes[i] != NULL; i++) {
        const BbQueueClass *k = bb_queue_classes[i];
        Policy policy = {"queue", k->name, k->summary, k->source, k->params};
        g_array_append_val(all, policy);
    }
    for (gsize i = 0; bb_placement_classes[i] != NULL; i++) {
        const BbPlacementClass *k = bb_placement_classes[i];
        Policy policy = {"placement", k->name, k->summary, k->source, k->params};
        g_array_append_val(all, policy);
    }
    return all;
}

static gboolean
makes(const Policy *policy, const char *text, GError **error)
{
    if (g_str_equal(policy->kind, "queue")) {
        g_autoptr(BbQueue) queue = bb_queue_new(bb_queue_classes, text, error);
        return queue != NULL;
    }
    g_autoptr(BbPlacement) placement = bb_placement_new(bb_placement_classes, text, error);
    return placement != NULL;
}

static void
test_complete(void)
{
    g_autoptr(GArray) all = all_policies();
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < all->len; i++) {
        const Policy *policy = &g_array_index(all, Policy, i);
        g_test_message("%s %s", policy->kind, policy->name);
        g_assert_true(g_hash_table_add(seen, g_strconcat(policy->kind, " ", policy->name, NULL)));
        g_assert_nonnull(policy->summary);
        g_assert_cmpuint(strlen(policy->summary), >, 10);
        g_assert_cmpuint(strlen(policy->summary), <=, 85);
        g_assert_null(strchr(policy->summary, '\n'));
        g_assert_nonnull(policy->source);
        g_assert_cmpuint(strlen(policy->source), >, 10);
        for (const BbParam *p = policy->params; p != NULL && p->name != NULL; p++) {
            g_assert_nonnull(p->summary);
            g_assert_true((p->type == BB_PARAM_ENUM) == (p->choices != NULL));
        }
    }
    for (gsize i = 0; bb_placement_classes[i] != NULL; i++) {
        const BbPlacementClass *k = bb_placement_classes[i];
        g_assert_true((k->cost == NULL && k->choose == NULL) ==
                      ((k->flags & BB_COST_CONSTANT) != 0));
    }
}

/* Names of the .c files in policies/KIND, without the suffix. */
static GHashTable *
files_of(const char *kind)
{
    g_autofree char *path = g_test_build_filename(G_TEST_DIST, "policies", kind, NULL);
    g_autoptr(GError) error = NULL;
    g_autoptr(GDir) dir = g_dir_open(path, 0, &error);
    g_assert_no_error(error);
    GHashTable *names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    const char *entry;
    while ((entry = g_dir_read_name(dir)) != NULL)
        if (g_str_has_suffix(entry, ".c"))
            g_hash_table_add(names, g_strndup(entry, strlen(entry) - 2));
    return names;
}

static void
test_files(void)
{
    static const char *const kinds[] = {"queue", "placement"};
    g_autoptr(GArray) all = all_policies();
    for (gsize k = 0; k < G_N_ELEMENTS(kinds); k++) {
        g_autoptr(GHashTable) names = files_of(kinds[k]);
        for (guint i = 0; i < all->len; i++) {
            const Policy *policy = &g_array_index(all, Policy, i);
            if (g_str_equal(policy->kind, kinds[k])) {
                g_test_message("%s %s", policy->kind, policy->name);
                g_assert_true(g_hash_table_remove(names, policy->name));
            }
        }
        g_assert_cmpuint(g_hash_table_size(names), ==, 0); /* a file that no list names */
    }
}

static char *
with_defaults(const Policy *policy)
{
    GString *text = g_string_new(policy->name);
    for (const BbParam *p = policy->params; p != NULL && p->name != NULL; p++)
        g_string_append_printf(text, ",%s=%s", p->name, p->fallback);
    return g_string_free(text, FALSE);
}

static void
test_defaults(void)
{
    g_autoptr(GArray) all = all_policies();
    for (guint i = 0; i < all->len; i++) {
        const Policy *policy = &g_array_index(all, Policy, i);
        g_autofree char *given = with_defaults(policy);
        g_autoptr(GError) error = NULL;
        g_test_message("%s %s", policy->kind, given);
        makes(policy, policy->name, &error);
        g_assert_no_error(error);
        makes(policy, given, &error);
        g_assert_no_error(error);
    }
}

/* A letter too much in each parameter's name; the message names the policy and what was meant. */
static void
test_misspelt_parameters(void)
{
    g_autoptr(GArray) all = all_policies();
    for (guint i = 0; i < all->len; i++) {
        const Policy *policy = &g_array_index(all, Policy, i);
        g_autofree char *owner = g_strdup_printf("%s %s", policy->kind, policy->name);
        g_autofree char *unknown = g_strdup_printf("%s,no-such-thing=1", policy->name);
        g_autoptr(GError) error = NULL;
        g_assert_false(makes(policy, unknown, &error));
        g_assert_error(error, BB_ERROR, BB_ERROR_USAGE);
        g_assert_nonnull(strstr(error->message, owner));
        for (const BbParam *p = policy->params; p != NULL && p->name != NULL; p++) {
            g_autofree char *text =
                g_strdup_printf("%s,%ss=%s", policy->name, p->name, p->fallback);
            g_autofree char *meant = g_strdup_printf("\"%s\"", p->name);
            g_autoptr(GError) wrong = NULL;
            g_assert_false(makes(policy, text, &wrong));
            g_assert_error(wrong, BB_ERROR, BB_ERROR_USAGE);
            g_test_message("%s", wrong->message);
            g_assert_nonnull(strstr(wrong->message, meant));
        }
    }
}

static void
test_unknown_names(void)
{
    static const struct {
        const char *kind, *text, *message;
    } cases[] = {
        {"queue", "esay", "unknown queue \"esay\", did you mean \"easy\"?"},
        {"queue", "first-fit", "unknown queue \"first-fit\", see breakbulk list queues"},
        {"placement", "bestfit,x=1", "unknown placement \"bestfit\", did you mean \"best-fit\"?"},
        {"placement", "kubernetes",
         "unknown placement \"kubernetes\", see breakbulk list placements"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        Policy policy = {.kind = cases[i].kind};
        g_autoptr(GError) error = NULL;
        g_assert_false(makes(&policy, cases[i].text, &error));
        g_assert_error(error, BB_ERROR, BB_ERROR_USAGE);
        g_assert_cmpstr(error->message, ==, cases[i].message);
    }
    bb_queue_free(NULL);
    bb_placement_free(NULL);
}

/* Orders of waiting: the sign for a before b. */
static void
test_compare(void)
{
    static const struct {
        const char *queue;
        BbJob a, b;
        gint sign;
    } cases[] = {
        {"sjf", {.estimate_us = 5}, {.estimate_us = 7}, -1},
        {"sjf", {.estimate_us = BB_TIME_NEVER}, {.estimate_us = BB_TIME_MAX}, 1},
        {"sjf", {.estimate_us = 5, .seq = 1}, {.estimate_us = 5, .seq = 2}, 0},
        {"ljf", {.estimate_us = 5}, {.estimate_us = 7}, 1},
        {"ljf", {.estimate_us = BB_TIME_NEVER}, {.estimate_us = BB_TIME_MAX}, -1},
        {"priority", {.priority = 2, .submit_us = 100}, {.priority = 1, .submit_us = 0}, -1},
        {"priority", {.priority = G_MININT32}, {.priority = G_MAXINT32}, 1},
        {"priority", {.priority = 1, .submit_us = 9}, {.priority = 1, .submit_us = 8}, 0},
        /* One point is worth 10 us of waiting. */
        {"priority,ageing=10us", {.priority = 1, .submit_us = 10}, {.submit_us = 0}, 0},
        {"priority,ageing=10us", {.priority = 1, .submit_us = 11}, {.submit_us = 0}, 1},
        {"priority,ageing=10us", {.priority = 1, .submit_us = 9}, {.submit_us = 0}, -1},
        {"priority,ageing=10us", {.priority = 1, .submit_us = 9}, {.priority = 1}, 1},
        /* Beyond 64 bits: 2^32 points of 100,000 days each against the largest wait. */
        {"priority,ageing=100000d",
         {.priority = G_MAXINT32, .submit_us = BB_TIME_MAX},
         {.priority = G_MININT32, .submit_us = 0},
         -1},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(BbQueue) queue = bb_queue_new(bb_queue_classes, cases[i].queue, &error);
        g_assert_no_error(error);
        g_test_message("case %" G_GSIZE_FORMAT " %s", i, cases[i].queue);
        gint forth = queue->klass->compare(queue, &cases[i].a, &cases[i].b);
        gint back = queue->klass->compare(queue, &cases[i].b, &cases[i].a);
        g_assert_cmpint((forth > 0) - (forth < 0), ==, cases[i].sign);
        g_assert_cmpint((back > 0) - (back < 0), ==, -cases[i].sign);
    }
}

/* policies/README.md has exactly one row "| `NAME` | summary | source |" for each policy, in the order
 * of the tables. */
static void
test_readme(void)
{
    g_autofree char *path = g_test_build_filename(G_TEST_DIST, "policies", "README.md", NULL);
    g_autofree char *text = NULL;
    g_autoptr(GError) error = NULL;
    g_file_get_contents(path, &text, NULL, &error);
    g_assert_no_error(error);
    g_autoptr(GString) found = g_string_new(NULL);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (gsize i = 0; lines[i] != NULL; i++)
        if (g_str_has_prefix(lines[i], "| `"))
            g_string_append_printf(found, "%s\n", lines[i]);

    g_autoptr(GString) expected = g_string_new(NULL);
    g_autoptr(GArray) all = all_policies();
    for (guint i = 0; i < all->len; i++) {
        const Policy *policy = &g_array_index(all, Policy, i);
        g_string_append_printf(expected, "| `%s` | %s | %s |\n", policy->name, policy->summary,
                               policy->source);
    }
    g_assert_cmpstr(found->str, ==, expected->str);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/policies/complete", test_complete);
    g_test_add_func("/policies/files", test_files);
    g_test_add_func("/policies/defaults", test_defaults);
    g_test_add_func("/policies/misspelt-parameters", test_misspelt_parameters);
    g_test_add_func("/policies/unknown-names", test_unknown_names);
    g_test_add_func("/policies/compare", test_compare);
    g_test_add_func("/policies/readme", test_readme);
    return g_test_run();
}
