/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The program as a stranger meets it: bad input of every kind is one line with a place, exit 2, no
 * output; signals and full disks leave nothing half-written. */
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define JOBS "job_id,submit_s,runtime_s,cpu_milli\n"
#define NODES "node_id,cpu_milli\n"
#define GOOD_JOBS JOBS "a,0,10,1000\n"
#define GOOD_NODES NODES "n1,4000\n"
#define FILES "--trace jobs.csv --cluster nodes.csv"

typedef struct {
    int status; /* exit status; 128 + signal when killed */
    char *out, *err;
} Ran;

static void
ran_clear(Ran *ran)
{
    g_free(ran->out);
    g_free(ran->err);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Ran, ran_clear)

static char *
program_path(void)
{
    const char *path = g_getenv("BREAKBULK");
    g_assert_nonnull(path);
    return g_strdup(path);
}

static char **
command_line(const char *args)
{
    g_autofree char *program = program_path();
    g_auto(GStrv) words = NULL;
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) argv = g_ptr_array_new();
    g_ptr_array_add(argv, g_steal_pointer(&program));
    if (args[0] && !g_shell_parse_argv(args, NULL, &words, &error))
        g_assert_no_error(error);
    for (guint i = 0; words && words[i]; i++)
        g_ptr_array_add(argv, g_strdup(words[i]));
    g_ptr_array_add(argv, NULL);
    return (char **)g_ptr_array_free(g_steal_pointer(&argv), FALSE);
}

static int
status_of(int wait_status)
{
    return WIFEXITED(wait_status) ? WEXITSTATUS(wait_status) : 128 + WTERMSIG(wait_status);
}

/* Runs `breakbulk ARGS` in the folder. */
static Ran
run(const char *dir, const char *args, GSpawnChildSetupFunc setup)
{
    Ran ran = {0};
    int wait_status;
    g_autoptr(GError) error = NULL;
    g_auto(GStrv) argv = command_line(args);
    g_spawn_sync(dir, argv, NULL, G_SPAWN_DEFAULT, setup, NULL, &ran.out, &ran.err, &wait_status,
                 &error);
    g_assert_no_error(error);
    ran.status = status_of(wait_status);
    return ran;
}

static char *
new_folder(void)
{
    g_autoptr(GError) error = NULL;
    char *dir = g_dir_make_tmp("cli-XXXXXX", &error);
    g_assert_no_error(error);
    return dir;
}

static void
put(const char *dir, const char *name, const char *content, gssize n)
{
    g_autofree char *path = g_build_filename(dir, name, NULL);
    g_autoptr(GError) error = NULL;
    g_file_set_contents(path, content, n, &error);
    g_assert_no_error(error);
}

static void
remove_folder(const char *path)
{
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    const char *name;
    while (dir && (name = g_dir_read_name(dir))) {
        g_autofree char *child = g_build_filename(path, name, NULL);
        if (g_file_test(child, G_FILE_TEST_IS_DIR) && !g_file_test(child, G_FILE_TEST_IS_SYMLINK))
            remove_folder(child);
        else
            g_unlink(child);
    }
    g_rmdir(path);
}

static guint
count_files(const char *path)
{
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    guint n = 0;
    while (g_dir_read_name(dir))
        n++;
    return n;
}

static gboolean
exists(const char *dir, const char *name)
{
    g_autofree char *path = g_build_filename(dir, name, NULL);
    return g_file_test(path, G_FILE_TEST_EXISTS);
}

/* One line "breakbulk: BEGIN..PART.." on standard error, nothing on standard output. */
static void
check_refused(const Ran *ran, int status, const char *begin, const char *part)
{
    g_autofree char *start = g_strconcat("breakbulk: ", begin, NULL);
    const char *newline = strchr(ran->err, '\n');
    g_test_message("%s", ran->err);
    g_assert_cmpint(ran->status, ==, status);
    g_assert_cmpstr(ran->out, ==, "");
    g_assert_true(g_str_has_prefix(ran->err, start));
    g_assert_nonnull(strstr(ran->err, part));
    g_assert_nonnull(newline);
    g_assert_cmpstr(newline, ==, "\n");
}

/* ---- bad files ---- */

