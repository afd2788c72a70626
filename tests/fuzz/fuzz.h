/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What each fuzz target defines. It must bear any bytes; it ends the process where a promise of the
 * header under test is broken. */
#pragma once

#include <glib.h>

int LLVMFuzzerTestOneInput(const guint8 *bytes, gsize n_bytes);
