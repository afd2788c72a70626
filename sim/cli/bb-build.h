/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L5. Which program this is: results of another one are not taken for its own. */
#pragma once

/* "0.1.0 COMMIT"; where it was built from changed files, or not from a repository, "0.1.0 sha256:HASH" of
 * the program file. Owned by the caller. */
char *bb_build_name(void);
