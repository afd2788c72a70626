/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/base/bb-sha256.h"

#include <nettle/sha2.h>

struct _BbSha256 {
    struct sha256_ctx context;
};

BbSha256 *
bb_sha256_new(void)
{
    BbSha256 *sha = g_new(BbSha256, 1);

    sha256_init(&sha->context);
    return sha;
}

void
bb_sha256_free(BbSha256 *sha)
{
    g_free(sha);
}

void
bb_sha256_update(BbSha256 *sha, const void *bytes, gsize n)
{
    sha256_update(&sha->context, n, bytes);
}

char *
bb_sha256_hex(const BbSha256 *sha)
{
    /* The digest ends a context: a copy of it. */
    struct sha256_ctx context = sha->context;
    guint8 digest[SHA256_DIGEST_SIZE];
    GString *hex = g_string_sized_new(2 * sizeof digest);

    sha256_digest(&context, sizeof digest, digest);
    for (gsize i = 0; i < sizeof digest; i++)
        g_string_append_printf(hex, "%02x", digest[i]);
    return g_string_free(hex, FALSE);
}