static const struct {
    const char *name, *jobs, *nodes; /* NULL: a good one */
    const char *begin, *part;
} bad_files[] = {
    {"text", JOBS "a,0,10,abc\n", NULL, "jobs.csv:2:8: ", "found \"abc\""},
    {"nan", JOBS "a,0,10,NaN\n", NULL, "jobs.csv:2:8: ", "found \"NaN\""},
    {"inf", JOBS "a,inf,10,1\n", NULL, "jobs.csv:2:3: ", "found \"inf\""},
    {"hex", JOBS "a,0,0x10,1\n", NULL, "jobs.csv:2:5: ", "found \"0x10\""},
    {"negative", JOBS "a,0,10,-5\n", NULL, "jobs.csv:2:8: ", "at least 0, found \"-5\""},
    {"negative-time", JOBS "a,-1,10,5\n", NULL, "jobs.csv:2:3: ", "found \"-1\""},
    {"overflow", JOBS "a,0,10,99999999999999999999\n", NULL, "jobs.csv:2:8: ", "smaller"},
    {"overflow-time", JOBS "a,1e300,10,1\n", NULL, "jobs.csv:2:3: ", "smaller"},
    {"missing-column", "job_id,cpu_milli\na,1\n", NULL, "jobs.csv:1: ", "\"submit_s\""},
    {"unknown-column", "job_id,submit_s,cpu_mili\na,1,2\n", NULL,
     "jobs.csv:1:17: ", "did you mean \"cpu_milli\"?"},
    {"column-twice", "job_id,submit_s,submit_s\na,1,2\n", NULL, "jobs.csv:1:17: ", "once"},
    {"duplicate-id", JOBS "a,0,1,1\nb,0,1,1\na,1,1,1\n", NULL, "jobs.csv:4:1: ", "found \"a\""},
    {"duplicate-number", JOBS "1,0,1,1\n2,0,1,1\n1,1,1,1\n", NULL, "jobs.csv:4:1: ", "found \"1\""},
    {"short-row", JOBS "a,0,1\n", NULL, "jobs.csv:2: ", "4 fields as in the header, found 3"},
    {"long-row", JOBS "a,0,1,1,1\n", NULL, "jobs.csv:2: ", "found 5"},
    {"open-quote", JOBS "\"a,0,1,1\nb,1,1,1\n", NULL, "jobs.csv:2:1: ", "quote"},
    {"empty", "", NULL, "jobs.csv: ", "empty file"},
    {"unsorted", JOBS "a,5,1,1\nb,4,1,1\n", NULL, "jobs.csv:3:3: ", "found 4"},
    {"kind", "job_id,submit_s,kind\na,0,pod\n", NULL, "jobs.csv:2:5: ", "found \"pod\""},
    {"no-format", "hello\n", NULL, "jobs.csv:1:1: ", "found \"hello\""},
    {"after-nobody", "job_id,submit_s,after\na,0,b\n", NULL, "jobs.csv:2:5: ", "b"},
    {"node-text", NULL, NODES "n1,four\n", "nodes.csv:2:4: ", "found \"four\""},
    {"node-negative", NULL, NODES "n1,-4\n", "nodes.csv:2:4: ", "found \"-4\""},
    {"node-nan", NULL, "node_id,speed\nn1,nan\n", "nodes.csv:2:4: ", "found \"nan\""},
    {"node-unknown-column", NULL, "node_id,memory_mb\nn1,4\n",
     "nodes.csv:1:9: ", "did you mean \"memory_mib\"?"},
    {"node-twice", NULL, NODES "n1,4\nn1,4\n", "nodes.csv:3:1: ", "found \"n1\""},
    {"node-in-range", NULL, NODES "n[1-3],4\nn2,4\n", "nodes.csv:3:1: ", "found \"n2\""},
    {"node-bad-range", NULL, NODES "n[3-1],4\n", "nodes.csv:2:1: ", "range"},
    {"node-short-row", NULL, NODES "n1\n", "nodes.csv:2: ", "found 1"},
    {"node-empty", NULL, "", "nodes.csv: ", "empty file"},
    {"no-nodes", NULL, NODES, "nodes.csv: ", "at least one node"},
    {"jobs-as-nodes", NULL, GOOD_JOBS, "nodes.csv: ", "nodes"},
};

static void
test_bad_file(gconstpointer data)
{
    guint i = GPOINTER_TO_UINT(data);
    g_autofree char *dir = new_folder();
    put(dir, "jobs.csv", bad_files[i].jobs ? bad_files[i].jobs : GOOD_JOBS, -1);
    put(dir, "nodes.csv", bad_files[i].nodes ? bad_files[i].nodes : GOOD_NODES, -1);
    g_auto(Ran) ran = run(dir, "run " FILES " -o out", NULL);
    check_refused(&ran, 2, bad_files[i].begin, bad_files[i].part);
    g_assert_cmpuint(count_files(dir), ==, 2);
    remove_folder(dir);
}

