/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Key file <-> experiment. GKeyFile does the reading; it keeps no places, so when something is wrong
 * the text is scanned again to find the line. */
#include "bb-experiment-keys.h"

#include "sim/base/bb-sha256.h"

#include <string.h>

/* A walk over the lines of a key file. */
typedef struct {
    const char *next;
    guint64 line;
    char *text;  /* of the line, owned */
    char *group; /* that it belongs to, owned */
    char *key;   /* NULL when the line is none, owned */
    gsize key_column, value_column;
    gboolean is_group, is_bad;
} Scan;

static void
scan_clear(Scan *scan)
{
    g_clear_pointer(&scan->text, g_free);
    g_clear_pointer(&scan->group, g_free);
    g_clear_pointer(&scan->key, g_free);
}

static void
scan_key(Scan *scan, const char *start)
{
    const char *equals = strchr(start, '=');
    scan->is_bad = !equals || equals == start || !scan->group;
    if (scan->is_bad)
        return;
    scan->key = g_strchomp(g_strndup(start, (gsize)(equals - start)));
    const char *value = equals + 1;
    while (g_ascii_isspace(*value))
        value++;
    scan->value_column = (gsize)(value - scan->text) + 1;
}

static gboolean
scan_next(Scan *scan)
{
    if (!*scan->next)
        return FALSE;
    gsize n = strcspn(scan->next, "\n");
    g_free(scan->text);
    scan->text = g_strndup(scan->next, n);
    g_clear_pointer(&scan->key, g_free);
    scan->next += n + (scan->next[n] == '\n');
    scan->line++;
    const char *start = scan->text;
    while (g_ascii_isspace(*start))
        start++;
    scan->key_column = (gsize)(start - scan->text) + 1;
    scan->is_group = start[0] == '[' && strchr(start, ']');
    scan->is_bad = FALSE;
    if (scan->is_group) {
        g_free(scan->group);
        scan->group = g_strndup(start + 1, (gsize)(strchr(start, ']') - start - 1));
    } else if (start[0] && start[0] != '#') {
        scan_key(scan, start);
    }
    return TRUE;
}

/* Sets the error at the first line that is neither a group, a key nor a comment. */
static gboolean
syntax_error(const char *path, const char *text, const GError *cause, GError **error)
{
    Scan scan = {.next = text};
    while (scan_next(&scan)) {
        if (!scan.is_bad)
            continue;
        g_autofree char *found = bb_quote(scan.text);
        bb_error_input(error, path, scan.line, scan.key_column,
                       "expected [GROUP], KEY=VALUE or # comment, found %s", found);
        scan_clear(&scan);
        return FALSE;
    }
    scan_clear(&scan);
    return bb_error_input(error, path, 0, 0, "expected a key file: %s", cause->message);
}

typedef struct {
    guint64 line, column; /* 0: not in the file */
} Place;

/* The last line that says the key (GKeyFile lets the last one win), or its group where `key` is
 * NULL. */
static Place
find_place(const BbExperiment *experiment, const char *group, const char *key, gboolean at_value)
{
    Scan scan = {.next = experiment->text};
    Place place = {0, 0};
    while (scan_next(&scan)) {
        if (g_strcmp0(scan.group, group) != 0)
            continue;
        if (key ? g_strcmp0(scan.key, key) == 0 : scan.is_group)
            place = (Place){scan.line, at_value ? scan.value_column : scan.key_column};
    }
    scan_clear(&scan);
    return place;
}

static gboolean
placed_error(const BbExperiment *experiment, const char *group, const char *key, gboolean at_value,
             const char *problem, GError **error)
{
    Place place = find_place(experiment, group, key, at_value);
    return bb_error_input(error, experiment->path, place.line, place.column, "%s%s%s",
                          at_value ? key : "", at_value ? ": " : "", problem);
}

char *
bb_experiment_place(const BbExperiment *experiment, const char *kind, const char *name)
{
    g_autofree char *group = g_strconcat(kind, " ", name, NULL);
    Place place = {0, 0};
    if (experiment->text)
        place = find_place(experiment, group, NULL, FALSE);
    if (place.line == 0)
        return g_strdup("");
    return g_strdup_printf("%s:%" G_GUINT64_FORMAT ":%" G_GUINT64_FORMAT ": ", experiment->path,
                           place.line, place.column);
}

/* The same file seen from the folder that the program runs in. */
static char *
rebase(const char *base, const char *value)
{
    if (g_path_is_absolute(value) || strcmp(base, ".") == 0 || strcmp(value, "-") == 0 ||
        !value[0] || g_str_has_prefix(value, "flat:") || g_str_has_prefix(value, "elastic"))
        return g_strdup(value);
    return g_build_filename(base, value, NULL);
}

static void
split_group(const char *text, char **out_kind, char **out_name)
{
    gsize n = strcspn(text, " ");
    *out_kind = g_strndup(text, n);
    *out_name = text[n] ? g_strstrip(g_strdup(text + n)) : NULL;
}

