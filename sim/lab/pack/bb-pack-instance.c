/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of formats. They are told apart by the number of words in their first lines. */
#include "sim/lab/pack/bb-pack-instance.h"

#include "sim/base/bb-error.h"
#include "sim/lab/pack/bb-pack-formats.h"
#include "sim/lab/pack/bb-pack-text.h"

#include <string.h>

const BbPackFormat *const bb_pack_formats[] = {
    &bb_pack_format_esicup,
    &bb_pack_format_orlib,
    &bb_pack_format_scholl,
    &bb_pack_format_vbp,
    NULL,
};

void
bb_pack_instance_free(BbPackInstance *instance)
{
    if (instance == NULL)
        return;
    g_free(instance->name);
    g_free(instance->capacity);
    g_free(instance->items);
    g_free(instance);
}

/* The format that FILE:FORMAT names, which is cut off the path. */
static const BbPackFormat *
split(char *path)
{
    char *colon = strrchr(path, ':');
    for (guint i = 0; colon && bb_pack_formats[i]; i++) {
        if (strcmp(colon + 1, bb_pack_formats[i]->name) == 0) {
            *colon = '\0';
            return bb_pack_formats[i];
        }
    }
    return NULL;
}

static const BbPackFormat *
recognise(const BbPackText *text, const char *path, GError **error)
{
    g_autoptr(GString) names = g_string_new(NULL);
    gint n_words[4];
    bb_pack_text_shape(text, n_words);
    for (guint i = 0; bb_pack_formats[i]; i++) {
        if (bb_pack_formats[i]->sniff(n_words))
            return bb_pack_formats[i];
        g_string_append_printf(names, "%s%s", i > 0 ? ", " : "", bb_pack_formats[i]->name);
    }
    bb_error_input(error, path, 1, 0,
                   "expected a bin packing instance (%s), found lines of other lengths",
                   names->str);
    return NULL;
}

/* Takes the input. */
static GPtrArray *
read_instances(const char *path, BbInput *input, const BbPackFormat *format, GError **error)
{
    g_autoptr(GPtrArray) instances =
        g_ptr_array_new_with_free_func((GDestroyNotify)bb_pack_instance_free);
    g_autoptr(BbPackText) text = bb_pack_text_new(input, error);
    if (text == NULL)
        return NULL;
    if (format == NULL)
        format = recognise(text, path, error);
    if (format == NULL || !format->read(text, instances, error) || !bb_pack_text_end(text, error))
        return NULL;
    return g_steal_pointer(&instances);
}

GPtrArray *
bb_pack_read(const char *file, GError **error)
{
    g_autofree char *path = g_strdup(file);
    const BbPackFormat *format = split(path);
    BbInput *input = bb_input_open(path, error);
    return input != NULL ? read_instances(path, input, format, error) : NULL;
}

GPtrArray *
bb_pack_read_bytes(const char *file, const void *bytes, gsize n_bytes, GError **error)
{
    g_autofree char *path = g_strdup(file);
    const BbPackFormat *format = split(path);
    return read_instances(path, bb_input_new_from_bytes(path, bytes, n_bytes), format, error);
}
