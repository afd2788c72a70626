/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cases of published known answers (schema known-stat/1): a topic's judge computes every value that a
 * case expects and says it here; a value that nobody says, or says wrongly, fails the case.
 *
 * A number is right when |got - want| <= rel |want| or <= abs, as the case's "tol" tells; without
 * either it must be equal. "NAME_rel" and "NAME_abs" in tol hold for the names that begin so. */
#pragma once

#include <json-glib/json-glib.h>

typedef struct _Known Known;
typedef void (*KnownJudge)(Known *known);

struct _Known {
    const char *id;
    JsonObject *all, *input, *expect, *tol;
    JsonObject *file; /* the whole file, for data shared between cases */
    KnownJudge judge; /* NULL: unknown topic */
    GHashTable *said;
};

void known_fail(Known *known, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* Is there such an input? A number of it (fails and gives NaN where there is none), an array of
 * numbers, a text or NULL. */
gboolean known_has(Known *known, const char *name);
double known_in(Known *known, const char *name);
guint64 known_count(Known *known, const char *name);
double *known_array(Known *known, const char *name, gsize *out_n);
const char *known_text_in(Known *known, const char *name);
double *known_numbers(JsonArray *array, gsize *out_n);

/* The expected names, in the order of the file. Free the list, not the names. */
GList *known_names(Known *known);
gboolean known_expects(Known *known, const char *name);

void known_number(Known *known, const char *name, double got);
/* The same, right too where both are within `floor` of each other: for values that are 0 but for the
 * rounding of whoever wrote them down. */
void known_number_floor(Known *known, const char *name, double got, double floor);
/* Right where |got - want| <= slack, whatever tol says. */
void known_within(Known *known, const char *name, double got, double slack);
/* A bound that need not be the best: got <= want. */
void known_at_most(Known *known, const char *name, double got);
void known_bool(Known *known, const char *name, gboolean got);
void known_text(Known *known, const char *name, const char *got);
void known_list(Known *known, const char *name, const double *got, gsize n);
void known_bools(Known *known, const char *name, const gboolean *got, gsize n);
void known_texts(Known *known, const char *name, const char *const *got, gsize n);

/* "wait_p95", after the prefix "wait_p": .95; "999": .999. NaN where it is no such name. */
double known_percentile(const char *name, const char *prefix);

/* The topics. */
void judge_arrivals(Known *known);
void judge_bca(Known *known);
void judge_descriptive(Known *known);
void judge_erlang(Known *known);
void judge_fits(Known *known);
void judge_gate(Known *known);
void judge_holm(Known *known);
void judge_ks(Known *known);
void judge_lublin(Known *known);
void judge_makespan_bounds(Known *known);
void judge_mser(Known *known);
void judge_order_statistics(Known *known);
void judge_packing_bounds(Known *known);
void judge_ranking(Known *known);
void judge_reliability(Known *known);
void judge_run_length(Known *known);
void judge_single_server(Known *known);
void judge_staffing(Known *known);
void judge_t_quantiles(Known *known);
void judge_t_tests(Known *known);
