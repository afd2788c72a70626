/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Written by hand, so that the order of groups is the order of making; read by GKeyFile. */
#include "sim/lab/bb-recipe.h"

#include "sim/base/bb-error.h"

#include <string.h>

static void
free_input(gpointer data)
{
    BbRecipeInput *input = data;
    g_free(input->option);
    g_free(input->what);
    g_free(input->sha256);
    g_free(input);
}

static void
free_output(gpointer data)
{
    BbRecipeOutput *output = data;
    g_free(output->name);
    g_free(output->sha256);
    g_free(output);
}

BbRecipe *
bb_recipe_new(const char *command)
{
    BbRecipe *recipe = g_new0(BbRecipe, 1);
    recipe->version = g_strdup(BB_VERSION);
    recipe->command = g_strdup(command);
    recipe->options = g_ptr_array_new_with_free_func(g_free);
    recipe->inputs = g_ptr_array_new_with_free_func(free_input);
    recipe->outputs = g_ptr_array_new_with_free_func(free_output);
    return recipe;
}

void
bb_recipe_free(BbRecipe *recipe)
{
    if (recipe == NULL)
        return;
    g_free(recipe->version);
    g_free(recipe->command);
    g_ptr_array_unref(recipe->options);
    g_ptr_array_unref(recipe->inputs);
    g_ptr_array_unref(recipe->outputs);
    g_free(recipe);
}

void
bb_recipe_add_option(BbRecipe *recipe, const char *name, const char *value)
{
    g_ptr_array_add(recipe->options, g_strdup_printf("%s=%s", name, value));
}

void
bb_recipe_add_input(BbRecipe *recipe, const char *option, const char *what, const char *sha256)
{
    BbRecipeInput *input = g_new(BbRecipeInput, 1);
    *input = (BbRecipeInput){g_strdup(option), g_strdup(what), g_strdup(sha256)};
    g_ptr_array_add(recipe->inputs, input);
}

static void
add_output(BbRecipe *recipe, const char *name, char *sha256)
{
    BbRecipeOutput *output = g_new(BbRecipeOutput, 1);
    *output = (BbRecipeOutput){g_strdelimit(g_strdup(name), "[]\r\n", '_'), sha256};
    g_ptr_array_add(recipe->outputs, output);
}

void
bb_recipe_add_output(BbRecipe *recipe, const char *name, const char *text)
{
    add_output(recipe, name, g_compute_checksum_for_string(G_CHECKSUM_SHA256, text, -1));
}

/* ---- Text ---- */

char *
bb_recipe_text(const BbRecipe *recipe)
{
    GString *out =
        g_string_new("# How this trace was made; the same again: breakbulk trace generate "
                     "--recipe THIS-FILE -o FILE\n");
    g_string_append_printf(out, "[recipe]\nversion=%s\ncommand=%s\n", recipe->version,
                           recipe->command);
    for (guint i = 0; i < recipe->options->len; i++)
        g_string_append_printf(out, "%s\n", (const char *)recipe->options->pdata[i]);
    for (guint i = 0; i < recipe->inputs->len; i++) {
        const BbRecipeInput *input = recipe->inputs->pdata[i];
        g_string_append_printf(out, "\n[input %u]\noption=%s\nwhat=%s\nsha256=%s\n", i + 1,
                               input->option, input->what, input->sha256);
    }
    for (guint i = 0; i < recipe->outputs->len; i++) {
        const BbRecipeOutput *output = recipe->outputs->pdata[i];
        g_string_append_printf(out, "\n[output %s]\nsha256=%s\n", output->name, output->sha256);
    }
    return g_string_free(out, FALSE);
}

static void
read_options(BbRecipe *recipe, GKeyFile *file)
{
    g_auto(GStrv) keys = g_key_file_get_keys(file, "recipe", NULL, NULL);
    for (guint i = 0; keys != NULL && keys[i] != NULL; i++) {
        g_autofree char *value = g_key_file_get_value(file, "recipe", keys[i], NULL);
        if (g_str_equal(keys[i], "version") || g_str_equal(keys[i], "command"))
            continue;
        bb_recipe_add_option(recipe, keys[i], value);
    }
}

static void
read_group(BbRecipe *recipe, GKeyFile *file, const char *group)
{
    g_autofree char *option = g_key_file_get_value(file, group, "option", NULL);
    g_autofree char *what = g_key_file_get_value(file, group, "what", NULL);
    g_autofree char *sha256 = g_key_file_get_value(file, group, "sha256", NULL);
    if (g_str_has_prefix(group, "input "))
        bb_recipe_add_input(recipe, option != NULL ? option : "", what != NULL ? what : "",
                            sha256 != NULL ? sha256 : "");
    else if (g_str_has_prefix(group, "output "))
        add_output(recipe, group + strlen("output "), g_strdup(sha256 != NULL ? sha256 : ""));
}

BbRecipe *
bb_recipe_read(const char *path, GError **error)
{
    g_autoptr(GKeyFile) file = g_key_file_new();
    g_autoptr(GError) cause = NULL;
    if (!g_key_file_load_from_file(file, path, G_KEY_FILE_NONE, &cause)) {
        bb_error_input(error, path, 0, 0, "expected a recipe: %s", cause->message);
        return NULL;
    }
    g_autofree char *version = g_key_file_get_value(file, "recipe", "version", NULL);
    g_autofree char *command = g_key_file_get_value(file, "recipe", "command", NULL);
    g_auto(GStrv) groups = g_key_file_get_groups(file, NULL);
    if (version == NULL || command == NULL) {
        bb_error_input(error, path, 0, 0, "expected a recipe with version and command, found none");
        return NULL;
    }
    BbRecipe *recipe = bb_recipe_new(command);
    g_free(recipe->version);
    recipe->version = g_steal_pointer(&version);
    read_options(recipe, file);
    for (guint i = 0; groups[i] != NULL; i++)
        read_group(recipe, file, groups[i]);
    return recipe;
}

/* ---- Checking ---- */

static gboolean
check_inputs(const BbRecipe *recipe, const BbRecipe *made, GError **error)
{
    for (guint i = 0; i < MIN(recipe->inputs->len, made->inputs->len); i++) {
        const BbRecipeInput *want = recipe->inputs->pdata[i], *got = made->inputs->pdata[i];
        if (!g_str_equal(want->sha256, got->sha256))
            return bb_error_input(error, got->what, 0, 0,
                                  "expected what the recipe was made with (sha256 %.12s..), found "
                                  "another content (%.12s..)",
                                  want->sha256, got->sha256);
    }
    return TRUE;
}

gboolean
bb_recipe_check(const BbRecipe *recipe, const BbRecipe *made, GError **error)
{
    if (!check_inputs(recipe, made, error))
        return FALSE;
    for (guint i = 0; i < MAX(recipe->outputs->len, made->outputs->len); i++) {
        const BbRecipeOutput *want = i < recipe->outputs->len ? recipe->outputs->pdata[i] : NULL;
        const BbRecipeOutput *got = i < made->outputs->len ? made->outputs->pdata[i] : NULL;
        if (want != NULL && got != NULL && g_str_equal(want->sha256, got->sha256))
            continue;
        return bb_error_set(error, BB_ERROR_VERDICT,
                            "recipe: %s differs from the trace that it tells of, which version %s "
                            "made; this is version %s",
                            want != NULL ? want->name : got->name, recipe->version, made->version);
    }
    return TRUE;
}