/* Bytes that a C string does not hold, or too many of them. */
static void
check_bad_bytes(const char *bytes, gsize n, const char *begin, const char *part)
{
    g_autofree char *dir = new_folder();
    put(dir, "jobs.csv", bytes, (gssize)n);
    put(dir, "nodes.csv", GOOD_NODES, -1);
    g_auto(Ran) ran = run(dir, "run " FILES " -o out", NULL);
    check_refused(&ran, 2, begin, part);
    g_assert_cmpuint(count_files(dir), ==, 2);
    remove_folder(dir);
}

static void
test_bad_bytes(void)
{
    static const char nul[] = JOBS "a\0b,0,1,1\n";
    static const char binary[] = "\177ELF\1\2\3\0\0\0\0\0";
    g_autoptr(GString) big = g_string_new(JOBS);
    for (guint i = 0; i < 300000; i++)
        g_string_append_c(big, 'x');
    g_string_append(big, ",0,1,1\n");
    check_bad_bytes(nul, sizeof nul - 1, "jobs.csv:2:2: ", "NUL");
    check_bad_bytes(binary, sizeof binary - 1, "jobs.csv:1:1: ", "ELF");
    check_bad_bytes(big->str, big->len, "jobs.csv:2:1: ", "64 KiB");
}

static void
test_truncated_gzip(void)
{
    g_autofree char *dir = new_folder();
    g_autoptr(GString) text = g_string_new(JOBS);
    for (guint i = 0; i < 2000; i++)
        g_string_append_printf(text, "%u,%u,%u,1000\n", i, i, i * 7919 % 1009);
    g_autoptr(GZlibCompressor) gzip = g_zlib_compressor_new(G_ZLIB_COMPRESSOR_FORMAT_GZIP, -1);
    g_autoptr(GInputStream) plain =
        g_memory_input_stream_new_from_data(text->str, (gssize)text->len, NULL);
    g_autoptr(GInputStream) stream = g_converter_input_stream_new(plain, G_CONVERTER(gzip));
    static char bytes[65536];
    gsize n;
    g_assert_true(g_input_stream_read_all(stream, bytes, sizeof bytes, &n, NULL, NULL));
    put(dir, "jobs.csv", bytes, (gssize)(n / 2));
    put(dir, "nodes.csv", GOOD_NODES, -1);
    g_auto(Ran) ran = run(dir, "run " FILES " -o out", NULL);
    check_refused(&ran, 2, "jobs.csv", "gzip");
    g_assert_false(exists(dir, "out"));
    put(dir, "jobs.csv", bytes, (gssize)n);
    g_auto(Ran) whole = run(dir, "run " FILES " -o out", NULL);
    g_assert_cmpint(whole.status, ==, 0);
    remove_folder(dir);
}

static void
test_unreadable(void)
{
    g_autofree char *dir = new_folder();
    g_autofree char *path = g_build_filename(dir, "jobs.csv", NULL);
    put(dir, "jobs.csv", GOOD_JOBS, -1);
    put(dir, "nodes.csv", GOOD_NODES, -1);
    g_chmod(path, 0);
    if (g_access(path, R_OK) == 0) {
        g_test_skip("this user may read everything");
    } else {
        g_auto(Ran) ran = run(dir, "run " FILES " -o out", NULL);
        check_refused(&ran, 2, "jobs.csv: ", "");
        g_assert_cmpuint(count_files(dir), ==, 2);
    }
    remove_folder(dir);
}

/* ---- bad options and experiments ---- */

#define INI "[pool n]\ncount=1\ncpu=4\n[workload w]\ntrace=jobs.csv\n"

