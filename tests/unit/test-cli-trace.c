/* SPDX-License-Identifier: GPL-3.0-or-later */
/* breakbulk trace, as a user runs it: exit status, standard output, one line of standard error. */
#include "traces.h"

#define JOBS "job_id,submit_s\na,5\nb,1\n"

static const struct {
    const char *args; /* in the folder of the files below */
    int status;
    const char *out, *err; /* NULL: not asked; err without "breakbulk: " and newline */
} runs[] = {
    {"trace", 2, "", "trace: expected a subcommand, found none; breakbulk trace --help lists them"},
    {"trace inf", 2, "",
     "trace: expected one of info, lint, convert, generate, fit, inflate, scale, shift, merge, "
     "sample, split, found \"inf\"; did you mean \"info\"?"},
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

    {"trace generate", 2, "", "trace generate: expected a generator NAME,k=v.., found none"},
    {"trace generate poison", 2, "", "unknown generator \"poison\", did you mean \"poisson\"?"},
    {"trace generate poisson --seed x", 2, "",
     "--seed: expected a whole number, at least 0, found \"x\""},
    {"trace generate poisson --sed 1", 2, "",
     "expected a known option, found \"--sed\"; did you mean \"--seed\"?"},
    {"trace generate poisson mmpp", 2, "", "trace generate: expected one file, found 2 of them"},
    {"trace generate --recipe none.ini", 2, "", NULL},
    {"trace generate --recipe clean.csv", 2, "", NULL},
    {"trace generate --recipe clean.csv poisson", 2, "", NULL},
    {"trace generate empirical,from=none.csv", 2, "",
     "none.csv: cannot be opened: No such file or directory"},
    {"trace generate poisson,jobs=1,runtime=5s -o none/x.csv", 3, "",
     "none/x.csv: cannot be written: No such file or directory"},
    {"trace generate poisson,jobs=2,rate=1e-6,runtime=5s --seed 3 -o made.csv", 0, "", ""},
    {"trace lint made.csv", 0, "made.csv: no findings\n", ""},
    {"trace info made.csv --format json", 0, NULL, ""},
    {"trace generate --recipe made.csv.recipe.ini -o again.csv", 0, "", ""},
    {"trace generate --recipe made.csv.recipe.ini --seed 4", 2, "",
     "--recipe: expected nothing else but --output, found --seed"},

    {"trace scale clean.csv", 2, "",
     "--factor: expected a number above 0, at most 1e6, found none"},
    {"trace scale clean.csv --factor 2 --by thin", 2, "",
     "--factor: expected a number above 0, at most 1 (--by gaps can go beyond), found \"2\""},
    {"trace scale clean.csv --factor 0", 2, "", NULL},
    {"trace scale clean.csv --factor 2 --by gap", 2, "",
     "--by: expected one of gaps, thin, users, found \"gap\"; did you mean \"gaps\"?"},
    {"trace scale jobs.csv --factor 2", 2, "", NULL},
    {"trace scale four.csv --factor 0.5", 0,
     "job_id,submit_s,runtime_s,class\na,10,1,u\nb,20,2,v\nc,30,3,u\n", ""},
    {"trace scale four.csv --factor 1 --by users", 0,
     "job_id,submit_s,runtime_s,class\na,10,1,u\nb,15,2,v\nc,20,3,u\n", ""},
    {"trace shift four.csv --by 1h", 0,
     "job_id,submit_s,runtime_s,class\na,3610,1,u\nb,3615,2,v\nc,3620,3,u\n", ""},
    {"trace shift four.csv --by=-10", 0,
     "job_id,submit_s,runtime_s,class\na,0,1,u\nb,5,2,v\nc,10,3,u\n", ""},
    {"trace shift four.csv --by=-11", 2, "",
     "four.csv:2:3: expected a submit time within range once scaled and shifted"},
    {"trace shift four.csv --by -1q", 2, "", NULL},
    {"trace shift four.csv", 2, "", "--by: expected a time such as 90s, 2h30m or -7d, found none"},
    {"trace merge four.csv", 2, "", "trace merge: expected several files, found 1 of them"},
    {"trace merge clean.csv four.csv", 0,
     "job_id,submit_s,runtime_s,class\n1-a,0,,\n2-a,10,1,u\n2-b,15,2,v\n2-c,20,3,u\n", ""},
    {"trace sample four.csv", 2, "",
     "--keep: expected a part such as 10% or 0.1, or how many, found none"},
    {"trace sample four.csv --keep 0", 2, "", NULL},
    {"trace sample four.csv --keep 1.5", 2, "", NULL},
    {"trace sample four.csv --keep 100%", 0,
     "job_id,submit_s,runtime_s,class\na,10,1,u\nb,15,2,v\nc,20,3,u\n", ""},
    {"trace sample four.csv --keep 3", 0,
     "job_id,submit_s,runtime_s,class\na,10,1,u\nb,15,2,v\nc,20,3,u\n", ""},
    {"trace split four.csv -o parts", 2, "",
     "trace split: expected one of --every, --at and --by, found 0"},
    {"trace split four.csv --by kind --every 1d -o parts", 2, "",
     "trace split: expected one of --every, --at and --by, found 2"},
    {"trace split four.csv --by kind", 2, "",
     "--output: expected a folder for the parts, found none"},
    {"trace split four.csv --at 2,1 -o parts", 2, "",
     "--at: expected rising times such as 1d,2d, found \"2,1\""},
    {"trace split four.csv --every 0 -o parts", 2, "",
     "--every: expected a time above 0, found \"0\""},
    {"trace split four.csv --by class -o none/parts", 3, "", NULL},
    {"trace split four.csv --by class -o parts", 0, "", ""},
    {"trace lint parts/u.csv parts/v.csv", 0,
     "parts/u.csv: no findings\n\nparts/v.csv: no findings\n", ""},
    {"trace generate --recipe parts/recipe.ini -o parts2", 0, "", ""},
    {"trace inflate four.csv --to 100% --cluster flat:1", 2, "",
     "four.csv: expected jobs that ask for cpu, found none"},
    {"trace inflate made.csv --to 100%", 2, "",
     "--cluster: expected FILE, flat:N or elastic:.., found none"},
    {"trace inflate made.csv --to 2 --cluster flat:8", 2, "",
     "--to: expected a percentage above 0, such as 130%, found \"2\""},
    {"trace inflate made.csv --to 50% --cluster flat:8 --resource gpu", 2, "",
     "--resource: expected one that the cluster has, found \"gpu\""},
    {"trace inflate made.csv --to 50% --cluster flat:8 --resource ram", 2, "", NULL},
    {"trace inflate made.csv --to 50% --cluster none.csv", 2, "", NULL},
    {"trace inflate made.csv --to 50% --cluster flat:8 --shuffle --seed 2 -o full.csv", 0, "", ""},
    {"trace generate --recipe full.csv.recipe.ini -o full2.csv", 0, "", ""},
    {"trace fit", 2, "", "trace fit: expected a file, found none"},
    {"trace fit clean.csv", 2, "", "clean.csv: expected values above 0 to fit, found none"},
    {"trace fit four.csv --of size", 2, "", "--of: expected one of runtime, gap, found \"size\""},
    {"trace fit four.csv --by user", 2, "", NULL},
    {"trace fit four.csv --format json", 0, NULL, ""},
    {"trace fit four.csv --of gap --by class", 0, NULL, ""},
};

