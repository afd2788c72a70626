/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The program: a table of commands. Here the lists of policies and formats meet the library, which
 * knows none of them. setlocale is never called: numbers are those of the C locale. */
#include "bb-cli-plugin.h"
#include "bb-cli.h"
#include "policies/bb-policies.h"
#include "traces/bb-traces.h"

#include <gsl/gsl_errno.h>
#include <signal.h>
#include <string.h>

static const struct {
    const char *name;
    int (*run)(BbCli *cli, int argc, char **argv);
    const char *summary;
} commands[] = {
    {"run", cmd_run, "one simulation"},
    {"sweep", cmd_sweep, "many runs into one folder, gone on with where it stopped"},
    {"compare", cmd_compare, "is one variant better: paired differences with intervals"},
    {"gate", cmd_gate, "did a change make scheduling worse: a verdict for CI"},
    {"diff", cmd_diff, "where two results begin to differ"},
    {"verify", cmd_verify, "an independent referee of a schedule"},
    {"pack", cmd_pack, "bin packing benchmarks: bins, bounds, the best known"},
    {"report", cmd_report, "a result as one page: tables and plots"},
    {"rerun", cmd_rerun, "a result again: the same bytes, or the first difference"},
    {"trace", cmd_trace, "traces and node lists: what they hold, what is odd, native CSV"},
    {"list", cmd_list, "policies, formats, generators and metrics"},
    {"demo", cmd_demo, "the main job on the built-in sample: silos or one mixed pool"},
};

/* Set by the handler, polled by the engine. */
static gint interrupted;

static void
on_signal(int number)
{
    interrupted = number;
}

/* The second signal of a kind ends the program at once. What nohup has it ignore stays ignored. */
static void
catch_signals(void)
{
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND};
    struct sigaction before;

    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    if (sigaction(SIGHUP, NULL, &before) == 0 && before.sa_handler != SIG_IGN)
        sigaction(SIGHUP, &action, NULL);
}

static gboolean
print_help(GError **error)
{
    g_autoptr(GString) text = g_string_new("breakbulk: a wind tunnel for cluster schedulers\n\n");
    for (guint i = 0; i < G_N_ELEMENTS(commands); i++)
        g_string_append_printf(text, "  breakbulk %-10s %s\n", commands[i].name,
                               commands[i].summary);
    g_string_append(text, "\nbreakbulk COMMAND --help lists the options of a command.\n");
    return bb_cli_print(text->str, error);
}

static gboolean
no_such_command(const char *name, GError **error)
{
    const char *names[G_N_ELEMENTS(commands) + 1] = {NULL};
    for (guint i = 0; i < G_N_ELEMENTS(commands); i++)
        names[i] = commands[i].name;
    if (name)
        return bb_cli_unknown("command", name, names, error);
    return bb_error_set(error, BB_ERROR_USAGE, "expected a command (see --help), found none");
}

static gboolean
is_any(const char *text, const char *a, const char *b)
{
    return text && (strcmp(text, a) == 0 || strcmp(text, b) == 0);
}

int
main(int argc, char **argv)
{
    g_autoptr(GPtrArray) lists = g_ptr_array_new_with_free_func(g_free);
    BbCli cli = {.tables = {.traces = {bb_reader_classes, bb_generator_classes},
                            .queues = bb_queue_classes,
                            .placements = bb_placement_classes,
                            .load_plugin = bb_cli_load_plugin},
                 .lists = lists,
                 .interrupted = &interrupted};
    const char *name = argc > 1 ? argv[1] : NULL;
    g_autoptr(GError) error = NULL;
    gsl_set_error_handler_off();
    catch_signals();
    for (guint i = 0; name && i < G_N_ELEMENTS(commands); i++) {
        if (strcmp(commands[i].name, name) == 0)
            return commands[i].run(&cli, argc - 1, argv + 1);
    }
    gboolean ok;
    if (is_any(name, "--help", "help"))
        ok = print_help(&error);
    else if (is_any(name, "--version", "version"))
        ok = bb_cli_print("breakbulk " BB_VERSION "\n", &error);
    else
        ok = no_such_command(name, &error);
    return ok ? 0 : bb_cli_fail(&cli, error);
}
