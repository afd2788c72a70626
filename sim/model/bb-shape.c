/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two tables. The first is keyed by what rows say, texts unparsed, so that a row like an earlier one
 * costs a hash and a compare and allocates nothing. Only a new wording is parsed, brought into one
 * order (lists are sets), and looked up in the second, which is keyed by the demand itself. */
#include "sim/model/bb-shape.h"

#include <string.h>

enum {
    TEXT_MODELS,
    TEXT_GROUP,
    TEXT_REQUIRE,
    TEXT_TOLERATE,
    TEXT_SPREAD,
    TEXT_AVOID,
    TEXT_SPEC,
    N_TEXTS,
};

/* What a row says that bears on its shape. */
typedef struct {
    BbKind kind;
    BbResources need;           /* what is not modelled: 0 */
    const char *texts[N_TEXTS]; /* never NULL; borrowed from the row, or in the arena */
    const BbShape *shape;
} Wording;

/* One address for all that is blank: most texts are, and need no comparison then. */
static const char blank[] = "";

struct _BbShapes {
    BbNames *names;       /* borrowed */
    GHashTable *wordings; /* set of Wording, owned */
    GHashTable *demands;  /* set of BbShape, borrowed from all */
    GPtrArray *all;       /* of BbShape, owned, by index */
    GStringChunk *arena;  /* texts of wordings */
};

static inline guint64
mix(guint64 hash, guint64 value)
{
    hash = (hash ^ value) * G_GUINT64_CONSTANT(0x9E3779B97F4A7C15);
    return hash ^ (hash >> 32);
}

static guint64
mix_need(guint64 hash, BbKind kind, const BbResources *need)
{
    hash = mix(hash, (guint64)kind);
    for (guint r = 0; r < BB_N_RESOURCES; r++)
        hash = mix(hash, (guint64)need->v[r]);
    return hash;
}

static guint64
mix_words(guint64 hash, const guint32 *words, gsize n)
{
    hash = mix(hash, n);
    for (gsize i = 0; i < n; i++)
        hash = mix(hash, words[i]);
    return hash;
}

static guint
hash_wording(gconstpointer data)
{
    const Wording *wording = data;
    guint64 hash = mix_need(0, wording->kind, &wording->need);
    for (guint t = 0; t < N_TEXTS; t++)
        hash = mix(hash, wording->texts[t] != blank ? g_str_hash(wording->texts[t]) : 0);
    return (guint)hash;
}

static gboolean
equal_wordings(gconstpointer a, gconstpointer b)
{
    const Wording *x = a, *y = b;
    if (x->kind != y->kind || memcmp(&x->need, &y->need, sizeof x->need) != 0)
        return FALSE;
    for (guint t = 0; t < N_TEXTS; t++)
        if (x->texts[t] != y->texts[t] && strcmp(x->texts[t], y->texts[t]) != 0)
            return FALSE;
    return TRUE;
}

static guint
hash_demand(gconstpointer data)
{
    const BbShape *shape = data;
    guint64 hash = mix(mix(mix_need(0, shape->kind, &shape->need), shape->group), shape->spec);
    hash = mix_words(hash, shape->models, shape->n_models);
    hash = mix_words(hash, shape->avoid, shape->n_avoid);
    for (guint i = 0; i < shape->n_require; i++)
        hash = mix_words(mix(hash, shape->require[i].key), shape->require[i].values,
                         shape->require[i].n_values);
    for (guint i = 0; i < shape->n_tolerate; i++)
        hash = mix(mix(hash, shape->tolerate[i].key), shape->tolerate[i].value);
    for (guint i = 0; i < shape->n_spread; i++)
        hash = mix(mix(hash, shape->spread[i].key), shape->spread[i].max_skew);
    return (guint)hash;
}

static gboolean
equal_arrays(gconstpointer a, guint32 n_a, gconstpointer b, guint32 n_b, gsize size)
{
    return n_a == n_b && (n_a == 0 || memcmp(a, b, n_a * size) == 0);
}

static gboolean
equal_require(const BbShape *x, const BbShape *y)
{
    if (x->n_require != y->n_require)
        return FALSE;
    for (guint i = 0; i < x->n_require; i++) {
        const BbRequireTerm *s = &x->require[i], *t = &y->require[i];
        if (s->key != t->key ||
            !equal_arrays(s->values, s->n_values, t->values, t->n_values, sizeof(guint32)))
            return FALSE;
    }
    return TRUE;
}