static const struct {
    const char *name, *ini, *args, *begin, *part;
} bad_usage[] = {
    {"no-command", NULL, "", "expected a command", "none"},
    {"command", NULL, "rnu", "command: ", "did you mean \"run\"?"},
    {"pack-no-file", NULL, "pack", "pack: expected one file", "found 0"},
    {"pack-missing", NULL, "pack no.txt", "no.txt: ", ""},
    {"pack-format", NULL, "pack jobs.csv", "jobs.csv:1: ", "orlib, scholl, vbp"},
    {"pack-placement", NULL, "pack x --placement bestfit",
     "--placement: ", "did you mean \"best-fit\"?"},
    {"pack-order", NULL, "pack x --order shufled", "--order: ", "did you mean \"shuffled\"?"},
    {"pack-instance", NULL, "pack x --instance 0", "--instance: ", "found \"0\""},
    {"pack-output", NULL, "pack x --format jsno", "--format: ", "did you mean \"json\"?"},
    {"option", NULL, "run --quee fcfs", "expected a known option", "did you mean \"--queue\"?"},
    {"option-value", NULL, "run --queue", "", "--queue"},
    {"list-name", NULL, "list best-fti", "list: ", "did you mean \"best-fit\"?"},
    {"list-format", NULL, "list --format xml", "--format: ", "found \"xml\""},
    {"format", NULL, "run " FILES " --format jsno", "--format: ", "did you mean \"json\"?"},
    {"no-trace", NULL, "run", "expected --trace FILE", ""},
    {"no-cluster", NULL, "run --trace jobs.csv", "jobs.csv: ", "--cluster"},
    {"two-files", NULL, "run x.ini y.ini", "run: ", "\"y.ini\""},
    {"missing-trace", NULL, "run --trace no.csv --cluster flat:4", "no.csv: ", ""},
    {"folder-as-trace", NULL, "run --trace . --cluster flat:4", ".: ", ""},
    {"wrong-format", NULL, "run --trace jobs.csv:swf --cluster flat:4", "jobs.csv:1", "field"},
    {"nodes-as-trace", NULL, "run --trace nodes.csv --cluster flat:4", "nodes.csv: ", "job trace"},
    {"queue", NULL, "run " FILES " --queue esay", "--queue: ", "did you mean \"easy\"?"},
    {"queue-parameter", NULL, "run " FILES " --queue fcfs,skp=1",
     "--queue: ", "did you mean \"skip\"?"},
    {"queue-value", NULL, "run " FILES " --queue easy,reserve=node", "--queue: ", "nodes"},
    {"placement", NULL, "run " FILES " --placement bestfit",
     "--placement: ", "did you mean \"best-fit\"?"},
    {"seed", NULL, "run " FILES " --seed -1", "--seed: ", "found \"-1\""},
    {"until", NULL, "run " FILES " --until soon", "--until: ", "found \"soon\""},
    {"estimate", NULL, "run " FILES " --estimate prefect",
     "--estimate: ", "did you mean \"perfect\"?"},
    {"record", NULL, "run " FILES " --record jobs,alocations",
     "--record: ", "did you mean \"allocations\"?"},
    {"flat-negative", NULL, "run --trace jobs.csv --cluster flat:-3", "flat:N: ", "found \"-3\""},
    {"flat-zero", NULL, "run --trace jobs.csv --cluster flat:0", "flat:N: ", "found \"0\""},
    {"flat-text", NULL, "run --trace jobs.csv --cluster flat:many", "flat:N: ", "found \"many\""},
    {"elastic", NULL, "run --trace jobs.csv --cluster elastic:cpus=4", "elastic", "cpu"},
    {"sweep-no-output", NULL, "sweep " FILES " --vary queue=fcfs", "sweep: ", "-o DIR"},
    {"sweep-key", NULL, "sweep " FILES " -o out --vary quue=fcfs",
     "--vary: ", "did you mean \"queue\"?"},
    {"sweep-value", NULL, "sweep " FILES " -o out --vary queue=fcfs,esay",
     "--vary queue: ", "did you mean \"easy\"?"},
    {"sweep-empty-range", NULL, "sweep " FILES " -o out --vary pool.p.count=5:4",
     "--vary pool.p.count: ", "found \"5:4\""},
    {"sweep-seeds", NULL, "sweep " FILES " -o out --seeds 3", "--seeds: ", "--ties random"},
    {"sweep-no-seeds", NULL, "sweep " FILES " -o out --seeds 0", "--seeds: ", "found \"0\""},
    {"sweep-threads", NULL, "sweep " FILES " -o out -j many", "-j: ", "found \"many\""},
    {"sweep-no-run", NULL, "sweep " FILES " -o out --vary trace=no.csv,none.csv",
     "no run is left of 2: no.csv: ", "No such file"},
    {"sweep-two-files", NULL, "sweep x.ini y.ini -o out", "sweep: ", "\"y.ini\""},
    {"sweep-format", NULL, "sweep " FILES " -o out --format table", "--format: ", "csv, json"},
    {"rerun-nothing", NULL, "rerun", "rerun: ", "found none"},
    {"rerun-folder", NULL, "rerun .", ".: ", "expected the folder of a run, found no summary.json"},
    {"set-nothing", NULL, "run --set pool", "--set: ", "GROUP.KEY=VALUE"},
    {"set-group", NULL, "run --set pol.web.count=3",
     "--set pol.web.count: ", "did you mean \"pool\"?"},
    {"set-key", NULL, "run --set pool.web.cout=3",
     "--set pool.web.cout: ", "did you mean \"count\"?"},
    {"set-value", NULL, "run --set pool.web.count=-3", "--set pool.web.count: ", "found \"-3\""},
    {"ini-missing", NULL, "run no.ini", "no.ini: ", ""},
    {"ini-syntax", "[pool n]\ncount=1\nwhat is this\n", "run x.ini",
     "x.ini:3:1: ", "found \"what is this\""},
    {"ini-group", INI "[sheduler]\nqueue=easy\n", "run x.ini",
     "x.ini:6:1: ", "did you mean \"scheduler\"?"},
    {"ini-group-name", INI "[scheduler a]\nqueue=easy\n", "run x.ini",
     "x.ini:6:1: ", "without a name"},
    {"ini-key", "[pool web]\ncount=1\n  cpus=4\n", "run x.ini",
     "x.ini:3:3: ", "expected a known key in [pool web], found \"cpus\"; did you mean \"cpu\"?"},
    {"ini-value", "[pool web]\ncount = many\n", "run x.ini",
     "x.ini:2:9: count: ", "found \"many\""},
    {"ini-policy", INI "[scheduler]\nqueue=esay\n", "run x.ini",
     "x.ini:7:7: queue: ", "did you mean \"easy\"?"},
    {"ini-binary", "\1\2\3\n", "run x.ini", "x.ini:1:1: ", "\\x01"},
    {"pool-name", "[pool a b]\ncount=1\n", "run x.ini", "x.ini:1:1: ", "\"a b\""},
    {"pool-empty", INI "[pool m]\ncount=0\ncpu=1\n", "run x.ini",
     "x.ini:6:1: [pool m]: ", "count=0"},
    {"pool-nobody", INI "[pool m]\ncount=1\ncpu=1\nruntimes=\n", "run x.ini",
     "x.ini:6:1: [pool m]: ", "no runtimes"},
    {"pool-nothing", INI "[pool m]\ncount=1\n", "run x.ini", "x.ini:6:1: [pool m]: ", "cpu"},
    {"pool-no-count", INI "[pool m]\ncpu=1\n", "run x.ini", "x.ini:6:1: [pool m]: ", "count=N"},
    {"pool-both", INI "[pool m]\nnodes=nodes.csv\ncpu=1\n", "run x.ini",
     "x.ini:6:1: [pool m]: ", "\"cpu\""},
    {"pool-twice", INI "[pool m]\nnodes=nodes.csv\n[pool k]\nnodes=nodes.csv\n", "run x.ini",
     "nodes.csv:2:1: ", "\"n1\""},
    {"pool-flat-too", INI "[pool m]\nnodes=flat:4\n", "run x.ini",
     "x.ini:6:1: flat:N: ", "2 pools"},
    {"workload-both", INI "generator=poisson\n", "run x.ini", "x.ini:4:1: [workload w]: ", "both"},
    {"workload-neither", INI "[workload v]\nkind=vm\n", "run x.ini",
     "x.ini:6:1: [workload v]: ", "neither"},
    {"generator", INI "[workload v]\ngenerator=posson\n", "run x.ini",
     "x.ini:7:11: generator: ", "did you mean \"poisson\"?"},
};

