/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Small schedules that are right, and the same with one thing wrong: every check of the referee
 * must see what is its own to see, at the right instant. */
#include "policies/bb-policies.h"
#include "sim/base/bb-units.h"
#include "sim/lab/bb-verify.h"
#include "traces/bb-traces.h"

#include <glib/gstdio.h>
#include <string.h>

enum { NODES, TRACE, JOBS, ALLOCATIONS, N_FILES };

static const char *const file_names[N_FILES] = {"nodes.csv", "trace.csv", "jobs.csv",
                                                "allocations.csv"};

/* An estate: nodes, trace, and a schedule that is right. NULL: no such file. */
typedef struct {
    const char *files[N_FILES];
} Estate;

#define TRACE_HEADER                                                                               \
    "job_id,submit_s,runtime_s,estimate_s,kind,tasks,gang,cpu_milli,memory_mib,gpu_milli,"         \
    "gpu_model,after,require,tolerate,node\n"
#define JOBS_HEADER "job_id,workload,submit_s,start_s,finish_s,state,nodes\n"

/* n2 has a taint, n3 is slow. d and e share n1's two devices; i is no gang: its third task starts
 * when the others end; j and k come and go at 70, one after the other; l was there before. */
static const Estate plain = {{
    "node_id,cpu_milli,memory_mib,gpu,gpu_model,labels,taints,runtimes,speed\n"
    "n1,4000,100,2,T4,zone=a,,,1\n"
    "n2,4000,100,0,,zone=b,old=1,container|process,1\n"
    "n3,4000,100,0,,zone=b,,,0.5\n",
    TRACE_HEADER "a,0,100,,container,2,1,2000,10,,,,,,\n"
                 "b,10,50,40,vm,1,0,1000,,,,,,,\n"
                 "c,10,20,,container,1,0,4000,,,,,zone=b,old=1,\n"
                 "d,20,10,,container,1,0,1000,,500,T4,,,,\n"
                 "e,20,10,,container,1,0,1000,,700,T4,,,,\n"
                 "f,30,5,,bare-metal,1,0,1000,,,,c,,,\n"
                 "g,40,,,container,1,0,500,,,,,,,\n"
                 "h,50,10,,container,1,0,9000,,,,,,,\n"
                 "i,60,30,,container,3,0,1000,,,,,,,\n"
                 "j,70,0,,process,1,0,4000,,,,,,old=1,\n"
                 "k,70,0,,process,1,0,4000,,,,,,old=1,\n"
                 "l,80,10,,process,1,0,1000,,,,,,old=1,n2\n",
    JOBS_HEADER "a,trace.csv,0,0,100,completed,n1*2\n"
                "b,trace.csv,10,10,50,killed,n3\n"
                "c,trace.csv,10,10,30,completed,n2\n"
                "d,trace.csv,20,100,110,completed,n1\n"
                "e,trace.csv,20,100,110,completed,n1\n"
                "f,trace.csv,30,50,60,completed,n3\n"
                "g,trace.csv,40,100,,unfinished,n1\n"
                "h,trace.csv,50,,,rejected,\n"
                "i,trace.csv,60,60,180,completed,n3*3\n"
                "j,trace.csv,70,70,70,completed,n2\n"
                "k,trace.csv,70,70,70,completed,n2\n"
                "l,trace.csv,80,80,90,completed,n2\n",
    "workload,job_id,task,node,devices,from_s,to_s,end\n"
    "trace.csv,c,0,n2,,10,30,completed\n"
    "trace.csv,b,0,n3,,10,50,killed\n"
    "trace.csv,f,0,n3,,50,60,completed\n"
    "trace.csv,j,0,n2,,70,70,completed\n"
    "trace.csv,k,0,n2,,70,70,completed\n"
    "trace.csv,l,0,n2,,80,90,completed\n"
    "trace.csv,a,0,n1,,0,100,completed\n"
    "trace.csv,a,1,n1,,0,100,completed\n"
    "trace.csv,d,0,n1,0,100,110,completed\n"
    "trace.csv,e,0,n1,1,100,110,completed\n"
    "trace.csv,i,0,n3,,60,120,completed\n"
    "trace.csv,i,1,n3,,60,120,completed\n"
    "trace.csv,i,2,n3,,120,180,completed\n"
    "trace.csv,g,0,n1,,100,180,unfinished\n",
}};

