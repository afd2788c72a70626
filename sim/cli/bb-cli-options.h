/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L5. The options of all commands that run simulations, and the experiment that they make. */
#pragma once

#include "bb-cli.h"

/* As the option parser leaves them: owned, NULL or FALSE when not given. */
typedef struct {
    char **traces, **sets, **columns;
    char *cluster, *censored, *output, *format;
    gboolean quiet;
    char *values[20]; /* of options that stand for one key of the experiment */
    GOptionEntry entries[32];
} BbCliOptions;

/* Fills `entries`, which point into the struct: it must stay where it is. */
void bb_cli_options_init(BbCliOptions *options);
void bb_cli_options_clear(BbCliOptions *options);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(BbCliOptions, bb_cli_options_clear)

/* Is it --warmup auto? Takes it away then. */
gboolean bb_cli_options_take_auto_warmup(BbCliOptions *options);
/* The experiment of `file` (may be NULL) with what the options say in its place: --trace replaces all
 * workloads, --cluster all pools, --columns and --censored hold for all of those, then single keys, then --set in order. */
BbExperiment *bb_cli_options_experiment(const BbCliOptions *options, const BbTables *tables,
                                        const char *file, GError **error);
