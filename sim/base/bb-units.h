/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L0. Text <-> integers with units. Locale-free, exact, and strict: no sign where none makes sense,
 * no hex, no NaN, no inf, no blanks inside, no overflow. Every parser takes the whole text or fails;
 * on failure *out is untouched, FALSE is returned and *out_expected (may be NULL) is what would have
 * been right, as a static text for "expected .., found ..". */
#pragma once

#include "bb-types.h"

/* An integer in [min, max], decimal digits with an optional leading '-'. A decimal fraction of zeros
 * ("4.0") is accepted: spreadsheets write it. */
gboolean bb_parse_int(const char *text, gint64 min, gint64 max, gint64 *out,
                      const char **out_expected);
/* A finite decimal number ("0.25", "1e-3"), in [min, max]. */
gboolean bb_parse_double(const char *text, double min, double max, double *out,
                         const char **out_expected);
/* Plain seconds, as trace columns have them: "90", "0.5", "1e3"; at least 0 unless `negative`;
 * digits beyond the microsecond are rounded half up. */
gboolean bb_parse_seconds(const char *text, gboolean negative, BbTimeUs *out,
                          const char **out_expected);
/* A duration as people write it: plain seconds or parts with units, "90", "90s", "5m", "2h30m",
 * "7d", "1.5h", "10ms", "250us". Never negative. */
gboolean bb_parse_duration(const char *text, BbTimeUs *out, const char **out_expected);
/* Cores: "16", "0.5", "500m" -> milli. Finer than a milli is refused. */
gboolean bb_parse_cpu(const char *text, gint64 *out_milli, const char **out_expected);
/* Memory or disk: "64Gi", "64GiB", "512Mi", "1.5Ti", "64G" / "64GB" (powers of ten), a bare number
 * is MiB -> MiB, rounded up. */
gboolean bb_parse_mib(const char *text, gint64 *out_mib, const char **out_expected);
/* "yes|true|1", "no|false|0". */
gboolean bb_parse_bool(const char *text, gboolean *out, const char **out_expected);

/* Much faster than printf or g_string_append_len: for rows. */
void bb_append_bytes(GString *out, const char *bytes, gsize n);
/* The n bytes that stand there from `begin` once more, at the end. */
void bb_append_again(GString *out, gsize begin, gsize n);
void bb_append_int(GString *out, gint64 value);
void bb_append_uint(GString *out, guint64 value);
/* Appends the microseconds as decimal seconds in their shortest exact form: "90", "0.5". */
void bb_append_seconds(GString *out, BbTimeUs time_us);
/* Appends the shortest decimal text that reads back as the same double ("0.1", "1e+300");
 * "null" when not finite. */
void bb_append_double(GString *out, double value);
void bb_append_int128(GString *out, BbInt128 value);
/* For people: "85 us", "12.3 s", "4 min 05 s", "2 h 46 min", "3.2 d". Owned by the caller. */
char *bb_format_duration(double seconds);