/* The two of db keep apart, web keeps from db; s spreads over zones, and so do w and v after it. */
static const Estate groups = {{
    "node_id,cpu_milli,labels\n"
    "a1,8000,zone=a\n"
    "a2,8000,zone=a\n"
    "b1,8000,zone=b\n",
    "job_id,submit_s,runtime_s,tasks,gang,cpu_milli,group,avoid,spread\n"
    "db,0,100,2,1,1000,db,db,\n"
    "web,5,10,1,0,1000,web,db,\n"
    "s,10,50,4,1,1000,s,,zone:1\n"
    "w,20,50,1,0,1000,s,,zone:1\n"
    "v,20,50,1,0,1000,s,,zone:1\n"
    "z,30,0,2,1,1000,s,,zone:1\n"
    "own,70,10,3,1,1000,,,zone:1\n",
    JOBS_HEADER "db,trace.csv,0,0,100,completed,a1;b1\n"
                "web,trace.csv,5,5,15,completed,a2\n"
                "s,trace.csv,10,10,60,completed,a1;a2;b1*2\n"
                "w,trace.csv,20,20,70,completed,a2\n"
                "v,trace.csv,20,20,70,completed,b1\n"
                "z,trace.csv,30,30,30,completed,a1;b1\n"
                "own,trace.csv,70,70,80,completed,a1*2;b1\n",
    NULL,
}};

/* What looks wrong and is not: t's three tasks come and go one after the other; p's second task
 * ends before its first, on a faster node; of u nobody knows when its tasks ran, so v and w may have been
 * spread. */
static const Estate odd = {{
    "node_id,cpu_milli,labels,speed\n"
    "a1,4000,zone=a,1\n"
    "b1,4000,zone=b,1\n"
    "c1,4000,,2\n",
    "job_id,submit_s,runtime_s,tasks,cpu_milli,group,spread\n"
    "t,0,0,3,4000,,\n"
    "p,20,10,2,1000,,\n"
    "u,40,10,2,1000,g,\n"
    "v,51,10,1,1000,g,zone:1\n"
    "w,51,10,1,1000,g,zone:1\n",
    JOBS_HEADER "t,trace.csv,0,0,0,completed,a1*3\n"
                "p,trace.csv,20,20,30,completed,a1;c1\n"
                "u,trace.csv,40,40,60,completed,b1*2\n"
                "v,trace.csv,51,51,61,completed,a1\n"
                "w,trace.csv,51,51,61,completed,a1\n",
    "workload,job_id,task,node,devices,from_s,to_s,end\n"
    "trace.csv,t,0,a1,,0,0,completed\n"
    "trace.csv,t,1,a1,,0,0,completed\n"
    "trace.csv,t,2,a1,,0,0,completed\n"
    "trace.csv,p,0,a1,,20,30,completed\n"
    "trace.csv,p,1,c1,,20,25,completed\n"
    "trace.csv,u,0,b1,,40,50,completed\n"
    "trace.csv,u,1,b1,,50,60,completed\n"
    "trace.csv,v,0,a1,,51,61,completed\n"
    "trace.csv,w,0,a1,,51,61,completed\n",
}};

/* A schedule as other programs write it, on one node. */
static const Estate flat = {{
    "node_id,cpu_milli\npool,4000\n",
    "job_id,submit_s,runtime_s,estimate_s,kind,tasks,gang,cpu_milli\n"
    "1,0,10,,process,3,1,1000\n"
    "2,1,10,5,process,2,1,1000\n",
    "job_id,submit,start,finish\n1,0,0,10\n2,1,10,15\n",
    NULL,
}};

/* Nothing ever ran. */
static const Estate idle = {{
    "node_id,cpu_milli\nn1,1000\n",
    "job_id,submit_s,runtime_s,cpu_milli\na,0,1,2000\n",
    JOBS_HEADER "a,trace.csv,0,,,rejected,\n",
    "workload,job_id,task,node,devices,from_s,to_s,end\n",
}};

typedef struct {
    const char *name;
    const Estate *estate;
    gint file; /* in which `from` becomes `to`; -1: none */
    const char *from, *to;
    const char
        *expected; /* "t=TIME s TEXT": a violation at the time, with the text in it; "": good */
} Case;

