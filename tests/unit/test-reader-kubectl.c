/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/base/bb-document.h"
#include "traces.h"
#include "traces/readers/kubectl.h"

#define HEAD "apiVersion: v1\nkind: List\nitems:\n"
#define POD(name, more) "- kind: Pod\n  metadata: {name: " name ", namespace: shop" more "}\n"
#define SPEC(more) "  spec: {" more "containers: [{name: c}]}\n"
#define NODE(name, more)                                                                           \
    "- kind: Node\n  metadata: {name: " name ", labels: {zone: a}}\n  spec: {" more "}\n"          \
    "  status: {allocatable: {cpu: 3920m, memory: 8388609Ki, nvidia.com/gpu: 2, pods: 110}}\n"

static const struct {
    const char *name, *text, *rows, *findings, *skipped;
} good[] = {
    {"running and waiting, by creation",
     HEAD POD("late", ", creationTimestamp: '2024-01-02T00:00:02Z'") SPEC("")
         POD("early", ", creationTimestamp: '2024-01-02T00:00:01Z'") SPEC("") POD("there", "")
             SPEC("nodeName: n1, "),
     "shop/there @0 +* /* container 1 x 0,0,0,0 class=shop node=n1;"
     "shop/early @0 +* /* container 1 x 0,0,0,0 class=shop;"
     "shop/late @0 +* /* container 1 x 0,0,0,0 class=shop;",
     "", ""},
    {"requests, limits, init containers, sidecars, overhead",
     HEAD POD("p",
              "") "  spec:\n"
                  "    overhead: {cpu: 10m}\n"
                  "    initContainers:\n"
                  "    - {name: s, restartPolicy: Always, resources: {requests: {cpu: 100m}}}\n"
                  "    - {name: i, resources: {requests: {cpu: 1, memory: 1Mi}}}\n"
                  "    containers:\n"
                  "    - {name: a, resources: {requests: {cpu: 0.5}, limits: {cpu: 2, memory: "
                  "1000k}}}\n"
                  "    - {name: b, resources: {limits: {nvidia.com/gpu: '1'}}}\n",
     /* max(0.1 + 0.5, 1 + 0.1) + 0.01; max(10^6 B, 1 MiB) is 1 MiB */
     "shop/p @0 +* /* container 1 x 1110,1,0,1000 class=shop;", "", ""},
    {"completed, failed, gated",
     HEAD POD("a", "") SPEC("") "  status: {phase: Succeeded}\n" POD("b", "")
         SPEC("") "  status: {phase: Failed}\n" POD("c", "") SPEC("schedulingGates: [{name: g}], "),
     "", "", "pod that has completed:1 pod that has failed:1 pod behind scheduling gates:1 "},
    {"owners",
     HEAD
     "- kind: ReplicaSet\n  metadata: {name: web-5d, namespace: shop, ownerReferences: [{kind: "
     "Deployment, name: web, controller: true}]}\n" POD(
         "a", ", ownerReferences: [{kind: ReplicaSet, name: web-5d, controller: true}]") SPEC("")
         POD("b", ", labels: {pod-template-hash: 6e}, ownerReferences: [{kind: "
                  "ReplicaSet, name: api-6e, controller: true}]") SPEC("")
             POD("db-2", ", ownerReferences: [{kind: StatefulSet, name: db, controller: true}]")
                 SPEC(""),
     "shop/a @0 +* /* container 1 x 0,0,0,0 class=shop group=shop/web;"
     "shop/b @0 +* /* container 1 x 0,0,0,0 class=shop group=shop/api;"
     "shop/db-2 @0 +* /* container 1 x 0,0,0,0 ordinal=2 class=shop group=shop/db;",
     "", ""},
    {"priorities",
     HEAD "- {kind: PriorityClass, metadata: {name: high}, value: 7}\n"
          "- {kind: PriorityClass, metadata: {name: usual}, value: 3, globalDefault: true}\n" POD(
              "a", "") SPEC("priorityClassName: high, ") POD("b", "") SPEC("") POD("c", "")
              SPEC("priority: -1, ") POD("d", "") SPEC("priorityClassName: system-node-critical, "),
     "shop/a @0 +* /* container 1 x 0,0,0,0 priority=7 class=shop;"
     "shop/b @0 +* /* container 1 x 0,0,0,0 priority=3 class=shop;"
     "shop/c @0 +* /* container 1 x 0,0,0,0 priority=-1 class=shop;"
     "shop/d @0 +* /* container 1 x 0,0,0,0 priority=2000001000 class=shop;",
     "", ""},
    {"taints of the file's nodes, selectors of nodes",
     HEAD NODE("n1",
               "taints: [{key: t, value: x, effect: NoSchedule}, {key: u, effect: NoExecute}]")
         POD("p", "") SPEC("tolerations: [{key: t, operator: Exists}], nodeSelector: {zone: a}, "),
     "shop/p @0 +* /* container 1 x 0,0,0,0 class=shop require=zone=a tolerate=t=x;", "", ""},
    {"what is passed over",
     HEAD "- {kind: ConfigMap, metadata: {name: x}}\n" POD("p", "")
         SPEC("nodeNme: n1, volumes: [{name: v, persistentVolumeClaim: {claimName: c}}], "),
     "shop/p @0 +* /* container 1 x 0,0,0,0 class=shop;",
     "unused-kind:1:0 unknown-field:1:0 volume-claims:1:0 ", ""},
    {"JSON documents one after the other, a list of one kind",
     "{\"apiVersion\": \"v1\", \"kind\": \"PodList\", \"items\": [{\"metadata\": {\"name\": \"p\"},"
     "\"spec\": {\"containers\": [{\"name\": \"{\\\"\", \"resources\": {\"requests\": {\"cpu\": "
     "2}}}]}}]}\n{\"kind\": \"Pod\", \"metadata\": {\"name\": \"q\"}, \"spec\": {\"containers\": "
     "[{\"name\": \"c\"}]}}",
     "default/p @0 +* /* container 1 x 2000,0,0,0 class=default;"
     "default/q @0 +* /* container 1 x 0,0,0,0 class=default;",
     "", ""},
    {"YAML documents, an alias",
     "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [&c {name: c, resources: "
     "{requests: {cpu: 1e-1}}}, *c]}\n---\n---\nkind: Pod\nmetadata: {name: q}\nspec: {containers: "
     "[{name: c}]}\n",
     "default/p @0 +* /* container 1 x 200,0,0,0 class=default;"
     "default/q @0 +* /* container 1 x 0,0,0,0 class=default;",
     "", ""},
};