static void
test_bad_usage(gconstpointer data)
{
    guint i = GPOINTER_TO_UINT(data);
    g_autofree char *dir = new_folder();
    g_autofree char *args = g_strconcat(
        bad_usage[i].args, g_str_has_prefix(bad_usage[i].args, "run") ? " -o out" : "", NULL);
    if (g_str_has_suffix(bad_usage[i].args, "--queue"))
        args[strlen(bad_usage[i].args)] = '\0';
    put(dir, "jobs.csv", GOOD_JOBS, -1);
    put(dir, "nodes.csv", GOOD_NODES, -1);
    put(dir, "x.ini", bad_usage[i].ini ? bad_usage[i].ini : INI, -1);
    g_auto(Ran) ran = run(dir, args, NULL);
    check_refused(&ran, 2, bad_usage[i].begin, bad_usage[i].part);
    g_assert_cmpuint(count_files(dir), ==, 3);
    remove_folder(dir);
}

/* ---- signals ---- */

/* Runs that take for ever: of many instants, of one instant in which a job's tasks come and go one after
 * the other, and the same under a plan. */
static const struct {
    const char *name, *args;
    int number;
} endless[] = {
    {"interrupt",
     "--cluster flat:100 --set "
     "'workload.w.generator=poisson,jobs=2000000000,rate=1,runtime=exp(50s),cpu=1'",
     SIGINT},
    {"terminate",
     "--cluster flat:100 --set "
     "'workload.w.generator=poisson,jobs=2000000000,rate=1,runtime=exp(50s),cpu=1'",
     SIGTERM},
    {"hang-up", "--trace instant.csv --cluster nodes.csv", SIGHUP},
    {"interrupt-in-an-instant", "--trace instant.csv --cluster nodes.csv", SIGINT},
    {"interrupt-in-a-plan", "--trace instant.csv --cluster nodes.csv --queue conservative", SIGINT},
};