static const Case cases[] = {
    {"right", &plain, -1, NULL, NULL, ""},
    {"idle", &idle, -1, NULL, NULL, ""},
    {"groups-right", &groups, -1, NULL, NULL, ""},
    {"flat-right", &flat, -1, NULL, NULL, ""},
    {"odd-right", &odd, -1, NULL, NULL, ""},
    {"odd-pace-of-another", &odd, ALLOCATIONS, "c1,,20,25", "c1,,20,30",
     "t=20 s job p runs 10 s, expected 5 s"},
    {"odd-no-pace", &odd, ALLOCATIONS, "c1,,20,25", "c1,,20,27",
     "t=20 s job p runs 7 s, expected 5 s"},
    {"odd-told", &odd, ALLOCATIONS, "u,1,b1,,50,60", "u,1,b1,,40,50",
     "t=51 s job v zone=a has 2 tasks of its group, another value 0"},
    {"missing", &plain, JOBS, "d,trace.csv,20,100,110,completed,n1\n", "",
     "t=20 s job d is in the trace, but not in the schedule"},
    {"twice", &plain, JOBS, "h,trace.csv,50,,,rejected,\n",
     "h,trace.csv,50,,,rejected,\nh,trace.csv,50,,,rejected,\n", "t=50 s job h listed twice"},
    {"unknown", &plain, JOBS, "h,trace.csv,50", "hh,trace.csv,50",
     "t=50 s job hh of trace.csv: in no"},
    {"submit", &plain, JOBS, "g,trace.csv,40", "g,trace.csv,41",
     "t=41 s job g is submitted at another time"},
    {"before-submit", &plain, JOBS, "c,trace.csv,10,10,30", "c,trace.csv,10,9,29",
     "t=9 s job c starts before it is submitted at 10 s"},
    {"start-moved", &plain, JOBS, "d,trace.csv,20,100,110", "d,trace.csv,20,99,110",
     "t=99 s job d starts at another time than in allocations.csv"},
    {"end-moved", &plain, JOBS, "d,trace.csv,20,100,110", "d,trace.csv,20,100,111",
     "t=100 s job d ends at another time than in allocations.csv"},
    {"node-moved", &plain, JOBS, "d,trace.csv,20,100,110,completed,n1",
     "d,trace.csv,20,100,110,completed,n2", "t=100 s job d is on other nodes than in allocations"},
    {"no-node", &plain, JOBS, "d,trace.csv,20,100,110,completed,n1",
     "d,trace.csv,20,100,110,completed,n9", "t=100 s job d is on \"n9\", no node"},
    {"bad-count", &plain, JOBS, "n1*2", "n1*x", "t=0 s job a is on \"n1*x\""},
    {"killed-not", &plain, JOBS, "50,killed,n3", "50,completed,n3",
     "t=10 s job b is completed, expected killed"},
    {"completed-not", &plain, JOBS, "60,completed,n3", "60,killed,n3",
     "t=50 s job f is killed, expected completed"},
    {"service-ends", &plain, JOBS, "g,trace.csv,40,100,,unfinished",
     "g,trace.csv,40,100,150,completed", "t=100 s job g ends at another time"},
    {"rejected-ran", &plain, JOBS, "g,trace.csv,40,100,,unfinished", "g,trace.csv,40,100,,rejected",
     "t=100 s job g is rejected, but it started"},
    {"rejected-has-end", &plain, JOBS, "h,trace.csv,50,,,", "h,trace.csv,50,,60,",
     "t=60 s job h ends, but it never started"},
    {"completed-idle", &plain, JOBS, "h,trace.csv,50,,,rejected", "h,trace.csv,50,,,completed",
     "t=50 s job h is completed, but it never started"},
    {"after", &plain, TRACE, "1000,,,,c,,,", "1000,,,,a,,,",
     "t=50 s job f starts before job a, its after, is over"},
    {"there-later", &plain, JOBS, "l,trace.csv,80,80,90", "l,trace.csv,80,81,91",
     "t=81 s job l was already there at 80 s"},
    {"there-elsewhere", &plain, TRACE, "old=1,n2", "old=1,n3",
     "t=80 s job l was on n3 by the trace"},
    {"runtime", &plain, NODES, "zone=b,,,0.5", "zone=b,,container,0.5",
     "t=10 s node n3: runs no vm, as job b starts"},
    {"require", &plain, TRACE, ",zone=b,", ",zone=a,",
     "t=10 s node n2: lacks the required label zone, as job c starts"},
    {"taint", &plain, TRACE, "zone=b,old=1", "zone=b,old=2",
     "t=10 s node n2: has the taint old=1, not tolerated, as job c starts"},
    {"model", &plain, TRACE, "700,T4", "700,A100|P100",
     "t=100 s node n1: has gpu model \"T4\", none of those wanted, as job e starts"},
    {"too-small", &plain, NODES, "n2,4000", "n2,3900",
     "t=10 s node n2: cpu 4000 of 3900 milli for one task, as job c starts"},
    {"memory", &plain, NODES, "n1,4000,100", "n1,4000,19",
     "t=0 s node n1: memory 20 of 19 mib, as job a starts"},
    {"estimate", &plain, TRACE, "b,10,50,40,vm", "b,10,50,41,vm",
     "t=10 s job b runs 40 s, expected 41"},
    {"devices-shared", &plain, ALLOCATIONS, "e,0,n1,1", "e,0,n1,0",
     "t=100 s node n1: device 0: 1200 of 1000 milli, as job e starts"},
    {"devices-none", &plain, ALLOCATIONS, "e,0,n1,1", "e,0,n1,",
     "t=100 s node n1: 0 devices, 1 wanted, as job e starts"},
    {"devices-many", &plain, ALLOCATIONS, "e,0,n1,1", "e,0,n1,0;1",
     "t=100 s node n1: 2 devices, 1 wanted, as job e starts"},
    {"devices-beyond", &plain, ALLOCATIONS, "e,0,n1,1", "e,0,n1,2",
     "t=100 s node n1: a device beyond its 2, as job e starts"},
    {"gang-torn", &plain, ALLOCATIONS, "a,1,n1,,0,100", "a,1,n1,,100,200",
     "t=0 s job a is a gang, but not all of it"},
    {"task-missing", &plain, ALLOCATIONS, "trace.csv,a,1,n1,,0,100,completed\n", "",
     "t=0 s job a 1 of 2 tasks have a place"},
    {"task-hole", &plain, ALLOCATIONS, "i,1,n3", "i,7,n3",
     "t=60 s job i task 1 is missing or there"},
    {"task-twice", &plain, ALLOCATIONS, "trace.csv,a,1,n1,,0,100,completed\n",
     "trace.csv,a,1,n1,,0,100,completed\ntrace.csv,a,1,n1,,0,100,completed\n",
     "t=0 s job a task 2 is missing or there twice"},
    {"task-end", &plain, ALLOCATIONS, "60,completed\ntrace.csv,j", "60,failed\ntrace.csv,j",
     "t=50 s job f is failed, expected completed"},
    {"task-too-long", &plain, ALLOCATIONS, "i,2,n3,,120,180", "i,2,n3,,110,180",
     "t=110 s job i runs 70 s, expected 60 s"},
    {"task-of-nobody", &plain, ALLOCATIONS, "csv,f,0", "csv,ff,0",
     "t=50 s job ff of trace.csv: in no"},
    {"task-nowhere", &plain, ALLOCATIONS, "f,0,n3", "f,0,n4", "t=50 s job f is on \"n4\", no node"},
    {"avoid-itself", &groups, JOBS, "completed,a1;b1\nweb", "completed,a1*2\nweb",
     "t=0 s node a1: tasks of group db beside one that avoids it, as job db starts"},
    {"avoid-other", &groups, JOBS, "completed,a2\ns", "completed,b1\ns",
     "t=5 s node b1: tasks of group db beside one that avoids it, as job web starts"},
    {"spread-gang", &groups, JOBS, "a1;a2;b1*2", "a1*2;a2;b1",
     "t=10 s job s zone=a has 3 tasks of its group, another value 1: more than 1 apart"},
    {"spread-later", &groups, JOBS, "completed,b1\nz", "completed,a1\nz",
     "t=20 s job w zone=a has 4 tasks of its group, another value 2"},
    {"spread-moment", &groups, JOBS, "30,completed,a1;b1", "30,completed,a1*2",
     "t=30 s job z zone=a has 5 tasks of its group, another value 3"},
    {"spread-own", &groups, JOBS, "80,completed,a1*2;b1", "80,completed,a1*3",
     "t=70 s job own zone=a has 3 tasks of its group, another value 0"},
    {"flat-capacity", &flat, JOBS, "2,1,10,15", "2,1,9,14",
     "t=9 s node pool: cpu 5000 of 4000 milli, as job 2 starts"},
    {"flat-unfinished", &flat, JOBS, "2,1,10,15", "2,1,10,",
     "t=10 s job 2 runs to the end, expected 5 s, its estimate"},
    {"flat-beyond-estimate", &flat, JOBS, "2,1,10,15", "2,1,10,20",
     "t=10 s job 2 runs 10 s, expected 5 s, its estimate"},
};

