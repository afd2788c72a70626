/* SPDX-License-Identifier: GPL-3.0-or-later */
/* compare and gate as scripts meet them: exit status, one line of error, nothing on standard output. */
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/wait.h>

#define EXPERIMENT                                                                                 \
    "[pool p]\nnodes=flat:20\n[workload w]\n"                                                      \
    "generator=poisson,jobs=500,rate=0.9,runtime=exp(20s)\n"
#define TRACE "job_id,submit_s,runtime_s,cpu_milli\na,0,10,1000\nb,1,10,1000\n"

static char *dir;

static void
put(const char *name, const char *text)
{
    g_autofree char *path = g_build_filename(dir, name, NULL);
    g_autoptr(GError) error = NULL;
    g_file_set_contents(path, text, -1, &error);
    g_assert_no_error(error);
}

static char *
get(const char *name)
{
    g_autofree char *path = g_build_filename(dir, name, NULL);
    g_autoptr(GError) error = NULL;
    char *text = NULL;
    g_file_get_contents(path, &text, NULL, &error);
    g_assert_no_error(error);
    return text;
}

static int
run(const char *args, char **out, char **err)
{
    g_autofree char *line = g_strdup_printf("breakbulk %s", args);
    g_auto(GStrv) argv = NULL;
    g_autoptr(GError) error = NULL;
    int status;
    g_shell_parse_argv(line, NULL, &argv, &error);
    g_assert_no_error(error);
    g_free(argv[0]);
    argv[0] = g_strdup(g_getenv("BREAKBULK"));
    g_spawn_sync(dir, argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, out, err, &status, &error);
    g_assert_no_error(error);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static void
must(const char *args)
{
    g_autofree char *out = NULL, *err = NULL;
    int status = run(args, &out, &err);
    if (status != 0)
        g_error("%s: %d: %s", args, status, err);
}

static const struct {
    const char *args, *expected;
} bad[] = {
    {"compare e.ini", "expected --vary"},
    {"compare e.ini --vary queue=fcfs", "two variants"},
    {"compare e.ini --vary queu=fcfs,sjf", "queue"},
    {"compare e.ini --vary queue=fcfs,nosuch", "nosuch"},
    {"compare e.ini --vary queue=fcfs,sjf --seeds -1", "--seeds: expected a number"},
    {"compare e.ini --vary queue=fcfs,sjf --seeds 3 --shake 4", "--shake: expected 3"},
    {"compare e.ini --vary queue=fcfs,sjf --format xml", "--format: expected one of"},
    {"compare e.ini --vary queue=fcfs,sjf --tolerance wait_meen=1", "did you mean wait_mean?"},
    {"compare e.ini --vary queue=fcfs,sjf --warmup auto", "--seeds 5 or more"},
    {"compare e.ini --vary queue=fcfs,sjf --resample 3", "of 5 users"},
    {"compare --trace t.csv --cluster flat:1 --vary queue=fcfs,sjf --seeds 3",
     "every seed would be the same run"},
    {"run e.ini --warmup auto", "compare --seeds"},
    {"gate", "expected one result"},
    {"gate a", "expected --baseline"},
    {"gate a --baseline nowhere", "no such file or folder"},
    {"gate a --baseline a --tolerance wait_meen=1", "did you mean wait_mean?"},
    {"gate a --baseline a --tolerance wait_mean", "METRIC=PERCENT"},
    {"gate a --baseline a --tolerance kind.vm.wait_mean=5", "found none in either result"},
    {"gate a --baseline a --format csv", "--format: expected one of text, json, markdown"},
    {"gate a --baseline other", "workload 1.generator"},
    {"gate a --baseline half", "did not finish"},
    {"gate a --baseline newer", "newer"},
    {"diff a newer", "newer/summary.json: expected schema"},
    {"diff a half", "half: expected the folder of a run, found no summary.json"},
    {"diff a sw", "sw: expected the folder of a run, found a sweep"},
    {"diff a nowhere", "nowhere: cannot be opened"},
    {"gate a --baseline cut.json", "cut.json: expected a baseline file"},
    {"gate a --baseline base.json --tolerance wait_sd=5", "--update-baseline"},
};

static void
test_bad(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autofree char *out = NULL, *err = NULL;
        int status = run(bad[i].args, &out, &err);
        g_test_message("%s: %s", bad[i].args, g_strchomp(err));
        g_assert_cmpint(status, ==, 2);
        g_assert_cmpstr(out, ==, "");
        g_assert_true(g_str_has_prefix(err, "breakbulk: "));
        g_assert_null(strchr(err, '\n'));
        g_assert_nonnull(strstr(err, bad[i].expected));
    }
}

