/* SPDX-License-Identifier: GPL-3.0-or-later */
/* CSV files of other people, their columns named: units, places in errors, what a cloud's export says. */
#include "traces.h"

#include "sim/contract/bb-unit.h"

static const struct {
    const char *spec, *error;
} bad_specs[] = {
    {"", "columns: character 1: expected NATIVE=COLUMN[:UNIT] or NATIVE:=VALUE, found nothing"},
    {"submit_s=t,,", "columns: character 12: expected NATIVE=COLUMN[:UNIT] or NATIVE:=VALUE, "
                     "found nothing"},
    {"submit_s", "columns: character 1: expected NATIVE=COLUMN[:UNIT] or NATIVE:=VALUE, found "
                 "\"submit_s\""},
    {"submit_s=", "columns: character 1: expected the name of a column behind submit_s=, found "
                  "none"},
    {"submit_s=t, cpu_milli=c:core",
     "columns: character 13: expected a unit of cpu_milli (milli, cores, percent), found \"core\"; "
     "did you mean \"cores\"?"},
    {"submit_s=t,tasks=n:many", "columns: character 12: expected no unit for tasks, found "
                                "\"many\""},
    {"submit_s=\"t", "columns: character 1: expected a closing quote, found none"},
    {"submit_s=\"t\" s", "columns: character 1: expected a comma or a unit behind the quote, found "
                         "\"s\""},
    {"submit_s=t,submit_s=u", "columns: character 12: expected each native column once, found "
                              "submit_s again"},
    {"submit_s=t,delimiter:=colon",
     "columns: character 12: expected comma, semicolon, tab or pipe, found \"colon\""},
};

static void
test_bad_specs(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(bad_specs); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(BbMapping) mapping = bb_mapping_parse(bad_specs[i].spec, &error);
        g_assert_null(mapping);
        g_assert_error(error, BB_ERROR, BB_ERROR_USAGE);
        g_assert_cmpstr(error->message, ==, bad_specs[i].error);
    }
}

static const struct {
    const char *native, *unit, *text;
    gint64 value; /* -1: none */
} values[] = {
    {"submit_s", "s", "12.5", 12500000},
    {"submit_s", "s", "1970-01-02", G_GINT64_CONSTANT(86400000000)},
    {"submit_s", "s", "1970/01/02 00:00", G_GINT64_CONSTANT(86400000000)},
    {"submit_s", "s", "1/2/1970", -1},
    {"submit_s", "ms", "1500", 1500000},
    {"submit_s", "us", "7", 7},
    {"submit_s", "min", "2", 120000000},
    {"submit_s", "h", "0.5", 1800000000},
    {"submit_s", "d", "1", G_GINT64_CONSTANT(86400000000)},
    {"submit_s", "ms", "-1", -1},
    {"submit_s", "iso", "1970-01-01T00:00:01.25Z", 1250000},
    {"submit_s", "iso", "1970-01-01 02:00:00+02:00", 0},
    {"submit_s", "iso", "1970-01-01 02:00:00 +0100", G_GINT64_CONSTANT(3600000000)},
    {"submit_s", "iso", "1970-01-01 00:00:00 UTC", 0},
    {"submit_s", "iso", "1970-01-01T00:00:00+01:00", -1},
    {"submit_s", "iso", "2024-02-30 00:00:00", -1},
    {"submit_s", "iso", "2024-02-29 24:00:00", -1},
    {"submit_s", "iso", "2024-02-29 00:00:00 and more", -1},
    {"submit_s", "iso", "2024-02-29", G_GINT64_CONSTANT(1709164800000000)},
    {"submit_s", "mdy", "2/29/2024 1:02:03 PM", G_GINT64_CONSTANT(1709211723000000)},
    {"submit_s", "mdy", "2/29/2024 12:00:00 AM", G_GINT64_CONSTANT(1709164800000000)},
    {"submit_s", "mdy", "2/29/2024 13:00:00 PM", -1},
    {"submit_s", "mdy", "29/2/2024", -1},
    {"submit_s", "dmy", "29.02.2024 13:02:03", G_GINT64_CONSTANT(1709211723000000)},
    {"runtime_s", "hms", "1-02:03:04", G_GINT64_CONSTANT(93784000000)},
    {"runtime_s", "hms", "02:03.5", 123500000},
    {"runtime_s", "hms", "5", -1},
    {"runtime_s", "hms", "1:2:3:4", -1},
    {"runtime_s", "s", "1.5", 1500000},
    {"cpu_milli", "milli", "250", 250},
    {"cpu_milli", "cores", "0.25", 250},
    {"cpu_milli", "percent", "25", 250},
    {"cpu_milli", "cores", "four", -1},
    {"memory_mib", "mib", "512", 512},
    {"memory_mib", "mib", "511.2", 512},
    {"memory_mib", "bytes", "1048576", 1},
    {"memory_mib", "bytes", "1048577", 2},
    {"memory_mib", "kib", "2048", 2},
    {"memory_mib", "gib", "1.75", 1792},
    {"memory_mib", "tib", "1", 1048576},
    {"memory_mib", "mb", "1048.576", 1000},
    {"memory_mib", "gb", "1", 954},
    {"memory_mib", "text", "64 GiB", 65536},
    {"memory_mib", "vmware", "1,024 MB", 1024},
    {"memory_mib", "vmware", "40.5 GB", 41472},
    {"memory_mib", "vmware", "512 B", 1},
    {"memory_mib", "vmware", "40", -1},
    {"memory_mib", "vmware", "9e9 TB", -1},
    {"gpu_milli", "devices", "2", 2000},
    {"cpu_used_frac", "percent", "12.5", 125000},
    {"cpu_used_frac", "frac", "0.125", 125000},
};