/* Without allocations.csv. */
static const Case bare_cases[] = {
    {"right", &plain, -1, NULL, NULL, ""},
    {"odd-right", &odd, -1, NULL, NULL, ""},
    {"one-after-the-other", &odd, TRACE, "t,0,0,3,4000", "t,0,0,3,4001",
     "t=0 s node a1: cpu 4001 of 4000 milli"},
    {"label-to-spread-over", &odd, JOBS, "61,completed,a1\nw", "61,completed,c1\nw",
     "t=51 s node c1: lacks the label zone to spread over, as job v starts"},
    {"capacity", &plain, JOBS, "g,trace.csv,40,100", "g,trace.csv,40,40",
     "t=40 s node n1: cpu 4500 of 4000 milli, as job g starts"},
    {"run-too-long", &plain, JOBS, "c,trace.csv,10,10,30", "c,trace.csv,10,10,31",
     "t=10 s job c runs 21 s, expected 20 s"},
    {"whole-gpus", &plain, TRACE, "700,T4", "2000,T4",
     "t=100 s node n1: gpu 2500 of 2000 milli, as job e starts"},
    {"gang-lost-one", &plain, JOBS, "n1*2", "n1", "t=0 s job a 1 of 2 tasks have a place"},
    {"too-many", &plain, JOBS, "110,completed,n1\ne", "110,completed,n1;n2\ne",
     "t=100 s job d 2 of 1 tasks have a place"},
    {"no-place", &plain, JOBS, "30,completed,n2", "30,completed,",
     "t=10 s job c 0 of 1 tasks have a place"},
    {"bare-metal-not-alone", &plain, JOBS, "f,trace.csv,30,50,60", "f,trace.csv,30,30,40",
     "t=30 s node n3: 2 tasks, one of them bare-metal, as job f starts"},
    {"service-ends", &plain, JOBS, "g,trace.csv,40,100,,unfinished",
     "g,trace.csv,40,100,150,completed", "t=100 s job g runs 50 s, expected to the end"},
    {"one-by-one-too-short", &plain, JOBS, "60,60,180", "60,60,119",
     "t=60 s job i ends too soon: a task of it runs 60 s"},
};

