/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L4. How a trace was made: a key file beside it that holds all it takes to make the same bytes again.
 *
 *     [recipe]          version, command, and each option of the command with its value
 *     [input 1] ..      option (blank: an argument), what (a file, a generator ..), sha256 of its content
 *     [output NAME] ..  sha256
 *
 * Files are named as seen from the recipe's folder. */
#pragma once

#include <glib.h>

typedef struct {
    char *option; /* that names it, "" for an argument */
    char *what;   /* FILE[:FORMAT], or a generator's text */
    char *sha256; /* "" where it has no content of its own ("flat:8") */
} BbRecipeInput;

typedef struct {
    char *name, *sha256;
} BbRecipeOutput;

typedef struct {
    char *version, *command;
    GPtrArray *options; /* of char *, "seed=1" */
    GPtrArray *inputs;  /* of BbRecipeInput */
    GPtrArray *outputs; /* of BbRecipeOutput */
} BbRecipe;

BbRecipe *bb_recipe_new(const char *command);
void bb_recipe_free(BbRecipe *recipe);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BbRecipe, bb_recipe_free)

void bb_recipe_add_option(BbRecipe *recipe, const char *name, const char *value);
void bb_recipe_add_input(BbRecipe *recipe, const char *option, const char *what,
                         const char *sha256);
/* Hashes the text. */
void bb_recipe_add_output(BbRecipe *recipe, const char *name, const char *text);

/* Owned by the caller. */
char *bb_recipe_text(const BbRecipe *recipe);
/* NULL with BB_ERROR_INPUT where the file is none. */
BbRecipe *bb_recipe_read(const char *path, GError **error);
/* Is `made` what `recipe` tells of: the same inputs, then the same outputs? FALSE with BB_ERROR_INPUT
 * naming the input, or BB_ERROR_VERDICT naming the output and the versions. */
gboolean bb_recipe_check(const BbRecipe *recipe, const BbRecipe *made, GError **error);