static void
test_units(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(values); i++) {
        g_autofree char *names = NULL;
        const char *expected = NULL;
        gint64 value = -1;
        const BbUnit *unit = bb_unit_find(values[i].native, values[i].unit, &names);
        g_test_message("%s %s", values[i].text, values[i].unit);
        g_assert_nonnull(unit);
        gboolean fine = bb_unit_convert(unit, values[i].text, &value, &expected);
        g_assert_cmpint(fine ? value : -1, ==, values[i].value);
        g_assert_true(fine || expected != NULL);
    }
}

/* As `openstack server list` and the database of Nova have it. */
#define NOVA                                                                                       \
    "uuid,display_name,created_at,launched_at,deleted_at,vcpus,memory_mb,root_gb,project_id,"      \
    "host\n"
#define NOVA_SPEC                                                                                  \
    "jobs(job_id=uuid,submit_s=created_at,start_s=launched_at,end_s=deleted_at,"                   \
    "cpu_milli=vcpus:cores,memory_mib=memory_mb,disk_mib=root_gb:gib,class=project_id,kind:=vm,"   \
    "x_host=host)"

/* As RVTools and PowerCLI write what vCenter knows. */
#define VCENTER                                                                                    \
    "#TYPE VMware.VimAutomation.ViCore.Impl.V1.VM.UniversalVirtualMachineImpl\n"                   \
    "\"Name\",\"NumCpu\",\"Memory, all (GB)\",\"Provisioned Space\",\"CreateDate\",\"VMHost\"\n"
#define VCENTER_SPEC                                                                               \
    "jobs(submit_s=CreateDate:mdy, cpu_milli=NumCpu:cores, memory_mib=\"Memory, all (GB)\":gib, "  \
    "disk_mib=Provisioned Space:vmware, group=Name, kind:=vm)"
#define HOSTS_SPEC                                                                                 \
    "nodes(node_id=Host,cpu_milli=# CPU cores:cores,memory_mib=Memory:vmware,pool=Cluster,"        \
    "delimiter:=semicolon)"