static void
test_good(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(good); i++) {
        g_auto(Trace) trace = trace_read(NULL, good[i].text, 0);
        g_test_message("%s: %s", good[i].name, trace.error);
        g_assert_cmpstr(trace.error, ==, NULL);
        g_assert_cmpstr(trace.rows, ==, good[i].rows);
        g_assert_cmpstr(trace.findings, ==, good[i].findings);
        g_assert_cmpstr(trace.skipped, ==, good[i].skipped);
    }
}

static const struct {
    const char *name, *text, *error;
} bad[] = {
    {"no quantity",
     HEAD NODE("n", "")
         POD("p", "") "  spec: {containers: [{name: c, resources: {requests: {cpu: 2 "
                      "cores}}}]}\n",
     "t: items[1].spec.containers[0].resources.requests.cpu: expected a quantity, found \"2 "
     "cores\""},
    {"a negative one",
     HEAD POD("p", "") "  spec: {containers: [{resources: {requests: {cpu: -1}}}]}\n",
     "t: items[0].spec.containers[0].resources.requests.cpu: expected a quantity, found -1"},
    {"a list for an object", HEAD POD("p", "") "  spec: []\n",
     "t: items[0].spec: expected an object, found a list"},
    {"a text for a list", HEAD POD("p", "") "  spec: {containers: none}\n",
     "t: items[0].spec.containers: expected a list, found \"none\""},
    {"no containers", HEAD POD("p", "") "  spec: {}\n",
     "t: items[0].spec.containers: expected containers, found nothing"},
    {"a name", HEAD POD("'A B'", "") SPEC(""),
     "t: items[0].metadata.name: expected a name of small letters, digits, '-' and '.', found "
     "\"A B\""},
    {"a time", HEAD POD("p", ", creationTimestamp: today") SPEC(""),
     "t: items[0].metadata.creationTimestamp: expected a time, found \"today\""},
    {"a class that is not there", HEAD POD("p", "") SPEC("priorityClassName: x, "),
     "t: items[0].spec.priorityClassName: expected a PriorityClass of this file, or a priority "
     "beside it, found \"x\""},
    {"no kind", "apiVersion: v1\nitems: []\n",
     "t: kind: expected a kind, such as List, Pod or Node, found nothing"},
    {"a second document", "apiVersion: v1\nkind: List\n---\nkind: 3\n",
     "t: document 2, kind: expected a text, found 3"},
    {"broken YAML", "apiVersion: v1\nkind: [List\n", "t:3:1: did not find expected ',' or ']'"},
    {"broken JSON", "{\"apiVersion\":\n 1,, }", "t:2: expected JSON, found something else"},
    {"a key twice", "apiVersion: v1\nkind: List\nkind: List\n",
     "t:3:1: a key that was given before"},
};

static void
test_bad(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_auto(Trace) trace = trace_read("kubectl", bad[i].text, 0);
        g_test_message("%s: %s", bad[i].name, trace.error);
        g_assert_cmpstr(trace.error, ==, bad[i].error);
    }
}

