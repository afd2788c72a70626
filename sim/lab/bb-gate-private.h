/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L4, private to the gate: which runs are set against which. */
#pragma once

#include "bb-gate-side.h"
#include "bb-gate.h"

/* FALSE with BB_ERROR_INPUT naming the first input that differs. */
gboolean bb_gate_check_inputs(const BbGateSide *baseline, const BbGateSide *candidate,
                              const BbGateCell *base, const BbGateCell *cell, GError **error);
/* Adds "KEY: OLD -> NEW" (char *), each once. */
void bb_gate_list_changes(const BbGateCell *base, const BbGateCell *cell, GPtrArray *changed);

/* Runs of the baseline [0] and of the candidate [1] that differ in nothing but what is judged. */
typedef struct {
    const BbGateSide *sides[2];
    const BbGateCell *cells[2];
    GArray *seeds[2]; /* of gint64: the same ones, in the baseline's order, where any are shared */
} BbGatePair;

void bb_gate_pair_free(gpointer pair);
/* A baseline and a candidate of one cell each are a pair, whatever they are called. */
gboolean bb_gate_pairs_match(const BbGateSide *baseline, const BbGateSide *candidate,
                             GPtrArray *pairs, GError **error);
/* The seeds that all cells of both sides have: their number. Where it is 0, all that there are. */
guint bb_gate_pairs_choose(GPtrArray *pairs);
/* By seed; owned by the caller. NULL: the side has no such metric. */
double *bb_gate_pair_values(const BbGatePair *pair, guint side, const char *metric);
/* 0: neither side has a number; 1: all are 0; 2: there is something to judge. */
guint bb_gate_pair_presence(const BbGatePair *pair, const char *metric);

guint bb_gate_count_finite(const double *values, guint n); /* 0 for NULL */
double bb_gate_mean(const double *values, guint n);

void bb_gate_add_notes(BbGate *gate, const GPtrArray *pairs, guint n_shared);