static const struct {
    const char *name, *format, *text, *rows, *findings, *skipped;
} good[] = {
    {"nova", NOVA_SPEC,
     NOVA "a1,web,1970-01-01 00:00:10,1970-01-01 00:00:15,1970-01-01 00:01:15,4,8192,40,p,h1\n"
          "b2,db,1970-01-01T00:00:05Z,NULL,NULL,2,1024.5,0,p,\\N\n",
     "a1 @10 +60 /* vm 1 x 4000,8192,40960,0 class=p extra=h1;"
     "b2 @5 +* /* vm 1 x 2000,1025,0,0 class=p extra=\\N;",
     "", ""},
    {"nova, going back", NOVA_SPEC,
     NOVA "a1,web,1970-01-01 00:00:10,1970-01-01 00:00:15,1970-01-01 00:00:14,4,8192,40,p,h1\n"
          "b2,db,1970-01-01 00:00:05,1970-01-01 00:00:04,,2,1024,0,p,h\n"
          "c3,db,1970-01-01 00:00:05,,1970-01-01 00:00:05,2,1024,0,p,h\n",
     "c3 @5 +0 /* vm 1 x 2000,1024,0,0 class=p extra=h;", "times-go-back:2:2 zero-runtime:1:4 ",
     "times go back:2 "},
    {"vcenter", VCENTER_SPEC,
     VCENTER "\"web 1\",\"2\",\"4\",\"40.5 GB\",\"1/2/1970 12:00:01 AM\",\"esx1\"\n"
             "\"db\",\"1\",\"0.5\",\"1,024 MB\",\"1/1/1970 12:00:00 PM\",\"esx1\"\n",
     "1 @86401 +* /* vm 1 x 2000,4096,41472,0 group=web 1;"
     "2 @43200 +* /* vm 1 x 1000,512,1024,0 group=db;",
     "", ""},
    {"hosts", HOSTS_SPEC,
     "Host;Cluster;# CPU cores;Memory\nesx1.example.org;prod;32;512 GB\n"
     "esx2.example.org;;16;262,144 MB\n",
     "esx1.example.org 32000,524288,0,0 named=3 pool=prod;"
     "esx2.example.org 16000,262144,0,0 named=3;",
     "", ""},
    {"durations",
     "jobs(submit_s=t:h,runtime_s=Elapsed:hms,estimate_s=limit:min,tasks=n,gang:=1,"
     "delimiter:=pipe)",
     "n|Elapsed|limit|t|rest\n4|00:00:30|1|0.5|what\n", "1 @1800 +30 /60 container 4g x 0,0,0,0;",
     "", ""},
    {"as it is", "jobs(job_id=job_id,submit_s=submit_s,runtime_s=runtime_s)",
     "job_id,submit_s,runtime_s\na,9,1\nb,3,1\n",
     "a @9 +1 /* container 1 x 0,0,0,0;b @3 +1 /* container 1 x 0,0,0,0;", "", ""},
};

static void
test_good(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(good); i++) {
        g_auto(Trace) trace = trace_read(good[i].format, good[i].text, 0);
        g_test_message("%s", good[i].name);
        g_assert_cmpstr(trace.error, ==, NULL);
        g_assert_cmpstr(trace.rows, ==, good[i].rows);
        g_assert_cmpstr(trace.findings, ==, good[i].findings);
        g_assert_cmpstr(trace.skipped, ==, good[i].skipped);
    }
}

static const struct {
    const char *name, *format, *text, *error;
} bad[] = {
    {"misspelt native", "jobs(submit_s=t,cpu_mili=c)", "t,c\n",
     "columns: character 12: expected a native column (traces/README.md), found \"cpu_mili\"; did "
     "you mean \"cpu_milli\"?"},
    {"misspelt column", "jobs(submit_s=Created At,cpu_milli=VCPU:cores)", "created at,VCPUs\n",
     "t:1: expected a column \"Created At\", for submit_s, found none; did you mean \"created "
     "at\"?"},
    {"a column twice", "jobs(submit_s=t)", "t,u,t\n",
     "t:1:5: expected this column once, found "
     "\"t\""},
    {"nothing for submit_s", "jobs(job_id=t)", "t\n",
     "columns: expected what stands for submit_s, found nothing"},
    {"run time twice", "jobs(submit_s=t,runtime_s=r,end_s=e)", "t,r,e\n",
     "columns: expected either runtime_s or end_s, found both"},
    {"a date", "jobs(submit_s=When)", "When\n1/2/2024\n",
     "t:2:1: column \"When\": expected seconds or a time like 2024-01-31 12:00:00 (else name its "
     "unit), found \"1/2/2024\""},
    {"too many cores", "jobs(submit_s=t,cpu_milli=c:cores)", "c,t\n1e10,0\n",
     "t:2:1: column \"c\": expected a smaller number, found \"1e10\""},
    {"a blank time", "jobs(submit_s=t)", "t,u\nNULL,1\n",
     "t:2:1: column \"t\": expected seconds, found \"NULL\""},
    {"a bad constant", "jobs(submit_s=t,kind:=vms)", "t\n1\n",
     "columns: character 12: expected container, vm, process or bare-metal for kind, found "
     "\"vms\""},
    {"no such format", "philly(submit_s=t)", "t\n1\n",
     "columns: expected a format whose columns may have other names (jobs, nodes), found philly"},
    {"nodes as jobs", "jobs(node_id=t)", "t\n1\n", "columns: expected no node_id for jobs"},
    {"jobs as nodes", "nodes(cpu_milli=t)", "t\n1\n",
     "columns: expected what stands for node_id for nodes"},
    {"short row", "jobs(submit_s=t)", "t,u\n1\n",
     "t:2: expected 2 fields as in the header, found 1"},
    {"start of nodes", "nodes(node_id=n,start_s=t)", "n,t\n1,2\n",
     "columns: character 11: expected a native column (traces/README.md), found \"start_s\""},
    {"empty", "jobs(submit_s=t)", "", "t: expected a header row, found an empty file"},
};

