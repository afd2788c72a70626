/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A commit says all only when nothing was changed since; else the program itself is hashed. */
#include "bb-build.h"

#include "bb-commit.h"
#include "sim/base/bb-input.h"

#include <string.h>

static char *
hash_program(void)
{
    g_autoptr(BbInput) input = bb_input_open("/proc/self/exe", NULL);
    gsize n = input ? 1 : 0;
    while (n > 0 && bb_input_take(input, &n, NULL))
        continue;
    return g_strdup(input ? bb_input_sha256(input) : "unknown");
}

char *
bb_build_name(void)
{
    gboolean known = strlen(BB_COMMIT) >= 40 && !strchr(BB_COMMIT, '-');
    if (known)
        return g_strdup(BB_VERSION " " BB_COMMIT);
    g_autofree char *hash = hash_program();
    return g_strconcat(BB_VERSION " sha256:", hash, NULL);
}
