/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L0. The one error domain. A code says who is to blame, and with it the program's exit status;
 * the message is one line that a person can act on. Library code never prints and never exits. */
#pragma once

#include <glib.h>

#define BB_ERROR (bb_error_quark())
GQuark bb_error_quark(void);

typedef enum {
    BB_ERROR_USAGE,       /* wrong option, name, parameter, experiment key: exit 2 */
    BB_ERROR_INPUT,       /* bad data in a file, or a file that cannot be read: exit 2 */
    BB_ERROR_VERDICT,     /* the question was answered, and the answer is no: exit 1 */
    BB_ERROR_POLICY,      /* a policy broke its contract (names policy, job, time): exit 3 */
    BB_ERROR_OUTPUT,      /* a result could not be written: exit 3 */
    BB_ERROR_INTERRUPTED, /* SIGINT, SIGTERM or SIGHUP: exit 130, 143, 129 */
} BbError;

/* Sets a BB_ERROR_INPUT "FILE:LINE:COLUMN: message". LINE and COLUMN count from 1; column in bytes;
 * a zero column leaves it out, a zero line both. Always returns FALSE, so that callers can
 * `return bb_error_input(error, ...)`. */
gboolean bb_error_input(GError **error, const char *file, guint64 line, guint64 column,
                        const char *format, ...) G_GNUC_PRINTF(5, 6);

/* Sets an error of the given code without a place. Always returns FALSE. */
gboolean bb_error_set(GError **error, BbError code, const char *format, ...) G_GNUC_PRINTF(3, 4);

/* The exit status that belongs to an error (1, 2, 3, 130). Errors of other domains are 3. */
int bb_error_exit_status(const GError *error);

/* The entry of `names` (NULL-terminated) nearest to `text` by edit distance, or NULL when none is
 * near enough to be what was meant (distance above a third of the length). Borrowed from names. */
const char *bb_suggest(const char *text, const char *const *names);

/* For messages: `text` shortened to some 40 characters, control and non-UTF-8 bytes as \xNN, in
 * double quotes. Owned by the caller. */
char *bb_quote(const char *text);