/* The same file as nodes; amounts in MiB rounded down, all of them in the spec. */
static void
test_nodes(void)
{
    const char *text =
        HEAD NODE("n1", "taints: [{key: t, value: x, effect: NoSchedule}, {key: s, effect: "
                        "PreferNoSchedule}], unschedulable: true") POD("p", "") SPEC("");
    g_autoptr(GError) error = NULL;
    BbInput *input = bb_input_new_from_bytes("t", text, strlen(text));
    g_autoptr(BbReader) reader = bb_reader_new(bb_reader_classes, input, NULL, &error);
    BbNodeRow row;
    g_assert_no_error(error);
    g_assert_cmpint(bb_reader_next_node(reader, &row, &error), ==, BB_READ_ROW);
    g_assert_cmpstr(row.id, ==, "n1");
    g_assert_cmpint(row.capacity.v[BB_CPU], ==, 3920);
    g_assert_cmpint(row.capacity.v[BB_MEMORY], ==, 8192);
    g_assert_cmpint(row.capacity.v[BB_GPU], ==, 2000);
    g_assert_cmpstr(row.labels, ==, "zone=a");
    g_assert_cmpstr(row.taints, ==, "t=x");
    g_assert_cmpstr(row.spec, ==,
                    "{\"kube\":{\"taints\":[{\"key\":\"s\",\"value\":\"\",\"effect\":"
                    "\"PreferNoSchedule\"}],\"unschedulable\":true,\"allocatable\":{\"cpu_milli\":"
                    "3920,\"mem_bytes\":8589935616,\"ext\":{\"nvidia.com/gpu\":2},\"pods\":110}}}");
    g_assert_cmpint(bb_reader_next_node(reader, &row, &error), ==, BB_READ_END);
    g_auto(Trace) trace = trace_read("kubectl-nodes", text, 0);
    g_assert_cmpstr(trace.rows, ==,
                    "n1 3920,8192,0,2000 named=f labels=zone=a taints=t=x runtimes=1;");
}

static const struct {
    const char *text;
    gint64 scale, amount; /* -1: refused */
} quantities[] = {
    {"100m", 1000, 100},
    {"1.5", 1000, 1500},
    {"2Gi", 1, G_GINT64_CONSTANT(2147483648)},
    {"1e3", 1, 1000},
    {"1E3", 1, 1000},
    {"1E", 1, G_GINT64_CONSTANT(1000000000000000000)},
    {"500M", 1, 500000000},
    {"0.1Ki", 1, 103},
    {"1u", 1000, 1},
    {"100n", 1000, 1},
    {"0", 1000, 0},
    {".5", 1000, 500},
    {"5.", 1, 5},
    {"+1", 1, 1},
    {"1.0000000000000000000001", 1, 2},
    {"16893235200", 1, G_GINT64_CONSTANT(16893235200)},
    {"1e-1000", 1, 1},
    {"0e1000", 1, 0},
    {"1e1000", 1, -1},
    {"10Ei", 1, -1},
    {"", 1, -1},
    {".", 1, -1},
    {"-1", 1, -1},
    {"1 Gi", 1, -1},
    {"1gi", 1, -1},
    {"1e", 1, -1},
    {"1e1.5", 1, -1},
};

static void
test_quantities(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(quantities); i++) {
        gint64 amount = -1;
        gboolean fine = kubectl_parse_quantity(quantities[i].text, quantities[i].scale, &amount);
        g_test_message("%s", quantities[i].text);
        g_assert_cmpint(fine ? amount : -1, ==, quantities[i].amount);
    }
}

/* Nine levels of nine aliases are 9^9 values; a hundred brackets are too many. */
static void
test_bombs(void)
{
    g_autoptr(GString) text = g_string_new("a0: &a0 [1,1,1,1,1,1,1,1,1]\n");
    g_autofree char *deep = g_strnfill(100000, '[');
    g_autofree char *objects = g_strdup_printf("{\"a\": %s", deep);
    g_autoptr(GError) error = NULL;
    for (guint i = 1; i < 9; i++)
        g_string_append_printf(text, "a%u: &a%u [*a%u,*a%u,*a%u,*a%u,*a%u,*a%u,*a%u,*a%u,*a%u]\n",
                               i, i, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1);
    g_assert_null(bb_document_parse("t", text->str, text->len, &error));
    g_assert_cmpstr(strstr(error->message, "too many"), ==, "too many values, aliases included");
    g_clear_error(&error);
    g_assert_null(bb_document_parse("t", objects, strlen(objects), &error));
    g_assert_cmpstr(error->message, ==, "t:1: nested too deeply");
    g_clear_error(&error);
    g_autofree char *yaml = g_strdup_printf("a: %s", deep);
    g_assert_null(bb_document_parse("t", yaml, strlen(yaml), &error));
    g_assert_cmpstr(strstr(error->message, "nested"), ==, "nested too deeply");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/reader-kubectl/good", test_good);
    g_test_add_func("/reader-kubectl/bad", test_bad);
    g_test_add_func("/reader-kubectl/nodes", test_nodes);
    g_test_add_func("/reader-kubectl/quantities", test_quantities);
    g_test_add_func("/reader-kubectl/bombs", test_bombs);
    return g_test_run();
}