/* Made twice: by its command and by its recipe. */
static const struct {
    const char *one, *two;
} pairs[] = {
    {"made.csv", "again.csv"},       {"made.csv.recipe.ini", NULL},   {"full.csv", "full2.csv"},
    {"parts/u.csv", "parts2/u.csv"}, {"parts/v.csv", "parts2/v.csv"},
};

static void
compare_pairs(const char *folder)
{
    for (guint i = 0; i < G_N_ELEMENTS(pairs); i++) {
        g_autofree char *one = g_build_filename(folder, pairs[i].one, NULL), *first = NULL;
        g_assert_true(g_file_get_contents(one, &first, NULL, NULL));
        if (pairs[i].two == NULL)
            continue;
        g_autofree char *two = g_build_filename(folder, pairs[i].two, NULL), *second = NULL;
        g_assert_true(g_file_get_contents(two, &second, NULL, NULL));
        g_assert_cmpstr(first, ==, second);
    }
}

static void
remove_all(const char *path)
{
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    for (const char *name; dir != NULL && (name = g_dir_read_name(dir)) != NULL;) {
        g_autofree char *inside = g_build_filename(path, name, NULL);
        remove_all(inside);
    }
    g_assert_cmpint(g_remove(path), ==, 0);
}

/* In the folder: status, standard output and error, the newline at its end taken off. */
static int
run_line(const char *folder, const char *args, char **out, char **err)
{
    g_autofree char *line = g_strconcat("breakbulk ", args, NULL);
    g_auto(GStrv) argv = g_strsplit(line, " ", -1);
    int status = -1;
    g_free(argv[0]);
    argv[0] = g_strdup(g_getenv("BREAKBULK"));
    g_assert_true(g_spawn_sync(folder, argv, NULL, 0, NULL, NULL, out, err, &status, NULL));
    g_strchomp(*err);
    return WEXITSTATUS(status);
}

