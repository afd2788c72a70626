/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/model/bb-shape.h"

#define ALL ((1u << BB_N_RESOURCES) - 1)
#define NO_GPU (ALL & ~(1u << BB_GPU))

typedef struct {
    BbKind kind;
    gint64 need[BB_N_RESOURCES];
    const char *models, *group, *require, *tolerate, *spread, *avoid;
} Demand;

static const BbShape *
intern(BbShapes *shapes, const Demand *demand, guint32 modelled)
{
    BbJobRow row = BB_JOB_ROW_INIT;
    row.kind = demand->kind;
    for (guint r = 0; r < BB_N_RESOURCES; r++)
        row.need.v[r] = demand->need[r];
    row.gpu_model = demand->models;
    row.group = demand->group;
    row.require = demand->require;
    row.tolerate = demand->tolerate;
    row.spread = demand->spread;
    row.avoid = demand->avoid;
    return bb_shapes_intern(shapes, &row, modelled);
}

/* Other words for one demand. */
static void
test_same(void)
{
    static const struct {
        const char *name;
        guint32 modelled;
        Demand a, b;
    } cases[] = {
        {"blanks", ALL, {.require = "z=a|b;r=1"}, {.require = " z = a | b ; r=1"}},
        {"order of terms", ALL, {.require = "z=a|b;r=1"}, {.require = "r=1;z=b|a"}},
        {"repeats", ALL, {.require = "z=a"}, {.require = "z=a|a;z=a"}},
        {"models", ALL, {.models = "A|B"}, {.models = "B|A|B"}},
        {"tolerate", ALL, {.tolerate = "a=1;b=2"}, {.tolerate = "b=2;a=1;b=2"}},
        {"bare key", ALL, {.tolerate = "a"}, {.tolerate = "a="}},
        {"spread", ALL, {.spread = "z:1;r:2"}, {.spread = "r:2;z:1"}},
        {"avoid", ALL, {.avoid = "x;y"}, {.avoid = "y;x"}},
        {"NULL and blank", ALL, {.avoid = NULL}, {.avoid = ""}},
        {"gpu not modelled", NO_GPU, {.need = {1, 2, 3, 500}, .models = "A"}, {.need = {1, 2, 3}}},
        {"cpu only", 1u << BB_CPU, {.need = {1, 2, 3, 2000}}, {.need = {1}}},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(BbNames) names = bb_names_new();
        g_autoptr(BbShapes) shapes = bb_shapes_new(names);
        g_test_message("%s", cases[i].name);
        const BbShape *a = intern(shapes, &cases[i].a, cases[i].modelled);
        g_assert_true(intern(shapes, &cases[i].b, cases[i].modelled) == a);
        g_assert_true(intern(shapes, &cases[i].b, cases[i].modelled) == a);
        g_assert_true(intern(shapes, &cases[i].a, cases[i].modelled) == a);
        g_assert_cmpuint(bb_shapes_n(shapes), ==, 1);
        g_assert_true(bb_shapes_get(shapes, 0) == a);
    }
}

/* Every field counts: no two of these are the same. */
static void
test_different(void)
{
    static const Demand cases[] = {
        {.kind = BB_CONTAINER},
        {.kind = BB_VM},
        {.kind = BB_PROCESS},
        {.kind = BB_BARE_METAL},
        {.need = {1, 0, 0, 0}},
        {.need = {0, 1, 0, 0}},
        {.need = {0, 0, 1, 0}},
        {.need = {0, 0, 0, 1}},
        {.need = {2, 0, 0, 0}},
        {.need = {0, 0, 0, 1000}},
        {.models = "a"},
        {.models = "a|b"},
        {.group = "a"},
        {.group = "b"},
        {.avoid = "a"},
        {.avoid = "a;b"},
        {.tolerate = "a=b"},
        {.tolerate = "a=b;a=c"},
        {.tolerate = "a"},
        {.require = "a=b"},
        {.require = "a=b|c"},
        {.require = "a=b;a=c"},
        {.require = "a="},
        {.require = "b=a"},
        {.spread = "a:1"},
        {.spread = "a:2"},
        {.spread = "b:1"},
        {.group = "a", .avoid = "a"},
        {.group = "b", .avoid = "a"},
    };
    g_autoptr(BbNames) names = bb_names_new();
    g_autoptr(BbShapes) shapes = bb_shapes_new(names);
    for (guint round = 0; round < 2; round++)
        for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
            g_test_message("case %u", i);
            g_assert_cmpuint(intern(shapes, &cases[i], ALL)->index, ==, i);
        }
    g_assert_cmpuint(bb_shapes_n(shapes), ==, G_N_ELEMENTS(cases));
}