static void
test_signal(gconstpointer data)
{
    guint i = GPOINTER_TO_UINT(data);
    g_autofree char *dir = new_folder();
    g_autofree char *args = g_strconcat("run -o out ", endless[i].args, NULL);
    g_auto(GStrv) argv = command_line(args);
    g_autoptr(GError) error = NULL;
    GPid pid;
    int err, wait_status;
    char text[1024];
    signal(SIGHUP, SIG_DFL); /* under nohup it would be ignored, here and there */
    put(dir, "instant.csv", "job_id,submit_s,runtime_s,tasks,cpu_milli\na,0,0,100000000,1000\n",
        -1);
    put(dir, "nodes.csv", "node_id,cpu_milli\nn1,1000\nn2,1000\n", -1);
    g_spawn_async_with_pipes(dir, argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &pid, NULL,
                             NULL, &err, &error);
    g_assert_no_error(error);
    g_usleep(500000);
    g_assert_cmpint(count_files(dir), ==, 3); /* the folder under its temporary name */
    kill(pid, endless[i].number);
    gssize n = read(err, text, sizeof text - 1);
    g_assert_cmpint(n, >, 0);
    text[n] = '\0';
    g_assert_cmpint(waitpid(pid, &wait_status, 0), ==, pid);
    g_test_message("%s", text);
    g_assert_cmpint(status_of(wait_status), ==, 128 + endless[i].number);
    g_assert_true(g_str_has_prefix(text, "breakbulk: "));
    g_assert_nonnull(strstr(text, "jobs"));
    g_assert_cmpuint(count_files(dir), ==, 2);
    close(err);
    remove_folder(dir);
}

/* ---- places that cannot be written ---- */

static void
test_unwritable_folder(void)
{
    g_autofree char *dir = new_folder();
    put(dir, "jobs.csv", GOOD_JOBS, -1);
    put(dir, "nodes.csv", GOOD_NODES, -1);
    g_auto(Ran) proc = run(dir, "run " FILES " -o /proc/out", NULL);
    check_refused(&proc, 3, "/proc/", "");
    g_auto(Ran) file = run(dir, "run " FILES " -o jobs.csv/out", NULL);
    check_refused(&file, 3, "jobs.csv/", "");
    g_auto(Ran) taken = run(dir, "run " FILES " -o jobs.csv", NULL);
    check_refused(&taken, 3, "jobs.csv: ", "");
    g_assert_cmpuint(count_files(dir), ==, 2);
    remove_folder(dir);
}

/* No file may grow beyond 100 bytes: what a full disk does to a writer. */
static void
limit_files(gpointer data)
{
    struct rlimit limit = {100, 100};
    (void)data;
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &limit);
}

static void
test_full_disk(void)
{
    g_autofree char *dir = new_folder();
    put(dir, "jobs.csv", GOOD_JOBS, -1);
    put(dir, "nodes.csv", GOOD_NODES, -1);
    g_auto(Ran) ran = run(dir, "run " FILES " -o out", limit_files);
    check_refused(&ran, 3, "", "out");
    g_assert_cmpuint(count_files(dir), ==, 2);
    remove_folder(dir);
}

static void
to_dev_full(gpointer data)
{
    (void)data;
    dup2(open("/dev/full", O_WRONLY), STDOUT_FILENO);
}