static void
write_trace(const char *folder, const char *name, const char *text)
{
    g_free(trace_file(folder, name, text));
}

/* What was made says so itself: test_notes. */
static void
drop_load_notes(char *err)
{
    g_auto(GStrv) lines = g_strsplit(err, "\n", -1);
    g_autoptr(GString) kept = g_string_new(NULL);
    for (guint i = 0; lines[i] != NULL; i++)
        if (strstr(lines[i], " offer") == NULL && strstr(lines[i], "note: all at once ask") == NULL)
            g_string_append_printf(kept, "%s%s", kept->len > 0 ? "\n" : "", lines[i]);
    strcpy(err, kept->str);
}

static const struct {
    const char *args, *notes;
} notes[] = {
    {"trace scale load.csv --factor 2 -o x.csv",
     "breakbulk: note: load.csv offered 0.06 cpu on average; times 2 now\n"
     "breakbulk: note: 3 jobs offer 0.12 cpu on average, from first to last submission"},
    {"trace shift load.csv --by 5s -o x.csv",
     "breakbulk: note: 3 jobs offer 0.06 cpu on average, from first to last submission"},
    {"trace inflate load.csv --to 250% --cluster flat:2 -o x.csv",
     "breakbulk: note: all at once ask for 5 cpu, the goal was 5 cpu\n"
     "breakbulk: note: 5 jobs offer"},
    {"trace sample load.csv --keep 1 -o x.csv", ""}, /* one job: no span */
};

static void
test_notes(void)
{
    if (g_getenv("BREAKBULK") == NULL) {
        g_test_skip("BREAKBULK is not set");
        return;
    }
    g_autofree char *folder = g_dir_make_tmp("bb-cli-XXXXXX", NULL);
    write_trace(folder, "load.csv",
                "job_id,submit_s,runtime_s,cpu_milli\na,0,1,1000\nb,50,2,1000\nc,100,3,1000\n");
    for (guint i = 0; i < G_N_ELEMENTS(notes); i++) {
        g_autofree char *out = NULL, *err = NULL;
        g_assert_cmpint(run_line(folder, notes[i].args, &out, &err), ==, 0);
        g_test_message("%s: %s", notes[i].args, err);
        g_assert_true(g_str_has_prefix(err, notes[i].notes));
        g_assert_true((*err == '\0') == (*notes[i].notes == '\0'));
    }
    remove_all(folder);
}

