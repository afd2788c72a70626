/* SPDX-License-Identifier: GPL-3.0-or-later */
/* breakbulk trace, as a user runs it: exit status, standard output, one line of standard error. */
#include "traces.h"

#define JOBS "job_id,submit_s\na,5\nb,1\n"

static const struct {
    const char *args; /* in the folder of the files below */
    int status;
    const char *out, *err; /* NULL: not asked; err without "breakbulk: " and newline */
} runs[] = {
    {"trace", 2, "", "trace: expected info, lint or convert, found none"},
    {"trace inf", 2, "",
     "trace: expected one of info, lint, convert, found \"inf\"; did you mean \"info\"?"},
    {"trace info", 2, "", "trace info: expected a file, found none"},
    {"trace info none.csv", 2, "", "none.csv: cannot be opened: No such file or directory"},
    {"trace info jobs.csv:nodes", 2, "", NULL},
    {"trace info --format xml jobs.csv", 2, "",
     "--format: expected one of table, json, found \"xml\""},
    {"trace lint --sort jobs.csv", 2, "", NULL},
    {"trace lint bad.csv", 2, "",
     "bad.csv:2:3: column \"submit_s\": expected a number of seconds, at least 0, found \"x\""},
    {"trace lint clean.csv bad.csv", 2, "", NULL},
    {"trace lint clean.csv", 0, "clean.csv: no findings\n", ""},
    {"trace lint jobs.csv", 1,
     "jobs.csv:3: error: unsorted (1): jobs submitted before the one above them: run refuses the "
     "trace, trace convert --sort puts it in order\n",
     ""},
    {"trace lint clean.csv --format json", 0,
     "{\n  \"path\": \"clean.csv\",\n  \"findings\": []\n}\n", ""},
    {"trace lint --format json clean.csv clean.csv", 0,
     "[\n  {\n    \"path\": \"clean.csv\",\n    \"findings\": []\n  },\n"
     "  {\n    \"path\": \"clean.csv\",\n    \"findings\": []\n  }\n]\n",
     ""},
    {"trace convert jobs.csv clean.csv", 2, "",
     "trace convert: expected one file, found 2 of them"},
    {"trace convert jobs.csv", 0, JOBS, ""},
    {"trace convert --sort jobs.csv", 0, "job_id,submit_s\nb,1\na,5\n", ""},
    {"trace convert --sort jobs.csv -o sorted.csv", 0, "", ""},
    {"trace lint sorted.csv", 0, "sorted.csv: no findings\n", ""},
    {"trace convert jobs.csv -o none/x.csv", 3, "",
     "none/x.csv: cannot be written: No such file or directory"},
};

static void
write_trace(const char *folder, const char *name, const char *text)
{
    g_free(trace_file(folder, name, text));
}

static void
test_runs(void)
{
    const char *program = g_getenv("BREAKBULK");
    if (program == NULL) {
        g_test_skip("BREAKBULK is not set");
        return;
    }
    static const char *const names[] = {"jobs.csv", "clean.csv", "bad.csv", "sorted.csv"};
    g_autofree char *folder = g_dir_make_tmp("bb-cli-XXXXXX", NULL);
    write_trace(folder, names[0], JOBS);
    write_trace(folder, names[1], "job_id,submit_s\na,0\n");
    write_trace(folder, names[2], "job_id,submit_s\na,x\n");
    for (guint i = 0; i < G_N_ELEMENTS(runs); i++) {
        g_autofree char *line = g_strconcat("breakbulk ", runs[i].args, NULL);
        g_autofree char *out = NULL, *err = NULL;
        g_auto(GStrv) argv = g_strsplit(line, " ", -1);
        int status = -1;
        g_free(argv[0]);
        argv[0] = g_strdup(program);
        g_assert_true(g_spawn_sync(folder, argv, NULL, 0, NULL, NULL, &out, &err, &status, NULL));
        g_test_message("%s: %s", runs[i].args, g_strchomp(err));
        g_assert_cmpint(WEXITSTATUS(status), ==, runs[i].status);
        g_assert_cmpstr(out, ==, runs[i].out);
        g_assert_null(strchr(err, '\n'));
        if (runs[i].err != NULL && *runs[i].err != '\0')
            g_assert_true(g_str_has_prefix(err, "breakbulk: "));
        if (runs[i].err != NULL)
            g_assert_cmpstr(*err != '\0' ? err + strlen("breakbulk: ") : "", ==, runs[i].err);
    }
    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *path = g_build_filename(folder, names[i], NULL);
        g_unlink(path);
    }
    g_assert_cmpint(g_rmdir(folder), ==, 0);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/cli-trace/runs", test_runs);
    return g_test_run();
}
