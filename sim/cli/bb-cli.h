/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L5. What every command shares. A command is one file cmd-NAME.c with
 *     int cmd_NAME(BbCli *cli, int argc, char **argv)      argv[0] is the command's name
 * and one row in the table of main.c. It returns the exit status: 0, or that of bb_cli_fail. Only this
 * layer prints: results to standard output, everything else to standard error. */
#pragma once

#include "sim/lab/bb-experiment.h"

typedef struct {
    BbTables tables;   /* every policy and format; first: bb-cli-plugin.c finds the rest by it */
    GPtrArray *lists;  /* of policies, made for plug-ins: owned */
    gint *interrupted; /* the number of the signal that asked to stop, else 0 */
} BbCli;

int cmd_compare(BbCli *cli, int argc, char **argv);
int cmd_demo(BbCli *cli, int argc, char **argv);
int cmd_diff(BbCli *cli, int argc, char **argv);
int cmd_gate(BbCli *cli, int argc, char **argv);
int cmd_list(BbCli *cli, int argc, char **argv);
int cmd_pack(BbCli *cli, int argc, char **argv);
int cmd_report(BbCli *cli, int argc, char **argv);
int cmd_rerun(BbCli *cli, int argc, char **argv);
int cmd_run(BbCli *cli, int argc, char **argv);
int cmd_sweep(BbCli *cli, int argc, char **argv);
int cmd_trace(BbCli *cli, int argc, char **argv);
int cmd_verify(BbCli *cli, int argc, char **argv);

/* Prints "breakbulk: MESSAGE" on standard error and gives the exit status that belongs to it. */
int bb_cli_fail(const BbCli *cli, const GError *error);
/* Parses a command's options, prints its --help. `usage` follows the command's name ("[FILE] ..").
 * What is no option stays in argv, from argv[1]; unknown options are BB_ERROR_USAGE with a
 * suggestion. `extra` is a second table or NULL. */
gboolean bb_cli_parse(const char *usage, const char *summary, const GOptionEntry *entries,
                      const GOptionEntry *extra, int *argc, char ***argv, GError **error);
/* Writes all of the text to standard output; BB_ERROR_OUTPUT when that fails. */
gboolean bb_cli_print(const char *text, GError **error);
/* BB_ERROR_USAGE "WHAT: expected one of .., found ..", with a suggestion. `names` ends with NULL. */
gboolean bb_cli_unknown(const char *what, const char *found, const char *const *names,
                        GError **error);
