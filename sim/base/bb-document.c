/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YAML comes as libyaml's events, by one function that calls itself down to a depth. What an alias
 * stands for is shared, not copied, but counts as often as it is there: nobody who walks the result
 * meets more values than the limit. JSON is cut into documents by its brackets, which bounds the depth
 * of what json-glib then reads. */
#include "bb-document.h"

#include "bb-error.h"

#include <math.h>
#include <string.h>
#include <yaml.h>

typedef struct {
    const char *name;
    yaml_parser_t *parser;
    GHashTable *anchors; /* of Anchor by name */
    guint64 n_values;
    guint depth;
    GError **error;
} Yaml;

typedef struct {
    JsonNode *node;
    guint64 n_values;
} Anchor;

static void
free_anchor(gpointer data)
{
    Anchor *anchor = data;

    json_node_unref(anchor->node);
    g_free(anchor);
}

/* ---- YAML ---- */

static gboolean
fail_at(Yaml *yaml, const yaml_mark_t *mark, const char *message)
{
    return bb_error_input(yaml->error, yaml->name, mark->line + 1, mark->column + 1, "%s", message);
}

static gboolean
next_event(Yaml *yaml, yaml_event_t *event)
{
    const yaml_parser_t *parser = yaml->parser;

    if (yaml_parser_parse(yaml->parser, event))
        return TRUE;
    memset(event, 0, sizeof *event);
    return fail_at(yaml, &parser->problem_mark,
                   parser->problem ? parser->problem : "expected YAML, found something else");
}

static gboolean
is_one_of(const char *text, const char *const *words)
{
    return g_strv_contains(words, text);
}

/* What a plain scalar stands for; NULL: a text. */
static JsonNode *
plain_value(const char *text)
{
    static const char *const nulls[] = {"", "~", "null", "Null", "NULL", NULL};
    static const char *const trues[] = {"true", "True", "TRUE", "yes", "Yes",
                                        "YES",  "on",   "On",   "ON",  NULL};
    static const char *const falses[] = {"false", "False", "FALSE", "no",  "No",
                                         "NO",    "off",   "Off",   "OFF", NULL};
    char *end;

    if (is_one_of(text, nulls))
        return json_node_new(JSON_NODE_NULL);
    if (is_one_of(text, trues) || is_one_of(text, falses))
        return json_node_init_boolean(json_node_alloc(), is_one_of(text, trues));
    if (strspn(text, "0123456789+-.eE") != strlen(text) || !strpbrk(text, "0123456789"))
        return NULL;
    if (strlen(text) < 19 && !strpbrk(text, ".eE")) {
        gint64 value = g_ascii_strtoll(text, &end, 10);

        return *end ? NULL : json_node_init_int(json_node_alloc(), value);
    }
    double value = g_ascii_strtod(text, &end);
    return *end || !isfinite(value) ? NULL : json_node_init_double(json_node_alloc(), value);
}

static JsonNode *
scalar_of(const yaml_event_t *event)
{
    const char *text = (const char *)event->data.scalar.value;
    JsonNode *node = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE ? plain_value(text) : NULL;

    return node ? node : json_node_init_string(json_node_alloc(), text);
}

static JsonNode *value_of_event(Yaml *yaml, yaml_event_t *event);

/* The next value; NULL with *out_ended: the list or object is at its end. */
static JsonNode *
next_value(Yaml *yaml, yaml_event_type_t end, gboolean *out_ended)
{
    yaml_event_t event;
    JsonNode *node = NULL;

    *out_ended = FALSE;
    if (!next_event(yaml, &event))
        return NULL;
    if (event.type == end)
        *out_ended = TRUE;
    else
        node = value_of_event(yaml, &event);
    yaml_event_delete(&event);
    return node;
}

static JsonNode *
list_of(Yaml *yaml)
{
    g_autoptr(JsonArray) array = json_array_new();
    gboolean ended;
    JsonNode *element;

    while ((element = next_value(yaml, YAML_SEQUENCE_END_EVENT, &ended)))
        json_array_add_element(array, element);
    return ended ? json_node_init_array(json_node_alloc(), array) : NULL;
}

