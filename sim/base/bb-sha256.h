/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L0. SHA-256 of a stream of bytes, by nettle, which uses the processor's instructions where it has
 * them: with GLib's a seventh of the run of a large trace went into this. */
#pragma once

#include <glib.h>

typedef struct _BbSha256 BbSha256;

BbSha256 *bb_sha256_new(void);
void bb_sha256_free(BbSha256 *sha);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BbSha256, bb_sha256_free)

void bb_sha256_update(BbSha256 *sha, const void *bytes, gsize n);
/* Of all bytes so far, in hex; more may follow. Owned by the caller. */
char *bb_sha256_hex(const BbSha256 *sha);
