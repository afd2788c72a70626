/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as a stream: by chunks and by lines it is the same content, or the same error. */
#include "fuzz.h"
#include "sim/base/bb-error.h"
#include "sim/base/bb-input.h"

#include <string.h>

#define MAX_CONTENT (4 * 1024 * 1024) /* a small file may hold gigabytes of zeros */

/* FALSE when it is too much. The error, if any, is left in *out_error. */
static gboolean
read_chunks(BbInput *input, GString *content, GError **out_error)
{
    gsize n = 0;
    for (const char *chunk; (chunk = bb_input_take(input, &n, out_error)) != NULL && n > 0;) {
        g_string_append_len(content, chunk, (gssize)n);
        if (content->len > MAX_CONTENT)
            return FALSE;
    }
    return TRUE;
}

static void
check_lines(BbInput *input, const GString *content, const char *expected_error)
{
    g_autoptr(GError) error = NULL;
    BbReadResult result;
    char *line = NULL;
    gsize n = 0, at = 0;

    while ((result = bb_input_line(input, MAX_CONTENT, &line, &n, &error)) == BB_READ_ROW) {
        g_assert(at + n <= content->len);
        g_assert(memcmp(line, content->str + at, n) == 0);
        g_assert(line[n] == '\0');
        at += n;
        if (at < content->len && content->str[at] == '\r' && at + 1 < content->len)
            at++;
        g_assert(at == content->len || content->str[at] == '\n');
        at += at < content->len;
    }
    g_assert((result == BB_READ_ERROR) == (expected_error != NULL));
    if (error != NULL)
        g_assert_cmpstr(error->message, ==, expected_error);
    else
        g_assert(at == content->len);
}

int
LLVMFuzzerTestOneInput(const guint8 *bytes, gsize n_bytes)
{
    g_autoptr(BbInput) first = bb_input_new_from_bytes("fuzz", bytes, n_bytes);
    g_autoptr(BbInput) second = bb_input_new_from_bytes("fuzz", bytes, n_bytes);
    g_autoptr(GString) content = g_string_new(NULL);
    g_autoptr(GError) error = NULL;

    if (!read_chunks(first, content, &error))
        return 0;
    if (error != NULL)
        g_assert(error->domain == BB_ERROR && error->code == BB_ERROR_INPUT);
    g_autofree char *digest =
        g_compute_checksum_for_data(G_CHECKSUM_SHA256, (guchar *)content->str, content->len);
    g_assert_cmpstr(bb_input_sha256(first), ==, digest);
    check_lines(second, content, error != NULL ? error->message : NULL);
    return 0;
}