static void
test_full_output(void)
{
    if (!g_file_test("/dev/full", G_FILE_TEST_EXISTS)) {
        g_test_skip("no /dev/full here");
        return;
    }
    static const char *const commands[] = {"list", "--help", "--version",
                                           "run " FILES " --format json"};
    g_autofree char *dir = new_folder();
    put(dir, "jobs.csv", GOOD_JOBS, -1);
    put(dir, "nodes.csv", GOOD_NODES, -1);
    for (guint i = 0; i < G_N_ELEMENTS(commands); i++) {
        g_auto(Ran) ran = run(dir, commands[i], to_dev_full);
        check_refused(&ran, 3, "standard output: ", "");
    }
    remove_folder(dir);
}

/* ---- what is right ---- */

/* A result stays when a later run into the same folder fails, and is replaced when it succeeds. */
static void
test_folder_replaced(void)
{
    g_autofree char *dir = new_folder();
    put(dir, "jobs.csv", GOOD_JOBS, -1);
    put(dir, "nodes.csv", GOOD_NODES, -1);
    g_auto(Ran) first = run(dir, "run " FILES " -o out", NULL);
    g_assert_cmpint(first.status, ==, 0);
    g_assert_cmpstr(first.out, ==, "");
    put(dir, "bad.csv", JOBS "a,0,1,x\n", -1);
    g_auto(Ran) bad = run(dir, "run --trace bad.csv --cluster nodes.csv -o out", NULL);
    g_assert_cmpint(bad.status, ==, 2);
    g_assert_true(exists(dir, "out/jobs.csv"));
    g_auto(Ran) none = run(dir, "run " FILES " -o out --record none", NULL);
    g_assert_cmpint(none.status, ==, 0);
    g_assert_false(exists(dir, "out/jobs.csv"));
    g_assert_true(exists(dir, "out/summary.json"));
    g_assert_true(exists(dir, "out/experiment.ini"));
    g_assert_cmpuint(count_files(dir), ==, 4);
    remove_folder(dir);
}

static char *
contents(const char *dir, const char *name)
{
    g_autofree char *path = g_build_filename(dir, name, NULL);
    g_autoptr(GError) error = NULL;
    char *text = NULL;
    g_file_get_contents(path, &text, NULL, &error);
    g_assert_no_error(error);
    return text;
}

/* The capsule in a result folder is the same experiment, and gives the same bytes. */
static void
test_capsule(void)
{
    static const char *const files[] = {"experiment.ini", "summary.json", "jobs.csv",
                                        "timeline.csv", "nodes.csv"};
    g_autofree char *dir = new_folder();
    put(dir, "jobs.csv", GOOD_JOBS "b,1,5,4000\n", -1);
    put(dir, "x.ini", INI "scale=0.5\n[scheduler]\nqueue=easy,reserve=count\n", -1);
    g_auto(Ran) first = run(dir, "run x.ini --seed 7 --ties random -o one", NULL);
    g_assert_cmpint(first.status, ==, 0);
    g_autofree char *capsule = contents(dir, "one/experiment.ini");
    put(dir, "again.ini", capsule, -1);
    g_auto(Ran) second = run(dir, "run again.ini -o two", NULL);
    g_assert_cmpint(second.status, ==, 0);
    for (guint i = 0; i < G_N_ELEMENTS(files); i++) {
        g_autofree char *one = g_build_filename("one", files[i], NULL);
        g_autofree char *two = g_build_filename("two", files[i], NULL);
        g_autofree char *a = contents(dir, one);
        g_autofree char *b = contents(dir, two);
        g_assert_cmpstr(a, ==, b);
    }
    remove_folder(dir);
}

/* Gives the sha256 of the experiment that a run's summary names. */
static char *
hash_of(const char *dir, const char *args)
{
    g_autofree char *all = g_strconcat("run ", args, " --format json", NULL);
    g_auto(Ran) ran = run(dir, all, NULL);
    g_assert_cmpint(ran.status, ==, 0);
    g_autoptr(JsonParser) parser = json_parser_new();
    g_assert_true(json_parser_load_from_data(parser, ran.out, -1, NULL));
    JsonObject *summary = json_node_get_object(json_parser_get_root(parser));
    JsonObject *experiment = json_object_get_object_member(summary, "experiment");
    return g_strdup(json_object_get_string_member(experiment, "sha256"));
}

