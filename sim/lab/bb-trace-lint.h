/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L4. Everything odd about a trace or a node list, each kind with how often and where first:
 * `breakbulk trace lint`. To what the reader finds it adds what only the whole shows:
 *   duplicate-id   error     an id (or node name) that was there before
 *   unknown-after  error     `after` names a job that does not stand before
 *   bad-node       error     a node that no cluster can take
 *   no-nodes       error     a node list without nodes
 *   unsorted       error for native traces, which run refuses; else a warning: it sorts them
 *   overload       warning   1000 jobs or more are more work than the machine can do in their
 *                            span */
#pragma once

#include "sim/base/bb-json.h"
#include "sim/lab/bb-workload.h"

typedef struct {
    char *path;
    BbReader *reader;    /* at its end */
    GPtrArray *findings; /* of BbFinding, borrowed from the reader: worst first, then by line */
    guint n_errors;      /* kinds of findings that are errors */
} BbTraceLint;

/* Reads the file to its end. Fails only where the file cannot be read as its format at all. */
BbTraceLint *bb_trace_lint_new(const BbTraceTables *tables, const char *path, const char *format,
                               GError **error);
void bb_trace_lint_free(BbTraceLint *lint);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BbTraceLint, bb_trace_lint_free)

void bb_trace_lint_json(const BbTraceLint *lint, BbJson *json);
/* For people: a line a finding, or "no findings"; ends in a newline. */
void bb_trace_lint_table(const BbTraceLint *lint, GString *out);
