/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a CSV's columns are called in the first line, the file behind it: native rows within their
 * limits, or one error of one line, of the names or at a place in the file. */
#include "fuzz-trace.h"

static void
check_error(const GError *error)
{
    gboolean usage = error->code == BB_ERROR_USAGE;
    g_assert(error->domain == BB_ERROR && (usage || error->code == BB_ERROR_INPUT));
    g_assert(g_str_has_prefix(error->message, usage ? "columns:" : "fuzz:"));
    g_assert(strchr(error->message, '\n') == NULL);
    g_assert(g_utf8_validate(error->message, -1, NULL));
}

static void
read_mapped(const char *format, const guint8 *bytes, gsize n_bytes)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(BbNames) names = bb_names_new();
    g_autoptr(BbShapes) shapes = bb_shapes_new(names);
    g_autoptr(BbCluster) cluster = bb_cluster_new(names);
    BbInput *input = bb_input_new_from_bytes("fuzz", bytes, n_bytes);
    g_autoptr(BbReader) reader = bb_reader_new(bb_reader_classes, input, format, &error);
    BbReadResult result = reader != NULL ? BB_READ_ROW : BB_READ_ERROR;
    while (result == BB_READ_ROW)
        result = next_checked(reader, shapes, cluster, &error);
    g_assert((result == BB_READ_ERROR) == (error != NULL));
    if (error != NULL)
        check_error(error);
}

int
LLVMFuzzerTestOneInput(const guint8 *bytes, gsize n_bytes)
{
    const guint8 *feed = n_bytes > 0 ? memchr(bytes, '\n', n_bytes) : NULL;
    gsize n_spec = feed != NULL ? (gsize)(feed - bytes) : n_bytes;
    g_autofree char *spec = g_strndup(n_bytes > 0 ? (const char *)bytes : "", n_spec);
    g_autoptr(GError) error = NULL;
    g_autofree char *format = bb_reader_columns_format(spec, &error);
    g_assert((format == NULL) == (error != NULL));
    if (format == NULL)
        check_error(error);
    else if (feed != NULL)
        read_mapped(format, feed + 1, n_bytes - n_spec - 1);
    return 0;
}
