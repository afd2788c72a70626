/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Slurm's nodes as `scontrol show nodes` prints them, with or without -o: NAME=VALUE between blanks, a
 * node begins with NodeName. What has no = belongs to a value that is not looked at (OS, Reason). Weight
 * and partitions go into the column spec, features become labels.
 * Source: https://slurm.schedmd.com/scontrol.html. */
#include "sim/contract/bb-reader.h"
#include "sim/model/bb-range.h"

#include <json-glib/json-glib.h>
#include <string.h>

#define LINE_MAX_BYTES (1 << 20)

enum {
    CPU_TOTAL,
    CPU_USABLE,
    MEMORY,
    MEMORY_KEPT,
    DISK,
    WEIGHT,
    N_NUMBERS,
};

enum {
    NAME,
    GRES,
    FEATURES,
    PARTITIONS,
    STATE,
    N_TEXTS,
};

static const char *const number_names[N_NUMBERS] = {"CPUTot",       "CPUEfctv", "RealMemory",
                                                    "MemSpecLimit", "TmpDisk",  "Weight"};
static const char *const text_names[N_TEXTS] = {"NodeName", "Gres", "AvailableFeatures",
                                                "Partitions", "State"};

typedef struct {
    guint64 line; /* where it begins; 0: none is being read */
    gint64 numbers[N_NUMBERS];
    char *texts[N_TEXTS];
} Node;

typedef struct {
    Node node, next; /* of the last row; the one that is being read */
    char *labels, *spec, *model;
} State;

static gboolean
sniff(const char *start, gsize n)
{
    return n > 9 && strncmp(start, "NodeName=", 9) == 0;
}

static void
clear_node(Node *node)
{
    for (guint i = 0; i < N_TEXTS; i++)
        g_free(node->texts[i]);
    *node = (Node){0};
}

static gboolean
fail(const BbReader *reader, guint64 line, const char *name, const char *expected, const char *text,
     GError **error)
{
    g_autofree char *found = bb_quote(text);

    return bb_error_input(error, bb_input_path(reader->input), line, 0, "%s: expected %s, found %s",
                          name, expected, found);
}

/* One NAME=VALUE. */
static gboolean
take(BbReader *reader, Node *node, const char *name, const char *value, GError **error)
{
    for (guint i = 0; i < N_NUMBERS; i++)
        if (g_str_equal(name, number_names[i]) && !g_str_equal(value, "N/A"))
            return bb_parse_int(value, 0, BB_AMOUNT_MAX / 1000, &node->numbers[i], NULL) ||
                   fail(reader, bb_input_line_number(reader->input), name, "a number, at least 0",
                        value, error);
    for (guint i = 0; i < N_TEXTS; i++)
        if (g_str_equal(name, text_names[i])) {
            g_free(node->texts[i]);
            node->texts[i] = g_strdup(value);
        }
    return TRUE;
}

static gboolean
take_line(BbReader *reader, Node *node, const char *line, GError **error)
{
    g_auto(GStrv) tokens = g_strsplit_set(line, " \t", -1);

    for (char **token = tokens; *token; token++) {
        char *equals = strchr(*token, '=');

        if (!equals)
            continue;
        *equals = '\0';
        if (!take(reader, node, *token, equals + 1, error))
            return FALSE;
    }
    return TRUE;
}

/* Reads up to the line on which the node after `next` begins, and swaps them in. */
static BbReadResult
read_node(BbReader *reader, GError **error)
{
    State *state = reader->state;
    BbReadResult result;
    char *line;
    gsize n;

    clear_node(&state->node);
    while ((result = bb_input_line(reader->input, LINE_MAX_BYTES, &line, &n, error)) ==
           BB_READ_ROW) {
        guint64 number = bb_input_line_number(reader->input);
        gboolean begins = strncmp(line, "NodeName=", 9) == 0;

        if (strlen(line) != n || !g_utf8_validate(line, -1, NULL)) {
            bb_error_input(error, bb_input_path(reader->input), number, 0,
                           "expected UTF-8 without NUL");
            return BB_READ_ERROR;
        }
        if (begins && state->next.line > 0) {
            state->node = state->next;
            state->next = (Node){0};
        }
        if (begins)
            state->next = (Node){.line = number, .numbers[WEIGHT] = 1};
        if (state->next.line > 0 && !take_line(reader, &state->next, line, error))
            return BB_READ_ERROR;
        if (state->node.line > 0)
            return BB_READ_ROW;
    }
    if (result == BB_READ_ERROR || state->next.line == 0)
        return result;
    state->node = state->next;
    state->next = (Node){0};
    return BB_READ_ROW;
}

/* ---- a row ---- */

static gboolean
is_away(const char *state)
{
    static const char *const words[] = {"DOWN",   "DRAIN",        "FAIL",
                                        "FUTURE", "POWERED_DOWN", "UNKNOWN"};

    for (guint i = 0; i < G_N_ELEMENTS(words); i++)
        if (strstr(state, words[i]))
            return TRUE;
    return FALSE;
}