static const struct {
    const char *args;
    int status;
    const char *expected;
} good[] = {
    {"compare e.ini --vary cluster=flat:20,flat:10 --seeds 5 -q --format table", 0, "B against A"},
    {"compare e.ini --vary cluster=flat:20,flat:10 --seeds 5 -q --format markdown", 0,
     "| wait_mean |"},
    {"compare e.ini --vary cluster=flat:20,flat:10 --seeds 5 -q --format csv", 0,
     "metric,unit,reference,variant,"},
    {"compare e.ini --vary cluster=flat:20,flat:10 --shake 5 -q --format json", 0,
     "\"measurement noise\""},
    {"compare e.ini --vary queue=fcfs,sjf --ties random --seeds 3 -q --format json", 0, "\"ties\""},
    {"compare e.ini --vary queue=fcfs,sjf --quiet", 0, ""},
    {"gate a --baseline a", 0, "pass: identical in 1 seed"},
    {"gate a --baseline base.json --format json", 0, "\"verdict\": \"pass\""},
    {"gate lost --baseline a", 2, "Where the two begin to differ"},
    {"gate lost --baseline a --format markdown", 2, "### breakbulk gate: cannot judge"},
    {"gate s/lost --baseline s/good", 1, "regression: "},
    {"gate s/lost --baseline s/good --junit j.xml --format json", 1, "\"verdict\": \"regression\""},
    {"gate s/good --baseline s/lost", 0, "pass: not worse"},
};

static void
test_good(void)
{
    must("sweep e.ini --set pool.p.nodes=flat:12 --seeds 8 -o s/lost -q");
    must("sweep e.ini --seeds 8 -o s/good -q");
    for (guint i = 0; i < G_N_ELEMENTS(good); i++) {
        g_autofree char *out = NULL, *err = NULL;
        int status = run(good[i].args, &out, &err);
        g_test_message("%s: %s", good[i].args, err);
        g_assert_cmpint(status, ==, good[i].status);
        g_assert_nonnull(strstr(out, good[i].expected));
        g_assert_cmpstr(err, ==, "");
    }
    g_autofree char *xml = get("j.xml");
    g_assert_nonnull(strstr(xml, "<failure message="));
}

/* Whatever the number of threads. */
static void
test_threads(void)
{
    g_autofree char *one = NULL, *four = NULL, *err = NULL, *err4 = NULL;
    const char *args =
        "compare e.ini --vary cluster=flat:20,flat:10 --seeds 6 --format json -q -j ";
    g_autofree char *a = g_strconcat(args, "1", NULL), *b = g_strconcat(args, "4", NULL);
    g_assert_cmpint(run(a, &one, &err), ==, 0);
    g_assert_cmpint(run(b, &four, &err4), ==, 0);
    g_assert_cmpstr(one, ==, four);
}