/* The text of a key; NULL with an error. */
static const char *
key_of(Yaml *yaml, const yaml_event_t *event)
{
    if (event->type == YAML_SCALAR_EVENT && ++yaml->n_values > 0)
        return (const char *)event->data.scalar.value;
    fail_at(yaml, &event->start_mark,
            "expected a text as key, found a list, an object or an alias");
    return NULL;
}

static gboolean
add_member(Yaml *yaml, JsonObject *object, const yaml_event_t *event)
{
    const char *key = key_of(yaml, event);
    gboolean ended;
    JsonNode *value;

    if (!key)
        return FALSE;
    if (json_object_has_member(object, key))
        return fail_at(yaml, &event->start_mark, "a key that was given before");
    if (!(value = next_value(yaml, YAML_NO_EVENT, &ended)))
        return FALSE;
    json_object_set_member(object, key, value);
    return TRUE;
}

static JsonNode *
object_of(Yaml *yaml)
{
    g_autoptr(JsonObject) object = json_object_new();

    for (;;) {
        yaml_event_t event;

        if (!next_event(yaml, &event))
            return NULL;
        gboolean ended = event.type == YAML_MAPPING_END_EVENT;
        gboolean fine = ended || add_member(yaml, object, &event);
        yaml_event_delete(&event);
        if (!fine)
            return NULL;
        if (ended)
            return json_node_init_object(json_node_alloc(), object);
    }
}

static JsonNode *
alias_of(Yaml *yaml, const yaml_event_t *event)
{
    const Anchor *anchor =
        g_hash_table_lookup(yaml->anchors, (const char *)event->data.alias.anchor);

    if (!anchor) {
        fail_at(yaml, &event->start_mark, "an alias of nothing that stands before");
        return NULL;
    }
    yaml->n_values += anchor->n_values;
    return json_node_ref(anchor->node);
}

static const char *
anchor_of(const yaml_event_t *event)
{
    const yaml_char_t *anchor = NULL;

    if (event->type == YAML_SCALAR_EVENT)
        anchor = event->data.scalar.anchor;
    else if (event->type == YAML_SEQUENCE_START_EVENT)
        anchor = event->data.sequence_start.anchor;
    else if (event->type == YAML_MAPPING_START_EVENT)
        anchor = event->data.mapping_start.anchor;
    return (const char *)anchor;
}

static JsonNode *
read_value(Yaml *yaml, const yaml_event_t *event)
{
    if (event->type == YAML_ALIAS_EVENT)
        return alias_of(yaml, event);
    if (event->type == YAML_SCALAR_EVENT)
        return scalar_of(event);
    return event->type == YAML_SEQUENCE_START_EVENT ? list_of(yaml) : object_of(yaml);
}

static JsonNode *
value_of_event(Yaml *yaml, yaml_event_t *event)
{
    const char *name = anchor_of(event);
    guint64 before = yaml->n_values++;
    JsonNode *node = NULL;

    if (yaml->depth == BB_DOCUMENT_DEPTH) {
        fail_at(yaml, &event->start_mark, "nested too deeply");
        return NULL;
    }
    yaml->depth++;
    node = read_value(yaml, event);
    yaml->depth--;
    if (node && yaml->n_values > BB_DOCUMENT_VALUES) {
        fail_at(yaml, &event->start_mark, "too many values, aliases included");
        g_clear_pointer(&node, json_node_unref);
    }
    if (node && name) {
        Anchor *anchor = g_new(Anchor, 1);

        *anchor = (Anchor){json_node_ref(node), yaml->n_values - before};
        g_hash_table_replace(yaml->anchors, g_strdup(name), anchor);
    }
    return node;
}

/* What stands between the events that begin and end things; FALSE: the stream is at its end. */
static gboolean
next_document(Yaml *yaml, GPtrArray *documents)
{
    yaml_event_t event;
    gboolean more = FALSE;

    if (!next_event(yaml, &event))
        return FALSE;
    if (event.type == YAML_STREAM_START_EVENT || event.type == YAML_DOCUMENT_END_EVENT) {
        more = TRUE;
    } else if (event.type == YAML_DOCUMENT_START_EVENT) {
        more = TRUE;
        g_hash_table_remove_all(yaml->anchors);
    } else if (event.type != YAML_STREAM_END_EVENT) {
        JsonNode *node = value_of_event(yaml, &event);

        more = node != NULL;
        if (node && json_node_is_null(node))
            g_clear_pointer(&node, json_node_unref);
        if (node)
            g_ptr_array_add(documents, node);
    }
    yaml_event_delete(&event);
    return more;
}

