/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The nodes of what kubectl.c reads, for whoever asks for them by name: FILE:kubectl-nodes. As a cluster
 * the file needs no name, and no content tells that nodes are meant where pods are there too. */
#include "traces/readers/kubectl.h"

static gboolean
sniff(const char *start, gsize n)
{
    (void)start;
    (void)n;
    return FALSE;
}

const BbReaderClass bb_reader_kubectl_nodes = {
    .name = "kubectl-nodes",
    .summary = "the nodes of such a file, to be looked at or converted: FILE:kubectl-nodes",
    .source = "https://kubernetes.io/docs/reference/kubernetes-api/",
    .reads = BB_READS_NODES,
    .state_size = sizeof(KubectlState),
    .sniff = sniff,
    .open = kubectl_open,
    .next_node = kubectl_next_node,
    .close = kubectl_close,
};
