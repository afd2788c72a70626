/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A pool of 98 nodes begins with n-01, one of 100 with n-001: the same node by another name. B takes A's
 * names where numbers differ by their padding alone, unless one side has both. */
#include "sim/lab/bb-diff-private.h"

#include <string.h>

/* "n-001" and "n-01" are "n-1". */
static char *
without_padding(const char *name)
{
    GString *out = g_string_new(NULL);

    for (const char *p = name; *p; p++) {
        gboolean begins = p == name || !g_ascii_isdigit(p[-1]);

        while (begins && p[0] == '0' && g_ascii_isdigit(p[1]))
            p++;
        g_string_append_c(out, *p);
    }
    return g_string_free(out, FALSE);
}

/* What one side calls its nodes. */
typedef struct {
    GHashTable *names;   /* of char * */
    GHashTable *by_bare; /* without padding -> the name, borrowed */
    gboolean ambiguous;
} Names;

static void
names_init(Names *names)
{
    names->names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    names->by_bare = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    names->ambiguous = FALSE;
}

static void
names_clear(Names *names)
{
    g_hash_table_unref(names->by_bare);
    g_hash_table_unref(names->names);
}

static void
add_name(Names *names, const char *name)
{
    if (g_hash_table_contains(names->names, name))
        return;
    char *kept = g_strdup(name), *bare = without_padding(name);
    names->ambiguous = names->ambiguous || g_hash_table_contains(names->by_bare, bare);
    g_hash_table_add(names->names, kept);
    g_hash_table_insert(names->by_bare, bare, kept);
}

static void
add_names(Names *names, const char *nodes)
{
    g_auto(GStrv) items = g_strsplit(nodes, ";", -1);

    for (guint i = 0; items[i]; i++) {
        items[i][strcspn(items[i], "*")] = '\0';
        add_name(names, items[i]);
    }
}

/* "n-01*2;n-07" in A's names. */
static char *
rename_nodes(const Names *a, const char *nodes)
{
    g_auto(GStrv) items = g_strsplit(nodes, ";", -1);
    GString *out = g_string_new(NULL);

    for (guint i = 0; items[i]; i++) {
        gsize n = strcspn(items[i], "*");
        g_autofree char *name = g_strndup(items[i], n), *bare = without_padding(name);
        const char *known = g_hash_table_lookup(a->by_bare, bare);

        g_string_append_printf(out, "%s%s%s", i > 0 ? ";" : "", known ? known : name, items[i] + n);
    }
    return g_string_free(out, FALSE);
}

static gboolean
any_renamed(const Names *a, const Names *b)
{
    GHashTableIter iter;
    gpointer bare, name;

    g_hash_table_iter_init(&iter, b->by_bare);
    while (g_hash_table_iter_next(&iter, &bare, &name)) {
        const char *known = g_hash_table_lookup(a->by_bare, bare);
        if (known && strcmp(known, name) != 0)
            return TRUE;
    }
    return FALSE;
}

static void
rename_side(BbDiff *diff, const Names *a)
{
    for (guint i = 0; i < diff->jobs->len; i++) {
        BbDiffSide *says = &((BbDiffJob *)diff->jobs->pdata[i])->sides[1];
        char *renamed = says->nodes ? rename_nodes(a, says->nodes) : NULL;

        g_free(says->nodes);
        says->nodes = renamed;
    }
}

void
bb_diff_align_nodes(BbDiff *diff)
{
    Names names[2];

    for (guint side = 0; side < 2; side++) {
        names_init(&names[side]);
        for (guint i = 0; i < diff->jobs->len; i++) {
            const BbDiffJob *job = diff->jobs->pdata[i];
            if (job->sides[side].nodes)
                add_names(&names[side], job->sides[side].nodes);
        }
    }
    if (!names[0].ambiguous && !names[1].ambiguous && any_renamed(&names[0], &names[1]))
        rename_side(diff, &names[0]);
    names_clear(&names[0]);
    names_clear(&names[1]);
}