static char *
rebase_file(gpointer data, const char *path, GError **error)
{
    (void)error;
    return rebase(data, path);
}

/* A generator that nobody knows is refused later, with its place. */
static char *
rebase_generator(const BbTables *tables, const char *base, const char *text)
{
    if (strcmp(base, ".") == 0)
        return g_strdup(text);
    char *rebased = bb_generator_map_files(tables->traces.generators, text, rebase_file,
                                           (gpointer)(guintptr)base, NULL);
    return rebased ? rebased : g_strdup(text);
}

static char *
rebase_placement(const BbTables *tables, const char *base, const char *text)
{
    if (strcmp(base, ".") == 0)
        return g_strdup(text);
    char *rebased = bb_placement_map_files(tables->placements, text, rebase_file,
                                           (gpointer)(guintptr)base, NULL);
    return rebased ? rebased : g_strdup(text);
}

static char *
read_value(const BbExperiment *experiment, GKeyFile *file, const char *group, const char *key,
           const char *kind, const char *base)
{
    g_autofree char *raw = g_key_file_get_value(file, group, key, NULL);
    if (strcmp(kind, "workload") == 0 && strcmp(key, "generator") == 0)
        return rebase_generator(experiment->tables, base, raw);
    if (strcmp(kind, "scheduler") == 0 && strcmp(key, "placement") == 0)
        return rebase_placement(experiment->tables, base, raw);
    if ((strcmp(kind, "workload") == 0 && strcmp(key, "trace") == 0) ||
        (strcmp(kind, "failures") == 0 && strcmp(key, "trace") == 0) ||
        (strcmp(kind, "experiment") == 0 && strcmp(key, "fragmentation_target") == 0) ||
        (strcmp(kind, "pool") == 0 && strcmp(key, "nodes") == 0))
        return rebase(base, g_strstrip(raw));
    return g_steal_pointer(&raw);
}

static gboolean
load_key(BbExperiment *experiment, GKeyFile *file, const char *group, const char *key,
         const char *base, GError **error)
{
    g_autofree char *kind = NULL;
    g_autofree char *name = NULL;
    split_group(group, &kind, &name);
    g_autofree char *value = read_value(experiment, file, group, key, kind, base);
    g_autofree char *problem = NULL;
    BbSetResult result = bb_experiment_assign(experiment, kind, name, key, value, &problem);
    if (result == BB_SET_DONE)
        return TRUE;
    return placed_error(experiment, group, result == BB_SET_BAD_GROUP ? NULL : key,
                        result == BB_SET_BAD_VALUE, problem, error);
}

/* A group without keys counts too: [pool web] alone is a pool that lacks its count. */
static gboolean
load_group(BbExperiment *experiment, GKeyFile *file, const char *group, const char *base,
           GError **error)
{
    g_autofree char *kind = NULL;
    g_autofree char *name = NULL;
    g_autofree char *problem = NULL;
    split_group(group, &kind, &name);
    if (!bb_experiment_open_group(experiment, kind, name, &problem))
        return placed_error(experiment, group, NULL, FALSE, problem, error);
    g_auto(GStrv) keys = g_key_file_get_keys(file, group, NULL, NULL);
    for (guint i = 0; keys && keys[i]; i++) {
        if (!load_key(experiment, file, group, keys[i], base, error))
            return FALSE;
    }
    return TRUE;
}

static char *
read_text(const char *path, GError **error)
{
    g_autoptr(BbInput) input = bb_input_open(path, error);
    if (!input)
        return NULL;
    g_autoptr(GString) text = g_string_new(NULL);
    for (;;) {
        gsize n;
        const char *bytes = bb_input_take(input, &n, error);
        if (!bytes)
            return NULL;
        if (n == 0)
            break;
        if (memchr(bytes, 0, n) || text->len + n > (1 << 20)) {
            bb_error_input(error, path, 0, 0, "expected a key file, found %s",
                           memchr(bytes, 0, n) ? "binary data" : "more than 1 MiB");
            return NULL;
        }
        g_string_append_len(text, bytes, (gssize)n);
    }
    return g_string_free(g_steal_pointer(&text), FALSE);
}

gboolean
bb_experiment_load(BbExperiment *experiment, const char *path, const char *base, GError **error)
{
    g_autofree char *folder = base ? g_strdup(base) : g_path_get_dirname(path);
    char *text = read_text(path, error);
    if (!text)
        return FALSE;
    g_free(experiment->path);
    g_free(experiment->text);
    experiment->path = g_strdup(path);
    experiment->text = text;
    g_autoptr(GKeyFile) file = g_key_file_new();
    g_autoptr(GError) cause = NULL;
    if (!g_key_file_load_from_data(file, text, (gsize)-1, G_KEY_FILE_NONE, &cause))
        return syntax_error(path, text, cause, error);
    g_auto(GStrv) groups = g_key_file_get_groups(file, NULL);
    for (guint i = 0; groups[i]; i++) {
        if (!load_group(experiment, file, groups[i], folder, error))
            return FALSE;
    }
    return TRUE;
}