/* A folder in place of the answer on standard output; only ours is replaced. */
static void
test_folder(void)
{
    g_autofree char *out = NULL, *err = NULL, *json = NULL;
    const char *args = "compare e.ini --vary cluster=flat:20,flat:10 --seeds 6 -o c";
    g_autofree char *printed = g_strconcat(args, " -q --format json", NULL);
    must(args);
    g_assert_cmpint(run(printed, &json, &err), ==, 0);
    g_autofree char *kept = get("c/compare.json"), *csv = get("c/compare.csv");
    g_autofree char *worlds = get("c/worlds.csv"), *ini = get("c/experiment.ini");
    g_auto(GStrv) rows = g_strsplit(worlds, "\n", -1);
    g_assert_cmpstr(kept, ==, json);
    g_assert_true(g_str_has_prefix(csv, "metric,unit,"));
    g_assert_true(g_str_has_prefix(rows[0], "variant,world,seed,offered_load_frac,wait_mean,"));
    g_assert_true(g_str_has_prefix(rows[12], "cluster=flat:10,6,6,"));
    g_assert_cmpuint(g_strv_length(rows), ==, 14);
    g_assert_nonnull(strstr(ini, "[workload w]"));
    g_clear_pointer(&err, g_free);
    g_assert_cmpint(run("compare e.ini --vary queue=fcfs,sjf -o s", &out, &err), ==, 3);
    g_assert_nonnull(strstr(err, "found a folder with other files"));
    g_assert_cmpstr(out, ==, "");
}

/* A pipe is read once, whatever the number of runs. */
static void
test_pipe(void)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *out = NULL, *err = NULL;
    g_autoptr(GSubprocess) process = g_subprocess_new(
        G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE |
            G_SUBPROCESS_FLAGS_STDERR_PIPE,
        &error, g_getenv("BREAKBULK"), "compare", "--trace", "-", "--cluster", "flat:1", "--vary",
        "queue=fcfs,sjf", "--shake", "3", "-q", "--format", "csv", NULL);
    g_assert_no_error(error);
    g_subprocess_communicate_utf8(process, TRACE, NULL, &out, &err, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(err, ==, "");
    g_assert_true(g_subprocess_get_successful(process));
    g_assert_nonnull(strstr(out, "\nwait_mean,s,"));
}

static void
make_world(void)
{
    g_autofree char *summary = NULL, *base = NULL, *half = g_build_filename(dir, "half", NULL);
    g_autofree char *campaigns = g_build_filename(dir, "s", NULL);
    put("e.ini", EXPERIMENT);
    put("t.csv", TRACE);
    g_mkdir(half, 0755);
    g_mkdir(campaigns, 0755);
    must("run e.ini -o a -q");
    must("run e.ini --cluster flat:12 -o lost -q");
    must("run e.ini --set workload.w.scale=0.5 --set "
         "workload.w.generator=poisson,jobs=500,rate=0.8,runtime=exp(20s) -o other -q");
    must("run e.ini -o newer -q");
    summary = get("newer/summary.json");
    g_auto(GStrv) parts = g_strsplit(summary, "breakbulk-summary/", 2);
    g_autofree char *newer = g_strjoinv("breakbulk-summary/7", parts);
    put("newer/summary.json", newer);
    must("sweep e.ini --seeds 2 -o sw -q");
    must("gate a --update-baseline base.json");
    base = get("base.json");
    base[strlen(base) / 2] = '\0';
    put("cut.json", base);
}

static void
remove_folder(const char *path)
{
    g_autoptr(GDir) folder = g_dir_open(path, 0, NULL);
    const char *name;
    while (folder != NULL && (name = g_dir_read_name(folder)) != NULL) {
        g_autofree char *child = g_build_filename(path, name, NULL);
        if (g_file_test(child, G_FILE_TEST_IS_DIR))
            remove_folder(child);
        else
            g_unlink(child);
    }
    g_rmdir(path);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    dir = g_dir_make_tmp("answers-XXXXXX", NULL);
    make_world();
    g_test_add_func("/cli-answers/bad", test_bad);
    g_test_add_func("/cli-answers/good", test_good);
    g_test_add_func("/cli-answers/threads", test_threads);
    g_test_add_func("/cli-answers/folder", test_folder);
    g_test_add_func("/cli-answers/pipe", test_pipe);
    int status = g_test_run();
    remove_folder(dir);
    g_free(dir);
    return status;
}
