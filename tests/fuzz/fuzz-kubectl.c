/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz-trace.h"

int
LLVMFuzzerTestOneInput(const guint8 *bytes, gsize n_bytes)
{
    read_as("kubectl", bytes, n_bytes);
    read_as("kubectl-nodes", bytes, n_bytes);
    return 0;
}
