/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A trace, and beside it how it was made; and the command line that a recipe stands for. */
#include "bb-cli-trace-making.h"

#include "sim/base/bb-output.h"

#include <stdio.h>
#include <string.h>

/* A path as the recipe names it: from its folder on where it lies in there, else absolute. */
char *
bb_making_name(const char *folder, const char *path)
{
    g_autofree char *here = g_canonicalize_filename(folder, NULL);
    g_autofree char *absolute = g_canonicalize_filename(path, NULL);
    gsize n = strlen(here);
    if (g_str_equal(path, "-"))
        return g_strdup(path);
    if (g_str_has_prefix(absolute, here) && absolute[n] == G_DIR_SEPARATOR)
        return g_strdup(absolute + n + 1);
    return g_steal_pointer(&absolute);
}

/* The other way round. */
static char *
find_from(const char *folder, const char *path)
{
    if (g_path_is_absolute(path) || g_str_equal(path, "-"))
        return g_strdup(path);
    return g_build_filename(folder, path, NULL);
}

char *
bb_making_name_file(gpointer data, const char *path, GError **error)
{
    (void)error;
    return bb_making_name(data, path);
}

static char *
find_file(gpointer data, const char *path, GError **error)
{
    (void)error;
    return find_from(data, path);
}

void
bb_making_clear(BbMaking *making)
{
    bb_trace_edit_clear(&making->edit);
    bb_recipe_free(making->recipe);
    g_free(making->folder);
}

gboolean
bb_making_init(BbMaking *making, BbTraceCall *call, GError **error)
{
    const char *output = call->options->output;
    making->call = call;
    bb_trace_edit_init(&making->edit, &call->cli->tables.traces);
    making->recipe = bb_recipe_new(call->command + strlen("trace "));
    making->folder = output == NULL ? g_strdup(".") : g_path_get_dirname(output);
    if (!bb_cli_trace_seed(call->options, &making->seed, error))
        return FALSE;
    for (const BbTraceOption *option = call->known; option->name != NULL; option++) {
        const char *value = bb_cli_trace_option(call, option);
        if (g_str_equal(option->name, "seed") && value == NULL)
            value = "1";
        if (value != NULL && !g_str_equal(option->name, "output") &&
            !g_str_equal(option->name, "cluster"))
            bb_recipe_add_option(making->recipe, option->name, value);
    }
    return TRUE;
}

/* The files, with the hashes that the edit has found. */
void
bb_making_note_files(BbMaking *making)
{
    for (guint i = 0; i < making->edit.sha256->len; i++) {
        g_autofree char *name = bb_making_name(making->folder, making->call->files[i]);
        bb_recipe_add_input(making->recipe, "", name, making->edit.sha256->pdata[i]);
    }
}

void
bb_making_print_notes(const BbMaking *making)
{
    for (guint i = 0; i < making->edit.notes->len; i++)
        fprintf(stderr, "breakbulk: note: %s\n", (const char *)making->edit.notes->pdata[i]);
}

static gboolean
write_files(const BbMaking *making, const char *csv, GError **error)
{
    const char *output = making->call->options->output;
    if (!bb_output_write_path(output, csv, error))
        return FALSE;
    if (!g_file_test(output, G_FILE_TEST_IS_REGULAR))
        return TRUE;
    g_autofree char *path = g_strconcat(output, ".recipe.ini", NULL);
    g_autofree char *text = bb_recipe_text(making->recipe);
    return bb_output_write_path(path, text, error);
}

/* Nominal loads are not met exactly, by draws least of all. */
static void
print_offered(const BbTraceTable *table)
{
    const BbOffered *offered = bb_trace_table_offered(table);
    BbResource r = bb_offered_resource(offered);
    double mean = bb_offered_mean(offered, r);
    g_autofree char *text = bb_amount_text(mean, r);
    if (mean > 0)
        fprintf(stderr,
                "breakbulk: note: %u jobs offer %s on average, from first to last submission\n",
                bb_trace_table_n(table), text);
}