static gboolean
equal_demands(gconstpointer a, gconstpointer b)
{
    const BbShape *x = a, *y = b;
    return x->kind == y->kind && memcmp(&x->need, &y->need, sizeof x->need) == 0 &&
           x->group == y->group && x->spec == y->spec &&
           equal_arrays(x->models, x->n_models, y->models, y->n_models, sizeof(guint32)) &&
           equal_arrays(x->avoid, x->n_avoid, y->avoid, y->n_avoid, sizeof(guint32)) &&
           equal_arrays(x->tolerate, x->n_tolerate, y->tolerate, y->n_tolerate, sizeof(BbLabel)) &&
           equal_arrays(x->spread, x->n_spread, y->spread, y->n_spread, sizeof(BbSpreadTerm)) &&
           equal_require(x, y);
}

static int
compare_words(const guint32 *a, const guint32 *b, gsize n)
{
    for (gsize i = 0; i < n; i++)
        if (a[i] != b[i])
            return a[i] < b[i] ? -1 : 1;
    return 0;
}

static int
compare_ids(gconstpointer a, gconstpointer b)
{
    return compare_words(a, b, 1);
}

static int
compare_labels(gconstpointer a, gconstpointer b)
{
    const BbLabel *x = a, *y = b;
    return compare_words((guint32[]){x->key, x->value}, (guint32[]){y->key, y->value}, 2);
}

static int
compare_spreads(gconstpointer a, gconstpointer b)
{
    const BbSpreadTerm *x = a, *y = b;
    return compare_words((guint32[]){x->key, x->max_skew}, (guint32[]){y->key, y->max_skew}, 2);
}

static int
compare_requires(gconstpointer a, gconstpointer b)
{
    const BbRequireTerm *x = a, *y = b;
    int order =
        compare_words((guint32[]){x->key, x->n_values}, (guint32[]){y->key, y->n_values}, 2);
    return order != 0 ? order : compare_words(x->values, y->values, x->n_values);
}

/* One order for lists that mean the same: sorted, without repeats. */
static void
make_set(GArray *array, GCompareFunc compare)
{
    guint size = g_array_get_element_size(array);
    g_array_sort(array, compare);
    for (guint i = array->len; i-- > 1;)
        if (compare(array->data + (gsize)size * i, array->data + (gsize)size * (i - 1)) == 0)
            g_array_remove_index(array, i);
}

static gpointer
finish_set(GArray *array, GCompareFunc compare, guint32 *out_n)
{
    make_set(array, compare);
    *out_n = array->len;
    if (array->len > 0)
        return g_array_free(array, FALSE);
    g_array_free(array, TRUE);
    return NULL;
}

static const guint32 *
parse_ids(BbNames *names, const char *text, char separator, guint32 *out_n)
{
    GArray *ids = g_array_new(FALSE, FALSE, sizeof(guint32));
    gboolean ok = bb_parse_list(names, text, separator, ids, NULL);
    g_assert(ok);
    return finish_set(ids, compare_ids, out_n);
}

static const BbLabel *
parse_tolerate(BbNames *names, const char *text, guint32 *out_n)
{
    GArray *labels = g_array_new(FALSE, FALSE, sizeof(BbLabel));
    gboolean ok = bb_parse_labels(names, text, labels, NULL);
    g_assert(ok);
    return finish_set(labels, compare_labels, out_n);
}

static const BbSpreadTerm *
parse_spread(BbNames *names, const char *text, guint32 *out_n)
{
    GArray *terms = g_array_new(FALSE, FALSE, sizeof(BbSpreadTerm));
    gboolean ok = bb_parse_spread(names, text, terms, NULL);
    g_assert(ok);
    return finish_set(terms, compare_spreads, out_n);
}

static void
clear_require(gpointer data)
{
    BbRequireTerm *term = data;
    g_free(term->values);
}

static void
sort_values(BbRequireTerm *term)
{
    GArray *values = g_array_sized_new(FALSE, FALSE, sizeof(guint32), term->n_values);
    g_array_append_vals(values, term->values, term->n_values);
    g_free(term->values);
    term->values = finish_set(values, compare_ids, &term->n_values);
}

static const BbRequireTerm *
parse_require(BbNames *names, const char *text, guint32 *out_n)
{
    GArray *terms = g_array_new(FALSE, FALSE, sizeof(BbRequireTerm));
    g_array_set_clear_func(terms, clear_require);
    gboolean ok = bb_parse_require(names, text, terms, NULL);
    g_assert(ok);
    for (guint i = 0; i < terms->len; i++)
        sort_values(&g_array_index(terms, BbRequireTerm, i));
    return finish_set(terms, compare_requires, out_n);
}