static void
test_runs(void)
{
    if (g_getenv("BREAKBULK") == NULL) {
        g_test_skip("BREAKBULK is not set");
        return;
    }
    g_autofree char *folder = g_dir_make_tmp("bb-cli-XXXXXX", NULL);
    write_trace(folder, "jobs.csv", JOBS);
    write_trace(folder, "clean.csv", "job_id,submit_s\na,0\n");
    write_trace(folder, "bad.csv", "job_id,submit_s\na,x\n");
    write_trace(folder, "four.csv",
                "job_id,submit_s,runtime_s,class\na,10,1,u\nb,15,2,v\nc,20,3,u\n");
    for (guint i = 0; i < G_N_ELEMENTS(runs); i++) {
        g_autofree char *out = NULL, *err = NULL;
        int status = run_line(folder, runs[i].args, &out, &err);
        g_test_message("%s: %s", runs[i].args, err);
        drop_load_notes(err);
        g_assert_cmpint(status, ==, runs[i].status);
        if (runs[i].out != NULL)
            g_assert_cmpstr(out, ==, runs[i].out);
        g_assert_null(strchr(err, '\n'));
        if (runs[i].err != NULL && *runs[i].err != '\0')
            g_assert_true(g_str_has_prefix(err, "breakbulk: "));
        if (runs[i].err != NULL)
            g_assert_cmpstr(*err != '\0' ? err + strlen("breakbulk: ") : "", ==, runs[i].err);
    }
    compare_pairs(folder);
    remove_all(folder);
}

/* Another input, or another result than the recipe tells of: nothing is written. */
static void
test_recipes(void)
{
    if (g_getenv("BREAKBULK") == NULL) {
        g_test_skip("BREAKBULK is not set");
        return;
    }
    g_autofree char *folder = g_dir_make_tmp("bb-cli-XXXXXX", NULL), *out = NULL, *err = NULL;
    g_autofree char *recipe = g_build_filename(folder, "out.csv.recipe.ini", NULL), *text = NULL;
    g_autofree char *made = g_build_filename(folder, "x.csv", NULL);
    const char *again = "trace generate --recipe out.csv.recipe.ini -o x.csv";
    write_trace(folder, "in.csv", "job_id,submit_s\na,0\nb,9\n");
    g_assert_cmpint(run_line(folder, "trace scale in.csv --factor 3 -o out.csv", &out, &err), ==,
                    0);
    g_assert_true(g_file_get_contents(recipe, &text, NULL, NULL));
    g_assert_nonnull(strstr(text, "what=in.csv\n"));

    write_trace(folder, "in.csv", "job_id,submit_s\na,0\nb,8\n");
    g_clear_pointer(&err, g_free);
    g_clear_pointer(&out, g_free);
    g_assert_cmpint(run_line(folder, again, &out, &err), ==, 2);
    g_assert_nonnull(strstr(err, "in.csv: expected what the recipe was made with (sha256 "));

    write_trace(folder, "in.csv", "job_id,submit_s\na,0\nb,9\n");
    char *factor = strstr(text, "factor=3");
    factor[strlen("factor=")] = '2';
    write_trace(folder, "out.csv.recipe.ini", text);
    g_clear_pointer(&err, g_free);
    g_clear_pointer(&out, g_free);
    g_assert_cmpint(run_line(folder, again, &out, &err), ==, 1);
    g_assert_nonnull(strstr(err, "recipe: out.csv differs from the trace that it tells of"));
    g_assert_false(g_file_test(made, G_FILE_TEST_EXISTS));
    remove_all(folder);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/cli-trace/runs", test_runs);
    g_test_add_func("/cli-trace/notes", test_notes);
    g_test_add_func("/cli-trace/recipes", test_recipes);
    return g_test_run();
}
