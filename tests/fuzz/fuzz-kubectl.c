/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz-trace.h"

/* The same bytes as nodes. */
static void
read_nodes(const guint8 *bytes, gsize n_bytes)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(BbNames) names = bb_names_new();
    g_autoptr(BbCluster) cluster = bb_cluster_new(names);
    BbInput *input = bb_input_new_from_bytes("fuzz", bytes, n_bytes);
    g_autoptr(BbReader) reader = bb_reader_new(bb_reader_classes, input, "kubectl", &error);
    BbReadResult result = BB_READ_ROW;
    BbNodeRow row;
    const char *expected = NULL;

    g_assert_no_error(error);
    while (result == BB_READ_ROW) {
        result = bb_reader_next_node(reader, &row, &error);
        if (result == BB_READ_ROW)
            g_assert(bb_cluster_add(cluster, &row, &expected) || expected != NULL);
    }
    g_assert((result == BB_READ_ERROR) == (error != NULL));
}

int
LLVMFuzzerTestOneInput(const guint8 *bytes, gsize n_bytes)
{
    read_as("kubectl", bytes, n_bytes);
    read_nodes(bytes, n_bytes);
    return 0;
}