/* ---- the stage ---- */

static const BbTables tables = {
    {bb_reader_classes, bb_generator_classes}, bb_queue_classes, bb_placement_classes, NULL};

typedef struct {
    char *dir;
    char *paths[N_FILES];
    gboolean written[N_FILES];
} Stage;

static char *
replaced(const char *text, const char *from, const char *to)
{
    const char *at = strstr(text, from);
    g_assert_nonnull(at);
    g_autofree char *head = g_strndup(text, (gsize)(at - text));
    return g_strconcat(head, to, at + strlen(from), NULL);
}

static void
stage_open(Stage *stage, const Case *c, gboolean with_allocations)
{
    g_autoptr(GError) error = NULL;
    *stage = (Stage){.dir = g_dir_make_tmp("verify-XXXXXX", &error)};
    g_assert_no_error(error);
    for (gint f = 0; f < N_FILES; f++) {
        const char *text = c->estate->files[f];
        stage->paths[f] = g_build_filename(stage->dir, file_names[f], NULL);
        if (!text || (f == ALLOCATIONS && !with_allocations))
            continue;
        g_autofree char *content = f == c->file ? replaced(text, c->from, c->to) : g_strdup(text);
        g_file_set_contents(stage->paths[f], content, -1, &error);
        g_assert_no_error(error);
        stage->written[f] = TRUE;
    }
}

static void
stage_close(Stage *stage)
{
    for (gint f = 0; f < N_FILES; f++) {
        g_unlink(stage->paths[f]);
        g_free(stage->paths[f]);
    }
    g_rmdir(stage->dir);
    g_free(stage->dir);
}

static BbVerdict *
judge(const Stage *stage, const char *against, GError **error)
{
    g_autoptr(BbExperiment) experiment = bb_experiment_new(&tables);
    bb_experiment_add_trace(experiment, stage->paths[TRACE]);
    bb_experiment_add_cluster(experiment, stage->paths[NODES]);
    BbVerifyFiles files = {stage->paths[JOBS],
                           stage->written[ALLOCATIONS] ? stage->paths[ALLOCATIONS] : NULL, against};
    return bb_verify(experiment, &files, error);
}