static BbShape *
parse_shape(BbNames *names, const Wording *wording)
{
    BbShape *shape = g_new0(BbShape, 1);
    gint64 gpu = wording->need.v[BB_GPU];
    shape->kind = wording->kind;
    shape->need = wording->need;
    shape->gpu_share_milli = gpu < 1000 ? (guint32)gpu : 0;
    shape->n_gpus = (guint32)(gpu / 1000);
    shape->whole_node = wording->kind == BB_BARE_METAL;
    shape->group = bb_names_intern(names, wording->texts[TEXT_GROUP]);
    shape->spec = bb_names_intern(names, wording->texts[TEXT_SPEC]);
    shape->models = parse_ids(names, wording->texts[TEXT_MODELS], '|', &shape->n_models);
    shape->avoid = parse_ids(names, wording->texts[TEXT_AVOID], ';', &shape->n_avoid);
    shape->require = parse_require(names, wording->texts[TEXT_REQUIRE], &shape->n_require);
    shape->tolerate = parse_tolerate(names, wording->texts[TEXT_TOLERATE], &shape->n_tolerate);
    shape->spread = parse_spread(names, wording->texts[TEXT_SPREAD], &shape->n_spread);
    return shape;
}

static void
free_shape(gpointer data)
{
    BbShape *shape = data;
    for (guint i = 0; i < shape->n_require; i++)
        g_free(shape->require[i].values);
    g_free((gpointer)(guintptr)shape->require);
    g_free((gpointer)(guintptr)shape->models);
    g_free((gpointer)(guintptr)shape->avoid);
    g_free((gpointer)(guintptr)shape->tolerate);
    g_free((gpointer)(guintptr)shape->spread);
    g_free(shape);
}

BbShapes *
bb_shapes_new(BbNames *names)
{
    BbShapes *shapes = g_new(BbShapes, 1);
    shapes->names = names;
    shapes->wordings = g_hash_table_new_full(hash_wording, equal_wordings, g_free, NULL);
    shapes->demands = g_hash_table_new(hash_demand, equal_demands);
    shapes->all = g_ptr_array_new_with_free_func(free_shape);
    shapes->arena = g_string_chunk_new(4096);
    return shapes;
}

void
bb_shapes_free(BbShapes *shapes)
{
    if (shapes == NULL)
        return;
    g_hash_table_unref(shapes->wordings);
    g_hash_table_unref(shapes->demands);
    g_ptr_array_unref(shapes->all);
    g_string_chunk_free(shapes->arena);
    g_free(shapes);
}

/* The shape that equals the candidate, which is taken. */
static const BbShape *
intern_demand(BbShapes *shapes, BbShape *candidate)
{
    const BbShape *known = g_hash_table_lookup(shapes->demands, candidate);
    if (known != NULL) {
        free_shape(candidate);
        return known;
    }
    candidate->index = shapes->all->len;
    g_ptr_array_add(shapes->all, candidate);
    g_hash_table_add(shapes->demands, candidate);
    return candidate;
}

static const BbShape *
add_wording(BbShapes *shapes, const Wording *wording)
{
    Wording *kept = g_memdup2(wording, sizeof *wording);
    for (guint t = 0; t < N_TEXTS; t++)
        kept->texts[t] = wording->texts[t][0] != '\0'
                             ? g_string_chunk_insert(shapes->arena, wording->texts[t])
                             : blank;
    kept->shape = intern_demand(shapes, parse_shape(shapes->names, kept));
    g_hash_table_add(shapes->wordings, kept);
    return kept->shape;
}

static inline const char *
or_blank(const char *text)
{
    return text != NULL && text[0] != '\0' ? text : blank;
}

const BbShape *
bb_shapes_intern(BbShapes *shapes, const BbJobRow *row, guint32 modelled)
{
    Wording wording = {
        .kind = row->kind,
        .texts =
            {
                [TEXT_MODELS] = modelled & (1u << BB_GPU) ? or_blank(row->gpu_model) : blank,
                [TEXT_GROUP] = or_blank(row->group),
                [TEXT_REQUIRE] = or_blank(row->require),
                [TEXT_TOLERATE] = or_blank(row->tolerate),
                [TEXT_SPREAD] = or_blank(row->spread),
                [TEXT_AVOID] = or_blank(row->avoid),
                [TEXT_SPEC] = or_blank(row->spec),
            },
    };
    for (guint r = 0; r < BB_N_RESOURCES; r++)
        wording.need.v[r] = modelled & (1u << r) ? row->need.v[r] : 0;
    const Wording *known = g_hash_table_lookup(shapes->wordings, &wording);
    return known != NULL ? known->shape : add_wording(shapes, &wording);
}

guint
bb_shapes_n(const BbShapes *shapes)
{
    return shapes->all->len;
}

const BbShape *
bb_shapes_get(const BbShapes *shapes, guint index)
{
    g_assert(index < shapes->all->len);
    return g_ptr_array_index(shapes->all, index);
}