static const struct {
    const char *args;
    gboolean same;
} hashes[] = {
    {"--trace other.csv --cluster nodes.csv", TRUE},
    {"--trace jobs.csv --cluster n2.csv", TRUE},
    {FILES " --search scan --record none --set experiment.name=x", TRUE},
    {FILES " --queue fcfs --placement first-fit --seed 1", TRUE},
    {FILES " --seed 2", FALSE},
    {FILES " --queue easy", FALSE},
    {FILES " --warmup 1s", FALSE},
    {FILES " --set workload.jobs.csv.scale=0.5", FALSE},
    {"--trace third.csv --cluster nodes.csv", FALSE},
    {"--trace jobs.csv --cluster flat:4", FALSE},
};

static void
test_hash(void)
{
    g_autofree char *dir = new_folder();
    put(dir, "jobs.csv", GOOD_JOBS, -1);
    put(dir, "other.csv", GOOD_JOBS, -1);
    put(dir, "third.csv", GOOD_JOBS "b,1,1,1\n", -1);
    put(dir, "nodes.csv", GOOD_NODES, -1);
    put(dir, "n2.csv", GOOD_NODES, -1);
    g_autofree char *base = hash_of(dir, FILES);
    g_assert_cmpuint(strlen(base), ==, 64);
    for (guint i = 0; i < G_N_ELEMENTS(hashes); i++) {
        g_autofree char *hash = hash_of(dir, hashes[i].args);
        g_test_message("%s", hashes[i].args);
        g_assert_cmpint(strcmp(hash, base) == 0, ==, hashes[i].same);
    }
    remove_folder(dir);
}

static void
test_printing(void)
{
    static const struct {
        const char *args, *out, *err; /* begins with */
    } cases[] = {
        {"run " FILES, "jobs.csv", ""},
        {"run " FILES " --quiet", "", ""},
        {"run " FILES " -o out", "", ""},
        {"run " FILES " -o out --format json", "{\n  \"schema\": \"breakbulk-summary/", ""},
        {"run " FILES " --quiet --format csv", "metric,value", ""},
        {"run " FILES " --format markdown", "", ""},
        {"run --trace m.csv --cluster nodes.csv -o out", "", "breakbulk: note: "},
        {"run --trace m.csv --cluster nodes.csv -o out --quiet", "", ""},
        {"--version", "breakbulk ", ""},
        {"--help", "breakbulk: ", ""},
        {"list --format json", "[\n", ""},
    };
    g_autofree char *dir = new_folder();
    put(dir, "jobs.csv", GOOD_JOBS, -1);
    put(dir, "m.csv", "job_id,submit_s,runtime_s,memory_mib\na,0,1,5\n", -1);
    put(dir, "nodes.csv", GOOD_NODES, -1);
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_auto(Ran) ran = run(dir, cases[i].args, NULL);
        g_test_message("%s: %s", cases[i].args, ran.err);
        g_assert_cmpint(ran.status, ==, 0);
        g_assert_true(g_str_has_prefix(ran.out, cases[i].out));
        g_assert_true(g_str_has_prefix(ran.err, cases[i].err));
        g_assert_cmpint(ran.err[0] == '\0', ==, cases[i].err[0] == '\0');
        if (!strstr(cases[i].args, "markdown"))
            g_assert_cmpint(ran.out[0] == '\0', ==, cases[i].out[0] == '\0');
    }
    remove_folder(dir);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(bad_files); i++) {
        g_autofree char *path = g_strconcat("/cli/bad-file/", bad_files[i].name, NULL);
        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_bad_file);
    }
    for (guint i = 0; i < G_N_ELEMENTS(bad_usage); i++) {
        g_autofree char *path = g_strconcat("/cli/bad-usage/", bad_usage[i].name, NULL);
        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_bad_usage);
    }
    g_test_add_func("/cli/bad-bytes", test_bad_bytes);
    g_test_add_func("/cli/unreadable", test_unreadable);
    g_test_add_func("/cli/truncated-gzip", test_truncated_gzip);
    for (guint i = 0; i < G_N_ELEMENTS(endless); i++) {
        g_autofree char *path = g_strconcat("/cli/", endless[i].name, NULL);
        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_signal);
    }
    g_test_add_func("/cli/unwritable-folder", test_unwritable_folder);
    g_test_add_func("/cli/full-disk", test_full_disk);
    g_test_add_func("/cli/full-output", test_full_output);
    g_test_add_func("/cli/folder-replaced", test_folder_replaced);
    g_test_add_func("/cli/capsule", test_capsule);
    g_test_add_func("/cli/hash", test_hash);
    g_test_add_func("/cli/printing", test_printing);
    return g_test_run();
}