static gboolean
says(const BbVerdict *verdict, const char *expected)
{
    gboolean found = FALSE;
    for (guint i = 0; i < verdict->violations->len; i++) {
        const BbViolation *violation = verdict->violations->pdata[i];
        g_autoptr(GString) line = g_string_new("t=");
        bb_append_seconds(line, violation->time_us);
        g_string_append_printf(line, " s %s", violation->text);
        g_test_message("%s", line->str);
        found = found || g_str_has_prefix(line->str, expected);
    }
    return found;
}

static void
check(const Case *c, gboolean with_allocations)
{
    g_autoptr(GError) error = NULL;
    Stage stage;
    stage_open(&stage, c, with_allocations);
    g_autoptr(BbVerdict) verdict = judge(&stage, NULL, &error);
    g_assert_no_error(error);
    if (*c->expected)
        g_assert_true(says(verdict, c->expected));
    else
        g_assert_false(says(verdict, "t="));
    g_assert_cmpint(bb_verdict_is_good(verdict), ==, *c->expected == '\0');
    stage_close(&stage);
}

static void
test_case(gconstpointer data)
{
    check(data, TRUE);
}

static void
test_bare_case(gconstpointer data)
{
    check(data, FALSE);
}

/* What the files do not tell is said. */
static void
test_unknown(void)
{
    const Case right = {"", &plain, -1, NULL, NULL, ""};
    for (gint with = 0; with < 2; with++) {
        g_autoptr(GError) error = NULL;
        Stage stage;
        stage_open(&stage, &right, with);
        g_autoptr(BbVerdict) verdict = judge(&stage, NULL, &error);
        g_assert_no_error(error);
        g_assert_cmpint(verdict->knows_devices, ==, with);
        g_assert_cmpuint(verdict->n_untimed, ==, with ? 0 : 1);
        g_assert_cmpuint(verdict->n_jobs, ==, 12);
        g_assert_cmpuint(verdict->n_started, ==, 11);
        g_assert_cmpuint(verdict->n_nodes, ==, 3);
        stage_close(&stage);
    }
}

/* Without killing, b runs on. */
static void
test_no_kill(void)
{
    const Case longer = {"", &flat, JOBS, "2,1,10,15", "2,1,10,20", ""};
    g_autoptr(GError) error = NULL;
    g_autoptr(BbExperiment) experiment = bb_experiment_new(&tables);
    Stage stage;
    stage_open(&stage, &longer, FALSE);
    bb_experiment_add_trace(experiment, stage.paths[TRACE]);
    bb_experiment_add_cluster(experiment, stage.paths[NODES]);
    experiment->kill_at_estimate = FALSE;
    BbVerifyFiles files = {.jobs = stage.paths[JOBS]};
    g_autoptr(BbVerdict) verdict = bb_verify(experiment, &files, &error);
    g_assert_no_error(error);
    g_assert_true(bb_verdict_is_good(verdict));
    stage_close(&stage);
}

/* With an end of the simulation, what came later is no job, and what ran on is unfinished. */
static void
test_until(void)
{
    const Case cut = {"", &flat, JOBS, "2,1,10,15", "2,1,10,", ""};
    static const struct {
        gint64 until_s;
        gboolean good;
    } ends[] = {{14, TRUE}, {15, FALSE}, {0, FALSE}};
    for (guint i = 0; i < G_N_ELEMENTS(ends); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(BbExperiment) experiment = bb_experiment_new(&tables);
        Stage stage;
        stage_open(&stage, &cut, FALSE);
        bb_experiment_add_trace(experiment, stage.paths[TRACE]);
        bb_experiment_add_cluster(experiment, stage.paths[NODES]);
        experiment->until_us = ends[i].until_s * BB_US_PER_S;
        BbVerifyFiles files = {.jobs = stage.paths[JOBS]};
        g_autoptr(BbVerdict) verdict = bb_verify(experiment, &files, &error);
        g_assert_no_error(error);
        g_assert_cmpint(bb_verdict_is_good(verdict), ==, ends[i].good);
        stage_close(&stage);
    }
}

/* ---- against a reference ---- */

