/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L5. Shared by the subcommands of breakbulk trace: cmd-trace.c (info, lint, convert and the table of
 * all), bb-cli-trace-make.c (those that make traces), bb-cli-trace-fit.c. */
#pragma once

#include "bb-cli.h"
#include "sim/lab/bb-recipe.h"

/* As the option parser leaves them; owned by cmd-trace.c. */
typedef struct {
    char *format, *output, *seed, *factor, *by, *keep, *to, *cluster, *resource, *every, *at,
        *recipe;
    char *of, *columns;
    gboolean sort, shuffle;
} BbTraceOptions;

/* One of them, as a subcommand knows it. No arg: a gboolean. */
typedef struct {
    const char *name;
    gsize offset;
    const char *arg, *summary;
} BbTraceOption;

typedef struct {
    BbCli *cli;
    const char *command; /* "trace scale" */
    const BbTraceOption *known;
    const BbTraceOptions *options;
    int n_files;
    char **files;
    const BbRecipe *recipe; /* what comes out must be what it tells of; NULL: anything */
    int *status;            /* exit status where all went well and it is not 0 */
} BbTraceCall;

/* BB_ERROR_USAGE unless there are `min` to `max` files; `what` as in "a file". */
gboolean bb_cli_trace_expect(const BbTraceCall *call, int min, int max, const char *what,
                             GError **error);
/* --format table|json. */
gboolean bb_cli_trace_wants_json(const BbTraceOptions *options, gboolean *out, GError **error);
/* --seed, 1 where it is not given. */
gboolean bb_cli_trace_seed(const BbTraceOptions *options, guint64 *out, GError **error);
/* Index of the text in `names`, 0 where it is NULL. */
gboolean bb_cli_trace_choice(const char *option, const char *text, const char *const *names,
                             guint *out, GError **error);
/* Runs a subcommand as if the user had; argv[0] is its name. */
int bb_cli_trace_run(BbCli *cli, const BbRecipe *recipe, int argc, char **argv);

/* The option called `name`, NULL where it is not given. */
const char *bb_cli_trace_option(const BbTraceCall *call, const BbTraceOption *option);

gboolean bb_cli_trace_generate(BbTraceCall *call, GError **error);
gboolean bb_cli_trace_scale(BbTraceCall *call, GError **error);
gboolean bb_cli_trace_shift(BbTraceCall *call, GError **error);
gboolean bb_cli_trace_merge(BbTraceCall *call, GError **error);
gboolean bb_cli_trace_sample(BbTraceCall *call, GError **error);
gboolean bb_cli_trace_split(BbTraceCall *call, GError **error);
gboolean bb_cli_trace_inflate(BbTraceCall *call, GError **error);
gboolean bb_cli_trace_fit(BbTraceCall *call, GError **error);