static void
test_bad(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_auto(Trace) trace = trace_read(bad[i].format, bad[i].text, 0);
        g_test_message("%s", bad[i].name);
        g_assert_cmpstr(trace.error, ==, bad[i].error);
    }
}

/* Native files know no start and end. */
static void
test_native(void)
{
    g_auto(Trace) trace = trace_read("jobs", "job_id,submit_s,end_s\na,1,2\n", 0);
    g_assert_cmpstr(trace.error, ==, "t:1:17: expected a known column, found \"end_s\"");
}

static const struct {
    const char *text, *path, *format;
} splits[] = {
    {"a.csv", "a.csv", NULL},
    {"a.csv:jobs", "a.csv", "jobs"},
    {"a.csv:jobs(submit_s=t:iso)", "a.csv", "jobs(submit_s=t:iso)"},
    {"a:b.csv:nodes(node_id=\"a(\":x)", "a:b.csv", "nodes(node_id=\"a(\":x)"},
    {"a.csv:swf(x)", "a.csv:swf(x)", NULL},
    {"a.csv:philly", "a.csv", "philly"},
    {"a(1)", "a(1)", NULL},
};

static void
test_split(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(splits); i++) {
        g_autofree char *path = NULL, *format = NULL;
        bb_reader_split(bb_reader_classes, splits[i].text, &path, &format);
        g_assert_cmpstr(path, ==, splits[i].path);
        g_assert_cmpstr(format, ==, splits[i].format);
    }
}

/* The public table of VMs of another format, read by its columns: the same sums as by its reader. */
static void
test_shared(void)
{
    g_autofree char *path = trace_shared("gpu/philly_jobs_pollux.csv.gz");
    if (path == NULL)
        return;
    TraceSums own = trace_sums(path, "philly");
    BbInt128 submit = 0, run = 0, n = 0;
    BbJobRow row;
    g_autoptr(GError) error = NULL;
    g_autoptr(BbReader) reader =
        bb_reader_open(bb_reader_classes, path,
                       "jobs(submit_s=timestamp,runtime_s=duration,class=cluster)", &error);
    g_assert_no_error(error);
    while (bb_reader_next_job(reader, &row, &error) == BB_READ_ROW) {
        n++;
        submit += row.submit_us;
        run += row.runtime_us;
    }
    g_assert_no_error(error);
    g_assert_true(n == own.n);
    g_assert_true(submit == own.submit_us);
    g_assert_true(run == own.runtime_us);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/mapping/bad-specs", test_bad_specs);
    g_test_add_func("/mapping/units", test_units);
    g_test_add_func("/mapping/good", test_good);
    g_test_add_func("/mapping/bad", test_bad);
    g_test_add_func("/mapping/native", test_native);
    g_test_add_func("/mapping/split", test_split);
    g_test_add_func("/mapping/shared", test_shared);
    return g_test_run();
}