static const struct {
    const char *name, *reference;
    guint n_differing;
    const char *first;
} references[] = {
    {"same", "job_id,start\n1,0\n2,10\n", 0, NULL},
    {"same-all", "job_id,submit_s,start_s,finish_s\n1,0,0,10\n2,1,10,15\n", 0, NULL},
    {"start", "job_id,start\n1,0\n2,9.5\n", 1, "job 2 starts 10 s, in the reference 9.5 s"},
    {"finish", "job_id,start,finish\n1,0,11\n2,10,16\n", 2,
     "job 1 ends 10 s, in the reference 11 s"},
    {"submit", "job_id,submit,start\n1,0,0\n2,2,10\n", 1,
     "job 2 submitted 1 s, in the reference 2 s"},
    {"never", "job_id,start\n1,0\n2,\n", 1, "job 2 starts 10 s, in the reference never"},
    {"short", "job_id,start\n1,0\n", 1, "job 2 is not in the reference"},
    {"long", "job_id,start\n1,0\n2,10\n3,20\n", 1, "job 3 is only in the reference"},
};

static void
test_against(gconstpointer data)
{
    guint i = GPOINTER_TO_UINT(data);
    const Case right = {"", &flat, -1, NULL, NULL, ""};
    g_autoptr(GError) error = NULL;
    Stage stage;
    stage_open(&stage, &right, FALSE);
    g_autofree char *path = g_build_filename(stage.dir, "reference.csv", NULL);
    g_file_set_contents(path, references[i].reference, -1, &error);
    g_assert_no_error(error);
    g_autoptr(BbVerdict) verdict = judge(&stage, path, &error);
    g_assert_no_error(error);
    g_assert_true(verdict->compared);
    g_assert_cmpuint(verdict->n_compared, ==, 2);
    g_assert_cmpuint(verdict->n_differing, ==, references[i].n_differing);
    g_assert_cmpstr(verdict->first_difference, ==, references[i].first);
    g_assert_cmpint(bb_verdict_is_good(verdict), ==, references[i].n_differing == 0);
    g_unlink(path);
    stage_close(&stage);
}

/* ---- files that are no schedule ---- */

static const Case bad_files[] = {
    {"no-start", &flat, JOBS, "start,", "begin,", "jobs.csv:1: expected a column start_s"},
    {"no-id", &flat, JOBS, "job_id", "job", "job_id"},
    {"bad-time", &flat, JOBS, "2,1,10", "2,1,ten", "jobs.csv:3:5: column \"start\": expected"},
    {"bad-state", &plain, JOBS, "killed", "shot", "column \"state\": expected completed"},
    {"no-nodes", &plain, JOBS, "state,nodes", "state,places", "expected a column nodes"},
    {"bad-devices", &plain, ALLOCATIONS, "n1,1,100", "n1,1;1,100", "column \"devices\": expected"},
    {"bad-trace", &plain, TRACE, "c,10,20", "c,ten,20", "trace.csv:4"},
};

static void
test_bad_file(gconstpointer data)
{
    const Case *c = data;
    g_autoptr(GError) error = NULL;
    Stage stage;
    stage_open(&stage, c, g_strcmp0(c->name, "no-nodes") != 0);
    g_autoptr(BbVerdict) verdict = judge(&stage, NULL, &error);
    g_assert_null(verdict);
    g_assert_error(error, BB_ERROR, BB_ERROR_INPUT);
    g_test_message("%s", error->message);
    g_assert_nonnull(strstr(error->message, c->expected));
    stage_close(&stage);
}

static void
add_cases(const char *folder, const Case *list, guint n, GTestDataFunc function)
{
    for (guint i = 0; i < n; i++) {
        g_autofree char *path = g_strdup_printf("/verify/%s/%s", folder, list[i].name);
        g_test_add_data_func(path, &list[i], function);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    add_cases("full", cases, G_N_ELEMENTS(cases), test_case);
    add_cases("bare", bare_cases, G_N_ELEMENTS(bare_cases), test_bare_case);
    add_cases("bad-file", bad_files, G_N_ELEMENTS(bad_files), test_bad_file);
    g_test_add_func("/verify/unknown", test_unknown);
    g_test_add_func("/verify/no-kill", test_no_kill);
    g_test_add_func("/verify/until", test_until);
    for (guint i = 0; i < G_N_ELEMENTS(references); i++) {
        g_autofree char *path = g_strdup_printf("/verify/against/%s", references[i].name);
        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_against);
    }
    return g_test_run();
}