static void
test_amounts(void)
{
    static const struct {
        BbKind kind;
        gint64 gpu;
        guint32 modelled;
        guint32 share, n_gpus;
        gboolean whole_node;
    } cases[] = {
        {BB_CONTAINER, 0, ALL, 0, 0, FALSE},      {BB_CONTAINER, 1, ALL, 1, 0, FALSE},
        {BB_VM, 999, ALL, 999, 0, FALSE},         {BB_VM, 1000, ALL, 0, 1, FALSE},
        {BB_PROCESS, 8000, ALL, 0, 8, FALSE},     {BB_PROCESS, 8000, NO_GPU, 0, 0, FALSE},
        {BB_CONTAINER, 500, NO_GPU, 0, 0, FALSE}, {BB_BARE_METAL, 2000, ALL, 0, 2, TRUE},
    };
    g_autoptr(BbNames) names = bb_names_new();
    g_autoptr(BbShapes) shapes = bb_shapes_new(names);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        Demand demand = {.kind = cases[i].kind, .need = {4000, 512, 7, cases[i].gpu}};
        const BbShape *shape = intern(shapes, &demand, cases[i].modelled);
        g_assert_cmpint(shape->kind, ==, cases[i].kind);
        g_assert_cmpint(shape->need.v[BB_CPU], ==, 4000);
        g_assert_cmpint(shape->need.v[BB_MEMORY], ==, 512);
        g_assert_cmpint(shape->need.v[BB_DISK], ==, 7);
        g_assert_cmpint(shape->need.v[BB_GPU], ==, cases[i].modelled == ALL ? cases[i].gpu : 0);
        g_assert_cmpuint(shape->gpu_share_milli, ==, cases[i].share);
        g_assert_cmpuint(shape->n_gpus, ==, cases[i].n_gpus);
        g_assert_cmpint(shape->whole_node, ==, cases[i].whole_node);
    }
}

static void
test_constraints(void)
{
    g_autoptr(BbNames) names = bb_names_new();
    g_autoptr(BbShapes) shapes = bb_shapes_new(names);
    Demand demand = {
        .models = "A|B",
        .group = "web",
        .require = "zone=a|b",
        .tolerate = "spot=yes",
        .spread = "rack:3",
        .avoid = "db;cache",
    };
    const BbShape *shape = intern(shapes, &demand, ALL);
    g_assert_cmpstr(bb_names_text(names, shape->group), ==, "web");
    g_assert_cmpuint(shape->n_models, ==, 2);
    g_assert_cmpstr(bb_names_text(names, shape->models[1]), ==, "B");
    g_assert_cmpuint(shape->n_require, ==, 1);
    g_assert_cmpstr(bb_names_text(names, shape->require->key), ==, "zone");
    g_assert_cmpuint(shape->require->n_values, ==, 2);
    g_assert_cmpuint(shape->n_tolerate, ==, 1);
    g_assert_cmpstr(bb_names_text(names, shape->tolerate->value), ==, "yes");
    g_assert_cmpuint(shape->n_spread, ==, 1);
    g_assert_cmpuint(shape->spread->max_skew, ==, 3);
    g_assert_cmpuint(shape->n_avoid, ==, 2);
    g_assert_cmpstr(bb_names_text(names, shape->avoid[0]), ==, "db");
}

/* Shapes keep their place and index while the tables grow, and own their texts. */
static void
test_many(void)
{
    enum { N = 20000 };
    g_autoptr(BbNames) names = bb_names_new();
    g_autoptr(BbShapes) shapes = bb_shapes_new(names);
    g_autofree const BbShape **kept = g_new(const BbShape *, N);
    for (guint round = 0; round < 2; round++)
        for (guint i = 0; i < N; i++) {
            char require[32];
            g_snprintf(require, sizeof require, "host=h%u", i / 10);
            Demand demand = {.need = {i % 10}, .require = require};
            const BbShape *shape = intern(shapes, &demand, ALL);
            g_assert_cmpuint(shape->index, ==, i);
            if (round == 0)
                kept[i] = shape;
            g_assert_true(shape == kept[i] && bb_shapes_get(shapes, i) == shape);
        }
    g_assert_cmpuint(bb_shapes_n(shapes), ==, N);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/shape/same", test_same);
    g_test_add_func("/shape/different", test_different);
    g_test_add_func("/shape/amounts", test_amounts);
    g_test_add_func("/shape/constraints", test_constraints);
    g_test_add_func("/shape/many", test_many);
    return g_test_run();
}