static gboolean
parse_yaml(const char *name, const char *text, gsize n, GPtrArray *documents, GError **error)
{
    g_autoptr(GHashTable) anchors =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_anchor);
    yaml_parser_t parser;
    GError *wrong = NULL;
    Yaml yaml = {.name = name, .parser = &parser, .anchors = anchors, .error = &wrong};

    if (!yaml_parser_initialize(&parser))
        return bb_error_input(error, name, 0, 0, "no memory for reading YAML");
    yaml_parser_set_input_string(&parser, (const unsigned char *)text, n);
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
    while (next_document(&yaml, documents))
        ;
    yaml_parser_delete(&parser);
    if (wrong)
        g_propagate_error(error, wrong);
    return wrong == NULL;
}

/* ---- JSON ---- */

/* The end of the value that begins at *p, by its brackets; NULL: nested too deeply. */
static const char *
skip_json(const char *p, const char *end)
{
    gboolean in_text = FALSE;
    guint depth = 0;

    for (; p < end; p++) {
        if (in_text && *p == '\\' && p + 1 < end)
            p++;
        else if (*p == '"')
            in_text = !in_text;
        else if (!in_text && (*p == '{' || *p == '[') && ++depth > BB_DOCUMENT_DEPTH)
            return NULL;
        else if (!in_text && (*p == '}' || *p == ']') && (depth == 0 || --depth == 0))
            return p + 1;
    }
    return p;
}

static guint64
line_of(const char *text, const char *p)
{
    guint64 line = 1;

    for (; text < p; text++)
        line += *text == '\n';
    return line;
}

/* json-glib tells the line in its message, "<data>:LINE:COLUMN: ..". */
static JsonNode *
parse_one_json(const char *start, const char *end, guint64 *out_line)
{
    g_autoptr(JsonParser) parser = json_parser_new_immutable();
    g_autoptr(GError) wrong = NULL;
    const char *colon;

    *out_line = 1;
    if (json_parser_load_from_data(parser, start, end - start, &wrong))
        return json_parser_steal_root(parser);
    colon = wrong ? strchr(wrong->message, ':') : NULL;
    if (colon && g_ascii_isdigit(colon[1]))
        *out_line = g_ascii_strtoull(colon + 1, NULL, 10);
    return NULL;
}

static gboolean
parse_json(const char *name, const char *text, gsize n, GPtrArray *documents, GError **error)
{
    const char *p = text, *end = text + n;

    for (;;) {
        guint64 line;

        while (p < end && g_ascii_isspace(*p))
            p++;
        if (p == end)
            return TRUE;
        const char *stop = skip_json(p, end);
        if (!stop)
            return bb_error_input(error, name, line_of(text, p), 0, "nested too deeply");
        JsonNode *node = parse_one_json(p, stop, &line);
        if (!node)
            return bb_error_input(error, name, line_of(text, p) + line - 1, 0,
                                  "expected JSON, found something else");
        g_ptr_array_add(documents, node);
        p = stop;
    }
}

GPtrArray *
bb_document_parse(const char *name, const char *text, gsize n, GError **error)
{
    g_autoptr(GPtrArray) documents =
        g_ptr_array_new_with_free_func((GDestroyNotify)json_node_unref);
    const char *start = text, *bad;

    if (!g_utf8_validate_len(text, n, &bad)) {
        bb_error_input(error, name, line_of(text, bad), 0, "expected UTF-8 without NUL");
        return NULL;
    }
    while (g_ascii_isspace(*start))
        start++;
    if (!(*start == '{' || *start == '[' ? parse_json : parse_yaml)(name, text, n, documents,
                                                                    error))
        return NULL;
    return g_steal_pointer(&documents);
}
