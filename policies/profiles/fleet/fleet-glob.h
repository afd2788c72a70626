/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shell patterns as Go's path.Match reads them: "*" and "?" stand for anything but a slash, "[a-z]"
 * and "[^a-z]" for one sign, a backslash takes the next sign as it is. A malformed pattern matches
 * nothing.
 *
 * Source: coreos/fleet agent/state.go globMatches; golang.org/pkg/path. */
#pragma once

#include <glib.h>

gboolean fleet_glob(const char *pattern, const char *text);