/* "gpu:a100:4(S:0-1),gpu:2": devices of all models; the model where there is one. */
static gboolean
read_gres(BbReader *reader, const Node *node, gint64 *devices, char **out_model, GError **error)
{
    g_auto(GStrv) items = g_strsplit(node->texts[GRES] ? node->texts[GRES] : "", ",", -1);

    *devices = 0;
    for (char **item = items; *item; item++) {
        gint64 n = 1;

        (*item)[strcspn(*item, "(")] = '\0';
        g_auto(GStrv) parts = g_strsplit(*item, ":", -1);
        guint n_parts = g_strv_length(parts);
        if (n_parts == 0 || !g_str_equal(parts[0], "gpu"))
            continue;
        if (n_parts > 1 && !bb_parse_int(parts[n_parts - 1], 0, BB_DEVICES_MAX, &n, NULL))
            return fail(reader, node->line, "Gres", "gpu:MODEL:NUMBER, at most 64", *item, error);
        if (n_parts == 3 && !*out_model && !strpbrk(parts[1], ";=| \t"))
            *out_model = g_strdup(parts[1]);
        *devices += n;
    }
    return *devices <= BB_DEVICES_MAX ||
           fail(reader, node->line, "Gres", "at most 64 devices", node->texts[GRES], error);
}

static gboolean
is_none(const char *text)
{
    return !text || !*text || g_str_equal(text, "(null)");
}

/* "a,b" as labels "a=;b=". */
static char *
labels_of(const char *features)
{
    GString *out = g_string_new(NULL);
    g_auto(GStrv) names = g_strsplit(is_none(features) ? "" : features, ",", -1);

    for (char **name = names; *name; name++)
        if (**name && !strpbrk(*name, ";=|: "))
            g_string_append_printf(out, "%s%s=", out->len > 0 ? ";" : "", *name);
    return g_string_free(out, FALSE);
}

static char *
spec_of(const Node *node)
{
    g_autoptr(JsonNode) root = json_node_new(JSON_NODE_OBJECT);
    JsonObject *outer = json_object_new(), *inner = json_object_new();
    JsonArray *partitions = json_array_new();
    g_auto(GStrv) names =
        g_strsplit(is_none(node->texts[PARTITIONS]) ? "" : node->texts[PARTITIONS], ",", -1);

    json_object_set_int_member(inner, "weight", node->numbers[WEIGHT]);
    for (char **name = names; *name; name++)
        json_array_add_string_element(partitions, *name);
    if (*names)
        json_object_set_array_member(inner, "partitions", partitions);
    else
        json_array_unref(partitions);
    json_object_set_object_member(outer, "slurm", inner);
    json_node_take_object(root, outer);
    return json_to_string(root, FALSE);
}

static gboolean
fill_row(BbReader *reader, BbNodeRow *out, GError **error)
{
    State *state = reader->state;
    const Node *node = &state->node;
    const gint64 *numbers = node->numbers;
    gint64 devices;
    BbRange range;

    g_clear_pointer(&state->labels, g_free);
    g_clear_pointer(&state->spec, g_free);
    g_clear_pointer(&state->model, g_free);
    if (!bb_range_parse(node->texts[NAME], &range) || range.width > 0)
        return fail(reader, node->line, "NodeName", "a node name", node->texts[NAME], error);
    if (!read_gres(reader, node, &devices, &state->model, error))
        return FALSE;
    out->id = node->texts[NAME];
    out->line = node->line;
    out->capacity.v[BB_CPU] =
        (numbers[CPU_USABLE] > 0 ? numbers[CPU_USABLE] : numbers[CPU_TOTAL]) * 1000;
    out->capacity.v[BB_MEMORY] = MAX(numbers[MEMORY] - numbers[MEMORY_KEPT], 0);
    out->capacity.v[BB_DISK] = numbers[DISK];
    out->capacity.v[BB_GPU] = devices * 1000;
    out->named = (1u << BB_N_RESOURCES) - 1;
    out->gpu_model = state->model;
    out->labels = state->labels = labels_of(node->texts[FEATURES]);
    out->spec = state->spec = spec_of(node);
    return TRUE;
}

static BbReadResult
next_node(BbReader *reader, BbNodeRow *out, GError **error)
{
    State *state = reader->state;
    BbReadResult result;

    while ((result = read_node(reader, error)) == BB_READ_ROW) {
        reader->n_records++;
        if (!state->node.texts[STATE] || !is_away(state->node.texts[STATE]))
            return fill_row(reader, out, error) ? BB_READ_ROW : BB_READ_ERROR;
        bb_reader_skip(reader, "node that is down or drained");
    }
    return result;
}

static void
close_file(BbReader *reader)
{
    State *state = reader->state;

    clear_node(&state->node);
    clear_node(&state->next);
    g_free(state->labels);
    g_free(state->spec);
    g_free(state->model);
}

const BbReaderClass bb_reader_scontrol = {
    .name = "scontrol",
    .summary = "Slurm's nodes as scontrol show nodes prints them",
    .source = "https://slurm.schedmd.com/scontrol.html",
    .reads = BB_READS_NODES,
    .state_size = sizeof(State),
    .sniff = sniff,
    .next_node = next_node,
    .close = close_file,
};