/* A file by its content, and by the names that its columns have. Owned by the caller. */
static char *
content_of(const BbExperiment *experiment, const BbKey *key, const char *value, const char *sha256)
{
    g_autofree char *path = NULL, *format = NULL;
    if (key->type == BB_KEY_FILE)
        bb_reader_split(experiment->tables->traces.readers, value, &path, &format);
    return format != NULL && strchr(format, '(') != NULL ? g_strconcat(sha256, ":", format, NULL)
                                                         : g_strdup(sha256);
}

/* What is in the files, one after the other. A file that is gone counts as empty. */
static char *
hash_files(const char *paths)
{
    g_autoptr(BbSha256) sha = bb_sha256_new();
    g_auto(GStrv) each = g_strsplit(paths, ",", -1);

    for (guint i = 0; each[i]; i++) {
        g_autofree char *content = NULL;
        gsize n;

        if (g_file_get_contents(g_strstrip(each[i]), &content, &n, NULL))
            bb_sha256_update(sha, content, n);
    }
    return bb_sha256_hex(sha);
}

/* How one group is written: as text, or for the hash, where file keys give their content and what
 * changes no result is left out. */
static void
append_keys(GString *out, const BbExperiment *experiment, BbGroup group, gconstpointer object,
            gboolean for_hash, const char *sha256)
{
    for (const BbKey *key = bb_group_keys(group); key->name; key++) {
        g_autoptr(GString) value = g_string_new(NULL);
        if ((for_hash && key->unhashed) || !bb_key_format(key, object, value))
            continue;
        gboolean by_content = (key->type == BB_KEY_FILE || key->type == BB_KEY_GENERATOR ||
                               key->type == BB_KEY_PLACEMENT) &&
                              sha256;
        g_autofree char *content = by_content ? content_of(experiment, key, value->str, sha256)
                                   : for_hash && key->type == BB_KEY_PLUGIN ? hash_files(value->str)
                                                                            : NULL;
        g_string_append_printf(out, "%s=%s\n", key->name, content ? content : value->str);
    }
}

char *
bb_experiment_to_text(const BbExperiment *experiment)
{
    GString *out = g_string_new("[experiment]\n");
    append_keys(out, experiment, BB_GROUP_EXPERIMENT, experiment, FALSE, NULL);
    for (guint i = 0; i < experiment->pools->len; i++) {
        const BbPool *pool = experiment->pools->pdata[i];
        g_string_append_printf(out, "\n[pool %s]\n", pool->name);
        append_keys(out, experiment, BB_GROUP_POOL, pool, FALSE, NULL);
    }
    for (guint i = 0; i < experiment->workloads->len; i++) {
        const BbWorkloadSpec *workload = experiment->workloads->pdata[i];
        g_string_append_printf(out, "\n[workload %s]\n", workload->name);
        append_keys(out, experiment, BB_GROUP_WORKLOAD, workload, FALSE, NULL);
    }
    g_string_append(out, "\n[scheduler]\n");
    append_keys(out, experiment, BB_GROUP_SCHEDULER, experiment, FALSE, NULL);
    if (experiment->failures) {
        g_string_append(out, "\n[failures]\n");
        append_keys(out, experiment, BB_GROUP_FAILURES, experiment, FALSE, NULL);
    }
    return g_string_free(out, FALSE);
}

/* Workloads go in by their place: they are often called after their file. */
char *
bb_experiment_sha256(const BbExperiment *experiment, const char *const *workload_sha256,
                     const char *const *pool_sha256, const char *const *targets)
{
    g_autoptr(GString) out = g_string_new("breakbulk " BB_VERSION "\n");
    append_keys(out, experiment, BB_GROUP_EXPERIMENT, experiment, TRUE,
                targets ? targets[0] : NULL);
    for (guint i = 0; i < experiment->pools->len; i++) {
        const BbPool *pool = experiment->pools->pdata[i];
        g_string_append_printf(out, "pool %s\n", pool->name);
        append_keys(out, experiment, BB_GROUP_POOL, pool, TRUE, pool_sha256[i]);
    }
    for (guint i = 0; i < experiment->workloads->len; i++) {
        g_string_append_printf(out, "workload %u\n", i);
        append_keys(out, experiment, BB_GROUP_WORKLOAD, experiment->workloads->pdata[i], TRUE,
                    workload_sha256[i]);
    }
    append_keys(out, experiment, BB_GROUP_SCHEDULER, experiment, TRUE, targets ? targets[1] : NULL);
    if (experiment->failures) {
        g_string_append(out, "failures\n");
        append_keys(out, experiment, BB_GROUP_FAILURES, experiment, TRUE,
                    pool_sha256[experiment->pools->len]);
    }
    return g_compute_checksum_for_string(G_CHECKSUM_SHA256, out->str, (gssize)out->len);
}