gboolean
bb_making_finish(BbMaking *making, BbTraceTable *made, GError **error)
{
    const BbTraceCall *call = making->call;
    g_autoptr(BbTraceTable) table = made;
    g_autoptr(GString) csv = g_string_new(NULL);
    if (table == NULL)
        return FALSE;
    g_autofree char *name = call->options->output != NULL
                                ? g_path_get_basename(call->options->output)
                                : g_strdup("standard output");
    bb_trace_table_write(table, csv);
    bb_recipe_add_output(making->recipe, name, csv->str);
    if (call->recipe != NULL && !bb_recipe_check(call->recipe, making->recipe, error))
        return FALSE;
    bb_making_print_notes(making);
    print_offered(table);
    return call->options->output != NULL ? write_files(making, csv->str, error)
                                         : bb_cli_print(csv->str, error);
}

gboolean
bb_making_finish_edit(BbMaking *making, BbTraceTable *made, GError **error)
{
    if (made != NULL)
        bb_making_note_files(making);
    return bb_making_finish(making, made, error);
}

/* ---- Following a recipe ---- */

/* An input as it is found from here. */
static char *
find_input(const BbTraceTables *tables, const BbRecipe *recipe, const char *folder,
           const BbRecipeInput *input)
{
    char *what = NULL;
    if (g_str_equal(recipe->command, "generate"))
        what = bb_generator_map_files(tables->generators, input->what, find_file,
                                      (gpointer)(guintptr)folder, NULL);
    else if (*input->sha256 != '\0')
        what = find_from(folder, input->what);
    return what != NULL ? what : g_strdup(input->what);
}

/* Those that an option names, or those that are arguments. */
static void
add_inputs(GPtrArray *argv, const BbTraceTables *tables, const BbRecipe *recipe, const char *folder,
           gboolean named)
{
    for (guint i = 0; i < recipe->inputs->len; i++) {
        const BbRecipeInput *input = recipe->inputs->pdata[i];
        if ((*input->option != '\0') != named)
            continue;
        char *what = find_input(tables, recipe, folder, input);
        if (named) {
            g_ptr_array_add(argv, g_strdup_printf("--%s=%s", input->option, what));
            g_free(what);
        } else {
            g_ptr_array_add(argv, what);
        }
    }
}

/* The command line that the recipe stands for. */
gboolean
bb_making_follow_recipe(BbTraceCall *call, GError **error)
{
    const BbTraceTables *tables = &call->cli->tables.traces;
    const BbTraceOptions *options = call->options;
    g_autoptr(BbRecipe) recipe = bb_recipe_read(options->recipe, error);
    g_autofree char *folder = g_path_get_dirname(options->recipe);
    g_autoptr(GPtrArray) argv = g_ptr_array_new_with_free_func(g_free);
    if (recipe == NULL)
        return FALSE;
    if (call->n_files > 0 || options->seed != NULL)
        return bb_error_set(error, BB_ERROR_USAGE,
                            "--recipe: expected nothing else but --output, found %s",
                            call->n_files > 0 ? call->files[0] : "--seed");
    g_ptr_array_add(argv, g_strdup(recipe->command));
    if (options->output != NULL)
        g_ptr_array_add(argv, g_strconcat("--output=", options->output, NULL));
    for (guint i = 0; i < recipe->options->len; i++) {
        const char *option = recipe->options->pdata[i];
        gboolean flag = g_str_equal(option, "shuffle=yes");
        g_ptr_array_add(argv, g_strconcat("--", flag ? "shuffle" : option, NULL));
    }
    add_inputs(argv, tables, recipe, folder, TRUE);
    g_ptr_array_add(argv, g_strdup("--"));
    add_inputs(argv, tables, recipe, folder, FALSE);
    g_ptr_array_add(argv, NULL);
    /* The parser moves pointers about; the array keeps its own. */
    g_autofree char **copy = g_memdup2(argv->pdata, argv->len * sizeof(char *));
    *call->status = bb_cli_trace_run(call->cli, recipe, (int)argv->len - 1, copy);
    return TRUE;
}
